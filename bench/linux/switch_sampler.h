/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_SWITCH_SAMPLER_H
#define BENCH_SWITCH_SAMPLER_H

/* What the kernel says now and then of the queues before links: how many packets wait. */

#include <glib.h>
#include <stdint.h>

struct switch_sampler;
/* Of `links` links of this process's namespace. NULL and an error (STATUS_INPUT). The caller frees. */
struct switch_sampler *switch_sampler_new(const int *link_index, uint32_t links, GError **error);
void switch_sampler_free(struct switch_sampler *sampler);

/* Forget what was seen, and look for the first time. FALSE and an error. */
gboolean switch_sampler_begin(struct switch_sampler *sampler, GError **error);
/* Look once (RTM_GETQDISC). FALSE and an error. */
gboolean switch_sampler_look(struct switch_sampler *sampler, GError **error);
/* Of all looks since the beginning: packets that waited before a link at most, and the longest time between two looks. */
uint32_t switch_sampler_most(const struct switch_sampler *sampler, uint32_t link);
uint64_t switch_sampler_gap_ns(const struct switch_sampler *sampler);
/* Packets that the kernel has dropped before all links since the beginning, for want of room. */
uint64_t switch_sampler_dropped(const struct switch_sampler *sampler);
/* Whether no link had any packet at the last look. */
gboolean switch_sampler_empty(const struct switch_sampler *sampler);

#endif
