/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Totals over servers and ports. */

#include "saturation.h"

#include <math.h>

weft_ps plan_window_ps(const struct plan *plan)
{
    return plan->setup.duration_ps - plan->setup.warmup_ps;
}

static void add_cycles(struct summary *summary, const struct weft_ledger *ledger,
                       const struct weft_profile *profile, enum weft_price_end end)
{
    summary->cycles[end] += (double)weft_ledger_mcycles(ledger, profile, end) / 1000;
    for (int event = 0; event < WEFT_EVENTS; event++)
        summary->event_cycles[end][event] +=
            (double)weft_event_mcycles(ledger->count[event], &profile->price[event], end) / 1000;
}

double summary_us(weft_ps time_ps)
{
    return (double)time_ps / 1e6;
}

static void add_lateness(struct summary *summary, const struct plan *plan,
                         const struct weft_host_counters *counters)
{
    double slip_us = summary_us(counters->call_slip_max_ps);
    summary->cpu_overruns += counters->cpu_overruns;
    summary->busiest_core_utilisation =
        fmax(summary->busiest_core_utilisation,
             weft_utilisation(counters->busiest_core_ps, 1, plan_window_ps(plan)));
    summary->call_slip_max_us = fmax(summary->call_slip_max_us, slip_us);
    if (!saturation_is(&plan->setup, counters))
        return;
    summary->saturated_servers++;
    summary->saturated_writes += counters->cpu_overruns;
    summary->saturated_slip_us = fmax(summary->saturated_slip_us, slip_us);
}

static void add_servers(struct summary *summary, const struct plan *plan, const struct run_result *result)
{
    const struct weft_setup *setup = &plan->setup;
    for (uint32_t s = 0; s < setup->servers; s++) {
        const struct weft_server *server = &setup->server[s];
        const struct weft_host_counters *counters = &weft_metrics_server(result->metrics, s)->counters;
        weft_ledger_add(&summary->ledger, &counters->ledger);
        summary->entries_below_packet += counters->entries_below_packet;
        summary->refused_entries += counters->refused_entries;
        summary->refused.packets += counters->refused.packets;
        for (int status = 0; status < WEFT_ENTRY_STATUSES; status++)
            summary->refused.entries[status] += counters->refused.entries[status];
        summary->overruns += counters->overruns;
        add_lateness(summary, plan, counters);
        for (int end = WEFT_LOW; end <= WEFT_HIGH; end++)
            add_cycles(summary, &counters->ledger, server->profile, (enum weft_price_end)end);
        summary->cpu_utilisation +=
            weft_utilisation(counters->busy_ps, server->cores, plan_window_ps(plan)) / setup->servers;
    }
}

static void spread_add(struct spread *spread, double value)
{
    spread->best = fmin(spread->best, value); /* not a number: the first is taken */
    spread->worst = fmax(spread->worst, value);
    spread->mean += value;
}

static void spread_end(struct spread *spread, uint32_t streams)
{
    spread->mean = streams ? spread->mean / streams : NAN;
}

static void add_streams(struct summary *summary, const struct plan *plan, const struct run_result *result)
{
    const struct spread none = {NAN, 0, NAN};
    uint32_t streams = 0;
    summary->delay_us = summary->jitter_us = summary->startup_needed_ms = none;
    for (uint32_t i = 0; i < plan->setup.streams; i++) {
        const struct weft_playout_report *playout = &result->playout[i];
        summary->corrupt_packets += result->delivery ? result->delivery[i].corrupt_packets : 0;
        if (playout->packets == 0)
            continue;
        streams++;
        summary->underruns += playout->underruns;
        if (playout->buffer_bytes_max > summary->peak_playout_bytes)
            summary->peak_playout_bytes = playout->buffer_bytes_max;
        summary->stall_ms += playout->stall_ms;
        spread_add(&summary->delay_us, playout->delay_mean_us);
        spread_add(&summary->jitter_us, result->timing[i].jitter_us);
        spread_add(&summary->startup_needed_ms, playout->startup_needed_ms);
    }
    spread_end(&summary->delay_us, streams);
    spread_end(&summary->jitter_us, streams);
    spread_end(&summary->startup_needed_ms, streams);
}

/* Nothing where one server's is not known. */
static void add_energy(struct summary *summary, const struct plan *plan, const struct run_result *result)
{
    enum { GIGA = 1000000000 };
    for (uint32_t s = 0; s < plan->setup.servers; s++) {
        const struct weft_server_result *server = weft_metrics_server(result->metrics, s);
        summary->joules += server->is_used ? server->use.joules : NAN;
    }
    uint64_t bytes = summary->totals.payload_bytes_delivered;
    summary->joules_per_gigabyte = bytes ? summary->joules / ((double)bytes / GIGA) : NAN;
}

struct summary summarise(const struct plan *plan, const struct run_result *result)
{
    struct summary summary = {.totals = *weft_metrics_totals(result->metrics)};
    const struct weft_totals *totals = &summary.totals;
    add_servers(&summary, plan, result);
    for (int end = WEFT_LOW; end <= WEFT_HIGH; end++)
        summary.cycles_per_packet[end] =
            totals->packets_sent ? summary.cycles[end] / (double)totals->packets_sent : 0;
    if (totals->payload_bytes_sent)
        summary.dram_bytes_per_payload_byte =
            (double)summary.ledger.count[WEFT_DRAM_BYTES] / (double)totals->payload_bytes_sent;
    weft_u128 byte_ps = 0;
    for (uint32_t p = 0; p < weft_setup_ports(&plan->setup); p++)
        byte_ps += weft_metrics_port(result->metrics, p)->byte_ps;
    summary.mean_switch_bytes = weft_mean_held(byte_ps, plan_window_ps(plan));
    summary.port_balance =
        totals->balance_windows ? totals->balance_sum / (double)totals->balance_windows : NAN;
    add_streams(&summary, plan, result);
    add_energy(&summary, plan, result);
    summary.window_s = (double)plan_window_ps(plan) / (double)WEFT_PS_PER_S;
    return summary;
}
