/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A port told in events: the transmitter works off a list of stored frames, one after the other, and time is
 * counted in whole picoseconds plus a fraction of 1/rate. */
#include "drops.h"

struct instant {
    uint64_t ps, part; /* ps + part / rate */
};

struct transmitter {
    uint64_t rate_bps, gap_bytes, latency_ps;
    bool sends;
    struct instant end; /* of what it sends; when it does not: of what it sent last */
    uint64_t at;        /* the frame that it sends, or looks at next */
};

static bool is_later(struct instant a, struct instant b)
{
    return a.ps != b.ps ? a.ps > b.ps : a.part > b.part;
}

/* Seconds are bits / rate: long division by hand, one decimal place of the twelve after the other. */
static struct instant after_bits(struct instant from, uint64_t bits, uint64_t rate_bps)
{
    uint64_t ps = bits / rate_bps, rest = bits % rate_bps;
    for (int place = 0; place < 12; place++) {
        rest *= 10;
        ps = ps * 10 + rest / rate_bps;
        rest %= rate_bps;
    }
    from.part += rest;
    from.ps += ps + from.part / rate_bps;
    from.part %= rate_bps;
    return from;
}

/* Start the next stored frame, if there is one. */
static void start(struct transmitter *port, const struct oracle_frame *frame, uint64_t stored_until)
{
    while (port->at < stored_until && frame[port->at].dropped)
        port->at++;
    port->sends = port->at < stored_until;
    if (!port->sends)
        return;
    struct instant ready = {frame[port->at].in_ps + port->latency_ps, 0};
    struct instant from = is_later(port->end, ready) ? port->end : ready;
    port->end = after_bits(from, (frame[port->at].frame_bytes + port->gap_bytes) * 8, port->rate_bps);
}

/* Work off what has left by `now_ps`; returns its bytes. */
static uint64_t work(struct transmitter *port, struct oracle_frame *frame, uint64_t stored_until,
                     uint64_t now_ps)
{
    uint64_t left_bytes = 0;
    if (!port->sends)
        start(port, frame, stored_until);
    while (port->sends && port->end.ps <= now_ps) {
        frame[port->at].out_ps = port->end.ps;
        left_bytes += frame[port->at++].frame_bytes;
        start(port, frame, stored_until);
    }
    return left_bytes;
}

void oracle_drops(struct oracle_frame *frame, uint64_t n, uint64_t limit_bytes, uint64_t rate_bps,
                  uint64_t gap_bytes, uint64_t latency_ps)
{
    struct transmitter port = {.rate_bps = rate_bps, .gap_bytes = gap_bytes, .latency_ps = latency_ps};
    uint64_t stored_bytes = 0;
    for (uint64_t i = 0; i < n; i++) {
        stored_bytes -= work(&port, frame, i, frame[i].in_ps);
        frame[i].out_ps = 0;
        frame[i].dropped = stored_bytes + frame[i].frame_bytes > limit_bytes;
        stored_bytes += frame[i].dropped ? 0 : frame[i].frame_bytes;
    }
    work(&port, frame, n, UINT64_MAX);
}
