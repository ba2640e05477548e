/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A pass over the events. A port is first in, first out, so what came and is not the next to go was dropped. */

#include "switch_held.h"

#include "failure.h"

#include <inttypes.h>

enum { PS_PER_NS = 1000, UPLINK_FROM = 64 /* its bucket is empty then */ };

/* A port, and the wire behind it. */
struct port {
    GArray *goes;    /* number of each packet that went, in order */
    guint accepted;  /* of these, have come */
    guint gone;      /* of these, have gone */
    GArray *came_ns; /* when each accepted one came */
    uint32_t on_wire;
    uint64_t end_ns[SWITCH_BUCKET_PACKETS]; /* when the last bit of each leaves the wire, oldest first */
    uint64_t free_ns;                       /* when the wire's last packet ended, or will */
    uint64_t went_ns;                       /* when the last one went */
    uint32_t waited;                        /* packets that went since the queue was empty */
    uint64_t late_ns;                       /* stood still with packets, in this call */
    uint32_t late_call;
};

struct pass {
    const struct switch_run *run;
    struct switch_repeat *out;
    struct port port[SWITCH_PORTS];
    uint64_t came;     /* packets */
    uint64_t start_ns; /* when the call's first packet came */
    weft_ps due_ps;    /* when the last packet should have come, after that */
    uint64_t from_ns;  /* when the packet came from which on the uplink's pace is taken */
    /* Sums of times between packets, and how many */
    uint64_t port_ns, port_times, uplink_ns, uplink_times;
};

static uint32_t call_packets(const struct switch_run *run)
{
    return run->packets * SWITCH_PORTS;
}

/* --- the uplink --- */

/* Packet k of a call comes when it is launched and the one before it is in, a packet's time on the uplink later. */
static void look_at_uplink(struct pass *pass, uint32_t k, uint64_t at_ns)
{
    const struct switch_run *run = pass->run;
    weft_ps launch_ps =
        run->slices ? (uint64_t)k * run->slices / call_packets(run) * (run->interval_ps / run->slices) : 0;
    if (k == 0)
        pass->start_ns = at_ns;
    if (k == UPLINK_FROM)
        pass->from_ns = at_ns;
    if (k + 1 == call_packets(run) && !run->slices) {
        pass->uplink_ns += at_ns - pass->from_ns;
        pass->uplink_times += k - UPLINK_FROM;
    }
    pass->due_ps = k == 0 ? 0 : MAX(launch_ps, pass->due_ps + run->uplink_packet_ps);
    uint64_t due_ns = pass->start_ns + pass->due_ps / PS_PER_NS;
    if (run->uplink_packet_ps && at_ns > due_ns)
        pass->out->uplink_late_ns = MAX(pass->out->uplink_late_ns, at_ns - due_ns);
}

/* --- ports --- */

static void end_wire(struct port *port, uint64_t now_ns)
{
    uint32_t ended = 0;
    while (ended < port->on_wire && port->end_ns[ended] <= now_ns)
        ended++;
    port->on_wire -= ended;
    for (uint32_t i = 0; i < port->on_wire; i++)
        port->end_ns[i] = port->end_ns[i + ended];
}

static void come(struct pass *pass, uint32_t device, const struct switch_event *event)
{
    struct port *port = &pass->port[device];
    struct switch_repeat *out = pass->out;
    out->sent++;
    if (port->accepted == port->goes->len ||
        g_array_index(port->goes, uint32_t, port->accepted) != event->number) {
        out->dropped++;
        return;
    }
    port->accepted++;
    g_array_append_val(port->came_ns, event->at_ns);
    end_wire(port, event->at_ns);
    uint32_t queue = port->accepted - port->gone;
    out->queue[device] = MAX(out->queue[device], queue);
    out->peak[device] = MAX(out->peak[device], queue + port->on_wire);
}

/* While packets wait, and as soon as the bucket is empty, they go a packet's time apart. */
static void look_at_pace(struct pass *pass, struct port *port, uint64_t now_ns)
{
    if (port->waited > SWITCH_BUCKET_PACKETS) {
        pass->port_ns += now_ns - port->went_ns;
        pass->port_times++;
    }
    port->went_ns = now_ns;
    port->waited = port->accepted - port->gone > 1 ? port->waited + 1 : 0;
}

/* The wire takes the packet when it is free. tbf lets go no more than the wire has room for: what it let go faster than that has
 * not been held. */
static void go(struct pass *pass, uint32_t device, const struct switch_event *event)
{
    struct port *port = &pass->port[device];
    const uint64_t packet_ns = pass->run->packet_ps / PS_PER_NS, now_ns = event->at_ns;
    uint64_t could_ns = MAX(port->free_ns, g_array_index(port->came_ns, uint64_t, port->gone));
    uint32_t call = event->number / pass->run->packets;
    if (call != port->late_call)
        port->late_ns = 0;
    port->late_call = call;
    if (now_ns > could_ns)
        port->late_ns += now_ns - could_ns;
    pass->out->port_late_ns = MAX(pass->out->port_late_ns, port->late_ns);
    look_at_pace(pass, port, now_ns);
    port->gone++;
    end_wire(port, now_ns);
    if (port->on_wire == SWITCH_BUCKET_PACKETS)
        end_wire(port, port->end_ns[0]);
    port->free_ns = MAX(port->free_ns, now_ns) + packet_ns;
    port->end_ns[port->on_wire++] = port->free_ns;
}

/* --- all --- */

static gboolean is_turn(const struct switch_run *run, uint64_t k, const struct switch_event *event)
{
    uint64_t in_call = k % call_packets(run), call = k / call_packets(run);
    uint64_t round = in_call / (run->turn * SWITCH_PORTS), in_round = in_call % (run->turn * SWITCH_PORTS);
    return event->device == in_round / run->turn &&
           event->number == call * run->packets + round * run->turn + in_round % run->turn;
}

static void collect_goes(struct pass *pass, const GArray *events)
{
    for (guint i = 0; i < events->len; i++) {
        const struct switch_event *event = &g_array_index(events, struct switch_event, i);
        if (event->goes && event->device < SWITCH_PORTS &&
            event->link_index == pass->run->port_index[event->device])
            g_array_append_val(pass->port[event->device].goes, event->number);
    }
}

static gboolean take(struct pass *pass, const struct switch_event *event, GError **error)
{
    const struct switch_run *run = pass->run;
    if (event->device == SWITCH_NOT_OURS) {
        pass->out->others++;
        return TRUE;
    }
    if (event->device >= SWITCH_PORTS)
        return failure(error, STATUS_FAILED, "switch lab: a packet for device %u", event->device);
    if (!event->goes && event->link_index == run->uplink_index) {
        if (!is_turn(run, pass->came, event))
            return failure(error, STATUS_FAILED, "switch lab: packet %" PRIu64 " came out of its turn",
                           pass->came);
        look_at_uplink(pass, (uint32_t)(pass->came++ % call_packets(run)), event->at_ns);
        come(pass, event->device, event);
    } else if (event->goes && event->link_index == run->port_index[event->device]) {
        struct port *port = &pass->port[event->device];
        if (port->gone == port->accepted)
            return failure(error, STATUS_FAILED, "switch lab: packet %u of port %u goes, but has not come",
                           event->number, event->device);
        go(pass, event->device, event);
    }
    return TRUE;
}

gboolean switch_held(const struct switch_run *run, const GArray *events, struct switch_repeat *out,
                     GError **error)
{
    struct pass pass = {.run = run, .out = out};
    gboolean good = TRUE;
    for (guint i = 0; i < SWITCH_PORTS; i++) {
        pass.port[i].goes = g_array_new(FALSE, FALSE, sizeof(uint32_t));
        pass.port[i].came_ns = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    }
    collect_goes(&pass, events);
    for (guint i = 0; good && i < events->len; i++)
        good = take(&pass, &g_array_index(events, struct switch_event, i), error);
    if (good && pass.came != (uint64_t)call_packets(run) * run->calls)
        good = failure(error, STATUS_FAILED, "switch lab: %" PRIu64 " of %u packets came to the switch",
                       pass.came, call_packets(run) * run->calls);
    for (guint i = 0; i < SWITCH_PORTS; i++) {
        if (good && pass.port[i].gone != pass.port[i].goes->len)
            good = failure(error, STATUS_FAILED, "switch lab: port %u let go what it did not have", i);
        g_array_unref(pass.port[i].goes);
        g_array_unref(pass.port[i].came_ns);
    }
    out->port_packet_ns = pass.port_times ? pass.port_ns / pass.port_times : 0;
    out->uplink_packet_ns = pass.uplink_times ? pass.uplink_ns / pass.uplink_times : 0;
    out->disturbed =
        out->others > 0 || MAX(out->uplink_late_ns, out->port_late_ns) > run->packet_ps / PS_PER_NS;
    return good;
}
