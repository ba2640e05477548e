/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_PRIMITIVE_MEMORY_H
#define BENCH_PRIMITIVE_MEMORY_H

/* Memory that primitives are measured in, and the functions that measure them, for the table in primitive.c. */

#include "primitive.h"

#include <stdbool.h>

enum {
    COLD_BYTES = 256 << 20, /* more than any cache holds of it */
    HOT_BYTES = 256 << 10,  /* stays in a cache of the core */
    FILLED_BYTES = 64 << 20,
    PIECE_MOST = 64 << 10,
};
#define PAGE_BYTES      UINT64_C(4096)
#define HUGE_PAGE_BYTES UINT64_C(2097152)

struct primitive_memory {
    uint8_t *small;                  /* COLD_BYTES on pages of 4 KiB */
    uint8_t *large;                  /* COLD_BYTES on pages of 2 MiB; NULL: the machine has none */
    uint8_t *hot, *destination;      /* HOT_BYTES, PIECE_MOST */
    uint8_t *filled;                 /* FILLED_BYTES; on large pages if there are any */
    uint64_t next;                   /* how many cold pieces have been handled so far, or parts */
    void **small_line, **large_line; /* where the chains of page walks are */
};
/* FALSE and an error; ends with primitive_memory_clear() either way. */
gboolean primitive_memory_init(struct primitive_memory *memory, GError **error);
void primitive_memory_clear(struct primitive_memory *memory);
/* Memory on pages of one size for certain; NULL: there is none, or not of that size. Ends with unmap_pages(). */
uint8_t *map_pages(uint64_t bytes, bool huge);
void unmap_pages(uint8_t *pages, uint64_t bytes);

/* What struct primitive's `measure` is. */
typedef gboolean primitive_measure(const struct primitive *primitive, struct primitive_memory *memory,
                                   double *ns, GError **error);
primitive_measure measure_system_call, measure_context_switch, measure_timer_wake_up, measure_timer_lateness;
primitive_measure measure_copy_hot, measure_copy_cold, measure_checksum_hot, measure_checksum_cold,
    measure_fill_hot, measure_fill_cold;
primitive_measure measure_page_walk, measure_page_fault, measure_page_pin, measure_page_pin_cold,
    measure_page_unpin;
/* Every line of small and large memory, in the same random order: what page walks are measured by. */
void make_chains(struct primitive_memory *memory);

/* The Internet checksum (RFC 1071) of an even number of bytes at an even address, in the order of the machine; not complemented. */
uint16_t internet_sum(const uint8_t *data, uint32_t bytes);

#endif
