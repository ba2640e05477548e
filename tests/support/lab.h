/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TESTS_LAB_H
#define WEFT_TESTS_LAB_H

/* A scenario that a test owns and may change before it runs it, and a recorder of every packet. */

#include "weft/backend.h"
#include "weft/host.h"

#include <glib.h>

struct lab {
    struct weft_setup setup;
    GArray *server, *switch_, *trunk, *source, *device,
        *stream;      /* of the setup's structs; lab_setup() points there */
    GPtrArray *owned; /* names, and what media streams point to */
};

/* One server at 1 Gbit/s, one switch, `streams` streams of 3.75 Mbit/s and 1316 B to as many devices behind
 * ports of 100 Mbit/s; profile free, 64 packets a doorbell, ring 512, interval 100 ms, 1 s. */
struct lab *lab_new(uint32_t streams);
/* One more server, or one more stream with a device of its own, as those; returns its index. */
guint lab_add_server(struct lab *lab);
guint lab_add_stream(struct lab *lab);
/* A random one, small enough for thousands of runs: 1-3 servers, applications and cores, rates, sizes, rings,
 * intervals, delays, starts, profiles, pages and networks drawn from `rand`. */
struct lab *lab_random(GRand *rand);
/* Faults for some of its streams, at random instants. */
void lab_damage(struct lab *lab, GRand *rand);
/* Random classes for streams and sources, and switches of which some send by class, where frames count whole. */
void lab_classes(struct lab *lab, GRand *rand);
/* A random network of up to 3 switches in a tree, or 2 leaves and 2 spines, which all have the rules of its one switch:
 * servers and devices on any of them (on leaves), trunks of random rates and delays, and up to 4 sources of background
 * traffic. */
void lab_spread(struct lab *lab, GRand *rand);
/* One trunk more, and one the other way. */
void lab_join(struct lab *lab, uint32_t a, uint32_t b, uint64_t rate_bps, weft_ps delay_ps);
/* One switch more, as the first. Returns its number. */
uint32_t lab_add_switch(struct lab *lab);
/* The name of server, device or stream `i`: each of a kind needs its own. The lab's. */
const char *lab_name(struct lab *lab, guint i);
void lab_free(struct lab *lab);
void lab_use(struct lab *lab, const struct weft_method *method);
/* Another pacing than the method's; `argument` 0: it takes none. */
void lab_pace(struct lab *lab, const char *pacing, uint64_t argument);
/* An argument that a pacing may have in this lab: `scale` (at least 1) times the least, at most the most. */
uint64_t lab_pacing_argument(struct lab *lab, const struct weft_pacing *pacing, uint64_t scale);
/* Any pacing, with a random argument where it takes one. */
void lab_pace_random(struct lab *lab, GRand *rand);
const struct weft_interrupt *lab_interrupt(const char *name);
/* Any interrupts, with a random argument where they take one. */
void lab_interrupt_random(struct lab *lab, GRand *rand);
/* The setup, with pointers brought up to date; checked (asserted), or not. */
const struct weft_setup *lab_setup(struct lab *lab);
const struct weft_setup *lab_setup_unchecked(struct lab *lab);
const struct weft_method *lab_method(const char *name);
#define lab_server(lab, i) (&g_array_index((lab)->server, struct weft_server, i))
#define lab_device(lab, i) (&g_array_index((lab)->device, struct weft_device, i))
#define lab_stream(lab, i) (&g_array_index((lab)->stream, struct weft_stream, i))

/* One packet's way. */
struct record {
    uint64_t packet;
    uint32_t stream, number, payload_bytes, frame_bytes;
    weft_ps tx_ps, sent_ps, in_ps, out_ps,
        device_ps; /* in: the first switch, out: the last; out, device: WEFT_NEVER if
                                                         it never came there */
    uint32_t hops; /* switches that it came to */
    uint32_t deliveries;
    uint32_t outcome; /* enum weft_outcome */
};
struct recorder {
    GArray *record; /* struct record, in the order in which servers report; sort with recorder_sort() */
    GHashTable *by_packet;
    GArray *counters; /* struct weft_host_counters by server */
    bool bytes;
    uint32_t streams; /* of the setup: what is past them is not recorded; at first UINT32_MAX */
};
struct recorder *recorder_new(bool bytes);
void recorder_free(struct recorder *recorder);
struct weft_watch recorder_watch(struct recorder *recorder);
/* By first bit on the wire, then server, then packet. */
void recorder_sort(struct recorder *recorder);
#define recorder_at(recorder, i)       (&g_array_index((recorder)->record, struct record, i))
#define recorder_counters(recorder, i) (&g_array_index((recorder)->counters, struct weft_host_counters, i))

/* The same number of elements, byte for byte the same. */
void assert_same_arrays(GArray *a, GArray *b);

/* Run the lab on `reference` and record it. */
struct recorder *lab_record(struct lab *lab, bool bytes);

#endif
