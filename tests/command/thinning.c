/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bins of levels over time: what is kept of random walks, against a look at every change of each bin. */

#include "thinning.h"

#include <glib.h>

struct change {
    guint64 at_ps, packets, bytes;
    bool arrival;
};

enum { CHANGES = 4000 };

/* A random walk: departures go down, arrivals up, sometimes at one instant. */
static void draw_changes(struct change *change, guint64 end_ps)
{
    guint64 packets = 0, bytes = 0, at_ps = 0;
    for (guint i = 0; i < CHANGES; i++) {
        guint64 frame = (guint64)g_test_rand_int_range(64, 1519);
        bool arrival = packets == 0 || g_test_rand_int_range(0, 100) < (i < CHANGES / 2 ? 52 : 48);
        at_ps += (guint64)g_test_rand_int_range(0, 3) *
                 (guint64)g_test_rand_int_range(0, (gint)(end_ps / CHANGES));
        bytes = arrival ? bytes + frame : packets == 1 ? 0 : bytes - MIN(frame, bytes / packets);
        packets = arrival ? packets + 1 : packets - 1;
        change[i] = (struct change){at_ps, packets, bytes, arrival};
    }
}

static guint64 pick(const struct change *change, guint size)
{
    return size ? change->bytes : change->packets;
}

/* The changes of a bin [from, to) against those that were kept: first, last, least, greatest of arrivals. */
static void check_bin(const struct change *change, guint from, guint to, const struct level *kept, guint n)
{
    guint must[6] = {from, to - 1, from, from, to, to}; /* to: none */
    for (guint i = from; i < to; i++)
        for (guint size = 0; size < 2; size++) {
            guint *least = &must[2 + size], *most = &must[4 + size];
            if (pick(&change[i], size) < pick(&change[*least], size))
                *least = i;
            if (change[i].arrival && (*most == to || pick(&change[i], size) > pick(&change[*most], size)))
                *most = i;
        }
    guint k = 0;
    for (guint i = from; i < to; i++) {
        bool wanted = false;
        for (guint m = 0; m < 6; m++)
            wanted |= must[m] == i;
        if (!wanted)
            continue;
        g_assert_cmpuint(k, <, n);
        g_assert_cmpuint(kept[k].at_ps, ==, change[i].at_ps);
        g_assert_cmpuint(kept[k].packets, ==, change[i].packets);
        g_assert_cmpuint(kept[k].bytes, ==, change[i].bytes);
        k++;
    }
    g_assert_cmpuint(k, ==, n);
}

static void check_bins(const struct change *change, const struct thinning *thinning)
{
    struct thinned thinned = {0};
    struct level kept[THINNING_KEPT];
    guint from = 0;
    for (guint i = 0; i <= CHANGES; i++) {
        bool over = i == CHANGES ||
                    thinning_bin(thinning, change[i].at_ps) != thinning_bin(thinning, change[from].at_ps);
        guint n = i == CHANGES ? thinned_finish(&thinned, kept)
                               : thinned_add(thinning, &thinned, change[i].at_ps, change[i].arrival,
                                             change[i].packets, change[i].bytes, kept);
        if (over)
            check_bin(change, from, i, kept, n);
        else
            g_assert_cmpuint(n, ==, 0);
        from = over ? i : from;
    }
}

static void test_bins(void)
{
    g_autofree struct change *change = g_new(struct change, CHANGES);
    for (guint round = 0; round < 200; round++) {
        const guint64 end_ps = UINT64_C(1) << g_test_rand_int_range(14, 30);
        const guint64 points = (guint64)g_test_rand_int_range(THINNING_LEAST, 3000);
        const weft_ps warmup_ps = round % 2 ? (weft_ps)g_test_rand_int_range(1, (gint)end_ps) : 0;
        const struct thinning thinning = thinning_of(points, warmup_ps, end_ps);
        draw_changes(change, end_ps);
        check_bins(change, &thinning);
        /* bins: whole numbers from 0 on, so many that their lines are not too many, and a new one at warm-up */
        g_assert_cmpuint(thinning_bin(&thinning, 0), ==, 0);
        g_assert_cmpuint((thinning_bin(&thinning, end_ps - 1) + 1) * THINNING_KEPT, <=, points);
        if (warmup_ps > 0)
            g_assert_cmpuint(thinning_bin(&thinning, warmup_ps), ==,
                             thinning_bin(&thinning, warmup_ps - 1) + 1);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/thinning/bins", test_bins);
    return g_test_run();
}
