/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Launcher `parallel`: shards run by GNU parallel, here or on hosts that it reaches by ssh. */

#include "launch_parallel.h"

#include "command.h"
#include "launch_program.h"
#include "launch_shards.h"
#include "launch_watch.h"
#include "outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_MS = 1000, RETRIES = 3 };

struct parallel {
    struct launch *launch;
    char *directory; /* of its files */
    struct parallel_hosts hosts;
    GPid pid;
};

/* --- started --- */

static gboolean write_numbers(const struct parallel *parallel, const struct shards *shards, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < shards->numbers->len; i++)
        g_string_append_printf(text, "%u\n", g_array_index(shards->numbers, guint, i));
    return outfile_put_in(parallel->directory, "shards", text->str, text->len, error);
}

/* A file of its own. */
static char *own_file(const struct parallel *parallel, const char *name)
{
    return g_build_filename(parallel->directory, name, NULL);
}

/* The caller unrefs. */
static GPtrArray *arguments(const struct parallel *parallel, const struct shards *shards)
{
    g_autofree char *shard = g_strdup_printf("{}/%u", shards->of);
    GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(argv, g_strdup("parallel"));
    g_ptr_array_add(argv, g_strdup("--will-cite"));
    g_ptr_array_add(argv, g_strdup_printf("--retries=%d", RETRIES));
    g_ptr_array_add(argv, g_strdup("--tagstring=shard {}"));
    g_ptr_array_add(argv, g_strdup("--joblog"));
    g_ptr_array_add(argv, own_file(parallel, "joblog"));
    g_ptr_array_add(argv, g_strdup("--arg-file"));
    g_ptr_array_add(argv, own_file(parallel, "shards"));
    if (parallel->hosts.logins) {
        g_ptr_array_add(argv, g_strdup("--sshlogin"));
        g_ptr_array_add(argv, g_strdup(parallel->hosts.logins));
        g_ptr_array_add(argv, g_strdup("--workdir"));
        g_ptr_array_add(argv, g_get_current_dir());
    } else {
        g_ptr_array_add(argv, g_strdup_printf("--jobs=%u", parallel->hosts.jobs));
    }
    g_ptr_array_add(argv, shards_command(parallel->launch, "1", shard));
    g_ptr_array_add(argv, NULL);
    return argv;
}

/* Between fork and exec: what it says goes to a file; it is a group of its own, so that keys of the terminal come to us alone, and ends with us. */
struct heir {
    int log;
    pid_t parent;
};

static void prepare(gpointer data)
{
    const struct heir *heir = data;
    setpgid(0, 0);
    dup2(heir->log, STDOUT_FILENO);
    dup2(heir->log, STDERR_FILENO);
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* with this one it ends its jobs */
    if (getppid() != heir->parent)
        _exit(STATUS_FAILED);
    program_let_signals(NULL);
}

static gboolean start(struct parallel *parallel, const struct shards *shards, GError **error)
{
    g_autoptr(GPtrArray) argv = arguments(parallel, shards);
    g_autofree char *log = own_file(parallel, "log");
    g_auto(GStrv) environment = parallel_environment();
    g_autoptr(GError) cause = NULL;
    struct heir heir = {open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666), getpid()};
    if (heir.log < 0)
        return failure(error, STATUS_FAILED, "%s: cannot be written: %s", log, g_strerror(errno));
    gboolean good = g_spawn_async(NULL, (char **)argv->pdata, environment,
                                  G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, prepare, &heir,
                                  &parallel->pid, &cause);
    close(heir.log);
    return good || failure(error, STATUS_FAILED, "weft sweep: parallel cannot be run: %s", cause->message);
}

static gboolean say_started(const struct parallel *parallel, const struct shards *shards, GError **error)
{
    const struct launch *launch = parallel->launch;
    g_autofree char *text = g_strdup_printf(
        "%s: GNU parallel: %u point%s in %u shard%s, %u at once, log in %s\n", launch->manifest->sweep->name,
        launch->todo->len, launch->todo->len == 1 ? "" : "s", shards->numbers->len,
        shards->numbers->len == 1 ? "" : "s", parallel->hosts.jobs, parallel->directory);
    return command_print(text, error);
}

/* --- waited for --- */

static bool has_ended(const struct parallel *parallel)
{
    return waitpid(parallel->pid, NULL, WNOHANG) != 0;
}

static void end(const struct parallel *parallel)
{
    kill(parallel->pid, SIGTERM);
    while (waitpid(parallel->pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

static void interrupted(const struct parallel *parallel, struct watch *watch, int signal)
{
    sweep_clock_end(&watch->clock);
    end(parallel);
    fprintf(stderr, "weft sweep: ended by a signal; what is done is kept, the same call goes on with it\n");
    watch_die(watch, signal);
}

static gboolean wait_for_end(const struct parallel *parallel, struct watch *watch, GError **error)
{
    while (!has_ended(parallel)) {
        int signal = watch_wait(watch, LOOK_MS);
        if (signal)
            interrupted(parallel, watch, signal);
        if (!watch_look(watch, error)) {
            end(parallel);
            return FALSE;
        }
        watch_tell(watch, NULL);
    }
    return watch_look(watch, error);
}

/* --- what has become of it --- */

/* The last line of the log that is not a shard's report; NULL: there is none. The caller frees with g_free. */
static char *complaint(const struct parallel *parallel)
{
    g_autofree char *path = own_file(parallel, "log"), *text = NULL;
    g_autofree char *good = g_strdup_printf("\t%s: shard ", parallel->launch->manifest->sweep->name);
    char *last = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return NULL;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++)
        if (**line && !strstr(*line, good))
            last = *line;
    return last ? g_strdelimit(g_strdup(last), "\t", ' ') : NULL;
}

static gboolean judge(const struct parallel *parallel, const struct watch *watch, GError **error)
{
    guint missing = watch_missing(watch);
    if (missing == 0)
        return TRUE;
    g_autofree char *said = complaint(parallel);
    return failure(
        error, STATUS_FAILED,
        "weft sweep: %u points have no result, and GNU parallel has ended; its log is %s/log%s%s; the "
        "same call goes on",
        missing, parallel->directory, said ? ", which ends: " : "", said ? said : "");
}

static gboolean run_shards(struct parallel *parallel, GError **error)
{
    struct shards shards = {0};
    struct watch watch;
    gboolean good = shards_choose(parallel->launch, parallel->hosts.jobs, SWEEP_POINTS_MAX, &shards, error) &&
                    shards_forget_failures(parallel->launch, error) &&
                    write_numbers(parallel, &shards, error) && say_started(parallel, &shards, error);
    if (good) {
        watch_begin(&watch, parallel->launch);
        good = start(parallel, &shards, error) && wait_for_end(parallel, &watch, error) &&
               judge(parallel, &watch, error);
        watch_end(&watch);
    }
    shards_clear(&shards);
    return good;
}

/* --- the launcher --- */

static gboolean check(const struct launch_options *options, GError **error)
{
    if (options->hosts && options->login_file)
        return failure(error, STATUS_INPUT, "--hosts and --sshloginfile; allowed: one of them");
    return program_check("parallel", "parallel", "parallel", error) &&
           ((!options->hosts && !options->login_file) ||
            program_check("ssh", "parallel", "openssh-client", error));
}

static gboolean run(struct launch *launch, GError **error)
{
    struct parallel parallel = {.launch = launch,
                                .directory = g_build_filename(launch->directory->path, "parallel", NULL)};
    gboolean good = parallel_hosts_find(launch, &parallel.hosts, error) && run_shards(&parallel, error);
    parallel_hosts_clear(&parallel.hosts);
    g_free(parallel.directory);
    return good;
}

const struct launcher launcher_parallel = {
    .name = "parallel",
    .help =
        "GNU parallel, on this machine or by ssh on --hosts; shards that end badly are run again elsewhere",
    .shards = true,
    .check = check,
    .run = run,
};
