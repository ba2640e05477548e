/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What ports and switches hold, against a count over all packets at every arrival: random arrivals, two
 * switches, queues that build up and run dry, equal instants, drops, and a warm-up. */
#include "metrics_setup.h"
#include "weft/metrics.h"
#include "weft/queue_steps.h"

#include <glib.h>
#include <math.h>

enum { PACKETS = 2500 };

struct seen {
    uint32_t port, link_bytes, frame_bytes; /* of the frame, and as it is stored */
    weft_ps in_ps, start_ps, out_ps;
    bool dropped, fluid; /* as the accounting of its switch is */
};

struct truth {
    uint64_t port_packets[TEST_DEVICES], port_bytes[TEST_DEVICES], switch_bytes;
    weft_u128 byte_ps[TEST_DEVICES],
        twice_byte_ps[TEST_DEVICES]; /* the integral is the one and half of the other */
    weft_ps held_ps[TEST_DEVICES][WEFT_HELD_BINS];
};

static uint64_t draw(uint64_t below)
{
    return (uint64_t)g_test_rand_int() % below;
}

/* What a frame that came before counts at `now_ps`; the rest of a byte that is being sent is a byte. */
static uint64_t counts_at(const struct seen *frame, weft_ps now_ps)
{
    if (frame->out_ps <= now_ps)
        return 0;
    if (!frame->fluid || now_ps <= frame->start_ps)
        return frame->frame_bytes;
    uint64_t sent = frame->frame_bytes * (now_ps - frame->start_ps) / (frame->out_ps - frame->start_ps);
    return frame->frame_bytes - sent;
}

/* Held at the instant of arrival `k`: everything up to it that leaves later. A peak is reached at an arrival.
 */
static void count_held(const struct seen *seen, uint32_t k, struct truth *truth)
{
    uint64_t packets = 0, bytes = 0, switch_bytes = 0;
    for (uint32_t i = 0; i <= k; i++) {
        if (seen[i].dropped || (i < k && seen[i].out_ps <= seen[k].in_ps))
            continue;
        uint64_t counted = i == k ? seen[i].frame_bytes : counts_at(&seen[i], seen[k].in_ps);
        packets += seen[i].port == seen[k].port;
        bytes += seen[i].port == seen[k].port ? counted : 0;
        switch_bytes += seen[i].port % TEST_SWITCHES == seen[k].port % TEST_SWITCHES ? counted : 0;
    }
    uint32_t port = seen[k].port;
    truth->port_packets[port] = MAX(truth->port_packets[port], packets);
    truth->port_bytes[port] = MAX(truth->port_bytes[port], bytes);
    truth->switch_bytes = MAX(truth->switch_bytes, switch_bytes);
}

/* What of the time that a frame is held lies inside the measured window, whenever it came: a rectangle, and where it
 * leaves bit by bit a trapezium. */
static void count_time(const struct seen *frame, const struct weft_setup *setup, struct truth *truth)
{
    weft_ps whole_ps = frame->fluid ? frame->start_ps : frame->out_ps;
    weft_ps from_ps = MAX(frame->in_ps, setup->warmup_ps), to_ps = MIN(whole_ps, setup->duration_ps);
    if (frame->dropped)
        return;
    if (from_ps < to_ps)
        truth->byte_ps[frame->port] += (weft_u128)frame->frame_bytes * (to_ps - from_ps);
    from_ps = MAX(whole_ps, setup->warmup_ps);
    to_ps = MIN(frame->out_ps, setup->duration_ps);
    if (from_ps < to_ps) {
        weft_u128 sides =
            (weft_u128)frame->frame_bytes * ((frame->out_ps - from_ps) + (frame->out_ps - to_ps));
        truth->twice_byte_ps[frame->port] += sides * (to_ps - from_ps) / (frame->out_ps - frame->start_ps);
    }
}

static int by_instant(const void *a, const void *b)
{
    const weft_ps *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* How long a port held how many: between any two neighbours of all instants at which something happens on it
 * the number is what a count over all packets says of the first. */
static void count_times(const struct seen *seen, const struct weft_setup *setup, uint32_t port,
                        struct truth *truth)
{
    g_autoptr(GArray) edge = g_array_new(FALSE, FALSE, sizeof(weft_ps));
    g_array_append_val(edge, setup->warmup_ps);
    g_array_append_val(edge, setup->duration_ps);
    for (uint32_t i = 0; i < PACKETS; i++)
        if (seen[i].port == port && !seen[i].dropped) {
            g_array_append_val(edge, seen[i].in_ps);
            g_array_append_val(edge, seen[i].out_ps);
        }
    g_array_sort(edge, by_instant);
    for (guint k = 0; k + 1 < edge->len; k++) {
        weft_ps from_ps = g_array_index(edge, weft_ps, k), to_ps = g_array_index(edge, weft_ps, k + 1);
        if (from_ps < setup->warmup_ps || to_ps > setup->duration_ps || from_ps == to_ps)
            continue;
        uint32_t held = 0, bin = 0;
        for (uint32_t i = 0; i < PACKETS; i++)
            held += seen[i].port == port && !seen[i].dropped && seen[i].in_ps <= from_ps &&
                    from_ps < seen[i].out_ps;
        while (bin + 1 < WEFT_HELD_BINS && weft_held_bin_first(bin + 1) <= held)
            bin++;
        truth->held_ps[port][bin] += to_ps - from_ps;
    }
}

/* `load` sets how far apart arrivals are: below 100 some queues grow all along, above most packets find none.
 */
static void make_arrivals(struct seen *seen, uint64_t load, const struct weft_switch *switches)
{
    weft_ps now_ps = 0, free_ps[TEST_DEVICES] = {0};
    for (uint32_t i = 0; i < PACKETS; i++) {
        now_ps += draw(3) ? 100 * draw(load) : 0;
        uint32_t port = (uint32_t)draw(TEST_DEVICES), bytes = 64 + (uint32_t)draw(1455);
        const struct weft_port_rules *rules = &switches[port % TEST_SWITCHES].rules;
        seen[i] = (struct seen){.port = port,
                                .link_bytes = bytes,
                                .frame_bytes = bytes,
                                .in_ps = now_ps,
                                .start_ps = MAX(free_ps[port], now_ps + rules->latency_ps),
                                .dropped = draw(20) == 0,
                                .fluid = rules->accounting == weft_accountings[1]};
        while (rules->memory.cell_bytes && seen[i].frame_bytes % rules->memory.cell_bytes)
            seen[i].frame_bytes++;
        if (!seen[i].dropped)
            free_ps[port] = seen[i].start_ps + 20 * bytes + 7;
        seen[i].out_ps = free_ps[port];
    }
}

/* Ports that send by class: a frame may leave before those that came before it and are not on the link, so not before any
 * that is still there when it comes and leaves first. */
static void let_overtake(struct seen *seen)
{
    for (uint32_t k = 0; k < PACKETS; k++) {
        uint32_t i = k;
        bool another = false;
        while (i-- > 0 && (seen[i].port != seen[k].port || seen[i].dropped))
            ;
        if (i == UINT32_MAX || seen[k].dropped || seen[k].fluid || draw(3) == 0)
            continue;
        for (uint32_t j = 0; j < i; j++)
            another |= seen[j].port == seen[k].port && !seen[j].dropped && seen[j].out_ps > seen[k].in_ps &&
                       seen[j].out_ps < MIN(seen[i].out_ps, seen[k].out_ps);
        if (!another)
            continue;
        weft_ps out_ps = seen[i].out_ps;
        seen[i].out_ps = seen[k].out_ps;
        seen[k].out_ps = out_ps;
    }
}

/* Accounting, cells and latency of the switches; 0 is held, without cells and latency. */
static void draw_rules(struct weft_switch *sw)
{
    sw->rules.accounting = weft_accountings[draw(2)];
    sw->rules.memory.cell_bytes = draw(2) ? 1 + (uint32_t)draw(300) : 0;
    sw->rules.latency_ps = draw(2) ? draw(20000) : 0;
}

static void check_against(const struct weft_metrics *metrics, const struct truth *truth)
{
    const struct weft_totals *totals = weft_metrics_totals(metrics);
    uint64_t packets = 0, bytes = 0;
    for (uint32_t i = 0; i < TEST_DEVICES; i++) {
        const struct weft_port_result *port = weft_metrics_port(metrics, i);
        g_assert_cmpuint(port->peak_packets, ==, truth->port_packets[i]);
        g_assert_cmpuint(port->peak_frame_bytes, ==, truth->port_bytes[i]);
        g_assert_true(port->byte_ps == truth->byte_ps[i] + truth->twice_byte_ps[i] / 2);
        for (uint32_t bin = 0; bin < WEFT_HELD_BINS; bin++)
            g_assert_cmpuint(port->held_ps[bin], ==, truth->held_ps[i][bin]);
        packets = MAX(packets, truth->port_packets[i]);
        bytes = MAX(bytes, truth->port_bytes[i]);
    }
    g_assert_cmpuint(totals->peak_port_packets, ==, packets);
    g_assert_cmpuint(totals->peak_port_bytes, ==, bytes);
    g_assert_cmpuint(totals->peak_switch_bytes, ==, truth->switch_bytes);
}

static void test_random(void)
{
    struct test_setup it;
    struct seen *seen = g_new(struct seen, PACKETS);
    for (uint32_t round = 0; round < 40; round++) {
        test_setup_init(&it);
        for (uint32_t i = 0; i < TEST_SWITCHES; i++)
            draw_rules(&it.switch_[i]);
        make_arrivals(seen, 20 + draw(400), it.switch_);
        if (round % 2)
            let_overtake(seen);
        /* From one bucket of the wheel for all to far more turns than packets. */
        for (uint32_t i = 0; i < TEST_SERVERS; i++)
            it.server[i].link_bps = UINT64_C(1) << draw(48);
        for (uint32_t i = 0; i < TEST_DEVICES; i++)
            it.device[i].rate_bps = UINT64_C(1) << draw(48);
        it.setup.warmup_ps = draw(2) ? seen[draw(PACKETS)].in_ps : 0;
        it.setup.duration_ps = it.setup.warmup_ps + 1 + draw(2 * seen[PACKETS - 1].in_ps);
        const struct weft_host_counters counters = {0};
        struct weft_metrics *metrics = weft_metrics_new(&it.setup);
        struct weft_watch watch = weft_metrics_watch(metrics);
        struct weft_train train = {.n = 0};
        struct truth truth = {.switch_bytes = 0};
        for (uint32_t i = 0; i < PACKETS; i++) {
            test_train_add(&train, seen[i].port, i, seen[i].link_bytes, seen[i].in_ps,
                           seen[i].dropped ? WEFT_NEVER : seen[i].out_ps);
            count_time(&seen[i], &it.setup, &truth);
            if (!seen[i].dropped && seen[i].in_ps >= it.setup.warmup_ps)
                count_held(seen, i, &truth);
            if (train.n == WEFT_TRAIN || draw(40) == 0 || i == PACKETS - 1) {
                watch.packets(watch.ctx, WEFT_AT_SWITCH, 0, &train);
                train.n = 0;
            }
        }
        watch.server(watch.ctx, 0, &counters);
        for (uint32_t i = 0; i < TEST_DEVICES; i++)
            count_times(seen, &it.setup, i, &truth);
        check_against(metrics, &truth);
        weft_metrics_free(metrics);
    }
    g_free(seen);
}

/* --- step by step --- */

struct step {
    weft_ps at_ps;
    bool arrival;
    uint64_t packets, bytes;
};

static void note_step(void *ctx, uint32_t port, weft_ps at_ps, bool arrival, uint64_t packets, uint64_t bytes)
{
    GArray **steps = ctx;
    const struct step step = {at_ps, arrival, packets, bytes};
    g_array_append_val(steps[port], step);
}

/* Departures first; arrivals in the order in which they come. */
static int in_order(const void *a, const void *b)
{
    const struct step *x = a, *y = b;
    if (x->at_ps != y->at_ps)
        return x->at_ps < y->at_ps ? -1 : 1;
    return x->arrival != y->arrival ? (x->arrival ? 1 : -1) : 0;
}

/* What the first `came` frames of a port count when those that leave by `now_ps` have left. */
static struct step count_step(const struct seen *const *frame, guint came, weft_ps now_ps)
{
    struct step step = {.at_ps = now_ps};
    for (guint i = 0; i < came; i++) {
        step.packets += frame[i]->out_ps > now_ps;
        step.bytes += counts_at(frame[i], now_ps);
    }
    return step;
}

/* All arrivals and departures of a port, each with a count over all of its frames. */
static void check_steps(const struct seen *seen, uint32_t port, const GArray *steps)
{
    g_autoptr(GPtrArray) frames = g_ptr_array_new();
    g_autoptr(GArray) edge = g_array_new(FALSE, FALSE, sizeof(struct step));
    for (uint32_t i = 0; i < PACKETS; i++) {
        const struct step in = {.at_ps = seen[i].in_ps, .arrival = true}, out = {.at_ps = seen[i].out_ps};
        if (seen[i].port != port || seen[i].dropped)
            continue;
        g_ptr_array_add(frames, (void *)&seen[i]);
        g_array_append_val(edge, in);
        g_array_append_val(edge, out);
    }
    g_array_sort(edge, in_order);
    g_assert_cmpuint(steps->len, ==, edge->len);
    guint came = 0;
    for (guint k = 0; k < edge->len; k++) {
        const struct step *event = &g_array_index(edge, struct step, k),
                          *is = &g_array_index(steps, struct step, k);
        came += event->arrival;
        struct step must = count_step((const struct seen *const *)frames->pdata, came, event->at_ps);
        g_assert_cmpuint(is->at_ps, ==, event->at_ps);
        g_assert_true(is->arrival == event->arrival);
        g_assert_cmpuint(is->packets, ==, must.packets);
        g_assert_cmpuint(is->bytes, ==, must.bytes);
    }
}

/* Every change of what a port holds is told, warm-up or not, by the same accounting as the peaks. */
static void test_steps(void)
{
    struct test_setup it;
    struct seen *seen = g_new(struct seen, PACKETS);
    for (uint32_t round = 0; round < 10; round++) {
        test_setup_init(&it);
        for (uint32_t i = 0; i < TEST_SWITCHES; i++)
            draw_rules(&it.switch_[i]);
        make_arrivals(seen, 20 + draw(400), it.switch_);
        if (round % 2)
            let_overtake(seen);
        it.setup.warmup_ps = draw(2) ? seen[draw(PACKETS)].in_ps : 0;
        it.setup.duration_ps = it.setup.warmup_ps + 1 + draw(2 * seen[PACKETS - 1].in_ps);
        GArray *step[TEST_DEVICES];
        for (uint32_t i = 0; i < TEST_DEVICES; i++)
            step[i] = g_array_new(FALSE, FALSE, sizeof(struct step));
        struct weft_queue_steps *steps = weft_queue_steps_new(&it.setup, note_step, step);
        struct weft_watch watch = weft_queue_steps_watch(steps);
        struct weft_train train = {.n = 0};
        for (uint32_t i = 0; i < PACKETS; i++) {
            test_train_add(&train, seen[i].port, i, seen[i].link_bytes, seen[i].in_ps,
                           seen[i].dropped ? WEFT_NEVER : seen[i].out_ps);
            if (train.n == WEFT_TRAIN || draw(40) == 0 || i == PACKETS - 1) {
                watch.packets(watch.ctx, WEFT_AT_SWITCH, 0, &train);
                train.n = 0;
            }
        }
        weft_queue_steps_finish(steps);
        for (uint32_t i = 0; i < TEST_DEVICES; i++) {
            check_steps(seen, i, step[i]);
            g_array_unref(step[i]);
        }
        weft_queue_steps_free(steps);
    }
    g_free(seen);
}

/* Two frames of 1,000 bytes on one port: the second comes at the very instant at which the first has left. */
static void test_departure_first(void)
{
    struct test_setup it;
    test_setup_init(&it);
    struct weft_metrics *metrics = weft_metrics_new(&it.setup);
    struct weft_watch watch = weft_metrics_watch(metrics);
    struct weft_train train = {.n = 0};
    test_train_add(&train, 0, 0, 1000, 100, 200);
    test_train_add(&train, 0, 1, 1000, 200, 300);
    test_train_add(&train, 2, 0, 500, 299, 400);
    test_train_add(&train, 1, 0, 700, 299, 400); /* on the other switch */
    watch.packets(watch.ctx, WEFT_AT_SWITCH, 0, &train);
    g_assert_cmpuint(weft_metrics_port(metrics, 0)->peak_packets, ==, 1);
    g_assert_cmpuint(weft_metrics_totals(metrics)->peak_port_bytes, ==, 1000);
    g_assert_cmpuint(weft_metrics_totals(metrics)->peak_switch_bytes, ==, 1500);
    g_assert_true(weft_metrics_port(metrics, 0)->byte_ps == 200000);
    const struct weft_host_counters counters = {0};
    watch.server(watch.ctx, 0, &counters);
    g_assert_cmpuint(weft_metrics_port(metrics, 0)->held_ps[1], ==, 200);
    g_assert_cmpuint(weft_metrics_port(metrics, 0)->held_ps[0], ==, WEFT_PS_PER_S - 200);
    g_assert_cmpuint(weft_metrics_port(metrics, 4)->held_ps[0], ==, WEFT_PS_PER_S);
    g_assert_true(fabs(weft_mean_held(weft_metrics_port(metrics, 0)->byte_ps, 400) - 500.0) < 1e-12);
    weft_metrics_free(metrics);
}

/* Frames of 100 bytes, us: one is alone in its port from 0 to 100, one that comes at 10 leaves at 300, one that comes at 20
 * overtakes it and leaves at 200. So the switch holds 300 bytes at most, and only 250 when 150 come to another port at 250:
 * who overtook is missed in time. */
static void test_overtaken(void)
{
    const weft_ps us = 1000000;
    struct test_setup it;
    test_setup_init(&it);
    for (uint32_t i = 0; i < TEST_SERVERS; i++)
        it.server[i].link_bps = UINT64_C(10000000000);
    for (uint32_t i = 0; i < TEST_DEVICES; i++)
        it.device[i].rate_bps = 1000000;
    struct weft_metrics *metrics = weft_metrics_new(&it.setup);
    struct weft_watch watch = weft_metrics_watch(metrics);
    struct weft_train train = {.n = 0};
    test_train_add(&train, 0, 0, 100, 0, 100 * us);
    test_train_add(&train, 0, 1, 100, 10 * us, 300 * us);
    test_train_add(&train, 0, 2, 100, 20 * us, 200 * us);
    test_train_add(&train, 2, 0, 150, 250 * us, 260 * us);
    watch.packets(watch.ctx, WEFT_AT_SWITCH, 0, &train);
    g_assert_cmpuint(weft_metrics_switch(metrics, 0)->peak_bytes, ==, 300);
    g_assert_cmpuint(weft_metrics_port(metrics, 0)->peak_packets, ==, 3);
    weft_metrics_free(metrics);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/metrics/occupancy/random", test_random);
    g_test_add_func("/metrics/occupancy/steps", test_steps);
    g_test_add_func("/metrics/occupancy/departure-first", test_departure_first);
    g_test_add_func("/metrics/occupancy/overtaken", test_overtaken);
    return g_test_run();
}
