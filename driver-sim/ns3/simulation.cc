/* SPDX-License-Identifier: GPL-2.0-only */
/* Packets from where they are handed over to where they end, and what is told of them. */
#include "simulation.h"

#include "guard.h"

#include "weft-frame-tag.h"

#include "ns3/mac48-address.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <cinttypes>
#include <cstring>

using namespace ns3;

namespace weft_shim
{

static constexpr weft_ps LAST_PS = UINT64_C(1) << 62;
static constexpr uint32_t MOST_FRAME_BYTES = UINT32_C(1) << 17;
static constexpr uint32_t STOCK_HEADER_BYTES = 2; /* PPP */
static constexpr uint32_t STOCK_LEAST_BYTES = 3;
static constexpr uint16_t IPV4 = 0x0800; /* PointToPointNetDevice takes IP only; nobody looks at it */

static weft_ps NowPs()
{
    return static_cast<weft_ps>(Simulator::Now().GetTimeStep());
}

Simulation::Simulation(const weft_ns3_params &params) : m_params(params), m_arrivals(Create<WeftArrivals>())
{
}

Simulation::~Simulation() = default;

void Simulation::Fail()
{
    m_failed = true;
}

/* After a call into C. */
void Simulation::ThrowIfFailed() const
{
    ThrowIfDead();
    if (m_failed)
        throw std::runtime_error("a call from a callback failed");
}

weft_ps Simulation::GetNow() const
{
    return NowPs();
}

/* --- the clock --- */

static void CheckAt(weft_ps at_ps, weft_ps least_ps)
{
    if (at_ps < least_ps || at_ps > LAST_PS)
        Refuse("at_ps is %" PRIu64 "; allowed: %" PRIu64 " to %" PRIu64, at_ps, least_ps, LAST_PS);
}

void Simulation::OnCall(Simulation *self, void (*call)(void *ctx, weft_ps now_ps), void *ctx)
{
    call(ctx, NowPs());
    self->ThrowIfFailed();
}

void Simulation::At(weft_ps at_ps, void (*call)(void *ctx, weft_ps now_ps), void *ctx)
{
    CheckAt(at_ps, NowPs());
    if (!call)
        Refuse("there is nothing to call");
    Simulator::Schedule(TimeStep(at_ps - NowPs()), &Simulation::OnCall, this, call, ctx);
}

void Simulation::Run(weft_ps until_ps)
{
    if (!m_built)
        Build();
    if (until_ps <= LAST_PS)
        m_stop = Simulator::Schedule(TimeStep(std::max(until_ps, NowPs()) - NowPs()),
                                     &Simulation::StopAfterAll, this, Simulator::GetEventCount());
    Simulator::Run();
    m_stop.Cancel();
}

/* Stop when nothing is left of this instant: when no other event has run since this one was scheduled, none came
 * before it in the order of ns-3. `seen`: events that had run then. */
void Simulation::StopAfterAll(uint64_t seen)
{
    uint64_t count = Simulator::GetEventCount();
    if (count == seen + 1)
        Simulator::Stop();
    else
        m_stop = Simulator::ScheduleNow(&Simulation::StopAfterAll, this, count);
}

void Simulation::Stop()
{
    Simulator::Stop();
}

/* --- from senders --- */

void Simulation::CheckPacket(const Sender &sender, const weft_ns3_packet &packet) const
{
    if (packet.flow >= m_flows.size())
        Refuse("there is no flow %" PRIu32 "; there are %zu", packet.flow, m_flows.size());
    if (m_flows[packet.flow].first_switch != sender.link.switch_number)
        Refuse("flow %" PRIu32 " starts at switch %" PRIu32 ", not at the sender's", packet.flow,
               m_flows[packet.flow].first_switch);
    uint32_t least = std::max(m_params.check_bytes, UINT32_C(1));
    if (packet.frame_bytes < least || packet.frame_bytes > MOST_FRAME_BYTES)
        Refuse("frame_bytes is %" PRIu32 "; allowed: %" PRIu32 " to %" PRIu32, packet.frame_bytes, least,
               MOST_FRAME_BYTES);
    if (packet.length > packet.frame_bytes - m_params.check_bytes ||
        (packet.length > 0) != (packet.bytes != nullptr))
        Refuse("a frame of %" PRIu32 " bytes comes with %" PRIu32 " bytes at %p", packet.frame_bytes,
               packet.length, packet.bytes);
    if (IsStock() && packet.frame_bytes + m_params.gap_bytes < STOCK_LEAST_BYTES)
        Refuse("frame_bytes is %" PRIu32 "; a point-to-point device needs 3 on the link", packet.frame_bytes);
}

/* The frame, or for a stock device what makes a frame of the same time on the link. */
Ptr<Packet> Simulation::NewPacket(const weft_ns3_packet &packet)
{
    uint32_t size =
        IsStock() ? packet.frame_bytes + m_params.gap_bytes - STOCK_HEADER_BYTES : packet.frame_bytes;
    Ptr<Packet> made;
    if (packet.length > 0) {
        m_scratch.assign(std::max(size, packet.length), 0);
        memcpy(m_scratch.data(), packet.bytes, packet.length);
        made = Create<Packet>(m_scratch.data(), size);
    } else {
        made = Create<Packet>(size);
    }
    if (m_free.empty()) {
        m_free.push_back(static_cast<uint32_t>(m_records.size()));
        m_records.emplace_back();
    }
    Record &record = m_records[m_free.back()];
    record = {};
    record.hop.packet = packet.packet;
    record.hop.flow = packet.flow;
    record.hop.number = packet.number;
    record.hop.payload_bytes = packet.payload_bytes;
    record.hop.frame_bytes = packet.frame_bytes;
    record.number = m_free.back();
    record.length = packet.length;
    m_free.pop_back();
    made->AddPacketTag(WeftFrameTag(packet.flow, m_flows[packet.flow].trafficClass, record.number));
    return made;
}

void Simulation::Send(uint32_t index, weft_ps at_ps, const weft_ns3_packet &packet)
{
    if (index >= m_senders.size())
        Refuse("there is no sender %" PRIu32 "; there are %zu", index, m_senders.size());
    Sender &sender = m_senders[index];
    CheckAt(at_ps, std::max(NowPs(), sender.last_at_ps));
    CheckPacket(sender, packet);
    Ptr<Packet> made = NewPacket(packet);
    sender.last_at_ps = at_ps;
    if (m_built && at_ps == NowPs() && sender.planned.empty()) {
        Transmit(sender, made);
        return;
    }
    sender.planned.push_back({at_ps, made});
    if (m_built && sender.planned.size() == 1)
        Plan(index);
}

/* When the next packet is handed over, if there is one. */
void Simulation::Plan(uint32_t index)
{
    const Sender &sender = m_senders[index];
    if (!sender.planned.empty())
        Simulator::Schedule(TimeStep(sender.planned.front().at_ps - NowPs()), &Simulation::HandOver, this,
                            index);
}

void Simulation::HandOver(uint32_t index)
{
    Sender &sender = m_senders[index];
    while (!sender.planned.empty() && sender.planned.front().at_ps <= NowPs()) {
        Ptr<Packet> packet = sender.planned.front().packet;
        sender.planned.pop_front();
        Transmit(sender, packet);
    }
    Plan(index);
}

/* A stock device cannot be told when to be silent, so it is known before when the packet would start. */
void Simulation::Transmit(Sender &sender, Ptr<Packet> packet)
{
    if (sender.own) {
        sender.own->SendFrame(packet);
        return;
    }
    uint64_t bits = (static_cast<uint64_t>(packet->GetSize()) + STOCK_HEADER_BYTES) * 8;
    WeftLinkClock::Span span = sender.clock.Take(static_cast<int64_t>(NowPs()), bits);
    if (sender.source && static_cast<weft_ps>(span.start) >= sender.until_ps) {
        Forget(RecordOf(packet));
        return;
    }
    WeftLinkClock::After(span.end, static_cast<int64_t>(sender.link.delay_ps));
    sender.stock->Send(packet, sender.stock->GetBroadcast(), IPV4);
}

/* --- on the way --- */

Record &Simulation::RecordOf(const Ptr<const Packet> &packet)
{
    WeftFrameTag tag;
    packet->PeekPacketTag(tag);
    return m_records[tag.GetMark()];
}

/* Its place is the next packet's. What was read of it stays until then. */
void Simulation::Forget(const Record &record)
{
    m_free.push_back(record.number);
}

void Simulation::Lose(const weft_ns3_hop &hop, weft_outcome outcome)
{
    const weft_ns3_watch &watch = m_params.watch;
    if (watch.lost)
        watch.lost(watch.ctx, &hop, outcome);
    ThrowIfFailed();
}

void Simulation::OnSenderBegin(Simulation *self, Ptr<const Packet> packet)
{
    self->RecordOf(packet).hop.tx_ps = NowPs();
}

void Simulation::OnSenderDrop(Simulation *self, Ptr<const Packet> packet)
{
    self->Forget(self->RecordOf(packet));
}

void Simulation::OnCome(Simulation *self, uint32_t index, Ptr<const Packet> packet, Ptr<const NetDevice> out,
                        Time lastBit, bool lost)
{
    Record &record = self->RecordOf(packet);
    weft_ns3_hop &hop = record.hop;
    hop.place = 0;
    hop.port = self->m_switches[index].portOf[out->GetIfIndex()];
    hop.at_ps = static_cast<weft_ps>(lastBit.GetTimeStep());
    hop.enter_ps = NowPs();
    const weft_ns3_watch &watch = self->m_params.watch;
    if (watch.came)
        hop.place = watch.came(watch.ctx, &hop);
    self->ThrowIfFailed();
    if (lost) {
        self->Lose(hop, WEFT_DROPPED_LINK);
        self->Forget(record);
    }
}

void Simulation::OnRefuse(Simulation *self, Ptr<const Packet> packet, Ptr<const NetDevice> out)
{
    (void)out;
    const Record &record = self->RecordOf(packet);
    self->Lose(record.hop, WEFT_DROPPED_BUFFER);
    self->Forget(record);
}

void Simulation::OnEnd(Simulation *self, Ptr<const Packet> packet)
{
    self->Forget(self->RecordOf(packet));
}

/* By the time its last bit leaves, a packet may have come into the next switch: what it was here is kept. */
void Simulation::OnPortBegin(Simulation *self, uint32_t port, Ptr<const Packet> packet)
{
    self->m_ports[port].sending = self->RecordOf(packet).hop;
}

void Simulation::OnPortEnd(Simulation *self, uint32_t port, Ptr<const Packet> packet)
{
    (void)packet;
    const weft_ns3_watch &watch = self->m_params.watch;
    if (watch.left)
        watch.left(watch.ctx, &self->m_ports[port].sending, NowPs());
    self->ThrowIfFailed();
}

/* --- at devices --- */

void Simulation::OnArrive(Simulation *self, uint32_t port, Ptr<const Packet> packet)
{
    self->Arrive(port, packet);
}

void Simulation::OnOff(Simulation *self, uint32_t port, Ptr<const Packet> packet)
{
    (void)port;
    const Record &record = self->RecordOf(packet);
    self->Lose(record.hop, WEFT_DROPPED_DEVICE);
    self->Forget(record);
}

bool Simulation::OnStockArrive(Simulation *self, uint32_t port, Ptr<NetDevice> device,
                               Ptr<const Packet> packet, uint16_t protocol, const Address &from)
{
    (void)device;
    (void)protocol;
    (void)from;
    weft_ps off_ps = self->m_ports[port].link.off_ps;
    if (off_ps > 0 && NowPs() >= off_ps)
        OnOff(self, port, packet);
    else
        self->Arrive(port, packet);
    return true;
}

void Simulation::Arrive(uint32_t port, Ptr<const Packet> packet)
{
    const Record &record = RecordOf(packet);
    if (m_ports[port].capture)
        Write(port, packet, record);
    m_arrived.resize(std::max<size_t>(m_arrived.size(), record.length));
    if (record.length > 0)
        packet->CopyData(m_arrived.data(), record.length);
    const weft_ns3_watch &watch = m_params.watch;
    if (watch.arrived)
        watch.arrived(watch.ctx, &record.hop, NowPs(), record.length > 0 ? m_arrived.data() : nullptr,
                      record.length);
    ThrowIfFailed();
    Forget(record);
}

void Simulation::Write(uint32_t port, Ptr<const Packet> packet, const Record &record)
{
    uint32_t bytes = record.hop.frame_bytes - m_params.check_bytes;
    m_scratch.assign(bytes, 0);
    packet->CopyData(m_scratch.data(), bytes);
    m_ports[port].capture->Write(Simulator::Now(), m_scratch.data(), bytes);
}

bool Simulation::Close()
{
    bool written = true;
    for (Port &port : m_ports) {
        if (!port.capture)
            continue;
        written &= !port.capture->Fail();
        port.capture->Close();
        written &= !port.capture->Fail();
        port.capture = nullptr;
    }
    return written;
}

} // namespace weft_shim
