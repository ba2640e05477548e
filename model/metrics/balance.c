/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Load balance over ports. The sum and the sum of squares of a window's bytes are kept as packets arrive, so
 * that the index needs no walk over the ports. */
#include "metrics/balance.h"

#include "metrics/formulas.h"

void weft_balance_init(struct weft_balance *balance, uint32_t ports)
{
    *balance = (struct weft_balance){.ports = ports};
}

void weft_balance_open(struct weft_balance *balance, weft_ps at_ps)
{
    balance->closed_windows = weft_balance_windows(balance);
    balance->closed_sum = weft_balance_sum(balance);
    balance->sum = 0;
    balance->sum_of_squares = 0;
    balance->end_ps = (at_ps / WEFT_BALANCE_WINDOW_PS + 1) * WEFT_BALANCE_WINDOW_PS;
}

void weft_balance_arrive(struct weft_balance *balance, struct weft_port_line *line, weft_ps enter_ps,
                         uint32_t frame_bytes)
{
    if (enter_ps >= balance->end_ps)
        weft_balance_open(balance, enter_ps);
    uint64_t before = line->window_ps == balance->end_ps ? line->window_bytes : 0;
    line->window_ps = balance->end_ps;
    line->window_bytes = before + frame_bytes;
    balance->sum += frame_bytes;
    balance->sum_of_squares += (weft_u128)(2 * before + frame_bytes) * frame_bytes;
}

uint64_t weft_balance_windows(const struct weft_balance *balance)
{
    return balance->closed_windows + (balance->sum > 0);
}

double weft_balance_open_index(const struct weft_balance *balance)
{
    return weft_jain_of_sums(balance->sum, balance->sum_of_squares, balance->ports);
}

double weft_balance_sum(const struct weft_balance *balance)
{
    return balance->closed_sum + (balance->sum > 0 ? weft_balance_open_index(balance) : 0.0);
}
