/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tables of the fields of a result, from the inside out. */

#include "result_shapes.h"

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

#define NO_USE    "; null: no back end of SimGrid on a platform of the user's"
#define NO_POWER  NO_USE ", or one without power"
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

#define OVERRUNS "intervals (packets, with pacing = packet) due while one before was being written"
#define CPU_OVERRUNS                                                                                         \
    "of these, those where no call since the last one in time waited for the ring or a slice: for want of "  \
    "CPU"
#define BUSIEST_CORE "share of [warmup, duration) in which the core was busy that was busiest"
#define CALL_SLIP                                                                                            \
    "most by which the first call of an interval (for packets due at an instant, with pacing = packet) "     \
    "began later than it was due"

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
    {"overruns", "intervals", OVERRUNS, COUNT_AT(summary, overruns)},
    {"cpu_overruns", "intervals", CPU_OVERRUNS, COUNT_AT(summary, cpu_overruns)},
    {"call_slip_max_us", "us", CALL_SLIP ", any server", NUMBER_AT(summary, call_slip_max_us)},
    {"saturated_servers", "servers",
     "servers with cpu_overruns of which a core was busy for 99 % of [warmup, duration), or a call began an "
     "interval late",
     COUNT_AT(summary, saturated_servers)},
    {"cycles", "cycles", "the servers' counted events at typical prices",
     NUMBER_AT(summary, cycles[WEFT_TYPICAL])},
    {"cycles_low", "cycles", "the same at low prices", NUMBER_AT(summary, cycles[WEFT_LOW])},
    {"cycles_high", "cycles", "the same at high prices", NUMBER_AT(summary, cycles[WEFT_HIGH])},
    {"cycles_per_packet", "cycles", "cycles / packets_sent",
     NUMBER_AT(summary, cycles_per_packet[WEFT_TYPICAL])},
    {"cycles_per_packet_low", "cycles", "cycles_low / packets_sent",
     NUMBER_AT(summary, cycles_per_packet[WEFT_LOW])},
    {"cycles_per_packet_high", "cycles", "cycles_high / packets_sent",
     NUMBER_AT(summary, cycles_per_packet[WEFT_HIGH])},
    {"cpu_utilisation", SHARE, "share of [warmup, duration) in which cores were busy, mean over the servers",
     NUMBER_AT(summary, cpu_utilisation)},
    {"busiest_core_utilisation", SHARE, BUSIEST_CORE ", any server",
     NUMBER_AT(summary, busiest_core_utilisation)},
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
    {"peak_playout_bytes", "bytes", "largest buffer_bytes_max of a stream",
     COUNT_AT(summary, peak_playout_bytes)},
    {"destinations", NULL, "best, mean and worst served stream", OBJECT(destinations_object)},
    {"joules", "J", "energy of the servers' hosts in [warmup, duration)" NO_POWER,
     NUMBER_AT(summary, joules)},
    {"joules_per_gigabyte", "J/GB", "joules / payload_bytes_delivered in 10^9 bytes" NO_POWER,
     NUMBER_AT(summary, joules_per_gigabyte)},
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

static double cycles_at(const struct result_source *source, uint32_t event, enum weft_price_end end)
{
    const struct weft_server_result *row = source->row;
    const struct weft_price *price = &server_of(source)->profile->price[event];
    return (double)weft_event_mcycles(row->counters.ledger.count[event], price, end) / 1000;
}

static double event_cycles(const struct result_source *source, uint32_t event)
{
    return cycles_at(source, event, WEFT_TYPICAL);
}

static double event_cycles_low(const struct result_source *source, uint32_t event)
{
    return cycles_at(source, event, WEFT_LOW);
}

static double event_cycles_high(const struct result_source *source, uint32_t event)
{
    return cycles_at(source, event, WEFT_HIGH);
}

static bool is_used(const struct result_source *source)
{
    const struct weft_server_result *row = source->row;
    return row->is_used;
}

/* As cpu_utilisation, of work that the simulator has done. */
static double server_load(const struct result_source *source)
{
    const struct weft_server_result *row = source->row;
    const struct weft_server *server = server_of(source);
    double window_s = (double)plan_window_ps(source->plan) / (double)WEFT_PS_PER_S;
    return row->use.flops / ((double)server->cpu_hz * server->cores * window_s);
}

static double server_busiest(const struct result_source *source)
{
    const struct weft_server_result *row = source->row;
    return weft_utilisation(row->counters.busiest_core_ps, 1, plan_window_ps(source->plan));
}

static double server_slip(const struct result_source *source)
{
    const struct weft_server_result *row = source->row;
    return summary_us(row->counters.call_slip_max_ps);
}

static const struct result_field server_fields[] = {
    {"name", NULL, "NAME, or NAME-0, NAME-1, ... of a group with a count", TEXT(server_name),
     .role = RESULT_KEY},
    {"packets_sent", "packets", "packets that went onto its link",
     COUNT_AT(weft_server_result, packets_sent)},
    {"refused_entries", "entries", "entries that its driver refused: they sent nothing",
     COUNT_AT(weft_server_result, counters.refused_entries)},
    {"registered_pages", "pages",
     "pages of the regions that its driver was given before the run, walked to and pinned once; no event of "
     "the run",
     COUNT_AT(weft_server_result, counters.registered_pages)},
    {"packets_refused", "packets", PACKETS_REFUSED, COUNT_AT(weft_server_result, counters.refused.packets)},
    {"refused_by", "entries", REFUSED_BY, REFUSALS(weft_server_result, counters.refused.entries)},
    {"overruns", "intervals", OVERRUNS, COUNT_AT(weft_server_result, counters.overruns)},
    {"cpu_overruns", "intervals", CPU_OVERRUNS, COUNT_AT(weft_server_result, counters.cpu_overruns)},
    {"call_slip_max_us", "us", CALL_SLIP, NUMBER(server_slip)},
    {"cpu_utilisation", SHARE, "share of [warmup, duration) in which its cores were busy",
     NUMBER(server_utilisation)},
    {"busiest_core_utilisation", SHARE, BUSIEST_CORE, NUMBER(server_busiest)},
    {"joules", "J", "energy of its host in [warmup, duration)" NO_POWER,
     NUMBER_AT(weft_server_result, use.joules), .measured = is_used},
    {"computed_flops", "flop", "what its host computed in [warmup, duration)" NO_USE,
     NUMBER_AT(weft_server_result, use.flops), .measured = is_used},
    {"load", SHARE, "computed_flops of what its cores can in that time" NO_USE, NUMBER(server_load),
     .measured = is_used},
    {"counts", "events", "what was counted, by event", .type = &result_counts, .members = &policy_events,
     .offset = offsetof(struct weft_server_result, counters.ledger.count)},
    {"cycles", "cycles", "the same at typical prices, by event", .type = &result_numbers,
     .members = &policy_events, .number_of = event_cycles},
    {"cycles_low", "cycles", "the same at low prices", .type = &result_numbers, .members = &policy_events,
     .number_of = event_cycles_low},
    {"cycles_high", "cycles", "the same at high prices", .type = &result_numbers, .members = &policy_events,
     .number_of = event_cycles_high},
    {"measured", NULL, "where its prices were measured; null: its profile does not say",
     OBJECT(result_provenance_object), .measured = result_is_provenance, .role = RESULT_GIVEN},
    {NULL},
};
static const struct result_objects server_objects = {
    .fields = server_fields, .rows = servers, .row = server_row};

/* --- the whole --- */

static bool is_theory_asked(const struct result_source *source)
{
    return source->theory != NULL;
}

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
    {"switches", NULL, "an object a switch", ROWS(result_switch_objects)},
    {"ports", NULL, "an object a switch port: those before devices in their order, then those before trunks",
     ROWS(result_port_objects)},
    {"streams", NULL, "an object a stream", ROWS(result_stream_objects)},
    {"theory", NULL, "an object a closed form and ports that are alike; null: --theory was not given",
     ROWS(result_theory_objects), .measured = is_theory_asked, .role = RESULT_GIVEN},
    {"replications", NULL, "only with scenario.replications > 1; then every number above is a mean over them",
     OBJECT(replications_object), .role = RESULT_OF_REPLICATIONS},
    {NULL},
};
