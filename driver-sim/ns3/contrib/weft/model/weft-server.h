/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NS3_WEFT_SERVER_H
#define NS3_WEFT_SERVER_H

#include "ns3/application.h"
#include "ns3/event-id.h"
#include "ns3/mac48-address.h"
#include "ns3/traced-callback.h"

#include <memory>
#include <vector>

/* Of libweft, weft/setup.h and weft/host.h. */
struct weft_host;
struct weft_host_counters;
struct weft_setup;
struct weft_train;

namespace ns3
{

class WeftEthernetDevice;

/**
 * A streaming server as libweft models it: its applications write to many destinations, its cores spend cycles, its driver
 * cuts and orders packets, its NIC sends them. What comes out are whole frames, each handed to a WeftEthernetDevice of the node
 * at the instant of its first bit, with a WeftFrameTag: flow is the number of the stream in the setup, class the stream's, mark
 * the packet's name (weft/train.h).
 *
 * The setup's instant 0 is the start of this application. Of the setup it takes what concerns its server, the streams and the
 * devices that they go to; the network behind the device is whatever the program has built. The device should have
 * the server's rate and send nothing else: the model's NIC does not know of it.
 *
 * ns-3's clock must count picoseconds: Time::SetResolution(Time::PS), before anything else.
 */
class WeftServer : public Application
{
  public:
    static TypeId GetTypeId();
    WeftServer();
    ~WeftServer() override;

    /** Server number `server` of a setup, which is borrowed. What weft_setup_check() refuses is fatal. Before the start. */
    void SetSetup(const weft_setup *setup, uint32_t server);
    /** The device of the node that frames go out by; else the first WeftEthernetDevice of the node. Before the start. */
    void SetDevice(Ptr<WeftEthernetDevice> device);

    /** Whether everything has been written and sent. */
    bool IsOver() const;
    /** What the server has counted so far; nullptr before the start. */
    const weft_host_counters *GetCounters() const;

    /** The address to which frames for device `device` of a setup go. */
    static Mac48Address GetDeviceAddress(uint32_t device);

    /** Signature of Send: frame, number of its stream, its number in the stream. */
    typedef void (*SendTracedCallback)(Ptr<const Packet> frame, uint32_t stream, uint32_t number);

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;
    void At(uint64_t at, void (WeftServer::*call)());
    void Proceed();
    void Send();
    void Step();
    Ptr<Packet> MakeFrame(uint32_t place) const;

    const weft_setup *m_setup = nullptr;
    uint32_t m_server = 0;
    bool m_carryBytes = false;
    Ptr<WeftEthernetDevice> m_device;

    weft_host *m_host = nullptr;
    std::unique_ptr<weft_train> m_train;
    std::vector<Ptr<Packet>> m_frames; //!< of the train
    uint32_t m_sent = 0;               //!< of those
    int64_t m_origin = 0;              //!< its start
    bool m_over = false;
    EventId m_next;

    TracedCallback<Ptr<const Packet>, uint32_t, uint32_t> m_send;
};

} // namespace ns3

#endif
