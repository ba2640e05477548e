/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* C_INST and VRX against their definitions in exact fractions over the whole list of arrivals, the limits against
 * numbers worked out by hand. */
#include "weft/st2110.h"

#include <glib.h>
#include <string.h>

enum { MOST = 400, ROUNDS = 400 };
__extension__ typedef __int128 i128;

static uint64_t draw(uint64_t below)
{
    return ((uint64_t)(guint32)g_test_rand_int() << 31 ^ (uint64_t)(guint32)g_test_rand_int()) % below;
}

static i128 floor_of(i128 num, i128 den)
{
    return num / den - (num % den < 0);
}

/* One stream: T_FRAME = num / den ps, N packets, R_ACTIVE, TRO / T_FRAME. */
struct stream {
    int64_t num, den, packets, active_num, active_den, offset_num, offset_den;
    bool ideal;
    struct weft_st2110_params params;
    size_t n;
    weft_ps at_ps[MOST];
    uint64_t frame[MOST];
};

static void draw_stream(struct stream *it)
{
    /* the last one with 900 packets has whole picoseconds, so that instants meet */
    static const int64_t rates[][2] = {{50050000000, 3}, {100100000000, 3}, {20000000000, 1}, {9900, 1}};
    const struct weft_st2110_format *format = weft_st2110_formats[draw(5)];
    bool gapped = draw(2);
    uint64_t rate = draw(4), jump = 1 + draw(40), step_ps;
    *it =
        (struct stream){.num = rates[rate][0], .den = rates[rate][1], .ideal = draw(2), .n = 1 + draw(MOST)};
    it->packets = draw(2) ? 900 : 1 + (int64_t)draw(5000);
    it->active_num = gapped ? format->active_num : 1;
    it->active_den = gapped ? format->active_den : 1;
    it->offset_num = format->offset_num;
    it->offset_den = format->offset_den;
    weft_st2110_init(&it->params, (uint64_t)it->num, (uint64_t)it->den, (uint32_t)it->packets, format,
                     gapped ? WEFT_ST2110_GAPPED : WEFT_ST2110_LINEAR,
                     it->ideal ? WEFT_ST2110_IDEAL : WEFT_ST2110_FIRST_PACKET);
    step_ps = (uint64_t)(it->num / it->den / it->packets) + 1;
    weft_ps at_ps = draw(2) * draw(WEFT_PS_PER_S);
    for (size_t i = 0; i < it->n; i++) {
        at_ps += draw(jump) ? draw(step_ps * (1 + draw(3))) : draw(5) ? 0 : draw(60 * step_ps);
        it->at_ps[i] = at_ps;
        it->frame[i] = i == 0 ? draw(100) : it->frame[i - 1] + (draw(20) ? 0 : 1 + draw(2));
    }
}

static void test_cinst(void)
{
    static struct stream it;
    for (int round = 0; round < ROUNDS; round++) {
        struct weft_cinst_state state = {0};
        struct weft_cinst_counters counters = {0};
        i128 c = 0, cleared = 0, most = 0;
        draw_stream(&it);
        for (size_t k = 0; k < it.n; k++) { /* (t_k - t_0) / T_DRAIN = (t_k - t_0) 11 N den / (10 num) */
            i128 now = (i128)(it.at_ps[k] - it.at_ps[0]) * 11 * it.packets * it.den / (10 * it.num);
            c = k == 0 || c + 1 - (now - cleared) < 0 ? 0 : c + 1 - (now - cleared);
            cleared = now;
            most = MAX(most, c);
            weft_cinst_packet(&it.params, &state, &counters, it.at_ps[k]);
            g_assert_cmpint(state.c, ==, (int64_t)c);
        }
        g_assert_cmpint(counters.most, ==, (int64_t)most);
    }
}

/* (t - T_VD + T_RS) / T_RS with one denominator, 1 / (den active_den offset_den N) ps. */
static i128 drained_by(const struct stream *it, weft_ps at_ps, weft_ps first_ps, uint64_t frames)
{
    i128 scale = (i128)it->den * it->active_den * it->offset_den * it->packets;
    i128 frame = (i128)it->num * it->active_den * it->offset_den * it->packets;
    i128 read = (i128)it->num * it->active_num * it->offset_den;
    i128 offset = (i128)it->num * it->offset_num * it->active_den * it->packets;
    i128 start =
        it->ideal ? floor_of(first_ps * scale, frame) * frame + offset : first_ps * scale + frames * frame;
    return (at_ps * scale - start + read) / read; /* C rounds toward zero, as the definition does */
}

static void test_vrx(void)
{
    static struct stream it;
    for (int round = 0; round < ROUNDS; round++) {
        struct weft_vrx_state state = {0};
        struct weft_vrx_counters counters = {0};
        i128 vrx = 0, drained = 0, low = 0, high = 0;
        size_t first = 0;
        draw_stream(&it);
        for (size_t j = 0; j < it.n; j++) {
            if (j == 0 || it.frame[j] != it.frame[j - 1]) {
                first = it.ideal ? j : 0;
                vrx = drained = 0;
            }
            i128 now = drained_by(&it, it.at_ps[j], it.at_ps[first], it.frame[j] - it.frame[0]);
            vrx += 1 - (now - drained);
            drained = now;
            low = j == 0 ? vrx : MIN(low, vrx);
            high = j == 0 ? vrx : MAX(high, vrx);
            weft_vrx_packet(&it.params, &state, &counters, it.at_ps[j], it.frame[j]);
            g_assert_cmpint(state.received - state.drained, ==, (int64_t)vrx);
        }
        g_assert_cmpint(counters.low, ==, (int64_t)low);
        g_assert_cmpint(counters.high, ==, (int64_t)high);
    }
}

/* 1080p59.94 in 4,320 packets: 258,941 packets/s. Then 48 Mbit/s in 1,316 bytes, as all media streams. */
static void test_limits(void)
{
    static const struct weft_clock clock = {.rate_bps = 48000000, .payload_bytes = 1316};
    struct weft_st2110_params linear, gapped, stream;
    weft_st2110_init(&linear, 50050000000, 3, 4320, weft_st2110_formats[0], WEFT_ST2110_LINEAR,
                     WEFT_ST2110_IDEAL);
    weft_st2110_init(&gapped, 50050000000, 3, 4320, weft_st2110_formats[0], WEFT_ST2110_GAPPED,
                     WEFT_ST2110_IDEAL);
    weft_st2110_init_stream(&stream, &clock, WEFT_PS_PER_S / 10);
    const struct weft_st2110_limits must[] = {{5, 16, 9, 863}, {6, 16, 9, 863}, {4, 16, 8, 720}};
    const struct weft_st2110_limits is[] = {linear.limits, gapped.limits, stream.limits};
    g_assert_true(memcmp(is, must, sizeof must) == 0);
    for (int cinst = 3; cinst <= 7; cinst++)
        g_assert_cmpint(weft_st2110_judge(&linear.limits, cinst, 0, 9), ==,
                        cinst <= 5 ? WEFT_ST2110_NARROW : WEFT_ST2110_WIDE);
    g_assert_cmpint(weft_st2110_judge(&linear.limits, 16, 0, 863), ==, WEFT_ST2110_WIDE);
    g_assert_cmpint(weft_st2110_judge(&linear.limits, 16, 0, 864), ==, WEFT_ST2110_FAIL);
    g_assert_cmpint(weft_st2110_judge(&linear.limits, 17, 0, 0), ==, WEFT_ST2110_FAIL);
    g_assert_cmpint(weft_st2110_judge(&linear.limits, 0, -1, 0), ==, WEFT_ST2110_FAIL);
    g_assert_cmpstr(weft_st2110_verdict_name(WEFT_ST2110_NARROW, WEFT_ST2110_LINEAR), ==, "narrow-linear");
    g_assert_cmpstr(weft_st2110_verdict_name(WEFT_ST2110_NARROW, WEFT_ST2110_GAPPED), ==, "narrow");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/oracle/cinst/random", test_cinst);
    g_test_add_func("/oracle/vrx/random", test_vrx);
    g_test_add_func("/oracle/st2110/limits", test_limits);
    return g_test_run();
}
