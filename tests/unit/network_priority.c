/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ports that send by class, against a naive simulation of a whole network by events, on random arrivals over switches in a
 * row: order of what is told, every instant, what is lost and why. */
#include "weft/fabric.h"

#include <glib.h>
#include <string.h>

enum { INGRESSES = 4, SWITCHES = 3, DEVICES = 6, PORTS = DEVICES + 4, STREAMS = 16, HOPS = 3, MOST = 800 };

struct hop {
    uint32_t port;
    weft_ps in_ps, enter_ps, start_ps, out_ps;
    enum weft_outcome outcome;
    bool came, started;
};

struct packet {
    uint64_t name;
    uint32_t ingress, stream, number, frame_bytes, hops, at; /* at: the hop that it is at, or comes to */
    weft_ps tx_ps, sent_ps;
    struct hop hop[HOPS];
};

/* What is expected to be told, in order. */
struct told {
    struct packet *packet;
    uint32_t hop;
};

struct scene {
    struct weft_fabric_ingress ingress[INGRESSES];
    struct weft_port_rules rules[SWITCHES];
    struct weft_fabric_port port[PORTS];
    uint32_t stream_ingress[STREAMS], route_first[STREAMS + 1], route[STREAMS * HOPS];
    uint8_t class_[STREAMS];
    struct packet *packet; /* by ingress, in order */
    uint32_t first[INGRESSES + 1];
    struct told *told;
    uint32_t n_told, seen_switch, seen_device, delivered;
    uint32_t outcomes[WEFT_OUTCOMES];
    weft_ps last_device_ps[DEVICES];
    weft_u128 end[PORTS]; /* in picoseconds times the rate */
    GString *text;        /* NULL: not wanted */
};

static uint64_t draw(uint64_t below)
{
    return ((uint64_t)g_test_rand_int() << 31 ^ (uint64_t)g_test_rand_int()) % below;
}

/* --- the network --- */

/* Two devices a switch, then trunks 0-1, 1-0, 1-2, 2-1. */
static uint32_t switch_of_port(uint32_t port)
{
    static const uint32_t from[] = {0, 1, 1, 2};
    return port < DEVICES ? port / 2 : from[port - DEVICES];
}

static void make_routes(struct scene *scene)
{
    uint32_t at = 0;
    for (uint32_t s = 0; s < STREAMS; s++) {
        uint32_t device = (uint32_t)draw(DEVICES), i = (uint32_t)draw(INGRESSES);
        uint32_t sw = scene->ingress[i].switch_index;
        scene->stream_ingress[s] = i;
        scene->class_[s] = (uint8_t)draw(WEFT_CLASSES);
        scene->route_first[s] = at;
        for (; sw != device / 2; sw = device / 2 > sw ? sw + 1 : sw - 1)
            scene->route[at++] = DEVICES + (device / 2 > sw ? 2 * sw : 2 * sw - 1);
        scene->route[at++] = device;
    }
    scene->route_first[STREAMS] = at;
}

static void make_rules(struct weft_port_rules *rules)
{
    *rules = (struct weft_port_rules){.latency_ps = draw(2) * draw(3000) * 1000,
                                      .forwarding = weft_forwardings[draw(2)],
                                      .scheduler = weft_schedulers[draw(3) != 0],
                                      .buffer = weft_buffers[draw(4)],
                                      .sharing = draw(2) ? weft_sharings[draw(2)] : NULL,
                                      .memory = {.cell_bytes = 1 + (uint32_t)draw(300),
                                                 .shared_bytes = 2000 + draw(60000),
                                                 .reserved_bytes = draw(2) * draw(4000),
                                                 .alpha_num = 1 + (uint32_t)draw(8),
                                                 .alpha_den = 1 + (uint32_t)draw(8)}};
    rules->memory.limit = rules->buffer->written ? 1 + draw(60) : 1000 + draw(90000);
}

static void make_network(struct scene *scene, bool loses)
{
    static const uint64_t rates[] = {400000000, 1000000000, 155520000, 800000000, 999999937};
    static const uint32_t to[] = {1, 0, 2, 1};
    for (uint32_t i = 0; i < INGRESSES; i++) {
        scene->ingress[i] = (struct weft_fabric_ingress){
            .switch_index = i % SWITCHES, .rate_bps = 1000000000, .delay_ps = 1000 * draw(3)};
        if (loses && draw(3) == 0) {
            scene->ingress[i].down_ps = draw(600000000);
            scene->ingress[i].up_ps = scene->ingress[i].down_ps + 100000000;
        }
    }
    for (uint32_t p = 0; p < PORTS; p++)
        scene->port[p] = (struct weft_fabric_port){
            .switch_index = switch_of_port(p),
            .to_switch = p < DEVICES ? (uint32_t)WEFT_TO_DEVICE : to[p - DEVICES],
            .rate_bps = rates[draw(5)],
            .delay_ps = draw(3) * 1000000,
            .off_ps = loses && p < DEVICES && draw(4) == 0 ? 1 + draw(800000000) : 0};
    for (uint32_t i = 0; i < SWITCHES; i++) {
        make_rules(&scene->rules[i]);
        if (!loses) {
            scene->rules[i].buffer = scene->rules[i].sharing = NULL;
            scene->rules[i].memory.cell_bytes = 1;
        }
    }
    scene->rules[draw(SWITCHES)].scheduler = weft_schedulers[1];
    make_routes(scene);
}

/* Gaps on a coarse grid and few sizes, so that many things happen in one picosecond. */
static void make_packets(struct scene *scene)
{
    static const uint32_t frames[] = {80, 80, 180, 480, 1480};
    uint32_t number[STREAMS] = {0}, n = 0;
    for (uint32_t i = 0; i < INGRESSES; i++) {
        weft_ps now_ps = 0, link_ps = 0;
        scene->first[i] = n;
        for (uint32_t k = 0, tries = 0; k < MOST / INGRESSES && tries < 20 * MOST; tries++) {
            uint32_t stream = (uint32_t)draw(STREAMS);
            if (scene->stream_ingress[stream] != i)
                continue;
            struct packet *p = &scene->packet[n++];
            now_ps += draw(8) ? 200000 * draw(8) : 10000000 * draw(8);
            *p = (struct packet){.name = (uint64_t)i << WEFT_PACKET_SERVER_SHIFT | k++, .ingress = i};
            p->stream = stream;
            p->number = number[stream]++;
            p->frame_bytes = frames[draw(G_N_ELEMENTS(frames))];
            p->tx_ps = MAX(now_ps, link_ps);
            p->sent_ps = link_ps = p->tx_ps + (p->frame_bytes + 20) * 8000;
            p->hops = scene->route_first[stream + 1] - scene->route_first[stream];
            for (uint32_t h = 0; h < p->hops; h++)
                p->hop[h].port = scene->route[scene->route_first[stream] + h];
        }
    }
    scene->first[INGRESSES] = n;
}

/* --- the naive simulation --- */

/* The last bit of a packet is in its next switch; from when on it is in its port. */
static void reach_switch(struct scene *scene, struct packet *p, weft_ps in_ps, uint64_t in_bps)
{
    struct hop *hop = &p->hop[p->at];
    hop->in_ps = hop->enter_ps = in_ps;
    if (scene->rules[switch_of_port(hop->port)].forwarding == weft_forwardings[1] && p->frame_bytes > 64 &&
        scene->port[hop->port].rate_bps <= in_bps)
        hop->enter_ps -= (p->frame_bytes - 64) * 8 * WEFT_PS_PER_S / in_bps;
}

/* The link that a packet comes over: servers, then trunks. */
static uint32_t link_of(const struct packet *p)
{
    return p->at == 0 ? p->ingress : INGRESSES + p->hop[p->at - 1].port - DEVICES;
}

static bool is_coming(const struct packet *p)
{
    return p->at < p->hops && !p->hop[p->at].came && p->hop[p->at].in_ps != WEFT_NEVER;
}

/* Which of two comes first: by instant, link, and order on it. */
static bool comes_before(const struct packet *p, const struct packet *q)
{
    const struct hop *a = &p->hop[p->at], *b = &q->hop[q->at];
    if (a->enter_ps != b->enter_ps)
        return a->enter_ps < b->enter_ps;
    return link_of(p) != link_of(q) ? link_of(p) < link_of(q) : a->in_ps < b->in_ps;
}

static struct packet *next_arrival(const struct scene *scene)
{
    struct packet *next = NULL;
    for (uint32_t k = 0; k < scene->first[INGRESSES]; k++) {
        struct packet *p = &scene->packet[k];
        if (is_coming(p) && (!next || comes_before(p, next)))
            next = p;
    }
    return next;
}

static bool waits_in(const struct packet *p, uint32_t port)
{
    if (p->at >= p->hops)
        return false;
    const struct hop *hop = &p->hop[p->at];
    return hop->port == port && hop->came && !hop->started && hop->outcome == WEFT_DELIVERED;
}

static weft_ps ready_ps(const struct scene *scene, const struct packet *p)
{
    const struct hop *hop = &p->hop[p->at];
    return hop->enter_ps + scene->rules[switch_of_port(hop->port)].latency_ps;
}

/* When the port can send, what it sends then. Packets of one port come in the order of `n_told`. */
static struct packet *next_service(const struct scene *scene, uint32_t port, weft_ps *at_ps)
{
    weft_ps earliest_ps = WEFT_NEVER, free_ps = (weft_ps)(scene->end[port] / scene->port[port].rate_bps);
    bool by_class = scene->rules[switch_of_port(port)].scheduler == weft_schedulers[1];
    struct packet *best = NULL;
    for (uint32_t k = 0; k < scene->n_told; k++)
        if (scene->told[k].hop == scene->told[k].packet->at && waits_in(scene->told[k].packet, port))
            earliest_ps = MIN(earliest_ps, ready_ps(scene, scene->told[k].packet));
    *at_ps = earliest_ps == WEFT_NEVER ? WEFT_NEVER : MAX(free_ps, earliest_ps);
    for (uint32_t k = 0; k < scene->n_told; k++) {
        struct packet *p = scene->told[k].packet;
        if (scene->told[k].hop != p->at || !waits_in(p, port))
            continue;
        bool late = ready_ps(scene, p) >= *at_ps;
        if (!best || (by_class && !late && scene->class_[p->stream] > scene->class_[best->stream]))
            best = p;
    }
    return best;
}

static uint64_t stored(const struct weft_port_rules *rules, uint64_t bytes)
{
    uint64_t cell = rules->memory.cell_bytes;
    return (bytes + cell - 1) / cell * cell;
}

static bool has_room(const struct scene *scene, const struct packet *p)
{
    uint64_t packets[PORTS] = {0}, bytes[PORTS] = {0}, pool = 0;
    const struct hop *hop = &p->hop[p->at];
    const struct weft_port_rules *rules = &scene->rules[switch_of_port(hop->port)];
    const struct weft_buffer_params *memory = &rules->memory;
    for (uint32_t k = 0; k < scene->n_told; k++) {
        const struct hop *other = &scene->told[k].packet->hop[scene->told[k].hop];
        if (!other->came || other->outcome == WEFT_DROPPED_BUFFER || other->outcome == WEFT_DROPPED_LINK ||
            (other->started && other->out_ps <= hop->enter_ps))
            continue;
        packets[other->port]++;
        bytes[other->port] +=
            stored(&scene->rules[switch_of_port(other->port)], scene->told[k].packet->frame_bytes);
    }
    uint64_t with = bytes[hop->port] + stored(rules, p->frame_bytes);
    const char *scheme = rules->buffer ? rules->buffer->name : "unlimited";
    if ((g_str_equal(scheme, "packets") && packets[hop->port] >= memory->limit) ||
        (g_str_equal(scheme, "bytes") && with > memory->limit) ||
        (g_str_equal(scheme, "cells") && with > memory->limit * memory->cell_bytes))
        return false;
    if (!rules->sharing || with <= memory->reserved_bytes)
        return true;
    for (uint32_t i = 0; i < PORTS; i++)
        if (switch_of_port(i) == switch_of_port(hop->port))
            pool += MAX(bytes[i], memory->reserved_bytes) - memory->reserved_bytes;
    uint64_t own = MAX(bytes[hop->port], memory->reserved_bytes) - memory->reserved_bytes;
    if (pool - own + with - memory->reserved_bytes > memory->shared_bytes)
        return false;
    return g_str_equal(rules->sharing->name, "complete") ||
           own * memory->alpha_den < memory->alpha_num * (memory->shared_bytes - pool);
}

static void arrive(struct scene *scene, struct packet *p)
{
    struct hop *hop = &p->hop[p->at];
    const struct weft_fabric_ingress *ingress = &scene->ingress[p->ingress];
    hop->out_ps = WEFT_NEVER;
    if (p->at == 0 && p->tx_ps < ingress->up_ps && p->sent_ps > ingress->down_ps)
        hop->outcome = WEFT_DROPPED_LINK;
    else if (!has_room(scene, p))
        hop->outcome = WEFT_DROPPED_BUFFER;
    hop->came = true;
    scene->told[scene->n_told++] = (struct told){p, p->at};
}

static void start(struct scene *scene, struct packet *p, weft_ps now_ps)
{
    struct hop *hop = &p->hop[p->at];
    const struct weft_fabric_port *port = &scene->port[hop->port];
    weft_u128 from = MAX(scene->end[hop->port], (weft_u128)ready_ps(scene, p) * port->rate_bps);
    hop->started = true;
    hop->start_ps = now_ps;
    scene->end[hop->port] = from + (weft_u128)(p->frame_bytes + 20) * 8 * WEFT_PS_PER_S;
    hop->out_ps = (weft_ps)(scene->end[hop->port] / port->rate_bps);
    if (port->off_ps && hop->out_ps + port->delay_ps >= port->off_ps)
        hop->outcome = WEFT_DROPPED_DEVICE;
    p->at++;
    if (p->at < p->hops)
        reach_switch(scene, p, hop->out_ps + port->delay_ps, port->rate_bps);
}

static void simulate(struct scene *scene)
{
    for (uint32_t k = 0; k < scene->first[INGRESSES]; k++) {
        struct packet *p = &scene->packet[k];
        reach_switch(scene, p, p->sent_ps + scene->ingress[p->ingress].delay_ps,
                     scene->ingress[p->ingress].rate_bps);
    }
    for (;;) {
        struct packet *arrival = next_arrival(scene), *service = NULL;
        weft_ps service_ps = WEFT_NEVER;
        for (uint32_t port = 0; port < PORTS; port++) {
            weft_ps at_ps;
            struct packet *p = next_service(scene, port, &at_ps);
            if (p && at_ps < service_ps) {
                service_ps = at_ps;
                service = p;
            }
        }
        if (service && (!arrival || service_ps <= arrival->hop[arrival->at].enter_ps))
            start(scene, service, service_ps);
        else if (arrival)
            arrive(scene, arrival);
        else
            break;
    }
}

/* --- the fabric --- */

static void assert_facts(const struct packet *p, const struct weft_train *train, uint32_t i)
{
    g_assert_cmpuint(train->packet[i], ==, p->name);
    g_assert_cmpuint(train->stream[i], ==, p->stream);
    g_assert_cmpuint(train->number[i], ==, p->number);
    g_assert_cmpuint(train->frame_bytes[i], ==, p->frame_bytes);
    g_assert_cmpuint(train->payload_bytes[i], ==, p->frame_bytes - 46);
    g_assert_cmpuint(train->tx_ps[i], ==, p->tx_ps);
}

static void see_switch(struct scene *scene, const struct weft_train *train, uint32_t i)
{
    g_assert_cmpuint(scene->seen_switch, <, scene->n_told);
    const struct told *told = &scene->told[scene->seen_switch++];
    const struct packet *p = told->packet;
    const struct hop *hop = &p->hop[told->hop];
    assert_facts(p, train, i);
    g_assert_cmpuint(train->port[i], ==, hop->port);
    g_assert_cmpuint(train->at_ps[i], ==, hop->in_ps);
    g_assert_cmpuint(train->enter_ps[i], ==, hop->enter_ps);
    g_assert_cmpuint(train->done_ps[i], ==, hop->out_ps);
    g_assert_cmpuint(train->outcome[i], ==, hop->outcome);
    scene->outcomes[hop->outcome]++;
    scene->delivered += told->hop + 1 == p->hops && hop->outcome == WEFT_DELIVERED;
}

static void see_device(struct scene *scene, const struct weft_train *train, uint32_t i)
{
    const struct packet *p = &scene->packet[scene->first[train->packet[i] >> WEFT_PACKET_SERVER_SHIFT] +
                                            (train->packet[i] & 0xffffffff)];
    const struct hop *last = &p->hop[p->hops - 1];
    weft_ps *before_ps = &scene->last_device_ps[last->port];
    assert_facts(p, train, i);
    g_assert_cmpuint(train->outcome[i], ==, WEFT_DELIVERED);
    g_assert_cmpuint(train->at_ps[i], ==, last->out_ps + scene->port[last->port].delay_ps);
    g_assert_cmpuint(train->done_ps[i], ==, train->at_ps[i]);
    g_assert_cmpuint(train->at_ps[i], >, *before_ps);
    *before_ps = train->at_ps[i];
    g_assert_cmpuint(++scene->seen_device, <=, scene->delivered);
}

static void see(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct scene *scene = ctx;
    (void)node;
    for (uint32_t i = 0; i < train->n; i++) {
        if (scene->text)
            g_string_append_printf(scene->text, "%d %lx %u %lu %lu %d\n", point, train->packet[i],
                                   train->frame_bytes[i], train->at_ps[i], train->done_ps[i],
                                   train->outcome[i]);
        else if (point == WEFT_AT_SWITCH)
            see_switch(scene, train, i);
        else
            see_device(scene, train, i);
    }
}

/* Push what is sent by `until_ps`, and more. */
static void push_some(const struct scene *scene, struct weft_fabric *fabric, uint32_t ingress,
                      uint32_t *pushed, weft_ps until_ps)
{
    struct weft_train train = {.n = 0};
    uint32_t ahead = (uint32_t)draw(100);
    for (; *pushed < scene->first[ingress + 1] && train.n < WEFT_TRAIN; ++*pushed) {
        const struct packet *p = &scene->packet[*pushed];
        if (p->tx_ps > until_ps && ahead-- == 0)
            break;
        train.packet[train.n] = p->name;
        train.stream[train.n] = p->stream;
        train.number[train.n] = p->number;
        train.payload_bytes[train.n] = p->frame_bytes - 46;
        train.frame_bytes[train.n] = p->frame_bytes;
        train.tx_ps[train.n] = train.at_ps[train.n] = p->tx_ps;
        train.done_ps[train.n++] = p->sent_ps;
    }
    weft_fabric_push(fabric, ingress, &train);
}

static struct weft_fabric *new_fabric(struct scene *scene)
{
    const struct weft_watch watch = {.ctx = scene, .packets = see};
    return weft_fabric_new(&(struct weft_fabric_params){.network = &weft_network_ethernet,
                                                        .ingresses = INGRESSES,
                                                        .switches = SWITCHES,
                                                        .rules = scene->rules,
                                                        .ports = PORTS,
                                                        .streams = STREAMS,
                                                        .ingress = scene->ingress,
                                                        .port = scene->port,
                                                        .route_first = scene->route_first,
                                                        .route = scene->route,
                                                        .class_ = scene->class_,
                                                        .watch = &watch,
                                                        .watches = 1});
}

/* All that is pushed before an instant is known by then: packets go out in order, and come in later. */
static void run(struct scene *scene)
{
    struct weft_fabric *fabric = new_fabric(scene);
    uint32_t pushed[INGRESSES], left = 1;
    memcpy(pushed, scene->first, sizeof pushed);
    for (weft_ps until_ps = 0; left > 0; until_ps += draw(40000000)) {
        left = 0;
        for (uint32_t i = 0; i < INGRESSES; i++) {
            do
                push_some(scene, fabric, i, &pushed[i], until_ps);
            while (pushed[i] < scene->first[i + 1] && scene->packet[pushed[i]].tx_ps <= until_ps);
            left += scene->first[i + 1] - pushed[i];
        }
        weft_fabric_advance(fabric, until_ps);
    }
    weft_fabric_advance(fabric, WEFT_NEVER);
    weft_fabric_free(fabric);
}

static struct scene *scene_new(bool loses)
{
    struct scene *scene = g_new0(struct scene, 1);
    scene->packet = g_new0(struct packet, MOST);
    scene->told = g_new0(struct told, MOST * HOPS);
    make_network(scene, loses);
    make_packets(scene);
    return scene;
}

static void scene_free(struct scene *scene)
{
    g_free(scene->packet);
    g_free(scene->told);
    g_free(scene);
}

/* Packets that left a port before one that came to it before. */
static uint32_t count_overtaken(const struct scene *scene)
{
    weft_ps latest_ps[PORTS] = {0};
    uint32_t n = 0;
    for (uint32_t k = 0; k < scene->n_told; k++) {
        const struct hop *hop = &scene->told[k].packet->hop[scene->told[k].hop];
        if (hop->out_ps == WEFT_NEVER)
            continue;
        n += hop->out_ps < latest_ps[hop->port];
        latest_ps[hop->port] = MAX(latest_ps[hop->port], hop->out_ps);
    }
    return n;
}

static void test_random(void)
{
    uint32_t outcomes[WEFT_OUTCOMES] = {0}, overtaken = 0;
    for (int round = 0; round < 12; round++) {
        struct scene *scene = scene_new(round % 3 != 0);
        simulate(scene);
        run(scene);
        g_assert_cmpuint(scene->seen_switch, ==, scene->n_told);
        g_assert_cmpuint(scene->seen_device, ==, scene->delivered);
        overtaken += count_overtaken(scene);
        for (uint32_t i = 0; i < WEFT_OUTCOMES; i++)
            outcomes[i] += scene->outcomes[i];
        scene_free(scene);
    }
    for (uint32_t i = 0; i < WEFT_OUTCOMES; i++)
        g_assert_cmpuint(outcomes[i], >, 50);
    g_assert_cmpuint(overtaken, >, 500);
}

/* Where all have one class, priority is fifo: the same is told, in the same order. */
static void test_one_class(void)
{
    for (int round = 0; round < 20; round++) {
        struct scene *scene = scene_new(round % 3 != 0);
        memset(scene->class_, (int)draw(WEFT_CLASSES), sizeof scene->class_);
        scene->text = g_string_new(NULL);
        run(scene);
        g_autofree char *by_class = g_string_free(scene->text, FALSE);
        for (uint32_t i = 0; i < SWITCHES; i++)
            scene->rules[i].scheduler = weft_schedulers[0];
        scene->text = g_string_new(NULL);
        run(scene);
        g_autofree char *fifo = g_string_free(scene->text, FALSE);
        g_auto(GStrv) a = g_strsplit(by_class, "\n", -1), b = g_strsplit(fifo, "\n", -1);
        /* How many are told of at once is not the same: compare switches and devices each. */
        for (int point = '1'; point <= '2'; point++) {
            guint at = 0;
            for (guint i = 0; a[i]; i++) {
                if (*a[i] != point)
                    continue;
                while (b[at] && *b[at] != point)
                    at++;
                g_assert_cmpstr(a[i], ==, b[at]);
                at++;
            }
            for (; b[at]; at++)
                g_assert_cmpint(*b[at], !=, point);
        }
        scene_free(scene);
    }
}

/* --- by hand: one port of 800 Mbit/s, frames of 80 bytes of wire, so 800 ns each --- */

struct sent {
    unsigned ns, stream; /* in the switch; streams are of class 0, 3, 7 */
};

static void see_leaving(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    (void)node;
    for (uint32_t i = 0; point == WEFT_AT_DEVICE && i < train->n; i++)
        g_string_append_printf(ctx, "%u:%u ", train->stream[i], (unsigned)(train->at_ps[i] / 1000));
}

static void check_leaving(weft_ps latency_ps, const struct sent *sent, uint32_t n, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const struct weft_watch watch = {.ctx = text, .packets = see_leaving};
    const struct weft_fabric_ingress ingress = {.rate_bps = 1000000000};
    const struct weft_fabric_port port = {.to_switch = WEFT_TO_DEVICE, .rate_bps = 800000000};
    const struct weft_port_rules rules = {.latency_ps = latency_ps, .scheduler = weft_schedulers[1]};
    const uint32_t route_first[] = {0, 1, 2, 3}, route[] = {0, 0, 0};
    const uint8_t classes[] = {0, 3, 7};
    struct weft_fabric *fabric =
        weft_fabric_new(&(struct weft_fabric_params){.network = &weft_network_ethernet,
                                                     .ingresses = 1,
                                                     .switches = 1,
                                                     .rules = &rules,
                                                     .ports = 1,
                                                     .streams = 3,
                                                     .ingress = &ingress,
                                                     .port = &port,
                                                     .route_first = route_first,
                                                     .route = route,
                                                     .class_ = classes,
                                                     .watch = &watch,
                                                     .watches = 1});
    struct weft_train train = {.n = n};
    for (uint32_t i = 0; i < n; i++) {
        train.frame_bytes[i] = 60;
        train.packet[i] = i;
        train.stream[i] = sent[i].stream;
        train.done_ps[i] = sent[i].ns * UINT64_C(1000);
    }
    weft_fabric_push(fabric, 0, &train);
    weft_fabric_advance(fabric, WEFT_NEVER);
    weft_fabric_free(fabric);
    g_assert_cmpstr(text->str, ==, expected);
}

static void test_by_hand(void)
{
    /* The highest waits for what is on the link, one frame at most, and for no other. */
    const struct sent high[] = {{1000, 0}, {1000, 0}, {1000, 0}, {1001, 2}};
    check_leaving(0, high, 4, "0:1800 2:2600 0:3400 0:4200 ");
    /* The lowest waits for the busy period of all above it: four frames here, though only two were there when it came. */
    const struct sent low[] = {{1000, 2}, {1000, 0}, {1100, 2}, {2500, 1}, {3300, 2}, {5000, 2}};
    check_leaving(0, low, 6, "2:1800 2:2600 1:3400 2:4200 0:5000 2:5800 ");
    /* One that comes at the instant at which the link is free is too late; a picosecond, here a nanosecond, earlier is not. */
    const struct sent tie[] = {{1000, 0}, {1000, 0}, {1800, 2}}, just[] = {{1000, 0}, {1000, 0}, {1799, 2}};
    check_leaving(0, tie, 3, "0:1800 0:2600 2:3400 ");
    check_leaving(0, just, 3, "0:1800 2:2600 0:3400 ");
    /* Latency moves all of it, and changes nothing else. */
    check_leaving(5000000, tie, 3, "0:6800 0:7600 2:8400 ");
    check_leaving(5000000, just, 3, "0:6800 2:7600 0:8400 ");
    check_leaving(100000, tie, 3, "0:1900 0:2700 2:3500 ");
    check_leaving(100000, just, 3, "0:1900 2:2700 0:3500 ");
    /* To an idle port the first to come is the first to go; then classes. */
    const struct sent together[] = {{1000, 0}, {1000, 1}, {1000, 2}, {1000, 1}, {1000, 2}};
    check_leaving(0, together, 5, "0:1800 2:2600 2:3400 1:4200 1:5000 ");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/network/priority/random", test_random);
    g_test_add_func("/network/priority/one-class", test_one_class);
    g_test_add_func("/network/priority/by-hand", test_by_hand);
    return g_test_run();
}
