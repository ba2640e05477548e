/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The colours of figures. */

#include "ink.h"

/* Black and white are the page's own: those of its text and of its paper. */
const struct ink inks[] = {
    {"#000000", "#1b1f24", "#1b1f24", "#e7eaed", FALSE},
    {"#ffffff", PAPER_LIGHT, PAPER_LIGHT, PAPER_DARK, TRUE},
    {"#d55e00", "#d55e00", "#c35500", "#f08a3c", FALSE},
    {"#009e73", "#009e73", "#007e5b", "#2fbf96", FALSE},
    {"#0072b2", "#0072b2", "#0072b2", "#5aaee8", FALSE},
    {"#cc79a7", "#c66f9f", "#a8527f", "#dd97bd", FALSE},
    {"#e69f00", "#b87f00", "#8f6300", "#e69f00", FALSE},
    {"#56b4e9", "#2f8cc4", "#1f7bb0", "#56b4e9", FALSE},
    {"#707070", "#707070", "#6a6a6a", "#9aa3ab", FALSE},
    {"#777777", "#777777", "#6a6a6a", "#9aa3ab", FALSE},
    {"#999999", "#8c8c8c", "#6a6a6a", "#8b949d", FALSE},
    {"#eebf99", "#eebf99", "#6a6a6a", "#6b4a2e", TRUE},
    {"#8cd0bd", "#8cd0bd", "#6a6a6a", "#2b5b4d", TRUE},
    {"#8fbfdc", "#8fbfdc", "#6a6a6a", "#2c5570", TRUE},
    {"#e6bfd5", "#e6bfd5", "#6a6a6a", "#6a4b5c", TRUE},
    {"#f2cc80", "#f2cc80", "#6a6a6a", "#6b5527", TRUE},
    {"#bbe1f6", "#bbe1f6", "#6a6a6a", "#3a5e73", TRUE},
    {"#bbbbbb", "#bbbbbb", "#6a6a6a", "#5a6067", TRUE},
    {"#d8d8d8", "#d8d8d8", "#6a6a6a", "#3a424a", TRUE},
    {"#dddddd", "#dddddd", "#6a6a6a", "#323940", TRUE},
    {"#e0e0e0", "#e0e0e0", "#6a6a6a", "#2f363d", TRUE},
    {NULL, NULL, NULL, NULL, FALSE},
};

/* `where` selects the figures. */
static void rules(GString *style, const char *where, const struct ink *ink, const char *line,
                  const char *text)
{
    static const char *const properties[] = {"stroke", "fill", "color"};
    for (size_t i = 0; i < G_N_ELEMENTS(properties); i++)
        g_string_append_printf(style, "%s [%s=\"%s\"]{%s:%s}\n", where, properties[i], ink->drawn,
                               properties[i], line);
    g_string_append_printf(style, "%s [fill=\"%s\"] text,%s text[fill=\"%s\"]{fill:%s}\n", where, ink->drawn,
                           where, ink->drawn, text);
}

void ink_rules(GString *style)
{
    for (const struct ink *ink = inks; ink->drawn; ink++)
        rules(style, ".fig", ink, ink->light_line, ink->light_text);
    g_string_append(style, "@media screen and (prefers-color-scheme:dark){\n");
    for (const struct ink *ink = inks; ink->drawn; ink++)
        rules(style, ".fig:not(.card)", ink, ink->dark, ink->dark);
    g_string_append(style, "}\n");
}
