/* SPDX-License-Identifier: GPL-2.0-only */
#include "weft-frame-tag.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(WeftFrameTag);

TypeId WeftFrameTag::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::WeftFrameTag").SetParent<Tag>().SetGroupName("Weft").AddConstructor<WeftFrameTag>();
    return tid;
}

WeftFrameTag::WeftFrameTag(uint32_t flow, uint8_t trafficClass, uint64_t mark)
    : m_mark(mark), m_flow(flow), m_class(trafficClass)
{
}

uint32_t WeftFrameTag::GetFlow() const
{
    return m_flow;
}

uint8_t WeftFrameTag::GetClass() const
{
    return m_class;
}

uint64_t WeftFrameTag::GetMark() const
{
    return m_mark;
}

TypeId WeftFrameTag::GetInstanceTypeId() const
{
    return GetTypeId();
}

uint32_t WeftFrameTag::GetSerializedSize() const
{
    return sizeof m_mark + sizeof m_flow + sizeof m_class;
}

void WeftFrameTag::Serialize(TagBuffer buffer) const
{
    buffer.WriteU64(m_mark);
    buffer.WriteU32(m_flow);
    buffer.WriteU8(m_class);
}

void WeftFrameTag::Deserialize(TagBuffer buffer)
{
    m_mark = buffer.ReadU64();
    m_flow = buffer.ReadU32();
    m_class = buffer.ReadU8();
}

void WeftFrameTag::Print(std::ostream &stream) const
{
    stream << "flow=" << m_flow << " class=" << static_cast<unsigned>(m_class);
}

} // namespace ns3
