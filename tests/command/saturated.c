/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A server that has more to do than its CPU can, as a user is told of it: in results, in the report and below tables. */

#include "weft.h"

#include <json-glib/json-glib.h>
#include <stdbool.h>
#include <string.h>

/* A call every 10 ms that takes 15: call k begins at 15 k ms, 5 k later than it was due. A packet of 1316 bytes is due every
 * 2.632 ms; on 1 Gbit/s it takes 11.056 us and on 100 Mbit/s 110.56. */
#define SLOW                                                                                                 \
    "[profile]\nbase = free\n[write_calls]\nlow = 150000 cycles\ntypical = 150000 cycles\nhigh = 150000 "    \
    "cycles\n"                                                                                               \
    "source = made up\nconfidence = low\n"
#define LATE                                                                                                 \
    "[scenario]\nduration = 100 ms\n[server main]\ncpu = 10 MHz\nprofile = file:slow.ini\n[switch access]\n" \
    "[device set]\nstartup = 30 ms\n[stream film]\nrate = 4 Mbit/s\npayload = 1316 B\n"                      \
    "[write]\ninterval = 10 ms\n"
enum { CALLS = 10, PACKETS = 38, INTERVAL_US = 10000, CALL_US = 15000, PACKET_US = 2632, STARTUP_US = 30000 };

static char *scratch_late(void)
{
    char *directory = scratch_new();
    g_free(scratch_file(directory, "slow.ini", SLOW));
    g_free(scratch_file(directory, "late.ini", LATE));
    return directory;
}

static JsonNode *parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    JsonNode *root = json_from_string(text, &error);
    g_assert_no_error(error);
    return root;
}

/* Packets of a call leave its port one after the other, from the end of the call on. */
static gint64 late_packets(void)
{
    gint64 late = 0, call = 0, in_call = 0;
    for (gint64 n = 0; n < PACKETS; n++, in_call++) {
        if (n * PACKET_US / INTERVAL_US != call) {
            call = n * PACKET_US / INTERVAL_US;
            in_call = 0;
        }
        double arrival_us = (double)((call + 1) * CALL_US) + 11.056 + 110.56 * (double)(in_call + 1);
        late += arrival_us > (double)(STARTUP_US + (n + 1) * PACKET_US);
    }
    return late;
}

static void check(JsonObject *object)
{
    g_assert_cmpint(json_object_get_int_member(object, "overruns"), ==, CALLS - 1);
    g_assert_cmpint(json_object_get_int_member(object, "cpu_overruns"), ==, CALLS - 1);
    g_assert_cmpfloat(json_object_get_double_member(object, "call_slip_max_us"), ==,
                      (CALLS - 1) * (CALL_US - INTERVAL_US));
}

static void test_results(void)
{
    char *directory = scratch_late();
    struct said said = weft(directory, "run", "late.ini", "--json", "-", NULL);
    assert_good(&said);
    g_autoptr(JsonNode) root = parse(said.out);
    JsonObject *run = json_node_get_object(root), *totals = json_object_get_object_member(run, "totals");
    check(totals);
    check(json_array_get_object_element(json_object_get_array_member(run, "servers"), 0));
    g_assert_cmpint(json_object_get_int_member(totals, "packets_delivered"), ==, PACKETS);
    g_assert_cmpint(json_object_get_int_member(totals, "late_packets"), ==, late_packets());
    g_assert_cmpint(late_packets(), >, 0);
    g_assert_cmpint(late_packets(), <, PACKETS);
    g_assert_cmpfloat(json_object_get_double_member(totals, "cpu_utilisation"), ==, 1);
    g_assert_cmpfloat(json_object_get_double_member(totals, "busiest_core_utilisation"), ==, 1);
    g_assert_cmpint(json_object_get_int_member(totals, "saturated_servers"), ==, 1);
    said_clear(&said);
    scratch_free(directory);
}

/* Runs weft in the directory with one more setting; what it prints must have `words`, or nothing of saturation. */
static void expect(const char *directory, const char *const arguments[6], const char *words)
{
    const char *all[7] = {0};
    memcpy(all, arguments, 6 * sizeof *all);
    struct said said = weft_with(directory, NULL, all);
    assert_good(&said);
    if (words ? !strstr(said.out, words) : strstr(said.out, "saturated") != NULL)
        g_error("%s", said.out);
    g_assert_cmpstr(said.err, ==, "");
    said_clear(&said);
}

static void test_words(void)
{
    static const struct {
        const char *arguments[6], *words;
    } rows[] = {
        {{"run", "late.ini"},
         "\n  CPU           100.00 %\n  saturated     CPU of main: 9 writes were late, calls slip by up to "
         "45 ms\n"},
        {{"run", "late.ini", "--set", "scenario.duration=20 ms"},
         "main: 1 write was late, calls slip by up to 5 ms\n"},
        {{"run", "late.ini", "--set", "write.interval=15 ms"}, NULL}, /* just in time */
        {{"run", "late.ini", "--set", "write.interval=14999 us"}, "late, calls slip by up to 0.006 ms\n"},
        {{"run", "late.ini", "--set", "server.profile=free"}, NULL},
        {{"compare", "late.ini", "--methods", "interleaved,multi-destination"},
         "\n\ninterleaved: CPU saturated, 9 writes were late, calls slip by up to 45 ms\n"
         "multi-destination: CPU saturated, 9 writes were late, calls slip by up to 45 ms\n"},
        {{"compare", "late.ini", "--vary", "write.interval=10 ms,20 ms", "--methods", "interleaved"},
         "\n\ninterleaved with 10 ms: CPU saturated, 9 writes were late, calls slip by up to 45 ms\n"},
        {{"compare", "late.ini", "--methods", "interleaved", "--set", "write.interval=20 ms"}, NULL},
    };
    char *directory = scratch_late();
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        expect(directory, rows[i].arguments, rows[i].words);
    scratch_free(directory);
}

/* The one that slips most is named: two servers, of which one has a stream only from 50 ms on. */
static void test_servers(void)
{
    char *directory = scratch_late();
    g_autofree char *two =
        scratch_file(directory, "two.ini",
                     LATE "[server other]\ncpu = 10 MHz\nprofile = file:slow.ini\n"
                          "[stream later]\nserver = other\nrate = 4 Mbit/s\nstart = 50 ms\n");
    static const char *const arguments[6] = {"run", "two.ini", "--set", "stream.film.server=main"};
    expect(directory, arguments,
           "  saturated     CPU of main (and 1 more): 13 writes were late, calls slip by up to 45 ms\n");
    scratch_free(directory);
}

/* Two packets that are due at almost one time wait for each other, but that is all. */
static void test_chance(void)
{
    char *directory = scratch_late();
    g_autofree char *two = scratch_file(directory, "two.ini",
                                        LATE "method = per-packet\n[stream other]\nrate = 100 kbit/s\n"
                                             "payload = 1316 B\nstart = 5 ms\n");
    static const char *const arguments[] = {
        "run", "two.ini", "--set", "stream.film.rate=100 kbit/s", "--set", "write.interval=50 ms"};
    expect(directory, arguments, NULL);
    struct said said = weft(directory, "run", "two.ini", "--set", "stream.film.rate=100 kbit/s", "--set",
                            "write.interval=50 ms", "--json", "-", NULL);
    assert_good(&said);
    g_autoptr(JsonNode) root = parse(said.out);
    JsonObject *totals = json_object_get_object_member(json_node_get_object(root), "totals");
    g_assert_cmpint(json_object_get_int_member(totals, "cpu_overruns"), ==, 1);
    g_assert_cmpfloat(json_object_get_double_member(totals, "call_slip_max_us"), ==, 10000);
    g_assert_cmpfloat(json_object_get_double_member(totals, "busiest_core_utilisation"), ==, 0.3);
    g_assert_cmpint(json_object_get_int_member(totals, "saturated_servers"), ==, 0);
    said_clear(&said);
    scratch_free(directory);
}

/* scenarios/saturation.ini says what its header says. */
static void test_scenario(void)
{
    g_autofree char *path = source_path("scenarios/saturation.ini");
    struct said said = weft(NULL, "compare", path, "--json", "-", NULL);
    assert_good(&said);
    g_autoptr(JsonNode) root = parse(said.out);
    JsonArray *runs = json_object_get_array_member(json_node_get_object(root), "runs");
    double cheaper = 0;
    guint seen = 0;
    for (guint i = 0; i < json_array_get_length(runs); i++) {
        JsonObject *run = json_array_get_object_element(runs, i),
                   *totals = json_object_get_object_member(run, "totals");
        const char *method = json_object_get_string_member(run, "method");
        guint streams = json_array_get_length(json_object_get_array_member(run, "streams"));
        bool saturated = streams == 250 && strcmp(method, "interleaved") != 0;
        double cycles = json_object_get_double_member(totals, "cycles_per_packet");
        double slip_us = json_object_get_double_member(totals, "call_slip_max_us");
        g_test_message("%s, %u streams: %.0f cycles a packet, slip %.0f us", method, streams, cycles,
                       slip_us);
        g_assert_cmpint(json_object_get_int_member(totals, "saturated_servers"), ==, saturated);
        g_assert_true((json_object_get_int_member(totals, "late_packets") > 0) == saturated);
        g_assert_true((slip_us > 100000) == saturated);
        if (strcmp(method, "per-packet") != 0)
            continue;
        g_assert_true(seen == 0 || cycles < cheaper);
        cheaper = cycles;
        seen++;
    }
    g_assert_cmpuint(seen, ==, 3);
    said_clear(&said);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/saturated/results", test_results);
    g_test_add_func("/saturated/words", test_words);
    g_test_add_func("/saturated/servers", test_servers);
    g_test_add_func("/saturated/chance", test_chance);
    g_test_add_func("/saturated/scenario", test_scenario);
    return g_test_run();
}
