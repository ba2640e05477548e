/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The network of back end simgrid-packet without SimGrid: its events one after the other, in the order that the back end
 * keeps for one instant, and in others. In a scene full of ties the first must be `reference`, and every other must not: so
 * each part of the order matters, and a test that compares packets sees it. */

#include "common/hosts.h"
#include "journal.h"
#include "lab.h"
#include "simgrid-packet/network.h"
#include "weft/reference.h"

#include <string.h>

enum { STATIONS = 32 };

struct drive {
    const struct weft_setup *setup;
    struct hop_network *network;
    weft_ps at_ps[STATIONS]; /* WEFT_NEVER: none ahead */
};

static void await(void *ctx, uint32_t station, weft_ps at_ps)
{
    struct drive *drive = ctx;
    g_assert_cmpuint(station, <, STATIONS);
    g_assert_cmpuint(drive->at_ps[station], ==, WEFT_NEVER);
    drive->at_ps[station] = at_ps;
}

/* Kinds of stations, in the order of their numbers. */
enum kind { PORT, SERVER, TRUNK, SOURCE };

static enum kind kind_of(const struct weft_setup *setup, uint32_t station)
{
    uint32_t link = station - weft_setup_ports(setup);
    if (station < weft_setup_ports(setup))
        return PORT;
    return link < setup->servers ? SERVER : link < setup->servers + setup->trunks ? TRUNK : SOURCE;
}

/* What goes first at one instant: a kind's letter, capital if the highest number of its kind goes first. */
static uint32_t rank(const struct weft_setup *setup, uint32_t station, const char *order)
{
    static const char letter[] = {'p', 's', 't', 'b'};
    for (uint32_t place = 0; place < 4; place++)
        if (g_ascii_tolower(order[place]) == letter[kind_of(setup, station)])
            return place * 100 + (g_ascii_isupper(order[place]) ? 99 - station : station);
    g_assert_not_reached();
}

static uint32_t first_station(const struct drive *drive, const char *order)
{
    uint32_t first = 0;
    for (uint32_t i = 1; i < hop_network_stations(drive->network); i++)
        if (drive->at_ps[i] < drive->at_ps[first] ||
            (drive->at_ps[i] == drive->at_ps[first] &&
             rank(drive->setup, i, order) < rank(drive->setup, first, order)))
            first = i;
    return first;
}

static void step_host(struct drive *drive, struct weft_hosts *hosts)
{
    static struct weft_train train;
    uint32_t server = weft_hosts_first(hosts);
    weft_hosts_step(hosts, server, weft_hosts_next(hosts));
    while (weft_hosts_take(hosts, server, weft_host_next(weft_hosts_host(hosts, server)), &train) > 0)
        hop_network_give(drive->network, server, &train);
}

static GBytes *run(const struct weft_setup *setup, const char *order)
{
    struct journal *journal = journal_new(setup, false);
    const struct weft_watch watch = journal_watch(journal);
    struct weft_hosts *hosts = weft_hosts_new(setup, &watch, 1);
    struct weft_reports *reports = weft_reports_new(setup, &watch, 1);
    struct drive drive = {.setup = setup};
    memset(drive.at_ps, 0xff, sizeof(drive.at_ps));
    drive.network = hop_network_new(setup, reports, await, &drive);
    for (;;) {
        uint32_t station = first_station(&drive, order);
        weft_ps at_ps = drive.at_ps[station];
        if (at_ps == WEFT_NEVER && weft_hosts_next(hosts) == WEFT_NEVER)
            break;
        if (weft_hosts_next(hosts) <= at_ps) {
            step_host(&drive, hosts);
            continue;
        }
        drive.at_ps[station] = WEFT_NEVER;
        hop_network_happen(drive.network, station, at_ps);
    }
    g_assert_cmpuint(weft_reports_finish(reports), ==, 0);
    weft_hosts_advance(hosts, WEFT_NEVER);
    weft_hosts_finish(hosts);
    GBytes *all = journal_bytes(journal);
    hop_network_free(drive.network);
    weft_reports_free(reports);
    weft_hosts_free(hosts);
    journal_free(journal);
    return all;
}

/* Two switches and trunks without delay between them. Packets of 1,000 bytes take 8 us on the servers' links, the trunks and
 * the sources' links, and four times that to the one device behind the second switch, whose port has room for three. What
 * servers 0 and 3 send crosses a trunk and comes in with what servers 1 and 2 and two sources send there, and lasts longer. */
static struct lab *new_scene(void)
{
    static const uint32_t home[] = {0, 1, 1, 0};
    struct lab *lab = lab_new(4);
    lab->setup.network = &weft_network_raw;
    lab->setup.duration_ps = WEFT_PS_PER_S / 50;
    lab->setup.write.interval_ps = WEFT_PS_PER_S / 200;
    lab_use(lab, lab_method("multi-destination"));
    uint32_t far = lab_add_switch(lab);
    lab_join(lab, 0, far, 1000000000, 0);
    lab_join(lab, 0, far, 1000000000, 0); /* routes use one of the two */
    for (guint s = 0; s < G_N_ELEMENTS(home); s++) {
        if (s > 0)
            lab_add_server(lab);
        lab_server(lab, s)->switch_index = home[s];
        lab_server(lab, s)->link_bps = 1000000000;
        lab_server(lab, s)->mtu_bytes = 1500;
        lab_stream(lab, s)->server = s;
        lab_stream(lab, s)->device = 0;
        lab_stream(lab, s)->clock = (struct weft_clock){.rate_bps = 50000000, .payload_bytes = 1000};
    }
    for (guint i = 0; i < 4; i++) {
        lab_device(lab, i)->switch_index = far;
        lab_device(lab, i)->rate_bps = 250000000;
    }
    for (guint i = 0; i < lab->switch_->len; i++) {
        struct weft_port_rules *rules = &g_array_index(lab->switch_, struct weft_switch, i).rules;
        *rules = (struct weft_port_rules){.buffer = weft_buffers[2], .memory = {.limit = i == far ? 3 : 100}};
        g_assert_cmpstr(rules->buffer->name, ==, "packets");
    }
    for (guint b = 0; b < 2; b++) {
        struct weft_background_source source = {
            .name = lab_name(lab, b),
            .switch_index = far,
            .link_bps = 1000000000,
            .background = {.pattern = weft_backgrounds[0], .packet_bytes = 1000, .rate_bps = 125000000}};
        g_array_append_val(lab->source, source);
    }
    return lab;
}

static gint compare_hops(gconstpointer a, gconstpointer b)
{
    const struct journal_hop *x = a, *y = b;
    if (x->packet != y->packet)
        return x->packet < y->packet ? -1 : 1;
    return x->in_ps < y->in_ps ? -1 : x->in_ps > y->in_ps;
}

/* Instants and fates of all packets, those of background traffic among them; not the order in which they were told. The
 * caller unrefs. */
static GArray *hops_of(GBytes *journal, uint32_t servers)
{
    gsize bytes;
    const guint8 *all = g_bytes_get_data(journal, &bytes);
    gsize rows = journal_rows(journal, servers) * sizeof(struct journal_row);
    gsize hops = (bytes - rows - servers * sizeof(struct weft_host_counters)) / sizeof(struct journal_hop);
    GArray *array = g_array_new(FALSE, FALSE, sizeof(struct journal_hop));
    g_array_append_vals(array, all + rows, (guint)hops);
    g_array_sort(array, compare_hops);
    return array;
}

static bool same_packets(GBytes *a, GBytes *b, uint32_t servers)
{
    g_autoptr(GArray) x = hops_of(a, servers), y = hops_of(b, servers);
    return x->len == y->len && memcmp(x->data, y->data, x->len * sizeof(struct journal_hop)) == 0;
}

static void test_ties(void)
{
    /* Arrivals before departures; each two kinds of arrivals that are neighbours the other way round; the highest number
     * of a kind first. */
    static const char *const others[] = {"sptb", "stbp", "ptsb", "psbt", "pStb", "pstB"};
    struct lab *lab = new_scene();
    const struct weft_setup *setup = lab_setup(lab);
    g_autoptr(GBytes) expected = journal_run(&weft_backend_reference, setup, false);
    g_autoptr(GBytes) got = run(setup, "pstb");
    g_assert_true(same_packets(expected, got, setup->servers));
    uint64_t outcomes[WEFT_OUTCOMES] = {0};
    journal_count_outcomes(expected, setup->servers, outcomes);
    g_assert_cmpuint(outcomes[WEFT_DELIVERED], >, 30);
    g_assert_cmpuint(outcomes[WEFT_DROPPED_BUFFER], >, 30);
    journal_assert_equal(expected, got, "pstb");
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autoptr(GBytes) other = run(setup, others[i]);
        if (same_packets(expected, other, setup->servers)) {
            g_test_message("order %s makes no difference", others[i]);
            g_test_fail();
        }
    }
    lab_free(lab);
}

/* Which port is first at one instant makes no difference to any packet: ports only give room back. */
static void test_ports_are_alike(void)
{
    struct lab *lab = new_scene();
    const struct weft_setup *setup = lab_setup(lab);
    g_autoptr(GBytes) expected = journal_run(&weft_backend_reference, setup, false);
    g_autoptr(GBytes) got = run(setup, "Pstb");
    journal_assert_equal(expected, got, "Pstb");
    lab_free(lab);
}

static uint32_t some(int from, int to)
{
    return (uint32_t)g_test_rand_int_range(from, to);
}

/* The time of a packet on a fast link, a few times over: whatever happens in a scene of these happens with something else. */
static weft_ps some_packets_ps(int from, int to)
{
    return some(from, to) * UINT64_C(8000000);
}

static void draw_rules(struct weft_port_rules *rules)
{
    *rules = (struct weft_port_rules){.latency_ps = some_packets_ps(0, 3),
                                      .buffer = weft_buffers[some(0, 4)],
                                      .accounting = weft_accountings[some(0, 2)],
                                      .forwarding = weft_forwardings[some(0, 2)],
                                      .sharing = some(0, 2) ? weft_sharings[some(0, 2)] : NULL,
                                      .memory = {.cell_bytes = some(0, 2) ? 500 : 100,
                                                 .shared_bytes = 1000 * some(1, 30),
                                                 .reserved_bytes = 1000 * some(0, 3),
                                                 .alpha_num = some(1, 3),
                                                 .alpha_den = some(1, 3)}};
    bool in_bytes = g_str_equal(rules->buffer->name, "bytes");
    rules->memory.limit = in_bytes ? 1000 * some(1, 12) : some(1, 12) * (rules->buffer->cells ? 2 : 1);
    rules->scheduler = weft_schedulers[some(0, 2)];
    if (rules->scheduler->by_class)
        rules->accounting = weft_accountings[0];
}

static struct lab *random_scene(void)
{
    struct lab *lab = new_scene();
    for (guint i = 0; i < lab->switch_->len; i++)
        draw_rules(&g_array_index(lab->switch_, struct weft_switch, i).rules);
    for (guint i = 0; i < lab->trunk->len; i++)
        g_array_index(lab->trunk, struct weft_trunk, i).delay_ps = some_packets_ps(0, 2);
    for (guint i = 0; i < lab->source->len; i++)
        g_array_index(lab->source, struct weft_background_source, i).class_ = some(0, 3);
    for (guint i = 0; i < lab->stream->len; i++) {
        lab_stream(lab, i)->class_ = some(0, 3);
        lab_stream(lab, i)->device = some(0, 2);
        lab_device(lab, i)->rate_bps = some(0, 2) ? 250000000 : 1000000000;
        lab_device(lab, i)->delay_ps = some_packets_ps(0, 2);
        if (some(0, 2))
            lab_device(lab, i)->off_ps = WEFT_PS_PER_S / 200 + some_packets_ps(0, 400);
        if (some(0, 2)) {
            lab_server(lab, i)->down_ps = some_packets_ps(1, 30);
            lab_server(lab, i)->up_ps = lab_server(lab, i)->down_ps + some_packets_ps(1, 30);
        }
    }
    return lab;
}

/* Every instant of such a scene is a whole number of microseconds, so bounds are met again and again. */
static void test_coarse(void)
{
    uint64_t outcomes[WEFT_OUTCOMES] = {0};
    for (int i = 0; i < 300; i++) {
        g_autofree char *what = g_strdup_printf("coarse scene %d", i);
        struct lab *lab = random_scene();
        const struct weft_setup *setup = lab_setup(lab);
        g_autoptr(GBytes) expected = journal_run(&weft_backend_reference, setup, false);
        g_autoptr(GBytes) got = run(setup, "pstb");
        journal_assert_equal(expected, got, what);
        journal_count_outcomes(expected, setup->servers, outcomes);
        lab_free(lab);
    }
    for (int i = 0; i < WEFT_OUTCOMES; i++)
        g_assert_cmpuint(outcomes[i], >, 500);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hop/ties", test_ties);
    g_test_add_func("/hop/ports-are-alike", test_ports_are_alike);
    g_test_add_func("/hop/coarse", test_coarse);
    return g_test_run();
}
