/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The packet trace: a queue of open rows a server, merged in the order of transmission. */

#include "trace.h"

#include "failure.h"
#include "outbuffer.h"
#include "weft/routes.h"

#include <string.h>

enum { BUFFER_BYTES = 1 << 16, LINE_BYTES = 256, BATCH_ROWS = 4096, QUEUE_ROWS = 1024 };

struct row {
    uint32_t stream, frame_bytes;
    weft_ps tx_ps, device_ps; /* device_ps: WEFT_NEVER: not known yet, or never */
    uint32_t hops;            /* that are known */
    bool dropped;             /* at the last of them */
};

struct hop {
    uint32_t port;
    uint8_t outcome;       /* enum weft_outcome */
    weft_ps in_ps, out_ps; /* out_ps: WEFT_NEVER: never was in the queue */
};

/* Rows of one server that are not written yet: numbers [first, end), a ring. */
struct queue {
    struct row *row;
    struct hop *hop;           /* trace->most_hops a row */
    uint64_t first, end, room; /* room: a power of two */
};

struct trace {
    const struct weft_setup *setup;
    bool packets, hops; /* wanted */
    struct outbuffer out, hops_out;
    uint32_t most_hops;        /* of a packet */
    struct queue *queue;       /* by server */
    uint32_t *heap, heaped;    /* servers whose first row may be next, least on top */
    uint64_t waiting, look_at; /* rows in all queues; how many before it is worth looking */
};

static struct row *row_at(struct queue *queue, uint64_t number)
{
    return &queue->row[number & (queue->room - 1)];
}

static struct hop *hops_at(const struct trace *trace, const struct queue *queue, uint64_t number)
{
    return &queue->hop[(number & (queue->room - 1)) * trace->most_hops];
}

static void queue_grow(const struct trace *trace, struct queue *queue)
{
    struct queue larger = {
        .first = queue->first, .end = queue->end, .room = queue->room ? 2 * queue->room : QUEUE_ROWS};
    larger.row = g_new(struct row, larger.room);
    larger.hop = g_new(struct hop, larger.room * trace->most_hops);
    for (uint64_t number = queue->first; number < queue->end; number++) {
        *row_at(&larger, number) = *row_at(queue, number);
        memcpy(hops_at(trace, &larger, number), hops_at(trace, queue, number),
               trace->most_hops * sizeof(struct hop));
    }
    g_free(queue->row);
    g_free(queue->hop);
    *queue = larger;
}

/* --- formatting: this is where the time of a trace goes, so no printf --- */

static char *put_field(char *at, uint64_t value)
{
    at = put_decimal(at, value);
    *at++ = ',';
    return at;
}

/* In the order in which put_row() writes them. */
const struct result_field trace_columns[] = {
    {"packet", NULL, "number of the packet on its server's link, from 0", .type = &result_count},
    {"server", NULL, "number of the server, from 0 in the order of the result", .type = &result_count},
    {"stream", NULL, "number of the stream, likewise", .type = &result_count},
    {"port", NULL, "number of its device and of the port before it, likewise", .type = &result_count},
    {"frame_bytes", "bytes", "size of the frame", .type = &result_count},
    {"tx_ps", "ps", "first bit onto the server's link", .type = &result_count},
    {"switch_in_ps", "ps", "last bit in the first switch", .type = &result_count},
    {"switch_out_ps", "ps", "last bit out of the last port; empty where the packet was dropped",
     .type = &result_count},
    {"device_in_ps", "ps", "last bit at the device; empty where the packet was dropped",
     .type = &result_count},
    {"outcome", NULL, "delivered or dropped", .type = &result_text},
    {NULL},
};

/* In the order in which put_hops() writes them. */
const struct result_field trace_hop_columns[] = {
    {"packet", NULL, "number of the packet on its server's link, from 0", .type = &result_count},
    {"server", NULL, "number of the server, from 0 in the order of the result", .type = &result_count},
    {"stream", NULL, "number of the stream, likewise", .type = &result_count},
    {"hop", NULL, "switches passed before this one", .type = &result_count},
    {"switch", NULL, "number of the switch, likewise", .type = &result_count},
    {"port", NULL, "number of its port that the packet leaves by, likewise", .type = &result_count},
    {"in_ps", "ps", "last bit in the switch", .type = &result_count},
    {"out_ps", "ps", "last bit out of the port; empty where the packet never was in it",
     .type = &result_count},
    {"outcome", NULL, "forwarded to another switch, delivered, or why it was dropped here",
     .type = &result_text},
    {NULL},
};

static void put_packet(struct trace *trace, uint32_t server, uint64_t number, const struct row *row,
                       const struct hop *hop)
{
    char *at = (char *)outbuffer_add(&trace->out, LINE_BYTES);
    at = put_field(at, number);
    at = put_field(at, server);
    at = put_field(at, row->stream);
    at = put_field(at, trace->setup->stream[row->stream].device);
    at = put_field(at, row->frame_bytes);
    at = put_field(at, row->tx_ps);
    at = put_field(at, hop[0].in_ps);
    if (row->dropped) {
        at = stpcpy(at, ",,dropped\n");
    } else {
        at = put_field(at, hop[row->hops - 1].out_ps);
        at = put_field(at, row->device_ps);
        at = stpcpy(at, "delivered\n");
    }
    outbuffer_end(&trace->out, (uint8_t *)at);
}

static void put_hops(struct trace *trace, uint32_t server, uint64_t number, const struct row *row,
                     const struct hop *hop)
{
    for (uint32_t h = 0; h < row->hops; h++) {
        char *at = (char *)outbuffer_add(&trace->hops_out, LINE_BYTES);
        at = put_field(at, number);
        at = put_field(at, server);
        at = put_field(at, row->stream);
        at = put_field(at, h);
        at = put_field(at, weft_setup_port_switch(trace->setup, hop[h].port));
        at = put_field(at, hop[h].port);
        at = put_field(at, hop[h].in_ps);
        if (hop[h].out_ps != WEFT_NEVER)
            at = put_decimal(at, hop[h].out_ps);
        *at++ = ',';
        at = stpcpy(at, h + 1 < row->hops ? "forwarded" : weft_outcomes[hop[h].outcome].name);
        *at++ = '\n';
        outbuffer_end(&trace->hops_out, (uint8_t *)at);
    }
}

static void put_row(struct trace *trace, uint32_t server, uint64_t number, const struct row *row)
{
    const struct hop *hop = hops_at(trace, &trace->queue[server], number);
    if (trace->packets)
        put_packet(trace, server, number, row, hop);
    if (trace->hops)
        put_hops(trace, server, number, row, hop);
}

/* --- merging --- */

static bool is_complete(const struct row *row)
{
    return row->dropped || row->device_ps != WEFT_NEVER;
}

static bool comes_before(const struct trace *trace, uint32_t a, uint32_t b)
{
    const struct queue *x = &trace->queue[a], *y = &trace->queue[b];
    weft_ps x_ps = x->row[x->first & (x->room - 1)].tx_ps, y_ps = y->row[y->first & (y->room - 1)].tx_ps;
    return x_ps != y_ps ? x_ps < y_ps : a < b;
}

static void sift_down(struct trace *trace, uint32_t at)
{
    for (;;) {
        uint32_t least = at, left = 2 * at + 1;
        for (uint32_t child = left; child <= left + 1 && child < trace->heaped; child++)
            if (comes_before(trace, trace->heap[child], trace->heap[least]))
                least = child;
        if (least == at)
            return;
        uint32_t moved = trace->heap[at];
        trace->heap[at] = trace->heap[least];
        trace->heap[least] = moved;
        at = least;
    }
}

static void build_heap(struct trace *trace)
{
    trace->heaped = 0;
    for (uint32_t s = 0; s < trace->setup->servers; s++)
        if (trace->queue[s].first < trace->queue[s].end)
            trace->heap[trace->heaped++] = s;
    for (uint32_t at = trace->heaped / 2; at-- > 0;)
        sift_down(trace, at);
}

/* Write every row, in order, up to the first that is open or sent after `until_ps`. */
static void drain(struct trace *trace, weft_ps until_ps)
{
    build_heap(trace);
    while (trace->heaped > 0) {
        uint32_t server = trace->heap[0];
        struct queue *queue = &trace->queue[server];
        const struct row *row = row_at(queue, queue->first);
        if (row->tx_ps > until_ps || !is_complete(row))
            break;
        put_row(trace, server, queue->first++, row);
        trace->waiting--;
        if (queue->first == queue->end)
            trace->heap[0] = trace->heap[--trace->heaped];
        sift_down(trace, 0);
    }
    trace->look_at = trace->waiting + BATCH_ROWS;
}

/* --- the observer --- */

static void sent(struct trace *trace, uint32_t server, const struct weft_train *train)
{
    struct queue *queue = &trace->queue[server];
    for (uint32_t i = 0; i < train->n; i++) {
        if (queue->end - queue->first == queue->room)
            queue_grow(trace, queue);
        *row_at(queue, queue->end++) = (struct row){
            .stream = train->stream[i],
            .frame_bytes = train->frame_bytes[i],
            .tx_ps = train->tx_ps[i],
            .device_ps = WEFT_NEVER,
        };
    }
    trace->waiting += train->n;
}

/* Background traffic has no rows. */
static struct row *open_row(struct trace *trace, const struct weft_train *train, uint32_t i,
                            struct hop **hops)
{
    if (train->stream[i] >= trace->setup->streams)
        return NULL;
    struct queue *queue = &trace->queue[train->packet[i] >> WEFT_PACKET_SERVER_SHIFT];
    uint64_t number = train->packet[i] & ((UINT64_C(1) << WEFT_PACKET_SERVER_SHIFT) - 1);
    g_assert(number >= queue->first && number < queue->end);
    *hops = hops_at(trace, queue, number);
    return row_at(queue, number);
}

static void at_switch(const struct trace *trace, struct row *row, struct hop *hops,
                      const struct weft_train *train, uint32_t i)
{
    g_assert(row->hops < trace->most_hops);
    hops[row->hops++] = (struct hop){
        .port = train->port[i],
        .outcome = train->outcome[i],
        .in_ps = train->at_ps[i],
        .out_ps = train->done_ps[i],
    };
    row->dropped = train->outcome[i] != WEFT_DELIVERED;
}

static void on_packets(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct trace *trace = ctx;
    if (point == WEFT_AT_SERVER) {
        sent(trace, node, train);
        return;
    }
    for (uint32_t i = 0; i < train->n; i++) {
        struct hop *hops;
        struct row *row = open_row(trace, train, i, &hops);
        if (!row)
            continue;
        if (point == WEFT_AT_SWITCH)
            at_switch(trace, row, hops, train, i);
        else
            row->device_ps = train->at_ps[i];
    }
}

static void on_advance(void *ctx, weft_ps until_ps)
{
    struct trace *trace = ctx;
    if (trace->waiting >= trace->look_at || until_ps == WEFT_NEVER)
        drain(trace, until_ps);
}

static void begin(struct outbuffer *out, int fd, const struct result_field *column)
{
    outbuffer_init(out, fd, BUFFER_BYTES);
    char *at = (char *)outbuffer_add(out, BUFFER_BYTES);
    for (; column->name; column++) {
        at = stpcpy(at, column->name);
        *at++ = column[1].name ? ',' : '\n';
    }
    outbuffer_end(out, (uint8_t *)at);
}

/* Switches on the longest way of a stream. */
static uint32_t find_most_hops(const struct weft_setup *setup)
{
    struct weft_routes routes;
    int status = weft_routes_new(setup, &routes, NULL);
    g_assert(status == WEFT_OK); /* the setup has been checked */
    uint32_t most = weft_routes_longest(&routes, setup->streams);
    weft_routes_clear(&routes);
    return most;
}

struct trace *trace_new(const struct weft_setup *setup, int fd, int hops_fd)
{
    struct trace *trace = g_new0(struct trace, 1);
    trace->setup = setup;
    trace->most_hops = find_most_hops(setup);
    trace->packets = fd >= 0;
    trace->hops = hops_fd >= 0;
    if (trace->packets)
        begin(&trace->out, fd, trace_columns);
    if (trace->hops)
        begin(&trace->hops_out, hops_fd, trace_hop_columns);
    trace->queue = g_new0(struct queue, setup->servers);
    trace->heap = g_new0(uint32_t, setup->servers);
    trace->look_at = BATCH_ROWS;
    return trace;
}

void trace_free(struct trace *trace)
{
    if (!trace)
        return;
    for (uint32_t s = 0; s < trace->setup->servers; s++) {
        g_free(trace->queue[s].row);
        g_free(trace->queue[s].hop);
    }
    g_free(trace->queue);
    g_free(trace->heap);
    if (trace->packets)
        outbuffer_clear(&trace->out);
    if (trace->hops)
        outbuffer_clear(&trace->hops_out);
    g_free(trace);
}

struct weft_watch trace_watch(struct trace *trace)
{
    return (struct weft_watch){.ctx = trace, .packets = on_packets, .advance = on_advance};
}

gboolean trace_finish(struct trace *trace, GError **error)
{
    int failed = trace->packets ? outbuffer_flush(&trace->out) : 0;
    if (failed)
        return failure(error, STATUS_FAILED, "trace: cannot be written: %s", g_strerror(failed));
    failed = trace->hops ? outbuffer_flush(&trace->hops_out) : 0;
    if (failed)
        return failure(error, STATUS_FAILED, "trace of hops: cannot be written: %s", g_strerror(failed));
    if (trace->waiting > 0)
        return failure(error, STATUS_FAILED,
                       "trace: %" G_GUINT64_FORMAT " packets never arrived or were never reported",
                       trace->waiting);
    return TRUE;
}
