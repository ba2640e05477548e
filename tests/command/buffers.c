/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Buffers as a user has them: scenarios/shared-buffer.ini and loss-vs-buffer.ini say what their headers say, and every
 * packet that is lost is lost at a port, by a stream, for a cause. */

#include "weft.h"

#include <json-glib/json-glib.h>
#include <string.h>

enum { FRAME_BYTES = 1362, STREAMS = 80, BURST_PEAK_PACKETS = 33 }; /* 36 - floor(35 / 10) */

struct outcome {
    gint64 dropped, peak_switch_bytes, peak_port_bytes;
};

static gint64 sum(JsonObject *result, const char *array, const char *member)
{
    JsonArray *rows = json_object_get_array_member(result, array);
    gint64 total = 0;
    for (guint i = 0; i < json_array_get_length(rows); i++)
        total += json_object_get_int_member(json_array_get_object_element(rows, i), member);
    return total;
}

static struct outcome run(const char *scenario, const char *method, const char *set)
{
    g_autofree char *path = source_path(scenario);
    g_autoptr(GError) error = NULL;
    struct said said = weft(NULL, "run", path, "--method", method, "--set", set, "--json", "-", NULL);
    assert_good(&said);
    g_autoptr(JsonNode) root = json_from_string(said.out, &error);
    g_assert_no_error(error);
    said_clear(&said);
    JsonObject *result = json_node_get_object(root),
               *totals = json_object_get_object_member(result, "totals");
    const struct outcome outcome = {json_object_get_int_member(totals, "packets_dropped"),
                                    json_object_get_int_member(totals, "peak_switch_bytes"),
                                    json_object_get_int_member(totals, "peak_port_bytes")};
    g_assert_cmpint(json_object_get_int_member(json_object_get_object_member(totals, "dropped_by"), "buffer"),
                    ==, outcome.dropped);
    g_assert_cmpint(sum(result, "ports", "dropped_packets"), ==, outcome.dropped);
    g_assert_cmpint(sum(result, "streams", "packets_dropped"), ==, outcome.dropped);
    g_test_message("%s %s: %" G_GINT64_FORMAT " dropped, switch %" G_GINT64_FORMAT ", port %" G_GINT64_FORMAT,
                   method, set, outcome.dropped, outcome.peak_switch_bytes, outcome.peak_port_bytes);
    return outcome;
}

/* 33 frames are 44,946 bytes: 44 KiB hold them, 43 KiB do not. In turns a port never holds two. */
static void loss_vs_buffer(void)
{
    static const char scenario[] = "scenarios/loss-vs-buffer.ini";
    struct outcome just = run(scenario, "multi-destination", "switch.buffer=44 KiB");
    g_assert_cmpint(just.dropped, ==, 0);
    g_assert_cmpint(just.peak_port_bytes, ==, BURST_PEAK_PACKETS * FRAME_BYTES);
    struct outcome less = run(scenario, "multi-destination", "switch.buffer=43 KiB");
    g_assert_cmpint(less.dropped, >, 0);
    g_assert_cmpint(less.dropped % STREAMS, ==, 0); /* they are alike */
    g_assert_cmpint(less.peak_port_bytes, ==, (BURST_PEAK_PACKETS - 1) * FRAME_BYTES);
    g_assert_cmpint(run(scenario, "interleaved", "switch.buffer=1362 B").dropped, ==, 0);
    g_assert_cmpint(run(scenario, "interleaved", "switch.buffer=1361 B").dropped, >, 0);
}

/* A pool serves bursts with half of what ports of their own need, and packets in turns with one for each port. */
static void shared_buffer(void)
{
    static const char scenario[] = "scenarios/shared-buffer.ini";
    struct outcome bursts = run(scenario, "multi-destination", "switch.shared=2 MB");
    g_assert_cmpint(bursts.dropped, ==, 0);
    g_assert_cmpint(bursts.peak_port_bytes, ==, BURST_PEAK_PACKETS * FRAME_BYTES);
    g_assert_cmpint(bursts.peak_switch_bytes, <, STREAMS * BURST_PEAK_PACKETS * FRAME_BYTES * 55 / 100);
    g_assert_cmpint(run(scenario, "multi-destination", "switch.shared=1 MB").dropped, >, 0);
    struct outcome turns = run(scenario, "interleaved", "switch.shared=128 kB");
    g_assert_cmpint(turns.dropped, ==, 0);
    g_assert_cmpint(turns.peak_switch_bytes, ==, STREAMS * FRAME_BYTES);
    g_assert_cmpint(run(scenario, "interleaved-paced", "switch.shared=32 kB").dropped, ==, 0);
    /* A limit beside the pool holds too. */
    g_assert_cmpint(run(scenario, "interleaved", "switch.buffer=1361 B").dropped, >, 0);
}

/* Bytes that leave as they are sent, published for these streams: a burst of 36 at a tenth of the link's rate, L (1 + 35 * 9/10);
 * 80 in turns find their ports empty; 5 in turns come at half of it, L (1 + 35 / 2). */
static void fluid(void)
{
    static const char scenario[] = "scenarios/loss-vs-buffer.ini";
    static const struct {
        const char *method, *streams, *devices;
        gint64 peak_port_bytes;
    } cases[] = {
        {"multi-destination", "stream.count=80", "device.count=80", FRAME_BYTES + 35 * FRAME_BYTES * 9 / 10},
        {"interleaved", "stream.count=80", "device.count=80", FRAME_BYTES},
        {"interleaved", "stream.count=5", "device.count=5", FRAME_BYTES + 35 * FRAME_BYTES / 2},
        {"interleaved-paced", "stream.count=5", "device.count=5", FRAME_BYTES}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = source_path(scenario);
        g_autoptr(GError) error = NULL;
        struct said said = weft(NULL, "run", path, "--method", cases[i].method, "--set", cases[i].streams,
                                "--set", cases[i].devices, "--set", "switch.buffer=unlimited", "--set",
                                "switch.accounting=fluid", "--json", "-", NULL);
        assert_good(&said);
        g_autoptr(JsonNode) root = json_from_string(said.out, &error);
        g_assert_no_error(error);
        said_clear(&said);
        JsonObject *totals = json_object_get_object_member(json_node_get_object(root), "totals");
        g_assert_cmpint(json_object_get_int_member(totals, "peak_port_bytes"), ==, cases[i].peak_port_bytes);
    }
}

/* The figures that the files ask for are drawn. */
static void compared(gconstpointer name)
{
    g_autofree char *scenario = g_strdup_printf("scenarios/%s.ini", (const char *)name),
                    *path = source_path(scenario);
    char *directory = scratch_new();
    struct said said =
        weft(directory, "compare", path, "--set", "scenario.duration=300 ms", "--out", "out", NULL);
    assert_good(&said);
    said_clear(&said);
    g_autofree char *table = g_build_filename(directory, "out", "vary.csv", NULL), *text = NULL;
    g_assert_true(g_file_get_contents(table, &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(g_strchomp(text), "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, 1 + 7 * 4);
    g_autofree char *figure = g_strdup_printf("%s/out/%s.svg", directory, (const char *)name);
    g_assert_true(g_file_test(figure, G_FILE_TEST_EXISTS));
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/buffers/loss-vs-buffer", loss_vs_buffer);
    g_test_add_func("/buffers/shared-buffer", shared_buffer);
    g_test_add_func("/buffers/fluid", fluid);
    g_test_add_data_func("/buffers/compared/loss-vs-buffer", "loss-vs-buffer", compared);
    g_test_add_data_func("/buffers/compared/shared-buffer", "shared-buffer", compared);
    return g_test_run();
}
