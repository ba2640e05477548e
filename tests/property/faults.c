/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What holds in every run with faulty entries: exactly the packets of those entries are not sent that the driver must
 * refuse, all others arrive once and intact, nothing depends on whether bytes are carried, and a ring of one slot is
 * enough for every method. What must be refused is worked out from the scenario alone. */

#include "lab.h"
#include "weft/delivery.h"
#include "weft/metrics.h"
#include "weft/reference.h"

#include <string.h>

enum { SCENARIOS = 200 };

/* What the driver must say of each fault, by how it reaches the data: through the page tables of the application (a
 * walk, or the CPU's copy), or through a region that was registered. */
static const struct expectation {
    const char *fault;
    enum weft_entry_status tables, region;
} expectations[] = {
    {"empty", WEFT_ENTRY_EMPTY, WEFT_ENTRY_EMPTY},
    {"destination", WEFT_ENTRY_NO_DESTINATION, WEFT_ENTRY_NO_DESTINATION},
    {"address", WEFT_ENTRY_OUT_OF_RANGE, WEFT_ENTRY_OUT_OF_RANGE},
    {"length", WEFT_ENTRY_OUT_OF_RANGE, WEFT_ENTRY_OUT_OF_RANGE},
    {"null", WEFT_ENTRY_UNMAPPED, WEFT_ENTRY_UNMAPPED},
    {"unmapped", WEFT_ENTRY_UNMAPPED, WEFT_ENTRY_OK},
    {"unmapped-after", WEFT_ENTRY_OK, WEFT_ENTRY_OK},
};

static enum weft_entry_status expected_status(const struct weft_setup *setup, const struct weft_fault *fault)
{
    const struct weft_method *axes = &setup->write.axes;
    bool by_tables = axes->copy->copies || axes->translation == &weft_translation_page_walk;
    for (gsize i = 0; fault && i < G_N_ELEMENTS(expectations); i++)
        if (g_str_equal(expectations[i].fault, fault->name))
            return by_tables ? expectations[i].tables : expectations[i].region;
    g_assert_null(fault); /* a new fault needs its expectation */
    return WEFT_ENTRY_OK;
}

static const struct weft_method *random_method(GRand *rand)
{
    gint32 methods = 0;
    while (weft_methods[methods])
        methods++;
    return weft_methods[g_rand_int_range(rand, 0, methods)];
}

static struct lab *random_lab(GRand *rand)
{
    struct lab *lab = lab_random(rand);
    lab_use(lab, random_method(rand));
    gint32 translations = 0;
    while (weft_translations[translations])
        translations++;
    if (g_rand_boolean(rand))
        lab->setup.write.axes.translation = weft_translations[g_rand_int_range(rand, 0, translations)];
    lab->setup.write.checksum = weft_checksums[g_rand_int_range(rand, 0, 2)];
    lab->setup.write.fill = weft_fills[g_rand_int_range(rand, 0, 2)];
    weft_ps interval_ps = weft_setup_interval(lab_setup(lab));
    lab->setup.warmup_ps = g_rand_boolean(rand) && interval_ps < lab->setup.duration_ps ? interval_ps : 0;
    lab_damage(lab, rand);
    return lab;
}

/* When packet n is written: in its interval's call, or by itself. */
static weft_ps written_ps(const struct weft_setup *setup, const struct weft_stream *stream, uint64_t n)
{
    weft_ps interval_ps = weft_setup_interval(setup);
    if (setup->write.axes.pacing->at_packet_times)
        return weft_clock_due(&stream->clock, n + stream->live);
    return weft_clock_due(&stream->clock, n) / interval_ps * interval_ps + (stream->live ? interval_ps : 0);
}

/* The packets of a stream that are not to be sent: [first, end) of `packets`. */
struct refusal {
    uint64_t packets, first, end;
    enum weft_entry_status status;
};

static struct refusal expected_refusal(const struct weft_setup *setup, const struct weft_stream *stream)
{
    struct refusal refusal = {.status = expected_status(setup, stream->fault)};
    weft_ps end_ps = setup->duration_ps, interval_ps = weft_setup_interval(setup);
    if (stream->live)
        end_ps = (end_ps - 1) / interval_ps * interval_ps;
    refusal.packets = weft_clock_due_before(&stream->clock, end_ps);
    if (refusal.status == WEFT_ENTRY_OK)
        return refusal;
    while (refusal.first < refusal.packets && written_ps(setup, stream, refusal.first) < stream->fault_ps)
        refusal.first++;
    refusal.end = refusal.first;
    while (refusal.end < refusal.packets &&
           written_ps(setup, stream, refusal.end) == written_ps(setup, stream, refusal.first))
        refusal.end++;
    if (refusal.end > refusal.first && setup->write.axes.unit->max_packets == 1)
        refusal.end = refusal.first + 1;
    return refusal;
}

static bool is_counted(const struct weft_setup *setup, const struct weft_stream *stream, uint64_t n)
{
    return weft_clock_due(&stream->clock, n) >= setup->warmup_ps;
}

/* Each packet of each stream is there once, or is one of those refused. */
static void check_packets(const struct weft_setup *setup, struct recorder *recorder)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    for (guint i = 0; i < recorder->record->len; i++) {
        const struct record *record = recorder_at(recorder, i);
        uint64_t name = (uint64_t)record->stream << 32 | record->number;
        g_assert_cmpuint(record->deliveries, ==, 1);
        g_assert_true(g_hash_table_add(seen, g_memdup2(&name, sizeof name)));
    }
    guint packets = 0;
    for (uint32_t s = 0; s < setup->streams; s++) {
        struct refusal refusal = expected_refusal(setup, &setup->stream[s]);
        for (uint64_t n = 0; n < refusal.packets; n++) {
            uint64_t name = (uint64_t)s << 32 | n;
            bool sent = n < refusal.first || n >= refusal.end;
            packets += sent;
            g_assert_cmpint(g_hash_table_contains(seen, &name), ==, sent);
        }
    }
    g_assert_cmpuint(recorder->record->len, ==, packets);
}

/* By stream, by server and by status, of what was due after warm-up. */
static void check_counts(const struct weft_setup *setup, struct weft_metrics *metrics,
                         struct recorder *recorder)
{
    struct weft_refused *server = g_new0(struct weft_refused, setup->servers);
    for (uint32_t s = 0; s < setup->streams; s++) {
        const struct weft_stream *stream = &setup->stream[s];
        struct refusal refusal = expected_refusal(setup, stream);
        struct weft_refused expected = {0};
        if (refusal.end > refusal.first && is_counted(setup, stream, refusal.first)) {
            expected.packets = refusal.end - refusal.first;
            expected.entries[refusal.status] = 1;
            server[stream->server].packets += expected.packets;
            server[stream->server].entries[refusal.status]++;
        }
        const struct weft_stream_result *result = weft_metrics_stream(metrics, s);
        g_assert_true(memcmp(&result->refused, &expected, sizeof expected) == 0);
        uint64_t due = refusal.packets - weft_clock_due_before(&stream->clock, setup->warmup_ps);
        if (weft_clock_due_before(&stream->clock, setup->warmup_ps) <= refusal.packets)
            g_assert_cmpuint(due, ==, result->packets_sent + result->refused.packets);
    }
    for (uint32_t s = 0; s < setup->servers; s++) {
        const struct weft_host_counters *counters = recorder_counters(recorder, s);
        uint64_t entries = 0;
        for (int status = 0; status < WEFT_ENTRY_STATUSES; status++)
            entries += server[s].entries[status];
        g_assert_true(memcmp(&counters->refused, &server[s], sizeof server[s]) == 0);
        g_assert_cmpuint(counters->refused_entries, ==, entries);
    }
    g_free(server);
}

static void check_payload(const struct weft_setup *setup, struct weft_delivery *delivery,
                          struct recorder *recorder)
{
    uint64_t intact_bytes = 0, bytes = 0;
    for (uint32_t s = 0; s < setup->streams; s++) {
        g_assert_cmpuint(weft_delivery_results(delivery)[s].corrupt_packets, ==, 0);
        intact_bytes += weft_delivery_results(delivery)[s].intact_bytes;
    }
    for (guint i = 0; i < recorder->record->len; i++)
        bytes += recorder_at(recorder, i)->payload_bytes;
    g_assert_cmpuint(intact_bytes, ==, bytes);
}

/* One run with real bytes. */
static struct recorder *run_checked(struct lab *lab)
{
    const struct weft_setup *setup = lab_setup(lab);
    struct weft_delivery *delivery = weft_delivery_new(setup);
    struct weft_metrics *metrics = weft_metrics_new(setup);
    struct recorder *recorder = recorder_new(true);
    const struct weft_watch watch[] = {weft_metrics_watch(metrics), weft_delivery_watch(delivery),
                                       recorder_watch(recorder)};
    g_assert_cmpint(weft_backend_reference.run(setup, watch, G_N_ELEMENTS(watch), NULL), ==, WEFT_OK);
    check_packets(setup, recorder);
    check_counts(setup, metrics, recorder);
    check_payload(setup, delivery, recorder);
    weft_metrics_free(metrics);
    weft_delivery_free(delivery);
    recorder_sort(recorder);
    return recorder;
}

static void harm_no_other(void)
{
    uint64_t refused[WEFT_ENTRY_STATUSES] = {0};
    for (int i = 0; i < SCENARIOS; i++) {
        guint32 seed = (guint32)g_test_rand_int();
        GRand *rand = g_rand_new_with_seed(seed);
        struct lab *lab = random_lab(rand);
        g_test_message("scenario %d: seed %u", i, seed);
        struct recorder *bytes = run_checked(lab), *sizes = lab_record(lab, false);
        assert_same_arrays(sizes->record, bytes->record);
        assert_same_arrays(sizes->counters, bytes->counters);
        for (guint s = 0; s < bytes->counters->len; s++)
            for (int status = 0; status < WEFT_ENTRY_STATUSES; status++)
                refused[status] += recorder_counters(bytes, s)->refused.entries[status];
        recorder_free(bytes);
        recorder_free(sizes);
        lab_free(lab);
        g_rand_free(rand);
    }
    g_assert_cmpuint(refused[WEFT_ENTRY_OK], ==, 0);
    for (int status = WEFT_ENTRY_OK + 1; status < WEFT_ENTRY_STATUSES; status++)
        g_assert_cmpuint(refused[status], >, 0); /* what never happens is not checked */
}

/* Every method through a ring of one slot, sound and with each fault. */
static void one_slot_is_enough(void)
{
    for (gsize m = 0; weft_methods[m]; m++)
        for (gsize f = 0; f <= G_N_ELEMENTS(expectations); f++) {
            struct lab *lab = lab_new(4);
            lab_use(lab, weft_methods[m]);
            lab_server(lab, 0)->ring_slots = 1;
            lab->setup.duration_ps = WEFT_PS_PER_S / 2;
            lab_stream(lab, 1)->fault = weft_faults[f]; /* the last: none */
            lab_stream(lab, 1)->fault_ps = WEFT_PS_PER_S / 10;
            recorder_free(run_checked(lab));
            lab_free(lab);
        }
}

/* A vector of 100,000 entries, every tenth with a fault, through a small ring. */
static void a_hundred_thousand_entries(void)
{
    enum { ENTRIES = 100000 };
    struct lab *lab = lab_new(ENTRIES);
    g_array_set_size(lab->device, 100);
    lab_server(lab, 0)->link_bps = UINT64_C(100000000000);
    lab_server(lab, 0)->ring_slots = 64;
    lab->setup.duration_ps = lab->setup.write.interval_ps = WEFT_PS_PER_S / 1000;
    for (uint32_t i = 0; i < ENTRIES; i++) {
        lab_stream(lab, i)->device = i % 100;
        lab_stream(lab, i)->clock.payload_bytes = 64;
        lab_stream(lab, i)->fault = i % 10 == 0 ? weft_faults[i / 10 % 4] : NULL; /* those not of memory */
    }
    lab->setup.write.axes.interface = &weft_interface_io_uring;
    struct recorder *recorder = lab_record(lab, false);
    const struct weft_host_counters *counters = recorder_counters(recorder, 0);
    uint64_t packets = weft_clock_due_before(&lab_stream(lab, 0)->clock, lab->setup.duration_ps);
    g_assert_cmpuint(counters->ledger.count[WEFT_WRITE_CALLS], ==, 1);
    g_assert_cmpuint(counters->ledger.count[WEFT_ENTRIES], ==, ENTRIES);
    g_assert_cmpuint(counters->ledger.count[WEFT_RING_ENTRIES], ==, ENTRIES); /* refused ones as well */
    g_assert_cmpuint(counters->refused_entries, ==, ENTRIES / 10);
    g_assert_cmpuint(counters->refused.entries[WEFT_ENTRY_OUT_OF_RANGE], ==, ENTRIES / 20);
    g_assert_cmpuint(recorder->record->len, ==, (ENTRIES - ENTRIES / 10) * packets);
    for (guint i = 0; i < recorder->record->len; i++)
        g_assert_cmpuint(recorder_at(recorder, i)->stream % 10, !=, 0);
    recorder_free(recorder);
    lab_free(lab);
}

/* A call of which nothing is left costs its call, sends nothing and asks for no interrupt; the next one is whole. */
static void a_call_of_nothing(void)
{
    struct lab *lab = lab_new(3);
    for (uint32_t i = 0; i < 3; i++)
        lab_stream(lab, i)->fault = weft_faults[i];
    lab->setup.duration_ps = 2 * lab->setup.write.interval_ps;
    struct recorder *recorder = run_checked(lab);
    const struct weft_host_counters *counters = recorder_counters(recorder, 0);
    g_assert_cmpuint(counters->ledger.count[WEFT_WRITE_CALLS], ==, 2);
    g_assert_cmpuint(counters->ledger.count[WEFT_ENTRIES], ==, 6);
    g_assert_cmpuint(counters->ledger.count[WEFT_INTERRUPTS], ==, 1);
    g_assert_cmpuint(counters->refused_entries, ==, 3);
    g_assert_cmpuint(recorder_at(recorder, 0)->tx_ps, ==, lab->setup.write.interval_ps);
    recorder_free(recorder);
    lab_free(lab);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/faults/harm-no-other", harm_no_other);
    g_test_add_func("/faults/one-slot-is-enough", one_slot_is_enough);
    g_test_add_func("/faults/a-hundred-thousand-entries", a_hundred_thousand_entries);
    g_test_add_func("/faults/a-call-of-nothing", a_call_of_nothing);
    return g_test_run();
}
