/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NS3_WEFT_LINK_CLOCK_H
#define NS3_WEFT_LINK_CLOCK_H

#include <cstdint>

namespace ns3
{

/**
 * When a link is free, exactly: a frame that follows a frame starts at the exact rational end of the one before, the
 * remainder of the division kept, so that what is rounded to a step of ns-3's clock is only ever seen and never added
 * up.
 *
 * Instants are steps of ns-3's clock (Time::GetTimeStep), so the resolution is whatever Time has been set to.
 */
class WeftLinkClock
{
  public:
    /** First and last instant of a frame on its link, both rounded down. */
    struct Span {
        int64_t start, end;
    };

    /** Bits per second, at least 1. Not while a frame is on the link. */
    void SetRate(uint64_t rate);
    uint64_t GetRate() const;

    /**
     * A frame of so many bits, which includes what the link carries beside it, goes onto the link: at `now` if the
     * link has been free for a step or more, else at the exact end of the frame before, whose rounded end must not be
     * after `now`. An end past the clock's range is fatal.
     */
    Span Take(int64_t now, uint64_t bits);

    /** How long so many bits take at a rate, rounded down. */
    static int64_t GetDuration(uint64_t bits, uint64_t rate);

    /** When a frame is where it will be after a delay; neither is negative. Past the clock's range it is fatal: ns-3
     * itself would go on in the past. */
    static int64_t After(int64_t at, int64_t delay);

  private:
    uint64_t m_rate = 1;
    int64_t m_free = 0;   //!< the exact end of the last frame, rounded down
    uint64_t m_carry = 0; //!< what was rounded off, in units of 1 / rate steps
};

} // namespace ns3

#endif
