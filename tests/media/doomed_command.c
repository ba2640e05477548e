/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The command with a reader that crashes, hangs and eats memory: one line and status 2, no core, no process left. */

#include "weft.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_S = 60, LOOK_US = 2000 };

static const char scenario_text[] =
    "[scenario]\nduration = 1 s\n[server main]\n[switch access]\n[device set]\n"
    "[stream film]\nsource = media:film\n[write]\ninterval = 40 ms\n";

static char *stage_new(const char *word)
{
    char *directory = scratch_new();
    g_free(scratch_file(directory, "film.ini", scenario_text));
    g_free(scratch_file(directory, "film", word));
    return directory;
}

/* The core of whoever dumps one would lie in the directory; a parent may ignore the ends of its children. */
static void prepare(gpointer ignore_ends)
{
    struct rlimit core;
    getrlimit(RLIMIT_CORE, &core);
    core.rlim_cur = core.rlim_max;
    setrlimit(RLIMIT_CORE, &core);
    if (ignore_ends)
        signal(SIGCHLD, SIG_IGN);
}

static struct said run_doomed(const char *directory, gboolean ignore_ends)
{
    static const char *const argv[] = {DOOMED_PROGRAM, "run", "film.ini", "--json", "out.json", NULL};
    struct said said = {0};
    g_autoptr(GError) error = NULL;
    int status;
    g_spawn_sync(directory, (char **)(void *)argv, NULL, G_SPAWN_DEFAULT, prepare,
                 GINT_TO_POINTER(ignore_ends), &said.out, &said.err, &status, &error);
    g_assert_no_error(error);
    said.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return said;
}

/* With sanitizers the child's own words come first. */
static void assert_line(struct said *said, const char *what)
{
    g_autofree char *regex =
        g_strdup_printf("^film\\.ini:7: stream\\.source: film %s.*; allowed: media:FILE, ", what);
    char *line = WEFT_SANITIZED ? strstr(said->err, "film.ini:7") : NULL;
    if (line)
        memmove(said->err, line, strlen(line) + 1);
    assert_bad(said, 2, regex);
}

static void test_line(gconstpointer data)
{
    static const char *const lines[][2] = {
        {"crash", "cannot be read, media reader (killed by signal 11 |ended with status 1)"},
        {"abort", "cannot be read, media reader (killed by signal 6 |ended with status 1)"},
        {"leave", "cannot be read, media reader ended with status 7"},
        {"eat", "needs more than [0-9]+ MiB of memory to be read"},
        {"backwards", "cannot be read, media reader returned what is not sound: "},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        char *directory = stage_new(lines[i][0]);
        struct said said = run_doomed(directory, data != NULL);
        assert_line(&said, lines[i][1]);
        said_clear(&said);
        g_autofree char *left = scratch_names(directory);
        g_assert_cmpstr(left, ==, "film film.ini");
        scratch_free(directory);
    }
}

static void test_good(gconstpointer data)
{
    char *directory = stage_new("good");
    struct said said = run_doomed(directory, data != NULL);
    assert_good(&said);
    said_clear(&said);
    scratch_free(directory);
}

static void await_child(GPid pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/task/%d/children", pid, pid);
    gboolean found = FALSE;
    for (gint64 until = g_get_monotonic_time() + PATIENCE_S * G_USEC_PER_SEC; !found; g_usleep(LOOK_US)) {
        g_autofree char *children = NULL;
        g_assert_true(g_file_get_contents(path, &children, NULL, NULL));
        found = *children != '\0';
        g_assert_cmpint(g_get_monotonic_time(), <, until);
    }
}

/* While a file is read: the command ends by the signal, its reader is killed with it or has only just begun and gives
 * up; files that were begun go. */
static void test_interrupted(gconstpointer number)
{
    static const char *const argv[] = {DOOMED_PROGRAM, "compare", "film.ini", "--json", "out.json", NULL};
    char *directory = stage_new("hang");
    g_autoptr(GError) error = NULL;
    GPid pid, next;
    int ended, ends = 0;
    g_spawn_async(directory, (char **)(void *)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, prepare, NULL, &pid,
                  &error);
    g_assert_no_error(error);
    await_child(pid);
    g_assert_cmpint(kill(pid, GPOINTER_TO_INT(number)), ==, 0);
    while ((next = waitpid(-1, &ended, 0)) > 0) { /* hangs where the reader is left behind */
        if (next == pid)
            g_assert_true(WIFSIGNALED(ended) && WTERMSIG(ended) == GPOINTER_TO_INT(number));
        else
            g_assert_true(WIFSIGNALED(ended) ? WTERMSIG(ended) == SIGKILL : WEXITSTATUS(ended) == 1);
        ends++;
    }
    g_assert_cmpint(errno, ==, ECHILD);
    g_assert_cmpint(ends, ==, 2);
    g_autofree char *left = scratch_names(directory);
    if (GPOINTER_TO_INT(number) != SIGKILL) /* which nobody can do anything about */
        g_assert_cmpstr(left, ==, "film film.ini");
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(prctl(PR_SET_CHILD_SUBREAPER, 1), ==, 0); /* orphans come to us */
    g_test_add_data_func("/doomed-command/line", NULL, test_line);
    g_test_add_data_func("/doomed-command/line/ends-ignored", "", test_line);
    g_test_add_data_func("/doomed-command/good", NULL, test_good);
    g_test_add_data_func("/doomed-command/good/ends-ignored", "", test_good);
    g_test_add_data_func("/doomed-command/interrupted/INT", GINT_TO_POINTER(SIGINT), test_interrupted);
    g_test_add_data_func("/doomed-command/interrupted/TERM", GINT_TO_POINTER(SIGTERM), test_interrupted);
    g_test_add_data_func("/doomed-command/interrupted/KILL", GINT_TO_POINTER(SIGKILL), test_interrupted);
    return g_test_run();
}
