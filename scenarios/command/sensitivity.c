/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The prices that have a range, and a run at each end of each. */

#include "sensitivity.h"

#include <math.h>

/* --- what may move --- */

static double cycles_per_packet(const struct outcome *one, const void *how)
{
    (void)how;
    return one->summary.cycles_per_packet[WEFT_TYPICAL];
}

static double cpu_utilisation(const struct outcome *one, const void *how)
{
    (void)how;
    return one->summary.cpu_utilisation;
}

static double interrupts(const struct outcome *one, const void *how)
{
    (void)how;
    return (double)one->summary.ledger.count[WEFT_INTERRUPTS];
}

static double overruns(const struct outcome *one, const void *how)
{
    (void)how;
    return (double)one->summary.overruns;
}

static double packets_dropped(const struct outcome *one, const void *how)
{
    (void)how;
    return (double)one->summary.totals.packets_dropped;
}

static double late_packets(const struct outcome *one, const void *how)
{
    (void)how;
    return (double)one->summary.totals.late_packets;
}

static double startup_needed_ms(const struct outcome *one, const void *how)
{
    (void)how;
    return one->summary.startup_needed_ms.worst;
}

static double peak_port_bytes(const struct outcome *one, const void *how)
{
    (void)how;
    return (double)one->summary.totals.peak_port_bytes;
}

static double peak_switch_bytes(const struct outcome *one, const void *how)
{
    (void)how;
    return (double)one->summary.totals.peak_switch_bytes;
}

const struct sensitivity_metric sensitivity_metrics[] = {
    {"cycles_per_packet", "as in totals", "cycles/packet", 1, 0, cycles_per_packet},
    {"cpu_utilisation", "as in totals", "CPU %", 100, 2, cpu_utilisation},
    {"interrupts", "as in totals", "interrupts", 1, 0, interrupts},
    {"overruns", "as in totals", "overruns", 1, 0, overruns},
    {"packets_dropped", "as in totals", "drops", 1, 0, packets_dropped},
    {"late_packets", "as in totals", "late", 1, 0, late_packets},
    {"startup_needed_ms", "as totals.destinations.startup_needed_ms.worst", "startup ms", 1, 1,
     startup_needed_ms},
    {"peak_port_bytes", "as in totals", "port KB", 1e-3, 1, peak_port_bytes},
    {"peak_switch_bytes", "as in totals", "switch KB", 1e-3, 1, peak_switch_bytes},
};
const size_t sensitivity_metrics_count = G_N_ELEMENTS(sensitivity_metrics);

double sensitivity_value(const struct sensitivity_metric *metric, const struct outcome *outcome)
{
    return outcome_estimate(outcome, metric->value, NULL).mean;
}

/* --- prices with a range --- */

static void entry_clear(gpointer data)
{
    struct sensitivity_entry *entry = data;
    g_free(entry->profile);
}

/* Each profile once, though several groups of servers may have it. */
static void note_profile(void *context, const char *name, const struct weft_profile *profile)
{
    struct sensitivity *sensitivity = context;
    if (g_ptr_array_find_with_equal_func(sensitivity->profiles, name, g_str_equal, NULL))
        return;
    g_ptr_array_add(sensitivity->profiles, g_strdup(name));
    for (int event = 0; event < WEFT_EVENTS; event++) {
        const struct weft_price *price = &profile->price[event];
        if (price->low_mcycles == price->high_mcycles)
            continue;
        const struct sensitivity_entry entry = {.profile = g_strdup(name), .event = event, .price = *price};
        g_array_append_val(sensitivity->entries, entry);
    }
}

static void note_fixed(struct sensitivity *sensitivity)
{
    for (int event = 0; event < WEFT_EVENTS; event++) {
        bool fixed = true;
        for (guint i = 0; fixed && i < sensitivity->entries->len; i++)
            fixed = g_array_index(sensitivity->entries, struct sensitivity_entry, i).event != event;
        if (fixed)
            g_ptr_array_add(sensitivity->fixed, (void *)weft_events[event].name);
    }
}

/* --- runs: low and high of all prices together, then of each --- */

struct origin {
    const struct comparison *comparison;
    struct sensitivity *sensitivity;
};

static struct scenario *point_scenario(void *context, guint index, GError **error)
{
    const struct origin *origin = context;
    (void)index, (void)error;
    return origin->comparison->scenario;
}

static const struct backend_row *point_backend(void *context, guint index)
{
    const struct origin *origin = context;
    (void)index;
    return origin->sensitivity->backend;
}

static struct sensitivity_entry *entry_of(const struct origin *origin, guint index)
{
    struct sensitivity *sensitivity = origin->sensitivity;
    return index < 2 ? &sensitivity->all
                     : &g_array_index(sensitivity->entries, struct sensitivity_entry, index / 2 - 1);
}

static void reprice(void *context, guint index, struct plan *plan)
{
    const struct sensitivity_entry *entry = entry_of(context, index);
    plan_reprice(plan, entry->profile, entry->event, index % 2 ? WEFT_HIGH : WEFT_LOW);
}

static gboolean run_all(const struct origin *origin, struct json_writer *json, GError **error)
{
    struct sensitivity *sensitivity = origin->sensitivity;
    struct comparison_points points = {
        .comparison = origin->comparison,
        .points = 1,
        .context = (void *)origin,
        .scenario = point_scenario,
        .backend = point_backend,
        .carry_bytes = true,
        .json = json,
        .outcomes = sensitivity->outcomes,
    };
    if (!comparison_run(&points, error))
        return FALSE;
    points.json = NULL;
    points.points = 2 * (sensitivity->entries->len + 1);
    points.adjust = reprice;
    return comparison_run(&points, error);
}

/* --- what came out --- */

const struct outcome *sensitivity_base(const struct sensitivity *sensitivity)
{
    return &g_array_index(sensitivity->outcomes, struct outcome, 0);
}

/* What was not measured is not a number, in all runs alike. */
static bool differs(const struct sensitivity_metric *metric, const struct outcome *a, const struct outcome *b)
{
    double x = sensitivity_value(metric, a), y = sensitivity_value(metric, b);
    return x < y || x > y;
}

static void note_ends(const struct origin *origin, guint index)
{
    const struct sensitivity *sensitivity = origin->sensitivity;
    struct sensitivity_entry *entry = entry_of(origin, index);
    const struct outcome *base = sensitivity_base(sensitivity);
    entry->low = g_array_index(sensitivity->outcomes, struct outcome, 1 + index);
    entry->high = g_array_index(sensitivity->outcomes, struct outcome, 2 + index);
    entry->swing = fabs(sensitivity_value(&sensitivity_metrics[0], &entry->high) -
                        sensitivity_value(&sensitivity_metrics[0], &entry->low));
    for (size_t m = 0; m < sensitivity_metrics_count; m++)
        entry->moves = entry->moves || differs(&sensitivity_metrics[m], &entry->low, base) ||
                       differs(&sensitivity_metrics[m], &entry->high, base);
}

/* The largest swing first; what does not even move comes last, in the order of the events. */
static gint by_swing(gconstpointer a, gconstpointer b)
{
    const struct sensitivity_entry *x = a, *y = b;
    if (x->swing < y->swing || x->swing > y->swing)
        return x->swing < y->swing ? 1 : -1;
    return x->moves != y->moves ? y->moves - x->moves : 0; /* the sort is stable */
}

struct sensitivity *sensitivity_new(const struct comparison *comparison, const struct plan *plan,
                                    struct json_writer *json, GError **error)
{
    struct sensitivity *sensitivity = g_new0(struct sensitivity, 1);
    const struct origin origin = {comparison, sensitivity};
    *sensitivity = (struct sensitivity){
        .backend = g_ptr_array_index(comparison->backends, 0),
        .scenario = g_strdup(plan->setup.name),
        .outcomes = outcomes_new(),
        .entries = g_array_new(FALSE, FALSE, sizeof(struct sensitivity_entry)),
        .all = {.event = WEFT_EVENTS},
        .profiles = g_ptr_array_new_with_free_func(g_free),
        .fixed = g_ptr_array_new(),
    };
    g_array_set_clear_func(sensitivity->entries, entry_clear);
    plan_profiles(plan, note_profile, sensitivity);
    note_fixed(sensitivity);
    if (!run_all(&origin, json, error)) {
        sensitivity_free(sensitivity);
        return NULL;
    }
    for (guint i = 0; i < 2 * (sensitivity->entries->len + 1); i += 2)
        note_ends(&origin, i);
    g_array_sort(sensitivity->entries, by_swing);
    return sensitivity;
}

void sensitivity_free(struct sensitivity *sensitivity)
{
    if (!sensitivity)
        return;
    g_array_unref(sensitivity->outcomes);
    g_array_unref(sensitivity->entries);
    g_ptr_array_unref(sensitivity->profiles);
    g_ptr_array_unref(sensitivity->fixed);
    g_free(sensitivity->scenario);
    g_free(sensitivity);
}
