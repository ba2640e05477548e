/* SPDX-License-Identifier: GPL-2.0-only */
/* Raw ns-3, layer 2: packets, net devices and a hand-made switch that stores and forwards. The devices are stock ones,
 * point to point, or a small own one that costs an event a packet and hop. */

#include "ns3_device.h"
#include "ns3_run.h"

#include <ns3/data-rate.h>
#include <ns3/drop-tail-queue.h>
#include <ns3/header.h>
#include <ns3/node.h>
#include <ns3/point-to-point-channel.h>
#include <ns3/point-to-point-net-device.h>
#include <ns3/pointer.h>
#include <ns3/queue-size.h>
#include <ns3/tag.h>

#include <vector>

using namespace ns3;

namespace
{

/* A packet's stream in front of it, as addresses are in front of a frame. */
class StreamHeader : public Header
{
  public:
    explicit StreamHeader(uint32_t stream = 0) : m_stream(stream)
    {
    }
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("weft::StreamHeader").SetParent<Header>().AddConstructor<StreamHeader>();
        return tid;
    }
    TypeId GetInstanceTypeId() const override
    {
        return GetTypeId();
    }
    uint32_t GetSerializedSize() const override
    {
        return BYTES;
    }
    void Serialize(Buffer::Iterator start) const override
    {
        start.WriteHtonU32(m_stream);
    }
    uint32_t Deserialize(Buffer::Iterator start) override
    {
        m_stream = start.ReadNtohU32();
        return BYTES;
    }
    void Print(std::ostream &out) const override
    {
        out << m_stream;
    }
    static constexpr uint32_t BYTES = 4;
    uint32_t m_stream;
};

/* The same beside it. */
class StreamTag : public Tag
{
  public:
    explicit StreamTag(uint32_t stream = 0) : m_stream(stream)
    {
    }
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("weft::StreamTag").SetParent<Tag>().AddConstructor<StreamTag>();
        return tid;
    }
    TypeId GetInstanceTypeId() const override
    {
        return GetTypeId();
    }
    uint32_t GetSerializedSize() const override
    {
        return 4;
    }
    void Serialize(TagBuffer start) const override
    {
        start.WriteU32(m_stream);
    }
    void Deserialize(TagBuffer start) override
    {
        m_stream = start.ReadU32();
    }
    void Print(std::ostream &out) const override
    {
        out << m_stream;
    }
    uint32_t m_stream;
};

/* The point-to-point protocol adds 2 bytes and there is no gap: with these the wire's bytes are Ethernet's. */
constexpr uint32_t P2P_BYTES = PEER_WIRE_BYTES - 2;
constexpr uint16_t IPV4 = 0x0800;

class StockNetwork
{
  public:
    StockNetwork(peer_work *work, peer_arrivals *arrivals)
        : m_work(*work), m_arrivals(*arrivals), m_tags(peer_option(work, "address", "header,tag") == 1)
    {
        peer_options_end(work);
        m_server =
            Link("10Gbps", m_work.streams * m_work.per_interval, MakeCallback(&StockNetwork::Switch, this));
        for (uint32_t i = 0; i < m_work.streams; i++)
            m_ports.push_back(Link("1Gbps", m_work.per_interval, MakeCallback(&StockNetwork::Device, this)));
        Simulator::ScheduleNow(&StockNetwork::Begin, this);
    }

  private:
    static Ptr<PointToPointNetDevice> End(Ptr<PointToPointChannel> channel, const char *rate,
                                          uint32_t packets)
    {
        Ptr<Node> node = CreateObject<Node>();
        Ptr<PointToPointNetDevice> device = CreateObject<PointToPointNetDevice>();
        Ptr<DropTailQueue<Packet>> queue = CreateObject<DropTailQueue<Packet>>();
        queue->SetMaxSize(QueueSize(QueueSizeUnit::PACKETS, packets));
        device->SetQueue(queue);
        device->SetDataRate(DataRate(rate));
        device->SetAddress(Mac48Address::Allocate());
        node->AddDevice(device);
        device->Attach(channel);
        return device;
    }
    /* The sending end of a link whose other end calls `receive`. */
    static Ptr<PointToPointNetDevice> Link(const char *rate, uint32_t packets,
                                           NetDevice::ReceiveCallback receive)
    {
        Ptr<PointToPointChannel> channel = CreateObject<PointToPointChannel>();
        Ptr<PointToPointNetDevice> from = End(channel, rate, packets);
        End(channel, rate, 1)->SetReceiveCallback(receive);
        return from;
    }
    void Begin()
    {
        for (uint32_t n = 0; n < m_work.per_interval; n++)
            for (uint32_t i = 0; i < m_work.streams; i++)
                m_server->Send(New(i), m_server->GetBroadcast(), IPV4);
        if (++m_intervals < m_work.intervals)
            Simulator::Schedule(ns3_ps(PEER_INTERVAL_PS), &StockNetwork::Begin, this);
    }
    Ptr<Packet> New(uint32_t stream) const
    {
        if (m_tags) {
            Ptr<Packet> packet = Create<Packet>(P2P_BYTES);
            packet->AddPacketTag(StreamTag(stream));
            return packet;
        }
        Ptr<Packet> packet = Create<Packet>(P2P_BYTES - StreamHeader::BYTES);
        packet->AddHeader(StreamHeader(stream));
        return packet;
    }
    uint32_t Stream(Ptr<const Packet> packet) const
    {
        if (m_tags) {
            StreamTag tag;
            packet->PeekPacketTag(tag);
            return tag.m_stream;
        }
        StreamHeader header;
        packet->PeekHeader(header);
        return header.m_stream;
    }
    /* What was received may be sent on as it is: nothing else holds it. */
    bool Switch(Ptr<NetDevice>, Ptr<const Packet> packet, uint16_t, const Address &)
    {
        const Ptr<NetDevice> &port = m_ports[Stream(packet)];
        return port->Send(ConstCast<Packet>(packet), m_server->GetBroadcast(), IPV4);
    }
    bool Device(Ptr<NetDevice>, Ptr<const Packet> packet, uint16_t, const Address &)
    {
        peer_arrived(&m_arrivals, Stream(packet), ns3_now_ps());
        return true;
    }
    const peer_work &m_work;
    peer_arrivals &m_arrivals;
    bool m_tags;
    Ptr<NetDevice> m_server;
    std::vector<Ptr<NetDevice>> m_ports;
    uint64_t m_intervals{};
};

class OwnNetwork
{
  public:
    OwnNetwork(peer_work *work, peer_arrivals *arrivals)
        : m_work(*work), m_arrivals(*arrivals), m_pull(peer_option(work, "source", "push,pull") == 1)
    {
        peer_options_end(work);
        m_server = Device(PEER_LINK_PS);
        m_server->SetForward([this](Ptr<Packet> packet, uint32_t stream) {
            m_ports[stream]->Transmit(std::move(packet), stream);
        });
        if (m_pull)
            m_server->SetIdle([this] { Next(); });
        for (uint32_t i = 0; i < m_work.streams; i++) {
            m_ports.push_back(Device(PEER_PORT_PS));
            m_ports[i]->SetForward(
                [this](Ptr<Packet>, uint32_t stream) { peer_arrived(&m_arrivals, stream, ns3_now_ps()); });
        }
        Simulator::ScheduleNow(&OwnNetwork::Begin, this);
    }

  private:
    static Ptr<OwnDevice> Device(uint64_t packet_ps)
    {
        Ptr<OwnDevice> device = CreateObject<OwnDevice>();
        device->SetPacketTime(ns3_ps(packet_ps));
        CreateObject<Node>()->AddDevice(device);
        return device;
    }
    void Begin()
    {
        m_left = m_work.streams * m_work.per_interval;
        do
            Next();
        while (!m_pull && m_left > 0);
        if (++m_intervals < m_work.intervals)
            Simulator::Schedule(ns3_ps(PEER_INTERVAL_PS), &OwnNetwork::Begin, this);
    }
    void Next()
    {
        if (m_left == 0)
            return;
        m_left--;
        m_server->Transmit(Create<Packet>(PEER_FRAME_BYTES), m_stream);
        m_stream = m_stream + 1 == m_work.streams ? 0 : m_stream + 1;
    }
    const peer_work &m_work;
    peer_arrivals &m_arrivals;
    bool m_pull;
    Ptr<OwnDevice> m_server;
    std::vector<Ptr<OwnDevice>> m_ports;
    uint32_t m_left{}, m_stream{};
    uint64_t m_intervals{};
};

} // namespace

int main(int argc, char **argv)
{
    peer_work work = peer_work_of(argc, argv);
    peer_arrivals arrivals{};
    ns3_run_init(&work);
    if (peer_option(&work, "device", "own,point-to-point") == 0) {
        OwnNetwork network(&work, &arrivals);
        Simulator::Run();
    } else {
        StockNetwork network(&work, &arrivals);
        Simulator::Run();
    }
    Simulator::Destroy();
    return peer_report(&arrivals);
}
