/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The image of a server whose applications rest: each member of its state that matters is in it, and none is that does not. Two
 * hosts run alike until they rest; a member of one is changed; both run on. What they send and count afterwards differs exactly if their
 * images did. And a host that is told of periods is as one that ran through them. */

#include "host/server.h"
#include "lab.h"

#include <string.h>

#define MS (WEFT_PS_PER_S / 1000)
enum { INTERVAL_MS = 10, REST_MS = 50, DURATION_MS = 200, PACKETS = 4 };

/* Two applications on a core, of two streams each with PACKETS packets an interval. */
static struct lab *lab_two(void)
{
    struct lab *lab = lab_new(4);
    lab->setup.duration_ps = DURATION_MS * MS;
    lab->setup.write.interval_ps = INTERVAL_MS * MS;
    lab_server(lab, 0)->applications = 2;
    for (guint i = 0; i < 4; i++) {
        lab_stream(lab, i)->application = i % 2;
        lab_stream(lab, i)->clock.payload_bytes = 1024;
        lab_stream(lab, i)->clock.rate_bps = 1024 * 8 * PACKETS * (1000 / INTERVAL_MS);
    }
    return lab;
}

/* All that a host tells, rolled into a word. */
static uint64_t roll(uint64_t word, uint64_t fact)
{
    word = (word ^ fact) * UINT64_C(1099511628211);
    return word ^ word >> 29;
}

static uint64_t take(struct weft_host *host, weft_ps until_ps, uint64_t told)
{
    struct weft_train train;
    while (weft_host_take(host, until_ps, &train) > 0)
        for (uint32_t i = 0; i < train.n; i++) {
            told = roll(told, train.packet[i]);
            told = roll(told, (uint64_t)train.stream[i] << 32 | train.number[i]);
            told = roll(told, (uint64_t)train.payload_bytes[i] << 32 | train.frame_bytes[i]);
            told = roll(told, train.tx_ps[i]);
            told = roll(told, train.done_ps[i]);
        }
    return told;
}

/* Up to `until_ps`, before what is due then. */
static uint64_t run(struct weft_host *host, weft_ps until_ps, uint64_t told)
{
    for (weft_ps now_ps; (now_ps = weft_host_next(host)) < until_ps;) {
        told = take(host, now_ps, told);
        weft_host_step(host, now_ps);
    }
    return take(host, until_ps, told);
}

static uint64_t end(struct weft_host *host)
{
    uint64_t told = run(host, WEFT_NEVER, 0);
    const uint64_t *counted = (const uint64_t *)weft_host_counted(host);
    for (size_t i = 0; i < sizeof(struct weft_host_counters) / sizeof(*counted); i++)
        told = roll(told, counted[i]);
    return told;
}

static const uint32_t step_packets[] = {PACKETS, PACKETS, PACKETS, PACKETS};
static const uint64_t step_server_packets[] = {4 * PACKETS};
static const struct weft_phase rest = {REST_MS * MS, REST_MS / INTERVAL_MS, step_packets,
                                       step_server_packets};

static bool same_images(const struct weft_host *a, const struct weft_phase *at_a, const struct weft_host *b,
                        const struct weft_phase *at_b)
{
    struct weft_image image = {0};
    weft_host_image(a, at_a, &image);
    weft_image_compare(&image);
    weft_host_image(b, at_b, &image);
    bool same = weft_image_equals(&image);
    weft_image_clear(&image);
    return same;
}

typedef void change(struct weft_host *host);
static struct weft_application *first_of(struct weft_host *host)
{
    return &host->application[0];
}

/* --- what matters --- */

static void link_busy(struct weft_host *host)
{
    host->nic.link.free_ps = rest.at_ps;
    host->nic.link.carry = host->nic.link.rate_per_s - 1;
}
static void shaper_busy(struct weft_host *host)
{
    host->nic.shaper.free_ps = rest.at_ps + MS;
}
static void interrupts_later(struct weft_host *host)
{
    host->nic.allowed_ps = rest.at_ps + 70 * MS;
}
static void call_later(struct weft_host *host)
{
    first_of(host)->due_ps += MS;
    weft_tournament_set(&host->timer, 0, first_of(host)->due_ps);
}
static void fewer_packets(struct weft_host *host)
{
    first_of(host)->quantity[0].packets--;
    first_of(host)->source[0].next--;
}
static void fewer_quantities(struct weft_host *host)
{
    first_of(host)->quantities--;
}
static void other_stream(struct weft_host *host)
{
    struct weft_quantity *quantity = first_of(host)->quantity;
    quantity[0].index = 1;
    quantity[1].index = 0;
}
static void packet_left_out(struct weft_host *host)
{
    first_of(host)->source[1].next++;
    first_of(host)->quantity[1].first++;
}
static void other_names(struct weft_host *host)
{
    host->skipped_packets++;
}
static void touched_before(struct weft_host *host)
{
    const uint64_t last = first_of(host)->buffers_end - 1 - WEFT_BUFFERS_BEGIN;
    first_of(host)->touched_pages +=
        weft_touch_pages(first_of(host)->touched, 0, last / host->server->page_bytes);
}

static void pages_ahead(struct weft_host *host)
{
    struct weft_walks walks = {0};
    for (uint64_t at = WEFT_BUFFERS_BEGIN; at < first_of(host)->buffers_end; at += host->server->page_bytes)
        weft_mmu_touch(host->core[0].mmu, at, 1, &walks);
}
/* Of the packets on their way (with_flight), the first that the network has not been told of. */
static struct weft_nic *nic_in_flight(struct weft_host *host)
{
    g_assert_cmpuint(host->nic.ring->completed, <, host->nic.taken);
    g_assert_cmpuint(host->nic.taken + 1, <, host->nic.scheduled);
    return &host->nic;
}
static uint32_t place_in_flight(struct weft_host *host)
{
    const struct weft_nic *nic = nic_in_flight(host);
    return weft_ring_place(nic->ring, nic->taken);
}
static void leaves_now(struct weft_host *host)
{
    struct weft_nic *nic = nic_in_flight(host);
    nic->done_ps[nic->ring->completed & nic->mask] = rest.at_ps; /* one place more for the call that is due */
}
static void first_bit_later(struct weft_host *host)
{
    nic_in_flight(host)->tx_ps[host->nic.taken & host->nic.mask]++;
}
static void last_bit_later(struct weft_host *host)
{
    nic_in_flight(host)->done_ps[host->nic.taken & host->nic.mask]++;
}
static void stream_in_flight(struct weft_host *host)
{
    host->nic.ring->stream[place_in_flight(host)] ^= 2;
}
static void number_in_flight(struct weft_host *host)
{
    host->nic.ring->number[place_in_flight(host)]++;
}
static void payload_in_flight(struct weft_host *host)
{
    host->nic.ring->payload_bytes[place_in_flight(host)]--;
}
static void frame_in_flight(struct weft_host *host)
{
    host->nic.ring->frame_bytes[place_in_flight(host)]--;
}
static void not_taken(struct weft_host *host)
{
    nic_in_flight(host)->taken--;
}
static struct weft_notice *newest_notice(struct weft_host *host)
{
    g_assert_cmpuint(host->nic.notice_first, <, host->nic.notice_end);
    return &host->nic.notice[(host->nic.notice_end - 1) & host->nic.notice_mask];
}
static void interrupt_later(struct weft_host *host)
{
    newest_notice(host)->at_ps = (rest.at_ps + 10 * MS) - 1; /* just before the call after the next */
}
static void interrupt_uncounted(struct weft_host *host)
{
    newest_notice(host)->counted = false;
}
static void more_completions(struct weft_host *host)
{
    newest_notice(host)->completions += 7; /* past the number that does not wait */
}
static void allowed_later(struct weft_host *host)
{
    newest_notice(host)->allowed_ps = rest.at_ps + 70 * MS;
}
static void no_interrupt(struct weft_host *host)
{
    newest_notice(host);
    host->nic.notice_end--;
}
static struct weft_core *working_core(struct weft_host *host)
{
    g_assert_true(host->core[0].busy && host->core[0].count == 1);
    return &host->core[0];
}
static void work_longer(struct weft_host *host)
{
    working_core(host)->work.end_ps += MS / 10;
    weft_tournament_set(&host->work, 0, host->core[0].work.end_ps);
}
static void more_wait(struct weft_host *host)
{
    working_core(host)->run[host->core[0].first].interrupts++;
}
static void none_waits(struct weft_host *host)
{
    working_core(host)->count = 0;
}

/* --- what does not --- */

static void nothing(struct weft_host *host)
{
    (void)host;
}
static void other_caller(struct weft_host *host)
{
    host->core[0].last_application = 1 - host->core[0].last_application;
}
static void slept(struct weft_host *host)
{
    first_of(host)->slept = !first_of(host)->slept;
}
static void earlier_waited(struct weft_host *host)
{
    first_of(host)->earlier_waited = !first_of(host)->earlier_waited;
}
static void earlier_end(struct weft_host *host)
{
    first_of(host)->earlier_end_ps = rest.at_ps - 1;
}
static void link_idle(struct weft_host *host)
{
    host->nic.link.free_ps = 7;
    host->nic.link.carry = 3;
}
static void marks_in_flight(struct weft_host *host)
{
    host->nic.ring->marks[place_in_flight(host)] ^= WEFT_SLOT_COUNTED | WEFT_SLOT_LAST_OF_CALL;
}
static void launch_in_flight(struct weft_host *host)
{
    host->nic.ring->launch_ps[place_in_flight(host)] += MS;
}

static void with_remainders(struct lab *lab)
{
    lab_server(lab, 0)->link_bps = 1000000007;
}
static void with_shaper(struct lab *lab)
{
    lab_pace(lab, "rate", UINT64_C(500000000));
}
static void with_moderation(struct lab *lab)
{
    lab_use(lab, lab_method("per-destination"));
    lab_server(lab, 0)->memory = &weft_memory_none;
}
static void with_touch(struct lab *lab)
{
    with_moderation(lab);
    lab_server(lab, 0)->touch = weft_touches[1];
}
static void with_tlb(struct lab *lab)
{
    lab_use(lab, lab_method("per-packet"));
    lab_server(lab, 0)->memory = &weft_memory_skylake_sp;
    lab_server(lab, 0)->applications = 1; /* another one finds nothing of what was touched before */
    for (guint i = 0; i < lab->stream->len; i++)
        lab_stream(lab, i)->application = 0;
}
/* The second call's packets wait behind the first's, which go evenly over the interval, and the link needs half a millisecond
 * for each: some are always left at its end. */
static void with_flight(struct lab *lab)
{
    lab_pace(lab, "interval", 0);
    lab_server(lab, 0)->link_bps = 16000000;
    lab_server(lab, 0)->ring_slots = 12;
    lab_server(lab, 0)->profile = &weft_profile_modern_x86;
    lab_server(lab, 0)->memory = &weft_memory_none;
}
/* An interval has 16 packets: the last two of them wait for others. */
static void with_threshold(struct lab *lab)
{
    with_flight(lab);
    lab->setup.write.axes.interrupt = lab_interrupt("threshold");
    lab->setup.write.interrupt_argument = 7;
    lab_server(lab, 0)->interrupt_delay_ps = 9 * MS;
}
static void with_two_interrupts(struct lab *lab)
{
    with_threshold(lab);
    lab->setup.write.interrupt_argument = 8;
}
/* An interrupt takes longer than a packet on the link. */
static void with_slow_core(struct lab *lab)
{
    with_flight(lab);
    lab->setup.write.axes.interrupt = lab_interrupt("per-packet");
    lab_server(lab, 0)->ring_slots = 64;
    lab_server(lab, 0)->link_bps = 30000000;
    lab_server(lab, 0)->cpu_hz = 8000000;
}

static const struct row {
    const char *name;
    change *change;
    bool matters;
    void (*with)(struct lab *lab);
} rows[] = {
    {"link", link_busy, true, with_remainders},
    {"shaper", shaper_busy, true, with_shaper},
    {"moderation", interrupts_later, true, with_moderation},
    {"due", call_later, true, NULL},
    {"packets", fewer_packets, true, NULL},
    {"quantities", fewer_quantities, true, NULL},
    {"streams", other_stream, true, NULL},
    {"next packet", packet_left_out, true, NULL},
    {"names", other_names, true, NULL},
    {"touched pages", touched_before, true, with_touch},
    {"TLB", pages_ahead, true, with_tlb},
    {"a packet leaves now", leaves_now, true, with_flight},
    {"first bit", first_bit_later, true, with_flight},
    {"last bit", last_bit_later, true, with_flight},
    {"stream in flight", stream_in_flight, true, with_flight},
    {"number in flight", number_in_flight, true, with_flight},
    {"payload in flight", payload_in_flight, true, with_flight},
    {"frame in flight", frame_in_flight, true, with_flight},
    {"not taken", not_taken, true, with_flight},
    {"interrupt later", interrupt_later, true, with_flight},
    {"interrupt does not count", interrupt_uncounted, true, with_flight},
    {"no interrupt", no_interrupt, true, with_flight},
    {"more completions", more_completions, true, with_threshold},
    {"interrupt not allowed", allowed_later, true, with_threshold},
    {"interrupt runs longer", work_longer, true, with_slow_core},
    {"more interrupts wait", more_wait, true, with_slow_core},
    {"no interrupt waits", none_waits, true, with_slow_core},
    {"nothing", nothing, false, NULL},
    {"nothing, with packets in flight", nothing, false, with_flight},
    {"nothing, with a slow core", nothing, false, with_slow_core},
    {"more completions, no threshold", more_completions, false, with_flight},
    {"marks in flight", marks_in_flight, false, with_flight},
    {"launch times in flight", launch_in_flight, false, with_flight},
    {"nothing, with a shaper", nothing, false, with_shaper},
    {"nothing, with first touches", nothing, false, with_touch},
    {"nothing, with a TLB", nothing, false, with_tlb},
    {"who called last", other_caller, false, NULL},
    {"slept", slept, false, NULL},
    {"earlier waited", earlier_waited, false, NULL},
    {"earlier end", earlier_end, false, NULL},
    {"idle link", link_idle, false, NULL},
};

static void test_members(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct lab *lab = lab_two();
        if (rows[i].with)
            rows[i].with(lab);
        const struct weft_setup *setup = lab_setup(lab);
        struct weft_host *host[] = {weft_host_new(setup, 0, false), weft_host_new(setup, 0, false)};
        for (int k = 0; k < 2; k++) {
            run(host[k], rest.at_ps, 0);
            g_assert_true(weft_host_rests(host[k], rest.at_ps));
        }
        rows[i].change(host[1]);
        bool same = same_images(host[0], &rest, host[1], &rest);
        bool alike = end(host[0]) == end(host[1]);
        g_test_message("%s: image %s, what comes %s", rows[i].name, same ? "the same" : "differs",
                       alike ? "the same" : "differs");
        g_assert_cmpint(same, ==, !rows[i].matters);
        g_assert_cmpint(alike, ==, !rows[i].matters);
        weft_host_free(host[0]);
        weft_host_free(host[1]);
        lab_free(lab);
    }
}

/* A TLB's whole state is in its image: what was touched, in which order, of whom. */
static bool same_mmus(const struct weft_mmu *a, const struct weft_mmu *b)
{
    struct weft_image image = {0};
    weft_mmu_image(a, &image);
    weft_image_compare(&image);
    weft_mmu_image(b, &image);
    bool same = weft_image_equals(&image);
    weft_image_clear(&image);
    return same;
}

static void test_mmu(void)
{
    struct weft_mmu *mmu[2];
    struct weft_walks walks = {0};
    for (int k = 0; k < 2; k++) {
        mmu[k] = weft_mmu_new(&weft_memory_skylake_sp, WEFT_PAGE_4K);
        weft_mmu_run(mmu[k], 0);
        weft_mmu_touch(mmu[k], 4096, 1, &walks);
        weft_mmu_touch(mmu[k], UINT64_C(4096) * 128, 1, &walks);
    }
    g_assert_true(same_mmus(mmu[0], mmu[1]));
    weft_mmu_touch(mmu[1], 4096, 1, &walks); /* another order */
    g_assert_false(same_mmus(mmu[0], mmu[1]));
    weft_mmu_touch(mmu[0], 4096, 1, &walks);
    g_assert_true(same_mmus(mmu[0], mmu[1]));
    weft_mmu_run(mmu[1], 1); /* another application */
    g_assert_false(same_mmus(mmu[0], mmu[1]));
    weft_mmu_free(mmu[0]);
    weft_mmu_free(mmu[1]);
}

/* A host that overran, rests, and is told of periods: it counts as one that ran through them. */
static void with_overruns(struct lab *lab)
{
    lab_use(lab, lab_method("per-packet"));
    lab->setup.write.interval_ps = INTERVAL_MS * MS;
    lab_server(lab, 0)->profile = &weft_profile_modern_x86;
    lab_server(lab, 0)->memory = &weft_memory_none;
    lab_server(lab, 0)->cpu_hz = 300000000; /* a packet takes 35 us, and is due 5 us after another */
    for (guint i = 0; i < lab->stream->len; i++)
        lab_stream(lab, i)->clock.start_ps = i * 5 * MS / 1000;
}
/* 16 packets of 1,090 B on the wire take an interval: it is never idle again. */
static void with_full_shaper(struct lab *lab)
{
    lab_pace(lab, "rate", UINT64_C(16) * 1090 * 8 * (1000 / INTERVAL_MS));
    lab_server(lab, 0)->profile = &weft_profile_modern_x86;
}

/* Marked at rest; after an interval it is as it was, only later. */
static void run_period(struct weft_host *host)
{
    const weft_ps end_ps = rest.at_ps + INTERVAL_MS * MS;
    const struct weft_phase end = {end_ps, rest.steps + 1, step_packets, step_server_packets};
    struct weft_image image = {0};
    run(host, rest.at_ps, 0);
    g_assert_true(weft_host_rests(host, rest.at_ps));
    weft_host_mark(host);
    weft_host_image(host, &rest, &image);
    run(host, end_ps, 0);
    g_assert_true(weft_host_rests(host, end_ps));
    weft_image_compare(&image);
    weft_host_image(host, &end, &image);
    g_assert_true(weft_image_equals(&image));
    weft_image_clear(&image);
}

static void check_repeat(void (*with)(struct lab *lab), bool overruns)
{
    struct lab *lab = lab_two();
    if (with)
        with(lab);
    const struct weft_setup *setup = lab_setup(lab);
    const uint64_t times = 7;
    const weft_ps period_ps = INTERVAL_MS * MS, end_ps = rest.at_ps + period_ps,
                  later_ps = end_ps + times * period_ps;
    const struct weft_repeat repeat = {period_ps, times, step_packets, step_server_packets};
    struct weft_host *told = weft_host_new(setup, 0, false), *ran = weft_host_new(setup, 0, false);
    run_period(told);
    weft_host_repeat(told, end_ps, &repeat);
    run(ran, later_ps, 0);
    g_assert_true(weft_host_rests(ran, later_ps));
    const struct weft_phase later = {later_ps, rest.steps + 1 + times, step_packets, step_server_packets};
    g_assert_true(same_images(told, &later, ran, &later));
    g_assert_cmpuint(weft_host_next(told), ==, weft_host_next(ran));
    g_assert_cmpint(weft_host_counted(ran)->overruns > 0, ==, overruns);
    g_assert_true(
        memcmp(weft_host_counted(told), weft_host_counted(ran), sizeof(struct weft_host_counters)) == 0);
    g_assert_cmpuint(end(told), ==, end(ran));
    weft_host_free(told);
    weft_host_free(ran);
    lab_free(lab);
}

static void test_repeat(void)
{
    check_repeat(NULL, false);
    check_repeat(with_moderation, false);
    check_repeat(with_full_shaper, false);
    check_repeat(with_overruns, true);
    check_repeat(with_flight, false);
    check_repeat(with_two_interrupts, false);
    check_repeat(with_slow_core, false);
}

/* Packets in flight may be of the warm-up though all that are to be written are not. */
static void test_counts_all(void)
{
    struct lab *lab = lab_two();
    with_flight(lab);
    lab->setup.warmup_ps = rest.at_ps;
    struct weft_host *host = weft_host_new(lab_setup(lab), 0, false);
    run(host, rest.at_ps, 0);
    g_assert_true(weft_host_rests(host, rest.at_ps));
    nic_in_flight(host);
    g_assert_false(weft_host_counts_all(host));
    run(host, rest.at_ps + INTERVAL_MS * MS, 0);
    g_assert_true(weft_host_rests(host, rest.at_ps + INTERVAL_MS * MS));
    nic_in_flight(host);
    g_assert_true(weft_host_counts_all(host));
    weft_host_free(host);
    lab_free(lab);
}

/* No further than packets that are due, unless a core works for longer. */
static void test_looked(void)
{
    struct lab *lab = lab_two();
    with_slow_core(lab);
    struct weft_host *host = weft_host_new(lab_setup(lab), 0, false);
    run(host, rest.at_ps, 0);
    const weft_ps looked_ps =
        rest.at_ps + 2 * INTERVAL_MS * MS; /* the packets due in the interval after the next */
    g_assert_cmpuint(weft_host_looked_ps(host), ==, looked_ps);
    working_core(host)->work.end_ps = looked_ps - 1;
    g_assert_cmpuint(weft_host_looked_ps(host), ==, looked_ps);
    working_core(host)->work.end_ps = looked_ps + 1;
    g_assert_cmpuint(weft_host_looked_ps(host), ==, looked_ps + 1);
    weft_host_free(host);
    lab_free(lab);
}

/* Instants that lie ahead move by what is left out, the remainder of a link stays. */
static void test_ahead(void)
{
    struct lab *lab = lab_two();
    with_shaper(lab);
    struct weft_host *host = weft_host_new(lab_setup(lab), 0, false);
    const weft_ps period_ps = INTERVAL_MS * MS, end_ps = rest.at_ps + period_ps;
    const struct weft_repeat repeat = {period_ps, 3, step_packets, step_server_packets};
    run(host, rest.at_ps, 0);
    weft_host_mark(host);
    run(host, end_ps, 0);
    host->nic.link.free_ps = end_ps + 1;
    host->nic.link.carry = 5;
    host->nic.shaper.free_ps = end_ps + 7 * MS;
    host->nic.allowed_ps = end_ps + 2;
    weft_host_repeat(host, end_ps, &repeat);
    g_assert_cmpuint(host->nic.link.free_ps, ==, end_ps + 3 * period_ps + 1);
    g_assert_cmpuint(host->nic.link.carry, ==, 5);
    g_assert_cmpuint(host->nic.shaper.free_ps, ==, end_ps + 3 * period_ps + 7 * MS);
    g_assert_cmpuint(host->nic.allowed_ps, ==, end_ps + 3 * period_ps + 2);
    weft_host_free(host);
    lab_free(lab);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/repeat-host/members", test_members);
    g_test_add_func("/repeat-host/mmu", test_mmu);
    g_test_add_func("/repeat-host/repeat", test_repeat);
    g_test_add_func("/repeat-host/ahead", test_ahead);
    g_test_add_func("/repeat-host/counts-all", test_counts_all);
    g_test_add_func("/repeat-host/looked", test_looked);
    return g_test_run();
}
