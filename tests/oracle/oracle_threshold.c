/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where overloaded queues settle with dynamic thresholds: alpha B / (1 + alpha N), within one packet, in real runs. Every
 * port is offered twice what it can send, in turns. Compiled once for each back end, as oracle_drops.c. */
#include "agreement/child.h"
#include "lab.h"
#include "weft/metrics.h"
#include "weft/reference.h"

enum { POOL_BYTES = 200000, PACKET_BYTES = 1250, MOST_PORTS = 16 };
#define MS (WEFT_PS_PER_S / 1000)

struct threshold_case {
    uint32_t ports, alpha_num, alpha_den;
};

static const struct weft_backend *backend(void)
{
#ifdef WEFT_ORACLE_MODULE
    return child_backend(WEFT_ORACLE_MODULE);
#else
    return &weft_backend_reference;
#endif
}

static struct lab *new_lab(const struct threshold_case *what)
{
    struct lab *lab = lab_new(what->ports);
    lab->setup.network = &weft_network_raw;
    lab->setup.write.interval_ps = MS / 10;
    lab->setup.duration_ps = 400 * MS;
    lab->setup.warmup_ps = 300 * MS;
    lab_server(lab, 0)->link_bps = UINT64_C(100000000000);
    g_array_index(lab->switch_, struct weft_switch, 0).rules = (struct weft_port_rules){
        .sharing = weft_sharings[0],
        .memory = {.shared_bytes = POOL_BYTES, .alpha_num = what->alpha_num, .alpha_den = what->alpha_den}};
    for (uint32_t i = 0; i < what->ports; i++) {
        lab_stream(lab, i)->clock = (struct weft_clock){.rate_bps = 200000000, .payload_bytes = PACKET_BYTES};
        lab_device(lab, i)->rate_bps = 100000000;
    }
    return lab;
}

struct settled {
    uint64_t peak_bytes[MOST_PORTS];
    double mean_bytes[MOST_PORTS];
    uint64_t dropped, sent, dropped_for_room, switch_peak_bytes;
};

static GBytes *run_case(const void *data)
{
    const struct threshold_case *what = data;
    struct lab *lab = new_lab(what);
    const struct weft_setup *setup = lab_setup(lab);
    struct weft_metrics *metrics = weft_metrics_new(setup);
    const struct weft_watch watch = weft_metrics_watch(metrics);
    struct weft_error error = {""};
    if (backend()->run(setup, &watch, 1, &error) != WEFT_OK)
        g_error("%s", error.text);
    const struct weft_totals *totals = weft_metrics_totals(metrics);
    struct settled settled = {.dropped = totals->packets_dropped,
                              .sent = totals->packets_sent,
                              .dropped_for_room = totals->dropped_by[WEFT_DROPPED_BUFFER],
                              .switch_peak_bytes = totals->peak_switch_bytes};
    for (uint32_t i = 0; i < what->ports; i++) {
        const struct weft_port_result *port = weft_metrics_port(metrics, i);
        settled.peak_bytes[i] = port->peak_frame_bytes;
        settled.mean_bytes[i] = weft_mean_held(port->byte_ps, setup->duration_ps - setup->warmup_ps);
    }
    weft_metrics_free(metrics);
    lab_free(lab);
    return g_bytes_new(&settled, sizeof settled);
}

static void test_settles(void)
{
    static const uint32_t alphas[][2] = {{1, 2}, {1, 1}, {8, 1}};
    for (uint32_t i = 0; i < G_N_ELEMENTS(alphas) * MOST_PORTS; i++) {
        const struct threshold_case what = {1 + i % MOST_PORTS, alphas[i / MOST_PORTS][0],
                                            alphas[i / MOST_PORTS][1]};
        g_autoptr(GBytes) block = child_run(run_case, &what);
        const struct settled *settled = g_bytes_get_data(block, NULL);
        double alpha = (double)what.alpha_num / what.alpha_den,
               queue_bytes = alpha * POOL_BYTES / (1 + alpha * what.ports);
        for (uint32_t port = 0; port < what.ports; port++) {
            g_test_message("alpha %g, %u queues: %.0f bytes, mean %.0f, peak %lu", alpha, what.ports,
                           queue_bytes, settled->mean_bytes[port], (unsigned long)settled->peak_bytes[port]);
            g_assert_cmpfloat(ABS(settled->mean_bytes[port] - queue_bytes), <=, PACKET_BYTES);
            g_assert_cmpfloat(ABS((double)settled->peak_bytes[port] - queue_bytes), <=, PACKET_BYTES);
        }
        g_assert_cmpuint(settled->switch_peak_bytes, <=, POOL_BYTES);
        /* Half of what is offered has no room. */
        g_assert_cmpuint(settled->dropped, ==, settled->dropped_for_room);
        g_assert_cmpfloat(ABS(2 * (double)settled->dropped - (double)settled->sent), <=, 2 * what.ports);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/oracle/threshold", test_settles);
    return g_test_run();
}
