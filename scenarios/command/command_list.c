/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft list: what the tables hold. */

#include "backends.h"
#include "command.h"
#include "keys.h"
#include "policies.h"
#include "table.h"

#include <string.h>

static void list_policies(const struct policy_table *policies, struct table *table)
{
    const void *row;
    for (size_t i = 0; (row = policies->row(i)); i++) {
        table_row(table);
        table_cell(table, "%s", policy_name(row));
        table_cell(table, "%s", policy_help(row));
    }
}

static void list_backends(const struct policy_table *policies, struct table *table)
{
    (void)policies;
    for (size_t i = 0; backends[i]; i++) {
        g_autofree char *state = backend_state(backends[i]);
        table_row(table);
        table_cell(table, "%s", backends[i]->name);
        table_cell(table, "%s", state);
        table_cell(table, "%s", backends[i]->help);
    }
}

static void profile_cells(struct table *table, const char *profile, const char *event, const char *low,
                          const char *typical, const char *high, const char *confidence, const char *text)
{
    table_row(table);
    table_cell(table, "%s", profile);
    table_cell(table, "%s", event);
    table_cell(table, "%s", low);
    table_cell(table, "%s", typical);
    table_cell(table, "%s", high);
    table_cell(table, "%s", confidence);
    table_cell(table, "%s", text);
}

/* Every price of every profile, with where it comes from. */
static void list_profiles(const struct policy_table *policies, struct table *table)
{
    const struct weft_profile *profile;
    profile_cells(table, "profile", "event", "low", "typical", "high", "confidence", "source");
    for (size_t i = 0; (profile = policies->row(i)); i++) {
        profile_cells(table, profile->name, "", "", "", "", "", profile->help);
        for (int event = 0; event < WEFT_EVENTS; event++) {
            const struct weft_price *price = &profile->price[event];
            g_autofree char *low = quantity_format(&quantity_cycles, price->low_mcycles);
            g_autofree char *typical = quantity_format(&quantity_cycles, price->typical_mcycles);
            g_autofree char *high = quantity_format(&quantity_cycles, price->high_mcycles);
            profile_cells(table, profile->name, weft_events[event].name, low, typical, high,
                          price->confidence, price->source);
        }
    }
}

static void list_keys(const struct policy_table *policies, struct table *table)
{
    (void)policies;
    for (size_t i = 0; i < keys_count(); i++) {
        const struct group_row *group = &groups[keys[i].group];
        g_autofree char *standard = key_default(&keys[i]);
        g_autofree char *allowed = keys[i].type->allowed(&keys[i]);
        table_row(table);
        table_cell(table, "[%s%s]", group->name, group->named ? " NAME" : "");
        table_cell(table, "%s", keys[i].name);
        table_cell(table, "%s", standard);
        table_cell(table, "%s", allowed);
        table_cell(table, "%s", keys[i].help);
    }
}

static const struct listing {
    const char *name;
    void (*fill)(const struct policy_table *policies, struct table *table);
    const struct policy_table *policies;
} listings[] = {
    {"methods", list_policies, &policy_methods},
    {"orders", list_policies, &policy_orders},
    {"backends", list_backends, NULL},
    {"profiles", list_profiles, &policy_profiles},
    {"switches", list_policies, &policy_buffers},
    {"keys", list_keys, NULL},
};

static gboolean list(const char *name, GError **error)
{
    g_autoptr(GString) names = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(listings); i++) {
        if (strcmp(listings[i].name, name) != 0) {
            g_string_append_printf(names, "%s%s", names->len ? ", " : "", listings[i].name);
            continue;
        }
        struct table *table = table_new();
        listings[i].fill(listings[i].policies, table);
        g_autofree char *text = table_text(table, G_MAXUINT, TRUE);
        table_free(table);
        return command_print(text, error);
    }
    return failure(error, STATUS_INPUT, "weft list: there is no list of \"%s\"; allowed: %s", name,
                   names->str);
}

static int list_main(const struct command *command, int argc, char **argv)
{
    const GOptionEntry entries[] = {G_OPTION_ENTRY_NULL};
    g_auto(GStrv) arguments = NULL;
    int status = STATUS_OK;
    if (command_options(command, entries, argc, argv, 1, 1, &arguments, &status)) {
        GError *error = NULL;
        if (!list(arguments[0], &error))
            status = failure_report(error);
    }
    return status;
}

const struct command command_list = {
    .name = "list",
    .arguments = "methods|orders|backends|profiles|switches|keys",
    .help = "Show what there is to choose from",
    .run = list_main,
};
