/* SPDX-License-Identifier: GPL-2.0-only */
/* What was described becomes objects of ns-3: a node per server, source, switch and device, a channel per link. Every
 * attribute that counts is set here, whatever the environment says of defaults. */
#include "guard.h"
#include "simulation.h"

#include "weft-ethernet-channel.h"

#include "ns3/boolean.h"
#include "ns3/drop-tail-queue.h"
#include "ns3/enum.h"
#include "ns3/point-to-point-channel.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/pointer.h"
#include "ns3/uinteger.h"

#include <algorithm>

using namespace ns3;

namespace weft_shim
{

static constexpr uint32_t STOCK_HEADER_BYTES = 2; /* PPP */

static Time Ps(weft_ps ps)
{
    return TimeStep(std::min(ps, static_cast<weft_ps>(INT64_MAX)));
}

static void SetBoundless(Ptr<QueueBase> queue)
{
    queue->SetMaxSize(QueueSize(QueueSizeUnit::PACKETS, UINT32_MAX));
}

bool Simulation::IsStock() const
{
    return m_params.links == WEFT_NS3_POINT_TO_POINT;
}

Ptr<WeftPortQueue> Simulation::NewQueue(const Switch &description) const
{
    static const WeftPortQueue::LimitKind kinds[WEFT_NS3_LIMITS] = {
        WeftPortQueue::UNLIMITED, WeftPortQueue::BYTES, WeftPortQueue::PACKETS, WeftPortQueue::CELLS};
    const weft_ns3_switch &rules = description.rules;
    Ptr<WeftPortQueue> queue = CreateObject<WeftPortQueue>();
    SetBoundless(queue);
    queue->SetAttribute("LimitKind", EnumValue(kinds[rules.limit_kind]));
    queue->SetAttribute("Limit", UintegerValue(rules.limit));
    queue->SetAttribute("CellBytes", UintegerValue(rules.cell_bytes));
    queue->SetAttribute("Fluid", BooleanValue(rules.fluid));
    queue->SetAttribute("ByClass", BooleanValue(rules.by_class));
    queue->SetAttribute("Latency", TimeValue(Ps(rules.latency_ps)));
    queue->SetPool(description.pool);
    return queue;
}

Simulation::Ends Simulation::ConnectOwn(Ptr<Node> from, Ptr<Node> to, const weft_ns3_server &link,
                                        Ptr<WeftPortQueue> queue)
{
    Ptr<WeftEthernetChannel> channel = CreateObject<WeftEthernetChannel>();
    channel->SetAttribute("Delay", TimeValue(Ps(link.delay_ps)));
    channel->SetAttribute("DownFrom", TimeValue(Ps(link.down_ps)));
    channel->SetAttribute("DownUntil", TimeValue(Ps(link.up_ps)));
    Ptr<WeftEthernetDevice> ends[2];
    for (Ptr<WeftEthernetDevice> &end : ends) {
        end = CreateObject<WeftEthernetDevice>();
        end->SetAttribute("Address", Mac48AddressValue(Mac48Address::Allocate()));
        end->SetAttribute("DataRate", DataRateValue(DataRate(link.rate_bps)));
        end->SetAttribute("GapBytes", UintegerValue(m_params.gap_bytes));
        end->SetAttribute("OffFrom", TimeValue(TimeStep(0) - TimeStep(1)));
        end->SetAttribute("SendUntil", TimeValue(TimeStep(0) - TimeStep(1)));
        end->Attach(channel);
    }
    ends[0]->SetQueue(queue ? queue : NewQueue({}));
    from->AddDevice(ends[0]);
    to->AddDevice(ends[1]);
    ends[1]->SetReceiveCallback(
        MakeNullCallback<bool, Ptr<NetDevice>, Ptr<const Packet>, uint16_t, const Address &>());
    return {ends[0], ends[1]};
}

Simulation::Ends Simulation::ConnectStock(Ptr<Node> from, Ptr<Node> to, const weft_ns3_server &link,
                                          Ptr<WeftPortQueue> queue)
{
    Ptr<PointToPointChannel> channel = CreateObject<PointToPointChannel>();
    channel->SetAttribute("Delay", TimeValue(Ps(link.delay_ps)));
    Ptr<PointToPointNetDevice> ends[2];
    for (Ptr<PointToPointNetDevice> &end : ends) {
        end = CreateObject<PointToPointNetDevice>();
        end->SetAddress(Mac48Address::Allocate());
        end->SetDataRate(DataRate(link.rate_bps));
        end->SetInterframeGap(TimeStep(0));
        end->SetQueue(CreateObject<DropTailQueue<Packet>>());
        SetBoundless(end->GetQueue());
        end->Attach(channel);
    }
    if (queue)
        ends[0]->SetQueue(queue);
    from->AddDevice(ends[0]);
    to->AddDevice(ends[1]);
    return {ends[0], ends[1]};
}

Simulation::Ends Simulation::Connect(Ptr<Node> from, Ptr<Node> to, const weft_ns3_server &link,
                                     Ptr<WeftPortQueue> queue)
{
    return IsStock() ? ConnectStock(from, to, link, queue) : ConnectOwn(from, to, link, queue);
}

/* A device of the switch's node takes part in it. */
void Simulation::JoinSwitch(uint32_t index, Ptr<NetDevice> device, Ptr<WeftPortQueue> queue, uint32_t rank,
                            bool stored, const weft_ns3_server &link)
{
    Switch &joined = m_switches[index];
    if (!IsStock()) {
        joined.object->AddPort(DynamicCast<WeftEthernetDevice>(device), rank, stored);
        return;
    }
    WeftSwitch::StockLink stock;
    stock.rate = link.rate_bps;
    stock.delay = Ps(link.delay_ps);
    stock.downFrom = Ps(link.down_ps);
    stock.downUntil = Ps(link.up_ps);
    joined.object->AddStockPort(device, queue, rank, stock,
                                static_cast<int32_t>(m_params.gap_bytes) -
                                    static_cast<int32_t>(STOCK_HEADER_BYTES));
}

void Simulation::BuildSwitch(uint32_t index)
{
    Switch &made = m_switches[index];
    made.node = CreateObject<Node>();
    made.object = CreateObject<WeftSwitch>();
    made.object->SetAttribute("CutThrough", BooleanValue(made.rules.cut_through));
    made.object->SetArrivals(m_arrivals);
    made.node->AggregateObject(made.object);
    made.object->TraceConnectWithoutContext("Arrive", MakeBoundCallback(&OnCome, this, index));
    made.object->TraceConnectWithoutContext("Refuse", MakeBoundCallback(&OnRefuse, this));
    made.object->TraceConnectWithoutContext("End", MakeBoundCallback(&OnEnd, this));
    if (made.rules.pool_kind == WEFT_NS3_NO_POOL)
        return;
    made.pool = CreateObject<WeftSharedPool>();
    made.pool->SetAttribute("Size", UintegerValue(made.rules.pool_bytes));
    made.pool->SetAttribute("Reserve", UintegerValue(made.rules.reserved_bytes));
    made.pool->SetAttribute("Dynamic", BooleanValue(made.rules.pool_kind == WEFT_NS3_DYNAMIC));
    if (made.rules.pool_kind == WEFT_NS3_DYNAMIC) {
        made.pool->SetAttribute("AlphaNumerator", UintegerValue(made.rules.alpha_num));
        made.pool->SetAttribute("AlphaDenominator", UintegerValue(made.rules.alpha_den));
    }
}

void Simulation::BuildSender(uint32_t index, uint32_t rank)
{
    Sender &sender = m_senders[index];
    Switch &joined = m_switches[sender.link.switch_number];
    Ends ends = Connect(CreateObject<Node>(), joined.node, sender.link, nullptr);
    JoinSwitch(sender.link.switch_number, ends.to, nullptr, rank, sender.source, sender.link);
    sender.stock = ends.from;
    sender.clock.SetRate(sender.link.rate_bps);
    ends.from->TraceConnectWithoutContext("PhyTxBegin", MakeBoundCallback(&OnSenderBegin, this));
    sender.own = DynamicCast<WeftEthernetDevice>(ends.from);
    if (!sender.own || !sender.source || sender.until_ps > static_cast<weft_ps>(INT64_MAX))
        return;
    sender.own->SetAttribute("SendUntil", TimeValue(Ps(sender.until_ps)));
    sender.own->GetQueue()->TraceConnectWithoutContext("DropAfterDequeue",
                                                       MakeBoundCallback(&OnSenderDrop, this));
}

void Simulation::BuildPort(uint32_t index, uint32_t rank)
{
    Port &port = m_ports[index];
    Switch &from = m_switches[port.link.switch_number];
    bool trunk = port.link.to_switch != WEFT_NS3_TO_DEVICE;
    weft_ns3_server link = {port.link.switch_number, port.link.rate_bps, port.link.delay_ps, 0, 0};
    Ptr<WeftPortQueue> queue = NewQueue(from);
    Ends ends =
        Connect(from.node, trunk ? m_switches[port.link.to_switch].node : CreateObject<Node>(), link, queue);
    port.device = ends.from;
    JoinSwitch(port.link.switch_number, ends.from, queue, 0, false, link); /* nothing comes by it */
    from.portOf.resize(ends.from->GetIfIndex() + 1);
    from.portOf[ends.from->GetIfIndex()] = index;
    ends.from->TraceConnectWithoutContext("PhyTxBegin", MakeBoundCallback(&OnPortBegin, this, index));
    ends.from->TraceConnectWithoutContext("PhyTxEnd", MakeBoundCallback(&OnPortEnd, this, index));
    if (trunk) {
        port.behind = ends.to;
        JoinSwitch(port.link.to_switch, ends.to, nullptr, rank, false, link);
    } else if (IsStock()) {
        ends.to->SetReceiveCallback(MakeBoundCallback(&OnStockArrive, this, index));
    } else {
        if (port.link.off_ps > 0)
            ends.to->SetAttribute("OffFrom", TimeValue(Ps(port.link.off_ps)));
        ends.to->TraceConnectWithoutContext("PhyRxEnd", MakeBoundCallback(&OnArrive, this, index));
        ends.to->TraceConnectWithoutContext("PhyRxDrop", MakeBoundCallback(&OnOff, this, index));
    }
}

void Simulation::BuildFlow(uint32_t index)
{
    const Flow &flow = m_flows[index];
    for (uint32_t port : flow.ports)
        m_switches[m_ports[port].link.switch_number].object->AddFlow(index, m_ports[port].device);
    uint32_t end = m_ports[flow.ports.back()].link.to_switch;
    if (end != WEFT_NS3_TO_DEVICE)
        m_switches[end].object->AddEnd(index, m_ports[flow.ports.back()].behind);
}

/* Links rank: servers, trunks by their ports, sources. */
void Simulation::Build()
{
    for (size_t i = 0; i < m_ports.size(); i++) {
        uint32_t to = m_ports[i].link.to_switch;
        if (to != WEFT_NS3_TO_DEVICE && to >= m_switches.size())
            Refuse("port %zu leads to switch %u; there are %zu switches", i, to, m_switches.size());
    }
    m_built = true;
    uint32_t rank = 0;
    for (uint32_t i = 0; i < m_switches.size(); i++)
        BuildSwitch(i);
    for (uint32_t i = 0; i < m_servers; i++)
        BuildSender(i, rank++);
    for (uint32_t i = 0; i < m_ports.size(); i++)
        BuildPort(i, m_ports[i].link.to_switch == WEFT_NS3_TO_DEVICE ? 0 : rank++);
    for (uint32_t i = m_servers; i < m_senders.size(); i++)
        BuildSender(i, rank++);
    for (uint32_t i = 0; i < m_flows.size(); i++)
        BuildFlow(i);
    for (uint32_t i = 0; i < m_senders.size(); i++)
        Plan(i);
}

} // namespace weft_shim
