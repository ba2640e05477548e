/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_SWITCH_TAP_H
#define BENCH_SWITCH_TAP_H

/* A tap of all links of a namespace: an AF_PACKET ring that keeps of every frame where and when it came or went. The kernel tells it
 * of a frame that comes right before the bridge gets it, and of one that goes right when its queue lets it go: so in the
 * order of the tap a port holds what came for it and has not gone. */

#include <glib.h>
#include <stdint.h>

enum { SWITCH_NOT_OURS = 1 << 30 };

struct switch_event {
    uint64_t at_ns; /* by the real-time clock */
    int link_index;
    gboolean goes;   /* out of the switch; else it comes */
    uint32_t device; /* to which the frame goes: of its address; SWITCH_NOT_OURS: it is none of weft's */
    uint32_t number; /* of the packet in its stream, modulo 2^16 */
};

struct switch_tap;
/* Keeps up to `frames` frames until they are taken. NULL and an error (STATUS_INPUT). The caller frees. */
struct switch_tap *switch_tap_new(uint32_t frames, GError **error);
void switch_tap_free(struct switch_tap *tap);
/* Takes what has been kept, of struct switch_event, in order. NULL and an error where the ring was full. The caller unrefs. */
GArray *switch_tap_take(struct switch_tap *tap, GError **error);

#endif
