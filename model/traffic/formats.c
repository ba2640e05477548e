/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The payload formats, and the ones that cut bytes wherever a packet is full. */

#include "traffic/formats.h"

enum { TS_PACKET_BYTES = 188, TS_PACKETS = 7, RTP_DYNAMIC = 96, RTP_MP2T = 33 };

const struct weft_format weft_format_udp = {
    .name = "udp",
    .help = "bytes in UDP, cut where a packet is full",
    .multiple_bytes = 1,
    .least_bytes = 1,
};
const struct weft_format weft_format_ts = {
    .name = "ts",
    .help = "MPEG transport stream in UDP, whole TS packets of 188 B, 7 of them if not said otherwise",
    .multiple_bytes = TS_PACKET_BYTES,
    .most_bytes = TS_PACKETS * TS_PACKET_BYTES,
    .least_bytes = TS_PACKET_BYTES,
};
const struct weft_format weft_format_rtp = {
    .name = "rtp",
    .help = "bytes in RTP with dynamic payload type 96 and a clock of 90 kHz, cut where a packet is full",
    .header_bytes = WEFT_RTP_HEADER_BYTES,
    .payload_type = RTP_DYNAMIC,
    .multiple_bytes = 1,
    .least_bytes = 1,
};
const struct weft_format weft_format_rtp_ts = {
    .name = "rtp-ts",
    .help = "MPEG transport stream in RTP (RFC 2250), whole TS packets, 7 of them if not said otherwise",
    .header_bytes = WEFT_RTP_HEADER_BYTES,
    .payload_type = RTP_MP2T,
    .multiple_bytes = TS_PACKET_BYTES,
    .most_bytes = TS_PACKETS * TS_PACKET_BYTES,
    .least_bytes = TS_PACKET_BYTES,
};

const struct weft_format *const weft_formats[] = {&weft_format_udp,
                                                  &weft_format_ts,
                                                  &weft_format_rtp,
                                                  &weft_format_rtp_ts,
                                                  &weft_format_rtp_h264,
                                                  &weft_format_rtp_mpa,
                                                  NULL};

uint32_t weft_format_payload(const struct weft_format *format, uint32_t room_bytes)
{
    uint32_t most_bytes = room_bytes;
    if (format->most_bytes && format->most_bytes < most_bytes)
        most_bytes = format->most_bytes;
    most_bytes -= most_bytes % format->multiple_bytes;
    return most_bytes < format->least_bytes ? 0 : most_bytes;
}

uint32_t weft_format_header_bytes(const struct weft_format *format, const struct weft_network *network)
{
    return format && network->header_bytes > 0 ? format->header_bytes : 0;
}
