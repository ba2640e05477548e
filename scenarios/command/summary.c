/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Totals over servers and ports. */

#include "summary.h"

#include <math.h>

weft_ps plan_window_ps(const struct plan *plan)
{
    return plan->setup.duration_ps - plan->setup.warmup_ps;
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
        for (int end = WEFT_LOW; end <= WEFT_HIGH; end++)
            summary->cycles[end] +=
                (double)weft_ledger_mcycles(&counters->ledger, server->profile, (enum weft_price_end)end) /
                1000;
        summary->cpu_utilisation +=
            weft_utilisation(counters->busy_ps, server->cores, plan_window_ps(plan)) / setup->servers;
    }
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
    for (uint32_t p = 0; p < plan->setup.devices; p++)
        byte_ps += weft_metrics_port(result->metrics, p)->byte_ps;
    summary.mean_switch_bytes = weft_mean_held(byte_ps, plan_window_ps(plan));
    summary.port_balance =
        totals->balance_windows ? totals->balance_sum / (double)totals->balance_windows : NAN;
    for (uint32_t i = 0; result->delivery && i < plan->setup.streams; i++)
        summary.corrupt_packets += result->delivery[i].corrupt_packets;
    summary.window_s = (double)plan_window_ps(plan) / (double)WEFT_PS_PER_S;
    return summary;
}
