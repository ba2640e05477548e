/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The timeline of the worked example by closed form: 80 streams of 3.75 Mbit/s, 36 packets of each in 100 ms, over 1 Gbit/s to ports
 * of 100 Mbit/s, costs nothing. Packet k of the call begins at k wire times, comes to its port when its last bit has gone, and
 * leaves by Lindley's recursion. */
#include "lab.h"
#include "timeline_rows.h"

enum { STREAMS = 80, EACH = 36, SHOWN = 4, FRAME_BYTES = 1362 };
#define LINK_PS     UINT64_C(11056000)  /* 1382 bytes at 1 Gbit/s */
#define PORT_PS     UINT64_C(110560000) /* at 100 Mbit/s */
#define INTERVAL_PS UINT64_C(100000000000)
/* 144 packets of the four streams and 36 of a port need 5.6 ms: more than the 400 packets of the link that are shown. */
#define WINDOW_PS (400 * LINK_PS)

struct way {
    uint64_t in_ps, begin_ps, end_ps;
};

/* Stream after stream, or in turn: which packet of the call is the n-th of stream s? */
static uint64_t place(bool interleaved, uint64_t s, uint64_t n)
{
    return interleaved ? n * STREAMS + s : s * EACH + n;
}

static void expect_port(bool interleaved, uint64_t s, struct way way[EACH])
{
    uint64_t free_ps = 0;
    for (uint64_t n = 0; n < EACH; n++) {
        way[n].in_ps = (place(interleaved, s, n) + 1) * LINK_PS;
        way[n].begin_ps = MAX(way[n].in_ps, free_ps);
        way[n].end_ps = free_ps = way[n].begin_ps + PORT_PS;
    }
}

static uint64_t held_at(const struct way way[EACH], uint64_t at_ps)
{
    uint64_t held = 0;
    for (uint64_t n = 0; n < EACH; n++)
        held += way[n].in_ps <= at_ps && at_ps < way[n].end_ps;
    return held;
}

static guint check_link(GArray *rows, guint i, bool interleaved)
{
    for (uint64_t k = 0; k < 400; k++, i++) {
        const struct timeline_row *row = timeline_row_at(rows, i);
        uint64_t stream = interleaved ? k % STREAMS : k / EACH;
        g_assert_cmpint(row->kind, ==, TIMELINE_LINK);
        g_assert_cmpuint(row->packet, ==, k);
        g_assert_cmpuint(row->begin_ps, ==, k * LINK_PS);
        g_assert_cmpuint(row->end_ps, ==, (k + 1) * LINK_PS);
        g_assert_true(row->server == 0 && row->stream == stream && row->port == stream);
        g_assert_true(row->bytes == FRAME_BYTES && row->in_ps == UINT64_MAX && row->packets == UINT64_MAX);
    }
    return i;
}

static guint check_port(GArray *rows, guint i, bool interleaved, uint64_t s)
{
    struct way way[EACH];
    expect_port(interleaved, s, way);
    for (uint64_t n = 0; n < EACH && way[n].begin_ps < WINDOW_PS; n++, i++) {
        const struct timeline_row *row = timeline_row_at(rows, i);
        g_assert_cmpint(row->kind, ==, TIMELINE_PORT);
        g_assert_cmpuint(row->packet, ==, place(interleaved, s, n));
        g_assert_cmpuint(row->in_ps, ==, way[n].in_ps);
        g_assert_cmpuint(row->begin_ps, ==, way[n].begin_ps);
        g_assert_cmpuint(row->end_ps, ==, way[n].end_ps);
        g_assert_true(row->port == s && row->stream == s && row->server == 0 && row->bytes == FRAME_BYTES);
    }
    return i;
}

/* Levels follow each other without a gap through the whole window, and change where a packet comes or goes. */
static guint check_held(GArray *rows, guint i, bool interleaved, uint64_t s, uint64_t *most)
{
    struct way way[EACH];
    expect_port(interleaved, s, way);
    for (uint64_t at_ps = 0; at_ps < WINDOW_PS; i++) {
        const struct timeline_row *row = timeline_row_at(rows, i);
        g_assert_true(row->kind == TIMELINE_HELD && row->port == s);
        g_assert_cmpuint(row->begin_ps, ==, at_ps);
        g_assert_cmpuint(row->packets, ==, held_at(way, row->begin_ps));
        g_assert_cmpuint(row->packets, ==, held_at(way, row->end_ps - 1));
        g_assert_cmpuint(row->bytes, ==, row->packets * FRAME_BYTES);
        *most = MAX(*most, row->packets);
        at_ps = row->end_ps;
    }
    g_assert_cmpuint(timeline_row_at(rows, i - 1)->end_ps, ==, WINDOW_PS);
    return i;
}

static void worked_example(gconstpointer data)
{
    bool interleaved = *(const char *)data == 'i';
    struct lab *lab = lab_new(STREAMS);
    lab_use(lab, lab_method(data));
    lab_server(lab, 0)->ring_slots = 8192; /* the call is never held up */
    g_autoptr(GArray) rows = timeline_of(lab_setup(lab));
    const struct timeline_row *interval = timeline_row_at(rows, 0), *window = timeline_row_at(rows, 1);
    g_assert_true(interval->kind == TIMELINE_INTERVAL && window->kind == TIMELINE_WINDOW);
    g_assert_true(interval->begin_ps == 0 && interval->end_ps == INTERVAL_PS);
    g_assert_true(window->begin_ps == 0 && window->end_ps == WINDOW_PS);
    guint i = check_link(rows, 2, interleaved);
    for (uint64_t s = 0; s < SHOWN; s++)
        i = check_port(rows, i, interleaved, s);
    uint64_t most = 0;
    for (uint64_t s = 0; s < SHOWN; s++)
        i = check_held(rows, i, interleaved, s, &most);
    g_assert_cmpuint(i, ==, rows->len);
    g_assert_cmpuint(most, ==, interleaved ? 1 : 33); /* 36 - floor(35 / 10) */
    lab_free(lab);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/oracle/timeline/multi-destination", "multi-destination", worked_example);
    g_test_add_data_func("/oracle/timeline/interleaved", "interleaved", worked_example);
    return g_test_run();
}
