/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_SIM_REPEAT_H
#define WEFT_DRIVER_SIM_REPEAT_H

/* Leaves whole periods of a steady state out of a run (weft/train.h), without a trace in any result. For back ends that own the
 * loop over an exchange and may let time jump. */

#include "common/exchange.h"

struct weft_repetition;
/* Of the run of an exchange that has not begun. Borrows all. Looks for nothing where no period can be left out: that is known
 * beforehand and costs nothing later. The caller frees. */
struct weft_repetition *weft_repetition_new(const struct weft_setup *setup, const struct weft_watch *watch,
                                            size_t watches, struct weft_exchange *exchange);
void weft_repetition_free(struct weft_repetition *repetition);

/* Due each time before a host is stepped to `now_ps`, which is weft_exchange_next(). True: time has jumped, all hosts are due
 * later now. */
bool weft_repetition_jumps(struct weft_repetition *repetition, weft_ps now_ps);

#endif
