/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packets at the switches. Most find their ports empty and have left them before the next one comes; then nothing of what a
 * port holds needs a queue: while a frame is there it is alone, for a time that is known when it comes. So a port's share in
 * histogram, integral and peak is three sums in the port's line (port_line.h), together with what load balance asks of it,
 * and of the switch's other ports only a sum is asked: a queue of departures that are in order over all of them (departures.h).
 *
 * pass_alone() takes such packets one after the other with the state of their switch in registers, and ends at the first
 * that is none: it finds somebody in its port, leaves before one that came before it, comes to another switch, ends a window
 * of load balance, leaves after the end, was dropped or does not count. pass_queued() takes those that find somebody. Others are
 * looked at by themselves, in look_at(), which is all that there is when a run is plain. */
#include "metrics/metrics_private.h"
#include "metrics/occupancy_private.h"

/* So many do not stay in a core's caches. Then ports are fetched so many packets ahead; behind a train's end lie those of an
 * earlier one. */
enum { MANY_PORTS = 1 << 14, AHEAD = 48 };

static void count_drop(struct weft_metrics *metrics, uint32_t stream, uint32_t port, uint8_t outcome)
{
    assert(outcome < WEFT_OUTCOMES);
    metrics->streams[stream].packets_dropped++;
    metrics->streams[stream].dropped_by[outcome]++;
    metrics->ports[port].dropped_packets++;
    metrics->ports[port].dropped_by[outcome]++;
    metrics->totals->packets_dropped++;
    metrics->totals->dropped_by[outcome]++;
}

/* Packets of a source come to their first switch in order: what has not been seen was sent just now. */
static void count_background(struct weft_metrics *metrics, const struct weft_train *train, uint32_t i)
{
    uint32_t source = train->stream[i] - metrics->setup->streams;
    struct weft_port_result *port = &metrics->ports[train->port[i]];
    struct weft_totals *totals = metrics->totals;
    if (train->tx_ps[i] < metrics->setup->warmup_ps)
        return;
    if (train->number[i] >= metrics->next_number[source]) {
        metrics->next_number[source] = train->number[i] + 1;
        totals->background_packets++;
    }
    bool forwarded = train->done_ps[i] != WEFT_NEVER;
    port->background_forwarded_packets += forwarded;
    port->background_dropped_packets += !forwarded;
    totals->background_forwarded_packets +=
        forwarded && train->port[i] == metrics->setup->source[source].port;
    totals->background_dropped_packets += !forwarded;
}

static void count(struct weft_metrics *metrics, const struct weft_train *train, uint32_t i)
{
    bool forwarded = train->done_ps[i] != WEFT_NEVER;
    if (forwarded)
        weft_metrics_saw(metrics, train->done_ps[i]);
    if (train->stream[i] >= metrics->setup->streams) {
        count_background(metrics, train, i);
        return;
    }
    if (!weft_metrics_counts(metrics, train, i)) {
        metrics->uncounted_at_switches--;
        return;
    }
    metrics->ports[train->port[i]].forwarded_packets += forwarded;
    if (train->outcome[i] != WEFT_DELIVERED)
        count_drop(metrics, train->stream[i], train->port[i], train->outcome[i]);
}

/* All that there is to be known of one packet. Balance is of all that arrived, dropped there or not. */
static void look_at(struct weft_metrics *metrics, const struct weft_train *train, uint32_t i)
{
    uint32_t port = train->port[i];
    count(metrics, train, i);
    if (train->outcome[i] != WEFT_DROPPED_LINK && port < metrics->balance.ports &&
        train->stream[i] < metrics->setup->streams && train->enter_ps[i] >= metrics->setup->warmup_ps)
        weft_balance_arrive(&metrics->balance, &metrics->occupancy->line[port], train->enter_ps[i],
                            train->frame_bytes[i]);
    if (train->done_ps[i] != WEFT_NEVER)
        weft_occupancy_arrive(metrics->occupancy, port, train->enter_ps[i], train->done_ps[i],
                              train->frame_bytes[i], metrics->ports);
}

/* Nothing of the packet is remarkable but what pass_alone() looks at anyway. */
static inline bool is_common(const struct weft_metrics *metrics, const struct weft_train *train, uint32_t i)
{
    return train->stream[i] < metrics->setup->streams && weft_metrics_counts(metrics, train, i) &&
           train->outcome[i] == WEFT_DELIVERED;
}

/* A common packet of the open window finds others in its port: as look_at(), but for what it need not ask. */
static inline void queue_up(struct weft_metrics *metrics, const struct weft_train *train, uint32_t i)
{
    struct weft_balance *const balance = &metrics->balance;
    const uint32_t port = train->port[i], frame_bytes = train->frame_bytes[i];
    weft_metrics_saw(metrics, train->done_ps[i]);
    metrics->ports[port].forwarded_packets++;
    if (port < balance->ports) {
        balance->sum += frame_bytes;
        balance->sum_of_squares +=
            weft_balance_add(&metrics->occupancy->line[port], balance->end_ps, frame_bytes);
    }
    weft_occupancy_queue_up(metrics->occupancy, port, train->enter_ps[i], train->done_ps[i], frame_bytes,
                            metrics->ports);
}

/* Packets from `i` on that find others in their ports; the result is the first that does not, or is not common. */
static uint32_t pass_queued(struct weft_metrics *metrics, const struct weft_train *train, uint32_t i,
                            bool alike)
{
    struct weft_occupancy *const occupancy = metrics->occupancy;
    const weft_ps end_ps = metrics->setup->duration_ps;
    for (; i < train->n; i++) {
        const uint32_t port = train->port[i];
        if (train->done_ps[i] > end_ps || train->enter_ps[i] >= metrics->balance.end_ps ||
            occupancy->switch_[occupancy->line[port].switch_index].plain ||
            (!alike && !is_common(metrics, train, i)) ||
            weft_occupancy_is_empty(occupancy, port, train->enter_ps[i], metrics->ports))
            break;
        queue_up(metrics, train, i);
    }
    return i;
}

/* The packet raises the switch's sum above its peak, if that sum is not too high by what has left. */
static uint64_t raise_peak(struct weft_metrics *metrics, struct held_switch *sw, weft_ps now_ps,
                           uint32_t bytes)
{
    weft_occupancy_settle(metrics->occupancy, sw, now_ps, sw->peak_bytes > bytes ? sw->peak_bytes - bytes : 0,
                          metrics->ports);
    if (sw->frame_bytes + bytes > sw->peak_bytes)
        sw->peak_bytes = sw->frame_bytes + bytes;
    return sw->peak_bytes;
}

/* The end of the packets from `i` on that come in the window of load balance that is open: they come in order. */
static uint32_t within_window(const struct weft_metrics *metrics, const struct weft_train *train, uint32_t i)
{
    const weft_ps window_ps = metrics->balance.end_ps;
    uint32_t n = train->n;
    if (train->enter_ps[n - 1] < window_ps)
        return n;
    while (i < n) {
        uint32_t middle = i + (n - i) / 2;
        if (train->enter_ps[middle] < window_ps)
            i = middle + 1;
        else
            n = middle;
    }
    return n;
}

/* Packets from `i` on that are alone; the result is the first that is none. `alike`: they all are common unless they were
 * lost, and come to the one switch, without cells, into ports before devices: nothing of that need be asked. */
static inline __attribute__((always_inline)) uint32_t
pass_alone(struct weft_metrics *metrics, const struct weft_train *train, uint32_t first, bool alike, bool far)
{
    struct weft_port_line *const lines = metrics->occupancy->line;
    const uint32_t n = within_window(metrics, train, first),
                   sw_index = lines[train->port[first]].switch_index;
    struct held_switch *const sw = &metrics->occupancy->switch_[sw_index];
    struct weft_departure_queue *const queue =
        weft_departures_fit(&sw->departures, train->done_ps[first], WEFT_TRAIN);
    if (!queue)
        return first;
    const weft_ps end_ps = metrics->setup->duration_ps, window_ps = metrics->balance.end_ps;
    const struct weft_departure *head = queue->slot + queue->head;
    struct weft_departure *tail = queue->slot + queue->tail;
    weft_ps last_ps = queue->last_ps;
    uint64_t held = sw->frame_bytes, peak = sw->peak_bytes, balance_sum = 0, balance_squares = 0;
    size_t i = first;
    for (; i < n; i++) {
        struct weft_port_line *line = &lines[train->port[i]];
        const weft_ps in_ps = train->enter_ps[i], out_ps = train->done_ps[i];
        if (far)
            __builtin_prefetch(&lines[train->port[(i + AHEAD) % WEFT_TRAIN]], 1);
        if (line->out_ps > in_ps || out_ps < last_ps || out_ps > end_ps ||
            (!alike && (line->switch_index != sw_index || !is_common(metrics, train, (uint32_t)i))))
            break;
        const uint32_t frame_bytes = train->frame_bytes[i];
        const uint32_t bytes = alike ? frame_bytes : (uint32_t)weft_stored_bytes(sw->cell_bytes, frame_bytes);
        while (head->out_ps <= in_ps)
            held -= head++->frame_bytes;
        held += bytes;
        if (held > peak) {
            queue->head = (uint32_t)(head - queue->slot);
            sw->frame_bytes = held - bytes;
            peak = raise_peak(metrics, sw, in_ps, bytes);
            held = sw->frame_bytes + bytes;
        }
        *tail++ = (struct weft_departure){.out_ps = out_ps, .frame_bytes = bytes};
        tail->out_ps = WEFT_NEVER;
        last_ps = out_ps;
        weft_port_line_pass(line, in_ps, out_ps, bytes);
        if (alike || train->port[i] < metrics->balance.ports) {
            balance_sum += frame_bytes;
            balance_squares += weft_balance_add(line, window_ps, frame_bytes);
        }
    }
    queue->head = (uint32_t)(head - queue->slot);
    queue->tail = (uint32_t)(tail - queue->slot);
    queue->last_ps = last_ps;
    sw->frame_bytes = held;
    metrics->balance.sum += balance_sum;
    metrics->balance.sum_of_squares += balance_squares;
    return (uint32_t)i;
}

/* The packet is the first of a window of load balance. */
static void open_window(struct weft_metrics *metrics, const struct weft_train *train, uint32_t i)
{
    if (is_common(metrics, train, i) && train->port[i] < metrics->balance.ports)
        weft_balance_open(&metrics->balance, train->enter_ps[i]);
}

void weft_metrics_at_switch(struct weft_metrics *metrics, const struct weft_train *train)
{
    const bool alike = metrics->alike && metrics->uncounted_at_switches == 0;
    const bool plain = metrics->plain || train->enter_ps[0] < metrics->setup->warmup_ps ||
                       metrics->balance.sum >= WEFT_BALANCE_NARROW_BYTES;
    const bool far = metrics->occupancy->ports >= MANY_PORTS;
    uint32_t i = 0;
    metrics->entered_ps = train->enter_ps[train->n - 1];
    if (metrics->period)
        weft_metrics_record(metrics->period, train);
    while (i < train->n && !plain) {
        uint32_t first = i;
        if (train->enter_ps[i] >= metrics->balance.end_ps)
            open_window(metrics, train, i);
        i = pass_queued(metrics, train, i, alike);
        if (i < train->n &&
            weft_occupancy_is_empty(metrics->occupancy, train->port[i], train->enter_ps[i], metrics->ports))
            i = !alike ? pass_alone(metrics, train, i, false, far)
                : far  ? pass_alone(metrics, train, i, true, true)
                       : pass_alone(metrics, train, i, true, false);
        if (i == first)
            look_at(metrics, train, i++);
    }
    for (; i < train->n; i++)
        look_at(metrics, train, i);
}
