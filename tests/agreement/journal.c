/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An observer that writes down every packet. It also checks what train.h promises to observers. */

#include "journal.h"

#include <string.h>

struct journal {
    const struct weft_setup *setup;
    bool bytes;
    weft_ps advanced_ps, last_enter_ps, *last_device_ps;
    GArray **row; /* by server; packet n of it is row n */
    GArray *hop;
    struct weft_host_counters *counters;
    uint32_t servers_reported;
};

struct journal *journal_new(const struct weft_setup *setup, bool bytes)
{
    struct journal *journal = g_new0(struct journal, 1);
    journal->setup = setup;
    journal->bytes = bytes;
    journal->last_device_ps = g_new0(weft_ps, setup->devices);
    journal->counters = g_new0(struct weft_host_counters, setup->servers);
    journal->hop = g_array_new(FALSE, FALSE, sizeof(struct journal_hop));
    journal->row = g_new0(GArray *, setup->servers);
    for (uint32_t i = 0; i < setup->servers; i++)
        journal->row[i] = g_array_new(FALSE, TRUE, sizeof(struct journal_row));
    return journal;
}

void journal_free(struct journal *journal)
{
    for (uint32_t i = 0; i < journal->setup->servers; i++)
        g_array_unref(journal->row[i]);
    g_free(journal->row);
    g_free(journal->counters);
    g_free(journal->last_device_ps);
    g_array_unref(journal->hop);
    g_free(journal);
}

/* FNV-1a. */
static uint64_t hash(const uint8_t *data, uint32_t bytes)
{
    uint64_t value = UINT64_C(14695981039346656037);
    for (uint32_t i = 0; i < bytes; i++)
        value = (value ^ data[i]) * UINT64_C(1099511628211);
    return value;
}

static uint64_t hash_packet(const struct weft_train *train, uint32_t i)
{
    uint8_t packet[65535 + WEFT_HEADER_MAX_BYTES];
    return hash(packet, weft_desc_gather(train->desc[i], train->memory, packet, sizeof(packet)));
}

static void at_server(struct journal *journal, uint32_t server, const struct weft_train *train)
{
    for (uint32_t i = 0; i < train->n; i++) {
        const struct journal_row row = {
            .packet = train->packet[i],
            .tx_ps = train->tx_ps[i],
            .sent_ps = train->done_ps[i],
            .bytes_hash = journal->bytes ? hash_packet(train, i) : 0,
            .stream = train->stream[i],
            .number = train->number[i],
            .payload_bytes = train->payload_bytes[i],
            .frame_bytes = train->frame_bytes[i],
            .reports = 1,
        };
        g_assert_cmpuint(row.packet >> WEFT_PACKET_SERVER_SHIFT, ==, server);
        g_assert_cmpuint(row.packet & ((UINT64_C(1) << WEFT_PACKET_SERVER_SHIFT) - 1), ==,
                         journal->row[server]->len);
        g_assert_cmpuint(row.tx_ps, ==, train->at_ps[i]);
        g_assert_cmpuint(row.tx_ps, >=, journal->advanced_ps);
        g_array_append_val(journal->row[server], row);
    }
}

static struct journal_row *row_of(struct journal *journal, const struct weft_train *train, uint32_t i)
{
    uint64_t server = train->packet[i] >> WEFT_PACKET_SERVER_SHIFT;
    uint64_t n = train->packet[i] & ((UINT64_C(1) << WEFT_PACKET_SERVER_SHIFT) - 1);
    g_assert_cmpuint(server, <, journal->setup->servers);
    g_assert_cmpuint(n, <, journal->row[server]->len);
    struct journal_row *row = &g_array_index(journal->row[server], struct journal_row, n);
    g_assert_cmpuint(row->stream, ==, train->stream[i]);
    g_assert_cmpuint(row->number, ==, train->number[i]);
    g_assert_cmpuint(row->payload_bytes, ==, train->payload_bytes[i]);
    g_assert_cmpuint(row->frame_bytes, ==, train->frame_bytes[i]);
    g_assert_cmpuint(row->tx_ps, ==, train->tx_ps[i]);
    return row;
}

/* A packet goes from switch to switch over the trunks: this one is where the one before led. */
static void check_way(const struct journal *journal, const struct journal_row *row,
                      const struct weft_train *train, uint32_t i)
{
    const struct weft_setup *setup = journal->setup;
    uint32_t at = weft_setup_port_switch(setup, train->port[i]);
    g_assert_cmpuint(train->port[i], <, weft_setup_ports(setup));
    if (row->hops == 0) {
        g_assert_cmpuint(at, ==, setup->server[setup->stream[row->stream].server].switch_index);
        return;
    }
    g_assert_cmpuint(row->outcome, ==, WEFT_DELIVERED);
    g_assert_cmpuint(row->last_port, >=, setup->devices);
    const struct weft_trunk *trunk = &setup->trunk[row->last_port - setup->devices];
    g_assert_cmpuint(at, ==, trunk->to);
    g_assert_cmpuint(train->at_ps[i], ==, row->switch_out_ps + trunk->delay_ps);
}

static void at_switch(struct journal *journal, const struct weft_train *train)
{
    for (uint32_t i = 0; i < train->n; i++) {
        const struct journal_hop hop = {
            .packet = train->packet[i],
            .in_ps = train->at_ps[i],
            .enter_ps = train->enter_ps[i],
            .out_ps = train->done_ps[i],
            .stream = train->stream[i],
            .port = train->port[i],
            .frame_bytes = train->frame_bytes[i],
            .outcome = train->outcome[i],
        };
        g_assert_cmpuint(hop.enter_ps, >=, journal->last_enter_ps);
        journal->last_enter_ps = hop.enter_ps;
        g_array_append_val(journal->hop, hop);
        if (train->stream[i] >= journal->setup->streams)
            continue;
        struct journal_row *row = row_of(journal, train, i);
        check_way(journal, row, train, i);
        g_assert_cmpuint(row->reports++, ==, ++row->hops);
        if (row->hops == 1)
            row->switch_in_ps = train->at_ps[i];
        row->switch_out_ps = train->done_ps[i];
        row->outcome = train->outcome[i];
        row->last_port = train->port[i];
    }
}

static void at_device(struct journal *journal, const struct weft_train *train)
{
    for (uint32_t i = 0; i < train->n; i++) {
        struct journal_row *row = row_of(journal, train, i);
        uint32_t device = journal->setup->stream[row->stream].device;
        g_assert_cmpuint(row->reports++, ==, row->hops + 1);
        g_assert_cmpuint(row->outcome, ==, WEFT_DELIVERED);
        g_assert_cmpuint(row->last_port, ==, device);
        g_assert_cmpuint(train->at_ps[i], >=, journal->last_device_ps[device]);
        journal->last_device_ps[device] = train->at_ps[i];
        row->device_in_ps = train->at_ps[i];
    }
}

static void packets(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct journal *journal = ctx;
    g_assert_cmpuint(train->n, >, 0);
    g_assert_cmpuint(train->n, <=, WEFT_TRAIN);
    if (point == WEFT_AT_SERVER)
        at_server(journal, node, train);
    else if (point == WEFT_AT_SWITCH)
        at_switch(journal, train);
    else
        at_device(journal, train);
}

static void advance(void *ctx, weft_ps until_ps)
{
    struct journal *journal = ctx;
    g_assert_cmpuint(until_ps, >=, journal->advanced_ps);
    journal->advanced_ps = until_ps;
}

static void server(void *ctx, uint32_t index, const struct weft_host_counters *counters)
{
    struct journal *journal = ctx;
    g_assert_cmpuint(index, ==, journal->servers_reported++);
    journal->counters[index] = *counters;
}

struct weft_watch journal_watch(struct journal *journal)
{
    return (struct weft_watch){
        .ctx = journal, .bytes = journal->bytes, .packets = packets, .advance = advance, .server = server};
}

GBytes *journal_bytes(const struct journal *journal)
{
    GByteArray *all = g_byte_array_new();
    g_assert_cmpuint(journal->servers_reported, ==, journal->setup->servers);
    for (uint32_t i = 0; i < journal->setup->servers; i++) {
        const GArray *row = journal->row[i];
        for (uint32_t n = 0; n < row->len; n++) {
            const struct journal_row *at = &g_array_index(row, struct journal_row, n);
            g_assert_cmpuint(at->hops, >, 0);
            g_assert_cmpuint(at->reports, ==, 1 + at->hops + (at->outcome == WEFT_DELIVERED));
        }
        g_byte_array_append(all, (const guint8 *)row->data, row->len * (guint)sizeof(struct journal_row));
    }
    uint64_t rows = all->len / sizeof(struct journal_row);
    g_byte_array_append(all, (const guint8 *)journal->hop->data,
                        journal->hop->len * (guint)sizeof(struct journal_hop));
    g_byte_array_append(all, (const guint8 *)&rows, sizeof(rows));
    g_byte_array_append(all, (const guint8 *)journal->counters,
                        journal->setup->servers * (guint)sizeof(*journal->counters));
    return g_byte_array_free_to_bytes(all);
}

const struct weft_host_counters *journal_counters(GBytes *bytes, uint32_t servers)
{
    gsize n;
    const uint8_t *data = g_bytes_get_data(bytes, &n);
    return (const void *)(data + n - servers * sizeof(struct weft_host_counters));
}

/* How many rows there are stands before the counters. */
uint64_t journal_rows(GBytes *bytes, uint32_t servers)
{
    uint64_t rows;
    memcpy(&rows, (const uint8_t *)(const void *)journal_counters(bytes, servers) - sizeof(rows),
           sizeof(rows));
    return rows;
}

void journal_count_outcomes(GBytes *bytes, uint32_t servers, uint64_t count[WEFT_OUTCOMES])
{
    const struct journal_row *row = g_bytes_get_data(bytes, NULL);
    for (uint64_t i = 0; i < journal_rows(bytes, servers); i++)
        count[row[i].outcome]++;
}

GBytes *journal_run(const struct weft_backend *backend, const struct weft_setup *setup, bool bytes)
{
    struct weft_error error = {""};
    struct journal *journal = journal_new(setup, bytes);
    const struct weft_watch watch = journal_watch(journal);
    g_assert_cmpuint(backend->version, ==, WEFT_BACKEND_VERSION);
    if (backend->refuse && backend->refuse(setup, &error) != WEFT_OK)
        g_error("%s: %s", backend->name, error.text);
    if (backend->run(setup, &watch, 1, &error) != WEFT_OK)
        g_error("%s: %s", backend->name, error.text);
    GBytes *all = journal_bytes(journal);
    journal_free(journal);
    return all;
}

void journal_assert_equal(GBytes *expected, GBytes *got, const char *what)
{
    gsize expected_bytes, got_bytes;
    const uint8_t *a = g_bytes_get_data(expected, &expected_bytes);
    const uint8_t *b = g_bytes_get_data(got, &got_bytes);
    if (expected_bytes == got_bytes && memcmp(a, b, expected_bytes) == 0)
        return;
    gsize at = 0;
    while (at < expected_bytes && at < got_bytes && a[at] == b[at])
        at++;
    g_test_message("%s: %zu and %zu bytes, first difference in row %zu, byte %zu of it", what, expected_bytes,
                   got_bytes, at / sizeof(struct journal_row), at % sizeof(struct journal_row));
    g_test_fail();
}
