/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench.h"

static uint64_t came(void *ctx, const struct weft_ns3_hop *hop)
{
    struct bench *bench = ctx;
    g_string_append_printf(bench->log, "%" G_GUINT64_FORMAT " came %u %" G_GUINT64_FORMAT "\n", hop->packet,
                           hop->port, hop->enter_ps);
    return hop->packet;
}

static void left(void *ctx, const struct weft_ns3_hop *hop, weft_ps done_ps)
{
    struct bench *bench = ctx;
    g_string_append_printf(bench->log, "%" G_GUINT64_FORMAT " left %u %" G_GUINT64_FORMAT "\n", hop->place,
                           hop->port, done_ps);
}

static void lost(void *ctx, const struct weft_ns3_hop *hop, enum weft_outcome outcome)
{
    struct bench *bench = ctx;
    g_string_append_printf(bench->log, "%" G_GUINT64_FORMAT " lost %u %s\n", hop->place, hop->port,
                           weft_outcomes[outcome].name);
}

static void arrived(void *ctx, const struct weft_ns3_hop *hop, weft_ps at_ps, const void *bytes,
                    uint32_t length)
{
    struct bench *bench = ctx;
    (void)bytes;
    (void)length;
    g_string_append_printf(bench->log, "%" G_GUINT64_FORMAT " arrived %u %" G_GUINT64_FORMAT "\n", hop->place,
                           hop->port, at_ps);
}

static void ok(int status, const struct weft_error *error)
{
    if (status != WEFT_OK)
        g_error("%s", error->text);
}

void bench_begin(struct bench *bench, enum weft_ns3_links links)
{
    struct weft_error error;
    *bench = (struct bench){.log = g_string_new(NULL), .frame_bytes = 1362};
    const struct weft_ns3_params params = {
        .links = links, .gap_bytes = 20, .check_bytes = 4, .watch = {bench, came, left, lost, arrived}};
    ok(weft_ns3_new(&params, &bench->sim, &error), &error);
}

void bench_switch(struct bench *bench, struct weft_ns3_switch rules)
{
    struct weft_error error;
    ok(weft_ns3_add_switch(bench->sim, &rules, &error), &error);
}

void bench_server(struct bench *bench, uint64_t rate_bps, weft_ps delay_ps)
{
    struct weft_error error;
    const struct weft_ns3_server server = {.rate_bps = rate_bps, .delay_ps = delay_ps};
    ok(weft_ns3_add_server(bench->sim, &server, &error), &error);
}

void bench_port(struct bench *bench, uint32_t from, uint32_t to, uint64_t rate_bps, weft_ps delay_ps)
{
    struct weft_error error;
    const struct weft_ns3_port port = {
        .switch_number = from, .to_switch = to, .rate_bps = rate_bps, .delay_ps = delay_ps};
    ok(weft_ns3_add_port(bench->sim, &port, &error), &error);
}

void bench_flow(struct bench *bench, uint32_t port, uint32_t class_)
{
    struct weft_error error;
    ok(weft_ns3_add_flow(bench->sim, &port, 1, class_, &error), &error);
}

void bench_flow_over(struct bench *bench, uint32_t first, uint32_t second)
{
    struct weft_error error;
    const uint32_t way[] = {first, second};
    ok(weft_ns3_add_flow(bench->sim, way, 2, 0, &error), &error);
}

void bench_send(struct bench *bench, uint32_t server, uint32_t flow, uint64_t name, weft_ps at_ps)
{
    struct weft_error error;
    const struct weft_ns3_packet packet = {.packet = name, .flow = flow, .frame_bytes = bench->frame_bytes};
    ok(weft_ns3_send(bench->sim, server, at_ps, &packet, &error), &error);
}

void bench_end(struct bench *bench)
{
    struct weft_error error;
    ok(weft_ns3_run(bench->sim, WEFT_NEVER, &error), &error);
    ok(weft_ns3_free(bench->sim, &error), &error);
}

void bench_expect(struct bench *bench, const char *expected)
{
    bench_end(bench);
    g_assert_cmpstr(bench->log->str, ==, expected);
    g_string_free(bench->log, TRUE);
}
