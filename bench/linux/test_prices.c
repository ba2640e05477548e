/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From measurements that were made up to a profile and a verdict: no kernel has a part in it. */

#include "measured_prices.h"
#include "point_counts.h"
#include "price_rows.h"
#include "profile_file.h"
#include "validation.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define TICKS_PER_NS 2.5

/* --- measurements that are made up --- */

static const struct {
    const char *name;
    double ns;
} primitive_ns[] = {
    {"system-call", 140},     {"copy-hot-64", 0.04},  {"copy-hot-1472", 0.008}, {"checksum-hot-1472", 0.04},
    {"page-walk", 60},        {"page-fault", 1400},   {"page-pin", 70},         {"page-unpin", 20},
    {"context-switch", 2000}, {"timer-wake-up", 3200}};

/* What the prices should come out as, in cycles. */
static const double made_up[WEFT_EVENTS] = {
    [WEFT_STACK_WALKS] = 3500,
    [WEFT_SPLITS] = 800,
    [WEFT_FRAME_WALKS] = 1200,
    [WEFT_COPIED_BYTES] = 0.05,
    [WEFT_COLD_BYTES] = 0.12,
    [WEFT_ROUTE_LOOKUPS] = 900,
    [WEFT_NOTIFICATIONS] = 1500,
    [WEFT_RING_ENTRIES] = 500,
    [WEFT_MESSAGE_HEADERS] = 450,
    [WEFT_MODE_SWITCHES] = 140 * TICKS_PER_NS / 2,
    [WEFT_PAGES_PINNED] = 90 * TICKS_PER_NS,
    [WEFT_COPIES] = 64 * (0.04 - 0.008) * TICKS_PER_NS,
};
static const double driver_part = 0.25; /* of the base's prices for the driver's own code */

static void put_spread(struct spread *spread, double value)
{
    *spread = (struct spread){value, value * 0.9, value * 1.2, value * 0.98, value * 1.03};
}

static void make_primitives(struct calibration *calibration)
{
    for (guint i = 0; primitives[i].name; i++) {
        calibration->primitive[i].median = -1;
        for (gsize k = 0; k < G_N_ELEMENTS(primitive_ns); k++)
            if (strcmp(primitive_ns[k].name, primitives[i].name) == 0)
                put_spread(&calibration->primitive[i], primitive_ns[k].ns);
    }
}

/* Cycles of the driver's own code, and of all. */
static double made_up_cycles(const struct point *point, double *driver)
{
    double count[WEFT_EVENTS], cycles = 0;
    *driver = 0;
    point_counts(point, count);
    for (const struct price_row *row = price_rows; row->event != WEFT_EVENTS; row++) {
        double typical = (double)weft_profile_modern_x86.price[row->event].typical_mcycles / 1000;
        *driver += row->way == PRICE_DRIVER ? count[row->event] * typical * driver_part : 0;
        cycles += count[row->event] * made_up[row->event];
    }
    return cycles + *driver;
}

static void make_result(const struct point *point, struct point_result *result)
{
    double driver, cycles = made_up_cycles(point, &driver);
    put_spread(&result->cpu_ns, cycles / TICKS_PER_NS);
    if (point->method->frames)
        put_spread(&result->driver_ns, driver / TICKS_PER_NS);
}

static struct calibration *made_up_calibration(void)
{
    struct calibration *calibration = g_new0(struct calibration, 1);
    calibration->machine = (struct machine){.cpu = g_strdup("Imaginary 9000"),
                                            .kernel = g_strdup("Linux 9.9"),
                                            .date = g_strdup("2026-02-03T04:05:06Z"),
                                            .cores = 3,
                                            .load = 0.25};
    calibration->ticks_per_ns = TICKS_PER_NS;
    calibration->rounds = 61;
    calibration->points = calibration_points(&calibration->probe, calibration->point);
    make_primitives(calibration);
    for (guint i = 0; i < calibration->points; i++)
        make_result(&calibration->point[i], &calibration->result[i]);
    return calibration;
}

static void made_up_free(struct calibration *calibration)
{
    machine_clear(&calibration->machine);
    g_free(calibration);
}

/* --- rows --- */

static void every_event_has_a_row(void)
{
    int rows[WEFT_EVENTS] = {0};
    for (const struct price_row *row = price_rows; row->event != WEFT_EVENTS; row++)
        rows[row->event]++;
    for (int event = 0; event < WEFT_EVENTS; event++)
        if (rows[event] != 1)
            g_error("%s has %d rows", weft_events[event].name, rows[event]);
}

static gboolean same_point(const struct point *a, const struct point *b)
{
    return a->method == b->method && a->payload_bytes == b->payload_bytes && a->batch == b->batch &&
           a->group == b->group && a->destinations == b->destinations && a->cold == b->cold &&
           a->zero_copy == b->zero_copy && a->link_cuts == b->link_cuts;
}

/* No way to send is fitted without being held against a point: else nobody would see how far off it is. */
static void every_way_to_send_is_held_out(void)
{
    static const struct probe all = {0};
    static struct point fitted[POINT_SET_MOST], held_out[POINT_SET_MOST];
    guint n = calibration_points(&all, fitted), m = validation_points(&all, held_out);
    for (guint i = 0; i < n; i++) {
        gboolean found = FALSE;
        for (guint k = 0; k < m; k++)
            found = found ||
                    (held_out[k].method == fitted[i].method && held_out[k].zero_copy == fitted[i].zero_copy);
        g_autofree char *text = point_text(&fitted[i]);
        if (!found)
            g_error("nothing like %s is held out", text);
    }
}

static void what_is_held_out_was_not_fitted(void)
{
    static const struct probe all = {0};
    static struct point fitted[POINT_SET_MOST], held_out[POINT_SET_MOST];
    guint n = calibration_points(&all, fitted), m = validation_points(&all, held_out), judged = 0;
    for (guint i = 0; i < m; i++) {
        judged += validation_judges(&held_out[i]) ? 1 : 0;
        for (guint k = 0; k < n; k++)
            if (same_point(&held_out[i], &fitted[k])) {
                g_autofree char *text = point_text(&held_out[i]);
                g_error("%s is in the fit", text);
            }
        for (guint k = 0; k < i; k++)
            g_assert_false(same_point(&held_out[i], &held_out[k]));
    }
    g_assert_cmpuint(judged, >=, 25);
    g_assert_cmpuint(judged, <, m);
}

/* --- prices --- */

static void prices_come_back(void)
{
    struct calibration *calibration = made_up_calibration();
    struct measured_prices *prices = measured_prices_new(calibration);
    const struct weft_profile *profile = measured_prices_profile(prices);
    static struct point held_out[POINT_SET_MOST];
    guint n = validation_points(&calibration->probe, held_out);
    for (guint i = 0; i < n; i++) {
        double driver, cycles = made_up_cycles(&held_out[i], &driver);
        /* a price is a whole number of thousandths of a cycle, which is much of a byte's */
        if (fabs(predicted_cycles(profile, &held_out[i]) / cycles - 1) > 0.01) {
            g_autofree char *text = point_text(&held_out[i]);
            g_error("%s: %g, made up %g", text, predicted_cycles(profile, &held_out[i]), cycles);
        }
    }
    const struct weft_price *splits = &profile->price[WEFT_SPLITS];
    g_assert_cmpfloat_with_epsilon((double)splits->typical_mcycles, 800e3, 1);
    g_assert_cmpuint(splits->low_mcycles, <, splits->typical_mcycles);
    g_assert_cmpuint(splits->high_mcycles, >, splits->typical_mcycles);
    /* a range of 5 % of the price */
    g_assert_cmpstr(splits->confidence, ==, "high");
    measured_prices_free(prices);
    made_up_free(calibration);
}

/* What a machine refuses is priced as in the base, and says so; what it has not, likewise. */
static void what_was_not_measured_is_said(void)
{
    struct calibration *calibration = made_up_calibration();
    for (guint i = 0; primitives[i].name; i++)
        if (g_str_has_prefix(primitives[i].name, "page-pin"))
            calibration->primitive[i].median = -1;
    guint kept = 0;
    for (guint i = 0; i < calibration->points; i++) /* as where AF_PACKET and AF_XDP are refused */
        if (!calibration->point[i].method->frames) {
            calibration->point[kept] = calibration->point[i];
            calibration->result[kept++] = calibration->result[i];
        }
    calibration->points = kept;
    struct measured_prices *prices = measured_prices_new(calibration);
    const struct weft_price *price = measured_prices_profile(prices)->price;
    static const enum weft_event not_measured[] = {WEFT_PAGES_PINNED, WEFT_FRAME_WALKS, WEFT_PACKETS,
                                                   WEFT_INTERRUPTS, WEFT_DOORBELLS};
    for (gsize i = 0; i < G_N_ELEMENTS(not_measured); i++) {
        const struct weft_price *base = &weft_profile_modern_x86.price[not_measured[i]],
                                *found = &price[not_measured[i]];
        g_assert_cmpuint(found->low_mcycles, ==, base->low_mcycles);
        g_assert_cmpuint(found->typical_mcycles, ==, base->typical_mcycles);
        g_assert_cmpuint(found->high_mcycles, ==, base->high_mcycles);
        g_assert_true(g_str_has_prefix(found->source, "not from this machine, "));
        g_assert_nonnull(strstr(found->source, base->source));
        g_assert_cmpstr(found->confidence, ==, "low");
    }
    measured_prices_free(prices);
    made_up_free(calibration);
}

/* As the command reads it. */
static struct weft_profile *read_text(const char *text)
{
    g_autofree char *path = NULL;
    GError *error = NULL;
    int fd = g_file_open_tmp("weft-prices-XXXXXX", &path, &error);
    g_assert_no_error(error);
    g_close(fd, NULL);
    g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
    struct weft_profile *profile = profile_file_load(path, &error);
    g_assert_no_error(error);
    g_unlink(path);
    return profile;
}

static void assert_same_prices(const struct weft_profile *a, const struct weft_profile *b)
{
    for (int event = 0; event < WEFT_EVENTS; event++) {
        const struct weft_price *x = &a->price[event], *y = &b->price[event];
        g_assert_cmpuint(x->low_mcycles, ==, y->low_mcycles);
        g_assert_cmpuint(x->typical_mcycles, ==, y->typical_mcycles);
        g_assert_cmpuint(x->high_mcycles, ==, y->high_mcycles);
        g_assert_cmpstr(x->source, ==, y->source);
        g_assert_cmpstr(x->confidence, ==, y->confidence);
    }
}

static void assert_measured(const struct provenance *measured)
{
    g_assert_nonnull(measured);
    g_assert_cmpstr(measured->machine, ==, "Imaginary 9000, 3 processors");
    g_assert_cmpstr(measured->kernel, ==, "Linux 9.9");
    g_assert_cmpstr(measured->date, ==, "2026-02-03");
    g_assert_cmpuint(measured->clock_hz, ==, 2500000000);
    g_assert_true(g_str_has_prefix(measured->methods, "sendto, connected, sendmmsg"));
    g_assert_nonnull(strstr(measured->skipped, "no permission"));
}

static void file_comes_back(void)
{
    struct calibration *calibration = made_up_calibration();
    char *why_not = calibration->probe.why_not[PROBE_XDP];
    g_strlcpy(why_not, "no permission", sizeof(calibration->probe.why_not[0]));
    struct measured_prices *prices = measured_prices_new(calibration);
    g_autofree char *text = measured_prices_file(prices);
    struct weft_profile *profile = read_text(text);
    assert_same_prices(profile, measured_prices_profile(prices));
    assert_measured(profile_file_measured(profile));
    profile_file_free(profile);
    measured_prices_free(prices);
    made_up_free(calibration);
}

/* By who made the processor; of others nothing is known. */
static void memory_is_the_nearest(void)
{
    static const struct {
        const char *cpu;
        const struct weft_memory_system *memory;
    } cases[] = {{"AMD EPYC 9999", &weft_memory_zen_3},
                 {"Intel(R) Xeon(R) CPU E9", &weft_memory_skylake_sp},
                 {"Imaginary 9000", &weft_memory_none}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct calibration *calibration = made_up_calibration();
        g_free(calibration->machine.cpu);
        calibration->machine.cpu = g_strdup(cases[i].cpu);
        struct measured_prices *prices = measured_prices_new(calibration);
        g_autofree char *text = measured_prices_file(prices);
        struct weft_profile *profile = read_text(text);
        g_assert_true(profile->memory == cases[i].memory);
        g_assert_true(measured_prices_profile(prices)->memory == cases[i].memory);
        g_assert_nonnull(strstr(text, "were not measured.\nmemory = "));
        profile_file_free(profile);
        measured_prices_free(prices);
        made_up_free(calibration);
    }
}

/* What was made of prices is explained by prices, to the last point; and each has its row. */
/* Quartiles of three rounds are narrow by chance: no price of them is sure. */
static void haste_is_told(void)
{
    struct calibration *calibration = made_up_calibration();
    calibration->rounds = 3;
    struct measured_prices *prices = measured_prices_new(calibration);
    const struct weft_profile *profile = measured_prices_profile(prices);
    for (int event = 0; event < WEFT_EVENTS; event++)
        g_assert_cmpstr(profile->price[event].confidence, ==, "low");
    g_autofree char *file = measured_prices_file(prices);
    g_assert_nonnull(strstr(file, "\n# Only 3 rounds were measured: not to be believed.\n"));
    g_assert_nonnull(strstr(file, "\nhelp = measured hastily: Imaginary 9000, Linux 9.9\n"));
    measured_prices_free(prices);
    made_up_free(calibration);
}

static void text_tells_how_well_it_fits(void)
{
    struct calibration *calibration = made_up_calibration();
    struct measured_prices *prices = measured_prices_new(calibration);
    g_autofree char *text = measured_prices_text(prices);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint exact = 0;
    for (char **line = lines; *line; line++)
        exact += g_str_has_suffix(*line, "  +0.0 %") || g_str_has_suffix(*line, "  -0.0 %") ? 1 : 0;
    g_assert_cmpuint(exact, ==, calibration->points);
    g_assert_nonnull(strstr(text, "\ncycles a packet = a / g + b\n"));
    g_assert_nonnull(strstr(text, "sendmmsg 1472 B, 64 a call, hot, zero copy, cut by the link"));
    g_assert_nonnull(strstr(text, "\nsplits"));
    measured_prices_free(prices);
    made_up_free(calibration);
}

/* --- verdicts --- */

static void put_row(struct validation *validation, const char *method, uint32_t group, double predicted,
                    double measured)
{
    guint i = validation->points++;
    validation->point[i] = (struct point){.method = method_find(method),
                                          .payload_bytes = 1316,
                                          .batch = 16,
                                          .group = group,
                                          .destinations = 64,
                                          .cold = i % 2 == 1};
    validation->ratio[i] = predicted;
    validation->cycles[i] = predicted * 5000;
    put_spread(&validation->result[i].ratio, measured);
    put_spread(&validation->result[i].cpu_ns, measured * 2000);
}

static struct validation *canned(void)
{
    struct validation *validation = g_new0(struct validation, 1);
    validation->machine = (struct machine){.cpu = g_strdup("Imaginary 9000"),
                                           .kernel = g_strdup("Linux 9.9"),
                                           .date = g_strdup("2026-02-03T04:05:06Z"),
                                           .cores = 3,
                                           .load = 0.25};
    validation->profile = g_strdup("made up");
    validation->ticks_per_ns = TICKS_PER_NS;
    put_row(validation, "sendmmsg", 1, 1.05, 1.0);
    put_row(validation, "sendmmsg", 7, 0.18, 0.2);
    put_row(validation, "io-uring", 20, 0.1, 0.1);
    put_row(validation, "tx-ring", 7, 0.6, 0.3);
    return validation;
}

/* Errors +5 %, -10 %, 0; the frames' +100 % does not count. */
static void table_of_errors(void)
{
    struct validation *validation = canned();
    g_autofree char *text = validation_text(validation), *csv = validation_csv(validation);
    g_assert_cmpstr(
        text, ==,
        "Imaginary 9000, 3 cores, load 0.25, Linux 9.9, 2026-02-03T04:05:06Z\n"
        "prices: made up\n"
        "\n"
        "point not in the fit                 cycles: predicted  measured  of sendto: predicted  "
        "measured (quartiles)     error  judged\n"
        "sendmmsg 1316 B, 16 x 1 to 64                     5250      5000                 1.050  "
        " 1.000 (0.980-1.030)    +5.0 %  yes\n"
        "sendmmsg 1316 B, 16 x 7 to 64, cold                900      1000                 0.180  "
        " 0.200 (0.196-0.206)   -10.0 %  yes\n"
        "io-uring 1316 B, 16 x 20 to 64                     500       500                 0.100  "
        " 0.100 (0.098-0.103)    +0.0 %  yes\n"
        "tx-ring 1316 B, 16 x 7 to 64, cold                3000      1500                 0.600  "
        " 0.300 (0.294-0.309)  +100.0 %  no\n"
        "\n"
        "3 points of sockets: median error 5.0 % (at most 10), worst 10.0 % (at most 20): within\n");
    const char *second = strchr(csv, '\n') + 1;
    g_autofree char *first_point = g_strndup(second, strcspn(second, "\n"));
    g_assert_cmpstr(first_point, ==,
                    "sendmmsg,1316,16,1,64,hot,no,nobody,yes,5250,5000,4900,5150,1.05,1,0.98,1.03,0.05");
    validation_free(validation);
}

/* A machine without io_uring: points that would be judged are missing, and it is said how many and why. */
static void skipped_points_are_told(void)
{
    struct validation *validation = canned();
    struct point point[POINT_SET_MOST];
    guint missing = 0, all = validation_points(&validation->probe, point);
    for (guint i = 0; i < all; i++)
        missing += g_str_has_prefix(point[i].method->name, "io-uring") ? 1 : 0;
    g_strlcpy(validation->probe.why_not[PROBE_URING], "no ring", sizeof(validation->probe.why_not[0]));
    g_assert_cmpuint(missing, >, 0);
    g_assert_cmpuint(validation_judge(validation).skipped, ==, missing);
    g_autofree char *text = validation_text(validation),
                    *counted = g_strdup_printf("\n3 points of sockets (%u more are skipped): ", missing);
    g_assert_nonnull(strstr(text, counted));
    g_assert_nonnull(strstr(text, "\nskipped: submission rings, pinning of pages: no ring\n"));
    validation_free(validation);
}

static void what_is_broken_is_told(void)
{
    g_autofree char *points = validation_broken(FALSE, TRUE), *ports = validation_broken(TRUE, FALSE),
                    *both = validation_broken(FALSE, FALSE);
    g_assert_null(validation_broken(TRUE, TRUE));
    g_assert_cmpstr(points, ==, "points are not within their limits");
    g_assert_cmpstr(ports, ==, "ports of the switch do not hold what weft foretells");
    g_assert_cmpstr(
        both, ==, "points are not within their limits, ports of the switch do not hold what weft foretells");
}

/* What of errors of +5 %, -10 % and 0 comes, when they are changed. */
static void errors_are_judged(void)
{
    struct validation *validation = canned();
    struct validation_verdict verdict = validation_judge(validation);
    g_assert_cmpuint(verdict.judged, ==, 3);
    g_assert_cmpfloat_with_epsilon(verdict.median, 0.05, 1e-12);
    g_assert_cmpfloat_with_epsilon(verdict.worst, 0.1, 1e-12);
    g_assert_true(verdict.holds);
    validation->points = 0; /* nothing that could hold */
    g_assert_false(validation_judge(validation).holds);
    validation_free(validation);
}

static gboolean holds_with(const double *ratio)
{
    struct validation *validation = canned();
    for (guint i = 0; i < 3; i++)
        validation->ratio[i] = ratio[i];
    gboolean holds = validation_judge(validation).holds;
    validation_free(validation);
    return holds;
}

/* Of 1, 0.2 and 0.1. */
static void limits_are_judged(void)
{
    g_assert_true(holds_with((const double[]){1.05, 0.181, 0.1199}));  /* 5, 9.5 and 19.9 % */
    g_assert_false(holds_with((const double[]){1.05, 0.181, 0.1201})); /* 20.1 %: the worst is too much */
    g_assert_true(holds_with((const double[]){1.09, 0.181, 0.1199}));  /* 9, 9.5 and 19.9 % */
    g_assert_false(holds_with((const double[]){1.11, 0.181, 0.1199})); /* 11 %: the middle one is too much */
    g_assert_false(holds_with((const double[]){0.89, 0.219, 0.0801})); /* the other way */
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/prices/every-event-has-a-row", every_event_has_a_row);
    g_test_add_func("/prices/held-out-was-not-fitted", what_is_held_out_was_not_fitted);
    g_test_add_func("/prices/every-way-to-send-is-held-out", every_way_to_send_is_held_out);
    g_test_add_func("/prices/come-back", prices_come_back);
    g_test_add_func("/prices/not-measured-is-said", what_was_not_measured_is_said);
    g_test_add_func("/prices/file-comes-back", file_comes_back);
    g_test_add_func("/prices/memory-is-the-nearest", memory_is_the_nearest);
    g_test_add_func("/prices/haste-is-told", haste_is_told);
    g_test_add_func("/prices/text-tells-how-well-it-fits", text_tells_how_well_it_fits);
    g_test_add_func("/validation/table-of-errors", table_of_errors);
    g_test_add_func("/validation/skipped-points-are-told", skipped_points_are_told);
    g_test_add_func("/validation/what-is-broken-is-told", what_is_broken_is_told);
    g_test_add_func("/validation/errors-are-judged", errors_are_judged);
    g_test_add_func("/validation/limits-are-judged", limits_are_judged);
    return g_test_run();
}
