/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A list of what to remove, which a signal handler may walk at any instant: it changes with those signals blocked. */

#include "leftovers.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct leftover {
    struct leftover *next, **link; /* link: what points to this one */
    char *path;
};

/* Newest first, so that a directory comes before the one that it lies in. */
static struct leftover *files, *directories;
static pid_t owner; /* the process that they are of; 0: no signal is caught yet */

/* What ends a process from outside; faults of its own and SIGKILL are not among them. */
static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGXCPU, SIGXFSZ};

static void add(struct leftover **list, struct leftover *leftover)
{
    leftover->link = list;
    leftover->next = *list;
    if (*list)
        (*list)->link = &leftover->next;
    *list = leftover;
}

static void drop(struct leftover *leftover)
{
    *leftover->link = leftover->next;
    if (leftover->next)
        leftover->next->link = leftover->link;
}

/* Calls only what POSIX allows in a handler. Its action is the default again, and the signal comes when this returns. */
static void on_signal(int number)
{
    if (getpid() == owner) {
        for (const struct leftover *at = files; at; at = at->next)
            unlink(at->path);
        for (const struct leftover *at = directories; at; at = at->next)
            rmdir(at->path); /* refuses to go with something in it */
    }
    raise(number);
}

static void signal_set(sigset_t *set)
{
    sigemptyset(set);
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
        sigaddset(set, signals[i]);
}

/* A signal that was ignored when the process began (nohup) stays so. */
static void catch_signals(void)
{
    struct sigaction before, action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    signal_set(&action.sa_mask);
    owner = getpid();
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
        if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
            sigaction(signals[i], &action, NULL);
}

/* Between these two no handler runs. */
static void hold_signals(sigset_t *before)
{
    sigset_t set;
    signal_set(&set);
    sigprocmask(SIG_BLOCK, &set, before);
    if (!owner)
        catch_signals();
}

static void let_signals(const sigset_t *before)
{
    int failed = errno;
    sigprocmask(SIG_SETMASK, before, NULL);
    errno = failed;
}

static struct leftover *new_leftover(struct leftover **list, const char *path)
{
    struct leftover *leftover = g_new0(struct leftover, 1);
    leftover->path = g_strdup(path);
    add(list, leftover);
    return leftover;
}

static void end(struct leftover *leftover)
{
    drop(leftover);
    g_free(leftover->path);
    g_free(leftover);
}

static void remove_directories(void)
{
    for (struct leftover *at = directories, *next; at; at = next) {
        next = at->next;
        if (rmdir(at->path) == 0)
            end(at);
    }
}

struct leftover *leftover_new(char *path, int *fd)
{
    sigset_t before;
    hold_signals(&before);
    *fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0600);
    struct leftover *leftover = *fd >= 0 ? new_leftover(&files, path) : NULL;
    let_signals(&before);
    return leftover;
}

bool leftover_rename(struct leftover *leftover, const char *path)
{
    sigset_t before;
    hold_signals(&before);
    bool good = rename(leftover->path, path) == 0;
    if (good)
        end(leftover);
    let_signals(&before);
    return good;
}

void leftover_remove(struct leftover *leftover)
{
    sigset_t before;
    hold_signals(&before);
    unlink(leftover->path);
    end(leftover);
    remove_directories();
    let_signals(&before);
}

static bool make_directory(const char *path)
{
    if (mkdir(path, 0777) == 0) {
        new_leftover(&directories, path);
        return true;
    }
    if (errno != EEXIST)
        return false;
    if (g_file_test(path, G_FILE_TEST_IS_DIR))
        return true;
    errno = ENOTDIR;
    return false;
}

static bool make_directories(const char *path)
{
    if (make_directory(path))
        return true;
    g_autofree char *above = g_path_get_dirname(path);
    return errno == ENOENT && strcmp(above, path) != 0 && make_directories(above) && make_directory(path);
}

bool leftover_directory(const char *path)
{
    sigset_t before;
    hold_signals(&before);
    bool good = make_directories(path);
    if (!good) {
        int failed = errno;
        remove_directories();
        errno = failed;
    }
    let_signals(&before);
    return good;
}
