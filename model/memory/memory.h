/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_MEMORY_PRIVATE_H
#define WEFT_MEMORY_PRIVATE_H

/* What address spaces need of physical memory: page tables, which lie behind the data frames. */

#include "weft/memory.h"

enum { WEFT_TABLE_ENTRIES = 512 };

/* True if `physical` is where a data frame begins. */
bool weft_memory_is_frame(const struct weft_memory *memory, uint64_t physical);

/* weft_memory_lend() for bytes that lie in several frames: from byte `in_page` of the first on, `bytes` of `data`, which the
 * frames have room for. */
void weft_memory_lend_frames(struct weft_memory *memory, const uint64_t *frame, uint64_t in_page,
                             const uint8_t *data, uint64_t bytes);

/* An empty page table; its physical address. */
uint64_t weft_memory_table_take(struct weft_memory *memory);
void weft_memory_table_release(struct weft_memory *memory, uint64_t table);

/* Its entries, WEFT_TABLE_ENTRIES of them; valid until the next table is taken. */
const uint64_t *weft_memory_table(const struct weft_memory *memory, uint64_t table);
uint64_t weft_memory_table_read(const struct weft_memory *memory, uint64_t table, uint32_t index);
void weft_memory_table_write(struct weft_memory *memory, uint64_t table, uint32_t index, uint64_t entry);

#endif
