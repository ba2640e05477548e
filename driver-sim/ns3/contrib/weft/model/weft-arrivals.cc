/* SPDX-License-Identifier: GPL-2.0-only */
#include "weft-arrivals.h"

#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{

WeftArrivals::Handler::~Handler() = default;

void WeftArrivals::Add(uint32_t rank, Handler *handler, uint32_t port, Ptr<Packet> frame,
                       const WeftArrival &arrival)
{
    m_entries.push_back({rank, port, handler, frame, arrival});
    if (m_entries.size() == 1) {
        m_seen = 1;
        Simulator::ScheduleNow(&WeftArrivals::Settle, this);
    }
}

/* What is scheduled now runs after all that was scheduled for this instant before. A frame that takes a step of the
 * clock or more was scheduled before this instant, so when nothing came since the last look, all that leaves has left
 * and all that comes has come. */
void WeftArrivals::Settle()
{
    if (m_entries.size() != m_seen) {
        m_seen = m_entries.size();
        Simulator::ScheduleNow(&WeftArrivals::Settle, this);
        return;
    }
    m_settling.swap(m_entries);
    std::stable_sort(m_settling.begin(), m_settling.end(),
                     [](const Entry &a, const Entry &b) { return a.rank < b.rank; });
    for (const Entry &entry : m_settling)
        entry.handler->Settle(entry.port, entry.frame, entry.arrival);
    m_settling.clear();
}

} // namespace ns3
