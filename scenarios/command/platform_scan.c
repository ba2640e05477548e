/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text of a platform, before SimGrid has it: is it XML, where does it say what, and does it say what no setup can? That is
 * what changes with time, as a setup has rates and speeds for a whole run; radio; and options of SimGrid, which are the back
 * ends' to choose. */

#include "platform.h"

#include "failure.h"

#include <string.h>

struct scan {
    struct platform *platform;
    int line;   /* that is read; GLib's own count is one ahead behind the last character of a line */
    char *host; /* that is open, or NULL */
};

static const char *attribute(const char **names, const char **values, const char *name)
{
    for (size_t i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return values[i];
    return NULL;
}

static void note_line(struct scan *scan, const char *first, const char *second, const char *third)
{
    g_hash_table_insert(scan->platform->lines, g_strjoin(" ", first, second, third, NULL),
                        GINT_TO_POINTER(scan->line));
}

static const char with_time[] =
    "what changes with time is not modelled; allowed: bandwidths, latencies, speeds and "
    "states that stay",
                  radio[] = "radio is not modelled; allowed: links of wire or glass",
                  options[] = "options of SimGrid are the back end's to choose; allowed: a platform without";

/* NULL: nothing is wrong. Profiles are elements trace and trace_connect, and attributes speed_file, bandwidth_file, ... */
static const char *fault_of_element(const char *element)
{
    if (strcmp(element, "config") == 0)
        return options;
    return g_str_has_prefix(element, "trace") ? with_time : NULL;
}

static const char *fault_of_attribute(const char *name, const char *value)
{
    if (g_str_has_suffix(name, "_file"))
        return with_time;
    gboolean is_kind = g_str_has_suffix(name, "sharing_policy") || strcmp(name, "routing") == 0;
    return is_kind && g_ascii_strcasecmp(value, "WIFI") == 0 ? radio : NULL;
}

static gboolean refuse(const struct scan *scan, const char *element, const char **names, const char **values,
                       GError **error)
{
    const char *fault = fault_of_element(element), *where = "";
    for (size_t i = 0; !fault && names[i]; i++)
        if ((fault = fault_of_attribute(names[i], values[i])))
            where = names[i];
    if (fault)
        failure(error, STATUS_INPUT, "%s:%d: <%s>%s%s: %s", scan->platform->path, scan->line, element,
                *where ? " " : "", where, fault);
    return fault != NULL;
}

static void on_start(GMarkupParseContext *context, const char *element, const char **names,
                     const char **values, void *data, GError **error)
{
    struct scan *scan = data;
    const char *id = attribute(names, values, "id");
    (void)context;
    if (refuse(scan, element, names, values, error) || !id)
        return;
    if (strcmp(element, "host") == 0) {
        g_free(scan->host);
        scan->host = g_strdup(id);
    }
    if (strcmp(element, "host") == 0 || strcmp(element, "link") == 0)
        note_line(scan, element, id, NULL);
    else if (strcmp(element, "prop") == 0 && scan->host)
        note_line(scan, "host", scan->host, id);
}

static void on_end(GMarkupParseContext *context, const char *element, void *data, GError **error)
{
    struct scan *scan = data;
    (void)context, (void)error;
    if (strcmp(element, "host") == 0)
        g_clear_pointer(&scan->host, g_free);
}

static gboolean scan_lines(struct scan *scan, GMarkupParseContext *context, GError **error)
{
    const char *at = scan->platform->text;
    for (scan->line = 1; *at; scan->line++) {
        size_t length = strcspn(at, "\n");
        length += at[length] == '\n';
        if (!g_markup_parse_context_parse(context, at, (gssize)length, error))
            return FALSE;
        at += length;
    }
    scan->line--;
    return g_markup_parse_context_end_parse(context, error);
}

/* Without the place that GLib puts before it ("Error on line 3 char 5: ..."), where it does. */
static const char *without_place(const char *message)
{
    const char *colon = g_str_has_prefix(message, "Error on line ") ? strstr(message, ": ") : NULL;
    return colon ? colon + 2 : message;
}

gboolean platform_scan(struct platform *platform, GError **error)
{
    static const GMarkupParser parser = {.start_element = on_start, .end_element = on_end};
    struct scan scan = {.platform = platform};
    g_autoptr(GError) wrong = NULL;
    GMarkupParseContext *context = g_markup_parse_context_new(&parser, 0, &scan, NULL);
    gboolean good = scan_lines(&scan, context, &wrong);
    g_markup_parse_context_free(context);
    g_free(scan.host);
    if (good)
        return TRUE;
    if (wrong->domain != FAILURE)
        return failure(error, STATUS_INPUT, "%s:%d: %s; allowed: a SimGrid platform, XML in UTF-8",
                       platform->path, scan.line, without_place(wrong->message));
    g_propagate_error(error, g_steal_pointer(&wrong));
    return FALSE;
}
