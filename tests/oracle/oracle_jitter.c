/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interarrival jitter and time-stamped delay factor against their definitions over the whole list of arrivals. */
#include "weft/timing.h"

#include <glib.h>
#include <math.h>

enum { MOST = 500, ROUNDS = 300 };

struct list {
    size_t n;
    weft_ps arrival_ps[MOST], send_ps[MOST];
};

static uint64_t draw(uint64_t below)
{
    return ((uint64_t)(guint32)g_test_rand_int() << 31 ^ (uint64_t)(guint32)g_test_rand_int()) % below;
}

/* Arrivals in order; send times near them, before or after. */
static void draw_list(struct list *list)
{
    weft_ps most_ps = 1 + draw(UINT64_C(1) << draw(40)), at_ps = most_ps * 300 + draw(WEFT_PS_PER_S);
    list->n = 1 + draw(MOST);
    for (size_t i = 0; i < list->n; i++) {
        at_ps += draw(4) ? draw(most_ps) : draw(3) ? 0 : draw(20 * most_ps);
        list->arrival_ps[i] = at_ps;
        list->send_ps[i] = at_ps + draw(100 * most_ps) - draw(100 * most_ps);
    }
}

static long double transit(const struct list *list, size_t i)
{
    return (long double)list->arrival_ps[i] - (long double)list->send_ps[i];
}

static void test_jitter(void)
{
    static struct list list;
    for (int round = 0; round < ROUNDS; round++) {
        struct weft_jitter_state state = {0};
        struct weft_jitter_counters counters = {0};
        long double j = 0, most = 0;
        draw_list(&list);
        for (size_t i = 0; i < list.n; i++) {
            if (i > 0)
                j += (fabsl(transit(&list, i) - transit(&list, i - 1)) - j) / 16;
            most = MAX(most, j);
            weft_jitter_packet(&state, &counters, list.arrival_ps[i], list.send_ps[i]);
            g_assert_cmpfloat((double)fabsl((long double)state.sixteen_ps / 16 - j), <=, 0.5 + 1e-6);
        }
        g_assert_cmpfloat_with_epsilon(weft_jitter_us(&state), (double)j / 1e6, 1e-6);
        g_assert_cmpfloat_with_epsilon(weft_jitter_max_us(&counters), (double)most / 1e6, 1e-6);
    }
}

/* D = 16, 0, -32 units: J = 1, 15/16, 15/16 + (32 - 15/16)/16 = 2.87890625. */
static void test_jitter_by_hand(void)
{
    static const weft_ps unit_ps = 1000000, sent[] = {0, 10, 20, 30}, came[] = {5, 31, 41, 19};
    static const uint32_t units[] = {0, 1, 0, 2};
    struct weft_jitter_state state = {0};
    struct weft_jitter_counters counters = {0};
    struct weft_rtp_jitter_state rtp = {0};
    for (int i = 0; i < 4; i++) {
        weft_jitter_packet(&state, &counters, came[i] * unit_ps, sent[i] * unit_ps);
        uint32_t told = weft_rtp_jitter_packet(&rtp, 1000000, came[i] * unit_ps, (uint32_t)sent[i]);
        g_assert_cmpuint(told, ==, units[i]);
    }
    g_assert_true(state.sixteen_ps == 46062500);
    g_assert_cmpuint(rtp.sixteen, ==, 46); /* 16; 16 - (16 + 8) / 16 = 15; 15 + 32 - (15 + 8) / 16 */
}

/* Appendix A.8 in units of the timestamp, which wraps around, against the exact J. */
static void test_rtp(void)
{
    static struct list list;
    for (int round = 0; round < ROUNDS; round++) {
        struct weft_rtp_jitter_state state = {0};
        uint32_t clock_hz = draw(2) ? 90000 : 1 + (uint32_t)draw(192000), origin = (uint32_t)draw(1LL << 32);
        long double j = 0, before = 0;
        draw_list(&list);
        for (size_t i = 0; i < list.n; i++) {
            int64_t sent = (int64_t)(list.send_ps[i] / 1000000.0L * clock_hz / 1000000.0L);
            long double arrival = floorl((long double)list.arrival_ps[i] * clock_hz / 1e12L);
            long double now = arrival - (long double)sent;
            j += i > 0 ? (fabsl(now - before) - j) / 16 : 0;
            before = now;
            uint32_t stamp = (uint32_t)sent + origin;
            uint32_t told = weft_rtp_jitter_packet(&state, clock_hz, list.arrival_ps[i], stamp);
            g_assert_cmpfloat((double)fabsl((long double)state.sixteen / 16 - j), <=, 0.5 + 1e-6);
            g_assert_cmpuint(told, ==, state.sixteen / 16);
        }
    }
}

static void test_ts_df(void)
{
    static struct list list;
    for (int round = 0; round < ROUNDS; round++) {
        draw_list(&list);
        weft_ps all_ps = list.arrival_ps[list.n - 1] - list.arrival_ps[0];
        struct weft_ts_df_params params = {.window_ps = draw(all_ps + 2)};
        struct weft_ts_df_state state = {0};
        struct weft_ts_df_counters counters = {0};
        long double must = 0;
        uint64_t windows = 0;
        for (size_t from = 0, to; from < list.n; from = to, windows++)
            for (to = from; to < list.n && list.arrival_ps[to] - list.arrival_ps[from] <= params.window_ps;
                 to++)
                for (size_t i = from; i < to; i++)
                    must = MAX(must, fabsl(transit(&list, to) - transit(&list, i)));
        for (size_t i = 0; i < list.n; i++)
            weft_ts_df_packet(&params, &state, &counters, list.arrival_ps[i], list.send_ps[i]);
        weft_ts_df_end(&state, &counters);
        g_assert_true((long double)counters.most_ps == must);
        g_assert_cmpuint(counters.windows, ==, windows);
        g_assert_cmpfloat(weft_ts_df_us(&counters), ==, (double)must / 1e6);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/oracle/jitter/random", test_jitter);
    g_test_add_func("/oracle/jitter/by-hand", test_jitter_by_hand);
    g_test_add_func("/oracle/jitter/rtp", test_rtp);
    g_test_add_func("/oracle/ts-df/random", test_ts_df);
    return g_test_run();
}
