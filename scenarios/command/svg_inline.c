/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading a picture, and writing it again with what a page may have. */

#include "svg_inline.h"

#include "failure.h"
#include "html.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char *const drawn[] = {"svg",  "g",        "path",    "rect",           "circle", "ellipse",
                                    "line", "polyline", "polygon", "text",           "tspan",  "use",
                                    "defs", "clipPath", "pattern", "linearGradient", "stop",   NULL};
/* Left out with all that is in them: names that gnuplot gives itself, and boxes behind labels. */
static const char *const passed_over[] = {"title", "desc", "filter", "metadata", NULL};
static const char *const taken[] = {"d",
                                    "x",
                                    "y",
                                    "x1",
                                    "x2",
                                    "y1",
                                    "y2",
                                    "dx",
                                    "dy",
                                    "cx",
                                    "cy",
                                    "r",
                                    "rx",
                                    "ry",
                                    "width",
                                    "height",
                                    "points",
                                    "transform",
                                    "viewBox",
                                    "offset",
                                    "preserveAspectRatio",
                                    "patternUnits",
                                    "gradientUnits",
                                    "patternTransform",
                                    "stroke-width",
                                    "stroke-dasharray",
                                    "stroke-linecap",
                                    "stroke-linejoin",
                                    "stroke-opacity",
                                    "fill-opacity",
                                    "fill-rule",
                                    "opacity",
                                    "font-size",
                                    "font-weight",
                                    "font-style",
                                    "text-anchor",
                                    "baseline-shift",
                                    "class",
                                    "xml:space",
                                    NULL};
static const char *const colours[] = {"fill", "stroke", "color", "stop-color", NULL};
static const char *const references[] = {"href", "xlink:href", "clip-path", NULL};

static const struct {
    const char *name, *hex;
} names[] = {{"black", "#000000"},    {"white", "#ffffff"},     {"grey", "#808080"},
             {"gray", "#808080"},     {"lightgrey", "#d3d3d3"}, {"lightgray", "#d3d3d3"},
             {"darkgrey", "#a9a9a9"}, {"darkgray", "#a9a9a9"},  {"red", "#ff0000"}};

char *svg_colour(const char *text)
{
    unsigned r, g, b;
    char end = '\0';
    if (sscanf(text, " rgb( %u , %u , %u %c", &r, &g, &b, &end) == 4 && end == ')' && r < 256 && g < 256 &&
        b < 256)
        return g_strdup_printf("#%02x%02x%02x", r, g, b);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_ascii_strcasecmp(names[i].name, text) == 0)
            return g_strdup(names[i].hex);
    if (text[0] == '#' && strlen(text) == 4)
        return g_strdup_printf("#%c%c%c%c%c%c", g_ascii_tolower(text[1]), g_ascii_tolower(text[1]),
                               g_ascii_tolower(text[2]), g_ascii_tolower(text[2]), g_ascii_tolower(text[3]),
                               g_ascii_tolower(text[3]));
    return text[0] == '#' ? g_ascii_strdown(text, -1) : g_strdup(text);
}

struct writing {
    GString *page;
    const char *prefix, *title;
    guint depth;       /* of elements */
    guint passed_over; /* depth of what is left out; 0: nothing is */
    bool in_text;      /* where white space counts */
};

/* --- attributes --- */

/* "#id" or "url(#id)": of this picture only. */
static void put_reference(const struct writing *writing, const char *name, const char *value)
{
    const char *attribute = strcmp(name, "xlink:href") == 0 ? "href" : name;
    g_autofree char *id = g_str_has_prefix(value, "#") ? g_strdup(value + 1)
                          : g_str_has_prefix(value, "url(#") && g_str_has_suffix(value, ")")
                              ? g_strndup(value + 5, strlen(value) - 6)
                              : NULL;
    if (id && value[0] == '#')
        html_put(writing->page, " %s=\"#%s%s\"", attribute, writing->prefix, id);
    else if (id)
        html_put(writing->page, " %s=\"url(#%s%s)\"", attribute, writing->prefix, id);
}

static void put_attribute(const struct writing *writing, const char *name, const char *value)
{
    if (strcmp(name, "id") == 0) {
        html_put(writing->page, " id=\"%s%s\"", writing->prefix, value);
    } else if (g_strv_contains(references, name) || g_str_has_prefix(value, "url(")) {
        put_reference(writing, name, value);
    } else if (g_strv_contains(colours, name)) {
        g_autofree char *colour = svg_colour(value);
        html_put(writing->page, " %s=\"%s\"", name, colour);
    } else if (g_strv_contains(taken, name)) {
        html_put(writing->page, " %s=\"%s\"", name, value);
    }
}

/* --- elements --- */

/* The page says how wide it is; its own size would not shrink. */
static void put_root(const struct writing *writing, const char **names_, const char **values)
{
    html_put(writing->page, "<svg role=\"img\" aria-label=\"%s\"", writing->title);
    for (; *names_; names_++, values++)
        if (strcmp(*names_, "viewBox") == 0)
            html_put(writing->page, " viewBox=\"%s\"", *values);
    g_string_append_c(writing->page, '>');
}

static void begin(GMarkupParseContext *context, const char *element, const char **names_, const char **values,
                  void *data, GError **error)
{
    struct writing *writing = data;
    (void)context;
    writing->depth++;
    if (writing->passed_over)
        return;
    if (g_strv_contains(passed_over, element)) {
        writing->passed_over = writing->depth;
        return;
    }
    if (!g_strv_contains(drawn, element) || (strcmp(element, "svg") == 0) != (writing->depth == 1)) {
        failure(error, STATUS_FAILED, "weft: gnuplot: <%s> in a picture cannot be put into a page", element);
        return;
    }
    writing->in_text = strcmp(element, "text") == 0 || writing->in_text;
    if (writing->depth == 1) {
        put_root(writing, names_, values);
        return;
    }
    html_put(writing->page, "<%s", element);
    for (; *names_; names_++, values++)
        put_attribute(writing, *names_, *values);
    g_string_append_c(writing->page, '>');
}

static void end(GMarkupParseContext *context, const char *element, void *data, GError **error)
{
    struct writing *writing = data;
    (void)context, (void)error;
    if (strcmp(element, "text") == 0)
        writing->in_text = false;
    if (!writing->passed_over)
        html_put(writing->page, "</%s>%s", element, writing->in_text ? "" : "\n");
    if (writing->passed_over == writing->depth)
        writing->passed_over = 0;
    writing->depth--;
}

static void text_between(GMarkupParseContext *context, const char *text, gsize length, void *data,
                         GError **error)
{
    const struct writing *writing = data;
    g_autofree char *whole = g_strndup(text, length);
    (void)context, (void)error;
    if (writing->in_text && !writing->passed_over)
        html_put(writing->page, "%s", whole);
}

gboolean svg_inline(GString *page, GBytes *picture, const char *prefix, const char *title, GError **error)
{
    static const GMarkupParser parser = {begin, end, text_between, NULL, NULL};
    struct writing writing = {.page = page, .prefix = prefix, .title = title};
    gsize length, before = page->len;
    const char *data = g_bytes_get_data(picture, &length);
    GError *cause = NULL;
    GMarkupParseContext *context = g_markup_parse_context_new(&parser, 0, &writing, NULL);
    gboolean good = g_markup_parse_context_parse(context, data, (gssize)length, &cause) &&
                    g_markup_parse_context_end_parse(context, &cause);
    g_markup_parse_context_free(context);
    if (good)
        return TRUE;
    g_string_truncate(page, before);
    if (cause->domain == FAILURE)
        g_propagate_error(error, cause);
    else {
        failure(error, STATUS_FAILED, "weft: gnuplot: a picture is no SVG: %s", cause->message);
        g_error_free(cause);
    }
    return FALSE;
}
