/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A C program with the installed interface to ns-3: one packet over a server's link, a switch and a device's link. */

#include <weft/ns3.h>

#include <inttypes.h>
#include <stdio.h>

static void on_arrival(void *ctx, const struct weft_ns3_hop *hop, weft_ps at_ps, const void *bytes,
                       uint32_t length)
{
    (void)hop, (void)bytes, (void)length;
    *(weft_ps *)ctx = at_ps;
}

int main(void)
{
    weft_ps arrived_ps = 0;
    struct weft_ns3 *sim = NULL;
    struct weft_error error;
    const uint32_t way[] = {0};
    const struct weft_ns3_params params = {.gap_bytes = 20,
                                           .watch = {.ctx = &arrived_ps, .arrived = on_arrival}};
    const struct weft_ns3_switch rules = {0};
    const struct weft_ns3_server server = {.rate_bps = 1000000000};
    const struct weft_ns3_port port = {.to_switch = WEFT_NS3_TO_DEVICE, .rate_bps = 100000000};
    const struct weft_ns3_packet packet = {.payload_bytes = 1316, .frame_bytes = 1362};
    if (weft_ns3_new(&params, &sim, &error) != WEFT_OK ||
        weft_ns3_add_switch(sim, &rules, &error) != WEFT_OK ||
        weft_ns3_add_server(sim, &server, &error) != WEFT_OK ||
        weft_ns3_add_port(sim, &port, &error) != WEFT_OK ||
        weft_ns3_add_flow(sim, way, 1, 0, &error) != WEFT_OK ||
        weft_ns3_send(sim, 0, 0, &packet, &error) != WEFT_OK ||
        weft_ns3_run(sim, WEFT_NEVER, &error) != WEFT_OK || weft_ns3_free(sim, &error) != WEFT_OK) {
        fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    /* 1382 bytes of wire at 8 ns a byte, then at 80 ns */
    printf("%" PRIu64 " ps\n", arrived_ps);
    return arrived_ps == UINT64_C(1382) * (8000 + 80000) ? 0 : 1;
}
