/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What holds in every run, shown on random scenarios: every method sends the same packets, all arrive,
 * nothing is larger than the MTU, sources are intact through page tables, copies and interrupts are counted
 * exactly, counts do not depend on whether bytes are carried, and the same seed gives the same packets. */

#include "lab.h"
#include "order_case.h"
#include "weft/delivery.h"
#include "weft/metrics.h"
#include "weft/reference.h"

#include <string.h>

enum { SCENARIOS = 200 };

typedef void check(struct lab *lab, GRand *rand);

/* Run a check on random scenarios; a failure's message is preceded by the number that replays it. */
static void on_random_scenarios(gconstpointer data)
{
    check *const *run = data;
    for (int i = 0; i < SCENARIOS; i++) {
        guint32 seed = (guint32)g_test_rand_int();
        GRand *rand = g_rand_new_with_seed(seed);
        struct lab *lab = lab_random(rand);
        g_test_message("scenario %d: seed %u", i, seed);
        (*run)(lab, rand);
        lab_free(lab);
        g_rand_free(rand);
    }
}

static uint64_t name_of(const struct record *record)
{
    return (uint64_t)record->stream << 32 | record->number;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    uint64_t x = name_of(a), y = name_of(b);
    return x < y ? -1 : x > y;
}

static void same_packets(struct lab *lab, GRand *rand)
{
    struct recorder *first = NULL;
    (void)rand;
    for (int m = 0; weft_methods[m]; m++) {
        lab_use(lab, weft_methods[m]);
        struct recorder *recorder = lab_record(lab, false);
        g_array_sort(recorder->record, by_name);
        if (first) {
            g_assert_cmpuint(recorder->record->len, ==, first->record->len);
            for (guint i = 0; i < first->record->len; i++) {
                g_assert_cmpuint(name_of(recorder_at(recorder, i)), ==, name_of(recorder_at(first, i)));
                g_assert_cmpuint(recorder_at(recorder, i)->payload_bytes, ==,
                                 recorder_at(first, i)->payload_bytes);
            }
            recorder_free(recorder);
        } else {
            first = recorder;
        }
    }
    const struct weft_setup *setup = lab_setup(lab);
    guint expected = 0;
    weft_ps interval_ps = weft_setup_interval(setup);
    for (uint32_t i = 0; i < setup->streams; i++) { /* live: of intervals that are over before the end */
        weft_ps end_ps = setup->duration_ps;
        if (setup->stream[i].live)
            end_ps = (end_ps - 1) / interval_ps * interval_ps;
        expected += (guint)weft_clock_due_before(&setup->stream[i].clock, end_ps);
    }
    g_assert_cmpuint(first->record->len, ==, expected);
    recorder_free(first);
}

/* A row of a table that ends with NULL; all tables are arrays of pointers. */
static gconstpointer random_row(gconstpointer table, GRand *rand)
{
    const gconstpointer *row = table;
    gint32 n = 0;
    while (row[n])
        n++;
    return row[g_rand_int_range(rand, 0, n)];
}

/* A method, with some of its axes turned to any other row. */
static void use_random_method(struct lab *lab, GRand *rand)
{
    int methods = 0;
    while (weft_methods[methods])
        methods++;
    lab_use(lab, weft_methods[g_rand_int_range(rand, 0, methods)]);
    struct weft_method *axes = &lab->setup.write.axes;
    if (g_rand_boolean(rand))
        axes->unit = random_row(weft_units, rand);
    if (g_rand_boolean(rand))
        axes->copy = random_row(weft_copies, rand);
    if (g_rand_boolean(rand))
        axes->translation = random_row(weft_translations, rand);
    if (g_rand_boolean(rand))
        axes->segmentation = random_row(weft_segmentations, rand);
    if (g_rand_boolean(rand))
        lab_interrupt_random(lab, rand);
    if (g_rand_boolean(rand))
        axes->order = random_row(weft_orders, rand);
    lab->setup.write.order_argument =
        order_case_argument(&axes->order->argument, (uint64_t)g_rand_int_range(rand, 0, 70));
    if (g_rand_boolean(rand))
        axes->queues = random_row(weft_queue_kinds, rand);
    if (g_rand_boolean(rand))
        axes->interface = random_row(weft_interfaces, rand);
    if (g_rand_boolean(rand))
        lab_pace_random(lab, rand);
    lab->setup.write.checksum = random_row(weft_checksums, rand);
    lab->setup.write.fill = random_row(weft_fills, rand);
}

/* Instants never go backwards along the way, each link carries one packet at a time, nothing starts before it
 * is due but by its interval, and everything is delivered once. */
static void ways_are_possible(struct lab *lab, GRand *rand)
{
    use_random_method(lab, rand);
    struct recorder *recorder = lab_record(lab, false);
    const struct weft_setup *setup = lab_setup(lab);
    weft_ps *sent_ps = g_new0(weft_ps, setup->servers);
    weft_ps interval_ps = setup->write.axes.pacing->at_packet_times ? 1 : weft_setup_interval(setup);
    for (guint i = 0; i < recorder->record->len; i++) {
        const struct record *r = recorder_at(recorder, i);
        const struct weft_stream *stream = &setup->stream[r->stream];
        weft_ps due_ps = weft_clock_due(&stream->clock, r->number);
        g_assert_cmpuint(r->tx_ps, >=, due_ps - due_ps % interval_ps);
        g_assert_cmpuint(r->tx_ps, >=, sent_ps[stream->server]);
        g_assert_cmpuint(r->tx_ps, <, r->sent_ps);
        g_assert_cmpuint(r->in_ps, ==, r->sent_ps + setup->server[stream->server].delay_ps);
        g_assert_cmpuint(r->in_ps, <, r->out_ps);
        g_assert_cmpuint(r->device_ps, ==, r->out_ps + setup->device[stream->device].delay_ps);
        g_assert_cmpuint(r->deliveries, ==, 1);
        g_assert_cmpuint(r->payload_bytes, <=, stream->clock.payload_bytes);
        g_assert_cmpuint(r->payload_bytes + setup->network->overhead_bytes, <=,
                         setup->server[stream->server].mtu_bytes);
        g_assert_cmpuint(r->frame_bytes, ==, weft_frame_bytes(setup->network, r->payload_bytes));
        sent_ps[stream->server] = r->sent_ps;
    }
    g_free(sent_ps);
    recorder_free(recorder);
}

/* What each interface takes, as docs/model.md says: of the kernel for a call, a doorbell; of a message on its way through the stack;
 * of a message in a ring; of a frame; of a message whose pages were pinned; of a message that is described. */
static void crossings_and_messages_add_up(const struct weft_method *axes, const uint64_t *count,
                                          uint64_t packets)
{
    static const struct {
        const char *name;
        uint64_t call, doorbell, walk, entry, frame, pinned, header;
    } rows[] = {
        {"socket", 2, 0, 1, 0, 0, 1, 0},      {"connected", 2, 0, 0, 0, 0, 1, 0},
        {"messages", 2, 0, 1, 0, 0, 1, 1},    {"io-uring", 2, 0, 1, 1, 0, 1, 1},
        {"packet-ring", 0, 2, 0, 0, 1, 0, 0}, {"xdp", 0, 2, 0, 0, 0, 0, 0},
        {"user", 0, 0, 0, 0, 0, 0, 0},
    };
    guint i = 0;
    while (!g_str_equal(rows[i].name, axes->interface->name))
        g_assert_cmpuint(++i, <, G_N_ELEMENTS(rows));
    uint64_t messages = axes->segmentation->stack_walk_per_packet ? packets : count[WEFT_ENTRIES];
    bool pinned = !axes->copy->copies && g_str_equal(axes->translation->name, "page-walk");
    g_assert_cmpuint(count[WEFT_MODE_SWITCHES], ==,
                     rows[i].call * count[WEFT_WRITE_CALLS] + rows[i].doorbell * count[WEFT_DOORBELLS]);
    g_assert_cmpuint(count[WEFT_ROUTE_LOOKUPS], ==, rows[i].walk * count[WEFT_STACK_WALKS]);
    g_assert_cmpuint(count[WEFT_MESSAGE_HEADERS], ==, rows[i].header * count[WEFT_STACK_WALKS]);
    g_assert_cmpuint(count[WEFT_RING_ENTRIES], ==, rows[i].entry * messages);
    g_assert_cmpuint(count[WEFT_FRAME_WALKS], ==, rows[i].frame * count[WEFT_PACKETS]);
    g_assert_cmpuint(count[WEFT_NOTIFICATIONS], ==, pinned ? rows[i].pinned * messages : 0);
}

/* Exact counts that follow from the scenario alone. */
static void counts_are_exact(struct lab *lab, GRand *rand)
{
    use_random_method(lab, rand);
    const struct weft_setup *setup = lab_setup(lab);
    const struct weft_method *axes = &setup->write.axes;
    struct recorder *recorder = lab_record(lab, false);
    for (uint32_t s = 0; s < setup->servers; s++) {
        const struct weft_host_counters *counters = recorder_counters(recorder, s);
        const uint64_t *count = counters->ledger.count;
        uint64_t packets = 0, bytes = 0;
        for (guint i = 0; i < recorder->record->len; i++)
            if (setup->stream[recorder_at(recorder, i)->stream].server == s) {
                packets++;
                bytes += recorder_at(recorder, i)->payload_bytes;
            }
        const struct weft_segmentation *segmentation = axes->segmentation;
        uint64_t dram = 2 + 2 * (uint64_t)axes->copy->copies + setup->write.checksum->in_software +
                        2 * (uint64_t)setup->write.fill->by_cpu;
        if (segmentation->nic_cuts)
            g_assert_cmpuint(count[WEFT_PACKETS], <=, packets);
        else
            g_assert_cmpuint(count[WEFT_PACKETS], ==, packets);
        g_assert_cmpuint(count[WEFT_COPIED_BYTES], ==, axes->copy->copies ? bytes : 0);
        g_assert_cmpuint(count[WEFT_CHECKSUM_BYTES], ==, setup->write.checksum->in_software ? bytes : 0);
        g_assert_cmpuint(count[WEFT_FILLED_BYTES], ==, setup->write.fill->by_cpu ? bytes : 0);
        g_assert_cmpuint(count[WEFT_DRAM_BYTES], ==, bytes * dram);
        g_assert_cmpuint(count[WEFT_HEADER_BLOCKS], ==,
                         count[WEFT_PACKETS] * (axes->header->one_block ? 1U : 3U));
        g_assert_cmpuint(count[WEFT_SPLITS], ==, segmentation->splits ? packets : 0);
        g_assert_cmpuint(count[WEFT_STACK_WALKS], ==,
                         segmentation->stack_walk_per_packet  ? packets
                         : segmentation->stack_walk_per_entry ? count[WEFT_ENTRIES]
                                                              : 0);
        if (axes->copy->copies || !axes->translation->looks_up)
            g_assert_cmpuint(count[WEFT_TRANSLATIONS], ==, 0);
        crossings_and_messages_add_up(axes, count, packets);
        if (axes->unit->max_packets == 1)
            g_assert_cmpuint(count[WEFT_WRITE_CALLS], ==, packets);
        const struct weft_interrupt *interrupt = axes->interrupt;
        if (interrupt->polls)
            g_assert_cmpuint(count[WEFT_INTERRUPTS], ==, 0);
        else if (!interrupt->every_packet)
            g_assert_cmpuint(count[WEFT_INTERRUPTS], ==, count[WEFT_WRITE_CALLS]);
        else if (!interrupt->moderated && !interrupt->counts)
            g_assert_cmpuint(count[WEFT_INTERRUPTS], ==, packets);
        else
            g_assert_cmpuint(count[WEFT_INTERRUPTS], <=, packets);
        if (interrupt->counts) /* none reports more */
            g_assert_cmpuint(count[WEFT_INTERRUPTS] * setup->write.interrupt_argument, >=, packets);
        if (interrupt->polls)
            g_assert_cmpuint(count[WEFT_COMPLETION_POLLS], >=, count[WEFT_DOORBELLS]);
        else
            g_assert_cmpuint(count[WEFT_COMPLETION_POLLS], ==, 0);
        g_assert_cmpuint(counters->refused_entries, ==, 0);
        g_assert_cmpuint(counters->cpu_overruns, <=, counters->overruns);
        if (setup->server[s].profile == &weft_profile_free) /* nothing is the CPU's doing */
            g_assert_cmpuint(counters->cpu_overruns, ==, 0);
        if (setup->warmup_ps == 0 && counters->overruns > 0)
            g_assert_cmpuint(counters->call_slip_max_ps, >, 0);
    }
    recorder_free(recorder);
}

/* The walk through real page tables and the arithmetic without them count the same, and give the same
 * instants. */
static void bytes_change_nothing(struct lab *lab, GRand *rand)
{
    use_random_method(lab, rand);
    struct recorder *sizes = lab_record(lab, false), *bytes = lab_record(lab, true);
    assert_same_arrays(sizes->record, bytes->record);
    assert_same_arrays(sizes->counters, bytes->counters);
    recorder_free(sizes);
    recorder_free(bytes);
}

static void payload_is_intact(struct lab *lab, GRand *rand)
{
    use_random_method(lab, rand);
    const struct weft_setup *setup = lab_setup(lab);
    struct weft_delivery *delivery = weft_delivery_new(setup);
    struct weft_metrics *metrics = weft_metrics_new(setup);
    const struct weft_watch watch[] = {weft_metrics_watch(metrics), weft_delivery_watch(delivery)};
    g_assert_cmpint(weft_backend_reference.run(setup, watch, G_N_ELEMENTS(watch), NULL), ==, WEFT_OK);
    const struct weft_totals *totals = weft_metrics_totals(metrics);
    uint64_t intact = 0;
    for (uint32_t i = 0; i < setup->streams; i++) {
        intact += weft_delivery_results(delivery)[i].intact_bytes;
        g_assert_cmpuint(weft_delivery_results(delivery)[i].corrupt_packets, ==, 0);
    }
    g_assert_cmpuint(intact, ==, totals->payload_bytes_sent);
    g_assert_cmpuint(totals->packets_sent, ==, totals->packets_delivered + totals->packets_dropped);
    g_assert_cmpuint(totals->payload_bytes_sent, ==, totals->payload_bytes_delivered);
    weft_metrics_free(metrics);
    weft_delivery_free(delivery);
}

/* From a stream's k-th packet to its next is one round: a packet of every stream that has k or more in the
 * call. */
static void assert_interleaved(const GArray *seen, uint32_t streams)
{
    uint32_t *packets = g_new0(uint32_t, streams), *so_far = g_new0(uint32_t, streams);
    guint *last = g_new0(guint, streams);
    for (guint i = 0; i < seen->len; i++)
        packets[g_array_index(seen, uint32_t, i)]++;
    for (guint i = 0; i < seen->len; i++) {
        uint32_t stream = g_array_index(seen, uint32_t, i), in_round = 0;
        for (uint32_t other = 0; other < streams; other++)
            in_round += packets[other] >= so_far[stream];
        if (so_far[stream] > 0)
            g_assert_cmpuint(i - last[stream], ==, in_round);
        so_far[stream]++;
        last[stream] = i;
    }
    g_free(packets);
    g_free(so_far);
    g_free(last);
}

/* R16 on the wire: in the packets of one call, all others that still have packets go between two of a
 * destination. One application a server, so that the packets of a call follow each other. */
static void interleaved_on_the_wire(struct lab *lab, GRand *rand)
{
    (void)rand;
    lab_use(lab, lab_method("interleaved"));
    for (guint i = 0; i < lab->server->len; i++)
        lab_server(lab, i)->applications = 1;
    for (guint i = 0; i < lab->stream->len; i++) {
        lab_stream(lab, i)->application = 0;
        lab_stream(lab, i)->live = false;
    }
    const struct weft_setup *setup = lab_setup(lab);
    weft_ps interval_ps = weft_setup_interval(setup);
    struct recorder *recorder = lab_record(lab, false);
    for (uint32_t server = 0; server < setup->servers; server++) {
        uint64_t call = UINT64_MAX;
        GArray *seen = g_array_new(FALSE, FALSE, sizeof(uint32_t)); /* streams, in wire order, of one call */
        for (guint i = 0; i <= recorder->record->len; i++) {
            const struct record *r = i < recorder->record->len ? recorder_at(recorder, i) : NULL;
            if (r && setup->stream[r->stream].server != server)
                continue;
            uint64_t of =
                r ? weft_clock_due(&setup->stream[r->stream].clock, r->number) / interval_ps : UINT64_MAX;
            if (of != call) {
                assert_interleaved(seen, setup->streams);
                g_array_set_size(seen, 0);
            }
            call = of;
            if (r)
                g_array_append_val(seen, r->stream);
        }
        g_array_unref(seen);
    }
    recorder_free(recorder);
}

static void same_seed_same_packets(struct lab *lab, GRand *rand)
{
    use_random_method(lab, rand);
    struct recorder *once = lab_record(lab, true), *again = lab_record(lab, true);
    assert_same_arrays(once->record, again->record);
    recorder_free(once);
    recorder_free(again);
}

int main(int argc, char **argv)
{
    static check *const checks[] = {same_packets,          ways_are_possible, counts_are_exact,
                                    bytes_change_nothing,  payload_is_intact, interleaved_on_the_wire,
                                    same_seed_same_packets};
    static const char *const names[] = {
        "same-packets",      "ways-are-possible",       "counts-are-exact",      "bytes-change-nothing",
        "payload-is-intact", "interleaved-on-the-wire", "same-seed-same-packets"};
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
        char *path = g_strdup_printf("/property/%s", names[i]);
        g_test_add_data_func(path, &checks[i], on_random_scenarios);
        g_free(path);
    }
    return g_test_run();
}
