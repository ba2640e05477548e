/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The back end `simgrid`: an engine and a platform for one setup, and the actors attached to them. */

#include "weft/simgrid.h"

#include "loader.h"
#include "meter.h"
#include "weft/backend.h"

#include <simgrid/engine.h>

static int run(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,
               struct weft_error *error)
{
    struct weft_simgrid *attached = NULL;
    weft_simgrid_engine_start("1e-12");
    int status = weft_simgrid_engine_load(setup, error);
    if (status == WEFT_OK)
        status = weft_simgrid_attach(setup, watch, watches, &attached, error);
    if (status != WEFT_OK)
        return status;
    struct weft_simgrid_meter *meter = weft_simgrid_meter_new(setup);
    simgrid_run();
    weft_simgrid_meter_tell(meter, watch, watches);
    status = weft_simgrid_finish(attached, error);
    weft_simgrid_free(attached);
    weft_simgrid_meter_free(meter);
    return status;
}

static const struct weft_backend backend = {
    .version = WEFT_BACKEND_VERSION,
    .name = "simgrid",
    .help = "SimGrid owns clock and loop: application, driver, NIC and core actors on its hosts",
    .refuse = weft_simgrid_names_check,
    .run = run,
};

const struct weft_backend *weft_backend(void);

const struct weft_backend *weft_backend(void)
{
    return &backend;
}
