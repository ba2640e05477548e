/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of a sweep that run nothing: values, files, points, filters, records, words. */

#include "keyfile.h"
#include "sweep.h"
#include "sweep_merge.h"
#include "sweep_progress.h"
#include "sweep_record.h"
#include "weft.h"

#include <string.h>

/* --- values --- */

static void test_values(void)
{
    static const struct {
        const struct quantity *quantity;
        const char *list, *values;
    } cases[] = {
        {&quantity_count, "3", "3"},
        {NULL, "none, slice:2 , interval", "none|slice:2|interval"},
        {&quantity_count, "linear:1:9:5", "1|3|5|7|9"},
        {&quantity_count, "linear:9:1:5", "9|7|5|3|1"},
        {&quantity_count, "linear:0:1:2", "0|1"},
        /* thirds of 10 are 3.33 and 6.67 */
        {&quantity_count, "linear:0:10:4", "0|3|7|10"},
        /* halves go up: 2.5 */
        {&quantity_count, "linear:0:5:3", "0|3|5"},
        {&quantity_size, "0 B, linear: 16 KiB : 64 KiB :4", "0 B|16 KiB|32 KiB|48 KiB|64 KiB"},
        {&quantity_time, "auto, log:1 ms:1 s:4", "auto|1 ms|10 ms|100 ms|1 s"},
        {&quantity_time, "log:1 h:100 h:3", "1 h|10 h|100 h"},
        {&quantity_rate, "log:64 Mbit/s:1 Mbit/s:4", "64 Mbit/s|16 Mbit/s|4 Mbit/s|1 Mbit/s"},
        /* the square root of 2 times a million is 1414213.56 */
        {&quantity_rate, "log:1 Mbit/s:2 Mbit/s:3", "1 Mbit/s|1414.214 kbit/s|2 Mbit/s"},
        {&quantity_size, "log:1 B:1 GiB:4", "1 B|1 KiB|1 MiB|1 GiB"},
        {&quantity_size, "log:5 B:5 B:3", "5 B|5 B|5 B"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) values = sweep_values(cases[i].quantity, "x", cases[i].list, &error);
        g_assert_no_error(error);
        g_ptr_array_add(values, NULL);
        g_autofree char *joined = g_strjoinv("|", (char **)values->pdata);
        g_assert_cmpstr(joined, ==, cases[i].values);
    }
}

/* Each value of a range to its neighbour is as the next one to it, as well as whole numbers can: an independent check by
 * a^steps = ratio^k in exact integers, with steps of 2 and 3 only. */
static void test_log_is_geometric(void)
{
    for (int i = 0; i < 1000; i++) {
        guint64 from = (guint64)g_test_rand_int_range(1, 1 << 20),
                to = (guint64)g_test_rand_int_range(1, 1 << 20);
        g_autofree char *list =
            g_strdup_printf("log:%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT ":3", from, to);
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) values = sweep_values(&quantity_count, "x", list, &error);
        g_assert_no_error(error);
        guint64 middle = g_ascii_strtoull(g_ptr_array_index(values, 1), NULL, 10);
        /* (middle - 1/2)^2 <= from to <= (middle + 1/2)^2, times 4 */
        g_assert_cmpuint((2 * middle - 1) * (2 * middle - 1), <=, 4 * from * to);
        g_assert_cmpuint(4 * from * to, <=, (2 * middle + 1) * (2 * middle + 1));
    }
}

static void test_bad_values(void)
{
    static const struct {
        const struct quantity *quantity;
        const char *list, *regex;
    } cases[] = {
        {&quantity_count, "", "^x: is empty"},
        {&quantity_count, "1,,2", "^x: \"1,,2\" has an empty part"},
        {&quantity_count, "linear:1:9", "^x: \"linear:1:9\" is no range; allowed: linear:FROM:TO:COUNT$"},
        {&quantity_count, "log:1:9:2:3", "is no range; allowed: log:"},
        {&quantity_count, "linear:1:9:1", "^x: \"1\" is no number of values; allowed: 2 to 10000$"},
        {&quantity_count, "linear:1:9:10001", "is no number of values"},
        {&quantity_count, "linear:1:9:x", "is no number of values"},
        {&quantity_count, "log:0:9:3", "has no such values; allowed: ends above 0$"},
        {&quantity_count, "log:9:0:3", "has no such values"},
        {&quantity_time, "linear:1:9 s:3", "^x: \"1\" has no unit; allowed: a time as the end of a range$"},
        {&quantity_time, "linear:1 s:9 B:3", "^x: \"9 B\" has a unit that is not known here"},
        {NULL, "linear:1:9:3", "and the key is no quantity; allowed: A,B,"},
        {NULL, "a\"b", "has a quote, a backslash or a control character"},
        {NULL, "a\\b", "has a quote, a backslash"},
        {NULL, "a\tb", "has a quote, a backslash"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        GError *error = NULL;
        g_test_message("%s", cases[i].list);
        g_assert_null(sweep_values(cases[i].quantity, "x", cases[i].list, &error));
        g_assert_nonnull(error);
        if (!g_regex_match_simple(cases[i].regex, error->message, 0, 0))
            g_test_message("said: %s", error->message);
        g_assert_true(g_regex_match_simple(cases[i].regex, error->message, 0, 0));
        g_error_free(error);
    }
}

/* --- files --- */

#define OWN "[sweep]\nscenario = small.ini\n"

static struct sweep *read_text(const char *text, GError **error)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "s.ini", text);
    struct sweep *sweep = sweep_read(path, error);
    scratch_free(directory);
    return sweep;
}

static void test_bad_files(void)
{
    static const struct {
        const char *text, *regex;
    } cases[] = {
        {"", "s\\.ini:1: sweep: is missing; needed: \\[sweep\\] with scenario$"},
        {"[sweep]\n", "s\\.ini:1: sweep\\.scenario: is missing"},
        {"[sweep]\nscenario =\n", "s\\.ini:2: sweep\\.scenario: is empty"},
        {OWN "question =\n", "s\\.ini:3: sweep\\.question: is empty; allowed: text of 1 to 255 characters$"},
        {OWN "[set]\nscenario.question = Why?\n", "scenario\\.question: changes no run; allowed: "},
        {OWN "colour = red\n",
         "s\\.ini:3: sweep\\.colour: unknown key; allowed: name, question, scenario, methods, "},
        {OWN "name = a/b\n", "s\\.ini:3: sweep\\.name: \"a/b\" is no name; allowed: "},
        {OWN "name = .a\n", "is no name"},
        {OWN "methods = moon\n", "s\\.ini:3: sweep\\.methods: unknown .*moon"},
        {OWN "methods = batched, batched\n", "stands there twice"},
        {OWN "backends = moon\n",
         "s\\.ini:3: sweep\\.backends: unknown back end \"moon\"; allowed: reference, "},
        {OWN "[moon]\n", "s\\.ini:3: moon: unknown group; allowed: \\[sweep\\], \\[set\\], "},
        {OWN "[zip]\n", "s\\.ini:3: zip: unknown group"},
        {OWN "[cross x]\n", "s\\.ini:3: cross x: unknown group"},
        {OWN "[zip a]\n", "s\\.ini:3: zip a: has no key; allowed: at least one$"},
        {OWN "[set]\nstream.colour = 1\n", "s\\.ini:4: stream\\.colour: unknown key; allowed: count, rate, "},
        {OWN "[cross]\nstream.film.cuont = 1\n",
         "s\\.ini:4: stream\\.cuont: unknown key \\(did you mean count\\?\\)"},
        {OWN "[cross]\nstream.film.count = 1,2\nstream.count = 3,4\n",
         "s\\.ini:5: stream\\.count: sets what stream\\.film\\.count sets, too; allowed: one of the two$"},
        {OWN "[cross]\nstream.count = 1,2\nstream.film.count = 3,4\n",
         "s\\.ini:5: .* sets what stream\\.count sets"},
        {OWN "[set]\nstream.film.count = 1\n[zip a]\nstream.count = 3,4\n",
         "s\\.ini:6: .* sets what stream\\.film"},
        {OWN "[cross]\nstream.rate = 4 Mbit/s, 4000 kbit/s\n",
         "s\\.ini:4: stream\\.rate: \"4000 kbit/s\" stands there twice"},
        {OWN "[set]\nseed = 1\n", "s\\.ini:4: seed: unknown key"},
        {OWN "[cross]\nmoon.count = 1\n", "s\\.ini:4: moon\\.count: unknown key"},
        {OWN "[cross]\nwrite.method = batched\n",
         "s\\.ini:4: write\\.method: is set by sweep\\.methods; allowed: "},
        {OWN "[set]\nscenario.replications = 2\n", "is set by sweep\\.replications; allowed: "},
        {OWN "[set]\ncompare.vary = x\n", "changes no run; allowed: keys of other groups$"},
        {OWN "[set]\nstream.count = 1\n[cross]\nstream.count = 2\n",
         "s\\.ini:6: stream\\.count: is set in another group already"},
        {OWN "[zip a]\nstream.count = 1\n[zip b]\nstream.count = 2\n",
         "s\\.ini:6: stream\\.count: is set in another"},
        {OWN "[zip a]\nstream.count = 1,2\nstream.rate = 1 Mbit/s\n",
         "s\\.ini:5: stream\\.rate: has 1 values, and stream\\.count has 2; allowed: as many each$"},
        {OWN "[cross]\nstream.count = 1, 2, 1\n", "s\\.ini:4: stream\\.count: \"1\" stands there twice"},
        {OWN "[cross]\nstream.count = log:1:2:9\n",
         "s\\.ini:4: stream\\.count: \"1\" stands there twice; allowed: each value once, ranges rounded"},
        {OWN "[zip a]\nstream.count = 1,1\nserver.cores = 2,2\n", "stands there twice"},
        {OWN "[cross]\nwrite.order = linear:1:2:2\n", "s\\.ini:4: write\\.order: .* the key is no quantity"},
        {OWN "[only a]\n", "s\\.ini:3: only a: has no condition"},
        {OWN "[only a]\nmethod = batched\n",
         "s\\.ini:4: only a\\.method: does not change in this sweep; allowed: backend$"},
        {OWN "[cross]\nstream.count = 1,2\n[only a]\nstream.rate = 1 Mbit/s\n",
         "allowed: backend, stream\\.count$"},
        {OWN "[cross]\nstream.count = 1,2\n[only a]\nstream.count = 3\n",
         "s\\.ini:6: only a\\.stream\\.count: \"3\" is no value of it in this sweep; allowed: 1, 2$"},
        {OWN "[cross]\nstream.count = 1,2\n[only a]\nstream.count = < x\n",
         "\"x\" does not begin with a number; allowed: a whole number$"},
        {OWN "[cross]\nwrite.order = smooth\n[only a]\nwrite.order = > 1\n", "is no quantity; allowed: A,B,"},
        {OWN "methods = batched\n[without a]\nmethod = interleaved\n",
         "\"interleaved\" is no value of it in this sweep; allowed: batched$"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        GError *error = NULL;
        g_test_message("case %zu", i);
        g_assert_null(read_text(cases[i].text, &error));
        g_assert_nonnull(error);
        if (!g_regex_match_simple(cases[i].regex, error->message, 0, 0))
            g_test_message("said: %s", error->message);
        g_assert_true(g_regex_match_simple(cases[i].regex, error->message, 0, 0));
        g_assert_cmpint(error->code, ==, 2);
        g_error_free(error);
    }
}

/* What the reader of a file lists as allowed stands in the command's help, so that it cannot be forgotten there. */
static void test_help(void)
{
    static const char *const bad[] = {OWN "colour = red\n", OWN "[moon]\n"};
    struct said help = weft(NULL, "sweep", "--help", NULL);
    assert_good(&help);
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(read_text(bad[i], &error));
        const char *list = strstr(error->message, "allowed: ");
        g_assert_nonnull(list);
        g_auto(GStrv) names = g_strsplit(list + strlen("allowed: "), ", ", -1);
        g_assert_cmpuint(g_strv_length(names), >=, 5);
        for (char **name = names; *name; name++) {
            g_test_message("%s", *name);
            g_assert_nonnull(strstr(help.out, *name));
        }
    }
    said_clear(&help);
}

/* --- points --- */

/* "A.B.method/backend ..." of all points, with the values of axes. */
static char *points_text(const struct sweep *sweep)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) points = sweep_expand(sweep, &error);
    g_assert_no_error(error);
    GString *text = g_string_new(NULL);
    guint value[8];
    struct sweep_point point = {.value = value};
    for (guint i = 0; i < points->len; i++) {
        sweep_point_at(sweep, g_array_index(points, uint64_t, i), &point);
        g_string_append(text, i ? " " : "");
        for (guint a = 0; a < sweep->axes->len; a++) {
            const struct sweep_axis *axis = g_ptr_array_index(sweep->axes, a);
            for (guint k = 0; k < axis->keys->len; k++) {
                const struct sweep_key *key = g_ptr_array_index(axis->keys, k);
                g_string_append_printf(text, "%s.", (char *)g_ptr_array_index(key->values, value[a]));
            }
        }
        const char *method = sweep_point_method(sweep, &point);
        g_string_append_printf(text, "%s/%s", method ? method : "-",
                               sweep_point_backend(sweep, &point)->name);
    }
    return g_string_free(text, FALSE);
}

static void test_points(void)
{
    static const struct {
        const char *text, *points;
    } cases[] = {
        {OWN, "-/reference"},
        {OWN "methods = batched, interleaved\n", "batched/reference interleaved/reference"},
        {OWN "[cross]\nstream.count = 1,2\nserver.cores = 3,4\n",
         "1.3.-/reference 1.4.-/reference 2.3.-/reference 2.4.-/reference"},
        {OWN "[zip a]\nstream.count = 1,2\nserver.cores = 3,4\n", "1.3.-/reference 2.4.-/reference"},
        /* axes in file order, whatever their group; a zip may have a value twice */
        {OWN "[zip a]\nstream.count = 1,1\nserver.cores = 3,4\n[cross]\nserver.ring = 64,128\n",
         "1.3.64.-/reference 1.3.128.-/reference 1.4.64.-/reference 1.4.128.-/reference"},
        {OWN "methods = batched, interleaved\n[cross]\nstream.count = 1,2,3\n[without a]\nstream.count = > "
             "1\nmethod = batched\n",
         "1.batched/reference 1.interleaved/reference 2.interleaved/reference 3.interleaved/reference"},
        {OWN
         "[cross]\nstream.count = 1,2,3,4\n[only a]\nstream.count = >= 2\n[only b]\nstream.count = <= 3\n",
         "2.-/reference 3.-/reference"},
        {OWN "[cross]\nstream.count = 1,2,3,4\n[without a]\nstream.count = < 2\n[without b]\nstream.count = "
             "3, 4\n",
         "2.-/reference"},
        /* a word is no number: neither below nor above */
        {OWN "[cross]\nwrite.interval = auto, 5 ms\n[without a]\nwrite.interval = < 1 s\n",
         "auto.-/reference"},
        {OWN "[cross]\nwrite.interval = auto, 5 ms\n[without a]\nwrite.interval = auto\n",
         "5 ms.-/reference"},
        /* filters may stand before what they speak of */
        {"[only a]\nstream.count = 2\n[cross]\nstream.count = 1,2\n" OWN, "2.-/reference"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        struct sweep *sweep = read_text(cases[i].text, &error);
        g_assert_no_error(error);
        g_autofree char *points = points_text(sweep);
        g_assert_cmpstr(points, ==, cases[i].points);
        sweep_free(sweep);
    }
}

/* What is shown to users: 6 counts, 3 intervals, 2 pictures, 2 methods, without the two largest counts of one method. */
static void test_documented(void)
{
    g_autofree char *path = source_path("docs/sweep.md"), *page = NULL;
    g_autoptr(GError) error = NULL;
    g_assert_true(g_file_get_contents(path, &page, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(page, "\n", -1);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; lines[i]; i++)
        if (g_str_has_prefix(lines[i], "    "))
            g_string_append_printf(text, "%s\n", lines[i] + 4);
    struct sweep *sweep = read_text(text->str, &error);
    g_assert_no_error(error);
    g_autoptr(GArray) points = sweep_expand(sweep, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(points->len, ==, 6 * 3 * 2 * 2 - 2 * 3 * 2);
    sweep_free(sweep);
}

static void test_bad_points(void)
{
    static const struct {
        const char *text, *regex;
    } cases[] = {
        {OWN "[cross]\nstream.count = 1,2\n[only a]\nstream.count = 1\n[only b]\nstream.count = 2\n",
         "s\\.ini:1: sweep: has no point, its filters leave out all"},
        {OWN "[cross]\nstream.count = linear:1:1001:1001\nserver.cores = linear:1:1000:1000\n",
         "s\\.ini:1: sweep: has too many points; allowed: 1000000, of 10000000 combinations$"},
        {OWN "[cross]\nstream.count = linear:1:9000:9000\nserver.cores = linear:1:9000:9000\nserver.ring = "
             "linear:1:9000:9000\n"
             "device.count = linear:1:9000:9000\nserver.applications = linear:1:9000:9000\n",
         "has too many points"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        GError *error = NULL;
        struct sweep *sweep = read_text(cases[i].text, &error);
        g_assert_no_error(error);
        g_assert_null(sweep_expand(sweep, &error));
        g_assert_true(g_regex_match_simple(cases[i].regex, error->message, 0, 0));
        g_error_free(error);
        sweep_free(sweep);
    }
}

static void test_shards(void)
{
    static const char *const bad[] = {"",    "1",     "0/3",  "4/3",       "1/0",
                                      "a/b", "1/2/3", "-1/3", "1/1000001", "1 s/3"};
    struct sweep_shard shard;
    GError *error = NULL;
    g_assert_true(sweep_shard_read(NULL, &shard, &error) && shard.index == 0 && shard.of == 1);
    g_assert_true(sweep_shard_read("3/3", &shard, &error) && shard.index == 2 && shard.of == 3);
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_assert_false(sweep_shard_read(bad[i], &shard, &error));
        g_assert_true(g_str_has_prefix(error->message, "--shard: \""));
        g_clear_error(&error);
    }
}

/* --- records --- */

static struct manifest_point a_point(void)
{
    struct manifest_point point = {.id = "00007"};
    memset(point.hash, 'a', SWEEP_HASH_CHARS);
    return point;
}

static void test_records(void)
{
    const struct manifest_point point = a_point();
    struct record record = {0};
    g_autofree char *result = record_of_result(&point, "00007,4 Mbit/s,\xc3\xa4", "{\"x\":[1,\"}\\\"\"]}"),
                    *failed = record_of_failure(&point, "a \"quote\",\\ and more");
    g_assert_cmpint(record_judge(result, &point, &record), ==, RECORD_WHOLE);
    g_assert_cmpstr(record.row, ==, "00007,4 Mbit/s,\xc3\xa4");
    g_assert_cmpstr(record.result, ==, "{\"x\":[1,\"}\\\"\"]}");
    g_assert_null(record.error);
    record = (struct record){0};
    g_assert_cmpint(record_judge(failed, &point, &record), ==, RECORD_WHOLE);
    g_assert_cmpstr(record.error, ==, "\"a \\\"quote\\\",\\\\ and more\"");
    g_assert_null(record.result);
}

/* Every beginning of a record, and a record with any byte changed, is broken (or, where its hash or id was changed, somebody's). */
static void test_broken_records(void)
{
    const struct manifest_point point = a_point();
    struct record record;
    g_autofree char *whole = record_of_result(&point, "00007,1", "{\"x\":1}");
    size_t length = strlen(whole), hash = (size_t)(strstr(whole, "aaaa") - whole),
           id = (size_t)(strstr(whole, "00007") - whole);
    for (size_t cut = 0; cut < length; cut++) {
        g_autofree char *text = g_strndup(whole, cut);
        g_assert_cmpint(record_judge(text, &point, &record), ==, RECORD_BROKEN);
    }
    for (size_t at = 0; at < length; at++) {
        g_autofree char *text = g_strdup(whole);
        text[at] = text[at] == 'b' ? 'c' : 'b';
        bool names = (at >= hash && at < hash + SWEEP_HASH_CHARS) || (at >= id && at < id + 5);
        g_assert_cmpint(record_judge(text, &point, &record), ==, names ? RECORD_FOREIGN : RECORD_BROKEN);
    }
    g_autofree char *longer = g_strconcat(whole, " ", NULL);
    g_assert_cmpint(record_judge(longer, &point, &record), ==, RECORD_BROKEN);
}

/* --- hashes --- */

/* What a point is known by: of version, back end and replications, too, so that records which are put together from elsewhere are told apart without
 * their manifests. */
static void test_hash(void)
{
    char *directory = scratch_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *path =
        scratch_file(directory, "s.ini", "[sweep]\nscenario = base.ini\nreplications = 3\n");
    g_free(scratch_file(directory, "base.ini",
                        "[server x]\n[switch x]\n[device x]\n[stream x]\nrate = 1 Mbit/s\n"));
    struct sweep *sweep = sweep_read(path, &error);
    struct media_library *media = media_library_new();
    struct manifest *manifest = sweep ? manifest_new(sweep, media, &error) : NULL;
    g_assert_no_error(error);
    struct scenario *scenario = manifest_scenario(manifest, 0, &error);
    struct plan *plan = scenario ? plan_new(scenario, media, &error) : NULL;
    g_assert_no_error(error);
    g_autofree char *settings = plan_settings(plan);
    g_autofree char *text = g_strconcat(
        "[weft]\nversion = " WEFT_VERSION "\nbackend = reference\nreplications = 3\n", settings, NULL);
    g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
    g_assert_cmpstr(manifest_at(manifest, 0)->hash, ==, hash);
    plan_free(plan);
    scenario_free(scenario);
    manifest_free(manifest);
    media_library_free(media);
    sweep_free(sweep);
    scratch_free(directory);
}

static void test_progress(void)
{
    static const struct {
        guint done, todo, failed;
        gint64 elapsed_us;
        const char *text;
    } cases[] = {
        {0, 10, 0, 0, "0 of 10 points done"},
        {0, 10, 0, 5000000, "0 of 10 points done"},
        {5, 10, 0, 0, "5 of 10 points done"},
        {5, 10, 0, 10000000, "5 of 10 points done, 0.5 a second, 10 s left"},
        {10, 10, 1, 10000000, "10 of 10 points done, 1 a second, 0 s left, 1 failed"},
        {300, 10000, 0, 3000000, "300 of 10000 points done, 100 a second, 1 min 37 s left"},
        {1, 3901, 2, 2000000, "1 of 3901 points done, 0.5 a second, 2 h 10 min left, 2 failed"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text =
            sweep_progress_text(cases[i].done, cases[i].todo, cases[i].failed, cases[i].elapsed_us);
        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sweep/values", test_values);
    g_test_add_func("/sweep/values/geometric", test_log_is_geometric);
    g_test_add_func("/sweep/values/bad", test_bad_values);
    g_test_add_func("/sweep/files/bad", test_bad_files);
    g_test_add_func("/sweep/files/help", test_help);
    g_test_add_func("/sweep/points", test_points);
    g_test_add_func("/sweep/points/documented", test_documented);
    g_test_add_func("/sweep/points/bad", test_bad_points);
    g_test_add_func("/sweep/shards", test_shards);
    g_test_add_func("/sweep/records", test_records);
    g_test_add_func("/sweep/records/broken", test_broken_records);
    g_test_add_func("/sweep/hash", test_hash);
    g_test_add_func("/sweep/progress", test_progress);
    return g_test_run();
}
