/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_METHOD_H
#define WEFT_METHOD_H

/* Write methods: a method is a named row of choices on independent axes. Each axis is a table of rows that
 * say how the driver or the application behaves; a program may bring rows of its own. All tables end with
 * NULL. */

#include "weft/driver.h"

/* How much one write call may carry. */
struct weft_unit {
    const char *name, *help;
    uint32_t max_entries; /* destinations in one call */
    uint64_t max_packets; /* packets' worth of data in one entry */
};

struct weft_copy {
    const char *name, *help;
    bool copies; /* the CPU copies the payload into kernel memory */
};

struct weft_segmentation {
    const char *name, *help;
    bool stack_walk_per_packet;
    uint32_t max_doorbell_packets; /* a doorbell at least every so many packets */
};

struct weft_interrupt {
    const char *name, *help;
    bool every_packet; /* every packet's completion asks for an interrupt; else the last one of a call */
    bool moderated;    /* at most the server's interrupt_rate; one interrupt reports all that is complete */
};

struct weft_queues {
    const char *name, *help;
};

struct weft_pacing {
    const char *name, *help;
    bool at_packet_times; /* each packet is written when it is due; else all of an interval at its start */
};

struct weft_method {
    const char *name, *help;
    const struct weft_unit *unit;
    const struct weft_copy *copy;
    const struct weft_translation *translation; /* unused where the CPU copies */
    const struct weft_segmentation *segmentation;
    const struct weft_header *header;
    const struct weft_interrupt *interrupt;
    const struct weft_order *order;
    const struct weft_queues *queues;
    const struct weft_pacing *pacing;
};

extern const struct weft_unit *const weft_units[];
extern const struct weft_copy *const weft_copies[];
extern const struct weft_segmentation *const weft_segmentations[];
extern const struct weft_interrupt *const weft_interrupts[];
extern const struct weft_queues *const weft_queue_kinds[];
extern const struct weft_pacing *const weft_pacings[];
extern const struct weft_method *const weft_methods[];

#endif
