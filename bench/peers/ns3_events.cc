/* SPDX-License-Identifier: GPL-2.0-only */
/* ns-3's engine and nothing else of it: one event a packet and hop, no packet, no device. What a model on ns-3 cannot be
 * faster than. */

#include "ns3_run.h"

#include <vector>

namespace
{

/* A port knows how many packets wait: they are all of one stream. */
class Port
{
  public:
    void Init(peer_arrivals *arrivals, uint32_t stream)
    {
        m_arrivals = arrivals;
        m_stream = stream;
    }
    void Arrive()
    {
        if (m_packets++ == 0)
            Start();
    }

  private:
    void Start()
    {
        ns3::Simulator::Schedule(ns3_ps(PEER_PORT_PS), &Port::Done, this);
    }
    void Done()
    {
        peer_arrived(m_arrivals, m_stream, ns3_now_ps());
        if (--m_packets > 0)
            Start();
    }
    peer_arrivals *m_arrivals{};
    uint32_t m_stream{}, m_packets{};
};

class Server
{
  public:
    Server(const peer_work &work, std::vector<Port> &ports) : m_work(work), m_ports(ports)
    {
    }
    void Begin()
    {
        m_left = static_cast<uint64_t>(m_work.streams) * m_work.per_interval;
        if (++m_intervals < m_work.intervals)
            ns3::Simulator::Schedule(ns3_ps(PEER_INTERVAL_PS), &Server::Begin, this);
        ns3::Simulator::Schedule(ns3_ps(PEER_LINK_PS), &Server::Sent, this);
    }

  private:
    void Sent()
    {
        uint32_t stream = m_stream;
        m_stream = m_stream + 1 == m_work.streams ? 0 : m_stream + 1;
        if (--m_left > 0)
            ns3::Simulator::Schedule(ns3_ps(PEER_LINK_PS), &Server::Sent, this);
        m_ports[stream].Arrive();
    }
    const peer_work &m_work;
    std::vector<Port> &m_ports;
    uint64_t m_intervals{}, m_left{};
    uint32_t m_stream{};
};

} // namespace

int main(int argc, char **argv)
{
    peer_work work = peer_work_of(argc, argv);
    ns3_run_init(&work);
    peer_options_end(&work);
    peer_arrivals arrivals{};
    std::vector<Port> ports(work.streams);
    for (uint32_t i = 0; i < work.streams; i++)
        ports[i].Init(&arrivals, i);
    Server server(work, ports);
    ns3::Simulator::ScheduleNow(&Server::Begin, &server);
    ns3::Simulator::Run();
    ns3::Simulator::Destroy();
    return peer_report(&arrivals);
}
