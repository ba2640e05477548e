/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* No port ever holds more than network calculus allows, in random scenarios with every method, order and pacing: 10,000
 * in all. And the bound says something: how often it is near what is measured. */

#include "draw.h"
#include "lab.h"
#include "theory_bound.h"

#include "weft/metrics.h"
#include "weft/reference.h"

static void use_random_method(struct lab *lab, GRand *rand)
{
    lab_use(lab, DRAW(rand, weft_methods));
    struct weft_method *axes = &lab->setup.write.axes;
    if (g_rand_boolean(rand))
        return;
    axes->unit = DRAW(rand, weft_units);
    axes->segmentation = DRAW(rand, weft_segmentations);
    axes->queues = DRAW(rand, weft_queue_kinds);
    axes->interface = DRAW(rand, weft_interfaces);
    lab_pace_random(lab, rand);
    axes->order = DRAW(rand, weft_orders);
    const struct weft_argument *argument = &axes->order->argument;
    if (argument->kind != WEFT_ARGUMENT_NONE)
        lab->setup.write.order_argument = argument->min + (uint64_t)g_rand_int_range(rand, 0, 20);
}

/* Limits, pools and fluid accounting only take from what a port holds; cells make it more; who goes next is all the same. */
static void use_random_rules(struct lab *lab, GRand *rand)
{
    struct weft_port_rules *rules = &g_array_index(lab->switch_, struct weft_switch, 0).rules;
    rules->accounting = DRAW(rand, weft_accountings);
    lab_classes(lab, rand);
    switch (g_rand_int_range(rand, 0, 4)) {
    case 0: /* a limit in cells */
        rules->memory.cell_bytes = (uint32_t)g_rand_int_range(rand, 2, 300);
        rules->memory.limit = (uint64_t)g_rand_int_range(rand, 50, 5000);
        for (int i = 0; weft_buffers[i]; i++)
            rules->buffer = weft_buffers[i]->cells ? weft_buffers[i] : rules->buffer;
        break;
    case 1: /* a pool */
        rules->sharing = DRAW(rand, weft_sharings + 1);
        rules->memory.shared_bytes = (uint64_t)g_rand_int_range(rand, 2000, 100000);
        rules->memory.alpha_num = rules->memory.alpha_den = 1;
        break;
    default:
        break;
    }
}

/* Random ones are of many kinds; these are where buffers matter: calls of some length into slower ports. */
static struct lab *lab_bursts(GRand *rand)
{
    struct lab *lab = lab_new((uint32_t)g_rand_int_range(rand, 1, 13));
    gint32 servers = g_rand_int_range(rand, 1, 4);
    lab->setup.duration_ps = WEFT_PS_PER_S / 10;
    lab->setup.write.interval_ps = (weft_ps)g_rand_int_range(rand, 5, 51) * (WEFT_PS_PER_S / 1000);
    while (lab->server->len < (guint)servers)
        lab_add_server(lab);
    for (guint i = 0; i < lab->stream->len; i++) {
        struct weft_stream *stream = lab_stream(lab, i);
        stream->server = (uint32_t)g_rand_int_range(rand, 0, servers);
        stream->clock.rate_bps = (uint64_t)g_rand_int_range(rand, 500000, 20000000);
        stream->clock.payload_bytes = (uint32_t)g_rand_int_range(rand, 200, 1473);
        stream->clock.start_ps = (weft_ps)g_rand_int_range(rand, 0, 20) * (WEFT_PS_PER_S / 1000);
        if (g_rand_int_range(rand, 0, 4) == 0)
            stream->device = (uint32_t)g_rand_int_range(rand, 0, (gint32)lab->stream->len);
        lab_device(lab, i)->rate_bps = (uint64_t)g_rand_int_range(rand, 50, 1000) * 1000000;
    }
    g_array_index(lab->switch_, struct weft_switch, 0).rules.latency_ps =
        (weft_ps)g_rand_int_range(rand, 0, 2) * 5000000;
    return lab;
}

/* The same with devices behind two more switches, so a way has two ports, and with background traffic. */
static struct lab *lab_trees(GRand *rand)
{
    struct lab *lab = lab_bursts(rand);
    struct weft_switch leaf = g_array_index(lab->switch_, struct weft_switch, 0);
    for (uint32_t i = 0; i < 2; i++) {
        const struct weft_trunk trunk = {.name = lab_name(lab, i),
                                         .from = 0,
                                         .to = i + 1,
                                         .rate_bps = (uint64_t)g_rand_int_range(rand, 100, 2000) * 1000000,
                                         .delay_ps = (weft_ps)g_rand_int_range(rand, 0, 1000000)};
        leaf.name = lab_name(lab, i + 1);
        g_array_append_val(lab->switch_, leaf);
        g_array_append_val(lab->trunk, trunk);
    }
    for (guint i = 0; i < lab->device->len; i++)
        lab_device(lab, i)->switch_index = (uint32_t)g_rand_int_range(rand, 0, 3);
    for (uint32_t i = 0; i < 2; i++) { /* what others send, to devices or over trunks */
        const struct weft_background_source source = {
            .name = lab_name(lab, i),
            .switch_index = 0,
            .port = (uint32_t)g_rand_int_range(rand, 0, (gint32)(lab->device->len + lab->trunk->len)),
            .link_bps = (uint64_t)g_rand_int_range(rand, 50, 2000) * 1000000,
            .background = {.pattern = weft_backgrounds[i],
                           .packet_bytes = (uint32_t)g_rand_int_range(rand, 100, 1501),
                           .rate_bps = (uint64_t)g_rand_int_range(rand, 100000, 10000000)}};
        g_array_append_val(lab->source, source);
    }
    return lab;
}

/* measured / bound of each port that had traffic. */
static void check(struct lab *lab, guint32 seed, GArray *ratios)
{
    const struct weft_setup *setup = lab_setup(lab);
    struct weft_metrics *metrics = weft_metrics_new(setup);
    struct weft_arrivals *arrivals = weft_arrivals_new(setup);
    const struct weft_watch watch[] = {weft_metrics_watch(metrics), weft_arrivals_watch(arrivals)};
    g_assert_cmpint(weft_backend_reference.run(setup, watch, 2, NULL), ==, WEFT_OK);
    struct theory_inputs inputs;
    theory_inputs_init(&inputs, setup);
    weft_ps end_ps = weft_metrics_totals(metrics)->end_ps;
    for (uint32_t d = 0; d < weft_setup_ports(setup); d++) {
        uint64_t held = weft_metrics_port(metrics, d)->peak_frame_bytes;
        uint64_t bound = theory_bound_bytes(setup, &inputs, weft_arrivals_reports(arrivals), d, end_ps);
        if (held > bound)
            g_error("scenario of seed %u: port %u held %" G_GUINT64_FORMAT " bytes, bound %" G_GUINT64_FORMAT,
                    seed, d, held, bound);
        if (held == 0)
            continue;
        double ratio = (double)held / (double)bound;
        g_array_append_val(ratios, ratio);
    }
    theory_inputs_clear(&inputs);
    weft_arrivals_free(arrivals);
    weft_metrics_free(metrics);
}

static gint by_size(gconstpointer a, gconstpointer b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of the ports this share must hold at least half of the bound, and this one at least nine tenths. A port that holds one
 * packet has half, because of the packet that is being sent; an order that interleaves, and background traffic, has less. */
struct kind {
    struct lab *(*lab)(GRand *rand);
    int scenarios;
    double half, most;
};

static double share_from(const GArray *ratios, double least)
{
    guint below = 0;
    while (below < ratios->len && g_array_index(ratios, double, below) < least)
        below++;
    return 1 - (double)below / ratios->len;
}

static void test_bound(gconstpointer data)
{
    const struct kind *kind = data;
    GArray *ratios = g_array_new(FALSE, FALSE, sizeof(double));
    for (int i = 0; i < kind->scenarios; i++) {
        guint32 seed = (guint32)g_test_rand_int();
        GRand *rand = g_rand_new_with_seed(seed);
        struct lab *lab = kind->lab(rand);
        use_random_method(lab, rand);
        use_random_rules(lab, rand);
        check(lab, seed, ratios);
        lab_free(lab);
        g_rand_free(rand);
    }
    g_array_sort(ratios, by_size);
    GString *text = g_string_new(NULL);
    for (guint share = 0; share <= 100; share += 10)
        g_string_append_printf(
            text, " %.3f", g_array_index(ratios, double, (guint)((ratios->len - 1) * (guint64)share / 100)));
    g_test_message("%u ports, measured / bound by tenths:%s", ratios->len, text->str);
    g_string_free(text, TRUE);
    g_test_message("half of it or more: %.3f, nine tenths or more: %.3f", share_from(ratios, .5),
                   share_from(ratios, .9));
    g_assert_cmpfloat(share_from(ratios, .499), >=, kind->half);
    g_assert_cmpfloat(share_from(ratios, .9), >=, kind->most);
    g_array_unref(ratios);
}

int main(int argc, char **argv)
{
    static const struct kind random = {lab_random, 4000, .5, .03}, bursts = {lab_bursts, 3000, .35, .11},
                             trees = {lab_trees, 3000, .25, .04};
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/bound/random", &random, test_bound);
    g_test_add_data_func("/bound/bursts", &bursts, test_bound);
    g_test_add_data_func("/bound/trees", &trees, test_bound);
    return g_test_run();
}
