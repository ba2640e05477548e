/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Captures: the packets on their way, each once in a heap, by what comes next of it. */

#include "capture.h"

#include "failure.h"
#include "pcap_classic.h"
#include "pcapng.h"
#include "weft/driver.h"
#include "weft/routes.h"

#include <string.h>

enum { FIRST_EVENTS = 1024, PS_PER_NS = 1000 };

/* One point of a packet's way: which one, at which server, port or link into a switch, and when. */
struct step {
    uint32_t point, place;
    weft_ps at_ps;
};

/* A packet on its way. It has passed the steps before `next`; those before `known` have been reported. Of step `known` it
 * is known where it is. */
struct flight {
    uint64_t packet;
    uint32_t next, known;
    bool lost, over;       /* it does not come to step `known` any more; there is none: it is at its device */
    weft_ps not_before_ps; /* it comes to it then or later */
    uint32_t frame_bytes, captured_bytes;
    struct step *step; /* behind the bytes */
    uint8_t bytes[];
};

/* What comes next of a packet, or the earliest instant at which it can come. */
struct event {
    weft_ps at_ps;
    uint32_t point, place; /* place: as of its step */
    struct flight *flight;
};

struct capture {
    const struct weft_setup *setup;
    const struct capture_request *request;
    struct pcapng *pcapng;         /* NULL: not wanted */
    struct pcap_classic *classic;  /* likewise */
    uint32_t most_steps;           /* of a packet */
    GHashTable *flights;           /* by packet */
    struct event *heap;            /* one a flight, the least on top */
    size_t heaped, room;           /* room: of the heap */
    GByteArray *frame;             /* the packet in hand, whole */
    struct pcap_statistics *tally; /* by interface */
    weft_ps end_ps;                /* the latest instant seen */
};

/* --- the heap --- */

static struct event event_of(struct flight *flight)
{
    const struct step *step = &flight->step[flight->next];
    return (struct event){
        .at_ps = flight->next < flight->known ? step->at_ps : flight->not_before_ps,
        .point = step->point,
        .place = step->place,
        .flight = flight,
    };
}

static bool comes_before(const struct event *a, const struct event *b)
{
    if (a->at_ps != b->at_ps)
        return a->at_ps < b->at_ps;
    if (a->point != b->point)
        return a->point < b->point;
    return a->place != b->place ? a->place < b->place : a->flight->packet < b->flight->packet;
}

/* Put `event` in at `at`, which is free, or below. */
static void sift_down(struct capture *capture, size_t at, struct event event)
{
    struct event *heap = capture->heap;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child + 1 < capture->heaped && comes_before(&heap[child + 1], &heap[child]))
            child++;
        if (child >= capture->heaped || !comes_before(&heap[child], &event))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = event;
}

static void push(struct capture *capture, struct event event)
{
    if (capture->heaped == capture->room) {
        capture->room = capture->room ? 2 * capture->room : FIRST_EVENTS;
        capture->heap = g_renew(struct event, capture->heap, capture->room);
    }
    size_t at = capture->heaped++;
    for (; at > 0 && comes_before(&event, &capture->heap[(at - 1) / 2]); at = (at - 1) / 2)
        capture->heap[at] = capture->heap[(at - 1) / 2];
    capture->heap[at] = event;
}

static void pop(struct capture *capture)
{
    capture->heaped--;
    if (capture->heaped > 0)
        sift_down(capture, 0, capture->heap[capture->heaped]);
}

/* --- writing --- */

/* The interface at which the packet is next, or CAPTURE_NOWHERE. */
static uint32_t interface_of(const struct capture *capture, const struct event *event)
{
    uint32_t first = capture->request->interfaces->first[event->point];
    return first == CAPTURE_NOWHERE ? first : first + event->place;
}

static void see(struct capture *capture, const struct event *event)
{
    const struct flight *flight = event->flight;
    uint32_t interface = interface_of(capture, event);
    capture->end_ps = MAX(capture->end_ps, event->at_ps);
    if (interface == CAPTURE_NOWHERE)
        return;
    const struct pcap_packet packet = {
        .interface = interface,
        .at_ns = event->at_ps / PS_PER_NS,
        .id = flight->packet,
        .frame_bytes = flight->frame_bytes,
        .captured_bytes = flight->captured_bytes,
        .bytes = flight->bytes,
    };
    capture->tally[interface].packets++;
    if (capture->pcapng)
        pcapng_packet(capture->pcapng, &packet);
    if (capture->classic)
        pcap_classic_packet(capture->classic, &packet);
}

/* The packet on top goes no further. */
static void end_flight(struct capture *capture)
{
    const struct event *top = &capture->heap[0];
    struct flight *flight = top->flight;
    if (flight->lost) {
        const struct event lost = event_of(flight);
        uint32_t interface = interface_of(capture, &lost);
        if (interface != CAPTURE_NOWHERE)
            capture->tally[interface].drops++;
    }
    pop(capture);
    g_hash_table_remove(capture->flights, &flight->packet);
}

/* Write, in order, all that comes before `until_ps`, up to the first packet of which it is not known when it comes. */
static void drain(struct capture *capture, weft_ps until_ps)
{
    while (capture->heaped > 0 && capture->heap[0].at_ps < until_ps) {
        const struct event *top = &capture->heap[0];
        struct flight *flight = top->flight;
        if (flight->next == flight->known && (flight->lost || flight->over)) {
            end_flight(capture);
            continue;
        }
        const struct event event = event_of(flight);
        if (event.at_ps != top->at_ps || event.point != top->point) {
            sift_down(capture, 0, event); /* it has passed a point since it came here, or more is known */
        } else if (flight->next < flight->known) {
            see(capture, top);
            flight->next++;
        } else {
            break;
        }
    }
}

/* --- the observer --- */

/* The packet as it is on the link, but for the check sequence: padded where the wire pads. */
static void take_frame(struct capture *capture, const struct weft_train *train, uint32_t i)
{
    g_byte_array_set_size(capture->frame, train->frame_bytes[i] - WEFT_ETHERNET_FCS_BYTES);
    uint32_t bytes =
        weft_desc_gather(train->desc[i], train->memory, capture->frame->data, capture->frame->len);
    memset(capture->frame->data + bytes, 0, capture->frame->len - bytes);
}

/* The link into a switch that leads there from a server, or behind a port over a trunk. */
static uint32_t rx_of_trunk(const struct capture *capture, uint32_t port)
{
    return capture->setup->servers + port - capture->setup->devices;
}

static struct flight *new_flight(const struct capture *capture, uint32_t captured_bytes)
{
    size_t bytes = sizeof(struct flight) + captured_bytes, align = _Alignof(struct step);
    size_t steps_at = (bytes + align - 1) / align * align;
    struct flight *flight = g_malloc(steps_at + capture->most_steps * sizeof(struct step));
    *flight = (struct flight){.captured_bytes = captured_bytes,
                              .step = (struct step *)(void *)((char *)flight + steps_at)};
    return flight;
}

static void at_server(struct capture *capture, uint32_t server, const struct weft_train *train)
{
    g_assert(train->desc);
    for (uint32_t i = 0; i < train->n; i++) {
        take_frame(capture, train, i);
        uint32_t frame_bytes = capture->frame->len;
        struct flight *flight = new_flight(capture, MIN(frame_bytes, capture->request->snap_bytes));
        flight->packet = train->packet[i];
        flight->frame_bytes = frame_bytes;
        flight->known = 1;
        flight->step[0] = (struct step){CAPTURE_SERVER, server, train->at_ps[i]};
        flight->step[1] = (struct step){.point = CAPTURE_SWITCH_RX, .place = server};
        flight->not_before_ps = train->done_ps[i];
        memcpy(flight->bytes, capture->frame->data, flight->captured_bytes);
        g_hash_table_insert(capture->flights, &flight->packet, flight);
        push(capture, event_of(flight));
    }
}

/* Where a packet is missed first, by what became of it. */
static const uint8_t lost_at[WEFT_OUTCOMES] = {
    [WEFT_DELIVERED] = CAPTURE_POINTS,
    [WEFT_DROPPED_BUFFER] = CAPTURE_SWITCH_TX,
    [WEFT_DROPPED_LINK] = CAPTURE_SWITCH_RX,
    [WEFT_DROPPED_DEVICE] = CAPTURE_DEVICE,
};

/* Step `known` is reported: it was passed at `at_ps`, and the next one, not before that, is at `point`. */
static void learn(const struct capture *capture, struct flight *flight, weft_ps at_ps, uint32_t point,
                  uint32_t place)
{
    g_assert(flight->known + 1 < capture->most_steps);
    flight->step[flight->known++].at_ps = at_ps;
    flight->step[flight->known] = (struct step){.point = point, .place = place};
    flight->not_before_ps = at_ps;
}

static void at_switch(const struct capture *capture, struct flight *flight, const struct weft_train *train,
                      uint32_t i)
{
    uint32_t lost = lost_at[train->outcome[i]], port = train->port[i];
    bool trunk = weft_setup_port_is_trunk(capture->setup, port);
    g_assert(lost > CAPTURE_SERVER && flight->step[flight->known].point == CAPTURE_SWITCH_RX);
    flight->lost = lost < CAPTURE_POINTS;
    flight->not_before_ps = train->at_ps[i]; /* of a packet that its link lost: it was missed then */
    if (lost > CAPTURE_SWITCH_RX)
        learn(capture, flight, train->at_ps[i], CAPTURE_SWITCH_TX, port);
    if (lost > CAPTURE_SWITCH_TX)
        learn(capture, flight, train->done_ps[i], trunk ? CAPTURE_SWITCH_RX : CAPTURE_DEVICE,
              trunk ? rx_of_trunk(capture, port) : port);
}

static void at_device(struct flight *flight, const struct weft_train *train, uint32_t i)
{
    g_assert(flight->step[flight->known].point == CAPTURE_DEVICE);
    flight->step[flight->known++].at_ps = train->at_ps[i];
    flight->over = true;
}

static void on_packets(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct capture *capture = ctx;
    if (point == WEFT_AT_SERVER) {
        at_server(capture, node, train);
        return;
    }
    for (uint32_t i = 0; i < train->n; i++) {
        if (train->stream[i] >= capture->setup->streams)
            continue; /* background traffic has no bytes */
        struct flight *flight = g_hash_table_lookup(capture->flights, &train->packet[i]);
        g_assert(flight);
        if (point == WEFT_AT_SWITCH)
            at_switch(capture, flight, train, i);
        else
            at_device(flight, train, i);
    }
}

static void on_advance(void *ctx, weft_ps until_ps)
{
    drain(ctx, until_ps);
}

struct weft_watch capture_watch(struct capture *capture)
{
    return (struct weft_watch){.ctx = capture, .bytes = true, .packets = on_packets, .advance = on_advance};
}

/* Names are consecutive on each server: multiplied by 2^64 over the golden ratio their high bits lie far apart. */
static guint hash_packet(gconstpointer name)
{
    return (guint)(*(const uint64_t *)name * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

/* Onto the link, into and out of each switch, into the device; and one that is asked for behind the last. */
static uint32_t find_most_steps(const struct weft_setup *setup)
{
    struct weft_routes routes;
    int status = weft_routes_new(setup, &routes, NULL);
    g_assert(status == WEFT_OK); /* the setup has been checked */
    uint32_t most = 2 * weft_routes_longest(&routes, setup->streams) + 3;
    weft_routes_clear(&routes);
    return most;
}

struct capture *capture_new(const struct weft_setup *setup, const struct capture_request *request)
{
    const struct capture_interfaces *interfaces = request->interfaces;
    struct capture *capture = g_new0(struct capture, 1);
    g_assert(setup->network->frame_bytes >= WEFT_ETHERNET_FCS_BYTES);
    g_assert(request->snap_bytes >= 1 && request->snap_bytes <= CAPTURE_MAX_SNAP_BYTES);
    capture->setup = setup;
    capture->request = request;
    capture->most_steps = find_most_steps(setup);
    capture->flights = g_hash_table_new_full(hash_packet, g_int64_equal, NULL, g_free);
    capture->frame = g_byte_array_new();
    capture->tally = g_new0(struct pcap_statistics, interfaces->n);
    if (request->pcapng_fd >= 0)
        capture->pcapng = pcapng_new(request->pcapng_fd, interfaces, request->snap_bytes);
    if (request->classic_fd)
        capture->classic = pcap_classic_new(request->classic_fd, interfaces->n, request->snap_bytes);
    return capture;
}

void capture_free(struct capture *capture)
{
    if (!capture)
        return;
    pcapng_free(capture->pcapng);
    pcap_classic_free(capture->classic);
    g_hash_table_unref(capture->flights);
    g_byte_array_unref(capture->frame);
    g_free(capture->heap);
    g_free(capture->tally);
    g_free(capture);
}

gboolean capture_finish(struct capture *capture, GError **error)
{
    if (capture->heaped > 0)
        return failure(error, STATUS_FAILED, "capture: %zu packets never arrived or were never reported",
                       capture->heaped);
    weft_ps end_ps = MAX(capture->end_ps, capture->setup->duration_ps);
    for (uint32_t i = 0; capture->pcapng && i < capture->request->interfaces->n; i++) {
        capture->tally[i].end_ns = end_ps / PS_PER_NS;
        pcapng_statistics(capture->pcapng, i, &capture->tally[i]);
    }
    int failed = capture->pcapng ? pcapng_end(capture->pcapng) : 0;
    if (capture->classic && !failed)
        failed = pcap_classic_end(capture->classic);
    if (failed)
        return failure(error, STATUS_FAILED, "capture: cannot be written: %s", g_strerror(failed));
    return TRUE;
}
