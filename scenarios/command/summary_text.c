/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What `weft run` prints. */

#include "saturation.h"

#include <math.h>
#include <string.h>

static void line(GString *text, const char *label, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void line(GString *text, const char *label, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_string_append_printf(text, "  %-14s", label);
    g_string_append_vprintf(text, format, arguments);
    g_string_append_c(text, '\n');
    va_end(arguments);
}

/* What the devices made of the bytes, where bytes were carried. */
static void add_delivery(GString *text, const struct plan *plan, const struct run_result *result,
                         uint64_t corrupt)
{
    uint32_t files = 0, complete = 0, loops = 0;
    for (uint32_t i = 0; i < plan->setup.streams; i++) {
        const struct weft_clock *clock = &plan->setup.stream[i].clock;
        files += clock->media && !clock->loops;
        loops += clock->media && clock->loops;
        complete += clock->media && result->delivery[i].complete;
    }
    g_autofree char *endless = loops ? g_strdup_printf("%u without end, ", loops) : g_strdup("");
    line(text, "content", "%u of %u files complete at their devices, %s%" G_GUINT64_FORMAT " corrupt packets",
         complete, files, endless, corrupt);
}

/* Were the devices served in time, and with what start-up delay would all have been. */
static void add_devices(GString *text, const struct summary *summary)
{
    uint64_t late = summary->totals.late_packets, underruns = summary->underruns;
    if (summary->totals.packets_delivered == 0) {
        line(text, "devices", "got nothing");
        return;
    }
    line(text, "devices",
         "%" G_GUINT64_FORMAT " late %s, %" G_GUINT64_FORMAT
         " %s (%.1f ms stalled), startup needed %.1f ms (mean %.1f, best %.1f)",
         late, late == 1 ? "packet" : "packets", underruns, underruns == 1 ? "underrun" : "underruns",
         summary->stall_ms, summary->startup_needed_ms.worst, summary->startup_needed_ms.mean,
         summary->startup_needed_ms.best);
}

/* The first stream of which an entry was refused, and why; how many others there are. */
static void add_refused(GString *text, const struct plan *plan, const struct run_result *result,
                        const struct summary *summary)
{
    const struct weft_stream_result *first = NULL;
    const char *name = NULL;
    uint32_t others = 0;
    for (uint32_t i = 0; i < plan->setup.streams; i++) {
        const struct weft_stream_result *row = weft_metrics_stream(result->metrics, i);
        if (row->refused.packets == 0)
            continue;
        others += first != NULL;
        name = first ? name : plan->setup.stream[i].name;
        first = first ? first : row;
    }
    if (!first)
        return;
    int status = WEFT_ENTRY_OK + 1;
    while (first->refused.entries[status] == 0)
        status++;
    const char *help = weft_entry_statuses[status].help;
    g_autofree char *more = others ? g_strdup_printf(" (and %u more)", others) : g_strdup("");
    line(text, "refused", "%" G_GUINT64_FORMAT " %s (%" G_GUINT64_FORMAT " %s): %s%s: %.*s",
         summary->refused_entries, summary->refused_entries == 1 ? "entry" : "entries",
         summary->refused.packets, summary->refused.packets == 1 ? "packet" : "packets", name, more,
         (int)strcspn(help, ";"), help);
}

/* Where prices were measured, each place once. */
static void add_provenance(GString *text, const struct plan *plan)
{
    g_autoptr(GHashTable) said = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (uint32_t s = 0; s < plan->setup.servers; s++) {
        const struct provenance *measured = plan_provenance(plan, plan->setup.server[s].profile);
        char *words = measured ? provenance_text(measured) : NULL;
        if (words && !g_hash_table_contains(said, words))
            line(text, "prices", "measured: %s", words);
        if (words)
            g_hash_table_add(said, words);
    }
}

static void add_saturated(GString *text, const struct plan *plan, const struct run_result *result,
                          const struct summary *summary)
{
    g_autofree char *words = saturation_words(summary), *servers = saturation_servers(plan, result);
    if (words)
        line(text, "saturated", "CPU of %s: %s", servers, words);
}

char *summary_text(const struct plan *plan, const char *backend, const struct run_result *result)
{
    const struct weft_setup *setup = &plan->setup;
    struct summary summary = summarise(plan, result);
    const struct weft_totals *totals = &summary.totals;
    const uint64_t *count = summary.ledger.count;
    g_autofree char *duration = quantity_format(&quantity_time, setup->duration_ps);
    g_autofree char *interval = quantity_format(&quantity_time, weft_setup_interval(setup));
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%s: %s on %s, %s in intervals of %s, seed %" G_GUINT64_FORMAT "\n",
                           setup->name, setup->write.method->name, backend, duration, interval, setup->seed);
    line(text, "packets",
         "%" G_GUINT64_FORMAT " sent, %" G_GUINT64_FORMAT " delivered, %" G_GUINT64_FORMAT
         " dropped, %" G_GUINT64_FORMAT " late",
         totals->packets_sent, totals->packets_delivered, totals->packets_dropped, totals->late_packets);
    add_refused(text, plan, result, &summary);
    line(text, "calls",
         "%" G_GUINT64_FORMAT " with %" G_GUINT64_FORMAT " entries, %" G_GUINT64_FORMAT
         " interrupts, %" G_GUINT64_FORMAT " payload bytes copied",
         count[WEFT_WRITE_CALLS], count[WEFT_ENTRIES], count[WEFT_INTERRUPTS], count[WEFT_COPIED_BYTES]);
    line(text, "cycles/packet", "%.0f (%.0f to %.0f)", summary.cycles_per_packet[WEFT_TYPICAL],
         summary.cycles_per_packet[WEFT_LOW], summary.cycles_per_packet[WEFT_HIGH]);
    add_provenance(text, plan);
    line(text, "CPU", "%.2f %%", summary.cpu_utilisation * 100);
    add_saturated(text, plan, result, &summary);
    line(text, "port buffer", "peak %" G_GUINT64_FORMAT " %s, %.1f KB", totals->peak_port_packets,
         totals->peak_port_packets == 1 ? "packet" : "packets", (double)totals->peak_port_bytes / 1000);
    line(text, "switch buffer", "peak %.1f KB, mean %.1f KB", (double)totals->peak_switch_bytes / 1000,
         summary.mean_switch_bytes / 1000);
    add_devices(text, &summary);
    if (isfinite(summary.joules))
        line(text, "energy", "%.1f J of the servers, %.2f J a gigabyte delivered", summary.joules,
             summary.joules_per_gigabyte);
    if (result->delivery)
        add_delivery(text, plan, result, summary.corrupt_packets);
    return g_string_free(text, FALSE);
}
