/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cutting a piece: the loop that every packet of every run goes through. A packet is written where it lies in the ring, a
 * column a fact; the common one, full and of one header block, takes what its entry has ready. */

#include "piece.h"

#include "messages.h"
#include "payload.h"
#include "ring.h"
#include "rounds.h"
#include "units.h"

#include <assert.h>

/* --- what there is to gather --- */

/* Pages that `bytes` from `in_page` on touch: weft_pages_touched() without a division. */
static inline uint64_t touched(const struct weft_driver *driver, uint64_t in_page, uint32_t bytes)
{
    return ((in_page + bytes - 1) >> driver->page_shift) + 1;
}

/* Where the NIC cuts: what a packet adds to header blocks and elements of its run, which it goes on with or begins. */
static void tally_run(struct weft_driver *driver, uint32_t entry, const struct weft_origin *origin,
                      struct weft_tally *tally)
{
    const uint32_t bytes = origin->data_bytes;
    bool same_run = driver->runs > 0 && driver->run_entry == entry &&
                    driver->run_packets < WEFT_RUN_PACKETS && driver->run_bytes + bytes <= WEFT_RUN_BYTES;
    if (!same_run) {
        driver->runs++;
        driver->run_entry = entry;
        driver->run_packets = driver->run_bytes = 0;
        tally->blocks += driver->progress[entry].header_blocks;
    }
    uint64_t at = driver->params.copies ? driver->run_bytes : origin->address;
    uint64_t in_page = at & (driver->params.page_bytes - 1), pages = touched(driver, in_page, bytes);
    driver->run_packets++;
    driver->run_bytes += bytes;
    tally->elements += same_run ? pages - (in_page != 0) : pages + 1;
}

/* Header blocks of a packet that the NIC is given by itself, and its gather elements: a header block, and each page that it
 * touches. Copied payload lies in kernel memory from the start of a page on. */
static inline void tally_packet(const struct weft_driver *driver, const struct weft_progress *progress,
                                const struct weft_origin *origin, struct weft_tally *tally)
{
    uint64_t in_page = driver->params.copies ? 0 : origin->address & (driver->params.page_bytes - 1);
    tally->elements += 1 + touched(driver, in_page, origin->data_bytes);
    tally->blocks += progress->header_blocks;
}

/* The CPU copies the packet: it reads the application's pages. */
static inline void touch_packet(const struct weft_driver *driver, const struct weft_origin *origin,
                                struct weft_tally *tally)
{
    weft_mmu_touch(driver->params.mmu, origin->address, origin->data_bytes, &tally->walks);
}

/* --- the next packet of an entry --- */

/* Both return its payload: data and prefix. */
static inline uint32_t cut_units(const struct weft_packets *packets, struct weft_progress *progress,
                                 struct weft_origin *origin)
{
    const struct weft_packet *packet = &packets->packet[progress->at_packet];
    origin->data_bytes = packet->data_bytes;
    progress->address += packet->data_bytes + weft_units_gap_after(packets, progress->at_packet);
    progress->at_packet = weft_units_next(packets, progress->at_packet);
    return packet->data_bytes + packet->prefix_bytes;
}

static inline uint32_t cut_bytes(const struct weft_cut *cut, struct weft_progress *progress,
                                 struct weft_origin *origin)
{
    const uint64_t left = progress->end - progress->address;
    const uint32_t full_bytes = progress->full.payload_bytes;
    bool full = cut->full_first && left >= full_bytes;
    origin->data_bytes = full ? full_bytes : cut->next(left, full_bytes);
    progress->address += origin->data_bytes;
    return origin->data_bytes;
}

/* A packet that need not be a full one. */
static inline struct weft_origin cut_other(const struct weft_driver *driver,
                                           const struct weft_stream_route *route,
                                           struct weft_progress *progress, uint32_t place)
{
    struct weft_origin origin = {.address = progress->address};
    uint32_t payload_bytes;
    if (route->packets)
        payload_bytes = cut_units(route->packets, progress, &origin);
    else
        payload_bytes = cut_bytes(driver->params.cut, progress, &origin);
    if (payload_bytes != progress->full.payload_bytes) {
        driver->ring->payload_bytes[place] = payload_bytes;
        driver->ring->frame_bytes[place] =
            weft_frame_bytes(driver->params.network, route->header_bytes + payload_bytes);
    }
    return origin;
}

/* A full one: its sizes are in the columns already. */
static inline struct weft_origin cut_full(struct weft_progress *progress)
{
    const uint32_t bytes = progress->full.payload_bytes;
    const struct weft_origin origin = {progress->address, bytes};
    progress->address += bytes;
    return origin;
}

/* Its place in the columns of the ring; the next packet has the number after its. */
static inline void name_packet(const struct weft_ring *ring, uint32_t place, struct weft_progress *progress)
{
    ring->stream[place] = progress->stream;
    ring->number[place] = progress->number++;
}

/* --- what a piece takes --- */

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

static void count(struct weft_driver *driver, uint32_t packets, const struct weft_tally *tally)
{
    const struct weft_driver_params *params = &driver->params;
    const struct weft_segmentation *segmentation = params->segmentation;
    struct weft_ledger *work = &driver->work;
    uint64_t bytes = tally->data_bytes;
    const uint64_t handed_over = driver->nic_cuts ? driver->runs : packets;
    work->count[WEFT_PACKETS] += handed_over;
    work->count[WEFT_FRAME_WALKS] += params->interface->walks_frames ? handed_over : 0;
    work->count[WEFT_HEADER_BLOCKS] += tally->blocks;
    work->count[WEFT_DESCRIPTORS] += tally->elements;
    if (segmentation->stack_walk_per_packet)
        weft_count_messages(driver, packets);
    work->count[WEFT_SPLITS] += segmentation->splits ? packets : 0;
    work->count[WEFT_COPIED_BYTES] += params->copies ? bytes : 0;
    work->count[WEFT_CHECKSUM_BYTES] += params->checksum_in_software ? bytes : 0;
    /* filled by DMA once and read by the NIC's DMA once; a copy reads and writes once more, a checksum reads once */
    work->count[WEFT_DRAM_BYTES] += bytes * (2 + 2 * (uint64_t)params->copies + params->checksum_in_software);
    work->count[WEFT_DOORBELLS] += packets > 0;
    work->count[WEFT_MODE_SWITCHES] += packets > 0 && params->interface->crosses_per_doorbell ? 2 : 0;
    work->count[WEFT_COPIES] += driver->copies_packets ? packets : 0;
    /* what was copied just now is summed from the cache */
    work->count[WEFT_COLD_BYTES] +=
        driver->call.cold && (params->copies || params->checksum_in_software) ? bytes : 0;
    work->count[WEFT_TLB_MISSES] += tally->walks.misses;
    work->count[WEFT_TLB_REFERENCES] += tally->walks.references;
    driver->runs = 0;
}

/* A piece of a ring that carries sizes, whose packets are copied from pages that the TLB may miss (`touches`) or not. */
static inline __attribute__((always_inline)) void cut_sizes(struct weft_driver *driver, uint32_t n,
                                                            const bool touches, struct weft_tally *out)
{
    const bool nic_cuts = driver->nic_cuts;
    const struct weft_ring ring = *driver->ring; /* no column overlaps the copy */
    struct weft_progress *const progress_of = driver->progress;
    struct weft_tally tally = {0};
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t entry = driver->emitted_entry[i], place = driver->place[i];
        struct weft_progress *progress = &progress_of[entry];
        struct weft_origin origin;
        if (progress->address < progress->common_until)
            origin = cut_full(progress);
        else
            origin = cut_other(driver, driver->route[entry], progress, place);
        name_packet(&ring, place, progress);
        tally.data_bytes += origin.data_bytes;
        if (nic_cuts)
            tally_run(driver, entry, &origin, &tally);
        else
            tally_packet(driver, progress, &origin, &tally);
        if (touches)
            touch_packet(driver, &origin, &tally);
    }
    *out = tally;
}

/* Packet i of a piece, of any kind, of a ring that carries bytes. */
static __attribute__((noinline)) void cut_any(struct weft_driver *driver, uint32_t i,
                                              struct weft_tally *tally)
{
    const uint32_t entry = driver->emitted_entry[i], place = driver->place[i];
    struct weft_progress *progress = &driver->progress[entry];
    const struct weft_stream_route *route = driver->route[entry];
    const struct weft_origin origin = cut_other(driver, route, progress, place);
    const uint32_t number = progress->number;
    name_packet(driver->ring, place, progress);
    tally->data_bytes += origin.data_bytes;
    if (driver->nic_cuts)
        tally_run(driver, entry, &origin, tally);
    else
        tally_packet(driver, progress, &origin, tally);
    if (driver->touches_packets)
        touch_packet(driver, &origin, tally);
    weft_payload_describe(driver, route, place, number, &origin);
}

/* A piece of a ring that carries bytes. What does not change is read once, as header bytes could be anywhere to a compiler,
 * and all that a packet's entry says before any is written. */
static inline void cut_and_describe(struct weft_driver *driver, uint32_t n, struct weft_tally *tally)
{
    uint32_t *const stream_at = driver->ring->stream, *const number_at = driver->ring->number;
    struct weft_desc *const desc_at = driver->ring->desc;
    struct weft_progress *const progress_of = driver->progress;
    const uint32_t *const entry = driver->emitted_entry, *const place_of = driver->place;
    const uint64_t *const pages = driver->page;
    const uint32_t page_shift = driver->page_shift;
    uint64_t fragments = 0, data_bytes = 0, others = 0;
    for (uint32_t i = 0; i < n; i++) {
        struct weft_progress *progress = &progress_of[entry[i]];
        if (progress->address >= progress->common_until) {
            cut_any(driver, i, tally);
            others++;
            continue;
        }
        const uint32_t place = place_of[i], number = progress->number;
        const struct weft_header_template *header = progress->header;
        struct weft_desc *desc = &desc_at[place];
        stream_at[place] = progress->stream;
        number_at[place] = number;
        progress->number = number + 1;
        const struct weft_origin origin = cut_full(progress);
        weft_payload_stamp(header, number, desc);
        fragments += weft_payload_gather(pages, page_shift, &origin, desc);
        data_bytes += origin.data_bytes;
    }
    tally->elements += n - others + fragments; /* a header block each */
    tally->blocks += n - others;
    tally->data_bytes += data_bytes;
}

/* What packets have of their call, and the sizes of full ones; those that are not correct them. */
static void write_alike(const struct weft_driver *driver, uint32_t n)
{
    struct weft_ring *ring = driver->ring;
    weft_ring_fill(ring, driver->place, n, driver->alike ? &driver->full : NULL,
                   driver->counted ? WEFT_SLOT_COUNTED : 0);
    if (n > 0 && n == driver->packets_left)
        ring->marks[driver->place[n - 1]] |= WEFT_SLOT_LAST_OF_CALL;
    for (uint32_t i = 0; !driver->alike && i < n; i++) {
        const struct weft_progress *progress = &driver->progress[driver->emitted_entry[i]];
        ring->payload_bytes[driver->place[i]] = progress->full.payload_bytes;
        ring->frame_bytes[driver->place[i]] = progress->full.frame_bytes;
    }
}

static void set_launch_times(struct weft_driver *driver, uint32_t n)
{
    struct weft_ring *ring = driver->ring;
    ring->launches = true;
    for (uint32_t i = 0; i < n; i++)
        ring->launch_ps[driver->place[i]] = weft_launch_next(&driver->launch);
}

static void cut_each(struct weft_driver *driver, uint32_t n, struct weft_tally *tally)
{
    if (driver->ring->desc)
        cut_and_describe(driver, n, tally);
    else if (driver->touches_packets)
        cut_sizes(driver, n, true, tally);
    else
        cut_sizes(driver, n, false, tally);
}

void weft_piece_cut(struct weft_driver *driver, uint32_t n)
{
    struct weft_tally tally = {0};
    weft_ring_reserve(driver->ring, driver->place, n);
    if (!driver->rounds.on)
        name_packets(driver, n);
    write_alike(driver, n);
    if (driver->rounds.on)
        weft_rounds_cut(driver, n, &tally);
    else
        cut_each(driver, n, &tally);
    if (driver->launch.of_packets > 0 || driver->ring->launches)
        set_launch_times(driver, n);
    driver->packets_left -= n;
    count(driver, n, &tally);
}
