/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The write calls of one application: a batch is cut into calls as the method's unit allows, and each goes
 * through the socket into the driver. */

#include "server.h"

#include <assert.h>

bool weft_socket_batch_over(const struct weft_application *application)
{
    return application->quantity_at == application->quantities;
}

/* A call counts with the first packet that it carries: what is written together need not have been due together. */
static bool is_counted(const struct weft_host *host, const struct weft_entry *first)
{
    const struct weft_clock *clock = &host->setup->stream[first->stream].clock;
    return weft_clock_due(clock, first->first_number) >= host->setup->warmup_ps;
}

/* Buffers of many streams are far apart: those of the quantities to come are fetched in time. */
static void expect_quantities(const struct weft_host *host, const struct weft_application *a)
{
    enum { FILL_AHEAD = 4, WALK_AHEAD = 8 };
    if (a->quantity_at + WALK_AHEAD < a->quantities)
        weft_buffers_expect_walk(host, a, a->quantity[a->quantity_at + WALK_AHEAD].index);
    if (a->quantity_at + FILL_AHEAD < a->quantities)
        weft_buffers_expect_fill(host, a, a->quantity[a->quantity_at + FILL_AHEAD].index);
}

/* The vector of the next call; `*bytes`: of the data in its entries. Filling them is counted in `work`. */
static uint32_t gather_call(struct weft_host *host, struct weft_application *a, uint64_t *bytes,
                            struct weft_ledger *work)
{
    const struct weft_unit *unit = host->setup->write.axes.unit;
    const bool fills = host->fills || a->touched;
    uint32_t n = 0;
    while (n < unit->max_entries && !weft_socket_batch_over(a)) {
        if (n == a->vector_room) {
            a->vector_room = a->vector_room ? 2 * a->vector_room : 16;
            a->vector = weft_resize(a->vector, a->vector_room, sizeof(*a->vector));
        }
        const struct weft_quantity *quantity = &a->quantity[a->quantity_at];
        uint64_t packets = quantity->packets - a->quantity_packets;
        if (packets > unit->max_packets)
            packets = unit->max_packets;
        if (a->quantity_packets == 0)
            expect_quantities(host, a);
        weft_buffers_fill(host, a, quantity->index, quantity->first + a->quantity_packets, packets,
                          &a->vector[n]);
        const struct weft_entry *entry = &a->vector[n];
        *bytes += entry->bytes;
        if (fills)
            weft_touch_filled(host, a, entry, work);
        if (n == 0)
            a->counted = is_counted(host, entry);
        if (a->counted && entry->bytes <= host->setup->stream[entry->stream].clock.payload_bytes)
            host->counters.entries_below_packet++;
        if (a->source[quantity->index].fault_ps <= a->due_ps)
            weft_damage_entry(host, a, n, quantity->index, packets);
        n++;
        a->quantity_packets += packets;
        if (a->quantity_packets == quantity->packets) {
            a->quantity_at++;
            a->quantity_packets = 0;
        }
    }
    return n;
}

static void begin_call(struct weft_host *host, struct weft_application *a)
{
    const struct weft_pacing *pacing = host->setup->write.axes.pacing;
    struct weft_core *core = &host->core[a->core];
    uint32_t me = (uint32_t)(a - host->application);
    struct weft_ledger extra = {0};
    extra.count[WEFT_TIMER_WAKEUPS] = a->slept;
    extra.count[WEFT_CONTEXT_SWITCHES] = a->slept || core->last_application != me;
    a->slept = false;
    core->last_application = me;
    weft_damage_mend(host, a);
    uint64_t bytes = 0, packets = 0;
    uint32_t n = gather_call(host, a, &bytes, &extra);
    weft_driver_submit(
        a->driver,
        &(struct weft_call){.vector = a->vector,
                            .entries = n,
                            .counted = a->counted,
                            .cold = weft_touch_is_cold(host, bytes),
                            .extra = &extra,
                            .from_ps = a->due_ps,
                            .span_ps = pacing->spreads || pacing->slices ? host->interval_ps : 0,
                            .first_packet = a->batch_written,
                            .of_packets = a->batch_packets,
                            .slices = pacing->slices ? (uint32_t)host->setup->write.pacing_argument : 0});
    uint32_t refused = 0;
    for (uint32_t i = 0; i < n; i++) {
        packets += a->vector[i].packets;
        refused += a->vector[i].status != WEFT_ENTRY_OK;
    }
    assert(refused <= a->damages);
    a->batch_written += packets;
    weft_damage_count(host, a);
    a->in_call = true;
}

/* How late a call begins; those after the first for one instant are late by their turn. */
static void see_slip(struct weft_host *host, struct weft_application *a, weft_ps now_ps)
{
    struct weft_host_counters *counters = &host->counters;
    weft_ps slip_ps = now_ps - a->due_ps;
    if (a->is_first && a->counted && slip_ps > counters->call_slip_max_ps)
        counters->call_slip_max_ps = slip_ps;
    a->is_first = false;
}

struct weft_step weft_socket_resume(struct weft_host *host, struct weft_application *application,
                                    weft_ps now_ps)
{
    struct weft_mmu *mmu = host->core[application->core].mmu;
    if (mmu)
        weft_mmu_run(mmu, (uint32_t)(application - host->application));
    if (!application->in_call) {
        begin_call(host, application);
        see_slip(host, application, now_ps);
    }
    struct weft_step step = weft_driver_step(application->driver, now_ps, &host->counters.ledger);
    if (step.need == WEFT_DONE) {
        application->in_call = false;
        weft_damage_call_over(host, application);
    }
    return step;
}
