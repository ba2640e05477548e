/* SPDX-License-Identifier: GPL-2.0-only */
/* What a network may be described as. Nothing of ns-3 is made before all of it has been looked at. */
#include "guard.h"
#include "simulation.h"

#include "ns3/boolean.h"

#include <algorithm>
#include <cinttypes>
#include <cstring>

namespace weft_shim
{

static constexpr uint64_t MOST_BPS = UINT64_C(10000000000000);
static constexpr weft_ps MOST_PS = UINT64_C(1000000) * WEFT_PS_PER_S;
static constexpr uint64_t MOST_BYTES = UINT64_C(1) << 40;
static constexpr uint32_t LINK_TYPE_ETHERNET = 1;
static constexpr uint32_t SNAP_BYTES = 262144;
static constexpr uint64_t BYTE_STEPS = 8 * WEFT_PS_PER_S; /* per byte at 1 bit/s */

static void CheckRange(const char *what, uint64_t value, uint64_t least, uint64_t most)
{
    if (value < least || value > most)
        Refuse("%s is %" PRIu64 "; allowed: %" PRIu64 " to %" PRIu64, what, value, least, most);
}

static void CheckUnused(const char *what, uint64_t value)
{
    if (value != 0)
        Refuse("%s is %" PRIu64 "; nothing looks at it here: leave it 0", what, value);
}

/* Of an enum as C gives it: a value that it does not have must not be looked at as one. */
template <class Enum> static uint64_t NumberOf(const Enum &value)
{
    std::underlying_type_t<Enum> number;
    memcpy(&number, &value, sizeof number);
    return static_cast<uint64_t>(number);
}

void Simulation::CheckOpen() const
{
    if (m_built)
        Refuse("the simulation has run; the network is described before that");
}

static void CheckLimit(const weft_ns3_switch &rules)
{
    CheckRange("limit_kind", NumberOf(rules.limit_kind), 0, WEFT_NS3_LIMITS - 1);
    CheckRange("cell_bytes", rules.cell_bytes, rules.limit_kind == WEFT_NS3_CELLS ? 1 : 0, 65535);
    if (rules.limit_kind == WEFT_NS3_UNLIMITED)
        CheckUnused("limit", rules.limit);
    else
        CheckRange("limit", rules.limit, 1, MOST_BYTES);
}

static void CheckPool(const weft_ns3_switch &rules)
{
    CheckRange("pool_kind", NumberOf(rules.pool_kind), 0, WEFT_NS3_POOLS - 1);
    if (rules.pool_kind == WEFT_NS3_NO_POOL) {
        CheckUnused("pool_bytes", rules.pool_bytes);
        CheckUnused("reserved_bytes", rules.reserved_bytes);
    } else {
        CheckRange("pool_bytes", rules.pool_bytes, 1, MOST_BYTES);
        CheckRange("reserved_bytes", rules.reserved_bytes, 0, MOST_BYTES);
    }
    if (rules.pool_kind == WEFT_NS3_DYNAMIC) {
        CheckRange("alpha_num", rules.alpha_num, 1, 1000000);
        CheckRange("alpha_den", rules.alpha_den, 1, 1000000);
    } else {
        CheckUnused("alpha_num", rules.alpha_num);
        CheckUnused("alpha_den", rules.alpha_den);
    }
}

void Simulation::AddSwitch(const weft_ns3_switch &rules)
{
    CheckOpen();
    CheckRange("latency_ps", rules.latency_ps, 0, MOST_PS);
    CheckLimit(rules);
    CheckPool(rules);
    if (rules.fluid && rules.by_class)
        Refuse("fluid accounting goes with first in, first out only");
    if (IsStock() && (rules.fluid || rules.cut_through || rules.by_class))
        Refuse("ns-3's point-to-point devices do not cut through, know no classes and are accounted held");
    Switch added{};
    added.rules = rules;
    m_switches.push_back(added);
}

void Simulation::CheckLink(uint32_t switch_number, uint64_t rate_bps, weft_ps delay_ps) const
{
    CheckOpen();
    if (switch_number >= m_switches.size())
        Refuse("there is no switch %" PRIu32 "; there are %zu", switch_number, m_switches.size());
    CheckRange("rate_bps", rate_bps, 1, MOST_BPS);
    CheckRange("delay_ps", delay_ps, 0, MOST_PS);
    if (IsStock() && BYTE_STEPS % rate_bps != 0)
        Refuse("rate_bps is %" PRIu64
               "; ns-3's point-to-point devices are exact only where a byte takes whole "
               "picoseconds",
               rate_bps);
}

void Simulation::AddServer(const weft_ns3_server &server)
{
    CheckLink(server.switch_number, server.rate_bps, server.delay_ps);
    if (m_senders.size() > m_servers)
        Refuse("servers are added before background sources");
    if (server.down_ps > server.up_ps)
        Refuse("down_ps is after up_ps");
    Sender sender{};
    sender.link = server;
    m_senders.push_back(sender);
    m_servers++;
}

void Simulation::AddSource(const weft_ns3_source &source)
{
    CheckLink(source.switch_number, source.rate_bps, 0);
    Sender sender{};
    sender.link = {source.switch_number, source.rate_bps, 0, 0, 0};
    sender.source = true;
    sender.until_ps = source.until_ps;
    m_senders.push_back(sender);
}

void Simulation::AddPort(const weft_ns3_port &port)
{
    CheckLink(port.switch_number, port.rate_bps, port.delay_ps);
    if (port.to_switch == port.switch_number)
        Refuse("port of switch %" PRIu32 " leads to the same switch", port.switch_number);
    if (port.to_switch != WEFT_NS3_TO_DEVICE)
        CheckUnused("off_ps", port.off_ps);
    if (m_ports.size() >= WEFT_NS3_TO_DEVICE)
        Refuse("too many ports");
    Port added{};
    added.link = port;
    m_ports.push_back(added);
}

/* From switch to switch, each once, to a device or over a last trunk. */
void Simulation::CheckWay(const uint32_t *port, uint32_t ports) const
{
    if (!port || ports == 0 || ports > m_ports.size())
        Refuse("the way has %" PRIu32 " ports; allowed: 1 to %zu, the ports there are", port ? ports : 0,
               m_ports.size());
    std::vector<uint32_t> met;
    for (uint32_t i = 0; i < ports; i++) {
        if (port[i] >= m_ports.size())
            Refuse("the way has port %" PRIu32 "; there are %zu ports", port[i], m_ports.size());
        const weft_ns3_port &link = m_ports[port[i]].link;
        if (i > 0 && m_ports[port[i - 1]].link.to_switch != link.switch_number)
            Refuse("the way goes from port %" PRIu32 " to port %" PRIu32 ", which is of another switch",
                   port[i - 1], port[i]);
        met.push_back(link.switch_number);
    }
    std::sort(met.begin(), met.end());
    if (std::adjacent_find(met.begin(), met.end()) != met.end())
        Refuse("the way meets a switch twice");
}

void Simulation::AddFlow(const uint32_t *port, uint32_t ports, uint32_t trafficClass)
{
    CheckOpen();
    CheckWay(port, ports);
    CheckRange("class", trafficClass, 0, 7);
    m_flows.push_back({m_ports[port[0]].link.switch_number, static_cast<uint8_t>(trafficClass),
                       std::vector<uint32_t>(port, port + ports)});
}

void Simulation::Capture(uint32_t port, const char *path)
{
    CheckOpen();
    if (port >= m_ports.size() || m_ports[port].link.to_switch != WEFT_NS3_TO_DEVICE)
        Refuse("port %" PRIu32 " leads to no device", port);
    if (!path || !*path)
        Refuse("a capture needs the name of a file");
    if (m_ports[port].capture)
        Refuse("port %" PRIu32 " is captured already", port);
    ns3::Ptr<ns3::PcapFileWrapper> capture = ns3::CreateObject<ns3::PcapFileWrapper>();
    capture->SetAttribute("NanosecMode", ns3::BooleanValue(true));
    capture->Open(path, std::ios::out | std::ios::binary | std::ios::trunc);
    if (!capture->Fail())
        capture->Init(LINK_TYPE_ETHERNET, SNAP_BYTES, 0);
    if (capture->Fail())
        throw std::runtime_error(std::string(path) + " cannot be written");
    m_ports[port].capture = capture;
}

} // namespace weft_shim
