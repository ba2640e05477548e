/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NS3_WEFT_SWITCH_H
#define NS3_WEFT_SWITCH_H

#include "weft-arrivals.h"
#include "weft-ethernet-device.h"

#include "ns3/mac48-address.h"
#include "ns3/object.h"
#include "ns3/traced-callback.h"

#include <map>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ns3
{

/**
 * A layer-2 switch with static ways, aggregated to a Node. Ports are WeftEthernetDevices of that node, or devices as
 * ns-3 has them; the rules of a port are attributes of its WeftPortQueue.
 *
 * A frame with a WeftFrameTag goes the way of its flow, any other to the port of its destination address; what has
 * neither is dropped (trace source Unknown): it floods nothing, broadcasts neither. Frames of one instant come in the
 * order of the ranks of their links.
 */
class WeftSwitch : public Object, public WeftFrameReceiver, public WeftArrivals::Handler
{
  public:
    static TypeId GetTypeId();
    WeftSwitch();

    /** The order of arrivals that it shares with other switches; before the first frame. */
    void SetArrivals(Ptr<WeftArrivals> arrivals);

    /** A device of the node becomes a port. Frames that come by it have this rank among all that come at one instant;
     * `stored`: they are never cut through. */
    void AddPort(Ptr<WeftEthernetDevice> device, uint32_t rank, bool stored = false);

    /** What is known of a link between devices that are not WeftEthernetDevices. */
    struct StockLink {
        uint64_t rate = 0; //!< bit/s; 8 / rate must be whole steps of the clock
        Time delay, downFrom, downUntil;
    };
    /**
     * A device of any kind becomes a port. `queue` is what it sends from, whose rules hold here, before the device
     * gets a frame; nullptr: it sends nothing. `extraBytes`: how much larger Packets are, without the device's own
     * header, than the frames that count; it may be negative. Store and forward, no classes.
     */
    void AddStockPort(Ptr<NetDevice> device, Ptr<WeftPortQueue> queue, uint32_t rank, const StockLink &link,
                      int32_t extraBytes);

    /** Frames of this flow leave by this port. */
    void AddFlow(uint32_t flow, Ptr<NetDevice> out);
    /** Those that come in by this one are at the end of their way, wherever else it led. */
    void AddEnd(uint32_t flow, Ptr<NetDevice> in);
    /** Frames to this address leave by this port. */
    void AddAddress(Mac48Address address, Ptr<NetDevice> out);

    // of WeftFrameReceiver and WeftArrivals::Handler
    int64_t GetEntry(const WeftEthernetDevice *device, Ptr<const Packet> frame,
                     const WeftArrival &arrival) override;
    void Receive(const WeftEthernetDevice *device, Ptr<Packet> frame, const WeftArrival &arrival) override;
    void Settle(uint32_t port, Ptr<Packet> frame, const WeftArrival &arrival) override;

    /** Signature of Arrive: frame, port by which it leaves, when its last bit is in, whether the link lost it. */
    typedef void (*ArriveTracedCallback)(Ptr<const Packet> frame, Ptr<const NetDevice> out, Time lastBit,
                                         bool lost);
    /** Signature of Refuse: frame, port whose queue has no room. */
    typedef void (*RefuseTracedCallback)(Ptr<const Packet> frame, Ptr<const NetDevice> out);

  protected:
    void DoDispose() override;

  private:
    struct Port {
        uint32_t rank = 0;
        bool known = false, stored = false;
        Ptr<NetDevice> device;
        Ptr<WeftEthernetDevice> own; //!< the same device, if it is one
        Ptr<WeftPortQueue> queue;    //!< of a stock device
        StockLink link;              //!< likewise
        int32_t extraBytes = 0;
    };
    static constexpr uint32_t NOWHERE = UINT32_MAX, ENDS = UINT32_MAX - 1;

    Port &NewPort(Ptr<NetDevice> device, uint32_t rank);
    uint32_t IndexOf(Ptr<NetDevice> out) const;
    uint32_t FindPort(uint32_t in, Ptr<const Packet> frame) const;
    bool OnStockDevice(Ptr<NetDevice> device, Ptr<const Packet> packet, uint16_t protocol,
                       const Address &from);
    bool SendStock(Port &port, Ptr<Packet> packet);
    static void OnStockBegin(WeftSwitch *self, uint32_t port, Ptr<const Packet> packet);

    bool m_cutThrough = false;
    Ptr<WeftArrivals> m_arrivals;
    std::vector<Port> m_ports; //!< by the number of the device on its node
    std::unordered_map<uint32_t, uint32_t> m_flows;
    std::set<std::pair<uint32_t, uint32_t>> m_ends; //!< flows, by the ports that they come in by
    std::map<Mac48Address, uint32_t> m_addresses;

    TracedCallback<Ptr<const Packet>, Ptr<const NetDevice>, Time, bool> m_arrive;
    TracedCallback<Ptr<const Packet>, Ptr<const NetDevice>> m_refuse;
    TracedCallback<Ptr<const Packet>> m_end, m_unknown;
};

} // namespace ns3

#endif
