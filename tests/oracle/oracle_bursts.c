/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Closed forms of every timing metric for bursts of n packets g apart, every n packet times, and the verdict: a
 * burst of up to 5 packets is narrow, of up to 17 wide. */
#include "weft/st2110.h"
#include "weft/timing.h"

#include <glib.h>

/* 4 Mbit/s in 1,316 bytes: a packet every 2.632 ms. */
static const struct weft_clock clock_4m = {.rate_bps = 4000000, .payload_bytes = 1316};
#define PACKET_PS UINT64_C(2632000000)
#define DELAY_PS  UINT64_C(123456789)

struct measured {
    struct weft_mdi_counters mdi;
    struct weft_jitter_counters jitter;
    struct weft_ts_df_counters ts_df;
    struct weft_cinst_counters cinst;
    struct weft_vrx_counters vrx;
    enum weft_st2110_verdict verdict;
};

/* For 3 s: packet i of a burst is sent i g after the first, which is sent when due. */
static struct measured measure(uint64_t n, weft_ps gap_ps)
{
    static const struct weft_mdi_params mdi = {4000000, WEFT_MDI_INTERVAL_PS};
    static const struct weft_ts_df_params ts_df = {WEFT_TS_DF_WINDOW_PS};
    struct measured it = {.mdi = {0}};
    struct weft_mdi_state mdi_state;
    struct weft_jitter_state jitter = {0};
    struct weft_ts_df_state window = {0};
    struct weft_cinst_state cinst = {0};
    struct weft_vrx_state vrx = {0};
    struct weft_st2110_params params;
    weft_mdi_init(&mdi_state, 0);
    weft_st2110_init_stream(&params, &clock_4m, n * PACKET_PS);
    uint64_t packets = 3 * WEFT_PS_PER_S / PACKET_PS / n * n;
    for (uint64_t k = 0; k < packets; k++) {
        weft_ps due_ps = weft_clock_due(&clock_4m, k);
        weft_ps at_ps = DELAY_PS + k / n * n * PACKET_PS + k % n * gap_ps;
        weft_mdi_packet(&mdi, &mdi_state, &it.mdi, at_ps, 1316, k);
        weft_jitter_packet(&jitter, &it.jitter, at_ps, due_ps);
        weft_ts_df_packet(&ts_df, &window, &it.ts_df, at_ps, due_ps);
        weft_cinst_packet(&params, &cinst, &it.cinst, at_ps);
        weft_vrx_packet(&params, &vrx, &it.vrx, at_ps, k / n);
    }
    weft_mdi_end(&mdi_state, &it.mdi, packets);
    weft_ts_df_end(&window, &it.ts_df);
    it.verdict = weft_st2110_judge(&params.limits, it.cinst.most, it.vrx.low, it.vrx.high);
    return it;
}

static void test_spaced(void)
{
    struct measured it = measure(1, 0);
    const struct weft_mdi_params mdi = {4000000, WEFT_MDI_INTERVAL_PS};
    g_assert_true(it.mdi.df == (weft_u128)PACKET_PS * 4000000);
    g_assert_cmpfloat(weft_mdi_df_ms(&mdi, &it.mdi), ==, 2.632);
    g_assert_true(it.jitter.most == 0);
    g_assert_cmpuint(it.ts_df.most_ps, ==, 0);
    g_assert_cmpint(it.cinst.most, <=, 1);
    g_assert_cmpint(it.vrx.low, ==, 0);
    g_assert_cmpint(it.vrx.high, ==, 0);
    g_assert_cmpint(it.verdict, ==, WEFT_ST2110_NARROW);
}

/* DF = n S/MR - (n - 1) g; TS-DF one packet time less, in a window of at least a burst; C_INST (n - 1) -
 * floor((n - 1) g / T_DRAIN), VRX as much with T_RS: all of it drained before the next burst. */
static void test_closed_forms(gconstpointer gap)
{
    weft_ps gap_ps = *(const weft_ps *)gap;
    for (uint64_t n = 1; n <= 70; n++) {
        struct measured it = measure(n, gap_ps);
        weft_ps spread_ps = (n - 1) * (PACKET_PS - gap_ps);
        g_assert_true(it.mdi.df == (weft_u128)(PACKET_PS + spread_ps) * 4000000);
        g_assert_cmpuint(it.mdi.intervals, ==, 3);
        g_assert_cmpuint(it.mdi.missing, ==, 0);
        g_assert_cmpuint(it.ts_df.most_ps, ==, spread_ps);
        g_assert_cmpint(it.cinst.most, ==, (int64_t)(n - 1 - (n - 1) * gap_ps * 11 / (10 * PACKET_PS)));
        g_assert_cmpint(it.vrx.low, ==, 0);
        g_assert_cmpint(it.vrx.high, ==, (int64_t)(n - 1 - (n - 1) * gap_ps / PACKET_PS));
        g_assert_cmpint(it.verdict, ==,
                        n <= 5    ? WEFT_ST2110_NARROW
                        : n <= 17 ? WEFT_ST2110_WIDE
                                  : WEFT_ST2110_FAIL);
    }
}

int main(int argc, char **argv)
{
    static const weft_ps gigabit_ps = 11056000, back_to_back_ps = 0;
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/oracle/bursts/spaced", test_spaced);
    g_test_add_data_func("/oracle/bursts/1-gigabit", &gigabit_ps, test_closed_forms);
    g_test_add_data_func("/oracle/bursts/one-instant", &back_to_back_ps, test_closed_forms);
    return g_test_run();
}
