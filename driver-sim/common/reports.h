/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_SIM_REPORTS_H
#define WEFT_DRIVER_SIM_REPORTS_H

/* The ways of packets behind their servers, as a simulator tells them one by one, made into the trains that observers get,
 * in the order of weft/train.h. A hop is one packet at one switch; it is told of when it is known what became of it and of
 * all hops before it, and what has been told is forgotten: so what is kept is what is on its way, and what came behind a
 * packet that waits for long. */

#include "weft/setup.h"
#include "weft/train.h"

/* Columns of a train, with their meaning at WEFT_AT_SWITCH. */
struct weft_hop {
    uint64_t packet;
    uint32_t stream, number, payload_bytes, frame_bytes;
    uint32_t port; /* of the switch: below the setup's devices, that of a device */
    weft_ps tx_ps, at_ps, enter_ps;
};

struct weft_reports;
/* Borrows the setup and what the watches point to. The caller frees. */
struct weft_reports *weft_reports_new(const struct weft_setup *setup, const struct weft_watch *watch,
                                      size_t watches);
void weft_reports_free(struct weft_reports *reports);

/* One more hop, in the order of train.h at WEFT_AT_SWITCH: enter_ps does not decrease (asserted). Returns its place, its
 * name below. A packet that its link lost has one too. Each place then gets
 *     lost                   if it never was in the queue;
 *     left                   where its port is before a trunk;
 *     left, then arrived     where it is before a device, background traffic too, though observers do not hear of it there;
 *     left, then lost        where that device is off.
 * Any of them may be told before the instant that it names. */
uint64_t weft_reports_enter(struct weft_reports *reports, const struct weft_hop *hop);
/* Its last bit leaves the port at `done_ps`. */
void weft_reports_left(struct weft_reports *reports, uint64_t place, weft_ps done_ps);
/* It was dropped: WEFT_DROPPED_DEVICE after `left`, the others instead of it. */
void weft_reports_lost(struct weft_reports *reports, uint64_t place, enum weft_outcome outcome);
/* Its last bit is at the device behind its port at `at_ps`; told in order of it for each device (asserted). */
void weft_reports_arrived(struct weft_reports *reports, uint64_t place, weft_ps at_ps);

/* Hops that are kept now. */
uint64_t weft_reports_kept(const struct weft_reports *reports);
/* Tell what has not been told yet, nothing more comes. Returns how many hops could not be told since it is not known what
 * became of one of them, or of one before: 0, or the simulator lost a packet. */
uint64_t weft_reports_finish(struct weft_reports *reports);

#endif
