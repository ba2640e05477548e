/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Occupancy over time: the steps of every port, thinned out port by port. */

#include "queue_trace.h"

#include "failure.h"
#include "outbuffer.h"
#include "quantity.h"
#include "thinning.h"
#include "weft/queue_steps.h"

#include <string.h>

enum { BUFFER_BYTES = 1 << 16, LINE_BYTES = 128, USUAL_POINTS = 3000 };

struct queue_trace {
    struct thinning thinning;
    uint32_t ports;
    struct thinned *port;
    struct weft_queue_steps *steps;
    struct outbuffer out;
};

/* In the order in which put_levels() writes them. */
const struct result_field queue_trace_columns[] = {
    {"port", NULL, "number of the port, from 0 in the order of the result", .type = &result_count},
    {"at_ps", "ps", "a packet came into the port, or its last bit has left it", .type = &result_count},
    {"packets", "packets", "what the port holds from then on", .type = &result_count},
    {"bytes", "bytes", "likewise, as the switch accounts for it", .type = &result_count},
    {NULL},
};

gboolean queue_trace_points(const char *text, uint64_t *points, GError **error)
{
    *points = USUAL_POINTS;
    if (!text || (!quantity_parse(&quantity_count, text, points) &&
                  (*points == 0 || (*points >= THINNING_LEAST && *points <= THINNING_MOST))))
        return TRUE;
    return failure(
        error, STATUS_INPUT,
        "--trace-queues-points: \"%s\" is no such number; allowed: %d to %d, or 0 for every change", text,
        THINNING_LEAST, THINNING_MOST);
}

char *queue_trace_points_help(void)
{
    return g_strdup_printf("At most so many lines a port, peaks kept; 0: every change [%d]", USUAL_POINTS);
}

static void put_levels(struct queue_trace *trace, uint32_t port, const struct level *level, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        char *at = (char *)outbuffer_add(&trace->out, LINE_BYTES);
        at = put_decimal(at, port);
        *at++ = ',';
        at = put_decimal(at, level[i].at_ps);
        *at++ = ',';
        at = put_decimal(at, level[i].packets);
        *at++ = ',';
        at = put_decimal(at, level[i].bytes);
        *at++ = '\n';
        outbuffer_end(&trace->out, (uint8_t *)at);
    }
}

static void on_step(void *ctx, uint32_t port, weft_ps at_ps, bool arrival, uint64_t packets, uint64_t bytes)
{
    struct queue_trace *trace = ctx;
    struct level level[THINNING_KEPT];
    uint32_t n = thinned_add(&trace->thinning, &trace->port[port], at_ps, arrival, packets, bytes, level);
    put_levels(trace, port, level, n);
}

static void put_header(struct queue_trace *trace)
{
    char *at = (char *)outbuffer_add(&trace->out, LINE_BYTES);
    for (const struct result_field *column = queue_trace_columns; column->name; column++) {
        at = stpcpy(at, column->name);
        *at++ = column[1].name ? ',' : '\n';
    }
    outbuffer_end(&trace->out, (uint8_t *)at);
}

struct queue_trace *queue_trace_new(const struct weft_setup *setup, const struct queue_trace_request *request)
{
    struct queue_trace *trace = g_new0(struct queue_trace, 1);
    trace->thinning = thinning_of(request->points, setup->warmup_ps, setup->duration_ps);
    trace->ports = weft_setup_ports(setup);
    trace->port = g_new0(struct thinned, trace->ports);
    trace->steps = weft_queue_steps_new(setup, on_step, trace);
    outbuffer_init(&trace->out, request->fd, BUFFER_BYTES);
    put_header(trace);
    return trace;
}

void queue_trace_free(struct queue_trace *trace)
{
    if (!trace)
        return;
    outbuffer_clear(&trace->out);
    weft_queue_steps_free(trace->steps);
    g_free(trace->port);
    g_free(trace);
}

struct weft_watch queue_trace_watch(struct queue_trace *trace)
{
    return weft_queue_steps_watch(trace->steps);
}

gboolean queue_trace_finish(struct queue_trace *trace, GError **error)
{
    struct level level[THINNING_KEPT];
    weft_queue_steps_finish(trace->steps);
    for (uint32_t i = 0; i < trace->ports; i++)
        put_levels(trace, i, level, thinned_finish(&trace->port[i], level));
    int failed = outbuffer_flush(&trace->out);
    return failed == 0 ||
           failure(error, STATUS_FAILED, "trace of queues: cannot be written: %s", g_strerror(failed));
}
