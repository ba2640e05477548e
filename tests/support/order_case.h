/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TESTS_ORDER_CASE_H
#define WEFT_TESTS_ORDER_CASE_H

/* A write call that no driver makes: quantities, sizes and deadlines as a test has them, put in order by one row. */

#include "weft/driver.h"

#include <glib.h>

struct order_case {
    size_t entries;
    const uint32_t *packets; /* of each entry */
    /* Of each packet, entry after entry; NULL: all alike. */
    const uint32_t *bytes;
    const weft_ps *deadline_ps;
    uint64_t argument, seed, number;
    uint32_t draws;
};
enum { ORDER_CASE_BYTES = 1382 }; /* of a packet where `bytes` is NULL */

/* The entries that `order` names, asked for `ask` packets at a time (0: a random number each time); all of them are named
 * when it says so (asserted). Of uint32_t; the caller frees with g_array_unref. */
GArray *order_case_emit(const struct weft_order *order, const struct order_case *what, size_t ask);

/* An argument that a row may have: none or the least one with `scale` 0, else `scale` times the least, at most the most. */
uint64_t order_case_argument(const struct weft_argument *argument, uint64_t scale);

#endif
