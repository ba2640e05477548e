/* SPDX-License-Identifier: GPL-2.0-only */
#include "weft-ethernet-helper.h"

#include "ns3/abort.h"
#include "ns3/node.h"
#include "ns3/weft-ethernet-channel.h"

namespace ns3
{

WeftEthernetHelper::WeftEthernetHelper()
{
    m_deviceFactory.SetTypeId(WeftEthernetDevice::GetTypeId());
    m_channelFactory.SetTypeId(WeftEthernetChannel::GetTypeId());
    m_queueFactory.SetTypeId(WeftPortQueue::GetTypeId());
}

void WeftEthernetHelper::SetDeviceAttribute(const std::string &name, const AttributeValue &value)
{
    m_deviceFactory.Set(name, value);
}

void WeftEthernetHelper::SetChannelAttribute(const std::string &name, const AttributeValue &value)
{
    m_channelFactory.Set(name, value);
}

void WeftEthernetHelper::SetQueueAttribute(const std::string &name, const AttributeValue &value)
{
    m_queueFactory.Set(name, value);
}

NetDeviceContainer WeftEthernetHelper::Install(Ptr<Node> a, Ptr<Node> b) const
{
    NetDeviceContainer devices;
    Ptr<WeftEthernetChannel> channel = m_channelFactory.Create<WeftEthernetChannel>();
    for (const Ptr<Node> &node : {a, b}) {
        Ptr<WeftEthernetDevice> device = m_deviceFactory.Create<WeftEthernetDevice>();
        device->SetAddress(Mac48Address::Allocate());
        device->SetQueue(m_queueFactory.Create<WeftPortQueue>());
        node->AddDevice(device);
        device->Attach(channel);
        devices.Add(device);
    }
    return devices;
}

Ptr<WeftSwitch> WeftEthernetHelper::InstallSwitch(Ptr<Node> node) const
{
    Ptr<WeftSwitch> sw = CreateObject<WeftSwitch>();
    node->AggregateObject(sw);
    for (uint32_t i = 0; i < node->GetNDevices(); i++) {
        Ptr<WeftEthernetDevice> port = DynamicCast<WeftEthernetDevice>(node->GetDevice(i));
        if (!port)
            continue;
        Ptr<Channel> link = port->GetChannel();
        NS_ABORT_MSG_IF(!link, "InstallSwitch: device " << i << " of the node is attached to no link");
        sw->AddPort(port, i);
        for (std::size_t end = 0; end < link->GetNDevices(); end++)
            if (link->GetDevice(end) != port)
                sw->AddAddress(Mac48Address::ConvertFrom(link->GetDevice(end)->GetAddress()), port);
    }
    return sw;
}

void WeftEthernetHelper::EnablePcapInternal(std::string prefix, Ptr<NetDevice> device, bool promiscuous,
                                            bool explicitFilename)
{
    Ptr<WeftEthernetDevice> own = DynamicCast<WeftEthernetDevice>(device);
    if (!own)
        return;
    PcapHelper helper;
    std::string name = explicitFilename ? prefix : helper.GetFilenameFromDevice(prefix, device);
    Ptr<PcapFileWrapper> file = helper.CreateFile(name, std::ios::out, PcapHelper::DLT_EN10MB);
    helper.HookDefaultSink<WeftEthernetDevice>(own, promiscuous ? "PromiscSniffer" : "Sniffer", file);
}

} // namespace ns3
