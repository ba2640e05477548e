/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of schedulers. */

#include "weft/port.h"

static const struct weft_scheduler fifo = {.name = "fifo",
                                           .help = "packets leave in the order in which they come"};
static const struct weft_scheduler priority = {
    .name = "priority",
    .help =
        "what waits of the highest class leaves next, within a class in order; what is on the link is not "
        "interrupted",
    .by_class = true};

const struct weft_scheduler *const weft_schedulers[] = {&fifo, &priority, NULL};
