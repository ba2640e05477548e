/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_THEORY_H
#define WEFT_THEORY_H

/* What queueing theory says of a switch port: closed forms to hold measurements against. Pure functions; exact
 * integers, but for probabilities. A port sends at `out_bps`, store and forward, first in first out, without limit. A
 * packet is held from the instant its last bit came in until the instant its last bit has left; departures come before
 * arrivals. Wire bytes are what a packet's time is made of, frame bytes what the switch stores. Rates are in bit/s, 1 ..
 * 10^13; bytes up to 2^50; packets up to 2^32. */

#include "weft/base.h"

WEFT_BEGIN_DECLS

/* --- one burst into an empty port --- */

/* A ratio from 0 to 1: how many packets a port sends from one arrival to the next while it is busy. */
struct weft_rho {
    uint64_t num, den; /* den >= 1 */
};

/* Packets of one size come back to back at `in_bps` and take turns over `ports` ports (1: a burst into one): each sees a
 * packet in `ports`, so min(1, ports * out / in). */
struct weft_rho weft_theory_rho(uint64_t ports, uint64_t in_bps, uint64_t out_bps);
/* Packets of `wire_bytes` (1 .. 2^21) come `gap_ps` apart, last bit to last bit: min(1, gap / (wire / out)). */
struct weft_rho weft_theory_rho_spaced(weft_ps gap_ps, uint32_t wire_bytes, uint64_t out_bps);

/* Most packets held when `packets` (>= 1) packets of one size come so: packets - floor((packets - 1) rho). When the last
 * one is in, packets - 1 arrivals have passed since the first was in and the port began to send. It is 1 if and only if
 * rho is 1. Source: this count; Lindley's recursion gives the same. */
uint64_t weft_theory_peak_packets(uint64_t packets, struct weft_rho rho);
/* Most frame bytes where bytes leave as they are sent (fluid accounting), evenly over the packet's wire time:
 * frame (packets - (packets - 1) rho), rounded up to a byte. */
uint64_t weft_theory_peak_fluid_bytes(uint64_t packets, uint32_t frame_bytes, struct weft_rho rho);

/* Trains of `packets` packets that are `gap_ps` apart, the trains' first packets `period_ps` apart (at least packets *
 * gap): most packets held. A port that is empty again by the next train has the peak of one train, packets -
 * floor((packets - 1) gap / s); else all have come and floor(t / s) have left when the last is in, t after the first,
 * with s = wire / out. The run must last less than 2^64 ps. */
struct weft_trains {
    uint64_t trains, packets; /* each >= 1 */
    weft_ps gap_ps, period_ps;
};
uint64_t weft_theory_trains_packets(const struct weft_trains *trains, uint32_t wire_bytes, uint64_t out_bps);

/* A burst of `packets` packets of one size through a token bucket that holds `bucket` packets (>= 1), is full at first
 * and fills at `rate_bps`, onto a link of `peak_bps` (>= rate): packet k is in max(k / peak, (k + 1 - bucket) / rate)
 * packet times after the first. Most packets held, k + 1 - floor(out * that): the largest where the bucket is empty or
 * at the end. */
uint64_t weft_theory_shaped_packets(uint64_t packets, uint64_t bucket, uint64_t peak_bps, uint64_t rate_bps,
                                    uint64_t out_bps);

/* --- bounds: network calculus --- */

/* What comes in any stretch of t seconds is at most min(packet + peak t / 8, burst + rate t / 8) bytes. */
struct weft_arrival_curve {
    uint64_t packet_bytes, peak_bps; /* of the link that they come over: its largest packet, its rate */
    uint64_t burst_bytes, rate_bps;
};

/* The most that a port with `arrivals` at the same time can have to send, in bytes, rounded up: sup over 0 .. horizon of
 * the sum of their curves less out (t - latency) / 8. Reorders `arrivals`. With one whole packet more, of wire bytes,
 * this bounds what is held store and forward. Source: Cruz, "A calculus for network delay", IEEE Trans. Inf. Theory
 * 37(1), 1991; Le Boudec, Thiran, "Network calculus", LNCS 2050, 2001, theorem 1.4.1. */
uint64_t weft_theory_backlog_bytes(struct weft_arrival_curve *arrivals, size_t count, uint64_t out_bps,
                                   weft_ps latency_ps, weft_ps horizon_ps);

/* The two textbook cases, rounded up: burst + rate * latency for a token bucket alone, and for one source with rate <=
 * out <= peak and no latency packet + (peak - out) (burst - packet) / (peak - rate). Sources as above. */
uint64_t weft_theory_token_bucket_bytes(uint64_t burst_bytes, uint64_t rate_bps, weft_ps latency_ps);
uint64_t weft_theory_dual_bucket_bytes(const struct weft_arrival_curve *arrivals, uint64_t out_bps);

/* --- many periodic streams: N*D/D/1 --- */

/* Probability that the work in a queue exceeds `x` packet times at a random instant: `streams` streams with random
 * phases each send a packet every `period` packet times (> streams). The sum over x < n <= N of C(N,n) ((n-x)/D)^n
 * (1-(n-x)/D)^(N-n) (D-N+x)/(D-n+x). For whole x this is also the probability that more than x packets are held. Cost:
 * streams^2. Source: Roberts, Virtamo, "The superposition of periodic cell arrival streams in an ATM multiplexer", IEEE
 * Trans. Commun. 39(2), 1991. */
double weft_theory_nddd1_exceeds(uint32_t streams, double period, double x);
/* An approximation of it for heavy load and large x, too high for small x: exp(-2x (x/N + 1 - N/D)). Source: Norros,
 * Roberts, Simonian, Virtamo, "The superposition of variable bit rate sources in an ATM multiplexer", IEEE JSAC 9(3),
 * 1991. */
double weft_theory_nddd1_heavy_load(uint32_t streams, double period, double x);

/* --- shared buffer with dynamic thresholds --- */

/* Bytes at which each of `queues` overloaded queues settles in a pool of `pool_bytes` whose threshold is alpha_num /
 * alpha_den times what is unused: alpha B / (1 + alpha N), rounded down. What then stays unused is B / (1 + alpha N).
 * Source: Choudhury, Hahne, "Dynamic queue length thresholds for shared-memory packet switches", IEEE/ACM ToN 6(2),
 * 1998. */
uint64_t weft_theory_threshold_bytes(uint64_t pool_bytes, uint32_t alpha_num, uint32_t alpha_den,
                                     uint32_t queues);
uint64_t weft_theory_threshold_unused_bytes(uint64_t pool_bytes, uint32_t alpha_num, uint32_t alpha_den,
                                            uint32_t queues);

WEFT_END_DECLS

#endif
