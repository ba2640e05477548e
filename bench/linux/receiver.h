/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_RECEIVER_H
#define BENCH_RECEIVER_H

/* The other end of the link: takes every frame and checks it against the plan, with code of its own for headers and order. */

#include "delivery_plan.h"

#include <glib.h>

struct arrivals;
struct arrivals *arrivals_new(const struct delivery_plan *plan);
void arrivals_free(struct arrivals *arrivals);

/* Call `call` begins; the one before must be complete. */
void arrivals_begin(struct arrivals *arrivals, uint32_t call);
/* A frame came. FALSE and an error if it is not one that may come now: headers, lengths and checksums, the number of the packet in
 * its stream, its bytes, and its turn: packets go in rounds, in each of which every stream that has packets left gives one. So
 * between two packets of a stream there is one of every other stream that has as many. */
gboolean arrivals_take(struct arrivals *arrivals, const uint8_t *frame, uint32_t bytes, GError **error);
/* Whether all packets of the call have come. */
gboolean arrivals_complete(const struct arrivals *arrivals);
/* So far, in all. */
uint64_t arrivals_packets(const struct arrivals *arrivals);
uint64_t arrivals_bytes(const struct arrivals *arrivals);

#endif
