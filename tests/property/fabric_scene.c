/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What random scenes of fabrics have in common, and how they run. */
#include "fabric_scene.h"

#include <inttypes.h>
#include <string.h>

struct scene_sent {
    uint64_t packet;
    weft_ps tx_ps, done_ps;
    uint32_t stream, number, frame_bytes;
};

uint64_t scene_draw(uint64_t below)
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

uint64_t scene_draw_rate(void)
{
    static const uint64_t rates[] = {100000000, 1000000000, 10000000000, 155520000, 999999937};
    return rates[scene_draw(G_N_ELEMENTS(rates))];
}

void scene_make_rules(struct weft_port_rules *rules, bool loses, bool cuts)
{
    *rules = (struct weft_port_rules){.latency_ps = scene_draw(2) * scene_draw(900000),
                                      .buffer = weft_buffers[0],
                                      .accounting = weft_accountings[scene_draw(2)],
                                      .forwarding = weft_forwardings[cuts && scene_draw(8) == 0],
                                      .memory = {.cell_bytes = 1}};
    if (!loses)
        return;
    rules->buffer = weft_buffers[scene_draw(4)];
    rules->memory.cell_bytes = 1 + (uint32_t)scene_draw(300);
    rules->memory.limit = rules->buffer->written ? 1 + scene_draw(40) : 1600 + scene_draw(60000);
    rules->sharing = scene_draw(2) ? weft_sharings[scene_draw(2)] : NULL;
    rules->memory.shared_bytes = 2000 + scene_draw(200000);
    rules->memory.reserved_bytes = scene_draw(2) ? scene_draw(4000) : 0;
    rules->memory.alpha_num = 1 + (uint32_t)scene_draw(8);
    rules->memory.alpha_den = 1 + (uint32_t)scene_draw(8);
}

void scene_make_ingresses(struct scene *scene, bool loses, bool alike)
{
    const struct weft_fabric_params *params = &scene->params;
    for (uint32_t i = 0; i < params->ingresses; i++) {
        bool down = loses && scene_draw(4) == 0;
        weft_ps down_ps = down ? scene_draw(3000000000) : 0;
        scene->ingress[i] =
            (struct weft_fabric_ingress){.switch_index = i % params->switches,
                                         .rate_bps = alike || scene_draw(2) ? 10000000000 : 1000000000,
                                         .delay_ps = alike ? 5000 : 1000 * scene_draw(300),
                                         .down_ps = down_ps,
                                         .up_ps = down ? down_ps + 1 + scene_draw(500000000) : 0};
    }
}

/* What one server sends: bursts and gaps on a coarse grid, so that arrivals of several often meet in one picosecond; now and
 * then a gap of weeks. */
static void make_arrivals(struct scene *scene, uint32_t server)
{
    static const uint32_t frames[] = {64, 65, 128, 576, 1362, 1518, 9018};
    uint32_t stream[SCENE_MOST_STREAMS], streams = 0, number[SCENE_MOST_STREAMS] = {0};
    weft_ps now_ps = 0, link_ps = 0, byte_ps = 8 * WEFT_PS_PER_S / scene->ingress[server].rate_bps;
    bool one_size = scene_draw(2);
    scene->sent[server] = g_array_new(FALSE, FALSE, sizeof(struct scene_sent));
    for (uint32_t s = 0; s < scene->params.streams; s++)
        if (scene->server_of[s] == server)
            stream[streams++] = s;
    uint32_t packets =
        streams ? (uint32_t)scene_draw(1 + SCENE_MOST_PACKETS / scene->params.ingresses * 3) : 0;
    for (uint32_t k = 0; k < packets; k++) {
        if (scene_draw(8) == 0)
            now_ps += scene_draw(100) ? 1000000 * scene_draw(30) : scene_draw(20) * WEFT_PS_PER_S * 86400 / 4;
        uint32_t s = stream[scene_draw(streams)],
                 frame_bytes = one_size ? 1362 : frames[scene_draw(G_N_ELEMENTS(frames))];
        weft_ps tx_ps = MAX(now_ps, link_ps);
        link_ps = tx_ps + (frame_bytes + 20) * byte_ps;
        const struct scene_sent sent = {.packet = (uint64_t)server << WEFT_PACKET_SERVER_SHIFT | k,
                                        .tx_ps = tx_ps,
                                        .done_ps = link_ps,
                                        .stream = s,
                                        .number = number[s]++,
                                        .frame_bytes = frame_bytes};
        g_array_append_val(scene->sent[server], sent);
    }
    scene->last_ps = MAX(scene->last_ps, link_ps);
}

void scene_make_arrivals(struct scene *scene)
{
    for (uint32_t i = 0; i < scene->params.ingresses; i++)
        make_arrivals(scene, i);
}

void scene_free(struct scene *scene)
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
    uint64_t ahead = scene_draw(300), cut = scene_draw(3) ? 1 + scene_draw(100) : WEFT_TRAIN * WEFT_TRAIN;
    for (; *pushed < sent->len; ++*pushed) {
        const struct scene_sent *packet = &g_array_index(sent, struct scene_sent, *pushed);
        if (packet->tx_ps > until_ps && ahead-- == 0)
            break;
        train.packet[train.n] = packet->packet;
        train.stream[train.n] = packet->stream;
        train.number[train.n] = packet->number;
        train.payload_bytes[train.n] = packet->frame_bytes - 46;
        train.frame_bytes[train.n] = packet->frame_bytes;
        train.tx_ps[train.n] = train.at_ps[train.n] = packet->tx_ps;
        train.done_ps[train.n++] = packet->done_ps;
        if (train.n == WEFT_TRAIN || scene_draw(cut) == 0) {
            weft_fabric_push(fabric, i, &train);
            train.n = 0;
        }
    }
    weft_fabric_push(fabric, i, &train);
}

/* Fabrics are moved at random instants; how far each was moved must not be seen. */
struct told scene_run(struct scene *scene, bool plain)
{
    struct told told = {
        {g_array_new(FALSE, FALSE, sizeof(struct row)), g_array_new(FALSE, FALSE, sizeof(struct row))}};
    const struct weft_watch watch = {.ctx = &told, .packets = see};
    uint32_t pushed[SCENE_MOST_SERVERS] = {0};
    scene->params.watch = &watch;
    scene->params.watches = 1;
    scene->params.plain = plain;
    struct weft_fabric *fabric = weft_fabric_new(&scene->params);
    uint64_t moves = 1 + scene_draw(40);
    for (uint64_t move = 0; move <= moves; move++) {
        weft_ps until_ps = move == moves   ? WEFT_NEVER
                           : scene_draw(4) ? scene_draw(2000000000)
                                           : scene_draw(scene->last_ps + 1);
        for (uint32_t i = 0; i < scene->params.ingresses; i++)
            push_some(fabric, scene->sent[i], i, until_ps, &pushed[i]);
        weft_fabric_advance(fabric, until_ps);
    }
    weft_fabric_free(fabric);
    return told;
}

void scene_free_told(struct told *told)
{
    g_array_unref(told->rows[0]);
    g_array_unref(told->rows[1]);
}

void scene_assert_equal(const struct told *a, const struct told *b)
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
