/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The step of a run: the least common multiple of what its streams take, exactly. */

#include "common/repeat_step.h"

#include "weft/host.h"

#include <assert.h>
#include <stdlib.h>

enum { LEAST_STEPS = 4 }; /* a period to find, one to confirm, and two to leave out */

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The step; WEFT_NEVER if there is none that fits into the run some times. */
static weft_ps step_of(const struct weft_setup *setup, struct weft_exchange *exchange)
{
    const weft_ps most_ps = (setup->duration_ps - setup->warmup_ps) / LEAST_STEPS;
    weft_ps step_ps = 1;
    for (uint32_t s = 0; s < setup->servers; s++) {
        weft_ps host_ps = weft_host_period(weft_exchange_host(exchange, s), most_ps);
        if (host_ps == WEFT_NEVER)
            return WEFT_NEVER;
        step_ps = weft_common_period(step_ps, host_ps, most_ps);
        if (step_ps == WEFT_NEVER)
            return WEFT_NEVER;
    }
    return step_ps;
}

/* A look asks every stream and port, so that many packets should lie between two. */
static uint64_t packets_between(const struct weft_setup *setup)
{
    enum { A_STREAM_OR_PORT = 16, AT_LEAST = 1024, STEPS_A_PERIOD = 16 };
    uint64_t packets = A_STREAM_OR_PORT * ((uint64_t)setup->streams + weft_setup_ports(setup)) + AT_LEAST;
    return least(packets, WEFT_REPEAT_MOST_PACKETS / STEPS_A_PERIOD);
}

/* How many packets a stream has in a step. */
static uint64_t stream_packets(const struct weft_setup *setup, weft_ps step_ps, uint32_t stream)
{
    const struct weft_clock *clock = &setup->stream[stream].clock;
    weft_u128 packet_ps = (weft_u128)clock->payload_bytes * 8 * WEFT_PS_PER_S,
              bits_ps = (weft_u128)clock->rate_bps * step_ps;
    assert(bits_ps % packet_ps == 0);
    return bits_ps / packet_ps < UINT64_MAX ? (uint64_t)(bits_ps / packet_ps) : UINT64_MAX;
}

/* The same of all; above WEFT_REPEAT_MOST_PACKETS if they are too many. */
static uint64_t sum_packets(const struct weft_setup *setup, weft_ps step_ps)
{
    uint64_t sum = 0;
    for (uint32_t s = 0; s < setup->streams && sum <= WEFT_REPEAT_MOST_PACKETS; s++) {
        uint64_t packets = stream_packets(setup, step_ps, s);
        sum = packets <= WEFT_REPEAT_MOST_PACKETS ? sum + packets : UINT64_MAX;
    }
    return sum;
}

/* How many steps are made one: if they have few packets, and the run has many. */
static uint64_t steps_in_one(const struct weft_setup *setup, weft_ps step_ps, uint64_t packets)
{
    enum { LOOKS = 64 }; /* at least, in a run */
    const uint64_t steps = (setup->duration_ps - setup->warmup_ps) / step_ps;
    uint64_t times = least(packets_between(setup) / packets, steps / LOOKS);
    return times > 0 ? times : 1;
}

bool weft_repeat_step_init(struct weft_repeat_step *step, const struct weft_setup *setup,
                           struct weft_exchange *exchange)
{
    weft_ps step_ps = step_of(setup, exchange);
    uint64_t packets = step_ps == WEFT_NEVER ? 0 : sum_packets(setup, step_ps);
    if (packets == 0 || packets > WEFT_REPEAT_MOST_PACKETS)
        return false;
    const uint64_t times = steps_in_one(setup, step_ps, packets);
    *step = (struct weft_repeat_step){.step_ps = times * step_ps, .packets = times * packets};
    step->stream_packets = weft_alloc(setup->streams, sizeof(*step->stream_packets));
    step->server_packets = weft_alloc(setup->servers, sizeof(*step->server_packets));
    for (uint32_t s = 0; s < setup->streams; s++) {
        step->stream_packets[s] = (uint32_t)stream_packets(setup, step->step_ps, s);
        step->server_packets[setup->stream[s].server] += step->stream_packets[s];
    }
    return true;
}

void weft_repeat_step_clear(struct weft_repeat_step *step)
{
    free(step->stream_packets);
    free(step->server_packets);
}
