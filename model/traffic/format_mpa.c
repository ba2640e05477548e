/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* MPEG audio over RTP (RFC 2250, section 3): as many whole frames as fit, or a fragment of one that does not. The four
 * bytes before the data are zero and the offset of the data in its frame (3.5). The first packet is marked as the start
 * of a talk spurt. Units are audio frames. */

#include "traffic/formats.h"

enum { MPA_BYTES = 4, RTP_MPA = 14 };

static bool next(const struct weft_units *units, const uint8_t *data, uint32_t payload_bytes,
                 struct weft_cutting *state, struct weft_packet *out)
{
    (void)data;
    if (state->unit == units->units)
        return false;
    uint32_t room = payload_bytes - MPA_BYTES;
    uint64_t left = weft_unit_bytes(units, state->unit) - state->offset;
    *out = (struct weft_packet){
        .at_byte = units->at_byte[state->unit] + state->offset,
        .timestamp = units->timestamp[state->unit],
        .prefix = {0, 0, (uint8_t)(state->offset >> 8), (uint8_t)state->offset},
        .prefix_bytes = MPA_BYTES,
    };
    if (left > room) {
        out->data_bytes = room;
        state->offset += room;
        return true;
    }
    out->data_bytes = (uint32_t)left;
    bool fragmented = state->offset > 0;
    state->unit++;
    state->offset = 0;
    while (!fragmented && state->unit < units->units &&
           weft_unit_bytes(units, state->unit) <= room - out->data_bytes) {
        out->data_bytes += (uint32_t)weft_unit_bytes(units, state->unit);
        state->unit++;
    }
    return true;
}

const struct weft_format weft_format_rtp_mpa = {
    .name = "rtp-mpa",
    .help = "MPEG audio in RTP (RFC 2250): whole frames as many as fit, or fragments of large ones",
    .header_bytes = WEFT_RTP_HEADER_BYTES,
    .payload_type = RTP_MPA,
    .multiple_bytes = 1,
    .least_bytes = MPA_BYTES + 1,
    .codecs = (const char *const[]){"mp3", "mp2", "mp1", NULL},
    .marker_first = true,
    .most_unit_bytes = UINT16_MAX, /* offsets in a frame have 16 bits */
    .next = next,
};
