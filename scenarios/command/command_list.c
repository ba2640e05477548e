/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft list: what the tables hold. */

#include "backends.h"
#include "command.h"
#include "reference.h"
#include "wrap.h"

#include <string.h>

struct listing {
    const char *name;
    void (*write)(const struct listing *listing, struct page *page);
    const struct policy_table *policies; /* what is listed; NULL: said by `write` */
};

static void list_policies(const struct listing *listing, struct page *page)
{
    if (page->markdown)
        page_heading(page, 1, listing->name);
    reference_policies(page, listing->policies);
}

static void list_backends(const struct listing *listing, struct page *page)
{
    static const char *const heads[] = {"name", "state", "instants", "meaning", NULL};
    struct table *table = table_new();
    for (size_t i = 0; backends[i]; i++) {
        g_autofree char *state = backend_state(backends[i]), *instants = backend_promise(backends[i]);
        table_row(table);
        table_cell(table, "%s", backends[i]->name);
        table_cell(table, "%s", state);
        table_cell(table, "%s", instants);
        table_cell(table, "%s", backends[i]->help);
    }
    if (page->markdown)
        page_heading(page, 1, listing->name);
    page_table(page, heads, 1, table);
}

static void put_price(struct table *table, const struct weft_profile *profile, int event)
{
    const struct weft_price *price = &profile->price[event];
    g_autofree char *low = quantity_format(&quantity_cycles, price->low_mcycles);
    g_autofree char *typical = quantity_format(&quantity_cycles, price->typical_mcycles);
    g_autofree char *high = quantity_format(&quantity_cycles, price->high_mcycles);
    const char *const cells[] = {profile->name, weft_events[event].name, low,          typical,
                                 high,          price->confidence,       price->source};
    table_row(table);
    for (size_t c = 0; c < G_N_ELEMENTS(cells); c++)
        table_cell(table, "%s", cells[c]);
}

/* Every price of every profile, with where it comes from. */
static void list_profiles(const struct listing *listing, struct page *page)
{
    static const char *const heads[] = {"profile", "event",      "low",    "typical",
                                        "high",    "confidence", "source", NULL};
    struct table *table = table_new();
    const struct weft_profile *profile;
    page_heads(page, heads, table);
    for (size_t i = 0; (profile = listing->policies->row(i)); i++) {
        table_row(table);
        table_cell(table, "%s", profile->name);
        for (size_t c = 1; c + 2 < G_N_ELEMENTS(heads); c++)
            table_cell(table, "%s", "");
        table_cell(table, "%s", profile->help);
        for (int event = 0; event < WEFT_EVENTS; event++)
            put_price(table, profile, event);
    }
    if (page->markdown)
        page_heading(page, 1, listing->name);
    page_table(page, heads, 2, table);
}

static void list_keys(const struct listing *listing, struct page *page)
{
    (void)listing;
    reference_keys(page);
}

static void list_switches(const struct listing *listing, struct page *page)
{
    if (page->markdown)
        page_heading(page, 1, listing->name);
    reference_presets(page);
}

static void list_memories(const struct listing *listing, struct page *page)
{
    if (page->markdown)
        page_heading(page, 1, listing->name);
    reference_memories(page);
}

static void list_results(const struct listing *listing, struct page *page)
{
    (void)listing;
    reference_results(page);
}

static void list_figures(const struct listing *listing, struct page *page)
{
    (void)listing;
    reference_figures(page);
}

static const struct listing listings[] = {
    {"methods", list_policies, &policy_methods},
    {"orders", list_policies, &policy_orders},
    {"backends", list_backends, NULL},
    {"profiles", list_profiles, &policy_profiles},
    {"switches", list_switches, NULL},
    {"memories", list_memories, NULL},
    {"buffers", list_policies, &policy_buffers},
    {"faults", list_policies, &policy_faults},
    {"events", list_policies, &policy_events},
    {"launchers", list_policies, &policy_launchers},
    {"keys", list_keys, NULL},
    {"results", list_results, NULL},
    {"figures", list_figures, NULL},
};

static gboolean list(const char *name, gboolean markdown, gboolean tsv, GError **error)
{
    if (markdown && tsv)
        return failure(error, STATUS_INPUT, "weft list: --markdown and --tsv; allowed: one of them");
    g_autoptr(GString) names = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(listings); i++) {
        if (strcmp(listings[i].name, name) != 0) {
            g_string_append_printf(names, "%s%s", names->len ? ", " : "", listings[i].name);
            continue;
        }
        g_autoptr(GString) text = g_string_new(NULL);
        struct page page = {text, markdown, tsv, wrap_width()};
        listings[i].write(&listings[i], &page);
        return command_print(text->str, error);
    }
    return failure(error, STATUS_INPUT, "weft list: there is no list of \"%s\"; allowed: %s", name,
                   names->str);
}

static int list_main(const struct command *command, int argc, char **argv)
{
    gboolean markdown = FALSE, tsv = FALSE;
    const GOptionEntry entries[] = {
        {"markdown", 0, 0, G_OPTION_ARG_NONE, &markdown, "As Markdown", NULL},
        {"tsv", 0, 0, G_OPTION_ARG_NONE, &tsv, "A line a row, cells separated by tabs", NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_auto(GStrv) arguments = NULL;
    int status = STATUS_OK;
    if (command_options(command, entries, argc, argv, 1, 1, &arguments, &status)) {
        GError *error = NULL;
        if (!list(arguments[0], markdown, tsv, &error))
            status = failure_report(error);
    }
    return status;
}

const struct command command_list = {
    .name = "list",
    .arguments = "methods|orders|backends|profiles|switches|memories|buffers|faults|events|launchers|keys|"
                 "results|figures",
    .help = "Show what there is to choose from",
    .run = list_main,
};
