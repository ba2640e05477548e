/* SPDX-License-Identifier: GPL-2.0-only */
/* The module's classes as a program of ns-3 uses them: taking frames out of a queue whose device is sending, and a
 * switch of a node that is not wired yet. */
#include "ns3/node-container.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"
#include "ns3/weft-ethernet-helper.h"

#include <glib.h>
#include <sstream>

using namespace ns3;

namespace
{

/* A link of 1 Gbit/s; what happens to frames is written down by size: a frame of 1000 bytes takes 8.16 us. */
struct Link {
    std::ostringstream log;
    Ptr<WeftEthernetDevice> device;

    explicit Link(uint64_t limit)
    {
        WeftEthernetHelper helper;
        helper.SetQueueAttribute("LimitKind", StringValue("Packets"));
        helper.SetQueueAttribute("Limit", UintegerValue(limit));
        NodeContainer nodes(2);
        NetDeviceContainer ends = helper.Install(nodes.Get(0), nodes.Get(1));
        device = DynamicCast<WeftEthernetDevice>(ends.Get(0));
        Connect(device, "PhyTxBegin", "begin");
        Connect(device, "PhyTxEnd", "end");
        Connect(device->GetQueue(), "Drop", "drop");
        Connect(ends.Get(1), "PhyRxEnd", "receive");
    }
    void Connect(Ptr<Object> object, const std::string &source, const std::string &what)
    {
        g_assert_true(object->TraceConnect(source, what, MakeCallback(&Link::Write, this)));
    }
    void Write(std::string what, Ptr<const Packet> frame)
    {
        g_assert_nonnull(PeekPointer(frame));
        log << Simulator::Now().GetPicoSeconds() << " " << what << " " << frame->GetSize() << "\n";
    }
    /* What the limits count, and what ns-3's counters tell. */
    void CheckHeld(uint64_t used, uint32_t packets) const
    {
        g_assert_cmpuint(device->GetQueue()->GetUsedBytes(), ==, used);
        g_assert_cmpuint(device->GetQueue()->GetNPackets(), ==, packets);
    }
    void Send(uint32_t bytes, bool taken) const
    {
        g_assert_cmpint(device->SendFrame(Create<Packet>(bytes)), ==, taken);
    }
    void Expect(const char *expected)
    {
        Simulator::Run();
        CheckHeld(0, 0);
        Simulator::Destroy();
        std::string written = log.str();
        g_assert_cmpstr(written.c_str(), ==, expected);
    }
};

template <class Call> void At(int64_t us, Call call)
{
    Simulator::Schedule(MicroSeconds(us), call);
}

/* What waits is dropped; what is on the link goes on, is received once, and counts until then. */
void TestFlush()
{
    Link link(3);
    for (uint32_t bytes : {1000, 1001, 1002})
        link.Send(bytes, true);
    At(3, [&] {
        link.CheckHeld(3003, 3);
        link.device->GetQueue()->Flush();
        link.CheckHeld(1000, 0);
    });
    At(5, [&] { link.Send(1003, true); });
    At(6, [&] { link.CheckHeld(2003, 1); });
    At(50, [&] { link.Send(1004, true); });
    link.Expect("0 begin 1000\n3000000 drop 1001\n3000000 drop 1002\n"
                "8160000 end 1000\n8160000 begin 1003\n8160000 receive 1000\n"
                "16344000 end 1003\n16344000 receive 1003\n"
                "50000000 begin 1004\n58192000 end 1004\n58192000 receive 1004\n");
}

/* One by one: what waits, then what is on the link, which nobody drops and the limit still counts. */
void TestRemove()
{
    Link link(2);
    Ptr<WeftPortQueue> queue = link.device->GetQueue();
    link.Send(1000, true);
    link.Send(1001, true);
    At(3, [&] {
        g_assert_cmpuint(queue->Peek()->GetSize(), ==, 1001);
        g_assert_cmpuint(queue->Remove()->GetSize(), ==, 1001);
        link.CheckHeld(1000, 1);
        g_assert_cmpuint(queue->Peek()->GetSize(), ==, 1000);
        g_assert_cmpuint(queue->Remove()->GetSize(), ==, 1000);
        link.CheckHeld(1000, 0);
        g_assert_null(PeekPointer(queue->Peek()));
        g_assert_null(PeekPointer(queue->Remove()));
        g_assert_null(PeekPointer(queue->Dequeue()));
        link.Send(1002, true);
        link.Send(1003, false);
        g_assert_cmpuint(queue->Dequeue()->GetSize(), ==, 1002);
        link.CheckHeld(1000, 0);
    });
    link.Expect(
        "0 begin 1000\n3000000 drop 1001\n3000000 drop 1003\n8160000 end 1000\n8160000 receive 1000\n");
}

/* A device of the node that is attached to nothing: the program ends, and is told which. */
void TestUnattached()
{
    if (g_test_subprocess()) {
        NodeContainer nodes(2);
        WeftEthernetHelper helper;
        helper.Install(nodes.Get(0), nodes.Get(1));
        nodes.Get(1)->AddDevice(CreateObject<WeftEthernetDevice>());
        helper.InstallSwitch(nodes.Get(1));
        return;
    }
    g_test_trap_subprocess(nullptr, 0, static_cast<GTestSubprocessFlags>(0));
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*InstallSwitch: device 1 of the node is attached to no link*");
}

} // namespace

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    Time::SetResolution(Time::PS);
    g_test_add_func("/ns3/classes/flush", TestFlush);
    g_test_add_func("/ns3/classes/remove", TestRemove);
    g_test_add_func("/ns3/classes/unattached", TestUnattached);
    return g_test_run();
}
