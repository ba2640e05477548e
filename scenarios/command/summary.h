/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SUMMARY_H
#define COMMAND_SUMMARY_H

/* The numbers of a run that are reported as a whole: what JSON, CSV and tables show. */

#include "points.h"

/* Of one number of each stream that got packets; all NaN: none did. */
struct spread {
    double best, mean, worst; /* best: the smallest */
};

struct summary {
    struct weft_totals totals;
    struct weft_ledger ledger; /* all servers */
    uint64_t entries_below_packet, refused_entries, overruns, cpu_overruns;
    struct weft_refused refused; /* all servers */
    double cycles[3];            /* by enum weft_price_end, all servers, each priced by its own profile */
    double event_cycles[3][WEFT_EVENTS]; /* what they consist of */
    double cycles_per_packet[3];
    double cpu_utilisation;                            /* mean over the servers */
    double busiest_core_utilisation, call_slip_max_us; /* of any server */
    uint64_t saturated_servers, saturated_writes;      /* and their cpu_overruns */
    double saturated_slip_us;                          /* the largest of theirs */
    double dram_bytes_per_payload_byte;
    double mean_switch_bytes;
    double port_balance;         /* NaN: no traffic */
    uint64_t corrupt_packets;    /* 0 where no bytes were carried */
    uint64_t underruns;          /* all streams */
    uint64_t peak_playout_bytes; /* the largest buffer_bytes_max of a stream */
    double stall_ms;
    struct spread delay_us, jitter_us, startup_needed_ms; /* over the streams: delay_us of their means */
    double joules, joules_per_gigabyte; /* all servers, a gigabyte of payload delivered; NaN: not measured */
    double window_s;                    /* [warmup, duration) */
};

struct summary summarise(const struct plan *plan, const struct run_result *result);

/* Of `n` replications: every number's mean over those that have it; counts are rounded to whole ones. */
struct summary summary_mean(const struct summary *each, guint n);

/* [warmup, duration). */
weft_ps plan_window_ps(const struct plan *plan);

double summary_us(weft_ps time_ps);

/* A short aligned report of a run. The caller frees with g_free. */
char *summary_text(const struct plan *plan, const char *backend, const struct run_result *result);
/* The same of several replications: means and confidence intervals. */
char *summary_replications_text(const char *backend, const struct replica *replica, guint n);

#endif
