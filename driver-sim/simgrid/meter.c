/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Energy and load of hosts, as the difference of two readings: what a plugin says is counted from the beginning. Idle time is
 * not read: SimGrid 3.32 counts a stretch by what the host does at its end, so one that has just worked was idle. */

#include "meter.h"

#include "platform.h"
#include "servers.h"
#include "weft/host.h"

#include <math.h>
#include <simgrid/plugins/energy.h>
#include <simgrid/plugins/load.h>
#include <stdlib.h>

struct weft_simgrid_meter {
    const struct weft_setup *setup;
    bool energy, read;
    struct weft_host_use *from, *use; /* by server: at warm-up; since then */
};

static struct weft_host_use read_host(const struct weft_simgrid_meter *meter, uint32_t server)
{
    sg_host_t host = weft_simgrid_server_host(meter->setup, server);
    return (struct weft_host_use){
        .joules = meter->energy ? sg_host_get_consumed_energy(host) : NAN,
        .flops = sg_host_get_computed_flops(host),
    };
}

static void run_meter(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    struct weft_simgrid_meter *me = sg_actor_self_get_data();
    weft_simgrid_sleep_until(me->setup->warmup_ps);
    for (uint32_t s = 0; s < me->setup->servers; s++)
        me->from[s] = read_host(me, s);
    weft_simgrid_sleep_until(me->setup->duration_ps);
    for (uint32_t s = 0; s < me->setup->servers; s++) {
        struct weft_host_use to = read_host(me, s), from = me->from[s];
        me->use[s] =
            (struct weft_host_use){.joules = to.joules - from.joules, .flops = to.flops - from.flops};
    }
    me->read = true;
}

struct weft_simgrid_meter *weft_simgrid_meter_new(const struct weft_setup *setup)
{
    struct weft_simgrid_meter *meter = weft_alloc(1, sizeof(*meter));
    meter->setup = setup;
    if (!setup->platform)
        return meter;
    meter->energy = setup->platform_power;
    meter->from = weft_alloc(setup->servers, sizeof(*meter->from));
    meter->use = weft_alloc(setup->servers, sizeof(*meter->use));
    weft_simgrid_start(weft_simgrid_server_host(setup, 0), "meter", 0, run_meter, meter);
    return meter;
}

void weft_simgrid_meter_free(struct weft_simgrid_meter *meter)
{
    if (!meter)
        return;
    free(meter->from);
    free(meter->use);
    free(meter);
}

void weft_simgrid_meter_tell(const struct weft_simgrid_meter *meter, const struct weft_watch *watch,
                             size_t watches)
{
    for (uint32_t s = 0; meter->read && s < meter->setup->servers; s++)
        for (size_t i = 0; i < watches; i++)
            if (watch[i].used)
                watch[i].used(watch[i].ctx, s, &meter->use[s]);
}
