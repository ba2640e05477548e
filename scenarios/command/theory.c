/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every formula that fits is asked about every port; ports that get the same answer share a line. */

#include "theory.h"

#include "estimate.h"

#include <math.h>

enum { MOST_INTERVALS = 1000000 };

/* Most packets of a constant rate that are due in one interval of the run; 0: there are too many intervals to look. In none
 * are more than the interval has packet times, begun ones counted, and most often the first one has as many. */
static uint64_t most_in_an_interval(const struct weft_setup *setup, const struct weft_clock *clock,
                                    weft_ps interval_ps)
{
    weft_u128 bits = (weft_u128)clock->rate_bps * interval_ps,
              packet = (weft_u128)8 * clock->payload_bytes * WEFT_PS_PER_S;
    uint64_t limit = (uint64_t)((bits + packet - 1) / packet), most = 0;
    uint64_t first = clock->start_ps / interval_ps, before = 0;
    for (uint64_t k = first; most < limit && k * interval_ps < setup->duration_ps; k++) {
        if (k - first == MOST_INTERVALS)
            return 0;
        uint64_t due = weft_clock_due_before(clock, MIN((k + 1) * interval_ps, setup->duration_ps));
        most = MAX(most, due - before);
        before = due;
    }
    return most;
}

static bool are_alike(const struct weft_stream *a, const struct weft_stream *b)
{
    return a->clock.rate_bps == b->clock.rate_bps && a->clock.payload_bytes == b->clock.payload_bytes &&
           a->clock.start_ps == b->clock.start_ps;
}

static void look_at_streams(struct theory_view *view)
{
    const struct weft_setup *setup = view->setup;
    const struct weft_stream *before = NULL;
    uint32_t *first = g_new0(uint32_t, setup->servers);
    for (uint32_t i = 0; i < setup->streams; i++) {
        const struct weft_stream *stream = &setup->stream[i];
        struct theory_server *server = &view->server[stream->server];
        if (!stream->clock.media)
            view->most_packets[i] = before && are_alike(stream, before)
                                        ? view->most_packets[i - 1]
                                        : most_in_an_interval(setup, &stream->clock, view->interval_ps);
        before = stream->clock.media ? NULL : stream;
        if (server->streams == 0)
            first[stream->server] = i;
        server->alike = !stream->clock.media && are_alike(stream, &setup->stream[first[stream->server]]) &&
                        (server->alike || server->streams == 0);
        server->streams++;
    }
    g_free(first);
}

/* What servers can have to send in an interval, and whether their links were idle amid that. */
static void look_at_servers(struct theory_view *view)
{
    const struct weft_setup *setup = view->setup;
    uint64_t *bytes = g_new0(uint64_t, setup->servers);
    for (uint32_t p = 0; p < weft_setup_ports(setup); p++)
        for (uint32_t i = view->inputs.first[p]; i < view->inputs.first[p + 1]; i++) {
            const struct theory_input *input = &view->inputs.input[i];
            if (input->link >= setup->servers)
                continue;
            bytes[input->link] += view->most_packets[input->stream] * theory_wire_bytes(setup, input->stream);
            view->server[input->link].idle |= view->result->arrivals[input->place].idle_before > 0;
        }
    bool shapes = setup->write.axes.pacing->shapes;
    for (uint32_t s = 0; s < setup->servers; s++) {
        uint64_t bps = shapes ? setup->write.pacing_argument : setup->server[s].link_bps;
        view->server[s].call_ps = (weft_ps)MIN((weft_u128)bytes[s] * 8 * WEFT_PS_PER_S / bps + 1, WEFT_NEVER);
    }
    g_free(bytes);
}

static bool starts_are_random(const struct plan *plan)
{
    bool random = true;
    for (guint i = 0; i < plan->sections; i++) {
        const struct start_choice *start = &plan->resolved[i].values.stream.start;
        if (plan->resolved[i].section->kind == GROUP_STREAM)
            random = random && start->random && start->ps == 0;
    }
    return random;
}

static void view_init(struct theory_view *view, const struct plan *plan, const struct run_result *result)
{
    const struct weft_setup *setup = &plan->setup;
    *view = (struct theory_view){.plan = plan,
                                 .setup = setup,
                                 .result = result,
                                 .server = g_new0(struct theory_server, setup->servers),
                                 .most_packets = g_new0(uint64_t, setup->streams),
                                 .interval_ps = weft_setup_interval(setup),
                                 .random_starts = starts_are_random(plan)};
    theory_inputs_init(&view->inputs, setup);
    look_at_streams(view);
    look_at_servers(view);
}

static void view_clear(struct theory_view *view)
{
    theory_inputs_clear(&view->inputs);
    g_free(view->most_packets);
    g_free(view->server);
}

/* Lines, and the number of each by its text: ports that are alike share one. */
struct collection {
    GArray *lines;
    GHashTable *by_text;
};

static void collect(struct collection *collection, const struct theory_line *line)
{
    char *text = g_strdup_printf("%s/%s/%" G_GUINT64_FORMAT "/%.17g/%.17g/%.17g", line->theory->name,
                                 line->objection ? line->objection : "", line->above, line->value,
                                 line->measured, line->ci95);
    gpointer known = g_hash_table_lookup(collection->by_text, text);
    if (known) {
        g_array_index(collection->lines, struct theory_line, GPOINTER_TO_SIZE(known) - 1).ports++;
        g_free(text);
        return;
    }
    g_array_append_val(collection->lines, *line);
    g_hash_table_insert(collection->by_text, text, GSIZE_TO_POINTER((gsize)collection->lines->len));
}

/* The replications of a run. */
struct views {
    struct theory_view *view;
    guint n;
};

static double mean(const struct views *views, uint32_t port, uint64_t above,
                   double (*number)(const struct theory_view *view, uint32_t port, uint64_t above))
{
    double sum = 0;
    for (guint i = 0; i < views->n; i++)
        sum += number(&views->view[i], port, above);
    return sum / views->n;
}

static double interval(const struct views *views, uint32_t port, uint64_t above,
                       double (*number)(const struct theory_view *view, uint32_t port, uint64_t above))
{
    g_autofree double *value = g_new(double, views->n);
    for (guint i = 0; i < views->n; i++)
        value[i] = number(&views->view[i], port, above);
    return estimate_of(value, views->n).ci95;
}

/* Packets that came to a port: of streams, or of background traffic. */
static uint64_t packets_at(const struct theory_view *view, uint32_t port, bool background)
{
    uint64_t packets = 0;
    for (uint32_t i = view->inputs.first[port]; i < view->inputs.first[port + 1]; i++) {
        const struct theory_input *input = &view->inputs.input[i];
        if (background == (input->stream >= view->setup->streams))
            packets += view->result->arrivals[input->place].packets;
    }
    return packets;
}

/* Formulas that are to be met are of streams, and of nothing else. */
static bool has_background(const struct theory_view *view, uint32_t port)
{
    return view->setup->sources > 0 && packets_at(view, port, true) > 0;
}

static const char *objection_of_any(const struct views *views, uint32_t port, const struct theory *theory)
{
    const char *objection = NULL;
    for (guint i = 0; !objection && !theory->bounds && i < views->n; i++)
        if (has_background(&views->view[i], port))
            objection = "background traffic goes through the port";
    for (guint i = 0; !objection && i < views->n; i++)
        objection = theory->objection(&views->view[i], port);
    return objection;
}

/* Of levels those that matter: more than 0, 1, 2, 4, ... packets, where histograms have their bounds. */
static void ask(struct collection *collection, const struct theory *theory, const struct views *views,
                uint32_t port)
{
    static const double least = 1e-6;
    struct theory_line line = {
        .theory = theory, .port = port, .ports = 1, .value = NAN, .measured = NAN, .ci95 = NAN};
    line.objection = objection_of_any(views, port, theory);
    if (line.objection) {
        collect(collection, &line);
        return;
    }
    for (uint32_t bin = 1; bin < WEFT_HELD_BINS; bin++) {
        line.above = theory->levels ? weft_held_bin_first(bin) - 1 : 0;
        line.value = mean(views, port, line.above, theory->value);
        if (theory->levels && line.value < least)
            return;
        line.measured = mean(views, port, line.above, theory->measured);
        line.ci95 = interval(views, port, line.above, theory->measured);
        collect(collection, &line);
        if (!theory->levels)
            return;
    }
}

static bool has_traffic(const struct theory_view *view, uint32_t port, const struct theory *theory)
{
    return packets_at(view, port, false) > 0 || (theory->bounds && has_background(view, port));
}

GArray *theory_lines(const struct replica *replica, guint n)
{
    struct views views = {.view = g_new0(struct theory_view, n), .n = n};
    struct collection collection = {.lines = g_array_new(FALSE, FALSE, sizeof(struct theory_line)),
                                    .by_text = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
    for (guint i = 0; i < n; i++)
        view_init(&views.view[i], replica[i].plan, &replica[i].result);
    const struct theory_view *first = &views.view[0];
    for (size_t t = 0; theories[t]; t++)
        for (uint32_t port = 0; theories[t]->fits(first) && port < weft_setup_ports(first->setup); port++)
            if (has_traffic(first, port, theories[t]))
                ask(&collection, theories[t], &views, port);
    for (guint i = 0; i < n; i++)
        view_clear(&views.view[i]);
    g_free(views.view);
    g_hash_table_unref(collection.by_text);
    return collection.lines;
}
