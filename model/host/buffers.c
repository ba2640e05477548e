/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The applications' memory. Each stream has a buffer that is large enough for what one interval can hold and
 * for all that may still lie in the ring, so that nothing is overwritten before the NIC has read it. */

#include "server.h"

#include <assert.h>
#include <stdlib.h>

enum { PATTERN_PIECE_BYTES = 16384 };

static void size_buffer(const struct weft_host *host, struct weft_source *source)
{
    const struct weft_stream *stream = &host->setup->stream[source->stream];
    const struct weft_clock *clock = &stream->clock;
    uint64_t page = host->server->page_bytes, slots = host->server->ring_slots;
    uint64_t all = weft_clock_due_before(clock, host->setup->duration_ps);
    uint64_t packets = weft_clock_buffer_packets(clock, host->interval_ps, host->setup->duration_ps,
                                                 host->server->ring_slots);
    source->interval_bytes = (packets - (slots < all ? slots : all)) * clock->payload_bytes;
    if (stream->fault) /* what is refused lies between what is in the ring and what is written next */
        packets += weft_clock_most_packets(clock, host->interval_ps, host->setup->duration_ps);
    source->bytes = (packets * clock->payload_bytes + page - 1) / page * page;
}

/* Streams of one film that differ in their start only need as much as each other, give or take a packet. */
static bool same_film(const struct weft_stream *a, const struct weft_stream *b)
{
    const struct weft_clock *x = &a->clock, *y = &b->clock;
    return x->media && x->media == y->media && x->payload_bytes == y->payload_bytes &&
           x->start_ps == y->start_ps && x->packets == y->packets && x->loops == y->loops &&
           !a->fault == !b->fault;
}

/* Places in virtual memory are the same whether bytes are carried or not: they decide which pages are
 * touched. */
static uint64_t place_buffers(struct weft_host *host)
{
    uint64_t frames = 0;
    for (uint32_t a = 0; a < host->applications; a++) {
        struct weft_application *application = &host->application[a];
        uint64_t address = WEFT_BUFFERS_BEGIN;
        for (uint32_t i = 0; i < application->sources; i++) {
            struct weft_source *source = &application->source[i];
            const struct weft_stream *stream = &host->setup->stream[source->stream];
            if (i > 0 && same_film(stream, &host->setup->stream[source[-1].stream])) {
                source->bytes = source[-1].bytes;
                source->interval_bytes = source[-1].interval_bytes;
            } else {
                size_buffer(host, source);
            }
            source->address = address;
            address += 2 * source->bytes;
            frames += source->bytes / host->server->page_bytes;
        }
        application->buffers_end = address;
    }
    return frames;
}

static void map_twice(struct weft_host *host, struct weft_space *space, const struct weft_source *source)
{
    for (uint64_t at = 0; at < source->bytes; at += host->server->page_bytes) {
        uint64_t physical;
        int status = weft_memory_take(host->memory, &physical);
        assert(status == WEFT_OK);
        status |= weft_space_map(space, source->address + at, physical);
        status |= weft_space_map(space, source->address + source->bytes + at, physical);
        assert(status == WEFT_OK);
        (void)status;
    }
}

bool weft_buffers_register(const struct weft_host *host)
{
    const struct weft_method *axes = &host->setup->write.axes;
    return !axes->copy->copies && !axes->translation->walks;
}

/* What the driver is given before the run: the mapping of all buffers, each page of them twice. */
static uint64_t registered_pages(const struct weft_host *host)
{
    uint64_t bytes = 0;
    for (uint32_t a = 0; a < host->applications && weft_buffers_register(host); a++)
        bytes += host->application[a].buffers_end - WEFT_BUFFERS_BEGIN;
    return bytes / host->server->page_bytes;
}

/* Page tables are needed where bytes are carried, and where something is wrong in them. A region is registered where the
 * driver asks it. */
void weft_buffers_init(struct weft_host *host)
{
    uint64_t frames = place_buffers(host) + weft_damage_frames(host);
    host->counters.registered_pages = registered_pages(host);
    if (!host->carries_bytes && !weft_damage_in_tables(host))
        return;
    const struct weft_server *server = host->server;
    const struct weft_method *axes = &host->setup->write.axes;
    bool to_ring = axes->copy->copies && host->carries_bytes;
    uint32_t room = weft_payload_room(host->setup->network, server->mtu_bytes);
    if (to_ring)
        frames += weft_ring_buffer_frames(server->ring_slots, room, server->page_bytes);
    host->memory = weft_memory_new(frames, server->page_bytes, host->setup->seed + host->index);
    for (uint32_t a = 0; a < host->applications; a++) {
        struct weft_application *application = &host->application[a];
        application->space = weft_space_new(host->memory);
        for (uint32_t i = 0; i < application->sources; i++)
            map_twice(host, application->space, &application->source[i]);
        if (application->sources == 0 || !weft_buffers_register(host))
            continue;
        application->region = weft_region_new(application->space, WEFT_BUFFERS_BEGIN,
                                              application->buffers_end - WEFT_BUFFERS_BEGIN);
        assert(application->region);
    }
    if (to_ring) {
        int status = weft_ring_add_buffers(host->nic.ring, host->memory, room);
        assert(status == WEFT_OK);
        (void)status;
    }
}

static void fill(struct weft_host *host, struct weft_application *application,
                 const struct weft_source *source, uint64_t offset, uint64_t address, uint64_t bytes)
{
    const struct weft_clock *clock = &host->setup->stream[source->stream].clock;
    uint8_t pattern[PATTERN_PIECE_BYTES];
    int status = WEFT_OK;
    while (clock->media && bytes > 0) { /* a file that loops goes on at its beginning */
        uint64_t total = clock->media->at_bytes[clock->media->points - 1], at = offset % total;
        uint64_t piece = total - at < bytes ? total - at : bytes;
        status |= weft_space_lend(application->space, address, clock->media->data + at, piece);
        offset += piece;
        address += piece;
        bytes -= piece;
    }
    while (bytes > 0) {
        uint64_t piece = bytes < sizeof(pattern) ? bytes : sizeof(pattern);
        weft_clock_fill(clock, host->setup->seed, source->stream, offset, pattern, piece);
        status |= weft_space_write(application->space, address, pattern, piece);
        offset += piece;
        address += piece;
        bytes -= piece;
    }
    assert(status == WEFT_OK);
    (void)status;
}

void weft_buffers_fill(struct weft_host *host, struct weft_application *application, uint32_t index,
                       uint64_t first, uint64_t packets, struct weft_entry *entry)
{
    struct weft_source *source = &application->source[index];
    const struct weft_clock *clock = &host->setup->stream[source->stream].clock;
    uint64_t offset = weft_clock_offset(clock, first);
    uint64_t bytes = weft_clock_span_bytes(clock, first, packets);
    assert(bytes <= source->bytes);
    *entry = (struct weft_entry){
        .stream = source->stream,
        .first_number = (uint32_t)first,
        .address = source->address + offset % source->bytes,
        .bytes = bytes,
    };
    if (!host->carries_bytes)
        return;
    fill(host, application, source, offset, entry->address, bytes);
    uint64_t to = entry->address - source->address + bytes; /* may be in the buffer's second mapping */
    source->filled_to = to < source->bytes ? to : to - source->bytes;
    source->filled_bytes = bytes;
}

/* A stream goes on where it was filled last, with about as much. */
void weft_buffers_expect_walk(const struct weft_host *host, const struct weft_application *application,
                              uint32_t index)
{
    const struct weft_source *source = &application->source[index];
    if (host->carries_bytes)
        weft_space_expect_walk(application->space, source->address + source->filled_to, source->filled_bytes);
}

void weft_buffers_expect_fill(const struct weft_host *host, const struct weft_application *application,
                              uint32_t index)
{
    const struct weft_source *source = &application->source[index];
    if (host->carries_bytes)
        weft_space_expect_lend(application->space, source->address + source->filled_to, source->filled_bytes);
}
