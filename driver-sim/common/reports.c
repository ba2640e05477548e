/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hops in a ring, by place: their number in order of entry. Four places divide it,
 *
 *     head <= asked <= told <= ready <= tail
 *     |       |        |       | all before it are settled
 *     |       |        | told of at switches
 *     |       | their devices' queues were looked at
 *     | the first that is kept
 *
 * and each hop passes each of them once, so the work a packet is constant. */

#include "common/reports.h"

#include "common/watches.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 2 * WEFT_TRAIN };

struct entry {
    struct weft_hop hop;
    weft_ps done_ps, device_ps;
    uint64_t next;   /* behind it in its device's queue */
    uint8_t outcome; /* enum weft_outcome */
    bool settled;    /* what became of it is known */
    bool over;       /* nobody needs to be told of it any more, once it was told at its switch */
};

/* What arrived at a device and was not told there yet, as it came. */
struct arrivals {
    uint64_t first, last;
    weft_ps last_ps;
};
#define NOBODY UINT64_MAX

struct weft_reports {
    const struct weft_setup *setup;
    struct weft_watches watches;
    struct entry *slot;
    uint64_t slots;                          /* a power of two */
    uint64_t head, asked, told, ready, tail; /* run free */
    weft_ps last_enter_ps;
    struct arrivals *device;
    struct weft_train train; /* told of now, or being filled */
};

struct weft_reports *weft_reports_new(const struct weft_setup *setup, const struct weft_watch *watch,
                                      size_t watches)
{
    struct weft_reports *reports = weft_alloc(1, sizeof(*reports));
    reports->setup = setup;
    reports->watches = (struct weft_watches){watch, watches};
    reports->slots = FIRST_SLOTS;
    reports->slot = weft_alloc(reports->slots, sizeof(*reports->slot));
    reports->device = weft_alloc(setup->devices, sizeof(*reports->device));
    for (uint32_t i = 0; i < setup->devices; i++)
        reports->device[i] = (struct arrivals){NOBODY, NOBODY, 0};
    return reports;
}

void weft_reports_free(struct weft_reports *reports)
{
    if (!reports)
        return;
    free(reports->slot);
    free(reports->device);
    free(reports);
}

static struct entry *at(const struct weft_reports *reports, uint64_t place)
{
    return &reports->slot[place & (reports->slots - 1)];
}

static struct entry *open_at(const struct weft_reports *reports, uint64_t place)
{
    struct entry *entry = at(reports, place);
    assert(place >= reports->ready && place < reports->tail && !entry->settled);
    return entry;
}

static bool goes_to_device(const struct weft_reports *reports, const struct weft_hop *hop)
{
    return hop->port < reports->setup->devices;
}

/* Background traffic is no matter of devices. */
static bool is_told_at_device(const struct weft_reports *reports, const struct weft_hop *hop)
{
    return goes_to_device(reports, hop) && hop->stream < reports->setup->streams;
}

static void copy(const struct entry *entry, struct weft_train *train, uint32_t to)
{
    const struct weft_hop *hop = &entry->hop;
    train->packet[to] = hop->packet;
    train->stream[to] = hop->stream;
    train->number[to] = hop->number;
    train->payload_bytes[to] = hop->payload_bytes;
    train->frame_bytes[to] = hop->frame_bytes;
    train->tx_ps[to] = hop->tx_ps;
    train->at_ps[to] = hop->at_ps;
    train->done_ps[to] = entry->done_ps;
    train->enter_ps[to] = hop->enter_ps;
    train->port[to] = hop->port;
    train->outcome[to] = entry->outcome;
}

static void send_off(struct weft_reports *reports, enum weft_point point)
{
    if (reports->train.n > 0)
        weft_watches_tell(&reports->watches, point, 0, &reports->train);
    reports->train.n = 0;
}

/* The queue of the device behind the port of the hop at `asked`: those that may be told of were told at the switch, and
 * none of them overtook one that was not. */
static void tell_device(struct weft_reports *reports, const struct weft_hop *hop)
{
    struct arrivals *device = &reports->device[hop->port];
    struct weft_train *train = &reports->train;
    while (device->first <= reports->asked) {
        struct entry *entry = at(reports, device->first);
        device->first = entry->next;
        copy(entry, train, train->n);
        train->at_ps[train->n] = train->done_ps[train->n] = entry->device_ps;
        entry->over = true;
        if (++train->n == WEFT_TRAIN)
            send_off(reports, WEFT_AT_DEVICE);
    }
}

/* At most a train of settled hops, first at their switches, then at their devices. */
static void tell(struct weft_reports *reports)
{
    struct weft_train *train = &reports->train;
    while (train->n < WEFT_TRAIN && reports->told < reports->ready)
        copy(at(reports, reports->told++), train, train->n++);
    send_off(reports, WEFT_AT_SWITCH);
    for (; reports->asked < reports->told; reports->asked++) {
        const struct weft_hop *hop = &at(reports, reports->asked)->hop;
        if (is_told_at_device(reports, hop))
            tell_device(reports, hop);
    }
    send_off(reports, WEFT_AT_DEVICE);
    while (reports->head < reports->asked && at(reports, reports->head)->over)
        reports->head++;
}

static void settle(struct weft_reports *reports, struct entry *entry)
{
    entry->settled = true;
    while (reports->ready < reports->tail && at(reports, reports->ready)->settled)
        reports->ready++;
    while (reports->ready - reports->told >= WEFT_TRAIN)
        tell(reports);
}

static void grow(struct weft_reports *reports)
{
    reports->slot = weft_resize(reports->slot, 2 * reports->slots, sizeof(*reports->slot));
    /* A place modulo `slots` is the same modulo twice as many, or `slots` higher: the copy serves both. */
    memcpy(reports->slot + reports->slots, reports->slot, reports->slots * sizeof(*reports->slot));
    reports->slots *= 2;
}

uint64_t weft_reports_enter(struct weft_reports *reports, const struct weft_hop *hop)
{
    assert(hop->enter_ps >= reports->last_enter_ps);
    reports->last_enter_ps = hop->enter_ps;
    if (reports->tail - reports->head == reports->slots)
        grow(reports);
    *at(reports, reports->tail) = (struct entry){.hop = *hop,
                                                 .done_ps = WEFT_NEVER,
                                                 .device_ps = WEFT_NEVER,
                                                 .next = NOBODY,
                                                 .outcome = WEFT_DELIVERED};
    return reports->tail++;
}

void weft_reports_left(struct weft_reports *reports, uint64_t place, weft_ps done_ps)
{
    struct entry *entry = open_at(reports, place);
    assert(entry->done_ps == WEFT_NEVER && done_ps >= entry->hop.enter_ps);
    entry->done_ps = done_ps;
    if (goes_to_device(reports, &entry->hop))
        return;
    entry->over = true;
    settle(reports, entry);
}

void weft_reports_lost(struct weft_reports *reports, uint64_t place, enum weft_outcome outcome)
{
    struct entry *entry = open_at(reports, place);
    assert(outcome != WEFT_DELIVERED && (outcome == WEFT_DROPPED_DEVICE) == (entry->done_ps != WEFT_NEVER));
    entry->outcome = (uint8_t)outcome;
    entry->over = true;
    settle(reports, entry);
}

static void queue(struct weft_reports *reports, struct arrivals *device, uint64_t place)
{
    if (device->first == NOBODY)
        device->first = place;
    else
        at(reports, device->last)->next = place;
    device->last = place;
}

void weft_reports_arrived(struct weft_reports *reports, uint64_t place, weft_ps at_ps)
{
    struct entry *entry = open_at(reports, place);
    assert(goes_to_device(reports, &entry->hop) && entry->done_ps != WEFT_NEVER);
    struct arrivals *device = &reports->device[entry->hop.port];
    assert(at_ps >= device->last_ps && at_ps >= entry->done_ps);
    entry->device_ps = device->last_ps = at_ps;
    entry->over = !is_told_at_device(reports, &entry->hop);
    if (!entry->over)
        queue(reports, device, place);
    settle(reports, entry);
}

uint64_t weft_reports_kept(const struct weft_reports *reports)
{
    return reports->tail - reports->head;
}

uint64_t weft_reports_finish(struct weft_reports *reports)
{
    while (reports->told < reports->ready)
        tell(reports);
    return reports->tail - reports->told;
}
