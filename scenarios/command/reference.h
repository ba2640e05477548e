/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_REFERENCE_H
#define COMMAND_REFERENCE_H

/* The references of scenario files, of results and of figures, made from the tables: what `weft list keys`, `weft list
 * results` and `weft list figures` print, and in Markdown docs/scenario.md, docs/results.md and docs/figures.md. */

#include "page.h"
#include "policies.h"

void reference_keys(struct page *page);
void reference_results(struct page *page);
void reference_figures(struct page *page);

/* The presets of [switch NAME] with their values and sources: a table. */
void reference_presets(struct page *page);

/* The memory systems of [server NAME], likewise. */
void reference_memories(struct page *page);

/* A row for each of a table: its name and its help. */
void reference_policies(struct page *page, const struct policy_table *policies);

#endif
