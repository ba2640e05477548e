/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Families of processes and their namespaces, as /proc has them. */

#include "killed.h"

#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Of /proc/PID/stat: the parent. 0: no such process, or only its exit status is left. */
static pid_t parent_of(pid_t pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/stat", pid), *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return 0;
    const char *after_name = strrchr(text, ')');
    return after_name[2] == 'Z' ? 0 : (pid_t)strtol(after_name + 4, NULL, 10);
}

static char *namespace_of(pid_t pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/ns/net", pid);
    return g_file_read_link(path, NULL);
}

static GArray *processes(void)
{
    GArray *pids = g_array_new(FALSE, FALSE, sizeof(pid_t));
    GDir *dir = g_dir_open("/proc", 0, NULL);
    for (const char *name; (name = g_dir_read_name(dir));) {
        pid_t pid = (pid_t)strtol(name, NULL, 10);
        if (pid > 0)
            g_array_append_val(pids, pid);
    }
    g_dir_close(dir);
    return pids;
}

/* Adds processes below `root`, and namespaces of theirs that are not the test's. */
static void add_family(pid_t root, GArray *family, GPtrArray *namespaces)
{
    g_autofree char *own = namespace_of(getpid());
    g_autoptr(GArray) all = processes();
    for (guint i = 0; i < all->len; i++) {
        pid_t pid = g_array_index(all, pid_t, i);
        if (parent_of(pid) != root)
            continue;
        g_autofree char *space = namespace_of(pid);
        g_array_append_val(family, pid);
        if (space && strcmp(space, own) != 0 &&
            !g_ptr_array_find_with_equal_func(namespaces, space, g_str_equal, NULL))
            g_ptr_array_add(namespaces, g_steal_pointer(&space));
        add_family(pid, family, namespaces);
    }
}

static bool anything_left(const GArray *family, GPtrArray *namespaces)
{
    while (waitpid(-1, NULL, WNOHANG) > 0) /* orphans come to the test */
        ;
    for (guint i = 0; i < family->len; i++)
        if (parent_of(g_array_index(family, pid_t, i)) != 0)
            return true;
    g_autoptr(GArray) all = processes();
    for (guint i = 0; i < all->len; i++) {
        g_autofree char *space = namespace_of(g_array_index(all, pid_t, i));
        if (space && g_ptr_array_find_with_equal_func(namespaces, space, g_str_equal, NULL))
            return true;
    }
    return false;
}

static void assert_no_links(void)
{
    struct if_nameindex *links = if_nameindex();
    for (const struct if_nameindex *link = links; link && link->if_index; link++)
        g_assert_false(g_str_has_prefix(link->if_name, "weft-"));
    if_freenameindex(links);
}

static GPid start(const char *const *argv)
{
    GPid pid;
    GError *error = NULL;
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    g_spawn_async(NULL, (char **)argv, NULL,
                  G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                  NULL, &pid, &error);
    g_assert_no_error(error);
    return pid;
}

/* Looks at its family `looks` times, so long after each other, or until there is a namespace; kills it then. */
static guint kill_and_look(const char *const *argv, int signal_number, guint looks, gulong after_us)
{
    enum { TRIES = 200, PAUSE_US = 10000 }; /* less than what is killed would go on */
    g_autoptr(GArray) family = g_array_new(FALSE, FALSE, sizeof(pid_t));
    g_autoptr(GPtrArray) namespaces = g_ptr_array_new_with_free_func(g_free);
    int tries = 0;
    const GPid pid = start(argv);
    for (guint i = 0; i < looks && namespaces->len == 0; i++) {
        g_usleep(after_us);
        add_family(pid, family, namespaces);
    }
    g_assert_cmpint(kill(pid, signal_number), ==, 0);
    g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
    while (anything_left(family, namespaces) && tries++ < TRIES)
        g_usleep(PAUSE_US);
    g_assert_cmpint(tries, <, TRIES);
    assert_no_links();
    return namespaces->len;
}

guint killed_after(const char *const *argv, int signal_number, gulong after_us)
{
    return kill_and_look(argv, signal_number, 1, after_us);
}

guint killed_midway(const char *const *argv, int signal_number)
{
    enum { LOOKS = 2000, PAUSE_US = 5000 };
    return kill_and_look(argv, signal_number, LOOKS, PAUSE_US);
}
