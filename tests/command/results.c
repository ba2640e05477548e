/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Results: every key of the contract is there, counts agree with each other and with the trace, the settings
 * in a result are the scenario again, and files appear whole. */

#include "weft.h"

#include "weft/method.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

static const char *const result_keys[] = {
    "schema",      "version",  "backend", "method",  "seed",     "simulated_seconds",
    "interval_ps", "scenario", "totals",  "servers", "switches", "ports",
    "streams",     "theory",   NULL};
static const char *const scenario_keys[] = {"name", "hash", "settings", NULL};
static const char *const totals_keys[] = {"packets_sent",
                                          "packets_delivered",
                                          "packets_dropped",
                                          "dropped_by",
                                          "packets_refused",
                                          "refused_by",
                                          "payload_bytes_sent",
                                          "payload_bytes_delivered",
                                          "payload_bytes_copied",
                                          "write_calls",
                                          "entries",
                                          "entries_below_packet",
                                          "refused_entries",
                                          "mode_switches",
                                          "context_switches",
                                          "translations",
                                          "interrupts",
                                          "timer_wakeups",
                                          "refills",
                                          "slice_timers",
                                          "overruns",
                                          "cpu_overruns",
                                          "call_slip_max_us",
                                          "saturated_servers",
                                          "cycles",
                                          "cycles_low",
                                          "cycles_high",
                                          "cycles_per_packet",
                                          "cycles_per_packet_low",
                                          "cycles_per_packet_high",
                                          "cpu_utilisation",
                                          "busiest_core_utilisation",
                                          "dram_bytes_per_payload_byte",
                                          "peak_port_packets",
                                          "peak_port_bytes",
                                          "peak_switch_bytes",
                                          "mean_switch_bytes",
                                          "port_balance",
                                          "background_packets",
                                          "background_forwarded_packets",
                                          "background_dropped_packets",
                                          "late_packets",
                                          "underruns",
                                          "stall_ms",
                                          "peak_playout_bytes",
                                          "destinations",
                                          "joules",
                                          "joules_per_gigabyte",
                                          "corrupt_packets",
                                          NULL};
static const char *const server_keys[] = {"name",
                                          "packets_sent",
                                          "refused_entries",
                                          "registered_pages",
                                          "packets_refused",
                                          "refused_by",
                                          "cpu_utilisation",
                                          "busiest_core_utilisation",
                                          "counts",
                                          "cycles",
                                          "cycles_low",
                                          "cycles_high",
                                          "joules",
                                          "computed_flops",
                                          "load",
                                          "measured",
                                          "overruns",
                                          "cpu_overruns",
                                          "call_slip_max_us",
                                          NULL};
static const char *const switch_keys[] = {"name", "peak_bytes", NULL};
static const char *const port_keys[] = {"switch",
                                        "name",
                                        "background_forwarded_packets",
                                        "background_dropped_packets",
                                        "forwarded_packets",
                                        "dropped_packets",
                                        "dropped_by",
                                        "held",
                                        "peak_packets",
                                        "peak_bytes",
                                        "mean_bytes",
                                        NULL};
static const char *const stream_keys[] = {"name",
                                          "start_ps",
                                          "packets_delivered",
                                          "packets_dropped",
                                          "dropped_by",
                                          "packets_refused",
                                          "refused_by",
                                          "late_packets",
                                          "mdi_df_ms",
                                          "mdi_mlr",
                                          "jitter_us",
                                          "ts_df_us",
                                          "cinst_max",
                                          "vrx_min",
                                          "vrx_max",
                                          "jitter_max_us",
                                          "st2110_21",
                                          "intact_bytes",
                                          "corrupt_packets",
                                          "complete",
                                          "delay_mean_us",
                                          "delay_max_us",
                                          "startup_needed_ms",
                                          "underruns",
                                          "stall_ms",
                                          "buffer_bytes_min",
                                          "buffer_bytes_max",
                                          "buffer_bytes_mean",
                                          NULL};

static void assert_keys(JsonObject *object, const char *const *names)
{
    guint n = 0;
    for (; names[n]; n++) {
        if (!json_object_has_member(object, names[n]))
            g_test_message("missing: %s", names[n]);
        g_assert_true(json_object_has_member(object, names[n]));
    }
    g_assert_cmpuint(json_object_get_size(object), ==, n);
}

static JsonNode *parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    JsonNode *root = json_from_string(text, &error);
    g_assert_no_error(error);
    g_assert_nonnull(root);
    return root;
}

static void check_rows(JsonObject *result, const char *name, const char *const *names, guint count)
{
    JsonArray *rows = json_object_get_array_member(result, name);
    g_assert_cmpuint(json_array_get_length(rows), ==, count);
    for (guint i = 0; i < count; i++)
        assert_keys(json_array_get_object_element(rows, i), names);
}

static gint64 sum(JsonObject *result, const char *rows_name, const char *name)
{
    JsonArray *rows = json_object_get_array_member(result, rows_name);
    gint64 total = 0;
    for (guint i = 0; i < json_array_get_length(rows); i++)
        total += json_object_get_int_member(json_array_get_object_element(rows, i), name);
    return total;
}

static void check_result(JsonObject *result, guint servers, guint ports, guint streams)
{
    assert_keys(result, result_keys);
    g_assert_cmpstr(json_object_get_string_member(result, "schema"), ==, "weft-run/1");
    JsonObject *scenario = json_object_get_object_member(result, "scenario");
    JsonObject *totals = json_object_get_object_member(result, "totals");
    assert_keys(scenario, scenario_keys);
    assert_keys(totals, totals_keys);
    g_assert_cmpuint(strlen(json_object_get_string_member(scenario, "hash")), ==, 64);
    check_rows(result, "servers", server_keys, servers);
    check_rows(result, "switches", switch_keys, 1);
    check_rows(result, "ports", port_keys, ports);
    check_rows(result, "streams", stream_keys, streams);
    gint64 sent = json_object_get_int_member(totals, "packets_sent");
    g_assert_cmpint(sent, >, 0);
    g_assert_cmpint(sent, ==,
                    json_object_get_int_member(totals, "packets_delivered") +
                        json_object_get_int_member(totals, "packets_dropped"));
    g_assert_cmpint(sent, ==, sum(result, "servers", "packets_sent"));
    g_assert_cmpint(sent, ==,
                    sum(result, "ports", "forwarded_packets") + sum(result, "ports", "dropped_packets"));
    g_assert_cmpint(sent, ==,
                    sum(result, "streams", "packets_delivered") + sum(result, "streams", "packets_dropped"));
}

/* Each event by its name, and what it cost: together the total. */
static void check_server_events(JsonObject *result)
{
    JsonObject *server = json_array_get_object_element(json_object_get_array_member(result, "servers"), 0);
    JsonObject *counts = json_object_get_object_member(server, "counts");
    JsonObject *cycles = json_object_get_object_member(server, "cycles");
    double total = 0, low = 0, high = 0;
    for (int e = 0; e < WEFT_EVENTS; e++) {
        g_assert_true(json_object_has_member(counts, weft_events[e].name));
        total += json_object_get_double_member(cycles, weft_events[e].name);
        low += json_object_get_double_member(json_object_get_object_member(server, "cycles_low"),
                                             weft_events[e].name);
        high += json_object_get_double_member(json_object_get_object_member(server, "cycles_high"),
                                              weft_events[e].name);
    }
    g_assert_cmpuint(json_object_get_size(counts), ==, WEFT_EVENTS);
    g_assert_cmpuint(json_object_get_size(cycles), ==, WEFT_EVENTS);
    JsonObject *totals = json_object_get_object_member(result, "totals");
    double stated = json_object_get_double_member(totals, "cycles"),
           sent = (double)json_object_get_int_member(totals, "packets_sent");
    g_assert_cmpfloat_with_epsilon(total, stated, 1e-6 * stated);
    g_assert_cmpfloat_with_epsilon(low, json_object_get_double_member(totals, "cycles_low"), 1e-6 * stated);
    g_assert_cmpfloat_with_epsilon(high, json_object_get_double_member(totals, "cycles_high"), 1e-6 * stated);
    g_assert_cmpfloat_with_epsilon(low, sent * json_object_get_double_member(totals, "cycles_per_packet_low"),
                                   1e-6 * stated);
    g_assert_cmpfloat_with_epsilon(
        high, sent * json_object_get_double_member(totals, "cycles_per_packet_high"), 1e-6 * stated);
    g_assert_true(low < total && total < high);
}

static char *small(void)
{
    return source_path("scenarios/small.ini");
}

static void test_run(void)
{
    g_autofree char *path = small();
    struct said said = weft(NULL, "run", path, "--json", "-", NULL);
    assert_good(&said);
    g_autoptr(JsonNode) root = parse(said.out);
    check_result(json_node_get_object(root), 1, 8, 8);
    check_server_events(json_node_get_object(root));
    said_clear(&said);
}

static void test_compare(void)
{
    static const char *const compare_keys[] = {"schema", "runs", NULL};
    g_autofree char *path = small();
    struct said said =
        weft(NULL, "compare", path, "--json", "-", "--methods", "per-packet,interleaved", NULL);
    assert_good(&said);
    g_autoptr(JsonNode) root = parse(said.out);
    JsonObject *object = json_node_get_object(root);
    assert_keys(object, compare_keys);
    g_assert_cmpstr(json_object_get_string_member(object, "schema"), ==, "weft-compare/1");
    JsonArray *runs = json_object_get_array_member(object, "runs");
    g_assert_cmpuint(json_array_get_length(runs), ==, 2);
    for (guint i = 0; i < 2; i++)
        check_result(json_array_get_object_element(runs, i), 1, 8, 8);
    said_clear(&said);
}

/* The settings of a result, written as a scenario, give the same hash, settings and totals. */
static void test_settings_are_a_scenario(void)
{
    char *directory = scratch_new();
    g_autofree char *path = small();
    struct said first = weft(NULL, "run", path, "--json", "-", "--method", "per-packet", "--seed", "7", NULL);
    assert_good(&first);
    g_autoptr(JsonNode) root = parse(first.out);
    JsonObject *settings = json_object_get_object_member(
        json_object_get_object_member(json_node_get_object(root), "scenario"), "settings");
    g_autoptr(GString) text = g_string_new(NULL);
    JsonObjectIter groups, keys;
    const char *name;
    JsonNode *group, *value;
    json_object_iter_init_ordered(&groups, settings);
    while (json_object_iter_next_ordered(&groups, &name, &group)) {
        g_string_append_printf(text, "[%s]\n", name);
        json_object_iter_init_ordered(&keys, json_node_get_object(group));
        while (json_object_iter_next_ordered(&keys, &name, &value))
            g_string_append_printf(text, "%s = %s\n", name, json_node_get_string(value));
    }
    g_autofree char *again = scratch_file(directory, "again.ini", text->str);
    struct said second = weft(directory, "run", "again.ini", "--json", "-", NULL);
    assert_good(&second);
    g_assert_cmpstr(first.out, ==, second.out);
    said_clear(&first);
    said_clear(&second);
    scratch_free(directory);
}

/* The trace: a line a packet, in order, as many as were sent, and the same bytes again on another run. */
static void test_trace(void)
{
    char *directory = scratch_new();
    g_autofree char *path = small();
    struct said said = weft(directory, "run", path, "--trace", "a.csv", "--json", "a.json", "--set",
                            "server.applications=3", "--method", "per-packet-burst", NULL);
    assert_good(&said);
    said_clear(&said);
    said = weft(directory, "run", path, "--trace", "-", "--set", "server.applications=3", "--method",
                "per-packet-burst", NULL);
    assert_good(&said);
    g_autofree char *file = g_build_filename(directory, "a.csv", NULL), *text = NULL;
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, said.out);
    said_clear(&said);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_assert_cmpstr(
        lines[0], ==,
        "packet,server,stream,port,frame_bytes,tx_ps,switch_in_ps,switch_out_ps,device_in_ps,outcome");
    g_assert_cmpuint(g_strv_length(lines), ==,
                     1 + 1520 + 1); /* small.ini: 8 streams x 190 packets; the last is empty */
    guint64 before = 0;
    for (guint i = 1; *lines[i]; i++) {
        g_auto(GStrv) field = g_strsplit(lines[i], ",", -1);
        g_assert_cmpuint(g_strv_length(field), ==, 10);
        g_assert_cmpuint(g_ascii_strtoull(field[0], NULL, 10), ==, i - 1);
        g_assert_cmpstr(field[2], ==, field[3]); /* stream k to device k */
        guint64 tx_ps = g_ascii_strtoull(field[5], NULL, 10);
        g_assert_true(i == 1 || tx_ps > before);
        before = tx_ps;
        g_assert_cmpstr(field[9], ==, "delivered");
    }
    scratch_free(directory);
}

/* Files replace what was there, links are followed, nothing else is left. */
static void test_files(void)
{
    char *directory = scratch_new();
    g_autofree char *path = small();
    g_autofree char *old = scratch_file(directory, "old.json", "old"),
                    *link = g_build_filename(directory, "link.json", NULL);
    g_assert_cmpint(symlink("old.json", link), ==, 0);
    struct said said =
        weft(directory, "run", path, "--json", "link.json", "--out", "deep/er", "--quiet", NULL);
    assert_good(&said);
    g_assert_cmpstr(said.out, ==, "");
    said_clear(&said);
    g_autofree char *run = g_build_filename(directory, "deep/er/run.json", NULL), *a = NULL, *b = NULL;
    g_assert_true(g_file_get_contents(old, &a, NULL, NULL));
    g_assert_true(g_file_get_contents(run, &b, NULL, NULL));
    g_assert_cmpstr(a, ==, b);
    g_assert_true(g_file_test(link, G_FILE_TEST_IS_SYMLINK));
    g_autofree char *left = scratch_names(directory);
    g_assert_cmpstr(left, ==, "deep link.json old.json");
    scratch_free(directory);
}

static void test_compare_directory(void)
{
    char *directory = scratch_new();
    g_autofree char *path = small();
    struct said said = weft(directory, "compare", path, "--out", "out", "--intervals", "20 ms,40 ms", NULL);
    assert_good(&said);
    said_clear(&said);
    g_autofree char *out = g_build_filename(directory, "out", NULL);
    g_autofree char *names = scratch_names(out);
    g_assert_cmpstr(
        names, ==,
        "buffer-vs-interval.png buffer-vs-interval.svg compare-repeat.json compare.csv compare.json "
        "cycles-vs-interval.png cycles-vs-interval.svg device-buffer.csv device-buffer.png "
        "device-buffer.svg interval.csv timeline.csv timeline.png timeline.svg");
    g_autofree char *csv = g_build_filename(out, "interval.csv", NULL), *text = NULL;
    g_assert_true(g_file_get_contents(csv, &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint methods = 0;
    while (weft_methods[methods])
        methods++;
    g_assert_cmpuint(g_strv_length(lines), ==, 1 + 2 * methods + 1);
    scratch_free(directory);
}

/* weft compare with what is said, and what lies in the directory "out" then. */
static void assert_figures(const char *directory, const char *const *arguments, const char *said_err,
                           const char *left)
{
    struct said said = weft_with(directory, NULL, arguments);
    g_assert_cmpint(said.status, ==, 0);
    g_assert_cmpstr(said.err, ==, said_err);
    said_clear(&said);
    g_autofree char *out = g_build_filename(directory, "out", NULL), *names = scratch_names(out);
    g_assert_cmpstr(names, ==, left);
}

static void put_aside(const char *directory, const char *name)
{
    g_autofree char *out = g_build_filename(directory, "out", NULL),
                    *to = g_build_filename(directory, name, NULL);
    g_assert_cmpint(g_rename(out, to), ==, 0);
}

#define LEFT_OUT(figure) "weft: figure " figure " is left out: it has nothing to show\n"

/* Figures of a scenario that sends nothing, costs nothing or loses nothing that could be lost: those that have nothing to
 * show are not there, older ones neither, and the others are. */
static void test_nothing_to_show(void)
{
    static const char silent[] =
        "[scenario]\nduration = 10 ms\n[server x]\n[switch x]\n[device x]\nstartup = 0 s\n"
        "[stream x]\nrate = 10 Mbit/s\nstart = 1 s\n"
        "[compare]\nmethods = interleaved\n";
    static const char varied[] =
        "vary = server.cores\nvalues = 1,2\nfigure = cycles-vs-value,loss-vs-value,buffer-vs-value\n";
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "silent.ini", silent),
                    *both = g_strconcat(silent, varied, NULL);
    g_autofree char *vary = scratch_file(directory, "vary.ini", both);
#define COMPARE(...) ((const char *const[]){"compare", __VA_ARGS__, "--out", "out", NULL})
#define SENDS        "--set", "stream.start=0 s"
    assert_figures(directory,
                   COMPARE("silent.ini", SENDS, "--set", "server.profile=free", "--intervals", "2 ms"),
                   LEFT_OUT("cycles-vs-interval"),
                   "buffer-vs-interval.png buffer-vs-interval.svg compare-repeat.json compare.csv "
                   "compare.json device-buffer.csv "
                   "device-buffer.png device-buffer.svg interval.csv timeline.csv timeline.png timeline.svg");
    assert_figures(
        directory, COMPARE("silent.ini", "--intervals", "2 ms"),
        LEFT_OUT("cycles-vs-interval") LEFT_OUT("buffer-vs-interval") LEFT_OUT("device-buffer")
            LEFT_OUT("timeline"),
        "compare-repeat.json compare.csv compare.json device-buffer.csv interval.csv timeline.csv");
    put_aside(directory, "first");
    assert_figures(directory, COMPARE("silent.ini", "--ablate", "--methods", "per-packet,interleaved"),
                   LEFT_OUT("ablation"), "ablation-repeat.json ablation.csv ablation.json");
    put_aside(directory, "second");
    assert_figures(directory, COMPARE("vary.ini"),
                   LEFT_OUT("cycles-vs-value") LEFT_OUT("loss-vs-value") LEFT_OUT("buffer-vs-value"),
                   "compare-repeat.json compare.json vary.csv");
    assert_figures(
        directory, COMPARE("vary.ini", SENDS), "",
        "buffer-vs-value.png buffer-vs-value.svg compare-repeat.json compare.json cycles-vs-value.png "
        "cycles-vs-value.svg loss-vs-value.png loss-vs-value.svg vary.csv");
    scratch_free(directory);
}

/* Without gnuplot the numbers are there, and the missing figures are a failure of one line. */
static void test_without_gnuplot(void)
{
    char *directory = scratch_new();
    g_autofree char *path = small();
    g_auto(GStrv) environment = g_environ_setenv(g_get_environ(), "PATH", directory, TRUE);
    const char *const arguments[] = {"compare", path, "--out", "out", "--intervals", "40 ms", NULL};
    struct said said = weft_with(directory, environment, arguments);
    assert_bad(&said, 1, "^weft: gnuplot cannot be run, install gnuplot-nox: ");
    said_clear(&said);
    g_autofree char *gnuplot =
        scratch_file(directory, "gnuplot", "#!/bin/sh\necho 'no such font' >&2\nexit 3\n");
    g_assert_cmpint(g_chmod(gnuplot, 0700), ==, 0);
    said = weft_with(directory, environment, arguments);
    assert_bad(&said, 1, "^weft: gnuplot: no such font\n$");
    said_clear(&said);
    g_autofree char *out = g_build_filename(directory, "out", NULL), *names = scratch_names(out);
    g_assert_cmpstr(names, ==, "compare.csv device-buffer.csv interval.csv timeline.csv");
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/results/run", test_run);
    g_test_add_func("/results/compare", test_compare);
    g_test_add_func("/results/settings", test_settings_are_a_scenario);
    g_test_add_func("/results/trace", test_trace);
    g_test_add_func("/results/files", test_files);
    g_test_add_func("/results/compare-directory", test_compare_directory);
    g_test_add_func("/results/nothing-to-show", test_nothing_to_show);
    g_test_add_func("/results/without-gnuplot", test_without_gnuplot);
    return g_test_run();
}
