/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TRAIN_H
#define WEFT_TRAIN_H

/* What flows between stations: packets in order, a column per fact; and who looks on. */

#include "weft/base.h"

WEFT_BEGIN_DECLS

enum { WEFT_TRAIN = 512 };

/* What became of a packet. */
enum weft_outcome {
    WEFT_DELIVERED,
    WEFT_DROPPED_BUFFER, /* its port had no room: it never was in the queue */
    WEFT_DROPPED_LINK,   /* the link from its server was down: it never came to the switch */
    WEFT_DROPPED_DEVICE, /* the device was off: it has used its port all the same */
    WEFT_OUTCOMES
};
/* Name (as in results) and meaning of each outcome, in the order of the enum. */
struct weft_outcome_row {
    const char *name, *help;
};
extern const struct weft_outcome_row weft_outcomes[WEFT_OUTCOMES];

struct weft_desc;
struct weft_memory;
struct weft_host_counters;
struct weft_host_use;
struct weft_refused;

/* At most WEFT_TRAIN packets.
 * packet: server << 40 | its number on that server's link, from 0: one name in every back end, trace and capture.
 * at_ps and done_ps, by point:
 *   WEFT_AT_SERVER: first bit on the server's link (= tx_ps), last bit on it. In order of at_ps per server.
 *   WEFT_AT_SWITCH: last bit in the switch, last bit out of its port (WEFT_NEVER if it never was in the queue:
 *                   lost on the link, which is told here too, or dropped). Every packet is reported here, once a
 *                   switch on its way. In order of enter_ps over all switches, equal instants by the link they came
 *                   over: servers, trunks, background sources, by number. `port` says which switch.
 *                   Where a switch sends by class, done_ps need not rise along a port, and reports come late.
 *   WEFT_AT_DEVICE: last bit at the device, both. In order of at_ps per device. Only what is delivered.
 * A packet whose `stream` is past the streams of the setup is background traffic, of source stream - streams: it is seen at
 * switches only, and its name is (servers + source) << 40 | number.
 * outcome is known from WEFT_AT_SWITCH on; at the server it is WEFT_DELIVERED (0). At a switch before the last one it
 * tells what became of the packet there. port and enter_ps have values at WEFT_AT_SWITCH only. */
struct weft_train {
    uint32_t n;
    uint64_t packet[WEFT_TRAIN];
    uint32_t stream[WEFT_TRAIN];
    uint32_t number[WEFT_TRAIN]; /* of the packet in its stream, from 0 */
    uint32_t payload_bytes[WEFT_TRAIN];
    uint32_t frame_bytes[WEFT_TRAIN];
    weft_ps tx_ps[WEFT_TRAIN]; /* first bit onto the server's link */
    weft_ps at_ps[WEFT_TRAIN];
    weft_ps done_ps[WEFT_TRAIN];
    weft_ps enter_ps[WEFT_TRAIN];        /* from when on it is in its port */
    uint32_t port[WEFT_TRAIN];           /* of the switch, that it leaves by: numbers of the fabric's ports */
    uint8_t outcome[WEFT_TRAIN];         /* enum weft_outcome */
    const struct weft_desc *const *desc; /* WEFT_AT_SERVER when bytes are carried: n descriptors; else NULL */
    const struct weft_memory *memory;    /* what the descriptors' fragments point into; NULL likewise */
};

enum { WEFT_PACKET_SERVER_SHIFT = 40 };

enum weft_point { WEFT_AT_SERVER, WEFT_AT_SWITCH, WEFT_AT_DEVICE };

/* A run whose hosts and fabric are in a steady state repeats: after a period all of them are as they were, but for a shift
 * of instants and numbers, and so is all that they report from then on. A back end may leave periods out and tell the
 * observers of them in one; the result of a run is the same. */

/* The most packets that servers send in a period that is told so: an observer may keep a record of what it is told between
 * mark() and repeat(). */
#define WEFT_REPEAT_MOST_PACKETS (UINT64_C(1) << 21)

/* What is told in one. Arrays belong to the back end and have their values during the call only. */
struct weft_repeat {
    weft_ps period_ps;       /* how much later each time; above 0 */
    uint64_t times;          /* how often; 0: not at all */
    const uint32_t *packets; /* by stream of the setup: of one period, lost ones too */
    /* By server: how much higher the numbers in `packet` of a train become in a period. */
    const uint64_t *server_packets;
};

/* An observer. Every member may be NULL. A back end calls
 *   packets: once per train and point; `node` is the server; 0 at switches and devices;
 *   advance: when every packet whose first bit left a server before `until_ps` has been reported at
 *            WEFT_AT_SERVER (until_ps never decreases);
 *   mark:    a period begins: what was reported until now lies before it, what is reported from now on is in it. It follows
 *            an advance() to the instant at which the period begins, but packets that were on their way then are reported
 *            later, in it;
 *   repeat:  once after each mark, right after the advance() to the period's end, and before more than
 *            WEFT_REPEAT_MOST_PACKETS packets were reported at WEFT_AT_SERVER since: what was reported since the mark, in its
 *            order, is reported again `times` times in one. Time k (1 .. times) has each instant k * period_ps later (but
 *            for WEFT_NEVER), each `number` k * packets[stream] and each `packet` k * server_packets[server] higher, all
 *            else alike, background traffic never among it. advance() to the end of the last is next. Afterwards the
 *            observer must be as if it had been told of all of them by packets(). What is left of its record it may
 *            forget. Packets behind it are as far shifted: they go on where the last time ended;
 *   refused: at the end, once per stream of which the driver refused entries, with what it refused;
 *   used:    at the end, once per server, with what a simulator's own models say of its host; where it has such;
 *   server:  once per server at the end, after these, with what its host counted.
 * An observer has both mark and repeat, or neither: then no period of its run is left out. One that has no `packets`
 * needs neither; one that looks at the beginning of a run only says until when.
 * An observer must not keep pointers into a train. `bytes` asks for descriptors at WEFT_AT_SERVER: the
 * fragments are valid during the call only, which is the instant at which the NIC reads them; with bytes no period is left
 * out. */
struct weft_watch {
    void *ctx;
    bool bytes;
    void (*packets)(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train);
    void (*advance)(void *ctx, weft_ps until_ps);
    void (*refused)(void *ctx, uint32_t stream, const struct weft_refused *refused);
    void (*server)(void *ctx, uint32_t server, const struct weft_host_counters *counters);
    void (*used)(void *ctx, uint32_t server, const struct weft_host_use *use);
    void (*mark)(void *ctx);
    void (*repeat)(void *ctx, const struct weft_repeat *repeat);
    weft_ps whole_until_ps; /* no period that begins before is left out */
};

WEFT_END_DECLS

#endif
