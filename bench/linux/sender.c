/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The driver's surroundings: memory of an application, a ring, and a NIC that is Linux's. */

#include "sender.h"

#include "failure.h"

#include <errno.h>
#include <string.h>
#include <time.h>

enum { SEED = 1, PS_PER_NS = 1000, NS_PER_S = 1000000000 };
#define BASE (UINT64_C(1) << 30)
#define PAGE WEFT_PAGE_4K

/* --- memory --- */

struct sender_memory {
    struct weft_memory *memory;
    struct weft_space *space;
    struct weft_region *region;
};

struct sender_memory *sender_memory_new(uint64_t bytes, const uint8_t *lent)
{
    struct sender_memory *memory = g_new0(struct sender_memory, 1);
    uint64_t pages = weft_pages_touched(0, bytes, PAGE);
    memory->memory = weft_memory_new(pages, PAGE, SEED);
    memory->space = weft_space_new(memory->memory);
    for (uint64_t i = 0; i < pages; i++) {
        uint64_t physical;
        int taken = weft_memory_take(memory->memory, &physical);
        int mapped = weft_space_map(memory->space, BASE + i * PAGE, physical);
        g_assert(taken == WEFT_OK && mapped == WEFT_OK);
        if (lent)
            weft_memory_lend(memory->memory, physical, lent + i * PAGE, MIN(PAGE, bytes - i * PAGE));
    }
    memory->region = weft_region_new(memory->space, BASE, pages * PAGE);
    g_assert(memory->region);
    return memory;
}

void sender_memory_free(struct sender_memory *memory)
{
    if (!memory)
        return;
    weft_region_free(memory->region);
    weft_space_free(memory->space);
    weft_memory_free(memory->memory);
    g_free(memory);
}

void sender_memory_fill(struct sender_memory *memory, uint64_t at, const uint8_t *data, uint64_t bytes)
{
    int status = weft_space_write(memory->space, BASE + at, data, bytes);
    g_assert(status == WEFT_OK);
}

/* --- driver --- */

struct sender {
    struct sender_params params;
    struct sender_memory *memory;
    struct weft_ring *ring;
    struct weft_driver *driver;
    struct weft_stream_route *route;
    struct weft_entry *vector;
    uint32_t *next_number; /* by stream */
    struct weft_ledger ledger;
    void *tx;
    uint64_t gathered; /* of what has been rung */
};

static uint64_t now_ns(const struct sender *sender)
{
    struct timespec now;
    if (!sender->params.times && !sender->params.slices)
        return 0;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static void make_routes(struct sender *sender)
{
    sender->route = g_new0(struct weft_stream_route, sender->params.streams);
    for (uint32_t i = 0; i < sender->params.streams; i++) {
        sender->route[i].payload_bytes = sender->params.payload_bytes;
        weft_header_template_init(&sender->route[i].header,
                                  &(struct weft_header_spec){.network = &weft_network_ethernet,
                                                             .device = i,
                                                             .stream = i,
                                                             .payload_bytes = sender->params.payload_bytes});
    }
}

static void make_driver(struct sender *sender)
{
    const struct weft_driver_params params = {.network = &weft_network_ethernet,
                                              .cut = &weft_cut_plain,
                                              .order = sender->params.order,
                                              .order_argument = sender->params.order_argument,
                                              .seed = SEED,
                                              .translation = &weft_translation_buffer,
                                              .segmentation = &weft_segmentation_driver,
                                              .header = &weft_header_single,
                                              .doorbell_packets = sender->params.doorbell_packets,
                                              .profile = &weft_profile_free,
                                              .page_bytes = PAGE,
                                              .streams = sender->params.streams,
                                              .routes = sender->route};
    sender->ring = weft_ring_new(sender->params.ring_frames, true);
    sender->driver = weft_driver_new(&params, sender->ring, sender->memory->space, sender->memory->region);
}

struct sender *sender_new(const struct sender_params *params, struct sender_memory *memory, int link_index,
                          GError **error)
{
    struct sender *sender = g_new0(struct sender, 1);
    sender->params = *params;
    sender->memory = memory;
    sender->tx = params->ring->open(link_index, params->ring_frames, params->queued, error);
    if (!sender->tx) {
        g_free(sender);
        return NULL;
    }
    make_routes(sender);
    make_driver(sender);
    sender->vector = g_new0(struct weft_entry, params->streams);
    sender->next_number = g_new0(uint32_t, params->streams);
    return sender;
}

void sender_free(struct sender *sender)
{
    if (!sender)
        return;
    sender->params.ring->close(sender->tx);
    weft_driver_free(sender->driver);
    weft_ring_free(sender->ring);
    g_free(sender->route);
    g_free(sender->vector);
    g_free(sender->next_number);
    g_free(sender);
}

/* --- the NIC --- */

/* What weft_desc_gather() does, but for the UDP checksum, which is not filled in. */
static uint32_t gather(const struct weft_desc *desc, const struct weft_memory *memory, uint8_t *out)
{
    uint32_t bytes = desc->header_bytes;
    memcpy(out, desc->header, desc->header_bytes);
    for (uint32_t i = 0; i < desc->fragments; i++) {
        const struct weft_fragment *fragment = &desc->fragment[i];
        memcpy(out + bytes, weft_memory_at(memory, fragment->physical, fragment->bytes), fragment->bytes);
        bytes += fragment->bytes;
    }
    return bytes;
}

/* Frames for all that has been rung: places come back in the order in which they went, so packet i is frame i. */
static void gather_rung(struct sender *sender)
{
    const struct frame_ring_row *row = sender->params.ring;
    for (; sender->gathered < weft_ring_rung(sender->ring); sender->gathered++) {
        uint32_t place = weft_ring_place(sender->ring, sender->gathered);
        const struct weft_desc *desc = weft_ring_desc(sender->ring, place);
        uint8_t *frame = row->write(sender->tx, sender->gathered);
        uint32_t bytes = sender->params.checksums
                             ? weft_desc_gather(desc, sender->memory->memory, frame, FRAME_RING_ROOM_BYTES)
                             : gather(desc, sender->memory->memory, frame);
        row->ready(sender->tx, sender->gathered, bytes);
    }
}

static void complete_sent(struct sender *sender)
{
    const struct frame_ring_row *row = sender->params.ring;
    uint64_t at = weft_ring_completed(sender->ring);
    for (; at < sender->gathered && row->sent(sender->tx, at); at++) {
        uint32_t place = weft_ring_place(sender->ring, at);
        weft_ring_complete(sender->ring, &place, 1);
    }
}

/* Until at most `slots` are in flight. A frame that the kernel does not send would be waited for in vain. */
static gboolean wait_for_ring(struct sender *sender, uint32_t slots, GError **error)
{
    enum { TRIES = 50000, PAUSE_US = 100 };
    for (int i = 0; i < TRIES; i++) {
        complete_sent(sender);
        if (weft_ring_slots(sender->ring) - weft_ring_free_slots(sender->ring) <= slots)
            return TRUE;
        if (!sender->params.ring->doorbell(sender->tx, error))
            return FALSE;
        g_usleep(PAUSE_US);
    }
    return failure(error, STATUS_FAILED, "the kernel does not send frame %" G_GUINT64_FORMAT,
                   weft_ring_completed(sender->ring));
}

/* --- a call --- */

static uint32_t make_vector(struct sender *sender, const uint64_t *from, const uint64_t *bytes)
{
    uint32_t entries = 0;
    for (uint32_t i = 0; i < sender->params.streams; i++)
        if (bytes[i] > 0)
            sender->vector[entries++] = (struct weft_entry){.stream = i,
                                                            .first_number = sender->next_number[i],
                                                            .address = BASE + from[i],
                                                            .bytes = bytes[i]};
    return entries;
}

static gboolean send_rung(struct sender *sender, struct sender_times *times, GError **error)
{
    uint64_t from = now_ns(sender);
    gather_rung(sender);
    times->gather_ns += now_ns(sender) - from;
    if (!sender->params.ring->doorbell(sender->tx, error))
        return FALSE;
    complete_sent(sender);
    return TRUE;
}

/* The driver's time is that since the call began. */
static void wait_until(uint64_t begun_ns, weft_ps at_ps)
{
    uint64_t at_ns = begun_ns + at_ps / PS_PER_NS;
    const struct timespec at = {.tv_sec = (time_t)(at_ns / NS_PER_S), .tv_nsec = (long)(at_ns % NS_PER_S)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
        ;
}

gboolean sender_write(struct sender *sender, const uint64_t *from, const uint64_t *bytes,
                      struct sender_times *times, GError **error)
{
    const uint64_t begun_ns = now_ns(sender);
    uint64_t from_ns = begun_ns;
    const struct weft_call call = {.vector = sender->vector,
                                   .entries = make_vector(sender, from, bytes),
                                   .span_ps = sender->params.slices ? sender->params.span_ps : 0,
                                   .of_packets = sender->params.packets,
                                   .slices = sender->params.slices};
    weft_driver_submit(sender->driver, &call);
    for (enum weft_need need = WEFT_CORE; need != WEFT_DONE;) {
        weft_ps now_ps = sender->params.slices ? (from_ns - begun_ns) * PS_PER_NS : 0;
        struct weft_step step = weft_driver_step(sender->driver, now_ps, &sender->ledger);
        need = step.need;
        times->driver_ns += now_ns(sender) - from_ns;
        if (sender->gathered < weft_ring_rung(sender->ring) && !send_rung(sender, times, error))
            return FALSE;
        if (need == WEFT_RING && !wait_for_ring(sender, step.slots, error))
            return FALSE;
        if (need == WEFT_TIME)
            wait_until(begun_ns, step.at_ps);
        from_ns = now_ns(sender);
    }
    for (uint32_t i = 0; i < call.entries; i++) {
        const struct weft_entry *entry = &sender->vector[i];
        if (entry->status != WEFT_ENTRY_OK)
            return failure(error, STATUS_FAILED, "stream %u: %s", entry->stream,
                           weft_entry_statuses[entry->status].help);
        sender->next_number[entry->stream] += entry->packets;
    }
    return TRUE;
}

gboolean sender_drain(struct sender *sender, GError **error)
{
    return wait_for_ring(sender, 0, error);
}
