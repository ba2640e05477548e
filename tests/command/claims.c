/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* No result is written over a file that the run reads, by whatever name. */

#include "weft.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static const char scenario_text[] =
    "[scenario]\nduration = 10 ms\n[server x]\nprofile = file:prices.ini\n[switch x]\n[device x]\n"
    "[stream game]\nsource = file:game.data\nrate = 8 Mbit/s\n";

#define READ(name) "^" name ": is read by this run; allowed: a result in another file\n$"
#define WRITTEN    "game\\.data is to be overwritten by a result; allowed: file:FILE"

static const struct {
    const char *arguments, *regex;
} cases[] = {
    {"run s.ini --json s.ini", READ("s\\.ini")},
    {"run s.ini --json ./s.ini", READ("\\./s\\.ini")},
    {"run s.ini --json out/../s.ini", READ("out/\\.\\./s\\.ini")},
    {"run s.ini --trace link", READ("link")},
    {"run link --playout s.ini", READ("s\\.ini")},
    {"run link --json link", READ("link")},
    {"run s.ini --json game.data", READ("game\\.data")},
    {"run s.ini --pcap hard", READ("hard")},
    {"run s.ini --json prices.ini", READ("prices\\.ini")},
    {"run s.ini --out out", READ("out/run\\.json")},
    {"run s.ini --deliver .", READ("\\./game\\.data")},
    {"run s.ini --json fine.json --trace s.ini", READ("s\\.ini")},
    {"compare s.ini --json s.ini", READ("s\\.ini")},
    {"compare s.ini --json game.data", "^s\\.ini:8: stream\\.source: " WRITTEN},
    {"compare s.ini --json hard", "^s\\.ini:8: stream\\.source: " WRITTEN},
    {"compare s.ini --json prices.ini",
     "^prices\\.ini: is to be overwritten by a result; allowed: a result in another file\n$"},
    {"compare s.ini --ablate --json link", READ("link")},
    {"compare s.ini --out out", READ("out/compare\\.json")},
};

static char *stage_new(char **data)
{
    char *directory = scratch_new();
    g_autofree char *prices = source_path("model/cost/profiles/modern-x86.ini"), *text = NULL;
    g_assert_true(g_file_get_contents(prices, &text, NULL, NULL));
    g_free(scratch_file(directory, "s.ini", scenario_text));
    g_free(scratch_file(directory, "prices.ini", text));
    *data = g_strnfill(5000, 'x');
    g_autofree char *game = scratch_file(directory, "game.data", *data);
    g_autofree char *hard = g_build_filename(directory, "hard", NULL),
                    *soft = g_build_filename(directory, "link", NULL);
    g_autofree char *out = g_build_filename(directory, "out", NULL);
    g_autofree char *run = g_build_filename(out, "run.json", NULL),
                    *compare = g_build_filename(out, "compare.json", NULL);
    g_assert_cmpint(link(game, hard), ==, 0);
    g_assert_cmpint(symlink("s.ini", soft), ==, 0);
    g_assert_cmpint(g_mkdir(out, 0700), ==, 0);
    g_assert_cmpint(symlink("../s.ini", run), ==, 0);
    g_assert_cmpint(symlink("../link", compare), ==, 0);
    return directory;
}

static void assert_text(const char *directory, const char *name, const char *must)
{
    g_autofree char *path = g_build_filename(directory, name, NULL), *is = NULL;
    g_assert_true(g_file_get_contents(path, &is, NULL, NULL));
    g_assert_cmpstr(is, ==, must);
}

static void test_inputs_stay(void)
{
    g_autofree char *data = NULL;
    char *directory = stage_new(&data);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(GStrv) arguments = g_strsplit(cases[i].arguments, " ", -1);
        g_test_message("weft %s", cases[i].arguments);
        struct said said = weft_with(directory, NULL, (const char *const *)arguments);
        assert_bad(&said, 2, cases[i].regex);
        said_clear(&said);
        g_autofree char *left = scratch_names(directory);
        g_assert_cmpstr(left, ==, "game.data hard link out prices.ini s.ini");
        assert_text(directory, "s.ini", scenario_text);
        assert_text(directory, "game.data", data);
    }
    scratch_free(directory);
}

/* Files of the same run that nobody reads are still replaced. */
static void test_others_are_replaced(void)
{
    g_autofree char *data = NULL;
    char *directory = stage_new(&data);
    g_free(scratch_file(directory, "copy.ini", scenario_text));
    struct said said =
        weft(directory, "run", "s.ini", "--quiet", "--json", "copy.ini", "--trace", "new.csv", NULL);
    assert_good(&said);
    said_clear(&said);
    g_autofree char *path = g_build_filename(directory, "copy.ini", NULL), *is = NULL;
    g_assert_true(g_file_get_contents(path, &is, NULL, NULL));
    g_assert_true(g_str_has_prefix(is, "{"));
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/claims/inputs-stay", test_inputs_stay);
    g_test_add_func("/claims/others-are-replaced", test_others_are_replaced);
    return g_test_run();
}
