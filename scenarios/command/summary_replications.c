/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What `weft run` prints of replications: means with their confidence. */

#include "estimate.h"
#include "summary.h"

static double sent(const struct summary *summary)
{
    return (double)summary->totals.packets_sent;
}

static double delivered(const struct summary *summary)
{
    return (double)summary->totals.packets_delivered;
}

static double dropped(const struct summary *summary)
{
    return (double)summary->totals.packets_dropped;
}

static double late(const struct summary *summary)
{
    return (double)summary->totals.late_packets;
}

static double cycles(const struct summary *summary)
{
    return summary->cycles_per_packet[WEFT_TYPICAL];
}

static double cycles_low(const struct summary *summary)
{
    return summary->cycles_per_packet[WEFT_LOW];
}

static double cycles_high(const struct summary *summary)
{
    return summary->cycles_per_packet[WEFT_HIGH];
}

static double utilisation_percent(const struct summary *summary)
{
    return summary->cpu_utilisation * 100;
}

static double port_packets(const struct summary *summary)
{
    return (double)summary->totals.peak_port_packets;
}

static double port_kb(const struct summary *summary)
{
    return (double)summary->totals.peak_port_bytes / 1000;
}

static double switch_kb(const struct summary *summary)
{
    return (double)summary->totals.peak_switch_bytes / 1000;
}

static double mean_switch_kb(const struct summary *summary)
{
    return summary->mean_switch_bytes / 1000;
}

static double underruns(const struct summary *summary)
{
    return (double)summary->underruns;
}

static double startup_ms(const struct summary *summary)
{
    return summary->startup_needed_ms.worst;
}

static double joules(const struct summary *summary)
{
    return summary->joules;
}

static double joules_per_gigabyte(const struct summary *summary)
{
    return summary->joules_per_gigabyte;
}

/* A number and the words after it; `label` begins a line. */
static const struct said {
    const char *label;
    double (*value)(const struct summary *summary);
    const char *words;
    int decimals;
    bool optional; /* left out where it was not measured */
} all_said[] = {
    {"packets", sent, " sent, ", 1, false},
    {NULL, delivered, " delivered", 1, false},
    {"lost", dropped, " dropped, ", 1, false},
    {NULL, late, " late", 1, false},
    {"cycles/packet", cycles, ", at low prices ", 1, false},
    {NULL, cycles_low, ", at high ", 1, false},
    {NULL, cycles_high, "", 1, false},
    {"CPU", utilisation_percent, " %", 3, false},
    {"port buffer", port_packets, " packets, ", 2, false},
    {NULL, port_kb, " KB at the peak", 2, false},
    {"switch buffer", switch_kb, " KB at the peak, ", 2, false},
    {NULL, mean_switch_kb, " KB in the mean", 2, false},
    {"devices", underruns, " underruns, startup needed ", 1, false},
    {NULL, startup_ms, " ms", 2, false},
    {"energy", joules, " J of the servers, ", 1, true},
    {NULL, joules_per_gigabyte, " J a gigabyte delivered", 2, true},
};

char *summary_replications_text(const char *backend, const struct replica *replica, guint n)
{
    const struct weft_setup *setup = &replica[0].plan->setup;
    g_autofree char *duration = quantity_format(&quantity_time, setup->duration_ps);
    g_autofree char *interval = quantity_format(&quantity_time, weft_setup_interval(setup));
    g_autofree struct summary *each = g_new(struct summary, n);
    g_autofree double *value = g_new(double, n);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < n; i++)
        each[i] = summarise(replica[i].plan, &replica[i].result);
    g_string_append_printf(text,
                           "%s: %s on %s, %s in intervals of %s, %u replications of seed %" G_GUINT64_FORMAT
                           ",\nmean \u00b1 half of the 95 %% confidence interval",
                           setup->name, setup->write.method->name, backend, duration, interval, n,
                           setup->seed);
    for (size_t i = 0; i < G_N_ELEMENTS(all_said); i++) {
        const struct said *said = &all_said[i];
        for (guint k = 0; k < n; k++)
            value[k] = said->value(&each[k]);
        struct estimate estimate = estimate_of(value, n);
        if (said->optional && estimate.n == 0)
            continue;
        if (said->label)
            g_string_append_printf(text, "\n  %-14s", said->label);
        g_string_append_printf(text, "%.*f \u00b1 %.*f%s", said->decimals, estimate.mean, said->decimals,
                               estimate.ci95, said->words);
    }
    g_string_append_c(text, '\n');
    return g_string_free(text, FALSE);
}
