/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Clocks of streams against exact rationals, brute force and published packet times. */
#include "weft/traffic.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

static uint64_t draw64(void)
{
    return (uint64_t)(guint32)g_test_rand_int() << 32 | (guint32)g_test_rand_int();
}

/* 7 TS packets at 3.75 Mbit/s: 2.8074666... ms. */
static void a_ts_stream_is_due_as_published(void)
{
    struct weft_clock clock = {.start_ps = 1000, .rate_bps = 3750000, .payload_bytes = 1316};
    g_assert_cmpuint(weft_clock_due(&clock, 0), ==, 1000);
    g_assert_cmpuint(weft_clock_due(&clock, 1), ==, UINT64_C(2807466666) + 1000);
    g_assert_cmpuint(weft_clock_due(&clock, 3), ==, UINT64_C(8422400000) + 1000);
    g_assert_cmpuint(weft_clock_due_before(&clock, 1000), ==, 0);
    g_assert_cmpuint(weft_clock_due_before(&clock, 1001), ==, 1);
    g_assert_cmpuint(weft_clock_due_before(&clock, UINT64_C(2807466666) + 1000), ==, 1);
    g_assert_cmpuint(weft_clock_due_before(&clock, UINT64_C(2807466667) + 1000), ==, 2);
    g_assert_cmpuint(weft_clock_due_before(&clock, WEFT_PS_PER_S + 1000), ==, 357); /* 356.2 packets/s */
    g_assert_cmpuint(weft_clock_deadline(&clock, 2, UINT64_C(200000000000)), ==, UINT64_C(208422401000));
    g_assert_cmpuint(weft_clock_packets(&clock), ==, UINT64_MAX);
    g_assert_cmpuint(weft_clock_payload(&clock, 12345), ==, 1316);
    g_assert_cmpuint(weft_clock_span_bytes(&clock, 5, 10), ==, 13160);
}

static void check_inverse(const struct weft_clock *clock, weft_ps before_ps)
{
    uint64_t n = weft_clock_due_before(clock, before_ps);
    g_assert_cmpuint(n, <=, weft_clock_packets(clock));
    if (n > 0)
        g_assert_cmpuint(weft_clock_due(clock, n - 1), <, before_ps);
    if (n < weft_clock_packets(clock))
        g_assert_cmpuint(weft_clock_due(clock, n), >=, before_ps);
}

static void constant_rates_match_exact_rationals(void)
{
    for (int i = 0; i < 20000; i++) {
        struct weft_clock clock = {
            .start_ps = draw64() >> (g_test_rand_int_range(1, 64)),
            .rate_bps = 1 + (draw64() >> g_test_rand_int_range(20, 63)),
            .payload_bytes = (uint32_t)g_test_rand_int_range(1, 65536),
        };
        uint64_t n = draw64() >> g_test_rand_int_range(24, 64);
        weft_u128 exact = (weft_u128)n * clock.payload_bytes * 8 * WEFT_PS_PER_S;
        weft_ps due_ps = weft_clock_due(&clock, n);
        if (exact / clock.rate_bps >= WEFT_NEVER - clock.start_ps) {
            g_assert_cmpuint(due_ps, ==, WEFT_NEVER);
            continue;
        }
        weft_u128 after_ps = due_ps - clock.start_ps;
        g_assert_true(after_ps * clock.rate_bps <= exact && exact < (after_ps + 1) * clock.rate_bps);
        check_inverse(&clock, due_ps);
        check_inverse(&clock, due_ps + 1);
        check_inverse(&clock, draw64());
        weft_ps startup_ps = draw64() >> g_test_rand_int_range(20, 63),
                next_ps = weft_clock_due(&clock, n + 1);
        weft_ps deadline_ps = weft_clock_deadline(&clock, n, startup_ps);
        if ((weft_u128)next_ps + startup_ps < WEFT_NEVER)
            g_assert_cmpuint(deadline_ps, ==, next_ps + startup_ps);
        else
            g_assert_cmpuint(deadline_ps, ==, WEFT_NEVER);
    }
}

static void far_packets_are_due_never(void)
{
    struct weft_clock clock = {.rate_bps = 1, .payload_bytes = UINT32_MAX};
    g_assert_cmpuint(weft_clock_due(&clock, UINT64_MAX), ==, WEFT_NEVER);
    g_assert_cmpuint(weft_clock_deadline(&clock, UINT64_MAX, 0), ==, WEFT_NEVER);
    clock.rate_bps = UINT64_MAX;
    for (uint32_t shift = 0; shift < 8; shift++)
        g_assert_cmpuint(weft_clock_due(&clock, UINT64_MAX >> shift), ==, WEFT_NEVER);
    clock = (struct weft_clock){.start_ps = 5, .rate_bps = UINT64_MAX, .payload_bytes = 1};
    g_assert_cmpuint(weft_clock_due_before(&clock, WEFT_NEVER), ==, UINT64_MAX);
}

/* A random media clock; free with free_media(). */
static struct weft_media random_media(uint64_t most_bytes, weft_ps most_ps)
{
    uint32_t points = (uint32_t)g_test_rand_int_range(2, 40);
    uint64_t *at_bytes = weft_alloc(points, sizeof *at_bytes);
    weft_ps *at_ps = weft_alloc(points, sizeof *at_ps);
    for (uint32_t i = 1; i < points; i++) {
        at_bytes[i] = at_bytes[i - 1] + 1 + draw64() % (most_bytes >> g_test_rand_int_range(0, 10));
        at_ps[i] = at_ps[i - 1] + 1 + draw64() % (most_ps >> g_test_rand_int_range(0, 10));
    }
    return (struct weft_media){.name = "random", .points = points, .at_bytes = at_bytes, .at_ps = at_ps};
}

static void free_media(const struct weft_media *media)
{
    free((void *)(uintptr_t)media->at_bytes);
    free((void *)(uintptr_t)media->at_ps);
}

/* The due instant of a byte by looking at every point from the front; quotients checked by multiplication. */
static void check_media_due(const struct weft_media *media, uint64_t at_byte, weft_ps due_ps)
{
    uint32_t i = 0;
    while (media->at_bytes[i + 1] <= at_byte)
        i++;
    uint64_t bytes = media->at_bytes[i + 1] - media->at_bytes[i];
    weft_u128 exact = (weft_u128)(at_byte - media->at_bytes[i]) * (media->at_ps[i + 1] - media->at_ps[i]);
    weft_u128 after_ps = due_ps - media->at_ps[i];
    g_assert_true(after_ps * bytes <= exact && exact < (after_ps + 1) * bytes);
}

static void media_packets_are_due_by_the_file_s_clock(void)
{
    for (int round = 0; round < 300; round++) {
        bool fine = round % 2; /* several packets in one picosecond, or many picoseconds in one packet */
        struct weft_media media = random_media(5000, fine ? 2000 : UINT64_C(1) << 50);
        g_assert_cmpint(weft_media_check(&media, NULL), ==, WEFT_OK);
        struct weft_clock clock = {
            .start_ps = draw64() >> 8,
            .rate_bps = 1,
            .payload_bytes = (uint32_t)g_test_rand_int_range(1, 2000),
            .media = &media,
        };
        uint64_t total = media.at_bytes[media.points - 1], packets = weft_clock_packets(&clock), sum = 0;
        weft_ps end_ps = clock.start_ps + media.at_ps[media.points - 1];
        g_assert_cmpuint(packets, ==, (total + clock.payload_bytes - 1) / clock.payload_bytes);
        for (uint64_t n = 0; n < packets; n++) {
            weft_ps due_ps = weft_clock_due(&clock, n);
            check_media_due(&media, n * clock.payload_bytes, due_ps - clock.start_ps);
            check_inverse(&clock, due_ps);
            check_inverse(&clock, due_ps + 1);
            g_assert_cmpuint(weft_clock_span_bytes(&clock, n, 1), ==, weft_clock_payload(&clock, n));
            sum += weft_clock_payload(&clock, n);
        }
        g_assert_cmpuint(sum, ==, total);
        g_assert_cmpuint(weft_clock_span_bytes(&clock, 0, packets), ==, total);
        g_assert_cmpuint(weft_clock_span_bytes(&clock, packets, 0), ==, 0);
        g_assert_cmpuint(weft_clock_due(&clock, packets), ==, end_ps);
        g_assert_cmpuint(weft_clock_due(&clock, UINT64_MAX), ==, end_ps);
        g_assert_cmpuint(weft_clock_deadline(&clock, packets - 1, 7), ==, end_ps + 7);
        g_assert_cmpuint(weft_clock_due_before(&clock, end_ps), ==, packets);
        g_assert_cmpuint(weft_clock_due_before(&clock, end_ps + 1), ==, packets);
        g_assert_cmpuint(weft_clock_due_before(&clock, WEFT_NEVER), ==, packets);
        g_assert_cmpuint(weft_clock_due_before(&clock, clock.start_ps), ==, 0);
        free_media(&media);
    }
}

/* Every packet is in exactly one interval, whatever the interval. */
static void intervals_share_out_all_packets(void)
{
    for (int round = 0; round < 100; round++) {
        struct weft_media media = random_media(5000, UINT64_C(1) << 20);
        struct weft_clock clock = {.rate_bps = 1, .payload_bytes = 188, .media = &media};
        weft_ps duration_ps = media.at_ps[media.points - 1], step_ps = 1 + draw64() % duration_ps;
        uint64_t *brute = weft_alloc((size_t)(duration_ps / step_ps + 1), sizeof *brute);
        for (uint64_t n = 0; n < weft_clock_packets(&clock); n++)
            brute[weft_clock_due(&clock, n) / step_ps]++;
        for (uint64_t k = 0; k * step_ps <= duration_ps; k++) {
            uint64_t first = weft_clock_due_before(&clock, k * step_ps);
            g_assert_cmpuint(weft_clock_due_before(&clock, (k + 1) * step_ps) - first, ==, brute[k]);
        }
        free(brute);
        free_media(&media);
    }
}

static void broken_points_are_refused(void)
{
    static const uint64_t good[] = {0, 10, 20}, late[] = {1, 10, 20}, flat[] = {0, 10, 10},
                          back[] = {0, 20, 10};
    static const uint64_t *const bad[] = {late, flat, back, NULL};
    struct weft_error error;
    struct weft_media media = {.name = "film.ts", .points = 3, .at_bytes = good, .at_ps = good};
    g_assert_cmpint(weft_media_check(&media, &error), ==, WEFT_OK);
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        media.at_bytes = bad[i];
        g_assert_cmpint(weft_media_check(&media, &error), ==, WEFT_INVALID);
        g_assert_true(g_str_has_prefix(error.text, "film.ts: "));
        media.at_bytes = good;
        media.at_ps = bad[i];
        g_assert_cmpint(weft_media_check(&media, NULL), ==, WEFT_INVALID);
        media.at_ps = good;
    }
    media.points = 1;
    g_assert_cmpint(weft_media_check(&media, &error), ==, WEFT_INVALID);
}

/* 2305843 bytes in 1 ps are 18446744 * 10^12 bit/s, below 2^64 = 18446744.07... * 10^12; another byte is above. */
static void rates_past_64_bits_are_refused(void)
{
    uint64_t at_bytes[] = {0, 2305843}, at_ps[] = {0, 1};
    struct weft_error error;
    struct weft_media media = {.points = 2, .at_bytes = at_bytes, .at_ps = at_ps};
    g_assert_cmpint(weft_media_check(&media, &error), ==, WEFT_OK);
    g_assert_cmpuint(weft_media_rate_bps(&media), ==, UINT64_C(18446744000000000000));
    at_bytes[1]++;
    g_assert_cmpint(weft_media_check(&media, &error), ==, WEFT_INVALID);
    g_assert_cmpstr(error.text, ==, "media: is faster than 2^64 bit/s");
    at_ps[1] = 2;
    g_assert_cmpint(weft_media_check(&media, &error), ==, WEFT_OK);
    at_bytes[1] = UINT64_MAX;
    g_assert_cmpint(weft_media_check(&media, &error), ==, WEFT_INVALID);
}

static void the_mean_rate_is_rounded_down(void)
{
    const uint64_t at_bytes[] = {0, 1, 1000000}, at_ps[] = {0, 1, 3 * WEFT_PS_PER_S};
    struct weft_media media = {.points = 3, .at_bytes = at_bytes, .at_ps = at_ps};
    g_assert_cmpuint(weft_media_rate_bps(&media), ==, 2666666);
}

static void an_interval_is_two_packet_times_rounded_up(void)
{
    g_assert_cmpuint(weft_interval_for_rate(3750000, 1316), ==, UINT64_C(5614933334));
    g_assert_cmpuint(weft_interval_for_rate(8000000, 1000), ==, UINT64_C(2000000000));
    /* So at least two packets are due in every interval. */
    for (int i = 0; i < 2000; i++) {
        struct weft_clock clock = {
            .rate_bps = 1 + draw64() % 10000000,
            .payload_bytes = (uint32_t)g_test_rand_int_range(1, 9000),
        };
        weft_ps interval_ps = weft_interval_for_rate(clock.rate_bps, clock.payload_bytes);
        uint64_t k = draw64() % 100;
        uint64_t n = weft_clock_due_before(&clock, (k + 1) * interval_ps) -
                     weft_clock_due_before(&clock, k * interval_ps);
        g_assert_cmpuint(n, >=, 2);
        g_assert_cmpuint(n, <=, 3);
    }
}

static void any_part_of_a_pattern_is_part_of_the_whole(void)
{
    enum { BYTES = 5000 };
    struct weft_clock clock = {.rate_bps = 1, .payload_bytes = 1316};
    uint8_t whole[BYTES], part[BYTES], other[BYTES];
    const uint64_t base = UINT64_C(1) << 40;
    weft_clock_fill(&clock, 1, 2, base, whole, BYTES);
    for (int i = 0; i < 1000; i++) {
        uint64_t offset = (uint64_t)g_test_rand_int_range(0, BYTES), bytes = draw64() % (BYTES - offset + 1);
        weft_clock_fill(&clock, 1, 2, base + offset, part, bytes);
        g_assert_true(memcmp(part, whole + offset, bytes) == 0);
    }
    /* Another place, stream or seed has other bytes: about one in 256 agrees. */
    for (uint32_t kind = 0; kind < 3; kind++) {
        uint32_t equal = 0;
        weft_clock_fill(&clock, 1 + (kind == 0), 2 + (kind == 1), base + (kind == 2 ? 1316 : 0), other,
                        BYTES);
        for (uint32_t i = 0; i < BYTES; i++)
            equal += other[i] == whole[i];
        g_assert_cmpuint(equal, <, 60);
    }
}

static void a_file_s_bytes_are_its_own(void)
{
    static const uint8_t data[] = "the bytes of a film";
    const uint64_t at_bytes[] = {0, sizeof data}, at_ps[] = {0, 1000};
    struct weft_media media = {.points = 2, .at_bytes = at_bytes, .at_ps = at_ps, .data = data};
    struct weft_clock clock = {.rate_bps = 1, .payload_bytes = 8, .media = &media};
    uint8_t out[sizeof data];
    weft_clock_fill(&clock, 1, 2, 0, out, sizeof data);
    g_assert_true(memcmp(out, data, sizeof data) == 0);
    weft_clock_fill(&clock, 1, 2, 4, out, 5);
    g_assert_true(memcmp(out, "bytes", 5) == 0);
}

/* A film without end is the film's bytes and times again and again, cut as if it were one: against the same passes
 * written out as one long film. */
static void a_loop_is_the_file_again_and_again(void)
{
    enum { PASSES = 4 };
    for (int round = 0; round < 100; round++) {
        struct weft_media media = random_media(3000, round % 2 ? 3000 : UINT64_C(1) << 30);
        uint32_t segments = media.points - 1;
        uint64_t total = media.at_bytes[segments], *at_bytes = g_new0(uint64_t, PASSES * segments + 1);
        weft_ps pass_ps = media.at_ps[segments], *at_ps = g_new0(weft_ps, PASSES * segments + 1);
        for (uint32_t i = 0; i <= PASSES * segments; i++) {
            at_bytes[i] = i / segments * total + media.at_bytes[i % segments];
            at_ps[i] = i / segments * pass_ps + media.at_ps[i % segments];
        }
        media.access_units = g_test_rand_bit();
        const struct weft_media written = {.points = PASSES * segments + 1,
                                           .at_bytes = at_bytes,
                                           .at_ps = at_ps,
                                           .access_units = media.access_units};
        struct weft_clock loop = {.start_ps = draw64() % 100000,
                                  .rate_bps = 1,
                                  .payload_bytes = (uint32_t)g_test_rand_int_range(1, 1000),
                                  .media = &media,
                                  .loops = true};
        struct weft_clock once = loop;
        once.media = &written;
        once.loops = false;
        uint64_t packets = weft_clock_packets(&once);
        g_assert_cmpuint(weft_clock_packets(&loop), ==, UINT64_MAX);
        for (uint64_t n = 0; n + 1 < packets; n++) {
            weft_ps due_ps = weft_clock_due(&once, n);
            g_assert_cmpuint(weft_clock_due(&loop, n), ==, due_ps);
            g_assert_cmpuint(weft_clock_payload(&loop, n), ==, loop.payload_bytes);
            g_assert_cmpuint(weft_clock_offset(&loop, n), ==, n * loop.payload_bytes);
            g_assert_cmpuint(weft_clock_deadline(&loop, n, 5), ==, weft_clock_deadline(&once, n, 5));
            check_inverse(&loop, due_ps);
            check_inverse(&loop, due_ps + 1);
        }
        g_assert_cmpuint(weft_clock_span_bytes(&loop, 0, packets), ==, packets * loop.payload_bytes);
        g_free(at_bytes);
        g_free(at_ps);
        free_media(&media);
    }
}

/* No stretch of a film, which may loop or be cut off amid, carries more than its buffer is made for. */
static void a_film_s_busiest_stretch_is_known(void)
{
    for (int round = 0; round < 200; round++) {
        struct weft_media media = random_media(3000, UINT64_C(1) << 20);
        struct weft_clock clock = {
            .rate_bps = 1, .payload_bytes = 188, .media = &media, .loops = round % 2 == 0};
        weft_ps pass_ps = media.at_ps[media.points - 1], stretch_ps = 1 + draw64() % (2 * pass_ps);
        weft_ps until_ps = clock.loops ? 3 * pass_ps : 1 + draw64() % pass_ps;
        uint64_t most = weft_clock_most_packets(&clock, stretch_ps, until_ps);
        for (int i = 0; i < 300; i++) { /* the last stretch, too */
            weft_ps last_ps = until_ps > stretch_ps ? until_ps - stretch_ps : 0;
            weft_ps from_ps = i == 0 ? last_ps : draw64() % until_ps;
            weft_ps to_ps = from_ps + stretch_ps < until_ps ? from_ps + stretch_ps : until_ps;
            g_assert_cmpuint(weft_clock_due_before(&clock, to_ps) - weft_clock_due_before(&clock, from_ps),
                             <=, most);
        }
        free_media(&media);
    }
}

/* A packet each microsecond, then two for 10 us, then hardly any. Cut off 9 us into the fast part, the busiest 50 us are the
 * last: 41 + 18 packets. From either bend on, or up to it, there are at most 50. */
static void a_cut_film_is_busiest_at_its_end(void)
{
    enum { US = 1000000, BYTES = 188 };
    const uint64_t at_bytes[] = {0, 1000 * BYTES, 1020 * BYTES, 1021 * BYTES};
    const uint64_t at_ps[] = {0, UINT64_C(1000) * US, UINT64_C(1010) * US, UINT64_C(5000) * US};
    const struct weft_media media = {.points = 4, .at_bytes = at_bytes, .at_ps = at_ps};
    const struct weft_clock clock = {.rate_bps = 1, .payload_bytes = BYTES, .media = &media};
    uint64_t most = weft_clock_most_packets(&clock, 50 * US, UINT64_C(1009) * US);
    g_assert_cmpuint(most, >=, 59);
    g_assert_cmpuint(most, <=, 61);
}

/* What a device must have whole when it decodes is needed then, not a byte at a time. */
static void access_units_are_needed_whole(void)
{
    const uint64_t at_bytes[] = {0, 1000, 1001, 5000}, at_ps[] = {0, 40, 80, 120};
    struct weft_media media = {.points = 4, .at_bytes = at_bytes, .at_ps = at_ps, .access_units = true};
    struct weft_clock clock = {.start_ps = 7, .rate_bps = 1, .payload_bytes = 500, .media = &media};
    static const weft_ps needed_ps[] = {0, 0, 80, 80, 80, 80, 80, 80, 80, 80};
    for (uint64_t n = 0; n < G_N_ELEMENTS(needed_ps); n++)
        g_assert_cmpuint(weft_clock_deadline(&clock, n, 1000), ==, 1007 + needed_ps[n]);
    g_assert_cmpuint(weft_clock_deadline(&clock, 10, 1000), ==, 1127);
    media.access_units = false;
    g_assert_cmpuint(weft_clock_deadline(&clock, 0, 1000), ==, weft_clock_due(&clock, 1) + 1000);
}

static void a_timestamp_is_the_due_instant_at_90_khz(void)
{
    struct weft_clock clock = {.start_ps = 12345, .rate_bps = 8000000, .payload_bytes = 1000};
    g_assert_cmpuint(weft_clock_timestamp(&clock, 0), ==, 0);
    g_assert_cmpuint(weft_clock_timestamp(&clock, 1), ==, 90);
    g_assert_cmpuint(weft_clock_timestamp(&clock, 1000), ==, 90000);
    g_assert_cmpuint(weft_clock_timestamp(&clock, UINT64_C(47721859)), ==,
                     (uint32_t)(UINT64_C(47721859) * 90));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/clock/ts", a_ts_stream_is_due_as_published);
    g_test_add_func("/clock/cbr", constant_rates_match_exact_rationals);
    g_test_add_func("/clock/never", far_packets_are_due_never);
    g_test_add_func("/clock/media", media_packets_are_due_by_the_file_s_clock);
    g_test_add_func("/clock/intervals", intervals_share_out_all_packets);
    g_test_add_func("/clock/pattern", any_part_of_a_pattern_is_part_of_the_whole);
    g_test_add_func("/clock/file", a_file_s_bytes_are_its_own);
    g_test_add_func("/media/check", broken_points_are_refused);
    g_test_add_func("/traffic/media-rate-bound", rates_past_64_bits_are_refused);
    g_test_add_func("/media/rate", the_mean_rate_is_rounded_down);
    g_test_add_func("/interval/two-packets", an_interval_is_two_packet_times_rounded_up);
    g_test_add_func("/clock/loop", a_loop_is_the_file_again_and_again);
    g_test_add_func("/clock/most", a_film_s_busiest_stretch_is_known);
    g_test_add_func("/clock/most-cut", a_cut_film_is_busiest_at_its_end);
    g_test_add_func("/clock/access-units", access_units_are_needed_whole);
    g_test_add_func("/clock/timestamp", a_timestamp_is_the_due_instant_at_90_khz);
    return g_test_run();
}
