/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Peak port buffers of real runs against closed forms, on a grid of rates with whole picoseconds per byte: N
 * streams to N ports, n packets each, written at instant 0 at no cost. Compiled once for each back end: with
 * WEFT_ORACLE_MODULE for the one in that module, else for `reference`. */
#include "agreement/child.h"
#include "lab.h"
#include "peaks.h"
#include "weft/metrics.h"
#include "weft/reference.h"

enum { INTERVAL_S = 1, LEAST_CASES = 1000 };

struct grid_case {
    const char *method;
    uint64_t n, ports, in_bps, out_bps;
    uint32_t payload_bytes, wire_bytes;
};

static const struct weft_backend *backend(void)
{
#ifdef WEFT_ORACLE_MODULE
    return child_backend(WEFT_ORACLE_MODULE);
#else
    return &weft_backend_reference;
#endif
}

/* n packets of each stream are due in the one interval of the run: at instants k / n seconds. */
static struct lab *new_lab(const struct grid_case *what)
{
    struct lab *lab = lab_new((uint32_t)what->ports);
    lab_use(lab, lab_method(what->method));
    lab->setup.duration_ps = lab->setup.write.interval_ps = INTERVAL_S * WEFT_PS_PER_S;
    struct weft_server *server = lab_server(lab, 0);
    server->link_bps = what->in_bps;
    server->ring_slots = 64;
    for (uint32_t i = 0; i < what->ports; i++) {
        lab_device(lab, i)->rate_bps = what->out_bps;
        lab_stream(lab, i)->clock.payload_bytes = what->payload_bytes;
        lab_stream(lab, i)->clock.rate_bps = what->n * what->payload_bytes * 8 / INTERVAL_S;
    }
    return lab;
}

/* In the child: the result block of a run. */
static GBytes *run_case(const void *data)
{
    struct lab *lab = new_lab(data);
    struct weft_metrics *metrics = weft_metrics_new(lab_setup(lab));
    const struct weft_watch watch = weft_metrics_watch(metrics);
    struct weft_error error = {""};
    if (backend()->run(lab_setup(lab), &watch, 1, &error) != WEFT_OK)
        g_error("%s", error.text);
    GBytes *block = g_bytes_new(weft_metrics_block(metrics), weft_metrics_block_bytes(metrics));
    weft_metrics_free(metrics);
    lab_free(lab);
    return block;
}

static void check_case(const struct grid_case *what)
{
    struct lab *lab = new_lab(what);
    struct weft_metrics *metrics = weft_metrics_new(lab_setup(lab));
    g_autoptr(GBytes) block = child_run(run_case, what);
    g_assert_cmpuint(g_bytes_get_size(block), ==, weft_metrics_block_bytes(metrics));
    memcpy(weft_metrics_block(metrics), g_bytes_get_data(block, NULL), g_bytes_get_size(block));
    uint32_t frame_bytes = what->wire_bytes - 20;
    uint64_t expected = g_str_equal(what->method, "interleaved")
                            ? oracle_peak_interleaved(what->n, what->ports, what->in_bps, what->out_bps)
                            : oracle_peak_burst(what->n, what->in_bps, what->out_bps);
    g_assert_cmpuint(weft_metrics_totals(metrics)->packets_delivered, ==, what->n * what->ports);
    g_assert_cmpuint(weft_metrics_totals(metrics)->peak_port_packets, ==, expected);
    for (uint32_t i = 0; i < what->ports; i++) {
        g_assert_cmpuint(weft_metrics_port(metrics, i)->peak_packets, ==, expected);
        g_assert_cmpuint(weft_metrics_port(metrics, i)->peak_frame_bytes, ==, expected * frame_bytes);
        g_assert_cmpuint(weft_metrics_port(metrics, i)->forwarded_packets, ==, what->n);
    }
    weft_metrics_free(metrics);
    lab_free(lab);
}

static void test_grid(gconstpointer method)
{
    static const uint64_t n[] = {1, 2, 3, 11, 64, 200}, ports[] = {1, 2, 3, 8, 10}, G = 1000000000,
                          M = 1000000;
    const uint64_t in_out[][2] = {{G, 100 * M}, {G, 320 * M},       {G, 640 * M},
                                  {10 * G, G},  {800 * M, 100 * M}, {G, G}};
    static const uint32_t payload_wire[][2] = {{1472, 1538}, {1316, 1382}, {18, 84}};
    uint32_t cases = 0;
    for (size_t r = 0; r < G_N_ELEMENTS(in_out); r++)
        for (size_t s = 0; s < G_N_ELEMENTS(payload_wire); s++)
            for (size_t i = 0; i < G_N_ELEMENTS(n); i++)
                for (size_t p = 0; p < G_N_ELEMENTS(ports); p++, cases++)
                    check_case(&(struct grid_case){method, n[i], ports[p], in_out[r][0], in_out[r][1],
                                                   payload_wire[s][0], payload_wire[s][1]});
    g_test_message("%u cases", cases);
    g_assert_cmpuint(2 * cases, >=, LEAST_CASES); /* each order has half of them */
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/oracle/peaks/sequential", "multi-destination", test_grid);
    g_test_add_data_func("/oracle/peaks/interleaved", "interleaved", test_grid);
    return g_test_run();
}
