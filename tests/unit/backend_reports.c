/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packets' ways told one by one become the trains that weft/train.h promises. */

#include "common/reports.h"
#include "lab.h"
#include "metrics_setup.h"
#include "weft/reference.h"

#include <string.h>

/* What an observer heard, in order. */
struct heard {
    enum weft_point point;
    uint32_t port, outcome, stream;
    uint64_t packet;
    weft_ps at_ps, enter_ps, done_ps;
};

struct bench {
    struct test_setup with;
    struct weft_watch watch[2]; /* the second one hears nothing */
    struct weft_reports *reports;
    GArray *heard;
    uint32_t trains;
};

static void hear(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct bench *bench = ctx;
    g_assert_cmpuint(node, ==, 0);
    g_assert_cmpuint(train->n, >, 0);
    g_assert_cmpuint(train->n, <=, WEFT_TRAIN);
    bench->trains++;
    for (uint32_t i = 0; i < train->n; i++) {
        bool device = point == WEFT_AT_DEVICE;
        const struct heard heard = {.point = point,
                                    .port = device ? 0 : train->port[i],
                                    .outcome = train->outcome[i],
                                    .stream = train->stream[i],
                                    .packet = train->packet[i],
                                    .at_ps = train->at_ps[i],
                                    .enter_ps = device ? 0 : train->enter_ps[i],
                                    .done_ps = train->done_ps[i]};
        g_array_append_val(bench->heard, heard);
    }
}

static void set_up(struct bench *bench, gconstpointer data)
{
    (void)data;
    test_setup_init(&bench->with);
    bench->heard = g_array_new(FALSE, FALSE, sizeof(struct heard));
    bench->watch[0] = (struct weft_watch){.ctx = bench, .packets = hear};
    bench->watch[1] = (struct weft_watch){.ctx = NULL};
    bench->reports = weft_reports_new(&bench->with.setup, bench->watch, 2);
}

static void tear_down(struct bench *bench, gconstpointer data)
{
    (void)data;
    weft_reports_free(bench->reports);
    g_array_unref(bench->heard);
}

/* Packet `packet` of a stream with this number modulo the streams; last bit in at `at_ps`. */
static uint64_t enter(struct bench *bench, uint64_t packet, uint32_t port, weft_ps at_ps)
{
    const struct weft_hop hop = {.packet = packet,
                                 .stream = (uint32_t)(packet % TEST_STREAMS),
                                 .number = (uint32_t)(packet / TEST_STREAMS),
                                 .payload_bytes = 1250,
                                 .frame_bytes = 1296,
                                 .port = port,
                                 .tx_ps = at_ps - 10,
                                 .at_ps = at_ps + 1,
                                 .enter_ps = at_ps};
    return weft_reports_enter(bench->reports, &hop);
}

/* The packets heard of at a point, as text. */
static char *names(const struct bench *bench, enum weft_point point)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < bench->heard->len; i++) {
        const struct heard *heard = &g_array_index(bench->heard, struct heard, i);
        if (heard->point == point)
            g_string_append_printf(text, "%s%" G_GUINT64_FORMAT, text->len ? " " : "", heard->packet);
    }
    return g_string_free(text, FALSE);
}

#define assert_names(bench, point, expected)                                                                 \
    do {                                                                                                     \
        g_autofree char *names_ = names((bench), (point));                                                   \
        g_assert_cmpstr(names_, ==, (expected));                                                             \
    } while (0)

/* Settled in another order than they came: told in the order in which they came, at each device as they arrived, and
 * nowhere before their switches. */
static void test_order(struct bench *bench, gconstpointer data)
{
    (void)data;
    uint64_t a = enter(bench, 10, 0, 100), b = enter(bench, 11, 1, 100), c = enter(bench, 12, 0, 150);
    weft_reports_left(bench->reports, c, 200); /* overtakes a */
    weft_reports_left(bench->reports, b, 180);
    weft_reports_arrived(bench->reports, b, 190);
    weft_reports_arrived(bench->reports, c, 210);
    weft_reports_left(bench->reports, a, 300);
    weft_reports_arrived(bench->reports, a, 310);
    g_assert_cmpuint(weft_reports_kept(bench->reports), ==, 3);
    g_assert_cmpuint(weft_reports_finish(bench->reports), ==, 0);
    g_assert_cmpuint(weft_reports_kept(bench->reports), ==, 0);
    assert_names(bench, WEFT_AT_SWITCH, "10 11 12");
    assert_names(bench, WEFT_AT_DEVICE, "11 12 10");
}

/* Columns at a switch and at a device. */
static void test_columns(struct bench *bench, gconstpointer data)
{
    (void)data;
    uint64_t place = enter(bench, 10, 0, 100);
    weft_reports_left(bench->reports, place, 300);
    weft_reports_arrived(bench->reports, place, 310);
    g_assert_cmpuint(weft_reports_finish(bench->reports), ==, 0);
    g_assert_cmpuint(bench->heard->len, ==, 2);
    const struct heard *first = &g_array_index(bench->heard, struct heard, 0);
    g_assert_cmpuint(first->point, ==, WEFT_AT_SWITCH);
    g_assert_cmpuint(first->at_ps, ==, 101);
    g_assert_cmpuint(first->enter_ps, ==, 100);
    g_assert_cmpuint(first->done_ps, ==, 300);
    const struct heard *last = &g_array_index(bench->heard, struct heard, 1);
    g_assert_cmpuint(last->point, ==, WEFT_AT_DEVICE);
    g_assert_cmpuint(last->at_ps, ==, 310);
    g_assert_cmpuint(last->done_ps, ==, 310);
}

/* What is lost is told at its switch in its turn, with the cause; what goes over a trunk, and background traffic before a
 * device, is never told at one. */
static void test_ends(struct bench *bench, gconstpointer data)
{
    (void)data;
    static const uint32_t outcomes[] = {WEFT_DROPPED_LINK, WEFT_DROPPED_BUFFER, WEFT_DROPPED_DEVICE,
                                        WEFT_DELIVERED,    WEFT_DELIVERED,      WEFT_DELIVERED};
    struct weft_reports *reports = bench->reports;
    uint64_t link = enter(bench, 0, 0, 10), full = enter(bench, 1, 1, 10), off = enter(bench, 2, 2, 10),
             trunk = enter(bench, 3, TEST_DEVICES, 10);
    const struct weft_hop hop = {.packet = 4, .stream = TEST_STREAMS, .port = 4, .enter_ps = 10, .at_ps = 10};
    uint64_t background = weft_reports_enter(reports, &hop), good = enter(bench, 5, 5, 10);
    weft_reports_left(reports, good, 70);
    weft_reports_arrived(reports, good, 75);
    weft_reports_left(reports, background, 60);
    weft_reports_arrived(reports, background, 65);
    weft_reports_left(reports, trunk, 50);
    weft_reports_left(reports, off, 40);
    weft_reports_lost(reports, off, WEFT_DROPPED_DEVICE);
    weft_reports_lost(reports, full, WEFT_DROPPED_BUFFER);
    weft_reports_lost(reports, link, WEFT_DROPPED_LINK);
    g_assert_cmpuint(weft_reports_finish(reports), ==, 0);
    assert_names(bench, WEFT_AT_SWITCH, "0 1 2 3 4 5");
    assert_names(bench, WEFT_AT_DEVICE, "5");
    for (guint i = 0; i < G_N_ELEMENTS(outcomes); i++) {
        const struct heard *heard = &g_array_index(bench->heard, struct heard, i);
        g_assert_cmpuint(heard->outcome, ==, outcomes[i]);
        g_assert_true((heard->done_ps == WEFT_NEVER) == (i < 2));
    }
}

/* One packet starves: all that came behind it are kept back, then told. */
static void test_starvation(struct bench *bench, gconstpointer data)
{
    (void)data;
    enum { MANY = 10000 };
    uint64_t starved = enter(bench, 0, 0, 1000);
    for (uint32_t i = 1; i <= MANY; i++) {
        uint64_t place = enter(bench, i, 1 + i % (TEST_DEVICES - 1), 1000 + i);
        weft_reports_left(bench->reports, place, 2000 + i);
        weft_reports_arrived(bench->reports, place, 2010 + i);
    }
    g_assert_cmpuint(bench->heard->len, ==, 0);
    g_assert_cmpuint(weft_reports_kept(bench->reports), ==, MANY + 1);
    weft_reports_left(bench->reports, starved, 50000);
    weft_reports_arrived(bench->reports, starved, 50000);
    g_assert_cmpuint(weft_reports_kept(bench->reports), <, WEFT_TRAIN);
    g_assert_cmpuint(weft_reports_finish(bench->reports), ==, 0);
    uint64_t next = 0;
    for (guint i = 0; i < bench->heard->len; i++) {
        const struct heard *heard = &g_array_index(bench->heard, struct heard, i);
        if (heard->point == WEFT_AT_SWITCH)
            g_assert_cmpuint(heard->packet, ==, next++);
        else
            g_assert_cmpuint(heard->packet, <, next);
    }
    g_assert_cmpuint(next, ==, MANY + 1);
    g_assert_cmpuint(bench->heard->len, ==, 2 * (MANY + 1));
}

/* However many go by, what is kept is what is on its way and less than a train; and trains are full. */
static void test_bounded(struct bench *bench, gconstpointer data)
{
    (void)data;
    enum { MANY = 200000, ON_THEIR_WAY = 50 };
    uint64_t place[ON_THEIR_WAY];
    for (uint32_t i = 0; i < MANY; i++) {
        if (i >= ON_THEIR_WAY) {
            weft_reports_left(bench->reports, place[i % ON_THEIR_WAY], 1000 + i);
            weft_reports_arrived(bench->reports, place[i % ON_THEIR_WAY], 1000 + i);
        }
        place[i % ON_THEIR_WAY] = enter(bench, i, i % TEST_DEVICES, 1000 + i);
        g_assert_cmpuint(weft_reports_kept(bench->reports), <=, ON_THEIR_WAY + WEFT_TRAIN);
    }
    g_assert_cmpuint(bench->trains, <=, 2 * (MANY / WEFT_TRAIN + 1));
    g_assert_cmpuint(weft_reports_finish(bench->reports), ==, ON_THEIR_WAY);
}

/* --- what `reference` reports, told again in the order of events --- */

struct event {
    weft_ps at_ps;
    guint tie; /* random, but for one hop's own order */
    guint hop;
    enum { ENTERS, LEAVES, ENDS } what;
};

struct hop_story {
    struct weft_hop hop;
    weft_ps done_ps;
    uint32_t outcome;
    uint64_t place;
};

struct story {
    GArray *hop;              /* struct hop_story, as reported at switches */
    GArray *switch_, *device; /* struct heard, likewise */
};

static void note(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct story *story = ctx;
    struct bench now = {.heard = point == WEFT_AT_SWITCH ? story->switch_ : story->device};
    if (point == WEFT_AT_SERVER)
        return;
    hear(&now, point, node, train);
    for (uint32_t i = 0; point == WEFT_AT_SWITCH && i < train->n; i++) {
        const struct hop_story hop = {.hop = {.packet = train->packet[i],
                                              .stream = train->stream[i],
                                              .number = train->number[i],
                                              .payload_bytes = train->payload_bytes[i],
                                              .frame_bytes = train->frame_bytes[i],
                                              .port = train->port[i],
                                              .tx_ps = train->tx_ps[i],
                                              .at_ps = train->at_ps[i],
                                              .enter_ps = train->enter_ps[i]},
                                      .done_ps = train->done_ps[i],
                                      .outcome = train->outcome[i]};
        g_array_append_val(story->hop, hop);
    }
}

static gint compare_events(gconstpointer a, gconstpointer b)
{
    const struct event *x = a, *y = b;
    if (x->at_ps != y->at_ps)
        return x->at_ps < y->at_ps ? -1 : 1;
    if (x->what == ENTERS && y->what == ENTERS)
        return x->hop < y->hop ? -1 : 1;
    if (x->hop == y->hop)
        return x->what < y->what ? -1 : 1;
    if (x->what == ENTERS || y->what == ENTERS) /* departures come first */
        return x->what == ENTERS ? 1 : -1;
    return x->tie != y->tie ? (x->tie < y->tie ? -1 : 1) : (x->hop < y->hop ? -1 : 1);
}

/* Each hop's events; `left` is told when it is done, or at random as early as it comes in. */
static GArray *events_of(const struct story *story, const struct weft_setup *setup, GRand *rand)
{
    GArray *events = g_array_new(FALSE, FALSE, sizeof(struct event));
    for (guint i = 0; i < story->hop->len; i++) {
        const struct hop_story *hop = &g_array_index(story->hop, struct hop_story, i);
        struct event event = {hop->hop.enter_ps, g_rand_int(rand), i, ENTERS};
        g_array_append_val(events, event);
        event.what = LEAVES;
        bool early = g_rand_boolean(rand);
        event.at_ps = hop->done_ps == WEFT_NEVER || early ? hop->hop.enter_ps + 1 : hop->done_ps;
        g_array_append_val(events, event);
        if (hop->hop.port < setup->devices && hop->done_ps != WEFT_NEVER) {
            event.what = ENDS;
            event.at_ps = hop->done_ps + setup->device[hop->hop.port].delay_ps;
            g_array_append_val(events, event);
        }
    }
    g_array_sort(events, compare_events);
    return events;
}

static void tell_event(struct weft_reports *reports, struct hop_story *hop, const struct event *event)
{
    if (event->what == ENTERS)
        hop->place = weft_reports_enter(reports, &hop->hop);
    else if (event->what == LEAVES && hop->done_ps != WEFT_NEVER)
        weft_reports_left(reports, hop->place, hop->done_ps);
    else if (event->what == ENDS && hop->outcome == WEFT_DELIVERED)
        weft_reports_arrived(reports, hop->place, event->at_ps);
    else
        weft_reports_lost(reports, hop->place, hop->outcome);
}

/* In order of time at each device: reports of different devices may come in another order. */
static GArray *of_device(const GArray *heard, const struct weft_setup *setup, uint32_t device)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(struct heard));
    for (guint i = 0; i < heard->len; i++) {
        const struct heard *at = &g_array_index(heard, struct heard, i);
        if (at->point == WEFT_AT_DEVICE && setup->stream[at->stream].device == device)
            g_array_append_val(all, *at);
    }
    return all;
}

static void compare_heard(const struct story *story, const GArray *heard, const struct weft_setup *setup)
{
    GArray *at_switch = g_array_new(FALSE, FALSE, sizeof(struct heard));
    for (guint i = 0; i < heard->len; i++)
        if (g_array_index(heard, struct heard, i).point == WEFT_AT_SWITCH)
            g_array_append_val(at_switch, g_array_index(heard, struct heard, i));
    assert_same_arrays(story->switch_, at_switch);
    g_array_unref(at_switch);
    for (uint32_t i = 0; i < setup->devices; i++) {
        GArray *expected = of_device(story->device, setup, i), *got = of_device(heard, setup, i);
        assert_same_arrays(expected, got);
        g_array_unref(expected);
        g_array_unref(got);
    }
}

static void replay(struct lab *lab, GRand *rand)
{
    struct story story = {g_array_new(FALSE, FALSE, sizeof(struct hop_story)),
                          g_array_new(FALSE, FALSE, sizeof(struct heard)),
                          g_array_new(FALSE, FALSE, sizeof(struct heard))};
    struct bench again = {.heard = g_array_new(FALSE, FALSE, sizeof(struct heard))};
    const struct weft_setup *setup = lab_setup(lab);
    const struct weft_watch noting = {.ctx = &story, .packets = note};
    g_assert_cmpint(weft_backend_reference.run(setup, &noting, 1, NULL), ==, WEFT_OK);
    again.watch[0] = (struct weft_watch){.ctx = &again, .packets = hear};
    again.reports = weft_reports_new(setup, again.watch, 1);
    GArray *events = events_of(&story, setup, rand);
    for (guint i = 0; i < events->len; i++) {
        const struct event *event = &g_array_index(events, struct event, i);
        tell_event(again.reports, &g_array_index(story.hop, struct hop_story, event->hop), event);
    }
    g_assert_cmpuint(weft_reports_finish(again.reports), ==, 0);
    g_assert_cmpuint(weft_reports_kept(again.reports), ==, 0);
    compare_heard(&story, again.heard, setup);
    weft_reports_free(again.reports);
    g_array_unref(events);
    g_array_unref(again.heard);
    g_array_unref(story.hop);
    g_array_unref(story.switch_);
    g_array_unref(story.device);
}

static void test_replay(void)
{
    GRand *rand = g_rand_new_with_seed((guint32)g_test_rand_int());
    for (int i = 0; i < 60; i++) {
        struct lab *lab = lab_random(rand);
        lab_spread(lab, rand);
        lab_classes(lab, rand);
        struct weft_port_rules *rules = &g_array_index(lab->switch_, struct weft_switch, 0).rules;
        if (g_rand_boolean(rand)) {
            rules->buffer = weft_buffers[2];
            rules->memory.limit = 3;
        }
        if (g_rand_boolean(rand))
            lab_device(lab, 0)->off_ps = lab->setup.duration_ps / 2;
        replay(lab, rand);
        lab_free(lab);
    }
    g_rand_free(rand);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(struct bench *, gconstpointer);
    } tests[] = {{"/reports/order", test_order},
                 {"/reports/columns", test_columns},
                 {"/reports/ends", test_ends},
                 {"/reports/starvation", test_starvation},
                 {"/reports/bounded", test_bounded}};
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, struct bench, NULL, set_up, tests[i].test, tear_down);
    g_test_add_func("/reports/replay", test_replay);
    return g_test_run();
}
