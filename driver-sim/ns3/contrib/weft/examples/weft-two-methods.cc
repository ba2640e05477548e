/* SPDX-License-Identifier: GPL-2.0-only */
/* A streaming server of weft in an ns-3 program: what a switch port must hold under two write methods, while another node
 * makes a backup over the same switch. The network is that of scenarios/small.ini. In ns-3's tree: ./ns3 run weft-two-methods;
 * else with CMakeLists.txt beside this file, or:
 *
 *     c++ -std=c++17 weft-two-methods.cc $(pkg-config --cflags --libs weft-ns3) -o weft-two-methods
 *
 * METHOD.csv then has when each packet came to its device. */

#include "ns3/core-module.h"
#include "ns3/network-module.h"
#include "ns3/weft-module.h"

#include <weft/setup.h>

#include <fstream>

using namespace ns3;

static const uint32_t SETS = 8;

/** An application of the program's own: frames of 1000 bytes, at a steady pace, by the first device of its node. */
struct Backup : public Application {
    Address m_to;
    uint32_t m_sent = 0;
    EventId m_next;
    void StartApplication() override
    {
        GetNode()->GetDevice(0)->Send(Create<Packet>(1000), m_to, 0x88b5); // a type for experiments
        m_sent++;
        m_next = Simulator::Schedule(MicroSeconds(100), &Backup::StartApplication, this);
    }
    void StopApplication() override
    {
        m_next.Cancel();
    }
};

/** What the trace sources tell. */
struct Seen {
    std::ofstream arrivals;
    uint32_t delivered = 0, packets = 0, bytes = 0;
    void Arrive(Ptr<const Packet> frame)
    {
        WeftFrameTag tag;
        frame->PeekPacketTag(tag);
        arrivals << tag.GetMark() << ',' << Simulator::Now().GetPicoSeconds() << '\n';
        delivered++;
    }
    void Packets(uint32_t, uint32_t now)
    {
        packets = std::max(packets, now);
    }
    void Bytes(uint32_t, uint32_t now)
    {
        bytes = std::max(bytes, now);
    }
};

static void Simulate(const weft_setup &setup)
{
    NodeContainer nodes(SETS + 4); // sets, switch, server, source of the backup, archive
    Ptr<Node> hub = nodes.Get(SETS), server = nodes.Get(SETS + 1), source = nodes.Get(SETS + 2);
    Seen seen;
    seen.arrivals.open(std::string(setup.write.method->name) + ".csv");

    WeftEthernetHelper ethernet;
    ethernet.SetDeviceAttribute("DataRate", StringValue("1Gbps"));
    ethernet.Install(server, hub);
    ethernet.Install(source, hub);
    NetDeviceContainer archive = ethernet.Install(hub, nodes.Get(SETS + 3));
    ethernet.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
    NetDeviceContainer ports;
    for (uint32_t i = 0; i < SETS; i++) {
        NetDeviceContainer link = ethernet.Install(hub, nodes.Get(i));
        ports.Add(link.Get(0));
        Ptr<WeftPortQueue> queue = DynamicCast<WeftEthernetDevice>(link.Get(0))->GetQueue();
        queue->TraceConnectWithoutContext("PacketsInQueue", MakeCallback(&Seen::Packets, &seen));
        queue->TraceConnectWithoutContext("BytesInQueue", MakeCallback(&Seen::Bytes, &seen));
        link.Get(1)->TraceConnectWithoutContext("PhyRxEnd", MakeCallback(&Seen::Arrive, &seen));
    }
    Ptr<WeftSwitch> sw = ethernet.InstallSwitch(hub);
    for (uint32_t i = 0; i < SETS; i++)
        sw->AddFlow(i, ports.Get(i)); // stream i goes to set i

    Ptr<WeftServer> streaming = CreateObject<WeftServer>();
    streaming->SetSetup(&setup, 0);
    server->AddApplication(streaming);
    Ptr<Backup> backup = CreateObject<Backup>();
    backup->m_to = archive.Get(1)->GetAddress();
    backup->SetStopTime(Seconds(0.2));
    source->AddApplication(backup);
    Simulator::Run();
    std::cout << setup.write.method->name << ": " << seen.delivered << " packets, a port holds at most "
              << seen.packets << " (" << seen.bytes << " bytes); " << backup->m_sent << " frames of backup\n";
    Simulator::Destroy();
}

int main(int argc, char *argv[])
{
    CommandLine(__FILE__).Parse(argc, argv);
    Time::SetResolution(Time::PS);
    weft_server server{};
    server.name = "main";
    server.applications = server.cores = 1;
    server.cpu_hz = 3000000000;
    server.profile = &weft_profile_modern_x86;
    server.link_bps = 1000000000;
    server.mtu_bytes = 1500;
    server.page_bytes = WEFT_PAGE_4K;
    server.ring_slots = 512;
    server.doorbell_packets = 64;
    server.interrupts_per_s = 8000;
    weft_switch access{};
    access.name = "access";
    access.port_bps = 100000000;
    static const char *const names[SETS] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    weft_device set[SETS]{};
    weft_stream film[SETS]{};
    for (uint32_t i = 0; i < SETS; i++) {
        set[i].name = film[i].name = names[i];
        set[i].rate_bps = 100000000;
        film[i].clock.rate_bps = 4000000;
        film[i].clock.payload_bytes = 1316;
        film[i].device = i;
    }
    weft_setup setup{};
    setup.duration_ps = WEFT_PS_PER_S / 2;
    setup.network = &weft_network_ethernet;
    setup.write.cut = &weft_cut_plain;
    setup.write.interval_ps = WEFT_PS_PER_S / 25;
    setup.servers = setup.switches = 1;
    setup.devices = setup.streams = SETS;
    setup.server = &server;
    setup.switch_ = &access;
    setup.device = set;
    setup.stream = film;
    for (const std::string name : {"multi-destination", "interleaved"}) {
        const weft_method *const *method = weft_methods;
        while (name != (*method)->name)
            method++;
        setup.write.method = *method;
        setup.write.axes = **method;
        Simulate(setup);
    }
    return 0;
}
