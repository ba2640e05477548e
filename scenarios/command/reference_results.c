/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reference of results. */

#include "reference.h"

#include "result_files.h"

static const char results_words[] =
    "What weft writes. `packets` count when they are due at or after `warmup`, events of a call when the "
    "call is; cycles\n"
    "are counted events times prices (`weft list profiles`). docs/model.md says what the numbers mean.\n"
    "With several replications every number is a mean over those that have it, whole numbers with a "
    "fraction; a text\n"
    "that is not the same in all is null, and what is true is true in all.\n"
    "\n"
    "This page is made from the tables that the writers walk: `weft list results` prints the same. After a "
    "change of the\n"
    "tables `WEFT_GOLDEN_UPDATE=1 ctest -R golden` writes it anew.";

/* The fields of an object, and of what is in them, by their paths. */
static void put_fields(struct table *table, const struct result_field *field, const char *prefix)
{
    for (; field->name; field++) {
        table_row(table);
        table_cell(table, "%s%s", prefix, field->name);
        table_cell(table, "%s", field->type->name);
        table_cell(table, "%s", field->unit ? field->unit : "");
        table_cell(table, "%s", field->help);
        if (!field->objects || field->objects->fields == result_fields) /* a file of its own */
            continue;
        g_autofree char *inside =
            g_strdup_printf("%s%s%s.", prefix, field->name, field->objects->rows ? "[]" : "");
        put_fields(table, field->objects->fields, inside);
    }
}

static void write_file(struct page *page, const struct result_file *file)
{
    static const char *const heads[] = {"field", "type", "unit", "meaning", NULL};
    struct table *table = table_new();
    put_fields(table, file->fields, "");
    page_heading(page, 2, file->name);
    page_words(page, file->help);
    page_table(page, heads, 1, table);
}

void reference_results(struct page *page)
{
    if (page->markdown) {
        page_heading(page, 1, "Results");
        page_words(page, results_words);
    }
    for (const struct result_file *file = result_files; file->name; file++)
        write_file(page, file);
    for (const struct result_members *members = result_members; members->title; members++) {
        page_heading(page, 2, members->title);
        page_words(page, members->help);
        reference_policies(page, members->rows);
    }
}
