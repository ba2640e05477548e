// SPDX-License-Identifier: LGPL-2.1-or-later
// A C++17 program with functions, tables and back end of the C libraries: it links only if their names are C's.
#include <weft/metrics.h>
#include <weft/reference.h>

#include <cstdio>

int main()
{
    weft_server server{};
    server.name = "main";
    server.applications = server.cores = 1;
    server.cpu_hz = 3000000000;
    server.profile = &weft_profile_free;
    server.link_bps = 1000000000;
    server.mtu_bytes = 1500;
    server.page_bytes = WEFT_PAGE_4K;
    server.ring_slots = 512;
    server.doorbell_packets = 64;
    server.interrupts_per_s = 8000;
    weft_switch access{};
    access.name = "access";
    access.port_bps = 100000000;
    weft_device device{};
    device.name = "set";
    device.rate_bps = 100000000;
    weft_stream stream{};
    stream.name = "film";
    stream.clock.rate_bps = 4000000;
    stream.clock.payload_bytes = 1316;
    weft_setup setup{};
    setup.duration_ps = WEFT_PS_PER_S;
    setup.network = &weft_network_ethernet;
    setup.write.method = weft_methods[0];
    setup.write.axes = *weft_methods[0];
    setup.write.cut = &weft_cut_plain;
    setup.servers = setup.switches = setup.devices = setup.streams = 1;
    setup.server = &server;
    setup.switch_ = &access;
    setup.device = &device;
    setup.stream = &stream;

    weft_error error{};
    weft_metrics *metrics = weft_metrics_new(&setup);
    weft_watch watch = weft_metrics_watch(metrics);
    if (weft_setup_check(&setup, &error) != WEFT_OK ||
        weft_backend_reference.run(&setup, &watch, 1, &error) != WEFT_OK) {
        std::fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    // ceil(4 Mbit/s * 1 s / (1316 * 8 bit)) packets are due
    unsigned long long delivered = weft_metrics_totals(metrics)->packets_delivered;
    std::printf("%llu packets\n", delivered);
    weft_metrics_free(metrics);
    return delivered == 380 ? 0 : 1;
}
