/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_LINUX_MEASURED_PRICES_H
#define BENCH_LINUX_MEASURED_PRICES_H

/* The profile of a machine that was measured: what the points' counts and the primitives say of each price. */

#include "calibration.h"
#include "weft/cost.h"

struct measured_prices;
/* Borrows the calibration. The caller frees. */
struct measured_prices *measured_prices_new(const struct calibration *calibration);
void measured_prices_free(struct measured_prices *prices);

/* Its sources say of every price how it came about. Owned by `prices`. */
const struct weft_profile *measured_prices_profile(const struct measured_prices *prices);

/* The profile as a file that the command reads (profile_file.h), with a group [measured]. The caller frees with g_free. */
char *measured_prices_file(const struct measured_prices *prices);
/* For people: prices; measured and fitted cycles of every point; a and b of cost = a / g + b. The caller frees with g_free. */
char *measured_prices_text(const struct measured_prices *prices);

/* Cycles of a packet of a point at the profile's typical prices. */
double predicted_cycles(const struct weft_profile *profile, const struct point *point);
/* The same, of those of `sendto` with the same payload, destinations and coldness. */
double predicted_ratio(const struct weft_profile *profile, const struct point *point);

#endif
