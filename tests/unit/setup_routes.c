/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Routes against a listing of all ways: of every pair of a server and a port in random networks each way that meets no
 * switch twice is written down, the shortest are sorted, and the one that docs/model.md names must be it. Ways that a setup
 * brings are taken, or refused for the right reason. */

#include "weft/routes.h"

#include "lab.h"

#include <string.h>

enum { MOST_WAY = 7 };

struct way {
    uint32_t length, port[MOST_WAY];
};

static uint32_t some(int from, int to)
{
    return (uint32_t)g_test_rand_int_range(from, to);
}

static void add_trunk(struct lab *lab, uint32_t from, uint32_t to)
{
    const struct weft_trunk trunk = {
        .name = lab_name(lab, lab->trunk->len), .from = from, .to = to, .rate_bps = 1000000};
    g_array_append_val(lab->trunk, trunk);
}

/* A lab with so many switches, servers and devices on random ones, a trunk from each to each with some probability. */
static struct lab *random_network(uint32_t switches, uint32_t devices, int percent)
{
    struct lab *lab = lab_new(devices);
    for (uint32_t i = 1; i < switches; i++) {
        struct weft_switch row = g_array_index(lab->switch_, struct weft_switch, 0);
        row.name = lab_name(lab, i);
        g_array_append_val(lab->switch_, row);
    }
    for (uint32_t a = 0; a < switches; a++)
        for (uint32_t b = 0; b < switches; b++)
            for (int parallel = 0; parallel < 2; parallel++)
                if (a != b && (int)some(0, 100 * (1 + 3 * parallel)) < percent)
                    add_trunk(lab, a, b);
    lab_server(lab, 0)->switch_index = some(0, (int)switches);
    for (uint32_t i = 0; i < devices; i++)
        lab_device(lab, i)->switch_index = some(0, (int)switches);
    return lab;
}

/* All ways from switch `at` to `end`, of at most MOST_WAY ports. */
static void list_ways(const struct weft_setup *setup, uint32_t at, uint32_t end, struct way *way,
                      uint32_t met, GArray *ways)
{
    met |= 1U << at;
    if (weft_setup_port_switch(setup, end) == at && way->length < MOST_WAY) {
        way->port[way->length++] = end;
        g_array_append_val(ways, *way);
        way->length--;
        return;
    }
    for (uint32_t t = 0; t < setup->trunks && way->length + 1 < MOST_WAY; t++)
        if (setup->trunk[t].from == at && !(met & 1U << setup->trunk[t].to)) {
            way->port[way->length++] = setup->devices + t;
            list_ways(setup, setup->trunk[t].to, end, way, met, ways);
            way->length--;
        }
}

static gint by_length_then_ports(gconstpointer a, gconstpointer b)
{
    const struct way *x = a, *y = b;
    if (x->length != y->length)
        return x->length < y->length ? -1 : 1;
    for (uint32_t i = 0; i < x->length; i++)
        if (x->port[i] != y->port[i])
            return x->port[i] < y->port[i] ? -1 : 1;
    return 0;
}

/* How many ports of the switch are before this one. */
static uint32_t place_of(const struct weft_setup *setup, uint32_t port)
{
    uint32_t place = 0;
    for (uint32_t p = 0; p < port; p++)
        place += weft_setup_port_switch(setup, p) == weft_setup_port_switch(setup, port);
    return place;
}

/* Returns whether there is a way; then it must be the one that is expected. */
static bool check_way(const struct weft_setup *setup, uint32_t flow, const struct weft_routes *routes,
                      uint32_t *equal)
{
    uint32_t port =
        flow < setup->streams ? setup->stream[flow].device : setup->source[flow - setup->streams].port;
    uint32_t from = flow < setup->streams ? setup->server[setup->stream[flow].server].switch_index
                                          : setup->source[flow - setup->streams].switch_index;
    g_autoptr(GArray) ways = g_array_new(FALSE, FALSE, sizeof(struct way));
    struct way way = {0};
    list_ways(setup, from, port, &way, 0, ways);
    if (ways->len == 0)
        return false;
    g_array_sort(ways, by_length_then_ports);
    uint32_t shortest = 0;
    while (shortest < ways->len &&
           g_array_index(ways, struct way, shortest).length == g_array_index(ways, struct way, 0).length)
        shortest++;
    g_assert_cmpuint(shortest, >, 0);
    const struct way *expected = &g_array_index(ways, struct way, place_of(setup, port) % shortest);
    *equal += shortest > 1;
    if (!routes)
        return true;
    g_assert_cmpuint(routes->first[flow + 1] - routes->first[flow], ==, expected->length);
    for (uint32_t i = 0; i < expected->length; i++)
        g_assert_cmpuint(routes->port[routes->first[flow] + i], ==, expected->port[i]);
    return true;
}

struct tally {
    uint32_t reached, unreached, equal, longest;
};

static void check_network(const struct weft_setup *setup, struct tally *tally)
{
    struct weft_routes routes;
    struct weft_error error;
    bool all = weft_routes_new(setup, &routes, &error) == WEFT_OK, every = true;
    uint32_t flows = weft_setup_flows(setup);
    for (uint32_t f = 0; f < flows; f++)
        every &= check_way(setup, f, all ? &routes : NULL, &tally->equal);
    g_assert_true(all == every);
    if (all)
        tally->longest = MAX(tally->longest, weft_routes_longest(&routes, flows));
    else
        g_assert_nonnull(strstr(error.text, "cannot be reached from switch"));
    tally->reached += all;
    tally->unreached += !all;
    weft_routes_clear(&routes);
}

static void test_shortest(void)
{
    struct tally tally = {0};
    for (int round = 0; round < 300; round++) {
        struct lab *lab = random_network(some(1, 7), some(1, 12), (int)some(15, 70));
        struct weft_background_source source[3];
        struct weft_setup setup = *lab_setup_unchecked(lab);
        for (uint32_t b = 0; b < G_N_ELEMENTS(source); b++)
            source[b] = (struct weft_background_source){.name = "b",
                                                        .switch_index = some(0, (int)setup.switches),
                                                        .port = some(0, (int)weft_setup_ports(&setup))};
        setup.source = source;
        setup.sources = G_N_ELEMENTS(source);
        check_network(&setup, &tally);
        lab_free(lab);
    }
    g_assert_cmpuint(tally.reached, >, 30);
    g_assert_cmpuint(tally.unreached, >, 30);
    g_assert_cmpuint(tally.equal, >, 100);
    g_assert_cmpuint(tally.longest, >=, 4);
}

/* A row of `n` switches with two trunks from each to the next, the device at its end. */
static struct lab *row_of_switches(uint32_t n)
{
    struct lab *lab = random_network(n, 1, 0);
    lab_server(lab, 0)->switch_index = 0;
    lab_device(lab, 0)->switch_index = n - 1;
    for (uint32_t i = 0; i + 1 < n; i++)
        for (int parallel = 0; parallel < 2; parallel++)
            add_trunk(lab, i, i + 1);
    return lab;
}

/* 2^99 ways: more than can be counted. Device d of the last switch takes way d: its number in binary. */
static void test_many_ways(void)
{
    struct lab *lab = row_of_switches(100);
    for (uint32_t d = 1; d < 6; d++) {
        struct weft_device device = *lab_device(lab, 0);
        struct weft_stream stream = *lab_stream(lab, 0);
        device.name = stream.name = lab_name(lab, d);
        stream.device = d;
        g_array_append_val(lab->device, device);
        g_array_append_val(lab->stream, stream);
    }
    const struct weft_setup *setup = lab_setup(lab);
    struct weft_routes routes;
    g_assert_cmpint(weft_routes_new(setup, &routes, NULL), ==, WEFT_OK);
    for (uint32_t d = 0; d < 6; d++)
        for (uint32_t hop = 0; hop < 99; hop++)
            g_assert_cmpuint(routes.port[routes.first[d] + hop], ==,
                             setup->devices + 2 * hop + (98 - hop < 32 ? d >> (98 - hop) & 1 : 0));
    weft_routes_clear(&routes);
    lab_free(lab);
}

static void assert_refused(const struct weft_setup *setup, const char *word)
{
    struct weft_error error = {""};
    g_assert_cmpint(weft_setup_check(setup, &error), ==, WEFT_INVALID);
    if (!strstr(error.text, word))
        g_error("'%s' does not speak of '%s'", error.text, word);
}

static void test_given(void)
{
    struct lab *lab = row_of_switches(3);
    add_trunk(lab, 1, 0);
    struct weft_setup *setup = &lab->setup;
    uint32_t first[] = {0, 3}, route[8];
    lab_setup(lab);
    setup->route_first = first;
    setup->route = route;
    uint32_t d = setup->devices;
    struct weft_routes routes;
    memcpy(route, (uint32_t[]){d + 1, d + 2, 0}, 3 * sizeof *route);
    g_assert_cmpint(weft_setup_check(setup, NULL), ==, WEFT_OK);
    g_assert_cmpint(weft_routes_new(setup, &routes, NULL), ==, WEFT_OK);
    g_assert_cmpuint(routes.first[1], ==, 3);
    g_assert_cmpint(memcmp(routes.port, route, 3 * sizeof *route), ==, 0);
    weft_routes_clear(&routes);

    first[1] = 0;
    assert_refused(setup, "has no port");
    first[1] = 2;
    assert_refused(setup, "ends at another port");
    first[1] = 3;
    route[1] = d + 1;
    assert_refused(setup, "not of the switch");
    route[1] = d + 5;
    assert_refused(setup, "not of the switch");
    memcpy(route, (uint32_t[]){d + 1, d + 4, d, d + 2, 0}, 5 * sizeof *route);
    first[1] = 5;
    assert_refused(setup, "meets a switch twice");
    memcpy(route, (uint32_t[]){d, d + 2, 0, 0}, 4 * sizeof *route);
    first[1] = 4;
    assert_refused(setup, "goes on behind a device");
    setup->route_first = NULL;
    assert_refused(setup, "routes in part");
    setup->route_first = first;
    setup->route = NULL;
    assert_refused(setup, "routes in part");
    setup->route = route;
    first[0] = 1;
    assert_refused(setup, "routes in part");
    lab_free(lab);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/setup/routes/shortest", test_shortest);
    g_test_add_func("/setup/routes/many-ways", test_many_ways);
    g_test_add_func("/setup/routes/given", test_given);
    return g_test_run();
}
