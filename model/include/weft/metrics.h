/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_METRICS_H
#define WEFT_METRICS_H

/* What a run is measured by. An observer: it sees packets at server, switch and device and the hosts'
 * counters, and fills a result without pointers, so that a run in another process can be read whole. Packets
 * count when they are due at or after warm-up. */

#include "weft/host.h"

WEFT_BEGIN_DECLS

struct weft_server_result {
    uint64_t packets_sent, payload_bytes_sent;
    struct weft_host_counters counters;
    bool is_used; /* the back end's simulator says how */
    struct weft_host_use use;
};

/* Bins of a port's occupancy in packets: 0, 1, 2, 3-4, 5-8, ... 65,537-131,072, and all that is more. */
enum { WEFT_HELD_BINS = 20 };
/* The bin of so many packets. */
static inline uint32_t weft_held_bin(uint64_t packets)
{
    if (packets <= 1)
        return (uint32_t)packets;
    uint32_t bin = 65 - (uint32_t)__builtin_clzll(packets - 1);
    return bin < WEFT_HELD_BINS ? bin : WEFT_HELD_BINS - 1;
}
/* The least number of packets in a bin. */
uint64_t weft_held_bin_first(uint32_t bin);

/* Drops are also told by cause: dropped_by[enum weft_outcome], of which dropped_packets is the sum;
 * [WEFT_DELIVERED] stays 0. */
struct weft_port_result {
    uint64_t forwarded_packets;              /* have left the port, those lost at the device among them */
    uint64_t peak_packets, peak_frame_bytes; /* as the switch accounts for them */
    weft_u128 byte_ps; /* frame bytes times the time for which they counted in [warmup, duration) */
    /* How long of [warm-up, duration) the port held how many packets, by weft_held_bin(): what lies outside
     * is cut off, so the sum is the window. Complete when the servers' counters have been reported. */
    weft_ps held_ps[WEFT_HELD_BINS];
    uint64_t dropped_packets; /* on their server's way to this port, in it, or at the device behind it */
    uint64_t dropped_by[WEFT_OUTCOMES];
    /* Of background traffic, which the counts above are without and what is held is with. */
    uint64_t background_forwarded_packets, background_dropped_packets;
};
struct weft_switch_result {
    uint64_t peak_bytes; /* largest sum over its ports at one instant */
};
struct weft_stream_result {
    uint64_t packets_sent, packets_delivered, packets_dropped, late_packets, payload_bytes_delivered;
    uint64_t dropped_by[WEFT_OUTCOMES];
    struct weft_refused refused; /* of what was due: neither sent nor dropped */
};
struct weft_totals {
    uint64_t packets_sent, packets_delivered, packets_dropped, late_packets;
    uint64_t dropped_by[WEFT_OUTCOMES];
    uint64_t payload_bytes_sent, payload_bytes_delivered;
    uint64_t peak_port_packets, peak_port_bytes; /* largest of any port */
    uint64_t peak_switch_bytes;                  /* largest sum over the ports of a switch at one instant */
    uint64_t background_packets;                 /* that sources sent, first bit at or after warm-up */
    uint64_t background_forwarded_packets;       /* of these, have left the ports that they were sent to */
    uint64_t background_dropped_packets;
    uint64_t balance_windows; /* 1 ms windows in which something of a stream came to a port before a device */
    double balance_sum;       /* sum over those of the Jain index over these ports */
    weft_ps end_ps;           /* last event seen */
};

struct weft_metrics;
/* Borrows the setup. The caller frees. */
struct weft_metrics *weft_metrics_new(const struct weft_setup *setup);
void weft_metrics_free(struct weft_metrics *metrics);
/* What a back end calls; borrows the observer. */
struct weft_watch weft_metrics_watch(struct weft_metrics *metrics);

/* The result as one block without pointers, as of the call, to be copied between processes with the same setup. */
size_t weft_metrics_block_bytes(const struct weft_metrics *metrics);
void *weft_metrics_block(struct weft_metrics *metrics);

/* Parts of the result as of the call: of all, and of one server, switch, port (weft_setup_ports()) or stream of the setup.
 * Owned by the observer; what they point to need not follow what comes later: ask again. */
const struct weft_totals *weft_metrics_totals(const struct weft_metrics *metrics);
const struct weft_server_result *weft_metrics_server(const struct weft_metrics *metrics, uint32_t server);
const struct weft_switch_result *weft_metrics_switch(const struct weft_metrics *metrics, uint32_t index);
const struct weft_port_result *weft_metrics_port(const struct weft_metrics *metrics, uint32_t port);
const struct weft_stream_result *weft_metrics_stream(const struct weft_metrics *metrics, uint32_t stream);

/* Jain's index of `n` loads: (sum x)^2 / (n sum x^2), 1 when all are equal, 1/n when one has all; 1 for no
 * load. Source: Jain, Chiu, Hawe, "A quantitative measure of fairness and discrimination", DEC-TR-301, 1984.
 */
double weft_jain_index(const uint64_t *load, size_t n);
/* Mean of something held: byte_ps over the window. */
double weft_mean_held(weft_u128 byte_ps, weft_ps window_ps);
/* Share of the cores' time that was busy: busy_ps / (cores * window). */
double weft_utilisation(weft_ps busy_ps, uint32_t cores, weft_ps window_ps);

WEFT_END_DECLS

#endif
