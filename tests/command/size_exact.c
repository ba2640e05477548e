/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The answers of weft size are exact: a run with the answer keeps every limit, one with the next value breaks those that are said to
 * bind and no other. What a run breaks is worked out here from what `weft run` says, links from rates alone. Scenes are random; the
 * seed is printed, --seed replays it. */

#include "sized.h"
#include "weft.h"
#include "weft/theory.h"

#include <string.h>

enum { ROUNDS = 12, BRUTE_ROUNDS = 2, BRUTE_MOST = 24 };

static const char *const some_methods[] = {"per-packet",         "per-packet-burst",  "batched",
                                           "per-destination-fq", "multi-destination", "interleaved",
                                           "interleaved-smooth"};

static const char *some_method(void)
{
    return some_methods[g_test_rand_int_range(0, G_N_ELEMENTS(some_methods))];
}

/* --- scenes --- */

struct scene {
    gint32 servers, port_mbps, devices, streams, rate_kbps, payload, interval_ms;
    bool background; /* from its own inlet to each device in turn, here one source to the first */
    char *directory;
};
static const double background_bps = 2000000;

static struct scene scene_new(void)
{
    static const char *const starts[] = {"start = random\n", "", "start = random:30 ms\n"};
    struct scene scene = {
        .servers = g_test_rand_int_range(1, 3),
        .port_mbps = g_test_rand_int_range(10, 60),
        .devices = g_test_rand_int_range(1, 9),
        .streams = g_test_rand_int_range(1, 13),
        .rate_kbps = g_test_rand_int_range(500, 6000),
        .payload = g_test_rand_int_range(100, 1400),
        .interval_ms = g_test_rand_int_range(5, 41),
        .background = g_test_rand_bit(),
        .directory = scratch_new(),
    };
    g_autofree char *text = g_strdup_printf(
        "[scenario]\nduration = 100 ms\nseed = %d\n[server main]\ncount = %d\nprofile = server-2003\n"
        "cpu = %d MHz\nlink = 100 Mbit/s\n[switch access]\nport = %d Mbit/s\nbuffer = %d packets\n"
        "[device set]\ncount = %d\nstartup = %d ms\n"
        "[stream film]\ncount = %d\nrate = %d kbit/s\npayload = %d B\n%s%s[write]\ninterval = %d ms\n",
        g_test_rand_int_range(0, 1000000), scene.servers, g_test_rand_int_range(20, 200), scene.port_mbps,
        g_test_rand_int_range(5, 60), scene.devices, g_test_rand_int_range(20, 120), scene.streams,
        scene.rate_kbps, scene.payload, starts[g_test_rand_int_range(0, 3)],
        scene.background ? "[background cross]\nrate = 2 Mbit/s\npacket = 700 B\ndevice = set\n" : "",
        scene.interval_ms);
    g_test_message("%s", text);
    g_free(scratch_file(scene.directory, "scene.ini", text));
    return scene;
}

/* --- what a run breaks --- */

/* Streams are dealt to devices and to servers in turn, so the first of each has most. A packet of p bytes of payload has 28 of IP and
 * UDP, 18 of Ethernet, and 20 of preamble and gap. */
static bool link_breaks(const struct scene *scene, uint64_t streams)
{
    uint64_t servers = (uint64_t)scene->servers, devices = (uint64_t)scene->devices;
    double wire_bps = scene->rate_kbps * 1000.0 * (scene->payload + 66) / scene->payload;
    uint64_t of_server = (streams + servers - 1) / servers, of_device = (streams + devices - 1) / devices;
    return (double)of_server * wire_bps > 100e6 ||
           (double)of_device * wire_bps + (scene->background ? background_bps : 0) > scene->port_mbps * 1e6;
}

/* The limits that a run breaks, as `binding` names them. The caller frees with g_free. */
static char *broken(const struct scene *scene, uint64_t streams, const struct sized_run *run)
{
    const struct {
        const char *name;
        bool is;
    } limits[] = {
        {"core", run->saturated > 0},
        {"link", link_breaks(scene, streams)},
        {"calls", run->saturated == 0 && run->slip_us >= scene->interval_ms * 1000.0},
        {"buffer", run->lost > 0},
        {"deadline", run->late > 0},
    };
    g_autoptr(GString) names = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(limits); i++)
        if (limits[i].is)
            g_string_append_printf(names, "%s%s", names->len ? " + " : "", limits[i].name);
    return g_strdup(names->str);
}

static char *broken_by(const struct scene *scene, uint64_t streams, const char *method)
{
    struct sized_run run = sized_run(scene->directory, "stream.film.count", streams, "", method);
    return broken(scene, streams, &run);
}

/* --- exactness --- */

static void check_streams(const struct scene *scene, const char *method)
{
    g_autoptr(JsonNode) root = sized(scene->directory, "streams", "--methods", method, NULL, NULL);
    JsonObject *row = sized_row(root, 0);
    uint64_t answer = sized_number(row, "answer");
    if (answer > 0) {
        g_autofree char *at = broken_by(scene, answer, method);
        g_assert_cmpstr(at, ==, "");
    }
    g_autofree char *beyond = broken_by(scene, answer + 1, method);
    g_assert_cmpstr(beyond, !=, "");
    g_assert_cmpstr(json_object_get_string_member(row, "binding"), ==, beyond);
    g_test_message("%s: %" G_GUINT64_FORMAT " streams, %s", method, answer, beyond);
}

static void check_buffer(const struct scene *scene, const char *method)
{
    const char *directory = scene->directory;
    bool bytes = g_test_rand_bit();
    g_autoptr(JsonNode) root =
        sized(directory, "buffer", "--methods", method, "--unit", bytes ? "bytes" : "packets");
    JsonObject *row = sized_row(root, 0);
    uint64_t answer = sized_number(row, "answer");
    const char *unit = bytes ? " B" : " packets";
    g_assert_cmpint(sized_run(directory, "switch.buffer", answer, unit, method).lost, ==, 0);
    if (answer > 1)
        g_assert_cmpint(sized_run(directory, "switch.buffer", answer - 1, unit, method).lost, >, 0);
    if (!json_object_get_null_member(row, "theory"))
        g_assert_cmpuint(sized_number(row, "theory"), ==, answer);
    g_test_message("%s: %" G_GUINT64_FORMAT "%s", method, answer, unit);
}

static void test_random(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct scene scene = scene_new();
        check_streams(&scene, some_method());
        check_buffer(&scene, some_method());
        scratch_free(scene.directory);
    }
}

/* Where all values are run the answer is the largest within limits of all that there are. */
static void test_brute(void)
{
    for (int round = 0; round < BRUTE_ROUNDS; round++) {
        struct scene scene = scene_new();
        const char *method = some_method();
        uint64_t last = 0, all_within = 0;
        for (uint64_t n = 1; n <= BRUTE_MOST; n++) {
            g_autofree char *names = broken_by(&scene, n, method);
            last = *names ? last : n;
            all_within = *names || all_within < n - 1 ? all_within : n;
        }
        g_autofree char *most = g_strdup_printf("--most=%d", BRUTE_MOST);
        g_autoptr(JsonNode) root =
            sized(scene.directory, "streams", "--methods", method, most, "--neighbours=24");
        JsonObject *row = sized_row(root, 0);
        g_assert_cmpuint(sized_number(row, "answer"), ==, last);
        g_assert_cmpuint(sized_number(row, "all_within"), ==, all_within);
        g_assert_true(json_object_get_boolean_member(row, "monotone") == (last == all_within));
        g_assert_cmpuint(sized_number(row, "runs"), ==, BRUTE_MOST);
        scratch_free(scene.directory);
    }
}

/* --- several limits at once --- */

static void check_binding(const char *scene, uint64_t expected, const char *binding)
{
    char *directory = scratch_new();
    g_free(scratch_file(directory, "scene.ini", scene));
    g_free(scratch_file(directory, "slow.ini",
                        "[profile]\nbase = free\n[entries]\nlow = 17000 cycles\ntypical = 17000 cycles\n"
                        "high = 17000 cycles\nsource = made up\nconfidence = low\n"));
    g_autoptr(JsonNode) root = sized(directory, "streams", NULL, NULL, NULL, NULL);
    g_assert_cmpuint(sized_number(sized_row(root, 0), "answer"), ==, expected);
    g_assert_cmpstr(json_object_get_string_member(sized_row(root, 0), "binding"), ==, binding);
    scratch_free(directory);
}

/* 23 streams of 4 Mbit/s fill 96.6 % of 100 Mbit/s, so that one more is too much for the link, and for what else is full then. Of
 * 16 packets each the port has peak(23 * 16) at once. The first packet of the last stream leaves it after the 352 of those before
 * it: 353 * 110.56 us and 11.056 us on the link of 1 Gbit/s, 39.04 ms after the call, and of a 24th stream 40.81 ms; its deadline is
 * 2.632 ms after startup. Of 10 MHz 17,000 cycles a stream are 39.1 ms of 40 for 23 streams, and 40.8 for 24. */
static void test_several(void)
{
    struct weft_rho rho = weft_theory_rho(1, 1000000000, 100000000);
    g_autofree char *scene = g_strdup_printf(SCENE "buffer = %" G_GUINT64_FORMAT " packets\n" SET("1")
                                                 FILM("3") WRITE("multi-destination"),
                                             weft_theory_peak_packets(23 * 16, rho));
    check_binding(scene, 23, "link + buffer");
    check_binding(SCENE "[device set]\nstartup = 37.5 ms\n" FILM("3") WRITE("multi-destination"), 23,
                  "link + deadline");
    check_binding("[scenario]\nduration = 400 ms\n[server main]\nprofile = file:slow.ini\ncpu = 10 MHz\n"
                  "ring = 65536\nlink = 1 Gbit/s\n[switch access]\nport = 100 Mbit/s\n[device set]\n" FILM(
                      "3") WRITE("interleaved"),
                  23, "core + link");
}

/* --- calls that wait for the ring --- */

/* Every stream of the many has one packet in 400 ms, all of them in the first call; the one has a packet in each. When the first call is
 * over, but for what the ring of 64 holds, is told by the link: 110.56 us a packet. The second begins an interval late when that is
 * 80 ms, of 723.6 packets and a ring more or less. By then no core was busy, no packet is late, and the link has less than a third
 * of its rate. */
static void test_calls(void)
{
    char *directory = scratch_new();
    g_free(scratch_file(
        directory, "scene.ini",
        "[scenario]\nduration = 200 ms\n[server main]\nprofile = free\nlink = 100 Mbit/s\nring = 64\n"
        "[switch access]\n[device set]\ncount = 50\n[stream one]\nrate = 263.2 kbit/s\npayload = 1316 B\n"
        "[stream many]\nrate = 26.32 kbit/s\npayload = 1316 B\n" WRITE("interleaved")));
    g_autoptr(JsonNode) root = sized(directory, "streams", "--group", "many", NULL, NULL);
    uint64_t answer = sized_number(sized_row(root, 0), "answer");
    g_assert_cmpstr(json_object_get_string_member(sized_row(root, 0), "binding"), ==, "calls");
    g_assert_cmpuint(answer, >=, 722);
    g_assert_cmpuint(answer, <=, 722 + 65);
    g_assert_cmpfloat(sized_run(directory, "stream.many.count", answer, "", "interleaved").slip_us, <, 40000);
    g_assert_cmpfloat(sized_run(directory, "stream.many.count", answer + 1, "", "interleaved").slip_us, >=,
                      40000);
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/size-exact/random", test_random);
    g_test_add_func("/size-exact/brute", test_brute);
    g_test_add_func("/size-exact/several", test_several);
    g_test_add_func("/size-exact/calls", test_calls);
    return g_test_run();
}
