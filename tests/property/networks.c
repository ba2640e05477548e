/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the metrics say of random networks, with limits, outages and background traffic, against a second look at every
 * report: counts of ports and totals, peaks of ports and switches from a sorted list of what came and went, and the balance
 * from bytes by window and port. */
#include "lab.h"

#include "weft/metrics.h"
#include "weft/reference.h"

#include <string.h>

#define WINDOW_PS (WEFT_PS_PER_S / 1000)

struct hop {
    weft_ps tx_ps, at_ps, done_ps;
    uint32_t stream, number, port, frame_bytes, outcome;
};

/* A frame that comes into a port (bytes > 0) or has left it. */
struct change {
    weft_ps at_ps;
    int64_t bytes;
    uint32_t port;
};

static void see(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    (void)node;
    for (uint32_t i = 0; point == WEFT_AT_SWITCH && i < train->n; i++) {
        const struct hop hop = {train->tx_ps[i],  train->at_ps[i], train->done_ps[i],     train->stream[i],
                                train->number[i], train->port[i],  train->frame_bytes[i], train->outcome[i]};
        g_array_append_val((GArray *)ctx, hop);
    }
}

/* Whether a packet counts: a stream's when it is due at or after warm-up, background when it begins then. */
static bool counts(const struct weft_setup *setup, const struct hop *hop)
{
    if (hop->stream >= setup->streams)
        return hop->tx_ps >= setup->warmup_ps;
    return weft_clock_due(&setup->stream[hop->stream].clock, hop->number) >= setup->warmup_ps;
}

struct tally {
    uint64_t forwarded, dropped, background_forwarded, background_dropped;
};

/* Returns how many packets of streams were dropped. */
static uint64_t check_counts(const struct weft_setup *setup, const GArray *hops,
                             const struct weft_metrics *metrics)
{
    struct tally *port = g_new0(struct tally, weft_setup_ports(setup)), all = {0};
    uint64_t background = 0, arrived = 0;
    for (guint i = 0; i < hops->len; i++) {
        const struct hop *hop = &g_array_index(hops, struct hop, i);
        bool forwarded = hop->done_ps != WEFT_NEVER, other = hop->stream >= setup->streams;
        if (!counts(setup, hop))
            continue;
        if (other) {
            const struct weft_background_source *source = &setup->source[hop->stream - setup->streams];
            background += weft_setup_port_switch(setup, hop->port) == source->switch_index;
            arrived += forwarded && hop->port == source->port;
            port[hop->port].background_forwarded += forwarded;
            port[hop->port].background_dropped += !forwarded;
        } else {
            port[hop->port].forwarded += forwarded;
            port[hop->port].dropped += hop->outcome != WEFT_DELIVERED;
        }
    }
    for (uint32_t p = 0; p < weft_setup_ports(setup); p++) {
        const struct weft_port_result *result = weft_metrics_port(metrics, p);
        g_assert_cmpuint(result->forwarded_packets, ==, port[p].forwarded);
        g_assert_cmpuint(result->dropped_packets, ==, port[p].dropped);
        g_assert_cmpuint(result->background_forwarded_packets, ==, port[p].background_forwarded);
        g_assert_cmpuint(result->background_dropped_packets, ==, port[p].background_dropped);
        all.dropped += port[p].dropped;
        all.background_dropped += port[p].background_dropped;
    }
    const struct weft_totals *totals = weft_metrics_totals(metrics);
    g_assert_cmpuint(totals->packets_dropped, ==, all.dropped);
    g_assert_cmpuint(totals->packets_sent, ==, totals->packets_delivered + all.dropped);
    g_assert_cmpuint(totals->background_packets, ==, background);
    g_assert_cmpuint(totals->background_forwarded_packets, ==, arrived);
    g_assert_cmpuint(totals->background_dropped_packets, ==, all.background_dropped);
    g_assert_cmpuint(background, ==, arrived + all.background_dropped);
    g_free(port);
    return all.dropped;
}

/* Of things at one instant departures come first. */
static gint by_time(gconstpointer a, gconstpointer b)
{
    const struct change *x = a, *y = b;
    if (x->at_ps != y->at_ps)
        return x->at_ps < y->at_ps ? -1 : 1;
    return (x->bytes > 0) - (y->bytes > 0);
}

struct level {
    int64_t bytes, packets;
    uint64_t peak_bytes, peak_packets;
};

static void change_level(struct level *level, const struct change *change, bool measured)
{
    level->bytes += change->bytes;
    level->packets += change->bytes > 0 ? 1 : -1;
    if (!measured || change->bytes < 0)
        return;
    level->peak_bytes = MAX(level->peak_bytes, (uint64_t)level->bytes);
    level->peak_packets = MAX(level->peak_packets, (uint64_t)level->packets);
}

static void check_peaks(const struct weft_setup *setup, const GArray *hops,
                        const struct weft_metrics *metrics)
{
    g_autoptr(GArray) changes = g_array_new(FALSE, FALSE, sizeof(struct change));
    struct level *port = g_new0(struct level, weft_setup_ports(setup)),
                 *switch_ = g_new0(struct level, setup->switches);
    for (guint i = 0; i < hops->len; i++) {
        const struct hop *hop = &g_array_index(hops, struct hop, i);
        const struct change in = {hop->at_ps, hop->frame_bytes, hop->port},
                            out = {hop->done_ps, -(int64_t)hop->frame_bytes, hop->port};
        if (hop->done_ps == WEFT_NEVER)
            continue;
        g_array_append_val(changes, in);
        g_array_append_val(changes, out);
    }
    g_array_sort(changes, by_time);
    for (guint i = 0; i < changes->len; i++) {
        const struct change *change = &g_array_index(changes, struct change, i);
        bool measured = change->at_ps >= setup->warmup_ps;
        change_level(&port[change->port], change, measured);
        change_level(&switch_[weft_setup_port_switch(setup, change->port)], change, measured);
    }
    uint64_t most_bytes = 0;
    for (uint32_t p = 0; p < weft_setup_ports(setup); p++) {
        g_assert_cmpuint(weft_metrics_port(metrics, p)->peak_packets, ==, port[p].peak_packets);
        g_assert_cmpuint(weft_metrics_port(metrics, p)->peak_frame_bytes, ==, port[p].peak_bytes);
    }
    for (uint32_t s = 0; s < setup->switches; s++) {
        g_assert_cmpuint(weft_metrics_switch(metrics, s)->peak_bytes, ==, switch_[s].peak_bytes);
        most_bytes = MAX(most_bytes, switch_[s].peak_bytes);
    }
    g_assert_cmpuint(weft_metrics_totals(metrics)->peak_switch_bytes, ==, most_bytes);
    g_free(switch_);
    g_free(port);
}

static void check_balance(const struct weft_setup *setup, const GArray *hops,
                          const struct weft_metrics *metrics)
{
    g_autoptr(GHashTable) windows = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    for (guint i = 0; i < hops->len; i++) {
        const struct hop *hop = &g_array_index(hops, struct hop, i);
        uint64_t number = hop->at_ps / WINDOW_PS;
        if (hop->port >= setup->devices || hop->stream >= setup->streams || hop->at_ps < setup->warmup_ps ||
            hop->outcome == WEFT_DROPPED_LINK)
            continue;
        uint64_t *bytes = g_hash_table_lookup(windows, &number);
        if (!bytes) {
            bytes = g_new0(uint64_t, setup->devices);
            g_hash_table_insert(windows, g_memdup2(&number, sizeof number), bytes);
        }
        bytes[hop->port] += hop->frame_bytes;
    }
    GHashTableIter iter;
    gpointer bytes;
    double sum = 0;
    g_hash_table_iter_init(&iter, windows);
    while (g_hash_table_iter_next(&iter, NULL, &bytes))
        sum += weft_jain_index(bytes, setup->devices);
    const struct weft_totals *totals = weft_metrics_totals(metrics);
    g_assert_cmpuint(totals->balance_windows, ==, g_hash_table_size(windows));
    g_assert_cmpfloat_with_epsilon(totals->balance_sum, sum, 1e-9 * (1 + sum));
}

static void test_random(void)
{
    uint64_t dropped = 0, sources = 0, trunks = 0;
    g_autoptr(GRand) rand = g_rand_new_with_seed((guint32)g_test_rand_int());
    for (int round = 0; round < 60; round++) {
        struct lab *lab = lab_random(rand);
        struct weft_switch *sw = &g_array_index(lab->switch_, struct weft_switch, 0);
        sw->rules.buffer = weft_buffers[round % 2];
        sw->rules.memory.limit = 4000;
        sw->rules.latency_ps = (weft_ps)(round % 3) * 1000;
        lab_server(lab, 0)->down_ps = lab->setup.duration_ps / 3;
        lab_server(lab, 0)->up_ps = lab->setup.duration_ps / 2;
        lab_spread(lab, rand);
        weft_ps interval_ps = weft_setup_interval(lab_setup(lab));
        lab->setup.warmup_ps = round % 4 == 0 && interval_ps < lab->setup.duration_ps ? interval_ps : 0;
        const struct weft_setup *setup = lab_setup(lab);
        struct weft_metrics *metrics = weft_metrics_new(setup);
        g_autoptr(GArray) hops = g_array_new(FALSE, FALSE, sizeof(struct hop));
        const struct weft_watch watch[] = {weft_metrics_watch(metrics), {.ctx = hops, .packets = see}};
        g_assert_cmpint(weft_backend_reference.run(setup, watch, 2, NULL), ==, WEFT_OK);
        dropped += check_counts(setup, hops, metrics);
        check_peaks(setup, hops, metrics);
        check_balance(setup, hops, metrics);
        sources += setup->sources;
        trunks += setup->trunks;
        weft_metrics_free(metrics);
        lab_free(lab);
    }
    g_assert_cmpuint(dropped, >, 100);
    g_assert_cmpuint(sources, >, 40);
    g_assert_cmpuint(trunks, >, 100);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/property/networks", test_random);
    return g_test_run();
}
