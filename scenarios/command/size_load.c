/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What links are offered: arithmetic on the scenario, so that a link which is a thousandth too slow is found in a short run. */

#include "size.h"

#include "theory_bound.h"

enum { FRACTION_BITS = 32 }; /* rates to 2^47, packets to 2^17 and streams to 2^24 stay below 2^128 */

/* Rate of a stream on the wire, in 2^-32 bit/s, rounded down. */
static weft_u128 stream_load(const struct plan *plan, const struct run_result *result, uint32_t stream)
{
    const struct weft_clock *clock = &plan->setup.stream[stream].clock;
    uint32_t wire_bytes = theory_wire_bytes(&plan->setup, stream);
    if (!clock->media)
        return ((weft_u128)clock->rate_bps * wire_bytes << FRACTION_BITS) / clock->payload_bytes;
    uint64_t packets = weft_metrics_stream(result->metrics, stream)->packets_sent;
    weft_u128 bits = (weft_u128)packets * wire_bytes * 8; /* below 2^76 */
    return (bits * WEFT_PS_PER_S / plan_window_ps(plan)) << FRACTION_BITS;
}

static weft_u128 source_load(const struct weft_setup *setup, uint32_t source)
{
    return (weft_u128)setup->source[source].background.rate_bps << FRACTION_BITS;
}

/* The busiest so far. */
struct busiest {
    double share;
    const char *name;
};

static void note(struct busiest *busiest, weft_u128 load, uint64_t bps, const char *name)
{
    double share = (double)load / (double)((weft_u128)bps << FRACTION_BITS);
    if (share <= busiest->share)
        return;
    busiest->share = share;
    busiest->name = name;
}

double size_link_load(const struct plan *plan, const struct run_result *result, char **name)
{
    const struct weft_setup *setup = &plan->setup;
    struct busiest busiest = {0, NULL};
    struct theory_inputs inputs;
    g_autofree weft_u128 *stream = g_new(weft_u128, setup->streams),
                         *server = g_new0(weft_u128, setup->servers);
    for (uint32_t i = 0; i < setup->streams; i++) {
        stream[i] = stream_load(plan, result, i);
        server[setup->stream[i].server] += stream[i];
    }
    for (uint32_t s = 0; s < setup->servers; s++)
        note(&busiest, server[s], setup->server[s].link_bps, setup->server[s].name);
    theory_inputs_init(&inputs, setup);
    for (uint32_t p = 0; p < weft_setup_ports(setup); p++) {
        weft_u128 load = 0;
        for (uint32_t i = inputs.first[p]; i < inputs.first[p + 1]; i++) {
            uint32_t flow = inputs.input[i].stream;
            load += flow < setup->streams ? stream[flow] : source_load(setup, flow - setup->streams);
        }
        note(&busiest, load, weft_setup_port_bps(setup, p), weft_setup_port_name(setup, p));
    }
    theory_inputs_clear(&inputs);
    *name = g_strdup(busiest.name);
    return busiest.share;
}
