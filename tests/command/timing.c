/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Timing metrics of whole runs by closed forms: scenarios/small.ini with a processor that costs nothing. A packet of
 * 1,316 bytes at 4 Mbit/s is due every 2.632 ms and takes 0.11056 ms on its port. */

#include "weft.h"

#include "backends.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define PACKET_MS 2.632
#define GAP_MS    0.11056

/* Bursts of `packets` in one interval. */
static const struct timing {
    const char *method, *interval, *setting, *verdict;
    int packets, cinst_max, vrx_max;
} timings[] = {
    {"per-packet", "26.32 ms", "switch.buffer=unlimited", "narrow-linear", 1, 0, 0},
    {"per-packet-burst", "13.16 ms", "switch.buffer=unlimited", "narrow-linear", 5, 4, 4},
    {"per-packet-burst", "26.32 ms", "switch.buffer=unlimited", "wide", 10, 9, 9},
    {"per-packet-burst", "52.64 ms", "switch.buffer=unlimited", "fail", 20, 19, 19},
    {"multi-destination", "26.32 ms", "switch.buffer=unlimited", "wide", 10, 9, 9},
    {"per-packet-burst", "26.32 ms", "switch.buffer=4 packets", NULL, 0, 0, 0},
    {"interleaved", "26.32 ms", "stream.fault=length:100 ms", NULL, 0, 0, 0},
};

static JsonNode *run(const struct timing *timing, const char *backend)
{
    g_autofree char *path = source_path("scenarios/small.ini");
    g_autofree char *interval = g_strconcat("write.interval=", timing->interval, NULL);
    struct said said =
        weft(NULL, "run", path, "--json", "-", "--backend", backend, "--method", timing->method, "--set",
             "server.profile=free", "--set", interval, "--set", timing->setting, NULL);
    assert_good(&said);
    g_autoptr(GError) error = NULL;
    JsonNode *root = json_from_string(said.out, &error);
    g_assert_no_error(error);
    said_clear(&said);
    return root;
}

static void assert_burst(JsonObject *stream, const struct timing *timing)
{
    double spread_ms = (timing->packets - 1) * (PACKET_MS - GAP_MS);
    double df_ms = json_object_get_double_member(stream, "mdi_df_ms");
    double jitter_us = json_object_get_double_member(stream, "jitter_max_us");
    g_assert_cmpfloat_with_epsilon(df_ms, PACKET_MS + spread_ms, 1e-8);
    g_assert_cmpfloat_with_epsilon(json_object_get_double_member(stream, "ts_df_us"), spread_ms * 1e3, 1e-5);
    g_assert_cmpfloat(json_object_get_double_member(stream, "mdi_mlr"), ==, 0);
    g_assert_cmpint(json_object_get_int_member(stream, "cinst_max"), ==, timing->cinst_max);
    g_assert_cmpint(json_object_get_int_member(stream, "vrx_min"), ==, 0);
    g_assert_cmpint(json_object_get_int_member(stream, "vrx_max"), ==, timing->vrx_max);
    g_assert_cmpstr(json_object_get_string_member(stream, "st2110_21"), ==, timing->verdict);
    g_assert_true(timing->packets == 1 ? jitter_us == 0 : jitter_us > 0);
    g_assert_cmpfloat(json_object_get_double_member(stream, "jitter_us"), <=, jitter_us);
}

/* The run is shorter than an interval of the media delivery index: what is lost is lost in one. */
static void assert_losses(JsonObject *stream)
{
    gint64 lost = json_object_get_int_member(stream, "packets_dropped") +
                  json_object_get_int_member(stream, "packets_refused");
    g_assert_cmpint(lost, >, 0);
    g_assert_cmpfloat(json_object_get_double_member(stream, "mdi_mlr"), ==, (double)lost);
}

static void test_timing(gconstpointer backend)
{
    if (!backend_check(backends_find(backend), NULL)) {
        g_test_skip("not built");
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(timings); i++) {
        g_autoptr(JsonNode) root = run(&timings[i], backend);
        JsonArray *streams = json_object_get_array_member(json_node_get_object(root), "streams");
        g_assert_cmpuint(json_array_get_length(streams), ==, 8);
        for (guint s = 0; s < 8; s++) {
            JsonObject *stream = json_array_get_object_element(streams, s);
            if (timings[i].verdict)
                assert_burst(stream, &timings[i]);
            else
                assert_losses(stream);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/timing/reference", "reference", test_timing);
    g_test_add_data_func("/timing/simgrid", "simgrid", test_timing);
    return g_test_run();
}
