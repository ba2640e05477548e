/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the command prints, word for word, against texts that are reviewed as code: those beside this file, and the
 * references in docs/, which are made from the command's tables. After a wanted change:
 *     WEFT_GOLDEN_UPDATE=1 ctest -R golden
 * writes the texts anew; look at the difference before it is committed. */

#include "weft.h"

#include <string.h>

struct golden {
    const char *file; /* in the source tree */
    const char
        *arguments; /* SMALL stands for scenarios/small.ini, PLATFORM for platform.ini, which SimGrid reads */
};

static const struct golden goldens[] = {
    {"tests/golden/help.txt", "--help"},
    {"tests/golden/help-run.txt", "run --help"},
    {"tests/golden/help-agree.txt", "agree --help"},
    {"tests/golden/help-size.txt", "size --help"},
    {"tests/golden/help-plot.txt", "plot --help"},
    {"tests/golden/help-sweep.txt", "sweep --help"},
    {"tests/golden/list-keys.txt", "list keys"},
    {"tests/golden/list-keys.tsv", "list keys --tsv"},
    {"tests/golden/list-methods.txt", "list methods"},
    {"tests/golden/list-faults.txt", "list faults"},
    {"tests/golden/list-switches.txt", "list switches"},
    {"tests/golden/list-memories.txt", "list memories"},
    {"docs/scenario.md", "list keys --markdown"},
    {"docs/results.md", "list results --markdown"},
    {"docs/figures.md", "list figures --markdown"},
    {"tests/golden/compare-small.txt", "compare SMALL"},
    {"tests/golden/ablate-small.txt", "compare SMALL --ablate"},
#ifdef WEFT_WITH_SIMGRID
    {"tests/golden/agree-small.txt", "agree SMALL --backends reference,simgrid"},
    {"tests/golden/run-platform.txt", "run PLATFORM --backend simgrid"},
#endif
    {"tests/golden/run-small.txt", "run SMALL"},
    {"tests/golden/factors-small.txt", "compare SMALL --factors"},
    {"tests/golden/sensitivity-small.txt", "run SMALL --sensitivity"},
    {"tests/golden/size-small-buffer.txt", "size SMALL --find buffer --for-all-methods"},
    {"tests/golden/size-small-streams.txt", "size SMALL --find streams"},
    {"tests/golden/run-small-theory.txt", "run SMALL --theory"},
};

static char *output_of(const char *arguments)
{
    g_auto(GStrv) argument = g_strsplit(arguments, " ", -1);
    for (guint i = 0; argument[i]; i++) {
        const char *path = strcmp(argument[i], "SMALL") == 0      ? "scenarios/small.ini"
                           : strcmp(argument[i], "PLATFORM") == 0 ? "scenarios/platform.ini"
                                                                  : NULL;
        if (!path)
            continue;
        g_free(argument[i]);
        argument[i] = source_path(path);
    }
    struct said said = weft_with(NULL, NULL, (const char *const *)argument);
    assert_good(&said);
    char *text = g_steal_pointer(&said.out);
    said_clear(&said);
    return text;
}

static void test_golden(gconstpointer data)
{
    const struct golden *golden = data;
    g_autofree char *path = source_path(golden->file);
    g_autofree char *text = output_of(golden->arguments), *expected = NULL;
    if (g_getenv("WEFT_GOLDEN_UPDATE"))
        g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_true(g_file_get_contents(path, &expected, NULL, NULL));
    if (strcmp(text, expected) != 0) {
        g_auto(GStrv) is = g_strsplit(text, "\n", -1), must = g_strsplit(expected, "\n", -1);
        guint line = 0;
        while (is[line] && must[line] && strcmp(is[line], must[line]) == 0)
            line++;
        g_test_message(
            "%s:%u:\n  is:   %s\n  must: %s\nif it is meant so: WEFT_GOLDEN_UPDATE=1 ctest -R golden",
            golden->file, line + 1, is[line] ? is[line] : "(end)", must[line] ? must[line] : "(end)");
        g_test_fail();
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(goldens); i++) {
        g_autofree char *path = g_strconcat("/golden/", goldens[i].file, NULL);
        g_test_add_data_func(path, &goldens[i], test_golden);
    }
    return g_test_run();
}
