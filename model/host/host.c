/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One server, told the time. Everything that happens at one instant happens in this order, again and again
 * until nothing is due: work that ends (lowest core first), then interrupts for what has gone onto the link,
 * then timers and calls by application. */

#include "server.h"

#include <assert.h>
#include <stdlib.h>

/* Which streams are this server's. */
static void init_own(struct weft_host *host)
{
    const struct weft_setup *setup = host->setup;
    uint32_t n = 0;
    for (uint32_t i = 0; i < setup->streams; i++)
        n += setup->stream[i].server == host->index;
    host->own_stream = weft_alloc(n, sizeof(*host->own_stream));
    n = 0;
    for (uint32_t i = 0; i < setup->streams; i++)
        if (setup->stream[i].server == host->index)
            host->own_stream[n++] = i;
    host->own = weft_subset_of(host->own_stream, n);
}

static void init_route(struct weft_host *host, uint32_t place)
{
    const struct weft_setup *setup = host->setup;
    const uint32_t stream = host->own_stream[place];
    const struct weft_clock *clock = &setup->stream[stream].clock;
    struct weft_stream_route *route = &host->route[place];
    *route = (struct weft_stream_route){
        .payload_bytes = clock->payload_bytes,
        .header_bytes = weft_format_header_bytes(clock->format, setup->network),
        .packets = clock->packets,
        .clock = clock,
        .startup_ps = setup->device[setup->stream[stream].device].startup_ps,
    };
    weft_header_template_init(&route->header,
                              &(struct weft_header_spec){.network = setup->network,
                                                         .format = clock->format,
                                                         .seed = setup->seed,
                                                         .server = host->index,
                                                         .device = setup->stream[stream].device,
                                                         .stream = stream,
                                                         .payload_bytes = clock->payload_bytes});
}

static void init_applications(struct weft_host *host)
{
    const struct weft_setup *setup = host->setup;
    for (uint32_t i = 0; i < host->own.members; i++)
        host->application[setup->stream[host->own_stream[i]].application].sources++;
    for (uint32_t a = 0; a < host->applications; a++) {
        struct weft_application *application = &host->application[a];
        uint32_t n = application->sources;
        application->core = a % host->server->cores;
        application->source = weft_alloc(n, sizeof(*application->source));
        application->quantity = weft_alloc(n, sizeof(*application->quantity));
        application->sources = 0;
    }
    host->route = weft_alloc(host->own.members, sizeof(*host->route));
    for (uint32_t i = 0; i < host->own.members; i++) {
        const struct weft_stream *stream = &setup->stream[host->own_stream[i]];
        struct weft_application *application = &host->application[stream->application];
        application->source[application->sources++] =
            (struct weft_source){.stream = host->own_stream[i], .live = stream->live};
        init_route(host, i);
    }
}

/* weft_setup_check(): fewer than 2^16 servers, at most 2^12 applications on each. */
enum { APPLICATION_BITS = 12 };

static void init_drivers(struct weft_host *host)
{
    const struct weft_write *write = &host->setup->write;
    const struct weft_server *server = host->server;
    uint32_t doorbell = server->doorbell_packets;
    if (doorbell > write->axes.segmentation->max_doorbell_packets)
        doorbell = write->axes.segmentation->max_doorbell_packets;
    struct weft_driver_params params = {
        .network = host->setup->network,
        .cut = write->cut,
        .order = write->axes.order,
        .order_argument = write->order_argument,
        .seed = host->setup->seed,
        .copies = write->axes.copy->copies,
        .translation = write->axes.translation,
        .segmentation = write->axes.segmentation,
        .header = write->axes.header,
        .interface = write->axes.interface,
        .checksum_in_software = write->checksum && write->checksum->in_software,
        .polls = write->axes.interrupt->polls,
        .doorbell_packets = doorbell,
        .profile = server->profile,
        .page_bytes = server->page_bytes,
        .walks_ranges = host->system->walks_ranges,
        .streams = host->own.members,
        .routes = host->route,
        .own = host->own_stream,
    };
    for (uint32_t a = 0; a < host->applications; a++) {
        struct weft_application *application = &host->application[a];
        params.socket = a;
        params.mmu = host->core[application->core].mmu;
        params.draws = host->index << APPLICATION_BITS | a;
        application->driver =
            weft_driver_new(&params, host->nic.ring, application->space, application->region);
    }
}

static uint32_t index_of(const struct weft_host *host, const struct weft_application *application)
{
    return (uint32_t)(application - host->application);
}

/* Go to sleep until the next write is due. */
static void sleep_until_due(struct weft_host *host, struct weft_application *application)
{
    application->state = WEFT_APPLICATION_SLEEPS;
    weft_tournament_set(&host->timer, index_of(host, application), application->due_ps);
}

struct weft_host *weft_host_new(const struct weft_setup *setup, uint32_t server, bool carries_bytes)
{
    assert(server < setup->servers);
    struct weft_host *host = weft_alloc(1, sizeof(*host));
    host->setup = setup;
    host->server = &setup->server[server];
    host->index = server;
    host->carries_bytes = carries_bytes;
    host->interval_ps = weft_setup_interval(setup);
    host->applications = host->server->applications;
    host->application = weft_alloc(host->applications, sizeof(*host->application));
    host->core = weft_alloc(host->server->cores, sizeof(*host->core));
    for (uint32_t c = 0; c < host->server->cores; c++)
        weft_core_init(&host->core[c], host->applications);
    init_own(host);
    weft_tournament_init(&host->timer, host->applications);
    weft_tournament_init(&host->wait, host->applications);
    weft_tournament_init(&host->work, host->server->cores);
    weft_nic_init(&host->nic, &(struct weft_nic_params){.network = setup->network,
                                                        .server = host->server,
                                                        .axes = &setup->write.axes,
                                                        .shaped_bps = setup->write.pacing_argument,
                                                        .interrupt_argument = setup->write.interrupt_argument,
                                                        .streams = &host->own,
                                                        .carries_bytes = carries_bytes});
    init_applications(host);
    weft_damage_init(host);
    weft_buffers_init(host);
    weft_touch_init(host);
    init_drivers(host);
    for (uint32_t a = 0; a < host->applications; a++) {
        weft_grouping_init(host, &host->application[a]);
        weft_grouping_next(host, &host->application[a]);
        host->application[a].is_first = true;
        if (host->application[a].state != WEFT_APPLICATION_IS_OVER)
            sleep_until_due(host, &host->application[a]);
    }
    return host;
}

void weft_host_free(struct weft_host *host)
{
    if (!host)
        return;
    for (uint32_t a = 0; a < host->applications; a++) {
        struct weft_application *application = &host->application[a];
        weft_driver_free(application->driver);
        weft_region_free(application->region);
        weft_space_free(application->space);
        free(application->touched);
        free(application->vector);
        free(application->damage);
        free(application->quantity);
        weft_tournament_clear(&application->next);
        free(application->source);
    }
    for (uint32_t c = 0; c < host->server->cores; c++)
        weft_core_clear(&host->core[c]);
    weft_tournament_clear(&host->timer);
    weft_tournament_clear(&host->wait);
    weft_tournament_clear(&host->work);
    weft_nic_clear(&host->nic);
    weft_memory_free(host->memory);
    free(host->marked);
    free(host->refused);
    free(host->core);
    free(host->application);
    free(host->route);
    free(host->own_stream);
    free(host);
}

static uint64_t clip(weft_ps at_ps, weft_ps low_ps, weft_ps high_ps)
{
    return at_ps < low_ps ? low_ps : at_ps > high_ps ? high_ps : at_ps;
}

static void begin_work(struct weft_host *host, struct weft_core *core, uint32_t application, uint64_t mcycles,
                       weft_ps now_ps)
{
    weft_ps from_ps = host->setup->warmup_ps, to_ps = host->setup->duration_ps;
    weft_core_begin(core, application, mcycles, host->server->cpu_hz, now_ps);
    weft_tournament_set(&host->work, (uint32_t)(core - host->core), core->work.end_ps);
    weft_ps busy_ps = clip(core->work.end_ps, from_ps, to_ps) - clip(now_ps, from_ps, to_ps);
    host->counters.busy_ps += busy_ps;
    core->busy_ps += busy_ps;
    if (core->busy_ps > host->counters.busiest_core_ps)
        host->counters.busiest_core_ps = core->busy_ps;
}

/* When the packet that was sent as number `completed` (from 1) has left, known once it has its instant. */
static void resolve_waits(struct weft_host *host)
{
    const struct weft_nic *nic = &host->nic;
    for (uint64_t completed; (completed = weft_tournament_least(&host->wait)) <= nic->scheduled;) {
        uint32_t application = weft_tournament_first(&host->wait);
        weft_tournament_set(&host->wait, application, WEFT_NEVER);
        weft_tournament_set(&host->timer, application, nic->done_ps[(completed - 1) & nic->mask]);
    }
}

/* A call that found the ring full goes on when at most `slots` of it are in flight. */
static void wait_for_ring(struct weft_host *host, struct weft_application *application, uint32_t slots)
{
    const struct weft_ring *ring = host->nic.ring;
    uint64_t in_use = weft_ring_slots(ring) - weft_ring_free_slots(ring);
    assert(in_use > slots);
    application->state = WEFT_APPLICATION_WAITS;
    application->waited = true;
    weft_tournament_set(&host->wait, index_of(host, application), weft_ring_completed(ring) + in_use - slots);
    resolve_waits(host);
}

/* A call whose next slice is not due goes on by a timer. */
static void wait_for_slice(struct weft_host *host, struct weft_application *application, weft_ps at_ps)
{
    application->state = WEFT_APPLICATION_WAITS;
    application->waited = true;
    weft_tournament_set(&host->timer, index_of(host, application), at_ps);
}

/* What was due before the next write has been written. If it made that late, what made it late itself did so too. */
static void next_is_due(struct weft_application *application, weft_ps now_ps)
{
    application->earlier_end_ps = now_ps;
    application->earlier_waited = application->waited;
    application->waited &= application->due_ps < now_ps;
    application->is_first = true;
}

/* A call is over. What is due already is written at once: calls never merge. */
static void call_over(struct weft_host *host, struct weft_application *application, weft_ps now_ps)
{
    if (weft_socket_batch_over(application)) {
        weft_ps previous_due_ps = application->due_ps;
        weft_grouping_next(host, application);
        if (application->state == WEFT_APPLICATION_IS_OVER)
            return;
        if (application->due_ps > previous_due_ps)
            next_is_due(application, now_ps);
        if (application->due_ps > now_ps) {
            sleep_until_due(host, application);
            return;
        }
        bool overran = application->due_ps < application->earlier_end_ps;
        host->counters.overruns += overran && application->counted;
        host->counters.cpu_overruns += overran && application->counted && !application->earlier_waited;
    }
    application->state = WEFT_APPLICATION_CALLS;
    weft_core_queue(&host->core[application->core], index_of(host, application));
}

/* An application has the core: take its call one step on. */
static void run_application(struct weft_host *host, struct weft_core *core, uint32_t index, weft_ps now_ps)
{
    struct weft_application *application = &host->application[index];
    weft_nic_retire(&host->nic, now_ps);
    struct weft_step step = weft_socket_resume(host, application, now_ps);
    if (weft_ring_rung(host->nic.ring) > host->nic.rung) {
        weft_nic_doorbell(&host->nic, index, now_ps);
        resolve_waits(host);
    }
    if (step.need == WEFT_CORE)
        begin_work(host, core, index, step.mcycles, now_ps);
    else if (step.need == WEFT_RING)
        wait_for_ring(host, application, step.slots);
    else if (step.need == WEFT_TIME)
        wait_for_slice(host, application, step.at_ps);
    else
        call_over(host, application, now_ps);
}

/* Give an idle core what waits for it. */
static void dispatch(struct weft_host *host, struct weft_core *core, weft_ps now_ps)
{
    struct weft_run run;
    while (!core->busy && weft_core_next(core, &run)) {
        if (run.application != WEFT_NO_APPLICATION) {
            run_application(host, core, run.application, now_ps);
            continue;
        }
        const struct weft_price *price = &host->server->profile->price[WEFT_INTERRUPTS];
        begin_work(host, core, WEFT_NO_APPLICATION, weft_event_mcycles(run.interrupts, price, WEFT_TYPICAL),
                   now_ps);
    }
}

static void end_work(struct weft_host *host, uint32_t index, weft_ps now_ps)
{
    struct weft_core *core = &host->core[index];
    uint32_t application = core->work.application;
    core->busy = false;
    weft_tournament_set(&host->work, index, WEFT_NEVER);
    if (application != WEFT_NO_APPLICATION)
        run_application(host, core, application, now_ps);
    dispatch(host, core, now_ps);
}

static void wake(struct weft_host *host, uint32_t index, weft_ps now_ps)
{
    struct weft_application *application = &host->application[index];
    struct weft_core *core = &host->core[application->core];
    weft_tournament_set(&host->timer, index, WEFT_NEVER);
    application->slept |= application->state == WEFT_APPLICATION_SLEEPS;
    application->state = WEFT_APPLICATION_CALLS;
    weft_core_queue(core, index);
    dispatch(host, core, now_ps);
}

weft_ps weft_host_wake(const struct weft_host *host, uint32_t application)
{
    bool sleeps = host->application[application].state == WEFT_APPLICATION_SLEEPS;
    return sleeps ? weft_tournament_key(&host->timer, application) : WEFT_NEVER;
}

weft_ps weft_host_next(const struct weft_host *host)
{
    const weft_ps at_ps[] = {weft_tournament_least(&host->work), weft_nic_next_interrupt(&host->nic),
                             weft_nic_next_turn(&host->nic), weft_tournament_least(&host->timer)};
    weft_ps next_ps = WEFT_NEVER;
    for (size_t i = 0; i < sizeof(at_ps) / sizeof(*at_ps); i++)
        next_ps = at_ps[i] < next_ps ? at_ps[i] : next_ps;
    return next_ps;
}

/* Do the first thing that is due at `now_ps`, in the order stated above. */
static void step_once(struct weft_host *host, weft_ps now_ps)
{
    if (weft_tournament_least(&host->work) == now_ps) {
        end_work(host, weft_tournament_first(&host->work), now_ps);
    } else if (weft_nic_next_interrupt(&host->nic) == now_ps) {
        struct weft_core *core = &host->core[host->server->interrupt_core];
        bool counted = weft_nic_interrupt(&host->nic);
        host->counters.ledger.count[WEFT_INTERRUPTS] += counted;
        weft_core_queue_interrupt(core);
        dispatch(host, core, now_ps);
    } else if (weft_nic_next_turn(&host->nic) == now_ps) {
        weft_nic_turn(&host->nic, now_ps);
        resolve_waits(host);
    } else if (weft_tournament_least(&host->timer) == now_ps) {
        wake(host, weft_tournament_first(&host->timer), now_ps);
    }
}

void weft_host_step(struct weft_host *host, weft_ps now_ps)
{
    weft_ps next_ps = weft_host_next(host);
    assert(now_ps <= next_ps);
    for (; next_ps <= now_ps && next_ps != WEFT_NEVER; next_ps = weft_host_next(host))
        step_once(host, next_ps);
}

bool weft_host_work(const struct weft_host *host, uint32_t core, struct weft_work *out)
{
    assert(core < host->server->cores);
    if (!host->core[core].busy)
        return false;
    *out = host->core[core].work;
    return true;
}

const struct weft_host_counters *weft_host_counted(const struct weft_host *host)
{
    return &host->counters;
}

const struct weft_refused *weft_host_refused(const struct weft_host *host, uint32_t stream)
{
    assert(stream < host->setup->streams);
    const uint32_t place = weft_subset_place(&host->own, stream);
    if (!host->refused || place == WEFT_NOT_IN_SUBSET)
        return NULL;
    return host->refused[place].packets > 0 ? &host->refused[place] : NULL;
}
