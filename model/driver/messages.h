/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_MESSAGES_H
#define WEFT_DRIVER_MESSAGES_H

/* What messages cost on their way from the application to the driver, whatever they carry. */

#include "state.h"

/* Count `n` messages of the call that runs. */
static inline void weft_count_messages(struct weft_driver *driver, uint64_t n)
{
    const struct weft_driver_params *params = &driver->params;
    const struct weft_interface *interface = params->interface;
    const bool walks =
        params->segmentation->stack_walk_per_packet || params->segmentation->stack_walk_per_entry;
    const bool pins = !params->copies && params->translation->pins;
    uint64_t *count = driver->work.count;
    count[WEFT_STACK_WALKS] += walks ? n : 0;
    count[WEFT_ROUTE_LOOKUPS] += walks && interface->looks_up_routes ? n : 0;
    count[WEFT_MESSAGE_HEADERS] += walks && interface->reads_headers ? n : 0;
    count[WEFT_RING_ENTRIES] += interface->rings ? n : 0;
    count[WEFT_NOTIFICATIONS] += pins && interface->notifies ? n : 0;
}

#endif
