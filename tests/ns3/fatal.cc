/* SPDX-License-Identifier: GPL-2.0-only */
/* Fatal conditions and exceptions inside ns-3 become errors. Each in a process of its own, since ns-3 is dead
 * afterwards. */
#include "bench.h"

#include "ns3/config.h"
#include "ns3/fatal-error.h"
#include "ns3/fatal-impl.h"
#include "ns3/node-list.h"
#include "ns3/packet.h"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

namespace
{

/* A packet of 64 bytes over a switch. */
void Begin(struct bench *bench, uint64_t rate_bps)
{
    bench_begin(bench, WEFT_NS3_ETHERNET);
    bench_switch(bench, {});
    bench_server(bench, rate_bps, 0);
    bench_port(bench, 0, WEFT_NS3_TO_DEVICE, rate_bps, 0);
    bench_flow(bench, 0, 0);
}

/* ns-3 is dead: its simulation can be freed and nothing else, and there is no new one. */
void CheckDead(struct bench *bench, const char *why)
{
    struct weft_error error = {""};
    struct weft_ns3 *other = nullptr;
    struct weft_ns3_params params = {};
    weft_ps now_ps;
    g_assert_cmpint(weft_ns3_run(bench->sim, WEFT_NEVER, &error), ==, WEFT_FAILED);
    g_assert_nonnull(strstr(error.text, why));
    g_assert_cmpint(weft_ns3_now(bench->sim, &now_ps, &error), ==, WEFT_FAILED);
    g_assert_cmpint(weft_ns3_free(bench->sim, &error), ==, WEFT_OK);
    g_assert_cmpint(weft_ns3_free(bench->sim, &error), ==, WEFT_INVALID);
    g_assert_cmpint(weft_ns3_new(&params, &other, &error), ==, WEFT_FAILED);
    g_assert_nonnull(strstr(error.text, "has failed in this process"));
    g_assert_nonnull(strstr(error.text, why));
    g_assert_null(other);
}

/* What it was, and nothing of where in ns-3. */
void Expect(struct bench *bench, const char *why)
{
    struct weft_error error = {""};
    g_assert_cmpint(weft_ns3_run(bench->sim, WEFT_NEVER, &error), ==, WEFT_FAILED);
    std::string expected = std::string("ns-3: ") + why;
    g_assert_cmpstr(error.text, ==, expected.c_str());
}

void Die(void *ctx, weft_ps now_ps)
{
    (void)ctx;
    NS_FATAL_ERROR("told to die at " << now_ps);
}

void OnSignal(int number)
{
    (void)number;
}

/* From within the simulation. What the program does at a signal stays as it was. */
void TestFatal()
{
    struct bench bench;
    ns3::FatalImpl::RegisterStream(&std::cout); /* which ns-3 flushes with a handler of its own in force */
    std::signal(SIGSEGV, OnSignal);
    Begin(&bench, 1000000000);
    bench_send(&bench, 0, 0, 1, 0);
    std::cerr << "before it\n";
    g_assert_cmpint(weft_ns3_at(bench.sim, 1000, Die, &bench, nullptr), ==, WEFT_OK);
    Expect(&bench, "told to die at 1000");
    g_assert_true(std::signal(SIGSEGV, SIG_DFL) == OnSignal);
    CheckDead(&bench, "told to die at 1000");
}

/* A condition of our own classes: frames of 2^17 bytes at 1 bit/s end after the clock's last instant. */
void TestOverflow()
{
    struct bench bench;
    Begin(&bench, 1);
    bench.frame_bytes = 1 << 17;
    for (uint64_t i = 0; i < 10; i++)
        bench_send(&bench, 0, 0, i, 0);
    Expect(&bench, "a frame ends after the last instant of the clock");
    CheckDead(&bench, "a frame ends after the last instant of the clock");
}

const char late[] = "a frame is under way after the last instant of the clock";

/* Ten switches, eleven links, and a frame over all of them. */
void Cross(enum weft_ns3_links links, weft_ps latency_ps, weft_ps delay_ps)
{
    const uint32_t switches = 10;
    struct bench bench;
    std::vector<uint32_t> way;
    bench_begin(&bench, links);
    for (uint32_t i = 0; i < switches; i++) {
        struct weft_ns3_switch rules = {};
        rules.latency_ps = latency_ps;
        bench_switch(&bench, rules);
    }
    bench_server(&bench, 1000000000, delay_ps);
    for (uint32_t i = 0; i < switches; i++) {
        bench_port(&bench, i, i + 1 < switches ? i + 1 : WEFT_NS3_TO_DEVICE, 1000000000, delay_ps);
        way.push_back(i);
    }
    g_assert_cmpint(weft_ns3_add_flow(bench.sim, way.data(), switches, 0, nullptr), ==, WEFT_OK);
    bench_send(&bench, 0, 0, 1, 0);
    Expect(&bench, late);
    CheckDead(&bench, late);
}

/* Each switch or link may take 10^18 ps, of which the clock has nine. */
template <enum weft_ns3_links links> void TestLatency()
{
    Cross(links, UINT64_C(1000000000000000000), 0);
}

template <enum weft_ns3_links links> void TestDelay()
{
    Cross(links, 0, UINT64_C(1000000000000000000));
}

/* Frames of 2^17 bytes take 1.05 * 10^18 ps at 1 bit/s. Handed over at 2^62 ps, the fourth is sent in time but comes
 * too late. */
void TestStockSender()
{
    struct bench bench;
    bench_begin(&bench, WEFT_NS3_POINT_TO_POINT);
    bench_switch(&bench, {});
    bench_server(&bench, 1, UINT64_C(1000000000000000000));
    bench_port(&bench, 0, WEFT_NS3_TO_DEVICE, 1000000000, 0);
    bench_flow(&bench, 0, 0);
    bench.frame_bytes = 1 << 17;
    for (uint64_t i = 0; i < 4; i++)
        bench_send(&bench, 0, 0, i, UINT64_C(1) << 62);
    Expect(&bench, late);
}

/* The ninth has nowhere to go in time. */
void TestStockPort()
{
    struct bench bench;
    bench_begin(&bench, WEFT_NS3_POINT_TO_POINT);
    bench_switch(&bench, {});
    bench_server(&bench, 1000000000, 0);
    bench_port(&bench, 0, WEFT_NS3_TO_DEVICE, 1, 0);
    bench_flow(&bench, 0, 0);
    bench.frame_bytes = 1 << 17;
    for (uint64_t i = 0; i < 9; i++)
        bench_send(&bench, 0, 0, i, 0);
    Expect(&bench, late);
    g_assert_nonnull(strstr(bench.log->str, "7 left"));
    g_assert_null(strstr(bench.log->str, "8 left"));
}

void DieOfFrame(ns3::Ptr<const ns3::Packet> frame)
{
    NS_FATAL_ERROR("told to die of a frame of " << frame->GetSize());
}

void SendNow(void *ctx, weft_ps now_ps)
{
    struct bench *bench = static_cast<struct bench *>(ctx);
    struct weft_error error;
    struct weft_ns3_packet packet = {};
    packet.frame_bytes = 64;
    g_assert_cmpint(weft_ns3_send(bench->sim, 0, now_ps, &packet, &error), ==, WEFT_FAILED);
    g_assert_nonnull(strstr(error.text, "told to die of a frame of 64"));
    g_assert_cmpint(weft_ns3_send(bench->sim, 0, now_ps, &packet, &error), ==, WEFT_FAILED);
    g_string_append(bench->log, "callback came to its end\n");
}

template <class Sink> void SinkTransmissions(void *ctx, weft_ps now_ps, Sink sink)
{
    (void)ctx;
    (void)now_ps;
    ns3::Config::ConnectWithoutContext("/NodeList/*/DeviceList/*/$ns3::WeftEthernetDevice/MacTx",
                                       ns3::MakeCallback(sink));
}

void SinkToDie(void *ctx, weft_ps now_ps)
{
    SinkTransmissions(ctx, now_ps, &DieOfFrame);
}

/* In a call from a callback: that call fails, the callback comes to its end, then the run fails. */
void TestNested()
{
    struct bench bench;
    Begin(&bench, 1000000000);
    g_assert_cmpint(weft_ns3_at(bench.sim, 0, SinkToDie, &bench, nullptr), ==, WEFT_OK);
    g_assert_cmpint(weft_ns3_at(bench.sim, 5, SendNow, &bench, nullptr), ==, WEFT_OK);
    Expect(&bench, "told to die of a frame of 64");
    g_assert_cmpstr(bench.log->str, ==, "callback came to its end\n");
    CheckDead(&bench, "told to die of a frame of 64");
}

void ThrowOfFrame(ns3::Ptr<const ns3::Packet> frame)
{
    (void)frame;
    throw std::runtime_error("thrown of a frame");
}

void SinkToThrow(void *ctx, weft_ps now_ps)
{
    SinkTransmissions(ctx, now_ps, &ThrowOfFrame);
}

void SendAndBeRefused(void *ctx, weft_ps now_ps)
{
    struct bench *bench = static_cast<struct bench *>(ctx);
    struct weft_error error;
    struct weft_ns3_packet packet = {};
    packet.frame_bytes = 64;
    g_assert_cmpint(weft_ns3_send(bench->sim, 0, now_ps, &packet, &error), ==, WEFT_FAILED);
    g_assert_nonnull(strstr(error.text, "thrown of a frame"));
    g_string_append(bench->log, "callback came to its end\n");
}

/* An exception in a call from a callback ends the run when that has returned. */
void TestNestedException()
{
    struct bench bench;
    Begin(&bench, 1000000000);
    g_assert_cmpint(weft_ns3_at(bench.sim, 0, SinkToThrow, &bench, nullptr), ==, WEFT_OK);
    g_assert_cmpint(weft_ns3_at(bench.sim, 5, SendAndBeRefused, &bench, nullptr), ==, WEFT_OK);
    g_assert_cmpint(weft_ns3_at(bench.sim, 6, SendAndBeRefused, &bench, nullptr), ==, WEFT_OK);
    Expect(&bench, "a call from a callback failed");
    g_assert_cmpstr(bench.log->str, ==, "callback came to its end\n");
    g_assert_cmpint(weft_ns3_free(bench.sim, nullptr), ==, WEFT_OK);
}

/* An exception ends its simulation, but not ns-3. Whoever looks into ns-3 between simulations finds nothing of them. */
void TestException()
{
    struct bench bench;
    struct weft_error error = {""};
    Begin(&bench, 1000000000);
    g_assert_cmpint(weft_ns3_at(bench.sim, 0, SinkToThrow, &bench, nullptr), ==, WEFT_OK);
    bench_send(&bench, 0, 0, 1, 10);
    Expect(&bench, "thrown of a frame");
    g_assert_cmpint(weft_ns3_run(bench.sim, WEFT_NEVER, &error), ==, WEFT_FAILED);
    g_assert_nonnull(strstr(error.text, "can only be freed"));
    g_assert_cmpuint(ns3::NodeList::GetNNodes(), ==, 3);
    g_assert_cmpint(weft_ns3_free(bench.sim, &error), ==, WEFT_OK);
    g_assert_cmpuint(ns3::NodeList::GetNNodes(), ==, 0);
    g_string_free(bench.log, TRUE);
    Begin(&bench, 1000000000);
    bench.frame_bytes = 64;
    bench_send(&bench, 0, 0, 1, 0);
    bench_expect(&bench, "1 came 0 672000\n1 left 0 1344000\n1 arrived 0 1344000\n");
}

void Mutter(void *ctx, weft_ps now_ps)
{
    (void)ctx;
    for (int i = 0; i < 1000; i++)
        std::cerr << "muttered at " << now_ps << "\n";
}

/* What is no last word goes on to where it was to go; outside a call std::terminate() does what it did. */
void TestBystanders()
{
    struct bench bench;
    Begin(&bench, 1000000000);
    g_assert_cmpint(weft_ns3_at(bench.sim, 7, Mutter, &bench, nullptr), ==, WEFT_OK);
    bench_end(&bench);
    std::set_terminate([] { exit(3); });
    Begin(&bench, 1000000000);
    bench_end(&bench);
    std::terminate();
}

struct Case {
    const char *name;
    void (*test)();
    int status; /* that the process ends with */
    const char *errors;
};
const Case cases[] = {
    {"/ns3/fatal/run", TestFatal, 0, "before it\n"},
    {"/ns3/fatal/overflow", TestOverflow, 0, ""},
    {"/ns3/fatal/latency", TestLatency<WEFT_NS3_ETHERNET>, 0, ""},
    {"/ns3/fatal/delay", TestDelay<WEFT_NS3_ETHERNET>, 0, ""},
    {"/ns3/fatal/stock-latency", TestLatency<WEFT_NS3_POINT_TO_POINT>, 0, ""},
    {"/ns3/fatal/stock-delay", TestDelay<WEFT_NS3_POINT_TO_POINT>, 0, ""},
    {"/ns3/fatal/stock-sender", TestStockSender, 0, ""},
    {"/ns3/fatal/stock-port", TestStockPort, 0, ""},
    {"/ns3/fatal/nested", TestNested, 0, ""},
    {"/ns3/fatal/nested-exception", TestNestedException, 0, ""},
    {"/ns3/fatal/exception", TestException, 0, ""},
    {"/ns3/fatal/bystanders", TestBystanders, 3, "*muttered at 7\n"},
};

void Run(gconstpointer data)
{
    const Case *row = static_cast<const Case *>(data);
    if (g_test_subprocess()) {
        row->test();
        _exit(
            0); /* nobody need look for leaks: what ns-3 had on its stack is lost, after an exception its event */
    }
    g_test_trap_subprocess(nullptr, 0, static_cast<GTestSubprocessFlags>(0));
    if (row->status == 0)
        g_test_trap_assert_passed();
    else
        g_test_trap_assert_failed();
    g_test_trap_assert_stderr(row->errors);
}

} // namespace

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (const Case &row : cases)
        g_test_add_data_func(row.name, &row, Run);
    return g_test_run();
}
