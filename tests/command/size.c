/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft size: its answers are what closed forms say, the same of all back ends and with any number of jobs; and it says where an answer
 * is not the end of all that would do. */

#include "plan.h"
#include "sized.h"
#include "weft.h"
#include "weft/theory.h"

#include <string.h>

/* A packet of 1316 bytes is a frame of 1362 and 1382 bytes on the wire. */
enum { PAYLOAD = 1316, FRAME = 1362, WIRE = 1382 };
static const uint64_t in_bps = 1000000000, out_bps = 100000000;

/* --- closed forms of buffers --- */

static void check_buffer(const char *directory, const char *unit, const char *method, uint64_t expected)
{
    g_autoptr(JsonNode) root = sized(directory, "buffer", "--unit", unit, "--methods", method);
    JsonObject *row = sized_row(root, 0);
    g_test_message("%s: %s", method, unit);
    g_assert_cmpuint(sized_number(row, "answer"), ==, expected);
    g_assert_cmpuint(sized_number(row, "theory"), ==, expected);
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
    g_autoptr(JsonNode) root = sized(directory, "streams", option, value, NULL, NULL);
    JsonObject *row = sized_row(root, 0);
    g_assert_cmpuint(sized_number(row, "answer"), ==, expected);
    g_assert_cmpuint(sized_number(row, "all_within"), ==, expected);
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

/* --- groups --- */

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
        g_autoptr(JsonNode) root = sized(directory, "buffer", "--unit", "packets", "--group", names[i]);
        uint64_t answer = sized_number(sized_row(root, 0), "answer");
        g_autofree char *key = g_strdup_printf("switch.%s.buffer", names[i]);
        g_assert_cmpint(sized_run(directory, key, answer, " packets", "interleaved").lost, ==, 0);
        g_assert_cmpint(sized_run(directory, key, answer - 1, " packets", "interleaved").lost, >, 0);
        most = MAX(most, answer);
        least = MIN(least, answer);
    }
    g_assert_cmpuint(least, <, most);
    g_autoptr(JsonNode) all = sized(directory, "buffer", "--unit", "packets", NULL, NULL);
    g_assert_cmpuint(sized_number(sized_row(all, 0), "answer"), ==, most);
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
    g_autoptr(JsonNode) root = sized(directory, "streams", "--group", "light", "--neighbours", "100");
    JsonObject *row = sized_row(root, 0);
    g_assert_cmpuint(sized_number(row, "answer"), ==, most);
    g_assert_false(json_object_get_boolean_member(row, "monotone"));
    g_assert_true(json_object_get_null_member(row, "all_within") || sized_number(row, "all_within") == 0);
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
        g_autoptr(JsonNode) one = sized(directory, "buffer", "--seed", seed, NULL, NULL);
        worst = MAX(worst, sized_number(sized_row(one, 0), "answer"));
    }
    g_autoptr(JsonNode) all = sized(directory, "buffer", "--seed", "1", "--set", "scenario.replications=3");
    g_assert_cmpuint(sized_number(sized_row(all, 0), "answer"), ==, worst);
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

static const char *const other_backends[] = {
#ifdef WEFT_HAVE_SIMGRID
    "simgrid", "simgrid-packet",
#endif
#ifdef WEFT_WITH_NS3
    "ns3", "ns3-p2p",
#endif
    NULL};

/* All that `reference` says, down to the load of cores and peaks of ports. */
static void check_backends(const char *directory, const char *aim, const char *methods)
{
    g_autoptr(JsonNode) own = sized(directory, aim, "--neighbours=0", "--methods", methods, NULL);
    for (size_t i = 0; other_backends[i]; i++) {
        g_autofree char *backend = g_strconcat("--backend=", other_backends[i], NULL);
        g_autoptr(JsonNode) root = sized(directory, aim, "--neighbours=0", "--methods", methods, backend);
        JsonArray *rows = json_object_get_array_member(json_node_get_object(root), "results");
        for (guint k = 0; k < json_array_get_length(rows); k++)
            json_object_set_string_member(sized_row(root, k), "backend", "reference");
        g_test_message("%s of %s on %s", aim, methods, other_backends[i]);
        g_assert_true(json_node_equal(root, own));
    }
}

static void test_backends(void)
{
    static const struct {
        const char *text, *methods;
    } scenes[] = {
        {SCENE "buffer = 30 packets\n" SET("2") FILM("3") "[write]\ninterval = 40 ms\n", "interleaved"},
        {"[scenario]\nduration = 100 ms\nseed = 7\n[server main]\ncount = 2\nprofile = server-2003\ncpu = "
         "100 MHz\n"
         "link = 100 Mbit/s\n[switch access]\nport = 40 Mbit/s\nbuffer = 40 packets\n" SET("3")
             FILM("5") "start = random:30 ms\n[write]\ninterval = 20 ms\n",
         "per-packet-burst,interleaved-smooth"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(scenes); i++) {
        char *directory = scratch_new();
        g_free(scratch_file(directory, "scene.ini", scenes[i].text));
        check_backends(directory, "streams", scenes[i].methods);
        check_backends(directory, "buffer", scenes[i].methods);
        scratch_free(directory);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/size/buffer-theory", test_buffer_theory);
    g_test_add_func("/size/link", test_link);
    g_test_add_func("/size/core", test_core);
    g_test_add_func("/size/streams-buffer", test_streams_buffer);
    g_test_add_func("/size/groups", test_groups);
    g_test_add_func("/size/not-monotone", test_not_monotone);
    g_test_add_func("/size/replications", test_replications);
    g_test_add_func("/size/jobs", test_jobs);
    g_test_add_func("/size/backends", test_backends);
    return g_test_run();
}
