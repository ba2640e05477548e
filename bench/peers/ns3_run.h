/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NS3_RUN_H
#define NS3_RUN_H

/* What the programs on ns-3 have in common: picoseconds, the scheduler, the clock. */

#include "peer.h"

#include <ns3/object-factory.h>
#include <ns3/simulator.h>

/* Before anything of ns-3: its time in picoseconds, and the scheduler that the option asks for. */
inline void ns3_run_init(peer_work *work)
{
    static const char *const schedulers[] = {"Map", "Heap", "Calendar", "PriorityQueue", "List"};
    int chosen = peer_option(work, "scheduler", "map,heap,calendar,priority-queue,list");
    ns3::Time::SetResolution(ns3::Time::PS);
    ns3::ObjectFactory factory;
    factory.SetTypeId(std::string("ns3::") + schedulers[chosen] + "Scheduler");
    ns3::Simulator::SetScheduler(factory);
}

inline ns3::Time ns3_ps(uint64_t ps)
{
    return ns3::TimeStep(ps);
}

inline uint64_t ns3_now_ps()
{
    return static_cast<uint64_t>(ns3::Simulator::Now().GetTimeStep());
}

#endif
