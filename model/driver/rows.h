/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_ROWS_H
#define WEFT_DRIVER_ROWS_H

/* The axis rows by name, for the method table. */

#include "weft/method.h"

extern const struct weft_unit weft_unit_packet, weft_unit_destination, weft_unit_interval;
extern const struct weft_copy weft_copy_copy, weft_copy_zero_copy;
extern const struct weft_interrupt weft_interrupt_per_packet, weft_interrupt_coalesced,
    weft_interrupt_last_packet, weft_interrupt_threshold, weft_interrupt_polled;
extern const struct weft_queues weft_queues_one, weft_queues_per_destination;
extern const struct weft_pacing weft_pacing_none, weft_pacing_interval, weft_pacing_packet, weft_pacing_rate,
    weft_pacing_slice;

/* comparators.c */
extern const struct weft_method weft_method_connected, weft_method_io_uring, weft_method_gso_batched,
    weft_method_gso_nic, weft_method_gso_nic_zero_copy, weft_method_io_uring_gso, weft_method_tx_ring,
    weft_method_af_xdp, weft_method_bypass, weft_method_interleaved_stack;

#endif
