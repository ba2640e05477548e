/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The back ends `ns3` and `ns3-p2p`. */

#include "backend.h"

#include "network.h"
#include "run.h"

static int refuse(const struct weft_setup *setup, struct weft_error *error)
{
    return weft_ns3_network_check(setup, WEFT_NS3_ETHERNET, error);
}

static int run(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,
               struct weft_error *error)
{
    const struct weft_ns3_run_options options = {.links = WEFT_NS3_ETHERNET};
    return weft_ns3_run_setup(&options, setup, watch, watches, error);
}

const struct weft_backend weft_ns3_backend = {
    .version = WEFT_BACKEND_VERSION,
    .name = "ns3",
    .help = "ns-3 owns clock and loop, links, queues and devices",
    .refuse = refuse,
    .run = run,
};

static int refuse_p2p(const struct weft_setup *setup, struct weft_error *error)
{
    return weft_ns3_network_check(setup, WEFT_NS3_POINT_TO_POINT, error);
}

static int run_p2p(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,
                   struct weft_error *error)
{
    const struct weft_ns3_run_options options = {.links = WEFT_NS3_POINT_TO_POINT};
    return weft_ns3_run_setup(&options, setup, watch, watches, error);
}

const struct weft_backend weft_ns3_p2p_backend = {
    .version = WEFT_BACKEND_VERSION,
    .name = "ns3-p2p",
    .help = "as ns3, with the point-to-point devices that ns-3 brings",
    .refuse = refuse_p2p,
    .run = run_p2p,
};
