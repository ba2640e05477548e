/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Loading the module, and what is told meanwhile. */

#include "linux_tools.h"

#include "failure.h"
#include "modules.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

const struct linux_tools *linux_tools_load(const char *command, GError **error)
{
    GError *why = NULL;
    linux_tools_entry *entry;
    void *address = module_symbol(LINUX_TOOLS_MODULE, LINUX_TOOLS_SYMBOL, LINUX_TOOLS_PACKAGE, &why);
    if (!address) {
        failure(error, why->code, "weft %s: %s", command, why->message);
        g_clear_error(&why);
        return NULL;
    }
    memcpy(&entry, &address, sizeof entry); /* ISO C has no cast from object to function pointers */
    const struct linux_tools *tools = entry();
    if (tools->version == LINUX_TOOLS_VERSION)
        return tools;
    failure(error, STATUS_FAILED, "weft %s: %s is of another version of weft", command, LINUX_TOOLS_MODULE);
    return NULL;
}

void linux_tools_tell(void *context, const char *what, guint done, guint of)
{
    enum { WIDTH = 60 };
    (void)context;
    if (!isatty(STDERR_FILENO))
        return;
    if (done < of)
        fprintf(stderr, "\r%s: %u of %u ", what, done, of);
    else
        fprintf(stderr, "\r%*s\r", WIDTH, "");
}
