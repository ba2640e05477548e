/* SPDX-License-Identifier: GPL-2.0-only */
/* What a user of ns-3 sees of a port through ns-3's own trace sources and counters, found by path: the frame on the
 * link is in the queue until it has gone. */
#include "bench.h"

#include "ns3/weft-ethernet-device.h"

#include "ns3/config.h"
#include "ns3/packet.h"

#include <vector>

namespace
{

/* Of the port's device, the second of the switch's node, which is the first of all. */
const char port_path[] = "/NodeList/0/DeviceList/1/$ns3::WeftEthernetDevice/";

struct Seen {
    std::vector<uint32_t> packets, bytes;
    uint32_t begun, gone, dropped, arrived;
} seen;

void OnPackets(uint32_t before, uint32_t after)
{
    (void)before;
    seen.packets.push_back(after);
}

void OnBytes(uint32_t before, uint32_t after)
{
    (void)before;
    seen.bytes.push_back(after);
}

template <uint32_t Seen::*Count> void OnFrame(ns3::Ptr<const ns3::Packet> frame)
{
    g_assert_cmpuint(frame->GetSize(), ==, 1362);
    (seen.*Count)++;
}

template <class Sink> void Connect(const std::string &path, Sink sink)
{
    ns3::Config::ConnectWithoutContext(path, ns3::MakeCallback(sink));
}

void ConnectAll(void *ctx, weft_ps now_ps)
{
    (void)ctx;
    (void)now_ps;
    const std::string port = port_path;
    Connect(port + "TxQueue/PacketsInQueue", OnPackets);
    Connect(port + "TxQueue/BytesInQueue", OnBytes);
    Connect(port + "TxQueue/Drop", OnFrame<&Seen::dropped>);
    Connect(port + "PhyTxBegin", OnFrame<&Seen::begun>);
    Connect(port + "PhyTxEnd", OnFrame<&Seen::gone>);
    Connect("/NodeList/2/DeviceList/0/$ns3::WeftEthernetDevice/PhyRxEnd", OnFrame<&Seen::arrived>);
}

void CheckCounters(void *ctx, weft_ps now_ps)
{
    (void)ctx;
    (void)now_ps;
    ns3::Config::MatchContainer found = ns3::Config::LookupMatches(port_path);
    g_assert_cmpuint(found.GetN(), ==, 1);
    ns3::Ptr<ns3::WeftPortQueue> queue = found.Get(0)->GetObject<ns3::WeftEthernetDevice>()->GetQueue();
    g_assert_cmpuint(queue->GetNPackets(), ==, 3);
    g_assert_cmpuint(queue->GetNBytes(), ==, 3 * 1362);
    g_assert_cmpuint(queue->GetTotalReceivedPackets(), ==, 3);
    g_assert_cmpuint(queue->GetTotalDroppedPackets(), ==, 2);
}

/* Five frames at 10 Gbit/s into a port of 1 Gbit/s that holds three: two are dropped, at 4.4 and 5.5 us, before the
 * first leaves at 12.2 us. */
void TestTraces()
{
    struct bench bench;
    struct weft_ns3_switch rules = {};
    rules.limit_kind = WEFT_NS3_PACKETS;
    rules.limit = 3;
    bench_begin(&bench, WEFT_NS3_ETHERNET);
    bench_switch(&bench, rules);
    bench_server(&bench, 10000000000, 0);
    bench_port(&bench, 0, WEFT_NS3_TO_DEVICE, 1000000000, 0);
    bench_flow(&bench, 0, 0);
    for (uint64_t i = 0; i < 5; i++)
        bench_send(&bench, 0, 0, i, 0);
    g_assert_cmpint(weft_ns3_at(bench.sim, 0, ConnectAll, nullptr, nullptr), ==, WEFT_OK);
    g_assert_cmpint(weft_ns3_at(bench.sim, 12000000, CheckCounters, nullptr, nullptr), ==, WEFT_OK);
    bench_end(&bench);
    g_string_free(bench.log, TRUE);
    g_assert(seen.packets == std::vector<uint32_t>({1, 2, 3, 2, 1, 0}));
    g_assert(seen.bytes == std::vector<uint32_t>({1362, 2724, 4086, 2724, 1362, 0}));
    g_assert_cmpuint(seen.begun, ==, 3);
    g_assert_cmpuint(seen.gone, ==, 3);
    g_assert_cmpuint(seen.dropped, ==, 2);
    g_assert_cmpuint(seen.arrived, ==, 3);
}

} // namespace

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ns3/traces", TestTraces);
    return g_test_run();
}
