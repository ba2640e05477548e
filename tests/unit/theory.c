/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each formula of weft/theory.h against an independent algorithm: events one by one, or random draws. */
#include "weft/theory.h"

#include <glib.h>
#include <math.h>

enum { CASES = 20000 };

/* --- one port, packet by packet --- */

/* Times in any unit; `service` is a packet's time on the port. */
struct watched {
    uint64_t held; /* most packets */
    uint64_t work; /* most work: time that the port would need for what it has, partly sent packets in part */
};

static struct watched watch_port(const uint64_t *at, guint n, uint64_t service)
{
    struct watched most = {0, 0};
    uint64_t *left = g_new0(uint64_t, n), free_at = 0;
    guint gone = 0;
    for (guint i = 0; i < n; i++) {
        free_at = MAX(free_at, at[i]) + service;
        left[i] = free_at;
        while (gone < i && left[gone] <= at[i])
            gone++;
        most.held = MAX(most.held, i + 1 - gone);
        most.work = MAX(most.work, free_at - at[i]);
    }
    g_free(left);
    return most;
}

static uint64_t uniform(uint64_t low, uint64_t high)
{
    return low +
           (((uint64_t)(guint32)g_test_rand_int() << 32) | (guint32)g_test_rand_int()) % (high - low + 1);
}

/* In packet times of 1 / (in out), packets come `out` apart and take `in`. */
static void test_burst(void)
{
    for (int i = 0; i < CASES; i++) {
        uint64_t n = uniform(1, 60), ports = uniform(1, 12), in = uniform(1, 200), out = uniform(1, 60);
        uint32_t frame = (uint32_t)uniform(64, 9000);
        uint64_t at[60];
        for (guint k = 0; k < n; k++)
            at[k] = k * ports * out;
        struct watched most = watch_port(at, (guint)n, in);
        struct weft_rho rho = weft_theory_rho(ports, in * 1000007, out * 1000007);
        g_assert_cmpuint(weft_theory_peak_packets(n, rho), ==, most.held);
        g_assert_cmpuint(weft_theory_peak_fluid_bytes(n, frame, rho), ==, (most.work * frame + in - 1) / in);
    }
}

/* Of section 3.2 and 4.4: 36 packets of 1,362 bytes from 1 Gbit/s to 100 Mbit/s. */
static void test_published_peaks(void)
{
    struct weft_rho burst = weft_theory_rho(1, 1000000000, 100000000);
    g_assert_cmpuint(weft_theory_peak_packets(36, burst), ==, 33);
    g_assert_cmpuint(weft_theory_peak_fluid_bytes(36, 1362, burst), ==, 44265);
    struct weft_rho five = weft_theory_rho(5, 1000000000, 100000000);
    g_assert_cmpuint(weft_theory_peak_packets(36, five), ==, 19);
    g_assert_cmpuint(weft_theory_peak_fluid_bytes(36, 1362, five), ==, 25197);
    g_assert_cmpuint(weft_theory_peak_packets(36, weft_theory_rho(80, 1000000000, 100000000)), ==, 1);
    /* 1 Gbit/s to 100 Mbit/s: one packet if and only if they are 10 packet times apart. */
    const uint64_t slot_ps = 1538 * 8000;
    g_assert_cmpuint(weft_theory_peak_packets(100, weft_theory_rho_spaced(10 * slot_ps, 1538, 100000000)), ==,
                     1);
    g_assert_cmpuint(weft_theory_peak_packets(100, weft_theory_rho_spaced(10 * slot_ps - 1, 1538, 100000000)),
                     ==, 2);
    /* The largest that is allowed: nothing overflows. */
    const uint64_t most = UINT64_C(1) << 32, fast = UINT64_C(10000000000000);
    g_assert_cmpuint(weft_theory_peak_packets(most, weft_theory_rho(1, fast, fast - 1)), ==, 2);
    g_assert_cmpuint(weft_theory_peak_packets(most, weft_theory_rho(1, fast, 1)), ==, most);
    g_assert_cmpuint(weft_theory_peak_packets(most, weft_theory_rho(most, 1, fast)), ==, 1);
}

/* 8,000 ps a byte at 1 Gbit/s and so on: services and gaps in whole picoseconds. */
static void test_spaced_and_trains(void)
{
    for (int i = 0; i < CASES; i++) {
        const uint64_t ps_per_byte = uniform(1, 100) * 80, wire = uniform(40, 9000);
        const uint64_t service = wire * ps_per_byte, out_bps = UINT64_C(8000000000000) / ps_per_byte;
        struct weft_trains trains = {uniform(1, 6), uniform(1, 10), 0, 0};
        trains.gap_ps = uniform(1, service * 5 / 4);
        trains.period_ps = uniform(trains.packets * trains.gap_ps,
                                   trains.packets * service * 3 / 2 + trains.packets * trains.gap_ps);
        if (UINT64_C(8000000000000) % ps_per_byte != 0)
            continue;
        uint64_t at[60];
        for (guint t = 0; t < trains.trains; t++)
            for (guint k = 0; k < trains.packets; k++)
                at[t * trains.packets + k] = t * trains.period_ps + k * trains.gap_ps;
        g_assert_cmpuint(weft_theory_trains_packets(&trains, (uint32_t)wire, out_bps), ==,
                         watch_port(at, (guint)(trains.trains * trains.packets), service).held);
        struct weft_rho rho = weft_theory_rho_spaced(trains.gap_ps, (uint32_t)wire, out_bps);
        uint64_t held = watch_port(at, (guint)trains.packets, service).held;
        g_assert_cmpuint(weft_theory_peak_packets(trains.packets, rho), ==, held);
        if (trains.packets > 1)
            g_assert_cmpint(held == 1, ==, trains.gap_ps >= service);
    }
}

/* Tokens, a packet's worth being `packet`, drop by drop: a packet goes when there is one and the link is free. */
static void release(uint64_t *at, guint n, uint64_t bucket, uint64_t link_gap, uint64_t packet)
{
    uint64_t tokens = bucket * packet, then = 0;
    for (guint k = 0; k < n; k++) {
        uint64_t now = k ? then + link_gap : 0;
        tokens = MIN(bucket * packet, tokens + (now - then));
        if (tokens < packet) {
            now += packet - tokens;
            tokens = packet;
        }
        tokens -= packet;
        at[k] = then = now;
    }
}

static void test_shaped(void)
{
    for (int i = 0; i < CASES; i++) {
        uint64_t n = uniform(1, 60), bucket = uniform(1, 20), rate = uniform(1, 40), out = uniform(1, 60);
        uint64_t peak = rate + uniform(0, 60), at[60];
        /* In units of 1 / (peak rate out) packet times of a link of rate 1. */
        release(at, (guint)n, bucket, rate * out, peak * out);
        g_assert_cmpuint(weft_theory_shaped_packets(n, bucket, peak * 1009, rate * 1009, out * 1009), ==,
                         watch_port(at, (guint)n, peak * rate).held);
    }
}

/* --- bounds --- */

static struct weft_arrival_curve random_arrivals(void)
{
    struct weft_arrival_curve it = {.packet_bytes = uniform(64, 1538),
                                    .peak_bps = uniform(1000, UINT64_C(100000000000))};
    it.burst_bytes = it.packet_bytes + uniform(0, 1000000);
    it.rate_bps = uniform(1, it.peak_bps + it.peak_bps / 8);
    return it;
}

static long double curve(const struct weft_arrival_curve *it, long double t_s)
{
    return fminl((long double)it->packet_bytes + (long double)it->peak_bps * t_s / 8,
                 (long double)it->burst_bytes + (long double)it->rate_bps * t_s / 8);
}

/* The largest of the differences at every corner of a curve. */
static long double largest_difference(const struct weft_arrival_curve *it, guint n, uint64_t out_bps,
                                      long double latency_s, long double horizon_s)
{
    long double most = 0;
    for (guint i = 0; i < n + 2; i++) {
        long double t_s = i == n ? latency_s : horizon_s;
        if (i < n && it[i].peak_bps > it[i].rate_bps)
            t_s = 8 * (long double)(it[i].burst_bytes - it[i].packet_bytes) /
                  (long double)(it[i].peak_bps - it[i].rate_bps);
        t_s = fminl(t_s, horizon_s);
        long double sum = 0;
        for (guint k = 0; k < n; k++)
            sum += curve(&it[k], t_s);
        most = fmaxl(most, sum - (long double)out_bps * fmaxl(0, t_s - latency_s) / 8);
    }
    return most;
}

static void test_backlog(void)
{
    for (int i = 0; i < CASES; i++) {
        struct weft_arrival_curve arrivals[8];
        guint n = (guint)uniform(0, G_N_ELEMENTS(arrivals));
        for (guint k = 0; k < n; k++)
            arrivals[k] = random_arrivals();
        uint64_t out_bps = uniform(1000, UINT64_C(200000000000)),
                 latency_ps = uniform(0, 1) * uniform(0, 1000000000),
                 horizon_ps = latency_ps + uniform(0, WEFT_PS_PER_S);
        long double expected = largest_difference(arrivals, n, out_bps, (long double)latency_ps / 1e12L,
                                                  (long double)horizon_ps / 1e12L);
        long double bound =
            (long double)weft_theory_backlog_bytes(arrivals, n, out_bps, latency_ps, horizon_ps);
        g_assert_true(bound >= floorl(expected)); /* long double: within a part of 2^63 */
        g_assert_true(bound <= expected + 3 + n);
    }
}

/* The textbook cases follow from the general one, and agree with numbers worked by hand. */
static void test_textbook_bounds(void)
{
    struct weft_arrival_curve one = {1382, 1000000000, 36 * 1382, 3938070};
    /* 1382 + 900 (49752 - 1382) / 996.06193 = 1382 + 43705.1... */
    g_assert_cmpuint(weft_theory_dual_bucket_bytes(&one, 100000000), ==, 45088);
    g_assert_cmpuint(weft_theory_backlog_bytes(&one, 1, 100000000, 0, WEFT_PS_PER_S), ==, 45088);
    /* 10,000 bytes at once and 8 Mbit/s, that is a byte a microsecond, for 2 ms more. */
    struct weft_arrival_curve bucket = {10000, UINT64_C(10000000000000), 10000, 8000000};
    g_assert_cmpuint(weft_theory_token_bucket_bytes(10000, 8000000, 2000000000), ==, 12000);
    g_assert_cmpuint(weft_theory_backlog_bytes(&bucket, 1, 9000000, 2000000000, WEFT_PS_PER_S), ==, 12000);
    /* More than the port can send: what is left over at the horizon, 1 s. */
    struct weft_arrival_curve too_much = {1000, 16000000, 5000, 16000000};
    g_assert_cmpuint(weft_theory_backlog_bytes(&too_much, 1, 8000000, 0, WEFT_PS_PER_S), ==, 1001000);
    for (int i = 0; i < CASES; i++) {
        struct weft_arrival_curve it = random_arrivals();
        it.rate_bps = uniform(1, it.peak_bps - 1);
        uint64_t out_bps = uniform(it.rate_bps, it.peak_bps),
                 textbook = weft_theory_dual_bucket_bytes(&it, out_bps);
        uint64_t bound = weft_theory_backlog_bytes(&it, 1, out_bps, 0, 1000000 * WEFT_PS_PER_S);
        g_assert_cmpuint(bound, >=, textbook);
        g_assert_cmpuint(bound, <=, textbook + 1);
    }
}

/* --- N*D/D/1 --- */

struct point {
    uint32_t streams, period, x;
    double published;
};
static const struct point points[] = {
    {10, 12, 1, .4862}, {20, 25, 2, .2454}, {30, 31, 3, .4206}, {6, 7, 3, .0158}, {10, 12, 0, .8333}};

static int by_size(gconstpointer a, gconstpointer b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Reich: the work at instant 0 is the most that came in a stretch before it, less the stretch. A period is enough, as
 * the queue is empty at least once in it. */
static double work(GRand *rand, uint32_t streams, double period)
{
    double age[64], most = 0;
    for (uint32_t i = 0; i < streams; i++)
        age[i] = g_rand_double_range(rand, 0, period);
    qsort(age, streams, sizeof(*age), by_size);
    for (uint32_t i = 0; i < streams; i++)
        most = MAX(most, i + 1 - age[i]);
    return most;
}

static void test_nddd1(void)
{
    enum { DRAWS = 40000 };
    for (size_t i = 0; i < G_N_ELEMENTS(points); i++) {
        const struct point *it = &points[i];
        double p = weft_theory_nddd1_exceeds(it->streams, it->period, it->x);
        g_assert_cmpfloat_with_epsilon(p, it->published, .00005);
        GRand *rand = g_rand_new_with_seed(1 + (guint32)i);
        int above = 0;
        for (int k = 0; k < DRAWS; k++)
            above += work(rand, it->streams, it->period) > it->x;
        g_rand_free(rand);
        double standard_error = sqrt(p * (1 - p) / DRAWS), measured = (double)above / DRAWS;
        g_test_message("(%u,%u,%u): %.4f, drawn %.4f +- %.4f", it->streams, it->period, it->x, p, measured,
                       standard_error);
        g_assert_cmpfloat(fabs(measured - p), <, 3 * standard_error);
    }
    /* The queue is busy for a share N/D of the time, never holds N, and large numbers do not vanish. */
    for (uint32_t n = 1; n <= 2000; n += n < 50 ? 1 : 650) {
        g_assert_cmpfloat_with_epsilon(weft_theory_nddd1_exceeds(n, n + 1.5, 0), n / (n + 1.5), 1e-9);
        g_assert_cmpfloat(weft_theory_nddd1_exceeds(n, n + 1.5, n), ==, 0);
    }
}

static void test_heavy_load(void)
{
    g_assert_cmpfloat_with_epsilon(weft_theory_nddd1_heavy_load(10, 12, 1), .587, .0005);
    for (uint32_t x = 0; x < 400; x++)
        g_assert_cmpfloat_with_epsilon(weft_theory_nddd1_heavy_load(1000, 1001, x) /
                                           exp(-2.0 * x * (x / 1000.0 + 1 / 1001.0)),
                                       1, 1e-10);
    /* Of N = D and large N it is right: within a twentieth here. */
    double exact = weft_theory_nddd1_exceeds(2000, 2000.001, 60);
    g_assert_cmpfloat_with_epsilon(weft_theory_nddd1_heavy_load(2000, 2000.001, 60) / exact, 1, .05);
}

/* --- dynamic thresholds --- */

/* Queues that take a byte in turn while they are below the threshold; nothing leaves. */
static void fill(uint64_t pool, uint32_t num, uint32_t den, uint32_t queues, uint64_t *queue,
                 uint64_t *unused)
{
    *unused = pool;
    *queue = 0;
    while (*queue * den < num * *unused && *unused >= queues) {
        *queue += 1;
        *unused -= queues;
    }
}

static void test_thresholds(void)
{
    g_assert_cmpuint(weft_theory_threshold_bytes(1000, 1, 1, 1), ==, 500);
    g_assert_cmpuint(weft_theory_threshold_bytes(1000, 8, 1, 1), ==, 888);
    g_assert_cmpuint(weft_theory_threshold_bytes(1000, 8, 1, 8), ==, 123);
    g_assert_cmpuint(weft_theory_threshold_unused_bytes(1000, 8, 1, 8), ==, 15);
    for (int i = 0; i < CASES / 10; i++) {
        uint64_t pool = uniform(1000, 20000), queue, unused;
        uint32_t num = (uint32_t)uniform(1, 64), den = (uint32_t)uniform(1, 64),
                 queues = (uint32_t)uniform(1, 64);
        fill(pool, num, den, queues, &queue, &unused);
        uint64_t settled = weft_theory_threshold_bytes(pool, num, den, queues);
        g_assert_cmpuint(queue, <=, settled + 1);
        g_assert_cmpuint(queue + 1, >=, settled);
        uint64_t left = weft_theory_threshold_unused_bytes(pool, num, den, queues);
        g_assert_cmpuint(left + queues * settled, <=, pool);
        g_assert_cmpuint(unused, <=, left + queues);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/theory/burst", test_burst);
    g_test_add_func("/theory/published-peaks", test_published_peaks);
    g_test_add_func("/theory/spaced-and-trains", test_spaced_and_trains);
    g_test_add_func("/theory/shaped", test_shaped);
    g_test_add_func("/theory/backlog", test_backlog);
    g_test_add_func("/theory/textbook-bounds", test_textbook_bounds);
    g_test_add_func("/theory/nddd1", test_nddd1);
    g_test_add_func("/theory/heavy-load", test_heavy_load);
    g_test_add_func("/theory/thresholds", test_thresholds);
    return g_test_run();
}
