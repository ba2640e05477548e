/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many cases share a run, so that a simulator's start is paid once for all of them. */
#include "peaks_run.h"

#include "agreement/child.h"
#include "weft/metrics.h"
#include "weft/reference.h"

enum { CASES_A_RUN = 128 };
#ifdef WEFT_ORACLE_MODULE
enum { ONE_OF = 3 };
#else
enum { ONE_OF = 1 };
#endif

#define CASE(run, i) (&g_array_index((run)->cases, struct peaks_case, i))

static struct lab *new_lab(const struct peaks_run *run)
{
    struct lab *lab = lab_new(0);
    lab_use(lab, lab_method(run->method));
    if (run->pacing)
        lab_pace(lab, run->pacing, run->pacing_argument);
    lab->setup.network = run->network;
    lab->setup.duration_ps = run->duration_ps;
    lab->setup.write.interval_ps = run->interval_ps;
    for (guint c = 0; c < run->cases->len; c++) {
        if (c > 0)
            lab_add_server(lab);
        lab_server(lab, c)->link_bps = CASE(run, c)->in_bps;
        lab_server(lab, c)->ring_slots = 64;
        for (guint p = 0; p < CASE(run, c)->ports; p++) {
            guint i = lab_add_stream(lab);
            lab_device(lab, i)->rate_bps = CASE(run, c)->out_bps;
            lab_stream(lab, i)->server = c;
            lab_stream(lab, i)->clock.payload_bytes = run->payload_bytes;
            lab_stream(lab, i)->clock.rate_bps = CASE(run, c)->rate_bps;
        }
    }
    return lab;
}

static const struct weft_backend *backend(void)
{
#ifdef WEFT_ORACLE_MODULE
    return child_backend(WEFT_ORACLE_MODULE);
#else
    return &weft_backend_reference;
#endif
}

/* In the child: the result block of a run. */
static GBytes *run_cases(const void *data)
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

static void check_port(const struct peaks_run *run, const struct peaks_case *what,
                       const struct weft_port_result *is)
{
    uint64_t frame_bytes = run->wire_bytes - run->network->gap_bytes;
    uint64_t least = run->fullest ? 1 : what->expected;
    if (is->forwarded_packets != what->n || is->peak_packets < least || is->peak_packets > what->expected ||
        is->peak_frame_bytes != is->peak_packets * frame_bytes)
        g_error("%s %s:%" G_GUINT64_FORMAT " %s, %u bytes, n %" G_GUINT64_FORMAT ", N %" G_GUINT64_FORMAT
                ", %" G_GUINT64_FORMAT " -> %" G_GUINT64_FORMAT " bit/s, streams of %" G_GUINT64_FORMAT
                ": %" G_GUINT64_FORMAT " packets, peak %" G_GUINT64_FORMAT " (%" G_GUINT64_FORMAT
                " bytes), must be %" G_GUINT64_FORMAT,
                run->method, run->pacing ? run->pacing : "", run->pacing_argument, run->network->name,
                run->payload_bytes, what->n, what->ports, what->in_bps, what->out_bps, what->rate_bps,
                is->forwarded_packets, is->peak_packets, is->peak_frame_bytes, what->expected);
}

void peaks_run_check(const struct peaks_run *run)
{
    struct lab *lab = new_lab(run);
    struct weft_metrics *metrics = weft_metrics_new(lab_setup(lab));
    g_autoptr(GBytes) block = child_run(run_cases, run);
    g_assert_cmpuint(g_bytes_get_size(block), ==, weft_metrics_block_bytes(metrics));
    memcpy(weft_metrics_block(metrics), g_bytes_get_data(block, NULL), g_bytes_get_size(block));
    uint32_t port = 0;
    for (guint c = 0; c < run->cases->len; c++) {
        uint64_t most = 0;
        for (guint p = 0; p < CASE(run, c)->ports; p++, port++) {
            check_port(run, CASE(run, c), weft_metrics_port(metrics, port));
            most = MAX(most, weft_metrics_port(metrics, port)->peak_packets);
        }
        g_assert_cmpuint(most, ==, CASE(run, c)->expected);
    }
    weft_metrics_free(metrics);
    lab_free(lab);
}

guint peaks_run_add(struct peaks_run *run, const struct peaks_case *what)
{
    if (run->offered++ % ONE_OF != 0)
        return 0;
    g_array_append_val(run->cases, *what);
    if (run->cases->len == CASES_A_RUN)
        peaks_run_finish(run);
    return 1;
}

void peaks_run_finish(struct peaks_run *run)
{
    if (run->cases->len)
        peaks_run_check(run);
    g_array_set_size(run->cases, 0);
}

guint peaks_run_share(guint cases)
{
    return cases / ONE_OF;
}
