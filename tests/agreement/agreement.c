/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The back end `reference` and another one, which the build names, report the same instants for every packet, and count the
 * same. The other comes as the module that the command opens, and runs in a forked child, once each. */

#include "child.h"
#include "journal.h"
#include "saturated.h"
#include "scene.h"
#include "weft/reference.h"

struct job {
    const struct weft_setup *setup;
    bool bytes;
};

static GBytes *run_other(const void *data)
{
    const struct job *job = data;
    const struct weft_backend *other = child_backend(WEFT_OTHER_MODULE);
    g_assert_cmpstr(other->name, ==, WEFT_OTHER);
    return journal_run(other, job->setup, job->bytes);
}

/* Returns reference's journal, for a look at it. */
static GBytes *compare(struct lab *lab, bool bytes, const char *what)
{
    const struct job job = {lab_setup(lab), bytes};
    GBytes *got = child_run(run_other, &job);
    GBytes *expected = journal_run(&weft_backend_reference, job.setup, bytes);
    journal_assert_equal(expected, got, what);
    g_bytes_unref(got);
    return expected;
}

/* Slow enough for every method to overrun its interval. */
static struct weft_profile slow_profile;

/* The first must never overrun, the last always: else the rows are not what they say. */
static const struct speed {
    const char *name;
    const struct weft_profile *profile;
    uint64_t cpu_hz;
} speeds[] = {
    {"free", &weft_profile_free, UINT64_C(3000000000)},
    {"modern", &weft_profile_modern_x86, UINT64_C(3000000000)},
    {"slow", &slow_profile, 1000000},
};

static void make_slow_profile(void)
{
    slow_profile = weft_profile_modern_x86;
    slow_profile.price[WEFT_PACKETS].typical_mcycles = 400000;
}

static void compare_one(const struct weft_method *method, uint32_t servers, uint32_t applications,
                        uint32_t ring, const struct speed *speed)
{
    char what[128];
    struct lab *lab = scene_new(servers, applications);
    lab_use(lab, method);
    for (uint32_t i = 0; i < servers; i++) {
        lab_server(lab, i)->ring_slots = ring;
        lab_server(lab, i)->profile = speed->profile;
        lab_server(lab, i)->cpu_hz = speed->cpu_hz;
    }
    g_snprintf(what, sizeof(what), "%s, servers %u, applications %u, ring %u, %s", method->name, servers,
               applications, ring, speed->name);
    GBytes *journal = compare(lab, false, what);
    const struct weft_host_counters *counters = journal_counters(journal, servers);
    g_assert_cmpuint(journal_rows(journal, servers), >, 500 * (uint64_t)servers);
    for (uint32_t i = 0; i < servers; i++) {
        if (!method->segmentation->nic_cuts) /* which counts runs */
            g_assert_cmpuint(counters[i].ledger.count[WEFT_PACKETS], >, 500);
        if (speed == &speeds[0] &&
            !method->pacing->spreads) /* spread, a call lasts as long as its interval */
            g_assert_cmpuint(counters[i].overruns, ==, 0);
        if (speed == &speeds[2])
            g_assert_cmpuint(counters[i].overruns, >, 0);
        if (method->pacing->slices) /* which may fit into the ring; all are late where the core is slow */
            g_assert_true((counters[i].ledger.count[WEFT_SLICE_TIMERS] > 0) == (speed != &speeds[2]));
        else if (ring == 64 && method->unit->max_entries > 1 && !method->segmentation->stack_walk_per_packet)
            g_assert_cmpuint(counters[i].ledger.count[WEFT_REFILLS], >, 0);
    }
    g_bytes_unref(journal);
    lab_free(lab);
}

static void test_method(const void *data)
{
    for (uint32_t servers = 1; servers <= 3; servers += 2)
        for (uint32_t applications = 1; applications <= 3; applications += 2)
            for (uint32_t ring = 64; ring <= 512; ring *= 8)
                for (size_t i = 0; i < G_N_ELEMENTS(speeds); i++)
                    compare_one(data, servers, applications, ring, &speeds[i]);
}

/* What point-to-point devices of ns-3 can do: frames that have headers, bytes that take whole picoseconds, and no rules that they
 * have nothing for. Rates only grow, so that no pacing is faster than its link. */
static uint64_t stock_rate(uint64_t rate_bps)
{
    static const uint64_t rates[] = {1000000,    10000000,   25000000,    100000000,
                                     250000000,  500000000,  1000000000,  2000000000,
                                     4000000000, 8000000000, 10000000000, 40000000000};
    guint i = 0;
    while (rates[i] < rate_bps)
        g_assert_cmpuint(++i, <, G_N_ELEMENTS(rates));
    return rates[i];
}

static void make_stock(struct lab *lab)
{
    for (guint i = 0; i < lab->server->len; i++)
        lab_server(lab, i)->link_bps = stock_rate(lab_server(lab, i)->link_bps);
    for (guint i = 0; i < lab->device->len; i++)
        lab_device(lab, i)->rate_bps = stock_rate(lab_device(lab, i)->rate_bps);
    for (guint i = 0; i < lab->trunk->len; i++) {
        struct weft_trunk *trunk = &g_array_index(lab->trunk, struct weft_trunk, i);
        trunk->rate_bps = stock_rate(trunk->rate_bps);
    }
    for (guint i = 0; i < lab->source->len; i++) {
        struct weft_background_source *source = &g_array_index(lab->source, struct weft_background_source, i);
        source->link_bps = stock_rate(source->link_bps);
    }
    for (guint i = 0; i < lab->switch_->len; i++) {
        struct weft_port_rules *rules = &g_array_index(lab->switch_, struct weft_switch, i).rules;
        rules->accounting = NULL;
        rules->forwarding = NULL;
        rules->scheduler = NULL;
    }
}

static struct lab *stock_scene(void)
{
    struct lab *lab = scene_random();
    while (lab->setup.network->ip_version == 0) {
        lab_free(lab);
        lab = scene_random();
    }
    make_stock(lab);
    return lab;
}

/* Where the CPU is too slow for a while both say so alike, and what the recurrence of late calls says. */
static void test_saturated(void)
{
    struct lab *lab = saturated_lab();
    GBytes *journal = compare(lab, false, "saturated");
    saturated_check(lab_setup(lab), journal);
    g_bytes_unref(journal);
    lab_free(lab);
}

static void test_random(void)
{
    uint64_t outcomes[WEFT_OUTCOMES] = {0}, refused[WEFT_ENTRY_STATUSES] = {0};
    uint32_t most_switches = 0, sources = 0;
    for (int i = 0; i < 90; i++) {
        char what[32];
        struct lab *lab = g_str_equal(WEFT_OTHER, "ns3-p2p") ? stock_scene() : scene_random();
        g_snprintf(what, sizeof(what), "random scene %d", i);
        GBytes *journal = compare(lab, i % 2, what);
        journal_count_outcomes(journal, lab->setup.servers, outcomes);
        const struct weft_host_counters *counters = journal_counters(journal, lab->setup.servers);
        for (uint32_t s = 0; s < lab->setup.servers; s++)
            for (int status = 0; status < WEFT_ENTRY_STATUSES; status++)
                refused[status] += counters[s].refused.entries[status];
        most_switches = MAX(most_switches, lab->setup.switches);
        sources += lab->setup.sources;
        g_bytes_unref(journal);
        lab_free(lab);
    }
    g_assert_cmpuint(most_switches, ==, 4);
    g_assert_cmpuint(sources, >, 20);
    for (int i = 0; i < WEFT_OUTCOMES; i++) /* what never happens is not compared */
        g_assert_cmpuint(outcomes[i], >, 0);
    for (int i = WEFT_ENTRY_OK + 1; i < WEFT_ENTRY_STATUSES; i++)
        g_assert_cmpuint(refused[i], >, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    make_slow_profile();
    child_backend(WEFT_OTHER_MODULE); /* loaded once: children have it */
    for (size_t i = 0; weft_methods[i]; i++) {
        char *path = g_strconcat("/agreement/" WEFT_OTHER "/", weft_methods[i]->name, NULL);
        g_test_add_data_func(path, weft_methods[i], test_method);
        g_free(path);
    }
    g_test_add_func("/agreement/" WEFT_OTHER "/saturated", test_saturated);
    g_test_add_func("/agreement/" WEFT_OTHER "/random", test_random);
    return g_test_run();
}
