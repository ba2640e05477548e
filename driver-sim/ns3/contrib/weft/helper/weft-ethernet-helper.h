/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NS3_WEFT_ETHERNET_HELPER_H
#define NS3_WEFT_ETHERNET_HELPER_H

#include "ns3/net-device-container.h"
#include "ns3/object-factory.h"
#include "ns3/trace-helper.h"
#include "ns3/weft-switch.h"

namespace ns3
{

class Node;

/** Makes links of WeftEthernetDevices, and switches of the nodes that they meet at. */
class WeftEthernetHelper : public PcapHelperForDevice
{
  public:
    WeftEthernetHelper();

    /** Attributes of what is installed from now on: ns3::WeftEthernetDevice, WeftEthernetChannel, WeftPortQueue. */
    void SetDeviceAttribute(const std::string &name, const AttributeValue &value);
    void SetChannelAttribute(const std::string &name, const AttributeValue &value);
    void SetQueueAttribute(const std::string &name, const AttributeValue &value);

    /** A link between two nodes: the device of `a`, then the device of `b`, with addresses and queues of their own. */
    NetDeviceContainer Install(Ptr<Node> a, Ptr<Node> b) const;

    /**
     * The node becomes a switch: each WeftEthernetDevice that it has is a port, with its number on the node as rank, and the
     * address at the other end of its link is behind it; one that is attached to no link is fatal. Other addresses, flows and
     * the order of several switches are to be told to what is returned.
     */
    Ptr<WeftSwitch> InstallSwitch(Ptr<Node> node) const;

  private:
    void EnablePcapInternal(std::string prefix, Ptr<NetDevice> device, bool promiscuous,
                            bool explicitFilename) override;

    ObjectFactory m_deviceFactory, m_channelFactory, m_queueFactory;
};

} // namespace ns3

#endif
