/* SPDX-License-Identifier: GPL-2.0-only */
#include "weft-ethernet-device.h"

#include "weft-ethernet-channel.h"

#include "ns3/abort.h"
#include "ns3/data-rate.h"
#include "ns3/ethernet-header.h"
#include "ns3/ethernet-trailer.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <limits>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(WeftEthernetDevice);

static constexpr uint32_t MIN_FRAME_BYTES = 64; // IEEE 802.3, with header and check sequence

WeftFrameReceiver::~WeftFrameReceiver() = default;

TypeId WeftEthernetDevice::AddTraces(TypeId tid)
{
    const std::string signature = "ns3::Packet::TracedCallback";
    return tid
        .AddTraceSource("MacTx", "A frame came into the queue.",
                        MakeTraceSourceAccessor(&WeftEthernetDevice::m_macTx), signature)
        .AddTraceSource("MacTxDrop", "A frame found no room in the queue.",
                        MakeTraceSourceAccessor(&WeftEthernetDevice::m_macTxDrop), signature)
        .AddTraceSource("MacRx", "A packet for this node goes up the stack.",
                        MakeTraceSourceAccessor(&WeftEthernetDevice::m_macRx), signature)
        .AddTraceSource("PhyTxBegin", "A frame's first bit goes onto the link.",
                        MakeTraceSourceAccessor(&WeftEthernetDevice::m_phyTxBegin), signature)
        .AddTraceSource("PhyTxEnd", "A frame's last bit has gone.",
                        MakeTraceSourceAccessor(&WeftEthernetDevice::m_phyTxEnd), signature)
        .AddTraceSource("PhyRxEnd", "A frame's last bit is here.",
                        MakeTraceSourceAccessor(&WeftEthernetDevice::m_phyRxEnd), signature)
        .AddTraceSource("PhyRxDrop", "A frame was lost: the link was down, or the device is off.",
                        MakeTraceSourceAccessor(&WeftEthernetDevice::m_phyRxDrop), signature)
        .AddTraceSource("Sniffer", "Frames that this node sends, and those for it.",
                        MakeTraceSourceAccessor(&WeftEthernetDevice::m_sniffer), signature)
        .AddTraceSource("PromiscSniffer", "Frames that go through this device.",
                        MakeTraceSourceAccessor(&WeftEthernetDevice::m_promiscSniffer), signature);
}

TypeId WeftEthernetDevice::GetTypeId()
{
    static TypeId tid = AddTraces(
        TypeId("ns3::WeftEthernetDevice")
            .SetParent<NetDevice>()
            .SetGroupName("Weft")
            .AddConstructor<WeftEthernetDevice>()
            .AddAttribute("Address", "The MAC address.", Mac48AddressValue(Mac48Address("02:00:00:00:00:00")),
                          MakeMac48AddressAccessor(&WeftEthernetDevice::m_address), MakeMac48AddressChecker())
            .AddAttribute("Mtu", "The largest network-layer packet, bytes.", UintegerValue(1500),
                          MakeUintegerAccessor(&WeftEthernetDevice::SetMtu, &WeftEthernetDevice::GetMtu),
                          MakeUintegerChecker<uint16_t>())
            .AddAttribute("DataRate", "Of the link, as this end sends.", DataRateValue(DataRate(1000000000)),
                          MakeDataRateAccessor(&WeftEthernetDevice::SetDataRate), MakeDataRateChecker())
            .AddAttribute("GapBytes", "What the link carries beside each frame: preamble and gap.",
                          UintegerValue(20), MakeUintegerAccessor(&WeftEthernetDevice::m_gapBytes),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("OffFrom", "Frames whose last bit comes then or later are lost; negative: none.",
                          TimeValue(Time(-1)), MakeTimeAccessor(&WeftEthernetDevice::m_offFrom),
                          MakeTimeChecker())
            .AddAttribute("SendUntil", "No frame's first bit goes out then or later; negative: all do.",
                          TimeValue(Time(-1)), MakeTimeAccessor(&WeftEthernetDevice::m_sendUntil),
                          MakeTimeChecker())
            .AddAttribute("TxQueue", "Frames that wait, and the one on the link.", PointerValue(),
                          MakePointerAccessor(&WeftEthernetDevice::SetQueue, &WeftEthernetDevice::GetQueue),
                          MakePointerChecker<WeftPortQueue>()));
    return tid;
}

WeftEthernetDevice::WeftEthernetDevice() : m_queue(CreateObject<WeftPortQueue>())
{
}

void WeftEthernetDevice::DoDispose()
{
    m_start.Cancel();
    m_receiver = nullptr;
    m_channel = nullptr;
    m_queue->Dispose();
    m_node = nullptr;
    m_receiveCallback.Nullify();
    m_promiscCallback.Nullify();
    NetDevice::DoDispose();
}

void WeftEthernetDevice::SetDataRate(DataRate rate)
{
    m_clock.SetRate(rate.GetBitRate());
}

uint64_t WeftEthernetDevice::GetRate() const
{
    return m_clock.GetRate();
}

void WeftEthernetDevice::Attach(Ptr<WeftEthernetChannel> channel)
{
    m_channel = channel;
    channel->Attach(this);
    m_linkChange();
}

void WeftEthernetDevice::SetReceiver(WeftFrameReceiver *receiver)
{
    m_receiver = receiver;
}

void WeftEthernetDevice::SetQueue(Ptr<WeftPortQueue> queue)
{
    NS_ABORT_MSG_IF(!queue || m_sending, "a device needs a queue, and keeps it while it sends");
    m_queue = queue;
}

Ptr<WeftPortQueue> WeftEthernetDevice::GetQueue() const
{
    return m_queue;
}

/* --- sending --- */

bool WeftEthernetDevice::Send(Ptr<Packet> packet, const Address &dest, uint16_t protocolNumber)
{
    return SendFrom(packet, m_address, dest, protocolNumber);
}

bool WeftEthernetDevice::SendFrom(Ptr<Packet> packet, const Address &source, const Address &dest,
                                  uint16_t protocolNumber)
{
    EthernetHeader header(false);
    header.SetSource(Mac48Address::ConvertFrom(source));
    header.SetDestination(Mac48Address::ConvertFrom(dest));
    header.SetLengthType(protocolNumber);
    EthernetTrailer trailer;
    if (packet->GetSize() > m_mtu) {
        m_macTxDrop(packet);
        return false;
    }
    packet->AddHeader(header);
    uint32_t bytes = packet->GetSize() + trailer.GetTrailerSize();
    if (bytes < MIN_FRAME_BYTES)
        packet->AddAtEnd(Create<Packet>(MIN_FRAME_BYTES - bytes));
    if (Node::ChecksumEnabled())
        trailer.EnableFcs(true);
    trailer.CalcFcs(packet);
    packet->AddTrailer(trailer);
    return SendFrame(packet);
}

bool WeftEthernetDevice::SendFrame(Ptr<Packet> frame)
{
    if (!m_channel || !m_queue->Enqueue(frame)) {
        m_macTxDrop(frame);
        return false;
    }
    m_macTx(frame);
    TransmitNext();
    return true;
}

/* What may go now goes onto the link, if that is free. */
void WeftEthernetDevice::TransmitNext()
{
    if (m_sending || !m_queue->HasWaiting())
        return;
    int64_t now = Simulator::Now().GetTimeStep(), ready = m_queue->GetFirstReady();
    if (ready > now) {
        if (m_start.IsExpired())
            m_start = Simulator::Schedule(TimeStep(static_cast<uint64_t>(ready - now)),
                                          &WeftEthernetDevice::TransmitNext, this);
        return;
    }
    if (!m_sendUntil.IsStrictlyNegative() && now >= m_sendUntil.GetTimeStep()) {
        m_queue->Flush();
        return;
    }
    m_sending = true;
    Ptr<Packet> frame = m_queue->Choose(now);
    WeftLinkClock::Span span = m_clock.Take(now, (static_cast<uint64_t>(frame->GetSize()) + m_gapBytes) * 8);
    m_queue->SetOnLink(span.start, span.end);
    m_phyTxBegin(frame);
    m_sniffer(frame);
    m_promiscSniffer(frame);
    Simulator::Schedule(TimeStep(static_cast<uint64_t>(span.end - now)), &WeftEthernetDevice::TransmitEnd,
                        this, frame);
    m_channel->Transmit(frame, this, span);
}

void WeftEthernetDevice::TransmitEnd(Ptr<Packet> frame)
{
    m_queue->EndOnLink();
    m_sending = false;
    m_phyTxEnd(frame);
    TransmitNext();
}

/* --- receiving --- */

void WeftEthernetDevice::Expect(Ptr<Packet> frame, const WeftArrival &arrival)
{
    int64_t entry = m_receiver ? m_receiver->GetEntry(this, frame, arrival) : arrival.lastBit;
    Simulator::ScheduleWithContext(m_node->GetId(),
                                   TimeStep(static_cast<uint64_t>(entry - Simulator::Now().GetTimeStep())),
                                   &WeftEthernetDevice::Receive, this, frame, arrival);
}

void WeftEthernetDevice::Receive(Ptr<Packet> frame, WeftArrival arrival)
{
    if (m_receiver) {
        m_receiver->Receive(this, frame, arrival);
        return;
    }
    bool off = !m_offFrom.IsStrictlyNegative() && arrival.lastBit >= m_offFrom.GetTimeStep();
    if (arrival.lost || off) {
        m_phyRxDrop(frame);
        return;
    }
    m_phyRxEnd(frame);
    m_promiscSniffer(frame);
    if (!m_receiveCallback.IsNull() || !m_promiscCallback.IsNull())
        Deliver(frame->Copy());
}

NetDevice::PacketType WeftEthernetDevice::GetPacketType(Mac48Address destination) const
{
    if (destination.IsBroadcast())
        return NetDevice::PACKET_BROADCAST;
    if (destination.IsGroup())
        return NetDevice::PACKET_MULTICAST;
    return destination == m_address ? NetDevice::PACKET_HOST : NetDevice::PACKET_OTHERHOST;
}

/* A frame goes up the stack. */
void WeftEthernetDevice::Deliver(Ptr<Packet> packet)
{
    EthernetTrailer trailer;
    EthernetHeader header(false);
    Ptr<Packet> frame = packet->Copy();
    packet->RemoveTrailer(trailer);
    trailer.EnableFcs(Node::ChecksumEnabled()); // else it says that every one is right
    if (!trailer.CheckFcs(packet)) {
        m_phyRxDrop(frame);
        return;
    }
    packet->RemoveHeader(header);
    NetDevice::PacketType type = GetPacketType(header.GetDestination());
    if (!m_promiscCallback.IsNull())
        m_promiscCallback(this, packet->Copy(), header.GetLengthType(), header.GetSource(),
                          header.GetDestination(), type);
    if (type == NetDevice::PACKET_OTHERHOST)
        return;
    m_sniffer(frame);
    m_macRx(packet);
    if (!m_receiveCallback.IsNull())
        m_receiveCallback(this, packet, header.GetLengthType(), header.GetSource());
}

/* --- of every NetDevice --- */

void WeftEthernetDevice::SetIfIndex(const uint32_t index)
{
    m_ifIndex = index;
}

uint32_t WeftEthernetDevice::GetIfIndex() const
{
    return m_ifIndex;
}

Ptr<Channel> WeftEthernetDevice::GetChannel() const
{
    return m_channel;
}

void WeftEthernetDevice::SetAddress(Address address)
{
    m_address = Mac48Address::ConvertFrom(address);
}

Address WeftEthernetDevice::GetAddress() const
{
    return m_address;
}

bool WeftEthernetDevice::SetMtu(const uint16_t mtu)
{
    m_mtu = mtu;
    return true;
}

uint16_t WeftEthernetDevice::GetMtu() const
{
    return m_mtu;
}

bool WeftEthernetDevice::IsLinkUp() const
{
    return m_channel != nullptr;
}

void WeftEthernetDevice::AddLinkChangeCallback(Callback<void> callback)
{
    m_linkChange.ConnectWithoutContext(callback);
}

bool WeftEthernetDevice::IsBroadcast() const
{
    return true;
}

Address WeftEthernetDevice::GetBroadcast() const
{
    return Mac48Address::GetBroadcast();
}

bool WeftEthernetDevice::IsMulticast() const
{
    return true;
}

Address WeftEthernetDevice::GetMulticast(Ipv4Address multicastGroup) const
{
    return Mac48Address::GetMulticast(multicastGroup);
}

Address WeftEthernetDevice::GetMulticast(Ipv6Address addr) const
{
    return Mac48Address::GetMulticast(addr);
}

bool WeftEthernetDevice::IsBridge() const
{
    return false;
}

bool WeftEthernetDevice::IsPointToPoint() const
{
    return false;
}

Ptr<Node> WeftEthernetDevice::GetNode() const
{
    return m_node;
}

void WeftEthernetDevice::SetNode(Ptr<Node> node)
{
    m_node = node;
}

bool WeftEthernetDevice::NeedsArp() const
{
    return true;
}

void WeftEthernetDevice::SetReceiveCallback(NetDevice::ReceiveCallback cb)
{
    m_receiveCallback = cb;
}

void WeftEthernetDevice::SetPromiscReceiveCallback(NetDevice::PromiscReceiveCallback cb)
{
    m_promiscCallback = cb;
}

bool WeftEthernetDevice::SupportsSendFrom() const
{
    return true;
}

} // namespace ns3
