/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft size: its answers are what closed forms say, what `weft run` says of them and of their neighbours, the same of all back ends
 * and with any number of jobs; and it says where an answer is not the end of all that would do. */

#include "plan.h"
#include "weft.h"
#include "weft/theory.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* A packet of 1316 bytes is a frame of 1362 and 1382 bytes on the wire. */
enum { PAYLOAD = 1316, FRAME = 1362, WIRE = 1382 };
static const uint64_t in_bps = 1000000000, out_bps = 100000000;

#define SCENE                                                                                                \
    "[scenario]\nduration = 200 ms\n[server main]\nprofile = free\nlink = 1 Gbit/s\n[switch access]\n"       \
    "port = 100 Mbit/s\n"
#define SET(count)    "[device set]\ncount = " count "\n"
#define FILM(count)   "[stream film]\ncount = " count "\nrate = 4 Mbit/s\npayload = 1316 B\n"
#define WRITE(method) "[write]\ninterval = 40 ms\nmethod = " method "\n"

/* --- asking --- */

/* The one answer of `weft size FILE --find WHAT` with up to four more arguments. */
static JsonNode *size_of(const char *directory, const char *what, const char *a, const char *b, const char *c,
                         const char *d)
{
    struct said said = weft(directory, "size", "scene.ini", "--find", what, "--json", "-", a, b, c, d, NULL);
    assert_good(&said);
    g_autoptr(GError) error = NULL;
    JsonNode *root = json_from_string(said.out, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(json_object_get_string_member(json_node_get_object(root), "schema"), ==, "weft-size/1");
    said_clear(&said);
    return root;
}

static JsonObject *row_of(JsonNode *root, guint index)
{
    return json_array_get_object_element(json_object_get_array_member(json_node_get_object(root), "results"),
                                         index);
}

static uint64_t number(JsonObject *row, const char *name)
{
    return json_object_get_null_member(row, name) ? 0 : (uint64_t)json_object_get_double_member(row, name);
}

/* What a run says. */
struct totals {
    gint64 lost, late, saturated;
    double core;
};

static struct totals run_with(const char *directory, const char *key, uint64_t value, const char *unit,
                              const char *method)
{
    g_autofree char *set = g_strdup_printf("%s=%" G_GUINT64_FORMAT "%s", key, value, unit);
    struct said said =
        weft(directory, "run", "scene.ini", "--set", set, "--method", method, "--json", "-", NULL);
    assert_good(&said);
    g_autoptr(JsonNode) root = json_from_string(said.out, NULL);
    JsonObject *totals = json_object_get_object_member(json_node_get_object(root), "totals");
    const struct totals is = {
        json_object_get_int_member(json_object_get_object_member(totals, "dropped_by"), "buffer"),
        json_object_get_int_member(totals, "late_packets"),
        json_object_get_int_member(totals, "saturated_servers"),
        json_object_get_double_member(totals, "busiest_core_utilisation"),
    };
    said_clear(&said);
    return is;
}

/* --- closed forms of buffers --- */

static void check_buffer(const char *directory, const char *unit, const char *method, uint64_t expected)
{
    g_autoptr(JsonNode) root = size_of(directory, "buffer", "--unit", unit, "--methods", method);
    JsonObject *row = row_of(root, 0);
    g_test_message("%s: %s", method, unit);
    g_assert_cmpuint(number(row, "answer"), ==, expected);
    g_assert_cmpuint(number(row, "theory"), ==, expected);
    g_assert_true(json_object_get_boolean_member(row, "monotone"));
    if (expected > 1) /* less than one packet is no buffer */
        g_assert_cmpstr(json_object_get_string_member(row, "binding"), ==, "buffer");
}

/* 4 Mbit/s for 40 ms: at most 16 packets of 1316 bytes are due in an interval. */
static void test_buffer_theory(void)
{
    static const char *const counts[] = {"1", "3", "8", "12"};
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
        uint64_t n = 16, streams = g_ascii_strtoull(counts[i], NULL, 10);
        uint64_t burst = weft_theory_peak_packets(n, weft_theory_rho(1, in_bps, out_bps)),
                 turns = weft_theory_peak_packets(n, weft_theory_rho(streams, in_bps, out_bps));
        g_autofree char *text =
            g_strconcat(SCENE "cell = 64 B\n", "[device set]\ncount = ", counts[i],
                        "\n[stream film]\ncount = ", counts[i], "\nrate = 4 Mbit/s\npayload = 1316 B\n",
                        WRITE("interleaved"), NULL);
        char *directory = scratch_new();
        g_free(scratch_file(directory, "scene.ini", text));
        uint64_t cells = (FRAME + 63) / 64;
        check_buffer(directory, "packets", "multi-destination", burst);
        check_buffer(directory, "cells", "multi-destination", burst * cells);
        check_buffer(directory, "bytes", "multi-destination", burst * cells * 64);
        check_buffer(directory, "packets", "interleaved", turns);
        check_buffer(directory, "bytes", "interleaved", turns * cells * 64);
        check_buffer(directory, "packets", "interleaved-paced", 1);
        scratch_free(directory);
    }
}

/* --- closed forms of streams --- */

static void check_streams(const char *scene, const char *option, const char *value, uint64_t expected,
                          const char *binding)
{
    char *directory = scratch_new();
    g_free(scratch_file(directory, "scene.ini", scene));
    g_free(scratch_file(directory, "slow.ini",
                        "[profile]\nbase = free\n[entries]\nlow = 10000 cycles\ntypical = 10000 cycles\n"
                        "high = 10000 cycles\nsource = made up\nconfidence = low\n"));
    g_autoptr(JsonNode) root = size_of(directory, "streams", option, value, NULL, NULL);
    JsonObject *row = row_of(root, 0);
    g_assert_cmpuint(number(row, "answer"), ==, expected);
    g_assert_cmpuint(number(row, "all_within"), ==, expected);
    g_assert_cmpstr(json_object_get_string_member(row, "binding"), ==, binding);
    scratch_free(directory);
}

/* Whole streams in a link; a stream whose wire rate divides it fills it to the last bit. */
static void test_link(void)
{
    uint64_t expected = in_bps * PAYLOAD / (UINT64_C(4000000) * WIRE);
    check_streams(SCENE SET("100") FILM("8") WRITE("interleaved"), NULL, NULL, expected, "link");
    check_streams(SCENE SET("100") FILM("8") WRITE("interleaved"), "--link", "0.5", expected / 2, "link");
    check_streams(SCENE SET("1") FILM("8") WRITE("interleaved"), NULL, NULL,
                  out_bps * PAYLOAD / (UINT64_C(4000000) * WIRE), "link");
    check_streams(
        "[scenario]\nnetwork = raw\nduration = 100 ms\n[server main]\nprofile = free\nlink = 1 Gbit/s\n"
        "[switch access]\n" SET("200") "[stream film]\nrate = 10 Mbit/s\npayload = 1250 B\n" WRITE(
            "interleaved-paced"),
        NULL, NULL, 100, "link");
}

/* 10,000 cycles an entry are 1 ms of 10 MHz, and every stream has an entry each 40 ms: 40 fill a core to the last cycle. */
static void test_core(void)
{
    const char scene[] =
        "[scenario]\nduration = 400 ms\n[server main]\nprofile = file:slow.ini\ncpu = 10 MHz\nring = 65536\n"
        "link = 1 Gbit/s\n[switch access]\n" SET("100") FILM("3") WRITE("interleaved");
    check_streams(scene, "--limits", "core", 40, "core");
    check_streams(scene, "--core", "0.25", 10, "core");
}

/* Every stream has 16 packets in the first interval, all to one port: N streams are a burst of 16 N. */
static void test_streams_buffer(void)
{
    struct weft_rho rho = weft_theory_rho(1, in_bps, out_bps);
    uint64_t fits = 0;
    while (weft_theory_peak_packets(16 * (fits + 1), rho) <= 200)
        fits++;
    check_streams(
        "[scenario]\nduration = 200 ms\n[server main]\nprofile = free\nlink = 1 Gbit/s\n[switch access]\n"
        "buffer = 200 packets\n" SET("1") FILM("2") WRITE("interleaved"),
        NULL, NULL, fits, "buffer");
}

/* --- neighbours --- */

static const char *const some_methods[] = {"per-packet",         "per-packet-burst",  "batched",
                                           "per-destination-fq", "multi-destination", "interleaved",
                                           "interleaved-smooth"};

static char *random_scene(void)
{
    static const char *const starts[] = {"start = random\n", "", "start = random:30 ms\n"};
    static const char *const others[] = {
        "", "[background cross]\nrate = 2 Mbit/s\npacket = 700 B\ndevice = set\n"};
    return g_strdup_printf(
        "[scenario]\nduration = 100 ms\nseed = %d\n[server main]\ncount = %d\nprofile = server-2003\ncpu = "
        "%d MHz\n"
        "link = 100 Mbit/s\n[switch access]\nport = %d Mbit/s\nbuffer = %d packets\n[device set]\ncount = "
        "%d\n"
        "startup = %d ms\n[stream film]\ncount = %d\nrate = %d kbit/s\npayload = %d B\n%s%s[write]\n"
        "interval = %d ms\n",
        g_test_rand_int_range(0, 1000000), g_test_rand_int_range(1, 3), g_test_rand_int_range(20, 200),
        g_test_rand_int_range(10, 60), g_test_rand_int_range(5, 60), g_test_rand_int_range(1, 9),
        g_test_rand_int_range(20, 120), g_test_rand_int_range(1, 13), g_test_rand_int_range(500, 6000),
        g_test_rand_int_range(100, 1400), starts[g_test_rand_int_range(0, 3)], others[g_test_rand_bit()],
        g_test_rand_int_range(5, 41));
}

/* A run with the answer keeps all limits, one of the next value breaks one; what breaks is what is said to bind. */
static void check_streams_exact(const char *directory, const char *method)
{
    g_autoptr(JsonNode) root = size_of(directory, "streams", "--methods", method, NULL, NULL);
    JsonObject *row = row_of(root, 0);
    uint64_t answer = number(row, "answer");
    const char *binding = json_object_get_string_member(row, "binding");
    if (answer > 0) {
        struct totals at = run_with(directory, "stream.film.count", answer, "", method);
        g_assert_true(at.lost == 0 && at.late == 0 && at.saturated == 0);
        g_assert_cmpuint(number(row, "link_percent"), <=, 100);
    }
    struct totals beyond = run_with(directory, "stream.film.count", answer + 1, "", method);
    g_assert_true((strstr(binding, "core") != NULL) == (beyond.saturated > 0));
    g_assert_true((strstr(binding, "buffer") != NULL) == (beyond.lost > 0));
    g_assert_true((strstr(binding, "deadline") != NULL) == (beyond.late > 0));
    g_assert_true(*binding != '\0');
    g_test_message("%s: %" G_GUINT64_FORMAT " streams, %s", method, answer, binding);
}

static void check_buffer_exact(const char *directory, const char *method)
{
    g_autoptr(JsonNode) root =
        size_of(directory, "buffer", "--methods", method, "--unit", g_test_rand_bit() ? "bytes" : "packets");
    JsonObject *row = row_of(root, 0);
    uint64_t answer = number(row, "answer");
    const char *unit = strcmp(json_object_get_string_member(row, "unit"), "bytes") == 0 ? " B" : " packets";
    g_assert_cmpint(run_with(directory, "switch.buffer", answer, unit, method).lost, ==, 0);
    if (answer > 1)
        g_assert_cmpint(run_with(directory, "switch.buffer", answer - 1, unit, method).lost, >, 0);
    if (!json_object_get_null_member(row, "theory"))
        g_assert_cmpuint(number(row, "theory"), ==, answer);
    g_test_message("%s: %" G_GUINT64_FORMAT "%s", method, answer, unit);
}

static void test_neighbours(void)
{
    for (int round = 0; round < 12; round++) {
        char *directory = scratch_new();
        g_autofree char *scene = random_scene();
        const char *method = some_methods[g_test_rand_int_range(0, G_N_ELEMENTS(some_methods))];
        g_test_message("%s", scene);
        g_free(scratch_file(directory, "scene.ini", scene));
        check_streams_exact(directory, method);
        check_buffer_exact(directory, method);
        scratch_free(directory);
    }
}

/* The buffers of one group of switches, the others having no limit: all together need what the larger of them does. */
static void test_groups(void)
{
    char *directory = scratch_new();
    g_free(scratch_file(
        directory, "scene.ini",
        "[scenario]\nduration = 100 ms\n[server main]\nprofile = free\nlink = 1 Gbit/s\nswitch = near\n"
        "[switch near]\n[switch far]\nport = 10 Mbit/s\n[trunk up]\nfrom = near\nto = far\n"
        "rate = 50 Mbit/s\n[device set]\ncount = 3\nswitch = far\n" FILM("3") WRITE("interleaved")));
    static const char *const names[] = {"near", "far"};
    uint64_t most = 0, least = UINT64_MAX;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(JsonNode) root = size_of(directory, "buffer", "--unit", "packets", "--group", names[i]);
        uint64_t answer = number(row_of(root, 0), "answer");
        g_autofree char *key = g_strdup_printf("switch.%s.buffer", names[i]);
        g_assert_cmpint(run_with(directory, key, answer, " packets", "interleaved").lost, ==, 0);
        g_assert_cmpint(run_with(directory, key, answer - 1, " packets", "interleaved").lost, >, 0);
        most = MAX(most, answer);
        least = MIN(least, answer);
    }
    g_assert_cmpuint(least, <, most);
    g_autoptr(JsonNode) all = size_of(directory, "buffer", "--unit", "packets", NULL, NULL);
    g_assert_cmpuint(number(row_of(all, 0), "answer"), ==, most);
    scratch_free(directory);
}

/* --- what is not monotone --- */

/* Streams are dealt to two devices in order: with an even number of light ones the two heavy ones meet different devices, with an
 * odd number the same one, which is too much for its link. */
static void test_not_monotone(void)
{
    char *directory = scratch_new();
    g_free(scratch_file(
        directory, "scene.ini",
        SCENE SET("2") "[stream first]\nrate = 50 Mbit/s\npayload = 1316 B\n[stream light]\ncount = 4\n"
                       "rate = 2 Mbit/s\npayload = 1316 B\n[stream last]\nrate = 50 Mbit/s\n"
                       "payload = 1316 B\n" WRITE("interleaved-paced")));
    /* N / 2 light ones beside a heavy one: 50 + N Mbit/s of payload */
    uint64_t most = (out_bps * PAYLOAD / WIRE - 50000000) / 2000000 * 2;
    struct said said = weft(directory, "size", "scene.ini", "--find", "streams", "--group", "light", NULL);
    assert_good(&said);
    g_assert_nonnull(strstr(said.out, " Not monotone: "));
    said_clear(&said);
    g_autoptr(JsonNode) root = size_of(directory, "streams", "--group", "light", "--neighbours", "100");
    JsonObject *row = row_of(root, 0);
    g_assert_cmpuint(number(row, "answer"), ==, most);
    g_assert_false(json_object_get_boolean_member(row, "monotone"));
    g_assert_true(json_object_get_null_member(row, "all_within") || number(row, "all_within") == 0);
    scratch_free(directory);
}

/* --- replications, jobs, back ends --- */

/* What several seeds need is what the worst of them needs. */
static void test_replications(void)
{
    char *directory = scratch_new();
    g_free(scratch_file(directory, "scene.ini",
                        SCENE SET("2") FILM("14") "start = random\n" WRITE("interleaved")));
    uint64_t worst = 0;
    for (uint32_t i = 0; i < 3; i++) {
        g_autofree char *seed = g_strdup_printf("%" G_GUINT64_FORMAT, plan_replication_seed(1, i));
        g_autoptr(JsonNode) one = size_of(directory, "buffer", "--seed", seed, NULL, NULL);
        worst = MAX(worst, number(row_of(one, 0), "answer"));
    }
    g_autoptr(JsonNode) all = size_of(directory, "buffer", "--seed", "1", "--set", "scenario.replications=3");
    g_assert_cmpuint(number(row_of(all, 0), "answer"), ==, worst);
    scratch_free(directory);
}

static char *text_with(const char *directory, const char *option, const char *value)
{
    struct said said = weft(directory, "size", "scene.ini", "--find", "streams", "--for-all-methods",
                            "--json", "-", option, value, NULL);
    assert_good(&said);
    char *text = g_steal_pointer(&said.out);
    said_clear(&said);
    return text;
}

static void test_jobs(void)
{
    char *directory = scratch_new();
    g_free(scratch_file(directory, "scene.ini", SCENE SET("2") FILM("3") "[write]\ninterval = 40 ms\n"));
    g_autofree char *one = text_with(directory, "-j", "1"), *many = text_with(directory, "-j", "5");
    g_assert_cmpstr(one, ==, many);
    scratch_free(directory);
}

static void test_backends(void)
{
    static const char *const others[] = {
#ifdef WEFT_HAVE_SIMGRID
        "simgrid", "simgrid-packet",
#endif
#ifdef WEFT_WITH_NS3
        "ns3", "ns3-p2p",
#endif
        NULL};
    char *directory = scratch_new();
    g_free(scratch_file(directory, "scene.ini",
                        SCENE "buffer = 30 packets\n" SET("2") FILM("3") WRITE("interleaved")));
    static const char *const aims[] = {"streams", "buffer"};
    for (size_t a = 0; a < G_N_ELEMENTS(aims); a++) {
        g_autoptr(JsonNode) own = size_of(directory, aims[a], "--neighbours", "0", NULL, NULL);
        for (size_t i = 0; others[i]; i++) {
            g_autoptr(JsonNode) root =
                size_of(directory, aims[a], "--neighbours", "0", "--backend", others[i]);
            json_object_set_string_member(row_of(root, 0), "backend", "reference");
            g_test_message("%s on %s", aims[a], others[i]);
            g_assert_true(json_node_equal(root, own));
        }
    }
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/size/buffer-theory", test_buffer_theory);
    g_test_add_func("/size/link", test_link);
    g_test_add_func("/size/core", test_core);
    g_test_add_func("/size/streams-buffer", test_streams_buffer);
    g_test_add_func("/size/neighbours", test_neighbours);
    g_test_add_func("/size/groups", test_groups);
    g_test_add_func("/size/not-monotone", test_not_monotone);
    g_test_add_func("/size/replications", test_replications);
    g_test_add_func("/size/jobs", test_jobs);
    g_test_add_func("/size/backends", test_backends);
    return g_test_run();
}
