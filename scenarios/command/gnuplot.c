/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* gnuplot draws into memory: what lies in a directory is whole pictures, whatever becomes of it or of us. */

#include "gnuplot.h"

#include "failure.h"
#include "modules.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
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

/* The reason among what gnuplot said: its first line that is neither empty nor a warning, without "SCRIPT" line N: before
 * it. `said` is changed. */
static const char *reason(char *said)
{
    const char *first = NULL;
    char *rest = said;
    for (char *line; (line = strsep(&rest, "\n"));) {
        g_strstrip(line);
        char *where = line[0] == '"' ? strstr(line, "\" line ") : NULL;
        char *words = where ? strstr(where, ": ") : NULL;
        words = words ? words + 2 : line;
        if (!*words)
            continue;
        if (!g_str_has_prefix(words, "warning:"))
            return words;
        first = first ? first : words;
    }
    return first ? first : "no reason given";
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

/* The output is named by its descriptor. `*shows`: there is something in the input that the script can draw. */
static gboolean draw(const char *script, const char *input, int fd, const char *format, gboolean *shows,
                     GError **error)
{
    struct heir heir = {fd, getpid()};
    g_autofree char *output = g_strdup_printf("/dev/fd/%d", fd);
    /* -d: without the user's own settings. */
    const char *argv[] = {"gnuplot", "-d", "-c", script, input, output, format, NULL};
    g_auto(GStrv) environment = g_environ_setenv(g_get_environ(), "TZ", "UTC0", TRUE); /* see forget_time() */
    g_autofree char *said = NULL;
    g_autoptr(GError) refused = NULL;
    int status;
    if (!g_spawn_sync(NULL, (char **)argv, environment, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL,
                      prepare, &heir, NULL, &said, &status, &refused))
        return failure(error, STATUS_FAILED, "weft: gnuplot cannot be run, install gnuplot-nox: %s",
                       refused->message);
    *shows = !WIFEXITED(status) || WEXITSTATUS(status) != NOTHING_TO_SHOW;
    if (*shows && !g_spawn_check_wait_status(status, NULL))
        return failure(error, STATUS_FAILED, "weft: gnuplot: %s", reason(said));
    return TRUE;
}

/* Cairo writes the time into a PDF; without it the same table gives the same bytes. */
static void forget_time(char *data, gsize length)
{
    static const char mark[] = "/CreationDate (D:";
    char *at = memmem(data, length, mark, strlen(mark));
    if (!at)
        return;
    at += strlen(mark);
    for (guint i = 0; i < strlen("YYYYMMDDhhmmss") && at + i < data + length && g_ascii_isdigit(at[i]); i++)
        at[i] = "20000101000000"[i];
}

static gboolean take(int fd, GBytes **picture, GError **error)
{
    struct stat stat;
    if (fstat(fd, &stat) == -1 || stat.st_size == 0)
        return failure(error, STATUS_FAILED, "weft: gnuplot: has drawn nothing");
    gsize length = (gsize)stat.st_size, done = 0;
    char *data = g_malloc(length);
    for (ssize_t n; done < length; done += (gsize)n)
        if ((n = pread(fd, data + done, length - done, (off_t)done)) <= 0) {
            g_free(data);
            return failure(error, STATUS_FAILED, "weft: a picture cannot be read: %s", g_strerror(errno));
        }
    forget_time(data, length);
    *picture = g_bytes_new_take(data, length);
    return TRUE;
}

gboolean gnuplot_run(const char *name, const char *input, const char *format, GBytes **picture,
                     GError **error)
{
    g_autofree char *script = script_path(name);
    gboolean shows = FALSE;
    *picture = NULL;
    int fd = memfd_create("weft-picture", MFD_CLOEXEC);
    if (fd == -1)
        return failure(error, STATUS_FAILED, "weft: no memory for a picture: %s", g_strerror(errno));
    gboolean good = draw(script, input, fd, format, &shows, error) && (!shows || take(fd, picture, error));
    close(fd);
    return good;
}
