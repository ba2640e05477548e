/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The network of a setup in ns-3. The rules of its switches are rows of tables, whose functions are the model's: ns-3 has
 * its own for each of weft's own rows, found by name, and knows no others. */

#include "network.h"

#include "weft/routes.h"

#include <inttypes.h>
#include <string.h>

struct kind {
    const char *name;
    int value;
};
static const struct kind limits[] = {{"unlimited", WEFT_NS3_UNLIMITED},
                                     {"bytes", WEFT_NS3_BYTES},
                                     {"packets", WEFT_NS3_PACKETS},
                                     {"cells", WEFT_NS3_CELLS},
                                     {NULL, 0}};
static const struct kind pools[] = {
    {"complete", WEFT_NS3_COMPLETE}, {"dynamic", WEFT_NS3_DYNAMIC}, {NULL, 0}};
static const struct kind accountings[] = {{"held", false}, {"fluid", true}, {NULL, 0}};
static const struct kind forwardings[] = {{"store-and-forward", false}, {"cut-through", true}, {NULL, 0}};
static const struct kind schedulers[] = {{"fifo", false}, {"priority", true}, {NULL, 0}};

/* A choice among the rows of one table. */
struct choice {
    const char *what, *name; /* no name: `otherwise` */
    const struct kind *kinds;
    int otherwise;
};

/* By name: a module has tables of its own, so rows are not the same objects. */
static int find_kind(const struct choice *choice, const char *of, int *kind, struct weft_error *error)
{
    *kind = choice->otherwise;
    if (!choice->name)
        return WEFT_OK;
    for (size_t i = 0; choice->kinds[i].name; i++)
        if (strcmp(choice->kinds[i].name, choice->name) == 0) {
            *kind = choice->kinds[i].value;
            return WEFT_OK;
        }
    return weft_fail(error, WEFT_INVALID,
                     "switch '%s': %s '%s' is not one that ns-3 knows; it knows weft's own", of, choice->what,
                     choice->name);
}

enum { LIMIT, POOL, FLUID, CUT_THROUGH, BY_CLASS, CHOICES };

#define NAME(row) ((row) ? (row)->name : NULL)

static int find_kinds(const struct weft_switch *sw, int kind[CHOICES], struct weft_error *error)
{
    const struct weft_port_rules *rules = &sw->rules;
    const struct choice choice[CHOICES] = {
        [LIMIT] = {"buffer", NAME(rules->buffer), limits, WEFT_NS3_UNLIMITED},
        [POOL] = {"sharing", NAME(rules->sharing), pools, WEFT_NS3_NO_POOL},
        [FLUID] = {"accounting", NAME(rules->accounting), accountings, false},
        [CUT_THROUGH] = {"forwarding", NAME(rules->forwarding), forwardings, false},
        [BY_CLASS] = {"scheduler", NAME(rules->scheduler), schedulers, false},
    };
    int status = WEFT_OK;
    for (int i = 0; i < CHOICES && status == WEFT_OK; i++)
        status = find_kind(&choice[i], sw->name, &kind[i], error);
    return status;
}

static int find_rules(const struct weft_switch *sw, struct weft_ns3_switch *out, struct weft_error *error)
{
    const struct weft_buffer_params *memory = &sw->rules.memory;
    int kind[CHOICES];
    int status = find_kinds(sw, kind, error);
    if (status != WEFT_OK)
        return status;
    bool pooled = kind[POOL] != WEFT_NS3_NO_POOL, dynamic = kind[POOL] == WEFT_NS3_DYNAMIC;
    *out = (struct weft_ns3_switch){
        .latency_ps = sw->rules.latency_ps,
        .limit_kind = (enum weft_ns3_limit)kind[LIMIT],
        .limit = kind[LIMIT] == WEFT_NS3_UNLIMITED ? 0 : memory->limit,
        .cell_bytes = memory->cell_bytes,
        .pool_kind = (enum weft_ns3_pool)kind[POOL],
        .pool_bytes = pooled ? memory->shared_bytes : 0,
        .reserved_bytes = pooled ? memory->reserved_bytes : 0,
        .alpha_num = dynamic ? memory->alpha_num : 0,
        .alpha_den = dynamic ? memory->alpha_den : 0,
        .fluid = kind[FLUID],
        .cut_through = kind[CUT_THROUGH],
        .by_class = kind[BY_CLASS],
    };
    return WEFT_OK;
}

/* --- what stock point-to-point devices cannot do --- */

enum { PPP_HEADER_BYTES = 2 };

/* ns-3 computes the time of a byte in whole picoseconds. */
static int check_rate(const char *what, const char *name, uint64_t rate_bps, struct weft_error *error)
{
    if (8 * WEFT_PS_PER_S % rate_bps == 0)
        return WEFT_OK;
    return weft_fail(error, WEFT_INVALID,
                     "%s '%s': rate %" PRIu64 " bit/s; with point-to-point devices a byte must take whole "
                     "picoseconds; back end ns3 allows any rate",
                     what, name, rate_bps);
}

static int check_rates(const struct weft_setup *setup, struct weft_error *error)
{
    int status = WEFT_OK;
    for (uint32_t i = 0; i < setup->servers && status == WEFT_OK; i++)
        status = check_rate("server", setup->server[i].name, setup->server[i].link_bps, error);
    for (uint32_t i = 0; i < weft_setup_ports(setup) && status == WEFT_OK; i++)
        status = check_rate(weft_setup_port_is_trunk(setup, i) ? "trunk" : "device",
                            weft_setup_port_name(setup, i), weft_setup_port_bps(setup, i), error);
    for (uint32_t i = 0; i < setup->sources && status == WEFT_OK; i++)
        status = check_rate("background", setup->source[i].name, setup->source[i].link_bps, error);
    return status;
}

static int check_stock(const struct weft_switch *sw, const struct weft_ns3_switch *rules,
                       struct weft_error *error)
{
    const char *what = rules->fluid         ? "accounting = fluid"
                       : rules->cut_through ? "forwarding = cut-through"
                       : rules->by_class    ? "scheduler = priority"
                                            : NULL;
    return what ? weft_fail(error, WEFT_INVALID,
                            "switch '%s': %s; point-to-point devices have nothing like it; back end ns3 has",
                            sw->name, what)
                : WEFT_OK;
}

/* Their PPP header takes the place of what else stands around the bytes of a frame. */
static int check_room(const struct weft_setup *setup, struct weft_error *error)
{
    if (setup->network->gap_bytes + weft_ns3_network_check_bytes(setup) >= PPP_HEADER_BYTES)
        return WEFT_OK;
    return weft_fail(error, WEFT_INVALID,
                     "network '%s': a packet has no room for the header of point-to-point devices; back end "
                     "ns3 needs none",
                     setup->network->name);
}

int weft_ns3_network_check(const struct weft_setup *setup, enum weft_ns3_links links,
                           struct weft_error *error)
{
    int status = WEFT_OK;
    for (uint32_t i = 0; i < setup->switches && status == WEFT_OK; i++) {
        struct weft_ns3_switch rules;
        status = find_rules(&setup->switch_[i], &rules, error);
        if (status == WEFT_OK && links == WEFT_NS3_POINT_TO_POINT)
            status = check_stock(&setup->switch_[i], &rules, error);
    }
    if (status == WEFT_OK && links == WEFT_NS3_POINT_TO_POINT)
        status = check_rates(setup, error);
    if (status == WEFT_OK && links == WEFT_NS3_POINT_TO_POINT)
        status = check_room(setup, error);
    return status;
}

/* --- into ns-3 --- */

uint32_t weft_ns3_network_check_bytes(const struct weft_setup *setup)
{
    return setup->network->ip_version != 0 ? WEFT_ETHERNET_FCS_BYTES : 0;
}

static int add_senders(const struct weft_setup *setup, struct weft_ns3 *sim, struct weft_error *error)
{
    int status = WEFT_OK;
    for (uint32_t i = 0; i < setup->servers && status == WEFT_OK; i++) {
        const struct weft_server *from = &setup->server[i];
        const struct weft_ns3_server server = {.switch_number = from->switch_index,
                                               .rate_bps = from->link_bps,
                                               .delay_ps = from->delay_ps,
                                               .down_ps = from->down_ps,
                                               .up_ps = from->up_ps};
        status = weft_ns3_add_server(sim, &server, error);
    }
    for (uint32_t i = 0; i < setup->sources && status == WEFT_OK; i++) {
        const struct weft_ns3_source source = {.switch_number = setup->source[i].switch_index,
                                               .rate_bps = setup->source[i].link_bps,
                                               .until_ps = setup->duration_ps};
        status = weft_ns3_add_source(sim, &source, error);
    }
    return status;
}

static int add_ports(const struct weft_setup *setup, struct weft_ns3 *sim, struct weft_error *error)
{
    int status = WEFT_OK;
    for (uint32_t i = 0; i < weft_setup_ports(setup) && status == WEFT_OK; i++) {
        bool trunk = weft_setup_port_is_trunk(setup, i);
        const struct weft_trunk *way = trunk ? &setup->trunk[i - setup->devices] : NULL;
        const struct weft_device *device = trunk ? NULL : &setup->device[i];
        const struct weft_ns3_port port = {.switch_number = weft_setup_port_switch(setup, i),
                                           .to_switch = trunk ? way->to : WEFT_NS3_TO_DEVICE,
                                           .rate_bps = weft_setup_port_bps(setup, i),
                                           .delay_ps = trunk ? way->delay_ps : device->delay_ps,
                                           .off_ps = trunk ? 0 : device->off_ps};
        status = weft_ns3_add_port(sim, &port, error);
    }
    return status;
}

static int add_flows(const struct weft_setup *setup, struct weft_ns3 *sim, struct weft_error *error)
{
    struct weft_routes routes;
    int status = weft_routes_new(setup, &routes, error);
    if (status != WEFT_OK)
        return status;
    for (uint32_t i = 0; i < weft_setup_flows(setup) && status == WEFT_OK; i++) {
        uint32_t first = routes.first[i];
        uint32_t class_ =
            i < setup->streams ? setup->stream[i].class_ : setup->source[i - setup->streams].class_;
        status = weft_ns3_add_flow(sim, routes.port + first, routes.first[i + 1] - first, class_, error);
    }
    weft_routes_clear(&routes);
    return status;
}

int weft_ns3_network_add(const struct weft_setup *setup, struct weft_ns3 *sim, struct weft_error *error)
{
    int status = WEFT_OK;
    for (uint32_t i = 0; i < setup->switches && status == WEFT_OK; i++) {
        struct weft_ns3_switch rules;
        status = find_rules(&setup->switch_[i], &rules, error);
        if (status == WEFT_OK)
            status = weft_ns3_add_switch(sim, &rules, error);
    }
    if (status == WEFT_OK)
        status = add_senders(setup, sim, error);
    if (status == WEFT_OK)
        status = add_ports(setup, sim, error);
    return status == WEFT_OK ? add_flows(setup, sim, error) : status;
}
