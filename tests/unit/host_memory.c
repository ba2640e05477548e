/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a server counts of its memory, run by run: copies, cold bytes, pages missed and walked to, page faults, registered
 * pages; against an LRU of the test's own that follows the packets, and against closed forms. */

#include "lab.h"
#include "weft/memory_system.h"

#include <string.h>

#define MS    (WEFT_PS_PER_S / 1000)
#define BEGIN UINT64_C(0x10000000) /* where buffers begin */

static const uint64_t *count_of(const struct recorder *recorder)
{
    return recorder_counters(recorder, 0)->ledger.count;
}

static const struct weft_fill *fill_by_cpu(void)
{
    for (size_t i = 0; weft_fills[i]; i++)
        if (weft_fills[i]->by_cpu)
            return weft_fills[i];
    g_assert_not_reached();
}

static const struct weft_touch *touch_first(void)
{
    for (size_t i = 0; weft_touches[i]; i++)
        if (weft_touches[i]->faults)
            return weft_touches[i];
    g_assert_not_reached();
}

/* Bytes of a stream's buffer: whole pages for an interval and the ring. */
static uint64_t buffer_bytes(struct lab *lab, guint stream)
{
    const struct weft_server *server = lab_server(lab, lab_stream(lab, stream)->server);
    const struct weft_clock *clock = &lab_stream(lab, stream)->clock;
    uint64_t packets = weft_clock_buffer_packets(clock, lab->setup.write.interval_ps, lab->setup.duration_ps,
                                                 server->ring_slots);
    uint64_t page = server->page_bytes;
    return (packets * clock->payload_bytes + page - 1) / page * page;
}

/* --- an LRU that follows the packets --- */

struct follower {
    GArray *tlb, *tables; /* keys, the one that was used last at the end */
    uint32_t last_application;
    uint64_t misses, references;
};

static bool use(GArray *lru, guint most, uint64_t key)
{
    bool found = false;
    for (guint i = 0; i < lru->len && !found; i++)
        if (g_array_index(lru, uint64_t, i) == key) {
            g_array_remove_index(lru, i);
            found = true;
        }
    if (!found && lru->len == most && most > 0)
        g_array_remove_index(lru, 0);
    if (most > 0)
        g_array_append_val(lru, key);
    return found;
}

/* A fully associative system, so that places of pages do not matter, only which they are. */
static const struct weft_memory_system small = {.name = "small",
                                                .page_4k = {1, 6, 2},
                                                .page_2m = {1, 2, 1},
                                                .cache_bytes = UINT64_MAX,
                                                .dma_cache_bytes = UINT64_MAX};

/* The first packet of the entry that has the packet: one of the same interval, unless it was written by itself. What comes
 * behind the end of the buffer has pages of the second mapping. */
static uint64_t entry_first(struct lab *lab, const struct record *packet)
{
    const struct weft_clock *clock = &lab_stream(lab, packet->stream)->clock;
    const struct weft_method *axes = &lab->setup.write.axes;
    weft_ps due_ps = weft_clock_due(clock, packet->number);
    if (axes->unit->max_packets == 1 || axes->pacing->at_packet_times)
        return packet->number;
    return weft_clock_due_before(clock, due_ps - due_ps % lab->setup.write.interval_ps);
}

static void follow(struct follower *f, struct lab *lab, const struct record *packet, const uint64_t *address)
{
    const struct weft_stream *stream = lab_stream(lab, packet->stream);
    const struct weft_server *server = lab_server(lab, 0);
    const struct weft_page_caches *caches = weft_memory_page_caches(&small, server->page_bytes);
    uint64_t page = server->page_bytes, space = (uint64_t)stream->application << 50;
    uint64_t first = entry_first(lab, packet), offset = weft_clock_offset(&stream->clock, first);
    uint64_t from = address[packet->stream] + offset % buffer_bytes(lab, packet->stream) +
                    (weft_clock_offset(&stream->clock, packet->number) - offset);
    if (stream->application != f->last_application) { /* without tags: empty */
        g_array_set_size(f->tlb, 0);
        g_array_set_size(f->tables, 0);
        f->last_application = stream->application;
    }
    for (uint64_t at = from / page; at <= (from + packet->payload_bytes - 1) / page; at++) {
        if (use(f->tlb, caches->tlb_ways, space | at))
            continue;
        f->misses++;
        f->references += use(f->tables, caches->walk_cache, space | at / 512) ? 1 : page > 4096 ? 3 : 4;
    }
}

/* One queue sends packets as they were cut: what a core touched is told by what its applications sent. */
static void follow_run(struct lab *lab, const struct recorder *recorder, uint64_t *misses,
                       uint64_t *references)
{
    uint64_t *address = g_new(uint64_t, lab->stream->len), *end = g_new0(uint64_t, lab->stream->len + 8);
    for (guint i = 0; i < lab->stream->len; i++) {
        uint32_t application = lab_stream(lab, i)->application;
        address[i] = BEGIN + end[application];
        end[application] += 2 * buffer_bytes(lab, i);
    }
    for (uint32_t core = 0; core < lab_server(lab, 0)->cores; core++) {
        struct follower f = {.tlb = g_array_new(FALSE, FALSE, 8), .tables = g_array_new(FALSE, FALSE, 8)};
        f.last_application = UINT32_MAX;
        for (guint i = 0; i < recorder->record->len; i++) {
            const struct record *packet = recorder_at(recorder, i);
            if (lab_stream(lab, packet->stream)->application % lab_server(lab, 0)->cores == core)
                follow(&f, lab, packet, address);
        }
        *misses += f.misses;
        *references += f.references;
        g_array_unref(f.tlb);
        g_array_unref(f.tables);
    }
    g_free(address);
    g_free(end);
}

/* Copying packet by packet, in every order, on one core and more, with pages of either size, with bytes and without. */
static void misses_follow_the_packets(void)
{
    static const char *const methods[] = {"per-packet", "per-packet-burst", "batched", "per-destination"};
    uint64_t all = 0;
    for (guint round = 0; round < 48; round++) {
        struct lab *lab = lab_new(12);
        struct weft_server *server = lab_server(lab, 0);
        uint64_t misses = 0, references = 0;
        lab_use(lab, lab_method(methods[round % 4]));
        if (round % 4 == 2) /* copied packet by packet in an order that changes pages */
            lab->setup.write.axes.order = round % 8 == 2 ? &weft_order_round_robin : &weft_order_smooth;
        lab->setup.duration_ps = 300 * MS;
        server->memory = &small;
        server->page_bytes = round % 3 == 2 ? WEFT_PAGE_2M : WEFT_PAGE_4K;
        server->applications = 1 + (uint32_t)g_test_rand_int_range(0, 3);
        server->cores = 1 + round % 2;
        /* where applications wait for the ring they come onto the core without a packet */
        server->ring_slots = server->applications == 1 ? (uint32_t)g_test_rand_int_range(1, 100) : 4096;
        server->profile = round % 5 ? &weft_profile_free : &weft_profile_modern_x86;
        for (guint i = 0; i < lab->stream->len; i++) {
            lab_stream(lab, i)->application = i % server->applications;
            lab_stream(lab, i)->clock.payload_bytes = (uint32_t)g_test_rand_int_range(100, 1473);
        }
        struct recorder *recorder = lab_record(lab, round % 2);
        recorder_sort(recorder);
        follow_run(lab, recorder, &misses, &references);
        g_test_message("round %u: %" G_GUINT64_FORMAT " pages missed", round, misses);
        g_assert_cmpuint(count_of(recorder)[WEFT_TLB_MISSES], ==, misses);
        g_assert_cmpuint(count_of(recorder)[WEFT_TLB_REFERENCES], ==, references);
        all += misses;
        recorder_free(recorder);
        lab_free(lab);
    }
    g_assert_cmpuint(all, >, 10000);
}

/* The seed's call and every other that does not copy touch nothing, whatever the memory system; data that the CPU fills
 * is touched once an entry. */
static void zero_copy_touches_nothing(void)
{
    static const char *const methods[] = {"interleaved", "multi-destination", "per-packet-zero-copy",
                                          "per-destination-zero-copy", "interleaved-paced"};
    for (guint i = 0; i < 2 * G_N_ELEMENTS(methods); i++) {
        struct lab *lab = lab_new(8);
        bool fills = i % 2;
        lab_use(lab, lab_method(methods[i / 2]));
        lab->setup.write.fill = fills ? fill_by_cpu() : NULL;
        lab_server(lab, 0)->memory = &weft_memory_xeon_2003;
        struct recorder *recorder = lab_record(lab, false);
        const uint64_t *count = count_of(recorder);
        uint64_t bytes = recorder->record->len * UINT64_C(1316);
        g_assert_cmpuint(count[WEFT_COPIES], ==, fills ? count[WEFT_ENTRIES] : 0);
        g_assert_cmpuint(count[WEFT_COLD_BYTES], ==, fills ? bytes : 0);
        g_assert_cmpint(count[WEFT_TLB_MISSES] > 0, ==, fills);
        g_assert_cmpint(count[WEFT_TLB_REFERENCES] > 0, ==, fills);
        g_assert_cmpuint(count[WEFT_PAGE_FAULTS], ==, 0);
        recorder_free(recorder);
        lab_free(lab);
    }
}

/* A copy a packet where each packet walks the stack or the driver makes it, one an entry where the stack cuts. */
static void copies_are_packets_or_entries(void)
{
    static const struct {
        const struct weft_segmentation *segmentation;
        bool by_entry;
    } cases[] = {{&weft_segmentation_stack, false},
                 {&weft_segmentation_driver, false},
                 {&weft_segmentation_split, true},
                 {&weft_segmentation_nic, true}};
    for (guint i = 0; i < 2 * G_N_ELEMENTS(cases); i++) {
        struct lab *lab = lab_new(8);
        bool fills = i % 2;
        lab_use(lab, lab_method("batched"));
        lab->setup.write.axes.segmentation = cases[i / 2].segmentation;
        lab->setup.write.fill = fills ? fill_by_cpu() : NULL;
        struct recorder *recorder = lab_record(lab, i % 3 == 0);
        const uint64_t *count = count_of(recorder);
        uint64_t copied = cases[i / 2].by_entry ? count[WEFT_ENTRIES] : recorder->record->len;
        g_assert_cmpuint(count[WEFT_ENTRIES], ==, 80);
        g_assert_cmpuint(count[WEFT_COPIES], ==, copied + (fills ? 80 : 0));
        g_assert_cmpuint(count[WEFT_TLB_MISSES], ==, 0); /* of the profile free there is no memory system */
        g_assert_cmpuint(count[WEFT_COLD_BYTES], ==, 0);
        recorder_free(recorder);
        lab_free(lab);
    }
}

/* --- hot or cold --- */

static uint64_t cold_bytes(struct lab *lab, const struct weft_memory_system *system)
{
    lab_server(lab, 0)->memory = system;
    struct recorder *recorder = lab_record(lab, false);
    uint64_t cold = count_of(recorder)[WEFT_COLD_BYTES];
    g_assert_cmpuint(recorder->record->len, ==, 80);
    recorder_free(recorder);
    lab_free(lab);
    return cold;
}

/* 8 streams of 1,000 B packets, one a 10 ms: 10 intervals, in each 8 of them. */
static struct lab *hot_lab(const char *method)
{
    struct lab *lab = lab_new(8);
    lab_use(lab, lab_method(method));
    for (guint i = 0; i < 8; i++)
        lab_stream(lab, i)->clock = (struct weft_clock){.rate_bps = 800000, .payload_bytes = 1000};
    lab->setup.write.interval_ps = 10 * MS;
    lab->setup.duration_ps = 100 * MS;
    return lab;
}

static const struct weft_checksum *checksum_in_software(void)
{
    for (size_t i = 0; weft_checksums[i]; i++)
        if (weft_checksums[i]->in_software)
            return weft_checksums[i];
    g_assert_not_reached();
}

/* What the CPU filled is hot for calls of up to the cache's size: 8,000 B an interval, or 1,000 B a packet. The source of the
 * fill is what DMA wrote. */
static void filled_data_is_hot_up_to_the_cache(void)
{
    static const struct {
        const char *method;
        uint64_t cache_bytes, cold;
    } cases[] = {{"batched", 8000, 0},
                 {"batched", 7999, 80000},
                 {"per-packet-burst", 1000, 0},
                 {"per-packet-burst", 999, 80000},
                 {"interleaved", 0, 0}};
    for (guint i = 0; i < 2 * G_N_ELEMENTS(cases); i++) {
        struct weft_memory_system system = {.name = "test",
                                            .cache_bytes = cases[i / 2].cache_bytes,
                                            .dma_cache_bytes = i % 2 ? UINT64_MAX : 0};
        struct lab *lab = hot_lab(cases[i / 2].method);
        lab->setup.write.fill = fill_by_cpu();
        g_assert_cmpuint(cold_bytes(lab, &system), ==, cases[i / 2].cold + (i % 2 ? 0 : 80000));
    }
}

/* What DMA wrote is hot where a whole interval of all streams fits; at most two packets more are counted for each. */
static void dma_is_hot_where_an_interval_fits(void)
{
    static const struct {
        uint64_t dma_cache_bytes, cold;
    } cases[] = {{0, 80000}, {8000 - 1, 80000}, {8 * 3000, 0}, {UINT64_MAX, 0}};
    static const char *const methods[] = {"batched", "per-packet-burst", "per-packet", "per-destination"};
    for (guint i = 0; i < 4 * G_N_ELEMENTS(cases); i++) {
        struct weft_memory_system system = {
            .name = "test", .cache_bytes = 0, .dma_cache_bytes = cases[i / 4].dma_cache_bytes};
        g_assert_cmpuint(cold_bytes(hot_lab(methods[i % 4]), &system), ==, cases[i / 4].cold);
    }
    uint64_t least = 0, most = 100000; /* between is one boundary */
    while (most - least > 1) {
        struct weft_memory_system system = {.name = "test", .dma_cache_bytes = (least + most) / 2};
        *(cold_bytes(hot_lab("batched"), &system) ? &least : &most) = (least + most) / 2;
    }
    g_assert_cmpuint(most, ==, 8 * 1000 * MIN(1 + 2, 10));
}

/* A sum over what was copied just now reads the copy; over what was not, the data itself. */
static void sums_are_cold_where_nothing_was_copied(void)
{
    static const char *const methods[] = {"batched", "interleaved"};
    for (guint i = 0; i < 4; i++) {
        struct weft_memory_system system = {.name = "test", .cache_bytes = UINT64_MAX, .dma_cache_bytes = 0};
        struct lab *lab = hot_lab(methods[i / 2]);
        bool copies = lab->setup.write.axes.copy->copies, sums = i % 2;
        lab->setup.write.checksum = sums ? checksum_in_software() : NULL;
        g_assert_cmpuint(cold_bytes(lab, &system), ==, copies || sums ? 80000 : 0);
    }
}

/* --- first touch --- */

/* Packets of a page each, a call each: every page of a buffer once, and none twice. */
static void each_page_faults_once(void)
{
    for (guint i = 0; i < 4; i++) {
        struct lab *lab = lab_new(3);
        uint64_t pages = 0;
        lab_use(lab, lab_method(i % 2 ? "per-packet-zero-copy" : "per-packet"));
        lab->setup.write.interval_ps = 10 * MS;
        lab_server(lab, 0)->mtu_bytes = 9000;
        lab_server(lab, 0)->ring_slots = 16;
        lab_server(lab, 0)->touch = touch_first();
        lab->setup.duration_ps = i / 2 ? 1000 * MS : 10 * MS; /* 1,000 packets come round, 10 do not */
        for (guint s = 0; s < 3; s++) {
            lab_stream(lab, s)->clock = (struct weft_clock){.rate_bps = 32768000, .payload_bytes = 4096};
            pages += i / 2 ? buffer_bytes(lab, s) / 4096 : 10;
        }
        struct recorder *recorder = lab_record(lab, false);
        g_assert_cmpuint(recorder->record->len, ==, i / 2 ? 3000 : 30);
        g_assert_cmpuint(count_of(recorder)[WEFT_PAGE_FAULTS], ==, pages);
        recorder_free(recorder);
        lab_free(lab);
    }
}

/* A region is registered before the run, each page of its two mappings, and touched then; without one, or with pages that
 * were touched before, there are no registered pages and no faults. */
static void registered_pages_do_not_fault(void)
{
    static const struct {
        const char *method;
        bool registers;
    } cases[] = {{"interleaved", true},
                 {"multi-destination", true},
                 {"per-destination-zero-copy", false},
                 {"batched", false}};
    for (guint i = 0; i < 4 * G_N_ELEMENTS(cases); i++) {
        struct lab *lab = lab_new(5);
        bool first = i % 2, registers = cases[i / 4].registers;
        lab_use(lab, lab_method(cases[i / 4].method));
        lab_server(lab, 0)->touch = first ? touch_first() : NULL;
        lab_server(lab, 0)->applications = 2;
        lab_stream(lab, 4)->application = 1;
        uint64_t pages = 0;
        for (guint s = 0; s < 5; s++)
            pages += 2 * buffer_bytes(lab, s) / 4096;
        struct recorder *recorder = lab_record(lab, i / 2 % 2); /* the same with bytes and without */
        g_assert_cmpuint(recorder_counters(recorder, 0)->registered_pages, ==, registers ? pages : 0);
        g_assert_cmpint(count_of(recorder)[WEFT_PAGE_FAULTS] > 0, ==, first && !registers);
        g_assert_cmpuint(count_of(recorder)[WEFT_PAGE_FAULTS], <=, pages);
        recorder_free(recorder);
        lab_free(lab);
    }
}

/* Faults before warm-up is over are not counted, and are not there afterwards. */
static void faults_of_the_warm_up_are_over(void)
{
    struct lab *lab = lab_new(2);
    lab_use(lab, lab_method("batched"));
    lab_server(lab, 0)->touch = touch_first();
    lab_server(lab, 0)->ring_slots = 8; /* small buffers, which come round in an interval or two */
    lab->setup.duration_ps = 2000 * MS;
    lab->setup.warmup_ps = 1500 * MS;
    struct recorder *recorder = lab_record(lab, false);
    g_assert_cmpuint(count_of(recorder)[WEFT_COPIES], >, 0);
    g_assert_cmpuint(count_of(recorder)[WEFT_PAGE_FAULTS], <=, 2 * 2 * (buffer_bytes(lab, 0) / 4096));
    lab->setup.warmup_ps = 0;
    uint64_t after = count_of(recorder)[WEFT_PAGE_FAULTS];
    struct recorder *all = lab_record(lab, false);
    g_assert_cmpuint(count_of(all)[WEFT_PAGE_FAULTS], >, after + 20);
    recorder_free(all);
    recorder_free(recorder);
    lab_free(lab);
}

/* --- the whole --- */

/* A hundred streams of 4 MiB a call: 4 KiB pages are missed over and over, of 2 MiB ones there are few. */
static void large_pages_cut_misses(void)
{
    uint64_t misses[2];
    for (guint i = 0; i < 2; i++) {
        struct lab *lab = lab_new(20);
        lab_use(lab, lab_method("batched"));
        lab_server(lab, 0)->memory = &weft_memory_skylake_sp;
        lab_server(lab, 0)->page_bytes = i ? WEFT_PAGE_2M : WEFT_PAGE_4K;
        lab_server(lab, 0)->link_bps = UINT64_C(100000000000);
        lab->setup.write.interval_ps = 1000 * MS;
        lab->setup.duration_ps = 1000 * MS;
        for (guint s = 0; s < 20; s++) {
            lab_device(lab, s)->rate_bps = UINT64_C(10000000000);
            lab_stream(lab, s)->clock =
                (struct weft_clock){.rate_bps = UINT64_C(8) << 22, .payload_bytes = 1024};
        }
        struct recorder *recorder = lab_record(lab, false);
        misses[i] = count_of(recorder)[WEFT_TLB_MISSES];
        recorder_free(recorder);
        lab_free(lab);
    }
    g_assert_cmpuint(misses[0], ==, 20 * 1024); /* 4 MiB of each stream, none again */
    g_assert_cmpuint(misses[1], ==, 20 * 2);    /* a 512th */
}

/* The row that a profile names holds where the server names none. */
static void a_profile_brings_its_memory(void)
{
    struct weft_profile profile = weft_profile_free;
    profile.memory = &small;
    for (guint i = 0; i < 2; i++) {
        struct lab *lab = lab_new(8);
        lab_use(lab, lab_method("batched"));
        lab_server(lab, 0)->profile = &profile;
        lab_server(lab, 0)->memory = i ? &weft_memory_none : NULL;
        struct recorder *recorder = lab_record(lab, false);
        g_assert_cmpint(count_of(recorder)[WEFT_TLB_MISSES] > 0, ==, i == 0);
        recorder_free(recorder);
        lab_free(lab);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host-memory/misses-follow-the-packets", misses_follow_the_packets);
    g_test_add_func("/host-memory/zero-copy-touches-nothing", zero_copy_touches_nothing);
    g_test_add_func("/host-memory/copies", copies_are_packets_or_entries);
    g_test_add_func("/host-memory/filled-data", filled_data_is_hot_up_to_the_cache);
    g_test_add_func("/host-memory/dma", dma_is_hot_where_an_interval_fits);
    g_test_add_func("/host-memory/sums", sums_are_cold_where_nothing_was_copied);
    g_test_add_func("/host-memory/faults", each_page_faults_once);
    g_test_add_func("/host-memory/registered", registered_pages_do_not_fault);
    g_test_add_func("/host-memory/warm-up", faults_of_the_warm_up_are_over);
    g_test_add_func("/host-memory/large-pages", large_pages_cut_misses);
    g_test_add_func("/host-memory/profile", a_profile_brings_its_memory);
    return g_test_run();
}
