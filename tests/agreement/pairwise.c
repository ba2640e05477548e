/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every pair of choices on two axes, on `reference` and the back end that the build names. The axes are the tables of the library, so that a new row is
 * covered without a line here, and what else a scenario may vary. In each row of the covering set: the back ends' traces,
 * counters and metrics are the same bytes; every packet that is due is sent once, in the order of its writes, and delivered
 * or dropped for a cause; and every event is counted as expected.c says. */

#include "child.h"
#include "covering.h"
#include "expected.h"
#include "journal.h"
#include "order_case.h"
#include "scene.h"
#include "weft/metrics.h"
#include "weft/reference.h"

#include <string.h>

#define MS (WEFT_PS_PER_S / 1000)

/* The values of an axis: the rows of a table, which begin with their names and are put at `offset` of the setup; or names,
 * of which set() applies one. The first axes decide how the scene is built. */
struct axis {
    const char *name;
    const void *const *row;
    size_t offset;
    const char *const *value;
    void (*set)(struct lab *lab, guint value);
};

static void set_ring(struct lab *lab, guint value)
{
    static const uint32_t slots[] = {4096, 1, 16};
    for (guint i = 0; i < lab->server->len; i++)
        lab_server(lab, i)->ring_slots = slots[value];
}

static void set_doorbell(struct lab *lab, guint value)
{
    for (guint i = 0; i < lab->server->len; i++)
        lab_server(lab, i)->doorbell_packets = value ? 5 : 128;
}

static void set_page(struct lab *lab, guint value)
{
    for (guint i = 0; i < lab->server->len; i++)
        lab_server(lab, i)->page_bytes = value ? WEFT_PAGE_2M : WEFT_PAGE_4K;
}

static void set_profile(struct lab *lab, guint value)
{
    for (guint i = 0; i < lab->server->len; i++)
        lab_server(lab, i)->profile = value ? &weft_profile_modern_x86 : &weft_profile_free;
}

static void set_cores(struct lab *lab, guint value)
{
    for (guint i = 0; i < lab->server->len; i++)
        lab_server(lab, i)->cores = 1 + value;
}

/* Of the cores that were set before. */
static void set_interrupt_core(struct lab *lab, guint value)
{
    for (guint i = 0; i < lab->server->len; i++)
        lab_server(lab, i)->interrupt_core = value ? lab_server(lab, i)->cores - 1 : 0;
}

/* About a packet at 1 Gbit/s, and many. */
static void set_interrupt_delay(struct lab *lab, guint value)
{
    static const weft_ps delay_ps[] = {0, 16000000, 3 * MS};
    for (guint i = 0; i < lab->server->len; i++)
        lab_server(lab, i)->interrupt_delay_ps = delay_ps[value];
}

/* Of the interrupts that were set before. */
static void set_interrupt_argument(struct lab *lab, guint value)
{
    static const uint64_t scales[] = {1, 3, 32};
    struct weft_write *write = &lab->setup.write;
    write->interrupt_argument = order_case_argument(&write->axes.interrupt->argument, scales[value]);
}

static void set_live(struct lab *lab, guint value)
{
    for (guint i = 0; i < lab->stream->len; i++)
        lab_stream(lab, i)->live = value == 1 || (value == 2 && i % 2);
}

/* One stream of each server is a film of 50,001 bytes in 30 ms: its last packet is short. */
static void set_source(struct lab *lab, guint value)
{
    static const uint64_t at_bytes[] = {0, 50001};
    static const weft_ps at_ps[] = {0, 30 * MS};
    static uint8_t data[50001];
    static const struct weft_media film = {
        .name = "film", .points = 2, .at_bytes = at_bytes, .at_ps = at_ps, .data = data};
    for (guint i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)weft_draw(1, 0, WEFT_DRAW_TEST, i);
    for (guint i = 4 * lab->server->len; value && i < 5 * lab->server->len; i++) {
        lab_stream(lab, i)->clock.media = &film;
        lab_stream(lab, i)->clock.rate_bps = weft_media_rate_bps(&film);
    }
}

static void set_interval(struct lab *lab, guint value)
{
    lab->setup.write.interval_ps = value ? 10 * MS : 0;
}

static void set_warmup(struct lab *lab, guint value)
{
    lab->setup.warmup_ps = value ? 2 * weft_setup_interval(lab_setup(lab)) : 0;
}

static struct weft_port_rules *rules_of(struct lab *lab)
{
    return &g_array_index(lab->switch_, struct weft_switch, 0).rules;
}

static void set_cell(struct lab *lab, guint value)
{
    rules_of(lab)->memory.cell_bytes = value ? 208 : 0;
}

/* Limits are small enough to be felt. */
static void set_buffer(struct lab *lab, guint value)
{
    struct weft_port_rules *rules = rules_of(lab);
    rules->buffer = weft_buffers[value];
    rules->memory.limit = g_str_equal(rules->buffer->name, "cells")     ? 60
                          : g_str_equal(rules->buffer->name, "packets") ? 6
                                                                        : 20000;
    if (rules->buffer->cells && rules->memory.cell_bytes == 0)
        rules->memory.cell_bytes = 256;
}

static void set_forwarding(struct lab *lab, guint value)
{
    rules_of(lab)->forwarding = weft_forwardings[value];
}

static void set_accounting(struct lab *lab, guint value)
{
    rules_of(lab)->accounting = weft_accountings[value];
}

/* By class frames count whole: what the accounting was gives way. */
static void set_scheduler(struct lab *lab, guint value)
{
    struct weft_port_rules *rules = rules_of(lab);
    rules->scheduler = weft_schedulers[value];
    if (weft_port_rules_by_class(rules))
        rules->accounting = weft_accountings[0];
    for (guint i = 0; i < lab->stream->len; i++)
        lab_stream(lab, i)->class_ = 5 * i % WEFT_CLASSES;
}

static void set_shared(struct lab *lab, guint value)
{
    struct weft_port_rules *rules = rules_of(lab);
    rules->sharing = value ? weft_sharings[value - 1] : NULL;
    rules->memory.shared_bytes = 40000;
    rules->memory.reserved_bytes = value == 1 ? 2000 : 0;
    rules->memory.alpha_num = 1;
    rules->memory.alpha_den = 2;
}

static void set_memory(struct lab *lab, guint value)
{
    static const struct weft_memory_system tiny = {.name = "tiny",
                                                   .page_4k = {.tlb_sets = 2, .tlb_ways = 2, .walk_cache = 1},
                                                   .page_2m = {.tlb_sets = 1, .tlb_ways = 1},
                                                   .walks_ranges = true,
                                                   .cache_bytes = 3000,
                                                   .dma_cache_bytes = UINT64_MAX};
    static const struct weft_memory_system *const systems[] = {&weft_memory_none, &weft_memory_xeon_2003,
                                                               &tiny};
    for (guint i = 0; i < lab->server->len; i++)
        lab_server(lab, i)->memory = systems[value];
}

static void set_touch(struct lab *lab, guint value)
{
    for (guint i = 0; i < lab->server->len; i++)
        lab_server(lab, i)->touch = weft_touches[value];
}

static void set_fault(struct lab *lab, guint value)
{
    if (value == 1) {
        lab_server(lab, 0)->down_ps = 12 * MS;
        lab_server(lab, 0)->up_ps = 15 * MS;
    } else if (value == 2) {
        lab_device(lab, 1)->off_ps = 20 * MS;
    }
}

/* Of the order that was set before. */
static void set_argument(struct lab *lab, guint value)
{
    static const uint64_t scales[] = {0, 3, 1000};
    struct weft_write *write = &lab->setup.write;
    write->order_argument = order_case_argument(&write->axes.order->argument, scales[value]);
}

/* Of the pacing that was set before: slices, or a rate in kbit/s. */
static void set_pacing_argument(struct lab *lab, guint value)
{
    static const uint64_t slices[] = {3, 40, UINT64_MAX}, kbps[] = {9999, 99991, UINT64_MAX};
    const struct weft_pacing *pacing = lab->setup.write.axes.pacing;
    lab->setup.write.pacing_argument =
        lab_pacing_argument(lab, pacing, pacing->shapes ? kbps[value] : slices[value]);
}

enum { SERVERS, APPLICATIONS, BYTES }; /* axes that other functions ask for */
#define TABLE(name, table, member)                                                                           \
    {                                                                                                        \
        name, (const void *const *)(table), offsetof(struct weft_setup, member), NULL, NULL                  \
    }
#define NAMED(name, set, ...)                                                                                \
    {                                                                                                        \
        name, NULL, 0, (const char *const[]){__VA_ARGS__, NULL}, set                                         \
    }
/* Set in this order. */
static const struct axis axes[] = {
    NAMED("servers", NULL, "1", "3"),
    NAMED("applications", NULL, "1", "3"),
    NAMED("bytes", NULL, "sizes", "carried"),
    TABLE("unit", weft_units, write.axes.unit),
    TABLE("copy", weft_copies, write.axes.copy),
    TABLE("translation", weft_translations, write.axes.translation),
    TABLE("segmentation", weft_segmentations, write.axes.segmentation),
    TABLE("header", weft_headers, write.axes.header),
    TABLE("interrupt", weft_interrupts, write.axes.interrupt),
    NAMED("interrupt argument", set_interrupt_argument, "1", "3", "32"),
    NAMED("interrupt delay", set_interrupt_delay, "0", "16us", "3ms"),
    TABLE("order", weft_orders, write.axes.order),
    NAMED("argument", set_argument, "none or least", "3 times", "1000 times"),
    TABLE("interface", weft_interfaces, write.axes.interface),
    TABLE("queues", weft_queue_kinds, write.axes.queues),
    TABLE("pacing", weft_pacings, write.axes.pacing),
    NAMED("pacing argument", set_pacing_argument, "small", "middle", "most"),
    TABLE("checksum", weft_checksums, write.checksum),
    TABLE("fill", weft_fills, write.fill),
    TABLE("network", weft_networks, network),
    NAMED("cell", set_cell, "none", "208"),
    {"buffer", (const void *const *)weft_buffers, 0, NULL, set_buffer},
    NAMED("shared", set_shared, "none", "dynamic", "complete"),
    {"forwarding", (const void *const *)weft_forwardings, 0, NULL, set_forwarding},
    {"accounting", (const void *const *)weft_accountings, 0, NULL, set_accounting},
    {"scheduler", (const void *const *)weft_schedulers, 0, NULL, set_scheduler},
    NAMED("fault", set_fault, "none", "link", "device"),
    NAMED("ring", set_ring, "4096", "1", "16"),
    NAMED("doorbell", set_doorbell, "128", "5"),
    NAMED("page", set_page, "4K", "2M"),
    NAMED("memory", set_memory, "none", "xeon-2003", "tiny"),
    NAMED("touch", set_touch, "before", "first"),
    NAMED("profile", set_profile, "free", "modern"),
    NAMED("cores", set_cores, "1", "2"),
    NAMED("interrupt core", set_interrupt_core, "first", "last"),
    NAMED("live", set_live, "no", "yes", "some"),
    NAMED("source", set_source, "cbr", "film"),
    NAMED("interval", set_interval, "auto", "10ms"),
    NAMED("warmup", set_warmup, "none", "two"),
};
enum { AXES = G_N_ELEMENTS(axes), SETS = 5 };

static const char *value_name(const struct axis *axis, guint value)
{
    const char *name;
    if (!axis->row)
        return axis->value[value];
    memcpy(&name, axis->row[value], sizeof(name));
    return name;
}

static guint count_values(const struct axis *axis)
{
    guint n = 0;
    while (axis->row ? axis->row[n] != NULL : axis->value[n] != NULL)
        n++;
    return n;
}

/* Quantities of more than 64 packets and of more than 65,535 bytes, packets on one page and on three, ports that are fast
 * and one that is too slow for several servers. */
static struct lab *build(const guint *choice)
{
    guint servers = choice[SERVERS] ? 3 : 1;
    struct lab *lab = scene_new(servers, choice[APPLICATIONS] ? 3 : 1);
    static const struct weft_clock special[] = {
        {.rate_bps = 104856000, .payload_bytes = 1285}, /* 102 in 10 ms: 2 times 65,535 B */
        {.rate_bps = 20480000, .payload_bytes = 200, .start_ps = 10 * MS}, /* 128 in 10 ms: 2 times 64 */
        {.rate_bps = 40000000, .payload_bytes = 8000, .start_ps = 3 * MS},
    };
    for (guint i = 0; i < servers; i++)
        lab_server(lab, i)->mtu_bytes = 9000;
    for (guint i = 0; i < G_N_ELEMENTS(special) * servers; i++)
        lab_stream(lab, i)->clock = special[i / servers];
    lab_device(lab, 0)->rate_bps = UINT64_C(1000000000);
    lab->setup.duration_ps = 41 * MS + 1;
    for (guint i = 0; i < AXES; i++) {
        if (axes[i].set)
            axes[i].set(lab, choice[i]);
        else if (axes[i].row)
            memcpy((char *)&lab->setup + axes[i].offset, &axes[i].row[choice[i]], sizeof(axes[i].row[0]));
    }
    return lab;
}

struct job {
    const struct weft_setup *setup;
    bool bytes;
};

/* A run with journal and metrics: the metrics' block, then the journal's bytes. */
static GBytes *run(const struct weft_backend *backend, const struct job *job)
{
    struct weft_error error = {""};
    struct journal *journal = journal_new(job->setup, job->bytes);
    struct weft_metrics *metrics = weft_metrics_new(job->setup);
    const struct weft_watch watch[] = {journal_watch(journal), weft_metrics_watch(metrics)};
    if (backend->run(job->setup, watch, G_N_ELEMENTS(watch), &error) != WEFT_OK)
        g_error("%s: %s", backend->name, error.text);
    GByteArray *all = g_byte_array_new();
    GBytes *rows = journal_bytes(journal);
    g_byte_array_append(all, weft_metrics_block(metrics), (guint)weft_metrics_block_bytes(metrics));
    g_byte_array_append(all, g_bytes_get_data(rows, NULL), (guint)g_bytes_get_size(rows));
    g_bytes_unref(rows);
    weft_metrics_free(metrics);
    journal_free(journal);
    return g_byte_array_free_to_bytes(all);
}

static GBytes *run_other(const void *data)
{
    return run(child_backend(WEFT_OTHER_MODULE), data);
}

/* What has happened in all runs together, in servers, so that no check goes without a case. */
struct tally {
    uint64_t outcomes[WEFT_OUTCOMES];
    guint exact, ordered, refilled, ran, moderated, thresholds, polled, sliced, shaped;
};

/* What has been seen of one run. */
struct seen {
    const struct weft_setup *setup;
    struct weft_metrics *metrics;
    const struct journal_row *row, *end;
    const struct weft_host_counters *counters;
};

/* The packets of a server, in wire order, are those expected: each once, with its sizes. */
static const struct journal_row *check_packets(const struct seen *seen, const struct expected *expected,
                                               const struct journal_row *row, bool *counted)
{
    guint n = expected->packet->len, *next = g_new0(guint, seen->setup->streams);
    GHashTable *by_name = g_hash_table_new(g_int64_hash, g_int64_equal);
    guint64 *name = g_new(guint64, n);
    for (guint i = 0; i < n; i++) {
        const struct expected_packet *packet = &g_array_index(expected->packet, struct expected_packet, i);
        name[i] = (guint64)packet->stream << 32 | packet->number;
        g_assert_true(g_hash_table_insert(by_name, &name[i], (gpointer)packet));
    }
    for (guint i = 0; i < n; i++, row++) {
        guint64 is = (guint64)row->stream << 32 | row->number;
        g_assert_true(row < seen->end);
        const struct expected_packet *packet = g_hash_table_lookup(by_name, &is);
        g_assert_nonnull(packet);
        g_assert_cmpuint(row->number, ==, next[row->stream]++);
        g_assert_cmpuint(row->payload_bytes, ==, packet->bytes);
        g_assert_cmpuint(row->frame_bytes, ==, packet->frame_bytes);
        g_assert_cmpuint(row->tx_ps, >=, packet->earliest_ps);
        counted[i] = packet->counted;
    }
    g_hash_table_unref(by_name);
    g_free(name);
    g_free(next);
    return row;
}

/* With one queue packets go out as they were written: those of an application in the order of its calls, and those of a
 * server in the order of instants and applications where nothing takes time and no slices lie between. */
static void check_order(const struct seen *seen, const struct expected *expected,
                        const struct journal_row *row)
{
    guint at[3] = {0}, n = expected->packet->len;
    const bool apart = expected->takes_time || expected->takes_turns;
    if (seen->setup->write.axes.queues->per_destination)
        return;
    for (guint i = 0; i < n; i++, row++) {
        guint application = seen->setup->stream[row->stream].application;
        guint *cursor = &at[apart ? application : 0];
        const struct expected_packet *packet;
        do {
            g_assert_cmpuint(*cursor, <, n);
            packet = &g_array_index(expected->packet, struct expected_packet, (*cursor)++);
        } while (apart && packet->application != application);
        g_assert_cmpuint(row->stream, ==, packet->stream);
        g_assert_cmpuint(row->number, ==, packet->number);
    }
}

static void check_counts(const struct seen *seen, const struct expected *expected, uint32_t server,
                         const struct journal_row *row, const bool *counted)
{
    const struct weft_host_counters *counters = &seen->counters[server];
    const struct weft_interrupt *interrupt = seen->setup->write.axes.interrupt;
    struct expected_count count[WEFT_EVENTS];
    memcpy(count, expected->count, sizeof(count));
    if (interrupt->every_packet && (interrupt->moderated || interrupt->counts)) {
        guint n = expected->packet->len;
        weft_ps *sent_ps = g_new(weft_ps, n);
        for (guint i = 0; i < n; i++)
            sent_ps[i] = row[i].sent_ps;
        count[WEFT_INTERRUPTS] =
            expected_interrupts(&seen->setup->write, &seen->setup->server[server], sent_ps, counted, n);
        g_free(sent_ps);
    }
    for (guint e = 0; e < WEFT_EVENTS; e++)
        if (counters->ledger.count[e] < count[e].low || counters->ledger.count[e] > count[e].high) {
            g_test_message("server %u: %s are %" G_GUINT64_FORMAT ", must be %" G_GUINT64_FORMAT
                           " to %" G_GUINT64_FORMAT,
                           server, weft_events[e].name, counters->ledger.count[e], count[e].low,
                           count[e].high);
            g_test_fail();
        }
    g_assert_cmpuint(counters->refused_entries, ==, 0);
    g_assert_cmpuint(counters->entries_below_packet, ==, expected->entries_below_packet);
    g_assert_cmpuint(counters->ledger.count[WEFT_CONTEXT_SWITCHES], >=,
                     counters->ledger.count[WEFT_TIMER_WAKEUPS]);
}

/* Due = sent = delivered + dropped by cause, in packets and bytes; the metrics say the same of packets that are due after
 * warm-up. */
static void check_conservation(const struct seen *seen, uint64_t due_packets, uint64_t due_bytes,
                               struct tally *tally)
{
    uint64_t packets = 0, bytes = 0, by_outcome[WEFT_OUTCOMES] = {0}, bytes_by_outcome[WEFT_OUTCOMES] = {0};
    uint64_t delivered_bytes = 0;
    for (const struct journal_row *row = seen->row; row < seen->end; row++) {
        const struct weft_clock *clock = &seen->setup->stream[row->stream].clock;
        bool counts = weft_clock_due(clock, row->number) >= seen->setup->warmup_ps;
        tally->outcomes[row->outcome]++;
        packets += 1;
        bytes += row->payload_bytes;
        by_outcome[row->outcome] += counts;
        bytes_by_outcome[row->outcome] += counts ? row->payload_bytes : 0;
    }
    g_assert_cmpuint(packets, ==, due_packets);
    g_assert_cmpuint(bytes, ==, due_bytes);
    const struct weft_totals *totals = weft_metrics_totals(seen->metrics);
    uint64_t sent = 0, sent_bytes = 0;
    for (guint i = 0; i < WEFT_OUTCOMES; i++) {
        sent += by_outcome[i];
        sent_bytes += bytes_by_outcome[i];
        g_assert_cmpuint(totals->dropped_by[i], ==, i == WEFT_DELIVERED ? 0 : by_outcome[i]);
    }
    for (guint i = 0; i < seen->setup->streams; i++)
        delivered_bytes += weft_metrics_stream(seen->metrics, i)->payload_bytes_delivered;
    g_assert_cmpuint(totals->packets_sent, ==, sent);
    g_assert_cmpuint(totals->packets_delivered, ==, by_outcome[WEFT_DELIVERED]);
    g_assert_cmpuint(totals->packets_sent, ==, totals->packets_delivered + totals->packets_dropped);
    g_assert_cmpuint(totals->payload_bytes_sent, ==, sent_bytes);
    g_assert_cmpuint(totals->payload_bytes_delivered, ==, bytes_by_outcome[WEFT_DELIVERED]);
    g_assert_cmpuint(delivered_bytes, ==, bytes_by_outcome[WEFT_DELIVERED]);
}

/* No two packets begin closer to each other than the rate allows: a bucket of one frame. What all together may be is shown
 * in property/pacing.c. */
static bool check_rate(const struct seen *seen, const struct expected *expected,
                       const struct journal_row *row)
{
    if (!seen->setup->write.axes.pacing->shapes)
        return false;
    for (guint i = 1; i < expected->packet->len; i++, row++) {
        weft_u128 bits = 8 * (weft_u128)weft_wire_bytes(seen->setup->network, row->frame_bytes);
        weft_u128 passed = (weft_u128)(row[1].tx_ps - row->tx_ps + 1) * seen->setup->write.pacing_argument;
        g_assert_true(passed >= bits * WEFT_PS_PER_S);
    }
    return expected->packet->len > 1;
}

static void count_server(struct tally *tally, const struct seen *seen, const struct expected *expected,
                         const uint64_t *count)
{
    const struct weft_method *method = &seen->setup->write.axes;
    bool exact = true;
    for (guint e = 0; e < WEFT_EVENTS; e++)
        exact &= expected->count[e].low == expected->count[e].high;
    tally->moderated += method->interrupt->moderated;
    tally->thresholds += method->interrupt->counts;
    tally->polled += count[WEFT_COMPLETION_POLLS] > 0;
    tally->exact += exact;
    tally->ordered += !expected->takes_time && !expected->takes_turns && !method->queues->per_destination;
    tally->sliced += count[WEFT_SLICE_TIMERS] > 0;
    tally->refilled += count[WEFT_REFILLS] > 0;
    tally->ran += method->segmentation->nic_cuts && count[WEFT_PACKETS] < expected->packet->len / 2;
}

static void check_run(const struct weft_setup *setup, GBytes *all, struct tally *tally)
{
    struct weft_metrics *metrics = weft_metrics_new(setup);
    gsize block = weft_metrics_block_bytes(metrics), n;
    const char *data = g_bytes_get_data(all, &n);
    memcpy(weft_metrics_block(metrics), data, block);
    GBytes *journal = g_bytes_new(data + block, n - block);
    struct seen seen = {setup, metrics, g_bytes_get_data(journal, NULL), NULL,
                        journal_counters(journal, setup->servers)};
    seen.end = seen.row + journal_rows(journal, setup->servers);
    uint64_t due_packets = 0, due_bytes = 0;
    const struct journal_row *row = seen.row;
    for (uint32_t server = 0; server < setup->servers; server++) {
        struct expected *expected = expected_new(setup, server);
        bool *counted = g_new0(bool, expected->packet->len);
        const struct journal_row *from = row;
        row = check_packets(&seen, expected, from, counted);
        check_order(&seen, expected, from);
        tally->shaped += check_rate(&seen, expected, from);
        check_counts(&seen, expected, server, from, counted);
        count_server(tally, &seen, expected, seen.counters[server].ledger.count);
        due_packets += expected->packet->len;
        due_bytes += expected->all_bytes;
        g_free(counted);
        expected_free(expected);
    }
    check_conservation(&seen, due_packets, due_bytes, tally);
    g_bytes_unref(journal);
    weft_metrics_free(metrics);
}

static void check_row(const guint *choice, struct tally *tally)
{
    GString *what = g_string_new(NULL);
    for (guint i = 0; i < AXES; i++)
        g_string_append_printf(what, " %s=%s", axes[i].name, value_name(&axes[i], choice[i]));
    g_test_message("%s", what->str + 1);
    struct lab *lab = build(choice);
    const struct job job = {lab_setup(lab), choice[BYTES] == 1};
    GBytes *expected = run(&weft_backend_reference, &job), *got = child_run(run_other, &job);
    journal_assert_equal(expected, got, "reference and " WEFT_OTHER);
    check_run(job.setup, expected, tally);
    g_bytes_unref(expected);
    g_bytes_unref(got);
    lab_free(lab);
    g_string_free(what, TRUE);
}

/* Several sets, each of which covers all pairs, meet more of the triples and quadruples. */
static void test_pairs(void)
{
    guint values[AXES], pairs;
    struct tally tally = {0};
    for (guint i = 0; i < AXES; i++)
        values[i] = count_values(&axes[i]);
    for (guint set = 1; set <= SETS; set++) {
        GArray *rows = covering_rows(values, AXES, set);
        g_assert_cmpuint(covering_missing(rows, values, AXES, &pairs), ==, 0);
        g_test_message("set %u: %u rows cover %u pairs of values of %u axes", set, rows->len / AXES, pairs,
                       (guint)AXES);
        for (guint i = 0; i < rows->len; i += AXES)
            check_row(&g_array_index(rows, guint, i), &tally);
        g_array_unref(rows);
    }
    g_test_message("servers: %u exact in every count, %u in the order of the whole link, %u with refills, %u "
                   "with runs, %u with moderated interrupts, %u with thresholds, %u polled, %u with slices, "
                   "%u with a rate",
                   tally.exact, tally.ordered, tally.refilled, tally.ran, tally.moderated, tally.thresholds,
                   tally.polled, tally.sliced, tally.shaped);
    for (guint i = 0; i < WEFT_OUTCOMES; i++) /* what never happens is not compared */
        g_assert_cmpuint(tally.outcomes[i], >, 0);
    g_assert_cmpuint(tally.exact, >, 0);
    g_assert_cmpuint(tally.ordered, >, 0);
    g_assert_cmpuint(tally.refilled, >, 0);
    g_assert_cmpuint(tally.ran, >, 0);
    g_assert_cmpuint(tally.moderated, >, 0);
    g_assert_cmpuint(tally.thresholds, >, 0);
    g_assert_cmpuint(tally.polled, >, 0);
    g_assert_cmpuint(tally.sliced, >, 0);
    g_assert_cmpuint(tally.shaped, >, 0);
}

/* A covering set lacks a pair without its last row: greedily, each row is there for one. */
static void test_missing(void)
{
    static const guint values[] = {2, 3, 4, 1, 3};
    guint pairs;
    GArray *rows = covering_rows(values, G_N_ELEMENTS(values), 1);
    g_assert_cmpuint(covering_missing(rows, values, G_N_ELEMENTS(values), &pairs), ==, 0);
    g_assert_cmpuint(pairs, ==, 6 + 8 + 2 + 6 + 12 + 3 + 9 + 4 + 12 + 3);
    g_assert_cmpuint(rows->len / G_N_ELEMENTS(values), >=, 12);
    g_array_set_size(rows, rows->len - (guint)G_N_ELEMENTS(values));
    g_assert_cmpuint(covering_missing(rows, values, G_N_ELEMENTS(values), &pairs), >, 0);
    g_array_unref(rows);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    child_backend(WEFT_OTHER_MODULE); /* loaded once: children have it */
    g_test_add_func("/agreement/covering", test_missing);
    g_test_add_func("/agreement/pairwise", test_pairs);
    return g_test_run();
}
