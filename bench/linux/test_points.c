/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every kind of point sends what it says, and results stand where they belong. Nothing is said of speed but what no machine turns
 * round. Ends with 77 where the machine refuses namespaces. */

#include "failure.h"
#include "namespace.h"
#include "outlet.h"
#include "point.h"
#include "worker.h"

#include <string.h>

enum { SKIPPED = 77 };

static const struct point usual = {.payload_bytes = 1472, .group = 1, .batch = 1, .destinations = 64};

/* All that may be said of a method, with these sizes: `take` each that is a point. */
static void each_variant(const struct method *method, struct point sizes,
                         void (*take)(const struct point *point, void *context), void *context)
{
    enum { COLD = 1, ZERO_COPY = 2, LINK_CUTS = 4, VARIANTS = 8 };
    for (int variant = 0; variant < VARIANTS; variant++) {
        struct point point = sizes;
        point.method = method;
        point.batch = method->batches ? sizes.batch : 1;
        point.cold = variant & COLD;
        point.zero_copy = variant & ZERO_COPY;
        point.link_cuts = variant & LINK_CUTS;
        g_autofree char *wrong = point_check(&point);
        if (!wrong)
            take(&point, context);
    }
}

/* Whether this machine has no such thing. Then it is said once, as what is skipped. */
static bool refused(GError **error)
{
    if (!*error || (*error)->code != STATUS_INPUT)
        return false;
    g_test_message("%s", (*error)->message);
    g_clear_error(error);
    return true;
}

/* --- what arrives at the link --- */

struct sending {
    struct point point;
    struct link_traffic traffic; /* out */
    uint64_t messages;
};

static gboolean send_messages(void *job, GError **error)
{
    struct sending *sending = job;
    const struct outlet_row *row = outlet_of(sending->point.method);
    struct supply supply;
    void *outlet = NULL;
    struct link_traffic before = {0};
    enum { HOT_BYTES = 1 << 18, COLD_BYTES = 1 << 20 };
    gboolean good = namespace_enter(error) &&
                    supply_init(&supply, HOT_BYTES, COLD_BYTES, SUPPLY_CUT | SUPPLY_XDP, error) &&
                    (outlet = row->open(&sending->point, &supply, false, error)) &&
                    namespace_traffic(supply_link(&sending->point), &before, error) &&
                    row->send(outlet, sending->messages, error) &&
                    namespace_traffic(supply_link(&sending->point), &sending->traffic, error);
    sending->traffic.packets -= before.packets;
    sending->traffic.bytes -= before.bytes;
    row->close(outlet);
    supply_clear(&supply);
    return good;
}

/* With numbers of its own: 42 bytes of headers a packet, but one for all packets of a message that the link cuts. */
static void sends_what_it_says(const struct point *point, void *context)
{
    uint64_t *kinds = context;
    struct sending *sending = worker_shared(sizeof(*sending));
    const uint64_t system_calls = 6,
                   messages = point->method->frames ? 3 * point->destinations : system_calls * point->batch,
                   packets = messages * point->group, headers = point->link_cuts ? messages : packets;
    struct worker worker;
    GError *error = NULL;
    sending->point = *point;
    sending->messages = messages;
    gboolean good = worker_start(&worker, send_messages, sending, &error) && worker_wait(&worker, &error);
    if (!refused(&error)) {
        g_assert_no_error(error);
        g_assert_true(good);
        g_assert_cmpuint(sending->traffic.packets, ==, headers);
        g_assert_cmpuint(sending->traffic.bytes, ==, headers * 42 + packets * point->payload_bytes);
        ++*kinds;
    }
    worker_unshare(sending, sizeof(*sending));
}

static void sends(void)
{
    static const struct point sizes[] = {
        {.payload_bytes = 1472, .group = 1, .batch = 64, .destinations = 64},
        {.payload_bytes = 100, .group = 5, .batch = 7, .destinations = 3},
        {.payload_bytes = 1472, .group = 44, .batch = 3, .destinations = 1},
    };
    uint64_t kinds = 0;
    for (const struct method *method = methods; method->name; method++)
        for (guint i = 0; i < G_N_ELEMENTS(sizes); i++)
            each_variant(method, sizes[i], sends_what_it_says, &kinds);
    g_test_message("%" G_GUINT64_FORMAT " kinds", kinds);
    /* sockets at least: 3 methods, 2 of coldness, 2 of copy, and with groups 2 of who cuts */
    g_assert_cmpuint(kinds, >=, 3 * 2 * 2 * (1 + 2 + 2));
}

/* --- sets --- */

static gboolean measure(const struct point *point, guint n, struct point_result *result, GError **error)
{
    const struct point_rounds how = {.rounds = 5, .packets = 300};
    double ticks_per_ns;
    return point_set_measure(point, n, &how, result, &ticks_per_ns, error);
}

static void assert_spread(struct spread spread)
{
    g_assert_cmpfloat(spread.least, >, 0);
    g_assert_cmpfloat(spread.least, <=, spread.median);
    g_assert_cmpfloat(spread.median, <=, spread.most);
}

/* Each result is its own point's: a message of 40 packets that nobody cuts costs a packet far less than one of one packet, and a
 * sendto is its own measure, also if it has not been asked for. */
static void compares(void)
{
    struct point point[] = {usual, usual, usual, usual};
    struct point_result result[G_N_ELEMENTS(point)];
    GError *error = NULL;
    point[0].method = method_find("sendmmsg");
    point[0].group = 40;
    point[0].link_cuts = true;
    point[1].method = method_find("sendto");
    point[2].method = method_find("sendmmsg");
    point[2].payload_bytes = 64; /* its sendto is not among them */
    point[3] = point[1];
    point[3].cold = true;
    measure(point, G_N_ELEMENTS(point), result, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < G_N_ELEMENTS(point); i++) {
        assert_spread(result[i].cpu_ns);
        assert_spread(result[i].wall_ns);
        assert_spread(result[i].ratio);
        g_assert_cmpfloat(result[i].driver_ns.most, ==, 0);
    }
    g_assert_cmpfloat(result[0].ratio.median, <, 0.3);
    g_assert_cmpfloat(result[0].cpu_ns.median, <, 0.3 * result[1].cpu_ns.median);
    g_assert_cmpfloat(result[1].ratio.least, ==, 1);
    g_assert_cmpfloat(result[1].ratio.most, ==, 1);
    g_assert_cmpfloat(result[2].ratio.median, >, 0.5);
    g_assert_cmpfloat(result[2].ratio.median, <, 2);
    g_assert_cmpfloat(result[3].ratio.most, ==, 1); /* compared with cold data */
}

/* --- what is no point --- */

static void refuses(void)
{
    static const struct {
        const char *method, *says;
        struct point point;
    } bad[] = {
        {"sendto", "payload: 0; allowed: 1 to 1472", {.group = 1, .batch = 1, .destinations = 1}},
        {"sendto", "payload: 1473;", {.payload_bytes = 1473, .group = 1, .batch = 1, .destinations = 1}},
        {"sendto", "group: 0;", {.payload_bytes = 1, .batch = 1, .destinations = 1}},
        {"sendto",
         "group: 65; allowed: 1 to 64",
         {.payload_bytes = 1, .group = 65, .batch = 1, .destinations = 1}},
        {"sendto",
         "group: 45; allowed: 1 to 44",
         {.payload_bytes = 1472, .group = 45, .batch = 1, .destinations = 1}},
        {"sendto",
         "batch: 2; allowed: 1 to 1",
         {.payload_bytes = 1, .group = 1, .batch = 2, .destinations = 1}},
        {"sendmmsg", "batch: 513;", {.payload_bytes = 1, .group = 1, .batch = 513, .destinations = 1}},
        {"sendmmsg", "destinations: 0;", {.payload_bytes = 1, .group = 1, .batch = 1}},
        {"sendmmsg",
         "destinations: 1001;",
         {.payload_bytes = 1, .group = 1, .batch = 1, .destinations = 1001}},
        {"tx-ring",
         "zero copy: tx-ring always copies",
         {.payload_bytes = 1, .group = 1, .batch = 1, .destinations = 1, .zero_copy = true}},
        {"io-uring-registered",
         "zero copy: io-uring-registered never copies",
         {.payload_bytes = 1, .group = 1, .batch = 1, .destinations = 1}},
        {"sendto",
         "cut by the link:",
         {.payload_bytes = 1, .group = 1, .batch = 1, .destinations = 1, .link_cuts = true}},
    };
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        struct point point = bad[i].point;
        struct point_result result;
        GError *error = NULL;
        point.method = method_find(bad[i].method);
        g_assert_false(measure(&point, 1, &result, &error));
        g_assert_error(error, FAILURE, STATUS_INPUT);
        g_autofree char *start = g_strdup_printf("%s: %s", bad[i].method, bad[i].says);
        g_assert_true(g_str_has_prefix(error->message, start));
        g_clear_error(&error);
    }
    g_assert_null(method_find("sendfile"));
}

static void says_what_it_is(void)
{
    struct point point = usual;
    point.method = method_find("sendmmsg");
    point.group = 4;
    point.batch = 64;
    g_autofree char *plain = point_text(&point);
    g_assert_cmpstr(plain, ==, "sendmmsg 1472 B, 64 x 4 to 64");
    point.cold = point.zero_copy = point.link_cuts = true;
    g_autofree char *all = point_text(&point);
    g_assert_cmpstr(all, ==, "sendmmsg 1472 B, 64 x 4 to 64, cold, zero copy, cut by the link");
    const struct point reference = point_reference(&point);
    g_autofree char *other = point_text(&reference);
    g_assert_cmpstr(other, ==, "sendto 1472 B, 1 x 1 to 64, cold");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    struct point point = usual;
    struct point_result result;
    GError *error = NULL;
    point.method = &methods[0];
    if (!measure(&point, 1, &result, &error) && error->code == STATUS_INPUT) {
        g_printerr("%s\n", error->message);
        return SKIPPED;
    }
    g_clear_error(&error);
    g_test_add_func("/points/sends", sends);
    g_test_add_func("/points/compares", compares);
    g_test_add_func("/points/refuses", refuses);
    g_test_add_func("/points/says-what-it-is", says_what_it_is);
    return g_test_run();
}
