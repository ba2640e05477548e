/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Random networks in ns-3 against the fabric of the reference model: every packet at every switch, in the same order,
 * at the same picosecond, with the same end. Instants are such that many things happen at one. */
#include "weft/fabric.h"
#include "weft/ns3.h"

#include <glib.h>
#include <string.h>

enum { SWITCHES = 4, SERVERS = 3, SOURCES = 2, PORTS = 24, FLOWS = 24, HOPS = 4, PACKETS = 120, RUNS = 150 };

/* A packet at a switch, and at the device behind it. */
struct told {
    uint64_t packet;
    uint32_t flow, number, payload_bytes, frame_bytes, port;
    enum weft_outcome outcome;
    weft_ps tx_ps, at_ps, enter_ps, done_ps, device_ps;
};

struct world {
    GRand *rand;
    bool stock;
    uint32_t switches, servers, sources, ports, streams;
    struct weft_network network;
    struct weft_fabric_ingress ingress[SERVERS];
    struct weft_port_rules rules[SWITCHES];
    struct weft_ns3_switch plain[SWITCHES]; /* the same */
    struct weft_fabric_port port[PORTS];
    struct weft_fabric_source source[SOURCES];
    uint32_t route_first[FLOWS + SOURCES + 1], route[(FLOWS + SOURCES) * HOPS];
    uint8_t class_[FLOWS + SOURCES];
    uint32_t stream_server[FLOWS];
    struct weft_train train[SERVERS];
    GArray *expected, *seen; /* struct told */
    struct weft_ns3 *sim;
    struct weft_background_state background[SOURCES];
};

static uint32_t draw(struct world *world, uint32_t below)
{
    return (uint32_t)g_rand_int_range(world->rand, 0, (gint32)below);
}

static uint64_t any_rate(struct world *world)
{
    static const uint64_t rates[] = {1000000000, 1000000000, 10000000000, 100000000, 2500000000,
                                     999999937,  333333333,  7,           123456789};
    if (world->stock)
        return rates[draw(world, 5)];
    uint64_t rate_bps = rates[draw(world, G_N_ELEMENTS(rates))];
    return rate_bps == 7 ? 1000000000 + draw(world, 1000000000) : rate_bps;
}

static weft_ps any_delay(struct world *world)
{
    return draw(world, 2) ? 0 : draw(world, 3) ? 1000 * draw(world, 20000) : draw(world, 20000000);
}

/* --- the network --- */

static void make_limit(struct world *world, struct weft_port_rules *rules, struct weft_ns3_switch *plain)
{
    plain->limit_kind = (enum weft_ns3_limit)draw(world, WEFT_NS3_LIMITS);
    plain->cell_bytes = plain->limit_kind == WEFT_NS3_CELLS || draw(world, 3) == 0 ? 1 + draw(world, 300) : 0;
    switch (plain->limit_kind) {
    case WEFT_NS3_BYTES:
        plain->limit = 1500 + draw(world, 12000);
        break;
    case WEFT_NS3_PACKETS:
        plain->limit = 1 + draw(world, 8);
        break;
    case WEFT_NS3_CELLS:
        plain->limit = 1 + (1500 + draw(world, 12000)) / plain->cell_bytes;
        break;
    default:
        break;
    }
    rules->buffer = weft_buffers[plain->limit_kind];
    g_assert_cmpstr(rules->buffer->name, ==,
                    ((const char *[]){"unlimited", "bytes", "packets", "cells"})[plain->limit_kind]);
    rules->memory.limit = plain->limit;
    rules->memory.cell_bytes = plain->cell_bytes;
}

static void make_pool(struct world *world, struct weft_port_rules *rules, struct weft_ns3_switch *plain)
{
    plain->pool_kind = (enum weft_ns3_pool)draw(world, WEFT_NS3_POOLS);
    if (plain->pool_kind == WEFT_NS3_NO_POOL)
        return;
    plain->pool_bytes = 1000 + draw(world, 20000);
    plain->reserved_bytes = draw(world, 2) ? draw(world, 4000) : 0;
    if (plain->pool_kind == WEFT_NS3_DYNAMIC) {
        plain->alpha_num = 1 + draw(world, 4);
        plain->alpha_den = 1 + draw(world, 4);
    }
    rules->sharing = weft_sharings[plain->pool_kind == WEFT_NS3_DYNAMIC ? 0 : 1];
    g_assert_cmpstr(rules->sharing->name, ==, plain->pool_kind == WEFT_NS3_DYNAMIC ? "dynamic" : "complete");
    rules->memory.shared_bytes = plain->pool_bytes;
    rules->memory.reserved_bytes = plain->reserved_bytes;
    rules->memory.alpha_num = plain->alpha_num;
    rules->memory.alpha_den = plain->alpha_den;
}

static void make_switch(struct world *world, uint32_t index)
{
    struct weft_port_rules *rules = &world->rules[index];
    struct weft_ns3_switch *plain = &world->plain[index];
    rules->latency_ps = plain->latency_ps = draw(world, 2) ? 0 : any_delay(world);
    if (draw(world, 3) > 0)
        make_limit(world, rules, plain);
    if (draw(world, 2) > 0)
        make_pool(world, rules, plain);
    plain->by_class = !world->stock && draw(world, 3) == 0;
    plain->fluid = !world->stock && !plain->by_class && draw(world, 3) == 0;
    plain->cut_through = !world->stock && draw(world, 2) == 0;
    rules->accounting = weft_accountings[plain->fluid];
    rules->forwarding = weft_forwardings[plain->cut_through];
    rules->scheduler = weft_schedulers[plain->by_class];
    g_assert_cmpstr(weft_accountings[1]->name, ==, "fluid");
    g_assert_cmpstr(weft_forwardings[1]->name, ==, "cut-through");
    g_assert_cmpstr(weft_schedulers[1]->name, ==, "priority");
}

static void add_port(struct world *world, uint32_t from, uint32_t to)
{
    struct weft_fabric_port *port = &world->port[world->ports++];
    *port = (struct weft_fabric_port){
        .switch_index = from,
        .to_switch = to,
        .rate_bps = any_rate(world),
        .delay_ps = any_delay(world),
        .off_ps = to == WEFT_TO_DEVICE && draw(world, 6) == 0 ? 1 + draw(world, 200000000) : 0};
}

/* Devices and trunks in any order; each switch has a device. */
static void make_ports(struct world *world)
{
    for (uint32_t i = 0; i < world->switches; i++) {
        for (uint32_t k = draw(world, 3); k > 0; k--) {
            uint32_t to = draw(world, world->switches);
            if (to != i)
                add_port(world, i, to);
        }
        for (uint32_t k = 1 + draw(world, 2); k > 0; k--)
            add_port(world, i, WEFT_TO_DEVICE);
    }
}

/* A random way from a switch to a device, or for a source perhaps over a trunk to its end, which may be a switch of the
 * way. */
static void make_way(struct world *world, uint32_t flow, uint32_t at, bool ends_anywhere)
{
    bool met[SWITCHES] = {false};
    uint32_t n = world->route_first[flow];
    for (;;) {
        uint32_t port = draw(world, world->ports), to = world->port[port].to_switch;
        met[at] = true;
        bool last = n + 1 - world->route_first[flow] == HOPS;
        bool trunk = to != WEFT_TO_DEVICE, over = last || (trunk && met[to]) || draw(world, 3) == 0;
        if (world->port[port].switch_index != at || (trunk && (met[to] || last) && !ends_anywhere))
            continue;
        world->route[n++] = port;
        if (!trunk || (ends_anywhere && over))
            break;
        at = to;
    }
    world->route_first[flow + 1] = n;
    world->class_[flow] = (uint8_t)draw(world, 8);
}

static void make_sources(struct world *world)
{
    for (uint32_t i = 0; i < world->sources; i++) {
        uint32_t packet_bytes = 46 + draw(world, 1400);
        uint64_t link_bps = any_rate(world);
        world->source[i] =
            (struct weft_fabric_source){.background = {.pattern = weft_backgrounds[draw(world, 2)],
                                                       .seed = draw(world, 1000),
                                                       .source = i,
                                                       .packet_bytes = packet_bytes,
                                                       .rate_bps = link_bps / (1 + draw(world, 4)),
                                                       .start_ps = any_delay(world)},
                                        .link_bps = link_bps,
                                        .until_ps = draw(world, 400000000),
                                        .frame_bytes = weft_frame_bytes(&world->network, packet_bytes),
                                        .payload_bytes = packet_bytes};
        g_assert_cmpint(weft_background_check(&world->source[i].background, NULL), ==, WEFT_OK);
        make_way(world, world->streams + i, draw(world, world->switches), true);
    }
}

/* --- what is sent --- */

static void make_packets(struct world *world, uint32_t server)
{
    struct weft_train *train = &world->train[server];
    struct weft_pipe link;
    weft_pipe_init(&link, world->ingress[server].rate_bps);
    weft_ps ready_ps = any_delay(world);
    uint32_t payload_bytes = 20 + draw(world, 1400), number[FLOWS] = {0};
    train->n = 0;
    for (uint32_t i = 0; i < PACKETS; i++) {
        uint32_t stream = draw(world, world->streams);
        if (world->stream_server[stream] != server)
            continue;
        if (draw(world, 5) == 0)
            payload_bytes = 1 + draw(world, 1472);
        if (draw(world, 8) == 0)
            ready_ps = link.free_ps + draw(world, 3) * 12304000;
        uint32_t at = train->n++;
        train->packet[at] = (uint64_t)server << WEFT_PACKET_SERVER_SHIFT | at;
        train->stream[at] = stream;
        train->number[at] = number[stream]++;
        train->payload_bytes[at] = payload_bytes;
        train->frame_bytes[at] = weft_frame_bytes(&world->network, payload_bytes) + (world->stock ? 2 : 0);
        train->tx_ps[at] = train->at_ps[at] = weft_pipe_start(&link, ready_ps);
        uint64_t wire_bytes = (uint64_t)train->frame_bytes[at] + world->network.gap_bytes;
        train->done_ps[at] = weft_pipe_take(&link, ready_ps, wire_bytes * 8);
    }
}

static struct world *new_world(GRand *rand, bool stock)
{
    struct world *world = g_new0(struct world, 1);
    world->rand = rand;
    world->stock = stock;
    world->network = *weft_networks[draw(world, 2)];
    world->switches = 1 + draw(world, SWITCHES);
    world->servers = 1 + draw(world, SERVERS);
    world->sources = draw(world, SOURCES + 1);
    world->streams = world->servers + draw(world, FLOWS - SERVERS);
    for (uint32_t i = 0; i < world->switches; i++)
        make_switch(world, i);
    make_ports(world);
    for (uint32_t i = 0; i < world->servers; i++) {
        world->ingress[i] = (struct weft_fabric_ingress){.switch_index = draw(world, world->switches),
                                                         .rate_bps = any_rate(world),
                                                         .delay_ps = any_delay(world)};
    }
    for (uint32_t i = 0; i < world->streams; i++) {
        world->stream_server[i] = i < world->servers ? i : draw(world, world->servers);
        make_way(world, i, world->ingress[world->stream_server[i]].switch_index, false);
    }
    make_sources(world);
    for (uint32_t i = 0; i < world->servers; i++)
        make_packets(world, i);
    world->expected = g_array_new(FALSE, TRUE, sizeof(struct told));
    world->seen = g_array_new(FALSE, TRUE, sizeof(struct told));
    return world;
}

static void free_world(struct world *world)
{
    g_array_free(world->expected, TRUE);
    g_array_free(world->seen, TRUE);
    g_free(world);
}

/* --- in the reference --- */

static void expect(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct world *world = ctx;
    (void)node;
    for (uint32_t i = 0; i < train->n; i++) {
        if (point == WEFT_AT_SWITCH) {
            const struct told told = {train->packet[i],
                                      train->stream[i],
                                      train->number[i],
                                      train->payload_bytes[i],
                                      train->frame_bytes[i],
                                      train->port[i],
                                      (enum weft_outcome)train->outcome[i],
                                      train->tx_ps[i],
                                      train->at_ps[i],
                                      train->enter_ps[i],
                                      train->done_ps[i],
                                      WEFT_NEVER};
            g_array_append_val(world->expected, told);
            continue;
        }
        for (guint k = world->expected->len; k-- > 0;) {
            struct told *told = &g_array_index(world->expected, struct told, k);
            if (told->packet == train->packet[i] && world->port[told->port].to_switch == WEFT_TO_DEVICE) {
                told->device_ps = train->at_ps[i];
                break;
            }
        }
    }
}

static void run_reference(struct world *world)
{
    const struct weft_watch watch = {.ctx = world, .packets = expect};
    const struct weft_fabric_params params = {.network = &world->network,
                                              .ingresses = world->servers,
                                              .switches = world->switches,
                                              .ports = world->ports,
                                              .streams = world->streams,
                                              .sources = world->sources,
                                              .ingress = world->ingress,
                                              .rules = world->rules,
                                              .port = world->port,
                                              .source = world->source,
                                              .route_first = world->route_first,
                                              .route = world->route,
                                              .class_ = world->class_,
                                              .watch = &watch,
                                              .watches = 1};
    struct weft_fabric *fabric = weft_fabric_new(&params);
    for (uint32_t i = 0; i < world->servers; i++)
        weft_fabric_push(fabric, i, &world->train[i]);
    weft_fabric_advance(fabric, WEFT_NEVER);
    weft_fabric_free(fabric);
}

/* An instant at which something happens, or one beside it. */
static weft_ps near(struct world *world, weft_ps at_ps)
{
    return at_ps + draw(world, 3) - 1;
}

/* Outages that begin and end where packets do, as a first run of the reference tells. */
static void make_outages(struct world *world)
{
    for (uint32_t i = 0; i < world->servers; i++) {
        const struct weft_train *train = &world->train[i];
        if (train->n == 0 || draw(world, 3) > 0)
            continue;
        world->ingress[i].down_ps = near(world, train->done_ps[draw(world, train->n)]);
        weft_ps up_ps = near(world, train->tx_ps[draw(world, train->n)]);
        world->ingress[i].up_ps = MAX(up_ps, world->ingress[i].down_ps + 1);
    }
    run_reference(world);
    for (guint i = 0; i < world->expected->len; i++) {
        const struct told *told = &g_array_index(world->expected, struct told, i);
        if (told->flow >= world->streams && draw(world, 20) == 0)
            world->source[told->flow - world->streams].until_ps = near(world, told->tx_ps + 1);
        if (told->device_ps != WEFT_NEVER && draw(world, 200) == 0)
            world->port[told->port].off_ps = near(world, told->device_ps);
    }
    g_array_set_size(world->expected, 0);
}

/* --- in ns-3 --- */

static void ok(int status, const struct weft_error *error)
{
    if (status != WEFT_OK)
        g_error("%s", error->text);
}

static void send_background(struct world *world, uint32_t source, uint32_t number, weft_ps now_ps)
{
    const struct weft_fabric_source *from = &world->source[source];
    struct weft_error error;
    weft_ps ready_ps = weft_background_take(&from->background, &world->background[source]);
    if (ready_ps == WEFT_NEVER)
        return;
    const struct weft_ns3_packet packet = {
        .packet = (uint64_t)(world->servers + source) << WEFT_PACKET_SERVER_SHIFT | number,
        .flow = world->streams + source,
        .number = number,
        .payload_bytes = from->payload_bytes,
        .frame_bytes = from->frame_bytes};
    ok(weft_ns3_send(world->sim, world->servers + source, MAX(ready_ps, now_ps), &packet, &error), &error);
}

static uint64_t came(void *ctx, const struct weft_ns3_hop *hop)
{
    struct world *world = ctx;
    const struct told told = {hop->packet,      hop->flow,     hop->number,    hop->payload_bytes,
                              hop->frame_bytes, hop->port,     WEFT_DELIVERED, hop->tx_ps,
                              hop->at_ps,       hop->enter_ps, WEFT_NEVER,     WEFT_NEVER};
    g_array_append_val(world->seen, told);
    weft_ps now_ps;
    struct weft_error error;
    ok(weft_ns3_now(world->sim, &now_ps, &error), &error);
    g_assert_cmpuint(now_ps, ==, hop->enter_ps);
    if (hop->flow >= world->streams && hop->port == world->route[world->route_first[hop->flow]])
        send_background(world, hop->flow - world->streams, hop->number + 1, now_ps);
    return world->seen->len - 1;
}

static void left(void *ctx, const struct weft_ns3_hop *hop, weft_ps done_ps)
{
    struct told *told = &g_array_index(((struct world *)ctx)->seen, struct told, hop->place);
    g_assert_cmpuint(told->done_ps, ==, WEFT_NEVER);
    told->done_ps = done_ps;
}

static void lost(void *ctx, const struct weft_ns3_hop *hop, enum weft_outcome outcome)
{
    struct told *told = &g_array_index(((struct world *)ctx)->seen, struct told, hop->place);
    g_assert_cmpuint(told->outcome, ==, WEFT_DELIVERED);
    told->outcome = outcome;
}

static void arrived(void *ctx, const struct weft_ns3_hop *hop, weft_ps at_ps, const void *bytes,
                    uint32_t length)
{
    struct world *world = ctx;
    struct told *told = &g_array_index(world->seen, struct told, hop->place);
    g_assert_cmpuint(told->packet, ==, hop->packet);
    g_assert_cmpuint(told->device_ps, ==, WEFT_NEVER);
    if (hop->flow < world->streams)
        told->device_ps = at_ps;
    g_assert(length == 0 || memcmp(bytes, &hop->packet, length) == 0);
}

static void describe(struct world *world)
{
    struct weft_error error;
    for (uint32_t i = 0; i < world->switches; i++)
        ok(weft_ns3_add_switch(world->sim, &world->plain[i], &error), &error);
    for (uint32_t i = 0; i < world->servers; i++) {
        const struct weft_fabric_ingress *from = &world->ingress[i];
        const struct weft_ns3_server server = {from->switch_index, from->rate_bps, from->delay_ps,
                                               from->down_ps, from->up_ps};
        ok(weft_ns3_add_server(world->sim, &server, &error), &error);
    }
    for (uint32_t i = 0; i < world->ports; i++) {
        const struct weft_fabric_port *from = &world->port[i];
        const struct weft_ns3_port port = {from->switch_index, from->to_switch, from->rate_bps,
                                           from->delay_ps, from->off_ps};
        ok(weft_ns3_add_port(world->sim, &port, &error), &error);
    }
    for (uint32_t i = 0; i < world->sources; i++) {
        uint32_t first = world->route[world->route_first[world->streams + i]];
        const struct weft_ns3_source source = {world->port[first].switch_index, world->source[i].link_bps,
                                               world->source[i].until_ps};
        ok(weft_ns3_add_source(world->sim, &source, &error), &error);
    }
    for (uint32_t i = 0; i < world->streams + world->sources; i++)
        ok(weft_ns3_add_flow(world->sim, world->route + world->route_first[i],
                             world->route_first[i + 1] - world->route_first[i], world->class_[i], &error),
           &error);
}

static void run_ns3(struct world *world)
{
    const struct weft_ns3_params params = {.links =
                                               world->stock ? WEFT_NS3_POINT_TO_POINT : WEFT_NS3_ETHERNET,
                                           .gap_bytes = world->network.gap_bytes,
                                           .check_bytes = 0,
                                           .watch = {world, came, left, lost, arrived}};
    struct weft_error error;
    ok(weft_ns3_new(&params, &world->sim, &error), &error);
    describe(world);
    for (uint32_t i = 0; i < world->servers; i++) {
        const struct weft_train *train = &world->train[i];
        for (uint32_t k = 0; k < train->n; k++) {
            bool carries = train->frame_bytes[k] >= sizeof train->packet[k] && k % 2 == 0;
            const struct weft_ns3_packet packet = {train->packet[k],
                                                   train->stream[k],
                                                   train->number[k],
                                                   train->payload_bytes[k],
                                                   train->frame_bytes[k],
                                                   carries ? &train->packet[k] : NULL,
                                                   carries ? sizeof train->packet[k] : 0};
            ok(weft_ns3_send(world->sim, i, train->at_ps[k], &packet, &error), &error);
        }
    }
    for (uint32_t i = 0; i < world->sources; i++) {
        weft_background_begin(&world->source[i].background, &world->background[i]);
        send_background(world, i, 0, 0);
    }
    ok(weft_ns3_run(world->sim, WEFT_NEVER, &error), &error);
    ok(weft_ns3_free(world->sim, &error), &error);
}

/* --- both --- */

static char *describe_told(const struct told *told)
{
    return g_strdup_printf("packet %" G_GUINT64_FORMAT
                           " flow %u number %u payload %u frame %u port %u outcome %d tx %" G_GUINT64_FORMAT
                           " at %" G_GUINT64_FORMAT " enter %" G_GUINT64_FORMAT " done %" G_GUINT64_FORMAT
                           " device %" G_GUINT64_FORMAT,
                           told->packet, told->flow, told->number, told->payload_bytes, told->frame_bytes,
                           told->port, told->outcome, told->tx_ps, told->at_ps, told->enter_ps, told->done_ps,
                           told->device_ps);
}

static void compare(const struct world *world, uint32_t seed, guint *outcomes)
{
    for (guint i = 0; i < MIN(world->expected->len, world->seen->len); i++) {
        char *expected = describe_told(&g_array_index(world->expected, struct told, i));
        char *seen = describe_told(&g_array_index(world->seen, struct told, i));
        if (strcmp(expected, seen) != 0)
            g_error("world %u, hop %u of %u:\nreference: %s\nns-3:      %s", seed, i, world->expected->len,
                    expected, seen);
        outcomes[g_array_index(world->seen, struct told, i).outcome]++;
        g_free(expected);
        g_free(seen);
    }
    g_assert_cmpuint(world->seen->len, ==, world->expected->len);
}

static void test_worlds(gconstpointer stock)
{
    guint outcomes[WEFT_OUTCOMES] = {0};
    for (uint32_t i = 0; i < RUNS; i++) {
        uint32_t seed = (uint32_t)g_test_rand_int();
        GRand *rand = g_rand_new_with_seed(seed);
        struct world *world = new_world(rand, stock != NULL);
        make_outages(world);
        run_reference(world);
        run_ns3(world);
        compare(world, seed, outcomes);
        free_world(world);
        g_rand_free(rand);
    }
    for (int i = 0; i < WEFT_OUTCOMES; i++)
        g_assert_cmpuint(outcomes[i], >, 50); /* all that may happen has happened */
}

int main(int argc, char **argv)
{
    static const int stock;
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/ns3/random/own", NULL, test_worlds);
    g_test_add_data_func("/ns3/random/stock", &stock, test_worlds);
    return g_test_run();
}
