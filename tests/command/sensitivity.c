/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which price decides: the base is `weft run`, an end of a bar is a run with a profile file in which that price was changed
 * by hand, and where time does not matter bars add up to the range that every result has. */

#include "sensitivity.h"
#include "weft.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

/* Two servers of different kinds, too slow for what they are to send: prices move time, and time moves all the rest. */
static const char slow[] = "[scenario]\nduration = 200 ms\n"
                           "[server old]\nprofile = server-2003\ncpu = 12 MHz\nlink = 1 Gbit/s\n"
                           "[server new]\nprofile = modern-x86\ncpu = 5 MHz\nlink = 1 Gbit/s\n"
                           "[switch x]\n[device x]\ncount = 6\nstartup = 30 ms\n"
                           "[stream x]\ncount = 6\nrate = 4 Mbit/s\n[write]\nmethod = per-packet-burst\n"
                           "interval = 20 ms\n";

static JsonNode *parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    JsonNode *root = json_from_string(text, &error);
    g_assert_no_error(error);
    return root;
}

static JsonObject *member(JsonObject *object, const char *name)
{
    return json_object_get_object_member(object, name);
}

static double number(JsonObject *object, const char *name)
{
    return json_object_get_double_member(object, name);
}

/* `weft run FILE --json -` with up to three more arguments. */
static JsonNode *run_of(const char *directory, const char *file, const char *a, const char *b, const char *c)
{
    struct said said = weft(directory, "run", file, "--json", "-", a, b, c, NULL);
    assert_good(&said);
    JsonNode *root = parse(said.out);
    said_clear(&said);
    return root;
}

static JsonArray *entries_of(JsonNode *root)
{
    JsonObject *object = json_node_get_object(root);
    g_assert_cmpstr(json_object_get_string_member(object, "schema"), ==, "weft-sensitivity/1");
    return json_object_get_array_member(object, "entries");
}

/* --- the base --- */

static void check_base(const char *option, const char *value)
{
    g_autofree char *path = source_path("scenarios/small.ini");
    g_autoptr(JsonNode) turned = run_of(NULL, path, "--sensitivity", option, value),
                        alone = run_of(NULL, path, option, value, NULL),
                        base = json_node_copy(json_object_get_member(json_node_get_object(turned), "base"));
    g_assert_true(json_node_equal(base, alone));
}

static void test_base(void)
{
    check_base("--method", "per-packet");
    check_base("--set", "scenario.replications=3");
#ifdef WEFT_HAVE_SIMGRID
    check_base("--backend", "simgrid");
#endif
}

/* --- the ends --- */

/* The profile with one price, at an end, in place of its own. */
static char *by_hand(const struct weft_profile *profile, int event, enum weft_price_end end)
{
    const struct weft_price *price = &profile->price[event];
    uint64_t value = end == WEFT_LOW ? price->low_mcycles : price->high_mcycles;
    g_autofree char *low = quantity_format(&quantity_cycles, price->low_mcycles),
                    *typical = quantity_format(&quantity_cycles, value),
                    *high = quantity_format(&quantity_cycles, price->high_mcycles);
    return g_strdup_printf("[profile]\nbase = %s\n[%s]\nlow = %s\ntypical = %s\nhigh = %s\nsource = %s\n"
                           "confidence = %s\n",
                           profile->name, weft_events[event].name, low, typical, high, price->source,
                           price->confidence);
}

/* What an end of a bar says is what the run says. */
static void assert_end(JsonObject *end, JsonObject *run)
{
    static const char *const counts[] = {"interrupts",   "overruns",        "packets_dropped",
                                         "late_packets", "peak_port_bytes", "peak_switch_bytes"};
    JsonObject *totals = member(run, "totals");
    JsonObject *startup = member(member(totals, "destinations"), "startup_needed_ms");
    g_assert_cmpuint(json_object_get_size(end), ==, G_N_ELEMENTS(counts) + 3);
    g_assert_cmpuint(json_object_get_size(end), ==, sensitivity_metrics_count);
    g_assert_cmpfloat(number(end, "cycles_per_packet"), ==, number(totals, "cycles_per_packet"));
    g_assert_cmpfloat(number(end, "cpu_utilisation"), ==, number(totals, "cpu_utilisation"));
    g_assert_cmpfloat(number(end, "startup_needed_ms"), ==, number(startup, "worst"));
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++)
        g_assert_cmpfloat(number(end, counts[i]), ==, (double)json_object_get_int_member(totals, counts[i]));
}

static const struct weft_profile *profile_of(const char *name)
{
    for (size_t i = 0; weft_profiles[i]; i++)
        if (strcmp(weft_profiles[i]->name, name) == 0)
            return weft_profiles[i];
    g_assert_not_reached();
}

static int event_of(const char *name)
{
    for (int event = 0; event < WEFT_EVENTS; event++)
        if (strcmp(weft_events[event].name, name) == 0)
            return event;
    g_assert_not_reached();
}

static void check_end(const char *directory, JsonObject *entry, enum weft_price_end end)
{
    const struct weft_profile *profile = profile_of(json_object_get_string_member(entry, "profile"));
    bool old = profile == &weft_profile_server_2003;
    int event = event_of(json_object_get_string_member(entry, "event"));
    g_autofree char *text = by_hand(profile, event, end);
    g_autofree char *file = scratch_file(directory, "mine.ini", text);
    g_autofree char *set = g_strdup_printf("server.%s.profile=file:mine.ini", old ? "old" : "new");
    g_autoptr(JsonNode) run = run_of(directory, "slow.ini", "--set", set, NULL);
    assert_end(member(entry, end == WEFT_LOW ? "at_low" : "at_high"), json_node_get_object(run));
}

/* All prices of both profiles, each entry once; the scenario is slow enough that some move lateness. */
static void test_ends(void)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "slow.ini", slow);
    g_autoptr(JsonNode) root = run_of(directory, "slow.ini", "--sensitivity", NULL, NULL);
    JsonArray *entries = entries_of(root);
    bool seen[2][WEFT_EVENTS] = {0};
    guint late = 0, ranges = 0;
    for (guint i = 0; i < json_array_get_length(entries); i++) {
        JsonObject *entry = json_array_get_object_element(entries, i);
        const char *name = json_object_get_string_member(entry, "profile");
        bool *once =
            &seen[strcmp(name, "modern-x86") == 0][event_of(json_object_get_string_member(entry, "event"))];
        g_assert_false(*once);
        *once = true;
        check_end(directory, entry, WEFT_LOW);
        check_end(directory, entry, WEFT_HIGH);
        late += number(member(entry, "at_low"), "late_packets") !=
                number(member(entry, "at_high"), "late_packets");
    }
    const struct weft_profile *const both[] = {&weft_profile_server_2003, &weft_profile_modern_x86};
    for (int p = 0; p < 2; p++)
        for (int event = 0; event < WEFT_EVENTS; event++) {
            const struct weft_price *price = &both[p]->price[event];
            g_assert_true(seen[p][event] == (price->low_mcycles < price->high_mcycles));
            ranges += seen[p][event];
        }
    g_assert_cmpuint(json_array_get_length(entries), ==, ranges);
    g_assert_cmpuint(late, >, 3);
    scratch_free(directory);
}

/* --- sums --- */

/* Where no count depends on time, prices are independent: what each end takes off adds up to what all take off together, which
 * is the range of every result. */
static void check_sums(const char *method)
{
    g_autofree char *path = source_path("scenarios/small.ini");
    g_autoptr(JsonNode) root = run_of(NULL, path, "--sensitivity", "--method", method);
    JsonObject *object = json_node_get_object(root), *all = member(object, "all"),
               *totals = member(member(object, "base"), "totals");
    double sent = (double)json_object_get_int_member(totals, "packets_sent"),
           base = number(totals, "cycles_per_packet"), low = base, high = base, before = INFINITY;
    JsonArray *entries = entries_of(root);
    for (guint i = 0; i < json_array_get_length(entries); i++) {
        JsonObject *entry = json_array_get_object_element(entries, i);
        double at_low = number(member(entry, "at_low"), "cycles_per_packet"),
               at_high = number(member(entry, "at_high"), "cycles_per_packet"),
               swing = number(entry, "swing");
        g_assert_cmpfloat(swing, ==, fabs(at_high - at_low));
        g_assert_cmpfloat(swing, <=, before);
        before = swing;
        low += at_low - base;
        high += at_high - base;
    }
    const double limits[2][2] = {{low, number(totals, "cycles_low") / sent},
                                 {high, number(totals, "cycles_high") / sent}};
    static const char *const ends[] = {"at_low", "at_high"};
    for (int i = 0; i < 2; i++) {
        g_assert_cmpfloat_with_epsilon(limits[i][0], limits[i][1], 1e-6);
        g_assert_cmpfloat_with_epsilon(number(member(all, ends[i]), "cycles_per_packet"), limits[i][1], 1e-6);
    }
    g_assert_cmpfloat_with_epsilon(number(all, "swing"), limits[1][1] - limits[0][1], 1e-6);
}

/* Their interrupts do not depend on time. */
static void test_sums(void)
{
    check_sums("interleaved");
    check_sums("multi-destination");
}

/* --- words --- */

static char *words_of(const char *directory, const char *a, const char *b)
{
    struct said said = weft(directory, "run", "slow.ini", "--sensitivity", a, b, NULL);
    assert_good(&said);
    char *text = g_steal_pointer(&said.out);
    said_clear(&said);
    return text;
}

/* A line of the table begins with the event's name; a line of words has it after a space. */
static bool has_table_line(const char *text, const char *event, const char *profile)
{
    g_autofree char *pattern = g_strdup_printf("(?m)^%s +%s ", event, profile);
    return g_regex_match_simple(pattern, text, 0, 0);
}

/* Is the price named in the line that begins with `words`: the event for all profiles, or with its own? */
static bool has_words(const char *text, const char *words, const char *event, const char *profile)
{
    g_autofree char *pattern = g_strdup_printf("(?m)^%s: (.*, )?%s( of %s)?[,.]", words, event, profile);
    return g_regex_match_simple(pattern, text, 0, 0);
}

/* Every price is named once: with a line of its own if it moves something, else as one that makes little or no difference. */
static void check_words(const char *directory, const char *set)
{
    g_autofree char *text = words_of(directory, "--set", set);
    g_autoptr(JsonNode) root = run_of(directory, "slow.ini", "--sensitivity", "--set", set);
    JsonArray *entries = entries_of(root);
    guint idle = 0;
    for (guint i = 0; i < json_array_get_length(entries); i++) {
        JsonObject *entry = json_array_get_object_element(entries, i);
        const char *event = json_object_get_string_member(entry, "event"),
                   *profile = json_object_get_string_member(entry, "profile");
        bool moves = !json_node_equal(json_object_get_member(entry, "at_low"),
                                      json_object_get_member(entry, "at_high"));
        g_test_message("%s of %s", event, profile);
        int named = has_table_line(text, event, profile) +
                    has_words(text, "Less than [^:]*", event, profile) +
                    has_words(text, "Make no difference here", event, profile);
        g_assert_cmpint(named, ==, 1);
        g_assert_true(has_words(text, "Make no difference here", event, profile) == !moves);
        idle += !moves;
    }
    g_assert_cmpuint(idle, >, 0);
    JsonObject *first = json_array_get_object_element(entries, 0);
    g_autofree char *decides = g_strdup_printf(
        "\nWhich number decides? The price of %s of %s (confidence: %s): ",
        json_object_get_string_member(first, "event"), json_object_get_string_member(first, "profile"),
        json_object_get_string_member(first, "confidence"));
    g_assert_nonnull(strstr(text, decides));
    g_assert_nonnull(strstr(text, "\nHave one price only: "));
}

static void test_words(void)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "slow.ini", slow);
    check_words(directory, "scenario.seed=1");
    check_words(directory, "server.cpu=3 GHz");
    g_autofree char *little = words_of(directory, "--set", "server.cpu=3 GHz");
    g_assert_nonnull(strstr(little, "\nLess than "));
    scratch_free(directory);
}

/* With prices of nothing there is nothing to turn, and no figure. */
static void test_free(void)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "slow.ini", slow);
    struct said said = weft(directory, "run", "slow.ini", "--sensitivity", "--set", "server.profile=free",
                            "--out", "out", NULL);
    g_assert_cmpint(said.status, ==, 0);
    g_assert_nonnull(strstr(said.out, "Which number decides? None: "));
    g_assert_cmpstr(said.err, ==, "weft: figure sensitivity is left out: it has nothing to show\n");
    said_clear(&said);
    g_autofree char *out = g_build_filename(directory, "out", NULL), *names = scratch_names(out);
    g_assert_cmpstr(names, ==, "sensitivity-repeat.json sensitivity.csv sensitivity.json");
    scratch_free(directory);
}

/* --- files --- */

/* Both JSON files have the same bytes; the CSV has a row an end. */
static void test_directory(void)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "slow.ini", slow);
    struct said said = weft(directory, "run", "slow.ini", "--sensitivity", "--out", "out", "--json",
                            "all.json", "--quiet", NULL);
    assert_good(&said);
    g_assert_cmpstr(said.out, ==, "");
    said_clear(&said);
    g_autofree char *out = g_build_filename(directory, "out", NULL), *names = scratch_names(out),
                    *a = scratch_text(out, "sensitivity.json"), *b = scratch_text(directory, "all.json"),
                    *csv = scratch_text(out, "sensitivity.csv");
    g_assert_cmpstr(
        names, ==,
        "sensitivity-repeat.json sensitivity.csv sensitivity.json sensitivity.png sensitivity.svg");
    g_assert_cmpstr(a, ==, b);
    g_autoptr(JsonNode) root = parse(a);
    g_auto(GStrv) lines = g_strsplit(csv, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, 1 + 1 + 2 * (1 + json_array_get_length(entries_of(root))) + 1);
    g_assert_true(g_str_has_prefix(lines[1], "per-packet-burst,0,,base,typical,nan,,reference,"));
    g_assert_true(g_str_has_prefix(lines[2], "per-packet-burst,0,,all,low,nan,,reference,"));
    g_assert_true(g_str_has_prefix(lines[4], "per-packet-burst,1,"));
    scratch_free(directory);
}

/* Nothing depends on how many runs are done at once. */
static void test_jobs(void)
{
    static const char *const jobs[] = {"-j1", "-j3"};
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "slow.ini", slow);
    g_autofree char *first = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(jobs); i++) {
        struct said said = weft(directory, "run", "slow.ini", "--sensitivity", "--json", "-", jobs[i], NULL);
        assert_good(&said);
        g_assert_cmpstr(said.out, ==, first ? first : said.out);
        g_free(first);
        first = g_steal_pointer(&said.out);
        said_clear(&said);
    }
    scratch_free(directory);
}

/* Two runs cannot be told in one trace. */
static void test_bad_usage(void)
{
    static const char *const options[] = {"--trace=x",
                                          "--trace-hops=x",
                                          "--trace-queues=x",
                                          "--theory",
                                          "--playout=x",
                                          "--deliver=x",
                                          "--pcap=x",
                                          "--pcap-ns=x",
                                          "--snap=64",
                                          "--pcap-points=x",
                                          "--trace-queues-points=9"};
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "slow.ini", slow);
    for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
        g_autofree char *name = g_strndup(options[i], strcspn(options[i], "=")),
                        *regex =
                            g_strdup_printf("^weft run: --sensitivity does not go with %s; allowed: ", name);
        struct said said = weft(directory, "run", "slow.ini", "--sensitivity", options[i], NULL);
        assert_bad(&said, 2, regex);
        said_clear(&said);
    }
    struct said said =
        weft(directory, "run", "slow.ini", "--sensitivity", "--backend", "x", "--out", "y", NULL);
    assert_bad(&said, 2, "^--backend: unknown back end");
    said_clear(&said);
    said = weft(directory, "run", "slow.ini", "--sensitivity", "-j", "0", "--out", "y", NULL);
    assert_bad(&said, 2, "^--jobs: ");
    said_clear(&said);
    g_autofree char *names = scratch_names(directory);
    g_assert_cmpstr(names, ==, "slow.ini");
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sensitivity/base", test_base);
    g_test_add_func("/sensitivity/ends", test_ends);
    g_test_add_func("/sensitivity/sums", test_sums);
    g_test_add_func("/sensitivity/words", test_words);
    g_test_add_func("/sensitivity/free", test_free);
    g_test_add_func("/sensitivity/directory", test_directory);
    g_test_add_func("/sensitivity/jobs", test_jobs);
    g_test_add_func("/sensitivity/usage", test_bad_usage);
    return g_test_run();
}
