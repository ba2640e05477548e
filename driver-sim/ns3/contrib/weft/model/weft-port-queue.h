/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NS3_WEFT_PORT_QUEUE_H
#define NS3_WEFT_PORT_QUEUE_H

#include "weft-shared-pool.h"

#include "ns3/nstime.h"
#include "ns3/queue.h"

#include <deque>
#include <list>
#include <vector>

namespace ns3
{

class Packet;

/**
 * The queue of a port: first in, first out, or strict priority by class; with a limit, a share of a pool, or both.
 *
 * A frame is in it until its last bit has left, so ns-3's own counters and trace sources (PacketsInQueue,
 * BytesInQueue, Enqueue, Dequeue, Drop) tell what the port holds, the frame on the link with it. A WeftEthernetDevice
 * chooses what goes next (Choose), and says when it has gone (EndOnLink), which takes it out.
 *
 * Anybody may take out, drop (Remove, Flush) or look at (Peek) what waits: the frame that has waited longest first, the
 * one on the link when no other is left. That one is dropped by nobody: it goes on over the link, counts for limits
 * until its last bit has left, and is received; only ns-3's counters do not have it any more.
 *
 * Other devices take a frame out before they send it. Then it counts for limits until it is told that it has gone
 * (Release), and frames are admitted by who hands them to the device (Admit).
 */
class WeftPortQueue : public Queue<Packet>
{
  public:
    static TypeId GetTypeId();
    WeftPortQueue();
    ~WeftPortQueue() override;

    enum LimitKind { UNLIMITED, BYTES, PACKETS, CELLS };
    static constexpr unsigned CLASSES = 8;

    // of every Queue
    bool Enqueue(Ptr<Packet> packet) override;
    Ptr<Packet> Dequeue() override;
    Ptr<Packet> Remove() override;
    Ptr<const Packet> Peek() const override;

    /** Whether a frame waits that is not on the link. */
    bool HasWaiting() const;
    /** From when on the frame that has waited longest may leave; there must be one. */
    int64_t GetFirstReady() const;
    /** What goes onto the link now: of those that could have left before now the first of the highest class; if none
     * could, the one that has waited longest. There must be one, and none on the link. */
    Ptr<Packet> Choose(int64_t now);
    /** From when to when what was chosen is on the link. */
    void SetOnLink(int64_t start, int64_t end);
    /** What was chosen has gone. */
    void EndOnLink();

    /** Ask for room for a frame of so many bytes, which then comes by Enqueue, after all that were admitted before. */
    bool Admit(uint64_t frameBytes);
    /** The frame that was taken out first has gone. */
    void Release();
    /** The same, as a trace sink. */
    void OnGone(Ptr<const Packet> packet);
    Time GetLatency() const;

    /** The bytes that count now. */
    uint64_t GetUsedBytes() const;
    bool IsFluid() const;
    void SetFluid(bool fluid);
    void SetPool(Ptr<WeftSharedPool> pool);
    Ptr<WeftSharedPool> GetPool() const;

  protected:
    void DoDispose() override;

  private:
    struct Held {
        Iterator place;
        int64_t ready;   //!< from when on it may leave
        uint64_t number; //!< in the order in which frames came
        uint64_t bytes;  //!< that count
    };

    uint64_t GetStoredBytes(uint64_t frameBytes) const;
    bool HasRoom(uint64_t bytes) const;
    bool Count(uint64_t bytes);
    void ChangeBytes(uint64_t bytes);
    std::deque<Held> *FindFirst();
    const std::deque<Held> *FindFirst() const;
    Ptr<Packet> TakeOut(bool drop);
    Ptr<Packet> TakeOutSending();

    LimitKind m_limitKind = UNLIMITED;
    uint64_t m_limit = 0;
    uint32_t m_cellBytes = 0;
    bool m_fluid = false, m_byClass = false;
    Time m_latency;
    Ptr<WeftSharedPool> m_pool;

    std::vector<std::deque<Held>> m_waiting; //!< by class, as many as have been seen
    bool m_onLink = false;
    bool m_listed = false; //!< what is on the link is one of the Queue's, not taken out early
    Held m_sending{};      //!< if one is on the link
    int64_t m_sendingStart = 0, m_sendingEnd = 0;
    uint64_t m_came = 0;
    uint64_t m_bytes = 0, m_packets = 0; //!< that are held, the one on the link whole
    std::list<uint64_t> m_admitted;      //!< bytes of frames that have not come yet
    std::list<uint64_t> m_taken;         //!< bytes of frames that were taken out and have not gone yet
};

} // namespace ns3

#endif
