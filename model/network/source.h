/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_NETWORK_SOURCE_H
#define WEFT_NETWORK_SOURCE_H

/* A source of background traffic and its link into a switch: packets are made when they are asked for, so that nothing is
 * kept of what is still to come. */

#include "weft/background.h"
#include "weft/fabric.h"

struct weft_source {
    struct weft_background_params params;
    struct weft_background_state state;
    struct weft_pipe link;
    weft_ps until_ps; /* no packet's first bit goes out at or after it */
    uint32_t frame_bytes, payload_bytes, wire_bytes;
    weft_ps tx_ps, in_ps; /* of the next packet; in_ps WEFT_NEVER: there is none */
    uint32_t number;      /* of it */
};

void weft_source_init(struct weft_source *source, const struct weft_fabric_source *params,
                      uint32_t gap_bytes);

/* Move the next packet, which there must be, to the end of `out`, which must have room, as packet of `stream`; servers of
 * packet names end before `server`. */
void weft_source_pop(struct weft_source *source, uint32_t stream, uint32_t server, struct weft_train *out);

/* The instant at which the next packet is in; WEFT_NEVER if there is none. */
static inline weft_ps weft_source_next(const struct weft_source *source)
{
    return source->in_ps;
}

#endif
