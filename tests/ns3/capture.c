/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What ns-3 writes of what arrives at a device, byte by byte as tcpdump's file format has it. */
#include "bench.h"

#include <glib/gstdio.h>
#include <string.h>

enum { FRAME_BYTES = 64, CHECK_BYTES = 4, HEADER_BYTES = 24, RECORD_BYTES = 16, LENGTH = 50, PACKETS = 3 };

struct scene {
    struct weft_ns3 *sim;
    uint8_t bytes[PACKETS][LENGTH];
    uint32_t arrived;
};

static void ok(int status, const struct weft_error *error)
{
    if (status != WEFT_OK)
        g_error("%s", error->text);
}

/* Packet 2 is sent without bytes. */
static void arrived(void *ctx, const struct weft_ns3_hop *hop, weft_ps at_ps, const void *bytes,
                    uint32_t length)
{
    struct scene *scene = ctx;
    (void)at_ps;
    g_assert_cmpuint(length, ==, hop->packet < 2 ? LENGTH : 0);
    g_assert((bytes != NULL) == (length > 0));
    g_assert(length == 0 || memcmp(bytes, scene->bytes[hop->packet], LENGTH) == 0);
    scene->arrived++;
}

static void begin(struct scene *scene, enum weft_ns3_links links)
{
    struct weft_error error;
    const struct weft_ns3_params params = {.links = links,
                                           .gap_bytes = 20,
                                           .check_bytes = CHECK_BYTES,
                                           .watch = {.ctx = scene, .arrived = arrived}};
    const struct weft_ns3_switch rules = {0};
    const struct weft_ns3_server server = {.rate_bps = 1000000000};
    const struct weft_ns3_port port = {
        .to_switch = WEFT_NS3_TO_DEVICE, .rate_bps = 1000000000, .delay_ps = 1999};
    const uint32_t way = 0;
    *scene = (struct scene){0};
    ok(weft_ns3_new(&params, &scene->sim, &error), &error);
    ok(weft_ns3_add_switch(scene->sim, &rules, &error), &error);
    ok(weft_ns3_add_server(scene->sim, &server, &error), &error);
    ok(weft_ns3_add_port(scene->sim, &port, &error), &error);
    ok(weft_ns3_add_flow(scene->sim, &way, 1, 0, &error), &error);
}

static void send_all(struct scene *scene)
{
    struct weft_error error;
    for (uint32_t i = 0; i < PACKETS; i++) {
        for (uint32_t k = 0; k < LENGTH; k++)
            scene->bytes[i][k] = (uint8_t)(16 * i + k + 1);
        const struct weft_ns3_packet packet = {.packet = i,
                                               .frame_bytes = FRAME_BYTES,
                                               .bytes = i < 2 ? scene->bytes[i] : NULL,
                                               .length = i < 2 ? LENGTH : 0};
        ok(weft_ns3_send(scene->sim, 0, WEFT_PS_PER_S, &packet, &error), &error);
    }
    memset(scene->bytes[2], 0, LENGTH);
}

static uint32_t number(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* 84 bytes at 1 Gbit/s take 672 ns: packet i is at the device at 1 s + (i + 2) * 672 ns + 1999 ps. */
static void check_file(const struct scene *scene, const uint8_t *file, gsize bytes)
{
    g_assert_cmpuint(bytes, ==, HEADER_BYTES + PACKETS * (RECORD_BYTES + FRAME_BYTES - CHECK_BYTES));
    g_assert_cmphex(number(file), ==, 0xa1b23c4d);
    g_assert_cmphex(number(file + 4), ==, 2 | 4 << 16);
    g_assert_cmpuint(number(file + 20), ==, 1);
    for (uint32_t i = 0; i < PACKETS; i++) {
        const uint8_t *record = file + HEADER_BYTES + i * (RECORD_BYTES + FRAME_BYTES - CHECK_BYTES);
        g_assert_cmpuint(number(record), ==, 1);
        g_assert_cmpuint(number(record + 4), ==, (i + 2) * 672 + 1);
        g_assert_cmpuint(number(record + 8), ==, FRAME_BYTES - CHECK_BYTES);
        g_assert_cmpuint(number(record + 12), ==, FRAME_BYTES - CHECK_BYTES);
        g_assert(memcmp(record + RECORD_BYTES, scene->bytes[i], LENGTH) == 0);
        for (uint32_t k = LENGTH; k < FRAME_BYTES - CHECK_BYTES; k++)
            g_assert_cmpuint(record[RECORD_BYTES + k], ==, 0);
    }
}

static void test_capture(gconstpointer links)
{
    struct scene scene;
    struct weft_error error;
    char *directory = g_dir_make_tmp("weft-ns3-XXXXXX", NULL), *file;
    char *path = g_build_filename(directory, "device.pcap", NULL);
    gsize bytes;
    begin(&scene, *(const enum weft_ns3_links *)links);
    ok(weft_ns3_capture(scene.sim, 0, path, &error), &error);
    g_assert_cmpint(weft_ns3_capture(scene.sim, 0, path, &error), ==, WEFT_INVALID);
    send_all(&scene);
    ok(weft_ns3_run(scene.sim, WEFT_NEVER, &error), &error);
    ok(weft_ns3_free(scene.sim, &error), &error);
    g_assert_cmpuint(scene.arrived, ==, PACKETS);
    g_assert(g_file_get_contents(path, &file, &bytes, NULL));
    check_file(&scene, (const uint8_t *)file, bytes);
    g_remove(path);
    g_rmdir(directory);
    g_free(file);
    g_free(path);
    g_free(directory);
}

/* A file that cannot be made leaves the simulation as it was... */
static void test_no_file(void)
{
    struct scene scene;
    struct weft_error error;
    begin(&scene, WEFT_NS3_ETHERNET);
    g_assert_cmpint(weft_ns3_capture(scene.sim, 0, "/nowhere/at/all", &error), ==, WEFT_FAILED);
    g_assert(strstr(error.text, "/nowhere/at/all"));
    ok(weft_ns3_free(scene.sim, &error), &error);
}

/* ... and one that is full is told of at the end. */
static void test_full(void)
{
    struct scene scene;
    struct weft_error error;
    begin(&scene, WEFT_NS3_ETHERNET);
    ok(weft_ns3_capture(scene.sim, 0, "/dev/full", &error), &error);
    send_all(&scene);
    ok(weft_ns3_run(scene.sim, WEFT_NEVER, &error), &error);
    g_assert_cmpint(weft_ns3_free(scene.sim, &error), ==, WEFT_FAILED);
    g_assert(strstr(error.text, "capture"));
    begin(&scene, WEFT_NS3_ETHERNET);
    ok(weft_ns3_free(scene.sim, &error), &error);
}

int main(int argc, char **argv)
{
    static const enum weft_ns3_links own = WEFT_NS3_ETHERNET, stock = WEFT_NS3_POINT_TO_POINT;
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/ns3/capture/own", &own, test_capture);
    g_test_add_data_func("/ns3/capture/stock", &stock, test_capture);
    g_test_add_func("/ns3/capture/no-file", test_no_file);
    g_test_add_func("/ns3/capture/full", test_full);
    return g_test_run();
}
