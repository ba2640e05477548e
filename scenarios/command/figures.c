/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Figures: gnuplot scripts of plots/ run on a result file. */

#include "comparison.h"
#include "failure.h"
#include "modules.h"
#include "outfile.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOTHING_TO_SHOW = 4 }; /* exit status of a script that draws nothing */

/* Beside an installed command, else in the source tree that it was built from. */
static char *script_path(const char *name)
{
    g_autofree char *directory = executable_directory();
    g_autofree char *file = g_strdup_printf("%s.gp", name);
    char *installed = g_build_filename(directory, WEFT_PLOTS_INSTALLED, file, NULL);
    if (g_file_test(installed, G_FILE_TEST_EXISTS))
        return installed;
    g_free(installed);
    return g_build_filename(WEFT_PLOTS_BUILD, file, NULL);
}

gboolean comparison_figures_check(const char *where, const char *const *names, GError **error)
{
    for (; *names; names++) {
        g_autofree char *script = script_path(*names);
        if (strchr(*names, '/') || !g_file_test(script, G_FILE_TEST_EXISTS))
            return failure(error, STATUS_INPUT, "%s: there is no figure \"%s\"; allowed: a script of plots/",
                           where, *names);
    }
    return TRUE;
}

/* The first line of what gnuplot said that is not empty. */
static const char *first_words(char *said)
{
    g_strstrip(said);
    said[strcspn(said, "\n")] = '\0';
    return *said ? said : "no reason given";
}

/* What gnuplot is given between fork and exec: the file, and an end when ours comes. */
struct heir {
    int fd;
    pid_t parent;
};

static void prepare(gpointer data)
{
    const struct heir *heir = data;
    fcntl(heir->fd, F_SETFD, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != heir->parent)
        _exit(STATUS_FAILED);
}

/* The output is named by its descriptor: it may have no name any more when gnuplot opens it. `*shows`: there is something
 * in the input that the script can draw. */
static gboolean draw(const char *script, const char *input, const struct outfile *file, const char *format,
                     bool *shows, GError **error)
{
    struct heir heir = {outfile_fd(file), getpid()};
    g_autofree char *output = g_strdup_printf("/dev/fd/%d", heir.fd);
    const char *argv[] = {"gnuplot", "-c", script, input, output, format, NULL};
    g_autofree char *said = NULL;
    g_autoptr(GError) refused = NULL;
    int status;
    if (!g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, prepare,
                      &heir, NULL, &said, &status, &refused))
        return failure(error, STATUS_FAILED, "weft: gnuplot cannot be run, install gnuplot-nox: %s",
                       refused->message);
    *shows = !WIFEXITED(status) || WEXITSTATUS(status) != NOTHING_TO_SHOW;
    if (*shows && !g_spawn_check_wait_status(status, NULL))
        return failure(error, STATUS_FAILED, "weft: gnuplot: %s", first_words(said));
    return TRUE;
}

static gboolean draw_into(const char *directory, const char *input, const char *figure, const char *format,
                          bool *shows, GError **error)
{
    g_autofree char *script = script_path(figure);
    g_autofree char *name = g_strdup_printf("%s.%s", figure, format);
    struct outfile *file = outfile_new_in(directory, name, error);
    if (!file)
        return FALSE;
    gboolean good = draw(script, input, file, format, shows, error);
    if (good && *shows)
        return outfile_commit(file, error);
    outfile_abandon(file);
    if (good) { /* an older one would be taken for this one */
        g_autofree char *path = g_build_filename(directory, name, NULL);
        g_unlink(path);
    }
    return good;
}

gboolean comparison_figures(const char *directory, const char *csv, const char *const *names, GError **error)
{
    g_autofree char *input = g_build_filename(directory, csv, NULL);
    for (; *names; names++) {
        bool svg = false, png = false;
        if (!draw_into(directory, input, *names, "svg", &svg, error) ||
            !draw_into(directory, input, *names, "png", &png, error))
            return FALSE;
        if (!svg || !png)
            g_printerr("weft: figure %s is left out: it has nothing to show\n", *names);
    }
    return TRUE;
}
