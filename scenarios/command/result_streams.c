/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The fields of a stream. */

#include "result_shapes.h"

static uint32_t streams(const struct result_source *source)
{
    return setup_of(source)->streams;
}

static const void *stream_row(const struct result_source *source, uint32_t index)
{
    return weft_metrics_stream(source->result->metrics, index);
}

static char *stream_name(const struct result_source *source)
{
    return g_strdup(setup_of(source)->stream[source->index].name);
}

static uint64_t start_ps(const struct result_source *source)
{
    return setup_of(source)->stream[source->index].clock.start_ps;
}

static uint64_t intact_bytes(const struct result_source *source)
{
    return source->result->delivery[source->index].intact_bytes;
}

static uint64_t corrupt_packets(const struct result_source *source)
{
    return source->result->delivery[source->index].corrupt_packets;
}

static bool is_complete(const struct result_source *source)
{
    return source->result->delivery[source->index].complete;
}

static bool carries_file(const struct result_source *source)
{
    const struct weft_clock *clock = &setup_of(source)->stream[source->index].clock;
    return carries_bytes(source) && clock->media && !clock->loops;
}

static const struct weft_timing_report *timing_of(const struct result_source *source)
{
    return &source->result->timing[source->index];
}

static bool is_timed(const struct result_source *source)
{
    return timing_of(source)->measured;
}

static double mdi_df_ms(const struct result_source *source)
{
    return timing_of(source)->mdi_df_ms;
}

static double mdi_mlr(const struct result_source *source)
{
    return timing_of(source)->mdi_mlr;
}

static double jitter_us(const struct result_source *source)
{
    return timing_of(source)->jitter_us;
}

static double jitter_max_us(const struct result_source *source)
{
    return timing_of(source)->jitter_max_us;
}

static double ts_df_us(const struct result_source *source)
{
    return timing_of(source)->ts_df_us;
}

static int64_t cinst_max(const struct result_source *source)
{
    return timing_of(source)->cinst_max;
}

static int64_t vrx_min(const struct result_source *source)
{
    return timing_of(source)->vrx_min;
}

static int64_t vrx_max(const struct result_source *source)
{
    return timing_of(source)->vrx_max;
}

static char *verdict(const struct result_source *source)
{
    return g_strdup(weft_st2110_verdict_name(timing_of(source)->verdict, WEFT_ST2110_LINEAR));
}

static const struct weft_playout_report *playout_of(const struct result_source *source)
{
    return &source->result->playout[source->index];
}

static bool is_served(const struct result_source *source)
{
    return playout_of(source)->packets > 0;
}

static bool is_played(const struct result_source *source)
{
    return playout_of(source)->played;
}

static uint64_t underruns(const struct result_source *source)
{
    return playout_of(source)->underruns;
}

static double stall_ms(const struct result_source *source)
{
    return playout_of(source)->stall_ms;
}

static uint64_t buffer_bytes_min(const struct result_source *source)
{
    return playout_of(source)->buffer_bytes_min;
}

static uint64_t buffer_bytes_max(const struct result_source *source)
{
    return playout_of(source)->buffer_bytes_max;
}

static double buffer_bytes_mean(const struct result_source *source)
{
    return playout_of(source)->buffer_bytes_mean;
}

static double startup_needed_ms(const struct result_source *source)
{
    return playout_of(source)->startup_needed_ms;
}

static double delay_mean_us(const struct result_source *source)
{
    return playout_of(source)->delay_mean_us;
}

static double delay_max_us(const struct result_source *source)
{
    return playout_of(source)->delay_max_us;
}

#define UNTIMED "; null: nothing arrived"

static const struct result_field stream_fields[] = {
    {"name", NULL, "NAME, or NAME-0, NAME-1, ... of a group with a count", TEXT(stream_name),
     .role = RESULT_KEY},
    {"start_ps", "ps", "when its first packet was due, also where stream.start = random", COUNT(start_ps)},
    {"packets_delivered", "packets", "packets whose last bit reached the device",
     COUNT_AT(weft_stream_result, packets_delivered)},
    {"packets_dropped", "packets", "packets that went onto the server's link and never reached the device",
     COUNT_AT(weft_stream_result, packets_dropped)},
    {"dropped_by", "packets", DROPPED_BY, CAUSES(weft_stream_result, dropped_by)},
    {"packets_refused", "packets", PACKETS_REFUSED, COUNT_AT(weft_stream_result, refused.packets)},
    {"refused_by", "entries", REFUSED_BY, REFUSALS(weft_stream_result, refused.entries)},
    {"late_packets", "packets", "delivered packets that came after their deadline",
     COUNT_AT(weft_stream_result, late_packets)},
    {"delay_mean_us", "us",
     "arrival less due instant, mean; below 0: before it was due, because calls read ahead" UNTIMED,
     NUMBER(delay_mean_us), .measured = is_served},
    {"delay_max_us", "us", "the same, largest" UNTIMED, NUMBER(delay_max_us), .measured = is_served},
    {"startup_needed_ms", "ms",
     "the smallest start-up delay for which no packet that arrived would have been late" UNTIMED,
     NUMBER(startup_needed_ms), .measured = is_served},
    {"underruns", "underruns", "times the device had to wait for a packet with nothing to play" UNTIMED,
     COUNT(underruns), .measured = is_served},
    {"stall_ms", "ms", "how long it waited in all" UNTIMED, NUMBER(stall_ms), .measured = is_served},
    {"buffer_bytes_min", "bytes",
     "least payload in the device's buffer right after a packet was played, up to the last arrival; null: "
     "nothing was played by then",
     COUNT(buffer_bytes_min), .measured = is_played},
    {"buffer_bytes_max", "bytes", "most payload in it right after an arrival" UNTIMED,
     COUNT(buffer_bytes_max), .measured = is_served},
    {"buffer_bytes_mean", "bytes",
     "payload in it, mean from the start of playback until the last packet was played" UNTIMED,
     NUMBER(buffer_bytes_mean), .measured = is_served},
    {"mdi_df_ms", "ms",
     "delay factor of the media delivery index (RFC 4445), largest of an interval of 1 s" UNTIMED,
     NUMBER(mdi_df_ms), .measured = is_timed},
    {"mdi_mlr", "packets/s",
     "media loss rate of the media delivery index: lost, refused or overtaken, largest of an interval",
     NUMBER(mdi_mlr)},
    {"jitter_us", "us", "interarrival jitter (RFC 3550) after the last packet" UNTIMED, NUMBER(jitter_us),
     .measured = is_timed},
    {"jitter_max_us", "us", "largest interarrival jitter" UNTIMED, NUMBER(jitter_max_us),
     .measured = is_timed},
    {"ts_df_us", "us", "time-stamped delay factor (EBU Tech 3337), largest of a window of 200 ms" UNTIMED,
     NUMBER(ts_df_us), .measured = is_timed},
    {"cinst_max", "packets", "fullest leaky bucket of the network compatibility model (ST 2110-21)" UNTIMED,
     INTEGER(cinst_max), .measured = is_timed},
    {"vrx_min", "packets", "least level of the virtual receive buffer (ST 2110-21)" UNTIMED, INTEGER(vrx_min),
     .measured = is_timed},
    {"vrx_max", "packets", "highest level of the virtual receive buffer" UNTIMED, INTEGER(vrx_max),
     .measured = is_timed},
    {"st2110_21", NULL,
     "narrow-linear, wide or fail, by the limits for cinst_max, vrx_min and vrx_max" UNTIMED, TEXT(verdict),
     .measured = is_timed},
    {"intact_bytes", "bytes", "delivered payload bytes that are right; null: no bytes were carried",
     COUNT(intact_bytes), .measured = carries_bytes},
    {"corrupt_packets", "packets", "delivered packets with a wrong byte; null: no bytes were carried",
     COUNT(corrupt_packets), .measured = carries_bytes},
    {"complete", NULL,
     "the whole file arrived, byte for byte; null: no file, one that loops, or no bytes were carried",
     .type = &result_truth, .truth = is_complete, .measured = carries_file},
    {NULL},
};
const struct result_objects result_stream_objects = {
    .fields = stream_fields, .rows = streams, .row = stream_row};
