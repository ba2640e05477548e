/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of orders: one row a policy, each in a file of its own. */

#include "weft/driver.h"

const struct weft_order *const weft_orders[] = {
    &weft_order_sequential, &weft_order_round_robin, &weft_order_chunk,
    &weft_order_drr,        &weft_order_swrr,        &weft_order_smooth,
    &weft_order_deadline,   &weft_order_random,      NULL,
};
