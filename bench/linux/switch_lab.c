/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The switch is a process that makes the bridge, has the server send, looks at queues meanwhile, and counts afterwards. */

#include "switch_lab.h"

#include "failure.h"
#include "namespace.h"
#include "outfile.h"
#include "switch_held.h"
#include "switch_model.h"
#include "switch_net.h"
#include "switch_rows.h"
#include "switch_sampler.h"
#include "switch_server.h"
#include "switch_tap.h"

#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

#define BRIDGE "weft-switch"
#define UPLINK "weft-uplink"
#define PORT   "weft-port%d"

enum {
    SAMPLE_US = 200,
    REPEAT_PACKETS = SWITCH_CALLS * SWITCH_PORTS * SWITCH_PACKETS,
    TAP_FRAMES = 3 * REPEAT_PACKETS, /* each comes and goes */
    UNLIMITED_PACKETS = REPEAT_PACKETS,
};

struct lab {
    struct switch_result *result;
    const struct switch_options *options;
    uint64_t port_bps;
};

/* The switch's process. */
struct bench {
    const struct lab *lab;
    struct switch_peer server, devices;
    int uplink_index, port_index[SWITCH_PORTS];
    struct switch_tap *tap;
    struct switch_sampler *sampler;
    guint repeats_done;
};

/* --- links --- */

static gboolean make_port(struct bench *bench, int i, GError **error)
{
    g_autofree char *port = g_strdup_printf(PORT, i), *device = g_strdup_printf(SWITCH_DEVICE_LINK, i);
    const uint8_t mac[] = {2, 128, 0, 0, 0, (uint8_t)(i + 1)}; /* weft's device i (docs/model.md) */
    return namespace_add_pair(port, bench->devices.worker.pid, device, error) &&
           switch_net_add_port(BRIDGE, port, &bench->port_index[i], error) &&
           switch_net_add_address(bench->port_index[i], mac, error);
}

static gboolean make_links(struct bench *bench, GError **error)
{
    const struct switch_command there = {.what = SWITCH_LINKS_ARE_THERE};
    if (!switch_net_add_bridge(BRIDGE, error) ||
        !namespace_add_pair(UPLINK, bench->server.worker.pid, SWITCH_SERVER_LINK, error) ||
        !switch_net_add_port(BRIDGE, UPLINK, &bench->uplink_index, error))
        return FALSE;
    for (int i = 0; i < SWITCH_PORTS; i++)
        if (!make_port(bench, i, error))
            return FALSE;
    return switch_peer_do(&bench->server, there, error) && switch_peer_do(&bench->devices, there, error);
}

/* A port that can hold n packets has n less those of its bucket in its queue. */
static gboolean shape_ports(struct bench *bench, uint32_t buffer_packets, GError **error)
{
    const struct switch_bucket bucket = {
        .rate_bps = bench->lab->port_bps,
        .packet_bytes = SWITCH_FRAME_BYTES,
        .bucket_packets = SWITCH_BUCKET_PACKETS,
        .queue_packets = buffer_packets ? buffer_packets - SWITCH_BUCKET_PACKETS : UNLIMITED_PACKETS};
    for (int i = 0; i < SWITCH_PORTS; i++)
        if (!switch_net_shape(bench->port_index[i], &bucket, error))
            return FALSE;
    return TRUE;
}

/* --- a repeat --- */

static weft_ps packet_ps(uint64_t bps)
{
    return bps ? weft_duration_down((SWITCH_FRAME_BYTES + SWITCH_OVERHEAD_BYTES) * 8, bps) : 0;
}

/* Sends all calls, and waits until the ports are empty, and what left them last has gone by the tap. */
static gboolean send_and_look(struct bench *bench, guint order, GError **error)
{
    enum { PATIENCE_LOOKS = 50000, LAST_US = 1000 };
    const struct switch_command command = {.what = SWITCH_SEND, .order = order};
    gboolean sent = FALSE, good = switch_sampler_begin(bench->sampler, error) &&
                                  switch_peer_begin(&bench->server, command, error);
    for (int i = 0; good && i < PATIENCE_LOOKS; i++) {
        g_usleep(SAMPLE_US);
        good = (sent || switch_peer_done(&bench->server, 0, &sent, error)) &&
               switch_sampler_look(bench->sampler, error);
        if (good && sent && switch_sampler_empty(bench->sampler)) {
            g_usleep(LAST_US);
            return TRUE;
        }
    }
    return good && failure(error, STATUS_FAILED, "switch lab: packets are neither sent nor dropped");
}

static struct switch_run run_of(const struct bench *bench, const struct switch_case *what)
{
    struct switch_run run = {.uplink_index = bench->uplink_index,
                             .packet_ps = packet_ps(bench->lab->port_bps),
                             .uplink_packet_ps = packet_ps(what->uplink_bps),
                             .packets = SWITCH_PACKETS,
                             .calls = SWITCH_CALLS,
                             .turn = what->order->turn,
                             .slices = what->order->slices,
                             .interval_ps = SWITCH_INTERVAL_PS};
    for (int i = 0; i < SWITCH_PORTS; i++)
        run.port_index[i] = bench->port_index[i];
    return run;
}

/* What the tap and the sampler saw. The kernel counts what it drops, so the tap is held against that. */
static gboolean count(const struct bench *bench, const struct switch_case *what, const GArray *events,
                      struct switch_repeat *out, GError **error)
{
    const struct switch_run run = run_of(bench, what);
    *out = (struct switch_repeat){.sample_gap_ns = switch_sampler_gap_ns(bench->sampler)};
    for (uint32_t i = 0; i < SWITCH_PORTS; i++)
        out->sampled[i] = switch_sampler_most(bench->sampler, i);
    if (!switch_held(&run, events, out, error))
        return FALSE;
    const uint64_t kernel = switch_sampler_dropped(bench->sampler);
    return out->dropped == kernel ||
           failure(error, STATUS_FAILED,
                   "switch lab: %" PRIu32 " packets did not leave the ports, the kernel dropped %" PRIu64,
                   out->dropped, kernel);
}

static gboolean repeat(struct bench *bench, const struct switch_row *row, struct switch_repeat *out,
                       GError **error)
{
    GArray *events = switch_tap_take(bench->tap, error); /* what was there before */
    if (!events)
        return FALSE;
    g_array_unref(events);
    if (!send_and_look(bench, (guint)(row->what.order - switch_orders), error) ||
        !(events = switch_tap_take(bench->tap, error)))
        return FALSE;
    gboolean good = count(bench, &row->what, events, out, error);
    g_array_unref(events);
    return good;
}

/* --- all --- */

static gboolean same_links(const struct switch_case *a, const struct switch_case *b)
{
    return a->uplink_bps == b->uplink_bps && a->buffer_packets == b->buffer_packets;
}

static void tell_progress(struct bench *bench)
{
    const struct switch_options *options = bench->lab->options;
    bench->repeats_done++;
    if (options->progress)
        options->progress(options->context, bench->repeats_done, bench->lab->result->rows * options->repeats);
}

/* The rows from `from` on that have the links of the first one, in turn, repeat by repeat. Their end. */
static gboolean run_rows(struct bench *bench, uint32_t from, uint32_t to, GError **error)
{
    struct switch_result *result = bench->lab->result;
    const struct switch_case *what = &result->row[from].what;
    const struct switch_command shape = {.what = SWITCH_SHAPE, .uplink_bps = what->uplink_bps};
    if (!shape_ports(bench, what->buffer_packets, error) || !switch_peer_do(&bench->server, shape, error))
        return FALSE;
    for (uint32_t i = 0; i < result->row[from].repeats; i++)
        for (uint32_t r = from; r < to; r++) {
            if (!repeat(bench, &result->row[r], &result->row[r].repeat[i], error))
                return FALSE;
            tell_progress(bench);
        }
    return TRUE;
}

static gboolean run_all(struct bench *bench, GError **error)
{
    const struct switch_result *result = bench->lab->result;
    for (uint32_t from = 0, to; from < result->rows; from = to) {
        for (to = from + 1; to < result->rows && same_links(&result->row[from].what, &result->row[to].what);
             to++)
            ;
        if (!run_rows(bench, from, to, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean be_the_switch(void *job, GError **error)
{
    struct bench bench = {.lab = job, .server.end = -1, .devices.end = -1};
    switch_pin(1);
    gboolean good = namespace_enter(error) && switch_peer_start(&bench.server, switch_server, error) &&
                    switch_peer_start(&bench.devices, switch_devices, error) && make_links(&bench, error) &&
                    (bench.tap = switch_tap_new(TAP_FRAMES, error)) &&
                    (bench.sampler = switch_sampler_new(bench.port_index, SWITCH_PORTS, error)) &&
                    run_all(&bench, error);
    switch_peer_end(&bench.server);
    switch_peer_end(&bench.devices);
    switch_sampler_free(bench.sampler);
    switch_tap_free(bench.tap);
    return good;
}

static gboolean predict_all(struct switch_result *result, GError **error)
{
    for (uint32_t i = 0; i < result->rows; i++)
        if (!switch_predict(&result->row[i].what, &result->row[i].weft, error))
            return FALSE;
    return TRUE;
}

struct switch_result *switch_lab_run(const struct switch_options *options, GError **error)
{
    struct switch_result *result = worker_shared(sizeof(*result));
    struct lab lab = {.result = result,
                      .options = options,
                      .port_bps = options->lab_port_bps ? options->lab_port_bps : SWITCH_PORT_BPS};
    struct worker worker;
    g_assert(options->repeats >= 1 && options->repeats <= SWITCH_REPEATS_MOST);
    if (switch_rows(options->only, options->repeats, result, error) && predict_all(result, error) &&
        worker_start(&worker, be_the_switch, &lab, error) && worker_wait(&worker, error))
        return result;
    switch_result_free(result);
    return NULL;
}

gboolean switch_lab_scenarios(const char *only, const char *directory, GError **error)
{
    struct switch_result *result = g_new0(struct switch_result, 1);
    gboolean good = switch_rows(only, 1, result, error);
    for (uint32_t i = 0; good && i < result->rows; i++) {
        g_autofree char *name = switch_case_name(&result->row[i].what),
                        *text = switch_scenario(&result->row[i].what);
        g_autofree char *file = g_strdup_printf("%s.ini", g_strdelimit(name, "/:", '-'));
        good = outfile_put_in(directory, file, text, strlen(text), error);
    }
    g_free(result);
    return good;
}

void switch_result_free(struct switch_result *result)
{
    if (result)
        munmap(result, sizeof(*result));
}
