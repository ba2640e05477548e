/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The mean of summaries, number by number. */

#include "estimate.h"
#include "summary.h"

#include <math.h>
#include <string.h>

/* A run of 64-bit numbers in a struct summary. */
struct place {
    size_t offset, bytes;
};
#define PLACE(member)                                                                                        \
    {                                                                                                        \
        offsetof(struct summary, member), sizeof(((struct summary *)0)->member)                              \
    }

static const struct place counts[] = {
    PLACE(totals.packets_sent),
    PLACE(totals.packets_delivered),
    PLACE(totals.packets_dropped),
    PLACE(totals.late_packets),
    PLACE(totals.dropped_by),
    PLACE(totals.payload_bytes_sent),
    PLACE(totals.payload_bytes_delivered),
    PLACE(totals.peak_port_packets),
    PLACE(totals.peak_port_bytes),
    PLACE(totals.peak_switch_bytes),
    PLACE(totals.background_packets),
    PLACE(totals.background_forwarded_packets),
    PLACE(totals.background_dropped_packets),
    PLACE(totals.balance_windows),
    PLACE(totals.end_ps),
    PLACE(ledger),
    PLACE(entries_below_packet),
    PLACE(refused_entries),
    PLACE(overruns),
    PLACE(cpu_overruns),
    PLACE(saturated_servers),
    PLACE(saturated_writes),
    PLACE(refused),
    PLACE(corrupt_packets),
    PLACE(underruns),
    PLACE(peak_playout_bytes),
};
static const struct place numbers[] = {
    PLACE(totals.balance_sum),
    PLACE(cycles),
    PLACE(event_cycles),
    PLACE(cycles_per_packet),
    PLACE(cpu_utilisation),
    PLACE(busiest_core_utilisation),
    PLACE(call_slip_max_us),
    PLACE(saturated_slip_us),
    PLACE(dram_bytes_per_payload_byte),
    PLACE(mean_switch_bytes),
    PLACE(port_balance),
    PLACE(stall_ms),
    PLACE(delay_us),
    PLACE(jitter_us),
    PLACE(startup_needed_ms),
    PLACE(joules),
    PLACE(joules_per_gigabyte),
    PLACE(window_s),
};

static size_t bytes_of(const struct place *place, size_t n)
{
    size_t bytes = 0;
    for (size_t i = 0; i < n; i++)
        bytes += place[i].bytes;
    return bytes;
}

static double count_at(const struct summary *summary, size_t offset)
{
    uint64_t count;
    memcpy(&count, (const char *)summary + offset, sizeof count);
    return (double)count;
}

static double number_at(const struct summary *summary, size_t offset)
{
    double number;
    memcpy(&number, (const char *)summary + offset, sizeof number);
    return number;
}

static double mean_at(const struct summary *each, guint n, size_t offset,
                      double (*at)(const struct summary *summary, size_t offset))
{
    g_autofree double *value = g_new(double, n);
    for (guint i = 0; i < n; i++)
        value[i] = at(&each[i], offset);
    return estimate_of(value, n).mean;
}

struct summary summary_mean(const struct summary *each, guint n)
{
    struct summary mean = each[0];
    /* A new member of a summary has to be named above. */
    g_assert_cmpuint(bytes_of(counts, G_N_ELEMENTS(counts)) + bytes_of(numbers, G_N_ELEMENTS(numbers)), ==,
                     sizeof mean);
    if (n == 1)
        return mean;
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++)
        for (size_t at = counts[i].offset; at < counts[i].offset + counts[i].bytes; at += sizeof(uint64_t)) {
            uint64_t count = (uint64_t)llround(mean_at(each, n, at, count_at));
            memcpy((char *)&mean + at, &count, sizeof count);
        }
    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
        for (size_t at = numbers[i].offset; at < numbers[i].offset + numbers[i].bytes; at += sizeof(double)) {
            double number = mean_at(each, n, at, number_at);
            memcpy((char *)&mean + at, &number, sizeof number);
        }
    return mean;
}
