/* SPDX-License-Identifier: GPL-2.0-only */
/* The functions of weft/ns3.h: who may call what when. */
#include "weft/ns3.h"

#include "guard.h"
#include "simulation.h"

#include "ns3/default-simulator-impl.h"
#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/priority-queue-scheduler.h"
#include "ns3/simulator.h"

#include <cstring>
#include <memory>
#include <thread>

using namespace ns3;
using weft_shim::Guarded;
using weft_shim::Simulation;

namespace
{

/* ns-3's simulator is one of the process, so this is too. */
struct Live {
    std::unique_ptr<Simulation> simulation;
    uintptr_t made = 0; /* simulations so far: the number of the one that lives */
    std::thread::id thread;
    bool failed = false;         /* what was begun did not come to its end */
    Simulation *grave = nullptr; /* what ns-3 died with */
};
/* Never destroyed: a program that ends without freeing ends in any order of ns-3's own objects. */
Live &live = *new Live;

enum When { OUTSIDE, ANY_TIME };

/* Never an address: the number of the simulation. */
struct weft_ns3 *HandleOf(uintptr_t number)
{
    return reinterpret_cast<struct weft_ns3 *>(number); // NOLINT(performance-no-int-to-ptr)
}

int CheckThread(struct weft_error *error)
{
    if (live.made > 0 && live.thread != std::this_thread::get_id())
        return weft_fail(error, WEFT_INVALID, "ns-3 belongs to the thread that made the first simulation");
    return WEFT_OK;
}

/* Whether this may be done with a handle now. */
int Check(const struct weft_ns3 *sim, enum When when, struct weft_error *error)
{
    int status = CheckThread(error);
    if (status != WEFT_OK)
        return status;
    if (!sim)
        return weft_fail(error, WEFT_INVALID, "no simulation is given");
    if (!live.simulation || sim != HandleOf(live.made))
        return weft_fail(error, WEFT_INVALID, "the simulation was freed, or never was one");
    if (when == OUTSIDE && weft_shim::IsInside())
        return weft_fail(error, WEFT_INVALID, "not while the simulation runs");
    return WEFT_OK;
}

/* Do it, if it may be done. */
template <class Work>
int With(const struct weft_ns3 *sim, enum When when, struct weft_error *error, Work &&work)
{
    int status = Check(sim, when, error);
    if (status != WEFT_OK)
        return status;
    if (weft_shim::GetDeath())
        return weft_fail(error, WEFT_FAILED, "ns-3 has failed in this process: %s", weft_shim::GetDeath());
    if (live.failed)
        return weft_fail(error, WEFT_FAILED, "the simulation has failed; it can only be freed");
    status = Guarded(error, [&] { work(*live.simulation); });
    if (status == WEFT_FAILED) {
        live.failed = true;
        live.simulation->Fail();
    }
    return status;
}

int CheckParams(const struct weft_ns3_params *params, struct weft_error *error)
{
    unsigned links; /* it may be none of the enum */
    static_assert(sizeof links == sizeof params->links, "an enum of C");
    memcpy(&links, &params->links, sizeof links);
    if (links >= WEFT_NS3_LINKS)
        return weft_fail(error, WEFT_INVALID, "links is %u; allowed: 0 to %d", links, WEFT_NS3_LINKS - 1);
    if (params->gap_bytes > 1000)
        return weft_fail(error, WEFT_INVALID, "gap_bytes is %u; allowed: 0 to 1000", params->gap_bytes);
    if (params->check_bytes > 16)
        return weft_fail(error, WEFT_INVALID, "check_bytes is %u; allowed: 0 to 16", params->check_bytes);
    return WEFT_OK;
}

/* A simulator of our own choice, whatever the environment says. */
void Begin(const struct weft_ns3_params &params)
{
    if (Time::GetResolution() != Time::PS) {
        if (Time::GetResolution() != Time::NS)
            throw std::runtime_error("the resolution of ns-3's clock has been set to other than picoseconds");
        Time::SetResolution(Time::PS);
    }
    Simulator::Destroy();
    Simulator::SetImplementation(CreateObject<DefaultSimulatorImpl>());
    ObjectFactory scheduler;
    scheduler.SetTypeId(PriorityQueueScheduler::GetTypeId());
    Simulator::SetScheduler(scheduler);
    live.simulation = std::make_unique<Simulation>(params);
}

} // namespace

int weft_ns3_new(const struct weft_ns3_params *params, struct weft_ns3 **out, struct weft_error *error)
{
    if (!params || !out)
        return weft_fail(error, WEFT_INVALID, "no parameters, or no place for the handle");
    int status = CheckThread(error);
    if (status == WEFT_OK)
        status = CheckParams(params, error);
    if (status != WEFT_OK)
        return status;
    if (weft_shim::GetDeath())
        return weft_fail(error, WEFT_FAILED, "ns-3 has failed in this process: %s", weft_shim::GetDeath());
    if (live.simulation)
        return weft_fail(error, WEFT_FAILED, "a simulation lives; free it first");
    live.failed = false;
    status = Guarded(error, [&] { Begin(*params); });
    if (status != WEFT_OK)
        return status;
    live.thread = std::this_thread::get_id();
    *out = HandleOf(++live.made);
    return WEFT_OK;
}

int weft_ns3_free(struct weft_ns3 *sim, struct weft_error *error)
{
    if (!sim)
        return WEFT_OK;
    int status = Check(sim, OUTSIDE, error);
    if (status != WEFT_OK)
        return status;
    bool written = true;
    if (!weft_shim::GetDeath())
        status = Guarded(error, [&] {
            written = live.simulation->Close();
            Simulator::Destroy();
            live.simulation.reset();
        });
    if (weft_shim::GetDeath()) {
        /* What ns-3 has, it keeps: nobody knows in what state. */
        live.grave = live.simulation.release();
        return status;
    }
    live.simulation.reset();
    if (status == WEFT_OK && !written)
        return weft_fail(error, WEFT_FAILED, "a capture could not be written");
    return status;
}

int weft_ns3_add_switch(struct weft_ns3 *sim, const struct weft_ns3_switch *rules, struct weft_error *error)
{
    if (!rules)
        return weft_fail(error, WEFT_INVALID, "no rules are given");
    return With(sim, OUTSIDE, error, [&](Simulation &simulation) { simulation.AddSwitch(*rules); });
}

int weft_ns3_add_server(struct weft_ns3 *sim, const struct weft_ns3_server *server, struct weft_error *error)
{
    if (!server)
        return weft_fail(error, WEFT_INVALID, "no server is given");
    return With(sim, OUTSIDE, error, [&](Simulation &simulation) { simulation.AddServer(*server); });
}

int weft_ns3_add_source(struct weft_ns3 *sim, const struct weft_ns3_source *source, struct weft_error *error)
{
    if (!source)
        return weft_fail(error, WEFT_INVALID, "no source is given");
    return With(sim, OUTSIDE, error, [&](Simulation &simulation) { simulation.AddSource(*source); });
}

int weft_ns3_add_port(struct weft_ns3 *sim, const struct weft_ns3_port *port, struct weft_error *error)
{
    if (!port)
        return weft_fail(error, WEFT_INVALID, "no port is given");
    return With(sim, OUTSIDE, error, [&](Simulation &simulation) { simulation.AddPort(*port); });
}

int weft_ns3_add_flow(struct weft_ns3 *sim, const uint32_t *port, uint32_t ports, uint32_t class_,
                      struct weft_error *error)
{
    return With(sim, OUTSIDE, error,
                [&](Simulation &simulation) { simulation.AddFlow(port, ports, class_); });
}

int weft_ns3_capture(struct weft_ns3 *sim, uint32_t port, const char *path, struct weft_error *error)
{
    return With(sim, OUTSIDE, error, [&](Simulation &simulation) { simulation.Capture(port, path); });
}

int weft_ns3_now(const struct weft_ns3 *sim, weft_ps *out, struct weft_error *error)
{
    if (!out)
        return weft_fail(error, WEFT_INVALID, "no place for the instant");
    return With(sim, ANY_TIME, error, [&](Simulation &simulation) { *out = simulation.GetNow(); });
}

int weft_ns3_at(struct weft_ns3 *sim, weft_ps at_ps, void (*call)(void *ctx, weft_ps now_ps), void *ctx,
                struct weft_error *error)
{
    return With(sim, ANY_TIME, error, [&](Simulation &simulation) { simulation.At(at_ps, call, ctx); });
}

int weft_ns3_send(struct weft_ns3 *sim, uint32_t sender, weft_ps at_ps, const struct weft_ns3_packet *packet,
                  struct weft_error *error)
{
    if (!packet)
        return weft_fail(error, WEFT_INVALID, "no packet is given");
    return With(sim, ANY_TIME, error,
                [&](Simulation &simulation) { simulation.Send(sender, at_ps, *packet); });
}

int weft_ns3_run(struct weft_ns3 *sim, weft_ps until_ps, struct weft_error *error)
{
    return With(sim, OUTSIDE, error, [&](Simulation &simulation) { simulation.Run(until_ps); });
}

int weft_ns3_stop(struct weft_ns3 *sim, struct weft_error *error)
{
    return With(sim, ANY_TIME, error, [](Simulation &simulation) { simulation.Stop(); });
}
