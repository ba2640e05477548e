/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One write call on its way through the driver. The call is worked off in pieces that each end with a
 * doorbell:
 *
 *     submit: translate every entry, begin the order
 *     step:   ring the doorbell of the piece before, if any       -> the NIC has its packets
 *             all packets out: DONE;  ring was too full: RING
 *             take the next packets of the order, reserve slots   -> CORE: so many cycles
 *
 * Packets are sizes here; when bytes are carried, payload.c turns each into header and fragments with its
 * doorbell. */

#include "payload.h"
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
    driver->ring = ring;
    driver->space = space;
    driver->region = region;
    driver->piece_room = most;
    driver->piece = weft_alloc(most, sizeof(*driver->piece));
    driver->emitted_entry = weft_alloc(most, sizeof(*driver->emitted_entry));
    return driver;
}

void weft_driver_free(struct weft_driver *driver)
{
    if (!driver)
        return;
    free(driver->piece);
    free(driver->emitted_entry);
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

/* What is wrong with an entry before anything is looked up. */
static enum weft_entry_status look_at(const struct weft_driver_params *params, const struct weft_entry *entry)
{
    if (entry->stream >= params->streams || params->routes[entry->stream].payload_bytes == 0)
        return WEFT_ENTRY_NO_DESTINATION;
    if (entry->bytes == 0)
        return WEFT_ENTRY_EMPTY;
    if (entry->address >= WEFT_ADDRESS_END || entry->bytes > WEFT_ADDRESS_END - entry->address)
        return WEFT_ENTRY_OUT_OF_RANGE;
    /* packets of a stream are numbered in 32 bits */
    if (entry->bytes / params->routes[entry->stream].payload_bytes >= UINT32_MAX - entry->first_number)
        return WEFT_ENTRY_OUT_OF_RANGE;
    return WEFT_ENTRY_OK;
}

/* Translation of one entry, before any ordering, so that order never changes its count. */
static void accept(struct weft_driver *driver, uint32_t index)
{
    const struct weft_driver_params *params = &driver->params;
    struct weft_entry *entry = &driver->vector[index];
    driver->progress[index] = (struct weft_progress){
        .next_number = entry->first_number, .address = entry->address, .left = entry->bytes};
    entry->packets = 0;
    entry->status = look_at(params, entry);
    if (entry->status == WEFT_ENTRY_OK && params->copies)
        weft_payload_check_readable(driver, index);
    else if (entry->status == WEFT_ENTRY_OK)
        weft_payload_translate(driver, index);
    if (entry->status != WEFT_ENTRY_OK)
        return;
    entry->packets = params->cut->packets(entry->bytes, params->routes[entry->stream].payload_bytes);
    driver->packets_left += entry->packets;
    driver->work.count[WEFT_STACK_WALKS] += params->segmentation->stack_walk_per_entry;
}

void weft_driver_submit(struct weft_driver *driver, const struct weft_call *call)
{
    uint32_t n = call->entries;
    assert(driver->packets_left == 0 && !driver->in_call);
    make_room(driver, n > 0 ? n : 1);
    driver->call = *call;
    driver->vector = call->vector;
    driver->counted = call->counted;
    driver->in_call = true;
    driver->launched = 0;
    driver->page_count = 0;
    driver->work = call->extra ? *call->extra : (struct weft_ledger){0};
    driver->work.count[WEFT_WRITE_CALLS] += 1;
    driver->work.count[WEFT_MODE_SWITCHES] += 2;
    driver->work.count[WEFT_ENTRIES] += n;
    weft_payload_unpin(driver);
    for (uint32_t i = 0; i < n; i++)
        accept(driver, i);
    driver->params.order->begin(driver->order_state, call->vector, n, driver->params.order_argument);
}

/* The next packet may go on with the run of the one before it, or begin one. */
static bool continues_run(const struct weft_driver *driver, uint32_t entry, uint32_t bytes)
{
    return driver->params.segmentation->nic_cuts && driver->runs > 0 && driver->run_entry == entry &&
           driver->run_packets < WEFT_RUN_PACKETS && driver->run_bytes + bytes <= WEFT_RUN_BYTES;
}

/* Gather elements: a header block for each run, and each page that the run touches. Copied payload lies in kernel
 * memory from the start of a page on. */
static void count_descriptors(struct weft_driver *driver, uint32_t entry, uint64_t address, uint32_t bytes)
{
    uint64_t page_bytes = driver->params.page_bytes;
    bool same_run = continues_run(driver, entry, bytes);
    if (!same_run) {
        driver->runs++;
        driver->run_entry = entry;
        driver->run_packets = driver->run_bytes = 0;
    }
    uint64_t at = driver->params.copies ? driver->run_bytes : address;
    uint64_t pages = weft_pages_touched(at, bytes, page_bytes);
    driver->work.count[WEFT_DESCRIPTORS] += same_run ? pages - (at % page_bytes != 0) : pages + 1;
    driver->run_packets++;
    driver->run_bytes += bytes;
}

/* A launch time spreads the packets of an interval; (j * span) / n is exact and below 2^64 as j < n. */
static weft_ps next_launch_ps(struct weft_driver *driver)
{
    const struct weft_call *call = &driver->call;
    if (call->span_ps == 0)
        return 0;
    weft_u128 part = (weft_u128)(call->first_packet + driver->launched++) * call->span_ps;
    return call->from_ps + (weft_ps)(part / call->of_packets);
}

/* The next packet of an entry, with what it costs. */
static void cut_packet(struct weft_driver *driver, uint32_t index, struct weft_piece_packet *out)
{
    const struct weft_driver_params *params = &driver->params;
    struct weft_progress *progress = &driver->progress[index];
    const struct weft_entry *entry = &driver->vector[index];
    uint32_t bytes = params->cut->next(progress->left, params->routes[entry->stream].payload_bytes);
    *out = (struct weft_piece_packet){
        .entry = index,
        .address = progress->address,
        .slot = {.socket = params->socket,
                 .stream = entry->stream,
                 .number = progress->next_number,
                 .payload_bytes = bytes,
                 .frame_bytes = weft_frame_bytes(params->network, bytes),
                 .launch_ps = next_launch_ps(driver),
                 .last_of_call = driver->packets_left == 1,
                 .counted = driver->counted},
    };
    count_descriptors(driver, index, progress->address, bytes);
    driver->work_payload_bytes += bytes;
    progress->address += bytes;
    progress->left -= bytes;
    progress->next_number++;
    driver->packets_left--;
}

static void count_piece(struct weft_driver *driver, uint32_t packets)
{
    const struct weft_driver_params *params = &driver->params;
    const struct weft_segmentation *segmentation = params->segmentation;
    struct weft_ledger *work = &driver->work;
    uint64_t bytes = driver->work_payload_bytes;
    uint64_t handed_over = segmentation->nic_cuts ? driver->runs : packets;
    work->count[WEFT_PACKETS] += handed_over;
    work->count[WEFT_HEADER_BLOCKS] += handed_over * params->header->blocks;
    work->count[WEFT_STACK_WALKS] += segmentation->stack_walk_per_packet ? packets : 0;
    work->count[WEFT_SPLITS] += segmentation->splits ? packets : 0;
    work->count[WEFT_COPIED_BYTES] += params->copies ? bytes : 0;
    work->count[WEFT_CHECKSUM_BYTES] += params->checksum_in_software ? bytes : 0;
    /* filled by DMA once and read by the NIC's DMA once; a copy reads and writes once more, a checksum reads once */
    work->count[WEFT_DRAM_BYTES] += bytes * (2 + 2 * (uint64_t)params->copies + params->checksum_in_software);
    work->count[WEFT_DOORBELLS] += packets > 0;
    driver->work_payload_bytes = 0;
    driver->runs = 0;
}

/* Take as many packets as fit before the next doorbell. */
static struct weft_step begin_piece(struct weft_driver *driver, struct weft_ledger *ledger)
{
    uint32_t wanted =
        driver->packets_left < driver->piece_room ? (uint32_t)driver->packets_left : driver->piece_room;
    uint32_t free_slots = weft_ring_free_slots(driver->ring);
    uint32_t n = wanted < free_slots ? wanted : free_slots;
    uint32_t emitted = 0;
    driver->ring_short = n < wanted;
    while (emitted < n) {
        size_t got = driver->params.order->emit(driver->order_state, driver->emitted_entry, n - emitted);
        assert(got > 0);
        for (size_t i = 0; i < got; i++)
            cut_packet(driver, driver->emitted_entry[i], &driver->piece[emitted++]);
    }
    weft_ring_reserve(driver->ring, n);
    count_piece(driver, n);
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
    for (uint32_t i = 0; i < driver->piece_packets; i++)
        weft_payload_put(driver, &driver->piece[i]);
    driver->piece_packets = 0;
    driver->piece_begun = false;
}

struct weft_step weft_driver_step(struct weft_driver *driver, struct weft_ledger *ledger)
{
    assert(driver->in_call);
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
    } else if (driver->ring_short) {
        driver->work.count[WEFT_REFILLS] += 1;
    }
    return begin_piece(driver, ledger);
}
