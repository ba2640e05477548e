/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two writers of one capture: what arrives at each device, written by ns-3 from its own packets, is byte for byte what weft
 * writes of the same scenario on `reference`. */

#include "media.h"
#include "ns3/run.h"
#include "plan.h"
#include "scenario.h"
#include "weft.h"

#include <string.h>

/* Two servers, packets of several sizes, shorter than the least frame too, some of which find no room. */
static const char scenario_text[] = "[scenario]\nduration = 100 ms\nseed = 7\n"
                                    "[server main]\nlink = 1 Gbit/s\ncount = 2\ndelay = 3 us\n"
                                    "[switch access]\nport = 100 Mbit/s\nbuffer = 24 KiB\n"
                                    "[device near]\ncount = 3\n[device far]\ndelay = 1234567 ps\n"
                                    "[stream film]\ncount = 3\nrate = 9 Mbit/s\npayload = 1316 B\n"
                                    "[stream voice]\nrate = 64 kbit/s\npayload = 16 B\ndevice = far\n"
                                    "[stream music]\nrate = 777 kbit/s\npayload = 413 B\ndevice = far\n"
                                    "[write]\nmethod = %s\ninterval = 20 ms\n";

struct stage {
    char *directory;
    const struct weft_setup *setup;
};

static char *file_of(const struct stage *stage, const char *of, uint32_t device)
{
    return g_strdup_printf("%s/%s/%s.rx.pcap", stage->directory, of, stage->setup->device[device].name);
}

static int capture_devices(void *ctx, struct weft_ns3 *sim, struct weft_error *error)
{
    const struct stage *stage = ctx;
    int status = WEFT_OK;
    for (uint32_t i = 0; i < stage->setup->devices && status == WEFT_OK; i++) {
        g_autofree char *path = file_of(stage, "ns3", i);
        status = weft_ns3_capture(sim, i, path, error);
    }
    return status;
}

static void compare(const struct stage *stage, uint32_t device)
{
    g_autofree char *expected_path = file_of(stage, "weft", device),
                    *got_path = file_of(stage, "ns3", device), *expected = NULL, *got = NULL;
    gsize expected_bytes, got_bytes;
    g_assert_true(g_file_get_contents(expected_path, &expected, &expected_bytes, NULL));
    g_assert_true(g_file_get_contents(got_path, &got, &got_bytes, NULL));
    g_assert_cmpuint(expected_bytes, >, 500);
    g_assert_cmpuint(expected_bytes, ==, got_bytes);
    g_assert_true(memcmp(expected, got, got_bytes) == 0);
}

static void run_both(const char *directory, const struct plan *plan, enum weft_ns3_links links)
{
    struct stage stage = {(char *)directory, &plan->setup};
    const struct weft_watch reader = {.bytes = true};
    const struct weft_ns3_run_options options = {.links = links, .prepare = capture_devices, .ctx = &stage};
    struct weft_error failed = {""};
    struct said said =
        weft(directory, "run", "s.ini", "--quiet", "--pcap-points", "device", "--pcap-ns", "weft", NULL);
    assert_good(&said);
    said_clear(&said);
    g_autofree char *own = g_build_filename(directory, "ns3", NULL);
    g_assert_cmpint(g_mkdir_with_parents(own, 0777), ==, 0);
    int status = weft_ns3_run_setup(&options, stage.setup, &reader, 1, &failed);
    g_assert_cmpstr(failed.text, ==, "");
    g_assert_cmpint(status, ==, WEFT_OK);
    for (uint32_t i = 0; i < stage.setup->devices; i++)
        compare(&stage, i);
}

static void test_capture(gconstpointer data)
{
    static const char *const methods[] = {"interleaved", "per-packet", "multi-destination"};
    for (gsize m = 0; m < G_N_ELEMENTS(methods); m++) {
        char *directory = scratch_new();
        g_autoptr(GError) error = NULL;
        g_autofree char *text = g_strdup_printf(scenario_text, methods[m]),
                        *path = scratch_file(directory, "s.ini", text);
        struct scenario *scenario = scenario_load(path, &error);
        g_assert_no_error(error);
        struct media_library *media = media_library_new();
        struct plan *plan = plan_new(scenario, media, &error);
        g_assert_no_error(error);
        run_both(directory, plan, GPOINTER_TO_INT(data));
        plan_free(plan);
        media_library_free(media);
        scenario_free(scenario);
        scratch_free(directory);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/ns3-capture/ethernet", GINT_TO_POINTER(WEFT_NS3_ETHERNET), test_capture);
    g_test_add_data_func("/ns3-capture/point-to-point", GINT_TO_POINTER(WEFT_NS3_POINT_TO_POINT),
                         test_capture);
    return g_test_run();
}
