/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is said of prices: a line for each that moves something, and which of them decides. */

#include "sensitivity.h"

#include <math.h>
#include <string.h>

/* --- what is shown --- */

static const struct sensitivity_entry *entry_at(const struct sensitivity *sensitivity, guint i)
{
    return &g_array_index(sensitivity->entries, struct sensitivity_entry, i);
}

static char *shown(const struct sensitivity_metric *metric, const struct outcome *outcome)
{
    double value = sensitivity_value(metric, outcome) * metric->scale;
    int decimals = metric->decimals + (outcome->replications > 1);
    return isfinite(value) ? g_strdup_printf("%.*f", decimals, value) : g_strdup("-");
}

/* Do the digits at an end differ from those of the base? */
static bool is_seen(const struct sensitivity *sensitivity, const struct sensitivity_metric *metric,
                    const struct sensitivity_entry *entry)
{
    g_autofree char *base = shown(metric, sensitivity_base(sensitivity)), *low = shown(metric, &entry->low),
                    *high = shown(metric, &entry->high);
    return strcmp(base, low) != 0 || strcmp(base, high) != 0;
}

/* Cycles and load always; the others where a price moves them. */
static bool has_column(const struct sensitivity *sensitivity, size_t metric)
{
    bool any = metric < 2;
    for (guint i = 0; !any && i < sensitivity->entries->len; i++)
        any = is_seen(sensitivity, &sensitivity_metrics[metric], entry_at(sensitivity, i));
    return any;
}

/* What moves cycles by less than this, and nothing else that is shown, has no line. */
static double least_swing(const struct sensitivity *sensitivity)
{
    double most = sensitivity->entries->len ? entry_at(sensitivity, 0)->swing : 0;
    return fmax(most / 100, 0.5);
}

static bool has_line(const struct sensitivity *sensitivity, const struct sensitivity_entry *entry)
{
    bool seen = entry->swing >= least_swing(sensitivity);
    for (size_t m = 2; !seen && m < sensitivity_metrics_count; m++)
        seen = is_seen(sensitivity, &sensitivity_metrics[m], entry);
    return seen;
}

/* --- table --- */

static void put_price(struct table *table, uint64_t mcycles)
{
    g_autofree char *text = quantity_format(&quantity_cycles, mcycles);
    text[strcspn(text, " ")] = '\0';
    table_cell(table, "%s", text);
}

static const char *event_name(const struct sensitivity_entry *entry)
{
    return entry->event == WEFT_EVENTS ? "all together" : weft_events[entry->event].name;
}

static void put_entry(struct table *table, const struct sensitivity *sensitivity,
                      const struct sensitivity_entry *entry)
{
    bool all = entry->event == WEFT_EVENTS;
    table_row(table);
    table_cell(table, "%s", event_name(entry));
    if (sensitivity->profiles->len > 1)
        table_cell(table, "%s", all ? "" : entry->profile);
    table_cell(table, "%s", all ? "" : entry->price.confidence);
    const uint64_t prices[] = {entry->price.low_mcycles, entry->price.typical_mcycles,
                               entry->price.high_mcycles};
    for (size_t i = 0; i < G_N_ELEMENTS(prices); i++)
        if (all)
            table_cell(table, "%s", "");
        else
            put_price(table, prices[i]);
    table_cell(table, "%.0f", entry->swing);
    for (size_t m = 0; m < sensitivity_metrics_count; m++) {
        if (!has_column(sensitivity, m))
            continue;
        g_autofree char *low = shown(&sensitivity_metrics[m], &entry->low),
                        *high = shown(&sensitivity_metrics[m], &entry->high);
        table_cell(table, m == 0 || is_seen(sensitivity, &sensitivity_metrics[m], entry) ? "%s to %s" : "=",
                   low, high);
    }
}

static void put_base(struct table *table, const struct sensitivity *sensitivity)
{
    table_row(table);
    table_cell(table, "all typical");
    for (guint i = 0; i < (sensitivity->profiles->len > 1 ? 6 : 5); i++)
        table_cell(table, "%s", "");
    for (size_t m = 0; m < sensitivity_metrics_count; m++) {
        if (!has_column(sensitivity, m))
            continue;
        g_autofree char *value = shown(&sensitivity_metrics[m], sensitivity_base(sensitivity));
        table_cell(table, "%s", value);
    }
}

static char *price_table(const struct sensitivity *sensitivity)
{
    static const char *const titles[] = {"confidence", "low", "typical", "high", "swing"};
    bool several = sensitivity->profiles->len > 1;
    struct table *table = table_new();
    table_row(table);
    table_cell(table, "price of");
    if (several)
        table_cell(table, "profile");
    for (size_t i = 0; i < G_N_ELEMENTS(titles); i++)
        table_cell(table, "%s", titles[i]);
    for (size_t m = 0; m < sensitivity_metrics_count; m++)
        if (has_column(sensitivity, m))
            table_cell(table, "%s", sensitivity_metrics[m].title);
    put_base(table, sensitivity);
    put_entry(table, sensitivity, &sensitivity->all);
    for (guint i = 0; i < sensitivity->entries->len; i++)
        if (has_line(sensitivity, entry_at(sensitivity, i)))
            put_entry(table, sensitivity, entry_at(sensitivity, i));
    char *text = table_text(table, several ? 3 : 2, FALSE);
    table_free(table);
    return text;
}

/* --- sentences --- */

/* "stack_walks", "stack_walks of server-2003". */
static void say_name(GString *text, const struct sensitivity *sensitivity,
                     const struct sensitivity_entry *entry)
{
    g_string_append(text, weft_events[entry->event].name);
    if (sensitivity->profiles->len > 1)
        g_string_append_printf(text, " of %s", entry->profile);
}

static double percent(const struct sensitivity *sensitivity, const struct sensitivity_entry *entry)
{
    return 100 * entry->swing / sensitivity->all.swing;
}

/* The price with the largest swing, and the next one. */
static void say_deciding(GString *text, const struct sensitivity *sensitivity)
{
    const struct sensitivity_entry *first = entry_at(sensitivity, 0),
                                   *second = sensitivity->entries->len > 1 ? first + 1 : NULL;
    g_autofree char *low = shown(&sensitivity_metrics[0], &first->low),
                    *high = shown(&sensitivity_metrics[0], &first->high);
    g_string_append(text, "Which number decides? The price of ");
    say_name(text, sensitivity, first);
    g_string_append_printf(text,
                           " (confidence: %s): between its ends a packet costs %s to %s cycles, %.0f %% of "
                           "what all prices together can change",
                           first->price.confidence, low, high, percent(sensitivity, first));
    if (second && second->swing >= least_swing(sensitivity)) {
        g_string_append(text, "; then ");
        say_name(text, sensitivity, second);
        g_string_append_printf(text, " (%s), %.0f %%", second->price.confidence,
                               percent(sensitivity, second));
    }
    g_string_append(text, ".\n");
}

static double range(const struct sensitivity_metric *metric, const struct sensitivity_entry *entry)
{
    return fabs(sensitivity_value(metric, &entry->high) - sensitivity_value(metric, &entry->low));
}

/* Of what else moves, the price that moves it most. */
static void say_others(GString *text, const struct sensitivity *sensitivity)
{
    bool said = false;
    for (size_t m = 2; m < sensitivity_metrics_count; m++) {
        const struct sensitivity_metric *metric = &sensitivity_metrics[m];
        if (!has_column(sensitivity, m))
            continue;
        const struct sensitivity_entry *most = entry_at(sensitivity, 0);
        for (guint i = 1; i < sensitivity->entries->len; i++)
            most = range(metric, entry_at(sensitivity, i)) > range(metric, most) ? entry_at(sensitivity, i)
                                                                                 : most;
        g_autofree char *low = shown(metric, &most->low), *high = shown(metric, &most->high);
        g_string_append_printf(text, "%s%s: ", said ? "; " : "What moves most of the rest: ", metric->title);
        say_name(text, sensitivity, most);
        g_string_append_printf(text, " (%s to %s)", low, high);
        said = true;
    }
    g_string_append(text, said ? ".\n" : "");
}

/* Prices that have no line in the table: those that move something, or those that do not. */
static bool is_left(const struct sensitivity *sensitivity, const struct sensitivity_entry *entry, bool moves)
{
    return !has_line(sensitivity, entry) && entry->moves == moves;
}

/* Is the event's price in other profiles left likewise? Those before entry `i` in `*before`. */
static bool all_left(const struct sensitivity *sensitivity, guint i, bool moves, bool *before)
{
    bool all = true;
    *before = false;
    for (guint k = 0; k < sensitivity->entries->len; k++) {
        const struct sensitivity_entry *other = entry_at(sensitivity, k);
        if (k == i || other->event != entry_at(sensitivity, i)->event)
            continue;
        all = all && is_left(sensitivity, other, moves);
        *before = *before || k < i;
    }
    return all;
}

/* The prices that a line of `words` names, if there are any; one that is so in all profiles is named once. */
static void say_names(GString *text, const struct sensitivity *sensitivity, const char *words, bool moves)
{
    bool said = false, before;
    for (guint i = 0; i < sensitivity->entries->len; i++) {
        const struct sensitivity_entry *entry = entry_at(sensitivity, i);
        bool all = all_left(sensitivity, i, moves, &before);
        if (!is_left(sensitivity, entry, moves) || (all && before))
            continue;
        g_string_append(text, said ? ", " : words);
        if (all)
            g_string_append(text, weft_events[entry->event].name);
        else
            say_name(text, sensitivity, entry);
        said = true;
    }
    g_string_append(text, said ? ".\n" : "");
}

static void say_fixed(GString *text, const struct sensitivity *sensitivity)
{
    for (guint i = 0; i < sensitivity->fixed->len; i++)
        g_string_append_printf(text, "%s%s", i ? ", " : "Have one price only: ",
                               (const char *)g_ptr_array_index(sensitivity->fixed, i));
    g_string_append(text, sensitivity->fixed->len ? ".\n" : "");
}

char *sensitivity_text(const struct sensitivity *sensitivity)
{
    const struct outcome *base = sensitivity_base(sensitivity);
    GString *text = g_string_new(NULL);
    g_autofree char *profiles = NULL, *table = price_table(sensitivity);
    g_ptr_array_add(sensitivity->profiles, NULL);
    profiles = g_strjoinv(", ", (char **)sensitivity->profiles->pdata);
    g_ptr_array_remove_index(sensitivity->profiles, sensitivity->profiles->len - 1);
    g_string_append_printf(text,
                           "%s: %s on %s, each price of %s at its low and its high end, all else typical",
                           sensitivity->scenario, base->method, base->backend->name, profiles);
    if (base->replications > 1)
        g_string_append_printf(text, "; means of %u replications", base->replications);
    g_string_append_printf(text, "\n%s\n", table);
    if (sensitivity->entries->len && entry_at(sensitivity, 0)->swing >= 0.5)
        say_deciding(text, sensitivity);
    else
        g_string_append(text, "Which number decides? None: no price moves the cost of a packet.\n");
    say_others(text, sensitivity);
    g_autofree char *less =
        g_strdup_printf("Less than %.2g cycles a packet each: ", least_swing(sensitivity));
    say_names(text, sensitivity, less, true);
    say_names(text, sensitivity, "Make no difference here: ", false);
    say_fixed(text, sensitivity);
    return g_string_free(text, FALSE);
}
