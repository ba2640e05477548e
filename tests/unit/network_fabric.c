/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The fabric against a naive simulation of each port that knows queues and events, on random arrivals: order,
 * every instant, and nothing told before its time. */
#include "weft/fabric.h"

#include <glib.h>
#include <string.h>

enum { INGRESSES = 4, PORTS = 5, STREAMS = 12, PACKETS = 3000 };

struct packet {
    uint64_t name;
    uint32_t ingress, stream, number, payload_bytes, frame_bytes;
    weft_ps tx_ps, sent_ps, in_ps, out_ps, device_ps;
};

struct scene {
    struct weft_fabric_params params;
    struct weft_fabric_ingress ingress[INGRESSES];
    struct weft_fabric_port port[PORTS];
    uint32_t port_of_stream[STREAMS];
    struct packet *sent;   /* INGRESSES * PACKETS, by ingress */
    struct packet *sorted; /* the same in the order of the switch */
    uint32_t sent_n[INGRESSES], sorted_n;
    uint32_t at_switch, at_device; /* packets seen by the observer */
    weft_ps until_ps;
};

static uint64_t draw(uint64_t below)
{
    return ((uint64_t)g_test_rand_int() << 31 ^ (uint64_t)g_test_rand_int()) % below;
}

static int by_arrival(const void *a, const void *b)
{
    const struct packet *x = a, *y = b;
    if (x->in_ps != y->in_ps)
        return x->in_ps < y->in_ps ? -1 : 1;
    return x->name < y->name ? -1 : x->name > y->name;
}

/* Packets with gaps on a coarse grid, so that arrivals of several servers often meet in one picosecond. */
static void make_arrivals(struct scene *scene)
{
    static const uint32_t frames[] = {64, 65, 128, 576, 1362, 1518, 9018};
    for (uint32_t i = 0; i < scene->params.ingresses; i++) {
        weft_ps now_ps = 0;
        uint32_t n = 1 + (uint32_t)draw(PACKETS);
        for (uint32_t k = 0; k < n; k++) {
            struct packet *p = &scene->sent[i * PACKETS + k];
            now_ps += draw(4) ? 1000 * draw(40) : 1000000 * draw(30);
            *p = (struct packet){
                .name = (uint64_t)i << WEFT_PACKET_SERVER_SHIFT | k, .ingress = i, .number = k};
            p->stream = (uint32_t)draw(STREAMS);
            p->frame_bytes = frames[draw(G_N_ELEMENTS(frames))];
            p->payload_bytes = p->frame_bytes - 46;
            p->tx_ps = now_ps;
            p->sent_ps = now_ps + 500;
            p->in_ps = p->sent_ps + scene->ingress[i].delay_ps;
            scene->sorted[scene->sorted_n++] = *p;
        }
        scene->sent_n[i] = n;
    }
    qsort(scene->sorted, scene->sorted_n, sizeof *scene->sorted, by_arrival);
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
        if (p && scene->port_of_stream[p->stream] != port) {
            next++;
            continue;
        }
        weft_u128 arrival = p ? (weft_u128)(p->in_ps + what->latency_ps) * what->rate_bps : 0;
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

static void see(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct scene *scene = ctx;
    g_assert_cmpuint(node, ==, 0);
    g_assert_cmpuint(train->n, >=, 1);
    g_assert_cmpuint(train->n, <=, WEFT_TRAIN);
    g_assert_null(train->desc);
    for (uint32_t i = 0; i < train->n; i++) {
        uint32_t *seen = point == WEFT_AT_SWITCH ? &scene->at_switch : &scene->at_device;
        const struct packet *p = &scene->sorted[(*seen)++];
        g_assert_cmpuint(train->packet[i], ==, p->name);
        g_assert_cmpuint(train->stream[i], ==, p->stream);
        g_assert_cmpuint(train->number[i], ==, p->number);
        g_assert_cmpuint(train->payload_bytes[i], ==, p->payload_bytes);
        g_assert_cmpuint(train->frame_bytes[i], ==, p->frame_bytes);
        g_assert_cmpuint(train->tx_ps[i], ==, p->tx_ps);
        g_assert_cmpuint(train->at_ps[i], ==, point == WEFT_AT_SWITCH ? p->in_ps : p->device_ps);
        g_assert_cmpuint(train->done_ps[i], ==, point == WEFT_AT_SWITCH ? p->out_ps : p->device_ps);
        g_assert_cmpuint(p->in_ps, <=, scene->until_ps);
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
        if (p->in_ps > scene->until_ps && ahead-- == 0)
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
        scene->until_ps = scene->sorted[MIN(due + draw(900), scene->sorted_n - 1)].in_ps;
        for (uint32_t i = 0; i < scene->params.ingresses; i++)
            push_some(scene, fabric, i, &pushed[i]);
        weft_fabric_advance(fabric, scene->until_ps);
        while (due < scene->sorted_n && scene->sorted[due].in_ps <= scene->until_ps)
            due++;
        g_assert_cmpuint(scene->at_switch, ==, due);
        g_assert_cmpuint(scene->at_device, ==, due);
    }
    scene->until_ps = WEFT_NEVER;
    weft_fabric_advance(fabric, WEFT_NEVER);
    g_assert_cmpuint(scene->at_device, ==, scene->sorted_n);
    weft_fabric_free(fabric);
}

static void test_random(void)
{
    static const uint64_t rates[] = {100000000, 1000000000, 10000000000, 155520000, 999999937};
    for (int round = 0; round < 60; round++) {
        struct scene scene = {.sent = g_new(struct packet, INGRESSES * PACKETS),
                              .sorted = g_new(struct packet, INGRESSES * PACKETS)};
        struct weft_watch watches[] = {{0}, {.ctx = &scene, .packets = see}};
        scene.params = (struct weft_fabric_params){&weft_network_ethernet,
                                                   1 + (uint32_t)draw(INGRESSES),
                                                   PORTS,
                                                   STREAMS,
                                                   scene.ingress,
                                                   scene.port,
                                                   scene.port_of_stream,
                                                   watches,
                                                   2};
        for (uint32_t i = 0; i < INGRESSES; i++)
            scene.ingress[i].delay_ps = 1000 * draw(3);
        for (uint32_t i = 0; i < PORTS; i++)
            scene.port[i] =
                (struct weft_fabric_port){rates[draw(5)], draw(5) * 1000003, draw(2) * draw(900000)};
        for (uint32_t i = 0; i < STREAMS; i++)
            scene.port_of_stream[i] = (uint32_t)draw(PORTS);
        make_arrivals(&scene);
        for (uint32_t i = 0; i < PORTS; i++)
            simulate_port(&scene, i);
        run_scene(&scene);
        g_free(scene.sent);
        g_free(scene.sorted);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/network/fabric/random", test_random);
    return g_test_run();
}
