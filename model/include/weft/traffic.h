/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TRAFFIC_H
#define WEFT_TRAFFIC_H

/* Streams: when each packet is due, how long an interval should be, and what the bytes are. */

#include "weft/base.h"
#include "weft/format.h"

WEFT_BEGIN_DECLS

/* When the bytes of a media file are due, by its own clock: byte at_bytes[i] at at_ps[i], straight lines
 * between. Both columns start at 0 and increase strictly; the last point is (total bytes, duration). Owned by
 * the caller. */
struct weft_media {
    const char *name;
    uint32_t points; /* >= 2 */
    const uint64_t *at_bytes;
    const weft_ps *at_ps;
    /* An access unit begins at each point but the last: a device needs all of it at its decoding time at_ps[i]. Else a
     * byte is needed when it is due. */
    bool access_units;
    /* at_bytes[points - 1] bytes: the file itself, or what its units are made of; may be NULL when no bytes are
     * carried */
    const uint8_t *data;
    const struct weft_units *units; /* for formats that cut units; else NULL */
};

/* The clock of one stream: constant bit rate, or a media file's. */
struct weft_clock {
    weft_ps start_ps;
    uint64_t rate_bps;                  /* of the payload; for media the mean rate, rounded down */
    uint32_t payload_bytes;             /* of a full packet, prefix and data */
    const struct weft_media *media;     /* NULL: constant bit rate without end */
    const struct weft_format *format;   /* NULL: the first row of weft_formats[] */
    const struct weft_packets *packets; /* of the media, where the format cuts units; else NULL */
    bool loops;                         /* media begins again when it ends, without end */
};

/* WEFT_INVALID with a text if the points are not as stated above, or the mean rate is 2^64 bit/s or more. */
int weft_media_check(const struct weft_media *media, struct weft_error *error);
/* Mean rate of a file: 8 bytes / duration, rounded down to 1 bit/s. */
uint64_t weft_media_rate_bps(const struct weft_media *media);

/* Packets of the stream in all: UINT64_MAX for constant bit rate and what loops, for media ceil(bytes / payload) or what
 * its format cuts. */
uint64_t weft_clock_packets(const struct weft_clock *clock);
/* When packet n is due: start + n * payload * 8 / rate, rounded down; media: when the file's clock says of its first
 * byte. For n at or past the end of a file: the end of the file. WEFT_NEVER if that is past 2^64 ps. */
weft_ps weft_clock_due(const struct weft_clock *clock, uint64_t n);
/* How many packets are due before `before_ps`. */
uint64_t weft_clock_due_before(const struct weft_clock *clock, weft_ps before_ps);
/* Payload bytes of packet n, prefix and data: the last one of a file may be shorter. */
uint32_t weft_clock_payload(const struct weft_clock *clock, uint64_t n);
/* Place of packet n's first byte of data in the stream's data, which goes on where a file begins again. */
uint64_t weft_clock_offset(const struct weft_clock *clock, uint64_t n);
/* From the first byte of data of packet `first` to the last one of the `count` packets from it on, all within the
 * stream: what an entry for them points at. Between the data of packets that a format has cut there may be bytes that
 * no packet carries. */
uint64_t weft_clock_span_bytes(const struct weft_clock *clock, uint64_t first, uint64_t count);

/* The most packets that fall due in any stretch of `interval_ps` before `until_ps` (or a few more). */
uint64_t weft_clock_most_packets(const struct weft_clock *clock, weft_ps interval_ps, weft_ps until_ps);

/* Packets that the buffer of a stream must hold so that nothing is overwritten before it has been sent: what one
 * interval may carry and what may still lie in a ring of `ring_slots`, in a run until `until_ps`. At least 1. */
uint64_t weft_clock_buffer_packets(const struct weft_clock *clock, weft_ps interval_ps, weft_ps until_ps,
                                   uint32_t ring_slots);

/* Latest arrival of packet n that still serves a device that starts playing `startup_ps` after the stream's
 * start: the due instant of its end, start + startup + (n + 1) * payload * 8 / rate; media with access units: the
 * decoding time of the one that its last byte belongs to. */
weft_ps weft_clock_deadline(const struct weft_clock *clock, uint64_t n, weft_ps startup_ps);

/* `bytes` of the stream's data from `offset`: the file's, or a pattern drawn from (seed, stream, offset). */
void weft_clock_fill(const struct weft_clock *clock, uint64_t seed, uint32_t stream, uint64_t offset,
                     void *out, uint64_t bytes);

/* RTP timestamp of packet n after the stream's first, in 1/90,000 s, modulo 2^32: its units' own, or when it is due. */
uint32_t weft_clock_timestamp(const struct weft_clock *clock, uint64_t n);

/* The least whole number of picoseconds after which packets of a constant rate are due as before, without a remainder, and the
 * data of their first one lies as before modulo `bytes` (>= 1); `*packets` are due in it. WEFT_NEVER: it is more than most_ps,
 * or the stream is a file. */
weft_ps weft_clock_period(const struct weft_clock *clock, uint64_t bytes, weft_ps most_ps, uint64_t *packets);
/* The least common multiple of two times, both at least 1; WEFT_NEVER: it is more than most_ps. */
weft_ps weft_common_period(weft_ps a_ps, weft_ps b_ps, weft_ps most_ps);

/* Interval selection (claim 4): two packet times of a stream, so that every quantity is larger than a packet.
 */
weft_ps weft_interval_for_rate(uint64_t rate_bps, uint32_t payload_bytes);

WEFT_END_DECLS

#endif
