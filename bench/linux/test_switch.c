/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The switch lab without a switch: sizes, what weft and theory foretell against a recursion written here, what is counted of a
 * tap against token buckets written here, and how repeats are judged. */

#include "failure.h"
#include "switch_held.h"
#include "switch_model.h"
#include "switch_rows.h"
#include "weft/wire.h"

#include <string.h>

enum { PORTS = SWITCH_PORTS, EACH = SWITCH_PACKETS, CALL = PORTS * EACH, CALLS = SWITCH_CALLS };
#define INTERVAL_PS UINT64_C(40000000000)
#define PORT_PS     UINT64_C(492160000) /* 1,538 bytes of 8 bits at 25 Mbit/s */

/* Ethernet's 14, IPv4's 20 and UDP's 8 bytes; on the wire 4, 8 and 12 more. */
static void sizes(void)
{
    g_assert_cmpuint(SWITCH_FRAME_BYTES, ==, 1514);
    g_assert_cmpuint(SWITCH_FRAME_BYTES + SWITCH_OVERHEAD_BYTES, ==, 1538);
    g_assert_cmpuint(weft_wire_bytes(&weft_network_ethernet,
                                     weft_frame_bytes(&weft_network_ethernet, SWITCH_PAYLOAD_BYTES)),
                     ==, SWITCH_FRAME_BYTES + SWITCH_OVERHEAD_BYTES);
    g_assert_cmpuint((SWITCH_FRAME_BYTES + SWITCH_OVERHEAD_BYTES) * 8 * (WEFT_PS_PER_S / SWITCH_PORT_BPS), ==,
                     PORT_PS);
}

/* --- what should come when --- */

/* Packet k of a call. */
static uint32_t device_of(const char *order, uint32_t k)
{
    if (strcmp(order, "burst") == 0)
        return k / EACH;
    if (strcmp(order, "chunk:16") == 0)
        return k / 16 % PORTS;
    if (strcmp(order, "chunk:4") == 0)
        return k / 4 % PORTS;
    return k % PORTS;
}

/* A packet a slot; paced, eight of them, one of each device, every 64th of the interval. */
static uint64_t came_ps(const struct switch_case *what, uint32_t call, uint32_t k)
{
    const uint64_t bps = what->uplink_bps ? what->uplink_bps : UINT64_C(100000000000);
    const uint64_t slot_ps = (uint64_t)1538 * 8 * WEFT_PS_PER_S / bps;
    uint64_t at_ps =
        strcmp(what->order->name, "paced") == 0 ? k / 8 * (INTERVAL_PS / 64) + k % 8 * slot_ps : k * slot_ps;
    return call * INTERVAL_PS + at_ps;
}

/* --- predictions --- */

struct held {
    uint32_t peak, dropped;
};

/* A port as a list of when packets end (Lindley's recursion). */
static struct held recursion(const struct switch_case *what, uint32_t device)
{
    uint64_t end_ps[CALLS * EACH], free_ps = 0;
    struct held held = {0};
    uint32_t n = 0, gone = 0;
    for (uint32_t i = 0; i < CALLS * CALL; i++) {
        if (device_of(what->order->name, i % CALL) != device)
            continue;
        uint64_t at_ps = came_ps(what, i / CALL, i % CALL);
        while (gone < n && end_ps[gone] <= at_ps)
            gone++;
        if (what->buffer_packets && n - gone == what->buffer_packets) {
            held.dropped++;
            continue;
        }
        free_ps = MAX(free_ps, at_ps) + PORT_PS;
        end_ps[n++] = free_ps;
        held.peak = MAX(held.peak, n - gone);
    }
    return held;
}

/* Literal peaks: n - floor((n - 1) r / R) of the burst, with N r where packets take turns; the rest from the recursion. */
static uint32_t literal_peak(const char *name)
{
    static const struct {
        const char *name;
        uint32_t peak;
    } rows[] = {{"burst/250M", 58},  {"interleaved/250M", 14},  {"burst/200M", 57},   {"interleaved/200M", 1},
                {"burst/1000M", 63}, {"interleaved/1000M", 52}, {"paced/250M", 1},    {"paced/200M", 1},
                {"burst/250M/8", 8}, {"burst/250M/16", 16},     {"burst/250M/32", 32}};
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].peak;
    return 0;
}

static struct switch_result *all_rows(void)
{
    struct switch_result *result = g_new0(struct switch_result, 1);
    GError *error = NULL;
    switch_rows(NULL, 1, result, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(result->rows, ==, 5 * 4 + 5 * 3);
    return result;
}

/* Returns whether there is a literal peak. */
static bool assert_foretold(const struct switch_case *what)
{
    g_autofree char *name = switch_case_name(what);
    struct switch_prediction weft;
    uint32_t dropped = 0, literal = literal_peak(name);
    GError *error = NULL;
    g_test_message("%s", name);
    switch_predict(what, &weft, &error);
    g_assert_no_error(error);
    for (uint32_t port = 0; port < PORTS; port++) {
        struct held held = recursion(what, port);
        g_assert_cmpuint(weft.peak[port], ==, held.peak);
        g_assert_cmpuint(weft.closed_form, ==, what->buffer_packets ? 0 : held.peak);
        dropped += held.dropped;
    }
    g_assert_cmpuint(weft.dropped, ==, dropped);
    if (literal)
        g_assert_cmpuint(weft.peak[0], ==, literal);
    return literal > 0;
}

static void foretold(void)
{
    g_autofree struct switch_result *result = all_rows();
    guint literal = 0;
    for (guint i = 0; i < result->rows; i++)
        literal += assert_foretold(&result->row[i].what);
    g_assert_cmpuint(literal, ==, 11);
}

static void rows(void)
{
    g_autofree struct switch_result *result = g_new0(struct switch_result, 1);
    g_assert_true(switch_rows("interleaved/250M*", 3, result, NULL));
    g_assert_cmpuint(result->rows, ==, 4);
    g_assert_cmpuint(result->row[3].repeats, ==, 3);
    g_assert_true(switch_case_judged(&result->row[0].what));
    g_assert_false(switch_case_judged(&result->row[1].what)); /* a limited buffer */
}

static void no_rows(void)
{
    g_autofree struct switch_result *result = g_new0(struct switch_result, 1);
    GError *error = NULL;
    g_assert_false(switch_rows("nothing", 1, result, &error));
    g_assert_error(error, FAILURE, STATUS_INPUT);
    g_clear_error(&error);
}

/* --- what is counted of a tap --- */

/* Nanoseconds. A bucket fills in time; a packet goes when it holds PORT_NS of it. */
enum { PORT_NS = 492160, UPLINK_INDEX = 3, FIRST_PORT = 10 };

struct flaw {
    uint64_t start_ns;         /* of the real-time clock */
    uint32_t bucket, timer_ns; /* packets that a bucket holds; how late its timer is */
    uint64_t port_stops_ns,
        uplink_stops_ns; /* port 3, and the uplink, do nothing for so long from the middle of call 1 on */
};

static void put(GArray *events, uint64_t at_ns, int link_index, bool goes, uint32_t device, uint32_t number)
{
    const struct switch_event event = {
        .at_ns = at_ns, .link_index = link_index, .goes = goes, .device = device, .number = number};
    g_array_append_val(events, event);
}

static gint by_time(gconstpointer a, gconstpointer b)
{
    const struct switch_event *x = a, *y = b;
    return x->at_ns < y->at_ns ? -1 : x->at_ns > y->at_ns;
}

/* When the bucket lets go a packet that could go at `at_ns`; the one before took `*tokens_ns` at `*last_ns`. */
static uint64_t let_go(const struct flaw *flaw, uint64_t at_ns, uint64_t *tokens_ns, uint64_t *last_ns)
{
    uint64_t most_ns = (uint64_t)flaw->bucket * PORT_NS,
             have_ns = MIN(most_ns, *tokens_ns + at_ns - *last_ns);
    if (have_ns < PORT_NS) {
        at_ns += PORT_NS - have_ns + flaw->timer_ns;
        have_ns = PORT_NS + flaw->timer_ns;
    }
    *tokens_ns = MIN(most_ns, have_ns) - PORT_NS;
    *last_ns = at_ns;
    return at_ns;
}

static uint64_t stopped(uint64_t at_ns, uint64_t from_ns, uint64_t for_ns)
{
    return at_ns >= from_ns && at_ns < from_ns + for_ns ? from_ns + for_ns : at_ns;
}

/* All of a port: what came, and what its bucket and a queue of so many packets (0: any) make of it. */
static void add_port(GArray *events, const struct switch_case *what, const struct flaw *flaw, uint32_t device)
{
    const uint64_t middle_ns = flaw->start_ns + 40000000 + 8000000;
    uint64_t tokens_ns = (uint64_t)flaw->bucket * PORT_NS, last_ns = 0, went_ns[CALLS * EACH];
    uint32_t n = 0, gone = 0, number = 0,
             room = what->buffer_packets ? what->buffer_packets - flaw->bucket : CALL * CALLS;
    for (uint32_t i = 0; i < CALLS * CALL; i++) {
        if (device_of(what->order->name, i % CALL) != device)
            continue;
        uint64_t at_ns = flaw->start_ns + came_ps(what, i / CALL, i % CALL) / 1000;
        if (i / CALL == 1 && at_ns >= middle_ns) /* the rest of the call is late */
            at_ns += flaw->uplink_stops_ns;
        put(events, at_ns, UPLINK_INDEX, false, device, number);
        while (gone < n && went_ns[gone] <= at_ns)
            gone++;
        if (n - gone < room) {
            uint64_t could_ns = n ? MAX(at_ns, went_ns[n - 1]) : at_ns;
            if (device == 3)
                could_ns = stopped(could_ns, middle_ns, flaw->port_stops_ns);
            went_ns[n++] = let_go(flaw, MAX(could_ns, last_ns), &tokens_ns, &last_ns);
            put(events, last_ns, FIRST_PORT + (int)device, true, device, number);
        }
        number++;
    }
}

static struct switch_run run_of(const struct switch_case *what)
{
    struct switch_run run = {.uplink_index = UPLINK_INDEX,
                             .packet_ps = PORT_PS,
                             .uplink_packet_ps = (uint64_t)1538 * 8 * WEFT_PS_PER_S / what->uplink_bps,
                             .packets = EACH,
                             .calls = CALLS,
                             .turn = what->order->turn,
                             .slices = what->order->slices,
                             .interval_ps = INTERVAL_PS};
    for (int i = 0; i < PORTS; i++)
        run.port_index[i] = FIRST_PORT + i;
    return run;
}

static GArray *events_of(const struct switch_case *what, const struct flaw *flaw)
{
    GArray *events = g_array_new(FALSE, FALSE, sizeof(struct switch_event));
    for (uint32_t device = 0; device < PORTS; device++)
        add_port(events, what, flaw, device);
    g_array_sort(events, by_time); /* GLib's sort is stable: a packet comes before it goes */
    return events;
}

static struct switch_repeat count(const struct switch_case *what, const struct flaw *flaw)
{
    g_autoptr(GArray) events = events_of(what, flaw);
    struct switch_run run = run_of(what);
    struct switch_repeat repeat = {0};
    GError *error = NULL;
    switch_held(&run, events, &repeat, &error);
    g_assert_no_error(error);
    return repeat;
}

#define START_NS (UINT64_C(1790000000) * 1000000000)
static const struct flaw good_bucket = {.start_ns = START_NS, .bucket = SWITCH_BUCKET_PACKETS};

static const struct switch_order *order_named(const char *name)
{
    for (const struct switch_order *order = switch_orders; order->name; order++)
        if (strcmp(order->name, name) == 0)
            return order;
    g_assert_not_reached();
}

static bool spread(const struct switch_case *what)
{
    return what->order->slices > 0;
}

/* Returns whether packets had to wait. */
static bool assert_counted(const struct switch_case *what)
{
    g_autofree char *name = switch_case_name(what);
    struct switch_repeat repeat = count(what, &good_bucket);
    uint32_t dropped = 0;
    g_test_message("%s", name);
    for (uint32_t port = 0; port < PORTS; port++) {
        struct held held = recursion(what, port);
        g_assert_cmpuint(repeat.peak[port] - held.peak, <=, 1);
        dropped += held.dropped;
    }
    g_assert_cmpuint(repeat.sent, ==, CALLS * CALL);
    g_assert_cmpint(ABS((int)repeat.dropped - (int)dropped), <=, PORTS * CALLS);
    g_assert_cmpuint(repeat.uplink_late_ns, <=, 1);
    g_assert_cmpuint(repeat.port_late_ns, <=, EACH);
    g_assert_false(repeat.disturbed);
    if (repeat.port_packet_ns > 0)
        g_assert_cmpint(ABS((int)repeat.port_packet_ns - PORT_NS), <=, 1);
    g_assert_cmpuint(repeat.uplink_packet_ns, ==,
                     spread(what) ? 0 : 1538 * 8 * UINT64_C(1000000000) / what->uplink_bps);
    return repeat.port_packet_ns > 0;
}

/* A token bucket of two packets and a wire hold what the recursion holds, or a packet more, where ends and arrivals fall together and
 * the clock has nanoseconds; and they drop the same. */
static void counts(void)
{
    g_autofree struct switch_result *result = all_rows();
    guint waited = 0;
    for (guint i = 0; i < result->rows; i++)
        if (result->row[i].what.uplink_bps > 0)
            waited += assert_counted(&result->row[i].what);
    g_assert_cmpuint(waited, >=, 20); /* all but those that are spread, or spread enough */
}

/* Late timers of a bucket that makes up for them cost nothing, and are not late; those of a bucket that does not are. */
static void late_timers(void)
{
    const struct switch_case what = {.order = order_named("burst"), .uplink_bps = 250000000};
    struct flaw flaw = good_bucket;
    flaw.timer_ns = 110000;
    struct switch_repeat repeat = count(&what, &flaw);
    g_assert_cmpuint(repeat.peak[0], ==, 58);
    g_assert_false(repeat.disturbed);
    flaw.bucket = 1; /* loses a fifth of its rate */
    repeat = count(&what, &flaw);
    g_assert_true(repeat.disturbed);
    g_assert_cmpuint(repeat.port_late_ns, >=, 60 * 110000);
}

/* 5 ms of a port are ten packets more; 5 ms of the uplink are ten packets less. Both are seen, and how much it was. */
static void stops(void)
{
    const struct switch_case what = {.order = order_named("interleaved"), .uplink_bps = 250000000};
    struct flaw flaw = good_bucket;
    flaw.port_stops_ns = 5000000;
    struct switch_repeat repeat = count(&what, &flaw);
    g_assert_true(repeat.disturbed);
    g_assert_cmpuint(repeat.port_late_ns, >, 5000000 - 3 * PORT_NS);
    g_assert_cmpuint(repeat.port_late_ns, <, 5000000 + PORT_NS);
    g_assert_cmpuint(repeat.peak[3], >=, 14 + 7);
    g_assert_cmpuint(repeat.peak[2], <=, 15);
    flaw = good_bucket;
    flaw.uplink_stops_ns = 5000000;
    repeat = count(&what, &flaw);
    g_assert_true(repeat.disturbed);
    g_assert_cmpuint(repeat.uplink_late_ns, >, 4900000);
    g_assert_cmpuint(repeat.uplink_late_ns, <=, 5000000);
}

/* A frame of somebody else's took a port's time. */
static void others(void)
{
    const struct switch_case what = {.order = order_named("paced"), .uplink_bps = 250000000};
    const struct switch_event other = {
        .at_ns = START_NS, .link_index = FIRST_PORT, .goes = TRUE, .device = SWITCH_NOT_OURS};
    g_autoptr(GArray) events = events_of(&what, &good_bucket);
    struct switch_run run = run_of(&what);
    struct switch_repeat repeat = {0};
    GError *error = NULL;
    g_array_insert_val(events, 7, other);
    switch_held(&run, events, &repeat, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(repeat.others, ==, 1);
    g_assert_true(repeat.disturbed);
}

static void assert_wrong(const struct switch_run *run, const GArray *events, const char *what)
{
    struct switch_repeat repeat = {0};
    GError *error = NULL;
    g_assert_false(switch_held(run, events, &repeat, &error));
    g_assert_error(error, FAILURE, STATUS_FAILED);
    g_assert_nonnull(strstr(error->message, what));
    g_clear_error(&error);
}

static void wrong_taps(void)
{
    const struct switch_case what = {.order = order_named("chunk:4"), .uplink_bps = 250000000};
    struct switch_run run = run_of(&what);
    g_autoptr(GArray) events = events_of(&what, &good_bucket);
    run.turn = 16;
    assert_wrong(&run, events, "out of its turn");
    run.turn = 4;
    run.calls = CALLS + 1;
    assert_wrong(&run, events, "came to the switch");
    run.calls = CALLS;
    run.port_index[0] = FIRST_PORT + 1; /* its packets seem to be dropped */
    struct switch_repeat repeat = {0};
    g_assert_true(switch_held(&run, events, &repeat, NULL));
    g_assert_cmpuint(repeat.dropped, ==, CALLS * EACH);
    run.port_index[0] = FIRST_PORT;
    g_array_index(events, struct switch_event, 1).number = 9; /* the first one goes as another */
    g_assert_true(g_array_index(events, struct switch_event, 1).goes);
    assert_wrong(&run, events, "has not come");
}

/* --- judgement --- */

/* Ten repeats, of which some are off by 3, and some of those are disturbed. */
static struct switch_row *row_of(uint32_t off, uint32_t disturbed)
{
    struct switch_row *row = g_new0(struct switch_row, 1);
    row->what = (struct switch_case){.order = order_named("burst"), .uplink_bps = 250000000};
    row->repeats = 10;
    for (guint port = 0; port < PORTS; port++)
        row->weft.peak[port] = 20;
    for (guint i = 0; i < 10; i++)
        for (guint port = 0; port < PORTS; port++) {
            row->repeat[i].peak[port] = port == 5 && i < off ? 23 : 18;
            row->repeat[i].sampled[port] = 18;
            row->repeat[i].disturbed = i < disturbed;
        }
    return row;
}

static void judgement(void)
{
    static const struct {
        uint32_t off, disturbed;
        bool agrees;
    } cases[] = {{0, 0, true},  {1, 0, true},   {2, 0, false}, {2, 1, false}, {2, 2, true},
                 {1, 10, true}, {2, 10, false}, {5, 5, true},  {6, 6, false}, {5, 3, false}};
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct switch_row *row = row_of(cases[i].off, cases[i].disturbed);
        const struct switch_count n = switch_row_count(row);
        g_assert_cmpuint(n.repeats, ==, 10);
        g_assert_cmpuint(n.within, ==, 10 - cases[i].off);
        g_assert_cmpuint(n.disturbed, ==, cases[i].disturbed);
        g_assert_cmpuint(n.sampled_within, ==, 10);
        g_assert_cmpuint(switch_repeat_error(row, &row->repeat[0]), ==, cases[i].off ? 3 : 2);
        g_assert_cmpint(switch_row_agrees(row), ==, cases[i].agrees);
        g_free(row);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bench-switch/sizes", sizes);
    g_test_add_func("/bench-switch/foretold", foretold);
    g_test_add_func("/bench-switch/rows", rows);
    g_test_add_func("/bench-switch/no-rows", no_rows);
    g_test_add_func("/bench-switch/counts", counts);
    g_test_add_func("/bench-switch/late-timers", late_timers);
    g_test_add_func("/bench-switch/stops", stops);
    g_test_add_func("/bench-switch/others", others);
    g_test_add_func("/bench-switch/wrong-taps", wrong_taps);
    g_test_add_func("/bench-switch/judgement", judgement);
    return g_test_run();
}
