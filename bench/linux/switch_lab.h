/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_SWITCH_LAB_H
#define BENCH_SWITCH_LAB_H

/* The switch lab: a Linux bridge is the switch. Its ports are links shaped by a token bucket (tbf), a server sends to it by libweft's
 * driver over an uplink that is shaped likewise, and what each port holds is compared with weft's own run of the same scenario and
 * with theory's closed form. Server, switch and devices are network namespaces of processes, which go with them.
 *
 * Both sides count alike. tbf charges a packet with the bytes that a veth carries and SWITCH_OVERHEAD_BYTES, which makes them the
 * bytes of the wire: so a port of the lab and a port of the model need the same time for a packet. A packet is held from the instant
 * its last bit came in until its last bit has left. tbf lets a packet go when its transmission would begin, and up to
 * SWITCH_BUCKET_PACKETS early; so behind each port the lab thinks a wire on which what was let go ends: one packet after the other,
 * a packet time each. What a port holds is its queue and what is on that wire. */

#include "weft/driver.h"

#include <glib.h>

enum {
    SWITCH_PORTS = 8,
    SWITCH_PACKETS = 64, /* of each destination in a call */
    SWITCH_CALLS = 3,    /* of a repeat */
    SWITCH_REPEATS_MOST = 100,
    SWITCH_ROWS_MOST = 64,
    SWITCH_TOLERANCE_PACKETS = 2,
    SWITCH_BUCKET_PACKETS = 2, /* that a port's tbf lets go at once: what a timer that is late may cost */
    SWITCH_PAYLOAD_BYTES = 1472,
    SWITCH_FRAME_BYTES = 14 + 20 + 8 + SWITCH_PAYLOAD_BYTES, /* as a veth has it: Ethernet, IPv4, UDP */
    SWITCH_OVERHEAD_BYTES = 24, /* check sequence 4, preamble 8, gap 12: on the wire, but not in a veth */
};
#define SWITCH_PORT_BPS    UINT64_C(25000000)
#define SWITCH_INTERVAL_PS (40 * (WEFT_PS_PER_S / 1000)) /* from call to call */
#define SWITCH_JUDGED_BPS  UINT64_C(250000000) /* the fastest uplink of which something is claimed */

/* In which order the server sends. A `const` row each; ends with a NULL name. */
struct switch_order {
    const char *name, *help;
    const struct weft_order *order;
    const char *written; /* as in a scenario */
    uint64_t argument;   /* of the order; 0: none */
    uint32_t turn;       /* packets of a destination in a row */
    uint32_t slices;     /* in which the call is spread over its interval; 0: as fast as the uplink goes */
};
extern const struct switch_order switch_orders[];

/* One scenario. */
struct switch_case {
    const struct switch_order *order;
    uint64_t uplink_bps;     /* 0: not shaped; in the model 100 Gbit/s */
    uint32_t buffer_packets; /* that a port can hold, more than SWITCH_BUCKET_PACKETS; 0: no limit */
};
/* Whether the lab's claim is about it: shaped to at most SWITCH_JUDGED_BPS and without a limit. Others are reported. */
gboolean switch_case_judged(const struct switch_case *what);

/* What weft and theory say of a repeat. */
struct switch_prediction {
    uint32_t peak[SWITCH_PORTS]; /* packets held at most, by weft's run */
    uint32_t closed_form;        /* the same of every port; 0: there is none (limited buffers) */
    uint32_t dropped;            /* packets of all ports */
};

/* One repeat: SWITCH_CALLS calls into empty ports. */
struct switch_repeat {
    uint32_t peak[SWITCH_PORTS];    /* packets held at most */
    uint32_t queue[SWITCH_PORTS];   /* in the kernel's queue at most, by all packets that came and went */
    uint32_t sampled[SWITCH_PORTS]; /* the same, as the kernel said now and then (RTM_GETQDISC) */
    uint32_t sent, dropped;         /* packets of all ports */
    uint32_t others;                /* frames that were not the lab's */
    /* A packet's time as the tap had it, on average: of ports between packets that had to wait, of the uplink in the later part of calls
     * that are not spread; 0: it was not seen. */
    uint64_t port_packet_ns, uplink_packet_ns;
    /* How the machine did. Beyond what tokens make up for, by how much the uplink was behind at most, how long a port that had
     * packets stood still in a call, and what was between two samples. */
    uint64_t uplink_late_ns, port_late_ns, sample_gap_ns;
    /* Uplink or port were late by more than a port's packet time, which is a packet more or less, or there were other frames. */
    bool disturbed;
};

struct switch_row {
    struct switch_case what;
    struct switch_prediction weft;
    uint32_t repeats;
    struct switch_repeat repeat[SWITCH_REPEATS_MOST];
};
struct switch_result {
    uint32_t rows;
    struct switch_row row[SWITCH_ROWS_MOST];
};

/* What is run. */
struct switch_options {
    uint32_t repeats;      /* of each row, 1 .. SWITCH_REPEATS_MOST */
    const char *only;      /* glob pattern of rows, as switch_case_name() has them; NULL: all */
    uint64_t lab_port_bps; /* of ports, if not the model's, to see that this is found; 0: the same */
    /* Told after each repeat, in the process that is the switch; NULL: nobody wants to know. */
    void (*progress)(void *context, guint done, guint of);
    void *context;
};

/* As "burst/250M", "chunk:4/250M/8". The caller frees with g_free. */
char *switch_case_name(const struct switch_case *what);

/* The scenarios of the rows that `only` names, each as a file for `weft run` in `directory`, which is made if it is missing. FALSE
 * and an error. */
gboolean switch_lab_scenarios(const char *only, const char *directory, GError **error);

/* Run the lab, about SWITCH_CALLS + 2 intervals a repeat. Needs root, or user namespaces and a quiet machine. NULL and an error: STATUS_INPUT where the machine refuses
 * something (one line that says what), or where no row has such a name; STATUS_FAILED where something went wrong. The caller frees
 * with switch_result_free(). */
struct switch_result *switch_lab_run(const struct switch_options *options, GError **error);
void switch_result_free(struct switch_result *result);

/* The largest difference of a repeat's ports from the prediction, in packets. */
uint32_t switch_repeat_error(const struct switch_row *row, const struct switch_repeat *repeat);
/* The same of what was sampled, whose queue is short of what is held by the port's bucket; a queue that was never seen may have held
 * up to that. */
uint32_t switch_repeat_sampled_error(const struct switch_row *row, const struct switch_repeat *repeat);
/* Repeats of a row: disturbed ones, and those within SWITCH_TOLERANCE_PACKETS, of all, of the undisturbed, and by what was sampled. */
struct switch_count {
    uint32_t repeats, within, disturbed, undisturbed_within, sampled_within;
};
struct switch_count switch_row_count(const struct switch_row *row);
/* Whether every row of which something is claimed is within tolerance in 9 of 10 repeats. Disturbed repeats count like all others
 * where that is enough; where it is not they are left out, as long as half of the repeats are left. */
gboolean switch_row_agrees(const struct switch_row *row);
gboolean switch_result_agrees(const struct switch_result *result);

#endif
