/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Neighbours. A route may pass hosts that are switches of weft, and SimGrid does not say which: but then it begins (ends,
 * seen from its far end) with the route to the switch that it passes. So the neighbours of a node are the switches whose
 * routes begin with no other switch's. */

#include "topology.h"

#include "ways.h"

#include <simgrid/host.h>
#include <simgrid/link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A way and the links on it, which no other may use. */
struct way {
    struct weft_platform_way told;
    struct weft_simgrid_route route;
};

struct topology {
    const struct weft_simgrid_node *node;
    uint32_t nodes;
    uint32_t *switch_, switches; /* nodes */
    const struct weft_platform_sink *sink;
    struct way *way;
    uint32_t ways, room;
};

static struct weft_simgrid_route find_route(const struct topology *topology, uint32_t from, uint32_t to)
{
    char what[256];
    snprintf(what, sizeof what, "host %s: asked for its route to %s", topology->node[from].name,
             topology->node[to].name);
    topology->sink->doing(topology->sink->ctx, what);
    return weft_simgrid_route_find(topology->node[from].host, topology->node[to].host);
}

/* Takes the route. */
static void add_way(struct topology *topology, uint32_t from, uint32_t to, struct weft_simgrid_route *route)
{
    if (topology->ways == topology->room) {
        topology->room = 2 * topology->room + 16;
        struct way *grown = weft_alloc(topology->room, sizeof *grown);
        if (topology->ways > 0)
            memcpy(grown, topology->way, topology->ways * sizeof *grown);
        free(topology->way);
        topology->way = grown;
    }
    topology->way[topology->ways++] = (struct way){
        .told = {.from = from, .to = to, .link = sg_link_get_name(route->link[0])}, .route = *route};
    *route = (struct weft_simgrid_route){0};
}

/* Does `longer` begin with all of `shorter`, or end with it, and have more? */
static bool passes(const struct weft_simgrid_route *longer, const struct weft_simgrid_route *shorter,
                   bool from_end)
{
    if (shorter->links == 0 || shorter->links >= longer->links)
        return false;
    const sg_link_t *part = longer->link + (from_end ? longer->links - shorter->links : 0);
    return memcmp(part, shorter->link, shorter->links * sizeof(sg_link_t)) == 0;
}

/* The routes between a node and every switch, by switch: empty where there is none, or to itself. */
static struct weft_simgrid_route *find_routes(const struct topology *topology, uint32_t of, bool to_it)
{
    struct weft_simgrid_route *route = weft_alloc(topology->switches, sizeof *route);
    for (uint32_t s = 0; s < topology->switches; s++)
        if (topology->switch_[s] != of)
            route[s] = to_it ? find_route(topology, topology->switch_[s], of)
                             : find_route(topology, of, topology->switch_[s]);
    return route;
}

static void free_routes(struct weft_simgrid_route *route, uint32_t switches)
{
    for (uint32_t s = 0; s < switches; s++)
        weft_simgrid_route_clear(&route[s]);
    free(route);
}

static bool is_neighbour(const struct weft_simgrid_route *route, uint32_t switches, uint32_t which,
                         bool to_it)
{
    if (route[which].links == 0)
        return false;
    for (uint32_t s = 0; s < switches; s++)
        if (passes(&route[which], &route[s], to_it))
            return false;
    return true;
}

/* The first neighbour from `from` on, or `switches`. */
static uint32_t next_neighbour(const struct weft_simgrid_route *route, uint32_t switches, uint32_t from,
                               bool to_it)
{
    while (from < switches && !is_neighbour(route, switches, from, to_it))
        from++;
    return from;
}

static const char *switch_name(const struct topology *topology, uint32_t which)
{
    return topology->node[topology->switch_[which]].name;
}

/* The one switch that the routes lead to. */
static int only_neighbour(const struct topology *topology, uint32_t of, bool to_it,
                          const struct weft_simgrid_route *route, uint32_t *out, struct weft_error *error)
{
    const char *name = topology->node[of].name, *which_way = to_it ? "from" : "to";
    uint32_t switches = topology->switches;
    *out = next_neighbour(route, switches, 0, to_it);
    if (*out == switches)
        return weft_fail(error, WEFT_INVALID,
                         "host %s: has no route %s a switch; needed: a <route> with links %s a host with "
                         "weft_role = switch",
                         name, which_way, which_way);
    uint32_t other = next_neighbour(route, switches, *out + 1, to_it);
    return other == switches
               ? WEFT_OK
               : weft_fail(error, WEFT_INVALID,
                           "host %s: has a route of its own to %s and one to %s; allowed: one switch, or the "
                           "property weft_switch that names it",
                           name, switch_name(topology, *out), switch_name(topology, other));
}

/* Where the property says it. */
static int attach_to(struct topology *topology, uint32_t of, bool to_it, const char *chosen,
                     struct weft_error *error)
{
    const char *name = topology->node[of].name;
    uint32_t s = 0;
    while (s < topology->switches && strcmp(switch_name(topology, s), chosen) != 0)
        s++;
    if (s == topology->switches)
        return weft_fail(error, WEFT_INVALID, "host %s: weft_switch: there is no switch \"%s\"", name,
                         chosen);
    uint32_t from = to_it ? topology->switch_[s] : of, to = to_it ? of : topology->switch_[s];
    struct weft_simgrid_route route = find_route(topology, from, to);
    if (route.links > 0) {
        add_way(topology, from, to, &route);
        return WEFT_OK;
    }
    weft_simgrid_route_clear(&route);
    return weft_fail(error, WEFT_INVALID, "host %s: has no route %s %s, its weft_switch", name,
                     to_it ? "from" : "to", chosen);
}

/* A server's way to its switch, or a device's from it. */
static int attach(struct topology *topology, uint32_t of, struct weft_error *error)
{
    bool to_it = topology->node[of].role == WEFT_SIMGRID_DEVICE;
    const char *chosen = sg_host_get_property_value(topology->node[of].host, "weft_switch");
    if (chosen)
        return attach_to(topology, of, to_it, chosen, error);
    struct weft_simgrid_route *route = find_routes(topology, of, to_it);
    uint32_t s;
    int status = only_neighbour(topology, of, to_it, route, &s, error);
    if (status == WEFT_OK)
        add_way(topology, to_it ? topology->switch_[s] : of, to_it ? of : topology->switch_[s], &route[s]);
    free_routes(route, topology->switches);
    return status;
}

static void add_trunks(struct topology *topology, uint32_t of)
{
    struct weft_simgrid_route *route = find_routes(topology, of, false);
    bool *direct = weft_alloc(topology->switches, sizeof *direct);
    for (uint32_t s = 0; s < topology->switches; s++)
        direct[s] = is_neighbour(route, topology->switches, s, false);
    for (uint32_t s = 0; s < topology->switches; s++)
        if (direct[s])
            add_way(topology, of, topology->switch_[s], &route[s]);
    free(direct);
    free_routes(route, topology->switches);
}

/* A link on a way. */
struct use {
    sg_link_t link;
    uint32_t way;
};

static int compare_uses(const void *a, const void *b)
{
    const struct use *x = a, *y = b;
    if (x->link != y->link)
        return x->link < y->link ? -1 : 1;
    return x->way < y->way ? -1 : x->way > y->way;
}

static int refuse_shared(const struct topology *topology, const struct use *first, const struct use *second,
                         struct weft_error *error)
{
    const struct weft_platform_way *a = &topology->way[first->way].told,
                                   *b = &topology->way[second->way].told;
    const struct weft_simgrid_node *node = topology->node;
    return weft_fail(error, WEFT_INVALID,
                     "link %s: from %s to %s and from %s to %s share it; allowed: one sender a link "
                     "(SPLITDUPLEX for two directions, FATPIPE where each has all of it)",
                     sg_link_get_name(first->link), node[a->from].name, node[a->to].name, node[b->from].name,
                     node[b->to].name);
}

/* Each link carries one way. Of several that do not, the one with the first way is told. */
static int check_shared(const struct topology *topology, struct weft_error *error)
{
    size_t uses = 0, n = 0;
    for (uint32_t i = 0; i < topology->ways; i++)
        uses += topology->way[i].route.links;
    struct use *use = weft_alloc(uses, sizeof *use);
    for (uint32_t i = 0; i < topology->ways; i++)
        for (uint32_t k = 0; k < topology->way[i].route.links; k++)
            if (sg_link_is_shared(topology->way[i].route.link[k]))
                use[n++] = (struct use){topology->way[i].route.link[k], i};
    if (n > 0)
        qsort(use, n, sizeof *use, compare_uses);
    const struct use *worst = NULL;
    for (size_t i = 1; i < n; i++)
        if (use[i - 1].link == use[i].link && (!worst || use[i - 1].way < worst->way))
            worst = &use[i - 1];
    int status = worst ? refuse_shared(topology, worst, worst + 1, error) : WEFT_OK;
    free(use);
    return status;
}

static int find_ways(struct topology *topology, struct weft_error *error)
{
    static const enum weft_simgrid_role ends[] = {WEFT_SIMGRID_SERVER, WEFT_SIMGRID_DEVICE};
    int status = WEFT_OK;
    for (size_t r = 0; r < sizeof ends / sizeof *ends; r++)
        for (uint32_t i = 0; i < topology->nodes && status == WEFT_OK; i++)
            if (topology->node[i].role == ends[r])
                status = attach(topology, i, error);
    for (uint32_t s = 0; s < topology->switches && status == WEFT_OK; s++)
        add_trunks(topology, topology->switch_[s]);
    return status == WEFT_OK ? check_shared(topology, error) : status;
}

int weft_simgrid_topology(const struct weft_simgrid_node *node, uint32_t nodes,
                          const struct weft_platform_sink *sink, struct weft_error *error)
{
    struct topology topology = {.node = node, .nodes = nodes, .sink = sink};
    topology.switch_ = weft_alloc(nodes, sizeof *topology.switch_);
    for (uint32_t i = 0; i < nodes; i++)
        if (node[i].role == WEFT_SIMGRID_SWITCH)
            topology.switch_[topology.switches++] = i;
    int status = find_ways(&topology, error);
    for (uint32_t i = 0; i < topology.ways && status == WEFT_OK; i++) {
        struct weft_platform_way *way = &topology.way[i].told;
        status = weft_simgrid_route_read(&topology.way[i].route, &way->bps, &way->delay_ps, error);
        if (status == WEFT_OK)
            sink->way(sink->ctx, way);
    }
    for (uint32_t i = 0; i < topology.ways; i++)
        weft_simgrid_route_clear(&topology.way[i].route);
    free(topology.way);
    free(topology.switch_);
    return status;
}
