/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_SETUP_H
#define WEFT_SETUP_H

/* Where parsers and back ends meet: the whole scenario as plain arrays and indices, checked once. Everything
 * that it points to is the caller's and must live as long as a run does. */

#include "weft/background.h"
#include "weft/method.h"
#include "weft/port.h"
#include "weft/traffic.h"

WEFT_BEGIN_DECLS

/* When the pages of an application's buffers are touched for the first time. */
struct weft_touch {
    const char *name, *help;
    bool
        faults; /* in the run: a page that was not touched before is a fault, unless a region was registered */
};
extern const struct weft_touch *const weft_touches[]; /* ends with NULL */

struct weft_server {
    const char *name;
    uint32_t applications, cores;
    uint64_t cpu_hz;
    const struct weft_profile *profile;
    uint32_t switch_index; /* that its link leads to */
    uint64_t link_bps;
    weft_ps delay_ps; /* propagation to the switch */
    uint32_t mtu_bytes;
    uint64_t page_bytes;
    const struct weft_memory_system *memory; /* NULL: the profile's */
    const struct weft_touch *touch;          /* NULL: the first row, before */
    uint32_t ring_slots, doorbell_packets;
    uint64_t interrupts_per_s;  /* limit for moderated interrupts */
    weft_ps interrupt_delay_ps; /* for interrupts that count: 0 .. 1 s, from the first completion on */
    uint32_t interrupt_core;    /* that they run on: 0 .. cores - 1 */
    /* A packet that is on the link at any instant of [down_ps, up_ps) is lost; both 0: the link is never down; up_ps
     * WEFT_NEVER: it stays down. */
    weft_ps down_ps, up_ps;
};

struct weft_switch {
    const char *name;
    uint64_t port_bps;
    struct weft_port_rules rules;
};

/* A link from one switch to another, in one direction: trunk t is behind port `devices + t`. */
struct weft_trunk {
    const char *name;
    uint32_t from, to; /* switches, different ones */
    uint64_t rate_bps;
    weft_ps delay_ps; /* propagation */
};

struct weft_device {
    const char *name;
    uint32_t switch_index; /* device k of the setup is behind port k of the fabric */
    uint64_t rate_bps;     /* of the link from its switch port */
    weft_ps delay_ps, startup_ps;
    weft_ps off_ps; /* switched off: packets whose last bit comes at or after it are lost; 0: never off */
};

/* What an application can do wrong with one entry of a write vector. What becomes of it is the driver's to find out. */
struct weft_fault {
    const char *name, *help;
    /* Makes of a sound entry what the application writes; NULL: leaves it. Pure. `streams`: of the setup. */
    void (*spoil)(struct weft_entry *entry, uint32_t streams);
    bool
        in_tables; /* shows in the page tables: a server whose streams have it has those, bytes carried or not */
    bool unmaps_before; /* a page amid the data is not mapped while the call lasts */
    bool
        unmaps_after; /* the last page is unmapped and given back between the call and the application's next */
};
extern const struct weft_fault *const weft_faults[]; /* ends with NULL */

struct weft_stream {
    const char *name;
    struct weft_clock clock;
    bool live; /* data exists only when it is due: the call at (k+1)T carries interval k */
    uint32_t server, application, device; /* application: 0 .. applications of the server - 1 */
    uint32_t class_;                      /* 0 .. WEFT_CLASSES - 1, where a switch sends by class */
    const struct weft_fault *fault; /* NULL: none. Else of the stream's first write that is due at or after */
    weft_ps fault_ps;               /* this instant */
};

/* A source of background traffic: packets that others send, which take room and time in switches and end behind a port. It
 * sends until `duration`. */
struct weft_background_source {
    const char *name;
    uint32_t switch_index; /* that its link leads to */
    uint32_t port;     /* where its packets end: at a device's, or at a trunk's, behind which they are gone */
    uint64_t link_bps; /* they come one after the other over a link of this rate */
    /* packet_bytes and rates count network-layer packets; seed and source are not looked at: the setup's seed and the
     * number of the source among all are in force. */
    struct weft_background_params background;
    uint32_t class_; /* as of streams */
};

struct weft_write {
    const struct weft_method *method; /* the row the axes came from: for reports; the axes below count */
    struct weft_method axes;          /* effective choices */
    uint64_t order_argument;          /* one that axes.order->argument allows */
    uint64_t pacing_argument;    /* likewise of axes.pacing; a rate: at most that of every server's link */
    uint64_t interrupt_argument; /* likewise of axes.interrupt */
    const struct weft_cut *cut;
    const struct weft_checksum *checksum; /* NULL: the first row, offload */
    const struct weft_fill *fill;         /* NULL: the first row, dma */
    weft_ps interval_ps;                  /* 0: auto */
};

struct weft_setup {
    const char *name;
    uint64_t seed;
    weft_ps duration_ps, warmup_ps;
    const struct weft_network *network;
    struct weft_write write;
    uint32_t servers, switches, devices, streams;
    const struct weft_server *server;
    const struct weft_switch *switch_;
    const struct weft_device *device;
    const struct weft_stream *stream;
    uint32_t trunks;
    const struct weft_trunk *trunk;
    uint32_t sources; /* of background traffic: source b is stream `streams + b` of trains and routes */
    const struct weft_background_source *source;
    /* The ways of streams and sources, as struct weft_routes has them (weft/routes.h); both NULL: the shortest. */
    const uint32_t *route_first, *route;
    /* The text of a simulator's platform from which servers, switches, devices and trunks were read: these have the names of
     * its hosts (weft/platform.h). A back end of that simulator runs on it; others do not look at it. NULL: there is none. */
    const char *platform;
    bool platform_power; /* its servers have power, of which such a back end can tell energy */
    /* Every packet of the run is simulated, also where a back end could leave periods of a steady state out and tell the
     * observers of them in one (weft/train.h). No result depends on it. */
    bool no_skip;
};

/* Ports of all switches: port k < devices is before device k, the others send over the trunks, in order. */
static inline uint32_t weft_setup_ports(const struct weft_setup *setup)
{
    return setup->devices + setup->trunks;
}
static inline bool weft_setup_port_is_trunk(const struct weft_setup *setup, uint32_t port)
{
    return port >= setup->devices;
}
/* The switch that has a port, the name of what is behind it, and the rate of the link to that. */
static inline uint32_t weft_setup_port_switch(const struct weft_setup *setup, uint32_t port)
{
    return port < setup->devices ? setup->device[port].switch_index
                                 : setup->trunk[port - setup->devices].from;
}
static inline const char *weft_setup_port_name(const struct weft_setup *setup, uint32_t port)
{
    return port < setup->devices ? setup->device[port].name : setup->trunk[port - setup->devices].name;
}
static inline uint64_t weft_setup_port_bps(const struct weft_setup *setup, uint32_t port)
{
    return port < setup->devices ? setup->device[port].rate_bps
                                 : setup->trunk[port - setup->devices].rate_bps;
}

/* WEFT_INVALID with a text that names what is wrong and what is allowed; WEFT_OK if every back end can rely
 * on ranges, indices, arithmetic that cannot overflow, a way for every stream, and names: each server, switch, trunk,
 * device, stream and source of background traffic has one, which no other of its kind has. */
int weft_setup_check(const struct weft_setup *setup, struct weft_error *error);

/* The links, switches and devices of a checked setup: ingress i from server i, port k before device k, port devices + t
 * before trunk t. The fabric tells
 * the watches of every packet at switch and device; it borrows what they point to. The caller frees it with
 * weft_fabric_free(). */
struct weft_fabric;
struct weft_watch;
struct weft_fabric *weft_setup_fabric(const struct weft_setup *setup, const struct weft_watch *watch,
                                      size_t watches);

/* The interval in force: write.interval_ps, or two packet times of the slowest stream (claim 4). */
weft_ps weft_setup_interval(const struct weft_setup *setup);

WEFT_END_DECLS

#endif
