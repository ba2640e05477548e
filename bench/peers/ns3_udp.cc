/* SPDX-License-Identifier: GPL-2.0-only */
/* Stock ns-3: UDP over IPv4, a server, a router and a node a device, on stock devices. What sends is UdpClient or OnOff, one
 * each stream, or an application of its own that sends all from its sockets. Packets have no Ethernet header and no gap
 * here, so instants are not the scenario's: what arrives is counted. */

#include "ns3_run.h"

#include <ns3/application.h>
#include <ns3/boolean.h>
#include <ns3/config.h>
#include <ns3/data-rate.h>
#include <ns3/inet-socket-address.h>
#include <ns3/internet-stack-helper.h>
#include <ns3/ipv4-address-helper.h>
#include <ns3/ipv4-global-routing-helper.h>
#include <ns3/ipv4-l3-protocol.h>
#include <ns3/ipv4-nix-vector-helper.h>
#include <ns3/ipv4-static-routing-helper.h>
#include <ns3/node-container.h>
#include <ns3/on-off-helper.h>
#include <ns3/packet-sink-helper.h>
#include <ns3/packet-sink.h>
#include <ns3/point-to-point-helper.h>
#include <ns3/string.h>
#include <ns3/traffic-control-helper.h>
#include <ns3/udp-client-server-helper.h>
#include <ns3/udp-server.h>
#include <ns3/udp-socket-factory.h>
#include <ns3/uinteger.h>

#include <vector>

using namespace ns3;

namespace
{

constexpr uint16_t PORT = 5004;

enum Sender { UDP_CLIENT, ON_OFF, SOCKETS };
enum Routing { STATIC, GLOBAL, NIX };

/* What may be chosen. */
struct Choice {
    Sender sender;
    Routing routing;
    bool queueDiscs;   /* of traffic control, as the address helper installs them */
    bool strongRouter; /* else it compares a packet's address with those of all its interfaces */
    const char *mask;  /* routes with short prefixes are compared faster */
    bool connected;    /* a socket a stream, else one for all */
};

Choice choose(peer_work *work)
{
    Choice choice{};
    choice.sender = static_cast<Sender>(peer_option(work, "sender", "udp-client,on-off,sockets"));
    choice.routing = static_cast<Routing>(peer_option(work, "routing", "static,global,nix"));
    choice.queueDiscs = peer_option(work, "queue-discs", "yes,no") == 0;
    choice.strongRouter = peer_option(work, "router", "weak,strong") == 1;
    choice.mask = peer_option(work, "prefix", "30,12") == 0 ? "255.255.255.252" : "255.240.0.0";
    choice.connected = peer_option(work, "connected", "no,yes") == 1;
    peer_options_end(work);
    return choice;
}

/* All packets of an interval from its start on, interleaved. */
class SocketServer : public Application
{
  public:
    SocketServer(const peer_work &work, bool connected, std::vector<Address> to)
        : m_work(work), m_connected(connected), m_to(std::move(to))
    {
    }

  private:
    Ptr<Socket> Open()
    {
        Ptr<Socket> socket = Socket::CreateSocket(GetNode(), UdpSocketFactory::GetTypeId());
        socket->Bind();
        socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        return socket;
    }
    void StartApplication() override
    {
        for (size_t i = 0; i < (m_connected ? m_to.size() : 1); i++) {
            m_socket.push_back(Open());
            if (m_connected)
                m_socket[i]->Connect(m_to[i]);
        }
        Write();
    }
    void Write()
    {
        for (uint32_t n = 0; n < m_work.per_interval; n++)
            for (uint32_t i = 0; i < m_work.streams; i++) {
                if (m_connected)
                    m_socket[i]->Send(Create<Packet>(PEER_PAYLOAD_BYTES), 0);
                else
                    m_socket[0]->SendTo(Create<Packet>(PEER_PAYLOAD_BYTES), 0, m_to[i]);
            }
        if (++m_intervals < m_work.intervals)
            Simulator::Schedule(ns3_ps(PEER_INTERVAL_PS), &SocketServer::Write, this);
    }
    const peer_work &m_work;
    bool m_connected;
    std::vector<Address> m_to;
    std::vector<Ptr<Socket>> m_socket;
    uint64_t m_intervals{};
};

class SocketDevice : public Application
{
  public:
    SocketDevice(peer_arrivals &arrivals, uint32_t stream) : m_arrivals(arrivals), m_stream(stream)
    {
    }

  private:
    void StartApplication() override
    {
        m_socket = Socket::CreateSocket(GetNode(), UdpSocketFactory::GetTypeId());
        m_socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
        m_socket->SetRecvCallback(MakeCallback(&SocketDevice::Receive, this));
    }
    void Receive(Ptr<Socket> socket)
    {
        while (socket->Recv())
            peer_arrived(&m_arrivals, m_stream, ns3_now_ps());
    }
    peer_arrivals &m_arrivals;
    uint32_t m_stream;
    Ptr<Socket> m_socket;
};

class Network
{
  public:
    Network(const peer_work &work, const Choice &choice, peer_arrivals &arrivals)
        : m_work(work), m_choice(choice), m_arrivals(arrivals)
    {
        m_nodes.Create(2 + work.streams);
        InstallStacks();
        Connect();
        if (choice.routing == GLOBAL)
            Ipv4GlobalRoutingHelper::PopulateRoutingTables();
        Receivers();
        Senders();
    }
    /* How many packets came, where a stock application counted them. */
    uint64_t Counted() const
    {
        uint64_t packets = 0;
        for (uint32_t i = 0; i < m_receivers.GetN(); i++) {
            if (Ptr<UdpServer> server = DynamicCast<UdpServer>(m_receivers.Get(i)))
                packets += server->GetReceived();
            else if (Ptr<PacketSink> sink = DynamicCast<PacketSink>(m_receivers.Get(i)))
                packets += sink->GetTotalRx() / PEER_PAYLOAD_BYTES;
        }
        return packets;
    }
    static uint64_t EndPs(const peer_work &work)
    {
        return (work.intervals + 1) * PEER_INTERVAL_PS; /* what is on its way arrives */
    }

  private:
    void InstallStacks()
    {
        InternetStackHelper stack;
        stack.SetIpv6StackInstall(false);
        if (m_choice.routing == NIX)
            stack.SetRoutingHelper(Ipv4NixVectorHelper());
        else if (m_choice.routing == STATIC)
            stack.SetRoutingHelper(Ipv4StaticRoutingHelper());
        else
            stack.SetRoutingHelper(Ipv4GlobalRoutingHelper());
        stack.Install(m_nodes);
        m_nodes.Get(1)->GetObject<Ipv4L3Protocol>()->SetAttribute("WeakEsModel",
                                                                  BooleanValue(!m_choice.strongRouter));
    }
    Ipv4InterfaceContainer Link(Ipv4AddressHelper &addresses, const char *rate, uint32_t packets,
                                uint32_t from, uint32_t to)
    {
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", StringValue(rate));
        link.SetQueue("ns3::DropTailQueue<Packet>", "MaxSize", StringValue(std::to_string(packets) + "p"));
        NetDeviceContainer devices = link.Install(m_nodes.Get(from), m_nodes.Get(to));
        Ipv4InterfaceContainer interfaces = addresses.Assign(devices);
        addresses.NewNetwork();
        if (!m_choice.queueDiscs)
            TrafficControlHelper::Default().Uninstall(devices);
        return interfaces;
    }
    /* The router's interface to the server is its first: stacks look for interfaces in that order. */
    void Connect()
    {
        Ipv4AddressHelper addresses("1.0.0.0", m_choice.mask);
        Ipv4StaticRoutingHelper routing;
        uint32_t burst = m_work.streams * m_work.per_interval;
        Ipv4InterfaceContainer up = Link(addresses, "10Gbps", burst, 0, 1);
        if (m_choice.routing == STATIC)
            routing.GetStaticRouting(m_nodes.Get(0)->GetObject<Ipv4>())
                ->SetDefaultRoute(up.GetAddress(1), up.Get(0).second);
        for (uint32_t i = 0; i < m_work.streams; i++)
            m_address.push_back(Link(addresses, "1Gbps", burst, 1, 2 + i).GetAddress(1));
    }
    void Receivers()
    {
        for (uint32_t i = 0; i < m_work.streams; i++) {
            Ptr<Node> node = m_nodes.Get(2 + i);
            InetSocketAddress any(Ipv4Address::GetAny(), PORT);
            if (m_choice.sender == SOCKETS)
                node->AddApplication(CreateObject<SocketDevice>(m_arrivals, i));
            else if (m_choice.sender == UDP_CLIENT)
                m_receivers.Add(UdpServerHelper(PORT).Install(node));
            else
                m_receivers.Add(PacketSinkHelper("ns3::UdpSocketFactory", any).Install(node));
        }
        m_receivers.Start(Seconds(0));
    }
    void Senders()
    {
        std::vector<Address> to;
        for (uint32_t i = 0; i < m_work.streams; i++)
            to.push_back(InetSocketAddress(m_address[i], PORT));
        if (m_choice.sender == SOCKETS)
            m_nodes.Get(0)->AddApplication(CreateObject<SocketServer>(m_work, m_choice.connected, to));
        ApplicationContainer senders;
        for (uint32_t i = 0; m_choice.sender != SOCKETS && i < m_work.streams; i++)
            senders.Add(m_choice.sender == UDP_CLIENT ? Client(to[i]) : OnOff(to[i]));
        senders.Start(Seconds(0));
    }
    ApplicationContainer Client(const Address &to)
    {
        UdpClientHelper client(to);
        client.SetAttribute("MaxPackets", UintegerValue(m_work.per_interval * m_work.intervals));
        client.SetAttribute("Interval", TimeValue(ns3_ps(PEER_INTERVAL_PS / m_work.per_interval)));
        client.SetAttribute("PacketSize", UintegerValue(PEER_PAYLOAD_BYTES));
        return client.Install(m_nodes.Get(0));
    }
    ApplicationContainer OnOff(const Address &to)
    {
        uint64_t bytes = static_cast<uint64_t>(m_work.per_interval) * PEER_PAYLOAD_BYTES;
        uint64_t per_second = UINT64_C(1000000000000) / PEER_INTERVAL_PS;
        OnOffHelper sender("ns3::UdpSocketFactory", to);
        sender.SetConstantRate(DataRate(bytes * 8 * per_second), PEER_PAYLOAD_BYTES);
        sender.SetAttribute("MaxBytes", UintegerValue(bytes * m_work.intervals));
        return sender.Install(m_nodes.Get(0));
    }
    const peer_work &m_work;
    const Choice &m_choice;
    peer_arrivals &m_arrivals;
    NodeContainer m_nodes;
    std::vector<Ipv4Address> m_address;
    ApplicationContainer m_receivers;
};

} // namespace

int main(int argc, char **argv)
{
    peer_work work = peer_work_of(argc, argv);
    peer_arrivals arrivals{};
    ns3_run_init(&work);
    Choice choice = choose(&work);
    Network network(work, choice, arrivals);
    Simulator::Stop(ns3_ps(Network::EndPs(work)));
    Simulator::Run();
    arrivals.packets += network.Counted();
    int status = peer_report(&arrivals);
    Simulator::Destroy();
    return status;
}
