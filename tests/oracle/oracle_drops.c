/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Real runs with 20 KiB and 48 KiB ports: every packet that is dropped, and every instant of those that are not,
 * as an independent simulation of each port says. Compiled once for each back end: with WEFT_ORACLE_MODULE for
 * the one in that module, else for `reference`; agreeing with the same oracle, both drop the same packets. */
#include "agreement/child.h"
#include "drops.h"
#include "lab.h"
#include "weft/reference.h"

enum { SERVERS = 3, PORTS = 7, STREAMS = 42, GAP_BYTES = 20, LATENCY_PS = 700001 };
#define MS (WEFT_PS_PER_S / 1000)

struct drops_case {
    const struct weft_method *method;
    uint64_t limit_bytes, rate_bps;
};

static const struct weft_backend *backend(void)
{
#ifdef WEFT_ORACLE_MODULE
    return child_backend(WEFT_ORACLE_MODULE);
#else
    return &weft_backend_reference;
#endif
}

/* Servers of 1 Gbit/s whose bursts meet; six streams a port, of three sizes. */
static struct lab *new_lab(const struct drops_case *what)
{
    static const uint32_t payload_bytes[] = {1472, 1316, 188};
    struct lab *lab = lab_new(STREAMS);
    lab_use(lab, what->method);
    lab->setup.duration_ps = 200 * MS;
    lab->setup.write.interval_ps = 6 * MS;
    struct weft_switch *sw = &g_array_index(lab->switch_, struct weft_switch, 0);
    sw->rules.buffer = weft_buffers[1];
    sw->rules.memory.limit = what->limit_bytes;
    sw->rules.latency_ps = LATENCY_PS;
    g_assert_cmpstr(sw->rules.buffer->name, ==, "bytes");
    for (uint32_t i = 1; i < SERVERS; i++) {
        struct weft_server server = *lab_server(lab, 0);
        server.name = lab_name(lab, i);
        server.delay_ps = 1000 * i;
        g_array_append_val(lab->server, server);
    }
    g_array_set_size(lab->device, PORTS);
    for (uint32_t i = 0; i < STREAMS; i++) {
        lab_stream(lab, i)->server = i % SERVERS;
        lab_stream(lab, i)->device = i / (STREAMS / PORTS);
        lab_stream(lab, i)->clock.payload_bytes = payload_bytes[i / SERVERS % 3];
        lab_stream(lab, i)->clock.rate_bps = 10000000 + 1000000 * (i % 7);
    }
    for (uint32_t i = 0; i < PORTS; i++)
        lab_device(lab, i)->rate_bps = what->rate_bps;
    return lab;
}

/* In the child: every packet's way. */
static GBytes *run_case(const void *data)
{
    struct lab *lab = new_lab(data);
    struct recorder *recorder = recorder_new(false);
    const struct weft_watch watch = recorder_watch(recorder);
    struct weft_error error = {""};
    if (backend()->run(lab_setup(lab), &watch, 1, &error) != WEFT_OK)
        g_error("%s", error.text);
    GBytes *all = g_bytes_new(recorder->record->data, recorder->record->len * sizeof(struct record));
    recorder_free(recorder);
    lab_free(lab);
    return all;
}

static int by_arrival(const void *a, const void *b)
{
    const struct record *x = a, *y = b;
    if (x->in_ps != y->in_ps)
        return x->in_ps < y->in_ps ? -1 : 1;
    return x->packet < y->packet ? -1 : x->packet > y->packet; /* by server, then place on its link */
}

/* Returns how many of the port's packets are dropped. */
static guint check_port(const struct record *row, guint n, uint32_t port, const struct drops_case *what)
{
    g_autoptr(GArray) frame = g_array_new(FALSE, TRUE, sizeof(struct oracle_frame));
    guint at = 0, drops = 0;
    for (guint i = 0; i < n; i++)
        if (row[i].stream / (STREAMS / PORTS) == port) {
            const struct oracle_frame one = {.in_ps = row[i].in_ps, .frame_bytes = row[i].frame_bytes};
            g_array_append_val(frame, one);
        }
    oracle_drops((void *)frame->data, frame->len, what->limit_bytes, what->rate_bps, GAP_BYTES, LATENCY_PS);
    for (guint i = 0; i < n; i++) {
        if (row[i].stream / (STREAMS / PORTS) != port)
            continue;
        const struct oracle_frame *expected = &g_array_index(frame, struct oracle_frame, at++);
        g_assert_cmpuint(row[i].outcome, ==, expected->dropped ? WEFT_DROPPED_BUFFER : WEFT_DELIVERED);
        g_assert_cmpuint(row[i].out_ps, ==, expected->dropped ? WEFT_NEVER : expected->out_ps);
        g_assert_cmpuint(row[i].deliveries, ==, !expected->dropped);
        drops += expected->dropped;
    }
    return drops;
}

static void test_method(gconstpointer method)
{
    static const uint64_t rates[] = {100000000, 99999989};
    static const uint64_t limits[] = {20 * 1024, 48 * 1024};
    for (size_t i = 0; i < G_N_ELEMENTS(rates) * G_N_ELEMENTS(limits); i++) {
        const struct drops_case what = {method, limits[i / 2], rates[i % 2]};
        g_autoptr(GBytes) block = child_run(run_case, &what);
        gsize n = g_bytes_get_size(block) / sizeof(struct record);
        g_autofree struct record *row = g_memdup2(g_bytes_get_data(block, NULL), g_bytes_get_size(block));
        qsort(row, n, sizeof *row, by_arrival);
        guint drops = 0;
        for (uint32_t port = 0; port < PORTS; port++)
            drops += check_port(row, (guint)n, port, &what);
        g_test_message("limit %" G_GUINT64_FORMAT ": %u of %zu dropped", what.limit_bytes, drops, n);
        g_assert_cmpuint(n, >, 5000);
        g_assert_cmpuint(drops, <, n);
        if (g_str_equal(what.method->name, "multi-destination"))
            g_assert_cmpuint(drops, >, 100); /* else there is nothing to compare */
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; weft_methods[i]; i++) {
        g_autofree char *path = g_strconcat("/oracle/drops/", weft_methods[i]->name, NULL);
        g_test_add_data_func(path, weft_methods[i], test_method);
    }
    return g_test_run();
}
