/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Errors by value: a code for the program, a text for a person. */
#include "weft/base.h"

#include <stdarg.h>
#include <stdio.h>

int weft_fail(struct weft_error *error, int code, const char *format, ...)
{
    if (error) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(error->text, sizeof error->text, format, arguments);
        va_end(arguments);
    }
    return code;
}
