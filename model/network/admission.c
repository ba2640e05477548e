/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ports and pools. A port forgets what has left when it is asked: its own use is then exact. Of the pool only a bound is
 * kept, too high by what has left ports that nobody asked since. A frame that finds room by the bound finds it by the
 * truth (weft/port.h); only where it does not, the bound is made exact, by asking the ports that a wheel says may have
 * departures. Where bytes leave as they are sent, the bound counts frames whole, and the truth is a sum over all ports. */
#include "network/admission.h"

#include <assert.h>
#include <stdlib.h>

enum { TYPICAL_FRAME_BITS = 1538 * 8 };

bool weft_admission_refuses(const struct weft_port_rules *rules)
{
    return (rules->buffer && rules->buffer->accepts) || rules->sharing;
}

/* A bucket of a wheel is about one packet of all that can come in, a turn one packet of the slowest port. */
static void init_wheel(struct weft_wheel *wheel, const struct weft_fabric_params *params)
{
    uint64_t in_bps = 1, slowest_bps = UINT64_MAX;
    for (uint32_t i = 0; i < params->ingresses; i++)
        in_bps += params->ingress[i].rate_bps;
    for (uint32_t i = 0; i < params->ports; i++)
        slowest_bps = params->port[i].rate_bps < slowest_bps ? params->port[i].rate_bps : slowest_bps;
    weft_wheel_init(wheel, params->ports, weft_duration_down(TYPICAL_FRAME_BITS, in_bps),
                    weft_duration_down(TYPICAL_FRAME_BITS, slowest_bps));
}

void weft_admission_init(struct weft_admission *admission, const struct weft_fabric_params *params)
{
    *admission = (struct weft_admission){.ports = params->ports, .switches = params->switches};
    admission->port = weft_alloc(params->ports, sizeof *admission->port);
    admission->switch_ = weft_alloc(params->switches, sizeof *admission->switch_);
    for (uint32_t i = 0; i < params->ports; i++)
        admission->port[i].switch_index = params->port[i].switch_index;
    for (uint32_t i = 0; i < params->switches; i++) {
        struct weft_switch_buffer *sw = &admission->switch_[i];
        const struct weft_buffer *buffer = params->rules[i].buffer, *sharing = params->rules[i].sharing;
        sw->rules = params->rules[i];
        sw->limited = weft_admission_refuses(&params->rules[i]);
        sw->whole = !sw->rules.accounting || !sw->rules.accounting->left_bytes;
        sw->pooled = (buffer && buffer->pooled) || (sharing && sharing->pooled);
        if (sw->pooled)
            init_wheel(&sw->wheel, params);
    }
}

void weft_admission_clear(struct weft_admission *admission)
{
    for (uint32_t i = 0; i < admission->ports; i++)
        weft_held_clear(&admission->port[i].held);
    for (uint32_t i = 0; i < admission->switches; i++)
        if (admission->switch_[i].pooled)
            weft_wheel_clear(&admission->switch_[i].wheel);
    free(admission->port);
    free(admission->switch_);
}

/* What a port with `bytes` has of the pool. */
static inline uint64_t pool_share(const struct weft_switch_buffer *sw, uint64_t bytes)
{
    uint64_t reserved_bytes = sw->rules.memory.reserved_bytes;
    return bytes > reserved_bytes ? bytes - reserved_bytes : 0;
}

static inline void forget_departed(struct weft_switch_buffer *sw, struct weft_port_buffer *port,
                                   weft_ps now_ps)
{
    uint64_t before_bytes = pool_share(sw, port->held.bytes);
    weft_held_leave(&port->held, now_ps);
    sw->pool_bytes -= before_bytes - pool_share(sw, port->held.bytes);
}

/* Make the sum over the ports exact. Every step forgets a departure, or meets a port that forgot one itself, or one that
 * waits in the bucket of now or for a later turn. */
static void sweep(struct weft_admission *admission, struct weft_switch_buffer *sw, weft_ps now_ps)
{
    for (bool last = false; !last;) {
        uint32_t index = weft_wheel_take(&sw->wheel, now_ps, &last);
        while (index != WEFT_WHEEL_NONE) {
            struct weft_port_buffer *port = &admission->port[index];
            uint32_t next = sw->wheel.next[index];
            forget_departed(sw, port, now_ps);
            port->waits = weft_held_departs(&port->held);
            if (port->waits)
                weft_wheel_put(&sw->wheel, index, weft_held_next(&port->held)->out_ps);
            index = next;
        }
    }
}

/* What a port holds that has forgotten what has left. */
static uint64_t used_bytes(const struct weft_switch_buffer *sw, const struct weft_port_buffer *port,
                           weft_ps now_ps)
{
    const struct weft_accounting *accounting = sw->rules.accounting;
    if (!accounting || !accounting->left_bytes || !weft_held_departs(&port->held))
        return port->held.bytes;
    const struct weft_held_frame *next = weft_held_next(&port->held);
    if (now_ps <= next->start_ps)
        return port->held.bytes;
    return port->held.bytes - next->bytes +
           accounting->left_bytes(next->bytes, next->start_ps, next->out_ps, now_ps);
}

/* What all ports use of the pool, when all have forgotten what has left. */
static uint64_t sum_of_shares(const struct weft_admission *admission, const struct weft_switch_buffer *sw,
                              weft_ps now_ps)
{
    uint64_t sum_bytes = 0;
    for (uint32_t i = 0; i < admission->ports; i++)
        if (&admission->switch_[admission->port[i].switch_index] == sw)
            sum_bytes += pool_share(sw, used_bytes(sw, &admission->port[i], now_ps));
    return sum_bytes;
}

static inline bool accepts(const struct weft_switch_buffer *sw, const struct weft_buffer_use *use,
                           uint64_t bytes)
{
    const struct weft_port_rules *rules = &sw->rules;
    return (!rules->buffer || !rules->buffer->accepts ||
            rules->buffer->accepts(&rules->memory, use, bytes)) &&
           (!rules->sharing || rules->sharing->accepts(&rules->memory, use, bytes));
}

bool weft_admission_admits(struct weft_admission *admission, uint32_t index, weft_ps now_ps,
                           uint32_t frame_bytes)
{
    struct weft_port_buffer *port = &admission->port[index];
    struct weft_switch_buffer *sw = &admission->switch_[port->switch_index];
    const struct weft_accounting *accounting = sw->rules.accounting;
    if (!sw->limited)
        return true;
    uint64_t bytes = weft_stored_bytes(sw->rules.memory.cell_bytes, frame_bytes);
    forget_departed(sw, port, now_ps);
    struct weft_buffer_use use = {.packets = weft_held_packets(&port->held),
                                  .bytes = used_bytes(sw, port, now_ps),
                                  .pool_bytes = sw->pool_bytes};
    if (accepts(sw, &use, bytes))
        return true;
    if (!sw->pooled)
        return false;
    sweep(admission, sw, now_ps);
    use.pool_bytes = sw->pool_bytes;
    if (accepts(sw, &use, bytes))
        return true;
    if (!accounting || !accounting->left_bytes)
        return false;
    use.pool_bytes = sum_of_shares(admission, sw, now_ps);
    return accepts(sw, &use, bytes);
}

/* Where there is a pool, it must be known from when on a port may have departures. */
static void note_departure(struct weft_switch_buffer *sw, struct weft_port_buffer *port, uint32_t index,
                           weft_ps out_ps)
{
    if (sw->pooled && !port->waits) {
        port->waits = true;
        weft_wheel_put(&sw->wheel, index, out_ps);
    }
}

void weft_admission_enter(struct weft_admission *admission, uint32_t index, weft_ps now_ps, weft_ps out_ps,
                          uint32_t frame_bytes)
{
    struct weft_port_buffer *port = &admission->port[index];
    struct weft_switch_buffer *sw = &admission->switch_[port->switch_index];
    if (!sw->limited)
        return;
    uint64_t before_bytes = pool_share(sw, port->held.bytes);
    weft_held_enter(&port->held, now_ps + sw->rules.latency_ps, out_ps,
                    weft_stored_bytes(sw->rules.memory.cell_bytes, frame_bytes));
    sw->pool_bytes += pool_share(sw, port->held.bytes) - before_bytes;
    note_departure(sw, port, index, out_ps);
}

/* Through a port with limits, where a frame counts whole until it has left: of the pool there is one sum before and one after. */
static inline weft_ps pass_whole(struct weft_admission *admission, struct weft_switch_buffer *sw,
                                 struct weft_port *out, uint32_t index, weft_ps now_ps, uint32_t frame_bytes,
                                 uint64_t wire_bytes)
{
    struct weft_port_buffer *port = &admission->port[index];
    struct weft_held *held = &port->held;
    forget_departed(sw, port, now_ps);
    uint64_t bytes = weft_stored_bytes(sw->rules.memory.cell_bytes, frame_bytes),
             before_bytes = pool_share(sw, held->bytes);
    const struct weft_buffer_use use = {
        .packets = weft_held_packets(held), .bytes = held->bytes, .pool_bytes = sw->pool_bytes};
    if (!accepts(sw, &use, bytes) &&
        (!sw->pooled || !weft_admission_admits(admission, index, now_ps, frame_bytes)))
        return WEFT_NEVER;
    weft_ps out_ps = weft_port_take(out, now_ps, wire_bytes);
    weft_held_enter(held, now_ps + sw->rules.latency_ps, out_ps, bytes);
    sw->pool_bytes += pool_share(sw, held->bytes) - before_bytes;
    note_departure(sw, port, index, out_ps);
    return out_ps;
}

void weft_admission_pass(struct weft_admission *admission, struct weft_port *ports, uint32_t gap_bytes,
                         struct weft_train *train, uint32_t first)
{
    for (uint32_t i = first, n = train->n; i < n; i++) {
        uint32_t index = train->port[i], frame_bytes = train->frame_bytes[i];
        struct weft_switch_buffer *sw = &admission->switch_[admission->port[index].switch_index];
        uint64_t wire_bytes = (uint64_t)frame_bytes + gap_bytes;
        weft_ps now_ps = train->enter_ps[i], done_ps = WEFT_NEVER;
        if (train->outcome[i] == WEFT_DELIVERED) {
            if (sw->limited && sw->whole) {
                done_ps = pass_whole(admission, sw, &ports[index], index, now_ps, frame_bytes, wire_bytes);
            } else if (weft_admission_admits(admission, index, now_ps, frame_bytes)) {
                done_ps = weft_port_take(&ports[index], now_ps, wire_bytes);
                weft_admission_enter(admission, index, now_ps, done_ps, frame_bytes);
            }
            if (done_ps == WEFT_NEVER)
                train->outcome[i] = WEFT_DROPPED_BUFFER;
        }
        train->done_ps[i] = done_ps;
    }
}

void weft_admission_wait(struct weft_admission *admission, uint32_t index, uint32_t frame_bytes)
{
    struct weft_port_buffer *port = &admission->port[index];
    struct weft_switch_buffer *sw = &admission->switch_[port->switch_index];
    if (!sw->limited)
        return;
    uint64_t before_bytes = pool_share(sw, port->held.bytes);
    weft_held_wait(&port->held, weft_stored_bytes(sw->rules.memory.cell_bytes, frame_bytes));
    sw->pool_bytes += pool_share(sw, port->held.bytes) - before_bytes;
}

void weft_admission_send(struct weft_admission *admission, uint32_t index, weft_ps start_ps, weft_ps out_ps,
                         uint32_t frame_bytes)
{
    struct weft_port_buffer *port = &admission->port[index];
    struct weft_switch_buffer *sw = &admission->switch_[port->switch_index];
    if (!sw->limited)
        return;
    weft_held_send(&port->held, start_ps, out_ps,
                   weft_stored_bytes(sw->rules.memory.cell_bytes, frame_bytes));
    note_departure(sw, port, index, out_ps);
}

/* --- a steady state --- */

void weft_admission_settle(struct weft_admission *admission, weft_ps now_ps)
{
    for (uint32_t i = 0; i < admission->ports; i++)
        forget_departed(&admission->switch_[admission->port[i].switch_index], &admission->port[i], now_ps);
}

void weft_admission_image(const struct weft_admission *admission, const struct weft_phase *phase,
                          struct weft_image *image)
{
    for (uint32_t i = 0; i < admission->ports && !image->differs; i++) {
        assert(admission->port[i].held.waiting == 0);
        weft_held_image(&admission->port[i].held, phase, image);
    }
    for (uint32_t i = 0; i < admission->switches; i++)
        weft_image_put(image, admission->switch_[i].pool_bytes);
}

void weft_admission_repeat(struct weft_admission *admission, weft_ps now_ps, weft_ps later_ps)
{
    for (uint32_t i = 0; i < admission->switches; i++)
        if (admission->switch_[i].pooled)
            weft_wheel_restart(&admission->switch_[i].wheel, now_ps + later_ps);
    for (uint32_t i = 0; i < admission->ports; i++) {
        struct weft_port_buffer *port = &admission->port[i];
        weft_held_repeat(&port->held, now_ps, later_ps);
        port->waits = false;
        if (weft_held_departs(&port->held))
            note_departure(&admission->switch_[port->switch_index], port, i,
                           weft_held_next(&port->held)->out_ps);
    }
}
