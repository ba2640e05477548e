/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Back ends whose modules are not there: a copy of the program, alone in a directory, is as one built where no simulator is
 * installed. */

#include "backends.h"

#include "weft.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/wait.h>

static char *copy_program(const char *directory)
{
    g_autoptr(GError) error = NULL;
    char *path = g_build_filename(directory, "weft", NULL);
    g_autoptr(GFile) from = g_file_new_for_path(WEFT_PROGRAM), to = g_file_new_for_path(path);
    g_file_copy(from, to, G_FILE_COPY_NONE, NULL, NULL, NULL, &error);
    g_assert_no_error(error);
    return path;
}

static struct said run_copy(const char *program, const char *directory, const char *const *arguments)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    struct said said = {0};
    int status;
    g_ptr_array_add(argv, (char *)program);
    for (; *arguments; arguments++)
        g_ptr_array_add(argv, (char *)*arguments);
    g_ptr_array_add(argv, NULL);
    g_spawn_sync(directory, (char **)argv->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, &said.out, &said.err,
                 &status, &error);
    g_assert_no_error(error);
    said.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return said;
}

/* Each is listed with what to install, and a run on it is bad input that says so and writes nothing. */
static void test_absent(void)
{
    char *directory = scratch_new();
    g_autofree char *program = copy_program(directory), *scenario = source_path("scenarios/small.ini");
    struct said list = run_copy(program, directory, (const char *const[]){"list", "backends", "--tsv", NULL});
    assert_good(&list);
    guint absent = 0;
    for (gsize i = 0; backends[i]; i++) {
        if (backends[i]->builtin)
            continue;
        g_autofree char *line =
            g_strdup_printf("(?m)^%s\tnot built, install %s\t", backends[i]->name, backends[i]->package);
        g_assert_true(g_regex_match_simple(line, list.out, 0, 0));
        g_autofree char *complaint = g_strdup_printf("^weft: back end %s: not built, install %s\n$",
                                                     backends[i]->name, backends[i]->package);
        struct said run = run_copy(
            program, directory,
            (const char *const[]){"run", scenario, "--backend", backends[i]->name, "--json", "r.json", NULL});
        assert_bad(&run, 2, complaint);
        said_clear(&run);
        absent++;
    }
    g_assert_cmpuint(absent, >=, 3); /* simgrid, ns3, ns3-p2p */
    g_autofree char *names = scratch_names(directory);
    g_assert_cmpstr(names, ==, "weft");
    said_clear(&list);
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/backends/absent", test_absent);
    return g_test_run();
}
