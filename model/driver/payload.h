/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_PAYLOAD_H
#define WEFT_DRIVER_PAYLOAD_H

/* Descriptors: header and gather list of each packet of a ring that carries bytes. */

#include "state.h"

#include <assert.h>

/* Where the payload of a packet is. */
struct weft_origin {
    uint64_t address; /* as in struct weft_progress */
    uint32_t data_bytes;
};

/* The packet's bytes lie in pages that need not be neighbours: one fragment a page. Returns how many. Inline: every packet
 * has one. */
static inline uint32_t weft_payload_gather(const uint64_t *pages, uint32_t page_shift,
                                           const struct weft_origin *origin, struct weft_desc *desc)
{
    const uint64_t page_bytes = UINT64_C(1) << page_shift, in_page = origin->address & (page_bytes - 1);
    const uint64_t *page = pages + (origin->address >> page_shift);
    uint64_t room = page_bytes - in_page;
    uint32_t n = 1, left = origin->data_bytes;
    desc->fragment[0] = (struct weft_fragment){page[0] + in_page, left};
    for (; left > room; n++) {
        assert(n < WEFT_DESC_FRAGMENTS);
        desc->fragment[n - 1].bytes = (uint32_t)room;
        left -= (uint32_t)room;
        room = page_bytes;
        desc->fragment[n] = (struct weft_fragment){page[n], left};
    }
    desc->fragments = n;
    return n;
}

/* The header of a full packet of an entry whose full packets are stamped. */
static inline void weft_payload_stamp(const struct weft_header_template *header, uint32_t number,
                                      struct weft_desc *desc)
{
    weft_header_stamp(header, number, desc->header);
    desc->header_bytes = header->length;
    desc->ip_at = header->ip_at;
    desc->udp_at = header->udp_at;
}

/* The descriptor of packet `number` of any kind to `route`, which lies at `place`. */
void weft_payload_describe(const struct weft_driver *driver, const struct weft_stream_route *route,
                           uint32_t place, uint32_t number, const struct weft_origin *origin);

#endif
