/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packets of a call that are all alike, stretch by stretch: loops over columns without a branch. */

#include "rounds.h"

#include <assert.h>
#include <string.h>

bool weft_rounds_possible(const struct weft_driver *driver)
{
    const struct weft_driver_params *params = &driver->params;
    return params->order->stretch && params->cut->full_first && !driver->ring->desc && !driver->nic_cuts &&
           !driver->touches_packets;
}

/* --- the call begins --- */

void weft_rounds_begin(struct weft_driver *driver, uint32_t entries)
{
    struct weft_rounds *rounds = &driver->rounds;
    if (entries > rounds->room) {
        rounds->room = entries;
        rounds->address = weft_resize(rounds->address, entries, sizeof(*rounds->address));
        rounds->entry = weft_resize(rounds->entry, entries, sizeof(*rounds->entry));
        rounds->stream = weft_resize(rounds->stream, entries, sizeof(*rounds->stream));
        rounds->number = weft_resize(rounds->number, entries, sizeof(*rounds->number));
        rounds->in_page = weft_resize(rounds->in_page, entries, sizeof(*rounds->in_page));
    }
    rounds->on = true;
}

void weft_rounds_add(struct weft_driver *driver, uint32_t index, uint64_t address)
{
    struct weft_rounds *rounds = &driver->rounds;
    const struct weft_entry *entry = &driver->vector[index];
    const struct weft_stream_route *route = driver->route[index];
    rounds->address[index] = address;
    if (!driver->first)
        driver->first = route;
    rounds->on =
        rounds->on && !route->packets && entry->bytes == (uint64_t)entry->packets * route->payload_bytes &&
        weft_driver_same_sizes(route, driver->first) && route->header.layers == driver->first->header.layers;
}

bool weft_rounds_line_up(struct weft_driver *driver)
{
    const struct weft_driver_params *params = &driver->params;
    struct weft_rounds *rounds = &driver->rounds;
    const bool alike = rounds->on && driver->first;
    const size_t turns = alike ? params->order->turns(driver->order_state, rounds->entry) : 0;
    rounds->on = turns > 0;
    if (!rounds->on) {
        driver->first = NULL;
        return false;
    }
    driver->full = weft_driver_full_sizes(driver, driver->first);
    rounds->header_blocks = params->header->one_block ? 1 : driver->first->header.layers;
    for (size_t i = 0; i < turns; i++) {
        const uint32_t index = rounds->entry[i];
        rounds->stream[i] = driver->vector[index].stream;
        rounds->number[i] = driver->vector[index].first_number;
        rounds->in_page[i] = (uint32_t)(rounds->address[index] & (params->page_bytes - 1));
    }
    return true;
}

/* --- a piece of it --- */

/* Packet `packet` of each of `n` turns, into places beside each other. */
static void name_turns(const struct weft_rounds *rounds, const struct weft_ring *ring, uint32_t place,
                       uint32_t turn, uint32_t packet, uint32_t n)
{
    const uint32_t *first = rounds->number + turn;
    uint32_t *number = ring->number + place;
    memcpy(ring->stream + place, rounds->stream + turn, n * sizeof(*ring->stream));
#pragma GCC unroll 4
    for (uint32_t i = 0; i < n; i++)
        number[i] = first[i] + packet;
}

/* Likewise `n` packets of one turn, from `packet` on. */
static void name_run(const struct weft_rounds *rounds, const struct weft_ring *ring, uint32_t place,
                     uint32_t turn, uint32_t packet, uint32_t n)
{
    const uint32_t stream = rounds->stream[turn], number = rounds->number[turn] + packet;
    for (uint32_t i = 0; i < n; i++) {
        ring->stream[place + i] = stream;
        ring->number[place + i] = number + i;
    }
}

/* While the ring's places go round, packets lie beside each other up to its end; else each is named by itself. */
static void name_stretch(const struct weft_driver *driver, const struct weft_stretch *stretch,
                         const uint32_t *place, uint32_t n)
{
    const struct weft_ring *ring = driver->ring;
    for (uint32_t i = 0, beside; i < n; i += beside) {
        beside = weft_ring_beside(ring, place[i], n - i);
        if (stretch->packets == 1)
            name_turns(&driver->rounds, ring, place[i], stretch->turn + i, stretch->packet, beside);
        else
            name_run(&driver->rounds, ring, place[i], stretch->turn, stretch->packet + i, beside);
    }
}

/* Pages that packets touch, but for the first page of each: of `bytes` bytes, `further` bytes into the data of `n` turns.
 * Sums modulo 2^32 do, as a page has at most 2^31 bytes. */
static uint32_t more_pages_of_turns(const uint32_t *in_page, uint32_t n, uint32_t further, uint32_t bytes,
                                    uint32_t page_shift)
{
    const uint32_t in_page_mask = (UINT32_C(1) << page_shift) - 1;
    uint32_t pages = 0;
#pragma GCC unroll 4
    for (uint32_t i = 0; i < n; i++)
        pages += (((in_page[i] + further) & in_page_mask) + bytes - 1) >> page_shift;
    return pages;
}

/* Likewise of `n` packets that follow each other. */
static uint32_t more_pages_of_run(uint32_t in_page, uint32_t n, uint32_t bytes, uint32_t page_shift)
{
    const uint32_t in_page_mask = (UINT32_C(1) << page_shift) - 1;
    uint32_t pages = 0;
    for (uint32_t i = 0; i < n; i++, in_page += bytes)
        pages += ((in_page & in_page_mask) + bytes - 1) >> page_shift;
    return pages;
}

/* Copied payload lies in kernel memory from the start of a page on. */
static uint32_t more_pages(const struct weft_driver *driver, const struct weft_stretch *stretch, uint32_t n)
{
    const uint32_t bytes = driver->full.payload_bytes, further = stretch->packet * bytes;
    const uint32_t *in_page = driver->rounds.in_page + stretch->turn;
    if (driver->params.copies)
        return n * ((bytes - 1) >> driver->page_shift);
    if (stretch->packets == 1)
        return more_pages_of_turns(in_page, n, further, bytes, driver->page_shift);
    return more_pages_of_run(in_page[0] + further, n, bytes, driver->page_shift);
}

void weft_rounds_cut(struct weft_driver *driver, uint32_t n, struct weft_tally *tally)
{
    const struct weft_order *order = driver->params.order;
    uint64_t pages = 0;
    for (uint32_t cut = 0, more; cut < n; cut += more) {
        const struct weft_stretch stretch = order->stretch(driver->order_state, n - cut);
        more = stretch.turns * stretch.packets;
        assert(more > 0 && more <= n - cut && (stretch.turns == 1 || stretch.packets == 1));
        name_stretch(driver, &stretch, driver->place + cut, more);
        pages += more + more_pages(driver, &stretch, more);
    }
    tally->elements += n + pages; /* a header block each */
    tally->blocks += (uint64_t)n * driver->rounds.header_blocks;
    tally->data_bytes += (uint64_t)n * driver->full.payload_bytes;
}
