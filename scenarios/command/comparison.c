/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is said about several runs: table, CSV, sentences. */

#include "comparison.h"

#include "saturation.h"

#include <math.h>
#include <string.h>

static const struct outcome *outcome_at(const GArray *outcomes, guint i)
{
    return &g_array_index(outcomes, struct outcome, i);
}

/* --- points --- */

static void outcome_clear(void *data)
{
    struct outcome *outcome = data;
    g_free(outcome->each);
}

GArray *outcomes_new(void)
{
    GArray *outcomes = g_array_new(FALSE, FALSE, sizeof(struct outcome));
    g_array_set_clear_func(outcomes, outcome_clear);
    return outcomes;
}

struct estimate outcome_estimate(const struct outcome *outcome,
                                 double (*value)(const struct outcome *one, const void *how), const void *how)
{
    g_autofree double *values = g_new(double, outcome->replications);
    struct outcome one = *outcome;
    for (guint i = 0; i < outcome->replications; i++) {
        one.summary = outcome->each[i];
        values[i] = value(&one, how);
    }
    return estimate_of(values, outcome->replications);
}

/* --- table --- */

static double cpu_percent(const struct outcome *one, const void *how)
{
    (void)how;
    return one->summary.cpu_utilisation * 100;
}

static double cycles(const struct outcome *one, const void *how)
{
    (void)how;
    return one->summary.cycles_per_packet[WEFT_TYPICAL];
}

static double events(const struct outcome *one, enum weft_event event)
{
    return (double)one->summary.ledger.count[event];
}

static double calls_per_s(const struct outcome *one, const void *how)
{
    (void)how;
    return events(one, WEFT_WRITE_CALLS) / one->summary.window_s;
}

static double interrupts_per_s(const struct outcome *one, const void *how)
{
    (void)how;
    return events(one, WEFT_INTERRUPTS) / one->summary.window_s;
}

static double copied_mb(const struct outcome *one, const void *how)
{
    (void)how;
    return events(one, WEFT_COPIED_BYTES) / 1e6;
}

static double port_kb(const struct outcome *one, const void *how)
{
    (void)how;
    return (double)one->summary.totals.peak_port_bytes / 1e3;
}

static double port_packets(const struct outcome *one, const void *how)
{
    (void)how;
    return (double)one->summary.totals.peak_port_packets;
}

static double switch_kb(const struct outcome *one, const void *how)
{
    (void)how;
    return (double)one->summary.totals.peak_switch_bytes / 1e3;
}

static double drops(const struct outcome *one, const void *how)
{
    (void)how;
    return (double)one->summary.totals.packets_dropped;
}

static double late(const struct outcome *one, const void *how)
{
    (void)how;
    return (double)one->summary.totals.late_packets;
}

static double joules_per_gigabyte(const struct outcome *one, const void *how)
{
    (void)how;
    return one->summary.joules_per_gigabyte;
}

static const struct column {
    const char *title;
    int decimals; /* one more where it is a mean of counts */
    double (*value)(const struct outcome *one, const void *how);
} columns[] = {
    {"CPU %", 2, cpu_percent},       {"calls/s", 0, calls_per_s}, {"interrupts/s", 0, interrupts_per_s},
    {"copied MB", 1, copied_mb},     {"port KB", 1, port_kb},     {"packets", 0, port_packets},
    {"switch KB", 1, switch_kb},     {"drops", 0, drops},         {"late", 0, late},
    {"J/GB", 3, joules_per_gigabyte}};

/* Only what some back ends measure is left out where none of them ran. */
static bool is_shown(const GArray *outcomes, const struct column *column)
{
    for (guint i = 0; i < outcomes->len; i++)
        if (isfinite(column->value(outcome_at(outcomes, i), NULL)))
            return true;
    return column->value != joules_per_gigabyte;
}

/* "5029 (3779-7421)" at typical, low and high prices; of replications "5029 +- 12 (3779-7421)". */
static void put_cycles(struct table *table, const struct outcome *outcome)
{
    const double *mean = outcome->summary.cycles_per_packet;
    g_autofree char *half =
        outcome->replications > 1
            ? g_strdup_printf(" \u00b1 %.1f", outcome_estimate(outcome, cycles, NULL).ci95)
            : g_strdup("");
    table_cell(table, "%.0f%s (%.0f-%.0f)", mean[WEFT_TYPICAL], half, mean[WEFT_LOW], mean[WEFT_HIGH]);
}

static void put_column(struct table *table, const struct column *column, const struct outcome *outcome)
{
    struct estimate estimate = outcome_estimate(outcome, column->value, NULL);
    int decimals = column->decimals + (outcome->replications > 1);
    if (estimate.n == 0)
        table_cell(table, "-");
    else if (outcome->replications > 1)
        table_cell(table, "%.*f \u00b1 %.*f", decimals, estimate.mean, decimals, estimate.ci95);
    else
        table_cell(table, "%.*f", decimals, estimate.mean);
}

static void put_outcome(struct table *table, const GArray *outcomes, const struct outcome *outcome,
                        bool backend)
{
    table_row(table);
    table_cell(table, "%s", outcome->method);
    if (outcome->value)
        table_cell(table, "%s", outcome->value->text);
    if (backend)
        table_cell(table, "%s", outcome->backend->name);
    put_cycles(table, outcome);
    for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
        if (is_shown(outcomes, &columns[i]))
            put_column(table, &columns[i], outcome);
}

static bool has_several_backends(const GArray *outcomes)
{
    for (guint i = 1; i < outcomes->len; i++)
        if (outcome_at(outcomes, i)->backend != outcome_at(outcomes, 0)->backend)
            return true;
    return false;
}

/* Points whose servers had more to do than they could: what they give is not what was asked for. */
static void say_saturated(GString *text, const GArray *outcomes, bool several)
{
    bool first = true;
    for (guint i = 0; i < outcomes->len; i++) {
        const struct outcome *one = outcome_at(outcomes, i);
        g_autofree char *words = saturation_words(&one->summary);
        if (!words)
            continue;
        g_string_append_printf(text, "%s%s", first ? "\n" : "", one->method);
        if (one->value)
            g_string_append_printf(text, " with %s", one->value->text);
        if (several)
            g_string_append_printf(text, " on %s", one->backend->name);
        g_string_append_printf(text, ": CPU saturated, %s\n", words);
        first = false;
    }
}

char *comparison_table(const GArray *outcomes, const char *what)
{
    bool several = has_several_backends(outcomes);
    const struct variation *variation = outcome_at(outcomes, 0)->variation;
    struct table *table = table_new();
    table_row(table);
    table_cell(table, "%s", what);
    if (variation)
        table_cell(table, "%s", variation->key);
    if (several)
        table_cell(table, "back end");
    table_cell(table, "cycles/packet");
    for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
        if (is_shown(outcomes, &columns[i]))
            table_cell(table, "%s", columns[i].title);
    for (guint i = 0; i < outcomes->len; i++)
        put_outcome(table, outcomes, outcome_at(outcomes, i), several);
    g_autofree char *rows = table_text(table, 1U + (variation ? 1 : 0) + (several ? 1 : 0), FALSE);
    GString *text = g_string_new(rows);
    table_free(table);
    say_saturated(text, outcomes, several);
    return g_string_free(text, FALSE);
}

/* --- sentences --- */

static const struct outcome *find(const GArray *outcomes, const char *method)
{
    for (guint i = 0; i < outcomes->len; i++)
        if (strcmp(outcome_at(outcomes, i)->method, method) == 0)
            return outcome_at(outcomes, i);
    return NULL;
}

static double ratio(double theirs, double ours)
{
    return ours > 0 ? theirs / ours : 0;
}

/* "5029 (3779-7421)". The caller frees with g_free. */
static char *cycles_with_range(const struct summary *summary)
{
    const double *cycles_of = summary->cycles_per_packet;
    return g_strdup_printf("%.0f (%.0f-%.0f)", cycles_of[WEFT_TYPICAL], cycles_of[WEFT_LOW],
                           cycles_of[WEFT_HIGH]);
}

static void say_cycles(GString *text, const struct outcome *ours, const struct outcome *rival)
{
    const double *least = ours->summary.cycles_per_packet, *theirs = rival->summary.cycles_per_packet;
    g_autofree char *least_cycles = cycles_with_range(&ours->summary),
                    *their_cycles = cycles_with_range(&rival->summary);
    double at_low = ratio(theirs[WEFT_LOW], least[WEFT_LOW]),
           at_high = ratio(theirs[WEFT_HIGH], least[WEFT_HIGH]);
    g_string_append_printf(
        text,
        "Processor: %s spends %s cycles a packet, %s %s: %.1f times as many (%.1f to %.1f with "
        "both at the ends of their prices).\n",
        rival->method, their_cycles, ours->method, least_cycles,
        ratio(theirs[WEFT_TYPICAL], least[WEFT_TYPICAL]), MIN(at_low, at_high), MAX(at_low, at_high));
}

/* Like is compared with like: rivals that write at the same intervals. */
static void say_buffer(GString *text, const struct outcome *ours, const struct outcome *const *rivals)
{
    g_autofree char *interval = quantity_format(&quantity_time, ours->interval_ps);
    const struct weft_totals *least = &ours->summary.totals;
    g_string_append_printf(text, "Buffer: at intervals of %s the fullest port holds %.1f KB with %s",
                           interval, (double)least->peak_port_bytes / 1e3, ours->method);
    for (; *rivals; rivals++) {
        const struct weft_totals *theirs = &(*rivals)->summary.totals;
        g_string_append_printf(text,
                               ", %.1f KB with %s (%.1f times as much, and %.1f times in the whole switch)",
                               (double)theirs->peak_port_bytes / 1e3, (*rivals)->method,
                               ratio((double)theirs->peak_port_bytes, (double)least->peak_port_bytes),
                               ratio((double)theirs->peak_switch_bytes, (double)least->peak_switch_bytes));
    }
    g_string_append(text, ".\n");
}

/* What interleaving in the driver still saves where the NIC's queues take turns. */
static void say_rival(GString *text, const struct outcome *ours, const struct outcome *rival)
{
    const struct summary *least = &ours->summary, *theirs = &rival->summary;
    g_autofree char *least_cycles = cycles_with_range(least), *their_cycles = cycles_with_range(theirs);
    g_string_append_printf(
        text,
        "Today's rival, a queue per destination in the NIC: with %s the fullest port holds %.1f KB and a "
        "packet costs %s "
        "cycles; %s holds %.1f KB at %s cycles, in %.0f calls a second instead of %.0f.\n",
        rival->method, (double)theirs->totals.peak_port_bytes / 1e3, their_cycles, ours->method,
        (double)least->totals.peak_port_bytes / 1e3, least_cycles,
        (double)least->ledger.count[WEFT_WRITE_CALLS] / least->window_s,
        (double)theirs->ledger.count[WEFT_WRITE_CALLS] / theirs->window_s);
}

/* Where a simulator measures it. */
static void say_energy(GString *text, const struct outcome *ours, const struct outcome *rival)
{
    double least = ours->summary.joules_per_gigabyte, theirs = rival->summary.joules_per_gigabyte;
    if (isfinite(least) && isfinite(theirs))
        g_string_append_printf(
            text,
            "Energy: the servers need %.2f J for a gigabyte that is delivered with %s, %.2f J with %s.\n",
            theirs, rival->method, least, ours->method);
}

static void say_paced(GString *text, const struct outcome *rival)
{
    const struct summary *summary = &rival->summary;
    g_string_append_printf(
        text,
        "A sender that keeps each packet's own time needs little buffer too: %s %.1f KB; it pays with "
        "%.0f calls and %.0f wake-ups a second.\n",
        rival->method, (double)summary->totals.peak_port_bytes / 1e3,
        (double)summary->ledger.count[WEFT_WRITE_CALLS] / summary->window_s,
        (double)summary->ledger.count[WEFT_TIMER_WAKEUPS] / summary->window_s);
}

char *comparison_text(const GArray *outcomes)
{
    static const char *const names[] = {"per-packet-burst", "multi-destination"};
    GString *text = g_string_new(NULL);
    const struct outcome *ours = find(outcomes, "interleaved"), *paced = find(outcomes, "per-packet"),
                         *rival = find(outcomes, "per-destination-fq");
    const struct outcome *bursts[G_N_ELEMENTS(names) + 1] = {NULL};
    for (size_t i = 0, n = 0; i < G_N_ELEMENTS(names); i++)
        if ((bursts[n] = find(outcomes, names[i])))
            n++;
    if (ours && paced && ours->summary.cycles[WEFT_TYPICAL] > 0)
        say_cycles(text, ours, paced);
    if (ours && paced)
        say_energy(text, ours, paced);
    if (ours && bursts[0] && ours->summary.totals.peak_port_bytes > 0)
        say_buffer(text, ours, bursts);
    if (ours && rival && rival->summary.totals.peak_port_bytes > 0)
        say_rival(text, ours, rival);
    if (ours && paced && paced->summary.totals.peak_port_bytes > 0)
        say_paced(text, paced);
    return g_string_free(text, FALSE);
}
