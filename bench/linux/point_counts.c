/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A point as a setup: a call's messages are streams of one application, each of which has `group` packets due in every interval, so
 * that a write call is due at each, and a link so fast that everything has left before the next one. */

#include "point_counts.h"

#include "policies.h"
#include "weft/host.h"

#include <string.h>

const enum weft_event point_events_absent[] = {WEFT_CONTEXT_SWITCHES, WEFT_TIMER_WAKEUPS, WEFT_DOORBELLS,
                                               WEFT_REFILLS,          WEFT_SLICE_TIMERS,  WEFT_INTERRUPTS,
                                               WEFT_COMPLETION_POLLS, WEFT_EVENTS};

const struct point_axes point_axes[] = {
    {.method = "sendto", .interface = "socket", .copies = true},
    {.method = "connected", .interface = "connected", .copies = true},
    {.method = "sendmmsg", .interface = "messages", .copies = true},
    {.method = "io-uring", .interface = "io-uring", .copies = true},
    {.method = "io-uring-registered", .interface = "io-uring", .registered = true},
    {.method = "tx-ring", .interface = "packet-ring", .copies = true, .registered = true},
    {.method = "xdp", .interface = "packet-ring", .copies = true, .registered = true},
    {.method = NULL},
};

enum {
    CALLS_LEAST = 16, /* so many, after one that warms up: message starts go round their page */
    PACKETS_LEAST = 1024,
    RING_SLOTS = 65536,
};
#define INTERVAL_PS WEFT_PS_PER_S
#define LINK_BPS    WEFT_PS_PER_S

/* No TLB ever misses here, so what misses cost is in the price of the cold bytes that come with them. */
static const struct weft_memory_system all_hot = {.name = "hot",
                                                  .help = "",
                                                  .source = "",
                                                  .cache_bytes = UINT64_MAX,
                                                  .dma_cache_bytes = UINT64_MAX},
                                       all_cold = {.name = "cold", .help = "", .source = ""};

/* A setup and what it points to. */
struct bench_setup {
    struct weft_setup setup;
    struct weft_method axes;
    struct weft_server server;
    struct weft_switch switch_;
    struct weft_device *device;
    struct weft_stream *stream;
    GStringChunk *names;
};

static const struct point_axes *axes_of(const struct point *point)
{
    const struct point_axes *axes = point_axes;
    while (axes->method && strcmp(axes->method, point->method->name) != 0)
        axes++;
    g_assert(axes->method);
    return axes;
}

static const void *row(const struct policy_table *table, const char *name)
{
    const void *found = policy_find(table, name);
    g_assert(found);
    return found;
}

static const char *segmentation_of(const struct point *point)
{
    if (point->method->frames)
        return "driver";
    return point->group == 1 ? "stack" : point->link_cuts ? "nic" : "split";
}

static struct weft_method method_of(const struct point *point)
{
    const struct point_axes *axes = axes_of(point);
    const bool frames = point->method->frames;
    bool copies = axes->copies && !point->zero_copy;
    return (struct weft_method){
        .name = point->method->name,
        .help = point->method->help,
        .unit = row(&policy_units, "interval"),
        .copy = row(&policy_copies, copies ? "copy" : "zero-copy"),
        .translation = axes->registered ? &weft_translation_buffer : &weft_translation_page_walk,
        .segmentation = row(&policy_segmentations, segmentation_of(point)),
        .header = row(&policy_headers, frames ? "single" : "per-layer"),
        .interrupt = row(&policy_interrupts, "coalesced"),
        .order = frames ? &weft_order_round_robin : &weft_order_sequential,
        .queues = row(&policy_queues, "one"),
        .pacing = row(&policy_pacings, "none"),
        .interface = row(&policy_interfaces, axes->interface),
    };
}

static void add_stream(struct bench_setup *bench, const struct point *point, uint32_t i)
{
    g_autofree char *text = g_strdup_printf("%u", i);
    const char *name = g_string_chunk_insert(bench->names, text);
    bench->device[i] = (struct weft_device){.name = name, .rate_bps = LINK_BPS};
    bench->stream[i] = (struct weft_stream){
        .name = name,
        .clock = {.rate_bps = UINT64_C(8) * point->payload_bytes * point->group, /* in an interval */
                  .payload_bytes = point->payload_bytes},
        .device = i};
}

/* Entries of a write call: messages, or of frames destinations. */
static uint32_t entries_of(const struct point *point)
{
    return point->method->frames ? point->destinations : point->batch;
}

static uint32_t calls_of(const struct point *point)
{
    uint32_t call_packets = entries_of(point) * point->group;
    return MAX(CALLS_LEAST, (PACKETS_LEAST + call_packets - 1) / call_packets);
}

static struct bench_setup *bench_setup_new(const struct point *point)
{
    struct bench_setup *bench = g_new0(struct bench_setup, 1);
    const uint32_t entries = entries_of(point);
    bench->names = g_string_chunk_new(16);
    bench->axes = method_of(point);
    bench->device = g_new0(struct weft_device, entries);
    bench->stream = g_new0(struct weft_stream, entries);
    for (uint32_t i = 0; i < entries; i++)
        add_stream(bench, point, i);
    bench->server =
        (struct weft_server){.name = "server",
                             .applications = 1,
                             .cores = 1,
                             .cpu_hz = UINT64_C(1000000000),
                             .profile = &weft_profile_free,
                             .link_bps = LINK_BPS,
                             .mtu_bytes = 1500,
                             .page_bytes = WEFT_PAGE_4K,
                             .memory = point->cold ? &all_cold : &all_hot,
                             .ring_slots = RING_SLOTS,
                             .doorbell_packets = point->method->frames ? point->batch : RING_SLOTS,
                             .interrupts_per_s = 1};
    bench->switch_ = (struct weft_switch){.name = "switch", .port_bps = LINK_BPS};
    bench->setup = (struct weft_setup){
        .name = "point",
        .duration_ps = (1 + calls_of(point)) * INTERVAL_PS,
        .warmup_ps = INTERVAL_PS,
        .network = &weft_network_ethernet,
        .write = {.method = &bench->axes,
                  .axes = bench->axes,
                  .cut = &weft_cut_plain,
                  .interval_ps = INTERVAL_PS},
        .servers = 1,
        .server = &bench->server,
        .switches = 1,
        .switch_ = &bench->switch_,
        .devices = entries,
        .device = bench->device,
        .streams = entries,
        .stream = bench->stream,
    };
    return bench;
}

static void bench_setup_free(struct bench_setup *bench)
{
    g_string_chunk_free(bench->names);
    g_free(bench->device);
    g_free(bench->stream);
    g_free(bench);
}

static struct weft_ledger run(const struct weft_setup *setup)
{
    struct weft_host *host = weft_host_new(setup, 0, false);
    struct weft_train train;
    weft_ps now_ps;
    while ((now_ps = weft_host_next(host)) != WEFT_NEVER) {
        while (weft_host_take(host, now_ps, &train) > 0)
            ;
        weft_host_step(host, now_ps);
    }
    struct weft_ledger ledger = weft_host_counted(host)->ledger;
    weft_host_free(host);
    return ledger;
}

void point_counts(const struct point *point, double count[WEFT_EVENTS])
{
    struct bench_setup *bench = bench_setup_new(point);
    struct weft_error why;
    int status = weft_setup_check(&bench->setup, &why);
    if (status != WEFT_OK)
        g_error("%s", why.text);
    const struct weft_ledger ledger = run(&bench->setup);
    double packets = (double)calls_of(point) * entries_of(point) * point->group;
    for (int event = 0; event < WEFT_EVENTS; event++)
        count[event] = (double)ledger.count[event] / packets;
    for (const enum weft_event *absent = point_events_absent; *absent != WEFT_EVENTS; absent++)
        count[*absent] = 0;
    bench_setup_free(bench);
}
