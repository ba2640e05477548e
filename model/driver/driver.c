/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One write call on its way through the driver. The call is worked off in pieces that each end with a
 * doorbell:
 *
 *     submit: translate every entry, begin the order
 *     step:   ring the doorbell of the piece before, if any       -> the NIC has its packets
 *             all packets out: DONE;  ring was too full: RING;  next slice not due: TIME
 *             take the next packets of the order, reserve slots   -> CORE: so many cycles
 *
 * What an entry's packets have in common is looked up once, when it is accepted. */

#include "messages.h"
#include "order_call.h"
#include "pages.h"
#include "piece.h"
#include "rounds.h"
#include "units.h"

#include <assert.h>
#include <stdlib.h>

struct weft_driver *weft_driver_new(const struct weft_driver_params *params, struct weft_ring *ring,
                                    struct weft_space *space, const struct weft_region *region)
{
    assert(space || !ring->desc);
    struct weft_driver *driver = weft_alloc(1, sizeof(*driver));
    uint32_t most = params->doorbell_packets < ring->slots ? params->doorbell_packets : ring->slots;
    driver->params = *params;
    if (!params->interface)
        driver->params.interface = weft_interfaces[0];
    driver->connected = weft_subset_of(params->own, params->streams);
    driver->page_shift = (uint32_t)__builtin_ctzll(params->page_bytes);
    assert(params->page_bytes == UINT64_C(1) << driver->page_shift);
    driver->stamps = params->header->stamps && !params->copies && !params->checksum_in_software &&
                     !params->segmentation->nic_cuts;
    driver->nic_cuts = params->segmentation->nic_cuts;
    driver->copies_packets = params->copies && !params->segmentation->stack_walk_per_entry;
    driver->touches_packets = driver->copies_packets && params->mmu;
    driver->ring = ring;
    driver->space = space;
    driver->region = region;
    driver->rounds.possible = weft_rounds_possible(driver);
    driver->piece_room = most;
    driver->place = weft_alloc(most, sizeof(*driver->place));
    driver->emitted_entry = weft_alloc(most, sizeof(*driver->emitted_entry));
    return driver;
}

void weft_driver_free(struct weft_driver *driver)
{
    if (!driver)
        return;
    free(driver->place);
    free(driver->emitted_entry);
    free(driver->route);
    free(driver->progress);
    free(driver->rounds.address);
    free(driver->rounds.entry);
    free(driver->rounds.stream);
    free(driver->rounds.number);
    free(driver->rounds.in_page);
    free(driver->order_state);
    free(driver->page);
    free(driver->pin);
    free(driver);
}

static void make_room(struct weft_driver *driver, uint32_t entries)
{
    if (entries <= driver->entry_room)
        return;
    driver->entry_room = entries;
    driver->route = weft_resize(driver->route, entries, sizeof(const struct weft_stream_route *));
    driver->progress = weft_resize(driver->progress, entries, sizeof(*driver->progress));
    driver->order_state = weft_resize(driver->order_state, driver->params.order->state_bytes(entries), 1);
}

/* How many packets of the table the entry's bytes are; 0 if they do not end where a packet ends. */
static uint64_t table_packets(const struct weft_packets *packets, uint32_t first_number, uint64_t bytes)
{
    uint32_t at = first_number % packets->packets;
    uint64_t count = 1, used = packets->packet[at].data_bytes;
    for (; used < bytes; count++) {
        used += weft_units_gap_after(packets, at);
        at = weft_units_next(packets, at);
        used += packets->packet[at].data_bytes;
    }
    return used == bytes ? count : 0;
}

/* How many packets a sound entry becomes. */
static uint64_t count_packets(const struct weft_driver *driver, uint32_t index)
{
    const struct weft_entry *entry = &driver->vector[index];
    const struct weft_stream_route *route = driver->route[index];
    if (route->packets)
        return table_packets(route->packets, entry->first_number, entry->bytes);
    return driver->params.cut->packets(entry->bytes, route->payload_bytes);
}

/* The route of a stream; NULL: this socket is not connected to its device. */
static inline const struct weft_stream_route *find_route(const struct weft_driver *driver, uint32_t stream)
{
    const uint32_t place = weft_subset_place(&driver->connected, stream);
    if (place == WEFT_NOT_IN_SUBSET || driver->params.routes[place].payload_bytes == 0)
        return NULL;
    return &driver->params.routes[place];
}

/* What is wrong with an entry, by its route, before any address is looked up. */
static enum weft_entry_status look_at(const struct weft_driver *driver, const struct weft_entry *entry,
                                      const struct weft_stream_route *route)
{
    if (!route)
        return WEFT_ENTRY_NO_DESTINATION;
    if (entry->bytes == 0)
        return WEFT_ENTRY_EMPTY;
    if (entry->address >= WEFT_ADDRESS_END || entry->bytes > WEFT_ADDRESS_END - entry->address)
        return WEFT_ENTRY_OUT_OF_RANGE;
    /* packets of a stream are numbered in 32 bits */
    uint64_t packets = route->packets ? table_packets(route->packets, entry->first_number, entry->bytes)
                                      : entry->bytes / route->payload_bytes + 1;
    if (packets == 0 || packets > UINT32_MAX - entry->first_number)
        return WEFT_ENTRY_OUT_OF_RANGE;
    if (packets > UINT32_MAX - driver->packets_left) /* and those of a call counted */
        return WEFT_ENTRY_OUT_OF_RANGE;
    return WEFT_ENTRY_OK;
}

/* What all packets of an entry have in common. */
static inline void begin_progress(const struct weft_driver *driver, uint32_t index, uint64_t address,
                                  struct weft_progress *progress)
{
    const struct weft_driver_params *params = &driver->params;
    const struct weft_entry *entry = &driver->vector[index];
    const struct weft_stream_route *route = driver->route[index];
    const uint32_t full_bytes = route->payload_bytes;
    bool common = params->cut->full_first && !route->packets && entry->bytes >= full_bytes;
    if (driver->ring->desc)
        common = common && driver->stamps && route->header.stamp_bytes == full_bytes;
    progress->address = address;
    progress->end = address + entry->bytes;
    progress->common_until = common ? progress->end - full_bytes + 1 : 0;
    progress->header = &route->header;
    progress->stream = entry->stream;
    progress->number = entry->first_number;
    progress->full =
        (struct weft_sizes){full_bytes, weft_frame_bytes(params->network, route->header_bytes + full_bytes)};
    progress->header_blocks = params->header->one_block ? 1 : route->header.layers;
    progress->at_packet = route->packets ? entry->first_number % route->packets->packets : 0;
}

/* Of an accepted entry, for calls that are cut packet by packet. */
static inline __attribute__((always_inline)) void begin_entry(struct weft_driver *driver, uint32_t index,
                                                              uint64_t address)
{
    const struct weft_stream_route *route = driver->route[index];
    struct weft_progress *progress = &driver->progress[index];
    if (!driver->first) {
        driver->first = route;
        driver->full = weft_driver_full_sizes(driver, route);
    }
    bool like_first = weft_driver_same_sizes(route, driver->first);
    progress->full = like_first ? driver->full : weft_driver_full_sizes(driver, route);
    driver->alike = driver->alike && like_first;
    begin_progress(driver, index, address, progress);
}

/* Translation of one entry, before any ordering, so that order never changes its count. False: it is refused. */
static bool accept(struct weft_driver *driver, uint32_t index)
{
    const struct weft_driver_params *params = &driver->params;
    struct weft_entry *entry = &driver->vector[index];
    entry->packets = 0;
    driver->route[index] = find_route(driver, entry->stream);
    entry->status = look_at(driver, entry, driver->route[index]);
    uint64_t address = entry->address;
    if (entry->status == WEFT_ENTRY_OK && params->copies)
        weft_pages_check_readable(driver, index);
    else if (entry->status == WEFT_ENTRY_OK)
        address = weft_pages_translate(driver, index);
    if (entry->status != WEFT_ENTRY_OK)
        return false;
    entry->packets = (uint32_t)count_packets(driver, index);
    if (driver->rounds.possible)
        weft_rounds_add(driver, index, address);
    else
        begin_entry(driver, index, address);
    driver->packets_left += entry->packets;
    if (params->copies && params->segmentation->stack_walk_per_entry)
        weft_pages_copy(driver, index);
    return true;
}

/* The order begins; so do entries of a call that could have been one of alike packets, but is not. */
static void begin_order(struct weft_driver *driver, uint32_t entries)
{
    driver->order_call = weft_order_call_of(driver, entries);
    driver->params.order->begin(driver->order_state, &driver->order_call);
    if (!driver->rounds.possible || weft_rounds_line_up(driver))
        return;
    for (uint32_t i = 0; i < entries; i++)
        if (driver->vector[i].status == WEFT_ENTRY_OK)
            begin_entry(driver, i, driver->rounds.address[i]);
}

/* Of the call's entries `accepted` were. One that was refused is an entry of a submission ring, too, which ends with an error. */
static void count_entries(struct weft_driver *driver, uint32_t entries, uint32_t accepted)
{
    const struct weft_driver_params *params = &driver->params;
    driver->work.count[WEFT_ENTRIES] += entries;
    driver->work.count[WEFT_RING_ENTRIES] += params->interface->rings ? entries - accepted : 0;
    if (!params->segmentation->stack_walk_per_packet)
        weft_count_messages(driver, accepted);
}

void weft_driver_submit(struct weft_driver *driver, const struct weft_call *call)
{
    enum { AHEAD = 4 };
    uint32_t n = call->entries, accepted = 0;
    assert(driver->packets_left == 0 && !driver->in_call);
    make_room(driver, n > 0 ? n : 1);
    driver->call = *call;
    driver->vector = call->vector;
    driver->counted = call->counted;
    driver->in_call = driver->alike = true;
    driver->first = NULL;
    if (driver->rounds.possible)
        weft_rounds_begin(driver, n);
    driver->launch = weft_launch_first(call);
    driver->page_count = 0;
    driver->work = call->extra ? *call->extra : (struct weft_ledger){0};
    driver->work.count[WEFT_WRITE_CALLS] += 1;
    driver->work.count[WEFT_MODE_SWITCHES] += driver->params.interface->crosses_per_call ? 2 : 0;
    weft_pages_unpin(driver);
    for (uint32_t i = 0; i < n; i++) {
        if (i + AHEAD < n)
            weft_pages_expect(driver, i + AHEAD);
        accepted += accept(driver, i);
    }
    count_entries(driver, n, accepted);
    driver->packets = driver->packets_left;
    driver->slice = weft_slice_from(call, 0);
    begin_order(driver, n);
    driver->calls++;
}

/* How many packets come before the next doorbell: none where a call begins before its first slice is due. */
static uint32_t piece_packets(const struct weft_driver *driver, weft_ps now_ps)
{
    uint64_t most =
        driver->slice.packets < driver->packets_left ? driver->slice.packets : driver->packets_left;
    if (driver->slice.at_ps > now_ps)
        return 0;
    return most < driver->piece_room ? (uint32_t)most : driver->piece_room;
}

/* Take as many packets as fit before the next doorbell. */
static struct weft_step begin_piece(struct weft_driver *driver, weft_ps now_ps, struct weft_ledger *ledger)
{
    uint32_t wanted = piece_packets(driver, now_ps);
    uint32_t free_slots = weft_ring_free_slots(driver->ring);
    uint32_t n = wanted < free_slots ? wanted : free_slots;
    driver->ring_short = n < wanted;
    weft_piece_cut(driver, n);
    driver->slice.packets -= n;
    driver->piece_packets = n;
    driver->piece_begun = true;
    driver->work.count[WEFT_COMPLETION_POLLS] += driver->params.polls;
    if (driver->counted)
        weft_ledger_add(ledger, &driver->work);
    uint64_t mcycles = weft_ledger_mcycles(&driver->work, driver->params.profile, WEFT_TYPICAL);
    driver->work = (struct weft_ledger){0};
    return (struct weft_step){.need = WEFT_CORE, .mcycles = mcycles};
}

/* The cycles of the piece have run: its packets go to the NIC. */
static void end_piece(struct weft_driver *driver)
{
    weft_ring_put(driver->ring, driver->place, driver->piece_packets);
    driver->piece_packets = 0;
    driver->piece_begun = false;
}

/* What is next after a piece, a wait, or nothing yet. */
static struct weft_step next_step(struct weft_driver *driver, weft_ps now_ps, struct weft_ledger *ledger)
{
    bool begins = driver->waits_for == WEFT_DONE;
    if (driver->piece_begun) {
        end_piece(driver);
        if (driver->packets_left == 0) {
            driver->in_call = false;
            weft_pages_call_over(driver);
            return (struct weft_step){.need = WEFT_DONE};
        }
        uint32_t slots = driver->ring->slots, in_use = slots - weft_ring_free_slots(driver->ring);
        if (driver->ring_short && in_use > slots / 2)
            return (struct weft_step){.need = WEFT_RING, .slots = slots / 2};
    }
    if (driver->slice.packets == 0)
        driver->slice = weft_slice_from(&driver->call, driver->packets - driver->packets_left);
    if (driver->slice.at_ps > now_ps && !begins)
        return (struct weft_step){.need = WEFT_TIME, .at_ps = driver->slice.at_ps};
    return begin_piece(driver, now_ps, ledger);
}

struct weft_step weft_driver_step(struct weft_driver *driver, weft_ps now_ps, struct weft_ledger *ledger)
{
    assert(driver->in_call);
    driver->work.count[WEFT_REFILLS] += driver->waits_for == WEFT_RING;
    driver->work.count[WEFT_SLICE_TIMERS] += driver->waits_for == WEFT_TIME;
    struct weft_step step = next_step(driver, now_ps, ledger);
    driver->waits_for = step.need;
    return step;
}
