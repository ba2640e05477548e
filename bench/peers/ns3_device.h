/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NS3_DEVICE_H
#define NS3_DEVICE_H

/* A net device as small as can be: one direction, packets of one size, no channel, no traces. Its queue is a std::deque.
 * A packet's end on the wire is its arrival at the other end, so a hop costs one event. */

#include <ns3/mac48-address.h>
#include <ns3/net-device.h>
#include <ns3/node.h>
#include <ns3/packet.h>
#include <ns3/simulator.h>

#include <deque>
#include <functional>

class OwnDevice : public ns3::NetDevice
{
  public:
    using Forward = std::function<void(ns3::Ptr<ns3::Packet>, uint32_t)>;

    static ns3::TypeId GetTypeId()
    {
        static ns3::TypeId tid = ns3::TypeId("weft::OwnDevice").SetParent<ns3::NetDevice>();
        return tid;
    }
    void SetPacketTime(ns3::Time time)
    {
        m_packet = time;
    }
    /* What becomes of a packet at the link's other end. */
    void SetForward(Forward forward)
    {
        m_forward = std::move(forward);
    }
    /* Called when the queue is empty and the link is free. */
    void SetIdle(std::function<void()> idle)
    {
        m_idle = std::move(idle);
    }
    /* Where a packet goes travels beside it, in `to`. */
    void Transmit(ns3::Ptr<ns3::Packet> packet, uint32_t to)
    {
        m_queue.push_back({std::move(packet), to});
        if (!m_busy)
            Start();
    }

    bool Send(ns3::Ptr<ns3::Packet> packet, const ns3::Address &, uint16_t) override
    {
        Transmit(packet, 0);
        return true;
    }
    bool SendFrom(ns3::Ptr<ns3::Packet> packet, const ns3::Address &, const ns3::Address &to,
                  uint16_t protocol) override
    {
        return Send(packet, to, protocol);
    }
    void SetIfIndex(const uint32_t index) override
    {
        m_index = index;
    }
    uint32_t GetIfIndex() const override
    {
        return m_index;
    }
    ns3::Ptr<ns3::Channel> GetChannel() const override
    {
        return nullptr;
    }
    void SetAddress(ns3::Address) override
    {
    }
    ns3::Address GetAddress() const override
    {
        return ns3::Mac48Address();
    }
    bool SetMtu(const uint16_t) override
    {
        return false;
    }
    uint16_t GetMtu() const override
    {
        return 1500;
    }
    bool IsLinkUp() const override
    {
        return true;
    }
    void AddLinkChangeCallback(ns3::Callback<void>) override
    {
    }
    bool IsBroadcast() const override
    {
        return false;
    }
    ns3::Address GetBroadcast() const override
    {
        return ns3::Mac48Address::GetBroadcast();
    }
    bool IsMulticast() const override
    {
        return false;
    }
    ns3::Address GetMulticast(ns3::Ipv4Address) const override
    {
        return GetBroadcast();
    }
    ns3::Address GetMulticast(ns3::Ipv6Address) const override
    {
        return GetBroadcast();
    }
    bool IsBridge() const override
    {
        return false;
    }
    bool IsPointToPoint() const override
    {
        return true;
    }
    ns3::Ptr<ns3::Node> GetNode() const override
    {
        return m_node;
    }
    void SetNode(ns3::Ptr<ns3::Node> node) override
    {
        m_node = node;
    }
    bool NeedsArp() const override
    {
        return false;
    }
    void SetReceiveCallback(ReceiveCallback) override
    {
    }
    void SetPromiscReceiveCallback(PromiscReceiveCallback) override
    {
    }
    bool SupportsSendFrom() const override
    {
        return false;
    }

  private:
    struct Frame {
        ns3::Ptr<ns3::Packet> packet;
        uint32_t to;
    };
    void Start()
    {
        m_busy = true;
        ns3::Simulator::Schedule(m_packet, &OwnDevice::Sent, this);
    }
    void Sent()
    {
        Frame frame = std::move(m_queue.front());
        m_queue.pop_front();
        m_busy = false;
        if (!m_queue.empty())
            Start();
        else if (m_idle)
            m_idle();
        m_forward(std::move(frame.packet), frame.to);
    }
    void DoDispose() override
    {
        m_node = nullptr;
        NetDevice::DoDispose();
    }
    ns3::Time m_packet;
    Forward m_forward;
    std::function<void()> m_idle;
    std::deque<Frame> m_queue;
    bool m_busy{};
    uint32_t m_index{};
    ns3::Ptr<ns3::Node> m_node;
};

#endif
