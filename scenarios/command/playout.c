/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Levels over time: each stream is played once more, step by step, and every step is a line. */

#include "playout.h"

#include "failure.h"
#include "outbuffer.h"
#include "weft/stream_playout.h"

#include <string.h>

enum { BUFFER_BYTES = 1 << 16, NUMBERS_BYTES = 64 };

struct player {
    struct weft_playout_params params;
    struct weft_playout_state state;
    struct weft_playout_counters counters;
};

struct playout_trace {
    const struct weft_setup *setup;
    const struct playout_request *request;
    struct player *player; /* by stream */
    struct outbuffer out;
};

/* In the order in which put_row() writes them. */
const struct result_field device_buffer_columns[] = {
    {"method", NULL, "the write method", .type = &result_text},
    {"stream", NULL, "number of the stream, from 0 in the order of the result", .type = &result_count},
    {"at_ps", "ps", "a packet arrived, or one was played", .type = &result_count},
    {"buffer_bytes", "bytes", "payload in the device's buffer from then on", .type = &result_count},
    {NULL},
};
const struct result_field *const playout_columns = device_buffer_columns + 1;

static void put_text(struct outbuffer *out, const char *text)
{
    size_t bytes = strlen(text);
    memcpy(outbuffer_add(out, bytes), text, bytes);
}

static void put_header(struct playout_trace *trace)
{
    const struct result_field *column = trace->request->label ? device_buffer_columns : playout_columns;
    for (; column->name; column++) {
        put_text(&trace->out, column->name);
        put_text(&trace->out, column[1].name ? "," : "\n");
    }
}

static void put_row(struct playout_trace *trace, uint32_t stream, weft_ps at_ps)
{
    char row[NUMBERS_BYTES], *at = row;
    if (at_ps < trace->request->from_ps || at_ps > trace->request->until_ps)
        return;
    if (trace->request->label) {
        put_text(&trace->out, trace->request->label);
        *at++ = ',';
    }
    at = put_decimal(at, stream);
    *at++ = ',';
    at = put_decimal(at, at_ps);
    *at++ = ',';
    at = put_decimal(at, trace->player[stream].state.level_bytes);
    *at++ = '\n';
    memcpy(outbuffer_add(&trace->out, (size_t)(at - row)), row, (size_t)(at - row));
}

static void play(struct playout_trace *trace, uint32_t stream, uint64_t number, weft_ps before_ps)
{
    struct player *player = &trace->player[stream];
    while (weft_playout_play(&player->params, &player->state, &player->counters, number, before_ps))
        put_row(trace, stream, player->state.level_ps);
}

static bool is_wanted(const struct playout_trace *trace, uint32_t stream)
{
    return !trace->request->ends_only || stream == 0 || stream == trace->setup->streams - 1;
}

static void on_packets(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct playout_trace *trace = ctx;
    (void)node;
    for (uint32_t i = 0; point == WEFT_AT_DEVICE && i < train->n; i++) {
        uint32_t stream = train->stream[i];
        uint64_t number = train->number[i];
        struct player *player = &trace->player[stream];
        if (!is_wanted(trace, stream) || number < player->state.next.number)
            continue;
        play(trace, stream, number, train->at_ps[i]);
        weft_playout_packet(&player->params, &player->state, &player->counters, train->at_ps[i], number);
        put_row(trace, stream, train->at_ps[i]);
    }
}

struct playout_trace *playout_trace_new(const struct weft_setup *setup, const struct playout_request *request)
{
    struct playout_trace *trace = g_new0(struct playout_trace, 1);
    trace->setup = setup;
    trace->request = request;
    trace->player = g_new0(struct player, setup->streams);
    for (uint32_t i = 0; i < setup->streams; i++) {
        struct player *player = &trace->player[i];
        weft_stream_playout_params(&player->params, setup, i);
        weft_playout_init(&player->params, &player->state, &player->counters);
    }
    outbuffer_init(&trace->out, request->fd, BUFFER_BYTES);
    if (!request->continues)
        put_header(trace);
    return trace;
}

void playout_trace_free(struct playout_trace *trace)
{
    if (!trace)
        return;
    outbuffer_clear(&trace->out);
    g_free(trace->player);
    g_free(trace);
}

struct weft_watch playout_trace_watch(struct playout_trace *trace)
{
    return (struct weft_watch){.ctx = trace, .packets = on_packets};
}

gboolean playout_trace_finish(struct playout_trace *trace, GError **error)
{
    for (uint32_t i = 0; i < trace->setup->streams; i++)
        play(trace, i, trace->player[i].state.next.number, WEFT_NEVER);
    int failed = outbuffer_flush(&trace->out);
    return failed == 0 || failure(error, STATUS_FAILED, "playout: cannot be written: %s", g_strerror(failed));
}
