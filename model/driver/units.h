/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_UNITS_H
#define WEFT_DRIVER_UNITS_H

/* What a stream's format has cut: the table's packets one after the other, the first one after the last. */

#include "weft/format.h"

static inline uint32_t weft_units_next(const struct weft_packets *packets, uint32_t at)
{
    return at + 1 == packets->packets ? 0 : at + 1;
}

/* Bytes that no packet carries between the data of a packet and the next one's. */
static inline uint64_t weft_units_gap_after(const struct weft_packets *packets, uint32_t at)
{
    const struct weft_packet *packet = &packets->packet[at];
    if (at + 1 == packets->packets)
        return packets->packet[0].at_byte;
    return packet[1].at_byte - packet->at_byte - packet->data_bytes;
}

#endif
