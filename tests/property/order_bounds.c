/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What each order promises, on random vectors: bounds in exact arithmetic. A vector is replayed by the seed that GLib prints
 * (--seed). */

#include "lab.h"
#include "order_case.h"

#include <string.h>

enum { ROOM = 40, MOST = 40, MOST_BYTES = 1538, VECTORS = 10000 };

/* A call with its sizes; shares are parts of its bytes. */
struct vector {
    uint32_t packets[ROOM], bytes[ROOM * MOST];
    weft_ps deadline_ps[ROOM * MOST];
    uint32_t first[ROOM + 1];               /* place of each entry's first packet among all */
    int64_t of[ROOM], largest[ROOM], total; /* bytes */
    int64_t largest_of_all;
    struct order_case what;
};

enum sizes { EQUAL, BY_ENTRY, UNEQUAL };

static uint32_t random_bytes(void)
{
    return (uint32_t)g_test_rand_int_range(84, MOST_BYTES + 1);
}

static void draw_sizes(struct vector *v, int32_t entries, enum sizes sizes)
{
    v->what = (struct order_case){.entries = (size_t)entries, .packets = v->packets, .bytes = v->bytes};
    v->total = v->largest_of_all = 0;
    for (int32_t i = 0; i < entries; i++) {
        uint32_t one = sizes == EQUAL ? ORDER_CASE_BYTES : random_bytes();
        v->first[i + 1] = v->first[i] + v->packets[i];
        v->of[i] = v->largest[i] = 0;
        for (uint32_t at = v->first[i]; at < v->first[i + 1]; at++) {
            v->bytes[at] = sizes == UNEQUAL ? random_bytes() : one;
            v->of[i] += v->bytes[at];
            v->largest[i] = MAX(v->largest[i], v->bytes[at]);
        }
        v->total += v->of[i];
        v->largest_of_all = MAX(v->largest_of_all, v->largest[i]);
    }
}

static void random_vector(struct vector *v, int32_t entries, int32_t least, enum sizes sizes)
{
    v->first[0] = 0;
    for (int32_t i = 0; i < entries; i++)
        v->packets[i] = (uint32_t)g_test_rand_int_range(least, MOST + 1);
    draw_sizes(v, entries, sizes);
}

/* One entry in `rare` has any quantity, the others the same small one: what is hardest for orders that look at weights. */
static void skewed_vector(struct vector *v, int32_t entries, int32_t rare)
{
    uint32_t low = (uint32_t)g_test_rand_int_range(1, 6);
    v->first[0] = 0;
    for (int32_t i = 0; i < entries; i++)
        v->packets[i] = g_test_rand_int_range(0, rare) ? low : (uint32_t)g_test_rand_int_range(1, MOST + 1);
    draw_sizes(v, entries, EQUAL);
}

/* The furthest that any entry was ahead and behind of its share when a packet had gone, and the largest backlog of a port that
 * drains at its share of the link; in packets of the
 * entry's largest size. `bounded` (may be NULL) is told of each in parts of 1 / total of a byte. */
struct extent {
    double lead, lag, peak;
};
typedef void bound(const struct vector *v, size_t i, int64_t lead, int64_t backlog);

static struct extent extent_of(const struct vector *v, const GArray *order, bound *bounded)
{
    int64_t sent[ROOM] = {0}, backlog[ROOM] = {0}, gone = 0;
    uint32_t next[ROOM] = {0};
    struct extent out = {0, 0, 0};
    for (guint t = 0; t < order->len; t++) {
        uint32_t now = g_array_index(order, uint32_t, t);
        int64_t bytes = v->bytes[v->first[now] + next[now]++];
        gone += bytes;
        sent[now] += bytes;
        for (size_t i = 0; i < v->what.entries; i++) {
            int64_t lead = sent[i] * v->total - gone * v->of[i];
            backlog[i] = MAX(backlog[i] - bytes * v->of[i], 0); /* drained while the packet came */
            backlog[i] += i == now ? bytes * v->total : 0;
            if (bounded && v->packets[i] > 0)
                bounded(v, i, lead, backlog[i]);
            double packet = (double)v->total * (double)MAX(v->largest[i], 1);
            out.lead = MAX(out.lead, (double)lead / packet);
            out.lag = MAX(out.lag, (double)-lead / packet);
            out.peak = MAX(out.peak, (double)backlog[i] / packet);
        }
    }
    return out;
}

static struct extent measure(const struct vector *v, const struct weft_order *order, bound *bounded)
{
    GArray *all = order_case_emit(order, &v->what, 64);
    struct extent out = extent_of(v, all, bounded);
    g_array_unref(all);
    return out;
}

static void fail_if(bool wrong, const char *what, size_t entry)
{
    if (wrong) { /* not an assertion of GLib's: hundreds of millions of these pass */
        g_test_message("%s of entry %zu", what, entry);
        g_assert_not_reached();
    }
}

/* --- smooth --- */

/* Equal packets, t of them gone: floor(r t) <= x <= floor(r (t - 1)) + 1 (pfair; eligibility), and a port of rate r C_in
 * holds strictly less than two packets. */
static void smooth_in_packets(void)
{
    for (int round = 0; round < VECTORS; round++) {
        struct vector v;
        random_vector(&v, g_test_rand_int_range(1, ROOM + 1), 0, EQUAL);
        int64_t all = v.first[v.what.entries], sent[ROOM] = {0}, backlog[ROOM] = {0};
        GArray *order = order_case_emit(&weft_order_smooth, &v.what, 0);
        for (int64_t t = 1; t <= all; t++) {
            uint32_t now = g_array_index(order, uint32_t, t - 1);
            sent[now]++;
            for (size_t i = 0; i < v.what.entries; i++) {
                int64_t w = v.packets[i];
                fail_if(sent[i] < w * t / all, "lag", i);
                fail_if(sent[i] > w * (t - 1) / all + (w > 0), "lead", i);
                backlog[i] = MAX(backlog[i] - w, 0) + (i == now ? all : 0);
                fail_if(backlog[i] >= 2 * all, "backlog", i);
            }
        }
        g_array_unref(order);
    }
}

/* Unequal packets, l of the entry's largest size, L of the call's largest, r = w / W. A packet of b bytes begins when s <= r t,
 * so x <= r (t - b) + b: ahead by at most (1 - r) l. Its last byte has gone L after its finish at the latest (Bennett and
 * Zhang, "WF2Q", INFOCOM 1996, theorem 1), so behind by at most l + r L. A port's backlog is the lead at its end and the lag
 * at its beginning: at most 2 l + r (L - l), which is 2 l for equal sizes. */
static void bytes_are_bounded(const struct vector *v, size_t i, int64_t lead, int64_t backlog)
{
    int64_t l = v->largest[i], w = v->of[i];
    fail_if(lead > (v->total - w) * l, "lead", i);
    fail_if(-lead > v->total * l + w * v->largest_of_all, "lag", i);
    fail_if(backlog > 2 * v->total * l + w * (v->largest_of_all - l), "backlog", i);
}

static void smooth_in_bytes(void)
{
    struct extent worst = {0, 0, 0};
    for (int round = 0; round < VECTORS; round++) {
        struct vector v;
        random_vector(&v, g_test_rand_int_range(1, ROOM + 1), 0, round % 2 ? UNEQUAL : BY_ENTRY);
        struct extent extent = measure(&v, &weft_order_smooth, bytes_are_bounded);
        worst.lead = MAX(worst.lead, extent.lead);
        worst.lag = MAX(worst.lag, extent.lag);
    }
    g_test_message("at most %.3f packets ahead, %.3f behind", worst.lead, worst.lag);
}

/* --- one against the other --- */

/* The table of reference numbers 4.1 in kind: n = 2 .. 33 streams of 1 .. 40 packets, each port drains at its share. There,
 * on 258 other vectors: 1.94, 2.44, 16.2 and 22.1 packets. No bound is proved for swrr; 3 is what it stayed below. */
static void worst_cases(void)
{
    static const struct weft_order *const rows[] = {&weft_order_smooth, &weft_order_swrr,
                                                    &weft_order_round_robin, &weft_order_sequential};
    static const double least[] = {1.8, 2, 10, 15}, most[] = {2, 3, MOST, MOST};
    struct extent worst[G_N_ELEMENTS(rows)] = {{0, 0, 0}};
    for (int round = 0; round < VECTORS; round++) {
        struct vector v;
        int32_t entries = g_test_rand_int_range(2, 34);
        if (round % 3 == 0)
            random_vector(&v, entries, 1, EQUAL);
        else
            skewed_vector(&v, entries, round % 3 == 1 ? 4 : entries);
        for (size_t o = 0; o < G_N_ELEMENTS(rows); o++) {
            struct extent extent = measure(&v, rows[o], NULL);
            worst[o].lead = MAX(worst[o].lead, extent.lead);
            worst[o].lag = MAX(worst[o].lag, extent.lag);
            worst[o].peak = MAX(worst[o].peak, extent.peak);
        }
    }
    for (size_t o = 0; o < G_N_ELEMENTS(rows); o++) {
        g_test_message("%s: lead %.3f, lag %.3f, peak %.3f packets", rows[o]->name, worst[o].lead,
                       worst[o].lag, worst[o].peak);
        g_assert_cmpfloat(worst[o].peak, >, least[o]);
        g_assert_cmpfloat(worst[o].peak, <, most[o]);
        if (o > 0)
            g_assert_cmpfloat(worst[o - 1].peak, <, worst[o].peak);
    }
}

/* --- turns --- */

/* Packets and bytes of one entry in a row, up to where no other entry has packets left. */
typedef void run_check(const struct vector *v, uint32_t entry, uint32_t left, uint32_t packets,
                       int64_t bytes);

static void check_runs(const struct vector *v, const struct weft_order *order, run_check *checked)
{
    GArray *all = order_case_emit(order, &v->what, 0);
    uint32_t next[ROOM] = {0}, packets = 0, before = ROOM;
    int64_t bytes = 0;
    for (guint t = 0; t < all->len; t++) {
        uint32_t now = g_array_index(all, uint32_t, t);
        packets = now == before ? packets + 1 : 1;
        bytes = (now == before ? bytes : 0) + v->bytes[v->first[now] + next[now]++];
        before = now;
        uint32_t left = v->packets[now] - next[now];
        if (all->len - t - 1 == left)
            break; /* no other entry is left */
        if (g_array_index(all, uint32_t, t + 1) != now)
            checked(v, now, left, packets, bytes);
    }
    g_array_unref(all);
}

static void drr_run(const struct vector *v, uint32_t entry, uint32_t left, uint32_t packets, int64_t bytes)
{
    int64_t quantum = v->what.argument ? (int64_t)v->what.argument : v->largest_of_all;
    (void)left;
    (void)packets;
    fail_if(bytes > quantum + v->largest[entry] - 1, "run", entry);
}

/* With a quantum of at least the largest packet an entry sends at most quantum + its largest packet - 1 bytes in a row while
 * others have packets; and with equal packets and the default quantum the order is round-robin. */
static void drr_bounds_runs(void)
{
    for (int round = 0; round < VECTORS; round++) {
        struct vector v;
        random_vector(&v, g_test_rand_int_range(1, ROOM + 1), 0, (enum sizes)(round % 3));
        if (round % 2)
            v.what.argument = (uint64_t)(v.largest_of_all + g_test_rand_int_range(1, 9000));
        check_runs(&v, &weft_order_drr, drr_run);
        if (v.what.argument || round % 3 != EQUAL)
            continue;
        GArray *drr = order_case_emit(&weft_order_drr, &v.what, 5),
               *round_robin = order_case_emit(&weft_order_round_robin, &v.what, 64);
        assert_same_arrays(drr, round_robin);
        g_array_unref(round_robin);
        g_array_unref(drr);
    }
}

static void chunk_run(const struct vector *v, uint32_t entry, uint32_t left, uint32_t packets, int64_t bytes)
{
    uint32_t whole = (uint32_t)v->what.argument, last = v->packets[entry] % whole;
    (void)bytes;
    fail_if(packets != (left > 0 || last == 0 ? whole : last), "run", entry);
}

/* Runs of exactly G packets, but for an entry's last one; where no other entry is left chunks of one follow each other. With
 * G = 1 the order is round-robin. */
static void chunk_runs(void)
{
    for (int round = 0; round < VECTORS; round++) {
        struct vector v;
        random_vector(&v, g_test_rand_int_range(2, ROOM + 1), 0, EQUAL);
        v.what.argument = (uint64_t)g_test_rand_int_range(1, 20);
        check_runs(&v, &weft_order_chunk, chunk_run);
        v.what.argument = 1;
        GArray *chunk = order_case_emit(&weft_order_chunk, &v.what, 0);
        v.what.argument = 0;
        GArray *round_robin = order_case_emit(&weft_order_round_robin, &v.what, 64);
        assert_same_arrays(chunk, round_robin);
        g_array_unref(round_robin);
        g_array_unref(chunk);
    }
}

/* --- deadline --- */

/* Deadlines never decrease on the wire; of equal ones entries go as they stand in the vector. */
static void deadline_never_inverts(void)
{
    for (int round = 0; round < VECTORS; round++) {
        struct vector v;
        random_vector(&v, g_test_rand_int_range(1, ROOM + 1), 0, EQUAL);
        for (size_t i = 0; i < v.what.entries; i++) {
            weft_ps at_ps = 0; /* drawn from few instants: many are equal */
            for (uint32_t at = v.first[i]; at < v.first[i + 1]; at++)
                v.deadline_ps[at] = at_ps += (weft_ps)g_test_rand_int_range(0, 3);
        }
        v.what.deadline_ps = v.deadline_ps;
        GArray *order = order_case_emit(&weft_order_deadline, &v.what, 0);
        weft_ps before_ps = 0;
        uint32_t before = 0, next[ROOM] = {0};
        for (guint t = 0; t < order->len; t++) {
            uint32_t now = g_array_index(order, uint32_t, t);
            weft_ps now_ps = v.deadline_ps[v.first[now] + next[now]++];
            fail_if(now_ps < before_ps || (now_ps == before_ps && now < before), "inversion", now);
            before_ps = now_ps;
            before = now;
        }
        g_array_unref(order);
    }
}

/* --- random --- */

static char *text_of(const struct order_case *what)
{
    GArray *order = order_case_emit(&weft_order_random, what, 0);
    GString *text = g_string_new(NULL);
    for (guint t = 0; t < order->len; t++)
        g_string_append_c(text, (char)('a' + g_array_index(order, uint32_t, t)));
    g_array_unref(order);
    return g_string_free(text, FALSE);
}

/* The same seed, socket and call give the same order; another of any gives another. */
static void random_is_a_function(void)
{
    static const uint32_t packets[] = {12, 12, 12};
    const struct order_case what = {.entries = 3, .packets = packets, .seed = 7, .number = 3, .draws = 5};
    struct order_case other[] = {what, what, what, what};
    other[1].seed++;
    other[2].number++;
    other[3].draws++;
    g_autofree char *text = text_of(&what);
    for (size_t i = 0; i < G_N_ELEMENTS(other); i++) {
        g_autofree char *again = text_of(&other[i]);
        g_assert_true((strcmp(text, again) == 0) == (i == 0));
    }
}

/* {2, 1, 1} has 12 interleavings. Chi-square of 24,000 calls with 11 degrees of freedom: below 31.26 with probability 0.999;
 * the seed is fixed, so the number is too. */
static void random_is_uniform(void)
{
    enum { CALLS = 24000, WAYS = 12 };
    static const uint32_t packets[] = {2, 1, 1};
    g_autoptr(GHashTable) count = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (uint64_t number = 0; number < CALLS; number++) {
        const struct order_case what = {.entries = 3, .packets = packets, .seed = 1, .number = number};
        char *text = text_of(&what);
        guint seen = GPOINTER_TO_UINT(g_hash_table_lookup(count, text));
        g_hash_table_replace(count, text, GUINT_TO_POINTER(seen + 1));
    }
    g_assert_cmpuint(g_hash_table_size(count), ==, WAYS);
    double chi_square = 0, expected = (double)CALLS / WAYS;
    GHashTableIter iter;
    gpointer seen;
    g_hash_table_iter_init(&iter, count);
    while (g_hash_table_iter_next(&iter, NULL, &seen)) {
        double off = GPOINTER_TO_UINT(seen) - expected;
        chi_square += off * off / expected;
    }
    g_test_message("chi-square %.2f", chi_square);
    g_assert_cmpfloat(chi_square, <, 31.26);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/order/smooth/packets", smooth_in_packets);
    g_test_add_func("/order/smooth/bytes", smooth_in_bytes);
    g_test_add_func("/order/worst-cases", worst_cases);
    g_test_add_func("/order/drr", drr_bounds_runs);
    g_test_add_func("/order/chunk", chunk_runs);
    g_test_add_func("/order/deadline", deadline_never_inverts);
    g_test_add_func("/order/random/function", random_is_a_function);
    g_test_add_func("/order/random/uniform", random_is_uniform);
    return g_test_run();
}
