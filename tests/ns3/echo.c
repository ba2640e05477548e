/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes that arrive are sent on from the very callback that is shown them, which still has them afterwards. */
#include "bench.h"

#include <string.h>

enum { CHECK_BYTES = 4, LENGTH = 50 };

struct echo {
    struct bench bench;
    uint8_t bytes[LENGTH];
    uint32_t frame_bytes; /* of what is sent on */
    uint32_t arrived;
};

static void ok(int status, const struct weft_error *error)
{
    if (status != WEFT_OK)
        g_error("%s", error->text);
}

/* Packet 1 is answered by 2, at once, and by 3, later. */
static void arrived(void *ctx, const struct weft_ns3_hop *hop, weft_ps at_ps, const void *bytes,
                    uint32_t length)
{
    struct echo *echo = ctx;
    struct weft_error error;
    echo->arrived++;
    g_assert_cmpuint(length, ==, LENGTH);
    g_assert(memcmp(bytes, echo->bytes, LENGTH) == 0);
    for (uint32_t i = 0; hop->packet == 1 && i < 2; i++) {
        const struct weft_ns3_packet packet = {
            .packet = 2 + i, .frame_bytes = echo->frame_bytes, .bytes = bytes, .length = length};
        ok(weft_ns3_send(echo->bench.sim, 0, at_ps + i, &packet, &error), &error);
        g_assert(memcmp(bytes, echo->bytes, LENGTH) == 0);
    }
}

static void check(enum weft_ns3_links links, uint32_t frame_bytes)
{
    struct weft_error error;
    struct echo echo = {.bench.log = g_string_new(NULL), .frame_bytes = frame_bytes};
    const struct weft_ns3_params params = {.links = links,
                                           .gap_bytes = 20,
                                           .check_bytes = CHECK_BYTES,
                                           .watch = {.ctx = &echo, .arrived = arrived}};
    for (uint32_t i = 0; i < LENGTH; i++)
        echo.bytes[i] = (uint8_t)(i + 1);
    ok(weft_ns3_new(&params, &echo.bench.sim, &error), &error);
    bench_switch(&echo.bench, (struct weft_ns3_switch){0});
    bench_server(&echo.bench, 1000000000, 0);
    bench_port(&echo.bench, 0, WEFT_NS3_TO_DEVICE, 100000000, 0);
    bench_flow(&echo.bench, 0, 0);
    const struct weft_ns3_packet packet = {
        .packet = 1, .frame_bytes = 64, .bytes = echo.bytes, .length = LENGTH};
    ok(weft_ns3_send(echo.bench.sim, 0, 0, &packet, &error), &error);
    bench_expect(&echo.bench, "");
    g_assert_cmpuint(echo.arrived, ==, 3);
}

/* Into memory that is there, and into memory that has to grow. */
static void test_echo(gconstpointer links)
{
    check(GPOINTER_TO_UINT(links), 64);
    check(GPOINTER_TO_UINT(links), 100000);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/ns3/echo/ethernet", GUINT_TO_POINTER(WEFT_NS3_ETHERNET), test_echo);
    g_test_add_data_func("/ns3/echo/point-to-point", GUINT_TO_POINTER(WEFT_NS3_POINT_TO_POINT), test_echo);
    return g_test_run();
}
