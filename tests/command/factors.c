/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What each axis contributes in whatever order: means over all orders are those of orders walked one by one, they add up to the
 * whole, first and last are those of an ablation, ranges hold for any prices, and words say no more than the numbers. */

#include "factors.h"
#include "json_writer.h"
#include "weft.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

/* --- weights --- */

/* As many orders as places to be, each subset of the others before it equally often: summed over subsets the weights are 1. */
static void test_weights(void)
{
    for (guint n = 1; n <= 12; n++) {
        double sum = 0;
        for (guint32 others = 0; others >> (n - 1) == 0; others++)
            sum += factor_weight(n, (guint)__builtin_popcount(others));
        g_assert_cmpfloat_with_epsilon(sum, 1, 1e-12);
    }
    g_assert_cmpfloat_with_epsilon(factor_weight(3, 0), 2.0 / 6, 1e-15); /* abc, acb of six */
    g_assert_cmpfloat_with_epsilon(factor_weight(3, 1), 1.0 / 6, 1e-15); /* bac */
    g_assert_cmpfloat_with_epsilon(factor_weight(4, 3), 6.0 / 24, 1e-15);
}

/* --- numbers --- */

struct lab {
    struct comparison comparison;
    struct ablation *ablation;
    struct ablation_runs *runs;
};

static const struct weft_method *method(const char *name)
{
    for (size_t i = 0; weft_methods[i]; i++)
        if (strcmp(weft_methods[i]->name, name) == 0)
            return weft_methods[i];
    g_assert_not_reached();
}

static void lab_open(struct lab *lab, const char *from, const char *to, const char *assignment)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = source_path("scenarios/small.ini");
    *lab = (struct lab){.comparison = {.scenario = scenario_load(path, &error),
                                       .media = media_library_new(),
                                       .methods = g_ptr_array_new()}};
    g_assert_no_error(error);
    scenario_assign(lab->comparison.scenario, "--set", "scenario.duration=80 ms", &error);
    g_assert_no_error(error);
    scenario_assign(lab->comparison.scenario, "--set", assignment, &error);
    g_assert_no_error(error);
    g_ptr_array_add(lab->comparison.methods, (void *)method(from));
    g_ptr_array_add(lab->comparison.methods, (void *)method(to));
    lab->ablation = ablation_new(&lab->comparison, "--factors", &error);
    g_assert_no_error(error);
    lab->runs = ablation_runs_all(&lab->comparison, lab->ablation, backends_find("reference"), &error);
    g_assert_no_error(error);
}

static void lab_close(struct lab *lab)
{
    ablation_runs_free(lab->runs);
    ablation_free(lab->ablation);
    g_ptr_array_unref(lab->comparison.methods);
    media_library_free(lab->comparison.media);
    scenario_free(lab->comparison.scenario);
}

static double value_at(const struct lab *lab, const struct ablation_metric *metric, guint32 changed)
{
    return metric->value(&g_array_index(lab->runs->outcomes, struct outcome, changed), WEFT_TYPICAL);
}

/* All orders one by one: Heap's algorithm. What each axis changed when its turn came goes into `sum`. */
struct walk {
    const struct lab *lab;
    const struct ablation_metric *metric;
    guint n, orders, order[8];
    double sum[8], least[8], most[8];
};

static void walk_once(struct walk *walk)
{
    guint32 changed = 0;
    for (guint i = 0; i < walk->n; i++) {
        guint axis = walk->order[i];
        guint32 after = changed | UINT32_C(1) << axis;
        double effect = value_at(walk->lab, walk->metric, after) - value_at(walk->lab, walk->metric, changed);
        walk->sum[axis] += effect;
        walk->least[axis] = walk->orders ? fmin(walk->least[axis], effect) : effect;
        walk->most[axis] = walk->orders ? fmax(walk->most[axis], effect) : effect;
        changed = after;
    }
    walk->orders++;
}

static void swap(guint *a, guint *b)
{
    guint kept = *a;
    *a = *b;
    *b = kept;
}

static void walk_all(struct walk *walk)
{
    guint counter[8] = {0};
    for (guint i = 0; i < walk->n; i++)
        walk->order[i] = i;
    walk_once(walk);
    for (guint i = 1; i < walk->n;)
        if (counter[i] < i) {
            swap(&walk->order[i % 2 ? counter[i] : 0], &walk->order[i]);
            walk_once(walk);
            counter[i]++;
            i = 1;
        } else
            counter[i++] = 0;
}

static void check_means(const struct lab *lab, const struct ablation_metric *metric)
{
    struct walk walk = {.lab = lab, .metric = metric, .n = lab->ablation->axes->len};
    double sum = 0, whole = factor_whole(lab->runs, metric).mean.typical;
    walk_all(&walk);
    guint factorial = 1;
    for (guint i = 2; i <= walk.n; i++)
        factorial *= i;
    g_assert_cmpuint(walk.orders, ==, factorial);
    for (guint axis = 0; axis < walk.n; axis++) {
        struct factor factor = factor_of(lab->runs, metric, axis);
        g_assert_cmpfloat_with_epsilon(factor.mean.typical, walk.sum[axis] / walk.orders, 1e-6);
        g_assert_cmpfloat(factor.least, ==, walk.least[axis]);
        g_assert_cmpfloat(factor.most, ==, walk.most[axis]);
        sum += factor.mean.typical;
    }
    g_assert_cmpfloat_with_epsilon(sum, whole, 1e-6);
}

static const struct {
    const char *from, *to, *set;
} pairs[] = {
    {"per-packet-burst", "interleaved", "server.profile=server-2003"},
    {"per-packet", "batched", "server.cpu=30 MHz"},
    {"per-destination", "interleaved-paced", "server.profile=modern-x86"},
};

static void test_means(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        struct lab lab;
        lab_open(&lab, pairs[i].from, pairs[i].to, pairs[i].set);
        g_assert_cmpuint(lab.ablation->axes->len, <=, 8);
        for (size_t m = 0; m < ablation_metrics_count; m++)
            check_means(&lab, &ablation_metrics[m]);
        lab_close(&lab);
    }
}

/* An effect is that of an ablation's view, and lies in what is said of any order. */
static void check_view(const struct ablation_runs *runs, const struct ablation_metric *metric, int view,
                       guint axis, const struct factor *factor)
{
    const struct factor_effect *is = view == ABLATION_FIRST ? &factor->first : &factor->last;
    double effect = ablation_effect(runs, metric, view, axis + 1, WEFT_TYPICAL);
    struct ablation_range range = ablation_effect_range(runs, metric, view, axis + 1);
    g_assert_cmpfloat(is->typical, ==, effect);
    g_assert_cmpfloat(is->range.least, ==, range.least);
    g_assert_cmpfloat(is->range.most, ==, range.most);
    g_assert_cmpfloat(factor->least, <=, effect);
    g_assert_cmpfloat(factor->most, >=, effect);
    g_assert_cmpfloat(factor->widest.least, <=, range.least);
    g_assert_cmpfloat(factor->widest.most, >=, range.most);
}

static void test_ends(void)
{
    struct lab lab;
    lab_open(&lab, pairs[0].from, pairs[0].to, pairs[0].set);
    g_autoptr(GError) error = NULL;
    struct ablation_runs *runs =
        ablation_runs_new(&lab.comparison, lab.ablation, backends_find("reference"), NULL, &error);
    g_assert_no_error(error);
    for (size_t m = 0; m < ablation_metrics_count; m++)
        for (guint axis = 0; axis < lab.ablation->axes->len; axis++) {
            struct factor factor = factor_of(lab.runs, &ablation_metrics[m], axis);
            g_assert_cmpstr(factor.name, ==, ablation_key(lab.ablation, axis + 1));
            check_view(runs, &ablation_metrics[m], ABLATION_FIRST, axis, &factor);
            check_view(runs, &ablation_metrics[m], ABLATION_LAST, axis, &factor);
        }
    ablation_runs_free(runs);
    lab_close(&lab);
}

/* Cycles a packet of a combination with prices of the test's own. */
static double priced(const struct lab *lab, guint32 changed, const double *price)
{
    const struct summary *summary = &g_array_index(lab->runs->outcomes, struct outcome, changed).summary;
    double cycles = 0;
    for (int event = 0; event < WEFT_EVENTS; event++)
        cycles += (double)summary->ledger.count[event] * price[event];
    return cycles / (double)summary->totals.packets_sent;
}

/* The mean of an axis with such prices: every subset of the others as often as orders have it before the axis. */
static double priced_mean(const struct lab *lab, guint axis, const double *price)
{
    guint n = lab->ablation->axes->len;
    guint32 own = UINT32_C(1) << axis;
    double mean = 0;
    for (guint32 others = 0; others >> n == 0; others++)
        if (!(others & own))
            mean += factor_weight(n, (guint)__builtin_popcount(others)) *
                    (priced(lab, others | own, price) - priced(lab, others, price));
    return mean;
}

/* With any prices the mean is in its range, and comes near both of its ends. */
static void test_ranges(void)
{
    struct lab lab;
    lab_open(&lab, "per-packet-burst", "interleaved", "server.profile=server-2003");
    for (guint axis = 0; axis < lab.ablation->axes->len; axis++) {
        struct factor factor = factor_of(lab.runs, &ablation_metrics[0], axis);
        const struct ablation_range *range = &factor.mean.range;
        double price[WEFT_EVENTS], least = INFINITY, most = -INFINITY;
        for (int draw = 0; draw < 200; draw++) {
            for (int event = 0; event < WEFT_EVENTS; event++) {
                const struct weft_price *ends = &weft_profile_server_2003.price[event];
                price[event] = (double)(g_test_rand_bit() ? ends->high_mcycles : ends->low_mcycles) / 1000;
            }
            double mean = priced_mean(&lab, axis, price);
            least = fmin(least, mean);
            most = fmax(most, mean);
        }
        g_test_message("%s: %g to %g, seen %g to %g", factor.name, range->least, range->most, least, most);
        g_assert_cmpfloat(least, >=, range->least - 1e-6);
        g_assert_cmpfloat(most, <=, range->most + 1e-6);
        g_assert_cmpfloat(most - least, >=, 0.5 * (range->most - range->least));
        g_assert_cmpfloat(range->least, >=, factor.widest.least - 1e-6);
        g_assert_cmpfloat(range->most, <=, factor.widest.most + 1e-6);
    }
    lab_close(&lab);
}

/* --- rows --- */

/* Each column holds what its name says. */
static void check_row(JsonObject *row, const struct factor *cycles, const struct factor *port)
{
    const struct {
        const char *name;
        double value;
    } columns[] = {
        {"cycles_mean", cycles->mean.typical},
        {"cycles_mean_low", cycles->mean.range.least},
        {"cycles_mean_high", cycles->mean.range.most},
        {"cycles_first", cycles->first.typical},
        {"cycles_first_low", cycles->first.range.least},
        {"cycles_first_high", cycles->first.range.most},
        {"cycles_last", cycles->last.typical},
        {"cycles_last_low", cycles->last.range.least},
        {"cycles_last_high", cycles->last.range.most},
        {"cycles_least", cycles->least},
        {"cycles_most", cycles->most},
        {"cycles_lowest", cycles->widest.least},
        {"cycles_highest", cycles->widest.most},
        {"port_kb_mean", port->mean.typical},
        {"port_kb_first", port->first.typical},
        {"port_kb_last", port->last.typical},
        {"port_kb_least", port->least},
        {"port_kb_most", port->most},
    };
    g_assert_cmpuint(json_object_get_size(row), ==, 5 + G_N_ELEMENTS(columns));
    g_assert_cmpstr(json_object_get_string_member(row, "scenario"), ==, "x");
    g_assert_cmpstr(json_object_get_string_member(row, "backend"), ==, "reference");
    g_assert_cmpstr(json_object_get_string_member(row, "factor"), ==, cycles->name);
    g_assert_cmpstr(json_object_get_string_member(row, "from"), ==, cycles->from);
    g_assert_cmpstr(json_object_get_string_member(row, "to"), ==, cycles->to);
    for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
        g_assert_cmpfloat(json_object_get_double_member(row, columns[i].name), ==, columns[i].value);
}

static void test_rows(void)
{
    struct lab lab;
    lab_open(&lab, pairs[0].from, pairs[0].to, pairs[0].set);
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    struct json_writer *writer = json_writer_new(false);
    gsize length;
    g_ptr_array_add(all, lab.runs);
    json_writer_begin_array(writer);
    factors_json_add(writer, all, "x");
    json_writer_end_array(writer);
    g_autofree char *text = json_writer_steal(writer, &length);
    json_writer_free(writer);
    g_autoptr(JsonNode) root = json_from_string(text, NULL);
    JsonArray *rows = json_node_get_array(root);
    const struct ablation_metric *metric = ablation_metrics;
    guint axes = lab.ablation->axes->len;
    g_assert_cmpuint(json_array_get_length(rows), ==, axes + 3);
    for (guint axis = 0; axis <= axes; axis++) {
        struct factor cycles = axis < axes ? factor_of(lab.runs, &metric[0], axis)
                                           : factor_whole(lab.runs, &metric[0]),
                      port = axis < axes ? factor_of(lab.runs, &metric[1], axis)
                                         : factor_whole(lab.runs, &metric[1]);
        check_row(json_array_get_object_element(rows, axis + 1), &cycles, &port);
    }
    lab_close(&lab);
}

/* --- words --- */

/* Is the axis named in the line that begins so? */
static bool says(const char *text, const char *words, const char *axis)
{
    g_autofree char *pattern = g_strdup_printf("(?m)^%s: (.*; )?%s( \\(|;|\\.$)", words, axis);
    return g_regex_match_simple(pattern, text, 0, 0);
}

/* Each axis is of one kind, by what it can do. */
static void test_words(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        struct lab lab;
        lab_open(&lab, pairs[i].from, pairs[i].to, pairs[i].set);
        g_autofree char *text = factors_text(lab.runs);
        double least = fmax(value_at(&lab, &ablation_metrics[0], 0) / 100, 0.5);
        for (guint axis = 0; axis < lab.ablation->axes->len; axis++) {
            struct factor factor = factor_of(lab.runs, &ablation_metrics[0], axis);
            bool saves = factor.widest.least <= -least, costs = factor.widest.most >= least,
                 always = factor.widest.most <= -least;
            g_test_message("%s, %s", text, factor.name);
            g_assert_true(says(text, "Save in any order, at any prices", factor.name) == always);
            g_assert_true(says(text, "Save or make no difference", factor.name) ==
                          (saves && !always && !costs));
            g_assert_true(says(text, "Save or cost, by order and prices", factor.name) == (saves && costs));
            g_assert_true(says(text, "Cost or make no difference", factor.name) == (!saves && costs));
            g_assert_true(says(text, "Make no difference", factor.name) == (!saves && !costs));
        }
        lab_close(&lab);
    }
}

/* --- the command --- */

/* A row's members in JSON are its cells in CSV. */
static void check_cells(JsonArray *rows, char *const *lines)
{
    g_auto(GStrv) titles = g_strsplit(lines[0], ",", -1);
    g_assert_cmpuint(json_array_get_length(rows) + 1, ==, g_strv_length((char **)lines));
    for (guint i = 0; i < json_array_get_length(rows); i++) {
        JsonObject *row = json_array_get_object_element(rows, i);
        g_auto(GStrv) cells = g_strsplit(lines[i + 1], ",", -1);
        g_assert_cmpstr(cells[0], ==, "a_ b");
        g_assert_cmpuint(g_strv_length(cells), ==, json_object_get_size(row));
        for (guint c = 5; cells[c]; c++) {
            double value = json_object_get_double_member(row, titles[c]);
            g_assert_cmpfloat_with_epsilon(g_ascii_strtod(cells[c], NULL), value, 1e-4 + fabs(value) * 1e-5);
        }
    }
}

/* What a method needs is what `weft run` says. */
static void check_need(JsonObject *row, const char *path, const char *name)
{
    struct said said =
        weft(NULL, "run", path, "--method", name, "--set", "scenario.duration=80 ms", "--json", "-", NULL);
    assert_good(&said);
    g_autoptr(JsonNode) alone = json_from_string(said.out, NULL);
    JsonObject *totals = json_object_get_object_member(json_node_get_object(alone), "totals");
    g_assert_cmpfloat(json_object_get_double_member(row, "cycles_mean"), ==,
                      json_object_get_double_member(totals, "cycles_per_packet"));
    g_assert_cmpfloat(json_object_get_double_member(row, "cycles_mean_low"), ==,
                      json_object_get_double_member(totals, "cycles_per_packet_low"));
    g_assert_cmpfloat(json_object_get_double_member(row, "cycles_mean_high"), ==,
                      json_object_get_double_member(totals, "cycles_per_packet_high"));
    said_clear(&said);
}

static void test_directory(void)
{
    char *directory = scratch_new();
    g_autofree char *path = source_path("scenarios/small.ini"),
                    *out = g_build_filename(directory, "out", NULL);
    struct said said =
        weft(directory, "compare", path, "--factors", "--methods", "batched,interleaved", "--set",
             "scenario.duration=80 ms", "--set", "scenario.name=a, b", "--out", "out", NULL);
    assert_good(&said);
    said_clear(&said);
    g_autofree char *names = scratch_names(out), *json = scratch_text(out, "factors.json"),
                    *csv = scratch_text(out, "factors.csv");
    g_assert_cmpstr(names, ==, "factors-repeat.json factors.csv factors.json factors.png factors.svg");
    g_autoptr(JsonNode) root = json_from_string(json, NULL);
    JsonArray *rows = json_object_get_array_member(json_node_get_object(root), "factors");
    g_auto(GStrv) lines = g_strsplit(g_strchomp(csv), "\n", -1);
    check_cells(rows, lines);
    check_need(json_array_get_object_element(rows, 0), path, "batched");
    check_need(json_array_get_object_element(rows, json_array_get_length(rows) - 1), path, "interleaved");
    scratch_free(directory);
}

/* --- what docs/factors.md says beside its table --- */

static double today_with(const char *name, const char *assignment)
{
    g_autofree char *path = source_path("scenarios/factors-today.ini");
    struct said said = weft(NULL, "run", path, "--method", name, "--json", "-", "--set",
                            assignment ? assignment : "scenario.seed=1", NULL);
    assert_good(&said);
    g_autoptr(JsonNode) result = json_from_string(said.out, NULL);
    said_clear(&said);
    JsonObject *totals = json_object_get_object_member(json_node_get_object(result), "totals");
    return json_object_get_double_member(totals, "cycles_per_packet");
}

/* The best of today's ways with as many interrupts as the whole idea makes. */
static void test_today(void)
{
    static const char last[] = "write.interrupt=last-packet";
    g_autofree char *expected = g_strdup_printf(
        "with one interrupt a call `io-uring-gso` and `af-xdp` cost %.0f and %.0f cycles here (%.0f "
        "and %.0f without), the whole idea %.0f.",
        today_with("io-uring-gso", last), today_with("af-xdp", last), today_with("io-uring-gso", NULL),
        today_with("af-xdp", NULL), today_with("interleaved-paced", NULL));
    g_autofree char *path = source_path("docs/factors.md"), *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n  ", -1);
    g_autofree char *joined = g_strjoinv(" ", lines);
    g_test_message("%s", expected);
    g_assert_nonnull(strstr(joined, expected));
}

static void test_bad_usage(void)
{
    static const struct {
        const char *arguments, *regex;
    } cases[] = {
        {"--ablate", "^weft compare: --factors does not go with --ablate"},
        {"--vary write.interval=1_ms", "^weft compare: --vary does not go with --factors"},
        {"--out out --intervals 5ms", "^weft compare: --intervals does not go with --factors"},
        {"--methods batched", "^--methods: names 1; allowed with --factors: two"},
        {"--methods batched,x", "^--methods: unknown method \"x\""},
        {"--methods multi-destination,interleaved --set write.order=smooth",
         "^--factors: multi-destination and interleaved do not differ in this scenario; allowed: "},
    };
    char *directory = scratch_new();
    g_autofree char *path = source_path("scenarios/small.ini");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *line = g_strdup_printf("compare %s --factors %s", path, cases[i].arguments);
        g_auto(GStrv) arguments = g_strsplit(line, " ", -1);
        struct said said = weft_with(directory, NULL, (const char *const *)arguments);
        assert_bad(&said, 2, cases[i].regex);
        said_clear(&said);
    }
    g_autofree char *names = scratch_names(directory);
    g_assert_cmpstr(names, ==, "");
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/factors/weights", test_weights);
    g_test_add_func("/factors/means", test_means);
    g_test_add_func("/factors/ends", test_ends);
    g_test_add_func("/factors/ranges", test_ranges);
    g_test_add_func("/factors/rows", test_rows);
    g_test_add_func("/factors/words", test_words);
    g_test_add_func("/factors/directory", test_directory);
    g_test_add_func("/factors/today", test_today);
    g_test_add_func("/factors/usage", test_bad_usage);
    return g_test_run();
}
