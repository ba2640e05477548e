/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Results counted, signals waited for. */

#include "launch_watch.h"

#include "failure.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* --- signals --- */

/* What a user or a system ends a process with, where it is not ignored (nohup). */
static void ending_signals(sigset_t *set)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct sigaction action;
    sigemptyset(set);
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
        if (sigaction(numbers[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
            sigaddset(set, numbers[i]);
}

int watch_wait(const struct watch *watch, int ms)
{
    const struct timespec time = {ms / 1000, (long)(ms % 1000) * 1000000};
    sigset_t set;
    (void)watch;
    ending_signals(&set);
    sigaddset(&set, SIGCHLD);
    int number = sigtimedwait(&set, NULL, &time);
    return number > 0 && number != SIGCHLD ? number : 0;
}

void watch_die(struct watch *watch, int signal)
{
    watch_end(watch); /* lets it through */
    raise(signal);
    _exit(STATUS_FAILED); /* it was held back when this process began */
}

/* --- results --- */

void watch_begin(struct watch *watch, const struct launch *launch)
{
    sigset_t set;
    *watch = (struct watch){
        .launch = launch, .left = g_array_copy(launch->todo), .clock = sweep_clock_begin(launch->todo->len)};
    ending_signals(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, &watch->before);
}

void watch_end(struct watch *watch)
{
    sweep_clock_end(&watch->clock);
    g_clear_pointer(&watch->left, g_array_unref);
    sigprocmask(SIG_SETMASK, &watch->before, NULL);
}

/* Opening the directory makes a network file system look what is new there, which asking for one name after the other may not. */
static GHashTable *names_in(const char *path, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(GDir) directory = g_dir_open(path, 0, &cause);
    if (!directory) {
        failure(error, STATUS_FAILED, "%s: cannot be read: %s", path, cause->message);
        return NULL;
    }
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const char *name;
    while ((name = g_dir_read_name(directory)))
        g_hash_table_add(names, g_strdup(name));
    return names;
}

/* `*has`: there is a whole record of this kind. */
static gboolean look_at(const struct watch *watch, GHashTable *names, guint index, enum record_kind kind,
                        bool *has, GError **error)
{
    const struct manifest_point *point = manifest_at(watch->launch->manifest, index);
    g_autofree char *name = record_name(point, kind), *where = NULL;
    enum record_state state;
    struct record record;
    *has = false;
    if (!g_hash_table_contains(names, name))
        return TRUE;
    if (!sweep_directory_read(watch->launch->directory, point, kind, &where, &state, &record, error))
        return FALSE;
    *has = state == RECORD_WHOLE && (kind == RECORD_RESULT) == (record.result != NULL);
    if (state == RECORD_WHOLE)
        record_clear(&record);
    return TRUE;
}

gboolean watch_look(struct watch *watch, GError **error)
{
    g_autoptr(GHashTable) names = names_in(watch->launch->directory->points, error);
    g_autoptr(GArray) left = g_array_new(FALSE, FALSE, sizeof(guint));
    if (!names)
        return FALSE;
    watch->failed = 0;
    for (guint i = 0; i < watch->left->len; i++) {
        guint index = g_array_index(watch->left, guint, i);
        bool result, failed = false;
        if (!look_at(watch, names, index, RECORD_RESULT, &result, error) ||
            (!result && !look_at(watch, names, index, RECORD_FAILURE, &failed, error)))
            return FALSE;
        if (!result)
            g_array_append_val(left, index);
        watch->failed += failed;
    }
    g_array_unref(watch->left);
    watch->left = g_steal_pointer(&left);
    return TRUE;
}

guint watch_missing(const struct watch *watch)
{
    return watch->left->len - watch->failed;
}

void watch_tell(struct watch *watch, const char *more)
{
    if (isatty(STDERR_FILENO))
        sweep_clock_tell(&watch->clock, watch->launch->todo->len - watch_missing(watch), watch->failed, more);
}
