/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of cases, and the scenario of each. */

#include "cases.h"

#include "failure.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define INTERVAL_PS       (WEFT_PS_PER_S / 10)
#define QUICK_INTERVAL_PS (WEFT_PS_PER_S / 100)
enum { WARMUP_INTERVALS = 2, PAYLOAD_BYTES = 1316 };

#define LINK_BPS UINT64_C(10000000000)

const struct bench_scale bench_scales[] = {
    {"8", 8, 1, 1, LINK_BPS, 540000000, 1000000000, .fewer = 1, .quick = true},
    {"64", 64, 1, 1, LINK_BPS, 67200000, 100000000, .fewer = 1, .quick = true},
    {"1000", 1000, 1, 1, LINK_BPS, 4300000, 100000000, .fewer = 1, .quick = true},
    {"64-servers", 1000, 64, 1, LINK_BPS / 64, 4300000, 100000000, .fewer = 2, .quick = true},
    {"1000-applications", 1000, 1, 1000, LINK_BPS, 4300000, 100000000, .fewer = 10, .quick = true},
    {"1000-media", 1000, 1, 1, LINK_BPS, 4300000, 100000000, .fewer = 1, .quick = true, .media = true},
    {"1000-limit", 1000, 1, 1, LINK_BPS, 4300000, 100000000, .fewer = 1, .quick = true,
     .set = "switch.buffer=1 MB"},
    {"1000-shared", 1000, 1, 1, LINK_BPS, 4300000, 100000000, .fewer = 1, .quick = true,
     .set = "switch.shared=100 MB"},
    {"10000", 10000, 1, 1, LINK_BPS, 430000, 100000000, .fewer = 1},
    {"10000-phases", 10000, 1, 1, LINK_BPS, 430000, 100000000, .fewer = 1, .phases = true},
    {0},
};

const struct bench_observers bench_observers[] = {
    {.name = "none", .packets = 4000000},
    {.name = "metrics", .metrics = true, .packets = 4000000},
    {.name = "timing", .timing = true, .packets = 4000000},
    {.name = "playout", .playout = true, .packets = 4000000},
    {.name = "full", .metrics = true, .timing = true, .playout = true, .packets = 4000000},
    {.name = "full-payload",
     .metrics = true,
     .timing = true,
     .playout = true,
     .payload = true,
     .packets = 4000000,
     .media = true},
    {.name = "full-capture",
     .metrics = true,
     .timing = true,
     .playout = true,
     .payload = true,
     .capture = true,
     .packets = 400000,
     .media = true},
    {.name = "payload", .payload = true, .packets = 100000},
    {.name = "trace", .trace = true, .packets = 1500000},
    {.name = "capture", .capture = true, .packets = 100000},
    {.name = "all",
     .metrics = true,
     .timing = true,
     .playout = true,
     .payload = true,
     .trace = true,
     .packets = 100000},
    {0},
};

/* Every scale with the method that the engine is tuned for; the one with an event a packet at one scale, and fewer
 * packets, because each takes longer; orders where calls have most entries, by the engine itself. */
static const struct bench_method {
    const char *name, *order;
    const char *only_scale; /* a glob pattern; NULL: every scale */
    const char *only;       /* of the whole name; NULL: every case */
    uint32_t fewer;
} methods[] = {
    {"interleaved", NULL, NULL, NULL, 1},
    {"per-packet", NULL, "1000", NULL, 10},
    {"interleaved-smooth", NULL, "10000*", "reference/*/none", 1},
    {"interleaved-drr", "drr", "10000*", "reference/*/none", 1},
    {"interleaved-swrr", "swrr", "10000*", "reference/*/none", 1},
    {"interleaved-deadline", "deadline", "10000*", "reference/*/none", 1},
    {"interleaved-random", "random", "10000*", "reference/*/none", 1},
};

/* Back ends in which each hop of a packet is an event of a simulator: observers hardly matter, and fewer packets are
 * enough. */
static const struct bench_by_event {
    const char *backend;
    uint32_t fewer;
} by_event[] = {
    {"simgrid-packet", 8},
};

/* NULL: not such a one. */
static const struct bench_by_event *find_by_event(const struct bench_case *what)
{
    for (size_t i = 0; i < G_N_ELEMENTS(by_event); i++)
        if (strcmp(by_event[i].backend, what->backend->name) == 0)
            return &by_event[i];
    return NULL;
}

static bool matches(const char *pattern, const char *name)
{
    return !pattern || g_pattern_match_simple(pattern, name);
}

static bool belongs(const struct bench_case *what, const struct bench_method *method, const char *only)
{
    g_autofree char *name = bench_case_name(what);
    if (find_by_event(what) && !matches("*/none", name) && !matches("*/full", name))
        return false;
    return matches(method->only_scale, what->scale->name) && matches(method->only, name) &&
           (what->scale->media || !what->observers->media) && (what->scale->quick || !what->quick) &&
           (!what->scale->phases || matches("reference/*/none", name)) && matches(only, name);
}

static void add_cases(GArray *cases, struct bench_case what, const struct bench_method *method,
                      const char *only)
{
    for (what.scale = bench_scales; what.scale->name; what.scale++)
        for (what.observers = bench_observers; what.observers->name; what.observers++) {
            const struct bench_by_event *event = find_by_event(&what);
            uint32_t fewer = method->fewer * what.scale->fewer * (event ? event->fewer : 1);
            what.packets = what.quick ? 1 : what.observers->packets / fewer;
            if (belongs(&what, method, only))
                g_array_append_val(cases, what);
        }
}

GArray *bench_cases(bool quick, const char *only)
{
    GArray *cases = g_array_new(FALSE, FALSE, sizeof(struct bench_case));
    for (size_t b = 0; backends[b]; b++)
        for (size_t m = 0; backend_check(backends[b], NULL) && m < G_N_ELEMENTS(methods); m++)
            add_cases(cases,
                      (struct bench_case){.backend = backends[b],
                                          .method = methods[m].name,
                                          .order = methods[m].order,
                                          .quick = quick},
                      &methods[m], only);
    return cases;
}

char *bench_case_name(const struct bench_case *what)
{
    return g_strdup_printf("%s/%s/%s/%s", what->backend->name, what->method, what->scale->name,
                           what->observers->name);
}

static weft_ps interval_ps(const struct bench_case *what)
{
    return what->quick ? QUICK_INTERVAL_PS : INTERVAL_PS;
}

weft_ps bench_warmup_ps(const struct bench_case *what)
{
    return WARMUP_INTERVALS * interval_ps(what);
}

/* Whole intervals: each has the same work, whatever the number of packets that were wanted. */
weft_ps bench_duration_ps(const struct bench_case *what)
{
    uint64_t bits = what->scale->streams * what->scale->stream_bps / (WEFT_PS_PER_S / interval_ps(what));
    uint64_t per_interval = bits / (8 * PAYLOAD_BYTES);
    return bench_warmup_ps(what) + (what->packets + per_interval - 1) / per_interval * interval_ps(what);
}

static gboolean assign(struct scenario *scenario, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

static gboolean assign(struct scenario *scenario, GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *assignment = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return scenario_assign(scenario, "case", assignment, error);
}

/* A file without a name that lasts somewhat longer than the run. Its bytes are drawn, so that no two places are alike. */
static int media_file(const struct bench_scale *scale, weft_ps duration_ps, GError **error)
{
    enum { WORDS = 4096 };
    uint64_t word[WORDS], drawn = 0;
    uint64_t bytes =
        (uint64_t)((weft_u128)duration_ps * scale->stream_bps / 8 / WEFT_PS_PER_S) + PAYLOAD_BYTES;
    int fd = memfd_create("weft-bench-media", MFD_CLOEXEC);
    gboolean good = fd >= 0;
    for (uint64_t written = 0; good && written < bytes; written += sizeof word) {
        for (size_t i = 0; i < WORDS; i++)
            word[i] = weft_draw(1, 0, WEFT_DRAW_TEST, drawn++);
        good = write(fd, word, sizeof word) == sizeof word;
    }
    if (good)
        return fd;
    failure(error, STATUS_FAILED, "no file in memory: %s", g_strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

/* The same packets at the same rate, but of a file. */
static gboolean assign_media(struct bench_plan *plan, const struct bench_case *what, weft_ps duration_ps,
                             GError **error)
{
    if (!what->scale->media)
        return TRUE;
    plan->media_fd = media_file(what->scale, duration_ps, error);
    return plan->media_fd >= 0 &&
           assign(plan->scenario, error, "stream.source=file:/proc/self/fd/%d", plan->media_fd);
}

static gboolean assign_write(struct scenario *scenario, const struct bench_case *what, GError **error)
{
    return assign(scenario, error, "write.method=%s", what->order ? "interleaved" : what->method) &&
           (!what->order || assign(scenario, error, "write.order=%s", what->order)) &&
           assign(scenario, error, "write.interval=%" PRIu64 " ps", interval_ps(what));
}

gboolean bench_plan_init(struct bench_plan *plan, const struct bench_case *what, weft_ps duration_ps,
                         GError **error)
{
    const struct bench_scale *scale = what->scale;
    *plan = (struct bench_plan){.scenario = scenario_load(WEFT_BENCH_SCENARIO, error), .media_fd = -1};
    if (!plan->scenario)
        return FALSE;
    if (assign(plan->scenario, error, "server.count=%" PRIu32, scale->servers) &&
        assign(plan->scenario, error, "server.applications=%" PRIu32, scale->applications) &&
        assign(plan->scenario, error, "server.link=%" PRIu64 " bit/s", scale->link_bps) &&
        assign(plan->scenario, error, "stream.count=%" PRIu32, scale->streams) &&
        assign(plan->scenario, error, "device.count=%" PRIu32, scale->streams) &&
        assign(plan->scenario, error, "stream.rate=%" PRIu64 " bit/s", scale->stream_bps) &&
        assign(plan->scenario, error, "switch.port=%" PRIu64 " bit/s", scale->port_bps) &&
        assign(plan->scenario, error, "stream.payload=%d B", PAYLOAD_BYTES) &&
        (!scale->phases || assign(plan->scenario, error, "stream.start=random")) &&
        assign_write(plan->scenario, what, error) &&
        assign(plan->scenario, error, "scenario.duration=%" PRIu64 " ps", duration_ps) &&
        (!scale->set || assign(plan->scenario, error, "%s", scale->set)) &&
        assign_media(plan, what, duration_ps, error)) {
        plan->media = media_library_new();
        plan->plan = plan_new(plan->scenario, plan->media, error);
    }
    if (!plan->plan) {
        bench_plan_clear(plan);
        return FALSE;
    }
    return TRUE;
}

void bench_plan_clear(struct bench_plan *plan)
{
    plan_free(plan->plan);
    if (plan->media)
        media_library_free(plan->media);
    scenario_free(plan->scenario);
    if (plan->media_fd >= 0)
        close(plan->media_fd);
    *plan = (struct bench_plan){.media_fd = -1};
}

double bench_link_busy(const struct weft_setup *setup)
{
    double wire_bps = 0;
    for (uint32_t i = 0; i < setup->streams; i++) {
        const struct weft_clock *clock = &setup->stream[i].clock;
        uint32_t wire =
            weft_wire_bytes(setup->network, weft_frame_bytes(setup->network, clock->payload_bytes));
        if (setup->stream[i].server == 0)
            wire_bps += (double)clock->rate_bps * wire / clock->payload_bytes;
    }
    return wire_bps / (double)setup->server[0].link_bps;
}
