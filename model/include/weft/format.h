/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_FORMAT_H
#define WEFT_FORMAT_H

/* Payload formats: how media become packets. Most cut a stream of bytes; some know access units (pictures, audio
 * frames) and cut at their borders. A format is a row of weft_formats[]; adding one adds a row. */

#include "weft/base.h"
#include "weft/wire.h"

WEFT_BEGIN_DECLS

enum { WEFT_RTP_HEADER_BYTES = 12, WEFT_PREFIX_BYTES = 4 };

/* Units of a media file in decoding order: what a format must not tear apart without saying so. Unit i is bytes
 * [at_byte[i], at_byte[i + 1]) of the stream's data. */
struct weft_units {
    uint32_t units; /* >= 1 */
    const uint64_t *at_byte;
    const uint32_t
        *timestamp;      /* of presentation, in 1/90,000 s after the first unit's decoding time; wraps */
    const uint8_t *last; /* 1: the last unit of its access unit */
};

/* A packet that a format has cut. What goes between RTP header and data is the prefix. */
struct weft_packet {
    uint64_t at_byte;    /* of its first byte of data in the stream's data */
    uint32_t data_bytes; /* >= 1 */
    uint32_t timestamp;  /* as of its (first) unit */
    uint8_t prefix[WEFT_PREFIX_BYTES], prefix_bytes;
    bool marker;
};

/* All packets of a file in order: at_byte increases strictly, data do not overlap. */
struct weft_packets {
    uint32_t packets;
    const struct weft_packet *packet;
};

/* How far a file has been cut. */
struct weft_cutting {
    uint32_t unit;
    uint64_t offset; /* in that unit */
};

struct weft_format {
    const char *name, *help;
    uint32_t header_bytes;   /* between UDP and payload: RTP's 12, or 0 */
    uint8_t payload_type;    /* of RTP */
    uint32_t multiple_bytes; /* a full payload is a multiple of this */
    uint32_t most_bytes;     /* of payload, where the MTU would allow more; 0: as the MTU allows */
    uint32_t least_bytes;    /* of payload, below which the format cannot cut; >= 1 */
    const char *const
        *codecs;       /* whose units it cuts (names as libavcodec has them), NULL-ended; NULL: any bytes */
    bool marker_first; /* marks the first packet of all */
    uint32_t most_unit_bytes; /* of a unit that the format can cut; 0: any */
    /* The next packet with at most `payload_bytes` of prefix and data (>= least_bytes); false at the end. `data` is the
     * stream's. NULL for formats that cut bytes. */
    bool (*next)(const struct weft_units *units, const uint8_t *data, uint32_t payload_bytes,
                 struct weft_cutting *state, struct weft_packet *out);
};

/* WEFT_INVALID with a text if the units are not as stated above: one after the other, none empty, from byte 0 to the end of
 * `data_bytes`; `last` is 0 or 1. */
int weft_units_check(const struct weft_units *units, uint64_t data_bytes, struct weft_error *error);

extern const struct weft_format weft_format_udp, weft_format_ts, weft_format_rtp, weft_format_rtp_ts,
    weft_format_rtp_h264, weft_format_rtp_mpa;
extern const struct weft_format *const weft_formats[]; /* the first row is the default; ends with NULL */

/* The largest payload that is no larger than `room_bytes`; 0 if the format cannot cut so small. */
uint32_t weft_format_payload(const struct weft_format *format, uint32_t room_bytes);

/* Bytes between the network's headers and the payload: RTP's, but not on a network without headers. */
uint32_t weft_format_header_bytes(const struct weft_format *format, const struct weft_network *network);

/* Cut a whole file. NULL and a text if it has more packets than a stream may have (2^32 - 2) or a unit that the format
 * cannot cut. The caller frees. `units` and `data` are not kept. */
struct weft_packets *weft_packets_new(const struct weft_format *format, const struct weft_units *units,
                                      const uint8_t *data, uint32_t payload_bytes, struct weft_error *error);
/* True if the table is as stated above: packets of at most `payload_bytes`, the last one up to the end of the file's
 * `file_bytes`. */
bool weft_packets_check(const struct weft_packets *packets, uint32_t payload_bytes, uint64_t file_bytes);
void weft_packets_free(struct weft_packets *packets);

WEFT_END_DECLS

#endif
