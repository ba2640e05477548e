/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From one method to another, one axis at a time: the ends are those of `weft run`, a step moves one axis, steps
 * add up to the whole, and the words say no more than the numbers. */

#include "ablation.h"
#include "weft.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

static JsonNode *parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    JsonNode *root = json_from_string(text, &error);
    g_assert_no_error(error);
    return root;
}

/* The axes in which two methods differ, counted here without the key table. */
static guint differing_axes(const struct weft_method *a, const struct weft_method *b)
{
    const bool differs[] = {a->unit != b->unit,
                            a->copy != b->copy,
                            a->translation != b->translation,
                            a->segmentation != b->segmentation,
                            a->header != b->header,
                            a->interrupt != b->interrupt,
                            a->order != b->order,
                            a->queues != b->queues,
                            a->pacing != b->pacing,
                            a->interface != b->interface};
    guint n = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(differs); i++)
        n += differs[i];
    return n;
}

static const struct weft_method *method(const char *name)
{
    for (size_t i = 0; weft_methods[i]; i++)
        if (strcmp(weft_methods[i]->name, name) == 0)
            return weft_methods[i];
    g_assert_not_reached();
}

/* --- what the command writes --- */

/* `weft compare small.ini --ablate --json -`, per-packet to interleaved, with one more option. */
static JsonNode *ablate_small(const char *option, const char *value)
{
    g_autofree char *path = source_path("scenarios/small.ini");
    struct said said = weft(NULL, "compare", path, "--ablate", "--json", "-", option, value, NULL);
    assert_good(&said);
    JsonNode *root = parse(said.out);
    said_clear(&said);
    return root;
}

static JsonArray *runs_of(JsonNode *root)
{
    g_assert_cmpstr(json_object_get_string_member(json_node_get_object(root), "schema"), ==,
                    "weft-compare/1");
    return json_object_get_array_member(json_node_get_object(root), "runs");
}

/* The run that is a step of a view, and that step's object. NULL: no such step. */
static JsonObject *step_of(JsonArray *runs, const char *view, gint64 number, JsonObject **run)
{
    for (guint i = 0; i < json_array_get_length(runs); i++) {
        *run = json_array_get_object_element(runs, i);
        JsonArray *steps =
            json_object_get_array_member(json_object_get_object_member(*run, "ablation"), "steps");
        for (guint k = 0; k < json_array_get_length(steps); k++) {
            JsonObject *step = json_array_get_object_element(steps, k);
            if (strcmp(json_object_get_string_member(step, "view"), view) == 0 &&
                json_object_get_int_member(step, "step") == number)
                return step;
        }
    }
    return NULL;
}

static JsonObject *settings(JsonObject *run)
{
    return json_object_get_object_member(json_object_get_object_member(run, "scenario"), "settings");
}

/* The number of settings in which two runs differ, the method's name apart; the last such one in `*key`. */
static guint differences(JsonObject *a, JsonObject *b, const char **key)
{
    guint n = 0;
    JsonObjectIter sections, members;
    const char *group, *name;
    JsonNode *values, *value;
    json_object_iter_init(&sections, settings(a));
    while (json_object_iter_next(&sections, &group, &values)) {
        JsonObject *others = json_object_get_object_member(settings(b), group);
        g_assert_cmpuint(json_object_get_size(others), ==,
                         json_object_get_size(json_node_get_object(values)));
        json_object_iter_init(&members, json_node_get_object(values));
        while (json_object_iter_next(&members, &name, &value))
            if (strcmp(name, "method") != 0 &&
                strcmp(json_node_get_string(value), json_object_get_string_member(others, name)) != 0) {
                *key = name;
                n++;
            }
    }
    return n;
}

/* A path's end is the other's start, and is what `weft run` gives. */
static void test_ends(void)
{
    static const struct {
        const char *view, *method;
    } ends[] = {{"forward", "per-packet"}, {"backward", "interleaved"}};
    guint axes = differing_axes(method("per-packet"), method("interleaved"));
    g_autofree char *path = source_path("scenarios/small.ini");
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        g_autoptr(JsonNode) root = ablate_small(NULL, NULL);
        JsonObject *start, *end;
        JsonObject *step = step_of(runs_of(root), ends[i].view, 0, &start);
        g_assert_cmpstr(json_object_get_string_member(step, "key"), ==, "method");
        g_assert_cmpstr(json_object_get_string_member(step, "value"), ==, ends[i].method);
        g_assert_nonnull(step_of(runs_of(root), ends[!i].view, axes, &end));
        g_assert_true(start == end);
        g_assert_null(step_of(runs_of(root), ends[i].view, axes + 1, &end));
        struct said said = weft(NULL, "run", path, "--method", ends[i].method, "--json", "-", NULL);
        assert_good(&said);
        g_autoptr(JsonNode) alone = parse(said.out);
        json_object_remove_member(start, "ablation");
        g_autoptr(JsonNode) node = json_node_init_object(json_node_alloc(), start);
        g_assert_true(json_node_equal(node, alone));
        said_clear(&said);
    }
}

/* A step of a path differs from the step before it, a single step from the start, in the axis it names. */
static void test_neighbours(void)
{
    g_autoptr(JsonNode) root = ablate_small(NULL, NULL);
    JsonArray *runs = runs_of(root);
    guint axes = differing_axes(method("per-packet"), method("interleaved"));
    for (int view = 0; view < ABLATION_VIEWS; view++)
        for (guint number = 1; number <= axes; number++) {
            const char *name = ablation_views[view].name, *key = NULL;
            JsonObject *before, *after;
            JsonObject *step = step_of(runs, name, number, &after);
            g_assert_nonnull(step);
            g_assert_nonnull(step_of(runs, name, ablation_views[view].cumulative ? number - 1 : 0, &before));
            g_assert_cmpuint(differences(before, after, &key), ==, 1);
            g_assert_cmpstr(key, ==, json_object_get_string_member(step, "key"));
            g_assert_cmpstr(
                json_object_get_string_member(json_object_get_object_member(settings(after), "write"), key),
                ==, json_object_get_string_member(step, "value"));
        }
    for (guint i = 0; i < json_array_get_length(runs); i++)
        for (guint k = 0; k < i; k++) {
            const char *key = NULL;
            g_assert_cmpuint(differences(json_array_get_object_element(runs, i),
                                         json_array_get_object_element(runs, k), &key),
                             >, 0);
        }
}

/* What the scenario or the command line says of an axis holds for both ends. */
static void test_given_axis(void)
{
    g_autoptr(JsonNode) root = ablate_small("--set", "write.pacing=none");
    guint axes = differing_axes(method("per-packet-burst"), method("interleaved"));
    JsonObject *run;
    for (guint number = 1; number <= axes; number++) {
        JsonObject *step = step_of(runs_of(root), "forward", number, &run);
        g_assert_cmpstr(json_object_get_string_member(step, "key"), !=, "pacing");
    }
    g_assert_null(step_of(runs_of(root), "forward", axes + 1, &run));
}

static void test_directory(void)
{
    char *directory = scratch_new();
    g_autofree char *path = source_path("scenarios/small.ini");
    struct said said = weft(directory, "compare", path, "--ablate", "--out", "out", "--json", "all.json",
                            "--methods", "multi-destination,interleaved-paced", NULL);
    assert_good(&said);
    said_clear(&said);
    g_autofree char *out = g_build_filename(directory, "out", NULL), *names = scratch_names(out),
                    *csv = g_build_filename(out, "ablation.csv", NULL),
                    *json = g_build_filename(out, "ablation.json", NULL),
                    *other = g_build_filename(directory, "all.json", NULL), *text = NULL, *a = NULL,
                    *b = NULL;
    g_assert_cmpstr(names, ==, "ablation-repeat.json ablation.csv ablation.json ablation.png ablation.svg");
    g_assert_true(g_file_get_contents(csv, &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint axes = differing_axes(method("multi-destination"), method("interleaved-paced"));
    g_assert_cmpuint(axes, ==, 2);
    g_assert_cmpuint(g_strv_length(lines), ==, 1 + ABLATION_VIEWS * (axes + 1) + 1);
    g_assert_true(g_file_get_contents(json, &a, NULL, NULL));
    g_assert_true(g_file_get_contents(other, &b, NULL, NULL));
    g_assert_cmpstr(a, ==, b);
    scratch_free(directory);
}

#ifdef WEFT_HAVE_SIMGRID
/* A part for each back end, and both say the same. */
static void test_backends(void)
{
    g_autofree char *path = source_path("scenarios/small.ini");
    struct said said = weft(NULL, "compare", path, "--ablate", "--backends", "reference,simgrid", NULL);
    assert_good(&said);
    static const char first[] = "Back end reference.\n", second[] = "\nBack end simgrid.\n";
    g_assert_true(g_str_has_prefix(said.out, first));
    char *middle = strstr(said.out, second);
    g_assert_nonnull(middle);
    *middle = '\0';
    g_assert_cmpstr(said.out + strlen(first), ==, middle + strlen(second));
    said_clear(&said);
}
#endif

/* --- the numbers, and the words on them --- */

struct lab {
    struct comparison comparison;
    struct ablation *ablation;
    struct ablation_runs *runs;
};

/* small.ini, with `assignment` (NULL: none). */
static void lab_open(struct lab *lab, const char *from, const char *to, const char *assignment)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = source_path("scenarios/small.ini");
    *lab = (struct lab){.comparison = {.scenario = scenario_load(path, &error),
                                       .media = media_library_new(),
                                       .methods = g_ptr_array_new()}};
    g_assert_no_error(error);
    if (assignment)
        scenario_assign(lab->comparison.scenario, "--set", assignment, &error);
    g_assert_no_error(error);
    g_ptr_array_add(lab->comparison.methods, (void *)method(from));
    g_ptr_array_add(lab->comparison.methods, (void *)method(to));
    lab->ablation = ablation_new(&lab->comparison, "--ablate", &error);
    g_assert_no_error(error);
    lab->runs = ablation_runs_new(&lab->comparison, lab->ablation, backends_find("reference"), NULL, &error);
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

/* On either path the steps add up to the whole, at every end of the prices. */
static void check_sums(const struct lab *lab)
{
    for (size_t m = 0; m < ablation_metrics_count; m++)
        for (int end = WEFT_LOW; end <= WEFT_HIGH; end++) {
            const struct ablation_metric *metric = &ablation_metrics[m];
            double from = metric->value(ablation_outcome(lab->runs, ABLATION_FORWARD, 0),
                                        (enum weft_price_end)end),
                   to = metric->value(ablation_outcome(lab->runs, ABLATION_BACKWARD, 0),
                                      (enum weft_price_end)end),
                   forward = 0, backward = 0;
            for (guint step = 1; step <= lab->ablation->axes->len; step++) {
                forward +=
                    ablation_effect(lab->runs, metric, ABLATION_FORWARD, step, (enum weft_price_end)end);
                backward +=
                    ablation_effect(lab->runs, metric, ABLATION_BACKWARD, step, (enum weft_price_end)end);
            }
            g_assert_cmpfloat_with_epsilon(forward, to - from, 1e-6);
            g_assert_cmpfloat_with_epsilon(backward, to - from, 1e-6);
        }
}

/* A first step is the first step forward, a last step the last one: the views are of one cube. */
static void check_corners(const struct lab *lab)
{
    guint last = lab->ablation->axes->len;
    for (size_t m = 0; m < ablation_metrics_count; m++) {
        const struct ablation_metric *metric = &ablation_metrics[m];
        g_assert_cmpfloat(ablation_effect(lab->runs, metric, ABLATION_FIRST, 1, WEFT_TYPICAL), ==,
                          ablation_effect(lab->runs, metric, ABLATION_FORWARD, 1, WEFT_TYPICAL));
        g_assert_cmpfloat(ablation_effect(lab->runs, metric, ABLATION_LAST, 1, WEFT_TYPICAL), ==,
                          ablation_effect(lab->runs, metric, ABLATION_BACKWARD, 1, WEFT_TYPICAL));
        g_assert_cmpfloat(ablation_effect(lab->runs, metric, ABLATION_LAST, last, WEFT_TYPICAL), ==,
                          ablation_effect(lab->runs, metric, ABLATION_FORWARD, last, WEFT_TYPICAL));
        g_assert_cmpfloat(ablation_effect(lab->runs, metric, ABLATION_FIRST, last, WEFT_TYPICAL), ==,
                          ablation_effect(lab->runs, metric, ABLATION_BACKWARD, last, WEFT_TYPICAL));
    }
}

/* Cycles a packet with prices of the test's own, from what was counted. */
static double priced(const struct outcome *outcome, const double *price)
{
    double cycles = 0;
    for (int event = 0; event < WEFT_EVENTS; event++)
        cycles += (double)outcome->summary.ledger.count[event] * price[event];
    return cycles / (double)outcome->summary.totals.packets_sent;
}

/* With any prices between the ends the effect is inside its range, and at the ends that push it one way it is there. */
static void check_range(const struct lab *lab, int view, guint step)
{
    const struct ablation_view *row = &ablation_views[view];
    const struct outcome *before = ablation_outcome(lab->runs, view, row->cumulative ? step - 1 : 0),
                         *after = ablation_outcome(lab->runs, view, step);
    const struct outcome *with = row->from_end ? before : after, *without = row->from_end ? after : before;
    struct ablation_range range = ablation_effect_range(lab->runs, &ablation_metrics[0], view, step);
    double price[WEFT_EVENTS], least[WEFT_EVENTS], most[WEFT_EVENTS];
    for (int draw = 0; draw < 20; draw++) {
        for (int event = 0; event < WEFT_EVENTS; event++) {
            const struct weft_price *ends = &weft_profile_modern_x86.price[event];
            double low = (double)ends->low_mcycles / 1000, high = (double)ends->high_mcycles / 1000;
            bool more = with->summary.ledger.count[event] > without->summary.ledger.count[event];
            price[event] = low + (high - low) * g_test_rand_double();
            least[event] = more ? low : high;
            most[event] = more ? high : low;
        }
        double effect = priced(with, price) - priced(without, price);
        g_assert_cmpfloat(effect, >=, range.least - 1e-6);
        g_assert_cmpfloat(effect, <=, range.most + 1e-6);
    }
    g_assert_cmpfloat_with_epsilon(range.least, priced(with, least) - priced(without, least), 1e-6);
    g_assert_cmpfloat_with_epsilon(range.most, priced(with, most) - priced(without, most), 1e-6);
    range = ablation_effect_range(lab->runs, &ablation_metrics[1], view, step);
    g_assert_cmpfloat(range.least, ==, range.most);
}

static void test_ranges(void)
{
    struct lab lab;
    lab_open(&lab, "per-packet", "interleaved", "server.profile=modern-x86");
    for (int view = 0; view < ABLATION_VIEWS; view++)
        for (guint step = 1; step <= lab.ablation->axes->len; step++)
            check_range(&lab, view, step);
    lab_close(&lab);
}

/* Every combination has a meaning: from each method to two others, whatever lies between. */
static void test_sums(void)
{
    static const char *const others[] = {"per-packet", "interleaved"};
    for (size_t i = 0; weft_methods[i]; i++)
        for (size_t k = 0; k < G_N_ELEMENTS(others); k++) {
            if (weft_methods[i] == method(others[k]))
                continue;
            struct lab lab;
            lab_open(&lab, weft_methods[i]->name, others[k], "scenario.duration=80 ms");
            g_assert_cmpuint(lab.ablation->axes->len, ==, differing_axes(weft_methods[i], method(others[k])));
            check_sums(&lab);
            check_corners(&lab);
            lab_close(&lab);
        }
}

/* Is the axis in the list of a line that holds `words`, in the part of the text that `title` begins? */
static bool says(const char *text, const char *title, const char *words, const char *axis)
{
    g_autofree char *part = g_strdup(strstr(text, title));
    char *end = strstr(part, ".\nBuffer");
    if (end)
        *end = '\0';
    g_auto(GStrv) lines = g_strsplit(part, "\n", -1);
    g_autofree char *pattern = g_strdup_printf("%s[^\n]*[ ]%s\\b", words, axis);
    for (guint i = 0; lines[i]; i++)
        if (g_regex_match_simple(pattern, lines[i], 0, 0))
            return true;
    return false;
}

/* What the effects of one axis are, and the largest of all axes, by view. */
struct sizes {
    double effect[ABLATION_VIEWS], most[ABLATION_VIEWS];
    double any, least; /* the axis's largest; what counts as an effect */
};

static struct sizes sizes_of(const struct lab *lab, const struct ablation_metric *metric, guint step)
{
    struct sizes sizes = {.any = 0};
    for (int view = 0; view < ABLATION_VIEWS; view++) {
        for (guint other = 1; other <= lab->ablation->axes->len; other++)
            sizes.most[view] =
                fmax(sizes.most[view], fabs(ablation_effect(lab->runs, metric, view, other, WEFT_TYPICAL)));
        sizes.effect[view] = ablation_effect(lab->runs, metric, view, step, WEFT_TYPICAL);
        sizes.any = fmax(sizes.any, fabs(sizes.effect[view]));
        sizes.least = fmax(sizes.least, sizes.most[view] / 100);
    }
    return sizes;
}

static bool is_large(const struct sizes *sizes, int view)
{
    return sizes->most[view] >= sizes->least && fabs(sizes->effect[view]) >= sizes->most[view] / 2;
}

/* Each list in the words against the effects: who is in it, and who is not. */
static void check_words(const struct lab *lab)
{
    g_autofree char *text = ablation_text(lab->runs);
    for (size_t m = 0; m < ablation_metrics_count; m++)
        for (guint step = 1; step <= lab->ablation->axes->len; step++) {
            const char *title = ablation_metrics[m].title, *axis = ablation_key(lab->ablation, step);
            struct sizes sizes = sizes_of(lab, &ablation_metrics[m], step);
            double first = sizes.effect[ABLATION_FIRST], last = sizes.effect[ABLATION_LAST];
            g_test_message("%s: %s", title, axis);
            g_assert_cmpint(says(text, title, "on any of these ways:", axis), ==, sizes.any < sizes.least);
            g_assert_cmpint(says(text, title, "something after others:", axis), ==,
                            fabs(first) < sizes.least && sizes.any >= sizes.least);
            g_assert_cmpint(says(text, title, "Turns round:", axis), ==,
                            fmin(fabs(first), fabs(last)) >= sizes.least && first * last < 0);
            g_assert_cmpint(says(text, title, "Most as the first step:", axis), ==,
                            is_large(&sizes, ABLATION_FIRST));
            g_assert_cmpint(says(text, title, "Most as the last step:", axis), ==,
                            is_large(&sizes, ABLATION_LAST));
        }
}

static void test_words(void)
{
    static const char *const pairs[][2] = {{"per-packet", "interleaved"},
                                           {"interleaved", "per-packet"},
                                           {"per-packet-burst", "interleaved-paced"},
                                           {"per-destination-fq", "interleaved-smooth"},
                                           {"per-packet", "per-destination-fq"}};
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
        struct lab lab;
        lab_open(&lab, pairs[i][0], pairs[i][1], NULL);
        check_words(&lab);
        lab_close(&lab);
    }
}

/* Where nothing changes, nothing is said to matter. */
static void test_nothing_to_say(void)
{
    struct lab lab;
    lab_open(&lab, "per-packet", "interleaved", "server.profile=free");
    g_autofree char *text = ablation_text(lab.runs), *table = ablation_table(lab.runs);
    g_assert_true(g_str_has_prefix(text,
                                   "Processor, cycles a packet: 0 with per-packet, 0 with interleaved.\n"
                                   "  No axis changes it on any of these ways.\n"
                                   "Buffer, KB in the fullest port: "));
    g_assert_null(strstr(table, "nan"));
    lab_close(&lab);
    lab_open(&lab, "per-packet", "interleaved", "switch.port=1 Tbit/s");
    g_autofree char *equal = ablation_text(lab.runs);
    g_assert_true(
        g_str_has_suffix(equal, "Buffer, KB in the fullest port: 1.4 with per-packet, 1.4 with interleaved.\n"
                                "  No axis changes it on any of these ways.\n"));
    lab_close(&lab);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ablation/ends", test_ends);
    g_test_add_func("/ablation/neighbours", test_neighbours);
    g_test_add_func("/ablation/given-axis", test_given_axis);
    g_test_add_func("/ablation/directory", test_directory);
#ifdef WEFT_HAVE_SIMGRID
    g_test_add_func("/ablation/backends", test_backends);
#endif
    g_test_add_func("/ablation/sums", test_sums);
    g_test_add_func("/ablation/ranges", test_ranges);
    g_test_add_func("/ablation/words", test_words);
    g_test_add_func("/ablation/nothing-to-say", test_nothing_to_say);
    return g_test_run();
}
