/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Places of the descriptor ring: whoever reserves, rings and completes in whatever order, no two packets lie at one place,
 * and the NIC sees them in the order of the doorbells. The test keeps its own book of every place. */

#include "weft/ring.h"

#include <glib.h>

enum { DRIVERS = 3, MOST_SLOTS = 40, STEPS = 3000 };

/* What the book says of a place. */
enum { FREE, RESERVED, RUNG };

struct book {
    struct weft_ring *ring;
    uint32_t slots;
    uint8_t state[MOST_SLOTS];
    uint32_t place[DRIVERS][MOST_SLOTS], pending[DRIVERS]; /* reserved, not yet rung */
    GArray *in_flight; /* rung, not completed, in the order of the doorbells */
    uint64_t rung;
};

static void reserve(struct book *book, guint driver)
{
    uint32_t most = weft_ring_free_slots(book->ring);
    if (book->pending[driver] > 0)
        return;
    uint32_t n = (uint32_t)g_test_rand_int_range(0, (gint)most + 1), *place = book->place[driver];
    weft_ring_reserve(book->ring, place, n);
    for (uint32_t i = 0; i < n; i++) {
        g_assert_cmpuint(place[i], <, book->slots);
        g_assert_cmpint(book->state[place[i]], ==, FREE);
        book->state[place[i]] = RESERVED;
    }
    book->pending[driver] = n;
}

static void ring_doorbell(struct book *book, guint driver)
{
    uint32_t n = book->pending[driver];
    weft_ring_put(book->ring, book->place[driver], n);
    for (uint32_t i = 0; i < n; i++, book->rung++) {
        uint32_t place = book->place[driver][i];
        g_assert_cmpuint(weft_ring_place(book->ring, book->rung), ==, place);
        g_assert_cmpint(book->state[place], ==, RESERVED);
        book->state[place] = RUNG;
        g_array_append_val(book->in_flight, place);
    }
    g_assert_cmpuint(weft_ring_rung(book->ring), ==, book->rung);
    book->pending[driver] = 0;
}

/* One queue: some of those that were rung first. */
static void complete_first(struct book *book)
{
    uint32_t n = (uint32_t)g_test_rand_int_range(0, (gint)book->in_flight->len + 1);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t place = g_array_index(book->in_flight, uint32_t, i);
        g_assert_cmpuint(weft_ring_place(book->ring, weft_ring_completed(book->ring) + i), ==, place);
        book->state[place] = FREE;
    }
    g_array_remove_range(book->in_flight, 0, n);
    weft_ring_complete_first(book->ring, n);
}

/* Several queues: some of those in flight, anywhere. */
static void complete(struct book *book)
{
    uint32_t place[MOST_SLOTS], n = 0;
    while (book->in_flight->len > 0 && g_test_rand_int_range(0, 4) > 0) {
        guint at = (guint)g_test_rand_int_range(0, (gint)book->in_flight->len);
        place[n] = g_array_index(book->in_flight, uint32_t, at);
        book->state[place[n++]] = FREE;
        g_array_remove_index(book->in_flight, at);
    }
    weft_ring_complete(book->ring, place, n);
}

static void places_are_held_once(void)
{
    for (int round = 0; round < 60; round++) {
        struct book book = {.slots = (uint32_t)g_test_rand_int_range(1, MOST_SLOTS + 1),
                            .in_flight = g_array_new(FALSE, FALSE, sizeof(uint32_t))};
        book.ring = weft_ring_new(book.slots, false);
        for (int step = 0; step < STEPS; step++) {
            guint driver = (guint)g_test_rand_int_range(0, DRIVERS),
                  what = (guint)g_test_rand_int_range(0, 3);
            if (what == 0)
                reserve(&book, driver);
            else if (what == 1)
                ring_doorbell(&book, driver);
            else if (round % 2)
                complete_first(&book);
            else
                complete(&book);
            uint32_t pending = 0;
            for (guint d = 0; d < DRIVERS; d++)
                pending += book.pending[d];
            g_assert_cmpuint(weft_ring_free_slots(book.ring), ==, book.slots - pending - book.in_flight->len);
        }
        g_assert_cmpuint(book.rung, >, 0);
        g_array_unref(book.in_flight);
        weft_ring_free(book.ring);
    }
}

/* One driver, and a NIC that sends in order: number k lies at place k modulo slots, and no list is ever written. */
static void places_go_round(void)
{
    for (int round = 0; round < 60; round++) {
        const uint32_t slots = (uint32_t)g_test_rand_int_range(1, MOST_SLOTS + 1);
        struct weft_ring *ring = weft_ring_new(slots, false);
        for (uint64_t at = 0, step = 0; step < 200; step++) {
            uint32_t place[MOST_SLOTS];
            uint32_t n = (uint32_t)g_test_rand_int_range(0, (gint)weft_ring_free_slots(ring) + 1);
            weft_ring_reserve(ring, place, n);
            weft_ring_put(ring, place, n);
            for (uint32_t i = 0; i < n; i++, at++) {
                g_assert_cmpuint(place[i], ==, at % slots);
                g_assert_cmpuint(weft_ring_place(ring, at), ==, place[i]);
            }
            uint32_t sent = (uint32_t)(weft_ring_rung(ring) - weft_ring_completed(ring));
            weft_ring_complete_first(ring, (uint32_t)g_test_rand_int_range(0, (gint)sent + 1));
            g_assert_true(ring->in_turn);
        }
        weft_ring_free(ring);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ring/places-are-held-once", places_are_held_once);
    g_test_add_func("/ring/places-go-round", places_go_round);
    return g_test_run();
}
