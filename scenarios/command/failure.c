/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Errors of the command: a status and one line. */

#include "failure.h"

#include <stdio.h>

GQuark failure_quark(void)
{
    return g_quark_from_static_string("weft-failure");
}

gboolean failure(GError **error, int status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    GError *made = g_error_new_valist(FAILURE, status, format, arguments);
    va_end(arguments);
    /* What a user or a file said may be quoted in it: it must stay one line and leave the terminal alone. */
    for (char *at = made->message; *at; at++)
        if (g_ascii_iscntrl(*at))
            *at = '?';
    g_propagate_error(error, made);
    return FALSE;
}

int failure_report(GError *error)
{
    int status = error->domain == FAILURE ? error->code : STATUS_FAILED;
    fflush(stdout);
    fprintf(stderr, "%s\n", error->message);
    g_error_free(error);
    return status;
}
