/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Replications: their numbers are those of single runs with their seeds, put together by arithmetic of this file's own; and
 * nothing depends on how many run at once. */

#include "plan.h"
#include "weft.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

enum { N = 4 };

/* Streams that start at random among background traffic, and lose packets. */
static const char scenario[] =
    "[scenario]\nduration = 200 ms\nwarmup = 40 ms\nseed = 11\n"
    "[server a]\n[switch s]\nbuffer = 3 packets\n[device d]\ncount = 2\n"
    "[background p]\nrate = 10 Mbit/s\ndevice = d\n"
    "[background q]\npattern = pareto\nrate = 5 Mbit/s\npeak = 50 Mbit/s\non = 2 ms\ndevice = d\n"
    "[stream x]\ncount = 10\nrate = 4 Mbit/s\nstart = random:100 ms\n"
    "[write]\ninterval = 20 ms\nmethod = interleaved\n";

static JsonNode *parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    JsonNode *root = json_from_string(text, &error);
    g_assert_no_error(error);
    return root;
}

/* What the command writes as JSON; `more` ends with NULL. Free with g_free. */
static char *json_of(const char *directory, const char *command, const char *const *more)
{
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();
    g_ptr_array_add(arguments, (void *)command);
    g_ptr_array_add(arguments, (void *)"case.ini");
    g_ptr_array_add(arguments, (void *)"--json");
    g_ptr_array_add(arguments, (void *)"-");
    for (; *more; more++)
        g_ptr_array_add(arguments, (void *)*more);
    g_ptr_array_add(arguments, NULL);
    struct said said = weft_with(directory, NULL, (const char *const *)arguments->pdata);
    assert_good(&said);
    char *text = g_steal_pointer(&said.out);
    said_clear(&said);
    return text;
}

/* --- numbers --- */

struct checked {
    guint numbers, nulls, spread; /* spread: numbers that differ */
};

/* Printed tables: t(3) at 0.975. */
static const double t_of_3 = 3.182446;

static void check_number(JsonNode *mean, JsonNode *sd, JsonNode *ci95, JsonNode *const *single,
                         struct checked *checked)
{
    double sum = 0, squares = 0;
    guint n = 0;
    for (guint i = 0; i < N; i++)
        if (!JSON_NODE_HOLDS_NULL(single[i])) {
            sum += json_node_get_double(single[i]);
            n++;
        }
    checked->nulls += n < N;
    if (n == 0) {
        g_assert_true(JSON_NODE_HOLDS_NULL(mean) && JSON_NODE_HOLDS_NULL(sd) && JSON_NODE_HOLDS_NULL(ci95));
        return;
    }
    double expected = sum / n;
    g_assert_cmpfloat_with_epsilon(json_node_get_double(mean), expected, 1e-9 * fabs(expected) + 1e-12);
    if (n < N) /* the quantile would be another */
        return;
    for (guint i = 0; i < N; i++)
        squares += pow(json_node_get_double(single[i]) - expected, 2);
    double deviation = sqrt(squares / (N - 1));
    g_assert_cmpfloat_with_epsilon(json_node_get_double(sd), deviation, 1e-9 * fabs(expected) + 1e-12);
    g_assert_cmpfloat_with_epsilon(json_node_get_double(ci95), t_of_3 * deviation / 2,
                                   1e-6 * deviation + 1e-9 * fabs(expected) + 1e-12);
    checked->numbers++;
    checked->spread += deviation > 0;
}

static void check_node(JsonNode *mean, JsonNode *sd, JsonNode *ci95, JsonNode *const *single,
                       struct checked *checked);

/* In the statistics every number, and what rows are called; no other text. */
static void check_object(JsonNode *mean, JsonNode *sd, JsonNode *ci95, JsonNode *const *single,
                         struct checked *checked)
{
    JsonObject *object = json_node_get_object(mean);
    JsonObjectIter iter;
    const char *name;
    JsonNode *value;
    json_object_iter_init_ordered(&iter, json_node_get_object(single[0]));
    while (json_object_iter_next_ordered(&iter, &name, &value)) {
        JsonNode *inside[N];
        g_test_message("%s", name);
        for (guint i = 0; i < N; i++)
            inside[i] = json_object_get_member(json_node_get_object(single[i]), name);
        g_assert_true(json_object_has_member(object, name));
        JsonNode *deviation = json_object_get_member(json_node_get_object(sd), name);
        JsonNode *half = json_object_get_member(json_node_get_object(ci95), name);
        if (deviation)
            check_node(json_object_get_member(object, name), deviation, half, inside, checked);
        else
            g_assert_true(json_node_get_value_type(value) == G_TYPE_STRING || JSON_NODE_HOLDS_NULL(value) ||
                          json_node_get_value_type(value) == G_TYPE_BOOLEAN);
    }
}

static void check_array(JsonNode *mean, JsonNode *sd, JsonNode *ci95, JsonNode *const *single,
                        struct checked *checked)
{
    JsonArray *array = json_node_get_array(mean);
    guint n = json_array_get_length(array);
    g_assert_cmpuint(n, ==, json_array_get_length(json_node_get_array(sd)));
    for (guint i = 0; i < n; i++) {
        JsonNode *inside[N];
        for (guint k = 0; k < N; k++)
            inside[k] = json_array_get_element(json_node_get_array(single[k]), i);
        check_node(json_array_get_element(array, i), json_array_get_element(json_node_get_array(sd), i),
                   json_array_get_element(json_node_get_array(ci95), i), inside, checked);
    }
}

static void check_node(JsonNode *mean, JsonNode *sd, JsonNode *ci95, JsonNode *const *single,
                       struct checked *checked)
{
    if (JSON_NODE_HOLDS_OBJECT(mean))
        check_object(mean, sd, ci95, single, checked);
    else if (JSON_NODE_HOLDS_ARRAY(mean))
        check_array(mean, sd, ci95, single, checked);
    else if (JSON_NODE_HOLDS_VALUE(mean) && json_node_get_value_type(mean) == G_TYPE_STRING)
        g_assert_cmpstr(json_node_get_string(mean), ==, json_node_get_string(sd)); /* a name */
    else
        check_number(mean, sd, ci95, single, checked);
}

/* Bins that are empty in one run only make its rows others: they have a test of their own. */
static void drop_bins(JsonObject *result)
{
    JsonArray *ports = json_object_get_array_member(result, "ports");
    for (guint i = 0; i < json_array_get_length(ports); i++)
        json_object_remove_member(json_array_get_object_element(ports, i), "held");
}

static JsonObject *member(JsonObject *object, const char *name)
{
    JsonObject *inside = json_object_get_object_member(object, name);
    g_assert_nonnull(inside);
    return inside;
}

static void test_numbers(void)
{
    static const char *const parts[] = {"totals", "servers", "switches", "ports", "streams"};
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "case.ini", scenario);
    g_autofree char *text =
        json_of(directory, "run", (const char *const[]){"--set", "scenario.replications=4", NULL});
    g_autoptr(JsonNode) root = parse(text);
    JsonObject *all = json_node_get_object(root), *replications = member(all, "replications");
    g_assert_cmpint(json_object_get_int_member(replications, "n"), ==, N);
    JsonArray *seeds = json_object_get_array_member(replications, "seeds");
    g_assert_cmpuint(json_array_get_length(seeds), ==, N);
    JsonNode *single[N], *part[N];
    for (guint i = 0; i < N; i++) {
        g_autofree char *seed = g_strdup_printf("%" G_GINT64_FORMAT, json_array_get_int_element(seeds, i));
        g_autofree char *one = json_of(directory, "run", (const char *const[]){"--seed", seed, NULL});
        single[i] = parse(one);
        g_assert_false(json_object_has_member(json_node_get_object(single[i]), "replications"));
        drop_bins(json_node_get_object(single[i]));
    }
    g_assert_cmpint(json_array_get_int_element(seeds, 0), ==, 11);
    g_assert_cmpint(json_object_get_int_member(all, "seed"), ==, 11);
    drop_bins(all);
    drop_bins(member(replications, "sd"));
    drop_bins(member(replications, "ci95"));
    struct checked checked = {0};
    for (size_t p = 0; p < G_N_ELEMENTS(parts); p++) {
        for (guint i = 0; i < N; i++)
            part[i] = json_object_get_member(json_node_get_object(single[i]), parts[p]);
        check_node(json_object_get_member(all, parts[p]),
                   json_object_get_member(member(replications, "sd"), parts[p]),
                   json_object_get_member(member(replications, "ci95"), parts[p]), part, &checked);
    }
    g_test_message("%u numbers, %u differ, %u null", checked.numbers, checked.spread, checked.nulls);
    g_assert_cmpuint(checked.numbers, >, 300);
    g_assert_cmpuint(checked.spread, >, 50);
    for (guint i = 0; i < N; i++)
        json_node_unref(single[i]);
    scratch_free(directory);
}

/* The time in bins: the mean over all, none where the bin was empty; each port's are together the window. */
static void test_bins(void)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "case.ini", scenario);
    g_autofree char *text =
        json_of(directory, "run", (const char *const[]){"--set", "scenario.replications=4", NULL});
    g_autoptr(JsonNode) root = parse(text);
    JsonArray *ports = json_object_get_array_member(json_node_get_object(root), "ports");
    for (guint i = 0; i < json_array_get_length(ports); i++) {
        JsonArray *held = json_object_get_array_member(json_array_get_object_element(ports, i), "held");
        double ps = 0;
        for (guint k = 0; k < json_array_get_length(held); k++)
            ps += json_object_get_double_member(json_array_get_object_element(held, k), "ps");
        g_assert_cmpfloat_with_epsilon(ps, 160e9, 1);
    }
    scratch_free(directory);
}

/* Packets count when they are due in [warmup, duration), wherever in it or before it their stream starts. A packet of 1,472 B
 * at 4 Mbit/s is due each 2.944 ms. */
static void test_warmup(void)
{
    const gint64 packet_ps = INT64_C(2944000000), warmup_ps = INT64_C(40000000000), end_ps = 5 * warmup_ps;
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "case.ini", scenario);
    g_autofree char *text = json_of(directory, "run", (const char *const[]){NULL});
    g_autoptr(JsonNode) root = parse(text);
    JsonArray *streams = json_object_get_array_member(json_node_get_object(root), "streams");
    guint early = 0, late = 0;
    for (guint i = 0; i < json_array_get_length(streams); i++) {
        JsonObject *stream = json_array_get_object_element(streams, i);
        gint64 due = 0, start_ps = json_object_get_int_member(stream, "start_ps");
        for (gint64 at_ps = start_ps; at_ps < end_ps; at_ps += packet_ps)
            due += at_ps >= warmup_ps;
        g_assert_cmpint(json_object_get_int_member(stream, "packets_delivered") +
                            json_object_get_int_member(stream, "packets_dropped"),
                        ==, due);
        early += start_ps < warmup_ps;
        late += start_ps > warmup_ps;
    }
    g_assert_true(early > 0 && late > 0);
    scratch_free(directory);
}

/* --- independence --- */

/* Seeds of replications differ, from each other and from those of neighbouring seeds, and so do draws with them. */
static void test_seeds(void)
{
    enum { SEEDS = 100, REPLICATIONS = 100 };
    g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);
    g_autofree gint64 *seed = g_new(gint64, SEEDS * REPLICATIONS);
    for (guint s = 0; s < SEEDS; s++)
        for (guint r = 0; r < REPLICATIONS; r++) {
            gint64 *at = &seed[s * REPLICATIONS + r];
            *at = (gint64)plan_replication_seed(s, r);
            g_assert_true(*at >= 0 && *at < INT64_C(1) << 53);
            g_assert_true(r > 0 || *at == s);
            g_assert_true(g_hash_table_add(seen, at));
        }
}

/* --- side by side --- */

static void check_same(const char *directory, const char *command, const char *const *more)
{
    static const char *const jobs[] = {"1", "2", "8", "8"};
    g_autofree char *first = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(jobs); i++) {
        const char *arguments[12] = {"-j", jobs[i]};
        for (guint k = 0; more[k]; k++)
            arguments[2 + k] = more[k];
        g_autofree char *text = json_of(directory, command, arguments);
        if (first)
            g_assert_cmpstr(text, ==, first);
        else
            first = g_steal_pointer(&text);
    }
    g_autofree char *usual = json_of(directory, command, more);
    g_assert_cmpstr(usual, ==, first);
}

static void test_workers(void)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "case.ini", scenario);
    check_same(directory, "run", (const char *const[]){"--set", "scenario.replications=7", NULL});
    check_same(directory, "compare", (const char *const[]){NULL});
    check_same(directory, "compare",
               (const char *const[]){"--set", "scenario.replications=3", "--methods",
                                     "interleaved,per-packet-burst", NULL});
    check_same(
        directory, "compare",
        (const char *const[]){"--vary", "scenario.replications=1,3", "--methods", "interleaved", NULL});
    check_same(directory, "compare",
               (const char *const[]){"--ablate", "--set", "scenario.replications=2", NULL});
#ifdef WEFT_HAVE_SIMGRID
    check_same(directory, "run",
               (const char *const[]){"--set", "scenario.replications=5", "--backend", "simgrid", NULL});
    check_same(directory, "compare", (const char *const[]){"--backends", "reference,simgrid", NULL});
#endif
    scratch_free(directory);
}

/* Every file of a directory. */
static void test_tables(void)
{
    static const char *const jobs[] = {"1", "8"};
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "case.ini", scenario);
    for (size_t i = 0; i < G_N_ELEMENTS(jobs); i++) {
        struct said said = weft(directory, "compare", "case.ini", "-j", jobs[i], "--out", jobs[i],
                                "--intervals", "10 ms,20 ms", "--methods", "interleaved,per-packet", "--set",
                                "scenario.replications=3", NULL);
        assert_good(&said);
        said_clear(&said);
    }
    static const char *const files[] = {"compare.csv", "interval.csv", "compare.json", "device-buffer.csv"};
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *one = g_build_filename("1", files[i], NULL),
                        *eight = g_build_filename("8", files[i], NULL);
        g_autofree char *a = scratch_text(directory, one), *b = scratch_text(directory, eight);
        g_assert_cmpstr(a, ==, b);
    }
    g_autofree char *csv = scratch_text(directory, "1/compare.csv");
    g_auto(GStrv) lines = g_strsplit(csv, "\n", -1);
    g_auto(GStrv) titles = g_strsplit(lines[0], ",", -1), cells = g_strsplit(lines[1], ",", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, 1 + 2 + 1);
    g_assert_cmpuint(g_strv_length(titles), ==, g_strv_length(cells));
    g_assert_true(g_strv_contains((const char *const *)titles, "peak_port_bytes_ci95"));
    g_assert_true(g_strv_contains((const char *const *)titles, "cycles_per_packet_ci95"));
    g_assert_false(g_strv_contains((const char *const *)titles, "interval_ms_ci95"));
    g_autofree char *figure = scratch_text(directory, "1/buffer-vs-interval.svg");
    g_assert_nonnull(strstr(figure, "95 % confidence"));
    scratch_free(directory);
}

/* Traces and what is delivered are replication 0's: as without replications. */
static void test_first_is_traced(void)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "case.ini", scenario);
    struct said said = weft(directory, "run", "case.ini", "--trace", "one.csv", "--quiet", NULL);
    assert_good(&said);
    said_clear(&said);
    said = weft(directory, "run", "case.ini", "--trace", "many.csv", "--quiet", "--set",
                "scenario.replications=3", "-j", "2", NULL);
    assert_good(&said);
    said_clear(&said);
    g_autofree char *one = scratch_text(directory, "one.csv"), *many = scratch_text(directory, "many.csv");
    g_assert_cmpstr(one, ==, many);
    scratch_free(directory);
}

static void test_bad_jobs(void)
{
    static const char *const bad[] = {"0", "1025", "-1", "two", "1.5", ""};
    static const char *const commands[] = {"run", "compare"};
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "case.ini", scenario);
    for (size_t c = 0; c < G_N_ELEMENTS(commands); c++)
        for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
            struct said said =
                weft(directory, commands[c], "case.ini", "--jobs", bad[i], "--json", "out.json", NULL);
            assert_bad(&said, 2, "^--jobs: \".*\" .+; allowed: 1 to 1024\n$");
            said_clear(&said);
        }
    g_autofree char *left = scratch_names(directory);
    g_assert_cmpstr(left, ==, "case.ini");
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/replications/numbers", test_numbers);
    g_test_add_func("/replications/bins", test_bins);
    g_test_add_func("/replications/warmup", test_warmup);
    g_test_add_func("/replications/seeds", test_seeds);
    g_test_add_func("/replications/workers", test_workers);
    g_test_add_func("/replications/tables", test_tables);
    g_test_add_func("/replications/first-is-traced", test_first_is_traced);
    g_test_add_func("/replications/bad-jobs", test_bad_jobs);
    return g_test_run();
}
