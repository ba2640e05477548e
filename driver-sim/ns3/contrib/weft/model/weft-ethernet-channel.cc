/* SPDX-License-Identifier: GPL-2.0-only */
#include "weft-ethernet-channel.h"

#include "weft-ethernet-device.h"

#include "ns3/abort.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(WeftEthernetChannel);

TypeId WeftEthernetChannel::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::WeftEthernetChannel")
            .SetParent<Channel>()
            .SetGroupName("Weft")
            .AddConstructor<WeftEthernetChannel>()
            .AddAttribute("Delay", "Propagation.", TimeValue(Time(0)),
                          MakeTimeAccessor(&WeftEthernetChannel::m_delay), MakeTimeChecker(Time(0)))
            .AddAttribute("DownFrom", "When it goes down.", TimeValue(Time(0)),
                          MakeTimeAccessor(&WeftEthernetChannel::m_downFrom), MakeTimeChecker())
            .AddAttribute("DownUntil", "When it is up again; not after DownFrom: it is never down.",
                          TimeValue(Time(0)), MakeTimeAccessor(&WeftEthernetChannel::m_downUntil),
                          MakeTimeChecker());
    return tid;
}

void WeftEthernetChannel::Attach(Ptr<WeftEthernetDevice> device)
{
    NS_ABORT_MSG_IF(m_attached == m_devices.size(), "a link has two ends");
    m_devices[m_attached++] = device;
}

void WeftEthernetChannel::Transmit(Ptr<Packet> frame, const WeftEthernetDevice *from,
                                   const WeftLinkClock::Span &span)
{
    NS_ABORT_MSG_IF(m_attached < m_devices.size(), "a link has one end only");
    Ptr<WeftEthernetDevice> to = m_devices[0] == from ? m_devices[1] : m_devices[0];
    bool lost = m_downFrom < m_downUntil && span.start < m_downUntil.GetTimeStep() &&
                span.end > m_downFrom.GetTimeStep();
    to->Expect(frame, {WeftLinkClock::After(span.end, m_delay.GetTimeStep()), from->GetRate(), lost});
}

std::size_t WeftEthernetChannel::GetNDevices() const
{
    return m_attached;
}

Ptr<NetDevice> WeftEthernetChannel::GetDevice(std::size_t i) const
{
    return m_devices.at(i);
}

void WeftEthernetChannel::DoDispose()
{
    m_devices = {};
    m_attached = 0;
    Channel::DoDispose();
}

} // namespace ns3
