/* SPDX-License-Identifier: GPL-2.0-only */
/* The module as its users see it: servers over a switch against the reference model, frames with their bytes, helpers. */

#include "ns3/boolean.h"
#include "ns3/global-value.h"
#include "ns3/node-container.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"
#include "ns3/weft-ethernet-helper.h"
#include "ns3/weft-frame-tag.h"
#include "ns3/weft-server.h"

#include <weft/host.h>
#include <weft/reference.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <sys/wait.h>
#include <unistd.h>

using namespace ns3;

namespace
{

constexpr uint32_t SERVERS = 2, DEVICES = 5;
constexpr weft_ps MS = WEFT_PS_PER_S / 1000;

/** Two servers and five devices around a switch, with rates that no picosecond divides; buffers too small for bursts. */
struct Scene {
    weft_server server[SERVERS]{};
    weft_switch access{};
    weft_device device[DEVICES]{};
    weft_stream stream[DEVICES]{};
    weft_setup setup{};

    explicit Scene(const weft_method *method)
    {
        static const char *const names[] = {"a", "b", "c", "d", "e"};
        for (uint32_t i = 0; i < SERVERS; i++) {
            server[i].name = names[i];
            server[i].applications = server[i].cores = 1;
            server[i].cpu_hz = 3000000000;
            server[i].profile = &weft_profile_modern_x86;
            server[i].link_bps = 1000000000 - 7 * i;
            server[i].delay_ps = 1000 * i;
            server[i].mtu_bytes = 1500;
            server[i].page_bytes = WEFT_PAGE_4K;
            server[i].ring_slots = 512;
            server[i].doorbell_packets = 64;
            server[i].interrupts_per_s = 8000;
        }
        access.name = "access";
        access.port_bps = 100000000;
        const weft_buffer *const *buffer = weft_buffers;
        while (std::strcmp((*buffer)->name, "packets") != 0)
            buffer++;
        access.rules.buffer = *buffer;
        access.rules.memory.limit = 6;
        for (uint32_t i = 0; i < DEVICES; i++) {
            device[i].name = stream[i].name = names[i];
            device[i].rate_bps = 97000003 + 1000 * i;
            device[i].delay_ps = 777 * i;
            stream[i].clock.rate_bps = 4000000 + 100000 * i;
            stream[i].clock.payload_bytes = 1316 - i;
            stream[i].server = i % SERVERS;
            stream[i].device = i;
        }
        setup.seed = 7;
        setup.duration_ps = 200 * MS;
        setup.network = &weft_network_ethernet;
        setup.write.method = method;
        setup.write.axes = *method;
        setup.write.pacing_argument = method->pacing->argument.standard;
        setup.write.interrupt_argument = method->interrupt->argument.standard;
        setup.write.cut = &weft_cut_plain;
        setup.write.interval_ps = 40 * MS;
        setup.servers = SERVERS;
        setup.switches = 1;
        setup.devices = setup.streams = DEVICES;
        setup.server = server;
        setup.switch_ = &access;
        setup.device = device;
        setup.stream = stream;
    }
};

/** Instants by packet. */
using Arrivals = std::map<uint64_t, uint64_t>;

/** The network of a scene in ns-3. Links are made in the order that ties are settled in. */
struct Network {
    NodeContainer nodes{SERVERS + DEVICES + 1};
    NetDeviceContainer sets; //!< devices at the devices' nodes
    Ptr<WeftServer> server[SERVERS];
    Arrivals arrivals;

    explicit Network(const Scene &scene)
    {
        WeftEthernetHelper helper;
        Ptr<Node> hub = nodes.Get(SERVERS + DEVICES);
        for (uint32_t i = 0; i < SERVERS; i++) {
            helper.SetDeviceAttribute("DataRate", DataRateValue(DataRate(scene.server[i].link_bps)));
            helper.SetChannelAttribute("Delay", TimeValue(PicoSeconds(scene.server[i].delay_ps)));
            helper.Install(nodes.Get(i), hub);
            server[i] = CreateObject<WeftServer>();
            server[i]->SetSetup(&scene.setup, i);
            nodes.Get(i)->AddApplication(server[i]);
        }
        helper.SetQueueAttribute("LimitKind", StringValue("Packets"));
        helper.SetQueueAttribute("Limit", UintegerValue(scene.access.rules.memory.limit));
        NetDeviceContainer ports;
        for (uint32_t i = 0; i < DEVICES; i++) {
            helper.SetDeviceAttribute("DataRate", DataRateValue(DataRate(scene.device[i].rate_bps)));
            helper.SetChannelAttribute("Delay", TimeValue(PicoSeconds(scene.device[i].delay_ps)));
            NetDeviceContainer link = helper.Install(hub, nodes.Get(SERVERS + i));
            ports.Add(link.Get(0));
            sets.Add(link.Get(1));
            link.Get(1)->SetAddress(WeftServer::GetDeviceAddress(i));
            link.Get(1)->TraceConnectWithoutContext("PhyRxEnd", MakeCallback(&Network::Arrive, this));
        }
        Ptr<WeftSwitch> sw = helper.InstallSwitch(hub);
        for (uint32_t i = 0; i < DEVICES; i++)
            sw->AddFlow(i, ports.Get(i));
    }
    void Arrive(Ptr<const Packet> frame)
    {
        WeftFrameTag tag;
        frame->PeekPacketTag(tag);
        arrivals[tag.GetMark()] = static_cast<uint64_t>(Simulator::Now().GetPicoSeconds());
    }
};

void OnPackets(void *ctx, weft_point point, uint32_t, const weft_train *train)
{
    for (uint32_t i = 0; point == WEFT_AT_DEVICE && i < train->n; i++)
        (*static_cast<Arrivals *>(ctx))[train->packet[i]] = train->at_ps[i];
}

/** Every suite runs in a process of its own, this one with picoseconds. */
class PicosecondTestCase : public TestCase
{
  protected:
    using TestCase::TestCase;

  private:
    void DoSetup() override
    {
        if (Time::GetResolution() != Time::PS)
            Time::SetResolution(Time::PS);
    }
};

/** Every packet at the picosecond of the reference back end, and the same packets lost, with every method. */
class InstantsTestCase : public PicosecondTestCase
{
  public:
    InstantsTestCase() : PicosecondTestCase("WeftServer: instants and losses of the reference model")
    {
    }

  private:
    void DoRun() override
    {
        for (const weft_method *const *method = weft_methods; *method; method++) {
            Scene scene(*method);
            weft_error error;
            Arrivals expected;
            weft_watch watch{};
            watch.ctx = &expected;
            watch.packets = OnPackets;
            NS_TEST_ASSERT_MSG_EQ(weft_setup_check(&scene.setup, &error), WEFT_OK, error.text);
            NS_TEST_ASSERT_MSG_EQ(weft_backend_reference.run(&scene.setup, &watch, 1, &error), WEFT_OK,
                                  error.text);
            Network network(scene);
            Simulator::Run();
            NS_TEST_EXPECT_MSG_GT(expected.size(), 150, (*method)->name);
            NS_TEST_EXPECT_MSG_EQ((network.arrivals == expected), true, (*method)->name);
            for (const Ptr<WeftServer> &server : network.server) {
                NS_TEST_EXPECT_MSG_EQ(server->IsOver(), true, (*method)->name);
                NS_TEST_EXPECT_MSG_GT(server->GetCounters()->ledger.count[WEFT_DRAM_BYTES], 100000,
                                      "counted");
            }
            Simulator::Destroy();
        }
    }
};

/** Frames carry the stream's bytes behind Ethernet, IPv4 and UDP headers, to the address of their device. */
class BytesTestCase : public PicosecondTestCase
{
  public:
    BytesTestCase() : PicosecondTestCase("WeftServer: bytes of frames")
    {
    }

  private:
    static constexpr uint32_t HEADER_BYTES = WEFT_IPV4_HEADER_BYTES + WEFT_UDP_HEADER_BYTES;

    bool Receive(Ptr<NetDevice> device, Ptr<const Packet> packet, uint16_t protocol, const Address &)
    {
        uint32_t stream = 0;
        while (m_network->sets.Get(stream) != device)
            stream++;
        uint32_t bytes = packet->GetSize();
        const weft_clock &clock = m_scene->stream[stream].clock;
        std::vector<uint8_t> got(bytes), expected(clock.payload_bytes);
        packet->CopyData(got.data(), bytes);
        weft_clock_fill(&clock, m_scene->setup.seed, stream, weft_clock_offset(&clock, m_received[stream]++),
                        expected.data(), expected.size());
        NS_TEST_EXPECT_MSG_EQ(protocol, 0x0800, "IPv4");
        NS_TEST_EXPECT_MSG_EQ(bytes, HEADER_BYTES + clock.payload_bytes, "size of a packet");
        NS_TEST_EXPECT_MSG_EQ(std::memcmp(&got[HEADER_BYTES], expected.data(), expected.size()), 0, "data");
        const uint8_t *udp = &got[WEFT_IPV4_HEADER_BYTES];
        NS_TEST_EXPECT_MSG_EQ((udp[6] << 8 | udp[7]),
                              weft_udp_checksum(&got[0], udp, bytes - WEFT_IPV4_HEADER_BYTES), "checksum");
        return true;
    }

    void DoRun() override
    {
        Scene scene(weft_methods[0]); // per-packet: none is lost
        Network network(scene);
        m_scene = &scene;
        m_network = &network;
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
        for (const Ptr<WeftServer> &server : network.server)
            server->SetAttribute("CarryBytes", BooleanValue(true));
        for (uint32_t i = 0; i < DEVICES; i++)
            network.sets.Get(i)->SetReceiveCallback(MakeCallback(&BytesTestCase::Receive, this));
        Simulator::Run();
        Simulator::Destroy();
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(false));
        for (uint32_t i = 0; i < DEVICES; i++)
            NS_TEST_EXPECT_MSG_EQ(m_received[i],
                                  weft_clock_due_before(&scene.stream[i].clock, scene.setup.duration_ps),
                                  "packets of a stream");
    }

    const Scene *m_scene = nullptr;
    const Network *m_network = nullptr;
    uint64_t m_received[DEVICES]{};
};

/** A node without anything of weft's model sends to another one over a switch, by address; and captures have it. */
class HelperTestCase : public PicosecondTestCase
{
  public:
    HelperTestCase() : PicosecondTestCase("WeftEthernetHelper: links, switch, capture")
    {
    }

  private:
    static void Count(uint32_t *count, Ptr<const Packet>)
    {
        ++*count;
    }

    void Send(const std::string &capture)
    {
        NodeContainer nodes(4);
        WeftEthernetHelper helper;
        helper.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
        NetDeviceContainer devices;
        uint32_t count[3] = {};
        for (uint32_t i = 0; i < 3; i++) {
            devices.Add(helper.Install(nodes.Get(i), nodes.Get(3)).Get(0));
            devices.Get(i)->TraceConnectWithoutContext("MacRx", MakeBoundCallback(&Count, &count[i]));
        }
        Ptr<WeftSwitch> sw = helper.InstallSwitch(nodes.Get(3));
        helper.EnablePcap(capture, devices.Get(1), true, true);
        Address to = devices.Get(1)->GetAddress();
        NS_TEST_EXPECT_MSG_EQ(devices.Get(0)->Send(Create<Packet>(100), to, 0x88b5), true, "sent");
        NS_TEST_EXPECT_MSG_EQ(devices.Get(0)->Send(Create<Packet>(1501), to, 0x88b5), false, "over the MTU");
        Simulator::Run();
        // 100 + 14 + 4 bytes of frame and 20 around it, twice, at 100 Mbit/s
        NS_TEST_EXPECT_MSG_EQ(Simulator::Now().GetPicoSeconds(), 2 * 138 * 8 * 10000, "instant");
        NS_TEST_EXPECT_MSG_EQ(count[0], 0, "sender");
        NS_TEST_EXPECT_MSG_EQ(count[1], 1, "addressee");
        NS_TEST_EXPECT_MSG_EQ(count[2], 0, "bystander");
        Simulator::Destroy();
    }

    void DoRun() override
    {
        std::string capture = CreateTempDirFilename("helper.pcap");
        Send(capture);
        // a file header, a packet header, the frame
        std::ifstream file(capture, std::ios::binary | std::ios::ate);
        NS_TEST_EXPECT_MSG_EQ(file.tellg(), 24 + 16 + 118, "bytes of the capture");
    }
};

/** What a program does wrong ends it at once. */
class MisuseTestCase : public PicosecondTestCase
{
  public:
    MisuseTestCase() : PicosecondTestCase("WeftServer: misuse ends the program")
    {
    }

  private:
    /** How a process that calls it ends: the number of the signal. */
    template <typename Call> static int SignalOf(Call call)
    {
        pid_t child = fork();
        if (child == 0) {
            std::freopen("/dev/null", "w", stderr);
            call();
            _exit(0);
        }
        int status = 0;
        return waitpid(child, &status, 0) == child && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    }

    void DoRun() override
    {
        Scene scene(weft_methods[0]), broken(weft_methods[0]);
        broken.setup.duration_ps = 0;
        Ptr<WeftServer> server = CreateObject<WeftServer>();
        auto start = [&] {
            CreateObject<Node>()->AddApplication(server);
            Simulator::Run();
        };
        NS_TEST_EXPECT_MSG_EQ(SignalOf([&] { server->SetSetup(&scene.setup, 1); }), 0, "none");
        NS_TEST_EXPECT_MSG_EQ(SignalOf([&] { server->SetSetup(nullptr, 0); }), SIGABRT, "no setup");
        NS_TEST_EXPECT_MSG_EQ(SignalOf([&] { server->SetSetup(&scene.setup, SERVERS); }), SIGABRT,
                              "no such server");
        NS_TEST_EXPECT_MSG_EQ(SignalOf([&] { server->SetSetup(&broken.setup, 0); }), SIGABRT,
                              "a broken setup");
        NS_TEST_EXPECT_MSG_EQ(SignalOf(start), SIGABRT, "start without a setup");
        server->SetSetup(&scene.setup, 0);
        NS_TEST_EXPECT_MSG_EQ(SignalOf(start), SIGABRT, "start without a device");
        server->Dispose();
    }
};

class WeftTestSuite : public TestSuite
{
  public:
    WeftTestSuite() : TestSuite("weft")
    {
        AddTestCase(new InstantsTestCase);
        AddTestCase(new BytesTestCase);
        AddTestCase(new HelperTestCase);
        AddTestCase(new MisuseTestCase);
    }
};

WeftTestSuite g_weftTestSuite;

} // namespace
