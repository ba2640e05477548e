/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The runs behind the tables: what was run, with which settings. */

#include "report.h"

#include "failure.h"
#include "html.h"
#include "json_skim.h"

#include <stdio.h>
#include <string.h>

const char *json_text(JsonObject *object, const char *member)
{
    JsonNode *node = json_object_get_member(object, member);
    const char *text = node && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
    return text ? text : "";
}

/* --- files --- */

/* A tree without what a page shows nothing of. */
static JsonNode *read_tree(char *text, GError **error)
{
    static const char *const left_out[] = {"servers", "switches", "ports", "streams", NULL};
    json_skim(text, left_out);
    return json_from_string(text, error);
}

static JsonNode *checked(JsonNode *root, const char *path, const char *schema, GError **error)
{
    const char *is =
        root && JSON_NODE_HOLDS_OBJECT(root) ? json_text(json_node_get_object(root), "schema") : NULL;
    if (is && strcmp(is, schema) == 0)
        return root;
    if (is && *is)
        failure(error, STATUS_INPUT, "%s: is of schema \"%s\"; allowed: %s", path, is, schema);
    else
        failure(error, STATUS_INPUT, "%s: says of no schema; needed: %s", path, schema);
    g_clear_pointer(&root, json_node_unref);
    return NULL;
}

JsonNode *report_json(const struct report *report, const char *file, const char *schema, GError **error)
{
    g_autofree char *path = report_path(report, file), *text = NULL;
    g_autoptr(GError) cause = NULL;
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return NULL;
    if (!g_file_get_contents(path, &text, NULL, &cause)) {
        failure(error, STATUS_INPUT, "%s: cannot be read: %s", path, cause->message);
        return NULL;
    }
    JsonNode *root = read_tree(text, &cause);
    if (cause) {
        failure(error, STATUS_INPUT, "%s: is no whole JSON: %s", path,
                g_strdelimit(cause->message, "\n", ' '));
        return NULL;
    }
    return checked(root, path, schema, error);
}

/* --- runs --- */

/* A run is what says that it is one. */
static void add_run(struct report *report, JsonNode *node)
{
    if (node && JSON_NODE_HOLDS_OBJECT(node) &&
        strcmp(json_text(json_node_get_object(node), "schema"), "weft-run/1") == 0)
        g_ptr_array_add(report->runs, json_node_get_object(node));
}

/* All of an array, the one member, or the object itself (member NULL). */
static gboolean add_runs(struct report *report, const char *file, const char *schema, const char *member,
                         GError **error)
{
    GError *cause = NULL;
    JsonNode *root = report_json(report, file, schema, &cause);
    if (cause)
        g_propagate_error(error, cause);
    if (!root)
        return !cause;
    g_ptr_array_add(report->roots, root);
    JsonNode *node = member ? json_object_get_member(json_node_get_object(root), member) : root;
    if (node && JSON_NODE_HOLDS_ARRAY(node)) {
        JsonArray *rows = json_node_get_array(node);
        for (guint i = 0; i < json_array_get_length(rows); i++)
            add_run(report, json_array_get_element(rows, i));
    } else {
        add_run(report, node);
    }
    return TRUE;
}

/* Of a sweep the first point: the others differ in what sweep.csv says. A file of all may be larger than memory. */
static gboolean add_point(struct report *report, GError **error)
{
    g_autofree char *path = report_path(report, "sweep.jsonl"), *line = NULL;
    FILE *file = fopen(path, "re");
    size_t size = 0;
    ssize_t length = file ? getline(&line, &size, file) : -1;
    if (file)
        fclose(file);
    if (length <= 0)
        return TRUE;
    g_autoptr(GError) cause = NULL;
    JsonNode *root = read_tree(line, &cause);
    if (!root || !JSON_NODE_HOLDS_OBJECT(root)) {
        g_clear_pointer(&root, json_node_unref);
        return failure(error, STATUS_INPUT, "%s:1: is no JSON object", path);
    }
    g_ptr_array_add(report->roots, root);
    add_run(report, json_object_get_member(json_node_get_object(root), "result"));
    report->sampled = true;
    return TRUE;
}

gboolean report_read_runs(struct report *report, GError **error)
{
    if (!add_runs(report, "run.json", "weft-run/1", NULL, error))
        return FALSE;
    report->run = report->runs->len > 0 ? g_ptr_array_index(report->runs, 0) : NULL;
    return add_runs(report, "compare.json", "weft-compare/1", "runs", error) &&
           add_runs(report, "ablation.json", "weft-compare/1", "runs", error) &&
           add_runs(report, "sensitivity.json", "weft-sensitivity/1", "base", error) &&
           add_point(report, error);
}

JsonObject *json_scenario(JsonObject *run)
{
    JsonNode *node = json_object_get_member(run, "scenario");
    return node && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

/* Without runs, the file that the command was given. */
const char *report_subject(const struct report *report)
{
    for (guint i = 0; i < report->runs->len; i++) {
        JsonObject *scenario = json_scenario(g_ptr_array_index(report->runs, i));
        if (scenario && *json_text(scenario, "name"))
            return json_text(scenario, "name");
    }
    for (guint i = 0; i < report->repeats->len; i++) {
        const struct repeat_record *repeat = g_ptr_array_index(report->repeats, i);
        if (repeat->files->len > 0)
            return ((const struct repeat_file *)g_ptr_array_index(repeat->files, 0))->name;
    }
    return "these results";
}

/* --- words --- */

/* Those that differ, joined; at most a few. The caller frees with g_free. */
static char *joined(const GPtrArray *texts)
{
    enum { NAMED = 4 };
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < texts->len; i++) {
        const char *value = g_ptr_array_index(texts, i);
        if (g_hash_table_add(seen, (void *)value) && g_hash_table_size(seen) <= NAMED)
            g_string_append_printf(text, "%s%s", text->len ? ", " : "", value);
    }
    if (g_hash_table_size(seen) > NAMED)
        g_string_append_printf(text, " and %u more", g_hash_table_size(seen) - NAMED);
    return g_string_free(text, FALSE);
}

/* What all runs have of a member, or all points of a sweep in a column. The caller frees with g_free. */
static char *all_of(const struct report *report, const struct csv *points, const char *member)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new();
    int column = points ? csv_column(points, member) : -1;
    for (guint i = 0; column >= 0 && i < points->rows->len; i++)
        g_ptr_array_add(texts, (void *)csv_cell(points, i, (guint)column));
    for (guint i = 0; column < 0 && i < report->runs->len; i++)
        g_ptr_array_add(texts, (void *)json_text(g_ptr_array_index(report->runs, i), member));
    return joined(texts);
}

void report_put_lede(struct report *report)
{
    if (report->runs->len == 0)
        return;
    g_autoptr(GError) told_by_its_section = NULL;
    g_autofree char *path = report_path(report, "sweep.csv");
    struct csv *points = report->sampled ? csv_read(path, &told_by_its_section) : NULL;
    JsonObject *run = g_ptr_array_index(report->runs, 0);
    g_autofree char *backends = all_of(report, points, "backend"),
                    *methods = all_of(report, points, "method");
    html_put(
        report->page,
        "<p class=\"lede\">Scenario <strong>%s</strong>, method %s, on back end %s; seed %" G_GINT64_FORMAT
        ", weft %s.</p>\n",
        report_subject(report), methods, backends, json_object_get_int_member_with_default(run, "seed", 0),
        json_text(run, "version"));
    csv_free(points);
}

/* --- settings --- */

/* The setting in all runs; NULL: they differ. */
static const char *common(const struct report *report, const char *group, const char *key)
{
    const char *first = NULL;
    for (guint i = 0; i < report->runs->len; i++) {
        JsonObject *scenario = json_scenario(g_ptr_array_index(report->runs, i));
        JsonObject *settings = scenario ? json_object_get_object_member(scenario, "settings") : NULL;
        JsonObject *keys = settings && json_object_has_member(settings, group)
                               ? json_object_get_object_member(settings, group)
                               : NULL;
        const char *value = keys ? json_text(keys, key) : "";
        if (first && strcmp(first, value) != 0)
            return NULL;
        first = value;
    }
    return first;
}

static void put_group(struct report *report, const char *group, JsonObject *keys)
{
    g_autoptr(GList) names = json_object_get_members(keys);
    for (GList *at = names; at; at = at->next) {
        const char *value = common(report, group, at->data);
        g_string_append(report->page, "<tr>");
        if (at == names)
            html_put(report->page, "<th scope=\"rowgroup\" rowspan=\"%u\">[%s]</th>", g_list_length(names),
                     group);
        html_put(report->page, "<td><code>%s</code></td>", (const char *)at->data);
        if (value)
            html_put(report->page, "<td class=\"wrap\">%s</td></tr>\n", value);
        else
            g_string_append(report->page, "<td><small>differs from run to run</small></td></tr>\n");
    }
}

/* The values in force; one that differs is a column of the tables above. */
void report_put_settings(struct report *report)
{
    GString *page = report->page;
    g_string_append(page, "<section id=\"settings\">\n<h2>Settings</h2>\n");
    JsonObject *scenario = report->runs->len > 0 ? json_scenario(g_ptr_array_index(report->runs, 0)) : NULL;
    if (!scenario || !json_object_has_member(scenario, "settings")) {
        g_string_append(
            page, "<p class=\"note\">These results do not say the values in force; the files below do, with "
                  "which the command can be repeated.</p>\n</section>\n");
        return;
    }
    JsonObject *settings = json_object_get_object_member(scenario, "settings");
    g_autoptr(GList) groups = json_object_get_members(settings);
    html_put(page, "<p>All values in force%s.</p>\n",
             report->sampled ? " at the first point; those of the varied keys, of method and back end are "
                               "in the table above for each"
             : report->runs->len > 1 ? "; what differs from run to run is in the tables above"
                                     : "");
    g_string_append(
        page,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Settings\">\n<table>\n<thead><tr>"
        "<th scope=\"col\">Group</th><th scope=\"col\">Key</th><th scope=\"col\">Value</th></tr></thead>\n");
    for (GList *at = groups; at; at = at->next) {
        g_string_append(page, "<tbody>\n");
        put_group(report, at->data, json_object_get_object_member(settings, at->data));
        g_string_append(page, "</tbody>\n");
    }
    g_string_append(page, "</table>\n</div>\n</section>\n");
    report->tables++;
}
