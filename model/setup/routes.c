/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shortest ways by breadth-first search from each switch where something ends, backwards over the trunks. How many equally
 * short ways lead on from a switch is counted with the search, so that the k-th of them is found without listing any. */
#include "weft/routes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { NONE = UINT32_MAX };

/* Trunks by switch: those of switch s are trunk[first[s]] .. trunk[first[s + 1] - 1], in order. */
struct adjacent {
    uint32_t *first, *trunk;
};

/* From every switch to the one that is searched for. */
struct search {
    const struct weft_setup *setup;
    struct adjacent out, in;
    uint32_t *hops;  /* trunks to go; NONE: there is no way */
    uint32_t *ways;  /* equally short ones; UINT32_MAX: so many, or more */
    uint32_t *queue; /* of switches */
};

static struct adjacent sort_trunks(const struct weft_setup *setup, bool by_end)
{
    struct adjacent sorted = {.first = weft_alloc((size_t)setup->switches + 1, sizeof *sorted.first),
                              .trunk = weft_alloc(setup->trunks, sizeof *sorted.trunk)};
    for (uint32_t t = 0; t < setup->trunks; t++)
        sorted.first[1 + (by_end ? setup->trunk[t].to : setup->trunk[t].from)]++;
    for (uint32_t s = 0; s < setup->switches; s++)
        sorted.first[s + 1] += sorted.first[s];
    /* Filled from behind, each switch's stretch shrinks to its beginning. */
    uint32_t *end = weft_alloc(setup->switches, sizeof *end);
    for (uint32_t s = 0; s < setup->switches; s++)
        end[s] = sorted.first[s + 1];
    for (uint32_t t = setup->trunks; t-- > 0;)
        sorted.trunk[--end[by_end ? setup->trunk[t].to : setup->trunk[t].from]] = t;
    free(end);
    return sorted;
}

static void search_init(struct search *search, const struct weft_setup *setup)
{
    *search = (struct search){.setup = setup,
                              .out = sort_trunks(setup, false),
                              .in = sort_trunks(setup, true),
                              .hops = weft_alloc(setup->switches, sizeof *search->hops),
                              .ways = weft_alloc(setup->switches, sizeof *search->ways),
                              .queue = weft_alloc(setup->switches, sizeof *search->queue)};
}

static void search_clear(struct search *search)
{
    free(search->out.first);
    free(search->out.trunk);
    free(search->in.first);
    free(search->in.trunk);
    free(search->hops);
    free(search->ways);
    free(search->queue);
}

static void search_from(struct search *search, uint32_t end)
{
    uint32_t head = 0, tail = 0;
    memset(search->hops, 0xff, search->setup->switches * sizeof *search->hops);
    memset(search->ways, 0, search->setup->switches * sizeof *search->ways);
    search->hops[end] = 0;
    search->ways[end] = 1;
    search->queue[tail++] = end;
    while (head < tail) {
        uint32_t to = search->queue[head++];
        for (uint32_t i = search->in.first[to]; i < search->in.first[to + 1]; i++) {
            uint32_t from = search->setup->trunk[search->in.trunk[i]].from;
            if (search->hops[from] == NONE) {
                search->hops[from] = search->hops[to] + 1;
                search->queue[tail++] = from;
            }
            if (search->hops[from] != search->hops[to] + 1)
                continue;
            uint64_t ways = (uint64_t)search->ways[from] + search->ways[to];
            search->ways[from] = ways < UINT32_MAX ? (uint32_t)ways : UINT32_MAX;
        }
    }
}

/* Way number `k` from switch `from`, then `last_port`. Where ways are not counted any more, k is less than their number. */
static void write_way(const struct search *search, uint32_t from, uint32_t k, uint32_t last_port,
                      uint32_t *port)
{
    const struct weft_setup *setup = search->setup;
    k %= search->ways[from];
    while (search->hops[from] > 0) {
        uint32_t i = search->out.first[from], trunk, to;
        for (;; i++) {
            assert(i < search->out.first[from + 1]);
            trunk = search->out.trunk[i];
            to = setup->trunk[trunk].to;
            if (search->hops[to] != search->hops[from] - 1)
                continue;
            if (k < search->ways[to])
                break;
            k -= search->ways[to];
        }
        *port++ = setup->devices + trunk;
        from = to;
    }
    *port = last_port;
}

static uint32_t first_switch(const struct weft_setup *setup, uint32_t flow)
{
    return flow < setup->streams ? setup->server[setup->stream[flow].server].switch_index
                                 : setup->source[flow - setup->streams].switch_index;
}

static uint32_t end_port(const struct weft_setup *setup, uint32_t flow)
{
    return flow < setup->streams ? setup->stream[flow].device : setup->source[flow - setup->streams].port;
}

static uint32_t end_switch(const struct weft_setup *setup, uint32_t flow)
{
    return weft_setup_port_switch(setup, end_port(setup, flow));
}

static const char *kind_of(const struct weft_setup *setup, uint32_t flow)
{
    return flow < setup->streams ? "stream" : "background";
}

static const char *name_of(const struct weft_setup *setup, uint32_t flow)
{
    return flow < setup->streams ? setup->stream[flow].name : setup->source[flow - setup->streams].name;
}

static int fail_unreachable(const struct weft_setup *setup, uint32_t flow, struct weft_error *error)
{
    uint32_t port = end_port(setup, flow);
    return weft_fail(
        error, WEFT_INVALID,
        "%s %s: %s %s on switch %s cannot be reached from switch %s; allowed: trunks that lead there",
        kind_of(setup, flow), name_of(setup, flow),
        weft_setup_port_is_trunk(setup, port) ? "trunk" : "device", weft_setup_port_name(setup, port),
        setup->switch_[end_switch(setup, flow)].name, setup->switch_[first_switch(setup, flow)].name);
}

/* What a pass over the flows needs: flows by the switch where they end, and each port's place on its switch. */
struct ends {
    uint32_t *head; /* by switch: a flow that ends there, or NONE */
    uint32_t *next; /* by flow: another one, or NONE */
    uint32_t *place;
};

static void ends_init(struct ends *ends, const struct weft_setup *setup)
{
    uint32_t flows = weft_setup_flows(setup), ports = weft_setup_ports(setup);
    *ends = (struct ends){.head = weft_alloc(setup->switches, sizeof *ends->head),
                          .next = weft_alloc(flows, sizeof *ends->next),
                          .place = weft_alloc(ports, sizeof *ends->place)};
    uint32_t *count = weft_alloc(setup->switches, sizeof *count);
    for (uint32_t p = 0; p < ports; p++)
        ends->place[p] = count[weft_setup_port_switch(setup, p)]++;
    free(count);
    memset(ends->head, 0xff, setup->switches * sizeof *ends->head);
    for (uint32_t f = flows; f-- > 0;) {
        uint32_t end = end_switch(setup, f);
        ends->next[f] = ends->head[end];
        ends->head[end] = f;
    }
}

static void ends_clear(struct ends *ends)
{
    free(ends->head);
    free(ends->next);
    free(ends->place);
}

/* Lengths into first[1 ..], or, where those are known, the ways. */
static int pass(struct search *search, const struct ends *ends, struct weft_routes *routes, bool known,
                struct weft_error *error)
{
    const struct weft_setup *setup = search->setup;
    for (uint32_t end = 0; end < setup->switches; end++) {
        if (ends->head[end] == NONE)
            continue;
        search_from(search, end);
        for (uint32_t f = ends->head[end]; f != NONE; f = ends->next[f]) {
            uint32_t from = first_switch(setup, f), port = end_port(setup, f);
            if (search->hops[from] == NONE)
                return fail_unreachable(setup, f, error);
            if (known)
                write_way(search, from, ends->place[port], port, routes->port + routes->first[f]);
            else
                routes->first[f + 1] = search->hops[from] + 1;
        }
    }
    return WEFT_OK;
}

static int find_shortest(const struct weft_setup *setup, struct weft_routes *routes, struct weft_error *error)
{
    struct search search;
    struct ends ends;
    search_init(&search, setup);
    ends_init(&ends, setup);
    uint32_t flows = weft_setup_flows(setup);
    routes->first = weft_alloc((size_t)flows + 1, sizeof *routes->first);
    int status = pass(&search, &ends, routes, false, error);
    uint64_t ports = 0;
    for (uint32_t f = 0; f < flows && status == WEFT_OK; f++) {
        ports += routes->first[f + 1];
        if (ports > UINT32_MAX)
            status = weft_fail(
                error, WEFT_INVALID,
                "scenario %s: the ways of its streams pass more than 2^32 ports; allowed: fewer streams "
                "or shorter ways",
                setup->name);
        routes->first[f + 1] = (uint32_t)ports;
    }
    if (status == WEFT_OK) {
        routes->port = weft_alloc(ports, sizeof *routes->port);
        status = pass(&search, &ends, routes, true, error);
    }
    ends_clear(&ends);
    search_clear(&search);
    if (status != WEFT_OK)
        weft_routes_clear(routes);
    return status;
}

/* Why ports [first, end) are no way for the flow, or NULL. `met`: by switch, the last flow + 1 that met it. */
static const char *why_no_way(const struct weft_setup *setup, uint32_t flow, const uint32_t *first,
                              const uint32_t *end, uint32_t *met)
{
    uint32_t at = first_switch(setup, flow);
    if (first >= end)
        return "has no port";
    for (const uint32_t *port = first; port < end; port++) {
        if (*port >= weft_setup_ports(setup) || weft_setup_port_switch(setup, *port) != at)
            return "has a port that is not of the switch which its packets are in";
        if (met[at] == flow + 1)
            return "meets a switch twice";
        met[at] = flow + 1;
        if (port + 1 == end)
            return *port == end_port(setup, flow) ? NULL : "ends at another port";
        if (!weft_setup_port_is_trunk(setup, *port))
            return "goes on behind a device";
        at = setup->trunk[*port - setup->devices].to;
    }
    return NULL;
}

static int check_given(const struct weft_setup *setup, struct weft_error *error)
{
    const uint32_t *first = setup->route_first;
    if (!first || !setup->route || first[0] != 0)
        return weft_fail(
            error, WEFT_INVALID,
            "scenario %s: has routes in part; allowed: route_first, from 0 on, and route, or neither",
            setup->name);
    uint32_t *met = weft_alloc(setup->switches, sizeof *met), flows = weft_setup_flows(setup);
    int status = WEFT_OK;
    for (uint32_t f = 0; f < flows && status == WEFT_OK; f++) {
        const char *why = why_no_way(setup, f, setup->route + first[f], setup->route + first[f + 1], met);
        if (why)
            status =
                weft_fail(error, WEFT_INVALID,
                          "%s %s: its route %s; allowed: joined ports from its first switch to its end, each "
                          "switch once",
                          kind_of(setup, f), name_of(setup, f), why);
    }
    free(met);
    return status;
}

static int copy_given(const struct weft_setup *setup, struct weft_routes *routes, struct weft_error *error)
{
    int status = check_given(setup, error);
    if (status != WEFT_OK)
        return status;
    assert(setup->route_first && setup->route);
    size_t flows = weft_setup_flows(setup), ports = setup->route_first[flows];
    routes->first = weft_alloc(flows + 1, sizeof *routes->first);
    routes->port = weft_alloc(ports, sizeof *routes->port);
    memcpy(routes->first, setup->route_first, (flows + 1) * sizeof *routes->first);
    memcpy(routes->port, setup->route, ports * sizeof *routes->port);
    return WEFT_OK;
}

int weft_routes_new(const struct weft_setup *setup, struct weft_routes *out, struct weft_error *error)
{
    *out = (struct weft_routes){NULL, NULL};
    return setup->route_first || setup->route ? copy_given(setup, out, error)
                                              : find_shortest(setup, out, error);
}

void weft_routes_clear(struct weft_routes *routes)
{
    free(routes->first);
    free(routes->port);
    *routes = (struct weft_routes){NULL, NULL};
}

uint32_t weft_routes_longest(const struct weft_routes *routes, uint32_t flows)
{
    uint32_t longest = 1;
    for (uint32_t f = 0; f < flows; f++)
        if (routes->first[f + 1] - routes->first[f] > longest)
            longest = routes->first[f + 1] - routes->first[f];
    return longest;
}
