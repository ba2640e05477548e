/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reference of scenario files. */

#include "reference.h"

#include "keys.h"
#include "presets.h"

#include <string.h>

static const char keys_words[] = "A GLib key file: groups in brackets, `key = value` below them, lines that "
                                 "begin with # are comments. Quantities\n"
                                 "carry a unit, as in `10 Gbit/s` or `40 ms`; counts and ratios are bare. "
                                 "Unknown groups and keys, missing units\n"
                                 "and values out of range are errors. Every key can be set on the command "
                                 "line: `--set write.order=smooth`,\n"
                                 "`--set server.cores=2` (all servers), `--set server.main.cores=2` (one).\n"
                                 "\n"
                                 "This page is made from the tables of the command: `weft list keys` prints "
                                 "the same. After a change of the tables\n"
                                 "`WEFT_GOLDEN_UPDATE=1 ctest -R golden` writes it anew.";

static const char preset_words[] =
    "What the keys of [switch NAME] are where they are not given. Keys that a preset does not name "
    "keep their own defaults.";

static const char memory_words[] =
    "What the keys of [server NAME] about memory are where they are not given. A server without `memory` has "
    "that of its profile: model.md, \"The processor's memory\".";

static const char silent_words[] = "Every combination of the axes is allowed and has a meaning. A key that "
                                   "says nothing where something else is set may\n"
                                   "have any value there: counts, cycles and packets are the same.";

static const char together_words[] = "What two keys say together, where the help of each alone does not say "
                                     "it. Other pairs add up: each key does what its\n"
                                     "choice says.";

void reference_policies(struct page *page, const struct policy_table *policies)
{
    static const char *const heads[] = {"name", "meaning", NULL};
    struct table *table = table_new();
    const void *row;
    for (size_t i = 0; (row = policies->row(i)); i++) {
        table_row(table);
        g_autofree char *form = policy_form(policies, row), *words = policy_words(policies, row);
        table_cell(table, "%s", form);
        table_cell(table, "%s", words);
    }
    page_table(page, heads, 1, table);
}

static void put_key(struct table *table, const struct key_row *key)
{
    g_autofree char *standard = key_default(key);
    g_autofree char *allowed = key->type->allowed(key);
    table_cell(table, "%s", key->name);
    table_cell(table, "%s", standard);
    table_cell(table, "%s", allowed);
    table_cell(table, "%s", key->help);
}

/* All keys in one table, so that a line says all of a key. */
static void list_keys(struct page *page)
{
    struct table *table = table_new();
    for (size_t i = 0; i < keys_count(); i++) {
        const struct group_row *group = &groups[keys[i].group];
        table_row(table);
        table_cell(table, "[%s%s]", group->name, group->named ? " NAME" : "");
        put_key(table, &keys[i]);
    }
    page_table(page, NULL, 0, table);
}

/* The keys of a kind that a platform says itself, and that the others are properties of its hosts. */
static void write_of_platform(struct page *page, enum group_kind kind)
{
    g_autoptr(GString) words = g_string_new(NULL);
    for (size_t i = 0; i < keys_count(); i++)
        if (keys[i].group == kind && keys[i].of_platform)
            g_string_append_printf(words, "%s`%s`", words->len ? ", " : "With `scenario.platform` that says ",
                                   keys[i].name);
    if (words->len == 0)
        return;
    g_string_append(
        words, " of each; the other keys are properties `weft_KEY` of a host there, or of a group of the "
               "host's name here.");
    page_words(page, words->str);
}

static void write_group(struct page *page, enum group_kind kind)
{
    static const char *const heads[] = {"key", "default", "allowed", "meaning", NULL};
    const struct group_row *group = &groups[kind];
    g_autofree char *title = g_strdup_printf("[%s%s]", group->name, group->named ? " NAME" : "");
    g_autofree char *words =
        g_strdup_printf("%c%s; %s.", g_ascii_toupper(*group->help), group->help + 1, group->how_many);
    struct table *table = table_new();
    for (size_t i = 0; i < keys_count(); i++)
        if (keys[i].group == kind) {
            table_row(table);
            put_key(table, &keys[i]);
        }
    page_heading(page, 2, title);
    page_words(page, words);
    page_table(page, heads, 1, table);
    write_of_platform(page, kind);
}

static char *key_title(const struct key_row *key)
{
    return g_strdup_printf("%s.%s", groups[key->group].name, key->name);
}

/* The choices of a key, but for those whose name says all. */
static void put_choices(struct table *table, const struct key_row *key)
{
    g_autofree char *title = key_title(key);
    const void *row;
    for (size_t i = 0; key->policies && (row = key->policies->row(i)); i++) {
        if (strcmp(policy_name(row), policy_help(row)) == 0)
            continue;
        table_row(table);
        table_cell(table, "%s", title);
        g_autofree char *form = policy_form(key->policies, row), *words = policy_words(key->policies, row);
        table_cell(table, "%s", key->type->written ? key->type->written(row) : form);
        table_cell(table, "%s", words);
    }
}

void reference_presets(struct page *page)
{
    static const char *const heads[] = {"name", "values", "meaning", "source", NULL};
    struct table *table = table_new();
    page_heads(page, heads, table);
    for (size_t i = 0; switch_presets[i]; i++) {
        const struct preset *preset = switch_presets[i];
        g_autofree char *values = preset_values_text(preset);
        const char *const cells[] = {preset->name, values, preset->help, preset->source};
        table_row(table);
        for (size_t c = 0; c < G_N_ELEMENTS(cells); c++)
            table_cell(table, "%s", cells[c]);
    }
    page_table(page, heads, 1, table);
}

static void add_caches(GString *text, const char *pages, const struct weft_page_caches *caches)
{
    if (caches->tlb_sets == 0)
        return;
    g_string_append_printf(text, "%s: tlb_sets = %u, tlb_ways = %u, walk_cache = ", pages, caches->tlb_sets,
                           caches->tlb_ways);
    if (caches->walk_cache)
        g_string_append_printf(text, "%u; ", caches->walk_cache);
    else
        g_string_append(text, "none; ");
}

static void add_size(GString *text, const char *key, uint64_t bytes, const char *word)
{
    g_autofree char *size = quantity_format(&quantity_size, bytes);
    g_string_append_printf(text, ", %s = %s", key,
                           bytes == 0            ? word
                           : bytes == UINT64_MAX ? "unlimited"
                                                 : size);
}

void reference_memories(struct page *page)
{
    static const char *const heads[] = {"name", "values", "meaning", "source", NULL};
    struct table *table = table_new();
    page_heads(page, heads, table);
    for (size_t i = 0; weft_memory_systems[i]; i++) {
        const struct weft_memory_system *row = weft_memory_systems[i];
        g_autoptr(GString) values = g_string_new(NULL);
        add_caches(values, "4 KiB", &row->page_4k);
        add_caches(values, "2 MiB", &row->page_2m);
        g_string_append_printf(values, "tagged = %s", row->tagged ? "yes" : "no");
        add_size(values, "cache", row->cache_bytes, "0 B");
        add_size(values, "dma_cache", row->dma_cache_bytes, "none");
        g_string_append_printf(values, ", walks_ranges = %s", row->walks_ranges ? "yes" : "no");
        table_row(table);
        table_cell(table, "%s", row->name);
        table_cell(table, "%s", values->str);
        table_cell(table, "%s", row->help);
        table_cell(table, "%s", row->source);
    }
    page_table(page, heads, 1, table);
}

static void write_memories(struct page *page)
{
    page_heading(page, 2, "Memory systems");
    page_words(page, memory_words);
    reference_memories(page);
}

static void write_presets(struct page *page)
{
    page_heading(page, 2, "Presets of switches");
    page_words(page, preset_words);
    reference_presets(page);
}

static void write_choices(struct page *page)
{
    static const char *const heads[] = {"key", "choice", "meaning", NULL};
    struct table *table = table_new();
    for (size_t i = 0; i < keys_count(); i++)
        put_choices(table, &keys[i]);
    page_heading(page, 2, "Choices");
    page_table(page, heads, 2, table);
}

/* A method's choice on an axis. Pointers are copied as representations: the members have different types. */
static const char *axis_of(const struct key_row *axis, const void *method)
{
    const void *row;
    memcpy(&row, (const char *)method + axis->axis_offset, sizeof row);
    return policy_name(row);
}

/* Methods as rows of choices. */
static void write_methods(struct page *page)
{
    g_autoptr(GPtrArray) heads = g_ptr_array_new();
    struct table *table = table_new();
    const void *method;
    g_ptr_array_add(heads, (void *)"method");
    for (size_t i = 0; i < keys_count(); i++)
        if (keys[i].axis_offset)
            g_ptr_array_add(heads, (void *)keys[i].name);
    g_ptr_array_add(heads, NULL);
    page_heads(page, (const char *const *)heads->pdata, table);
    for (size_t m = 0; (method = policy_methods.row(m)); m++) {
        table_row(table);
        table_cell(table, "%s", policy_name(method));
        for (size_t i = 0; i < keys_count(); i++)
            if (keys[i].axis_offset)
                table_cell(table, "%s", axis_of(&keys[i], method));
    }
    page_heading(page, 2, "Methods, axis by axis");
    page_table(page, (const char *const *)heads->pdata, 1, table);
}

static void write_silent(struct page *page)
{
    static const char *const heads[] = {"key", "says nothing", NULL};
    struct table *table = table_new();
    for (size_t i = 0; i < keys_count(); i++) {
        if (!keys[i].says_nothing)
            continue;
        g_autofree char *title = key_title(&keys[i]);
        table_row(table);
        table_cell(table, "%s", title);
        table_cell(table, "%s", keys[i].says_nothing);
    }
    page_heading(page, 2, "Where a key says nothing");
    page_words(page, silent_words);
    page_table(page, heads, 1, table);
}

static void write_together(struct page *page)
{
    static const char *const heads[] = {"key", "with", "meaning", NULL};
    struct table *table = table_new();
    for (const struct together_row *row = keys_together; row->first; row++) {
        table_row(table);
        table_cell(table, "%s", row->first);
        table_cell(table, "%s", row->second);
        table_cell(table, "%s", row->help);
    }
    page_heading(page, 2, "Two keys together");
    page_words(page, together_words);
    page_table(page, heads, 2, table);
}

void reference_keys(struct page *page)
{
    if (page->markdown) {
        page_heading(page, 1, "Scenario files");
        page_words(page, keys_words);
        for (enum group_kind kind = 0; kind < GROUP_KINDS; kind++)
            write_group(page, kind);
    } else {
        list_keys(page);
    }
    write_choices(page);
    write_presets(page);
    write_memories(page);
    write_methods(page);
    write_silent(page);
    write_together(page);
}
