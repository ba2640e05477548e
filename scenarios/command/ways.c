/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ways of packets: a set of those that are on their way, each with the row of the switch that it came to last. */

#include "ways.h"

#include "weft/driver.h"

#include <string.h>

const struct way_fault_row way_faults[WAY_FAULTS] = {
    [WAY_FINE] = {"fine", "nothing is wrong"},
    [WAY_STRAY] = {"stray", "reports of packets that are not on their way: never sent, over, or told twice"},
    [WAY_CONTRADICTION] = {"contradiction", "reports that contradict themselves or what was told before"},
    [WAY_DISORDER] = {"disorder", "reports that are not in the order that weft/train.h asks for"},
    [WAY_UNFINISHED] = {"unfinished", "packets whose end was never told"},
};

struct ways {
    const struct weft_setup *setup;
    bool bytes;
    struct way_sink sink;
    GHashTable *open;                     /* a set of struct way_row, by packet */
    uint64_t *next;                       /* number of the next packet of each server and source */
    weft_ps *last_tx_ps, *last_device_ps; /* by server, by device */
    weft_ps last_enter_ps;                /* at switches, of all, and the link that one came over */
    uint64_t last_link;
    uint8_t packet[65535 + WEFT_HEADER_MAX_BYTES];
};

static guint hash_packet(gconstpointer row)
{
    uint64_t packet = ((const struct way_row *)row)->packet;
    return (guint)(packet ^ (packet >> WEFT_PACKET_SERVER_SHIFT) * UINT64_C(0x9e3779b1));
}

static gboolean same_packet(gconstpointer a, gconstpointer b)
{
    return ((const struct way_row *)a)->packet == ((const struct way_row *)b)->packet;
}

struct ways *ways_new(const struct weft_setup *setup, bool bytes, struct way_sink sink)
{
    struct ways *ways = g_new0(struct ways, 1);
    ways->setup = setup;
    ways->bytes = bytes;
    ways->sink = sink;
    ways->open = g_hash_table_new_full(hash_packet, same_packet, g_free, NULL);
    ways->next = g_new0(uint64_t, setup->servers + setup->sources);
    ways->last_tx_ps = g_new0(weft_ps, setup->servers);
    ways->last_device_ps = g_new0(weft_ps, setup->devices);
    return ways;
}

void ways_free(struct ways *ways)
{
    if (!ways)
        return;
    g_hash_table_unref(ways->open);
    g_free(ways->next);
    g_free(ways->last_tx_ps);
    g_free(ways->last_device_ps);
    g_free(ways);
}

/* What a report says of its packet, whatever the point. */
static struct way_row row_of(const struct weft_train *train, uint32_t i)
{
    return (struct way_row){.packet = train->packet[i],
                            .tx_ps = train->tx_ps[i],
                            .sent_ps = WEFT_NEVER,
                            .in_ps = WEFT_NEVER,
                            .enter_ps = WEFT_NEVER,
                            .out_ps = WEFT_NEVER,
                            .device_ps = WEFT_NEVER,
                            .stream = train->stream[i],
                            .number = train->number[i],
                            .payload_bytes = train->payload_bytes[i],
                            .frame_bytes = train->frame_bytes[i],
                            .port = WAY_NO_PORT};
}

static void complain(const struct ways *ways, struct way_row row, enum way_fault fault)
{
    row.fault = (uint8_t)fault;
    ways->sink.row(ways->sink.ctx, &row);
}

static void emit(const struct ways *ways, const struct way_row *row)
{
    ways->sink.row(ways->sink.ctx, row);
}

/* It is over. */
static void close_way(struct ways *ways, struct way_row *row)
{
    emit(ways, row);
    g_hash_table_remove(ways->open, row);
}

/* A packet begins its way. NULL: its name was there before. */
static struct way_row *open_way(struct ways *ways, const struct way_row *row)
{
    uint64_t number = row->packet & ((UINT64_C(1) << WEFT_PACKET_SERVER_SHIFT) - 1);
    uint64_t *next = &ways->next[row->packet >> WEFT_PACKET_SERVER_SHIFT];
    if (number < *next) {
        complain(ways, *row, WAY_STRAY);
        return NULL;
    }
    if (number > *next)
        complain(ways, *row, WAY_DISORDER);
    *next = number + 1;
    struct way_row *open = g_memdup2(row, sizeof *row);
    g_hash_table_add(ways->open, open);
    return open;
}

/* --- servers --- */

/* FNV-1a, eight bytes at a time. */
static uint64_t hash_bytes(struct ways *ways, const struct weft_train *train, uint32_t i)
{
    uint64_t value = UINT64_C(14695981039346656037), word = 0;
    uint32_t bytes = weft_desc_gather(train->desc[i], train->memory, ways->packet, sizeof ways->packet);
    for (uint32_t at = 0; at < bytes; at += (uint32_t)sizeof word) {
        word = 0;
        memcpy(&word, ways->packet + at, MIN(sizeof word, bytes - at));
        value = (value ^ word) * UINT64_C(1099511628211);
        value ^= value >> 32; /* else high bits of a word would never come down */
    }
    return (value ^ bytes) * UINT64_C(1099511628211);
}

static void at_server(struct ways *ways, uint32_t server, const struct weft_train *train, uint32_t i)
{
    const struct weft_setup *setup = ways->setup;
    struct way_row row = row_of(train, i);
    row.sent_ps = train->done_ps[i];
    row.outcome = train->outcome[i];
    if (server >= setup->servers || row.packet >> WEFT_PACKET_SERVER_SHIFT != server ||
        row.stream >= setup->streams || setup->stream[row.stream].server != server ||
        train->at_ps[i] != row.tx_ps || row.sent_ps < row.tx_ps || row.outcome != WEFT_DELIVERED) {
        complain(ways, row, WAY_CONTRADICTION);
        return;
    }
    if (row.tx_ps < ways->last_tx_ps[server])
        complain(ways, row, WAY_DISORDER);
    ways->last_tx_ps[server] = row.tx_ps;
    if (ways->bytes)
        row.bytes_hash = hash_bytes(ways, train, i);
    open_way(ways, &row);
}

/* --- switches --- */

static bool is_background(const struct ways *ways, const struct way_row *row)
{
    const struct weft_setup *setup = ways->setup;
    return row->stream >= setup->streams && row->stream - setup->streams < setup->sources &&
           row->packet >> WEFT_PACKET_SERVER_SHIFT == setup->servers + row->stream - setup->streams;
}

/* The packet of a report, which is of one that is on its way and says what was said before; NULL: it is not. Background
 * traffic is first told at a switch. */
static struct way_row *find_way(struct ways *ways, const struct way_row *told, bool may_begin)
{
    struct way_row *row = g_hash_table_lookup(ways->open, told);
    if (!row && may_begin && is_background(ways, told))
        return open_way(ways, told);
    if (!row) {
        complain(ways, *told, WAY_STRAY);
        return NULL;
    }
    if (row->stream == told->stream && row->number == told->number && row->tx_ps == told->tx_ps &&
        row->payload_bytes == told->payload_bytes && row->frame_bytes == told->frame_bytes)
        return row;
    complain(ways, *told, WAY_CONTRADICTION);
    return NULL;
}

/* Servers, trunks, sources: the link that a packet came over to its next switch, or UINT64_MAX if it could not come
 * there. */
static uint64_t link_of(const struct ways *ways, const struct way_row *row, uint32_t port)
{
    const struct weft_setup *setup = ways->setup;
    uint64_t first = row->packet >> WEFT_PACKET_SERVER_SHIFT;
    uint32_t at = weft_setup_port_switch(setup, port);
    if (row->port == WAY_NO_PORT && first < setup->servers)
        return setup->server[first].switch_index == at ? first : UINT64_MAX;
    if (row->port == WAY_NO_PORT)
        return setup->source[first - setup->servers].switch_index == at ? first + setup->trunks : UINT64_MAX;
    if (!weft_setup_port_is_trunk(setup, row->port) || setup->trunk[row->port - setup->devices].to != at)
        return UINT64_MAX;
    return setup->servers + row->port - setup->devices;
}

static bool is_in_order(struct ways *ways, weft_ps enter_ps, uint64_t link)
{
    bool in_order =
        enter_ps > ways->last_enter_ps || (enter_ps == ways->last_enter_ps && link >= ways->last_link);
    ways->last_enter_ps = enter_ps;
    ways->last_link = link;
    return in_order;
}

static bool is_at_end(const struct ways *ways, const struct way_row *row)
{
    return row->outcome != WEFT_DELIVERED ||
           (row->stream >= ways->setup->streams &&
            row->port == ways->setup->source[row->stream - ways->setup->streams].port);
}

static void at_switch(struct ways *ways, const struct weft_train *train, uint32_t i)
{
    const struct way_row told = row_of(train, i);
    struct way_row *row = find_way(ways, &told, true);
    if (!row)
        return;
    bool sound = train->port[i] < weft_setup_ports(ways->setup) && train->outcome[i] < WEFT_OUTCOMES;
    uint64_t link = sound ? link_of(ways, row, train->port[i]) : UINT64_MAX;
    if (link == UINT64_MAX) {
        complain(ways, told, WAY_CONTRADICTION);
        return;
    }
    if (row->port != WAY_NO_PORT) {
        emit(ways, row);
        row->hop++;
    }
    row->in_ps = train->at_ps[i];
    row->enter_ps = train->enter_ps[i];
    row->out_ps = train->done_ps[i];
    row->port = train->port[i];
    row->outcome = train->outcome[i];
    if (!is_in_order(ways, row->enter_ps, link))
        complain(ways, *row, WAY_DISORDER);
    if (is_at_end(ways, row))
        close_way(ways, row);
}

/* --- devices --- */

static void at_device(struct ways *ways, const struct weft_train *train, uint32_t i)
{
    const struct way_row told = row_of(train, i);
    struct way_row *row = find_way(ways, &told, false);
    if (!row)
        return;
    uint32_t device =
        row->stream < ways->setup->streams ? ways->setup->stream[row->stream].device : WAY_NO_PORT;
    row->device_ps = train->at_ps[i];
    if (row->port != device || train->done_ps[i] != row->device_ps || train->outcome[i] != WEFT_DELIVERED) {
        complain(ways, *row, WAY_CONTRADICTION);
    } else {
        if (row->device_ps < ways->last_device_ps[device])
            complain(ways, *row, WAY_DISORDER);
        ways->last_device_ps[device] = row->device_ps;
    }
    close_way(ways, row);
}

/* --- the observer --- */

static void on_packets(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct ways *ways = ctx;
    for (uint32_t i = 0; i < train->n; i++)
        if (point == WEFT_AT_SERVER)
            at_server(ways, node, train, i);
        else if (point == WEFT_AT_SWITCH)
            at_switch(ways, train, i);
        else
            at_device(ways, train, i);
}

struct weft_watch ways_watch(struct ways *ways)
{
    return (struct weft_watch){.ctx = ways, .bytes = ways->bytes, .packets = on_packets};
}

void ways_finish(struct ways *ways)
{
    GHashTableIter left;
    gpointer row;
    g_hash_table_iter_init(&left, ways->open);
    while (g_hash_table_iter_next(&left, &row, NULL)) {
        complain(ways, *(struct way_row *)row, WAY_UNFINISHED);
        emit(ways, row);
    }
}
