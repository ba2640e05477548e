/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parts of the network of back end simgrid-packet, each by itself: agenda, line, packets and queues, rules. */

#include "simgrid-packet/agenda.h"
#include "simgrid-packet/line.h"
#include "simgrid-packet/packets.h"
#include "simgrid-packet/rules.h"

#include <glib.h>
#include <string.h>

/* --- agenda --- */

static gint compare_events(gconstpointer a, gconstpointer b)
{
    const struct hop_event *x = a, *y = b;
    if (x->at_ps != y->at_ps)
        return x->at_ps < y->at_ps ? -1 : 1;
    return x->rank < y->rank ? -1 : x->rank > y->rank;
}

/* Puts and takes as they come, against a list that is sorted anew each time. Few instants, so that ranks decide. */
static void test_agenda(void)
{
    struct hop_agenda agenda = {0};
    g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct hop_event));
    guint most = 0;
    for (uint32_t i = 0; i < 4000; i++) {
        bool fills = i / 500 % 2 == 0; /* now it grows, now it shrinks */
        if (list->len == 0 || g_test_rand_int_range(0, 4) < (fills ? 3 : 1)) {
            const struct hop_event event = {(weft_ps)g_test_rand_int_range(0, 20), i};
            hop_agenda_put(&agenda, event.at_ps, event.rank);
            g_array_append_val(list, event);
            continue;
        }
        most = MAX(most, list->len);
        g_array_sort(list, compare_events);
        const struct hop_event first = g_array_index(list, struct hop_event, 0);
        g_assert_true(hop_agenda_is_due(&agenda, first));
        g_assert_false(hop_agenda_is_due(&agenda, (struct hop_event){first.at_ps, first.rank - 1}) &&
                       first.rank > 0);
        const struct hop_event taken = hop_agenda_take(&agenda);
        g_assert_cmpint(compare_events(&taken, &first), ==, 0);
        g_array_remove_index(list, 0);
    }
    g_assert_cmpuint(most, >, 100);
    g_assert_cmpuint(agenda.n, ==, list->len);
    hop_agenda_clear(&agenda);
    g_assert_false(hop_agenda_is_due(&(struct hop_agenda){0}, (struct hop_event){WEFT_NEVER, UINT32_MAX}));
}

/* --- line --- */

/* What was sent without a pause since it began, as one fraction: nothing is ever rounded. */
struct exact {
    weft_ps begin_ps;
    weft_u128 bits;
};

static weft_ps exact_end_ps(const struct exact *exact, uint64_t bps)
{
    return exact->begin_ps + (weft_ps)(exact->bits * WEFT_PS_PER_S / bps);
}

static void test_line(void)
{
    guint idle = 0, touching = 0, busy = 0;
    for (int run = 0; run < 200; run++) {
        uint64_t bps = run == 0 ? WEFT_PS_PER_S
                                : (uint64_t)g_test_rand_int_range(1000, G_MAXINT32) *
                                      (uint64_t)g_test_rand_int_range(1, 460);
        struct hop_line line = {.bps = bps};
        struct exact exact = {0};
        for (int i = 0; i < 50; i++) {
            uint32_t bits = 8 * (uint32_t)g_test_rand_int_range(1, 2000);
            weft_ps end_ps = exact_end_ps(&exact, bps), ready_ps = end_ps;
            int how = g_test_rand_int_range(0, 4);
            if (how == 0)
                ready_ps += (weft_ps)g_test_rand_int_range(1, 3);
            if (how == 1)
                ready_ps -= MIN(ready_ps, (weft_ps)g_test_rand_int_range(1, 1000000));
            idle += how == 0;
            touching += how > 1;
            busy += how == 1;
            if (ready_ps > end_ps)
                exact = (struct exact){.begin_ps = ready_ps};
            exact.bits += bits;
            g_assert_cmpuint(hop_line_send(&line, ready_ps, bits), ==, exact_end_ps(&exact, bps));
        }
    }
    g_assert_cmpuint(MIN(MIN(idle, touching), busy), >, 1000);
}

/* 3 bits a second: a bit takes 333,333,333,333 1/3 ps, three of them a second. */
static void test_line_keeps_rest(void)
{
    struct hop_line line = {.bps = 3};
    g_assert_cmpuint(hop_line_send(&line, 0, 1), ==, 333333333333);
    g_assert_cmpuint(hop_line_send(&line, 333333333333, 1), ==, 666666666666);
    g_assert_cmpuint(hop_line_send(&line, 0, 1), ==, WEFT_PS_PER_S);
    g_assert_cmpuint(hop_line_send(&line, WEFT_PS_PER_S + 1, 1), ==, WEFT_PS_PER_S + 333333333334);
    struct hop_line most = {.bps = 1000};
    g_assert_cmpuint(hop_line_send(&most, 7, HOP_MOST_BITS), ==, UINT64_C(16777216000000007));
}

/* --- packets --- */

/* Queues of one pool against GQueues; a slot is never in two of them. */
static void test_packets(void)
{
    enum { QUEUES = 3 };
    struct hop_packets packets;
    struct hop_queue queue[QUEUES];
    GQueue *expected[QUEUES];
    uint64_t sent = 0;
    hop_packets_init(&packets);
    for (int q = 0; q < QUEUES; q++) {
        queue[q] = hop_queue_empty;
        expected[q] = g_queue_new();
    }
    for (int i = 0; i < 5000; i++) {
        int q = g_test_rand_int_range(0, QUEUES);
        if (g_test_rand_int_range(0, 5) < (i < 2500 ? 3 : 2)) {
            uint32_t packet = hop_packets_new(&packets);
            hop_packet_at(&packets, packet)->place = ++sent;
            hop_queue_append(&queue[q], &packets, packet);
            g_queue_push_tail(expected[q], GSIZE_TO_POINTER(sent));
            continue;
        }
        g_assert_true((queue[q].first == HOP_NOBODY) == g_queue_is_empty(expected[q]));
        if (g_queue_is_empty(expected[q]))
            continue;
        uint32_t packet = hop_queue_take(&queue[q], &packets);
        g_assert_cmpuint(hop_packet_at(&packets, packet)->place, ==,
                         GPOINTER_TO_SIZE(g_queue_pop_head(expected[q])));
        hop_packets_free(&packets, packet);
    }
    g_assert_cmpuint(packets.slots, >, 256); /* it has grown */
    for (int q = 0; q < QUEUES; q++)
        g_queue_free(expected[q]);
    hop_packets_clear(&packets);
}

/* --- rules --- */

static struct hop_rules read_rules(struct weft_port_rules rules)
{
    struct hop_rules out;
    struct weft_error error = {""};
    if (hop_rules_read(&rules, "s", &out, &error) != WEFT_OK)
        g_error("%s", error.text);
    return out;
}

/* Any one but the last of a table. */
#define SOME(table) (table)[g_test_rand_int_range(0, (gint32)G_N_ELEMENTS(table))]

/* This back end's rules and the model's say the same, at every row of the tables, on bounds and near them. They have no
 * code in common, so a row that is missing here or means something else shows. */
static void check_room(const struct weft_buffer *buffer, const struct weft_buffer *sharing, guint *taken)
{
    static const uint64_t sizes[] = {0, 1, 63, 64, 65, 1000, 1518, 4096, 65535};
    const struct weft_port_rules port = {.buffer = buffer,
                                         .sharing = sharing,
                                         .memory = {.limit = 1 + SOME(sizes),
                                                    .cell_bytes = (uint32_t)(1 + SOME(sizes)),
                                                    .shared_bytes = SOME(sizes),
                                                    .reserved_bytes = SOME(sizes),
                                                    .alpha_num = (uint32_t)(1 + SOME(sizes)),
                                                    .alpha_den = (uint32_t)(1 + SOME(sizes))}};
    const struct hop_rules rules = read_rules(port);
    uint64_t frame_bytes = 1 + SOME(sizes);
    uint64_t stored_bytes = hop_stored_bytes(&rules, frame_bytes);
    g_assert_cmpuint(stored_bytes, ==, weft_stored_bytes(port.memory.cell_bytes, frame_bytes));
    const struct weft_buffer_use use = {.packets = SOME(sizes),
                                        .bytes = SOME(sizes),
                                        .pool_bytes = MIN(SOME(sizes), port.memory.shared_bytes)};
    bool model = (!buffer || !buffer->accepts || buffer->accepts(&port.memory, &use, stored_bytes)) &&
                 (!sharing || sharing->accepts(&port.memory, &use, stored_bytes));
    const struct hop_use own = {use.packets, use.bytes, use.pool_bytes};
    g_assert_true(hop_has_room(&rules, &own, stored_bytes) == model);
    taken[model]++;
}

static void test_room(void)
{
    for (size_t b = 0; weft_buffers[b]; b++)
        for (size_t s = 0; s == 0 || weft_sharings[s - 1]; s++) {
            const struct weft_buffer *sharing = s == 0 ? NULL : weft_sharings[s - 1];
            guint taken[2] = {0};
            for (int i = 0; i < 5000; i++)
                check_room(weft_buffers[b], sharing, taken);
            g_assert_cmpuint(taken[true], >, 50);
            g_assert_true(taken[false] > 50 || (!weft_buffers[b]->accepts && !sharing));
        }
}

/* 1,000 bytes from 0 to 3,000 ps: a byte leaves each 3 ps, and counts until it has left. */
static void test_left(void)
{
    const struct hop_rules held = read_rules((struct weft_port_rules){.accounting = weft_accountings[0]});
    const struct hop_rules fluid = read_rules((struct weft_port_rules){.accounting = weft_accountings[1]});
    static const struct {
        weft_ps now_ps;
        uint64_t bytes;
    } cases[] = {{0, 1000}, {1, 1000}, {2, 1000}, {3, 999}, {4, 999}, {1500, 500}, {2997, 1}, {2999, 1}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_cmpuint(hop_left_bytes(&fluid, 1000, 50, 3050, 50 + cases[i].now_ps), ==, cases[i].bytes);
        g_assert_cmpuint(hop_left_bytes(&held, 1000, 50, 3050, 50 + cases[i].now_ps), ==, 1000);
    }
}

/* 1,518 bytes at 1 Gbit/s: 1,454 of them come after the first 64, in 11.632 us. */
static void test_enter(void)
{
    const uint64_t gbps = 1000000000;
    const struct hop_rules stores = read_rules((struct weft_port_rules){.forwarding = weft_forwardings[0]});
    const struct hop_rules cuts = read_rules((struct weft_port_rules){.forwarding = weft_forwardings[1]});
    g_assert_cmpuint(hop_enter(&stores, 1518, gbps, gbps, 99999999), ==, 99999999);
    g_assert_cmpuint(hop_enter(&cuts, 1518, gbps, gbps, 99999999), ==, 99999999 - 11632000);
    g_assert_cmpuint(hop_enter(&cuts, 1518, gbps, gbps / 10, 99999999), ==, 99999999 - 11632000);
    g_assert_cmpuint(hop_enter(&cuts, 1518, gbps, gbps + 1, 99999999), ==, 99999999);
    g_assert_cmpuint(hop_enter(&cuts, 64, gbps, gbps, 99999999), ==, 99999999);
    /* 8 bits at 3 bit/s: 2,666,666,666,666 2/3 ps, rounded down, so that it is not there too early. */
    g_assert_cmpuint(hop_enter(&cuts, 65, 3, 3, UINT64_C(3000000000000)), ==, UINT64_C(333333333334));
}

/* Rows that are in no table: a rule that a program brings is refused with its name and the switch's. */
static void test_unknown(void)
{
    static const struct weft_buffer buffer = {.name = "mine"};
    static const struct weft_accounting accounting = {.name = "mine"};
    static const struct weft_forwarding forwarding = {.name = "mine"};
    static const struct weft_scheduler scheduler = {.name = "mine"};
    static const struct {
        struct weft_port_rules rules;
        const char *what;
    } cases[] = {
        {{.buffer = &buffer}, "buffer 'mine' is not known; allowed: unlimited, bytes, packets, cells"},
        {{.sharing = &buffer}, "sharing 'mine' is not known; allowed: dynamic, complete"},
        {{.accounting = &accounting}, "accounting 'mine' is not known; allowed: held, fluid"},
        {{.forwarding = &forwarding},
         "forwarding 'mine' is not known; allowed: store-and-forward, cut-through"},
        {{.scheduler = &scheduler}, "scheduler 'mine' is not known; allowed: fifo, priority"}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct hop_rules out;
        struct weft_error error = {""};
        g_assert_cmpint(hop_rules_read(&cases[i].rules, "core", &out, &error), ==, WEFT_INVALID);
        g_assert_nonnull(strstr(error.text, "switch core"));
        g_assert_nonnull(strstr(error.text, cases[i].what));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hop/agenda", test_agenda);
    g_test_add_func("/hop/line", test_line);
    g_test_add_func("/hop/line-keeps-rest", test_line_keeps_rest);
    g_test_add_func("/hop/packets", test_packets);
    g_test_add_func("/hop/room", test_room);
    g_test_add_func("/hop/left", test_left);
    g_test_add_func("/hop/enter", test_enter);
    g_test_add_func("/hop/unknown", test_unknown);
    return g_test_run();
}
