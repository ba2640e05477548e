/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_METRICS_BALANCE_H
#define WEFT_METRICS_BALANCE_H

/* How evenly the bytes that arrive at the switches are spread over the ports before devices (R17): Jain's index over all
 * of these, for each window of 1 ms that had traffic to them. Trunk ports are not among them: how many streams share one
 * is a matter of the network, not of the order on the wire. */

#include "weft/train.h"

#define WEFT_BALANCE_WINDOW_PS (WEFT_PS_PER_S / 1000)

struct weft_balance {
    uint32_t ports; /* before devices: the first ones */
    uint32_t streams;
    uint64_t *bytes;   /* per port, in the open window */
    uint32_t *touched; /* the ports that have any: closing a window costs no more than its packets did */
    uint32_t touched_n;
    uint64_t sum;
    weft_u128 sum_of_squares;
    weft_ps end_ps; /* of the open window */
    uint64_t closed_windows;
    double closed_sum;
};

/* Packets of streams past `streams` are background traffic, which nobody orders: they do not count. */
void weft_balance_init(struct weft_balance *balance, uint32_t ports, uint32_t streams);
void weft_balance_clear(struct weft_balance *balance);

/* Packets [first, n) of a train at the switches: all that arrived, dropped there or not. Instants never decrease by a
 * window. */
void weft_balance_arrive(struct weft_balance *balance, const struct weft_train *train, uint32_t first);

/* Windows with traffic so far, and the sum of their indices; the open window is taken as it stands. */
uint64_t weft_balance_windows(const struct weft_balance *balance);
double weft_balance_sum(const struct weft_balance *balance);

#endif
