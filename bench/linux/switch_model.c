/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The scenario as text, so that anyone may run it by `weft run`, too. */

#include "switch_model.h"

#include "failure.h"
#include "plan.h"
#include "weft/metrics.h"
#include "weft/reference.h"
#include "weft/theory.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define UNSHAPED_BPS UINT64_C(100000000000)
enum { PS_PER_MS = 1000000000, BPS_PER_MBPS = 1000000 };

const struct switch_order switch_orders[] = {
    {.name = "burst",
     .help = "all packets of a destination, then all of the next one",
     .order = &weft_order_sequential,
     .written = "sequential",
     .turn = SWITCH_PACKETS},
    {.name = "chunk:16",
     .help = "16 packets of each destination in turn",
     .order = &weft_order_chunk,
     .written = "chunk:16",
     .argument = 16,
     .turn = 16},
    {.name = "chunk:4",
     .help = "4 packets of each destination in turn",
     .order = &weft_order_chunk,
     .written = "chunk:4",
     .argument = 4,
     .turn = 4},
    {.name = "interleaved",
     .help = "a packet of each destination in turn",
     .order = &weft_order_round_robin,
     .written = "round-robin",
     .turn = 1},
    {.name = "paced",
     .help = "a packet of each destination in turn, spread over the interval by timers: one of each a slice",
     .order = &weft_order_round_robin,
     .written = "round-robin",
     .turn = 1,
     .slices = SWITCH_PACKETS},
    {.name = NULL},
};

static uint64_t uplink_bps(const struct switch_case *what)
{
    return what->uplink_bps ? what->uplink_bps : UNSHAPED_BPS;
}

/* A stream's packets of an interval, and no more, are due in it. */
static uint64_t stream_bps(void)
{
    return (uint64_t)SWITCH_PACKETS * SWITCH_PAYLOAD_BYTES * 8 * (WEFT_PS_PER_S / SWITCH_INTERVAL_PS);
}

char *switch_scenario(const struct switch_case *what)
{
    g_autofree char *name = switch_case_name(what);
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "# %s, as the switch lab has it: %s\n", name, what->order->help);
    g_string_append_printf(text, "[scenario]\nduration = %" PRIu64 " ms\n\n",
                           SWITCH_CALLS * SWITCH_INTERVAL_PS / PS_PER_MS);
    g_string_append_printf(text, "[server lab]\nlink = %" PRIu64 " Mbit/s\nprofile = free\n\n",
                           uplink_bps(what) / BPS_PER_MBPS);
    g_string_append_printf(text, "[switch lab]\nport = %" PRIu64 " Mbit/s\n", SWITCH_PORT_BPS / BPS_PER_MBPS);
    if (what->buffer_packets)
        g_string_append_printf(text, "buffer = %" PRIu32 " packets\n", what->buffer_packets);
    g_string_append_printf(text, "\n[device lab]\ncount = %d\n\n", SWITCH_PORTS);
    g_string_append_printf(text, "[stream lab]\ncount = %d\nrate = %" PRIu64 " bit/s\npayload = %d B\n\n",
                           SWITCH_PORTS, stream_bps(), SWITCH_PAYLOAD_BYTES);
    g_string_append_printf(text, "[write]\nmethod = interleaved\norder = %s\ninterval = %" PRIu64 " ms\n",
                           what->order->written, SWITCH_INTERVAL_PS / PS_PER_MS);
    if (what->order->slices)
        g_string_append_printf(text, "pacing = slice:%" PRIu32 "\n", what->order->slices);
    return g_string_free(text, FALSE);
}

/* --- theory --- */

static uint32_t wire_bytes(void)
{
    return weft_wire_bytes(&weft_network_ethernet,
                           weft_frame_bytes(&weft_network_ethernet, SWITCH_PAYLOAD_BYTES));
}

/* Packets of a port come in trains of `turn`, back to back; between them those of the other ports. */
static uint64_t closed_form(const struct switch_case *what)
{
    const struct switch_order *order = what->order;
    const weft_ps slot_ps = weft_duration_down((uint64_t)wire_bytes() * 8, uplink_bps(what));
    if (order->slices)
        return weft_theory_peak_packets(
            SWITCH_PACKETS,
            weft_theory_rho_spaced(SWITCH_INTERVAL_PS / order->slices, wire_bytes(), SWITCH_PORT_BPS));
    if (order->turn == 1)
        return weft_theory_peak_packets(SWITCH_PACKETS,
                                        weft_theory_rho(SWITCH_PORTS, uplink_bps(what), SWITCH_PORT_BPS));
    const struct weft_trains trains = {.trains = SWITCH_PACKETS / order->turn,
                                       .packets = order->turn,
                                       .gap_ps = slot_ps,
                                       .period_ps = slot_ps * order->turn * SWITCH_PORTS};
    return weft_theory_trains_packets(&trains, wire_bytes(), SWITCH_PORT_BPS);
}

/* --- weft's run --- */

static gboolean run(const struct plan *plan, struct switch_prediction *out, GError **error)
{
    struct weft_metrics *metrics = weft_metrics_new(&plan->setup);
    const struct weft_watch watch = weft_metrics_watch(metrics);
    struct weft_error why = {""};
    gboolean good = weft_backend_reference.run(&plan->setup, &watch, 1, &why) == WEFT_OK;
    if (!good)
        failure(error, STATUS_FAILED, "switch lab: %s", why.text);
    for (uint32_t i = 0; good && i < SWITCH_PORTS; i++)
        out->peak[i] = (uint32_t)weft_metrics_port(metrics, i)->peak_packets;
    if (good) {
        g_assert(weft_metrics_totals(metrics)->packets_sent ==
                 (uint64_t)SWITCH_CALLS * SWITCH_PORTS * SWITCH_PACKETS);
        out->dropped = (uint32_t)weft_metrics_totals(metrics)->packets_dropped;
    }
    weft_metrics_free(metrics);
    return good;
}

/* A file without a name: scenarios are read from files. */
static struct scenario *load(const char *text, GError **error)
{
    int file = memfd_create("switch-lab", MFD_CLOEXEC);
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", file);
    struct scenario *scenario = NULL;
    if (file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text))
        scenario = scenario_load(path, error);
    else
        failure(error, STATUS_FAILED, "switch lab: no file in memory: %s", g_strerror(errno));
    if (file >= 0)
        close(file);
    return scenario;
}

gboolean switch_predict(const struct switch_case *what, struct switch_prediction *out, GError **error)
{
    g_autofree char *text = switch_scenario(what);
    struct scenario *scenario = load(text, error);
    if (!scenario)
        return FALSE;
    struct media_library *media = media_library_new();
    struct plan *plan = plan_new(scenario, media, error);
    *out = (struct switch_prediction){.closed_form = what->buffer_packets ? 0 : (uint32_t)closed_form(what)};
    gboolean good = plan && run(plan, out, error);
    plan_free(plan);
    media_library_free(media);
    scenario_free(scenario);
    return good;
}
