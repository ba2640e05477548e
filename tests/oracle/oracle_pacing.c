/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What pacing does to peak port buffers, in real runs against the closed forms of bursts: a slice is a burst of its own, and
 * a rate takes the place of the link's. N streams to N ports, n packets each, in an interval of 1 s, in which a slice drains
 * before the next one comes. Rates have whole picoseconds per byte. */
#include "peaks.h"
#include "peaks_run.h"

enum { PAYLOAD_BYTES = 1316, WIRE_BYTES = 1382 };
#define M UINT64_C(1000000)
#define G UINT64_C(1000000000)

static const uint64_t n_of[] = {1, 2, 3, 11, 36, 64, 200}, ports_of[] = {1, 2, 3, 5, 8, 10},
                      in_of[] = {800 * M, G, 10 * G}, out_of[] = {64 * M, 100 * M, 320 * M, G};

typedef uint64_t expect(const struct peaks_run *run, const struct peaks_case *it);

static bool interleaves(const struct peaks_run *run)
{
    return g_str_equal(run->method, "interleaved");
}

/* The largest of K slices has ceil(n N / K) packets. Interleaved, the port that comes first in it gets every N-th of them. In
 * order of destinations it may be all for one port, if the port gets so many; some slice then lies wholly within one
 * destination, or some destination within a slice, if K is a multiple of N or divides it. 0: not known. */
static uint64_t peak_of_slices(const struct peaks_run *run, const struct peaks_case *it)
{
    uint64_t slices = run->pacing_argument, most = (it->n * it->ports + slices - 1) / slices;
    if (interleaves(run))
        return oracle_peak_interleaved((most + it->ports - 1) / it->ports, it->ports, it->in_bps,
                                       it->out_bps);
    if (slices % it->ports && it->ports % slices)
        return 0;
    return oracle_peak_burst(MIN(most, it->n), it->in_bps, it->out_bps);
}

/* As if the link were no faster. */
static uint64_t peak_of_rate(const struct peaks_run *run, const struct peaks_case *it)
{
    uint64_t bps = run->pacing_argument;
    uint64_t peak = interleaves(run) ? oracle_peak_interleaved(it->n, it->ports, bps, it->out_bps)
                                     : oracle_peak_burst(it->n, bps, it->out_bps);
    if (bps <= it->out_bps)
        g_assert_cmpuint(peak, ==, 1);
    return peak;
}

static guint check(struct peaks_run *run, expect *expected)
{
    run->cases = g_array_new(FALSE, FALSE, sizeof(struct peaks_case));
    for (size_t r = 0; r < G_N_ELEMENTS(in_of) * G_N_ELEMENTS(out_of); r++)
        for (size_t i = 0; i < G_N_ELEMENTS(n_of); i++)
            for (size_t p = 0; p < G_N_ELEMENTS(ports_of); p++) {
                struct peaks_case it = {n_of[i],
                                        ports_of[p],
                                        in_of[r / G_N_ELEMENTS(out_of)],
                                        out_of[r % G_N_ELEMENTS(out_of)],
                                        n_of[i] * PAYLOAD_BYTES * 8,
                                        0};
                it.expected = expected(run, &it);
                if (it.expected > 0)
                    g_array_append_val(run->cases, it);
            }
    peaks_run_check(run);
    guint cases = run->cases->len;
    g_array_unref(run->cases);
    return cases;
}

struct grid {
    const char *name, *method, *pacing;
    uint64_t argument[8]; /* 0: no more */
    expect *expected;
    guint least;
};

static void test_grid(gconstpointer data)
{
    const struct grid *grid = data;
    guint cases = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(grid->argument) && grid->argument[i]; i++) {
        struct peaks_run run = {.method = grid->method,
                                .pacing = grid->pacing,
                                .pacing_argument = grid->argument[i],
                                .network = &weft_network_ethernet,
                                .interval_ps = WEFT_PS_PER_S,
                                .duration_ps = WEFT_PS_PER_S,
                                .payload_bytes = PAYLOAD_BYTES,
                                .wire_bytes = WIRE_BYTES,
                                .fullest = true};
        cases += check(&run, grid->expected);
    }
    g_test_message("%u cases", cases);
    g_assert_cmpuint(cases, >=, grid->least);
}

int main(int argc, char **argv)
{
#define SLICES                                                                                               \
    {                                                                                                        \
        1, 2, 3, 7, 8, 40, 1000, 1000000                                                                     \
    }
#define RATES                                                                                                \
    {                                                                                                        \
        10 * M, 50 * M, 64 * M, 100 * M, 200 * M, 320 * M, 500 * M, 800 * M                                  \
    }
    static const struct grid grids[] = {
        {"slices/sequential", "multi-destination", "slice", SLICES, peak_of_slices, 2000},
        {"slices/interleaved", "interleaved", "slice", SLICES, peak_of_slices, 4000},
        {"rates/sequential", "multi-destination", "rate", RATES, peak_of_rate, 4000},
        {"rates/interleaved", "interleaved", "rate", RATES, peak_of_rate, 4000},
    };
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(grids); i++) {
        g_autofree char *path = g_strconcat("/oracle/pacing/", grids[i].name, NULL);
        g_test_add_data_func(path, &grids[i], test_grid);
    }
    return g_test_run();
}
