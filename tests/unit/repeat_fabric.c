/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The image of a fabric: whatever is different about a packet on its way, a busy port or what a port holds is in it, and is told
 * later. And a fabric that is told of periods is as one that got its packets so much later. */

#include "lab.h"
#include "weft/fabric.h"

#define US   (WEFT_PS_PER_S / 1000000)
#define NOON (1000 * US)
enum { PACKETS = 12, SERVERS = 2, STREAMS = 4, SPACE_US = 12 };

struct told {
    uint64_t word, packets, dropped;
    weft_ps oldest_ps, newest_ps; /* first bit of all that came to a switch; the last one at a device */
};

static const struct told nothing = {.oldest_ps = WEFT_NEVER};

static void roll(struct told *told, uint64_t fact)
{
    told->word = (told->word ^ fact) * UINT64_C(1099511628211);
    told->word ^= told->word >> 29;
}

static void see(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct told *told = ctx;
    (void)node;
    for (uint32_t i = 0; i < train->n; i++) {
        const uint64_t facts[] = {point,
                                  train->packet[i],
                                  train->stream[i],
                                  train->number[i],
                                  train->payload_bytes[i],
                                  train->frame_bytes[i],
                                  train->tx_ps[i],
                                  train->at_ps[i],
                                  train->done_ps[i],
                                  train->outcome[i],
                                  point == WEFT_AT_SWITCH ? train->enter_ps[i] : 0};
        for (size_t f = 0; f < G_N_ELEMENTS(facts); f++)
            roll(told, facts[f]);
        told->packets += point == WEFT_AT_SWITCH;
        told->dropped += point == WEFT_AT_SWITCH && train->outcome[i] != WEFT_DELIVERED;
        if (point == WEFT_AT_SWITCH)
            told->oldest_ps = MIN(told->oldest_ps, train->tx_ps[i]);
        if (point == WEFT_AT_DEVICE)
            told->newest_ps = MAX(told->newest_ps, train->at_ps[i]);
    }
}

/* Two servers, to switches 0 and 1 where there are two; four streams to one device each. */
static struct lab *lab_of(void (*with)(struct lab *lab))
{
    struct lab *lab = lab_new(STREAMS);
    lab_add_server(lab);
    for (guint i = 0; i < STREAMS; i++)
        lab_stream(lab, i)->server = i % SERVERS;
    for (guint s = 0; s < SERVERS; s++)
        lab_server(lab, s)->delay_ps = 200 * US;
    if (with)
        with(lab);
    return lab;
}

static void with_limit(struct lab *lab)
{
    struct weft_port_rules *rules = &g_array_index(lab->switch_, struct weft_switch, 0).rules;
    rules->buffer = weft_buffers[2];
    rules->memory.limit = 2;
}
static void with_pool(struct lab *lab)
{
    struct weft_port_rules *rules = &g_array_index(lab->switch_, struct weft_switch, 0).rules;
    rules->sharing = weft_sharings[0];
    rules->memory = (struct weft_buffer_params){
        .shared_bytes = 4000, .reserved_bytes = 1000, .alpha_num = 1, .alpha_den = 1};
    rules->accounting = weft_accountings[1];
}
static void with_cut_through(struct lab *lab)
{
    g_array_index(lab->switch_, struct weft_switch, 0).rules.forwarding = weft_forwardings[1];
    lab_device(lab, 0)->rate_bps = UINT64_C(999999937);
}
static void with_trunk(struct lab *lab)
{
    with_limit(lab);
    uint32_t far = lab_add_switch(lab);
    lab_join(lab, 0, far, UINT64_C(333333333), 150 * US);
    for (guint i = 0; i < STREAMS; i += 2)
        lab_device(lab, i)->switch_index = far;
}
/* Two packets of the first server come to the switch before the next one of the second. */
static void with_far_server(struct lab *lab)
{
    with_trunk(lab);
    lab_server(lab, 1)->delay_ps = 300 * US;
}
/* A frame of 1,362 B needs 316 us, so that at noon a port holds all six that came; there is no room for a seventh. */
static void with_full_ports(struct lab *lab)
{
    struct weft_port_rules *rules = &g_array_index(lab->switch_, struct weft_switch, 0).rules;
    rules->buffer = weft_buffers[1];
    rules->memory.limit = 6 * 1362 + 1000;
    for (guint i = 0; i < STREAMS; i++)
        lab_device(lab, i)->rate_bps = 35000000;
}
static void with_classes(struct lab *lab)
{
    g_array_index(lab->switch_, struct weft_switch, 0).rules.scheduler = weft_schedulers[1];
    for (guint i = 0; i < STREAMS; i++)
        lab_device(lab, i)->rate_bps = UINT64_C(2000000000); /* nobody waits */
}

static void with_classes_and_far_server(struct lab *lab)
{
    with_classes(lab);
    lab_server(lab, 1)->delay_ps = 300 * US;
}

/* PACKETS packets of a server, of its streams in turn, the first bit of the first at `from_ps`. */
static void fill(struct weft_train *train, uint32_t server, weft_ps from_ps, uint32_t first)
{
    train->n = PACKETS;
    for (uint32_t i = 0; i < PACKETS; i++) {
        train->packet[i] = (uint64_t)server << WEFT_PACKET_SERVER_SHIFT | (first + i);
        train->stream[i] = server + 2 * (i % 2);
        train->number[i] = (first + i) / 2;
        train->payload_bytes[i] = 1316;
        train->frame_bytes[i] = 1362;
        train->tx_ps[i] = train->at_ps[i] = from_ps + i * SPACE_US * US;
        train->done_ps[i] = train->tx_ps[i] + 11056000;
        train->outcome[i] = 0;
    }
}

static const uint32_t step_packets[] = {PACKETS / 2, PACKETS / 2, PACKETS / 2, PACKETS / 2};
static const uint64_t step_server_packets[] = {PACKETS, PACKETS};

struct side {
    struct told told;
    struct weft_watch watch;
    struct weft_fabric *fabric;
};

static void side_init(struct side *side, struct lab *lab)
{
    side->told = nothing;
    side->watch = (struct weft_watch){.ctx = &side->told, .packets = see};
    side->fabric = weft_setup_fabric(lab_setup(lab), &side->watch, 1);
}

/* Both servers send, all is moved to `until_ps`. `change` (may be NULL) changes what server 0 sends. */
typedef void change_fn(struct weft_train *train);
static void send(struct side *side, change_fn *change, weft_ps from_ps, uint32_t first, weft_ps until_ps)
{
    struct weft_train train;
    for (uint32_t s = 0; s < SERVERS; s++) {
        fill(&train, s, from_ps + s * US, first);
        if (s == 0 && change)
            change(&train);
        weft_fabric_push(side->fabric, s, &train);
    }
    weft_fabric_advance(side->fabric, until_ps);
}

static bool same_images(const struct side *a, const struct weft_phase *at_a, const struct side *b,
                        const struct weft_phase *at_b)
{
    struct weft_image image = {0};
    weft_fabric_image(a->fabric, at_a, &image);
    weft_image_compare(&image);
    weft_fabric_image(b->fabric, at_b, &image);
    bool same = weft_image_equals(&image);
    weft_image_clear(&image);
    return same;
}

/* At noon the first packets are through their ports, or in them, and the last ones on their way. */
#define SENT_FROM (NOON - (WEFT_PS_PER_S / 1000000) * (PACKETS * SPACE_US + 130))

static void packet(struct weft_train *train)
{
    train->packet[PACKETS - 1]++;
}
static void number(struct weft_train *train)
{
    train->number[PACKETS - 1]++;
}
static void payload(struct weft_train *train)
{
    train->payload_bytes[PACKETS - 1]--;
}
static void frame(struct weft_train *train)
{
    train->frame_bytes[PACKETS - 1]--;
}
static void stream(struct weft_train *train)
{
    train->stream[PACKETS - 1] -= 2;
}
static void first_bit(struct weft_train *train)
{
    train->tx_ps[PACKETS - 1]--;
}
static void last_bit(struct weft_train *train)
{
    train->done_ps[PACKETS - 1]++;
}
static void one_less(struct weft_train *train)
{
    train->n--;
}
static void none(struct weft_train *train)
{
    (void)train;
}
/* Those that have left their ports are told of: what is held then, and until when the port is busy. */
static void larger_before(struct weft_train *train)
{
    for (uint32_t i = 0; i < 5; i++)
        train->frame_bytes[i] = 1518;
}

/* The port has as much to send, but its first frame leaves later. */
static void larger_first(struct weft_train *train)
{
    train->frame_bytes[0] += 156;
    train->frame_bytes[2] -= 156;
}

static const struct row {
    const char *name;
    change_fn *change;
    bool matters;
} rows[] = {
    {"none", none, false},          {"packet", packet, true},     {"number", number, true},
    {"payload", payload, true},     {"frame", frame, true},       {"stream", stream, true},
    {"first bit", first_bit, true}, {"last bit", last_bit, true}, {"one less", one_less, true},
    {"ports", larger_before, true},
};

static void check_member(const struct row *row, void (*with)(struct lab *lab))
{
    const struct weft_phase noon = {NOON, 0, step_packets, step_server_packets};
    struct lab *lab = lab_of(with);
    struct side side[2];
    for (int k = 0; k < 2; k++) {
        side_init(&side[k], lab);
        send(&side[k], k ? row->change : NULL, SENT_FROM, 0, NOON);
        g_assert_true(weft_fabric_settle(side[k].fabric, NOON));
        side[k].told = nothing; /* what comes */
    }
    bool same = same_images(&side[0], &noon, &side[1], &noon);
    for (int k = 0; k < 2; k++) {
        send(&side[k], NULL, NOON - 20 * US, PACKETS, WEFT_NEVER);
        weft_fabric_free(side[k].fabric);
    }
    bool alike = side[0].told.word == side[1].told.word;
    g_test_message("%s: image %s, what comes %s", row->name, same ? "the same" : "differs",
                   alike ? "the same" : "differs");
    g_assert_cmpint(same, ==, !row->matters);
    g_assert_cmpint(alike, ==, !row->matters);
    lab_free(lab);
}

static void test_members(void)
{
    void (*const with[])(struct lab * lab) = {NULL, with_limit, with_cut_through, with_trunk};
    const struct row held = {"held", larger_first, true};
    for (size_t w = 0; w < G_N_ELEMENTS(with); w++)
        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
            check_member(&rows[i], with[w]);
    check_member(&rows[0], with_full_ports);
    check_member(&held, with_full_ports);
}

/* Of what is told from noon on, nothing was sent earlier than is said; of what has been told, nothing arrives later. */
static void check_span(void (*with)(struct lab *lab), bool is_last_hop)
{
    struct lab *lab = lab_of(with);
    struct side side;
    for (guint i = 0; i < STREAMS; i++)
        lab_device(lab, i)->delay_ps = (3 + 7 * i) * US;
    side_init(&side, lab);
    send(&side, NULL, SENT_FROM, 0, NOON);
    g_assert_true(weft_fabric_settle(side.fabric, NOON));
    const weft_ps newest_ps = side.told.newest_ps;
    side.told = nothing;
    const weft_ps oldest_ps = weft_fabric_oldest_ps(side.fabric, NOON),
                  latest_ps = weft_fabric_newest_ps(side.fabric);
    weft_fabric_advance(side.fabric, WEFT_NEVER);
    g_assert_cmpuint(oldest_ps, <, NOON);
    g_assert_cmpuint(oldest_ps, ==, side.told.oldest_ps);
    g_assert_cmpuint(newest_ps, <=, latest_ps);
    if (is_last_hop)
        g_assert_cmpuint(newest_ps, ==, latest_ps);
    g_assert_cmpuint(weft_fabric_oldest_ps(side.fabric, WEFT_NEVER - 1), ==, WEFT_NEVER - 1);
    weft_fabric_free(side.fabric);
    lab_free(lab);
}

static void test_span(void)
{
    check_span(NULL, true);
    check_span(with_limit, true);
    check_span(with_cut_through, true);
    check_span(with_trunk, false);
    check_span(with_far_server, false);
}

/* What comes then: more from the servers, or only what is on its way. */
static void check_repeat_then(void (*with)(struct lab *lab), bool drops, bool more)
{
    const uint64_t times = 5;
    const weft_ps period_ps = 3333 * US, later_ps = times * period_ps;
    const struct weft_phase noon = {NOON, 0, step_packets, step_server_packets},
                            later = {NOON + later_ps, times, step_packets, step_server_packets};
    const struct weft_repeat repeat = {period_ps, times, step_packets, step_server_packets};
    struct lab *lab = lab_of(with);
    struct side told, sent;
    side_init(&told, lab);
    side_init(&sent, lab);
    send(&told, NULL, SENT_FROM, 0, NOON);
    send(&sent, NULL, SENT_FROM + later_ps, (uint32_t)times * PACKETS, NOON + later_ps);
    g_assert_true(weft_fabric_settle(told.fabric, NOON));
    g_assert_true(weft_fabric_settle(sent.fabric, NOON + later_ps));
    g_assert_true(same_images(&told, &noon, &sent, &later));
    g_assert_cmpuint(weft_fabric_oldest_ps(told.fabric, NOON) + later_ps, ==,
                     weft_fabric_oldest_ps(sent.fabric, NOON + later_ps));
    weft_fabric_repeat(told.fabric, NOON, &repeat);
    g_assert_true(same_images(&told, &later, &sent, &later));
    struct side *const sides[] = {&told, &sent};
    for (int k = 0; k < 2; k++) {
        sides[k]->told = nothing;
        if (more)
            send(sides[k], NULL, NOON + later_ps - 20 * US, (uint32_t)(times + 1) * PACKETS, WEFT_NEVER);
        else
            weft_fabric_advance(sides[k]->fabric, WEFT_NEVER);
        weft_fabric_free(sides[k]->fabric);
    }
    g_assert_cmpuint(told.told.packets, >,
                     more ? SERVERS * PACKETS : 0); /* and those that were on their way */
    g_assert_cmpuint(told.told.packets, ==, sent.told.packets);
    g_assert_cmpuint(told.told.word, ==, sent.told.word);
    if (more)
        g_assert_cmpint(told.told.dropped > 0, ==, drops);
    lab_free(lab);
}

static void check_repeat(void (*with)(struct lab *lab), bool drops)
{
    check_repeat_then(with, drops, true);
    check_repeat_then(with, drops, false);
}

static void test_repeat(void)
{
    check_repeat(NULL, false);
    check_repeat(with_limit, true);
    check_repeat(with_pool, true);
    check_repeat(with_cut_through, false);
    check_repeat(with_trunk, true);
    check_repeat(with_far_server, true);
    check_repeat(with_full_ports, true);
    check_repeat(with_classes, false);
    check_repeat(with_classes_and_far_server, false);
}

/* Nobody can say of background traffic what it will be. */
static void test_refused(void)
{
    struct lab *lab = lab_of(NULL);
    struct side side;
    side_init(&side, lab);
    g_assert_true(weft_fabric_compares(side.fabric));
    weft_fabric_free(side.fabric);
    const struct weft_background_source source = {
        .name = "others",
        .link_bps = 1000000000,
        .background = {.pattern = weft_backgrounds[0], .packet_bytes = 1500, .rate_bps = 1000000}};
    g_array_append_val(lab->source, source);
    side_init(&side, lab);
    g_assert_false(weft_fabric_compares(side.fabric));
    weft_fabric_free(side.fabric);
    lab_free(lab);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/repeat-fabric/members", test_members);
    g_test_add_func("/repeat-fabric/span", test_span);
    g_test_add_func("/repeat-fabric/repeat", test_repeat);
    g_test_add_func("/repeat-fabric/refused", test_refused);
    return g_test_run();
}
