/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Timelines of random networks with several switches, classes, limits and background traffic, against a recorder of every packet
 * at its last switch: bars of one link never overlap and last as long as their packet, whoever was seen is there and nobody
 * else, and what a port holds is the packets that are in it. */
#include "lab.h"
#include "timeline_rows.h"

#include "weft/reference.h"

#include <string.h>

enum { CASES = 400 };

/* A packet at a port, or on a server's link. */
struct seen {
    uint64_t packet, stream, port, in_ps, end_ps, frame_bytes;
};

struct all_seen {
    GArray *sent, *at_ports; /* of struct seen */
};

static void see(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct all_seen *all = ctx;
    (void)node;
    for (uint32_t i = 0; i < train->n && point != WEFT_AT_DEVICE; i++) {
        const struct seen seen = {
            train->packet[i],  train->stream[i],
            train->port[i],    point == WEFT_AT_SERVER ? train->at_ps[i] : train->enter_ps[i],
            train->done_ps[i], train->frame_bytes[i]};
        if (point == WEFT_AT_SERVER)
            g_array_append_val(all->sent, seen);
        else
            g_array_append_val(all->at_ports, seen);
    }
}

static const struct seen *find(const GArray *seen, const struct weft_setup *setup,
                               const struct timeline_row *row)
{
    for (guint i = 0; i < seen->len; i++) {
        const struct seen *one = &g_array_index(seen, struct seen, i);
        bool same = row->stream == UINT64_MAX
                        ? one->stream >= setup->streams && one->in_ps == row->in_ps
                        : one->packet == (row->server << WEFT_PACKET_SERVER_SHIFT | row->packet) &&
                              one->stream == row->stream;
        if (same && (row->kind == TIMELINE_LINK || one->port == row->port) &&
            (row->kind == TIMELINE_LOST || one->end_ps == row->end_ps))
            return one;
    }
    return NULL;
}

/* The time that a bar has, and what its packet needs at this rate: less than a picosecond apart, as both ends are rounded down. */
static void assert_lasts(const struct weft_setup *setup, const struct timeline_row *row, uint64_t bps)
{
    uint64_t bits = 8 * (uint64_t)weft_wire_bytes(setup->network, (uint32_t)row->bytes),
             lasts_ps = row->end_ps - row->begin_ps;
    g_assert_cmpuint(lasts_ps, >=, weft_duration_down(bits, bps));
    g_assert_cmpuint(lasts_ps, <=, weft_duration_up(bits, bps));
}

struct window {
    uint64_t begin_ps, until_ps;
    uint32_t server;
};

/* Bars of a link or a port are in order of time, do not overlap, lie in the window at least in part and are true. */
static void check_bars(const struct weft_setup *setup, GArray *rows, const struct all_seen *all,
                       const struct window *window)
{
    const struct timeline_row *before = timeline_row_at(rows, 1);
    for (guint i = 2; i < rows->len; i++) {
        const struct timeline_row *row = timeline_row_at(rows, i);
        bool link = row->kind == TIMELINE_LINK;
        if (!link && row->kind != TIMELINE_PORT)
            continue;
        if (before->kind == row->kind && (link || before->port == row->port))
            g_assert_cmpuint(row->begin_ps, >=, before->end_ps);
        g_assert_true(row->begin_ps < window->until_ps && row->end_ps > window->begin_ps);
        const struct seen *seen = find(link ? all->sent : all->at_ports, setup, row);
        g_assert_nonnull(seen);
        g_assert_cmpuint(row->bytes, ==, seen->frame_bytes);
        g_assert_cmpuint(link ? row->begin_ps : row->in_ps, ==, seen->in_ps);
        assert_lasts(setup, row,
                     link ? setup->server[window->server].link_bps
                          : weft_setup_port_bps(setup, (uint32_t)row->port));
        before = row;
    }
}

static guint count(GArray *rows, enum timeline_kind kind, uint64_t port)
{
    guint n = 0;
    for (guint i = 2; i < rows->len; i++)
        n += timeline_row_at(rows, i)->kind == kind &&
             (kind == TIMELINE_LINK || timeline_row_at(rows, i)->port == port);
    return n;
}

static uint64_t held_of(const struct all_seen *all, uint64_t port, uint64_t at_ps)
{
    uint64_t held = 0;
    for (guint i = 0; i < all->at_ports->len; i++) {
        const struct seen *seen = &g_array_index(all->at_ports, struct seen, i);
        held +=
            seen->port == port && seen->end_ps != WEFT_NEVER && seen->in_ps <= at_ps && at_ps < seen->end_ps;
    }
    return held;
}

/* Levels cover the window, one port after the other; what was lost and what was carried is all there. */
static void check_port(GArray *rows, const struct all_seen *all, const struct window *window, uint64_t port)
{
    uint64_t at_ps = window->begin_ps;
    for (guint i = 2; i < rows->len; i++) {
        const struct timeline_row *row = timeline_row_at(rows, i);
        if (row->kind != TIMELINE_HELD || row->port != port)
            continue;
        g_assert_cmpuint(row->begin_ps, ==, at_ps);
        g_assert_cmpuint(row->end_ps, >, at_ps);
        g_assert_cmpuint(row->packets, ==, held_of(all, port, row->begin_ps));
        g_assert_cmpuint(row->packets, ==, held_of(all, port, row->end_ps - 1));
        at_ps = row->end_ps;
    }
    g_assert_cmpuint(at_ps, ==, window->until_ps);
    guint lost = 0, ended = 0, shown = 0;
    for (guint i = 0; i < all->at_ports->len; i++) {
        const struct seen *seen = &g_array_index(all->at_ports, struct seen, i);
        bool here = seen->port == port, never = seen->end_ps == WEFT_NEVER;
        lost += here && never && seen->in_ps >= window->begin_ps && seen->in_ps < window->until_ps;
        ended += here && !never && seen->end_ps > window->begin_ps && seen->end_ps <= window->until_ps;
    }
    for (guint i = 2; i < rows->len; i++) {
        const struct timeline_row *row = timeline_row_at(rows, i);
        shown += row->kind == TIMELINE_PORT && row->port == port && row->end_ps <= window->until_ps;
    }
    g_assert_cmpuint(shown, ==, ended);
    g_assert_cmpuint(count(rows, TIMELINE_LOST, port), ==, lost);
}

static void check_sent(GArray *rows, const struct all_seen *all, const struct window *window)
{
    guint sent = 0;
    for (guint i = 0; i < all->sent->len; i++) {
        const struct seen *seen = &g_array_index(all->sent, struct seen, i);
        sent += seen->packet >> WEFT_PACKET_SERVER_SHIFT == window->server &&
                seen->end_ps > window->begin_ps && seen->in_ps < window->until_ps;
    }
    g_assert_cmpuint(count(rows, TIMELINE_LINK, 0), ==, sent);
}

static struct lab *draw(GRand *rand)
{
    struct lab *lab = lab_random(rand);
    if (g_rand_boolean(rand))
        lab_spread(lab, rand);
    if (g_rand_int_range(rand, 0, 3) == 0)
        lab_classes(lab, rand);
    for (guint i = 0; i < lab->switch_->len; i++) {
        struct weft_port_rules *rules = &g_array_index(lab->switch_, struct weft_switch, i).rules;
        rules->latency_ps = (weft_ps)g_rand_int_range(rand, 0, 3) * 1700000;
        if (g_rand_boolean(rand)) {
            rules->buffer = weft_buffers[1]; /* bytes */
            rules->memory.limit = (uint64_t)g_rand_int_range(rand, 2000, 12000);
        }
        rules->forwarding = weft_forwardings[g_rand_int_range(rand, 0, 2)];
    }
    if (g_rand_boolean(rand)) {
        lab_server(lab, 0)->down_ps = lab->setup.duration_ps / 3;
        lab_server(lab, 0)->up_ps = lab->setup.duration_ps / 2;
    }
    weft_ps interval_ps = weft_setup_interval(lab_setup(lab));
    lab->setup.warmup_ps = g_rand_boolean(rand) && interval_ps < lab->setup.duration_ps ? interval_ps : 0;
    return lab;
}

static void random_networks(void)
{
    guint bars = 0, lost = 0, background = 0;
    for (guint n = 0; n < CASES; n++) {
        guint32 seed = (guint32)g_test_rand_int();
        g_test_message("case %u: seed %u", n, seed);
        GRand *rand = g_rand_new_with_seed(seed);
        struct lab *lab = draw(rand);
        const struct weft_setup *setup = lab_setup(lab);
        struct all_seen all = {g_array_new(FALSE, FALSE, sizeof(struct seen)),
                               g_array_new(FALSE, FALSE, sizeof(struct seen))};
        const struct weft_watch watch = {.ctx = &all, .packets = see};
        g_assert_cmpint(weft_backend_reference.run(setup, &watch, 1, NULL), ==, WEFT_OK);
        GArray *rows = timeline_of(setup);
        const struct timeline_row *is = timeline_row_at(rows, 1);
        const struct window window = {is->begin_ps, is->end_ps, setup->stream[0].server};
        check_bars(setup, rows, &all, &window);
        check_sent(rows, &all, &window);
        for (uint32_t port = 0; port < setup->devices; port++)
            if (count(rows, TIMELINE_HELD, port) > 0)
                check_port(rows, &all, &window, port);
        for (guint i = 2; i < rows->len; i++) {
            const struct timeline_row *row = timeline_row_at(rows, i);
            bars += row->kind == TIMELINE_PORT;
            lost += row->kind == TIMELINE_LOST;
            background += row->kind == TIMELINE_PORT && row->stream == UINT64_MAX;
        }
        g_array_unref(rows);
        g_array_unref(all.sent);
        g_array_unref(all.at_ports);
        lab_free(lab);
        g_rand_free(rand);
    }
    g_test_message("%u bars of ports, %u of background traffic, %u losses", bars, background, lost);
    g_assert_true(bars > CASES && lost > 0 && background > 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/timeline/random-networks", random_networks);
    return g_test_run();
}
