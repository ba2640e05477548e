/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The scenario of a case. */

#include "cases.h"

#include "failure.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ASSIGN(scenario, error, ...) scenario_assign_format(scenario, "case", error, __VA_ARGS__)

/* A file without a name that lasts somewhat longer than the run. Its bytes are drawn, so that no two places are alike. */
static int media_file(const struct bench_scale *scale, weft_ps duration_ps, GError **error)
{
    enum { WORDS = 4096 };
    uint64_t word[WORDS], drawn = 0;
    uint64_t bytes = (uint64_t)((weft_u128)duration_ps * scale->stream_bps / 8 / WEFT_PS_PER_S) +
                     bench_payload_bytes(scale);
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
           ASSIGN(plan->scenario, error, "stream.source=file:/proc/self/fd/%d", plan->media_fd);
}

static gboolean assign_write(struct scenario *scenario, const struct bench_case *what, GError **error)
{
    return ASSIGN(scenario, error, "write.method=%s", what->order ? "interleaved" : what->method) &&
           (!what->order || ASSIGN(scenario, error, "write.order=%s", what->order)) &&
           ASSIGN(scenario, error, "write.interval=%" PRIu64 " ps", bench_interval_ps(what));
}

static gboolean assign_set(struct scenario *scenario, const struct bench_scale *scale, GError **error)
{
    gboolean good = TRUE;
    for (size_t i = 0; good && scale->set[i]; i++)
        good = ASSIGN(scenario, error, "%s", scale->set[i]);
    return good;
}

gboolean bench_plan_init(struct bench_plan *plan, const struct bench_case *what, weft_ps duration_ps,
                         GError **error)
{
    const struct bench_scale *scale = what->scale;
    const char *file = scale->scenario ? scale->scenario : WEFT_BENCH_SCENARIO;
    *plan = (struct bench_plan){.scenario = scenario_load(file, error), .media_fd = -1};
    if (!plan->scenario)
        return FALSE;
    if (ASSIGN(plan->scenario, error, "server.count=%" PRIu32, scale->servers) &&
        ASSIGN(plan->scenario, error, "server.applications=%" PRIu32, scale->applications) &&
        ASSIGN(plan->scenario, error, "server.link=%" PRIu64 " bit/s", scale->link_bps) &&
        ASSIGN(plan->scenario, error, "stream.count=%" PRIu32, scale->streams) &&
        ASSIGN(plan->scenario, error, "device.count=%" PRIu32, scale->streams) &&
        ASSIGN(plan->scenario, error, "stream.rate=%" PRIu64 " bit/s", scale->stream_bps) &&
        ASSIGN(plan->scenario, error, "switch.port=%" PRIu64 " bit/s", scale->port_bps) &&
        ASSIGN(plan->scenario, error, "stream.payload=%" PRIu32 " B", bench_payload_bytes(scale)) &&
        (!scale->phases || ASSIGN(plan->scenario, error, "stream.start=random")) &&
        assign_write(plan->scenario, what, error) &&
        ASSIGN(plan->scenario, error, "scenario.duration=%" PRIu64 " ps", duration_ps) &&
        assign_set(plan->scenario, scale, error) && assign_media(plan, what, duration_ps, error)) {
        plan->media = media_library_new();
        plan->plan = plan_new(plan->scenario, plan->media, error);
    }
    if (!plan->plan) {
        bench_plan_clear(plan);
        return FALSE;
    }
    plan->plan->setup.no_skip = true; /* what is timed is simulated */
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
