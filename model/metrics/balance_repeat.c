/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Load balance where a period is told again and again. Windows lie on a grid of 1 ms, so they see the same only after a cycle:
 * the least number of periods that is a whole number of windows. Once the open window has nothing of what came before the
 * period, cycles are alike: the indices of one are kept, and added again in the same order, as sums of floating-point numbers
 * depend on it. */
#include "metrics/balance.h"

#include <stdlib.h>

/* Of a cycle, so that memory does not grow with the run: where there are more, periods are told one by one. */
enum { MOST_WINDOWS = 1 << 21 };

struct indices {
    double *index;
    size_t n, room;
};

static void keep(struct indices *indices, double index)
{
    if (indices->n == indices->room) {
        indices->room = 2 * indices->room + 64;
        indices->index = weft_resize(indices->index, indices->room, sizeof *indices->index);
    }
    indices->index[indices->n++] = index;
}

/* `kept` (may be NULL) gets the indices of the windows that are closed. */
static void tell_again(struct weft_balance *balance, struct weft_port_line *lines,
                       const struct weft_arrivals *arrivals, weft_ps later_ps, struct indices *kept)
{
    for (size_t i = 0; i < arrivals->n; i++) {
        const struct weft_arrival *arrival = &arrivals->arrival[i];
        const weft_ps enter_ps = arrival->enter_ps + later_ps;
        if (arrival->port >= balance->ports)
            continue;
        if (kept && enter_ps >= balance->end_ps && balance->sum > 0)
            keep(kept, weft_balance_open_index(balance));
        weft_balance_arrive(balance, &lines[arrival->port], enter_ps, arrival->frame_bytes);
    }
}

static void shift(struct weft_balance *balance, struct weft_port_line *lines, uint32_t ports,
                  weft_ps later_ps)
{
    for (uint32_t i = 0; i < ports; i++)
        if (lines[i].window_ps == balance->end_ps)
            lines[i].window_ps += later_ps;
    balance->end_ps += later_ps;
}

static void add_cycles(struct weft_balance *balance, const struct indices *indices, uint64_t cycles)
{
    for (uint64_t cycle = 0; cycle < cycles; cycle++)
        for (size_t i = 0; i < indices->n; i++)
            balance->closed_sum += indices->index[i];
    balance->closed_windows += cycles * indices->n;
}

void weft_balance_repeat(struct weft_balance *balance, struct weft_port_line *lines, uint32_t ports,
                         const struct weft_repeat *repeat, const struct weft_arrivals *arrivals)
{
    const weft_ps period_ps = repeat->period_ps;
    const uint64_t divisor = weft_common_divisor(period_ps, WEFT_BALANCE_WINDOW_PS),
                   cycle = WEFT_BALANCE_WINDOW_PS / divisor, windows = period_ps / divisor; /* of a cycle */
    /* With the period that was seen, nothing that came before it is in the window then. */
    const uint64_t first = (WEFT_BALANCE_WINDOW_PS - 1) / period_ps;
    const uint64_t cycles =
        repeat->times > first && windows <= MOST_WINDOWS ? (repeat->times - first) / cycle : 0;
    struct indices indices = {.n = 0};
    uint64_t told = 0;
    if (cycles > 1) {
        while (told < first)
            tell_again(balance, lines, arrivals, ++told * period_ps, NULL);
        while (told < first + cycle)
            tell_again(balance, lines, arrivals, ++told * period_ps, &indices);
        add_cycles(balance, &indices, cycles - 1);
        shift(balance, lines, ports, (cycles - 1) * cycle * period_ps);
        told += (cycles - 1) * cycle;
    }
    while (told < repeat->times)
        tell_again(balance, lines, arrivals, ++told * period_ps, NULL);
    free(indices.index);
}
