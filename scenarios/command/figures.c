/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Figures: gnuplot runs a script of plots/ on a result file. */

#include "figures.h"

#include "failure.h"
#include "gnuplot.h"
#include "outfile.h"

#include <glib/gstdio.h>

const char *const figure_formats[] = {"svg", "png", "pdf", NULL};

gboolean figure_picture(const struct figure *figure, const char *input, const char *format, GBytes **picture,
                        GError **error)
{
    return gnuplot_run(figure->name, input, format, picture, error);
}

static char *picture_name(const struct figure *figure, const char *format)
{
    return g_strdup_printf("%s.%s", figure->name, format);
}

/* An older one would be taken for this one. */
static void remove_pictures(const struct figure *figure, const char *const *formats, const char *directory)
{
    for (; *formats; formats++) {
        g_autofree char *name = picture_name(figure, *formats);
        g_autofree char *path = g_build_filename(directory, name, NULL);
        g_unlink(path);
    }
}

gboolean figure_draw(const struct figure *figure, const char *input, const char *const *formats,
                     const char *directory, gboolean *drawn, GError **error)
{
    *drawn = FALSE;
    for (const char *const *format = formats; *format; format++) {
        g_autoptr(GBytes) picture = NULL;
        if (!figure_picture(figure, input, *format, &picture, error))
            return FALSE;
        if (!picture) {
            remove_pictures(figure, formats, directory);
            *drawn = FALSE;
            return TRUE;
        }
        g_autofree char *name = picture_name(figure, *format);
        gsize length;
        const char *data = g_bytes_get_data(picture, &length);
        if (!outfile_put_in(directory, name, data, length, error))
            return FALSE;
        *drawn = TRUE;
    }
    return TRUE;
}

/* All names, for a message. */
static char *all_names(void)
{
    GString *names = g_string_new(NULL);
    for (const struct figure *figure = figure_table; figure->name; figure++)
        g_string_append_printf(names, "%s%s", names->len ? ", " : "", figure->name);
    return g_string_free(names, FALSE);
}

gboolean figures_check(const char *where, const char *const *names, GError **error)
{
    for (; *names; names++)
        if (!figure_find(*names)) {
            g_autofree char *allowed = all_names();
            return failure(error, STATUS_INPUT, "%s: there is no figure \"%s\"; allowed: %s", where, *names,
                           allowed);
        }
    return TRUE;
}

gboolean figures_draw(const char *directory, const char *csv, const char *const *names, GError **error)
{
    static const char *const formats[] = {"svg", "png", NULL};
    g_autofree char *input = g_build_filename(directory, csv, NULL);
    for (; *names; names++) {
        gboolean drawn = FALSE;
        if (!figure_draw(figure_find(*names), input, formats, directory, &drawn, error))
            return FALSE;
        if (!drawn)
            g_printerr("weft: figure %s is left out: it has nothing to show\n", *names);
    }
    return TRUE;
}
