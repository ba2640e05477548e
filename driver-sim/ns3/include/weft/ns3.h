/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WEFT_NS3_H
#define WEFT_NS3_H

/* A network of switches inside ns-3, for programs in C: links, ports and devices are objects of ns-3, packets are
 * ns3::Packet, queues ns3::Queue<Packet>, and what happens is what docs/model.md says. It shares no code with the
 * reference model. A program makes a simulation, describes the network, plans what is sent, and runs:
 *
 *     weft_ns3_new(&params, &sim, &error);
 *     weft_ns3_add_switch(sim, &rules, &error);            switch 0, 1, ...
 *     weft_ns3_add_server(sim, &server, &error);           server 0, 1, ...
 *     weft_ns3_add_port(sim, &port, &error);               port 0, 1, ...
 *     weft_ns3_add_flow(sim, way, ports, class, &error);   flow 0, 1, ...
 *     weft_ns3_at(sim, 0, send_some, ctx, &error);         calls weft_ns3_send() and weft_ns3_at()
 *     weft_ns3_run(sim, WEFT_NEVER, &error);
 *     weft_ns3_free(sim, &error);
 *
 * Status: every function returns WEFT_OK; WEFT_INVALID, with a text that names what is wrong and what is allowed, for
 * what it refuses, and then it has done nothing; WEFT_FAILED if ns-3 failed. Error structs may be NULL.
 *
 * Handles: a handle is never used as an address, and no two simulations of a process have the same, so a handle that
 * is NULL, was freed or never was one is refused. One simulation may live at a time, one after the other as many as
 * wanted; all of them in the thread that made the first, others are refused: ns-3's simulator is an object of the
 * process. While one lives the process must not run another of its own in ns-3.
 *
 * Failures of ns-3: no exception passes into C. A fatal condition of ns-3 (NS_FATAL_ERROR, NS_ABORT_MSG, which end in
 * std::terminate) leaves ns-3 at once by a long jump out of a terminate handler, which is in force only while ns-3
 * runs on behalf of one of these functions. Its message becomes the error's text, without file and line in ns-3; where
 * it has none, what it wrote to std::cerr. Objects on the stack of ns-3 were not destroyed then, so its simulator
 * cannot be trusted any more: that handle can only be freed, which leaves ns-3's memory as it is, and no new simulation
 * can be made in this process (WEFT_FAILED). Where a process must go on, simulate in a child, as the weft command does.
 * What else ns-3 writes to std::cerr is passed on. Signals (a crash inside ns-3) are not caught.
 *
 * Order at one instant: ends of transmissions; starts; then what comes into switches, in the order of the links it
 * came over (servers, trunks, background sources, by number), then its order on the link. Calls of weft_ns3_at() that
 * were asked for before that instant come before arrivals of that instant. */

#include "weft/train.h"

WEFT_BEGIN_DECLS

struct weft_ns3;

/* What links and the devices at their ends are. */
enum weft_ns3_links {
    /* ns3::WeftEthernetDevice: full duplex, gap, exact rates, classes. */
    WEFT_NS3_ETHERNET,
    /* ns3::PointToPointNetDevice as ns-3 has it, as a cross-check. Its header of 2 bytes is part of gap and frame.
     * Refused: rates that do not divide 8 * 10^12 (ns-3 rounds them), gap and frame together below 3 bytes,
     * cut-through, classes, fluid accounting. */
    WEFT_NS3_POINT_TO_POINT,
    WEFT_NS3_LINKS
};

/* A packet at a switch. What the caller gave to weft_ns3_send(), and what has become of it there. */
struct weft_ns3_hop {
    uint64_t packet; /* the caller's, as are flow, number and payload_bytes */
    uint64_t place; /* what the watch's `came` returned for this packet at this switch; 0 while it is asked */
    uint32_t flow, number;
    uint32_t payload_bytes, frame_bytes;
    uint32_t port;    /* by which it leaves the switch */
    weft_ps tx_ps;    /* first bit onto its sender's link */
    weft_ps at_ps;    /* last bit in the switch: with cut-through it may be still to come */
    weft_ps enter_ps; /* from when on it is in its port: now, when `came` is called */
};

/* Who is told. Every member may be NULL. Called at the instant at which it happens, from weft_ns3_run(). `hop` is
 * valid during the call. Calls may use weft_ns3_now(), _at(), _send() and _stop(); the others refuse. They must
 * return, whatever a call says: after a failure the run ends when they have.
 *   came:    a packet comes into a switch, whatever becomes of it; in the order of WEFT_AT_SWITCH of weft/train.h
 *            over all switches. What it returns is hop->place in all that follows of this packet at this switch.
 *   left:    its last bit has left its port at done_ps (now). Over a trunk it comes to the next switch, where its
 *            flow goes on; with cut-through it may have come there before it left here.
 *   lost:    WEFT_DROPPED_LINK or WEFT_DROPPED_BUFFER, right after `came`: it is not in the queue and does not leave;
 *            WEFT_DROPPED_DEVICE, after `left`, when its last bit reached a device that is off.
 *   arrived: its last bit is at the device behind port hop->port at at_ps (now). `bytes` are the first `length` bytes
 *            of the frame, as many as were given to weft_ns3_send(), read back from the ns3::Packet that arrived;
 *            NULL and 0 if none were. They are valid and unchanged during the call, and may be sent on in it.
 * Packets of background sources are told of like others. */
struct weft_ns3_watch {
    void *ctx;
    uint64_t (*came)(void *ctx, const struct weft_ns3_hop *hop);
    void (*left)(void *ctx, const struct weft_ns3_hop *hop, weft_ps done_ps);
    void (*lost)(void *ctx, const struct weft_ns3_hop *hop, enum weft_outcome outcome);
    void (*arrived)(void *ctx, const struct weft_ns3_hop *hop, weft_ps at_ps, const void *bytes,
                    uint32_t length);
};

struct weft_ns3_params {
    enum weft_ns3_links links;
    uint32_t gap_bytes; /* that a link carries beside each frame, 0 .. 1000: Ethernet 20 */
    uint32_t
        check_bytes; /* check sequence at the end of a frame, which captures leave out, 0 .. 16: Ethernet 4 */
    struct weft_ns3_watch watch;
};

/* A new simulation, at instant 0, with ns-3 set to picoseconds. *out is its handle. WEFT_FAILED too if one lives,
 * or ns-3's clock was set to other than nano- or picoseconds. A program that uses ns-3 itself must set picoseconds
 * first (Time::SetResolution works once in a process), and loses what it has scheduled. */
int weft_ns3_new(const struct weft_ns3_params *params, struct weft_ns3 **out, struct weft_error *error);

/* The end of a simulation, wherever it is; its ns-3 objects are gone then. NULL is legal and does nothing. A handle
 * that was freed is refused. Captures are complete after it: WEFT_FAILED, after all was freed, if one could not be
 * written. Not from a callback. */
int weft_ns3_free(struct weft_ns3 *sim, struct weft_error *error);

/* Why a port may refuse a frame: what it would hold with it is above `limit`, of the port. */
enum weft_ns3_limit {
    WEFT_NS3_UNLIMITED,
    WEFT_NS3_BYTES, /* frame bytes, or those of whole cells where there are cells */
    WEFT_NS3_PACKETS,
    WEFT_NS3_CELLS, /* needs cell_bytes */
    WEFT_NS3_LIMITS
};
/* How the ports of a switch share a pool. Of it a port has what it holds above its reserve. */
enum weft_ns3_pool {
    WEFT_NS3_NO_POOL,
    WEFT_NS3_COMPLETE, /* what a frame needs must be free */
    WEFT_NS3_DYNAMIC,  /* and the port must have less of the pool than alpha times what is free */
    WEFT_NS3_POOLS
};
struct weft_ns3_switch {
    weft_ps latency_ps; /* from when a packet is in its port until it may leave; up to 10^18 */
    enum weft_ns3_limit limit_kind;
    uint64_t limit;      /* 1 .. 2^40, in bytes, packets or cells; 0 if unlimited */
    uint32_t cell_bytes; /* 1 .. 65535; 0: frames count their own bytes */
    enum weft_ns3_pool pool_kind;
    uint64_t pool_bytes,
        reserved_bytes; /* 1 .. 2^40, 0 .. 2^40; both 0 without a pool. The reserve is each port's. */
    uint32_t alpha_num, alpha_den; /* each 1 .. 10^6; 0 unless dynamic */
    bool
        fluid; /* the frame on the link counts ceil(bytes (end - now) / (end - start)), else whole until it left */
    bool cut_through; /* fragment free, else store and forward */
    bool by_class;    /* strict priority, else first in, first out; not with fluid */
};
/* Adds switch number 0, 1, ... Network elements are added before the first weft_ns3_run(). */
int weft_ns3_add_switch(struct weft_ns3 *sim, const struct weft_ns3_switch *rules, struct weft_error *error);

/* A server's link into a switch. A packet of which any bit is on it in [down_ps, up_ps) is lost; both 0: never. */
struct weft_ns3_server {
    uint32_t switch_number;
    uint64_t rate_bps; /* 1 .. 10^13 */
    weft_ps delay_ps;  /* of the link; up to 10^18 */
    weft_ps down_ps, up_ps;
};
/* Adds server 0, 1, ...: as sender of packets it has the same number. After the first source it is refused. */
int weft_ns3_add_server(struct weft_ns3 *sim, const struct weft_ns3_server *server, struct weft_error *error);

/* A background source's link into a switch: no delay, never down, always store and forward. */
struct weft_ns3_source {
    uint32_t switch_number;
    uint64_t rate_bps; /* 1 .. 10^13 */
    weft_ps until_ps;  /* what would have its first bit go out then or later is forgotten, without a word */
};
/* Adds source 0, 1, ...: as sender of packets it has the number of servers plus its own. */
int weft_ns3_add_source(struct weft_ns3 *sim, const struct weft_ns3_source *source, struct weft_error *error);

/* A port of a switch, its link, and the device or switch behind it. */
enum { WEFT_NS3_TO_DEVICE = UINT32_MAX };
struct weft_ns3_port {
    uint32_t switch_number, to_switch; /* another one, which may be added later, or WEFT_NS3_TO_DEVICE */
    uint64_t rate_bps;                 /* 1 .. 10^13 */
    weft_ps delay_ps;                  /* of its link; up to 10^18 */
    weft_ps off_ps; /* packets whose last bit would reach the device then or later are lost; 0: none */
};
/* Adds port 0, 1, ... of all ports of all switches. Trunks rank by the number of their port. */
int weft_ns3_add_port(struct weft_ns3 *sim, const struct weft_ns3_port *port, struct weft_error *error);

/* Adds flow 0, 1, ...: the way of packets, ports port[0 .. ports - 1]. The first is a port of the switch that the
 * sender is linked to, each next one of the switch behind the one before; no switch twice. It ends at a device, or at
 * a trunk, behind which its packets are gone, whatever switch that is. `class_`: 0 .. 7, higher goes first where a
 * switch looks at it. The ports must have been added. */
int weft_ns3_add_flow(struct weft_ns3 *sim, const uint32_t *port, uint32_t ports, uint32_t class_,
                      struct weft_error *error);

/* Let ns-3 write what arrives at the device behind `port` into a file of its own: classic pcap in nanoseconds
 * (rounded down), Ethernet link type, instants since the start, frames without check sequence (what was not given as
 * bytes is 0). An existing file is replaced. WEFT_FAILED if the file cannot be made. */
int weft_ns3_capture(struct weft_ns3 *sim, uint32_t port, const char *path, struct weft_error *error);

/* The present instant of the simulation, into *out. */
int weft_ns3_now(const struct weft_ns3 *sim, weft_ps *out, struct weft_error *error);

/* Call `call(ctx, at_ps)` at at_ps, from the present instant to 2^62 ps. Calls of one instant come in the order in
 * which they were asked for. What was asked for and never came is forgotten with the simulation. */
int weft_ns3_at(struct weft_ns3 *sim, weft_ps at_ps, void (*call)(void *ctx, weft_ps now_ps), void *ctx,
                struct weft_error *error);

struct weft_ns3_packet {
    uint64_t packet;        /* a name; any */
    uint32_t flow;          /* whose way starts at the sender's switch */
    uint32_t number;        /* in its flow; any */
    uint32_t payload_bytes; /* any */
    uint32_t frame_bytes;   /* of the whole frame, with its check sequence; 1 .. 2^17, at least check_bytes */
    /* The first `length` bytes of the frame, up to frame_bytes - check_bytes, copied into an ns3::Packet; NULL and 0:
     * only its size counts. */
    const void *bytes;
    uint32_t length;
};
/* Hand a packet to the link of `sender` at at_ps, from the present instant to 2^62 ps, not before what was handed to
 * it last. It goes onto the link then, or right behind what is on the link or waits there; a link found busy, or free
 * from that very instant on, goes on from the exact end of its last packet. All the bits it has sent by then count:
 * the caller may hand over at the instants at which it knows its first bits go out. */
int weft_ns3_send(struct weft_ns3 *sim, uint32_t sender, weft_ps at_ps, const struct weft_ns3_packet *packet,
                  struct weft_error *error);

/* Run until nothing is left to happen, or until all that happens at or before until_ps has (the present instant is
 * then that, if it was not later); then it may run on. An until_ps above 2^62, as WEFT_NEVER is, is no limit.
 * WEFT_FAILED if ns-3 fails, which it does of a frame that would be somewhere after the last instant of ns-3's clock,
 * 2^63 - 1 ps. Not from a callback. */
int weft_ns3_run(struct weft_ns3 *sim, weft_ps until_ps, struct weft_error *error);

/* From a callback: end weft_ns3_run() when the callback has returned. It returns WEFT_OK and may be called again. */
int weft_ns3_stop(struct weft_ns3 *sim, struct weft_error *error);

WEFT_END_DECLS

#endif
