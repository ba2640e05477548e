/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WEFT_NS3_SIMULATION_H
#define WEFT_NS3_SIMULATION_H

/* One simulation: what was described, the objects of ns-3 that are made of it when it runs first, and the packets
 * under way. */

#include "weft/ns3.h"

#include "weft-arrivals.h"
#include "weft-switch.h"

#include "ns3/event-id.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/pcap-file-wrapper.h"

#include <deque>
#include <vector>

namespace weft_shim
{

/* A packet under way: the mark of its WeftFrameTag is its number among all. The hop is that of the switch it came into
 * last. */
struct Record {
    weft_ns3_hop hop;
    uint32_t number;
    uint32_t length; /* real bytes at the frame's beginning */
};

struct Flow {
    uint32_t first_switch;
    uint8_t trafficClass;
    std::vector<uint32_t> ports;
};

/* A server or a background source. */
struct Sender {
    weft_ns3_server link;
    bool source;
    weft_ps until_ps; /* of a source */
    weft_ps last_at_ps = 0;
    struct Planned {
        weft_ps at_ps;
        ns3::Ptr<ns3::Packet> packet;
    };
    std::deque<Planned> planned;
    ns3::Ptr<ns3::WeftEthernetDevice> own;
    ns3::Ptr<ns3::NetDevice> stock;
    ns3::WeftLinkClock clock; /* of a stock source: when its packets will start */
};

struct Port {
    weft_ns3_port link;
    ns3::Ptr<ns3::NetDevice> device, behind; /* behind it: the next switch's, of a trunk */
    weft_ns3_hop sending;                    /* what is on its link */
    ns3::Ptr<ns3::PcapFileWrapper> capture;
};

struct Switch {
    weft_ns3_switch rules;
    ns3::Ptr<ns3::Node> node;
    ns3::Ptr<ns3::WeftSwitch> object;
    ns3::Ptr<ns3::WeftSharedPool> pool;
    std::vector<uint32_t> portOf; /* by number of the device on the node */
};

class Simulation
{
  public:
    explicit Simulation(const weft_ns3_params &params);
    ~Simulation();

    void AddSwitch(const weft_ns3_switch &rules);
    void AddServer(const weft_ns3_server &server);
    void AddSource(const weft_ns3_source &source);
    void AddPort(const weft_ns3_port &port);
    void AddFlow(const uint32_t *port, uint32_t ports, uint32_t trafficClass);
    void Capture(uint32_t port, const char *path);

    weft_ps GetNow() const;
    void At(weft_ps at_ps, void (*call)(void *ctx, weft_ps now_ps), void *ctx);
    void Send(uint32_t sender, weft_ps at_ps, const weft_ns3_packet &packet);
    void Run(weft_ps until_ps);
    void Stop();
    /* Something failed in a call from a callback: the run ends when the callback has returned. */
    void Fail();
    /* Captures are complete. False: one could not be written. */
    bool Close();

  private:
    /* topology.cc */
    bool IsStock() const;
    void Build();
    void BuildSwitch(uint32_t index);
    void BuildSender(uint32_t index, uint32_t rank);
    void BuildPort(uint32_t index, uint32_t rank);
    void BuildFlow(uint32_t index);
    struct Ends {
        ns3::Ptr<ns3::NetDevice> from, to;
    };
    Ends Connect(ns3::Ptr<ns3::Node> from, ns3::Ptr<ns3::Node> to, const weft_ns3_server &link,
                 ns3::Ptr<ns3::WeftPortQueue> queue);
    Ends ConnectOwn(ns3::Ptr<ns3::Node> from, ns3::Ptr<ns3::Node> to, const weft_ns3_server &link,
                    ns3::Ptr<ns3::WeftPortQueue> queue);
    Ends ConnectStock(ns3::Ptr<ns3::Node> from, ns3::Ptr<ns3::Node> to, const weft_ns3_server &link,
                      ns3::Ptr<ns3::WeftPortQueue> queue);
    ns3::Ptr<ns3::WeftPortQueue> NewQueue(const Switch &description) const;
    void JoinSwitch(uint32_t index, ns3::Ptr<ns3::NetDevice> device, ns3::Ptr<ns3::WeftPortQueue> queue,
                    uint32_t rank, bool stored, const weft_ns3_server &link);

    /* description.cc */
    void CheckOpen() const;
    void CheckLink(uint32_t switch_number, uint64_t rate_bps, weft_ps delay_ps) const;
    void CheckWay(const uint32_t *port, uint32_t ports) const;

    /* simulation.cc */
    void CheckPacket(const Sender &sender, const weft_ns3_packet &packet) const;
    void ThrowIfFailed() const;
    void StopAfterAll(uint64_t seen);
    void Plan(uint32_t sender);
    ns3::Ptr<ns3::Packet> NewPacket(const weft_ns3_packet &packet);
    void HandOver(uint32_t sender);
    void Transmit(Sender &sender, ns3::Ptr<ns3::Packet> packet);
    Record &RecordOf(const ns3::Ptr<const ns3::Packet> &packet);
    void Forget(const Record &record);
    void Lose(const weft_ns3_hop &hop, weft_outcome outcome);
    void Arrive(uint32_t port, ns3::Ptr<const ns3::Packet> packet);
    void Write(uint32_t port, ns3::Ptr<const ns3::Packet> packet, const Record &record);

    /* What ns-3 tells, as sinks of its traces, with what they are bound to. */
    static void OnCall(Simulation *self, void (*call)(void *ctx, weft_ps now_ps), void *ctx);
    static void OnSenderBegin(Simulation *self, ns3::Ptr<const ns3::Packet> packet);
    static void OnSenderDrop(Simulation *self, ns3::Ptr<const ns3::Packet> packet);
    static void OnCome(Simulation *self, uint32_t index, ns3::Ptr<const ns3::Packet> packet,
                       ns3::Ptr<const ns3::NetDevice> out, ns3::Time lastBit, bool lost);
    static void OnRefuse(Simulation *self, ns3::Ptr<const ns3::Packet> packet,
                         ns3::Ptr<const ns3::NetDevice> out);
    static void OnEnd(Simulation *self, ns3::Ptr<const ns3::Packet> packet);
    static void OnPortBegin(Simulation *self, uint32_t port, ns3::Ptr<const ns3::Packet> packet);
    static void OnPortEnd(Simulation *self, uint32_t port, ns3::Ptr<const ns3::Packet> packet);
    static void OnArrive(Simulation *self, uint32_t port, ns3::Ptr<const ns3::Packet> packet);
    static void OnOff(Simulation *self, uint32_t port, ns3::Ptr<const ns3::Packet> packet);
    static bool OnStockArrive(Simulation *self, uint32_t port, ns3::Ptr<ns3::NetDevice> device,
                              ns3::Ptr<const ns3::Packet> packet, uint16_t protocol,
                              const ns3::Address &from);

    weft_ns3_params m_params;
    bool m_built = false, m_failed = false;
    uint32_t m_servers = 0;
    std::vector<Switch> m_switches;
    std::deque<Sender> m_senders; /* servers, then sources */
    std::deque<Port> m_ports;
    std::vector<Flow> m_flows;
    ns3::EventId m_stop; /* of a run that does not go to the end */
    ns3::Ptr<ns3::WeftArrivals> m_arrivals;
    std::deque<Record> m_records;
    std::vector<uint32_t> m_free;
    std::vector<uint8_t> m_scratch; /* never over a call into C */
    std::vector<uint8_t> m_arrived; /* what `arrived` is shown: whatever that sends is made elsewhere */
};

} // namespace weft_shim

#endif
