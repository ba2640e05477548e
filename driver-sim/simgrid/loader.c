/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An engine, and a platform for one setup. */

#include "loader.h"

#include "weft/platform.h"
#include "weft/simgrid.h"

#include <errno.h>
#include <simgrid/engine.h>
#include <simgrid/plugins/energy.h>
#include <simgrid/plugins/load.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Without guard pages the number of actors is not bounded by the number of memory maps. */
void weft_simgrid_engine_start(const char *precision_s)
{
    char precision[64];
    snprintf(precision, sizeof(precision), "--cfg=surf/precision:%s", precision_s);
    char *argv[] = {(char[]){"weft"},
                    (char[]){"--log=root.thres:error"},
                    (char[]){"--log=root.fmt:" WEFT_PLATFORM_SAYS "%m%n"},
                    precision,
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
static int load(const char *text, struct weft_error *error)
{
    int file = memfd_create("platform.xml", MFD_CLOEXEC);
    bool written = file >= 0 && write_all(file, text, strlen(text));
    int reason = errno;
    if (written) {
        char path[64];
        snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
        simgrid_load_platform(path);
    }
    if (file >= 0)
        close(file);
    return written ? WEFT_OK : weft_fail(error, WEFT_FAILED, "platform file: %s", strerror(reason));
}

int weft_simgrid_engine_load_users(const char *platform, bool energy, struct weft_error *error)
{
    sg_host_load_plugin_init();
    if (energy)
        sg_host_energy_plugin_init();
    return load(platform, error);
}

int weft_simgrid_engine_load(const struct weft_setup *setup, struct weft_error *error)
{
    if (setup->platform)
        return weft_simgrid_engine_load_users(setup->platform, setup->platform_power, error);
    char *text = weft_simgrid_platform(setup);
    int status = load(text, error);
    free(text);
    return status;
}
