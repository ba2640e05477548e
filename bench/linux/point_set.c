/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rounds over all points, in a worker with a namespace of its own. */

#include "clocks.h"
#include "failure.h"
#include "namespace.h"
#include "outlet.h"
#include "worker.h"

#include <sys/prctl.h>
#include <sys/resource.h>

/* Of one point in one round. */
struct sample {
    double cpu_ns, wall_ns, driver_ns, gather_ns; /* a packet */
};

/* Shared with the worker. */
struct set {
    struct point_rounds how;
    guint points; /* those asked for come first, then those that they are compared with */
    struct point point[POINT_SET_MOST];
    guint reference[POINT_SET_MOST]; /* place of it */
    double ticks_per_ns;             /* out */
    struct sample sample[];          /* out: point by point, round by round */
};

struct bench {
    struct set *set;
    struct supply supply;
    void *outlet[POINT_SET_MOST];
};

/* --- measuring --- */

/* At least so many packets as are asked for. */
static uint64_t messages_of(const struct set *set, const struct point *point)
{
    const uint64_t step = outlet_step(point), step_packets = step * point->group;
    return (set->how.packets + step_packets - 1) / step_packets * step;
}

static gboolean check_traffic(const struct point *point, uint64_t messages, const struct link_traffic *before,
                              const struct link_traffic *after, GError **error)
{
    const uint64_t packets = after->packets - before->packets, bytes = after->bytes - before->bytes,
                   expected_packets = point_link_packets(point, messages),
                   expected_bytes = point_link_bytes(point, messages);
    if (packets == expected_packets && bytes == expected_bytes)
        return TRUE;
    g_autofree char *text = point_text(point);
    return failure(error, STATUS_FAILED,
                   "%s: the link was given %" G_GUINT64_FORMAT " packets of %" G_GUINT64_FORMAT
                   " bytes, not %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT,
                   text, packets, bytes, expected_packets, expected_bytes);
}

/* Counted by the link too: what was not sent would cost nothing. */
static gboolean measure_point(struct bench *bench, guint p, struct sample *sample, GError **error)
{
    const struct point *point = &bench->set->point[p];
    const struct outlet_row *row = outlet_of(point->method);
    const char *link = supply_link(point);
    const uint64_t messages = messages_of(bench->set, point);
    const double packets = (double)(messages * point->group);
    const struct sender_times *times = row->times ? row->times(bench->outlet[p]) : &(struct sender_times){0};
    const struct sender_times times_before = *times;
    struct link_traffic before, after;
    if (!namespace_traffic(link, &before, error))
        return FALSE;
    double wall_ns = clock_ns(CLOCK_MONOTONIC), cpu_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    if (!row->send(bench->outlet[p], messages, error))
        return FALSE;
    cpu_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu_ns;
    wall_ns = clock_ns(CLOCK_MONOTONIC) - wall_ns;
    *sample = (struct sample){.cpu_ns = cpu_ns / packets,
                              .wall_ns = wall_ns / packets,
                              .driver_ns = (double)(times->driver_ns - times_before.driver_ns) / packets,
                              .gather_ns = (double)(times->gather_ns - times_before.gather_ns) / packets};
    return namespace_traffic(link, &after, error) && check_traffic(point, messages, &before, &after, error);
}

/* Every point has its turn once; in another order each round, so that none always comes after the same other one. */
static void shuffle(guint *order, guint n, guint32 seed)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    for (guint i = 0; i < n; i++)
        order[i] = i;
    for (guint i = n; i > 1; i--) {
        guint j = (guint)g_rand_int_range(rand, 0, (gint32)i);
        guint other = order[j];
        order[j] = order[i - 1];
        order[i - 1] = other;
    }
}

static gboolean measure_round(struct bench *bench, guint round, GError **error)
{
    struct set *set = bench->set;
    guint order[POINT_SET_MOST];
    shuffle(order, set->points, round);
    for (guint i = 0; i < set->points; i++) {
        const guint p = order[i];
        if (!measure_point(bench, p, &set->sample[p * set->how.rounds + round], error))
            return FALSE;
        if (set->how.progress)
            set->how.progress(set->how.context, round * set->points + i + 1, set->how.rounds * set->points);
    }
    return TRUE;
}

static gboolean measure_rounds(struct bench *bench, GError **error)
{
    struct set *set = bench->set;
    struct sample warm_up;
    for (guint p = 0; p < set->points; p++)
        if (!measure_point(bench, p, &warm_up, error))
            return FALSE;
    const double from_ns = clock_ns(CLOCK_MONOTONIC_RAW), from_ticks = clock_ticks();
    for (guint round = 0; round < set->how.rounds; round++)
        if (!measure_round(bench, round, error))
            return FALSE;
    set->ticks_per_ns = (clock_ticks() - from_ticks) / (clock_ns(CLOCK_MONOTONIC_RAW) - from_ns);
    return TRUE;
}

/* --- set up --- */

/* Connected sockets are many. */
static void raise_files_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static gboolean open_outlets(struct bench *bench, GError **error)
{
    const struct set *set = bench->set;
    for (guint p = 0; p < set->points; p++) {
        const struct outlet_row *row = outlet_of(set->point[p].method);
        bench->outlet[p] = row->open(&set->point[p], &bench->supply, set->how.times, error);
        if (!bench->outlet[p])
            return FALSE;
    }
    return TRUE;
}

static void close_outlets(struct bench *bench)
{
    for (guint p = 0; p < bench->set->points; p++)
        outlet_of(bench->set->point[p].method)->close(bench->outlet[p]);
}

static gboolean supply_points(struct bench *bench, GError **error)
{
    const struct set *set = bench->set;
    const struct point_rounds *how = &set->how;
    gboolean cold = FALSE;
    unsigned links = 0;
    for (guint p = 0; p < set->points; p++) {
        links |= supply_links(&set->point[p]);
        cold = cold || set->point[p].cold;
    }
    const uint64_t hot_bytes = how->hot_bytes ? how->hot_bytes : POINT_HOT_BYTES,
                   cold_bytes = how->cold_bytes ? how->cold_bytes : POINT_COLD_BYTES;
    return supply_init(&bench->supply, hot_bytes, cold ? cold_bytes : 0, links, error);
}

static gboolean measure(void *job, GError **error)
{
    struct bench bench = {.set = job};
    raise_files_limit();
    prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0); /* pages of 4 KiB */
    gboolean good = namespace_enter(error) && supply_points(&bench, error) && open_outlets(&bench, error) &&
                    measure_rounds(&bench, error);
    close_outlets(&bench);
    supply_clear(&bench.supply);
    return good;
}

/* --- the set --- */

static bool same(const struct point *a, const struct point *b)
{
    return a->method == b->method && a->payload_bytes == b->payload_bytes && a->group == b->group &&
           a->batch == b->batch && a->destinations == b->destinations && a->cold == b->cold &&
           a->zero_copy == b->zero_copy && a->link_cuts == b->link_cuts;
}

/* Where a point is in the set; at its end if it was not there. */
static gboolean place(struct set *set, const struct point *point, guint *at, GError **error)
{
    for (*at = 0; *at < set->points; (*at)++)
        if (same(&set->point[*at], point))
            return TRUE;
    if (set->points == POINT_SET_MOST)
        return failure(error, STATUS_INPUT,
                       "too many points; allowed: %d, with those that they are compared with",
                       POINT_SET_MOST);
    set->point[set->points++] = *point;
    return TRUE;
}

static gboolean fill_set(struct set *set, const struct point *points, guint n, GError **error)
{
    if (n > POINT_SET_MOST)
        return failure(error, STATUS_INPUT, "too many points; allowed: %d", POINT_SET_MOST);
    for (guint p = 0; p < n; p++) {
        g_autofree char *wrong = point_check(&points[p]);
        if (wrong)
            return failure(error, STATUS_INPUT, "%s: %s", points[p].method->name, wrong);
        set->point[set->points++] = points[p];
    }
    for (guint p = 0; p < n; p++) {
        const struct point reference = point_reference(&points[p]);
        if (!place(set, &reference, &set->reference[p], error))
            return FALSE;
    }
    return TRUE;
}

/* --- results --- */

typedef double figure(const struct sample *sample, const struct sample *reference);

static double cpu_ns(const struct sample *sample, const struct sample *reference)
{
    (void)reference;
    return sample->cpu_ns;
}

static double wall_ns(const struct sample *sample, const struct sample *reference)
{
    (void)reference;
    return sample->wall_ns;
}

static double driver_ns(const struct sample *sample, const struct sample *reference)
{
    (void)reference;
    return sample->driver_ns;
}

static double gather_ns(const struct sample *sample, const struct sample *reference)
{
    (void)reference;
    return sample->gather_ns;
}

static double ratio(const struct sample *sample, const struct sample *reference)
{
    return sample->cpu_ns / reference->cpu_ns;
}

static struct spread spread_of(const struct set *set, guint p, figure *figure_of)
{
    g_autoptr(GArray) series = series_new();
    const struct sample *sample = &set->sample[p * set->how.rounds],
                        *reference = &set->sample[set->reference[p] * set->how.rounds];
    for (uint32_t round = 0; round < set->how.rounds; round++)
        series_add(series, figure_of(&sample[round], &reference[round]));
    return series_spread(series);
}

static struct point_result result_of(const struct set *set, guint p)
{
    return (struct point_result){.cpu_ns = spread_of(set, p, cpu_ns),
                                 .wall_ns = spread_of(set, p, wall_ns),
                                 .ratio = spread_of(set, p, ratio),
                                 .driver_ns = spread_of(set, p, driver_ns),
                                 .gather_ns = spread_of(set, p, gather_ns)};
}

gboolean point_set_measure(const struct point *points, guint n, const struct point_rounds *how,
                           struct point_result *results, double *ticks_per_ns, GError **error)
{
    g_assert(how->rounds >= 1 && how->rounds <= POINT_ROUNDS_MOST && how->packets >= 1);
    const gsize bytes = sizeof(struct set) + sizeof(struct sample) * POINT_SET_MOST * how->rounds;
    struct set *set = worker_shared(bytes);
    struct worker worker;
    set->how = *how;
    gboolean good = fill_set(set, points, n, error) && worker_start(&worker, measure, set, error) &&
                    worker_wait(&worker, error);
    for (guint p = 0; good && p < n; p++)
        results[p] = result_of(set, p);
    *ticks_per_ns = set->ticks_per_ns;
    worker_unshare(set, bytes);
    return good;
}
