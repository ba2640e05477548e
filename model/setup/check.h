/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_SETUP_CHECK_H
#define WEFT_SETUP_CHECK_H

/* What the parts of the check of a setup share. */

#include "weft/setup.h"

#define WEFT_CHECK_MOST_PS  (UINT64_C(1000000) * WEFT_PS_PER_S) /* longest time that a key may state: 10^6 s */
#define WEFT_CHECK_MOST_BPS UINT64_C(1000000000000)

/* One line of the check: the value, the range it must lie in. */
struct weft_bound {
    const char *what;
    uint64_t value, low, high;
};
int weft_check_bounds(const char *kind, const char *name, const struct weft_bound *bound, size_t n,
                      struct weft_error *error);
#define CHECK_BOUNDS(kind, name, bounds, error)                                                              \
    weft_check_bounds(kind, name, bounds, sizeof(bounds) / sizeof((bounds)[0]), error)

/* Trunks, sources of background traffic and the ways of all; switches, devices and streams have been checked. `*longest`:
 * ports of the longest way. */
int weft_check_network(const struct weft_setup *setup, uint32_t *longest, struct weft_error *error);
/* At least what all sources put onto their links. */
weft_u128 weft_check_sources_bits(const struct weft_setup *setup);

#endif
