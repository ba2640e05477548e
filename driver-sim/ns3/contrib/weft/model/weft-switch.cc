/* SPDX-License-Identifier: GPL-2.0-only */
#include "weft-switch.h"

#include "weft-frame-tag.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/ethernet-header.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(WeftSwitch);

/* Less than that is a fragment of a collision: IEEE 802.3, shortest frame. */
static constexpr uint32_t FRAGMENT_BYTES = 64;
static constexpr uint32_t STOCK_HEADER_BYTES = 2; /* PPP, by PointToPointNetDevice */
static constexpr uint16_t IPV4 = 0x0800; /* PointToPointNetDevice takes IP only; nobody looks at it */

TypeId WeftSwitch::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::WeftSwitch")
            .SetParent<Object>()
            .SetGroupName("Weft")
            .AddConstructor<WeftSwitch>()
            .AddAttribute("CutThrough",
                          "Frames are in their ports when their first 64 bytes are in, if the port does not "
                          "send faster than the link they come by.",
                          BooleanValue(false), MakeBooleanAccessor(&WeftSwitch::m_cutThrough),
                          MakeBooleanChecker())
            .AddTraceSource("Arrive", "A frame comes in, whatever becomes of it.",
                            MakeTraceSourceAccessor(&WeftSwitch::m_arrive),
                            "ns3::WeftSwitch::ArriveTracedCallback")
            .AddTraceSource("Refuse", "It finds no room.", MakeTraceSourceAccessor(&WeftSwitch::m_refuse),
                            "ns3::WeftSwitch::RefuseTracedCallback")
            .AddTraceSource("End", "A frame comes in whose way ends here.",
                            MakeTraceSourceAccessor(&WeftSwitch::m_end), "ns3::Packet::TracedCallback")
            .AddTraceSource("Unknown", "A frame comes in for which no way is known.",
                            MakeTraceSourceAccessor(&WeftSwitch::m_unknown), "ns3::Packet::TracedCallback");
    return tid;
}

WeftSwitch::WeftSwitch() : m_arrivals(Create<WeftArrivals>())
{
}

void WeftSwitch::DoDispose()
{
    m_ports.clear();
    Object::DoDispose();
}

void WeftSwitch::SetArrivals(Ptr<WeftArrivals> arrivals)
{
    m_arrivals = arrivals;
}

/* --- the network --- */

WeftSwitch::Port &WeftSwitch::NewPort(Ptr<NetDevice> device, uint32_t rank)
{
    uint32_t index = device->GetIfIndex();
    if (m_ports.size() <= index)
        m_ports.resize(index + 1);
    Port &port = m_ports[index];
    port.known = true;
    port.rank = rank;
    port.device = device;
    return port;
}

void WeftSwitch::AddPort(Ptr<WeftEthernetDevice> device, uint32_t rank, bool stored)
{
    Port &port = NewPort(device, rank);
    port.own = device;
    port.stored = stored;
    device->SetReceiver(this);
}

void WeftSwitch::AddStockPort(Ptr<NetDevice> device, Ptr<WeftPortQueue> queue, uint32_t rank,
                              const StockLink &link, int32_t extraBytes)
{
    NS_ABORT_MSG_IF(link.rate == 0, "the rate of a link is 0");
    Port &port = NewPort(device, rank);
    port.queue = queue;
    port.link = link;
    port.extraBytes = extraBytes;
    device->SetReceiveCallback(MakeCallback(&WeftSwitch::OnStockDevice, this));
    if (!queue)
        return;
    device->TraceConnectWithoutContext("PhyTxBegin",
                                       MakeBoundCallback(&OnStockBegin, this, device->GetIfIndex()));
    device->TraceConnectWithoutContext("PhyTxEnd", MakeCallback(&WeftPortQueue::OnGone, queue));
}

uint32_t WeftSwitch::IndexOf(Ptr<NetDevice> out) const
{
    uint32_t index = out->GetIfIndex();
    NS_ABORT_MSG_IF(index >= m_ports.size() || m_ports[index].device != out,
                    "the device is no port of this switch");
    return index;
}

void WeftSwitch::AddFlow(uint32_t flow, Ptr<NetDevice> out)
{
    m_flows[flow] = IndexOf(out);
}

void WeftSwitch::AddEnd(uint32_t flow, Ptr<NetDevice> in)
{
    m_ends.insert({flow, IndexOf(in)});
}

void WeftSwitch::AddAddress(Mac48Address address, Ptr<NetDevice> out)
{
    m_addresses[address] = IndexOf(out);
}

uint32_t WeftSwitch::FindPort(uint32_t in, Ptr<const Packet> frame) const
{
    WeftFrameTag tag;
    if (frame->PeekPacketTag(tag)) {
        if (!m_ends.empty() && m_ends.count({tag.GetFlow(), in}) > 0)
            return ENDS;
        auto found = m_flows.find(tag.GetFlow());
        return found == m_flows.end() ? NOWHERE : found->second;
    }
    EthernetHeader header(false);
    if (frame->GetSize() < header.GetSerializedSize())
        return NOWHERE;
    frame->PeekHeader(header);
    auto found = m_addresses.find(header.GetDestination());
    return found == m_addresses.end() ? NOWHERE : found->second;
}

/* --- frames --- */

int64_t WeftSwitch::GetEntry(const WeftEthernetDevice *device, Ptr<const Packet> frame,
                             const WeftArrival &arrival)
{
    if (!m_cutThrough || m_ports[device->GetIfIndex()].stored || frame->GetSize() <= FRAGMENT_BYTES)
        return arrival.lastBit;
    uint32_t out = FindPort(device->GetIfIndex(), frame);
    if (out >= ENDS || !m_ports[out].own || m_ports[out].own->GetRate() > arrival.rate)
        return arrival.lastBit; // it would run out of bits
    uint64_t bits = (static_cast<uint64_t>(frame->GetSize()) - FRAGMENT_BYTES) * 8;
    return arrival.lastBit - WeftLinkClock::GetDuration(bits, arrival.rate);
}

void WeftSwitch::Receive(const WeftEthernetDevice *device, Ptr<Packet> frame, const WeftArrival &arrival)
{
    uint32_t port = device->GetIfIndex();
    m_arrivals->Add(m_ports[port].rank, this, port, frame, arrival);
}

bool WeftSwitch::OnStockDevice(Ptr<NetDevice> device, Ptr<const Packet> packet, uint16_t protocol,
                               const Address &from)
{
    (void)protocol;
    (void)from;
    uint32_t index = device->GetIfIndex();
    const Port &port = m_ports[index];
    int64_t now = Simulator::Now().GetTimeStep(), sent = now - port.link.delay.GetTimeStep();
    int64_t start =
        sent - WeftLinkClock::GetDuration((static_cast<uint64_t>(packet->GetSize()) + STOCK_HEADER_BYTES) * 8,
                                          port.link.rate);
    bool lost = port.link.downFrom < port.link.downUntil && start < port.link.downUntil.GetTimeStep() &&
                sent > port.link.downFrom.GetTimeStep();
    m_arrivals->Add(port.rank, this, index, packet->Copy(), {now, port.link.rate, lost});
    return true;
}

void WeftSwitch::Settle(uint32_t port, Ptr<Packet> frame, const WeftArrival &arrival)
{
    uint32_t index = FindPort(port, frame);
    if (index == NOWHERE) {
        m_unknown(frame);
        return;
    }
    if (index == ENDS) {
        m_end(frame);
        return;
    }
    Port &out = m_ports[index];
    m_arrive(frame, out.device, TimeStep(static_cast<uint64_t>(arrival.lastBit)), arrival.lost);
    if (arrival.lost)
        return;
    if (!(out.own ? out.own->SendFrame(frame) : SendStock(out, frame)))
        m_refuse(frame, out.device);
}

/* A Packet, the device's header with it, goes onto its link: it must be at the other end before the clock ends. ns-3's
 * own devices do not look. */
void WeftSwitch::OnStockBegin(WeftSwitch *self, uint32_t port, Ptr<const Packet> packet)
{
    const StockLink &link = self->m_ports[port].link;
    int64_t duration = WeftLinkClock::GetDuration(static_cast<uint64_t>(packet->GetSize()) * 8, link.rate);
    int64_t sent = WeftLinkClock::After(Simulator::Now().GetTimeStep(), duration);
    WeftLinkClock::After(sent, link.delay.GetTimeStep());
}

bool WeftSwitch::SendStock(Port &port, Ptr<Packet> packet)
{
    if (!port.queue->Admit(static_cast<uint64_t>(static_cast<int64_t>(packet->GetSize()) - port.extraBytes)))
        return false;
    Time latency = port.queue->GetLatency();
    if (latency.IsZero())
        return port.device->Send(packet, port.device->GetBroadcast(), IPV4);
    WeftLinkClock::After(Simulator::Now().GetTimeStep(), latency.GetTimeStep());
    Simulator::Schedule(latency, &NetDevice::Send, port.device, packet, port.device->GetBroadcast(), IPV4);
    return true;
}

} // namespace ns3
