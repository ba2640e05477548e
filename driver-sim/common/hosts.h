/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_SIM_HOSTS_H
#define WEFT_DRIVER_SIM_HOSTS_H

/* The servers of one run and its observers, whatever the network behind them is made of. The back end owns the loop and
 * says when. It may take what a host sends at any time before it steps the host, up to the host's next instant: right
 * after a step every packet is known whose first bit goes out until then, so each can be an event of a simulator. */

#include "weft/host.h"
#include "weft/train.h"

struct weft_hosts;
/* Borrows the setup and what the watches point to. The caller frees. */
struct weft_hosts *weft_hosts_new(const struct weft_setup *setup, const struct weft_watch *watch,
                                  size_t watches);
void weft_hosts_free(struct weft_hosts *hosts);

struct weft_host *weft_hosts_host(struct weft_hosts *hosts, uint32_t server);
/* The next instant at which something is due on any host, and the first server whose host it is; WEFT_NEVER: all are
 * over. */
weft_ps weft_hosts_next(const struct weft_hosts *hosts);
uint32_t weft_hosts_first(const struct weft_hosts *hosts);

/* The NIC of one server: packets whose first bit goes out at or before `until_ps`, at most the host's next instant, and
 * as many as fit into a train; reported at WEFT_AT_SERVER. Returns how many, also in out->n; with bytes, descriptors are
 * valid until the next call of any function here. To be called until it returns 0 before the host is stepped to that
 * instant. */
uint32_t weft_hosts_take(struct weft_hosts *hosts, uint32_t server, weft_ps until_ps, struct weft_train *out);
/* The same to the end of a train that has room, not reported yet; and the report of it. Without bytes. */
uint32_t weft_hosts_gather(struct weft_hosts *hosts, uint32_t server, weft_ps until_ps,
                           struct weft_train *train);
void weft_hosts_tell(const struct weft_hosts *hosts, uint32_t server, const struct weft_train *train);
/* Whether an observer asks for them. */
bool weft_hosts_want_bytes(const struct weft_hosts *hosts);
/* Step the host of one server, as weft_host_step(). Hosts are stepped in no other way. */
void weft_hosts_step(struct weft_hosts *hosts, uint32_t server, weft_ps now_ps);

/* Everything whose first bit goes out before `until_ps` has been taken: tell the observers so. Does not decrease. */
void weft_hosts_advance(struct weft_hosts *hosts, weft_ps until_ps);
/* A period begins, and is over: as weft_exchange_mark() and weft_exchange_repeat() (exchange.h), without the network. */
void weft_hosts_mark(struct weft_hosts *hosts);
void weft_hosts_repeat(struct weft_hosts *hosts, weft_ps now_ps, const struct weft_repeat *repeat);
/* Every host is over and everything has been reported: report refused entries and counters. */
void weft_hosts_finish(struct weft_hosts *hosts);

#endif
