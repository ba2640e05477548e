/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One write call on its way through the driver. The call is worked off in pieces that each end with a
 * doorbell:
 *
 *     submit: translate every entry, begin the order
 *     step:   ring the doorbell of the piece before, if any       -> the NIC has its packets
 *             all packets out: DONE;  ring was too full: RING;  next slice not due: TIME
 *             take the next packets of the order, reserve slots   -> CORE: so many cycles
 *
 * Packets are sizes here; when bytes are carried, payload.c makes header and fragments of each with its
 * doorbell. What an entry's packets have in common is looked up once, when it is accepted. */

#include "order_call.h"
#include "ring.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct weft_driver *weft_driver_new(const struct weft_driver_params *params, struct weft_ring *ring,
                                    struct weft_space *space, const struct weft_region *region)
{
    assert(space || !ring->desc);
    struct weft_driver *driver = weft_alloc(1, sizeof(*driver));
    uint32_t most = params->doorbell_packets < ring->slots ? params->doorbell_packets : ring->slots;
    driver->params = *params;
    driver->page_shift = (uint32_t)__builtin_ctzll(params->page_bytes);
    assert(params->page_bytes == UINT64_C(1) << driver->page_shift);
    driver->ring = ring;
    driver->space = space;
    driver->region = region;
    driver->piece_room = most;
    driver->piece = weft_alloc(most, sizeof(*driver->piece));
    driver->emitted_entry = weft_alloc(most, sizeof(*driver->emitted_entry));
    if (ring->desc)
        driver->origin = weft_alloc(most, sizeof(*driver->origin));
    return driver;
}

void weft_driver_free(struct weft_driver *driver)
{
    if (!driver)
        return;
    free(driver->piece);
    free(driver->emitted_entry);
    free(driver->origin);
    free(driver->progress);
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
    driver->progress = weft_resize(driver->progress, entries, sizeof(*driver->progress));
    driver->order_state = weft_resize(driver->order_state, driver->params.order->state_bytes(entries), 1);
}

/* What a stream's format has cut: the table's packets one after the other, the first one after the last. */
static uint32_t next_of(const struct weft_packets *packets, uint32_t at)
{
    return at + 1 == packets->packets ? 0 : at + 1;
}

/* Bytes that no packet carries between the data of a packet and the next one's. */
static uint64_t gap_after(const struct weft_packets *packets, uint32_t at)
{
    const struct weft_packet *packet = &packets->packet[at];
    if (at + 1 == packets->packets)
        return packets->packet[0].at_byte;
    return packet[1].at_byte - packet->at_byte - packet->data_bytes;
}

/* How many packets of the table the entry's bytes are; 0 if they do not end where a packet ends. */
static uint64_t table_packets(const struct weft_packets *packets, uint32_t first_number, uint64_t bytes)
{
    uint32_t at = first_number % packets->packets;
    uint64_t count = 1, used = packets->packet[at].data_bytes;
    for (; used < bytes; count++) {
        used += gap_after(packets, at);
        at = next_of(packets, at);
        used += packets->packet[at].data_bytes;
    }
    return used == bytes ? count : 0;
}

/* How many packets a sound entry becomes. */
static uint64_t count_packets(const struct weft_driver_params *params, const struct weft_entry *entry)
{
    const struct weft_stream_route *route = &params->routes[entry->stream];
    if (route->packets)
        return table_packets(route->packets, entry->first_number, entry->bytes);
    return params->cut->packets(entry->bytes, route->payload_bytes);
}

/* What is wrong with an entry before anything is looked up. */
static enum weft_entry_status look_at(const struct weft_driver *driver, const struct weft_entry *entry)
{
    const struct weft_driver_params *params = &driver->params;
    if (entry->stream >= params->streams || params->routes[entry->stream].payload_bytes == 0)
        return WEFT_ENTRY_NO_DESTINATION;
    if (entry->bytes == 0)
        return WEFT_ENTRY_EMPTY;
    if (entry->address >= WEFT_ADDRESS_END || entry->bytes > WEFT_ADDRESS_END - entry->address)
        return WEFT_ENTRY_OUT_OF_RANGE;
    /* packets of a stream are numbered in 32 bits */
    const struct weft_stream_route *route = &params->routes[entry->stream];
    uint64_t packets = route->packets ? table_packets(route->packets, entry->first_number, entry->bytes)
                                      : entry->bytes / route->payload_bytes + 1;
    if (packets == 0 || packets > UINT32_MAX - entry->first_number)
        return WEFT_ENTRY_OUT_OF_RANGE;
    if (packets > UINT32_MAX - driver->packets_left) /* and those of a call counted */
        return WEFT_ENTRY_OUT_OF_RANGE;
    return WEFT_ENTRY_OK;
}

/* What all packets of an entry have in common. */
static void begin_progress(const struct weft_driver *driver, const struct weft_entry *entry,
                           struct weft_progress *progress)
{
    const struct weft_driver_params *params = &driver->params;
    const struct weft_stream_route *route = &params->routes[entry->stream];
    progress->stream = entry->stream;
    progress->payload_bytes = route->payload_bytes;
    progress->frame_bytes = weft_frame_bytes(params->network, route->header_bytes + route->payload_bytes);
    progress->header_blocks = params->header->one_block ? 1 : route->header.layers;
    progress->packets = route->packets;
    progress->at_packet = route->packets ? entry->first_number % route->packets->packets : 0;
}

/* Translation of one entry, before any ordering, so that order never changes its count. */
static void accept(struct weft_driver *driver, uint32_t index)
{
    const struct weft_driver_params *params = &driver->params;
    struct weft_entry *entry = &driver->vector[index];
    driver->progress[index] = (struct weft_progress){
        .next_number = entry->first_number, .address = entry->address, .left = entry->bytes};
    entry->packets = 0;
    entry->status = look_at(driver, entry);
    if (entry->status == WEFT_ENTRY_OK && params->copies)
        weft_payload_check_readable(driver, index);
    else if (entry->status == WEFT_ENTRY_OK)
        weft_payload_translate(driver, index);
    if (entry->status != WEFT_ENTRY_OK)
        return;
    begin_progress(driver, entry, &driver->progress[index]);
    entry->packets = (uint32_t)count_packets(params, entry);
    driver->packets_left += entry->packets;
    driver->work.count[WEFT_STACK_WALKS] += params->segmentation->stack_walk_per_entry;
}

void weft_driver_submit(struct weft_driver *driver, const struct weft_call *call)
{
    enum { AHEAD = 4 };
    uint32_t n = call->entries;
    assert(driver->packets_left == 0 && !driver->in_call);
    make_room(driver, n > 0 ? n : 1);
    driver->call = *call;
    driver->vector = call->vector;
    driver->counted = call->counted;
    driver->in_call = true;
    driver->launch = weft_launch_first(call);
    driver->page_count = 0;
    driver->work = call->extra ? *call->extra : (struct weft_ledger){0};
    driver->work.count[WEFT_WRITE_CALLS] += 1;
    driver->work.count[WEFT_MODE_SWITCHES] += 2;
    driver->work.count[WEFT_ENTRIES] += n;
    weft_payload_unpin(driver);
    for (uint32_t i = 0; i < n; i++) {
        if (i + AHEAD < n)
            weft_payload_expect(driver, i + AHEAD);
        accept(driver, i);
    }
    driver->packets = driver->packets_left;
    driver->slice = weft_slice_from(call, 0);
    driver->order_call = weft_order_call_of(driver, n);
    driver->params.order->begin(driver->order_state, &driver->order_call);
    driver->calls++;
}

/* Pages that `bytes` from `in_page` on touch: weft_pages_touched() without a division. */
static uint64_t touched(const struct weft_driver *driver, uint64_t in_page, uint32_t bytes)
{
    return ((in_page + bytes - 1) >> driver->page_shift) + 1;
}

/* Gather elements of a packet that the NIC is given by itself: a header block, and each page that it touches. Copied
 * payload lies in kernel memory from the start of a page on. */
static uint64_t elements_of_packet(const struct weft_driver *driver, uint64_t address, uint32_t bytes)
{
    uint64_t in_page = driver->params.copies ? 0 : address & (driver->params.page_bytes - 1);
    return 1 + touched(driver, in_page, bytes);
}

/* Where the NIC cuts: what a packet adds to the elements of its run, which it goes on with or begins. */
static uint64_t elements_of_run(struct weft_driver *driver, uint32_t entry, uint64_t address, uint32_t bytes)
{
    bool same_run = driver->runs > 0 && driver->run_entry == entry &&
                    driver->run_packets < WEFT_RUN_PACKETS && driver->run_bytes + bytes <= WEFT_RUN_BYTES;
    if (!same_run) {
        driver->runs++;
        driver->run_entry = entry;
        driver->run_packets = driver->run_bytes = 0;
    }
    uint64_t at = driver->params.copies ? driver->run_bytes : address;
    uint64_t in_page = at & (driver->params.page_bytes - 1), pages = touched(driver, in_page, bytes);
    driver->run_packets++;
    driver->run_bytes += bytes;
    return same_run ? pages - (in_page != 0) : pages + 1;
}

/* The next packet of an entry: `*data_bytes` of payload from `*address` on, behind the format's prefix. */
static uint32_t cut_bytes(const struct weft_driver *driver, struct weft_progress *progress, uint64_t *address,
                          uint32_t *data_bytes)
{
    uint32_t bytes = driver->params.cut->next(progress->left, progress->payload_bytes);
    *address = progress->address;
    *data_bytes = bytes;
    progress->address += bytes;
    progress->left -= bytes;
    return bytes;
}

static uint32_t cut_units(struct weft_progress *progress, uint64_t *address, uint32_t *data_bytes)
{
    const struct weft_packet *packet = &progress->packets->packet[progress->at_packet];
    *address = progress->address;
    *data_bytes = packet->data_bytes;
    progress->address += packet->data_bytes + gap_after(progress->packets, progress->at_packet);
    progress->at_packet = next_of(progress->packets, progress->at_packet);
    return packet->data_bytes + packet->prefix_bytes;
}

static uint32_t frame_bytes_of(const struct weft_driver *driver, const struct weft_progress *progress,
                               uint32_t payload_bytes)
{
    if (payload_bytes == progress->payload_bytes)
        return progress->frame_bytes;
    const struct weft_stream_route *route = &driver->params.routes[progress->stream];
    return weft_frame_bytes(driver->params.network, route->header_bytes + payload_bytes);
}

static void cut_packet(struct weft_driver *driver, struct weft_progress *progress, struct weft_slot *out,
                       uint64_t *address, uint32_t *data_bytes)
{
    uint32_t payload_bytes = progress->packets ? cut_units(progress, address, data_bytes)
                                               : cut_bytes(driver, progress, address, data_bytes);
    *out = (struct weft_slot){
        .launch_ps = weft_launch_next(&driver->launch),
        .stream = progress->stream,
        .number = progress->next_number++,
        .payload_bytes = payload_bytes,
        .frame_bytes = frame_bytes_of(driver, progress, payload_bytes),
        .socket = driver->params.socket,
        .counted = driver->counted,
    };
}

static void name_packets(struct weft_driver *driver, uint32_t n)
{
    const struct weft_order *order = driver->params.order;
    for (uint32_t named = 0; named < n;) {
        size_t got =
            order->emit(driver->order_state, &driver->order_call, driver->emitted_entry + named, n - named);
        assert(got > 0);
        named += (uint32_t)got;
    }
}

/* Cut the next `n` packets in the order that the policy names. */
static void cut_piece(struct weft_driver *driver, uint32_t n)
{
    const bool nic_cuts = driver->params.segmentation->nic_cuts;
    uint64_t elements = 0, all_data_bytes = 0, blocks = 0;
    name_packets(driver, n);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t entry = driver->emitted_entry[i], data_bytes, runs = driver->runs;
        struct weft_progress *progress = &driver->progress[entry];
        uint64_t address;
        cut_packet(driver, progress, &driver->piece[i], &address, &data_bytes);
        all_data_bytes += data_bytes;
        elements += nic_cuts ? elements_of_run(driver, entry, address, data_bytes)
                             : elements_of_packet(driver, address, data_bytes);
        blocks += nic_cuts && driver->runs == runs ? 0 : progress->header_blocks;
        if (driver->origin)
            driver->origin[i] = (struct weft_origin){data_bytes, address, progress->page_zero};
    }
    driver->work.count[WEFT_DESCRIPTORS] += elements;
    driver->work_data_bytes = all_data_bytes;
    driver->work_blocks = blocks;
    driver->packets_left -= n;
    if (n > 0 && driver->packets_left == 0)
        driver->piece[n - 1].last_of_call = true;
}

static void count_piece(struct weft_driver *driver, uint32_t packets)
{
    const struct weft_driver_params *params = &driver->params;
    const struct weft_segmentation *segmentation = params->segmentation;
    struct weft_ledger *work = &driver->work;
    uint64_t bytes = driver->work_data_bytes;
    uint64_t handed_over = segmentation->nic_cuts ? driver->runs : packets;
    work->count[WEFT_PACKETS] += handed_over;
    work->count[WEFT_HEADER_BLOCKS] += driver->work_blocks;
    work->count[WEFT_STACK_WALKS] += segmentation->stack_walk_per_packet ? packets : 0;
    work->count[WEFT_SPLITS] += segmentation->splits ? packets : 0;
    work->count[WEFT_COPIED_BYTES] += params->copies ? bytes : 0;
    work->count[WEFT_CHECKSUM_BYTES] += params->checksum_in_software ? bytes : 0;
    /* filled by DMA once and read by the NIC's DMA once; a copy reads and writes once more, a checksum reads once */
    work->count[WEFT_DRAM_BYTES] += bytes * (2 + 2 * (uint64_t)params->copies + params->checksum_in_software);
    work->count[WEFT_DOORBELLS] += packets > 0;
    driver->work_data_bytes = driver->work_blocks = 0;
    driver->runs = 0;
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
    cut_piece(driver, n);
    weft_ring_reserve(driver->ring, n);
    count_piece(driver, n);
    driver->slice.packets -= n;
    driver->piece_packets = n;
    driver->piece_begun = true;
    if (driver->counted)
        weft_ledger_add(ledger, &driver->work);
    uint64_t mcycles = weft_ledger_mcycles(&driver->work, driver->params.profile, WEFT_TYPICAL);
    driver->work = (struct weft_ledger){0};
    return (struct weft_step){.need = WEFT_CORE, .mcycles = mcycles};
}

/* The cycles of the piece have run: its packets go to the NIC. */
static void end_piece(struct weft_driver *driver)
{
    uint64_t first = weft_ring_rung(driver->ring);
    weft_ring_put(driver->ring, driver->piece, driver->piece_packets);
    if (driver->origin)
        weft_payload_describe(driver, first);
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
            weft_payload_call_over(driver);
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
