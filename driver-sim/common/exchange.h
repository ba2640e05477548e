/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_SIM_EXCHANGE_H
#define WEFT_DRIVER_SIM_EXCHANGE_H

/* What back ends that use the model's switch have in common: hosts on one side, the fabric on the other,
 * observers told in between. The back end owns the loop and says when. */

#include "weft/host.h"
#include "weft/train.h"

struct weft_exchange;
/* Borrows the setup and what the watches point to. The caller frees. */
struct weft_exchange *weft_exchange_new(const struct weft_setup *setup, const struct weft_watch *watch,
                                        size_t watches);
void weft_exchange_free(struct weft_exchange *exchange);

/* Hosts and fabric, for who looks at them. */
struct weft_fabric;
struct weft_fabric *weft_exchange_fabric(struct weft_exchange *exchange);
struct weft_host *weft_exchange_host(struct weft_exchange *exchange, uint32_t server);
/* The next instant at which something is due on any host, and the first server whose host it is; WEFT_NEVER: all are
 * over. No packet that a host has yet to send can be in the switch at or before it. */
weft_ps weft_exchange_next(const struct weft_exchange *exchange);
uint32_t weft_exchange_first(const struct weft_exchange *exchange);

/* The NIC of one server: report and hand over every packet whose first bit goes out at or before `until_ps`.
 * Due before the host is stepped to `until_ps`. */
void weft_exchange_take(struct weft_exchange *exchange, uint32_t server, weft_ps until_ps);
/* Step the host of one server, as weft_host_step(). Hosts of an exchange are stepped in no other way. */
void weft_exchange_step(struct weft_exchange *exchange, uint32_t server, weft_ps now_ps);
/* Move what is in the switch, when so much waits that asking every server is worth it. */
void weft_exchange_advance(struct weft_exchange *exchange);
/* The same, to an instant not after weft_exchange_next(). */
void weft_exchange_move(struct weft_exchange *exchange, weft_ps until_ps);
/* A period begins where all has been moved to: hosts and observers are told so. It is over at `now_ps`, with all as it was:
 * everything becomes what it is after as many more. */
void weft_exchange_mark(struct weft_exchange *exchange);
void weft_exchange_repeat(struct weft_exchange *exchange, weft_ps now_ps, const struct weft_repeat *repeat);
/* Every host is over: hand over the rest, empty the network, report the hosts' counters. */
void weft_exchange_finish(struct weft_exchange *exchange);

#endif
