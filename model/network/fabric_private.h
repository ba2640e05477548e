/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_NETWORK_FABRIC_PRIVATE_H
#define WEFT_NETWORK_FABRIC_PRIVATE_H

/* What a fabric consists of: made in fabric_new.c, moved on in fabric.c. */

#include "network/admission.h"
#include "network/backlog.h"
#include "network/hops.h"
#include "network/inbound.h"
#include "network/lane.h"
#include "network/merge.h"
#include "network/port.h"
#include "network/source.h"
#include "weft/fabric.h"
#include "weft/tournament.h"

enum { WEFT_NO_LANE = UINT32_MAX };

/* How packets come into a switch. */
struct weft_fabric_entry {
    uint64_t in_bps;
    const struct weft_forwarding *forwarding; /* NULL: they are in their ports when their last bits are in */
};

/* Where packets can be lost. */
struct weft_fabric_losses {
    struct weft_admission admission;
    weft_ps *off_ps; /* by port, of the device behind it; WEFT_NEVER: never */
};

struct weft_fabric {
    uint32_t ingresses, lanes, ports, streams, sources, gap_bytes;
    bool loses;      /* any link, port or device can */
    bool trunked;    /* some port leads to another switch */
    bool single_hop; /* goes the short way of single_hop.c; then there are neither lanes nor sources */
    bool multi_hop;  /* goes that of multi_hop.c; then there are no lanes */
    bool cuts;       /* in several hops: some link leads into a switch with a forwarding of its own */
    bool offs;       /* some device goes off */
    bool outages;    /* some link from a server goes down */
    struct weft_fabric_ingress *ingress;
    struct weft_lane *lane;     /* from the servers, then over the trunks in the order of their ports */
    uint32_t *trunk_port;       /* by lane behind those of the servers: the port that it comes from */
    struct weft_source *source; /* are merged like lanes, behind them */
    struct weft_tournament
        merge;           /* lanes and sources by when their next packet is in; by class: ports before them */
    uint32_t first_lane; /* which entrant the first lane is */
    struct weft_port *port; /* in port_memory, each in its cache line */
    void *port_memory;
    uint32_t *port_lane;              /* by port: into the switch behind it; WEFT_NO_LANE: a device is */
    bool *port_by_class;              /* by port: what goes next */
    struct weft_fabric_losses losses; /* only if it loses */
    struct weft_fabric_entry *entry;  /* by lane; in several hops by link */
    uint32_t *first_port;             /* of each stream, then of each source */
    uint32_t *route_first, *route;    /* likewise, where there are trunks */
    bool by_class;                    /* some port looks at classes: all are told of through the backlog */
    struct weft_backlog backlog;      /* only then */
    uint8_t *class_;                  /* of each stream, then of each source; only then */
    struct weft_inbound inbound;      /* only in a single hop from several servers */
    struct weft_merge turns;          /* likewise */
    struct weft_hops hops;            /* only in several hops */
    uint32_t *first_step;             /* likewise: of each stream, then of each source */
    struct weft_hops_step *step;
    struct weft_watch *watch;
    size_t watches;
    struct weft_train train; /* what is being moved through switches and devices */
    uint32_t passed;         /* of its packets, have been through their ports */
    weft_ps device_ps
        [WEFT_TRAIN]; /* when the last bit of each of its packets is at its device, or the next switch */
    uint16_t arrived[WEFT_TRAIN]; /* in several hops: which of its packets are at their devices */
    uint32_t arrivals;            /* how many */
};

/* --- in fabric.c --- */

/* Packets from `first` of the train's on go through their ports where anything can be lost; at_ps, enter_ps, port and outcome are
 * known. */
void weft_fabric_pass_some(struct weft_fabric *fabric, uint32_t first);
/* Whether a packet was on the wire of its server's link while that was down. */
enum weft_outcome weft_fabric_pass_link(const struct weft_fabric_ingress *ingress, weft_ps tx_ps,
                                        weft_ps in_ps);
/* Tell of a train, which has been through its ports as the fabric's last one, at switches and devices. It is empty then. */
void weft_fabric_tell(struct weft_fabric *fabric, struct weft_train *train);
/* Tell watches of a train as it is. */
void weft_fabric_report(const struct weft_fabric *fabric, enum weft_point point,
                        const struct weft_train *train);

/* --- in fabric_new.c --- */

/* How packets come into a switch over a link of `in_bps`. */
struct weft_fabric_entry weft_fabric_entry_of(const struct weft_fabric_params *params, uint32_t to_switch,
                                              uint64_t in_bps);

/* --- in single_hop.c --- */

bool weft_single_hop_is(const struct weft_fabric_params *params);
void weft_single_hop_push(struct weft_fabric *fabric, uint32_t ingress, struct weft_train *train);
void weft_single_hop_advance(struct weft_fabric *fabric, weft_ps until_ps);

/* --- in multi_hop.c --- */

/* Asked where a single hop is none. The rest needs routes and sources. */
bool weft_multi_hop_is(const struct weft_fabric_params *params);
void weft_multi_hop_init(struct weft_fabric *fabric, const struct weft_fabric_params *params);
void weft_multi_hop_push(struct weft_fabric *fabric, uint32_t ingress, const struct weft_train *train);
void weft_multi_hop_advance(struct weft_fabric *fabric, weft_ps until_ps);

#endif
