/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a route of SimGrid means. */

#include "ways.h"

#include <math.h>
#include <simgrid/host.h>
#include <simgrid/link.h>
#include <stdlib.h>
#include <xbt/dynar.h>

struct weft_simgrid_route weft_simgrid_route_find(sg_host_t from, sg_host_t to)
{
    xbt_dynar_t links = xbt_dynar_new(sizeof(sg_link_t), NULL);
    sg_host_get_route(from, to, links);
    struct weft_simgrid_route route = {.links = (uint32_t)xbt_dynar_length(links)};
    route.link = weft_alloc(route.links, sizeof(sg_link_t));
    for (uint32_t i = 0; i < route.links; i++)
        route.link[i] = xbt_dynar_get_as(links, i, sg_link_t);
    xbt_dynar_free(&links);
    return route;
}

void weft_simgrid_route_clear(struct weft_simgrid_route *route)
{
    free(route->link);
    *route = (struct weft_simgrid_route){0};
}

bool weft_simgrid_whole(double value, uint64_t *out)
{
    if (!(value >= 0 && value < 0x1p63))
        return false;
    double whole = rint(value);
    *out = (uint64_t)whole;
    return fabs(value - whole) <= value * 0x1p-50;
}

int weft_simgrid_route_read(const struct weft_simgrid_route *route, uint64_t *bps, weft_ps *delay_ps,
                            struct weft_error *error)
{
    *bps = UINT64_MAX;
    *delay_ps = 0;
    for (uint32_t i = 0; i < route->links; i++) {
        double rate = 8 * sg_link_get_bandwidth(route->link[i]);
        double latency = (double)WEFT_PS_PER_S * sg_link_get_latency(route->link[i]);
        const char *name = sg_link_get_name(route->link[i]);
        uint64_t link_bps, link_ps;
        if (!weft_simgrid_whole(rate, &link_bps))
            return weft_fail(error, WEFT_INVALID,
                             "link %s: its bandwidth is %.15g bit/s; allowed: a whole number of bit/s", name,
                             rate);
        if (!weft_simgrid_whole(latency, &link_ps))
            return weft_fail(error, WEFT_INVALID,
                             "link %s: its latency is %.15g ps; allowed: a whole number of picoseconds", name,
                             latency);
        *bps = link_bps < *bps ? link_bps : *bps;
        if (__builtin_add_overflow(*delay_ps, link_ps, delay_ps))
            return weft_fail(error, WEFT_INVALID, "link %s: latencies on its route add up to too much", name);
    }
    return WEFT_OK;
}
