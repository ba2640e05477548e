/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pacing as a user has it: scenarios/pacing.ini says what its header says, on both back ends, and what a pacing costs is what
 * is counted, at its price. */

#include "weft.h"

#include <json-glib/json-glib.h>
#include <string.h>

#ifdef WEFT_HAVE_SIMGRID
#define BACKENDS "reference,simgrid"
enum { BACKENDS_COUNT = 2 };
#else
#define BACKENDS "reference"
enum { BACKENDS_COUNT = 1 };
#endif

/* Ten calls of 5 x 36 packets, or now and then 5 x 35. Peaks: 19 = 36 - floor(35 x 500 / 1000); the largest slice has
 * ceil(180 / K), a fifth of them for a port: 18 - floor(17 / 2), 9 - 4, 5 - 2, 3 - 1 and 1; with a rate R 36 -
 * floor(35 x 500 / R), or 1 where the ports take it all. Timers: one for every slice but the first. Doorbells: of 64 packets at
 * most, 180 are 64 + 64 + 52, 90 are 64 + 26. */
static const struct row {
    const char *pacing;
    gint64 peak_packets, timers, doorbells; /* of a call, but for the peak */
} rows[] = {
    {"none", 19, 0, 3},
    {"slice:2", 10, 1, 4},
    {"slice:4", 5, 3, 4},
    {"slice:8", 3, 7, 8},
    {"slice:16", 2, 15, 16},
    {"slice:36", 1, 35, 36},
    {"rate:750 Mbit/s", 13, 0, 3},
    {"rate:500 Mbit/s", 1, 0, 3},
    {"rate:100 Mbit/s", 1, 0, 3},
    {"interval", 1, 0, 3},
};
enum { CALLS = 10, FRAME_BYTES = 1362, TIMER_CYCLES = 3000, DOORBELL_CYCLES = 100 }; /* modern-x86, typical */

static JsonObject *object_of(JsonObject *object, const char *name)
{
    return json_object_get_object_member(object, name);
}

static void check(JsonObject *run, const struct row *row, double unpaced_cycles)
{
    JsonObject *totals = object_of(run, "totals");
    JsonObject *server = json_array_get_object_element(json_object_get_array_member(run, "servers"), 0);
    JsonObject *counts = object_of(server, "counts");
    g_test_message("%s", row->pacing);
    g_assert_cmpstr(json_object_get_string_member(
                        object_of(object_of(object_of(run, "scenario"), "settings"), "write"), "pacing"),
                    ==, row->pacing);
    g_assert_cmpint(json_object_get_int_member(totals, "peak_port_packets"), ==, row->peak_packets);
    g_assert_cmpint(json_object_get_int_member(totals, "peak_port_bytes"), ==,
                    row->peak_packets * FRAME_BYTES);
    g_assert_cmpint(json_object_get_int_member(totals, "slice_timers"), ==, CALLS * row->timers);
    g_assert_cmpint(json_object_get_int_member(counts, "slice_timers"), ==, CALLS * row->timers);
    g_assert_cmpint(json_object_get_int_member(counts, "doorbells"), ==, CALLS * row->doorbells);
    g_assert_cmpint(json_object_get_int_member(totals, "write_calls"), ==, CALLS);
    g_assert_cmpint(json_object_get_int_member(totals, "interrupts"), ==, CALLS);
    g_assert_cmpint(json_object_get_int_member(totals, "timer_wakeups"), ==, CALLS);
    double more = (double)(CALLS * (row->timers * TIMER_CYCLES + (row->doorbells - 3) * DOORBELL_CYCLES));
    g_assert_cmpfloat_with_epsilon(json_object_get_double_member(totals, "cycles"), unpaced_cycles + more,
                                   1e-6);
}

static void few_streams(void)
{
    g_autofree char *path = source_path("scenarios/pacing.ini");
    g_autoptr(GError) error = NULL;
    struct said said = weft(NULL, "compare", path, "--methods", "interleaved-smooth", "--backends", BACKENDS,
                            "--json", "-", NULL);
    assert_good(&said);
    g_autoptr(JsonNode) root = json_from_string(said.out, &error);
    g_assert_no_error(error);
    said_clear(&said);
    JsonArray *runs = json_object_get_array_member(json_node_get_object(root), "runs");
    g_assert_cmpuint(json_array_get_length(runs), ==, BACKENDS_COUNT * G_N_ELEMENTS(rows));
    double unpaced_cycles =
        json_object_get_double_member(object_of(json_array_get_object_element(runs, 0), "totals"), "cycles");
    for (guint i = 0, seen[2] = {0}; i < json_array_get_length(runs); i++) {
        JsonObject *run = json_array_get_object_element(runs, i);
        guint *next = &seen[strcmp(json_object_get_string_member(run, "backend"), "simgrid") == 0];
        g_assert_cmpuint(*next, <, G_N_ELEMENTS(rows));
        check(run, &rows[(*next)++], unpaced_cycles);
    }
}

/* A choice without an argument has the one that holds then, and says so. */
static void standard_argument(void)
{
    g_autofree char *path = source_path("scenarios/small.ini");
    struct said bare = weft(NULL, "run", path, "--json", "-", "--set", "write.pacing=slice", NULL),
                eight = weft(NULL, "run", path, "--json", "-", "--set", "write.pacing=slice:8", NULL),
                method = weft(NULL, "run", path, "--json", "-", "--method", "interleaved-sliced", NULL);
    assert_good(&bare);
    assert_good(&method);
    g_assert_cmpstr(bare.out, ==, eight.out);
    g_assert_nonnull(strstr(bare.out, "\"slice:8\""));
    g_assert_nonnull(strstr(method.out, "\"slice:8\""));
    said_clear(&bare);
    said_clear(&eight);
    said_clear(&method);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pacing/few-streams", few_streams);
    g_test_add_func("/pacing/standard-argument", standard_argument);
    return g_test_run();
}
