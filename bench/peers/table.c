/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The comparison for people: a table a scale, then the ratios, then what was tried. */

#include "table.h"
#include "compare.h"
#include "series.h"

#include <inttypes.h>

static const struct peers_result *result_at(const struct peers_report *report, guint i)
{
    return &g_array_index(report->results, struct peers_result, i);
}

static void put_heads(struct table *table, const char *const *heads)
{
    table_row(table);
    for (; *heads; heads++)
        table_cell(table, "%s", *heads);
}

static void put_result(struct table *table, const struct peers_result *result)
{
    struct spread ns = series_spread(result->ns_per_packet), slope = series_spread(result->slope_ns);
    g_autofree char *choice = peers_choice_text(result->row, &result->choice);
    table_row(table);
    table_cell(table, "%" PRIu32, peers_scales[result->scale].streams);
    table_cell(table, "%s", result->row->name);
    table_cell(table, "%.3f", (double)result->packets / 1e6);
    table_cell(table, "%.3f", 1e3 / ns.median);
    table_cell(table, "%.3f", 1e3 / ns.most);
    table_cell(table, "%.3f", 1e3 / ns.least);
    table_cell(table, "%.1f", ns.median);
    table_cell(table, "%.1f", slope.median);
    table_cell(table, "%.1f", series_spread(result->startup_ms).median);
    table_cell(table, "%.1f", series_spread(result->peak_bytes).median / 1e6);
    table_cell(table, "%s", result->row->counts_only ? "packets" : "instants");
    table_cell(table, "%s", *choice ? choice : "-");
}

static char *speeds(const struct peers_report *report)
{
    static const char *const heads[] = {"streams",   "program", "Mpackets", "Mpkt/s",     "least",
                                        "most",      "ns/pkt",  "slope ns", "startup ms", "MB",
                                        "agrees in", "chosen",  NULL};
    struct table *table = table_new();
    put_heads(table, heads);
    for (guint i = 0; i < report->results->len; i++)
        put_result(table, result_at(report, i));
    char *text = table_text(table, 2, TRUE);
    table_free(table);
    return text;
}

/* Three digits, or all before the point. */
static char *digits(double value)
{
    return value < 100 ? g_strdup_printf("%.3g", value) : g_strdup_printf("%.0f", value);
}

/* How many times slower than each of weft's, median and range. */
static void put_ratios(struct table *table, const struct peers_report *report,
                       const struct peers_result *result, gboolean slopes)
{
    table_row(table);
    table_cell(table, "%" PRIu32, peers_scales[result->scale].streams);
    table_cell(table, "%s", result->row->name);
    for (guint i = 0; i < report->results->len; i++) {
        const struct peers_result *weft = result_at(report, i);
        if (!weft->row->backend || weft->scale != result->scale)
            continue;
        g_autoptr(GArray) series = peers_ratios(result, weft, slopes);
        struct spread ratio = series_spread(series);
        g_autofree char *median = digits(ratio.median), *least = digits(ratio.least),
                        *most = digits(ratio.most);
        table_cell(table, "%s (%s-%s)", median, least, most);
    }
}

static char *ratios(const struct peers_report *report, gboolean slopes)
{
    struct table *table = table_new();
    guint first = result_at(report, 0)->scale;
    table_row(table);
    table_cell(table, "streams");
    table_cell(table, "program");
    for (guint i = 0; i < report->results->len; i++)
        if (result_at(report, i)->row->backend && result_at(report, i)->scale == first)
            table_cell(table, "to %s", result_at(report, i)->row->name);
    for (guint i = 0; i < report->results->len; i++)
        put_ratios(table, report, result_at(report, i), slopes);
    char *text = table_text(table, 2, FALSE);
    table_free(table);
    return text;
}

/* "scheduler: map 101, heap 180; allocator: libc 98, ...": in the order in which they were tried. */
static void put_trials(GString *text, const struct peers_report *report, const struct peers_result *result)
{
    g_autofree char *name = peers_name(result->row, result->scale);
    gboolean any = FALSE;
    for (guint i = 0; i < report->trials->len; i++) {
        const struct peers_trial *trial = &g_array_index(report->trials, struct peers_trial, i);
        if (trial->row != result->row || trial->scale != result->scale)
            continue;
        const struct peers_axis *axis = trial->row->axis[trial->axis];
        if (!any)
            g_string_append(text, name);
        if (trial->value == 0)
            g_string_append_printf(text, "%s %s:", any ? ";" : ":", axis->key ? axis->key : "allocator");
        any = TRUE;
        g_string_append_printf(text, "%s %s ", trial->value == 0 ? "" : ",", axis->value[trial->value]);
        if (trial->ns_per_packet > 0)
            g_string_append_printf(text, "%.0f", trial->ns_per_packet);
        else
            g_string_append(text, "not installed");
    }
    if (any)
        g_string_append_c(text, '\n');
}

static char *tried(const struct peers_report *report)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < report->results->len; i++)
        put_trials(text, report, result_at(report, i));
    if (text->len == 0)
        g_string_append(text, "nothing: stock configurations\n");
    return g_string_free(text, FALSE);
}

/* What programs are, and which were not built. */
static char *legend(const struct peers_report *report)
{
    GString *text = g_string_new(NULL);
    for (const struct peers_row *row = peers_rows; row->name; row++) {
        g_string_append_printf(text, "%s: %s", row->name, row->help);
        if (g_ptr_array_find(report->not_built, row->name, NULL)) {
            g_autofree char *package = peers_package(row);
            g_string_append_printf(text, "; not built%s%s", package ? ", install " : "",
                                   package ? package : "");
        }
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

static char *head(const struct peers_report *report)
{
    const struct machine *machine = &report->machine;
    return g_strdup_printf(
        "%s, processor %d of %u, load %.2f, %s, %s (%s), C++ %s, ns-3 %s, SimGrid %s, %s\n"
        "%d round%s%s. Processor time of whole processes, one after the other; slope: without start-up.\n",
        machine->cpu, report->cpu, machine->cores, machine->load, machine->kernel, machine->compiler,
        machine->flags, WEFT_PEERS_CXX, WEFT_PEERS_NS3, WEFT_PEERS_SIMGRID, machine->date, report->rounds,
        report->rounds == 1 ? "" : "s", report->quick ? ", quick: too short to mean much" : "");
}

char *peers_table(const struct peers_report *report)
{
    g_autofree char *first = head(report), *words = legend(report), *speed = speeds(report);
    g_autofree char *whole = ratios(report, FALSE), *slopes = ratios(report, TRUE), *trial = tried(report);
    return g_strdup_printf("%s\n%s\n%s\n"
                           "How many times slower than weft, round by round; whole processes:\n\n%s\n"
                           "How many times slower than weft, round by round; without start-up:\n\n%s\n"
                           "Tried, ns a packet without start-up, the better of two:\n%s",
                           first, words, speed, whole, slopes, trial);
}
