/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_ORDER_CALL_H
#define WEFT_DRIVER_ORDER_CALL_H

#include "state.h"

/* What the driver's order is told about the call that begins: its entries are accepted, nothing is cut. */
struct weft_order_call weft_order_call_of(const struct weft_driver *driver, uint32_t entries);

#endif
