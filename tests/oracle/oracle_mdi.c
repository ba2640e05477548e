/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Media delivery index against its definition over the whole list of arrivals, and against closed forms: spaced
 * packets have DF = S/MR, trains of n packets n S/MR - (n - 1) g. */
#include "weft/timing.h"

#include <glib.h>
#include <stdlib.h>

enum { PACKETS = 3000, ROUNDS = 200 };
__extension__ typedef __int128 i128;

struct arrival {
    weft_ps at_ps;
    uint32_t bytes;
    uint64_t number;
};
struct expected {
    i128 df;
    uint64_t missing, lost, out_of_order;
};

static const struct weft_mdi_params film = {.media_bps = 3750000, .interval_ps = WEFT_MDI_INTERVAL_PS};

static uint64_t draw(uint64_t below)
{
    return ((uint64_t)(guint32)g_test_rand_int() << 31 ^ (uint64_t)(guint32)g_test_rand_int()) % below;
}

static struct weft_mdi_counters measure(const struct weft_mdi_params *params, const struct arrival *list,
                                        size_t n, uint64_t first, uint64_t next)
{
    struct weft_mdi_state state;
    struct weft_mdi_counters counters = {0};
    weft_mdi_init(&state, first);
    for (size_t i = 0; i < n; i++)
        weft_mdi_packet(params, &state, &counters, list[i].at_ps, list[i].bytes, list[i].number);
    weft_mdi_end(&state, &counters, next);
    return counters;
}

/* Bursts of `n` packets of 1,316 bytes at 3.75 Mbit/s, `gap_ps` apart in the burst, for 10 s. */
static struct weft_mdi_counters measure_trains(uint64_t n, weft_ps gap_ps)
{
    static struct arrival list[PACKETS * 2];
    size_t packets = 0;
    for (uint64_t train = 0; packets + n <= G_N_ELEMENTS(list) && train * n < 3562; train++)
        for (uint64_t i = 0; i < n; i++, packets++)
            list[packets] = (struct arrival){train * n * 10528 * 4000000 / 15 + i * gap_ps, 1316, packets};
    return measure(&film, list, packets, 0, packets);
}

static void test_published(void)
{
    struct weft_mdi_counters spaced = measure_trains(1, 0), first = measure_trains(36, 11056000),
                             second = measure_trains(36, 110560000);
    i128 over = (i128)spaced.df - (i128)1316 * 8 * 1000000000000; /* arrivals are rounded down to 1 ps */
    g_assert_true(over >= 0 && over < 3750000);
    g_assert_cmpint((int)(weft_mdi_df_ms(&film, &spaced) * 1e4 + 0.5), ==, 28075);
    g_assert_true((i128)first.df == (i128)36 * 1316 * 8 * 1000000000000 - (i128)35 * 11056000 * 3750000);
    g_assert_true((i128)second.df == (i128)36 * 1316 * 8 * 1000000000000 - (i128)35 * 110560000 * 3750000);
    g_assert_cmpint((int)(weft_mdi_df_ms(&film, &first) * 1e3 + 0.5), ==, 100682);
    g_assert_cmpint((int)(weft_mdi_df_ms(&film, &second) * 1e3 + 0.5), ==, 97199);
    g_assert_cmpuint(first.intervals, ==, 10);
    g_assert_true(weft_mdi_mlr(&film, &first) == 0);
}

/* The definition: interval by interval, every sum anew; a number is missing if it never comes or comes after a higher
 * one, in the interval in which the first higher one comes. */
static struct expected define(const struct weft_mdi_params *params, const struct arrival *list, size_t n,
                              uint64_t first, uint64_t next)
{
    struct expected it = {0};
    uint64_t last = (list[n - 1].at_ps - list[0].at_ps) / params->interval_ps;
    uint64_t *shown = g_new0(uint64_t, last + 1);
    for (uint64_t number = first; number < next; number++) {
        size_t own = 0, higher = 0;
        while (own < n && list[own].number != number)
            own++;
        while (higher < n && list[higher].number <= number)
            higher++;
        if (own < n && own < higher)
            continue;
        weft_ps at_ps = list[higher < n ? higher : n - 1].at_ps;
        uint64_t in_interval = ++shown[(at_ps - list[0].at_ps) / params->interval_ps];
        it.missing = MAX(it.missing, in_interval);
        it.out_of_order += own < n;
        it.lost += own == n;
    }
    for (size_t i = 0; i < n;) {
        uint64_t interval = (list[i].at_ps - list[0].at_ps) / params->interval_ps;
        weft_ps start_ps = list[0].at_ps + interval * params->interval_ps;
        i128 sum = 0, least = 0, largest = 0;
        for (bool one = true; i < n && list[i].at_ps - start_ps < params->interval_ps; i++, one = false) {
            i128 pre = sum - (i128)params->media_bps * (list[i].at_ps - start_ps);
            sum += (i128)list[i].bytes * 8 * 1000000000000;
            i128 post = sum - (i128)params->media_bps * (list[i].at_ps - start_ps);
            least = one || pre < least ? pre : least;
            largest = one || post > largest ? post : largest;
        }
        it.df = MAX(it.df, largest - least);
    }
    g_free(shown);
    return it;
}

static void test_random(void)
{
    static struct arrival list[300];
    for (int round = 0; round < ROUNDS; round++) {
        struct weft_mdi_params params = {.media_bps = 1 + draw(UINT64_C(1) << draw(43)),
                                         .interval_ps = 1 + draw(UINT64_C(1) << draw(41))};
        uint64_t first = draw(1000), next = first, burst = 1 + draw(40),
                 most_ps = 1 + draw(2 * params.interval_ps);
        size_t n = 0, packets = 1 + draw(G_N_ELEMENTS(list));
        weft_ps at_ps = draw(2) * draw(WEFT_PS_PER_S);
        for (; n < packets; n++) {
            at_ps += draw(burst) ? draw(most_ps / 50 + 1) : draw(20) ? draw(most_ps) : draw(30 * most_ps);
            next += draw(10) ? 0 : draw(10);
            list[n] = (struct arrival){at_ps, 1 + (uint32_t)draw(3000), next++};
        }
        for (size_t i = 0; i + 1 < n; i += 1 + draw(20)) { /* some are overtaken */
            size_t other = i + 1 + draw(MIN(n - i - 1, 8));
            uint64_t number = list[i].number;
            list[i].number = list[other].number;
            list[other].number = number;
        }
        next += draw(3);
        struct expected must = define(&params, list, n, first, next);
        struct weft_mdi_counters is = measure(&params, list, n, first, next);
        g_assert_true((i128)is.df == must.df);
        g_assert_cmpuint(is.missing, ==, must.missing);
        g_assert_cmpuint(is.lost, ==, must.lost);
        g_assert_cmpuint(is.out_of_order, ==, must.out_of_order);
        g_assert_cmpuint(is.intervals, ==, (list[n - 1].at_ps - list[0].at_ps) / params.interval_ps + 1);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/oracle/mdi/published", test_published);
    g_test_add_func("/oracle/mdi/random", test_random);
    return g_test_run();
}
