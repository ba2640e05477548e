/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the module offers the command. */

#include "linux_calibrate.h"
#include "linux_validate.h"

#include <gmodule.h>

G_MODULE_EXPORT linux_tools_entry weft_linux_tools;

const struct linux_tools *weft_linux_tools(void)
{
    static const struct linux_tools tools = {
        .version = LINUX_TOOLS_VERSION, .calibrate = linux_calibrate, .validate = linux_validate};
    return &tools;
}
