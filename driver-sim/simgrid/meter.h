/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_SIMGRID_METER_H
#define WEFT_SIMGRID_METER_H

/* What SimGrid's plugins say of the servers' hosts in [warmup, duration). */

#include "weft/setup.h"
#include "weft/train.h"

/* An actor that reads the plugins, if the setup has a user's platform, which weft_simgrid_engine_load() has loaded. It lives
 * until `duration`, so that no method is measured for a shorter time. Borrows the setup; the caller frees after the simulation. */
struct weft_simgrid_meter;
struct weft_simgrid_meter *weft_simgrid_meter_new(const struct weft_setup *setup);
void weft_simgrid_meter_free(struct weft_simgrid_meter *meter);

/* After the simulation: tell the watches what was read; nothing if nothing was. */
void weft_simgrid_meter_tell(const struct weft_simgrid_meter *meter, const struct weft_watch *watch,
                             size_t watches);

#endif
