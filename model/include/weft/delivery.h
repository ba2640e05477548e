/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DELIVERY_H
#define WEFT_DELIVERY_H

/* What devices make of the bytes. An observer that carries each packet's bytes from the instant the NIC read
 * them to its device, checks the header there, and compares the payload with the stream's source at its
 * place. */

#include "weft/setup.h"
#include "weft/train.h"

WEFT_BEGIN_DECLS

struct weft_delivery_result {
    uint64_t intact_packets, intact_bytes; /* payload that equals the source, at the right place, in order */
    uint64_t corrupt_packets;              /* wrong header, wrong length, wrong bytes or out of order */
    bool complete;                         /* a file: every byte of it arrived intact */
};

struct weft_delivery;
/* Borrows the setup, whose media must have data. The caller frees. */
struct weft_delivery *weft_delivery_new(const struct weft_setup *setup);
void weft_delivery_free(struct weft_delivery *delivery);
/* What a back end calls; borrows the observer. */
struct weft_watch weft_delivery_watch(struct weft_delivery *delivery);

/* One result a stream, as one block without pointers: streams * sizeof(struct weft_delivery_result). */
struct weft_delivery_result *weft_delivery_results(struct weft_delivery *delivery);

WEFT_END_DECLS

#endif
