/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the bytes of a write call are: translation of its pages, pins, and the gather list of each packet.
 * Without an address space only the counts are made, and a test holds them equal to those of the walk itself.
 */

#include "payload.h"
#include "ring.h"

#include <assert.h>
#include <string.h>

static void make_room(struct weft_driver *driver, uint64_t pages)
{
    if (pages <= driver->page_room - driver->page_count)
        return;
    driver->page_room = 2 * driver->page_room + pages;
    driver->page = weft_resize(driver->page, driver->page_room, sizeof(*driver->page));
}

static void add_pin(struct weft_driver *driver, uint64_t physical)
{
    if (driver->pin_count == driver->pin_room && driver->pin_first > driver->pin_count / 2) {
        driver->pin_count -= driver->pin_first;
        memmove(driver->pin, driver->pin + driver->pin_first, driver->pin_count * sizeof(*driver->pin));
        driver->pin_first = 0;
    } else if (driver->pin_count == driver->pin_room) {
        driver->pin_room = driver->pin_room ? 2 * driver->pin_room : 64;
        driver->pin = weft_resize(driver->pin, driver->pin_room, sizeof(*driver->pin));
    }
    weft_memory_pin(weft_space_memory(driver->space), physical);
    driver->pin[driver->pin_count++] = (struct weft_pin){physical, WEFT_NEVER};
}

static void count_translation(struct weft_driver *driver, uint64_t pages)
{
    const struct weft_translation *translation = driver->params.translation;
    uint64_t references =
        driver->params.page_bytes == WEFT_PAGE_2M ? WEFT_PAGE_2M_REFERENCES : WEFT_PAGE_4K_REFERENCES;
    driver->work.count[WEFT_TRANSLATIONS] += translation->looks_up ? pages : 0;
    driver->work.count[WEFT_PAGE_WALK_REFERENCES] += translation->walks ? pages * references : 0;
    driver->work.count[WEFT_PAGES_PINNED] += translation->pins ? pages : 0;
}

void weft_payload_expect(const struct weft_driver *driver, uint32_t index)
{
    const struct weft_entry *entry = &driver->vector[index];
    if (driver->region && driver->space)
        weft_region_expect(driver->region, entry->address, entry->bytes);
}

void weft_payload_translate(struct weft_driver *driver, uint32_t index)
{
    const struct weft_translation *translation = driver->params.translation;
    struct weft_entry *entry = &driver->vector[index];
    uint64_t page_bytes = driver->params.page_bytes;
    uint64_t pages = weft_pages_touched(entry->address, entry->bytes, page_bytes);
    if (!driver->space) {
        count_translation(driver, pages);
        return;
    }
    make_room(driver, pages);
    driver->progress[index].page_zero = driver->page_count - (entry->address >> driver->page_shift);
    uint64_t *page = driver->page + driver->page_count, references = 0;
    uint64_t found = translation->translate(driver->space, driver->region, entry->address & ~(page_bytes - 1),
                                            pages, page, &references);
    driver->page_count += found;
    driver->work.count[WEFT_TRANSLATIONS] += translation->looks_up ? found + (found < pages) : 0;
    driver->work.count[WEFT_PAGE_WALK_REFERENCES] += references;
    if (found < pages)
        entry->status = WEFT_ENTRY_UNMAPPED;
    for (uint64_t i = 0; translation->pins && i < found; i++) {
        driver->work.count[WEFT_PAGES_PINNED] += 1;
        add_pin(driver, page[i]);
    }
}

void weft_payload_check_readable(struct weft_driver *driver, uint32_t index)
{
    struct weft_entry *entry = &driver->vector[index];
    uint64_t page_bytes = driver->params.page_bytes;
    uint64_t address = entry->address - entry->address % page_bytes;
    for (; driver->space && address < entry->address + entry->bytes; address += page_bytes) {
        uint64_t physical, references = 0;
        if (weft_space_walk(driver->space, address, &physical, &references) != WEFT_OK)
            entry->status = WEFT_ENTRY_UNMAPPED;
    }
}

/* The packet's bytes lie in pages that need not be neighbours: one fragment a page. */
static inline void gather_fragments(const struct weft_driver *driver, const struct weft_origin *origin,
                                    struct weft_desc *desc)
{
    const uint64_t page_bytes = driver->params.page_bytes;
    const uint64_t *page = driver->page + (origin->page_zero + (origin->address >> driver->page_shift));
    uint64_t in_page = origin->address & (page_bytes - 1);
    uint32_t bytes = origin->data_bytes, n = 0;
    for (; bytes > 0; n++, in_page = 0) {
        uint32_t piece = page_bytes - in_page < bytes ? (uint32_t)(page_bytes - in_page) : bytes;
        assert(n < WEFT_DESC_FRAGMENTS);
        desc->fragment[n] = (struct weft_fragment){page[n] + in_page, piece};
        bytes -= piece;
    }
    desc->fragments = n;
}

/* The CPU's copy into kernel memory reads through the application's own mapping. */
static void copy_fragments(const struct weft_driver *driver, uint64_t address, const struct weft_desc *desc)
{
    struct weft_memory *memory = weft_space_memory(driver->space);
    for (uint32_t i = 0; i < desc->fragments; i++) {
        const struct weft_fragment *to = &desc->fragment[i];
        int status = weft_space_read(driver->space, address,
                                     weft_memory_write_at(memory, to->physical, to->bytes), to->bytes);
        assert(status == WEFT_OK);
        (void)status;
        address += to->bytes;
    }
}

/* The CPU reads the packet once more, where the NIC will read it, and writes the sum into the UDP header. */
static void sum_packet(const struct weft_driver *driver, struct weft_desc *desc,
                       const struct weft_header_template *header)
{
    uint8_t packet[WEFT_HEADER_MAX_BYTES + WEFT_RUN_BYTES], *udp = packet + header->udp_at;
    uint32_t bytes = weft_desc_gather(desc, weft_space_memory(driver->space), packet, sizeof(packet));
    uint16_t sum = weft_udp_checksum(packet + header->ip_at, udp, bytes - header->udp_at);
    desc->header[header->udp_at + 6] = (uint8_t)(sum >> 8);
    desc->header[header->udp_at + 7] = (uint8_t)sum;
}

static inline void build_header(const struct weft_driver *driver, const struct weft_slot *slot,
                                struct weft_desc *desc)
{
    const struct weft_stream_route *route = &driver->params.routes[slot->stream];
    struct weft_header_fields fields = {.number = slot->number, .payload_bytes = slot->payload_bytes};
    if (route->packets) {
        const struct weft_packet *packet = &route->packets->packet[slot->number % route->packets->packets];
        fields.marker = packet->marker;
        fields.prefix = packet->prefix;
        fields.prefix_bytes = packet->prefix_bytes;
    }
    if (route->header.rtp_at)
        fields.timestamp = weft_clock_timestamp(route->clock, slot->number);
    desc->header_bytes = driver->params.header->build(&route->header, &fields, desc->header);
    desc->ip_at = route->header.ip_at;
    desc->udp_at = driver->params.checksum_in_software ? 0 : route->header.udp_at;
}

static inline void describe(const struct weft_driver *driver, uint32_t place, const struct weft_slot *slot,
                            const struct weft_origin *origin)
{
    const struct weft_driver_params *params = &driver->params;
    struct weft_desc *desc = weft_ring_write_desc(driver->ring, place);
    build_header(driver, slot, desc);
    if (params->copies) {
        weft_ring_buffer_fragments(driver->ring, place, origin->data_bytes, desc);
        copy_fragments(driver, origin->address, desc);
    } else {
        gather_fragments(driver, origin, desc);
    }
    if (params->checksum_in_software && params->network->header_bytes > 0)
        sum_packet(driver, desc, &params->routes[slot->stream].header);
}

void weft_payload_describe(struct weft_driver *driver, uint64_t first)
{
    enum { AHEAD = 4 };
    const struct weft_slot *slot = driver->piece;
    const uint32_t n = driver->piece_packets;
    for (uint32_t i = 0; i < n; i++) {
        if (i + AHEAD < n) /* packets of many streams: what is needed of them is far apart */
            weft_prefetch(&driver->params.routes[slot[i + AHEAD].stream], sizeof(struct weft_stream_route));
        describe(driver, weft_ring_place(driver->ring, first + i), &slot[i], &driver->origin[i]);
    }
}

void weft_payload_call_over(struct weft_driver *driver)
{
    for (uint64_t i = driver->pin_count;
         i > driver->pin_first && driver->pin[i - 1].until_completed == WEFT_NEVER; i--)
        driver->pin[i - 1].until_completed = weft_ring_rung(driver->ring);
}

void weft_payload_unpin(struct weft_driver *driver)
{
    uint64_t completed = weft_ring_completed(driver->ring);
    while (driver->pin_first < driver->pin_count &&
           driver->pin[driver->pin_first].until_completed <= completed)
        weft_memory_unpin(weft_space_memory(driver->space), driver->pin[driver->pin_first++].physical);
    if (driver->pin_first == driver->pin_count)
        driver->pin_first = driver->pin_count = 0;
}
