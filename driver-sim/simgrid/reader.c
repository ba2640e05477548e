/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A user's platform, told as facts. */

#include "loader.h"
#include "topology.h"
#include "ways.h"

#include <math.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <stdlib.h>
#include <string.h>
#include <xbt/dict.h>

static const char role_property[] = "weft_role", prefix[] = "weft_";

static enum weft_simgrid_role find_role(const char *written)
{
    static const char *const names[WEFT_SIMGRID_OTHER] = {"server", "switch", "device"};
    int role = 0;
    while (role < WEFT_SIMGRID_OTHER && (!written || strcmp(written, names[role]) != 0))
        role++;
    return (enum weft_simgrid_role)role;
}

/* Numbers within names count as numbers, so that host-10 comes after host-9. */
static int compare_hosts(const void *a, const void *b)
{
    return strverscmp(sg_host_get_name(*(const sg_host_t *)a), sg_host_get_name(*(const sg_host_t *)b));
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of a host's properties, sorted: SimGrid's dictionary has no order. The caller frees the array. */
static const char **property_names(xbt_dict_t properties, size_t *n)
{
    const char **name = weft_alloc((size_t)xbt_dict_length(properties), sizeof *name);
    xbt_dict_cursor_t cursor = NULL;
    char *key, *value;
    *n = 0;
    xbt_dict_foreach(properties, cursor, key, value) name[(*n)++] = key;
    if (*n > 0)
        qsort(name, *n, sizeof *name, compare_texts);
    return name;
}

static bool any_of_weft(const char *const *name, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strncmp(name[i], prefix, strlen(prefix)) == 0)
            return true;
    return false;
}

static void tell_host(const struct weft_simgrid_node *node, const char *const *name, size_t n,
                      const struct weft_platform_sink *sink)
{
    uint64_t hz;
    struct weft_platform_host host = {.name = node->name,
                                      .role = sg_host_get_property_value(node->host, role_property),
                                      .cores = (uint32_t)sg_host_core_count(node->host)};
    host.hz = weft_simgrid_whole(sg_host_get_speed(node->host), &hz) ? hz : 0;
    sink->host(sink->ctx, &host);
    for (size_t i = 0; i < n; i++)
        sink->property(sink->ctx, name[i], sg_host_get_property_value(node->host, name[i]));
}

/* Those of weft, told and returned. */
static struct weft_simgrid_node *tell_hosts(const struct weft_platform_sink *sink, uint32_t *nodes)
{
    size_t hosts = sg_host_count();
    sg_host_t *host = sg_host_list();
    struct weft_simgrid_node *node = weft_alloc(hosts, sizeof *node);
    *nodes = 0;
    if (hosts > 0)
        qsort(host, hosts, sizeof(sg_host_t), compare_hosts);
    for (size_t i = 0; i < hosts; i++) {
        xbt_dict_t properties = sg_host_get_properties(host[i]);
        size_t n;
        const char **name = property_names(properties, &n);
        if (any_of_weft(name, n)) {
            struct weft_simgrid_node *next = &node[(*nodes)++];
            *next = (struct weft_simgrid_node){
                .host = host[i],
                .name = sg_host_get_name(host[i]),
                .role = find_role(sg_host_get_property_value(host[i], role_property)),
            };
            tell_host(next, name, n, sink);
        }
        free(name);
        xbt_dict_free(&properties);
    }
    free(host);
    return node;
}

static int check_speeds(const struct weft_simgrid_node *node, uint32_t nodes, struct weft_error *error)
{
    for (uint32_t i = 0; i < nodes; i++) {
        double speed = sg_host_get_speed(node[i].host);
        uint64_t hz;
        if (node[i].role == WEFT_SIMGRID_SERVER && !weft_simgrid_whole(speed, &hz))
            return weft_fail(error, WEFT_INVALID,
                             "host %s: its speed is %.15g flop/s; allowed: a whole number, the Hz of a core",
                             node[i].name, speed);
    }
    return WEFT_OK;
}

static int read_platform(const char *text, const struct weft_platform_sink *sink, struct weft_error *error)
{
    uint32_t nodes;
    sink->doing(sink->ctx, "");
    weft_simgrid_engine_start("1e-12");
    int status =
        weft_simgrid_engine_load_users(text, true, error); /* nothing works, and bad power is found */
    if (status != WEFT_OK)
        return status;
    simgrid_run_until(0); /* zones find their ways when a simulation begins */
    struct weft_simgrid_node *node = tell_hosts(sink, &nodes);
    status = check_speeds(node, nodes, error);
    if (status == WEFT_OK)
        status = weft_simgrid_topology(node, nodes, sink, error);
    free(node);
    return status;
}

static const struct weft_platform_reader reader = {
    .version = WEFT_PLATFORM_VERSION,
    .read = read_platform,
};

const struct weft_platform_reader *weft_platform_reader(void);

const struct weft_platform_reader *weft_platform_reader(void)
{
    return &reader;
}
