/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Orders against their rules, written down as plainly as can be: no flows, no heaps, a look at every entry for every packet.
 * A vector is replayed by the seed that GLib prints (--seed). */

#include "order_case.h"

enum { ROOM = 24, MOST = 12, VECTORS = 3000 };

/* A call while it is worked off. */
struct state {
    struct order_case what;
    uint32_t packets[ROOM], bytes[ROOM * MOST], first[ROOM + 1];
    int64_t of[ROOM], total;        /* bytes */
    uint32_t sent[ROOM];            /* packets */
    int64_t sent_bytes[ROOM], gone; /* bytes */
    int64_t credit[ROOM];           /* for rules that keep one */
    uint32_t turn[ROOM], turns, at; /* for rules of turns: entries, larger quantities first */
};

static bool has_packets(const struct state *s, uint32_t i)
{
    return s->sent[i] < s->packets[i];
}

static int64_t next_bytes(const struct state *s, uint32_t i)
{
    return s->bytes[s->first[i] + s->sent[i]];
}

static void send(struct state *s, uint32_t i)
{
    s->gone += next_bytes(s, i);
    s->sent_bytes[i] += next_bytes(s, i);
    s->sent[i]++;
}

static void random_state(struct state *s, bool equal)
{
    int32_t entries = g_test_rand_int_range(1, ROOM + 1);
    *s = (struct state){.what = {.entries = (size_t)entries, .packets = s->packets, .bytes = s->bytes}};
    for (int32_t i = 0; i < entries; i++) {
        /* few sizes and quantities, so that entries are alike, and ties; and some of unequal packets */
        bool mixed = !equal && g_test_rand_int_range(0, 4) == 0;
        uint32_t one = equal ? ORDER_CASE_BYTES : (uint32_t)g_test_rand_int_range(1, 5) * 100;
        s->packets[i] = (uint32_t)g_test_rand_int_range(0, MOST + 1);
        s->first[i + 1] = s->first[i] + s->packets[i];
        for (uint32_t at = s->first[i]; at < s->first[i + 1]; at++) {
            s->bytes[at] = mixed ? (uint32_t)g_test_rand_int_range(1, 16) * 100 : one;
            s->of[i] += s->bytes[at];
        }
        s->total += s->of[i];
    }
}

/* The next entry by a rule. */
typedef uint32_t rule(struct state *s);

static void assert_follows(const struct weft_order *order, struct state *s, rule *next)
{
    GArray *all = order_case_emit(order, &s->what, 0);
    for (guint t = 0; t < all->len; t++) {
        uint32_t expected = next(s);
        g_assert_cmpuint(g_array_index(all, uint32_t, t), ==, expected);
        send(s, expected);
    }
    g_array_unref(all);
}

/* Eligible: s W <= t w. Of those the least (s + l) / w. */
static uint32_t smooth_rule(struct state *s)
{
    uint32_t best = ROOM;
    for (uint32_t i = 0; i < s->what.entries; i++) {
        if (!has_packets(s, i) || s->sent_bytes[i] * s->total > s->gone * s->of[i])
            continue;
        if (best == ROOM || (s->sent_bytes[i] + next_bytes(s, i)) * s->of[best] <
                                (s->sent_bytes[best] + next_bytes(s, best)) * s->of[i])
            best = i;
    }
    g_assert_cmpuint(best, <, ROOM);
    return best;
}

/* nginx: every credit grows by its weight, the largest is taken and pays the weight of all. */
static uint32_t nginx_rule(struct state *s)
{
    uint32_t best = ROOM, all = 0;
    for (uint32_t i = 0; i < s->what.entries; i++) {
        all += s->packets[i];
        s->credit[i] += s->packets[i];
        if (best == ROOM || s->credit[i] > s->credit[best])
            best = i;
    }
    s->credit[best] -= all;
    return best;
}

/* The largest (w (t + l) - W s) / l. */
static uint32_t swrr_rule(struct state *s)
{
    uint32_t best = ROOM;
    weft_i128 best_credit = 0;
    for (uint32_t i = 0; i < s->what.entries; i++) {
        if (!has_packets(s, i))
            continue;
        weft_i128 credit =
            (weft_i128)s->of[i] * (s->gone + next_bytes(s, i)) - (weft_i128)s->total * s->sent_bytes[i];
        if (best == ROOM || credit * next_bytes(s, best) > best_credit * next_bytes(s, i)) {
            best = i;
            best_credit = credit;
        }
    }
    return best;
}

static void larger_first(struct state *s)
{
    s->turns = s->at = 0;
    for (uint32_t quantity = MOST; quantity > 0; quantity--)
        for (uint32_t i = 0; i < s->what.entries; i++)
            if (s->packets[i] == quantity)
                s->turn[s->turns++] = i;
}

/* Shreedhar and Varghese: at its turn an entry's deficit grows by the quantum, and it sends while that lasts. The credit is
 * the deficit; `at` is the entry that had the turn last. */
static uint32_t drr_rule(struct state *s)
{
    for (uint32_t now = s->turn[s->at];;) {
        if (has_packets(s, now) && s->credit[now] >= next_bytes(s, now)) {
            s->credit[now] -= next_bytes(s, now);
            return now;
        }
        s->at = (s->at + 1) % s->turns;
        now = s->turn[s->at];
        s->credit[now] += (int64_t)s->what.argument;
    }
}

static void smooth_follows(void)
{
    for (int round = 0; round < VECTORS; round++) {
        struct state s;
        random_state(&s, round % 2);
        assert_follows(&weft_order_smooth, &s, smooth_rule);
    }
}

static void swrr_follows(void)
{
    for (int round = 0; round < VECTORS; round++) {
        struct state s;
        random_state(&s, round % 2);
        assert_follows(&weft_order_swrr, &s, round % 2 ? nginx_rule : swrr_rule);
    }
}

/* Any quantum from a byte on, so rounds in which nobody sends are among them. */
static void drr_follows(void)
{
    static const gint32 most[] = {3, 200, 2000, 20000};
    for (int round = 0; round < VECTORS; round++) {
        struct state s;
        random_state(&s, round % 2);
        larger_first(&s);
        s.what.argument = (uint64_t)g_test_rand_int_range(1, most[round % 4]);
        s.credit[s.turn[0]] = (int64_t)s.what.argument; /* its turn has begun */
        assert_follows(&weft_order_drr, &s, drr_rule);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rule/smooth", smooth_follows);
    g_test_add_func("/rule/swrr", swrr_follows);
    g_test_add_func("/rule/drr", drr_follows);
    return g_test_run();
}
