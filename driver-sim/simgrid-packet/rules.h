/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_SIMGRID_PACKET_RULES_H
#define WEFT_SIMGRID_PACKET_RULES_H

/* The rules of a switch, as this back end does them: an implementation of its own of every row of weft/port.h that it
 * knows, by the row's name. (Not by its address: a module has a copy of the model's tables of its own.) */

#include "weft/port.h"

/* What is in use when a frame comes: of its port, and of all ports above their reserves. */
struct hop_use {
    uint64_t packets, bytes, pool_bytes;
};

typedef bool hop_room(const struct weft_buffer_params *memory, const struct hop_use *use,
                      uint64_t stored_bytes);

struct hop_rules {
    weft_ps latency_ps;
    struct weft_buffer_params memory;
    hop_room *limit, *sharing; /* NULL: none */
    bool fluid, cuts, by_class;
};

/* WEFT_INVALID with a text that names `name`, the switch, if a row is none that this back end knows. */
int hop_rules_read(const struct weft_port_rules *rules, const char *name, struct hop_rules *out,
                   struct weft_error *error);

/* What a frame takes in memory: whole cells where there are some. */
uint64_t hop_stored_bytes(const struct hop_rules *rules, uint64_t frame_bytes);
/* What of it still counts while it is on the link from start_ps to done_ps, start_ps <= now_ps < done_ps. */
uint64_t hop_left_bytes(const struct hop_rules *rules, uint64_t stored_bytes, weft_ps start_ps,
                        weft_ps done_ps, weft_ps now_ps);
/* Whether there is room for `stored_bytes` more. */
bool hop_has_room(const struct hop_rules *rules, const struct hop_use *use, uint64_t stored_bytes);
/* What a port that uses `bytes` has of the pool. */
uint64_t hop_of_pool(const struct hop_rules *rules, uint64_t bytes);
/* From when on a packet is in its port of out_bps whose last bit comes at in_ps over a link of in_bps. */
weft_ps hop_enter(const struct hop_rules *rules, uint32_t frame_bytes, uint64_t in_bps, uint64_t out_bps,
                  weft_ps in_ps);

#endif
