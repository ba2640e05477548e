/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs under test, and what is taken from them. */

#include "outcome.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOT_SET_UP = 99 }; /* no status of a program under test */

struct outcome outcome_of(const char *directory, const char *program, const char *const *options,
                          GSpawnChildSetupFunc set_up, gpointer data)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    struct outcome outcome;
    int status = 0;
    GError *error = NULL;
    g_ptr_array_add(argv, (gpointer)program);
    for (; *options; options++)
        g_ptr_array_add(argv, (gpointer)*options);
    g_ptr_array_add(argv, NULL);
    g_spawn_sync(directory, (char **)argv->pdata, NULL, G_SPAWN_DEFAULT, set_up, data, &outcome.out,
                 &outcome.err, &status, &error);
    g_assert_no_error(error);
    g_assert_true(WIFEXITED(status));
    outcome.status = WEXITSTATUS(status);
    g_assert_cmpint(outcome.status, !=, NOT_SET_UP);
    return outcome;
}

void outcome_clear(struct outcome *outcome)
{
    g_free(outcome->out);
    g_free(outcome->err);
}

static void put(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0 || write(file, text, strlen(text)) != (ssize_t)strlen(text))
        _exit(NOT_SET_UP);
    close(file);
}

void outcome_without_capability(gpointer capability)
{
    prctl(PR_CAPBSET_DROP, GPOINTER_TO_UINT(capability), 0, 0, 0);
}

/* Where no user namespace may be had, as behind chroot(), there is only root's right to take. */
void outcome_without_namespaces(gpointer unused)
{
    (void)unused;
    if (unshare(CLONE_NEWUSER) < 0) {
        outcome_without_capability(GUINT_TO_POINTER(CAP_SYS_ADMIN));
        return;
    }
    put("/proc/self/setgroups", "deny");
    put("/proc/self/uid_map", "0 0 1");
    put("/proc/sys/user/max_net_namespaces", "0");
}
