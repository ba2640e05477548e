/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A switch told in events: the transmitter of each port works off a list of stored frames, one after the other, and time is
 * counted in whole picoseconds plus a fraction of 1/rate. */
#include "drops.h"

struct instant {
    uint64_t ps, part; /* ps + part / rate */
};

struct transmitter {
    const struct oracle_switch *rules;
    uint32_t number;
    bool sends;
    struct instant end; /* of what it sends; when it does not: of what it sent last */
    uint64_t at;        /* the frame that it sends, or looks at next */
    uint64_t stored_bytes;
};

static uint64_t in_cells(const struct oracle_switch *rules, uint64_t bytes)
{
    uint64_t taken = 0;
    while (taken < bytes)
        taken += rules->cell_bytes;
    return taken;
}

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

/* Start the next stored frame of the port, if there is one. */
static void start(struct transmitter *port, const struct oracle_frame *frame, uint64_t stored_until)
{
    while (port->at < stored_until && (frame[port->at].port != port->number || frame[port->at].dropped))
        port->at++;
    port->sends = port->at < stored_until;
    if (!port->sends)
        return;
    struct instant ready = {frame[port->at].in_ps + port->rules->latency_ps, 0};
    struct instant from = is_later(port->end, ready) ? port->end : ready;
    uint64_t bytes = frame[port->at].frame_bytes + port->rules->gap_bytes;
    port->end = after_bits(from, bytes * 8, port->rules->rate_bps);
}

/* Work off what has left by `now_ps`. */
static void work(struct transmitter *port, struct oracle_frame *frame, uint64_t stored_until, uint64_t now_ps)
{
    if (!port->sends)
        start(port, frame, stored_until);
    while (port->sends && port->end.ps <= now_ps) {
        frame[port->at].out_ps = port->end.ps;
        port->stored_bytes -= in_cells(port->rules, frame[port->at++].frame_bytes);
        start(port, frame, stored_until);
    }
}

static uint64_t of_pool(const struct oracle_switch *rules, uint64_t bytes)
{
    return bytes < rules->reserved_bytes ? 0 : bytes - rules->reserved_bytes;
}

static bool has_room(const struct oracle_switch *rules, const struct transmitter *port, uint32_t index,
                     uint64_t bytes)
{
    uint64_t with_it = port[index].stored_bytes + bytes, used = 0,
             own = of_pool(rules, port[index].stored_bytes);
    if (with_it > rules->limit_bytes)
        return false;
    for (uint32_t i = 0; i < rules->ports; i++)
        used += of_pool(rules, port[i].stored_bytes);
    if (rules->pool_bytes == 0 || with_it <= rules->reserved_bytes)
        return true;
    double threshold = rules->alpha * (double)(rules->pool_bytes - used); /* exact: alpha is a power of two */
    return used - own + of_pool(rules, with_it) <= rules->pool_bytes && (double)own < threshold;
}

void oracle_drops(struct oracle_frame *frame, uint64_t n, const struct oracle_switch *rules)
{
    struct transmitter port[ORACLE_MOST_PORTS] = {{.number = 0}};
    for (uint32_t i = 0; i < rules->ports; i++)
        port[i] = (struct transmitter){.rules = rules, .number = i};
    for (uint64_t i = 0; i < n; i++) {
        uint64_t bytes = in_cells(rules, frame[i].frame_bytes);
        for (uint32_t k = 0; k < rules->ports; k++)
            work(&port[k], frame, i, frame[i].in_ps);
        frame[i].out_ps = 0;
        frame[i].dropped = !has_room(rules, port, frame[i].port, bytes);
        port[frame[i].port].stored_bytes += frame[i].dropped ? 0 : bytes;
    }
    for (uint32_t k = 0; k < rules->ports; k++)
        work(&port[k], frame, n, UINT64_MAX);
}
