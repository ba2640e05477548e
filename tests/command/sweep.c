/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft sweep as a user runs it: what comes out does not depend on workers, shards or interruptions, and what is wrong is said. */

#include "comparison.h"
#include "sweep_merge.h"
#include "swept.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* --- the same, however it is run --- */

static void test_jobs_and_shards(void)
{
    struct bench bench = bench_new(LARGE);
    run_good(&bench, "^s: 200 points, 200 of them run now, 0 failed\none/sweep\\.csv, one/sweep\\.jsonl\n$",
             "-o one -j 1");
    run_good(&bench, "200 of them run now, 0 failed", "-o two -j 2");
    assert_same(&bench, "one", "two");
    run_good(&bench, "67 of them run now; others have no result yet\n$", "-o parts --shard 1/3 -j1");
    run_good(&bench, "66 of them run now; others have no result yet\n$", "-o parts --shard 3/3");
    run_good(&bench, "67 of them run now, 0 failed", "-o parts --shard 2/3");
    assert_same(&bench, "one", "parts");
    run_good(&bench, "^s: 200 points, 0 of them run now, 0 failed", "-o parts");
    assert_same(&bench, "one", "parts");
    bench_clear(&bench);
}

/* Shards on machines with directories of their own, whose points/ are put together afterwards. */
static void test_put_together(void)
{
    struct bench bench = bench_new(LARGE);
    run_good(&bench, "200 of them run now, 0 failed", "-o one -j 2");
    run_good(&bench, "100 of them run now; others have no result yet\n$", "-o here --shard 1/2 -j 2");
    run_good(&bench, "100 of them run now; others have no result yet\n$", "-o there --shard 2/2 -j 1");
    g_autofree char *from = path_of(&bench, "there/points"), *to = path_of(&bench, "here/points");
    g_autoptr(GDir) there = g_dir_open(from, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(there))) {
        g_autofree char *old = g_build_filename(from, name, NULL), *new = g_build_filename(to, name, NULL);
        g_assert_cmpint(g_rename(old, new), ==, 0);
    }
    run_good(&bench, "^s: 200 points, 0 of them run now, 0 failed", "-o here");
    assert_same(&bench, "one", "here");
    bench_clear(&bench);
}

/* What follows `n` cells of a line. */
static const char *after_cells(const char *line, guint n)
{
    for (; n > 0; n--) {
        line = strchr(line, ',');
        g_assert_nonnull(line);
        line++;
    }
    return line;
}

/* The rows are those of weft compare. */
static void test_agrees_with_compare(void)
{
    struct bench bench = bench_new("[sweep]\nscenario = tiny.ini\nmethods = batched, "
                                   "interleaved\nreplications = 3\n[set]\nstream.start = random\n"
                                   "[cross]\nstream.count = 3, 5\n");
    run_good(&bench, "4 points, 4 of them", "-o out");
    struct said said = weft(bench.directory, "compare", "tiny.ini", "--methods", "batched,interleaved",
                            "--vary", "stream.count=3,5", "--set", "scenario.replications=3", "--set",
                            "stream.start=random", "--out", "cmp", NULL);
    g_autofree char *csv = content_of(&bench, "out/sweep.csv"),
                    *compared = content_of(&bench, "cmp/vary.csv");
    g_auto(GStrv) ours = g_strsplit(csv, "\n", -1), theirs = g_strsplit(compared, "\n", -1);
    g_assert_cmpuint(g_strv_length(ours), ==, 6);
    g_assert_cmpuint(g_strv_length(ours), ==, g_strv_length(theirs));
    for (guint i = 0; ours[i] && *ours[i]; i++) {
        /* point, stream.count, method; method, key, value, number, unit: then the same */
        g_assert_cmpstr(after_cells(ours[i], 3), ==, after_cells(theirs[i], 5));
    }
    g_assert_true(g_str_has_prefix(
        ours[0], "point,stream.count,method,servers,devices,streams,link_bps,port_bps,backend,interval_ms,"));
    g_assert_true(g_str_has_prefix(ours[4], "00004,5,interleaved,1,9,5,100000000,10000000,reference,"));
    g_assert_nonnull(strstr(ours[0], ",cycles_per_packet_ci95,"));
    said_clear(&said);
    bench_clear(&bench);
}

/* --- what fails --- */

static void test_failing_points(void)
{
    static const char *const jobs[] = {"-o out -j 1", "-o out -j 2", "-o again -j 2"};
    struct bench bench = bench_new("[sweep]\nscenario = tiny.ini\nbackends = doomed, "
                                   "doomed-apart\n[cross]\nstream.count = 1, 3, 4, 5, 6\n");
    for (size_t i = 0; i < G_N_ELEMENTS(jobs); i++) {
        g_autofree char *line = g_strconcat("sweep s.ini ", jobs[i], NULL);
        g_auto(GStrv) argv = g_strsplit(line, " ", -1);
        struct said said = weft_with(bench.directory, NULL, (const char *const *)argv);
        g_assert_cmpint(said.status, ==, 1);
        g_assert_true(g_regex_match_simple("^weft sweep: 6 of 10 points failed, first 00003: weft: back end "
                                           "doomed: three \"streams\", a comma\\?and "
                                           "a line; all errors are in (out|again)/failed\\.jsonl\n$",
                                           said.err, 0, 0));
        g_assert_true(g_regex_match_simple(i == 1 ? "^s: 10 points, 6 of them run now, 6 failed\n"
                                                  : "^s: 10 points, 10 of them run now, 6 failed\n",
                                           said.out, 0, 0));
        g_assert_nonnull(
            strstr(said.out, "  00003: weft: back end doomed: three \"streams\", a comma?and a line\n"));
        g_assert_nonnull(strstr(said.out, "  00005: weft: doomed: killed by signal 9 (Killed)\n"));
        g_assert_nonnull(strstr(said.out, "  00006: weft: doomed-apart: killed by signal 9 (Killed)\n"));
        g_assert_nonnull(strstr(said.out, "  00007: weft: doomed: ended with status 7\n"));
        said_clear(&said);
    }
    assert_same(&bench, "out", "again");
    g_autofree char *csv = content_of(&bench, "out/sweep.csv"),
                    *failed = content_of(&bench, "out/failed.jsonl");
    g_auto(GStrv) rows = g_strsplit(csv, "\n", -1);
    g_assert_cmpuint(g_strv_length(rows), ==, 1 + 4 + 1);
    g_assert_nonnull(strstr(
        failed, "\",\"error\":\"weft: back end doomed: three \\\"streams\\\", a comma?and a line\"}\n"));
    bench_clear(&bench);
}

/* A shard's failures are merged with the others' results; a failure is tried again, and its record goes when it succeeds. */
static void test_failing_shards(void)
{
    struct bench bench =
        bench_new("[sweep]\nscenario = tiny.ini\nbackends = doomed\n[cross]\nstream.count = 1, 3, 2, 6\n");
    run_good(&bench, "2 of them run now; others have no result yet\n$", "-o out --shard 2/2");
    struct said said = weft(bench.directory, "sweep", "s.ini", "-o", "out", "--shard", "1/2", NULL);
    g_assert_cmpint(said.status, ==, 1);
    g_assert_true(g_str_has_prefix(said.out, "s: 4 points, 2 of them run now, 1 failed\n"));
    said_clear(&said);
    g_autofree char *points = path_of(&bench, "out/points"), *names = scratch_names(points);
    g_assert_cmpstr(names, ==, "00001.json 00002.failed 00003.json 00004.json");
    bench_clear(&bench);
}

/* --- as it is documented --- */

/* The first line of the file has these members, in this order. */
static void assert_members(const struct bench *bench, const char *name, const struct result_field *fields)
{
    g_autofree char *text = content_of(bench, name);
    *strchr(text, '\n') = '\0';
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) line = json_from_string(text, &error);
    g_assert_no_error(error);
    g_autoptr(GList) members = json_object_get_members(json_node_get_object(line));
    const GList *member = members;
    for (; fields->name; fields++, member = member->next) {
        g_assert_nonnull(member);
        g_assert_cmpstr(member->data, ==, fields->name);
    }
    g_assert_null(member);
}

static void test_files(void)
{
    struct bench bench = bench_new("[sweep]\nscenario = tiny.ini\nbackends = reference, doomed\n[cross]\n"
                                   "stream.count = 4\nwrite.interval = 10 ms\n");
    struct said said = weft(bench.directory, "sweep", "s.ini", "-o", "out", NULL);
    g_assert_cmpint(said.status, ==, 1);
    said_clear(&said);
    assert_members(&bench, "out/manifest.jsonl", sweep_manifest_fields);
    assert_members(&bench, "out/sweep.jsonl", sweep_result_fields);
    assert_members(&bench, "out/failed.jsonl", sweep_failure_fields);
    g_autofree char *csv = content_of(&bench, "out/sweep.csv");
    g_autoptr(GString) header = g_string_new(NULL);
    for (const struct result_field *column = sweep_columns; column->name; column++)
        g_string_append_printf(header, "%s,", column->name);
    g_string_append(header, "stream.count,write.interval,write.interval [ps],method,");
    g_string_append(header, "servers,devices,streams,link_bps,port_bps,");
    for (const struct result_field *column = comparison_columns + 1; column->name; column++)
        g_string_append_printf(header, "%s%s", column->name, column[1].name ? "," : "\n");
    g_assert_true(g_str_has_prefix(csv, header->str));
    bench_clear(&bench);
}

/* --- only said --- */

/* Which points there are and what is left to do; nothing is made, changed or removed. */
static void test_dry_run(void)
{
    struct bench bench = bench_new(SMALL);
    run_good(&bench,
             "^s: 6 points; 0 have results in out, 6 are to be run\n"
             "  00001: stream\\.count = 1, batched on reference\n"
             "  00002: stream\\.count = 1, interleaved on reference\n(  0000[345]: .*\n){3}"
             "  00006: stream\\.count = 3, interleaved on reference\n"
             "about [0-9]+ s with 2 workers: 6 of them took [0-9.e+]+ ms each\n$",
             "-o out --dry-run -j 2");
    g_autofree char *left = scratch_names(bench.directory);
    g_assert_cmpstr(left, ==, "s.ini tiny.ini");
    run_good(&bench, "2 of them run now", "-o out --shard 1/3");
    run_good(&bench, "^s: 6 points; 2 have results in out, 4 are to be run\n", "-o out -n");
    run_good(&bench,
             "^s: 6 points, 2 of them in shard 1/3; 2 have results in out, 0 are to be run\n(  .*\n){6}$",
             "-o out -n --shard 1/3");
    write_in(&bench, "s.ini", SMALL "stream.rate = 1 Mbit/s, 2 Mbit/s\n",
             strlen(SMALL "stream.rate = 1 Mbit/s, 2 Mbit/s\n"));
    run_bad(&bench, 2, "^out/manifest\\.jsonl:1: is of another sweep: its set is ", "-o out -n");
    bench_clear(&bench);
}

static void test_dry_run_of_many(void)
{
    struct bench bench = bench_new(LARGE);
    run_good(&bench,
             "^s: 200 points; 0 have results in s\\.results, 200 are to be run\n(  0000[1-5]: .*\n){5}"
             "  \\.\\.\\.\n(  00(19[6-9]|200): .*\n){5}about [0-9]+ s with 1 worker: ",
             "-n -j 1");
    bench_clear(&bench);
}

/* What crashes or never ends is no fault of who asks. */
static void test_dry_run_that_fails(void)
{
    struct bench bench =
        bench_new("[sweep]\nscenario = tiny.ini\nbackends = doomed\n[set]\nstream.count = 4\n");
    run_good(&bench, "1 are to be run\n.*\nhow long they take is not known: ", "-n");
    bench_clear(&bench);
}

/* --- bad input: nothing is made --- */

static void test_bad_input(void)
{
    static const struct {
        const char *text, *arguments, *regex;
    } cases[] = {
        {"[sweep]\nscenario = none.ini\n", "",
         "^none\\.ini: cannot be opened: .* \\(scenario of s\\.ini\\)\n$"},
        {"[sweep]\nscenario = tiny.ini\nreplications = 0\n", "", "^s\\.ini:3: scenario\\.replications: "},
        {"[sweep]\nscenario = tiny.ini\n[set]\nserver.moon.cores = 2\n", "",
         "^s\\.ini:4: server\\.cores: there is no \\[server moon\\]"},
        {"[sweep]\nscenario = tiny.ini\n[cross]\nstream.rate = 1 Mbit/s, 2\n", "",
         "^s\\.ini:4: stream\\.rate: \"2\" has no unit; .* \\(with stream\\.rate = 2, on reference\\)\n$"},
        {"[sweep]\nscenario = tiny.ini\nmethods = batched\n[cross]\nserver.cores = 1, "
         "2\nserver.interrupt_core = 0, 1\n",
         "",
         "^s\\.ini:6: server\\.interrupt_core: is 1; allowed: less than cores, 1 "
         "\\(with server\\.cores = 1, server\\.interrupt_core = 1, batched on reference\\)\n$"},
        {SMALL, "--shard 3/2", "^--shard: \"3/2\" is no part of a sweep; allowed: "},
        {SMALL, "-j 0", "^--jobs: "},
        {SMALL, "--out=", "^\"\" is no name of a directory"},
        {SMALL, "--fly", "^weft sweep: Unknown option --fly"},
        {SMALL, "more", "^weft sweep: unexpected argument"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct bench bench = bench_new(cases[i].text);
        g_autofree char *line = g_strconcat("sweep s.ini ", cases[i].arguments, NULL);
        g_auto(GStrv) argv = g_strsplit(g_strchomp(line), " ", -1);
        struct said said = weft_with(bench.directory, NULL, (const char *const *)argv);
        assert_bad(&said, 2, cases[i].regex);
        said_clear(&said);
        g_autofree char *left = scratch_names(bench.directory);
        g_assert_cmpstr(left, ==, "s.ini tiny.ini");
        bench_clear(&bench);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sweep/jobs-and-shards", test_jobs_and_shards);
    g_test_add_func("/sweep/put-together", test_put_together);
    g_test_add_func("/sweep/compare", test_agrees_with_compare);
    g_test_add_func("/sweep/failing", test_failing_points);
    g_test_add_func("/sweep/failing/shards", test_failing_shards);
    g_test_add_func("/sweep/files", test_files);
    g_test_add_func("/sweep/dry-run", test_dry_run);
    g_test_add_func("/sweep/dry-run/many", test_dry_run_of_many);
    g_test_add_func("/sweep/dry-run/failing", test_dry_run_that_fails);
    g_test_add_func("/sweep/bad", test_bad_input);
    return g_test_run();
}
