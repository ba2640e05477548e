/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The page as a whole. */

#include "report.h"

#include "failure.h"
#include "html.h"
#include "ink.h"

#include <string.h>

extern const char *const report_style[]; /* report.css */

char *report_path(const struct report *report, const char *file)
{
    return g_build_filename(report->directory, file, NULL);
}

void report_link(const struct report *report, const char *file)
{
    g_autofree char *escaped = g_uri_escape_string(file, NULL, FALSE);
    if (report->beside)
        html_put(report->page, "<a href=\"./%s\"><code>%s</code></a>", escaped, file);
    else
        html_put(report->page, "<code>%s</code>", file);
}

/* --- what is there --- */

static gboolean find_sections(struct report *report, GError **error)
{
    g_autoptr(GString) writers = g_string_new(NULL);
    const char *last = "";
    for (const struct report_section *section = report_sections; section->file; section++) {
        g_autofree char *path = report_path(report, section->file);
        if (g_file_test(path, G_FILE_TEST_EXISTS))
            g_ptr_array_add(report->sections, (void *)section);
        if (!strstr(writers->str, section->writer))
            g_string_append_printf(writers, "%s%s", *last ? ", " : "", section->writer);
        last = section->writer;
    }
    return report->sections->len > 0 ||
           failure(error, STATUS_INPUT, "%s: holds no results to report; allowed: a directory of %s",
                   report->directory, writers->str);
}

static gboolean check_directory(const char *directory, GError **error)
{
    if (!g_file_test(directory, G_FILE_TEST_EXISTS))
        return failure(error, STATUS_INPUT, "%s: is not there; needed: a directory of results", directory);
    return g_file_test(directory, G_FILE_TEST_IS_DIR) ||
           failure(error, STATUS_INPUT, "%s: is no directory; needed: one of results", directory);
}

/* --- head --- */

/* The scenario's or the sweep's own, else what the first of the files answers. The caller frees with g_free. */
static char *question_of(const struct report *report)
{
    for (guint i = 0; i < report->repeats->len; i++) {
        const struct repeat_record *repeat = g_ptr_array_index(report->repeats, i);
        if (repeat->question)
            return g_strdup(repeat->question);
    }
    const struct report_section *first = g_ptr_array_index(report->sections, 0);
    g_auto(GStrv) parts = g_strsplit(first->question, "%s", 2);
    return g_strjoinv(report_subject(report), parts);
}

static void put_style(GString *page)
{
    g_autoptr(GString) style = g_string_new(NULL);
    for (const char *const *line = report_style; *line; line++)
        g_string_append_printf(style, "%s\n", *line);
    ink_rules(style);
    g_string_append_printf(page, "<style>\n%s</style>\n", style->str);
}

static void put_nav(struct report *report)
{
    g_string_append(report->page, "<nav aria-label=\"Parts of this page\"><ul>");
    for (guint i = 0; i < report->sections->len; i++) {
        const struct report_section *section = g_ptr_array_index(report->sections, i);
        html_put(report->page, "<li><a href=\"#part-%s\">%s</a></li>", section->file, section->title);
    }
    g_string_append(report->page,
                    "<li><a href=\"#settings\">Settings</a></li><li><a href=\"#provenance\">Provenance"
                    "</a></li><li><a href=\"#repeat\">Repeat it</a></li></ul></nav>\n");
}

/* "weft compare, weft sweep": the commands of the files, each once. The caller frees with g_free. */
static char *commands_of(const struct report *report)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < report->sections->len; i++) {
        const struct report_section *section = g_ptr_array_index(report->sections, i);
        g_auto(GStrv) words = g_strsplit(section->writer, " ", 3);
        g_autofree char *command = g_strdup_printf("%s %s", words[0], words[1]);
        if (!strstr(text->str, command))
            g_string_append_printf(text, "%s%s", text->len ? ", " : "", command);
    }
    return g_strdup(text->str);
}

static void put_head(struct report *report)
{
    g_autofree char *question = question_of(report), *commands = commands_of(report);
    GString *page = report->page;
    g_string_append(page,
                    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                    "'unsafe-inline'; img-src data:\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n");
    html_put(page, "<meta name=\"generator\" content=\"weft %s\">\n<title>%s</title>\n", WEFT_VERSION,
             question);
    put_style(page);
    g_string_append(page, "</head>\n<body>\n<header>\n");
    html_put(page, "<p class=\"kicker\">%s</p>\n<h1>%s</h1>\n", commands, question);
    report_put_lede(report);
    put_nav(report);
    g_string_append(page, "</header>\n<main>\n");
}

/* --- the whole --- */

static gboolean put_sections(struct report *report, GError **error)
{
    for (guint i = 0; i < report->sections->len; i++) {
        const struct report_section *section = g_ptr_array_index(report->sections, i);
        html_put(report->page, "<section id=\"part-%s\">\n<h2>%s</h2>\n", section->file, section->title);
        if (!section->put(report, section, error))
            return FALSE;
        g_string_append(report->page, "</section>\n");
    }
    return TRUE;
}

static gboolean put_all(struct report *report, GError **error)
{
    put_head(report);
    if (!put_sections(report, error))
        return FALSE;
    report_put_settings(report);
    report_put_provenance(report);
    report_put_repeat(report);
    html_put(report->page,
             "</main>\n<footer>Written by <code>weft report</code> of weft %s. This page is complete in "
             "itself: it loads "
             "and runs nothing.</footer>\n</body>\n</html>\n",
             WEFT_VERSION);
    return TRUE;
}

static void report_clear(struct report *report)
{
    g_ptr_array_unref(report->sections);
    g_ptr_array_unref(report->repeats);
    g_ptr_array_unref(report->runs);
    g_ptr_array_unref(report->roots);
    g_ptr_array_unref(report->drawn);
    g_string_free(report->page, TRUE);
}

char *report_page(const char *directory, bool beside, struct report_extent *extent, GError **error)
{
    struct report report = {
        .directory = directory,
        .beside = beside,
        .page = g_string_new(NULL),
        .sections = g_ptr_array_new(),
        .repeats = g_ptr_array_new_with_free_func(repeat_record_free),
        .roots = g_ptr_array_new_with_free_func((GDestroyNotify)json_node_unref),
        .runs = g_ptr_array_new(),
        .drawn = g_ptr_array_new(),
    };
    char *page = NULL;
    if (check_directory(directory, error) && find_sections(&report, error) &&
        report_read_runs(&report, error) && report_read_repeats(&report, error) && put_all(&report, error)) {
        page = g_strdup(report.page->str);
        *extent = (struct report_extent){report.tables, report.drawn->len};
    }
    report_clear(&report);
    return page;
}
