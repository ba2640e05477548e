/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_METHOD_H
#define WEFT_METHOD_H

/* Write methods: a method is a named row of choices on independent axes. Each axis is a table of rows that
 * say how the driver or the application behaves; a program may bring rows of its own. All tables end with
 * NULL. */

#include "weft/driver.h"

WEFT_BEGIN_DECLS

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

/* An interrupt reports all that is complete when it is raised. */
struct weft_interrupt {
    const char *name, *help;
    struct weft_argument argument;
    bool every_packet; /* every packet's completion asks for an interrupt; else the last one of a call */
    bool moderated;    /* at most the server's interrupt_rate */
    /* When as many completions as the argument says have asked since the interrupt before, or the server's interrupt_delay
     * after the first of them (linux/ethtool.h, struct ethtool_coalesce: tx-frames and tx-usecs). */
    bool counts;
    bool polls; /* nothing interrupts: the driver looks at the completion ring whenever it works at a call */
};

struct weft_queues {
    const char *name, *help;
    bool per_destination; /* the NIC takes a packet from each destination's queue in turn */
};

struct weft_pacing {
    const char *name, *help;
    struct weft_argument argument;
    bool at_packet_times; /* each packet is written when it is due; else all of an interval at its start */
    bool spreads;         /* the NIC sends the packets of an interval evenly over it (launch times) */
    bool
        shapes; /* the NIC sends no faster than the argument, in bits on the wire: a token bucket of one frame */
    bool slices; /* timers ring the packets of an interval in as many equal slices as the argument says */
};

/* Who makes UDP checksums. */
struct weft_checksum {
    const char *name, *help;
    bool in_software;
};

/* How data comes into the application's buffers before it is written. */
struct weft_fill {
    const char *name, *help;
    bool by_cpu; /* the CPU copies it there; else a device's DMA puts it there */
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
    const struct weft_interface *interface; /* NULL: the first row, socket */
};

extern const struct weft_unit *const weft_units[];
extern const struct weft_copy *const weft_copies[];
extern const struct weft_interrupt *const weft_interrupts[];
extern const struct weft_queues *const weft_queue_kinds[];
extern const struct weft_pacing *const weft_pacings[];
extern const struct weft_checksum *const weft_checksums[]; /* the first row is the default: offload */
extern const struct weft_fill *const weft_fills[];         /* likewise: dma */
extern const struct weft_method *const weft_methods[];

WEFT_END_DECLS

#endif
