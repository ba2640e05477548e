/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The short way through a fabric of one hop against the plain one, on random fabrics and arrivals: both must tell of the
 * same packets, in the same order, with the same value in every column. Which way a fabric goes is its own affair: with
 * cut-through, say, both are plain. */
#include "weft/fabric.h"

#include <glib.h>
#include <inttypes.h>
#include <string.h>

enum {
    MOST_SERVERS = 70,
    MOST_SWITCHES = 3,
    MOST_PORTS = 40,
    MOST_STREAMS = 60,
    MOST_PACKETS = 1500,
    ROUNDS = 400
};

/* All that is told of a packet at a switch or a device. */
struct row {
    uint64_t packet;
    weft_ps tx_ps, at_ps, done_ps, enter_ps;
    uint32_t stream, number, payload_bytes, frame_bytes, port, outcome;
};

struct sent {
    uint64_t packet;
    weft_ps tx_ps, done_ps;
    uint32_t stream, number, frame_bytes;
};

struct scene {
    struct weft_fabric_params params;
    struct weft_fabric_ingress ingress[MOST_SERVERS];
    struct weft_port_rules rules[MOST_SWITCHES];
    struct weft_fabric_port port[MOST_PORTS];
    uint32_t route_first[MOST_STREAMS + 1], route[MOST_STREAMS];
    uint32_t server_of[MOST_STREAMS];
    GArray *sent[MOST_SERVERS]; /* of struct sent, in order */
    weft_ps last_ps;
};

struct told {
    GArray *rows[2]; /* of struct row: at switches, at devices */
};

static uint64_t draw(uint64_t below)
{
    return ((uint64_t)g_test_rand_int() << 31 ^ (uint64_t)g_test_rand_int()) % below;
}

static void see(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    const struct told *told = ctx;
    bool at_switch = point == WEFT_AT_SWITCH;
    g_assert_cmpuint(node, ==, 0);
    g_assert_cmpuint(train->n, >=, 1);
    g_assert_cmpuint(train->n, <=, WEFT_TRAIN);
    for (uint32_t i = 0; i < train->n; i++) {
        const struct row row = {.packet = train->packet[i],
                                .tx_ps = train->tx_ps[i],
                                .at_ps = train->at_ps[i],
                                .done_ps = train->done_ps[i],
                                .enter_ps = at_switch ? train->enter_ps[i] : 0,
                                .stream = train->stream[i],
                                .number = train->number[i],
                                .payload_bytes = train->payload_bytes[i],
                                .frame_bytes = train->frame_bytes[i],
                                .port = at_switch ? train->port[i] : 0,
                                .outcome = train->outcome[i]};
        g_array_append_val(told->rows[!at_switch], row);
    }
}

/* --- scenes --- */

static void make_rules(struct weft_port_rules *rules, bool loses)
{
    *rules = (struct weft_port_rules){.latency_ps = draw(2) * draw(900000),
                                      .buffer = weft_buffers[0],
                                      .accounting = weft_accountings[draw(2)],
                                      .forwarding = weft_forwardings[draw(8) == 0],
                                      .memory = {.cell_bytes = 1}};
    if (!loses)
        return;
    rules->buffer = weft_buffers[draw(4)];
    rules->memory.cell_bytes = 1 + (uint32_t)draw(300);
    rules->memory.limit = rules->buffer->written ? 1 + draw(40) : 1600 + draw(60000);
    rules->sharing = draw(2) ? weft_sharings[draw(2)] : NULL;
    rules->memory.shared_bytes = 2000 + draw(200000);
    rules->memory.reserved_bytes = draw(2) ? draw(4000) : 0;
    rules->memory.alpha_num = 1 + (uint32_t)draw(8);
    rules->memory.alpha_den = 1 + (uint32_t)draw(8);
}

/* Servers on their switches, each stream from some server to a port of the same switch. */
static void make_network(struct scene *scene, bool loses)
{
    static const uint64_t rates[] = {100000000, 1000000000, 10000000000, 155520000, 999999937};
    struct weft_fabric_params *params = &scene->params;
    bool alike = draw(2); /* busy at once, in turns */
    for (uint32_t i = 0; i < params->switches; i++)
        make_rules(&scene->rules[i], loses && draw(4));
    for (uint32_t i = 0; i < params->ingresses; i++) {
        bool down = loses && draw(4) == 0;
        weft_ps down_ps = down ? draw(3000000000) : 0;
        scene->ingress[i] =
            (struct weft_fabric_ingress){.switch_index = i % params->switches,
                                         .rate_bps = alike || draw(2) ? 10000000000 : 1000000000,
                                         .delay_ps = alike ? 5000 : 1000 * draw(300),
                                         .down_ps = down_ps,
                                         .up_ps = down ? down_ps + 1 + draw(500000000) : 0};
    }
    for (uint32_t i = 0; i < params->ports; i++)
        scene->port[i] =
            (struct weft_fabric_port){.switch_index = i % params->switches,
                                      .to_switch = WEFT_TO_DEVICE,
                                      .rate_bps = rates[draw(5)],
                                      .delay_ps = draw(5) * 1000003,
                                      .off_ps = loses && draw(6) == 0 ? 1 + draw(5000000000) : 0};
    for (uint32_t s = 0; s < params->streams; s++) {
        uint32_t server = (uint32_t)draw(params->ingresses);
        do
            scene->route[s] = (uint32_t)draw(params->ports);
        while (scene->port[scene->route[s]].switch_index != scene->ingress[server].switch_index);
        scene->server_of[s] = server;
        scene->route_first[s + 1] = s + 1;
    }
}

/* What one server sends: bursts and gaps on a coarse grid, so that arrivals of several often meet in one picosecond; now and
 * then a gap of weeks. */
static void make_arrivals(struct scene *scene, uint32_t server)
{
    static const uint32_t frames[] = {64, 65, 128, 576, 1362, 1518, 9018};
    uint32_t stream[MOST_STREAMS], streams = 0, number[MOST_STREAMS] = {0};
    weft_ps now_ps = 0, link_ps = 0, byte_ps = 8 * WEFT_PS_PER_S / scene->ingress[server].rate_bps;
    bool one_size = draw(2);
    scene->sent[server] = g_array_new(FALSE, FALSE, sizeof(struct sent));
    for (uint32_t s = 0; s < scene->params.streams; s++)
        if (scene->server_of[s] == server)
            stream[streams++] = s;
    uint32_t packets = streams ? (uint32_t)draw(1 + MOST_PACKETS / scene->params.ingresses * 3) : 0;
    for (uint32_t k = 0; k < packets; k++) {
        if (draw(8) == 0)
            now_ps += draw(100) ? 1000000 * draw(30) : draw(20) * WEFT_PS_PER_S * 86400 / 4;
        uint32_t s = stream[draw(streams)],
                 frame_bytes = one_size ? 1362 : frames[draw(G_N_ELEMENTS(frames))];
        weft_ps tx_ps = MAX(now_ps, link_ps);
        link_ps = tx_ps + (frame_bytes + 20) * byte_ps;
        const struct sent sent = {.packet = (uint64_t)server << WEFT_PACKET_SERVER_SHIFT | k,
                                  .tx_ps = tx_ps,
                                  .done_ps = link_ps,
                                  .stream = s,
                                  .number = number[s]++,
                                  .frame_bytes = frame_bytes};
        g_array_append_val(scene->sent[server], sent);
    }
    scene->last_ps = MAX(scene->last_ps, link_ps);
}

static struct scene *new_scene(void)
{
    struct scene *scene = g_new0(struct scene, 1);
    uint32_t switches = 1 + (uint32_t)draw(MOST_SWITCHES);
    scene->params = (struct weft_fabric_params){
        .network = &weft_network_ethernet,
        .ingresses = draw(8) ? 1 + (uint32_t)draw(9) : 10 + (uint32_t)draw(MOST_SERVERS - 10),
        .switches = switches,
        .ports = switches + (uint32_t)draw(MOST_PORTS - MOST_SWITCHES),
        .streams = 1 + (uint32_t)draw(MOST_STREAMS),
        .ingress = scene->ingress,
        .rules = scene->rules,
        .port = scene->port,
        .route_first = scene->route_first,
        .route = scene->route};
    make_network(scene, draw(3) != 0);
    for (uint32_t i = 0; i < scene->params.ingresses; i++)
        make_arrivals(scene, i);
    return scene;
}

static void free_scene(struct scene *scene)
{
    for (uint32_t i = 0; i < scene->params.ingresses; i++)
        g_array_unref(scene->sent[i]);
    g_free(scene);
}

/* --- runs --- */

/* Push what server `i` sends, at least all of which a bit has left it by `until_ps`, in full trains or in some cut at random. */
static void push_some(struct weft_fabric *fabric, const GArray *sent, uint32_t i, weft_ps until_ps,
                      uint32_t *pushed)
{
    struct weft_train train = {.n = 0};
    uint64_t ahead = draw(300), cut = draw(3) ? 1 + draw(100) : WEFT_TRAIN * WEFT_TRAIN;
    for (; *pushed < sent->len; ++*pushed) {
        const struct sent *packet = &g_array_index(sent, struct sent, *pushed);
        if (packet->tx_ps > until_ps && ahead-- == 0)
            break;
        train.packet[train.n] = packet->packet;
        train.stream[train.n] = packet->stream;
        train.number[train.n] = packet->number;
        train.payload_bytes[train.n] = packet->frame_bytes - 46;
        train.frame_bytes[train.n] = packet->frame_bytes;
        train.tx_ps[train.n] = train.at_ps[train.n] = packet->tx_ps;
        train.done_ps[train.n++] = packet->done_ps;
        if (train.n == WEFT_TRAIN || draw(cut) == 0) {
            weft_fabric_push(fabric, i, &train);
            train.n = 0;
        }
    }
    weft_fabric_push(fabric, i, &train);
}

/* Fabrics are moved at random instants; how far each was moved must not be seen. */
static struct told run(struct scene *scene, bool plain)
{
    struct told told = {
        {g_array_new(FALSE, FALSE, sizeof(struct row)), g_array_new(FALSE, FALSE, sizeof(struct row))}};
    const struct weft_watch watch = {.ctx = &told, .packets = see};
    uint32_t pushed[MOST_SERVERS] = {0};
    scene->params.watch = &watch;
    scene->params.watches = 1;
    scene->params.plain = plain;
    struct weft_fabric *fabric = weft_fabric_new(&scene->params);
    uint64_t moves = 1 + draw(40);
    for (uint64_t move = 0; move <= moves; move++) {
        weft_ps until_ps = move == moves ? WEFT_NEVER : draw(4) ? draw(2000000000) : draw(scene->last_ps + 1);
        for (uint32_t i = 0; i < scene->params.ingresses; i++)
            push_some(fabric, scene->sent[i], i, until_ps, &pushed[i]);
        weft_fabric_advance(fabric, until_ps);
    }
    weft_fabric_free(fabric);
    return told;
}

static void free_told(struct told *told)
{
    g_array_unref(told->rows[0]);
    g_array_unref(told->rows[1]);
}

static void assert_equal(const struct told *a, const struct told *b)
{
    for (size_t point = 0; point < 2; point++) {
        const struct row *x = (const struct row *)(void *)a->rows[point]->data;
        const struct row *y = (const struct row *)(void *)b->rows[point]->data;
        g_assert_cmpuint(a->rows[point]->len, ==, b->rows[point]->len);
        for (guint i = 0; i < a->rows[point]->len; i++)
            if (memcmp(&x[i], &y[i], sizeof *x) != 0)
                g_error("row %u at point %zu: packet %" PRIx64 " or %" PRIx64 ", done at %" PRIu64
                        " or %" PRIu64,
                        i, point, x[i].packet, y[i].packet, x[i].done_ps, y[i].done_ps);
    }
}

static void test_random(void)
{
    uint64_t outcomes[WEFT_OUTCOMES] = {0}, ties = 0, turns = 0, runs = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct scene *scene = new_scene();
        struct told plain = run(scene, true), fast = run(scene, false);
        assert_equal(&plain, &fast);
        const struct row *row = (const struct row *)(void *)plain.rows[0]->data;
        for (guint i = 0; i < plain.rows[0]->len; i++) {
            outcomes[row[i].outcome]++;
            if (i == 0)
                continue;
            bool same =
                row[i].packet >> WEFT_PACKET_SERVER_SHIFT == row[i - 1].packet >> WEFT_PACKET_SERVER_SHIFT;
            ties += row[i].enter_ps == row[i - 1].enter_ps;
            turns += !same;
            runs += same;
        }
        free_told(&plain);
        free_told(&fast);
        free_scene(scene);
    }
    /* The scenes are no test of what does not happen in them. */
    for (uint32_t i = 0; i < WEFT_OUTCOMES; i++)
        g_assert_cmpuint(outcomes[i], >, 1000);
    g_assert_cmpuint(ties, >, 1000);
    g_assert_cmpuint(turns, >, 10000);
    g_assert_cmpuint(runs, >, 10000);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/network/single-hop/random", test_random);
    return g_test_run();
}
