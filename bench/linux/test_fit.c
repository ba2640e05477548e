/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Least squares without negative numbers against all active sets; counts of a packet against counts by hand; prices that were made
 * up come out of what they make. */

#include "fit.h"
#include "nnls.h"
#include "point_counts.h"

#include <math.h>

enum { ROWS = 12, COLUMNS = 6 };

/* --- least squares --- */

struct system {
    double number[COLUMNS][ROWS], right[ROWS];
    const double *column[COLUMNS];
};

static double random_number(GRand *rand)
{
    return g_rand_double_range(rand, -1, 1);
}

static void make_system(struct system *system, GRand *rand)
{
    for (int i = 0; i < ROWS; i++)
        system->right[i] = random_number(rand);
    for (int k = 0; k < COLUMNS; k++) {
        for (int i = 0; i < ROWS; i++)
            system->number[k][i] = random_number(rand);
        system->column[k] = system->number[k];
    }
}

static double rest_length(const struct system *system, const double *x)
{
    double sum = 0;
    for (int i = 0; i < ROWS; i++) {
        double rest = system->right[i];
        for (int k = 0; k < COLUMNS; k++)
            rest -= x[k] * system->number[k][i];
        sum += rest * rest;
    }
    return sqrt(sum);
}

/* The best of all choices of columns whose least squares are not negative: one of them is the solution. */
static double best_of_all(const struct system *system)
{
    double best = INFINITY;
    for (unsigned chosen = 0; chosen < 1U << COLUMNS; chosen++) {
        const double *column[COLUMNS];
        double x[COLUMNS];
        guint n = 0;
        gboolean good = TRUE;
        for (int k = 0; k < COLUMNS; k++)
            if (chosen & 1U << k)
                column[n++] = system->column[k];
        const struct columns some = {.rows = ROWS, .columns = n, .column = column};
        double left = least_squares(&some, system->right, x);
        for (guint k = 0; k < n; k++)
            good = good && x[k] >= 0;
        best = good ? MIN(best, left) : best;
    }
    return best;
}

/* The rest of plain least squares stands upright on every column. */
static void least_squares_is_least(void)
{
    guint32 seed = (guint32)g_test_rand_int();
    g_test_message("seed %u", seed);
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    for (int round = 0; round < 100; round++) {
        struct system system;
        double x[COLUMNS];
        make_system(&system, rand);
        const struct columns all = {.rows = ROWS, .columns = COLUMNS, .column = system.column};
        double left = least_squares(&all, system.right, x);
        g_assert_cmpfloat_with_epsilon(left, rest_length(&system, x), 1e-9);
        for (int k = 0; k < COLUMNS; k++) {
            double along = 0;
            for (int i = 0; i < ROWS; i++) {
                double rest = system.right[i];
                for (int j = 0; j < COLUMNS; j++)
                    rest -= x[j] * system.number[j][i];
                along += rest * system.number[k][i];
            }
            g_assert_cmpfloat_with_epsilon(along, 0, 1e-9);
        }
    }
}

static void nothing_negative(void)
{
    guint32 seed = (guint32)g_test_rand_int();
    g_test_message("seed %u", seed);
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    for (int round = 0; round < 1000; round++) {
        struct system system;
        double x[COLUMNS];
        make_system(&system, rand);
        const struct columns all = {.rows = ROWS, .columns = COLUMNS, .column = system.column};
        double left = nnls(&all, system.right, x);
        for (int k = 0; k < COLUMNS; k++)
            g_assert_cmpfloat(x[k], >=, 0);
        g_assert_cmpfloat_with_epsilon(left, rest_length(&system, x), 1e-9);
        g_assert_cmpfloat_with_epsilon(left, best_of_all(&system), 1e-9);
    }
}

/* A column twice, one of nothing, and a right side that is one of them: all of it goes to the first. */
static void columns_that_are_the_same(void)
{
    const double one[] = {1, 2, 3}, two[] = {2, 4, 6}, none[] = {0, 0, 0}, right[] = {5, 10, 15};
    const double *column[] = {one, two, none};
    const struct columns all = {.rows = 3, .columns = 3, .column = column};
    double x[3];
    g_assert_cmpfloat_with_epsilon(least_squares(&all, right, x), 0, 1e-9);
    g_assert_cmpfloat_with_epsilon(x[0], 5, 1e-9);
    g_assert_cmpfloat(x[1], ==, 0);
    g_assert_cmpfloat(x[2], ==, 0);
    g_assert_cmpfloat_with_epsilon(nnls(&all, right, x), 0, 1e-9);
    g_assert_cmpfloat_with_epsilon(x[0] + 2 * x[1], 5, 1e-9);
}

/* --- counts --- */

/* Hot, copied, cut by the kernel. */
static struct point at(const char *method, uint32_t payload_bytes, uint32_t batch, uint32_t group)
{
    return (struct point){.method = method_find(method),
                          .payload_bytes = payload_bytes,
                          .batch = batch,
                          .group = group,
                          .destinations = 64};
}

static void assert_counts(const struct point *point, const double *expected)
{
    double count[WEFT_EVENTS];
    g_autofree char *text = point_text(point);
    point_counts(point, count);
    for (int event = 0; event < WEFT_EVENTS; event++)
        if (fabs(count[event] - expected[event]) > 1e-9)
            g_error("%s: %s: %g, by hand %g", text, weft_events[event].name, count[event], expected[event]);
}
#define ASSERT_COUNTS(point, ...) assert_counts(point, (const double[WEFT_EVENTS]){__VA_ARGS__})

/* A system call, a message, a route and a walk through the stack for each packet: three header blocks (UDP, IP, Ethernet), gathered from them
 * and from one piece of kernel memory; a copied byte is read and written besides being filled and read by DMA. */
#define STACK_PACKET                                                                                         \
    [WEFT_COPIED_BYTES] = 1472, [WEFT_DRAM_BYTES] = 4 * 1472, [WEFT_PACKETS] = 1, [WEFT_HEADER_BLOCKS] = 3,  \
    [WEFT_DESCRIPTORS] = 2

static void counts_by_packet(void)
{
    const struct point sendto = at("sendto", 1472, 1, 1), sendmmsg = at("sendmmsg", 1472, 64, 1),
                       few = at("sendmmsg", 1472, 7, 1);
    ASSERT_COUNTS(&sendto, STACK_PACKET, [WEFT_WRITE_CALLS] = 1, [WEFT_MODE_SWITCHES] = 2, [WEFT_ENTRIES] = 1,
                  [WEFT_STACK_WALKS] = 1, [WEFT_COPIES] = 1, [WEFT_ROUTE_LOOKUPS] = 1);
    ASSERT_COUNTS(
        &sendmmsg,
        STACK_PACKET, [WEFT_WRITE_CALLS] = 1.0 / 64, [WEFT_MODE_SWITCHES] = 2.0 / 64, [WEFT_ENTRIES] = 1,
        [WEFT_STACK_WALKS] = 1, [WEFT_COPIES] = 1, [WEFT_ROUTE_LOOKUPS] = 1, [WEFT_MESSAGE_HEADERS] = 1);
    ASSERT_COUNTS(
        &few, STACK_PACKET, [WEFT_WRITE_CALLS] = 1.0 / 7, [WEFT_MODE_SWITCHES] = 2.0 / 7, [WEFT_ENTRIES] = 1,
        [WEFT_STACK_WALKS] = 1, [WEFT_COPIES] = 1, [WEFT_ROUTE_LOOKUPS] = 1, [WEFT_MESSAGE_HEADERS] = 1);
    const struct point connected = at("connected", 1472, 1, 1), ring = at("io-uring", 1472, 16, 1);
    ASSERT_COUNTS(&connected, STACK_PACKET, [WEFT_WRITE_CALLS] = 1, [WEFT_MODE_SWITCHES] = 2,
                  [WEFT_ENTRIES] = 1, [WEFT_STACK_WALKS] = 1, [WEFT_COPIES] = 1);
    ASSERT_COUNTS(&ring, STACK_PACKET, [WEFT_WRITE_CALLS] = 1.0 / 16, [WEFT_MODE_SWITCHES] = 2.0 / 16,
                  [WEFT_ENTRIES] = 1, [WEFT_STACK_WALKS] = 1, [WEFT_COPIES] = 1, [WEFT_ROUTE_LOOKUPS] = 1,
                  [WEFT_MESSAGE_HEADERS] = 1, [WEFT_RING_ENTRIES] = 1);
}

/* All that is copied is cold, and nothing of what is not copied. */
static void counts_cold(void)
{
    struct point sendto = at("sendto", 1000, 1, 1), by_link = at("sendmmsg", 1000, 8, 10);
    sendto.cold = by_link.cold = by_link.link_cuts = by_link.zero_copy = true;
    double count[WEFT_EVENTS];
    point_counts(&sendto, count);
    g_assert_cmpfloat(count[WEFT_COPIED_BYTES], ==, 1000);
    g_assert_cmpfloat(count[WEFT_COLD_BYTES], ==, 1000);
    point_counts(&by_link, count);
    g_assert_cmpfloat(count[WEFT_COPIED_BYTES], ==, 0);
    g_assert_cmpfloat(count[WEFT_COLD_BYTES], ==, 0);
}

static void counts_by_group(void)
{
    const struct point split = at("sendmmsg", 1472, 64, 10);
    struct point by_link = at("sendmmsg", 1472, 8, 10);
    by_link.link_cuts = true;
    ASSERT_COUNTS(&split, STACK_PACKET, [WEFT_WRITE_CALLS] = 1.0 / 640, [WEFT_MODE_SWITCHES] = 2.0 / 640,
                  [WEFT_ENTRIES] = 0.1, [WEFT_STACK_WALKS] = 0.1, [WEFT_COPIES] = 0.1,
                  [WEFT_ROUTE_LOOKUPS] = 0.1, [WEFT_MESSAGE_HEADERS] = 0.1, [WEFT_SPLITS] = 1);
    /* the link is given one run of 14,720 B: headers once, in kernel memory from the start of a page on, 4 pages */
    ASSERT_COUNTS(
        &by_link, [WEFT_COPIED_BYTES] = 1472, [WEFT_DRAM_BYTES] = 4 * 1472, [WEFT_WRITE_CALLS] = 1.0 / 80,
        [WEFT_MODE_SWITCHES] = 2.0 / 80, [WEFT_ENTRIES] = 0.1, [WEFT_STACK_WALKS] = 0.1, [WEFT_COPIES] = 0.1,
        [WEFT_ROUTE_LOOKUPS] = 0.1, [WEFT_MESSAGE_HEADERS] = 0.1, [WEFT_PACKETS] = 0.1,
        [WEFT_HEADER_BLOCKS] = 0.3, [WEFT_DESCRIPTORS] = 0.5);
}

/* Messages of 2 x 1024 B are half a page each, so that every one touches one page: it is walked by 4 references and pinned. */
static void counts_zero_copy(void)
{
    struct point split = at("sendmmsg", 1024, 16, 2);
    split.zero_copy = true;
    ASSERT_COUNTS(&split, [WEFT_DRAM_BYTES] = 2 * 1024, [WEFT_WRITE_CALLS] = 1.0 / 32,
                  [WEFT_MODE_SWITCHES] = 2.0 / 32, [WEFT_ENTRIES] = 0.5, [WEFT_STACK_WALKS] = 0.5,
                  [WEFT_ROUTE_LOOKUPS] = 0.5, [WEFT_MESSAGE_HEADERS] = 0.5, [WEFT_NOTIFICATIONS] = 0.5,
                  [WEFT_SPLITS] = 1, [WEFT_PACKETS] = 1, [WEFT_HEADER_BLOCKS] = 3, [WEFT_DESCRIPTORS] = 2,
                  [WEFT_TRANSLATIONS] = 0.5, [WEFT_PAGE_WALK_REFERENCES] = 2, [WEFT_PAGES_PINNED] = 0.5);
}

/* A call of 10 packets to each of 64; a crossing for each 32 of them. Payload is copied into frames, so no page is looked up. */
static void counts_frames(void)
{
    const struct point frames = at("tx-ring", 1472, 32, 10);
    ASSERT_COUNTS(
        &frames, [WEFT_COPIED_BYTES] = 1472, [WEFT_DRAM_BYTES] = 4 * 1472, [WEFT_WRITE_CALLS] = 1.0 / 640,
        [WEFT_MODE_SWITCHES] = 2.0 / 32, [WEFT_ENTRIES] = 0.1, [WEFT_PACKETS] = 1, [WEFT_HEADER_BLOCKS] = 1,
        [WEFT_DESCRIPTORS] = 2, [WEFT_FRAME_WALKS] = 1, [WEFT_COPIES] = 1);
}

/* --- prices --- */

enum { SAMPLES_MOST = 256 };

/* What is looked for; entries come with each walk through the stack, so they have no price of their own. */
static const struct fit_term terms[] = {
    {WEFT_STACK_WALKS, 0},  {WEFT_SPLITS, 0},      {WEFT_COPIED_BYTES, 0.01}, {WEFT_PACKETS, 0},
    {WEFT_PAGES_PINNED, 0}, {WEFT_WRITE_CALLS, 0}, {WEFT_ENTRIES, 0}};
static const double given[WEFT_EVENTS] = {[WEFT_MODE_SWITCHES] = 177, [WEFT_HEADER_BLOCKS] = 12};

/* Points of one payload: a packet a call, batches, groups in all their ways. Returns how many. */
static guint add_points(struct point *point, uint32_t payload_bytes, const uint32_t *groups, guint n)
{
    static const uint32_t batches[] = {1, 8, 64};
    guint points = 0;
    for (guint b = 0; b < G_N_ELEMENTS(batches); b++)
        for (guint g = 0; g < n; g++)
            for (unsigned way = 0; way < 4; way++) {
                struct point *made = &point[points++];
                *made = at("sendmmsg", payload_bytes, batches[b], groups[g]);
                made->zero_copy = way & 1;
                made->link_cuts = groups[g] > 1 && way & 2;
            }
    return points;
}

static guint make_samples(struct fit_sample *sample, const uint32_t *groups, guint n, const double *cycles)
{
    static const uint32_t payloads[] = {1472, 300};
    struct point point[SAMPLES_MOST];
    guint points = 0;
    for (guint p = 0; p < G_N_ELEMENTS(payloads); p++)
        points += add_points(&point[points], payloads[p], groups, n);
    g_assert_cmpuint(points, <=, SAMPLES_MOST);
    for (guint i = 0; i < points; i++) {
        point_counts(&point[i], sample[i].count);
        sample[i].cycles = fit_cycles(sample[i].count, cycles);
    }
    return points;
}

static const uint32_t groups_measured[] = {1, 2, 4, 10, 40}, groups_others[] = {1, 3, 7, 20, 31};

static void made_up_prices(GRand *rand, double *cycles)
{
    for (int event = 0; event < WEFT_EVENTS; event++)
        cycles[event] = given[event];
    cycles[WEFT_STACK_WALKS] = g_rand_double_range(rand, 1000, 6000);
    cycles[WEFT_SPLITS] = g_rand_double_range(rand, 100, 2000);
    cycles[WEFT_COPIED_BYTES] = g_rand_double_range(rand, 0.01, 0.3);
    cycles[WEFT_PACKETS] = g_rand_double_range(rand, 0, 500);
    cycles[WEFT_PAGES_PINNED] = g_rand_double_range(rand, 100, 400);
    cycles[WEFT_WRITE_CALLS] = g_rand_double_range(rand, 0, 300);
    cycles[WEFT_ENTRIES] = g_rand_double_range(rand, 0, 500);
}

static void solve(const struct fit_sample *sample, guint samples, struct fit_prices *prices)
{
    const struct fit_problem problem = {.sample = sample,
                                        .samples = samples,
                                        .given_cycles = given,
                                        .term = terms,
                                        .terms = G_N_ELEMENTS(terms)};
    fit_solve(&problem, prices);
}

/* What is predicted of points that were not in the fit, against what they were made of. */
static double worst_error(const double *found, const double *made_up)
{
    struct fit_sample other[SAMPLES_MOST];
    guint n = make_samples(other, groups_others, G_N_ELEMENTS(groups_others), made_up);
    double worst = 0;
    for (guint i = 0; i < n; i++)
        worst = MAX(worst, fabs(fit_cycles(other[i].count, found) / other[i].cycles - 1));
    return worst;
}

static void made_up_prices_come_back(void)
{
    guint32 seed = (guint32)g_test_rand_int();
    g_test_message("seed %u", seed);
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    for (int round = 0; round < 10; round++) {
        struct fit_sample sample[SAMPLES_MOST];
        struct fit_prices prices;
        double cycles[WEFT_EVENTS];
        made_up_prices(rand, cycles);
        guint n = make_samples(sample, groups_measured, G_N_ELEMENTS(groups_measured), cycles);
        solve(sample, n, &prices);
        g_assert_cmpfloat(worst_error(prices.cycles, cycles), <, 1e-6);
        g_assert_cmpfloat_with_epsilon(prices.cycles[WEFT_SPLITS] / cycles[WEFT_SPLITS], 1, 1e-6);
        g_assert_cmpfloat_with_epsilon(prices.cycles[WEFT_COPIED_BYTES] / cycles[WEFT_COPIED_BYTES], 1, 1e-6);
        /* an entry and its walk through the stack: one price */
        g_assert_cmpint(prices.within[WEFT_ENTRIES], ==, WEFT_STACK_WALKS);
        g_assert_cmpint(prices.within[WEFT_STACK_WALKS], ==, WEFT_EVENTS);
        g_assert_cmpfloat(prices.cycles[WEFT_ENTRIES], ==, 0);
        g_assert_cmpfloat_with_epsilon(
            prices.cycles[WEFT_STACK_WALKS] / (cycles[WEFT_STACK_WALKS] + cycles[WEFT_ENTRIES]), 1, 1e-6);
    }
}

/* Each measurement is up to 5 % wrong: predictions, which rest on many, are less so. */
static void noise_is_averaged(void)
{
    guint32 seed = (guint32)g_test_rand_int();
    g_test_message("seed %u", seed);
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    for (int round = 0; round < 20; round++) {
        struct fit_sample sample[SAMPLES_MOST];
        struct fit_prices prices;
        double cycles[WEFT_EVENTS];
        made_up_prices(rand, cycles);
        guint n = make_samples(sample, groups_measured, G_N_ELEMENTS(groups_measured), cycles);
        for (guint i = 0; i < n; i++)
            sample[i].cycles *= g_rand_double_range(rand, 0.95, 1.05);
        solve(sample, n, &prices);
        for (int event = 0; event < WEFT_EVENTS; event++)
            g_assert_cmpfloat(prices.cycles[event], >=, 0);
        g_assert_cmpfloat(prices.cycles[WEFT_COPIED_BYTES], >=, 0.01);
        g_assert_cmpfloat(worst_error(prices.cycles, cycles), <, 0.05);
    }
}

/* cost = a / g + b */
static void line_of_groups(void)
{
    static const double g[] = {1, 2, 10, 40};
    double cycles[G_N_ELEMENTS(g)];
    for (guint i = 0; i < G_N_ELEMENTS(g); i++)
        cycles[i] = 5382 / g[i] + 91;
    struct fit_line line = fit_line(g, cycles, G_N_ELEMENTS(g));
    g_assert_cmpfloat_with_epsilon(line.a, 5382, 1e-6);
    g_assert_cmpfloat_with_epsilon(line.b, 91, 1e-6);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fit/least-squares-is-least", least_squares_is_least);
    g_test_add_func("/fit/nothing-negative", nothing_negative);
    g_test_add_func("/fit/columns-that-are-the-same", columns_that_are_the_same);
    g_test_add_func("/fit/counts/by-packet", counts_by_packet);
    g_test_add_func("/fit/counts/cold", counts_cold);
    g_test_add_func("/fit/counts/by-group", counts_by_group);
    g_test_add_func("/fit/counts/zero-copy", counts_zero_copy);
    g_test_add_func("/fit/counts/frames", counts_frames);
    g_test_add_func("/fit/prices/made-up-come-back", made_up_prices_come_back);
    g_test_add_func("/fit/prices/noise-is-averaged", noise_is_averaged);
    g_test_add_func("/fit/prices/line-of-groups", line_of_groups);
    return g_test_run();
}
