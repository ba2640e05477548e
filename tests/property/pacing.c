/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What pacing may change and what not, on random scenarios with random arguments: where nothing takes time every instant is
 * as an exact recursion of its own says; a NIC never sends more than its rate allows, over no stretch of time; no slice goes
 * before it is due; and packets, their order and their fate are those of the same method without pacing. */

#include "lab.h"

#include <string.h>

enum { SCENARIOS = 200, MANY_SLOTS = 1 << 16 };

typedef void check(struct lab *lab, GRand *rand);

static void on_random_scenarios(gconstpointer data)
{
    check *const *run = data;
    for (int i = 0; i < SCENARIOS; i++) {
        guint32 seed = (guint32)g_test_rand_int();
        GRand *rand = g_rand_new_with_seed(seed);
        struct lab *lab = lab_random(rand);
        gint32 methods = 0;
        while (weft_methods[methods])
            methods++;
        lab_use(lab, weft_methods[g_rand_int_range(rand, 0, methods)]);
        g_test_message("scenario %d: seed %u", i, seed);
        (*run)(lab, rand);
        lab_free(lab);
        g_rand_free(rand);
    }
}

/* When a packet is written: stored data at the start of its interval, live data at its end. */
static weft_ps written_ps(const struct weft_setup *setup, const struct record *r)
{
    const struct weft_stream *stream = &setup->stream[r->stream];
    if (setup->write.axes.pacing->at_packet_times)
        return weft_clock_due(&stream->clock, (uint64_t)r->number + stream->live);
    weft_ps interval_ps = weft_setup_interval(setup), due_ps = weft_clock_due(&stream->clock, r->number);
    return (due_ps / interval_ps + stream->live) * interval_ps;
}

/* When the NIC may have packet `i` of the `n` of an interval. */
static weft_ps release_ps(const struct weft_setup *setup, weft_ps at_ps, uint64_t i, uint64_t n)
{
    const struct weft_pacing *pacing = setup->write.axes.pacing;
    weft_ps interval_ps = weft_setup_interval(setup);
    uint64_t slices = setup->write.pacing_argument;
    if (pacing->spreads)
        return at_ps + (weft_ps)((weft_u128)i * interval_ps / n);
    if (pacing->slices)
        return at_ps + (weft_ps)((weft_u128)(i * slices / n) * interval_ps / slices);
    return at_ps;
}

/* The packets of one application, in the order on the wire. */
static GPtrArray *packets_of(struct recorder *recorder, const struct weft_setup *setup, uint32_t server,
                             uint32_t application)
{
    GPtrArray *packets = g_ptr_array_new();
    for (guint i = 0; i < recorder->record->len; i++) {
        const struct weft_stream *stream = &setup->stream[recorder_at(recorder, i)->stream];
        if (stream->server == server && stream->application == application)
            g_ptr_array_add(packets, recorder_at(recorder, i));
    }
    return packets;
}

/* How many from packet `first` on are of its interval. */
static guint of_interval(const GPtrArray *packets, const struct weft_setup *setup, guint first)
{
    weft_ps at_ps = written_ps(setup, g_ptr_array_index(packets, first));
    guint n = 1;
    while (first + n < packets->len && written_ps(setup, g_ptr_array_index(packets, first + n)) == at_ps)
        n++;
    return n;
}

/* A link in exact arithmetic: when it is free, in 1 / rate of a picosecond. */
struct link {
    uint64_t rate_bps;
    weft_u128 free;
};

static weft_ps begins_at(struct link *link, weft_ps ready_ps, uint64_t bits)
{
    if (ready_ps > link->free / link->rate_bps)
        link->free = (weft_u128)ready_ps * link->rate_bps;
    weft_ps at_ps = (weft_ps)(link->free / link->rate_bps);
    link->free += (weft_u128)bits * WEFT_PS_PER_S;
    return at_ps;
}

static void check_instants(const struct weft_setup *setup, const GPtrArray *packets, uint64_t link_bps)
{
    bool shapes = setup->write.axes.pacing->shapes;
    struct link link = {link_bps, 0}, shaper = {shapes ? setup->write.pacing_argument : 1, 0};
    for (guint first = 0, n; first < packets->len; first += n) {
        n = of_interval(packets, setup, first);
        for (guint i = 0; i < n; i++) {
            const struct record *r = g_ptr_array_index(packets, first + i);
            uint64_t bits = 8 * weft_wire_bytes(setup->network, r->frame_bytes);
            weft_ps at_ps = release_ps(setup, written_ps(setup, r), i, n);
            if (shapes)
                at_ps = begins_at(&shaper, at_ps, bits);
            at_ps = begins_at(&link, at_ps, bits);
            g_assert_cmpuint(r->tx_ps, ==, at_ps);
            g_assert_cmpuint(r->sent_ps, ==, (weft_ps)(link.free / link_bps));
        }
    }
}

/* One application, one queue, a ring for all, and nothing costs a cycle. */
static void instants_are_exact(struct lab *lab, GRand *rand)
{
    lab_pace_random(lab, rand);
    lab->setup.write.axes.queues = weft_queue_kinds[0];
    for (guint i = 0; i < lab->stream->len; i++)
        lab_stream(lab, i)->application = 0;
    for (guint i = 0; i < lab->server->len; i++) {
        lab_server(lab, i)->applications = 1;
        lab_server(lab, i)->profile = &weft_profile_free;
        lab_server(lab, i)->ring_slots = MANY_SLOTS;
    }
    struct recorder *recorder = lab_record(lab, false);
    const struct weft_setup *setup = lab_setup(lab);
    for (uint32_t server = 0; server < setup->servers; server++) {
        GPtrArray *packets = packets_of(recorder, setup, server, 0);
        check_instants(setup, packets, setup->server[server].link_bps);
        g_assert_cmpuint(recorder_counters(recorder, server)->overruns, ==, 0);
        g_ptr_array_unref(packets);
    }
    recorder_free(recorder);
}

/* A bucket of one frame: what begins from the start of packet i until before that of packet j, i < j, is at most rate times
 * the time between, but for the picosecond that an instant is rounded by. With B(i) bits before packet i and t(i) its start:
 * B(j) - rate t(j) <= the least B(i) - rate t(i) so far + rate picoseconds. */
static void assert_conforms(const GArray *record, const struct weft_setup *setup, uint32_t server)
{
    const weft_i128 rate = setup->write.pacing_argument;
    weft_i128 bits = 0, least = 0;
    bool any = false;
    for (guint i = 0; i < record->len; i++) {
        const struct record *r = &g_array_index(record, struct record, i);
        if (setup->stream[r->stream].server != server)
            continue;
        weft_i128 balance = bits * WEFT_PS_PER_S - rate * r->tx_ps;
        if (any)
            g_assert_true(balance <= least + rate);
        least = any && least < balance ? least : balance;
        any = true;
        bits += 8 * weft_wire_bytes(setup->network, r->frame_bytes);
    }
}

/* Whatever else paces or disturbs it: small rings, slow cores, several applications and queues. */
static void rate_is_never_exceeded(struct lab *lab, GRand *rand)
{
    do
        lab_pace_random(lab, rand);
    while (!lab->setup.write.axes.pacing->shapes);
    if (g_rand_boolean(rand))
        lab->setup.write.axes.queues = weft_queue_kinds[1];
    struct recorder *recorder = lab_record(lab, false);
    const struct weft_setup *setup = lab_setup(lab);
    for (uint32_t server = 0; server < setup->servers; server++)
        assert_conforms(recorder->record, setup, server);
    recorder_free(recorder);
}

/* Packets of an application go out in the order in which they are written, so that their places in the interval are known. */
static void slices_are_never_early(struct lab *lab, GRand *rand)
{
    do
        lab_pace_random(lab, rand);
    while (!lab->setup.write.axes.pacing->slices);
    lab->setup.write.axes.queues = weft_queue_kinds[0];
    struct recorder *recorder = lab_record(lab, false);
    const struct weft_setup *setup = lab_setup(lab);
    for (uint32_t server = 0; server < setup->servers; server++)
        for (uint32_t a = 0; a < setup->server[server].applications; a++) {
            GPtrArray *packets = packets_of(recorder, setup, server, a);
            for (guint first = 0, n; first < packets->len; first += n) {
                n = of_interval(packets, setup, first);
                for (guint i = 0; i < n; i++) {
                    const struct record *r = g_ptr_array_index(packets, first + i);
                    g_assert_cmpuint(r->tx_ps, >=, release_ps(setup, written_ps(setup, r), i, n));
                }
            }
            g_ptr_array_unref(packets);
        }
    recorder_free(recorder);
}

static void assert_same_order(const GPtrArray *packets, const GPtrArray *others)
{
    g_assert_cmpuint(packets->len, ==, others->len);
    for (guint i = 0; i < packets->len; i++) {
        const struct record *r = g_ptr_array_index(packets, i), *other = g_ptr_array_index(others, i);
        g_assert_cmpuint(r->stream, ==, other->stream);
        g_assert_cmpuint(r->number, ==, other->number);
        g_assert_cmpuint(r->deliveries, ==, 1);
        g_assert_cmpuint(other->deliveries, ==, 1);
    }
}

/* So R16 holds with pacing where it holds without. */
static void order_is_that_without_pacing(struct lab *lab, GRand *rand)
{
    do
        lab_pace_random(lab, rand);
    while (lab->setup.write.axes.pacing->at_packet_times);
    lab->setup.write.axes.queues = weft_queue_kinds[0];
    struct recorder *paced = lab_record(lab, false);
    lab_pace(lab, "none", 0);
    struct recorder *plain = lab_record(lab, false);
    const struct weft_setup *setup = lab_setup(lab);
    for (uint32_t server = 0; server < setup->servers; server++)
        for (uint32_t a = 0; a < setup->server[server].applications; a++) {
            GPtrArray *packets = packets_of(paced, setup, server, a),
                      *others = packets_of(plain, setup, server, a);
            assert_same_order(packets, others);
            g_ptr_array_unref(packets);
            g_ptr_array_unref(others);
        }
    recorder_free(paced);
    recorder_free(plain);
}

int main(int argc, char **argv)
{
    static check *const checks[] = {instants_are_exact, rate_is_never_exceeded, slices_are_never_early,
                                    order_is_that_without_pacing};
    static const char *const names[] = {"instants-are-exact", "rate-is-never-exceeded",
                                        "slices-are-never-early", "order-is-that-without-pacing"};
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
        char *path = g_strdup_printf("/property/pacing/%s", names[i]);
        g_test_add_data_func(path, &checks[i], on_random_scenarios);
        g_free(path);
    }
    return g_test_run();
}
