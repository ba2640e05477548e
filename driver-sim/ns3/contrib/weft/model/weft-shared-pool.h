/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NS3_WEFT_SHARED_POOL_H
#define NS3_WEFT_SHARED_POOL_H

#include "ns3/object.h"

#include <cstdint>
#include <vector>

namespace ns3
{

class WeftPortQueue;

/**
 * The memory that the ports of a switch share. Of it a queue has what it holds above its reserve.
 *
 * A frame that fits into the reserve finds room. Else what of it lies above must fit into what is free, and with the
 * dynamic rule the queue must have less of the pool than alpha times what is free, before the frame (Choudhury and
 * Hahne, IEEE/ACM ToN 6(2), 1998).
 */
class WeftSharedPool : public Object
{
  public:
    static TypeId GetTypeId();

    /** What a queue that holds so many bytes has of the pool. */
    uint64_t GetShare(uint64_t bytes) const;
    /** Whether a queue that holds so many bytes may take a frame of `frameBytes` now. */
    bool HasRoom(uint64_t bytes, uint64_t frameBytes) const;
    /** What all queues have of it now. */
    uint64_t GetUsed() const;

  private:
    friend class WeftPortQueue;
    void Join(const WeftPortQueue *queue);
    void Leave(const WeftPortQueue *queue);
    /** Some queue counts the frame on its link by what is left of it. */
    void SetFluid();
    /** The bytes that a queue holds, frames on links whole, have become other ones. */
    void Change(uint64_t beforeBytes, uint64_t afterBytes);

    uint64_t m_size = 0, m_reserve = 0;
    bool m_dynamic = false;
    uint32_t m_alphaNumerator = 1, m_alphaDenominator = 1;
    bool m_fluid = false;
    uint64_t m_held = 0; //!< the sum of the shares, frames on links whole
    std::vector<const WeftPortQueue *> m_queues;
};

} // namespace ns3

#endif
