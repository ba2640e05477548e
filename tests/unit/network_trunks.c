/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fabrics of several switches against a naive simulation: one list of events, searched whole for the next in the order of
 * docs/model.md (instant of the last bit in, link, number on the link), and ports that are looked up in the list of all
 * that ever went through them. Every report must be the same, in the same order. Times are coarse: a nanosecond a byte
 * everywhere, so that arrivals over different links meet in one picosecond again and again. */
#include "weft/fabric.h"

#include <glib.h>
#include <string.h>

enum { SERVERS = 4, SWITCHES = 6, DEVICES = 6, STREAMS = 10, SOURCES = 4, TRUNKS = 40, PACKETS = 60 };
enum { PORTS = DEVICES + TRUNKS, FLOWS = STREAMS + SOURCES, LINKS = SERVERS + TRUNKS + SOURCES };
#define NS      UINT64_C(1000)
#define BYTE_NS UINT64_C(8000000000) /* bit/s: a byte takes a nanosecond */

/* A packet on its way to the switch that its link leads to. */
struct event {
    weft_ps tx_ps, in_ps;
    uint32_t link; /* servers, trunks by port, sources */
    uint32_t flow, number, bytes, hop;
    uint64_t name;
    bool done;
};

/* A report of the fabric, and what the simulation says that it must be. */
struct report {
    uint64_t name;
    enum weft_point point;
    uint32_t flow, number, bytes, port, outcome;
    weft_ps tx_ps, at_ps, done_ps;
};

struct scene {
    struct weft_fabric_params params;
    struct weft_fabric_ingress ingress[SERVERS];
    struct weft_port_rules rules[SWITCHES];
    struct weft_fabric_port port[PORTS];
    struct weft_fabric_source source[SOURCES];
    uint32_t switches, devices, trunks;
    uint32_t from[TRUNKS], to[TRUNKS];
    uint32_t route_first[FLOWS + 1], route[FLOWS * SWITCHES];
    struct event sent[SERVERS][PACKETS];
    GArray *event;               /* of the simulation */
    GArray *passed[PORTS];       /* struct report: all that ever went through */
    GArray *expected, *reported; /* struct report */
    weft_ps until_ps;
};

static uint32_t some(int from, int to)
{
    return (uint32_t)g_test_rand_int_range(from, to);
}

/* --- random networks --- */

static void join(struct scene *scene, uint32_t a, uint32_t b)
{
    for (int way = 0; way < 2; way++) {
        scene->from[scene->trunks] = way ? b : a;
        scene->to[scene->trunks++] = way ? a : b;
    }
}

static void make_topology(struct scene *scene)
{
    uint32_t kind = some(0, 4), n = scene->switches = some(1, SWITCHES + 1), spines = 1 + some(0, 2);
    for (uint32_t s = 1; s < n; s++)
        if (kind == 0) /* chain */
            join(scene, s - 1, s);
        else if (kind == 1) /* tree */
            join(scene, some(0, (int)s), s);
        else if (kind == 2) /* leaf and spine: the first ones are spines */
            for (uint32_t spine = 0; spine < spines && s >= spines; spine++)
                join(scene, spine, s);
        else { /* a ring, with parallel trunks here and there */
            join(scene, s - 1, s);
            if (s == n - 1 && n > 2)
                join(scene, s, 0);
            if (some(0, 3) == 0)
                join(scene, s, s - 1);
        }
}

static bool is_below(const struct weft_buffer_params *params, const struct weft_buffer_use *use,
                     uint64_t frame_bytes)
{
    (void)frame_bytes;
    return use->packets < params->limit;
}

static bool has_bytes(const struct weft_buffer_params *params, const struct weft_buffer_use *use,
                      uint64_t frame_bytes)
{
    return use->bytes + frame_bytes <= params->limit;
}

static const struct weft_buffer of_packets = {.name = "packets", .help = "packets", .accepts = is_below},
                                of_bytes = {.name = "bytes", .help = "bytes", .accepts = has_bytes};

static void make_rules(struct scene *scene, bool losses)
{
    for (uint32_t s = 0; s < scene->switches; s++) {
        struct weft_port_rules *rules = &scene->rules[s];
        *rules = (struct weft_port_rules){.latency_ps = NS * some(0, 2), .buffer = weft_buffers[0]};
        if (losses && some(0, 3)) {
            rules->buffer = some(0, 2) ? &of_packets : &of_bytes;
            rules->memory.limit = rules->buffer == &of_packets ? some(1, 6) : some(5, 30);
        }
    }
}

static void make_ports(struct scene *scene, bool losses)
{
    scene->devices = some((int)scene->switches, DEVICES + 1);
    for (uint32_t p = 0; p < scene->devices + scene->trunks; p++) {
        bool trunk = p >= scene->devices;
        struct weft_fabric_port *port = &scene->port[p];
        *port =
            (struct weft_fabric_port){.switch_index = trunk                 ? scene->from[p - scene->devices]
                                                      : p < scene->switches ? p /* each switch has a device */
                                                                            : some(0, (int)scene->switches),
                                      .to_switch = trunk ? scene->to[p - scene->devices] : WEFT_TO_DEVICE,
                                      .rate_bps = BYTE_NS / (1 + some(0, 4)),
                                      .delay_ps = NS * some(0, 3)};
        if (losses && !trunk && some(0, 4) == 0)
            port->off_ps = NS * some(1, 400);
    }
}

/* A random way from switch `at` that meets no switch twice, to a device, or over a trunk where a source's packets are gone.
 * Returns its length. */
static uint32_t wander(const struct scene *scene, uint32_t at, bool trunk_may_end, uint32_t *way)
{
    bool met[SWITCHES] = {false};
    for (uint32_t length = 0;;) {
        uint32_t next[PORTS], n = 0;
        met[at] = true;
        for (uint32_t p = 0; p < scene->devices + scene->trunks; p++)
            if (scene->port[p].switch_index == at && (p < scene->devices || !met[scene->port[p].to_switch]))
                next[n++] = p;
        uint32_t port = way[length++] = next[some(0, (int)n)];
        if (port < scene->devices || (trunk_may_end && some(0, 3) == 0))
            return length;
        at = scene->port[port].to_switch;
    }
}

static void make_routes(struct scene *scene)
{
    for (uint32_t f = 0; f < FLOWS; f++) {
        uint32_t from =
            f < STREAMS ? scene->ingress[f % SERVERS].switch_index : some(0, (int)scene->switches);
        uint32_t *way = scene->route + scene->route_first[f];
        scene->route_first[f + 1] = scene->route_first[f] + wander(scene, from, f >= STREAMS, way);
    }
}

static void make_sources(struct scene *scene)
{
    for (uint32_t b = 0; b < SOURCES; b++) {
        uint32_t bytes = some(1, 6);
        scene->source[b] = (struct weft_fabric_source){
            .background = {.pattern = weft_backgrounds[0],
                           .packet_bytes = bytes,
                           .rate_bps = BYTE_NS / (1 + some(0, 5)),
                           .start_ps = NS * some(0, 50)},
            .link_bps = BYTE_NS / (1 + some(0, 2)),
            .until_ps = NS * some(0, 300),
            .frame_bytes = bytes,
            .payload_bytes = bytes,
        };
    }
}

static void make_packets(struct scene *scene)
{
    for (uint32_t s = 0; s < SERVERS; s++) {
        weft_ps now_ps = NS * some(0, 20);
        for (uint32_t n = 0; n < PACKETS; n++) {
            uint32_t bytes = some(1, 6), turn = some(0, (STREAMS - 1 - (int)s) / SERVERS + 1);
            scene->sent[s][n] = (struct event){.tx_ps = now_ps,
                                               .in_ps = now_ps + NS * bytes + scene->ingress[s].delay_ps,
                                               .link = s,
                                               .flow = s + turn * SERVERS,
                                               .number = n,
                                               .bytes = bytes,
                                               .name = (uint64_t)s << WEFT_PACKET_SERVER_SHIFT | n};
            now_ps += NS * (bytes + (some(0, 3) ? 0 : some(0, 30)));
        }
    }
}

/* --- the simulation --- */

static bool comes_before(const struct event *a, const struct event *b)
{
    if (a->in_ps != b->in_ps)
        return a->in_ps < b->in_ps;
    return a->link != b->link ? a->link < b->link : a->name < b->name;
}

/* Packet n of a source is ready n packet times after the start and goes out then or when the one before is out. */
static void add_source(struct scene *scene, uint32_t b)
{
    const struct weft_fabric_source *source = &scene->source[b];
    weft_ps free_ps = 0, byte_ps = 8 * WEFT_PS_PER_S / source->link_bps;
    for (uint32_t n = 0;; n++) {
        weft_ps ready_ps = source->background.start_ps +
                           n * source->frame_bytes * (8 * WEFT_PS_PER_S / source->background.rate_bps);
        weft_ps tx_ps = MAX(ready_ps, free_ps);
        if (tx_ps >= source->until_ps)
            return;
        free_ps = tx_ps + source->frame_bytes * byte_ps;
        const struct event event = {.tx_ps = tx_ps,
                                    .in_ps = free_ps,
                                    .link = SERVERS + scene->trunks + b,
                                    .flow = STREAMS + b,
                                    .number = n,
                                    .bytes = source->frame_bytes,
                                    .name = (uint64_t)(SERVERS + b) << WEFT_PACKET_SERVER_SHIFT | n};
        g_array_append_val(scene->event, event);
    }
}

/* Whether the port, which holds what came in and has not left by `now_ps`, has no room for so many bytes more; and when its
 * link is free. */
static bool is_refused(const struct scene *scene, uint32_t index, weft_ps now_ps, uint32_t bytes,
                       weft_ps *free_ps)
{
    const struct weft_port_rules *rules = &scene->rules[scene->port[index].switch_index];
    uint64_t held_packets = 0, held_bytes = 0;
    *free_ps = 0;
    for (guint i = 0; i < scene->passed[index]->len; i++) {
        const struct report *before = &g_array_index(scene->passed[index], struct report, i);
        *free_ps = MAX(*free_ps, before->done_ps);
        held_packets += before->done_ps > now_ps;
        held_bytes += before->done_ps > now_ps ? before->bytes : 0;
    }
    if (rules->buffer == &of_packets)
        return held_packets >= rules->memory.limit;
    return rules->buffer == &of_bytes && held_bytes + bytes > rules->memory.limit;
}

static enum weft_outcome pass_port(struct scene *scene, const struct event *event, struct report *report)
{
    const struct weft_fabric_port *port = &scene->port[report->port];
    weft_ps free_ps;
    report->done_ps = WEFT_NEVER;
    if (event->link < SERVERS) {
        const struct weft_fabric_ingress *ingress = &scene->ingress[event->link];
        if (event->tx_ps < ingress->up_ps && event->in_ps - ingress->delay_ps > ingress->down_ps)
            return WEFT_DROPPED_LINK;
    }
    if (is_refused(scene, report->port, event->in_ps, event->bytes, &free_ps))
        return WEFT_DROPPED_BUFFER;
    report->done_ps = MAX(free_ps, event->in_ps + scene->rules[port->switch_index].latency_ps) +
                      event->bytes * (8 * WEFT_PS_PER_S / port->rate_bps);
    g_array_append_val(scene->passed[report->port], *report);
    bool off = port->off_ps > 0 && report->done_ps + port->delay_ps >= port->off_ps;
    return off ? WEFT_DROPPED_DEVICE : WEFT_DELIVERED;
}

/* One packet at one switch; then it is on its way to the next, or at its device. */
static void simulate_event(struct scene *scene, struct event event)
{
    const uint32_t *way = scene->route + scene->route_first[event.flow];
    uint32_t length = scene->route_first[event.flow + 1] - scene->route_first[event.flow];
    struct report report = {.name = event.name,
                            .point = WEFT_AT_SWITCH,
                            .flow = event.flow,
                            .number = event.number,
                            .bytes = event.bytes,
                            .port = way[event.hop],
                            .tx_ps = event.tx_ps,
                            .at_ps = event.in_ps};
    report.outcome = pass_port(scene, &event, &report);
    g_array_append_val(scene->expected, report);
    if (report.outcome != WEFT_DELIVERED)
        return;
    weft_ps there_ps = report.done_ps + scene->port[report.port].delay_ps;
    if (event.hop + 1 < length) {
        event.link = SERVERS + report.port - scene->devices;
        event.in_ps = there_ps;
        event.hop++;
        g_array_append_val(scene->event, event);
    } else if (event.flow < STREAMS) {
        report.point = WEFT_AT_DEVICE;
        report.at_ps = report.done_ps = there_ps;
        report.port = 0;
        g_array_append_val(scene->expected, report);
    }
}

static void simulate(struct scene *scene)
{
    for (uint32_t s = 0; s < SERVERS; s++)
        g_array_append_vals(scene->event, scene->sent[s], PACKETS);
    for (uint32_t b = 0; b < SOURCES; b++)
        add_source(scene, b);
    for (;;) {
        struct event *first = NULL;
        for (guint i = 0; i < scene->event->len; i++) {
            struct event *event = &g_array_index(scene->event, struct event, i);
            if (!event->done && (!first || comes_before(event, first)))
                first = event;
        }
        if (!first)
            return;
        first->done = true;
        struct event event = *first;
        event.done = false;
        simulate_event(scene, event);
    }
}

/* --- the fabric --- */

static void see(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct scene *scene = ctx;
    g_assert_cmpuint(node, ==, 0);
    for (uint32_t i = 0; i < train->n; i++) {
        const struct report report = {.name = train->packet[i],
                                      .point = point,
                                      .flow = train->stream[i],
                                      .number = train->number[i],
                                      .bytes = train->frame_bytes[i],
                                      .port = point == WEFT_AT_SWITCH ? train->port[i] : 0,
                                      .outcome = train->outcome[i],
                                      .tx_ps = train->tx_ps[i],
                                      .at_ps = train->at_ps[i],
                                      .done_ps = train->done_ps[i]};
        if (point == WEFT_AT_SWITCH) {
            g_assert_cmpuint(report.at_ps, <=, scene->until_ps); /* not before its time */
            g_assert_cmpuint(train->enter_ps[i], ==, report.at_ps);
        }
        g_array_append_val(scene->reported, report);
    }
}

static void push(struct weft_fabric *fabric, const struct event *event)
{
    struct weft_train train = {.n = 1};
    train.packet[0] = event->name;
    train.stream[0] = event->flow;
    train.number[0] = event->number;
    train.payload_bytes[0] = train.frame_bytes[0] = event->bytes;
    train.tx_ps[0] = train.at_ps[0] = event->tx_ps;
    train.done_ps[0] = event->tx_ps + NS * event->bytes;
    weft_fabric_push(fabric, event->link, &train);
}

/* Moved on in random steps; everything that is in by then has been pushed, and some that is not. */
static void run_fabric(struct scene *scene)
{
    struct weft_fabric *fabric = weft_fabric_new(&scene->params);
    uint32_t next[SERVERS] = {0};
    while (scene->until_ps != WEFT_NEVER) {
        scene->until_ps = scene->until_ps > 500 * NS ? WEFT_NEVER : scene->until_ps + NS * some(0, 60);
        for (uint32_t s = 0; s < SERVERS; s++) {
            uint32_t more = some(0, 5);
            while (next[s] < PACKETS && (scene->sent[s][next[s]].in_ps <= scene->until_ps || more-- > 0))
                push(fabric, &scene->sent[s][next[s]++]);
        }
        weft_fabric_advance(fabric, scene->until_ps);
    }
    weft_fabric_free(fabric);
}

/* Reports at switches in their order, those at devices by device and then in order. */
static GArray *select_reports(const GArray *reports, enum weft_point point)
{
    GArray *selected = g_array_new(FALSE, FALSE, sizeof(struct report));
    for (guint i = 0; i < reports->len; i++) {
        const struct report *report = &g_array_index(reports, struct report, i);
        if (report->point == point)
            g_array_append_val(selected, *report);
    }
    return selected;
}

static gint by_packet(gconstpointer a, gconstpointer b)
{
    const struct report *x = a, *y = b;
    return x->name < y->name ? -1 : x->name > y->name;
}

static void assert_same_report(const struct report *a, const struct report *b)
{
    g_assert_cmpuint(a->name, ==, b->name);
    g_assert_cmpuint(a->flow, ==, b->flow);
    g_assert_cmpuint(a->number, ==, b->number);
    g_assert_cmpuint(a->bytes, ==, b->bytes);
    g_assert_cmpuint(a->port, ==, b->port);
    g_assert_cmpuint(a->outcome, ==, b->outcome);
    g_assert_cmpuint(a->tx_ps, ==, b->tx_ps);
    g_assert_cmpuint(a->at_ps, ==, b->at_ps);
    g_assert_cmpuint(a->done_ps, ==, b->done_ps);
}

static void assert_same(const struct scene *scene, enum weft_point point)
{
    g_autoptr(GArray) expected = select_reports(scene->expected, point),
                      reported = select_reports(scene->reported, point);
    if (point == WEFT_AT_DEVICE) { /* devices do not depend on each other: their order is not promised */
        g_array_sort(expected, by_packet);
        g_array_sort(reported, by_packet);
    }
    g_assert_cmpuint(reported->len, ==, expected->len);
    for (guint i = 0; i < expected->len; i++)
        assert_same_report(&g_array_index(expected, struct report, i),
                           &g_array_index(reported, struct report, i));
}

/* Every packet of a stream is delivered or dropped, exactly once. */
static void assert_conserved(const struct scene *scene)
{
    uint32_t ends[SERVERS][PACKETS] = {0};
    for (guint i = 0; i < scene->reported->len; i++) {
        const struct report *report = &g_array_index(scene->reported, struct report, i);
        uint64_t server = report->name >> WEFT_PACKET_SERVER_SHIFT;
        if (server < SERVERS && (report->point == WEFT_AT_DEVICE || report->outcome != WEFT_DELIVERED))
            ends[server][report->number]++;
    }
    for (uint32_t s = 0; s < SERVERS; s++)
        for (uint32_t n = 0; n < PACKETS; n++)
            g_assert_cmpuint(ends[s][n], ==, 1);
}

static struct scene *scene_new(bool losses)
{
    struct scene *scene = g_new0(struct scene, 1);
    make_topology(scene);
    for (uint32_t s = 0; s < SERVERS; s++) {
        struct weft_fabric_ingress *ingress = &scene->ingress[s];
        ingress->switch_index = some(0, (int)scene->switches);
        ingress->delay_ps = NS * some(0, 3);
        if (losses && some(0, 3) == 0) {
            ingress->down_ps = NS * some(1, 200);
            ingress->up_ps = ingress->down_ps + NS * some(1, 50);
        }
    }
    make_rules(scene, losses);
    make_ports(scene, losses);
    make_routes(scene);
    make_sources(scene);
    make_packets(scene);
    scene->event = g_array_new(FALSE, FALSE, sizeof(struct event));
    scene->expected = g_array_new(FALSE, FALSE, sizeof(struct report));
    scene->reported = g_array_new(FALSE, FALSE, sizeof(struct report));
    for (uint32_t p = 0; p < PORTS; p++)
        scene->passed[p] = g_array_new(FALSE, FALSE, sizeof(struct report));
    return scene;
}

static void scene_free(struct scene *scene)
{
    for (uint32_t p = 0; p < PORTS; p++)
        g_array_unref(scene->passed[p]);
    g_array_unref(scene->event);
    g_array_unref(scene->expected);
    g_array_unref(scene->reported);
    g_free(scene);
}

/* What the scenes must have had between them: else the test says less than it seems to. */
struct tally {
    guint outcomes[WEFT_OUTCOMES], hops[SWITCHES + 1], ties, background;
};

static void count(const struct scene *scene, struct tally *tally)
{
    for (uint32_t f = 0; f < FLOWS; f++)
        tally->hops[scene->route_first[f + 1] - scene->route_first[f]]++;
    weft_ps last_ps = WEFT_NEVER;
    for (guint i = 0; i < scene->expected->len; i++) {
        const struct report *report = &g_array_index(scene->expected, struct report, i);
        tally->outcomes[report->outcome]++;
        if (report->point != WEFT_AT_SWITCH)
            continue;
        tally->ties += report->at_ps == last_ps;
        tally->background += report->flow >= STREAMS;
        last_ps = report->at_ps;
    }
}

static void test_random(void)
{
    enum { SCENES = 400 };
    struct tally tally = {0};
    for (int i = 0; i < SCENES; i++) {
        struct scene *scene = scene_new(i % 3 != 0);
        const struct weft_watch watch = {.ctx = scene, .packets = see};
        scene->params = (struct weft_fabric_params){.network = &weft_network_raw,
                                                    .ingresses = SERVERS,
                                                    .switches = scene->switches,
                                                    .ports = scene->devices + scene->trunks,
                                                    .streams = STREAMS,
                                                    .sources = i % 2 ? SOURCES : 0,
                                                    .ingress = scene->ingress,
                                                    .rules = scene->rules,
                                                    .port = scene->port,
                                                    .source = scene->source,
                                                    .route_first = scene->route_first,
                                                    .route = scene->route,
                                                    .watch = &watch,
                                                    .watches = 1};
        for (uint32_t b = scene->params.sources; b < SOURCES; b++)
            scene->source[b].until_ps = 0; /* of the simulation's: they send nothing */
        simulate(scene);
        run_fabric(scene);
        assert_same(scene, WEFT_AT_SWITCH);
        assert_same(scene, WEFT_AT_DEVICE);
        assert_conserved(scene);
        count(scene, &tally);
        scene_free(scene);
    }
    for (int i = 0; i < WEFT_OUTCOMES; i++)
        g_assert_cmpuint(tally.outcomes[i], >, SCENES);
    for (int i = 1; i <= 4; i++)
        g_assert_cmpuint(tally.hops[i], >, SCENES / 4);
    g_assert_cmpuint(tally.ties, >, 100 * SCENES);
    g_assert_cmpuint(tally.background, >, 10 * SCENES);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/network/trunks/random", test_random);
    return g_test_run();
}
