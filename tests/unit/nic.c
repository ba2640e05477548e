/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A NIC with one queue, three times over with the same packets: over a ring whose places go round, so that stretches are
 * sent and instants added up; over one that has seen a launch time, so that every packet is looked at; and over one whose
 * places do not go round. Instants of all are those of exact rationals over the rate, and interrupts are the same. */

#include "driver/ring.h"
#include "driver/rows.h"
#include "host/server.h"

#include <glib.h>

enum { NICS = 3, IN_TURN = 0, LAUNCHES = 1, SHUFFLED = 2, MOST_SLOTS = 90, PIECES = 120 };

struct bench {
    struct weft_nic nic[NICS];
    uint64_t rate_bps;
    weft_u128 end; /* of the last packet, in 1 / rate ps */
    uint32_t sent;
};

static void begin(struct bench *bench, uint32_t slots)
{
    static const struct weft_interrupt *const interrupts[] = {
        &weft_interrupt_per_packet, &weft_interrupt_coalesced, &weft_interrupt_last_packet,
        &weft_interrupt_threshold, &weft_interrupt_polled};
    static const uint64_t rates_bps[] = {1000000000, 10000000000, 99999989, 2500000000, 7919, 40000000003};
    bench->rate_bps = rates_bps[g_test_rand_int_range(0, G_N_ELEMENTS(rates_bps))];
    const struct weft_server server = {.link_bps = bench->rate_bps,
                                       .ring_slots = slots,
                                       .interrupts_per_s = 20000,
                                       .interrupt_delay_ps = 50000000,
                                       .applications = 1};
    const struct weft_method axes = {.interrupt = interrupts[g_test_rand_int_range(0, 5)],
                                     .queues = &weft_queues_one,
                                     .pacing = &weft_pacing_none};
    for (int i = 0; i < NICS; i++)
        weft_nic_init(&bench->nic[i],
                      &(struct weft_nic_params){.network = &weft_network_ethernet,
                                                .server = &server,
                                                .axes = &axes,
                                                .interrupt_argument = 3,
                                                .streams = &(struct weft_subset){.members = 1}});
    bench->nic[LAUNCHES].ring->launches = true;
}

/* Two pieces of a packet each, reserved in one order and rung in the other: the places of this ring never go round again. */
static void shuffle(struct weft_nic *nic)
{
    uint32_t first, second;
    weft_ring_reserve(nic->ring, &first, 1);
    weft_ring_reserve(nic->ring, &second, 1);
    nic->ring->frame_bytes[first] = nic->ring->frame_bytes[second] = 64;
    weft_ring_put(nic->ring, &second, 1);
    weft_nic_doorbell(nic, 0, 0);
    weft_ring_put(nic->ring, &first, 1);
    weft_nic_doorbell(nic, 0, 0);
    g_assert_false(nic->ring->in_turn);
}

static void ring_piece(struct weft_nic *nic, const uint32_t *frame_bytes, uint32_t n, uint8_t marks,
                       bool last, weft_ps now_ps)
{
    uint32_t place[MOST_SLOTS];
    weft_ring_reserve(nic->ring, place, n);
    for (uint32_t i = 0; i < n; i++) {
        nic->ring->frame_bytes[place[i]] = frame_bytes[i];
        nic->ring->marks[place[i]] = marks | (last && i + 1 == n ? WEFT_SLOT_LAST_OF_CALL : 0);
    }
    weft_ring_put(nic->ring, place, n);
    weft_nic_doorbell(nic, 0, now_ps);
}

/* The last `n` packets of every NIC have the instants of the rationals. */
static void assert_instants(struct bench *bench, const uint32_t *frame_bytes, uint32_t n, weft_ps now_ps)
{
    for (uint32_t i = 0; i < n; i++) {
        const weft_u128 at = (weft_u128)now_ps * bench->rate_bps, start = at > bench->end ? at : bench->end;
        bench->end = start + (weft_u128)8 * (frame_bytes[i] + bench->nic[0].gap_bytes) * WEFT_PS_PER_S;
        for (int k = 0; k < NICS; k++) {
            const struct weft_nic *nic = &bench->nic[k];
            const uint64_t number = nic->scheduled - n + i;
            g_assert_cmpuint(nic->tx_ps[number & nic->mask], ==, (uint64_t)(start / bench->rate_bps));
            g_assert_cmpuint(nic->done_ps[number & nic->mask], ==, (uint64_t)(bench->end / bench->rate_bps));
        }
    }
}

/* What is due by now is taken and retired: as many packets as there are whose instants say so. */
static void pass(struct weft_nic *nic, weft_ps now_ps)
{
    uint64_t first, n, due = nic->taken;
    while (due < nic->scheduled && nic->tx_ps[due & nic->mask] <= now_ps)
        due++;
    while ((n = weft_nic_take(nic, now_ps, WEFT_TRAIN, &first)) > 0) {
        g_assert_cmpuint(first + n, ==, nic->taken);
        while (n > 0) {
            uint64_t beside = n;
            const uint32_t *place = weft_nic_places(nic, first, &beside);
            for (uint64_t i = 0; i < beside; i++)
                g_assert_cmpuint(place[i], ==, weft_ring_place(nic->ring, first + i));
            first += beside;
            n -= beside;
        }
    }
    g_assert_cmpuint(nic->taken, ==, due);
    weft_nic_retire(nic, now_ps);
    due = weft_ring_completed(nic->ring);
    g_assert_true(due == nic->scheduled || nic->done_ps[due & nic->mask] > now_ps);
    const bool kept =
        due > 0 && nic->scheduled - due <= nic->mask; /* the instant of the last one that was retired */
    g_assert_true(!kept || nic->done_ps[(due - 1) & nic->mask] <= now_ps);
}

static void assert_same_interrupts(struct bench *bench, weft_ps now_ps)
{
    for (weft_ps at_ps; (at_ps = weft_nic_next_interrupt(&bench->nic[0])) <= now_ps;) {
        bool counted = weft_nic_interrupt(&bench->nic[0]);
        for (int k = 1; k < NICS; k++) {
            g_assert_cmpuint(weft_nic_next_interrupt(&bench->nic[k]), ==, at_ps);
            g_assert_cmpint(weft_nic_interrupt(&bench->nic[k]), ==, counted);
        }
    }
    for (int k = 1; k < NICS; k++)
        g_assert_cmpuint(weft_nic_next_interrupt(&bench->nic[k]), ==,
                         weft_nic_next_interrupt(&bench->nic[0]));
}

/* A piece of some packets, mostly like the one before, that is rung at `now_ps`. */
static void write_piece(struct bench *bench, weft_ps now_ps)
{
    uint32_t frame_bytes[MOST_SLOTS], most = weft_ring_free_slots(bench->nic[0].ring);
    uint32_t n = (uint32_t)g_test_rand_int_range(0, (gint)most + 1);
    for (int k = 0; k < NICS; k++)
        n = MIN(n, weft_ring_free_slots(bench->nic[k].ring));
    for (uint32_t i = 0; i < n; i++)
        frame_bytes[i] = i > 0 && g_test_rand_int_range(0, 6) > 0 ? frame_bytes[i - 1]
                                                                  : (uint32_t)g_test_rand_int_range(64, 1519);
    if (n == 0)
        return;
    const uint8_t marks = g_test_rand_bit() ? WEFT_SLOT_COUNTED : 0;
    const bool last = g_test_rand_bit();
    for (int k = 0; k < NICS; k++)
        ring_piece(&bench->nic[k], frame_bytes, n, marks, last, now_ps);
    assert_instants(bench, frame_bytes, n, now_ps);
    bench->sent += n;
}

static void stretches_and_single_packets_are_the_same(void)
{
    uint32_t sent = 0;
    for (int round = 0; round < 150; round++) {
        struct bench bench = {.sent = 0};
        begin(&bench, (uint32_t)g_test_rand_int_range(2, MOST_SLOTS + 1));
        const weft_ps packet_ps = weft_duration_up(12304, bench.rate_bps);
        /* the shuffled ring has sent two packets more: long before the others begin */
        weft_ps now_ps = 10 * packet_ps + 1000000000;
        shuffle(&bench.nic[SHUFFLED]);
        pass(&bench.nic[SHUFFLED], now_ps);
        while (weft_nic_next_interrupt(&bench.nic[SHUFFLED]) != WEFT_NEVER)
            weft_nic_interrupt(&bench.nic[SHUFFLED]);
        for (int piece = 0; piece < PIECES; piece++) {
            now_ps +=
                (weft_ps)g_test_rand_int_range(0, 5) * packet_ps * (uint64_t)g_test_rand_int_range(0, 9);
            for (int k = 0; k < NICS; k++)
                pass(&bench.nic[k], now_ps);
            assert_same_interrupts(&bench, now_ps);
            write_piece(&bench, now_ps);
        }
        g_assert_true(bench.nic[IN_TURN].ring->in_turn);
        sent += bench.sent;
        for (int k = 0; k < NICS; k++)
            weft_nic_clear(&bench.nic[k]);
    }
    g_assert_cmpuint(sent, >, 10000);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/nic/stretches-and-single-packets-are-the-same",
                    stretches_and_single_packets_are_the_same);
    return g_test_run();
}
