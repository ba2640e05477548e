/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The fabric against a naive simulation of each port that knows queues and events, on random arrivals: order,
 * every instant, what is lost and why, and nothing told before its time. */
#include "weft/fabric.h"

#include <glib.h>
#include <string.h>

enum { INGRESSES = 4, PORTS = 5, STREAMS = 12, PACKETS = 3000 };

struct packet {
    uint64_t name;
    uint32_t ingress, stream, number, payload_bytes, frame_bytes;
    enum weft_outcome outcome;
    weft_ps tx_ps, sent_ps, in_ps, enter_ps, start_ps, out_ps, device_ps;
};

struct scene {
    struct weft_fabric_params params;
    struct weft_fabric_ingress ingress[INGRESSES];
    struct weft_port_rules rules;
    struct weft_fabric_port port[PORTS];
    uint32_t route_first[STREAMS + 1], route[STREAMS];
    struct packet *sent;   /* INGRESSES * PACKETS, by ingress */
    struct packet *sorted; /* the same in the order of the switch */
    uint32_t sent_n[INGRESSES], sorted_n;
    uint32_t at_switch, at_device; /* packets seen by the observer, and lost ones that it must not see */
    uint32_t outcomes[WEFT_OUTCOMES], cut;
    weft_ps until_ps;
    bool early; /* packets may be told of when they are pushed */
};

static uint64_t draw(uint64_t below)
{
    return ((uint64_t)g_test_rand_int() << 31 ^ (uint64_t)g_test_rand_int()) % below;
}

static int by_arrival(const void *a, const void *b)
{
    const struct packet *x = a, *y = b;
    if (x->enter_ps != y->enter_ps)
        return x->enter_ps < y->enter_ps ? -1 : 1;
    return x->name < y->name ? -1 : x->name > y->name;
}

/* From when on it is in its port: with cut-through from its 64th byte on, unless the port would run out of bits. The links
 * take whole picoseconds a byte. */
static weft_ps enters(const struct scene *scene, const struct packet *p, weft_ps link_byte_ps)
{
    uint64_t out_bps = scene->port[scene->route[p->stream]].rate_bps;
    if (scene->rules.forwarding != weft_forwardings[1] || out_bps > scene->ingress[p->ingress].rate_bps)
        return p->in_ps;
    return p->in_ps - (MAX(p->frame_bytes, 64) - 64) * link_byte_ps;
}

/* Packets with gaps on a coarse grid, so that arrivals of several servers often meet in one picosecond. */
static void make_arrivals(struct scene *scene)
{
    static const uint32_t frames[] = {64, 65, 128, 576, 1362, 1518, 9018};
    for (uint32_t i = 0; i < scene->params.ingresses; i++) {
        weft_ps now_ps = 0, link_ps = 0, link_byte_ps = 8 * WEFT_PS_PER_S / scene->ingress[i].rate_bps;
        uint32_t n = 1 + (uint32_t)draw(PACKETS);
        for (uint32_t k = 0; k < n; k++) {
            struct packet *p = &scene->sent[i * PACKETS + k];
            now_ps += draw(4) ? 1000 * draw(40) : 1000000 * draw(30);
            *p = (struct packet){
                .name = (uint64_t)i << WEFT_PACKET_SERVER_SHIFT | k, .ingress = i, .number = k};
            p->stream = (uint32_t)draw(STREAMS);
            p->frame_bytes = frames[draw(G_N_ELEMENTS(frames))];
            p->payload_bytes = p->frame_bytes - 46;
            p->tx_ps = MAX(now_ps, link_ps);
            p->sent_ps = link_ps = p->tx_ps + (p->frame_bytes + 20) * link_byte_ps;
            p->in_ps = p->sent_ps + scene->ingress[i].delay_ps;
            p->enter_ps = enters(scene, p, link_byte_ps);
            scene->sorted[scene->sorted_n++] = *p;
        }
        scene->sent_n[i] = n;
    }
    qsort(scene->sorted, scene->sorted_n, sizeof *scene->sorted, by_arrival);
}

static uint64_t stored(const struct scene *scene, uint64_t bytes)
{
    uint64_t cell_bytes = scene->rules.memory.cell_bytes;
    return (bytes / cell_bytes + (bytes % cell_bytes != 0)) * cell_bytes;
}

/* What a packet counts at `now_ps`: with fluid accounting the share of its time on the link that is still to come. */
static uint64_t counts_at(const struct scene *scene, const struct packet *p, weft_ps now_ps)
{
    uint64_t bytes = stored(scene, p->frame_bytes);
    if (!g_str_equal(scene->rules.accounting->name, "fluid") || now_ps <= p->start_ps)
        return bytes;
    uint64_t all_ps = p->out_ps - p->start_ps, left_ps = p->out_ps - now_ps;
    return bytes * left_ps / all_ps + (bytes * left_ps % all_ps != 0);
}

/* What every port holds just before the packet comes, by a look at all before it. */
struct held {
    uint64_t packets[PORTS], bytes[PORTS];
};
static struct held look(const struct scene *scene, uint32_t at)
{
    struct held held = {{0}, {0}};
    weft_ps now_ps = scene->sorted[at].enter_ps;
    for (uint32_t i = 0; i < at; i++) {
        const struct packet *p = &scene->sorted[i];
        bool was_in = p->outcome == WEFT_DELIVERED || p->outcome == WEFT_DROPPED_DEVICE;
        if (!was_in || p->out_ps <= now_ps)
            continue;
        held.packets[scene->route[p->stream]]++;
        held.bytes[scene->route[p->stream]] += counts_at(scene, p, now_ps);
    }
    return held;
}

/* Room in the limit of the port, and in the pool, where there are such. */
static bool has_room(const struct scene *scene, uint32_t at, uint32_t port)
{
    const struct weft_buffer_params *memory = &scene->rules.memory;
    const char *scheme = scene->rules.buffer->name;
    uint64_t frame = stored(scene, scene->sorted[at].frame_bytes);
    if (g_str_equal(scheme, "unlimited") && !scene->rules.sharing)
        return true;
    const struct held held = look(scene, at);
    uint64_t bytes = held.bytes[port] + frame;
    bool room = (g_str_equal(scheme, "packets") && held.packets[port] < memory->limit) ||
                (g_str_equal(scheme, "cells") && bytes <= memory->limit * memory->cell_bytes) ||
                (g_str_equal(scheme, "bytes") && bytes <= memory->limit) || g_str_equal(scheme, "unlimited");
    if (!scene->rules.sharing || bytes <= memory->reserved_bytes)
        return room;
    uint64_t pool = 0, own = MAX(held.bytes[port], memory->reserved_bytes) - memory->reserved_bytes;
    for (uint32_t i = 0; i < PORTS; i++)
        pool += MAX(held.bytes[i], memory->reserved_bytes) - memory->reserved_bytes;
    room = room && pool - own + bytes - memory->reserved_bytes <= memory->shared_bytes;
    return room && (g_str_equal(scene->rules.sharing->name, "complete") ||
                    own * memory->alpha_den < memory->alpha_num * (memory->shared_bytes - pool));
}

/* What is lost on the link or finds no room; the instants here only serve to know what is held. */
static void decide(struct scene *scene)
{
    weft_u128 free_at[PORTS] = {0};
    weft_ps last_ps[PORTS] = {0};
    for (uint32_t i = 0; i < scene->sorted_n; i++) {
        struct packet *p = &scene->sorted[i];
        const struct weft_fabric_ingress *ingress = &scene->ingress[p->ingress];
        uint32_t port = scene->route[p->stream];
        const struct weft_fabric_port *what = &scene->port[port];
        if (p->tx_ps < ingress->up_ps && ingress->down_ps < p->sent_ps)
            p->outcome = WEFT_DROPPED_LINK;
        else if (!has_room(scene, i, port))
            p->outcome = WEFT_DROPPED_BUFFER;
        p->out_ps = p->device_ps = WEFT_NEVER;
        if (p->outcome != WEFT_DELIVERED)
            continue;
        weft_ps ready_ps = p->enter_ps + scene->rules.latency_ps;
        weft_u128 arrival = (weft_u128)ready_ps * what->rate_bps;
        free_at[port] = MAX(free_at[port], arrival) + (weft_u128)(p->frame_bytes + 20) * 8 * WEFT_PS_PER_S;
        p->start_ps = MAX(ready_ps, last_ps[port]);
        p->out_ps = last_ps[port] = (weft_ps)(free_at[port] / what->rate_bps);
        if (what->off_ps > 0 && p->out_ps + what->delay_ps >= what->off_ps)
            p->outcome = WEFT_DROPPED_DEVICE;
    }
}

static bool goes_through(const struct scene *scene, const struct packet *p, uint32_t port)
{
    return scene->route[p->stream] == port && p->outcome != WEFT_DROPPED_LINK &&
           p->outcome != WEFT_DROPPED_BUFFER;
}

/* One port by events, in units of 1/rate picoseconds: arrivals in order, and the end of what is being sent.
 */
static void simulate_port(struct scene *scene, uint32_t port)
{
    const struct weft_fabric_port *what = &scene->port[port];
    g_autoptr(GQueue) queue = g_queue_new();
    struct packet *sending = NULL;
    weft_u128 end = 0;
    for (uint32_t next = 0; next < scene->sorted_n || sending;) {
        struct packet *p = next < scene->sorted_n ? &scene->sorted[next] : NULL;
        if (p && !goes_through(scene, p, port)) {
            next++;
            continue;
        }
        weft_u128 arrival = p ? (weft_u128)(p->enter_ps + scene->rules.latency_ps) * what->rate_bps : 0;
        weft_u128 start = arrival;
        if (sending && (!p || end <= arrival)) {
            sending->out_ps = (weft_ps)(end / what->rate_bps);
            sending->device_ps = sending->out_ps + what->delay_ps;
            sending = g_queue_pop_head(queue);
            start = end;
        } else {
            next++;
            if (sending) {
                g_queue_push_tail(queue, p);
                continue;
            }
            sending = p;
        }
        if (sending)
            end = start + (weft_u128)(sending->frame_bytes + 20) * 8 * WEFT_PS_PER_S;
    }
}

/* Lost packets never reach a device. */
static void skip_lost(struct scene *scene)
{
    while (scene->at_device < scene->at_switch && scene->sorted[scene->at_device].outcome != WEFT_DELIVERED)
        scene->at_device++;
}

static void assert_facts(const struct packet *p, const struct weft_train *train, uint32_t i)
{
    g_assert_cmpuint(train->packet[i], ==, p->name);
    g_assert_cmpuint(train->stream[i], ==, p->stream);
    g_assert_cmpuint(train->number[i], ==, p->number);
    g_assert_cmpuint(train->payload_bytes[i], ==, p->payload_bytes);
    g_assert_cmpuint(train->frame_bytes[i], ==, p->frame_bytes);
    g_assert_cmpuint(train->tx_ps[i], ==, p->tx_ps);
}

static void see_packet(struct scene *scene, bool at_switch, const struct weft_train *train, uint32_t i)
{
    const struct packet *p = &scene->sorted[at_switch ? scene->at_switch++ : scene->at_device++];
    assert_facts(p, train, i);
    g_assert_cmpuint(train->outcome[i], ==, p->outcome);
    g_assert_cmpuint(train->at_ps[i], ==, at_switch ? p->in_ps : p->device_ps);
    g_assert_cmpuint(train->done_ps[i], ==, at_switch ? p->out_ps : p->device_ps);
    g_assert_true(scene->early || p->enter_ps <= scene->until_ps);
    if (!at_switch)
        return;
    g_assert_cmpuint(train->enter_ps[i], ==, p->enter_ps);
    g_assert_cmpuint(p->out_ps, >=, p->in_ps);
    scene->outcomes[p->outcome]++;
    scene->cut += p->enter_ps < p->in_ps;
}

static void see(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    g_assert_cmpuint(node, ==, 0);
    g_assert_cmpuint(train->n, >=, 1);
    g_assert_cmpuint(train->n, <=, WEFT_TRAIN);
    g_assert_null(train->desc);
    for (uint32_t i = 0; i < train->n; i++) {
        if (point == WEFT_AT_DEVICE)
            skip_lost(ctx);
        see_packet(ctx, point == WEFT_AT_SWITCH, train, i);
    }
}

/* Push what ingress `i` sends up to a random packet, at least all that is in by `until_ps`, in random trains.
 */
static void push_some(struct scene *scene, struct weft_fabric *fabric, uint32_t i, uint32_t *pushed)
{
    struct weft_train train = {.n = 0};
    uint32_t ahead = (uint32_t)draw(700);
    while (*pushed < scene->sent_n[i]) {
        const struct packet *p = &scene->sent[i * PACKETS + *pushed];
        if (p->enter_ps > scene->until_ps && ahead-- == 0)
            break;
        train.packet[train.n] = p->name;
        train.stream[train.n] = p->stream;
        train.number[train.n] = p->number;
        train.payload_bytes[train.n] = p->payload_bytes;
        train.frame_bytes[train.n] = p->frame_bytes;
        train.tx_ps[train.n] = train.at_ps[train.n] = p->tx_ps;
        train.done_ps[train.n++] = p->sent_ps;
        ++*pushed;
        if (train.n == WEFT_TRAIN || draw(50) == 0) {
            weft_fabric_push(fabric, i, &train);
            train.n = 0;
        }
    }
    weft_fabric_push(fabric, i, &train);
}

static void run_scene(struct scene *scene)
{
    struct weft_fabric *fabric = weft_fabric_new(&scene->params);
    uint32_t pushed[INGRESSES] = {0}, due = 0;
    while (due < scene->sorted_n) {
        scene->until_ps = scene->sorted[MIN(due + draw(900), scene->sorted_n - 1)].enter_ps;
        for (uint32_t i = 0; i < scene->params.ingresses; i++)
            push_some(scene, fabric, i, &pushed[i]);
        weft_fabric_advance(fabric, scene->until_ps);
        while (due < scene->sorted_n && scene->sorted[due].enter_ps <= scene->until_ps)
            due++;
        skip_lost(scene);
        g_assert_cmpuint(scene->at_switch, >=, due);
        g_assert_true(scene->early || scene->at_switch == due);
        g_assert_cmpuint(scene->at_device, ==, scene->at_switch);
    }
    skip_lost(scene);
    scene->until_ps = WEFT_NEVER;
    weft_fabric_advance(fabric, WEFT_NEVER);
    g_assert_cmpuint(scene->at_device, ==, scene->sorted_n);
    weft_fabric_free(fabric);
}

/* Some ports with a limit, some links that go down, some devices that go off; or, now and then, none. */
static void make_faults(struct scene *scene)
{
    weft_ps end_ps = scene->sorted_n * UINT64_C(3000000) / scene->params.ingresses;
    for (uint32_t i = 0; i < PORTS; i++) {
        struct weft_fabric_port *port = &scene->port[i];
        port->off_ps = draw(3) ? 0 : 1 + draw(2 * end_ps);
    }
    scene->rules.buffer = weft_buffers[draw(4)];
    scene->rules.memory.cell_bytes = 1 + (uint32_t)draw(300);
    scene->rules.memory.limit = scene->rules.buffer->written ? 1 + draw(40) : 1000 + draw(60000);
    scene->rules.sharing = draw(2) ? weft_sharings[draw(2)] : NULL;
    scene->rules.memory.shared_bytes = 2000 + draw(60000);
    scene->rules.memory.reserved_bytes = draw(2) ? draw(4000) : 0;
    scene->rules.memory.alpha_num = 1 + (uint32_t)draw(8);
    scene->rules.memory.alpha_den = 1 + (uint32_t)draw(8);
    scene->rules.accounting = weft_accountings[draw(2)];
    for (uint32_t i = 0; i < INGRESSES; i++) {
        scene->ingress[i].down_ps = draw(2) ? draw(end_ps) : 0;
        scene->ingress[i].up_ps = draw(2) ? scene->ingress[i].down_ps + 1 + draw(end_ps / 4) : 0;
        if (scene->ingress[i].up_ps == 0)
            scene->ingress[i].down_ps = 0;
    }
}

/* Links, ports, ways, and rules that lose nothing. */
static void make_network(struct scene *scene)
{
    static const uint64_t rates[] = {100000000, 1000000000, 10000000000, 155520000, 999999937};
    for (uint32_t i = 0; i < INGRESSES; i++)
        scene->ingress[i] = (struct weft_fabric_ingress){.rate_bps = draw(2) ? 10000000000 : 1000000000,
                                                         .delay_ps = 1000 * draw(3)};
    for (uint32_t i = 0; i < PORTS; i++)
        scene->port[i] = (struct weft_fabric_port){
            .to_switch = WEFT_TO_DEVICE, .rate_bps = rates[draw(5)], .delay_ps = draw(5) * 1000003};
    scene->rules = (struct weft_port_rules){.latency_ps = draw(2) * draw(900000),
                                            .buffer = weft_buffers[0],
                                            .accounting = weft_accountings[0],
                                            .forwarding = weft_forwardings[draw(2)],
                                            .memory = {.cell_bytes = 1}};
    for (uint32_t i = 0; i < STREAMS; i++) {
        scene->route[i] = (uint32_t)draw(PORTS);
        scene->route_first[i + 1] = i + 1;
    }
}

static void test_random(void)
{
    uint32_t outcomes[WEFT_OUTCOMES] = {0}, cut = 0;
    for (int round = 0; round < 60; round++) {
        struct scene scene = {.sent = g_new(struct packet, INGRESSES * PACKETS),
                              .sorted = g_new(struct packet, INGRESSES * PACKETS)};
        struct weft_watch watches[] = {{0}, {.ctx = &scene, .packets = see}};
        scene.params = (struct weft_fabric_params){.network = &weft_network_ethernet,
                                                   .ingresses = 1 + (uint32_t)draw(INGRESSES),
                                                   .switches = 1,
                                                   .rules = &scene.rules,
                                                   .ports = PORTS,
                                                   .streams = STREAMS,
                                                   .ingress = scene.ingress,
                                                   .port = scene.port,
                                                   .route_first = scene.route_first,
                                                   .route = scene.route,
                                                   .watch = watches,
                                                   .watches = 2,
                                                   .plain = draw(3) == 0};
        scene.early = scene.params.ingresses == 1 && !scene.params.plain;
        make_network(&scene);
        make_arrivals(&scene);
        if (round % 3)
            make_faults(&scene);
        decide(&scene);
        for (uint32_t i = 0; i < PORTS; i++)
            simulate_port(&scene, i);
        run_scene(&scene);
        for (uint32_t i = 0; i < WEFT_OUTCOMES; i++)
            outcomes[i] += scene.outcomes[i];
        cut += scene.cut;
        g_free(scene.sent);
        g_free(scene.sorted);
    }
    for (uint32_t i = 0; i < WEFT_OUTCOMES; i++) /* the scenes are no test of what never happens in them */
        g_assert_cmpuint(outcomes[i], >, 1000);
    g_assert_cmpuint(cut, >, 1000);
}

/* The edges of the rules, on one port that takes 800 ns a packet: 80 wire bytes at 800 Mbit/s. */
static void see_outcomes(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    (void)node;
    for (uint32_t i = 0; point == WEFT_AT_SWITCH && i < train->n; i++)
        g_string_append_printf(ctx, "%s ", weft_outcomes[train->outcome[i]].name);
    for (uint32_t i = 0; point == WEFT_AT_DEVICE && i < train->n; i++)
        g_string_append_printf(ctx, "at %u ", (unsigned)(train->at_ps[i] / 1000));
}

static const struct weft_buffer *buffer_row(const char *name)
{
    uint32_t i = 0;
    while (!g_str_equal(weft_buffers[i]->name, name))
        i++;
    return weft_buffers[i];
}

static void check_edge(struct weft_fabric_ingress ingress, struct weft_fabric_port port, const char *scheme,
                       uint64_t limit, const weft_ps *sent_ns, uint32_t n, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const struct weft_watch watch = {.ctx = text, .packets = see_outcomes};
    const uint32_t route_first[] = {0, 1}, route = 0;
    const struct weft_port_rules rules = {.buffer = buffer_row(scheme),
                                          .memory = {.limit = limit, .cell_bytes = 20}}; /* 3 a frame */
    const struct weft_fabric_params params = {.network = &weft_network_ethernet,
                                              .ingresses = 1,
                                              .switches = 1,
                                              .rules = &rules,
                                              .ports = 1,
                                              .streams = 1,
                                              .ingress = &ingress,
                                              .port = &port,
                                              .route_first = route_first,
                                              .route = &route,
                                              .watch = &watch,
                                              .watches = 1};
    struct weft_fabric *fabric = weft_fabric_new(&params);
    struct weft_train train = {.n = n};
    for (uint32_t i = 0; i < n; i++) {
        train.frame_bytes[i] = 60;
        train.packet[i] = train.number[i] = i;
        train.done_ps[i] = sent_ns[i] * 1000;
        train.tx_ps[i] = train.at_ps[i] = train.done_ps[i] - 100000;
    }
    weft_fabric_push(fabric, 0, &train);
    weft_fabric_advance(fabric, WEFT_NEVER);
    weft_fabric_free(fabric);
    g_assert_cmpstr(text->str, ==, expected);
}

static void see_device(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    (void)node;
    if (point == WEFT_AT_DEVICE)
        *(weft_ps *)ctx = train->at_ps[0];
}

static void test_edges(void)
{
    const struct weft_fabric_ingress link = {0};
    struct weft_fabric_port port = {.to_switch = WEFT_TO_DEVICE, .rate_bps = 800000000};
    const weft_ps departs[] = {1000, 1799, 1800, 2600}, burst[] = {1000, 1100, 1200};
    check_edge(link, port, "packets", 1, departs, 4,
               "delivered buffer delivered delivered at 1800 at 2600 at 3400 ");
    check_edge(link, port, "bytes", 120, burst, 3, "delivered delivered buffer at 1800 at 2600 ");
    check_edge(link, port, "bytes", 119, burst, 3, "delivered buffer buffer at 1800 ");
    check_edge(link, port, "cells", 6, burst, 3, "delivered delivered buffer at 1800 at 2600 ");
    check_edge(link, port, "cells", 5, burst, 3, "delivered buffer buffer at 1800 ");
    port.delay_ps = 100000;
    port.off_ps = 2700000;
    check_edge(link, port, "unlimited", 0, burst, 3, "delivered device device at 1900 ");
    port.off_ps = 2700001;
    check_edge(link, port, "unlimited", 0, burst, 3, "delivered delivered device at 1900 at 2700 ");
    /* On the wire from 900 to 1000, 1000 to 1100, 1100 to 1200: what touches the outage with its end or its
     * first instant only is not hit. */
    const struct weft_fabric_ingress hit = {.delay_ps = 5000, .down_ps = 1000000, .up_ps = 1100000};
    port = (struct weft_fabric_port){.to_switch = WEFT_TO_DEVICE, .rate_bps = 800000000};
    check_edge(hit, port, "packets", 2, burst, 3, "delivered link delivered at 1805 at 2605 ");
    const struct weft_fabric_ingress always = {.down_ps = 0, .up_ps = WEFT_NEVER};
    check_edge(always, port, "packets", 2, burst, 3, "link link link ");
}

/* What one hop costs a packet of 1,518 bytes that finds nobody, from last bit in to last bit out, over a link of 1 Gbit/s:
 * stored, its time on the link behind, 1,538 bytes; cut through, onto a link of the same rate, gap and 64 bytes; onto a
 * slower link it begins 1,454 bytes of the faster one earlier than stored. */
static void test_latency(void)
{
    enum { BYTE_PS = 8000, LATENCY_PS = 500000 };
    static const struct {
        uint32_t forwarding, frame_bytes;
        uint64_t out_bps;
        weft_ps hop_ps;
    } hops[] = {
        {0, 1518, 1000000000, 1538 * BYTE_PS},
        {1, 1518, 1000000000, (20 + 64) * BYTE_PS},
        {1, 64, 1000000000, (20 + 64) * BYTE_PS},
        {1, 1518, 100000000, 1538 * 10 * BYTE_PS - 1454 * BYTE_PS},
        {1, 1518, 10000000000, 1538 * BYTE_PS / 10}, /* faster: stored */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(hops); i++) {
        const struct weft_fabric_ingress ingress = {.rate_bps = 1000000000};
        const struct weft_fabric_port port = {.to_switch = WEFT_TO_DEVICE, .rate_bps = hops[i].out_bps};
        const struct weft_port_rules rules = {.latency_ps = LATENCY_PS,
                                              .forwarding = weft_forwardings[hops[i].forwarding]};
        const uint32_t route_first[] = {0, 1}, route = 0;
        weft_ps device_ps = 0;
        const struct weft_watch watch = {.ctx = &device_ps, .packets = see_device};
        struct weft_fabric *fabric =
            weft_fabric_new(&(struct weft_fabric_params){.network = &weft_network_ethernet,
                                                         .ingresses = 1,
                                                         .switches = 1,
                                                         .rules = &rules,
                                                         .ports = 1,
                                                         .streams = 1,
                                                         .ingress = &ingress,
                                                         .port = &port,
                                                         .route_first = route_first,
                                                         .route = &route,
                                                         .watch = &watch,
                                                         .watches = 1});
        struct weft_train train = {
            .n = 1, .frame_bytes = {hops[i].frame_bytes}, .done_ps = {1000 * 1000 * 1000}};
        weft_fabric_push(fabric, 0, &train);
        weft_fabric_advance(fabric, WEFT_NEVER);
        weft_fabric_free(fabric);
        g_assert_cmpuint(device_ps, ==, 1000 * 1000 * 1000 + LATENCY_PS + hops[i].hop_ps);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/network/fabric/random", test_random);
    g_test_add_func("/network/fabric/edges", test_edges);
    g_test_add_func("/network/fabric/latency", test_latency);
    return g_test_run();
}
