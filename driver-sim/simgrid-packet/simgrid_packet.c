/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The back end `simgrid-packet`: an engine and a platform for one setup, and what is attached to them. */

#include "attach.h"
#include "simgrid/loader.h"
#include "simgrid/meter.h"
#include "weft/backend.h"

#include <simgrid/engine.h>
#include <xbt/log.h>

/* SimGrid takes what is less than the precision apart for one date: so instants stay apart as long as a double of seconds
 * can tell picoseconds. */
static int run(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,
               struct weft_error *error)
{
    struct hop_attached *attached = NULL;
    weft_simgrid_engine_start("1e-13");
    int status = weft_simgrid_engine_load(setup, error);
    if (status == WEFT_OK)
        status = hop_attach(setup, watch, watches, &attached, error);
    if (status != WEFT_OK)
        return status;
    xbt_log_control_set("root.app:file:/dev/null"); /* of a deadlock, say, which hop_finish() finds */
    struct weft_simgrid_meter *meter = weft_simgrid_meter_new(setup);
    simgrid_run();
    weft_simgrid_meter_tell(meter, watch, watches);
    status = hop_finish(attached, error);
    hop_free(attached);
    weft_simgrid_meter_free(meter);
    return status;
}

static const struct weft_backend backend = {
    .version = WEFT_BACKEND_VERSION,
    .name = "simgrid-packet",
    .help = "SimGrid owns clock and loop: each hop of a packet is an event, each piece of work an execution",
    .refuse = hop_refuse,
    .run = run,
};

const struct weft_backend *weft_backend(void);

const struct weft_backend *weft_backend(void)
{
    return &backend;
}
