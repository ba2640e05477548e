/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The back end `simgrid`: an engine and a platform for one setup, and the actors attached to them. */

#include "weft/simgrid.h"
#include "weft/backend.h"

#include <errno.h>
#include <simgrid/engine.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Transfers take exactly size / bandwidth + latency, events a picosecond apart stay apart, and nothing is
 * printed that is not fatal. Without guard pages the number of actors is not bounded by the number of memory
 * maps. */
static void start_engine(void)
{
    char *argv[] = {(char[]){"weft"},
                    (char[]){"--log=root.thres:critical"},
                    (char[]){"--cfg=surf/precision:1e-12"},
                    (char[]){"--cfg=network/model:CM02"},
                    (char[]){"--cfg=network/crosstraffic:0"},
                    (char[]){"--cfg=network/TCP-gamma:1e18"},
                    (char[]){"--cfg=contexts/guard-size:0"},
                    NULL};
    int argc = sizeof(argv) / sizeof(*argv) - 1;
    simgrid_init(&argc, argv);
}

static bool write_all(int file, const char *text, size_t bytes)
{
    while (bytes > 0) {
        ssize_t written = write(file, text, bytes);
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            text += written;
            bytes -= (size_t)written;
        }
    }
    return true;
}

/* SimGrid reads platforms from files only: this one has no name. */
static int load_platform(const struct weft_setup *setup, struct weft_error *error)
{
    char *text = weft_simgrid_platform(setup);
    int file = memfd_create("platform.xml", MFD_CLOEXEC);
    bool written = file >= 0 && write_all(file, text, strlen(text));
    int reason = errno;
    free(text);
    if (written) {
        char path[64];
        snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
        simgrid_load_platform(path);
    }
    if (file >= 0)
        close(file);
    return written ? WEFT_OK : weft_fail(error, WEFT_FAILED, "simgrid: platform file: %s", strerror(reason));
}

static int run(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,
               struct weft_error *error)
{
    struct weft_simgrid *attached = NULL;
    start_engine();
    int status = load_platform(setup, error);
    if (status == WEFT_OK)
        status = weft_simgrid_attach(setup, watch, watches, &attached, error);
    if (status != WEFT_OK)
        return status;
    simgrid_run();
    status = weft_simgrid_finish(attached, error);
    weft_simgrid_free(attached);
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
