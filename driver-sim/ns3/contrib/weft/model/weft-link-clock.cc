/* SPDX-License-Identifier: GPL-2.0-only */
#include "weft-link-clock.h"

#include "ns3/abort.h"
#include "ns3/nstime.h"

#include <limits>

namespace ns3
{

__extension__ typedef unsigned __int128 Wide;

/* First asked when a frame is on a link: the resolution cannot change any more. The library of ns-3 says it, not its
 * headers: these keep it in a static object of an inline function, and a process may have several of that (Debian's
 * libsimgrid brings one), of which the library uses whichever was loaded first. */
static uint64_t StepsPerSecond()
{
    static const uint64_t steps = static_cast<uint64_t>(Time("1s").GetTimeStep());
    return steps;
}

static Wide StepsTimes(uint64_t bits)
{
    return static_cast<Wide>(bits) * StepsPerSecond();
}

void WeftLinkClock::SetRate(uint64_t rate)
{
    NS_ABORT_MSG_IF(rate == 0, "the rate of a link is 0");
    m_rate = rate;
    m_carry = 0;
}

uint64_t WeftLinkClock::GetRate() const
{
    return m_rate;
}

WeftLinkClock::Span WeftLinkClock::Take(int64_t now, uint64_t bits)
{
    if (now > m_free) {
        m_free = now;
        m_carry = 0;
    }
    Wide work = StepsTimes(bits) + m_carry;
    Wide steps = work / m_rate;
    NS_ABORT_MSG_IF(steps > static_cast<Wide>(std::numeric_limits<int64_t>::max() - m_free),
                    "a frame ends after the last instant of the clock");
    int64_t start = m_free;
    m_free += static_cast<int64_t>(steps);
    m_carry = static_cast<uint64_t>(work % m_rate);
    return {start, m_free};
}

int64_t WeftLinkClock::GetDuration(uint64_t bits, uint64_t rate)
{
    Wide steps = StepsTimes(bits) / rate;
    NS_ABORT_MSG_IF(steps > static_cast<Wide>(std::numeric_limits<int64_t>::max()),
                    "a frame takes longer than the clock runs");
    return static_cast<int64_t>(steps);
}

int64_t WeftLinkClock::After(int64_t at, int64_t delay)
{
    NS_ABORT_MSG_IF(delay > std::numeric_limits<int64_t>::max() - at,
                    "a frame is under way after the last instant of the clock");
    return at + delay;
}

} // namespace ns3
