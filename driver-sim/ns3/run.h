/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_SIM_NS3_RUN_H
#define WEFT_DRIVER_SIM_NS3_RUN_H

/* A run of a setup in ns-3, as the back ends of this folder do it. */

#include "weft/ns3.h"
#include "weft/setup.h"

struct weft_ns3_run_options {
    enum weft_ns3_links links;
    /* May be NULL: called when the network is there, before anything happens. A status that is not WEFT_OK is the run's. */
    int (*prepare)(void *ctx, struct weft_ns3 *sim, struct weft_error *error);
    void *ctx;
};

/* Run a checked setup to its end, as struct weft_backend states; also several one after the other. */
int weft_ns3_run_setup(const struct weft_ns3_run_options *options, const struct weft_setup *setup,
                       const struct weft_watch *watch, size_t watches, struct weft_error *error);

#endif
