/* SPDX-License-Identifier: GPL-2.0-only */
#include "weft-shared-pool.h"

#include "weft-port-queue.h"

#include "ns3/boolean.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(WeftSharedPool);

__extension__ typedef unsigned __int128 Wide;

TypeId WeftSharedPool::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::WeftSharedPool")
            .SetParent<Object>()
            .SetGroupName("Weft")
            .AddConstructor<WeftSharedPool>()
            .AddAttribute("Size", "Bytes that the queues share.", UintegerValue(0),
                          MakeUintegerAccessor(&WeftSharedPool::m_size), MakeUintegerChecker<uint64_t>())
            .AddAttribute("Reserve", "Bytes that each queue has for itself besides.", UintegerValue(0),
                          MakeUintegerAccessor(&WeftSharedPool::m_reserve), MakeUintegerChecker<uint64_t>())
            .AddAttribute("Dynamic", "Whether a queue must have less than alpha times what is free.",
                          BooleanValue(false), MakeBooleanAccessor(&WeftSharedPool::m_dynamic),
                          MakeBooleanChecker())
            .AddAttribute("AlphaNumerator", "Of alpha.", UintegerValue(1),
                          MakeUintegerAccessor(&WeftSharedPool::m_alphaNumerator),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("AlphaDenominator", "Of alpha.", UintegerValue(1),
                          MakeUintegerAccessor(&WeftSharedPool::m_alphaDenominator),
                          MakeUintegerChecker<uint32_t>(1));
    return tid;
}

uint64_t WeftSharedPool::GetShare(uint64_t bytes) const
{
    return bytes > m_reserve ? bytes - m_reserve : 0;
}

uint64_t WeftSharedPool::GetUsed() const
{
    if (!m_fluid)
        return m_held;
    uint64_t used = 0;
    for (const WeftPortQueue *queue : m_queues)
        used += GetShare(queue->GetUsedBytes());
    return used;
}

bool WeftSharedPool::HasRoom(uint64_t bytes, uint64_t frameBytes) const
{
    uint64_t share = GetShare(bytes), more = GetShare(bytes + frameBytes) - share;
    if (more == 0)
        return true;
    uint64_t used = GetUsed();
    if (used + more > m_size)
        return false;
    return !m_dynamic || static_cast<Wide>(share) * m_alphaDenominator <
                             static_cast<Wide>(m_size - used) * m_alphaNumerator;
}

void WeftSharedPool::Join(const WeftPortQueue *queue)
{
    m_queues.push_back(queue);
}

void WeftSharedPool::Leave(const WeftPortQueue *queue)
{
    m_queues.erase(std::remove(m_queues.begin(), m_queues.end(), queue), m_queues.end());
}

void WeftSharedPool::SetFluid()
{
    m_fluid = true;
}

void WeftSharedPool::Change(uint64_t beforeBytes, uint64_t afterBytes)
{
    m_held += GetShare(afterBytes);
    m_held -= GetShare(beforeBytes);
}

} // namespace ns3
