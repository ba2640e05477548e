/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NS3_WEFT_ETHERNET_CHANNEL_H
#define NS3_WEFT_ETHERNET_CHANNEL_H

#include "weft-link-clock.h"

#include "ns3/channel.h"
#include "ns3/nstime.h"

#include <array>

namespace ns3
{

class Packet;
class WeftEthernetDevice;

/** A full-duplex link between two WeftEthernetDevices. A frame of which any bit is on it while it is down is lost. */
class WeftEthernetChannel : public Channel
{
  public:
    static TypeId GetTypeId();

    /** The device becomes one of the two ends. */
    void Attach(Ptr<WeftEthernetDevice> device);
    /** A frame is on the link, sent by a device of it, as long as `span` says. */
    void Transmit(Ptr<Packet> frame, const WeftEthernetDevice *from, const WeftLinkClock::Span &span);

    std::size_t GetNDevices() const override;
    Ptr<NetDevice> GetDevice(std::size_t i) const override;

  protected:
    void DoDispose() override;

  private:
    Time m_delay, m_downFrom, m_downUntil;
    std::array<Ptr<WeftEthernetDevice>, 2> m_devices;
    std::size_t m_attached = 0;
};

} // namespace ns3

#endif
