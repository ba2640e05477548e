/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "saturation.h"

enum { BUSY_PERCENT = 99 };

/* No window is longer than 10^18 ps. */
bool saturation_is(const struct weft_setup *setup, const struct weft_host_counters *counters)
{
    weft_ps window_ps = setup->duration_ps - setup->warmup_ps;
    bool busy = (weft_u128)counters->busiest_core_ps * 100 >= (weft_u128)window_ps * BUSY_PERCENT;
    return counters->cpu_overruns > 0 && (busy || counters->call_slip_max_ps >= weft_setup_interval(setup));
}

char *saturation_words(const struct summary *summary)
{
    uint64_t writes = summary->saturated_writes;
    if (summary->saturated_servers == 0)
        return NULL;
    return g_strdup_printf("%" G_GUINT64_FORMAT " %s late, calls slip by up to %.4g ms", writes,
                           writes == 1 ? "write was" : "writes were", summary->saturated_slip_us / 1000);
}

char *saturation_servers(const struct plan *plan, const struct run_result *result)
{
    const struct weft_host_counters *most = NULL;
    const char *name = NULL;
    uint32_t saturated = 0;
    for (uint32_t i = 0; i < plan->setup.servers; i++) {
        const struct weft_host_counters *counters = &weft_metrics_server(result->metrics, i)->counters;
        if (!saturation_is(&plan->setup, counters))
            continue;
        saturated++;
        if (most && counters->call_slip_max_ps <= most->call_slip_max_ps)
            continue;
        most = counters;
        name = plan->setup.server[i].name;
    }
    if (saturated > 1)
        return g_strdup_printf("%s (and %u more)", name, saturated - 1);
    return g_strdup(name);
}
