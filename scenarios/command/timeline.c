/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bars of a window: kept as packets pass, put into order at the end. */

#include "timeline.h"

#include "failure.h"
#include "outbuffer.h"
#include "timeline_window.h"
#include "weft/queue_steps.h"

#include <string.h>

enum { BUFFER_BYTES = 1 << 16, LINE_BYTES = 256, CELLS = 9 };

/* A packet on a link. Times as in weft/train.h; of one that was lost before the port, end_ps is WEFT_NEVER. */
struct bar {
    uint32_t stream;
    uint64_t packet;
    weft_ps in_ps, begin_ps, end_ps;
    uint32_t frame_bytes;
};

/* From `from_ps` on the port holds so much. */
struct holding {
    weft_ps from_ps;
    uint64_t packets, bytes;
};

struct shown_port {
    weft_ps latency_ps;
    weft_ps free_ps; /* end of the last packet that had left when the window begins */
    GArray *bars;    /* of struct bar; of the port, as they came */
    GArray *held;    /* of struct holding; the first begins with the window */
};

struct timeline {
    const struct weft_setup *setup;
    const struct timeline_request *request;
    struct timeline_window window;
    GArray *link; /* of struct bar, in order */
    struct shown_port port[TIMELINE_PORTS];
    struct weft_queue_steps *steps;
    bool over; /* nothing that comes into a port any more does so in the window */
    struct outbuffer out;
};

const char timeline_file[] = "timeline.csv";

/* The first as put_row() writes it, the others as its cells. */
const struct result_field timeline_columns[] = {
    {"method", NULL, "the write method", .type = &result_text},
    {"what", NULL,
     "interval: the interval that is shown, from when it is written; window: what of it is shown; link: a "
     "packet on the server's link; "
     "port: a packet on the link behind a port; lost: a packet that did not come into the port; held: what a "
     "port holds",
     .type = &result_text},
    {"port", NULL, "number of the port, from 0 in the order of the result; of link: that the packet goes to",
     .type = &result_count},
    {"server", NULL, "number of the server, likewise; empty: background traffic", .type = &result_count},
    {"stream", NULL, "number of the stream, likewise", .type = &result_count},
    {"packet", NULL, "number of the packet on its server's link, from 0", .type = &result_count},
    {"in_ps", "ps", "of port: from when on the packet is in the port", .type = &result_count},
    {"begin_ps", "ps",
     "first bit on the link; of lost: when the packet came; of interval, window, held: from then on",
     .type = &result_count},
    {"end_ps", "ps", "last bit off the link; of lost: as begin_ps; of interval, window, held: until then",
     .type = &result_count},
    {"bytes", "bytes", "size of the frame; of held: what the port holds, as the switch accounts for it",
     .type = &result_count},
    {"packets", "packets", "of held: what the port holds", .type = &result_count},
    {NULL},
};

/* --- looking on --- */

static struct shown_port *shown_port(struct timeline *timeline, uint32_t port)
{
    for (uint32_t i = 0; i < timeline->window.ports; i++)
        if (timeline->window.port[i] == port)
            return &timeline->port[i];
    return NULL;
}

static void see_link(struct timeline *timeline, const struct weft_train *train)
{
    for (uint32_t i = 0; i < train->n && train->at_ps[i] < timeline->window.until_ps; i++) {
        if (train->done_ps[i] <= timeline->window.begin_ps)
            continue;
        const struct bar bar = {.stream = train->stream[i],
                                .packet = train->packet[i],
                                .begin_ps = train->at_ps[i],
                                .end_ps = train->done_ps[i],
                                .frame_bytes = train->frame_bytes[i]};
        g_array_append_val(timeline->link, bar);
    }
}

static void see_port(const struct timeline *timeline, struct shown_port *port, const struct weft_train *train,
                     uint32_t i)
{
    if (train->done_ps[i] == WEFT_NEVER && train->enter_ps[i] < timeline->window.begin_ps)
        return;
    if (train->done_ps[i] <=
        timeline->window.begin_ps) { /* in order of done_ps only where a port does not send by class */
        port->free_ps = MAX(port->free_ps, train->done_ps[i]);
        return;
    }
    const struct bar bar = {.stream = train->stream[i],
                            .packet = train->packet[i],
                            .in_ps = train->enter_ps[i],
                            .end_ps = train->done_ps[i],
                            .frame_bytes = train->frame_bytes[i]};
    g_array_append_val(port->bars, bar);
}

static void on_packets(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct timeline *timeline = ctx;
    if (point == WEFT_AT_SERVER && node == timeline->window.server)
        see_link(timeline, train);
    if (point != WEFT_AT_SWITCH || timeline->over || train->n == 0)
        return;
    const struct weft_watch steps = weft_queue_steps_watch(timeline->steps);
    steps.packets(steps.ctx, point, node, train);
    for (uint32_t i = 0; i < train->n; i++) {
        struct shown_port *port = shown_port(timeline, train->port[i]);
        if (port && train->enter_ps[i] < timeline->window.until_ps)
            see_port(timeline, port, train, i);
    }
    timeline->over = train->enter_ps[train->n - 1] >= timeline->window.until_ps;
}

static void on_step(void *ctx, uint32_t number, weft_ps at_ps, bool arrival, uint64_t packets, uint64_t bytes)
{
    struct timeline *timeline = ctx;
    struct shown_port *port = shown_port(timeline, number);
    (void)arrival;
    if (!port || at_ps >= timeline->window.until_ps)
        return;
    const struct holding now = {MAX(at_ps, timeline->window.begin_ps), packets, bytes};
    struct holding *last = &g_array_index(port->held, struct holding, port->held->len - 1);
    if (last->from_ps == now.from_ps)
        *last = now;
    else
        g_array_append_val(port->held, now);
}

/* What is left out of a run lies behind the window. */
static void on_mark(void *ctx)
{
    (void)ctx;
}

static void on_repeat(void *ctx, const struct weft_repeat *repeat)
{
    (void)ctx, (void)repeat;
}

/* --- the file --- */

/* A cell that says nothing is WEFT_NEVER. */
static void put_row(struct timeline *timeline, const char *what, const uint64_t cells[CELLS])
{
    const char *method = timeline->setup->write.method->name;
    char *at = (char *)outbuffer_add(&timeline->out, strlen(method) + LINE_BYTES);
    at = stpcpy(at, method);
    *at++ = ',';
    at = stpcpy(at, what);
    for (size_t i = 0; i < CELLS; i++) {
        *at++ = ',';
        if (cells[i] != WEFT_NEVER)
            at = put_decimal(at, cells[i]);
    }
    *at++ = '\n';
    outbuffer_end(&timeline->out, (uint8_t *)at);
}

static void put_span(struct timeline *timeline, const char *what, weft_ps begin_ps, weft_ps end_ps)
{
    put_row(timeline, what,
            (const uint64_t[CELLS]){WEFT_NEVER, WEFT_NEVER, WEFT_NEVER, WEFT_NEVER, WEFT_NEVER, begin_ps,
                                    end_ps, WEFT_NEVER, WEFT_NEVER});
}

static void put_bar(struct timeline *timeline, const char *what, uint32_t port, const struct bar *bar)
{
    bool background = bar->stream >= timeline->setup->streams;
    uint64_t number = bar->packet & ((UINT64_C(1) << WEFT_PACKET_SERVER_SHIFT) - 1);
    put_row(timeline, what,
            (const uint64_t[CELLS]){port, background ? WEFT_NEVER : bar->packet >> WEFT_PACKET_SERVER_SHIFT,
                                    background ? WEFT_NEVER : bar->stream, background ? WEFT_NEVER : number,
                                    bar->in_ps, bar->begin_ps, bar->end_ps, bar->frame_bytes, WEFT_NEVER});
}

static gint by_end(gconstpointer a, gconstpointer b)
{
    const struct bar *x = a, *y = b;
    return x->end_ps != y->end_ps ? (x->end_ps < y->end_ps ? -1 : 1)
                                  : (x->in_ps > y->in_ps) - (x->in_ps < y->in_ps);
}

/* What leaves next begins when the one before has left, or when it came if that is later: the first is the floor of the
 * exact instant as the end is, and the second is exact. Those that were lost are the last. */
static void put_port(struct timeline *timeline, uint32_t number, struct shown_port *port)
{
    weft_ps free_ps = port->free_ps;
    g_array_sort(port->bars, by_end);
    for (guint i = 0; i < port->bars->len; i++) {
        struct bar *bar = &g_array_index(port->bars, struct bar, i);
        bool lost = bar->end_ps == WEFT_NEVER;
        bar->begin_ps = lost ? bar->in_ps : MAX(free_ps, bar->in_ps + port->latency_ps);
        bar->end_ps = lost ? bar->in_ps : bar->end_ps;
        free_ps = MAX(free_ps, bar->end_ps);
        if (bar->begin_ps < timeline->window.until_ps && bar->end_ps >= timeline->window.begin_ps)
            put_bar(timeline, lost ? "lost" : "port", number, bar);
    }
}

static void put_held(struct timeline *timeline, uint32_t number, const struct shown_port *port)
{
    for (guint i = 0; i < port->held->len; i++) {
        const struct holding *held = &g_array_index(port->held, struct holding, i);
        weft_ps end_ps = i + 1 < port->held->len ? held[1].from_ps : timeline->window.until_ps;
        put_row(timeline, "held",
                (const uint64_t[CELLS]){number, WEFT_NEVER, WEFT_NEVER, WEFT_NEVER, WEFT_NEVER, held->from_ps,
                                        end_ps, held->bytes, held->packets});
    }
}

static void put_header(struct timeline *timeline)
{
    for (const struct result_field *column = timeline_columns; column->name; column++) {
        char *at = (char *)outbuffer_add(&timeline->out, LINE_BYTES);
        at = stpcpy(at, column->name);
        *at++ = column[1].name ? ',' : '\n';
        outbuffer_end(&timeline->out, (uint8_t *)at);
    }
}

gboolean timeline_finish(struct timeline *timeline, GError **error)
{
    const struct timeline_window *window = &timeline->window;
    weft_queue_steps_finish(timeline->steps);
    put_span(timeline, "interval", window->begin_ps, window->begin_ps + window->interval_ps);
    put_span(timeline, "window", window->begin_ps, window->until_ps);
    for (guint i = 0; i < timeline->link->len; i++) {
        struct bar bar = g_array_index(timeline->link, struct bar, i);
        bar.in_ps = WEFT_NEVER;
        put_bar(timeline, "link", timeline->setup->stream[bar.stream].device, &bar);
    }
    for (uint32_t i = 0; i < window->ports; i++)
        put_port(timeline, window->port[i], &timeline->port[i]);
    for (uint32_t i = 0; i < window->ports; i++)
        put_held(timeline, window->port[i], &timeline->port[i]);
    int failed = outbuffer_flush(&timeline->out);
    return failed == 0 ||
           failure(error, STATUS_FAILED, "timeline: cannot be written: %s", g_strerror(failed));
}

/* --- its life --- */

struct timeline *timeline_new(const struct weft_setup *setup, const struct timeline_request *request)
{
    struct timeline *timeline = g_new0(struct timeline, 1);
    timeline->setup = setup;
    timeline->request = request;
    timeline->window = timeline_window_of(setup);
    timeline->link = g_array_new(FALSE, FALSE, sizeof(struct bar));
    for (uint32_t i = 0; i < timeline->window.ports; i++) {
        struct shown_port *port = &timeline->port[i];
        const struct holding nothing = {timeline->window.begin_ps, 0, 0};
        port->latency_ps =
            setup->switch_[weft_setup_port_switch(setup, timeline->window.port[i])].rules.latency_ps;
        port->bars = g_array_new(FALSE, FALSE, sizeof(struct bar));
        port->held = g_array_new(FALSE, FALSE, sizeof(struct holding));
        g_array_append_val(port->held, nothing);
    }
    timeline->steps = weft_queue_steps_new(setup, on_step, timeline);
    outbuffer_init(&timeline->out, request->fd, BUFFER_BYTES);
    if (!request->continues)
        put_header(timeline);
    return timeline;
}

void timeline_free(struct timeline *timeline)
{
    if (!timeline)
        return;
    outbuffer_clear(&timeline->out);
    weft_queue_steps_free(timeline->steps);
    for (uint32_t i = 0; i < timeline->window.ports; i++) {
        g_array_unref(timeline->port[i].bars);
        g_array_unref(timeline->port[i].held);
    }
    g_array_unref(timeline->link);
    g_free(timeline);
}

struct weft_watch timeline_watch(struct timeline *timeline)
{
    return (struct weft_watch){.ctx = timeline,
                               .packets = on_packets,
                               .mark = on_mark,
                               .repeat = on_repeat,
                               .whole_until_ps = timeline->window.until_ps};
}
