/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Accessors that make the typed tables of libweft look alike. */

#include "policies.h"

#include "ablation.h"
#include "argument.h"
#include "keys.h"
#include "launch.h"
#include "presets.h"
#include "sensitivity.h"
#include "weft/setup.h"
#include "weft/train.h"

#include <glib.h>
#include <string.h>

/* One accessor a table: the rows have different types, so the tables cannot be read through one pointer type.
 */
#define POLICY_TABLE(symbol, title, table)                                                                   \
    static const void *symbol##_row(size_t index)                                                            \
    {                                                                                                        \
        return (table)[index];                                                                               \
    }                                                                                                        \
    const struct policy_table symbol = {title, symbol##_row, NULL}

/* Rows that say what argument they take. */
#define POLICY_ARGUMENT_TABLE(symbol, title, table, row_type)                                                \
    static const void *symbol##_row(size_t index)                                                            \
    {                                                                                                        \
        return (table)[index];                                                                               \
    }                                                                                                        \
    static const struct weft_argument *symbol##_argument(const void *row)                                    \
    {                                                                                                        \
        return &((const struct row_type *)row)->argument;                                                    \
    }                                                                                                        \
    const struct policy_table symbol = {title, symbol##_row, symbol##_argument}

POLICY_TABLE(policy_networks, "network", weft_networks);
POLICY_TABLE(policy_profiles, "profile", weft_profiles);
POLICY_TABLE(policy_memories, "memory", weft_memory_systems);
POLICY_TABLE(policy_touches, "touch", weft_touches);
POLICY_TABLE(policy_buffers, "buffer scheme", weft_buffers);
POLICY_TABLE(policy_sharings, "sharing", weft_sharings);
POLICY_TABLE(policy_forwardings, "forwarding", weft_forwardings);
POLICY_TABLE(policy_schedulers, "scheduler", weft_schedulers);
POLICY_TABLE(policy_accountings, "accounting", weft_accountings);
POLICY_TABLE(policy_methods, "method", weft_methods);
POLICY_TABLE(policy_units, "unit", weft_units);
POLICY_TABLE(policy_copies, "copy", weft_copies);
POLICY_TABLE(policy_translations, "translation", weft_translations);
POLICY_TABLE(policy_segmentations, "segmentation", weft_segmentations);
POLICY_TABLE(policy_headers, "header", weft_headers);
POLICY_ARGUMENT_TABLE(policy_interrupts, "interrupt", weft_interrupts, weft_interrupt);
POLICY_ARGUMENT_TABLE(policy_orders, "order", weft_orders, weft_order);
POLICY_TABLE(policy_queues, "queues", weft_queue_kinds);
POLICY_ARGUMENT_TABLE(policy_pacings, "pacing", weft_pacings, weft_pacing);
POLICY_TABLE(policy_interfaces, "interface", weft_interfaces);
POLICY_TABLE(policy_checksums, "checksum", weft_checksums);
POLICY_TABLE(policy_fills, "fill", weft_fills);
POLICY_TABLE(policy_formats, "format", weft_formats);
POLICY_TABLE(policy_backgrounds, "pattern", weft_backgrounds);
POLICY_TABLE(policy_faults, "fault", weft_faults);

POLICY_TABLE(policy_sources, "source", sources);
POLICY_TABLE(policy_switch_presets, "preset", switch_presets);
POLICY_TABLE(policy_launchers, "launcher", launchers);

/* Rows that lie in one array. */
#define POLICY_ARRAY(symbol, title, array, first, end)                                                       \
    static const void *symbol##_row(size_t index)                                                            \
    {                                                                                                        \
        return index + (first) < (end) ? &(array)[index + (first)] : NULL;                                   \
    }                                                                                                        \
    const struct policy_table symbol = {title, symbol##_row, NULL}

POLICY_ARRAY(policy_events, "event", weft_events, 0, WEFT_EVENTS);
POLICY_ARRAY(policy_views, "view", ablation_views, 0, ABLATION_VIEWS);
POLICY_ARRAY(policy_sensitivity_metrics, "metric", sensitivity_metrics, 0, sensitivity_metrics_count);
POLICY_ARRAY(policy_refusals, "status", weft_entry_statuses, WEFT_ENTRY_OK + 1, WEFT_ENTRY_STATUSES);
POLICY_ARRAY(policy_causes, "cause", weft_outcomes, WEFT_DELIVERED + 1, WEFT_OUTCOMES);

static const struct answer answer_no = {.name = "no", .help = "no"}, answer_yes = {"yes", "yes", true};
static const struct answer *const answers[] = {&answer_no, &answer_yes, NULL};
POLICY_TABLE(policy_answers, "answer", answers);

static const struct ip_version ipv4 = {"4", "IPv4, 20 bytes of header", 4},
                               ipv6 = {"6", "IPv6, 40 bytes of header", 6};
static const struct ip_version *const ip_versions[] = {&ipv4, &ipv6, NULL};
POLICY_TABLE(policy_ips, "IP version", ip_versions);

const char *policy_name(const void *row)
{
    return ((const char *const *)row)[0];
}

const char *policy_help(const void *row)
{
    return ((const char *const *)row)[1];
}

const void *policy_find(const struct policy_table *table, const char *name)
{
    const void *row;
    for (size_t i = 0; (row = table->row(i)); i++)
        if (strcmp(policy_name(row), name) == 0)
            return row;
    return NULL;
}

const struct weft_argument *policy_argument(const struct policy_table *table, const void *row)
{
    return table->argument ? table->argument(row) : NULL;
}

char *policy_form(const struct policy_table *table, const void *row)
{
    return argument_form(policy_argument(table, row), policy_name(row));
}

char *policy_words(const struct policy_table *table, const void *row)
{
    g_autofree char *argument = argument_help(policy_argument(table, row));
    return argument ? g_strdup_printf("%s; %s", policy_help(row), argument) : g_strdup(policy_help(row));
}

char *policy_forms(const struct policy_table *table)
{
    GString *forms = g_string_new(NULL);
    const void *row;
    for (size_t i = 0; (row = table->row(i)); i++) {
        g_autofree char *form = policy_form(table, row);
        g_string_append_printf(forms, "%s%s", i ? ", " : "", form);
    }
    return g_string_free(forms, FALSE);
}

char *policy_names(const struct policy_table *table)
{
    GString *names = g_string_new(NULL);
    const void *row;
    for (size_t i = 0; (row = table->row(i)); i++)
        g_string_append_printf(names, "%s%s", i ? ", " : "", policy_name(row));
    return g_string_free(names, FALSE);
}
