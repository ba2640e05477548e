/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A driver and what stands around it. */

#include "drive.h"

#include <glib.h>

enum { SEED = 7, CLOCK_RATE_BPS = 4000000 };
#define BASE (UINT64_C(1) << 30)

struct drive {
    const struct path *path;
    struct weft_memory *memory;
    struct weft_space *space;
    struct weft_region *region;
    struct weft_ring *ring;
    struct weft_driver *driver;
    struct weft_stream_route *route;
    struct weft_clock clock;
    struct weft_entry *vector;
    struct weft_ledger ledger;
    uint64_t entry_room_bytes; /* from one stream's buffer to the next one's: whole pages */
};

static uint64_t page_bytes_of(const struct path *path)
{
    return path->huge_pages ? WEFT_PAGE_2M : WEFT_PAGE_4K;
}

static void map_buffers(struct drive *drive)
{
    const uint64_t page_bytes = page_bytes_of(drive->path), entries = drive->path->entries;
    uint64_t most_packets = (uint64_t)drive->path->packets * (drive->path->uneven ? 2 : 1);
    uint64_t pages_each = weft_pages_touched(0, most_packets * DRIVE_PAYLOAD_BYTES, page_bytes);
    drive->entry_room_bytes = pages_each * page_bytes;
    drive->memory = weft_memory_new(entries * pages_each, page_bytes, SEED);
    drive->space = weft_space_new(drive->memory);
    for (uint64_t i = 0; i < entries * pages_each; i++) {
        uint64_t physical;
        int taken = weft_memory_take(drive->memory, &physical);
        int mapped = weft_space_map(drive->space, BASE + i * page_bytes, physical);
        g_assert(taken == WEFT_OK && mapped == WEFT_OK);
    }
    drive->region = weft_region_new(drive->space, BASE, entries * drive->entry_room_bytes);
    g_assert(drive->region);
}

static void make_routes(struct drive *drive)
{
    const struct weft_format *format = drive->path->rtp ? &weft_format_rtp_ts : &weft_format_udp;
    const struct weft_network *network = &weft_network_ethernet;
    drive->clock = (struct weft_clock){
        .rate_bps = CLOCK_RATE_BPS, .payload_bytes = DRIVE_PAYLOAD_BYTES, .format = format};
    drive->route = g_new0(struct weft_stream_route, drive->path->entries);
    for (uint32_t i = 0; i < drive->path->entries; i++) {
        struct weft_stream_route *route = &drive->route[i];
        route->payload_bytes = DRIVE_PAYLOAD_BYTES;
        route->header_bytes = weft_format_header_bytes(format, network);
        route->clock = &drive->clock;
        weft_header_template_init(&route->header,
                                  &(struct weft_header_spec){.network = network,
                                                             .format = format,
                                                             .seed = SEED,
                                                             .device = i,
                                                             .stream = i,
                                                             .payload_bytes = DRIVE_PAYLOAD_BYTES});
    }
}

struct drive *drive_new(const struct path *path, const struct drive_rows *rows)
{
    struct drive *drive = g_new0(struct drive, 1);
    drive->path = path;
    map_buffers(drive);
    make_routes(drive);
    drive->vector = g_new0(struct weft_entry, path->entries);
    drive->ring = weft_ring_new(DRIVE_RING_SLOTS, !rows->sizes_only);
    const struct weft_driver_params params = {.network = &weft_network_ethernet,
                                              .cut = &weft_cut_plain,
                                              .order = rows->order,
                                              .order_argument = path->order_argument,
                                              .seed = SEED,
                                              .translation = rows->translation,
                                              .segmentation = &weft_segmentation_driver,
                                              .header = rows->header,
                                              .doorbell_packets = DRIVE_DOORBELL_PACKETS,
                                              .profile = &weft_profile_modern_x86,
                                              .page_bytes = page_bytes_of(path),
                                              .streams = path->entries,
                                              .routes = drive->route};
    drive->driver = weft_driver_new(&params, drive->ring, drive->space, drive->region);
    return drive;
}

void drive_free(struct drive *drive)
{
    weft_driver_free(drive->driver);
    weft_ring_free(drive->ring);
    weft_region_free(drive->region);
    weft_space_free(drive->space);
    weft_memory_free(drive->memory);
    g_free(drive->route);
    g_free(drive->vector);
    g_free(drive);
}

/* The same packets again: numbers stay small, so that every call is like the one before. */
static void write_vector(struct drive *drive)
{
    for (uint32_t i = 0; i < drive->path->entries; i++)
        drive->vector[i] =
            (struct weft_entry){.stream = i,
                                .address = BASE + i * drive->entry_room_bytes,
                                .bytes = (uint64_t)path_entry_packets(drive->path, i) * DRIVE_PAYLOAD_BYTES};
}

static void nic_completes(struct weft_ring *ring)
{
    while (weft_ring_completed(ring) < weft_ring_rung(ring)) {
        uint32_t place = weft_ring_place(ring, weft_ring_completed(ring));
        weft_ring_complete(ring, &place, 1);
    }
}

static uint64_t no_clock(void)
{
    return 0;
}

uint64_t drive_call(struct drive *drive, drive_clock *clock, uint64_t *steps)
{
    const uint64_t before = weft_ring_rung(drive->ring);
    const struct weft_call call = {.vector = drive->vector, .entries = drive->path->entries, .counted = true};
    struct weft_step step;
    clock = clock ? clock : no_clock;
    write_vector(drive);
    uint64_t from = clock();
    weft_driver_submit(drive->driver, &call);
    uint64_t in_driver = clock() - from;
    *steps = 0;
    do {
        from = clock();
        step = weft_driver_step(drive->driver, 0, &drive->ledger);
        in_driver += clock() - from;
        ++*steps;
        nic_completes(drive->ring);
    } while (step.need != WEFT_DONE);
    g_assert_cmpuint(weft_ring_rung(drive->ring) - before, ==, path_call_packets(drive->path));
    return in_driver;
}
