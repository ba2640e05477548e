/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_WAYS_H
#define COMMAND_WAYS_H

/* An observer that puts together what a back end tells of each packet: a row for every switch on its way, in the order in
 * which they are known whole. It also holds the back end to what weft/train.h asks of it, and a report that breaks a rule is
 * a row too. Memory holds what is on its way and no more. */

#include "weft/setup.h"
#include "weft/train.h"

#include <glib.h>

/* What is wrong with a report. */
enum way_fault { WAY_FINE, WAY_STRAY, WAY_CONTRADICTION, WAY_DISORDER, WAY_UNFINISHED, WAY_FAULTS };
/* Name (as in results) and meaning of each, in the order of the enum. */
struct way_fault_row {
    const char *name, *help;
};
extern const struct way_fault_row way_faults[WAY_FAULTS];

/* A packet at one switch, or a faulty report. What is not known, or never was, is WEFT_NEVER and WAY_NO_PORT. No padding, so
 * that rows compare as bytes. */
struct way_row {
    uint64_t packet; /* as in trains */
    weft_ps tx_ps, sent_ps, in_ps, enter_ps, out_ps;
    weft_ps device_ps;   /* at the last switch of what is delivered */
    uint64_t bytes_hash; /* of what the NIC read; 0 where no bytes are carried, and of background traffic */
    uint32_t stream, number, payload_bytes, frame_bytes, port;
    uint16_t hop; /* switches before this one */
    uint8_t outcome, fault;
};
#define WAY_NO_PORT UINT32_MAX

/* Who is told. */
struct way_sink {
    void *ctx;
    void (*row)(void *ctx, const struct way_row *row);
};

struct ways;
/* Borrows the setup. `bytes`: they are carried, and hashed. The caller frees. */
struct ways *ways_new(const struct weft_setup *setup, bool bytes, struct way_sink sink);
void ways_free(struct ways *ways);
/* Tells packets to the end of a run; servers and refusals are not looked at. */
struct weft_watch ways_watch(struct ways *ways);
/* After the run: what is still on its way. */
void ways_finish(struct ways *ways);

#endif
