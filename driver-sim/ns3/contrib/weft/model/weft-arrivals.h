/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NS3_WEFT_ARRIVALS_H
#define NS3_WEFT_ARRIVALS_H

#include "ns3/net-device.h"
#include "ns3/packet.h"
#include "ns3/simple-ref-count.h"

#include <cstdint>
#include <vector>

namespace ns3
{

/** A frame on its way to a device. */
struct WeftArrival {
    int64_t lastBit; //!< when its last bit is there, in steps of the clock
    uint64_t rate;   //!< of the link that it comes by, bit/s
    bool lost;       //!< the link was down
};

/**
 * What comes into switches at one instant, put in order: after all that leaves at that instant, by the rank of the
 * link that it came over, then by its order on it. ns-3 runs events of one instant in the order in which they were
 * scheduled, which tells nothing.
 *
 * Switches that share one of these see their arrivals in one order over all of them.
 */
class WeftArrivals : public SimpleRefCount<WeftArrivals>
{
  public:
    /** Who gets what comes, when its turn has come. */
    class Handler
    {
      public:
        virtual ~Handler();
        virtual void Settle(uint32_t port, Ptr<Packet> frame, const WeftArrival &arrival) = 0;
    };

    /** A frame comes now into a port of `handler`, over a link of this rank. */
    void Add(uint32_t rank, Handler *handler, uint32_t port, Ptr<Packet> frame, const WeftArrival &arrival);

  private:
    struct Entry {
        uint32_t rank, port;
        Handler *handler;
        Ptr<Packet> frame;
        WeftArrival arrival;
    };

    void Settle();

    std::vector<Entry> m_entries, m_settling;
    std::size_t m_seen = 0; //!< of them, when it last looked
};

} // namespace ns3

#endif
