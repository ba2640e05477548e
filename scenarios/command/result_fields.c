/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tables of the fields of a result, from the inside out. */

#include "result_fields.h"

/* Shapes that rows take. */
#define TEXT(function)          .type = &result_text, .text = (function)
#define COUNT_AT(kind, member)  .type = &result_count, .offset = offsetof(struct kind, member)
#define COUNT(function)         .type = &result_count, .count = (function)
#define INTEGER(function)       .type = &result_integer, .integer = (function)
#define NUMBER_AT(kind, member) .type = &result_number, .offset = offsetof(struct kind, member)
#define NUMBER(function)        .type = &result_number, .number = (function)
#define OBJECT(table)           .type = &result_object, .objects = &(table)
#define ROWS(table)             .type = &result_rows, .objects = &(table)
#define EVENT(name_of_event)    COUNT_AT(summary, ledger.count[WEFT_##name_of_event])
#define CAUSES(kind, member)                                                                                 \
    .type = &result_counts, .members = &policy_causes,                                                       \
    .offset = offsetof(struct kind, member) + (WEFT_DELIVERED + 1) * sizeof(uint64_t)

#define REFUSALS(kind, entries)                                                                              \
    .type = &result_counts, .members = &policy_refusals,                                                     \
    .offset = offsetof(struct kind, entries) + (WEFT_ENTRY_OK + 1) * sizeof(uint64_t)

#define DROPPED_BY      "packets_dropped by cause"
#define PACKETS_REFUSED "packets of entries that the driver refused: due, but neither sent nor dropped"
#define REFUSED_BY      "entries that the driver refused, by status"
#define SHARE           "0 to 1"

static const struct weft_setup *setup_of(const struct result_source *source)
{
    return &source->plan->setup;
}

static bool carries_bytes(const struct result_source *source)
{
    return source->result->delivery != NULL;
}

/* --- scenario --- */

static char *scenario_name(const struct result_source *source)
{
    return g_strdup(setup_of(source)->name);
}

static char *scenario_hash(const struct result_source *source)
{
    g_autofree char *settings = plan_settings(source->plan);
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, settings, -1);
}

static const struct result_field scenario_fields[] = {
    {"name", NULL, "scenario.name", TEXT(scenario_name)},
    {"hash", NULL, "SHA-256 of the settings in force: equal for equal scenarios", TEXT(scenario_hash)},
    {"settings", NULL,
     "an object a group (scenario, server NAME, ...), in it every key that has a value, as text: the "
     "scenario again",
     .type = &result_settings},
    {NULL},
};
static const struct result_objects scenario_object = {.fields = scenario_fields};

/* --- totals --- */

#define NO_DEVICE "; null: no stream got anything"
#define SPREAD_AT(member, part)                                                                              \
    .type = &result_number, .offset = offsetof(struct summary, member) + offsetof(struct spread, part)
#define SPREAD(member, unit)                                                                                 \
    {"best", unit, "smallest of a stream" NO_DEVICE, SPREAD_AT(member, best)},                               \
        {"mean", unit, "mean over the streams", SPREAD_AT(member, mean)},                                    \
        {"worst", unit, "largest of a stream", SPREAD_AT(member, worst)},                                    \
    {                                                                                                        \
        NULL                                                                                                 \
    }

static const struct result_field delay_fields[] = {SPREAD(delay_us, "us")};
static const struct result_field jitter_fields[] = {SPREAD(jitter_us, "us")};
static const struct result_field startup_fields[] = {SPREAD(startup_needed_ms, "ms")};
static const struct result_objects delay_object = {.fields = delay_fields};
static const struct result_objects jitter_object = {.fields = jitter_fields};
static const struct result_objects startup_object = {.fields = startup_fields};

static const struct result_field destination_fields[] = {
    {"delay_us", NULL, "delay_mean_us of the streams that got packets", OBJECT(delay_object)},
    {"jitter_us", NULL, "their jitter_us", OBJECT(jitter_object)},
    {"startup_needed_ms", NULL, "their startup_needed_ms", OBJECT(startup_object)},
    {NULL},
};
static const struct result_objects destinations_object = {.fields = destination_fields};

static const void *summary_row(const struct result_source *source, uint32_t index)
{
    (void)index;
    return source->summary;
}

static const struct result_field totals_fields[] = {
    {"packets_sent", "packets", "packets that went onto the servers' links",
     COUNT_AT(summary, totals.packets_sent)},
    {"packets_delivered", "packets", "of these, those whose last bit reached their device",
     COUNT_AT(summary, totals.packets_delivered)},
    {"packets_dropped", "packets", "of these, the others", COUNT_AT(summary, totals.packets_dropped)},
    {"dropped_by", "packets", DROPPED_BY, CAUSES(summary, totals.dropped_by)},
    {"packets_refused", "packets", PACKETS_REFUSED, COUNT_AT(summary, refused.packets)},
    {"refused_by", "entries", REFUSED_BY, REFUSALS(summary, refused.entries)},
    {"payload_bytes_sent", "bytes", "payload of packets_sent", COUNT_AT(summary, totals.payload_bytes_sent)},
    {"payload_bytes_delivered", "bytes", "payload of packets_delivered",
     COUNT_AT(summary, totals.payload_bytes_delivered)},
    {"payload_bytes_copied", "bytes", "payload that the CPU copied into kernel memory", EVENT(COPIED_BYTES)},
    {"write_calls", "calls", "write calls made", EVENT(WRITE_CALLS)},
    {"entries", "entries", "(destination, data) entries in them", EVENT(ENTRIES)},
    {"entries_below_packet", "entries", "entries not larger than one packet: outside the claimed regime",
     COUNT_AT(summary, entries_below_packet)},
    {"refused_entries", "entries", "entries that the driver refused: they sent nothing",
     COUNT_AT(summary, refused_entries)},
    {"mode_switches", "switches", "crossings between user and kernel mode", EVENT(MODE_SWITCHES)},
    {"context_switches", "switches",
     "times an application came onto a core after it slept or another ran there", EVENT(CONTEXT_SWITCHES)},
    {"translations", "pages", "pages whose physical address the driver looked up", EVENT(TRANSLATIONS)},
    {"interrupts", "interrupts", "completion interrupts of the NICs", EVENT(INTERRUPTS)},
    {"timer_wakeups", "wake-ups", "times a sleeping application was woken for a write that is due",
     EVENT(TIMER_WAKEUPS)},
    {"refills", "refills", "times a timer found a full ring half empty", EVENT(REFILLS)},
    {"slice_timers", "timers", "times a timer went on with a call's next slice", EVENT(SLICE_TIMERS)},
    {"overruns", "intervals",
     "intervals (packets, with pacing = packet) due while one before was being written",
     COUNT_AT(summary, overruns)},
    {"cycles", "cycles", "the servers' counted events at typical prices",
     NUMBER_AT(summary, cycles[WEFT_TYPICAL])},
    {"cycles_low", "cycles", "the same at low prices", NUMBER_AT(summary, cycles[WEFT_LOW])},
    {"cycles_high", "cycles", "the same at high prices", NUMBER_AT(summary, cycles[WEFT_HIGH])},
    {"cycles_per_packet", "cycles", "cycles / packets_sent",
     NUMBER_AT(summary, cycles_per_packet[WEFT_TYPICAL])},
    {"cpu_utilisation", SHARE, "share of [warmup, duration) in which cores were busy, mean over the servers",
     NUMBER_AT(summary, cpu_utilisation)},
    {"dram_bytes_per_payload_byte", "bytes/byte",
     "payload bytes read from or written to memory (filling, copying, DMA) / payload_bytes_sent",
     NUMBER_AT(summary, dram_bytes_per_payload_byte)},
    {"peak_port_packets", "packets", "most packets held at an instant by any one port",
     COUNT_AT(summary, totals.peak_port_packets)},
    {"peak_port_bytes", "bytes", "most frame bytes held at an instant by any one port",
     COUNT_AT(summary, totals.peak_port_bytes)},
    {"peak_switch_bytes", "bytes",
     "most frame bytes held at an instant by all ports of any one switch together",
     COUNT_AT(summary, totals.peak_switch_bytes)},
    {"mean_switch_bytes", "bytes",
     "frame bytes held by all ports of all switches, mean over [warmup, duration)",
     NUMBER_AT(summary, mean_switch_bytes)},
    {"port_balance", SHARE,
     "Jain's index of the frame bytes that arrive per port before a device, mean over windows of 1 ms with "
     "traffic: 1 is "
     "even; "
     "null: no traffic",
     NUMBER_AT(summary, port_balance)},
    {"background_packets", "packets", "packets of background traffic that were sent",
     COUNT_AT(summary, totals.background_packets)},
    {"background_forwarded_packets", "packets", "of these, those that left the port that they were sent to",
     COUNT_AT(summary, totals.background_forwarded_packets)},
    {"background_dropped_packets", "packets", "of these, the others",
     COUNT_AT(summary, totals.background_dropped_packets)},
    {"late_packets", "packets", "delivered packets that came after their deadline",
     COUNT_AT(summary, totals.late_packets)},
    {"underruns", "underruns", "of all streams", COUNT_AT(summary, underruns)},
    {"stall_ms", "ms", "stall_ms of all streams together", NUMBER_AT(summary, stall_ms)},
    {"destinations", NULL, "best, mean and worst served stream", OBJECT(destinations_object)},
    {"corrupt_packets", "packets", "delivered packets with a wrong byte; null: no bytes were carried",
     COUNT_AT(summary, corrupt_packets), .measured = carries_bytes},
    {NULL},
};
static const struct result_objects totals_object = {.fields = totals_fields, .row = summary_row};

/* --- servers --- */

static uint32_t servers(const struct result_source *source)
{
    return setup_of(source)->servers;
}

static const void *server_row(const struct result_source *source, uint32_t index)
{
    return weft_metrics_server(source->result->metrics, index);
}

static const struct weft_server *server_of(const struct result_source *source)
{
    return &setup_of(source)->server[source->index];
}

static char *server_name(const struct result_source *source)
{
    return g_strdup(server_of(source)->name);
}

static double server_utilisation(const struct result_source *source)
{
    const struct weft_server_result *row = source->row;
    return weft_utilisation(row->counters.busy_ps, server_of(source)->cores, plan_window_ps(source->plan));
}

static double event_cycles(const struct result_source *source, uint32_t event)
{
    const struct weft_server_result *row = source->row;
    const struct weft_price *price = &server_of(source)->profile->price[event];
    return (double)weft_event_mcycles(row->counters.ledger.count[event], price, WEFT_TYPICAL) / 1000;
}

static const struct result_field server_fields[] = {
    {"name", NULL, "NAME, or NAME-0, NAME-1, ... of a group with a count", TEXT(server_name),
     .role = RESULT_KEY},
    {"packets_sent", "packets", "packets that went onto its link",
     COUNT_AT(weft_server_result, packets_sent)},
    {"refused_entries", "entries", "entries that its driver refused: they sent nothing",
     COUNT_AT(weft_server_result, counters.refused_entries)},
    {"packets_refused", "packets", PACKETS_REFUSED, COUNT_AT(weft_server_result, counters.refused.packets)},
    {"refused_by", "entries", REFUSED_BY, REFUSALS(weft_server_result, counters.refused.entries)},
    {"cpu_utilisation", SHARE, "share of [warmup, duration) in which its cores were busy",
     NUMBER(server_utilisation)},
    {"counts", "events", "what was counted, by event", .type = &result_counts, .members = &policy_events,
     .offset = offsetof(struct weft_server_result, counters.ledger.count)},
    {"cycles", "cycles", "the same at typical prices, by event", .type = &result_numbers,
     .members = &policy_events, .number_of = event_cycles},
    {NULL},
};
static const struct result_objects server_objects = {
    .fields = server_fields, .rows = servers, .row = server_row};

/* --- switches --- */

static uint32_t switches(const struct result_source *source)
{
    return setup_of(source)->switches;
}

static const void *switch_row(const struct result_source *source, uint32_t index)
{
    return weft_metrics_switch(source->result->metrics, index);
}

static char *switch_name(const struct result_source *source)
{
    return g_strdup(setup_of(source)->switch_[source->index].name);
}

static const struct result_field switch_fields[] = {
    {"name", NULL, "NAME, or NAME-0, NAME-1, ... of a group with a count", TEXT(switch_name),
     .role = RESULT_KEY},
    {"peak_bytes", "bytes", "most frame bytes held at an instant by all its ports together",
     COUNT_AT(weft_switch_result, peak_bytes)},
    {NULL},
};
static const struct result_objects switch_objects = {
    .fields = switch_fields, .rows = switches, .row = switch_row};

/* --- ports --- */

static uint32_t held_bins(const struct result_source *source)
{
    (void)source;
    return WEFT_HELD_BINS;
}

static const void *held_row(const struct result_source *source, uint32_t index)
{
    const struct weft_port_result *port = source->row;
    return &port->held_ps[index];
}

static bool never_held(const struct result_source *source)
{
    return *(const weft_ps *)source->row == 0;
}

static uint64_t held_from(const struct result_source *source)
{
    return weft_held_bin_first(source->index);
}

static const struct result_field held_fields[] = {
    {"packets_from", "packets", "the least number of packets in the bin: 0, 1, 2, 3, 5, 9, ...",
     COUNT(held_from), .role = RESULT_KEY},
    {"ps", "ps", "for how much of [warmup, duration) the port held so many", .type = &result_count},
    {NULL},
};
static const struct result_objects held_objects = {
    .fields = held_fields, .rows = held_bins, .row = held_row, .left_out = never_held};

static uint32_t ports(const struct result_source *source)
{
    return weft_setup_ports(setup_of(source));
}

static const void *port_row(const struct result_source *source, uint32_t index)
{
    return weft_metrics_port(source->result->metrics, index);
}

static char *port_switch(const struct result_source *source)
{
    const struct weft_setup *setup = setup_of(source);
    return g_strdup(setup->switch_[weft_setup_port_switch(setup, source->index)].name);
}

static char *port_name(const struct result_source *source)
{
    return g_strdup(weft_setup_port_name(setup_of(source), source->index));
}

static double port_mean(const struct result_source *source)
{
    const struct weft_port_result *row = source->row;
    return weft_mean_held(row->byte_ps, plan_window_ps(source->plan));
}

static const struct result_field port_fields[] = {
    {"switch", NULL, "the switch that has the port", TEXT(port_switch), .role = RESULT_KEY},
    {"name", NULL, "the device or the trunk behind it", TEXT(port_name), .role = RESULT_KEY},
    {"forwarded_packets", "packets", "packets that left the port, those lost at the device among them",
     COUNT_AT(weft_port_result, forwarded_packets)},
    {"dropped_packets", "packets",
     "packets lost on their server's link to the port, in it or at the device behind it",
     COUNT_AT(weft_port_result, dropped_packets)},
    {"dropped_by", "packets", "dropped_packets by cause", CAUSES(weft_port_result, dropped_by)},
    {"peak_packets", "packets", "most packets held at an instant: from last bit in until last bit out",
     COUNT_AT(weft_port_result, peak_packets)},
    {"peak_bytes", "bytes", "most frame bytes held at an instant",
     COUNT_AT(weft_port_result, peak_frame_bytes)},
    {"mean_bytes", "bytes", "frame bytes held, mean over [warmup, duration)", NUMBER(port_mean)},
    {"background_forwarded_packets", "packets", "packets of background traffic that left the port",
     COUNT_AT(weft_port_result, background_forwarded_packets)},
    {"background_dropped_packets", "packets", "packets of background traffic that it had no room for",
     COUNT_AT(weft_port_result, background_dropped_packets)},
    {"held", NULL, "histogram of the packets held, bins without time left out", ROWS(held_objects)},
    {NULL},
};
static const struct result_objects port_objects = {.fields = port_fields, .rows = ports, .row = port_row};

/* --- streams --- */

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
static const struct result_objects stream_objects = {
    .fields = stream_fields, .rows = streams, .row = stream_row};

/* --- theory --- */

static bool is_theory_asked(const struct result_source *source)
{
    return source->theory != NULL;
}

static uint32_t theory_rows(const struct result_source *source)
{
    return source->theory->len;
}

static const void *theory_row(const struct result_source *source, uint32_t index)
{
    return &g_array_index(source->theory, struct theory_line, index);
}

static const struct theory_line *line_of(const struct result_source *source)
{
    return source->row;
}

static char *line_formula(const struct result_source *source)
{
    return theory_line_name(line_of(source));
}

static char *line_port(const struct result_source *source)
{
    return g_strdup(weft_setup_port_name(setup_of(source), line_of(source)->port));
}

static uint64_t line_ports(const struct result_source *source)
{
    return line_of(source)->ports;
}

static char *line_unit(const struct result_source *source)
{
    return g_strdup(line_of(source)->theory->unit);
}

static bool is_bound(const struct result_source *source)
{
    return line_of(source)->theory->bounds;
}

static double line_difference(const struct result_source *source)
{
    return line_of(source)->value - line_of(source)->measured;
}

static bool has_objection(const struct result_source *source)
{
    return line_of(source)->objection != NULL;
}

static char *line_objection(const struct result_source *source)
{
    return g_strdup(line_of(source)->objection);
}

#define NOT_HELD "; null: the formula does not hold there"

static const struct result_field theory_fields[] = {
    {"formula", NULL, "which closed form; with \": more than X\", of so many packets held",
     TEXT(line_formula)},
    {"port", NULL, "the name of the first port that it is said of", TEXT(line_port)},
    {"ports", "ports", "how many ports there are of which the same is said, that one among them",
     COUNT(line_ports)},
    {"unit", NULL, "of value, measured and difference: packets, bytes or probability", TEXT(line_unit)},
    {"bound", NULL, "the value is not to be exceeded; else it is to be met", .type = &result_truth,
     .truth = is_bound},
    {"value", NULL, "what theory says" NOT_HELD, NUMBER_AT(theory_line, value)},
    {"measured", NULL, "what was measured" NOT_HELD, NUMBER_AT(theory_line, measured)},
    {"ci95", NULL, "half of the 95 % confidence interval of measured; null: there was one replication",
     NUMBER_AT(theory_line, ci95)},
    {"difference", NULL, "value - measured; of a bound the slack" NOT_HELD, NUMBER(line_difference)},
    {"objection", NULL, "why it does not hold; null: it does", TEXT(line_objection),
     .measured = has_objection},
    {NULL},
};
static const struct result_objects theory_objects = {
    .fields = theory_fields, .rows = theory_rows, .row = theory_row};

/* --- the whole --- */

static char *schema(const struct result_source *source)
{
    (void)source;
    return g_strdup("weft-run/1");
}

static char *version(const struct result_source *source)
{
    (void)source;
    return g_strdup(WEFT_VERSION);
}

static char *backend(const struct result_source *source)
{
    return g_strdup(source->backend);
}

static char *method(const struct result_source *source)
{
    return g_strdup(setup_of(source)->write.method->name);
}

static uint64_t seed(const struct result_source *source)
{
    return setup_of(source)->seed;
}

static double simulated_seconds(const struct result_source *source)
{
    return (double)setup_of(source)->duration_ps / (double)WEFT_PS_PER_S;
}

static uint64_t interval_ps(const struct result_source *source)
{
    return weft_setup_interval(setup_of(source));
}

static uint64_t replications(const struct result_source *source)
{
    return source->plan->replications;
}

static const struct result_field replication_fields[] = {
    {"n", "runs", "how many", COUNT(replications), .role = RESULT_GIVEN},
    {"seeds", NULL, "their seeds: weft run --seed with one of them, and replications = 1, is that run alone",
     .type = &result_seeds},
    {"sd", NULL,
     "totals, servers, ports and streams again, with the sample standard deviation of each number; null: it "
     "was measured in less than two",
     .type = &result_sd},
    {"ci95", NULL,
     "the same with half of the 95 % confidence interval of each mean (Student's t): the interval is mean "
     "+- ci95",
     .type = &result_ci95},
    {NULL},
};
static const struct result_objects replications_object = {.fields = replication_fields};

const struct result_field result_fields[] = {
    {"schema", NULL, "weft-run/1", TEXT(schema)},
    {"version", NULL, "of weft", TEXT(version)},
    {"backend", NULL, "who owned the loop: weft list backends", TEXT(backend)},
    {"method", NULL, "write.method; settings say which axes were set besides", TEXT(method)},
    {"seed", NULL, "scenario.seed: of replications, that of the first", COUNT(seed), .role = RESULT_GIVEN},
    {"simulated_seconds", "s", "scenario.duration", NUMBER(simulated_seconds), .role = RESULT_GIVEN},
    {"interval_ps", "ps", "the interval in force, also where write.interval = auto", COUNT(interval_ps),
     .role = RESULT_GIVEN},
    {"scenario", NULL, "what was run", OBJECT(scenario_object), .role = RESULT_GIVEN},
    {"totals", NULL, "all servers, ports and streams together", OBJECT(totals_object)},
    {"servers", NULL, "an object a server", ROWS(server_objects)},
    {"switches", NULL, "an object a switch", ROWS(switch_objects)},
    {"ports", NULL, "an object a switch port: those before devices in their order, then those before trunks",
     ROWS(port_objects)},
    {"streams", NULL, "an object a stream", ROWS(stream_objects)},
    {"theory", NULL, "an object a closed form and ports that are alike; null: --theory was not given",
     ROWS(theory_objects), .measured = is_theory_asked, .role = RESULT_GIVEN},
    {"replications", NULL, "only with scenario.replications > 1; then every number above is a mean over them",
     OBJECT(replications_object), .role = RESULT_OF_REPLICATIONS},
    {NULL},
};
