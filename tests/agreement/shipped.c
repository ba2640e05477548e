/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The scenarios in scenarios/, each cut short: all back ends agree on it with the methods that it compares. Those that need
 * files of media are in tests/media/scenarios.c. */

#include "agreed.h"
#include "modules.h"
#include "weft.h"

#include <string.h>

enum { SETS = 3 };

/* A scenario, what is set in it, and what must come out. */
struct shipped {
    const char *name, *methods, *set[SETS];
    guint64 least_hops;
    gboolean loses;
};

#define ALL                                                                                                  \
    "per-packet,per-packet-burst,per-packet-zero-copy,batched,per-destination,per-destination-zero-copy,"    \
    "per-destination-fq,multi-destination,interleaved,interleaved-smooth,interleaved-sliced,"                \
    "interleaved-paced"
#define STUDY "per-packet-burst,per-destination-fq,multi-destination,interleaved,interleaved-paced"
static const struct shipped shipped[] = {
    {"small", ALL, {NULL}, 12 * 1000, FALSE},
    {"ablation", "per-packet,interleaved", {"scenario.duration=200 ms"}, 2 * 4000, FALSE},
    {"buffer-vs-interval", STUDY, {"scenario.duration=40 ms", "write.interval=20 ms"}, 5 * 1000, FALSE},
    {"buffer-vs-streams", STUDY, {"scenario.duration=200 ms", "stream.count=12"}, 5 * 800, FALSE},
    {"city",
     "multi-destination,interleaved",
     {"scenario.duration=200 ms", "stream.count=80", "device.count=80"},
     2 * 6000,
     FALSE},
    {"factors-2003", "per-packet-burst,interleaved-paced", {"scenario.duration=100 ms"}, 2 * 2000, FALSE},
    {"factors-today", "per-packet-burst,interleaved-paced", {"scenario.duration=100 ms"}, 2 * 2000, FALSE},
    {"factors-mitigated",
     "per-packet-burst,interleaved-paced",
     {"scenario.duration=100 ms"},
     2 * 2000,
     FALSE},
    {"leaf-spine", STUDY, {"scenario.duration=100 ms"}, 5 * 10000, FALSE},
    {"loss-vs-buffer",
     "multi-destination,interleaved",
     {"scenario.duration=200 ms", "switch.buffer=8 KiB"},
     10000,
     TRUE},
    {"orders-unequal-rates", "interleaved,per-destination-fq", {"scenario.duration=100 ms"}, 8000, FALSE},
    {"orders-unequal-rates", "interleaved", {"scenario.duration=100 ms", "write.order=swrr"}, 4000, FALSE},
    {"orders-unequal-rates", "interleaved", {"scenario.duration=100 ms", "write.order=random"}, 4000, FALSE},
    {"pacing", "interleaved-smooth", {"scenario.duration=200 ms", "write.pacing=slice:8"}, 300, FALSE},
    {"pacing",
     "per-destination-fq",
     {"scenario.duration=200 ms", "write.pacing=rate:100 Mbit/s"},
     300,
     FALSE},
    {"platform", STUDY, {"scenario.duration=100 ms"}, 5 * 4000, FALSE},
    {"saturation", "per-packet,interleaved", {"scenario.duration=200 ms"}, 2 * 15000, FALSE},
    {"shared-buffer", STUDY, {"scenario.duration=100 ms", "switch.shared=48 KiB"}, 5 * 2000, TRUE},
    {"timeline", "multi-destination,interleaved", {NULL}, 2 * 600, FALSE},
    {"three-servers", STUDY, {"scenario.duration=100 ms", "server.link=3 Gbit/s"}, 5 * 6000, FALSE},
};

static void test_shipped(gconstpointer data)
{
    const struct shipped *scenario = data;
    g_autofree char *reader = module_path("weft-simgrid.so");
    if (!reader && strcmp(scenario->name, "platform") == 0) {
        g_test_skip("nobody is built who reads platforms");
        return;
    }
    char *directory = scratch_new();
    g_autofree char *file = g_strdup_printf("scenarios/%s.ini", scenario->name), *path = source_path(file);
    const char *arguments[4 + 2 * SETS + 1] = {path, "--methods", scenario->methods};
    guint n = 3;
    for (guint i = 0; i < SETS && scenario->set[i]; i++) {
        arguments[n++] = "--set";
        arguments[n++] = scenario->set[i];
    }
    struct agreed agreed = assert_agrees(directory, arguments);
    g_test_message("%s: %" G_GUINT64_FORMAT " hops, %" G_GUINT64_FORMAT " dropped, %u other back ends",
                   scenario->name, agreed.hops, agreed.dropped, agreed.others);
    g_assert_cmpuint(agreed.hops, >=, scenario->least_hops);
    g_assert_cmpint(agreed.dropped > 0, ==, scenario->loses);
    scratch_free(directory);
}

/* None is forgotten. */
static void test_all(void)
{
    g_autofree char *path = source_path("scenarios");
    g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
    const char *name;
    guint scenarios = 0;
    while ((name = g_dir_read_name(directory))) {
        g_autofree char *file = g_build_filename(path, name, NULL), *text = NULL;
        if (!g_str_has_suffix(name, ".ini"))
            continue;
        g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
        gboolean found = strstr(text, "media:") != NULL;
        for (size_t i = 0; i < G_N_ELEMENTS(shipped); i++) {
            g_autofree char *of = g_strconcat(shipped[i].name, ".ini", NULL);
            found = found || strcmp(name, of) == 0;
        }
        if (!found)
            g_error("%s: is not compared", name);
        scenarios++;
    }
    g_assert_cmpuint(scenarios, >, 10);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/shipped/all", test_all);
    for (size_t i = 0; i < G_N_ELEMENTS(shipped); i++) {
        g_autofree char *path = g_strdup_printf("/shipped/%zu/%s", i, shipped[i].name);
        g_test_add_data_func(path, &shipped[i], test_shipped);
    }
    return g_test_run();
}
