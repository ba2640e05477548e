/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The loaded platform, compared with the setup: one made of it, where names are KIND.NAME, or a user's, where nodes are
 * hosts and links are routes between them. */

#include "platform.h"
#include "ways.h"

#include <inttypes.h>
#include <math.h>
#include <simgrid/host.h>
#include <simgrid/link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *new_id(const char *kind, const char *name)
{
    size_t bytes = strlen(kind) + strlen(name) + 2;
    char *id = weft_alloc(bytes, 1);
    snprintf(id, bytes, "%s.%s", kind, name);
    return id;
}

static sg_host_t find_host(const char *kind, const char *name)
{
    char *id = new_id(kind, name);
    sg_host_t host = sg_host_by_name(id);
    free(id);
    return host;
}

/* In a user's platform nodes have the names of hosts. */
static sg_host_t node_host(const struct weft_setup *setup, const char *kind, const char *name)
{
    return setup->platform ? sg_host_by_name(name) : find_host(kind, name);
}

sg_host_t weft_simgrid_server_host(const struct weft_setup *setup, uint32_t server)
{
    return node_host(setup, WEFT_SIMGRID_SERVER_KIND, setup->server[server].name);
}

sg_host_t weft_simgrid_switch_host(const struct weft_setup *setup, uint32_t switch_index)
{
    return node_host(setup, WEFT_SIMGRID_SWITCH_KIND, setup->switch_[switch_index].name);
}

/* The platform's links by name. Asking SimGrid for one that does not exist would end the process. */
struct links {
    sg_link_t *link;
    size_t n;
};

static int compare_links(const void *a, const void *b)
{
    return strcmp(sg_link_get_name(*(const sg_link_t *)a), sg_link_get_name(*(const sg_link_t *)b));
}

static int compare_id_with_link(const void *id, const void *link)
{
    return strcmp(id, sg_link_get_name(*(const sg_link_t *)link));
}

static struct links list_links(void)
{
    struct links links = {.link = sg_link_list(), .n = sg_link_count()};
    if (links.n > 0)
        qsort(links.link, links.n, sizeof(sg_link_t), compare_links);
    return links;
}

/* SimGrid keeps doubles in bytes and seconds: equal means equal when rounded to what the setup says. */
static bool equals(double value, uint64_t expected)
{
    return isfinite(value) && value >= 0 && value < 0x1p63 && (uint64_t)llround(value) == expected;
}

static int check_link(const struct links *links, const char *id, uint64_t bps, weft_ps delay_ps,
                      struct weft_error *error)
{
    const sg_link_t *link =
        links->n > 0 ? bsearch(id, links->link, links->n, sizeof(sg_link_t), compare_id_with_link) : NULL;
    if (!link)
        return weft_fail(error, WEFT_FAILED, "the platform has no link '%s'", id);
    double link_bps = 8 * sg_link_get_bandwidth(*link);
    double link_ps = (double)WEFT_PS_PER_S * sg_link_get_latency(*link);
    if (!equals(link_bps, bps) || !equals(link_ps, delay_ps))
        return weft_fail(error, WEFT_FAILED,
                         "the platform's link '%s' has %.17g bit/s and %.17g ps, the setup %" PRIu64
                         " bit/s and %" PRIu64 " ps",
                         id, link_bps, link_ps, bps, delay_ps);
    return WEFT_OK;
}

static int check_host(const char *id, uint64_t hz, uint32_t cores, struct weft_error *error)
{
    sg_host_t host = sg_host_by_name(id);
    if (!host)
        return weft_fail(error, WEFT_FAILED, "the platform has no host '%s'", id);
    double host_hz = sg_host_get_speed(host);
    int host_cores = sg_host_core_count(host);
    if (!equals(host_hz, hz) || !equals(host_cores, cores))
        return weft_fail(error, WEFT_FAILED,
                         "the platform's host '%s' has %d cores of %.17g flop/s, the setup %" PRIu32
                         " of %" PRIu64 " Hz",
                         id, host_cores, host_hz, cores, hz);
    return WEFT_OK;
}

static int check_way(const char *from, const char *to, uint64_t bps, weft_ps delay_ps,
                     struct weft_error *error)
{
    sg_host_t source = sg_host_by_name(from), end = sg_host_by_name(to);
    if (!source || !end)
        return weft_fail(error, WEFT_FAILED, "the platform has no host '%s'", source ? to : from);
    struct weft_simgrid_route route = weft_simgrid_route_find(source, end);
    uint64_t way_bps = 0;
    weft_ps way_ps = 0;
    int status = WEFT_OK;
    if (route.links == 0)
        status = weft_fail(error, WEFT_FAILED, "the platform has no route from '%s' to '%s'", from, to);
    else if (weft_simgrid_route_read(&route, &way_bps, &way_ps, error) != WEFT_OK)
        status = WEFT_FAILED;
    else if (way_bps != bps || way_ps != delay_ps)
        status = weft_fail(error, WEFT_FAILED,
                           "the platform's route from '%s' to '%s' has %" PRIu64 " bit/s and %" PRIu64
                           " ps, the setup %" PRIu64 " bit/s and %" PRIu64 " ps",
                           from, to, way_bps, way_ps, bps, delay_ps);
    weft_simgrid_route_clear(&route);
    return status;
}

static int check_servers(const struct weft_setup *setup, struct weft_error *error)
{
    int status = WEFT_OK;
    for (uint32_t i = 0; i < setup->servers && status == WEFT_OK; i++)
        status = check_host(setup->server[i].name, setup->server[i].cpu_hz, setup->server[i].cores, error);
    return status;
}

int weft_simgrid_ways_check(const struct weft_setup *setup, struct weft_error *error)
{
    int status = WEFT_OK;
    for (uint32_t i = 0; i < setup->servers && status == WEFT_OK; i++) {
        const struct weft_server *server = &setup->server[i];
        status = check_way(server->name, setup->switch_[server->switch_index].name, server->link_bps,
                           server->delay_ps, error);
    }
    for (uint32_t i = 0; i < setup->devices && status == WEFT_OK; i++) {
        const struct weft_device *device = &setup->device[i];
        status = check_way(setup->switch_[device->switch_index].name, device->name, device->rate_bps,
                           device->delay_ps, error);
    }
    for (uint32_t i = 0; i < setup->trunks && status == WEFT_OK; i++) {
        const struct weft_trunk *trunk = &setup->trunk[i];
        status = check_way(setup->switch_[trunk->from].name, setup->switch_[trunk->to].name, trunk->rate_bps,
                           trunk->delay_ps, error);
    }
    return status;
}

static int check_own(const struct weft_setup *setup, struct weft_error *error)
{
    struct links links = list_links();
    int status = WEFT_OK;
    for (uint32_t i = 0; i < setup->servers && status == WEFT_OK; i++) {
        const struct weft_server *server = &setup->server[i];
        char *id = new_id(WEFT_SIMGRID_SERVER_KIND, server->name);
        status = check_host(id, server->cpu_hz, server->cores, error);
        if (status == WEFT_OK)
            status = check_link(&links, id, server->link_bps, server->delay_ps, error);
        free(id);
    }
    for (uint32_t i = 0; i < setup->devices && status == WEFT_OK; i++) {
        const struct weft_device *device = &setup->device[i];
        char *id = new_id(WEFT_SIMGRID_DEVICE_KIND, device->name);
        status = check_link(&links, id, device->rate_bps, device->delay_ps, error);
        free(id);
    }
    for (uint32_t i = 0; i < setup->trunks && status == WEFT_OK; i++) {
        const struct weft_trunk *trunk = &setup->trunk[i];
        char *id = new_id(WEFT_SIMGRID_TRUNK_KIND, trunk->name);
        status = check_link(&links, id, trunk->rate_bps, trunk->delay_ps, error);
        free(id);
    }
    free(links.link);
    return status;
}

int weft_simgrid_platform_check(const struct weft_setup *setup, struct weft_error *error)
{
    return setup->platform ? check_servers(setup, error) : check_own(setup, error);
}
