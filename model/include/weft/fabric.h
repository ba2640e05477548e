/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_FABRIC_H
#define WEFT_FABRIC_H

/* Links, switches and devices: passive, never looks back at a host. Packets come in per ingress, are merged at each
 * switch in one total order (instant of the last bit in the switch, then servers, trunks and background sources, by
 * number, then order on that link) and leave store and forward through a queue per port, which may refuse what it has no room for: a frame
 * is held from the instant its last bit came in until the instant its last bit has left, and departures come before
 * arrivals. Behind a port is a device or, over a trunk, another switch.
 *
 * Where a switch sends by class, packets are told of in the same order all the same, so none before what becomes of all
 * that came before it is known. */

#include "weft/background.h"
#include "weft/image.h"
#include "weft/port.h"
#include "weft/train.h"
#include "weft/wire.h"

WEFT_BEGIN_DECLS

/* A packet is lost on a link if any of its wire time lies in [down_ps, up_ps); both 0: the link is never down. */
struct weft_fabric_ingress {
    uint32_t switch_index; /* that it leads to */
    uint64_t rate_bps;
    weft_ps delay_ps; /* propagation of the link from the server */
    weft_ps down_ps, up_ps;
};
#define WEFT_TO_DEVICE UINT32_MAX
struct weft_fabric_port {
    uint32_t switch_index; /* that it is a port of */
    uint32_t to_switch;    /* what is behind it: a switch, or WEFT_TO_DEVICE */
    uint64_t rate_bps;     /* of the link behind it */
    weft_ps delay_ps;      /* its propagation */
    weft_ps off_ps; /* packets whose last bit would reach the device at or after it are lost; 0: none */
};
/* What others send, over a link of its own, which has no delay and is never down. A packet goes out when the pattern says
 * or when the one before is out. */
struct weft_fabric_source {
    struct weft_background_params background; /* checked */
    uint64_t link_bps;
    weft_ps until_ps; /* no first bit goes out at or after it */
    uint32_t frame_bytes, payload_bytes;
};
struct weft_fabric_params {
    const struct weft_network *network;
    uint32_t ingresses, switches, ports, streams, sources;
    const struct weft_fabric_ingress *ingress;
    const struct weft_port_rules *rules; /* by switch */
    const struct weft_fabric_port *port;
    const struct weft_fabric_source *source;
    /* The way of stream s, or of source s - streams behind them: ports route[route_first[s]] .. route[route_first[s + 1] - 1], at least one; the first is of the
     * switch behind its ingress, each next one of the switch behind the one before, the last leads to a device; that of a
     * source may lead over a trunk, at whose end its packets are gone. No way meets a switch twice. */
    const uint32_t *route_first, *route;
    const uint8_t *class_;          /* of each stream, then of each source; NULL: all 0 */
    const struct weft_watch *watch; /* told of every packet at switch and device */
    size_t watches;
    /* Go no short way, of which there is one where no switch sends by class: same reports, more work. */
    bool plain;
};

struct weft_fabric;
/* Copies the parameters, borrows what the watches point to. The caller frees. */
struct weft_fabric *weft_fabric_new(const struct weft_fabric_params *params);
void weft_fabric_free(struct weft_fabric *fabric);

/* Packets that left server `ingress`, as weft_host_take() gives them; in order per ingress. The train is the fabric's to write in:
 * what it holds afterwards means nothing, and it may be filled anew. */
void weft_fabric_push(struct weft_fabric *fabric, uint32_t ingress, struct weft_train *train);
/* Move every packet that is in a switch at or before `until_ps` (by class: as far as that can be known); every ingress must have pushed all that come into its
 * switch until then. Sources send what is due by then: WEFT_NEVER: all. A fabric of one ingress may move packets before that, when they
 * are pushed: nothing can come in between. */
void weft_fabric_advance(struct weft_fabric *fabric, weft_ps until_ps);

/* --- a steady state (weft/train.h, weft/image.h): what a back end needs to leave periods out --- */

/* Whether its state can be compared: background traffic is not. */
bool weft_fabric_compares(const struct weft_fabric *fabric);
/* It was moved to `at_ps`, and all packets whose first bit goes out until then have been pushed. Forgets what has left by then.
 * False: where a switch sends by class, packets wait, which are not compared. */
bool weft_fabric_settle(struct weft_fabric *fabric, weft_ps at_ps);
/* Settled: how it is, into the image. */
void weft_fabric_image(const struct weft_fabric *fabric, const struct weft_phase *phase,
                       struct weft_image *image);
/* Settled: the first bits of all packets on their way went out at or after it, at most `at_ps`; and the last bits of all that
 * watches have been told of have arrived by then. */
weft_ps weft_fabric_oldest_ps(const struct weft_fabric *fabric, weft_ps at_ps);
weft_ps weft_fabric_newest_ps(const struct weft_fabric *fabric);
/* Settled at `now_ps`: it becomes what it will be after as many periods more as `repeat` says. */
void weft_fabric_repeat(struct weft_fabric *fabric, weft_ps now_ps, const struct weft_repeat *repeat);

WEFT_END_DECLS

#endif
