/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A server in a steady state. It is only looked at where its applications rest, as little is left of it then: no call runs, and
 * a driver keeps nothing from one call to the next; queues per destination are empty, so that all packets have their instants;
 * cores work for interrupts alone. What is left and can matter later is put into an image, each member once:
 *
 *     packets taken by the network         the next one's name
 *     packets in flight                    when each leaves, and those not taken yet, all that will be told of them
 *     NIC: link, shaper, moderation        when the next packet, the next interrupt may come at the earliest
 *     interrupts to come                   when, whether they count; what more completions make of the newest
 *     cores: the interrupt that runs       when it is over; how many wait
 *     applications: the next batch         when it is due, of whom, how many packets
 *     streams: the next packet             with it when it is due, and where its data lies
 *     pages touched, TLBs                  where anybody asks for them
 *
 * Not in it, as it is of no matter here: at which places of the ring packets lie, and their marks and launch times, which are over
 * once a packet has its instants; who called last on a core (whoever is next has slept, which switches contexts anyway), and that
 * flag itself; earlier_end_ps, an instant that is over, of which only matters whether it is later than one to come, and what goes
 * with it. That a batch's packets are the sum of its quantities', and that these end where their streams go on, is how it was
 * grouped. Counters never act back. */

#include "server.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* What of a place in a stream's buffer can be seen in counts: where pages are walked, touched or kept in a TLB, all of it; where
 * packets are gathered or pages looked up, the place in its page; nothing where all is copied. */
static uint64_t seen_bytes(const struct weft_host *host, const struct weft_application *application,
                           const struct weft_source *source)
{
    const struct weft_method *axes = &host->setup->write.axes;
    if (application->touched || host->core[application->core].mmu)
        return source->bytes;
    if (axes->copy->copies)
        return 1;
    return axes->translation->walks ? source->bytes : host->server->page_bytes;
}

static bool is_comparable(const struct weft_host *host)
{
    return !host->carries_bytes && !host->memory && !host->refused && host->setup->write.axes.order->regular;
}

weft_ps weft_host_period(const struct weft_host *host, weft_ps most_ps)
{
    weft_ps period_ps = host->setup->write.axes.pacing->at_packet_times ? 1 : host->interval_ps;
    const struct weft_clock *last = NULL;
    uint64_t last_bytes = 0, packets;
    if (!is_comparable(host))
        return WEFT_NEVER;
    for (uint32_t a = 0; a < host->applications; a++)
        for (uint32_t i = 0; i < host->application[a].sources; i++) {
            const struct weft_application *application = &host->application[a];
            const struct weft_source *source = &application->source[i];
            const struct weft_clock *clock = &host->setup->stream[source->stream].clock;
            uint64_t bytes = seen_bytes(host, application, source);
            if (last && last->rate_bps == clock->rate_bps && last->payload_bytes == clock->payload_bytes &&
                !clock->media && last_bytes == bytes)
                continue; /* streams are often alike */
            weft_ps of_stream_ps = weft_clock_period(clock, bytes, most_ps, &packets);
            if (of_stream_ps == WEFT_NEVER)
                return WEFT_NEVER;
            period_ps = weft_common_period(period_ps, of_stream_ps, most_ps);
            if (period_ps == WEFT_NEVER)
                return WEFT_NEVER;
            last = clock;
            last_bytes = bytes;
        }
    return period_ps;
}

bool weft_host_rests(struct weft_host *host, weft_ps at_ps)
{
    assert(at_ps <= weft_host_next(host));
    if (weft_nic_next_turn(&host->nic) != WEFT_NEVER)
        return false;
    for (uint32_t a = 0; a < host->applications; a++)
        if (host->application[a].state != WEFT_APPLICATION_SLEEPS &&
            host->application[a].state != WEFT_APPLICATION_IS_OVER)
            return false;
    assert(host->nic.scheduled == host->nic.ring->reserved &&
           weft_tournament_least(&host->wait) == WEFT_NEVER);
    weft_nic_retire(&host->nic, at_ps);
    return true;
}

/* Where a packet lies that has its instants and has not left yet. */
static uint32_t place_of(const struct weft_nic *nic, uint64_t number)
{
    uint64_t one = 1;
    return *weft_nic_places(nic, number, &one);
}

static const struct weft_clock *clock_of(const struct weft_host *host, const struct weft_application *a,
                                         uint32_t index)
{
    return &host->setup->stream[a->source[index].stream].clock;
}

static bool packets_in_flight_count(const struct weft_host *host)
{
    const struct weft_nic *nic = &host->nic;
    for (uint64_t number = nic->taken; number < nic->scheduled; number++) {
        const uint32_t place = place_of(nic, number);
        const struct weft_clock *clock = &host->setup->stream[nic->ring->stream[place]].clock;
        if (weft_clock_due(clock, nic->ring->number[place]) < host->setup->warmup_ps)
            return false;
    }
    return true;
}

bool weft_host_counts_all(const struct weft_host *host)
{
    if (!packets_in_flight_count(host))
        return false;
    for (uint32_t a = 0; a < host->applications; a++) {
        const struct weft_application *application = &host->application[a];
        for (uint32_t i = 0; i < application->quantities; i++) {
            const struct weft_quantity *quantity = &application->quantity[i];
            if (weft_clock_due(clock_of(host, application, quantity->index), quantity->first) <
                host->setup->warmup_ps)
                return false;
        }
        for (uint32_t i = 0; i < application->sources; i++)
            if (weft_clock_due(clock_of(host, application, i), application->source[i].next) <
                host->setup->warmup_ps)
                return false;
    }
    return true;
}

/* Of those that the network has, when their places are free; of the others also what it will be told of them. */
static void put_packets(const struct weft_nic *nic, const struct weft_phase *phase, struct weft_image *image)
{
    const struct weft_ring *ring = nic->ring;
    const uint64_t first = weft_ring_completed(ring);
    weft_image_put(image, nic->scheduled - first);
    weft_image_put(image, nic->scheduled - nic->taken);
    for (uint64_t number = first; number < nic->scheduled && !image->differs; number++) {
        weft_image_put_instant(image, phase, nic->done_ps[number & nic->mask]);
        if (number < nic->taken)
            continue;
        const uint32_t place = place_of(nic, number), stream = ring->stream[place];
        weft_image_put_instant(image, phase, nic->tx_ps[number & nic->mask]);
        weft_image_put(image, stream);
        weft_image_put(image, ring->number[place] - phase->steps * phase->packets[stream]);
        weft_image_put(image, (uint64_t)ring->payload_bytes[place] << 32 | ring->frame_bytes[place]);
    }
}

/* A completion joins the newest one, and makes it come at once if it is the last of a number. */
static void put_interrupts(const struct weft_nic *nic, const struct weft_phase *phase,
                           struct weft_image *image)
{
    weft_image_put(image, nic->notice_end - nic->notice_first);
    for (uint64_t i = nic->notice_first; i < nic->notice_end && !image->differs; i++) {
        const struct weft_notice *notice = &nic->notice[i & nic->notice_mask];
        weft_image_put_instant(image, phase, notice->at_ps);
        weft_image_put(image, notice->counted);
        if (nic->threshold == 0 || i + 1 < nic->notice_end)
            continue;
        weft_image_put(image, notice->completions);
        weft_image_put_limit(image, phase, notice->allowed_ps);
    }
}

static void put_nic(const struct weft_nic *nic, const struct weft_phase *phase, struct weft_image *image)
{
    weft_image_put_pipe(image, phase, &nic->link);
    if (nic->shapes)
        weft_image_put_pipe(image, phase, &nic->shaper);
    weft_image_put_limit(image, phase, nic->allowed_ps);
    put_packets(nic, phase, image);
    put_interrupts(nic, phase, image);
}

/* Interrupts that came while one ran wait as one run. */
static void put_core(const struct weft_core *core, const struct weft_phase *phase, struct weft_image *image)
{
    assert(!core->busy || core->work.application == WEFT_NO_APPLICATION);
    assert(core->count == 0 || (core->count == 1 && core->busy));
    weft_image_put_instant(image, phase, core->busy ? core->work.end_ps : WEFT_NEVER);
    weft_image_put(image, core->count > 0 ? core->run[core->first].interrupts : 0);
    if (core->mmu)
        weft_mmu_image(core->mmu, image);
}

/* The batch that is to be written next, and how far each stream has been written. */
static void put_application(const struct weft_application *a, const struct weft_phase *phase,
                            struct weft_image *image)
{
    const bool sleeps = a->state == WEFT_APPLICATION_SLEEPS;
    assert(!sleeps || (a->is_first && !a->waited && !a->in_call));
    weft_image_put_instant(image, phase, sleeps ? a->due_ps : WEFT_NEVER);
    weft_image_put(image, a->quantities);
    for (uint32_t i = 0; i < a->quantities && !image->differs; i++) {
        const struct weft_quantity *quantity = &a->quantity[i];
        assert(quantity->first + quantity->packets == a->source[quantity->index].next);
        weft_image_put(image, quantity->packets << 32 | quantity->index);
    }
    for (uint32_t i = 0; i < a->sources && !image->differs; i++)
        weft_image_put(image, a->source[i].next - phase->steps * phase->packets[a->source[i].stream]);
}

void weft_host_image(const struct weft_host *host, const struct weft_phase *phase, struct weft_image *image)
{
    weft_image_put(image, host->nic.taken + host->skipped_packets -
                              phase->steps * phase->server_packets[host->index]);
    put_nic(&host->nic, phase, image);
    for (uint32_t c = 0; c < host->server->cores && !image->differs; c++)
        put_core(&host->core[c], phase, image);
    for (uint32_t a = 0; a < host->applications && !image->differs; a++) {
        if (host->application[a].touched)
            weft_image_put(image, host->application[a].touched_pages);
        put_application(&host->application[a], phase, image);
    }
}

weft_ps weft_host_looked_ps(const struct weft_host *host)
{
    weft_ps latest_ps = 0;
    for (uint32_t a = 0; a < host->applications; a++) {
        const struct weft_application *application = &host->application[a];
        if (application->state == WEFT_APPLICATION_SLEEPS && application->due_ps > latest_ps)
            latest_ps = application->due_ps;
        for (uint32_t i = 0; i < application->sources; i++)
            if (application->source[i].due_ps > latest_ps)
                latest_ps = application->source[i].due_ps;
    }
    /* a packet is due in the interval that begins when it is written, or before */
    latest_ps = latest_ps < WEFT_NEVER - host->interval_ps ? latest_ps + host->interval_ps : WEFT_NEVER;
    for (uint32_t c = 0; c < host->server->cores; c++)
        if (host->core[c].busy && host->core[c].work.end_ps > latest_ps)
            latest_ps = host->core[c].work.end_ps;
    return latest_ps;
}

void weft_host_mark(struct weft_host *host)
{
    if (!host->marked)
        host->marked = weft_alloc(1, sizeof(*host->marked) +
                                         host->server->cores * sizeof(host->marked->core_busy_ps[0]));
    host->marked->counters = host->counters;
    for (uint32_t c = 0; c < host->server->cores; c++)
        host->marked->core_busy_ps[c] = host->core[c].busy_ps;
}

/* Counts grow by what a period has; the largest slip of one is that of all. */
static void repeat_counters(struct weft_host *host, uint64_t times)
{
    struct weft_host_counters *now = &host->counters;
    const struct weft_host_counters *before = &host->marked->counters;
    for (uint32_t i = 0; i < WEFT_EVENTS; i++)
        now->ledger.count[i] += times * (now->ledger.count[i] - before->ledger.count[i]);
    now->entries_below_packet += times * (now->entries_below_packet - before->entries_below_packet);
    now->overruns += times * (now->overruns - before->overruns);
    now->cpu_overruns += times * (now->cpu_overruns - before->cpu_overruns);
    now->busy_ps += times * (now->busy_ps - before->busy_ps);
    for (uint32_t c = 0; c < host->server->cores; c++) {
        struct weft_core *core = &host->core[c];
        core->busy_ps += times * (core->busy_ps - host->marked->core_busy_ps[c]);
        if (core->busy_ps > now->busiest_core_ps)
            now->busiest_core_ps = core->busy_ps;
    }
}

static void repeat_application(struct weft_host *host, uint32_t index, const struct weft_repeat *repeat)
{
    struct weft_application *a = &host->application[index];
    const weft_ps later_ps = repeat->times * repeat->period_ps;
    if (a->state != WEFT_APPLICATION_SLEEPS)
        return;
    a->due_ps += later_ps;
    weft_tournament_set(&host->timer, index, a->due_ps);
    for (uint32_t i = 0; i < a->quantities; i++)
        a->quantity[i].first += repeat->times * repeat->packets[a->source[a->quantity[i].index].stream];
    for (uint32_t i = 0; i < a->sources; i++) {
        struct weft_source *source = &a->source[i];
        source->next += repeat->times * repeat->packets[source->stream];
        source->due_ps += later_ps;
        weft_tournament_set(&a->next, i, source->due_ps);
    }
}

static void repeat_packets(struct weft_nic *nic, const struct weft_repeat *repeat)
{
    const weft_ps later_ps = repeat->times * repeat->period_ps;
    struct weft_ring *ring = nic->ring;
    for (uint64_t number = weft_ring_completed(ring); number < nic->scheduled; number++) {
        nic->done_ps[number & nic->mask] += later_ps;
        if (number < nic->taken)
            continue;
        const uint32_t place = place_of(nic, number);
        nic->tx_ps[number & nic->mask] += later_ps;
        ring->number[place] += (uint32_t)(repeat->times * repeat->packets[ring->stream[place]]);
    }
}

static void repeat_nic(struct weft_nic *nic, weft_ps now_ps, const struct weft_repeat *repeat)
{
    const weft_ps later_ps = repeat->times * repeat->period_ps;
    weft_pipe_shift(&nic->link, now_ps, later_ps);
    if (nic->shapes)
        weft_pipe_shift(&nic->shaper, now_ps, later_ps);
    if (nic->allowed_ps > now_ps)
        nic->allowed_ps += later_ps;
    repeat_packets(nic, repeat);
    for (uint64_t i = nic->notice_first; i < nic->notice_end; i++) {
        nic->notice[i & nic->notice_mask].at_ps += later_ps;
        nic->notice[i & nic->notice_mask].allowed_ps += later_ps;
    }
}

static void repeat_core(struct weft_host *host, uint32_t index, weft_ps later_ps)
{
    struct weft_core *core = &host->core[index];
    if (!core->busy)
        return;
    core->work.start_ps += later_ps;
    core->work.end_ps += later_ps;
    weft_tournament_set(&host->work, index, core->work.end_ps);
}

void weft_host_repeat(struct weft_host *host, weft_ps now_ps, const struct weft_repeat *repeat)
{
    assert(host->marked);
    repeat_counters(host, repeat->times);
    host->skipped_packets += repeat->times * repeat->server_packets[host->index];
    repeat_nic(&host->nic, now_ps, repeat);
    for (uint32_t c = 0; c < host->server->cores; c++)
        repeat_core(host, c, repeat->times * repeat->period_ps);
    for (uint32_t a = 0; a < host->applications; a++)
        repeat_application(host, a, repeat);
}
