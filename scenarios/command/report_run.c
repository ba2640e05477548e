/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The section of one run: what it cost, and theory beside measurement. */

#include "report.h"

#include "failure.h"
#include "html.h"

#include <math.h>

static double number(JsonObject *object, const char *member)
{
    JsonNode *node = object ? json_object_get_member(object, member) : NULL;
    return node && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_double(node) : NAN;
}

static JsonObject *object(JsonObject *parent, const char *member)
{
    JsonNode *node = parent ? json_object_get_member(parent, member) : NULL;
    return node && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

static JsonArray *array(JsonObject *parent, const char *member)
{
    JsonNode *node = json_object_get_member(parent, member);
    return node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

/* --- totals --- */

static const struct tile {
    const char *member, *name, *unit;
    double factor;
    const char *low, *high;
} tiles[] = {
    {"cycles_per_packet", "Processor cycles a packet", "", 1, "cycles_per_packet_low",
     "cycles_per_packet_high"},
    {"cpu_utilisation", "CPU", "%", .factor = 100},
    {"peak_port_bytes", "Fullest port", "KB", .factor = 1e-3},
    {"peak_switch_bytes", "Fullest switch", "KB", .factor = 1e-3},
    {"packets_sent", "Packets sent", "", .factor = 1},
    {"packets_dropped", "Packets lost", "", .factor = 1},
    {"late_packets", "Packets late", "", .factor = 1},
    {"write_calls", "Write calls", "", .factor = 1},
    {"interrupts", "Interrupts", "", .factor = 1},
    {"payload_bytes_copied", "Copied", "MB", .factor = 1e-6},
    {"port_balance", "Balance over ports", "", .factor = 1},
    {"joules", "Energy", "J", .factor = 1},
};

/* Replications have confidence, prices a range. */
static void put_tile(GString *page, const struct tile *tile, JsonObject *totals, JsonObject *ci95)
{
    double value = number(totals, tile->member), half = number(ci95, tile->member);
    if (isnan(value))
        return;
    g_autofree char *text = html_number(value * tile->factor);
    html_put(page, "<li><span>%s</span> <strong>%s%s%s</strong>", tile->name, text, *tile->unit ? " " : "",
             tile->unit);
    if (tile->low) {
        g_autofree char *low = html_number(number(totals, tile->low)),
                        *high = html_number(number(totals, tile->high));
        html_put(page, " <small>%s to %s with the range of prices</small>", low, high);
    }
    if (!isnan(half)) {
        g_autofree char *plus = html_number(half * tile->factor);
        html_put(page, " <small>± %s, 95 %% confidence</small>", plus);
    }
    g_string_append(page, "</li>\n");
}

static void put_tiles(GString *page, JsonObject *run)
{
    JsonObject *totals = object(run, "totals"), *replications = object(run, "replications"),
               *ci95 = object(object(replications, "ci95"), "totals");
    g_string_append(page, "<ul class=\"tiles\">\n");
    for (size_t i = 0; i < G_N_ELEMENTS(tiles); i++)
        put_tile(page, &tiles[i], totals, ci95);
    g_string_append(page, "</ul>\n");
    if (replications) {
        g_autofree char *n = html_number(number(replications, "n"));
        html_put(page, "<p class=\"note\">Means of %s replications.</p>\n", n);
    }
}

/* --- theory --- */

static void put_theory_row(GString *page, JsonObject *row)
{
    const char *objection = json_text(row, "objection");
    g_autofree char *value = html_number(number(row, "value")),
                    *measured = html_number(number(row, "measured")),
                    *ci95 = html_number(number(row, "ci95")),
                    *difference = html_number(number(row, "difference")),
                    *ports = html_number(number(row, "ports"));
    bool bounds = json_object_get_boolean_member_with_default(row, "bound", FALSE);
    html_put(page, "<tr><th scope=\"row\">%s</th><td>%s</td><td class=\"n\">%s</td><td>%s</td>",
             json_text(row, "formula"), json_text(row, "port"), ports, json_text(row, "unit"));
    if (*objection)
        html_put(page, "<td class=\"wrap\" colspan=\"4\">does not apply: %s</td></tr>\n", objection);
    else {
        html_put(page, "<td class=\"n\">%s%s</td><td class=\"n\">%s", bounds ? "≤ " : "", value, measured);
        if (!isnan(number(row, "ci95")))
            html_put(page, " <small>± %s</small>", ci95);
        html_put(page, "</td><td class=\"n\">%s</td><td>%s</td></tr>\n", difference,
                 !bounds                          ? "to be met"
                 : number(row, "difference") >= 0 ? "bound, kept"
                                                  : "bound, exceeded");
    }
}

static void put_theory(struct report *report, JsonObject *run)
{
    JsonArray *rows = array(run, "theory");
    GString *page = report->page;
    g_string_append(page, "<h3>Theory beside measurement</h3>\n");
    if (!rows) {
        g_string_append(
            page,
            "<p class=\"note\">The run was made without <code>--theory</code>, so no closed form stands "
            "beside it.</p>\n");
        return;
    }
    g_string_append(
        page,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Theory beside "
        "measurement\">\n<table>\n"
        "<thead><tr><th scope=\"col\">Closed form</th><th scope=\"col\">Port</th><th scope=\"col\" "
        "class=\"n\">"
        "Ports alike</th><th scope=\"col\">Unit</th><th scope=\"col\" class=\"n\">Theory</th><th "
        "scope=\"col\" "
        "class=\"n\">Measured</th><th scope=\"col\" class=\"n\">Difference</th><th scope=\"col\">Is</th></tr>"
        "</thead>\n<tbody>\n");
    for (guint i = 0; i < MIN(json_array_get_length(rows), (guint)REPORT_ROWS_MOST); i++)
        put_theory_row(page, json_array_get_object_element(rows, i));
    g_string_append(page, "</tbody>\n</table>\n</div>\n");
    if (json_array_get_length(rows) > REPORT_ROWS_MOST)
        html_put(page, "<p class=\"note\">The first %d of %u.</p>\n", REPORT_ROWS_MOST,
                 json_array_get_length(rows));
    report->tables++;
}

gboolean report_put_run(struct report *report, const struct report_section *section, GError **error)
{
    JsonObject *run = report->run;
    (void)error;
    html_put(report->page, "<p>Method <code>%s</code> on back end <code>%s</code>; all numbers are in ",
             json_text(run, "method"), json_text(run, "backend"));
    report_link(report, section->file);
    g_string_append(report->page, ".</p>\n");
    put_tiles(report->page, run);
    put_theory(report, run);
    return TRUE;
}
