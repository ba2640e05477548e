/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NS3_WEFT_ETHERNET_DEVICE_H
#define NS3_WEFT_ETHERNET_DEVICE_H

#include "weft-arrivals.h"
#include "weft-link-clock.h"
#include "weft-port-queue.h"

#include "ns3/data-rate.h"
#include "ns3/event-id.h"
#include "ns3/mac48-address.h"
#include "ns3/net-device.h"
#include "ns3/traced-callback.h"

namespace ns3
{

class Node;
class WeftEthernetChannel;
class WeftEthernetDevice;

/** Who takes whole frames from a device: a switch. */
class WeftFrameReceiver
{
  public:
    virtual ~WeftFrameReceiver();
    /** From when on it takes the frame; not after the last bit is in. */
    virtual int64_t GetEntry(const WeftEthernetDevice *device, Ptr<const Packet> frame,
                             const WeftArrival &arrival) = 0;
    /** That instant has come. */
    virtual void Receive(const WeftEthernetDevice *device, Ptr<Packet> frame, const WeftArrival &arrival) = 0;
};

/**
 * A full-duplex Ethernet device: frames of at least 64 bytes with their check sequence (EthernetHeader,
 * EthernetTrailer), and around each the preamble and the gap, which take time on the link but are not part of a
 * Packet. Transmission times are exact (WeftLinkClock), at any rate.
 */
class WeftEthernetDevice : public NetDevice
{
  public:
    static TypeId GetTypeId();
    WeftEthernetDevice();

    /** Send a whole frame as it is, check sequence and all. False: the queue had no room. */
    bool SendFrame(Ptr<Packet> frame);

    /** Bits per second that this end sends. */
    uint64_t GetRate() const;
    void SetDataRate(DataRate rate);
    void Attach(Ptr<WeftEthernetChannel> channel);
    /** Frames that come go to a receiver as they are, instead of to the node; nullptr: to the node. */
    void SetReceiver(WeftFrameReceiver *receiver);
    /** A frame is on its way to this device: told by its channel when the first bit goes out. */
    void Expect(Ptr<Packet> frame, const WeftArrival &arrival);

    void SetQueue(Ptr<WeftPortQueue> queue);
    Ptr<WeftPortQueue> GetQueue() const;

    // of every NetDevice
    void SetIfIndex(const uint32_t index) override;
    uint32_t GetIfIndex() const override;
    Ptr<Channel> GetChannel() const override;
    void SetAddress(Address address) override;
    Address GetAddress() const override;
    bool SetMtu(const uint16_t mtu) override;
    uint16_t GetMtu() const override;
    bool IsLinkUp() const override;
    void AddLinkChangeCallback(Callback<void> callback) override;
    bool IsBroadcast() const override;
    Address GetBroadcast() const override;
    bool IsMulticast() const override;
    Address GetMulticast(Ipv4Address multicastGroup) const override;
    Address GetMulticast(Ipv6Address addr) const override;
    bool IsBridge() const override;
    bool IsPointToPoint() const override;
    bool Send(Ptr<Packet> packet, const Address &dest, uint16_t protocolNumber) override;
    bool SendFrom(Ptr<Packet> packet, const Address &source, const Address &dest,
                  uint16_t protocolNumber) override;
    Ptr<Node> GetNode() const override;
    void SetNode(Ptr<Node> node) override;
    bool NeedsArp() const override;
    void SetReceiveCallback(NetDevice::ReceiveCallback cb) override;
    void SetPromiscReceiveCallback(NetDevice::PromiscReceiveCallback cb) override;
    bool SupportsSendFrom() const override;

  protected:
    void DoDispose() override;

  private:
    static TypeId AddTraces(TypeId tid);
    NetDevice::PacketType GetPacketType(Mac48Address destination) const;
    void TransmitNext();
    void TransmitEnd(Ptr<Packet> frame);
    void Receive(Ptr<Packet> frame, WeftArrival arrival);
    void Deliver(Ptr<Packet> packet);

    WeftLinkClock m_clock;
    uint32_t m_gapBytes = 0;
    Time m_offFrom, m_sendUntil;
    Ptr<WeftPortQueue> m_queue;
    Ptr<WeftEthernetChannel> m_channel;
    WeftFrameReceiver *m_receiver = nullptr;
    Ptr<Node> m_node;
    Mac48Address m_address;
    uint32_t m_ifIndex = 0;
    uint16_t m_mtu = 1500;
    bool m_sending = false;
    EventId m_start; //!< of a frame that may not leave yet
    NetDevice::ReceiveCallback m_receiveCallback;
    NetDevice::PromiscReceiveCallback m_promiscCallback;

    TracedCallback<> m_linkChange;
    TracedCallback<Ptr<const Packet>> m_macTx, m_macTxDrop, m_macRx, m_phyTxBegin, m_phyTxEnd, m_phyRxEnd,
        m_phyRxDrop, m_sniffer, m_promiscSniffer;
};

} // namespace ns3

#endif
