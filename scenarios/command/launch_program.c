/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs run, and what they say. */

#include "launch_program.h"

#include "failure.h"

#include <signal.h>
#include <string.h>

gboolean program_check(const char *program, const char *launcher, const char *package, GError **error)
{
    g_autofree char *path = g_find_program_in_path(program);
    return path || failure(error, STATUS_INPUT, "weft sweep: --launcher %s: there is no %s, install %s",
                           launcher, program, package);
}

void program_let_signals(gpointer nobody)
{
    sigset_t none;
    (void)nobody;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

gboolean program_run(const char *const *argv, char **environment, char **out, char **err, int *status,
                     GError **error)
{
    g_autofree char *said = NULL, *complained = NULL;
    g_autoptr(GError) cause = NULL;
    if (!g_spawn_sync(NULL, (char **)argv, environment, G_SPAWN_SEARCH_PATH, program_let_signals, NULL, &said,
                      &complained, status, &cause))
        return failure(error, STATUS_FAILED, "weft sweep: %s cannot be run: %s", argv[0], cause->message);
    if (out)
        *out = g_steal_pointer(&said);
    if (err)
        *err = g_steal_pointer(&complained);
    return TRUE;
}

const char *program_words(char *said)
{
    g_strstrip(said);
    said[strcspn(said, "\r\n")] = '\0';
    return *said ? said : "no reason given";
}
