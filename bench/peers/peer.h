/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PEER_H
#define PEER_H

/* What all programs of this bench have in common, in C and C++: the scenario, how it is asked for, and what a program
 * says of its run.
 *
 * The scenario: a server sends every interval `per_interval` packets to each of `streams` devices, interleaved: one to each in
 * turn, then the next. All are ready at the interval's start. Its link of 10 Gbit/s goes to a switch that stores and forwards;
 * a port of 1 Gbit/s goes to each device. Nothing is lost, cables are of no length. */

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PEER_INTERVAL_PS UINT64_C(10000000000) /* 10 ms */
enum {
    PEER_PAYLOAD_BYTES = 1316,
    PEER_FRAME_BYTES = 1362, /* UDP 8, IP 20, Ethernet 14 and 4 */
    PEER_WIRE_BYTES = 1382,  /* preamble and gap 20 */
    PEER_LINK_PS = 1105600,  /* a packet on the server's link */
    PEER_PORT_PS = 11056000, /* on a port's */
    PEER_OPTIONS = 8,
};

/* One run, as the command line asks for it. Options are KEY=VALUE, of the program's own. */
struct peer_work {
    const char *program;
    uint32_t streams, per_interval;
    uint64_t intervals;
    int options;
    const char *option[PEER_OPTIONS];
    int asked[PEER_OPTIONS]; /* peer_option() wanted it */
};

/* PROGRAM STREAMS PER_INTERVAL INTERVALS [KEY=VALUE...]. Ends the process with status 2 where it makes no sense. */
struct peer_work peer_work_of(int argc, char **argv);

/* Which of `values`, a list separated by commas, the option has; the first where it was not given. A value that is not
 * listed ends the process with status 2. */
int peer_option(struct peer_work *work, const char *key, const char *values);

/* After the last peer_option(): an option that no one asked for ends the process with status 2. */
void peer_options_end(const struct peer_work *work);

/* What came to the devices: each packet's instant is its last bit's. Sums are modulo 2^64, so the order of packets means
 * nothing. Where a program's time is not the scenario's, it counts packets only. */
struct peer_arrivals {
    uint64_t packets;
    uint64_t last_ps;
    uint64_t sum_ps;
    uint64_t weighted_ps; /* each times (its stream + 1): whose they are */
};

static inline void peer_arrived(struct peer_arrivals *arrivals, uint32_t stream, uint64_t at_ps)
{
    arrivals->packets++;
    arrivals->last_ps = at_ps > arrivals->last_ps ? at_ps : arrivals->last_ps;
    arrivals->sum_ps += at_ps;
    arrivals->weighted_ps += at_ps * (stream + UINT64_C(1));
}

/* Prints the arrivals and the most memory that was resident; the status for main() to return. */
int peer_report(const struct peer_arrivals *arrivals);

#ifdef __cplusplus
}
#endif

#endif
