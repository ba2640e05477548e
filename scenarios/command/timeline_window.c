/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which interval, which ports, how long. */

#include "timeline_window.h"

#include <glib.h>

static bool is_of(const struct weft_setup *setup, const struct timeline_window *window, uint32_t stream)
{
    return setup->stream[stream].server == window->server;
}

/* The latest start of the server's streams, and whether one of them is live. */
static weft_ps all_begun_ps(const struct weft_setup *setup, const struct timeline_window *window, bool *live)
{
    weft_ps begun_ps = 0;
    for (uint32_t i = 0; i < setup->streams; i++)
        if (is_of(setup, window, i)) {
            begun_ps = MAX(begun_ps, setup->stream[i].clock.start_ps);
            *live |= setup->stream[i].live;
        }
    return begun_ps;
}

/* The number of the interval. */
static uint64_t choose_interval(const struct weft_setup *setup, weft_ps interval_ps, weft_ps begun_ps,
                                bool live)
{
    weft_ps from_ps = MAX(setup->warmup_ps, begun_ps);
    uint64_t first = from_ps / interval_ps + (from_ps % interval_ps != 0);
    uint64_t whole =
        (setup->duration_ps - live) / interval_ps; /* a live one is written before the run ends */
    return whole == 0 ? 0 : MIN(first, whole - 1);
}

static void choose_ports(const struct weft_setup *setup, struct timeline_window *window)
{
    for (uint32_t i = 0; i < setup->streams && window->ports < TIMELINE_PORTS; i++) {
        uint32_t port = setup->stream[i].device, known = 0;
        while (known < window->ports && window->port[known] != port)
            known++;
        if (is_of(setup, window, i) && known == window->ports)
            window->port[window->ports++] = port;
    }
}

static uint64_t wire_bits(const struct weft_setup *setup, uint32_t stream)
{
    uint32_t frame_bytes = weft_frame_bytes(setup->network, setup->stream[stream].clock.payload_bytes);
    return 8 * (uint64_t)weft_wire_bytes(setup->network, frame_bytes);
}

static bool is_shown(const struct timeline_window *window, uint32_t port)
{
    for (uint32_t i = 0; i < window->ports; i++)
        if (window->port[i] == port)
            return true;
    return false;
}

/* What is due for one stream, in bits; more than the longest window has room for makes no difference. */
static uint64_t due_bits(const struct weft_setup *setup, const struct timeline_window *window,
                         uint32_t stream, weft_ps from_ps)
{
    const struct weft_clock *clock = &setup->stream[stream].clock;
    uint64_t packets =
        weft_clock_due_before(clock, from_ps + window->interval_ps) - weft_clock_due_before(clock, from_ps);
    return MIN(packets, TIMELINE_MOST_PACKETS) * wire_bits(setup, stream);
}

static weft_ps choose_length(const struct weft_setup *setup, const struct timeline_window *window,
                             weft_ps from_ps)
{
    weft_ps drain_ps = 0;
    uint64_t least_bits = UINT64_MAX, burst_bits = 0, link_bps = setup->server[window->server].link_bps;
    for (uint32_t i = 0; i < setup->streams; i++)
        if (is_of(setup, window, i))
            least_bits = MIN(least_bits, wire_bits(setup, i));
    for (uint32_t i = 0; i < setup->streams; i++) {
        uint32_t port = setup->stream[i].device;
        if (!is_of(setup, window, i) || !is_shown(window, port))
            continue;
        uint64_t bits = due_bits(setup, window, i, from_ps);
        burst_bits = MIN(burst_bits + bits, TIMELINE_MOST_PACKETS * least_bits);
        drain_ps = MAX(drain_ps, weft_duration_up(bits, weft_setup_port_bps(setup, port)));
    }
    weft_ps least_ps = weft_duration_up(TIMELINE_LEAST_PACKETS * least_bits, link_bps),
            most_ps = weft_duration_up(TIMELINE_MOST_PACKETS * least_bits, link_bps);
    weft_ps burst_ps = weft_duration_up(burst_bits, link_bps);
    return MIN(CLAMP(burst_ps + MIN(drain_ps, most_ps), least_ps, most_ps), window->interval_ps);
}

struct timeline_window timeline_window_of(const struct weft_setup *setup)
{
    struct timeline_window window = {.server = setup->stream[0].server,
                                     .interval_ps = weft_setup_interval(setup)};
    bool live = false;
    weft_ps begun_ps = all_begun_ps(setup, &window, &live);
    weft_ps due_from_ps = choose_interval(setup, window.interval_ps, begun_ps, live) * window.interval_ps;
    window.begin_ps = due_from_ps + (live ? window.interval_ps : 0);
    choose_ports(setup, &window);
    window.until_ps = window.begin_ps + choose_length(setup, &window, due_from_ps);
    return window;
}
