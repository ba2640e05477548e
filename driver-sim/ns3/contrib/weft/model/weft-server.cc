/* SPDX-License-Identifier: GPL-2.0-only */
#include "weft-server.h"

#include "weft-ethernet-device.h"
#include "weft-frame-tag.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/ethernet-trailer.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"

#include <weft/host.h>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(WeftServer);

TypeId WeftServer::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::WeftServer")
            .SetParent<Application>()
            .SetGroupName("Weft")
            .AddConstructor<WeftServer>()
            .AddAttribute(
                "CarryBytes",
                "Frames have the bytes that the driver would send: headers, data of the stream, check "
                "sequence (where ChecksumEnabled). Else they are zeros of the same size.",
                BooleanValue(false), MakeBooleanAccessor(&WeftServer::m_carryBytes), MakeBooleanChecker())
            .AddTraceSource("Send", "A frame is handed to the device.",
                            MakeTraceSourceAccessor(&WeftServer::m_send),
                            "ns3::WeftServer::SendTracedCallback");
    return tid;
}

WeftServer::WeftServer() = default;

WeftServer::~WeftServer()
{
    weft_host_free(m_host);
}

void WeftServer::DoDispose()
{
    m_next.Cancel();
    weft_host_free(m_host);
    m_host = nullptr;
    m_device = nullptr;
    m_frames.clear();
    Application::DoDispose();
}

void WeftServer::SetSetup(const weft_setup *setup, uint32_t server)
{
    NS_ABORT_MSG_IF(m_host, "a server keeps its setup once it has started");
    NS_ABORT_MSG_IF(!setup || server >= setup->servers, "WeftServer: no setup, or no such server in it");
    weft_error error;
    NS_ABORT_MSG_IF(weft_setup_check(setup, &error) != WEFT_OK, "WeftServer: " << error.text);
    m_setup = setup;
    m_server = server;
}

void WeftServer::SetDevice(Ptr<WeftEthernetDevice> device)
{
    NS_ABORT_MSG_IF(m_host, "a server keeps its device once it has started");
    m_device = device;
}

bool WeftServer::IsOver() const
{
    return m_over;
}

const weft_host_counters *WeftServer::GetCounters() const
{
    return m_host ? weft_host_counted(m_host) : nullptr;
}

Mac48Address WeftServer::GetDeviceAddress(uint32_t device)
{
    uint8_t bytes[6] = {0x02, 0x80};
    for (int i = 0; i < 4; i++)
        bytes[2 + i] = static_cast<uint8_t>((device + 1) >> (24 - 8 * i));
    Mac48Address address;
    address.CopyFrom(bytes);
    return address;
}

void WeftServer::StartApplication()
{
    NS_ABORT_MSG_IF(Time::GetResolution() != Time::PS,
                    "WeftServer: Time::SetResolution(Time::PS) before anything else");
    NS_ABORT_MSG_IF(!m_setup, "WeftServer: SetSetup() before the start");
    for (uint32_t i = 0; !m_device && i < GetNode()->GetNDevices(); i++)
        m_device = DynamicCast<WeftEthernetDevice>(GetNode()->GetDevice(i));
    NS_ABORT_MSG_IF(!m_device, "WeftServer: its node has no WeftEthernetDevice");
    m_origin = Simulator::Now().GetTimeStep();
    m_host = weft_host_new(m_setup, m_server, m_carryBytes);
    m_train = std::make_unique<weft_train>();
    Proceed();
}

void WeftServer::StopApplication()
{
    m_next.Cancel();
}

void WeftServer::At(uint64_t at, void (WeftServer::*call)())
{
    uint64_t now = static_cast<uint64_t>(Simulator::Now().GetTimeStep() - m_origin);
    NS_ABORT_MSG_IF(at < now, "an instant of the server is past");
    WeftLinkClock::After(Simulator::Now().GetTimeStep(), static_cast<int64_t>(at - now));
    m_next = Simulator::Schedule(TimeStep(at - now), call, this);
}

/* The frames that go out until something is due on the server, a train at a time, then that. */
void WeftServer::Proceed()
{
    weft_ps due = weft_host_next(m_host);
    if (weft_host_take(m_host, due, m_train.get()) > 0) {
        m_frames.clear();
        for (uint32_t i = 0; i < m_train->n; i++)
            m_frames.push_back(MakeFrame(i)); // the bytes can be read now only
        m_sent = 0;
        At(m_train->at_ps[0], &WeftServer::Send);
    } else if (due != WEFT_NEVER) {
        At(due, &WeftServer::Step);
    } else {
        m_over = true;
    }
}

void WeftServer::Send()
{
    uint32_t place = m_sent++;
    m_send(m_frames[place], m_train->stream[place], m_train->number[place]);
    m_device->SendFrame(m_frames[place]);
    if (m_sent < m_train->n)
        At(m_train->at_ps[m_sent], &WeftServer::Send);
    else
        Proceed();
}

void WeftServer::Step()
{
    weft_host_step(m_host, weft_host_next(m_host));
    Proceed();
}

Ptr<Packet> WeftServer::MakeFrame(uint32_t place) const
{
    uint32_t bytes = m_train->frame_bytes[place], stream = m_train->stream[place];
    Ptr<Packet> frame;
    if (m_train->desc) {
        uint32_t check = m_setup->network->header_bytes > 0 ? WEFT_ETHERNET_FCS_BYTES : 0;
        std::vector<uint8_t> buffer(bytes - check); // what is not gathered is padding
        weft_desc_gather(m_train->desc[place], m_train->memory, buffer.data(), bytes - check);
        frame = Create<Packet>(buffer.data(), bytes - check);
        if (check > 0) {
            EthernetTrailer trailer;
            trailer.EnableFcs(Node::ChecksumEnabled());
            trailer.CalcFcs(frame);
            frame->AddTrailer(trailer);
        }
    } else {
        frame = Create<Packet>(bytes);
    }
    frame->AddPacketTag(
        WeftFrameTag(stream, static_cast<uint8_t>(m_setup->stream[stream].class_), m_train->packet[place]));
    return frame;
}

} // namespace ns3
