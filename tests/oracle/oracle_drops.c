/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Real runs with 20 KiB and 48 KiB ports, with cells, and with shared pools: every packet that is dropped, and every
 * instant of those that are not, as an independent simulation of the switch says. Compiled once for each back end: with WEFT_ORACLE_MODULE for
 * the one in that module, else for `reference`; agreeing with the same oracle, both drop the same packets. */
#include "agreement/child.h"
#include "drops.h"
#include "lab.h"
#include "weft/reference.h"

enum { SERVERS = 3, PORTS = 7, STREAMS = 42, GAP_BYTES = 20, LATENCY_PS = 700001 };
#define MS (WEFT_PS_PER_S / 1000)

struct drops_case {
    const struct weft_method *method;
    struct oracle_switch rules;
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
    sw->rules = (struct weft_port_rules){.latency_ps = LATENCY_PS,
                                         .buffer = weft_buffers[1],
                                         .sharing = what->rules.pool_bytes ? weft_sharings[0] : NULL,
                                         .memory = {.limit = what->rules.limit_bytes,
                                                    .cell_bytes = (uint32_t)what->rules.cell_bytes,
                                                    .shared_bytes = what->rules.pool_bytes,
                                                    .reserved_bytes = what->rules.reserved_bytes,
                                                    .alpha_num = (uint32_t)(8 * what->rules.alpha),
                                                    .alpha_den = 8}};
    g_assert_cmpstr(sw->rules.buffer->name, ==, "bytes");
    g_assert_cmpstr(weft_sharings[0]->name, ==, "dynamic");
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
        lab_device(lab, i)->rate_bps = what->rules.rate_bps;
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

/* Returns how many are dropped. */
static guint check_rows(const struct record *row, gsize n, const struct oracle_switch *rules)
{
    g_autofree struct oracle_frame *frame = g_new0(struct oracle_frame, n);
    guint drops = 0;
    for (gsize i = 0; i < n; i++)
        frame[i] = (struct oracle_frame){.in_ps = row[i].in_ps,
                                         .frame_bytes = row[i].frame_bytes,
                                         .port = row[i].stream / (STREAMS / PORTS)};
    oracle_drops(frame, n, rules);
    for (gsize i = 0; i < n; i++) {
        g_assert_cmpuint(row[i].outcome, ==, frame[i].dropped ? WEFT_DROPPED_BUFFER : WEFT_DELIVERED);
        g_assert_cmpuint(row[i].out_ps, ==, frame[i].dropped ? WEFT_NEVER : frame[i].out_ps);
        g_assert_cmpuint(row[i].deliveries, ==, !frame[i].dropped);
        drops += frame[i].dropped;
    }
    return drops;
}

#define RULES(rate, cell, limit, pool, reserved, alpha)                                                      \
    {                                                                                                        \
        PORTS, rate, GAP_BYTES, LATENCY_PS, cell, limit, pool, reserved, alpha                               \
    }
static const struct oracle_switch switches[] = {
    RULES(100000000, 1, 20 * 1024, 0, 0, 0),           RULES(99999989, 1, 48 * 1024, 0, 0, 0),
    RULES(100000000, 208, 48 * 1024, 0, 0, 0),         RULES(100000000, 1, 48 * 1024, 100000, 0, 1),
    RULES(99999989, 256, 1 << 20, 90000, 3000, 0.125), RULES(100000000, 80, 1 << 20, 60000, 100, 8),
};

static void test_method(gconstpointer method)
{
    for (size_t i = 0; i < G_N_ELEMENTS(switches); i++) {
        const struct drops_case what = {method, switches[i]};
        g_autoptr(GBytes) block = child_run(run_case, &what);
        gsize n = g_bytes_get_size(block) / sizeof(struct record);
        g_autofree struct record *row = g_memdup2(g_bytes_get_data(block, NULL), g_bytes_get_size(block));
        qsort(row, n, sizeof *row, by_arrival);
        guint drops = check_rows(row, n, &what.rules);
        g_test_message("switch %zu: %u of %zu dropped", i, drops, n);
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
