/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* H.264 over RTP (RFC 6184, packetization mode 1): a NAL unit that fits is a packet (5.6, single NAL unit packet); one
 * that does not is sent in fragments (5.8, FU-A), whose two bytes of prefix stand for the NAL unit's own first byte.
 * Units are NAL units without start code. The marker is set on the last packet of an access unit (5.1). */

#include "traffic/formats.h"

enum {
    FU_BYTES = 2,
    FU_A = 28,
    NAL_TYPE = 0x1f, /* of the NAL unit's first byte; the rest is forbidden_zero_bit and nal_ref_idc */
    FU_START = 0x80,
    FU_END = 0x40,
    RTP_DYNAMIC = 96
};

/* Data of the FU-A at `offset` (>= 1: the first byte is in the prefix). */
static void fragment(const struct weft_units *units, const uint8_t *data, uint32_t payload_bytes,
                     struct weft_cutting *state, struct weft_packet *out)
{
    uint64_t bytes = weft_unit_bytes(units, state->unit);
    uint8_t nal = data[units->at_byte[state->unit]];
    bool start = state->offset == 0;
    uint64_t from = start ? 1 : state->offset, left = bytes - from;
    bool end = left <= payload_bytes - FU_BYTES;
    out->at_byte = units->at_byte[state->unit] + from;
    out->data_bytes = end ? (uint32_t)left : payload_bytes - FU_BYTES;
    out->prefix[0] = (uint8_t)((nal & ~NAL_TYPE) | FU_A);
    out->prefix[1] = (uint8_t)((start ? FU_START : 0) | (end ? FU_END : 0) | (nal & NAL_TYPE));
    out->prefix_bytes = FU_BYTES;
    state->offset = from + out->data_bytes;
}

static bool next(const struct weft_units *units, const uint8_t *data, uint32_t payload_bytes,
                 struct weft_cutting *state, struct weft_packet *out)
{
    if (state->unit == units->units)
        return false;
    uint64_t bytes = weft_unit_bytes(units, state->unit);
    *out = (struct weft_packet){.at_byte = units->at_byte[state->unit],
                                .timestamp = units->timestamp[state->unit]};
    if (bytes <= payload_bytes) {
        out->data_bytes = (uint32_t)bytes;
        state->offset = bytes;
    } else {
        fragment(units, data, payload_bytes, state, out);
    }
    if (state->offset == bytes) {
        out->marker = units->last[state->unit];
        state->unit++;
        state->offset = 0;
    }
    return true;
}

const struct weft_format weft_format_rtp_h264 = {
    .name = "rtp-h264",
    .help = "H.264 in RTP (RFC 6184): single NAL units and FU-A fragments, marker at the end of a picture",
    .header_bytes = WEFT_RTP_HEADER_BYTES,
    .payload_type = RTP_DYNAMIC,
    .multiple_bytes = 1,
    .least_bytes = FU_BYTES + 1,
    .codecs = (const char *const[]){"h264", NULL},
    .next = next,
};
