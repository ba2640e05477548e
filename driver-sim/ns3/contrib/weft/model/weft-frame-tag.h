/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NS3_WEFT_FRAME_TAG_H
#define NS3_WEFT_FRAME_TAG_H

#include "ns3/tag.h"

namespace ns3
{

/**
 * What switches know of a frame that has a static way: its flow, by which WeftSwitch finds the port, and its class,
 * by which WeftPortQueue chooses. Frames without it go by destination address and are of class 0.
 */
class WeftFrameTag : public Tag
{
  public:
    static TypeId GetTypeId();
    WeftFrameTag() = default;
    WeftFrameTag(uint32_t flow, uint8_t trafficClass, uint64_t mark);

    uint32_t GetFlow() const;
    /** 0 .. 7; higher goes first. */
    uint8_t GetClass() const;
    /** Whatever who made the frame wants to find it by. */
    uint64_t GetMark() const;

    TypeId GetInstanceTypeId() const override;
    uint32_t GetSerializedSize() const override;
    void Serialize(TagBuffer buffer) const override;
    void Deserialize(TagBuffer buffer) override;
    void Print(std::ostream &stream) const override;

  private:
    uint64_t m_mark = 0;
    uint32_t m_flow = 0;
    uint8_t m_class = 0;
};

} // namespace ns3

#endif
