/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Load balance over ports. The sum and the sum of squares of a window's bytes are kept as packets arrive, so
 * that the index needs no walk over the ports. */
#include "metrics/balance.h"

#include "metrics/formulas.h"

#include <stdlib.h>

void weft_balance_init(struct weft_balance *balance, uint32_t ports, uint32_t streams)
{
    *balance = (struct weft_balance){.ports = ports, .streams = streams};
    balance->bytes = weft_alloc(ports, sizeof *balance->bytes);
    balance->touched = weft_alloc(ports, sizeof *balance->touched);
}

void weft_balance_clear(struct weft_balance *balance)
{
    free(balance->bytes);
    free(balance->touched);
}

static double open_index(const struct weft_balance *balance)
{
    return weft_jain_of_sums(balance->sum, balance->sum_of_squares, balance->ports);
}

static void open_window(struct weft_balance *balance, weft_ps at_ps)
{
    balance->closed_windows = weft_balance_windows(balance);
    balance->closed_sum = weft_balance_sum(balance);
    for (uint32_t i = 0; i < balance->touched_n; i++)
        balance->bytes[balance->touched[i]] = 0;
    balance->touched_n = 0;
    balance->sum = 0;
    balance->sum_of_squares = 0;
    balance->end_ps = (at_ps / WEFT_BALANCE_WINDOW_PS + 1) * WEFT_BALANCE_WINDOW_PS;
}

static void add(struct weft_balance *balance, uint32_t port, uint32_t frame_bytes)
{
    uint64_t before = balance->bytes[port];
    if (before == 0)
        balance->touched[balance->touched_n++] = port;
    balance->bytes[port] = before + frame_bytes;
    balance->sum += frame_bytes;
    /* (x + b)^2 - x^2 */
    balance->sum_of_squares += (weft_u128)(2 * before + frame_bytes) * frame_bytes;
}

void weft_balance_arrive(struct weft_balance *balance, const struct weft_train *train, uint32_t first)
{
    const uint32_t ports = balance->ports, streams = balance->streams;
    for (uint32_t i = first; i < train->n; i++) {
        if (train->outcome[i] == WEFT_DROPPED_LINK || train->port[i] >= ports || train->stream[i] >= streams)
            continue;
        if (train->enter_ps[i] >= balance->end_ps)
            open_window(balance, train->enter_ps[i]);
        add(balance, train->port[i], train->frame_bytes[i]);
    }
}

uint64_t weft_balance_windows(const struct weft_balance *balance)
{
    return balance->closed_windows + (balance->touched_n > 0);
}

double weft_balance_sum(const struct weft_balance *balance)
{
    return balance->closed_sum + (balance->touched_n > 0 ? open_index(balance) : 0.0);
}
