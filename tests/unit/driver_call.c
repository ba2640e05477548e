/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The driver by itself: submit, step, take from the ring, complete. What the NIC reads from the ring must be
 * the application's bytes, however pages are scattered and packets straddle them, and the counts must be
 * exact. */

#include "order_case.h"

#include <glib.h>
#include <string.h>

#define PAGE UINT64_C(4096)
#define BASE UINT64_C(0x200000000)
enum { PAGES = 64, STREAMS = 4, PAYLOAD = 1316 };

struct fixture {
    struct weft_memory *memory;
    struct weft_space *space;
    struct weft_region *region;
    struct weft_ring *ring;
    struct weft_driver *driver;
    struct weft_stream_route route[STREAMS];
    struct weft_ledger ledger;
    uint8_t *data; /* what the application wrote at BASE */
    uint8_t *got[STREAMS];
    uint64_t got_bytes[STREAMS];
    uint32_t next_number[STREAMS];
    uint32_t packets, interrupts;
    GString *order;
};

static void set_up(struct fixture *f, uint32_t slots, bool copies, const struct weft_translation *translation,
                   const struct weft_order *order)
{
    memset(f, 0, sizeof(*f));
    f->memory = weft_memory_new(PAGES + 4096, PAGE, (uint64_t)g_test_rand_int());
    f->space = weft_space_new(f->memory);
    f->data = g_malloc(PAGES * PAGE);
    for (uint64_t i = 0; i < PAGES * PAGE; i++)
        f->data[i] = (uint8_t)g_test_rand_int();
    for (uint64_t i = 0; i < PAGES; i++) {
        uint64_t physical;
        g_assert_cmpint(weft_memory_take(f->memory, &physical), ==, WEFT_OK);
        g_assert_cmpint(weft_space_map(f->space, BASE + i * PAGE, physical), ==, WEFT_OK);
    }
    g_assert_cmpint(weft_space_write(f->space, BASE, f->data, PAGES * PAGE), ==, WEFT_OK);
    f->region = weft_region_new(f->space, BASE, PAGES * PAGE);
    f->ring = weft_ring_new(slots, true);
    if (copies)
        g_assert_cmpint(weft_ring_add_buffers(f->ring, f->memory, 1472), ==, WEFT_OK);
    for (uint32_t i = 0; i < STREAMS; i++) {
        f->route[i].payload_bytes = PAYLOAD;
        weft_header_template_init(
            &f->route[i].header,
            &(struct weft_header_spec){.network = &weft_network_ethernet,
                                       .device = i,
                                       .stream = i,
                                       .payload_bytes = i % 2 ? PAYLOAD : 0}); /* with a stamp, and without */
        f->got[i] = g_malloc0(PAGES * PAGE);
    }
    const struct weft_driver_params params = {.network = &weft_network_ethernet,
                                              .cut = &weft_cut_plain,
                                              .order = order,
                                              .order_argument = order_case_argument(&order->argument, 2),
                                              .copies = copies,
                                              .translation = translation,
                                              .segmentation = &weft_segmentation_driver,
                                              .header = &weft_header_single,
                                              .doorbell_packets = 8,
                                              .profile = &weft_profile_free,
                                              .page_bytes = PAGE,
                                              .streams = STREAMS,
                                              .routes = f->route};
    f->driver = weft_driver_new(&params, f->ring, f->space, f->region);
    f->order = g_string_new(NULL);
}

static void tear_down(struct fixture *f)
{
    for (uint32_t i = 0; i < STREAMS; i++)
        g_free(f->got[i]);
    g_string_free(f->order, TRUE);
    weft_driver_free(f->driver);
    weft_ring_free(f->ring);
    weft_region_free(f->region);
    weft_space_free(f->space);
    weft_memory_free(f->memory);
    g_free(f->data);
}

/* Whatever way the driver made a header, it has the bytes of the layers. */
static void assert_header(const struct fixture *f, const struct weft_slot *slot, const struct weft_desc *desc)
{
    uint8_t header[WEFT_HEADER_MAX_BYTES];
    const struct weft_header_template *from = &f->route[slot->stream].header;
    const struct weft_header_fields fields = {.number = slot->number, .payload_bytes = slot->payload_bytes};
    uint32_t bytes = weft_header_per_layer.build(from, &fields, header);
    g_assert_cmpuint(desc->header_bytes, ==, bytes);
    g_assert_cmpint(memcmp(desc->header, header, bytes), ==, 0);
    g_assert_cmpuint(desc->ip_at, ==, from->ip_at);
    g_assert_cmpuint(desc->udp_at, ==, from->udp_at);
}

/* A NIC of our own: reads at most `max` packets off the ring and completes them. */
static void nic_reads(struct fixture *f, uint32_t max)
{
    uint8_t frame[2048];
    for (uint64_t at = weft_ring_completed(f->ring); max > 0 && at < weft_ring_rung(f->ring); at++, max--) {
        uint32_t place = weft_ring_place(f->ring, at);
        const struct weft_slot slot = weft_ring_slot(f->ring, place);
        const struct weft_desc *desc = weft_ring_desc(f->ring, place);
        uint32_t bytes = weft_desc_gather(desc, f->memory, frame, sizeof(frame)), s = slot.stream;
        assert_header(f, &slot, desc);
        g_assert_cmpuint(bytes, ==, weft_network_ethernet.header_bytes + slot.payload_bytes);
        g_assert_cmpuint(slot.payload_bytes, <=, PAYLOAD);
        g_assert_cmpuint(slot.frame_bytes, ==, MAX(64, bytes + 4));
        g_assert_cmpuint(slot.number, ==, f->next_number[s]++);
        memcpy(f->got[s] + f->got_bytes[s], frame + weft_network_ethernet.header_bytes, slot.payload_bytes);
        f->got_bytes[s] += slot.payload_bytes;
        f->packets++;
        f->interrupts += slot.last_of_call;
        g_string_append_c(f->order, (char)('a' + s));
        weft_ring_complete(f->ring, &place, 1);
    }
}

/* Drive one call to its end; the NIC reads only when the driver says that the ring is full. Returns the
 * refills. */
static uint32_t drive(struct fixture *f, struct weft_entry *vector, uint32_t n)
{
    uint32_t refills = 0;
    weft_driver_submit(f->driver, &(struct weft_call){.vector = vector, .entries = n, .counted = true});
    for (;;) {
        struct weft_step step = weft_driver_step(f->driver, 0, &f->ledger);
        if (step.need == WEFT_DONE)
            break;
        if (step.need == WEFT_RING) {
            uint32_t in_use = weft_ring_slots(f->ring) - weft_ring_free_slots(f->ring);
            g_assert_cmpuint(in_use, >, step.slots);
            nic_reads(f, in_use - step.slots);
            refills++;
        }
    }
    nic_reads(f, UINT32_MAX);
    return refills;
}

static void assert_got(const struct fixture *f, const struct weft_entry *entry)
{
    g_assert_cmpuint(f->got_bytes[entry->stream], ==, entry->bytes);
    g_assert_cmpint(memcmp(f->got[entry->stream], f->data + (entry->address - BASE), entry->bytes), ==, 0);
}

static void random_vector(struct weft_entry vector[STREAMS])
{
    for (uint32_t i = 0; i < STREAMS; i++)
        vector[i] = (struct weft_entry){.stream = i,
                                        .address = BASE + (uint64_t)g_test_rand_int_range(0, 100000),
                                        .bytes = (uint64_t)g_test_rand_int_range(1, 100000)};
}

/* All bytes arrive, for copying and zero-copy, walking and buffered, any order, any ring. */
static void bytes_through_the_ring(void)
{
    static const uint32_t ring_slots[] = {1, 2, 5, 64, 512};
    int orders = 0;
    while (weft_orders[orders])
        orders++;
    for (int round = 0; round < 30 * orders; round++) {
        struct fixture f;
        struct weft_entry vector[STREAMS];
        bool copies = round % 3 == 0;
        set_up(&f, ring_slots[round % 5], copies, weft_translations[round % 2],
               weft_orders[round / 2 % orders]);
        random_vector(vector);
        drive(&f, vector, STREAMS);
        uint64_t packets = 0, bytes = 0, pages = 0;
        for (uint32_t i = 0; i < STREAMS; i++) {
            assert_got(&f, &vector[i]);
            packets += (vector[i].bytes + PAYLOAD - 1) / PAYLOAD;
            bytes += vector[i].bytes;
            pages += (vector[i].address + vector[i].bytes - 1) / PAGE - vector[i].address / PAGE + 1;
        }
        bool walks = !copies && weft_translations[round % 2]->walks;
        g_assert_cmpuint(f.packets, ==, packets);
        g_assert_cmpuint(f.interrupts, ==, 1);
        g_assert_cmpuint(f.ledger.count[WEFT_PACKETS], ==, packets);
        g_assert_cmpuint(f.ledger.count[WEFT_COPIED_BYTES], ==, copies ? bytes : 0);
        g_assert_cmpuint(f.ledger.count[WEFT_TRANSLATIONS], ==, copies ? 0 : pages);
        g_assert_cmpuint(f.ledger.count[WEFT_PAGE_WALK_REFERENCES], ==, walks ? 4 * pages : 0);
        g_assert_cmpuint(f.ledger.count[WEFT_PAGES_PINNED], ==, walks ? pages : 0);
        tear_down(&f);
    }
}

/* 20 packets through a ring of 8: eight go in, then four more each time that half of the ring is empty. */
static void refills_half_a_ring(void)
{
    struct fixture f;
    set_up(&f, 8, false, &weft_translation_buffer, &weft_order_round_robin);
    struct weft_entry vector[] = {{.stream = 0, .address = BASE, .bytes = 10 * PAYLOAD},
                                  {.stream = 1, .address = BASE, .bytes = 10 * PAYLOAD}};
    g_assert_cmpuint(drive(&f, vector, 2), ==, 3);
    g_assert_cmpuint(f.ledger.count[WEFT_REFILLS], ==, 3);
    g_assert_cmpuint(f.ledger.count[WEFT_DOORBELLS], ==, 4);
    g_assert_cmpuint(f.interrupts, ==, 1);
    g_assert_cmpstr(f.order->str, ==, "abababababababababab");
    tear_down(&f);
}

/* An entry with a page that is not mapped is refused with its status; the others arrive whole. */
static void refused_entry_harms_no_other(void)
{
    for (int round = 0; round < 4; round++) {
        struct fixture f;
        struct weft_entry vector[] = {{.stream = 0, .address = BASE, .bytes = 5000},
                                      {.stream = 1, .address = BASE + PAGES * PAGE - 100, .bytes = 5000},
                                      {.stream = 2, .address = BASE + 77, .bytes = 9000}};
        set_up(&f, 64, round / 2, weft_translations[round % 2], &weft_order_round_robin);
        drive(&f, vector, 3);
        g_assert_cmpint(vector[1].status, ==, WEFT_ENTRY_UNMAPPED);
        g_assert_cmpuint(vector[1].packets, ==, 0);
        g_assert_cmpuint(f.got_bytes[1], ==, 0);
        g_assert_cmpuint(f.interrupts, ==, 1);
        assert_got(&f, &vector[0]);
        assert_got(&f, &vector[2]);
        tear_down(&f);
    }
}

/* The application unmaps a page and gives it back after the write and before the NIC reads it. Pinned, the frame is
 * not handed out again until its packets are gone, so the NIC still reads what was written. */
static void pinned_until_sent(void)
{
    struct fixture f;
    struct weft_entry vector[] = {{.stream = 0, .address = BASE, .bytes = PAGE}};
    uint64_t physical, references = 0, other;
    set_up(&f, 64, false, &weft_translation_page_walk, &weft_order_sequential);
    weft_region_free(f.region); /* a region pins as well */
    f.region = NULL;
    g_assert_cmpint(weft_space_walk(f.space, BASE, &physical, &references), ==, WEFT_OK);
    weft_driver_submit(f.driver, &(struct weft_call){.vector = vector, .entries = 1, .counted = true});
    while (weft_driver_step(f.driver, 0, &f.ledger).need != WEFT_DONE)
        ;
    g_assert_cmpint(weft_space_unmap(f.space, BASE), ==, WEFT_OK);
    weft_memory_release(f.memory, physical);
    uint64_t free_frames = weft_memory_free_frames(f.memory);
    for (uint64_t i = 0; i < free_frames; i++) { /* everybody else's pages are written over */
        g_assert_cmpint(weft_memory_take(f.memory, &other), ==, WEFT_OK);
        g_assert_cmphex(other, !=, physical);
        memset(weft_memory_write_at(f.memory, other, PAGE), 0xee, PAGE);
    }
    nic_reads(&f, UINT32_MAX);
    assert_got(&f, &vector[0]);
    struct weft_entry next[] = {{.stream = 1, .address = BASE + PAGE, .bytes = PAGE}};
    drive(&f, next, 1); /* the next call finds that the packets are gone and lets go of the frame */
    g_assert_cmpint(weft_memory_take(f.memory, &other), ==, WEFT_OK);
    g_assert_cmphex(other, ==, physical);
    tear_down(&f);
}

/* Each fault alone between two good entries: the entry has its status, with a text, and sends nothing; the others
 * arrive whole; the call has its one interrupt. */
static void each_fault_harms_no_other(void)
{
    static const struct {
        struct weft_entry entry;
        enum weft_entry_status status;
        const char *word;
    } faults[] = {
        {{.stream = 1, .address = BASE, .bytes = 0}, WEFT_ENTRY_EMPTY, "no bytes"},
        {{.stream = STREAMS, .address = BASE, .bytes = 5000}, WEFT_ENTRY_NO_DESTINATION, "no such stream"},
        {{.stream = UINT32_MAX, .address = BASE, .bytes = 5000}, WEFT_ENTRY_NO_DESTINATION, "no such stream"},
        {{.stream = 1, .address = UINT64_MAX - 10, .bytes = 5000}, WEFT_ENTRY_OUT_OF_RANGE, "overflows"},
        {{.stream = 1, .address = BASE, .bytes = UINT64_MAX}, WEFT_ENTRY_OUT_OF_RANGE, "overflows"},
        {{.stream = 1, .address = WEFT_ADDRESS_END - 1, .bytes = 2}, WEFT_ENTRY_OUT_OF_RANGE, "overflows"},
        {{.stream = 1, .first_number = UINT32_MAX - 2, .address = BASE, .bytes = 5000},
         WEFT_ENTRY_OUT_OF_RANGE,
         "overflows"},
        {{.stream = 1, .address = BASE + PAGES * PAGE, .bytes = 5000}, WEFT_ENTRY_UNMAPPED, "not mapped"},
    };
    for (gsize i = 0; i < 2 * G_N_ELEMENTS(faults); i++) {
        struct fixture f;
        bool copies = i % 2;
        struct weft_entry vector[] = {{.stream = 0, .address = BASE, .bytes = 5000},
                                      faults[i / 2].entry,
                                      {.stream = 2, .address = BASE + 77, .bytes = 9000}};
        set_up(&f, 64, copies, &weft_translation_page_walk, &weft_order_smooth);
        drive(&f, vector, 3);
        g_assert_cmpint(vector[1].status, ==, faults[i / 2].status);
        g_assert_nonnull(strstr(weft_entry_statuses[vector[1].status].help, faults[i / 2].word));
        g_assert_cmpuint(f.packets, ==, 4 + 7);
        g_assert_cmpuint(f.interrupts, ==, 1);
        g_assert_cmpuint(f.ledger.count[WEFT_ENTRIES], ==, 3);
        assert_got(&f, &vector[0]);
        assert_got(&f, &vector[2]);
        tear_down(&f);
    }
}

/* A vector of 0 entries is a call that sends nothing; one of 100,000 is a call like any other, also with one slot. */
static void vectors_of_any_length(void)
{
    struct fixture f;
    struct weft_entry none[1];
    set_up(&f, 1, false, &weft_translation_buffer, &weft_order_round_robin);
    g_assert_cmpuint(drive(&f, none, 0), ==, 0);
    g_assert_cmpuint(f.ledger.count[WEFT_WRITE_CALLS], ==, 1);
    g_assert_cmpuint(f.packets, ==, 0);
    struct weft_entry *many = g_new0(struct weft_entry, 100000);
    for (uint32_t i = 0; i < 100000; i++)
        many[i] = (struct weft_entry){.stream = 3, .first_number = i, .address = BASE, .bytes = 2};
    g_assert_cmpuint(drive(&f, many, 100000), ==, 99999);
    g_assert_cmpuint(f.packets, ==, 100000);
    g_assert_cmpuint(f.interrupts, ==, 1);
    g_free(many);
    tear_down(&f);
}

/* A call in which every entry is refused still ends, and costs its call. */
static void nothing_left_to_send(void)
{
    struct fixture f;
    struct weft_entry vector[] = {{.stream = 0, .address = 4096, .bytes = 5000}};
    set_up(&f, 4, false, &weft_translation_page_walk, &weft_order_round_robin);
    g_assert_cmpuint(drive(&f, vector, 1), ==, 0);
    g_assert_cmpuint(f.packets, ==, 0);
    g_assert_cmpuint(f.ledger.count[WEFT_WRITE_CALLS], ==, 1);
    g_assert_cmpuint(f.ledger.count[WEFT_DOORBELLS], ==, 0);
    tear_down(&f);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/driver/bytes-through-the-ring", bytes_through_the_ring);
    g_test_add_func("/driver/refills-half-a-ring", refills_half_a_ring);
    g_test_add_func("/driver/refused-entry-harms-no-other", refused_entry_harms_no_other);
    g_test_add_func("/driver/each-fault-harms-no-other", each_fault_harms_no_other);
    g_test_add_func("/driver/vectors-of-any-length", vectors_of_any_length);
    g_test_add_func("/driver/pinned-until-sent", pinned_until_sent);
    g_test_add_func("/driver/nothing-left-to-send", nothing_left_to_send);
    return g_test_run();
}
