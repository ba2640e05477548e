/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_METRICS_BALANCE_H
#define WEFT_METRICS_BALANCE_H

/* How evenly the bytes that arrive at the switches are spread over the ports before devices (R17): Jain's index over all
 * of these, for each window of 1 ms that had traffic to them. Trunk ports are not among them: how many streams share one
 * is a matter of the network, not of the order on the wire. */

#include "metrics/arrival.h"
#include "metrics/port_line.h"
#include "weft/train.h"

#define WEFT_BALANCE_WINDOW_PS (WEFT_PS_PER_S / 1000)

/* The bytes of each port are in its line, with the end of their window: what is of an earlier window counts as none, so that
 * opening one costs nothing. */
struct weft_balance {
    uint32_t ports; /* before devices: the first ones */
    weft_ps end_ps; /* of the open window */
    uint64_t sum;   /* of its bytes; 0: it had no traffic */
    weft_u128 sum_of_squares;
    uint64_t closed_windows;
    double closed_sum;
};

void weft_balance_init(struct weft_balance *balance, uint32_t ports);

/* Close the window that is open: the next one is that of `at_ps`, which must not lie before it. */
void weft_balance_open(struct weft_balance *balance, weft_ps at_ps);

/* While a window's sum is below this, squares fit 64 bits for a train more: frames are below 2^21 bytes, as all work of a
 * link is below 2^24 bits. */
#define WEFT_BALANCE_NARROW_BYTES (UINT64_C(1) << 31)

/* What the sum of squares grows by when `frame_bytes` come to a port: (x + b)^2 - x^2. */
static inline uint64_t weft_balance_add(struct weft_port_line *line, weft_ps end_ps, uint32_t frame_bytes)
{
    uint64_t before = line->window_ps == end_ps ? line->window_bytes : 0;
    line->window_ps = end_ps;
    line->window_bytes = before + frame_bytes;
    return (2 * before + frame_bytes) * frame_bytes;
}

/* A frame of a stream comes to a port before a device, dropped there or not. Instants never decrease by a window. */
void weft_balance_arrive(struct weft_balance *balance, struct weft_port_line *line, weft_ps enter_ps,
                         uint32_t frame_bytes);

/* What came in a period, which was seen, comes so many times more. */
void weft_balance_repeat(struct weft_balance *balance, struct weft_port_line *lines, uint32_t ports,
                         const struct weft_repeat *repeat, const struct weft_arrivals *arrivals);

/* The index of the window that is open, which has traffic. */
double weft_balance_open_index(const struct weft_balance *balance);

/* Windows with traffic so far, and the sum of their indices; the open window is taken as it stands. */
uint64_t weft_balance_windows(const struct weft_balance *balance);
double weft_balance_sum(const struct weft_balance *balance);

#endif
