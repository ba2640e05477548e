/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Peak port buffers of real runs against closed forms, on grids of rates with whole picoseconds per byte: N streams to N
 * ports, n packets each, written at instant 0, each when it is due, or spread over an interval. */
#include "peaks.h"
#include "peaks_run.h"

#define M UINT64_C(1000000)
#define G UINT64_C(1000000000)

static const uint64_t out[] = {10 * M, 64 * M, 100 * M, 320 * M, 640 * M, G},
                      fast[] = {10 * G, 40 * G, 100 * G};

typedef uint64_t expect(const struct peaks_case *it);
static uint64_t sequential_peak(const struct peaks_case *it)
{
    return oracle_peak_burst(it->n, it->in_bps, it->out_bps);
}
static uint64_t interleaved_peak(const struct peaks_case *it)
{
    return oracle_peak_interleaved(it->n, it->ports, it->in_bps, it->out_bps);
}

/* Packet k of n is due at k / n seconds of the one interval, and written at instant 0. */
static guint bursts(struct peaks_run *run, expect *expected)
{
    static const uint64_t in[] = {100 * M, 800 * M, G, 2500 * M, 10 * G, 40 * G},
                          n[] = {1, 2, 3, 5, 8, 11, 36, 64}, ports[] = {1, 2, 3, 4, 5, 8, 10};
    guint cases = 0;
    run->interval_ps = run->duration_ps = WEFT_PS_PER_S;
    for (size_t r = 0; r < G_N_ELEMENTS(in) * G_N_ELEMENTS(out); r++)
        for (size_t i = 0; i < G_N_ELEMENTS(n); i++)
            for (size_t p = 0; p < G_N_ELEMENTS(ports); p++) {
                struct peaks_case it = {n[i],
                                        ports[p],
                                        in[r / G_N_ELEMENTS(out)],
                                        out[r % G_N_ELEMENTS(out)],
                                        n[i] * run->payload_bytes * 8,
                                        0};
                it.expected = expected(&it);
                cases += peaks_run_add(run, &it);
            }
    return cases;
}

/* Add the case that its ports' packets come `gap_ps` apart, if the server's link is fast enough for that. */
static guint add_spaced(struct peaks_run *run, struct peaks_case it, weft_ps gap_ps)
{
    uint64_t bits = 8 * (uint64_t)run->wire_bytes;
    if (it.ports * bits * (WEFT_PS_PER_S / it.in_bps) > gap_ps)
        return 0;
    it.expected = oracle_peak_spaced(it.n, gap_ps, bits * (WEFT_PS_PER_S / it.out_bps));
    return peaks_run_add(run, &it);
}

/* Streams whose packets are due at the same instants and written then: `rate` in whole picoseconds per bit. */
static guint due(struct peaks_run *run, expect *expected)
{
    static const uint64_t ports[] = {1, 2, 3, 4, 6, 8}, rate[] = {20 * M,  50 * M,  80 * M,  100 * M, 125 * M,
                                                                  200 * M, 250 * M, 400 * M, 640 * M, G};
    uint64_t bits = 8 * (uint64_t)run->payload_bytes;
    guint cases = 0;
    (void)expected;
    run->interval_ps = run->duration_ps = bits * (WEFT_PS_PER_S / (10 * M));
    for (size_t r = 0; r < G_N_ELEMENTS(fast) * G_N_ELEMENTS(out); r++)
        for (size_t i = 0; i < G_N_ELEMENTS(rate); i++)
            for (size_t p = 0; p < G_N_ELEMENTS(ports); p++)
                cases += add_spaced(run,
                                    (struct peaks_case){(rate[i] + 10 * M - 1) / (10 * M), ports[p],
                                                        fast[r / G_N_ELEMENTS(out)],
                                                        out[r % G_N_ELEMENTS(out)], rate[i], 0},
                                    bits * (WEFT_PS_PER_S / rate[i]));
    return cases;
}

/* Packets of an interval that all numbers of them divide, spread over it. */
static guint paced(struct peaks_run *run, expect *expected)
{
    static const uint64_t ports[] = {1, 2, 4, 5, 7}, n[] = {1, 2, 3, 5, 6, 8, 16, 40};
    guint cases = 0;
    (void)expected;
    run->interval_ps = run->duration_ps = 1680000000;
    for (size_t r = 0; r < G_N_ELEMENTS(fast) * G_N_ELEMENTS(out); r++)
        for (size_t i = 0; i < G_N_ELEMENTS(n); i++)
            for (size_t p = 0; p < G_N_ELEMENTS(ports); p++)
                cases +=
                    add_spaced(run,
                               (struct peaks_case){
                                   n[i], ports[p], fast[r / G_N_ELEMENTS(out)], out[r % G_N_ELEMENTS(out)],
                                   n[i] * run->payload_bytes * 8 * WEFT_PS_PER_S / run->interval_ps, 0},
                               run->interval_ps / n[i]);
    return cases;
}

struct grid {
    const char *method;
    guint (*cases)(struct peaks_run *run, expect *expected);
    expect *expected;
    bool raw_too; /* where wire and payload are the same, gaps are as long as services */
    guint least;
};

static void test_grid(gconstpointer data)
{
    static const uint32_t payload[] = {18, 200, 700, 1316, 1472};
    const struct grid *grid = data;
    struct peaks_run run = {.method = grid->method,
                            .cases = g_array_new(FALSE, FALSE, sizeof(struct peaks_case))};
    guint cases = 0;
    for (size_t i = 0; i < (1U + grid->raw_too) * G_N_ELEMENTS(payload); i++) {
        bool raw = i >= G_N_ELEMENTS(payload);
        run.payload_bytes = payload[i % G_N_ELEMENTS(payload)];
        run.network = raw ? &weft_network_raw : &weft_network_ethernet;
        run.wire_bytes = raw ? run.payload_bytes : MAX(run.payload_bytes + 46, 64) + 20;
        cases += grid->cases(&run, grid->expected);
        peaks_run_finish(&run);
    }
    g_test_message("%u cases", cases);
    g_assert_cmpuint(cases, >=, peaks_run_share(grid->least));
    g_array_unref(run.cases);
}

int main(int argc, char **argv)
{
    static const struct grid grids[] = {{"multi-destination", bursts, sequential_peak, false, 10000},
                                        {"interleaved", bursts, interleaved_peak, false, 10000},
                                        {"per-packet", due, NULL, true, 10000},
                                        {"interleaved-paced", paced, NULL, false, 2000}};
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(grids); i++) {
        g_autofree char *path = g_strconcat("/oracle/peaks/", grids[i].method, NULL);
        g_test_add_data_func(path, &grids[i], test_grid);
    }
    return g_test_run();
}
