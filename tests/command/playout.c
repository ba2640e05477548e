/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Playout of whole runs: 20 streams as in scenarios/small.ini with a processor that costs nothing, by closed forms and
 * by the levels that --playout writes. */

#include "weft.h"

#include "backends.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

/* Of a packet: when the next one is due, its time on the server's link and on its port. Ten make an interval. */
#define PACKET_MS 2.632
#define LINK_MS   0.011056
#define PORT_MS   0.11056
enum { STREAMS = 20, BURST = 10, PAYLOAD = 1316 };

static JsonObject *run(const char *directory, const char *backend, const char *method, int startup_ms,
                       const char *setting)
{
    g_autofree char *startup = g_strdup_printf("device.startup=%d ms", startup_ms);
    g_autofree char *path = source_path("scenarios/small.ini");
    struct said said =
        weft(directory, "run", path, "--json", "-", "--playout", "p.csv", "--backend", backend, "--method",
             method, "--set", "server.profile=free", "--set", "stream.count=20", "--set", "device.count=20",
             "--set", "write.interval=26.32 ms", "--set", startup, "--set", setting, NULL);
    assert_good(&said);
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) root = json_from_string(said.out, &error);
    g_assert_no_error(error);
    said_clear(&said);
    return json_object_ref(json_node_get_object(root));
}

static JsonObject *stream_of(JsonObject *result, guint s)
{
    return json_array_get_object_element(json_object_get_array_member(result, "streams"), s);
}

static void assert_near(JsonObject *object, const char *name, double must)
{
    g_assert_cmpfloat_with_epsilon(json_object_get_double_member(object, name), must, 1e-5);
}

static void assert_spread(JsonObject *result, const char *name, double best, double mean, double worst)
{
    JsonObject *totals = json_object_get_object_member(result, "totals");
    JsonObject *spread =
        json_object_get_object_member(json_object_get_object_member(totals, "destinations"), name);
    assert_near(spread, "best", best);
    assert_near(spread, "mean", mean);
    assert_near(spread, "worst", worst);
}

/* The first packet of a burst to stream s comes `first_ms` + s `stream_ms` after the call, the others `gap_ms` apart. */
static const struct burst {
    const char *method;
    double first_ms, stream_ms, gap_ms;
} bursts[] = {
    {"multi-destination", LINK_MS + PORT_MS, BURST *LINK_MS, PORT_MS},
    {"interleaved", LINK_MS + PORT_MS, LINK_MS, STREAMS *LINK_MS},
};

static double delay_us(const struct burst *burst, double s)
{
    return 1e3 * (burst->first_ms + s * burst->stream_ms + (BURST - 1) / 2.0 * (burst->gap_ms - PACKET_MS));
}

/* Interleaving delays the first destination of a call and helps the last. */
static void test_destinations(gconstpointer backend)
{
    if (!backend_check(backends_find(backend), NULL)) {
        g_test_skip("not built");
        return;
    }
    char *directory = scratch_new();
    for (size_t i = 0; i < G_N_ELEMENTS(bursts); i++) {
        g_autoptr(JsonObject) result = run(directory, backend, bursts[i].method, 0, "stream.live=no");
        assert_spread(result, "delay_us", delay_us(&bursts[i], 0), delay_us(&bursts[i], (STREAMS - 1) / 2.0),
                      delay_us(&bursts[i], STREAMS - 1));
        gint64 peak_bytes = 0;
        for (guint s = 0; s < STREAMS; s++) {
            peak_bytes =
                MAX(peak_bytes, json_object_get_int_member(stream_of(result, s), "buffer_bytes_max"));
            assert_near(stream_of(result, s), "delay_mean_us", delay_us(&bursts[i], s));
            assert_near(stream_of(result, s), "delay_max_us",
                        1e3 * (bursts[i].first_ms + s * bursts[i].stream_ms));
            assert_near(stream_of(result, s), "startup_needed_ms", 0);
        }
        JsonObject *totals = json_object_get_object_member(result, "totals");
        g_assert_cmpint(peak_bytes, >, 0);
        g_assert_cmpint(json_object_get_int_member(totals, "peak_playout_bytes"), ==, peak_bytes);
    }
    g_assert_cmpfloat(delay_us(&bursts[0], 0), <, delay_us(&bursts[1], 0));
    g_assert_cmpfloat(delay_us(&bursts[0], STREAMS - 1), >, delay_us(&bursts[1], STREAMS - 1));
    scratch_free(directory);
}

/* Live data comes an interval later. A device that starts too early stalls once, for as long as is missing. */
static void test_live(gconstpointer backend)
{
    if (!backend_check(backends_find(backend), NULL)) {
        g_test_skip("not built");
        return;
    }
    char *directory = scratch_new();
    for (size_t i = 0; i < 2 * G_N_ELEMENTS(bursts); i++) {
        const struct burst *burst = &bursts[i / 2];
        const int startup_ms = i % 2 ? 200 : 5;
        const double late_ms = (BURST - 1) * PACKET_MS + burst->first_ms;
        g_autoptr(JsonObject) result = run(directory, backend, burst->method, startup_ms, "stream.live=yes");
        for (guint s = 0; s < STREAMS; s++) {
            const double needed_ms = late_ms + s * burst->stream_ms;
            JsonObject *stream = stream_of(result, s);
            assert_near(stream, "startup_needed_ms", needed_ms);
            assert_near(stream, "stall_ms", MAX(needed_ms - startup_ms, 0));
            g_assert_cmpint(json_object_get_int_member(stream, "underruns"), ==, needed_ms > startup_ms);
        }
        assert_spread(result, "startup_needed_ms", late_ms, late_ms + (STREAMS - 1) / 2.0 * burst->stream_ms,
                      late_ms + (STREAMS - 1) * burst->stream_ms);
        JsonObject *totals = json_object_get_object_member(result, "totals");
        g_assert_cmpint(json_object_get_int_member(totals, "underruns"), ==, i % 2 ? 0 : STREAMS);
        assert_near(totals, "stall_ms",
                    i % 2 ? 0 : STREAMS * (late_ms + (STREAMS - 1) / 2.0 * burst->stream_ms - startup_ms));
    }
    scratch_free(directory);
}

/* --- the levels that are written, against the result --- */

struct level {
    gint64 bytes, low, high, low_by_now;
    guint64 at_ps;
    double byte_ps;
};

/* One line: its instant is not before that of the stream's line before, its level another one. */
static void follow(struct level *level, guint64 at_ps, gint64 bytes, guint64 start_ps)
{
    g_assert_cmpuint(at_ps, >=, level->at_ps);
    if (at_ps > start_ps)
        level->byte_ps += (double)level->bytes * (double)(at_ps - MAX(level->at_ps, start_ps));
    level->high = MAX(level->high, bytes);
    if (bytes < level->bytes || bytes == 0)
        level->low_by_now = MIN(level->low_by_now, bytes);
    else
        level->low = level->low_by_now; /* up to the last arrival */
    level->bytes = bytes;
    level->at_ps = at_ps;
}

static void check_levels(const char *directory, JsonObject *result, guint64 start_ps)
{
    g_autofree char *file = g_build_filename(directory, "p.csv", NULL), *text = NULL;
    struct level levels[STREAMS];
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_assert_cmpstr(lines[0], ==, "stream,at_ps,buffer_bytes");
    for (guint s = 0; s < STREAMS; s++)
        levels[s] = (struct level){.low = G_MAXINT64, .low_by_now = G_MAXINT64};
    for (guint i = 1; *lines[i]; i++) {
        g_auto(GStrv) cell = g_strsplit(lines[i], ",", -1);
        g_assert_cmpuint(g_strv_length(cell), ==, 3);
        guint64 s = g_ascii_strtoull(cell[0], NULL, 10);
        g_assert_cmpuint(s, <, STREAMS);
        follow(&levels[s], g_ascii_strtoull(cell[1], NULL, 10), g_ascii_strtoll(cell[2], NULL, 10), start_ps);
    }
    for (guint s = 0; s < STREAMS; s++) {
        JsonObject *stream = stream_of(result, s);
        double window_ps = (double)(levels[s].at_ps - start_ps);
        g_assert_cmpint(levels[s].bytes, ==, 0);
        g_assert_cmpint(json_object_get_int_member(stream, "buffer_bytes_min"), ==, levels[s].low);
        g_assert_cmpint(json_object_get_int_member(stream, "buffer_bytes_max"), ==, levels[s].high);
        assert_near(stream, "buffer_bytes_mean", levels[s].byte_ps / window_ps);
    }
}

static const struct level_case {
    const char *method, *setting;
    int startup_ms;
} level_cases[] = {
    {"multi-destination", "stream.live=no", 100},          {"interleaved", "stream.live=no", 50},
    {"interleaved-paced", "stream.live=no", 30},           {"per-packet", "stream.live=no", 10},
    {"multi-destination", "switch.buffer=4 packets", 200}, {"multi-destination", "stream.live=yes", 5},
};

static void test_levels(gconstpointer backend)
{
    if (!backend_check(backends_find(backend), NULL)) {
        g_test_skip("not built");
        return;
    }
    char *directory = scratch_new();
    for (size_t i = 0; i < G_N_ELEMENTS(level_cases); i++) {
        const struct level_case *it = &level_cases[i];
        g_autoptr(JsonObject) result = run(directory, backend, it->method, it->startup_ms, it->setting);
        check_levels(directory, result, (guint64)it->startup_ms * 1000000000);
    }
    scratch_free(directory);
}

/* Devices that are off: nothing is said of them, and no figure is drawn. */
static void test_nothing(void)
{
    char *directory = scratch_new();
    g_autofree char *path = source_path("scenarios/small.ini");
    g_autoptr(JsonObject) result = run(directory, "reference", "interleaved", 200, "device.off=1 ps");
    JsonObject *stream = stream_of(result, 0);
    g_assert_true(json_object_get_null_member(stream, "underruns"));
    g_assert_true(json_object_get_null_member(stream, "buffer_bytes_min"));
    g_assert_true(json_object_get_null_member(stream, "delay_mean_us"));
    JsonObject *totals = json_object_get_object_member(result, "totals");
    JsonObject *destinations = json_object_get_object_member(totals, "destinations");
    JsonObject *spread = json_object_get_object_member(destinations, "delay_us");
    g_assert_true(json_object_get_null_member(spread, "best"));
    g_assert_true(json_object_get_null_member(spread, "mean"));
    g_assert_true(json_object_get_null_member(spread, "worst"));
    struct said said = weft(directory, "run", path, "--set", "device.off=1 ps", NULL);
    assert_good(&said);
    g_assert_nonnull(strstr(said.out, "  devices       got nothing\n"));
    said_clear(&said);
    said = weft(directory, "compare", path, "--methods", "interleaved", "--set", "device.off=1 ps",
                "--intervals", "40 ms", "--out", ".", NULL);
    g_assert_cmpint(said.status, ==, 0);
    g_assert_cmpstr(said.err, ==, "weft: figure device-buffer is left out: it has nothing to show\n");
    said_clear(&said);
    g_autofree char *names = scratch_names(directory);
    g_assert_nonnull(strstr(names, "device-buffer.csv"));
    g_assert_null(strstr(names, "device-buffer.png"));
    scratch_free(directory);
}

/* What devices got does not depend on who owns the loop. */
static void test_back_ends(void)
{
    if (!backend_check(backends_find("simgrid"), NULL)) {
        g_test_skip("not built");
        return;
    }
    static const char *const methods[] = {"per-packet", "multi-destination", "interleaved",
                                          "interleaved-paced"};
    char *directory = scratch_new();
    for (size_t i = 0; i < G_N_ELEMENTS(methods) * 2; i++) {
        const char *method = methods[i / 2], *setting = i % 2 ? "switch.buffer=3 packets" : "stream.live=yes";
        g_autoptr(JsonObject) a = run(directory, "reference", method, 1, setting);
        g_autofree char *file = g_build_filename(directory, "p.csv", NULL), *first = NULL, *second = NULL;
        g_assert_true(g_file_get_contents(file, &first, NULL, NULL));
        g_autoptr(JsonObject) b = run(directory, "simgrid", method, 1, setting);
        g_assert_true(g_file_get_contents(file, &second, NULL, NULL));
        g_assert_true(
            json_node_equal(json_object_get_member(a, "streams"), json_object_get_member(b, "streams")));
        g_assert_cmpuint(strlen(first), ==, strlen(second)); /* streams may take turns otherwise */
    }
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/playout/reference/destinations", "reference", test_destinations);
    g_test_add_data_func("/playout/simgrid/destinations", "simgrid", test_destinations);
    g_test_add_data_func("/playout/reference/live", "reference", test_live);
    g_test_add_data_func("/playout/simgrid/live", "simgrid", test_live);
    g_test_add_data_func("/playout/reference/levels", "reference", test_levels);
    g_test_add_data_func("/playout/simgrid/levels", "simgrid", test_levels);
    g_test_add_func("/playout/back-ends", test_back_ends);
    g_test_add_func("/playout/nothing", test_nothing);
    return g_test_run();
}
