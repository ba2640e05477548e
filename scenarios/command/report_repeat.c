/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the results come from, and how to have them again. */

#include "report.h"

#include "failure.h"
#include "html.h"

#include <string.h>

/* --- reading NAME-repeat.json --- */

static void repeat_file_free(void *data)
{
    struct repeat_file *file = data;
    g_free(file->name);
    g_free(file->sha256);
    g_free(file->text);
    g_free(file);
}

void repeat_record_free(void *data)
{
    struct repeat_record *repeat = data;
    g_free(repeat->name);
    g_free(repeat->version);
    g_free(repeat->question);
    g_strfreev(repeat->command);
    g_ptr_array_unref(repeat->files);
    g_ptr_array_unref(repeat->results);
    g_free(repeat);
}

static char *text_or_null(JsonObject *object, const char *member)
{
    const char *text = json_text(object, member);
    return *text ? g_strdup(text) : NULL;
}

static JsonArray *array_of(JsonObject *object, const char *member)
{
    JsonNode *node = json_object_get_member(object, member);
    return node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

static GPtrArray *files_of(JsonObject *object, const char *member)
{
    GPtrArray *files = g_ptr_array_new_with_free_func(repeat_file_free);
    JsonArray *rows = array_of(object, member);
    for (guint i = 0; rows && i < json_array_get_length(rows); i++) {
        JsonNode *node = json_array_get_element(rows, i);
        if (!JSON_NODE_HOLDS_OBJECT(node))
            continue;
        JsonObject *row = json_node_get_object(node);
        struct repeat_file *file = g_new0(struct repeat_file, 1);
        file->name = g_strdup(json_text(row, "name"));
        file->sha256 = g_strdup(json_text(row, "sha256"));
        file->text = text_or_null(row, "text");
        file->bytes = json_object_get_int_member_with_default(row, "bytes", 0);
        g_ptr_array_add(files, file);
    }
    return files;
}

static char **words_of(JsonObject *object)
{
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();
    JsonArray *rows = array_of(object, "command");
    for (guint i = 0; rows && i < json_array_get_length(rows); i++) {
        JsonNode *node = json_array_get_element(rows, i);
        const char *word = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
        g_strv_builder_add(words, word ? word : "");
    }
    return g_strv_builder_end(words);
}

static gboolean add_repeat(struct report *report, const char *name, GError **error)
{
    g_autofree char *file = g_strconcat(name, "-repeat.json", NULL);
    GError *cause = NULL;
    JsonNode *root = report_json(report, file, "weft-repeat/1", &cause);
    if (cause)
        g_propagate_error(error, cause);
    if (!root)
        return !cause;
    JsonObject *object = json_node_get_object(root);
    struct repeat_record *repeat = g_new0(struct repeat_record, 1);
    repeat->name = g_strdup(name);
    repeat->version = g_strdup(json_text(object, "version"));
    repeat->question = text_or_null(object, "question");
    repeat->command = words_of(object);
    repeat->files = files_of(object, "files");
    repeat->results = files_of(object, "results");
    g_ptr_array_add(report->repeats, repeat);
    json_node_unref(root);
    return TRUE;
}

gboolean report_read_repeats(struct report *report, GError **error)
{
    static const char *const names[] = {"run",      "compare", "sweep",       "size",
                                        "ablation", "factors", "sensitivity", "validation"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (!add_repeat(report, names[i], error))
            return FALSE;
    return TRUE;
}

/* --- provenance --- */

static void put_hashes(struct report *report)
{
    GString *page = report->page;
    guint n = report->runs->len, listed = MIN(n, (guint)REPORT_LISTED_MOST);
    html_put(page, "<details><summary>Hashes of the settings of %u runs</summary>\n<ul>\n", n);
    for (guint i = 0; i < listed; i++) {
        JsonObject *run = g_ptr_array_index(report->runs, i), *scenario = json_scenario(run);
        html_put(page, "<li>%s on %s: <code>%s</code></li>\n", json_text(run, "method"),
                 json_text(run, "backend"), scenario ? json_text(scenario, "hash") : "");
    }
    if (listed < n)
        html_put(page, "<li>%u more are in the JSON files.</li>\n", n - listed);
    g_string_append(page, "</ul>\n</details>\n");
}

static void put_run_facts(struct report *report)
{
    GString *page = report->page;
    JsonObject *run = g_ptr_array_index(report->runs, 0), *scenario = json_scenario(run);
    html_put(
        page,
        "<dt>Version</dt><dd>weft %s</dd>\n<dt>Scenario</dt><dd>%s</dd>\n<dt>Seed</dt><dd>%" G_GINT64_FORMAT
        "</dd>\n",
        json_text(run, "version"), report_subject(report),
        json_object_get_int_member_with_default(run, "seed", 0));
    if (report->runs->len == 1 && scenario)
        html_put(page, "<dt>Hash of the settings</dt><dd><code>%s</code></dd>\n",
                 json_text(scenario, "hash"));
}

/* The digest of a file as it is now. The caller frees with g_free; NULL: it cannot be read. */
static char *digest_now(const struct report *report, const char *name)
{
    g_autofree char *path = report_path(report, name);
    g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);
    return file ? g_compute_checksum_for_data(G_CHECKSUM_SHA256,
                                              (const guchar *)g_mapped_file_get_contents(file),
                                              g_mapped_file_get_length(file))
                : NULL;
}

static void put_results(struct report *report, const struct repeat_record *repeat)
{
    GString *page = report->page;
    html_put(
        page,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Files of weft %s\">\n<table>\n"
        "<thead><tr><th scope=\"col\">File</th><th scope=\"col\" class=\"n\">Bytes</th><th "
        "scope=\"col\">SHA-256"
        "</th><th scope=\"col\">Is</th></tr></thead>\n<tbody>\n",
        repeat->command[0] ? repeat->command[0] : "");
    for (guint i = 0; i < repeat->results->len; i++) {
        const struct repeat_file *file = g_ptr_array_index(repeat->results, i);
        g_autofree char *now = digest_now(report, file->name);
        bool same = now && strcmp(now, file->sha256) == 0;
        g_string_append(page, "<tr><th scope=\"row\">");
        report_link(report, file->name);
        html_put(page, "</th><td class=\"n\">%" G_GINT64_FORMAT "</td><td><code>%s</code></td>", file->bytes,
                 file->sha256);
        g_string_append(page,
                        same ? "<td>as written</td></tr>\n" : "<td class=\"warn\">changed since</td></tr>\n");
    }
    g_string_append(page, "</tbody>\n</table>\n</div>\n");
    report->tables++;
}

void report_put_provenance(struct report *report)
{
    GString *page = report->page;
    g_string_append(page, "<section id=\"provenance\">\n<h2>Provenance</h2>\n");
    if (report->runs->len > 0) {
        g_string_append(page, "<dl class=\"facts\">\n");
        put_run_facts(report);
        g_string_append(page, "</dl>\n");
    }
    if (report->runs->len > 1)
        put_hashes(report);
    for (guint i = 0; i < report->repeats->len; i++)
        put_results(report, g_ptr_array_index(report->repeats, i));
    g_string_append(page, "</section>\n");
}

/* --- repeating --- */

static bool is_plain(const char *word)
{
    return *word && strspn(word, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-=,:/+%@") == strlen(word);
}

/* As a shell reads it. The caller frees with g_free. */
static char *command_line(const struct repeat_record *repeat)
{
    GString *line = g_string_new("weft");
    for (char **word = repeat->command; *word; word++) {
        g_autofree char *quoted = is_plain(*word) ? g_strdup(*word) : g_shell_quote(*word);
        g_string_append_printf(line, " %s", quoted);
    }
    g_string_append(line, " --out=again");
    return g_string_free(line, FALSE);
}

/* A file that the page holds: shown, and as a link that saves it. `room`: how much more the page takes. */
static void put_text(GString *page, const struct repeat_file *file, gsize *room)
{
    gsize length = strlen(file->text);
    *room -= length;
    g_autofree char *base = g_path_get_basename(file->name),
                    *data = g_base64_encode((const guchar *)file->text, length);
    html_put(page,
             "<li><details open><summary><code class=\"file\">%s</code></summary>\n<p class=\"note\"><a "
             "download=\"%s\" "
             "href=\"data:text/plain;charset=utf-8;base64,%s\">Save it</a> · %" G_GINT64_FORMAT
             " bytes · SHA-256 <code>%s</code></p>\n<pre tabindex=\"0\">\n%s</pre>\n</details></li>\n",
             file->name, base, data, file->bytes, file->sha256, file->text);
}

static void put_files(struct report *report, const struct repeat_record *repeat, gsize *room)
{
    guint listed = MIN(repeat->files->len, (guint)REPORT_LISTED_MOST);
    g_string_append(report->page, "<ul>\n");
    for (guint i = 0; i < listed; i++) {
        const struct repeat_file *file = g_ptr_array_index(repeat->files, i);
        if (file->text && strlen(file->text) <= *room)
            put_text(report->page, file, room);
        else
            html_put(report->page,
                     "<li><code>%s</code>, which this page does not hold: %" G_GINT64_FORMAT
                     " bytes, SHA-256 <code>%s</code></li>\n",
                     file->name, file->bytes, file->sha256);
    }
    if (listed < repeat->files->len)
        html_put(report->page, "<li>%u more are in <code>%s-repeat.json</code></li>\n",
                 repeat->files->len - listed, repeat->name);
    g_string_append(report->page, "</ul>\n");
}

static void put_steps(struct report *report, const struct repeat_record *repeat, gsize *room)
{
    GString *page = report->page;
    g_autofree char *line = command_line(repeat);
    bool measures = strcmp(repeat->name, "validation") == 0;
    html_put(page, "<h3>weft %s</h3>\n<ol class=\"steps\">\n", repeat->command[0] ? repeat->command[0] : "");
    if (repeat->files->len > 0) {
        g_string_append(page, "<li>In an empty directory, have these files:\n");
        put_files(report, repeat, room);
        g_string_append(page, "</li>\n");
    }
    html_put(
        page,
        "<li>With weft %s, run there:\n<pre tabindex=\"0\"><code class=\"command\">%s</code></pre></li>\n",
        repeat->version, line);
    g_string_append(
        page, measures
                  ? "<li>It measures the machine that it runs on: numbers will differ.</li>\n"
                  : "<li>The files in <code>again</code> then are those above, byte for byte, and have their "
                    "digests.</li>\n");
    g_string_append(page, "</ol>\n");
}

/* A page may be made of files that nobody says how to make. */
void report_put_repeat(struct report *report)
{
    gsize room = REPORT_TEXTS_MOST;
    g_string_append(report->page, "<section id=\"repeat\">\n<h2>Repeat it</h2>\n");
    if (report->repeats->len == 0)
        g_string_append(report->page, "<p>The directory does not say which command wrote it: there is no "
                                      "<code>NAME-repeat.json</code>.</p>\n");
    for (guint i = 0; i < report->repeats->len; i++)
        put_steps(report, g_ptr_array_index(report->repeats, i), &room);
    g_string_append(report->page, "</section>\n");
}
