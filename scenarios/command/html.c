/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Escaping. */

#include "html.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* GLib writes control characters as references, which HTML has not. */
static void without_controls(char *text)
{
    static const char *const legal[] = {"&#x9;", "&#xa;", "&#xd;", NULL};
    static const char replacement[] = {'\xEF', '\xBF', '\xBD'}; /* U+FFFD */
    for (char *at = strstr(text, "&#x"); at; at = strstr(at + 1, "&#x")) {
        const char *end = strchr(at, ';');
        g_autofree char *reference = g_strndup(at, (gsize)(end - at) + 1);
        if (g_strv_contains(legal, reference))
            continue;
        memset(at, ' ', (gsize)(end - at) + 1);
        memcpy(at, replacement, sizeof replacement); /* a reference has four bytes or more */
    }
}

void html_put(GString *page, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *escaped = g_markup_vprintf_escaped(format, arguments);
    va_end(arguments);
    g_autofree char *valid = g_utf8_make_valid(escaped, -1);
    without_controls(valid);
    g_string_append(page, valid);
}

char *html_number(double value)
{
    enum { DIGITS = 4, WHOLE_MOST = 15 };
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    if (!isfinite(value))
        return g_strdup("–");
    double size = fabs(value);
    int before = size >= 1 ? (int)floor(log10(size)) + 1 : 0;
    bool plain = value == floor(value) || (size >= 1e-3 && before <= WHOLE_MOST);
    g_autofree char *format =
        plain ? g_strdup_printf("%%.%df", value == floor(value) ? 0 : MAX(DIGITS - MAX(before, 1), 0))
              : g_strdup("%.3g");
    g_ascii_formatd(text, sizeof text, format, value);
    return *text == '-' ? g_strconcat("−", text + 1, NULL) : g_strdup(text);
}
