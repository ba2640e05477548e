/* SPDX-License-Identifier: GPL-2.0-only */
#include "weft-port-queue.h"

#include "weft-frame-tag.h"
#include "weft-link-clock.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/enum.h"
#include "ns3/packet.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(WeftPortQueue);

__extension__ typedef unsigned __int128 Wide;

/* A class or, from ns-3.41 on, one that the compiler makes of a template. */
using EnumOfLimits = decltype(EnumValue(WeftPortQueue::UNLIMITED));

TypeId WeftPortQueue::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::WeftPortQueue")
            .SetParent<Queue<Packet>>()
            .SetGroupName("Weft")
            .AddConstructor<WeftPortQueue>()
            .AddAttribute("MaxSize", "The most that it may hold, as every Queue of ns-3 has it.",
                          QueueSizeValue(QueueSize("4294967295p")),
                          MakeQueueSizeAccessor(&QueueBase::SetMaxSize, &QueueBase::GetMaxSize),
                          MakeQueueSizeChecker())
            .AddAttribute(
                "LimitKind", "What the limit counts.", EnumValue(UNLIMITED),
                MakeAccessorHelper<EnumOfLimits>(&WeftPortQueue::m_limitKind),
                MakeEnumChecker(UNLIMITED, "Unlimited", BYTES, "Bytes", PACKETS, "Packets", CELLS, "Cells"))
            .AddAttribute("Limit", "The most that it may hold, of what LimitKind says.", UintegerValue(0),
                          MakeUintegerAccessor(&WeftPortQueue::m_limit), MakeUintegerChecker<uint64_t>())
            .AddAttribute("CellBytes", "A frame counts as whole cells of so many bytes; 0: its own bytes.",
                          UintegerValue(0), MakeUintegerAccessor(&WeftPortQueue::m_cellBytes),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute(
                "Fluid", "Whether of the frame on the link only what is left counts.", BooleanValue(false),
                MakeBooleanAccessor(&WeftPortQueue::SetFluid, &WeftPortQueue::IsFluid), MakeBooleanChecker())
            .AddAttribute("ByClass", "Strict priority, not pre-emptive, instead of first in, first out.",
                          BooleanValue(false), MakeBooleanAccessor(&WeftPortQueue::m_byClass),
                          MakeBooleanChecker())
            .AddAttribute("Latency", "From when a frame is in the queue until it may leave.",
                          TimeValue(Time(0)), MakeTimeAccessor(&WeftPortQueue::m_latency),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("Pool", "The memory that it shares with other queues.", PointerValue(),
                          MakePointerAccessor(&WeftPortQueue::SetPool, &WeftPortQueue::GetPool),
                          MakePointerChecker<WeftSharedPool>());
    return tid;
}

WeftPortQueue::WeftPortQueue() = default;

WeftPortQueue::~WeftPortQueue()
{
    if (m_pool)
        m_pool->Leave(this);
}

void WeftPortQueue::DoDispose()
{
    m_waiting.clear();
    m_onLink = false;
    SetPool(nullptr);
    Queue<Packet>::DoDispose();
}

bool WeftPortQueue::IsFluid() const
{
    return m_fluid;
}

void WeftPortQueue::SetFluid(bool fluid)
{
    m_fluid = fluid;
    if (m_pool && fluid)
        m_pool->SetFluid();
}

Ptr<WeftSharedPool> WeftPortQueue::GetPool() const
{
    return m_pool;
}

void WeftPortQueue::SetPool(Ptr<WeftSharedPool> pool)
{
    if (m_pool) {
        m_pool->Change(m_bytes, 0);
        m_pool->Leave(this);
    }
    m_pool = pool;
    if (m_pool) {
        m_pool->Join(this);
        m_pool->Change(0, m_bytes);
        SetFluid(m_fluid);
    }
}

uint64_t WeftPortQueue::GetStoredBytes(uint64_t frameBytes) const
{
    return m_cellBytes <= 1 ? frameBytes : (frameBytes + m_cellBytes - 1) / m_cellBytes * m_cellBytes;
}

/* What is left of the frame on the link is rounded up, so that something counts until its last bit has left. */
uint64_t WeftPortQueue::GetUsedBytes() const
{
    int64_t now = Simulator::Now().GetTimeStep();
    if (!m_fluid || !m_onLink || now <= m_sendingStart)
        return m_bytes;
    uint64_t link = static_cast<uint64_t>(m_sendingEnd - m_sendingStart);
    uint64_t left = now < m_sendingEnd ? static_cast<uint64_t>(m_sendingEnd - now) : 0;
    Wide leftBytes = (static_cast<Wide>(m_sending.bytes) * left + link - 1) / link;
    return m_bytes - m_sending.bytes + static_cast<uint64_t>(leftBytes);
}

bool WeftPortQueue::HasRoom(uint64_t bytes) const
{
    uint64_t used = GetUsedBytes();
    switch (m_limitKind) {
    case UNLIMITED:
        break;
    case BYTES:
        if (used + bytes > m_limit)
            return false;
        break;
    case PACKETS:
        if (m_packets >= m_limit)
            return false;
        break;
    case CELLS:
        if (used + bytes > m_limit * m_cellBytes)
            return false;
        break;
    }
    return !m_pool || m_pool->HasRoom(used, bytes);
}

/* It holds so many bytes from now on. */
void WeftPortQueue::ChangeBytes(uint64_t bytes)
{
    if (m_pool)
        m_pool->Change(m_bytes, bytes);
    m_bytes = bytes;
}

/* It holds a frame of so many bytes more, if there is room. */
bool WeftPortQueue::Count(uint64_t bytes)
{
    if (!HasRoom(bytes))
        return false;
    m_packets++;
    ChangeBytes(m_bytes + bytes);
    return true;
}

bool WeftPortQueue::Admit(uint64_t frameBytes)
{
    uint64_t bytes = GetStoredBytes(frameBytes);
    if (!Count(bytes))
        return false;
    m_admitted.push_back(bytes);
    return true;
}

bool WeftPortQueue::Enqueue(Ptr<Packet> packet)
{
    Held held{};
    if (m_admitted.empty()) {
        held.bytes = GetStoredBytes(packet->GetSize());
        if (!Count(held.bytes)) {
            DropBeforeEnqueue(packet);
            return false;
        }
    } else {
        held.bytes = m_admitted.front();
        m_admitted.pop_front();
    }
    if (!DoEnqueue(GetContainer().end(), packet, held.place)) {
        m_packets--;
        ChangeBytes(m_bytes - held.bytes);
        return false;
    }
    WeftFrameTag tag;
    unsigned trafficClass = m_byClass && packet->PeekPacketTag(tag) ? tag.GetClass() : 0;
    if (m_waiting.size() <= trafficClass)
        m_waiting.resize(trafficClass + 1);
    held.ready = WeftLinkClock::After(Simulator::Now().GetTimeStep(), m_latency.GetTimeStep());
    held.number = m_came++;
    m_waiting[trafficClass].push_back(held);
    return true;
}

bool WeftPortQueue::HasWaiting() const
{
    return FindFirst() != nullptr;
}

/* The class whose first frame came before all others that wait; nullptr: none waits. */
const std::deque<WeftPortQueue::Held> *WeftPortQueue::FindFirst() const
{
    const std::deque<Held> *first = nullptr;
    for (const std::deque<Held> &waiting : m_waiting)
        if (!waiting.empty() && (!first || waiting.front().number < first->front().number))
            first = &waiting;
    return first;
}

std::deque<WeftPortQueue::Held> *WeftPortQueue::FindFirst()
{
    return const_cast<std::deque<Held> *>(static_cast<const WeftPortQueue *>(this)->FindFirst());
}

int64_t WeftPortQueue::GetFirstReady() const
{
    return FindFirst()->front().ready;
}

Ptr<Packet> WeftPortQueue::Choose(int64_t now)
{
    std::deque<Held> *chosen = FindFirst();
    NS_ABORT_MSG_IF(!chosen || m_onLink, "nothing waits, or a frame is on the link");
    for (auto waiting = m_waiting.rbegin(); m_byClass && waiting != m_waiting.rend(); ++waiting) {
        if (!waiting->empty() && waiting->front().ready < now) {
            chosen = &*waiting;
            break;
        }
    }
    m_sending = chosen->front();
    chosen->pop_front();
    m_onLink = m_listed = true;
    return *m_sending.place;
}

void WeftPortQueue::SetOnLink(int64_t start, int64_t end)
{
    m_sendingStart = start;
    m_sendingEnd = end;
}

void WeftPortQueue::EndOnLink()
{
    if (!m_onLink)
        return; // disposed of
    m_onLink = false;
    m_packets--;
    ChangeBytes(m_bytes - m_sending.bytes);
    if (m_listed)
        DoDequeue(m_sending.place);
}

/* What is on the link is taken out last, since Queue::Flush() ends only when nothing is left. */
Ptr<Packet> WeftPortQueue::TakeOutSending()
{
    if (!m_onLink || !m_listed)
        return nullptr;
    m_listed = false;
    return DoDequeue(m_sending.place);
}

/* What has waited longest. A device that takes it out says later when it has gone; while another frame is on the link,
 * it is no device that asks. */
Ptr<Packet> WeftPortQueue::TakeOut(bool drop)
{
    std::deque<Held> *first = FindFirst();
    if (!first)
        return TakeOutSending();
    Held held = first->front();
    first->pop_front();
    if (drop || m_onLink) {
        m_packets--;
        ChangeBytes(m_bytes - held.bytes);
    } else {
        m_taken.push_back(held.bytes);
    }
    return drop ? DoRemove(held.place) : DoDequeue(held.place);
}

Ptr<Packet> WeftPortQueue::Dequeue()
{
    return TakeOut(false);
}

Ptr<Packet> WeftPortQueue::Remove()
{
    return TakeOut(true);
}

void WeftPortQueue::Release()
{
    NS_ABORT_MSG_IF(m_taken.empty(), "no frame was taken out");
    m_packets--;
    ChangeBytes(m_bytes - m_taken.front());
    m_taken.pop_front();
}

void WeftPortQueue::OnGone(Ptr<const Packet> packet)
{
    (void)packet;
    Release();
}

Time WeftPortQueue::GetLatency() const
{
    return m_latency;
}

Ptr<const Packet> WeftPortQueue::Peek() const
{
    if (const std::deque<Held> *first = FindFirst())
        return DoPeek(first->front().place);
    return m_onLink && m_listed ? DoPeek(m_sending.place) : nullptr;
}

} // namespace ns3
