/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_METRICS_METRICS_PRIVATE_H
#define WEFT_METRICS_METRICS_PRIVATE_H

/* The observer that fills the result of a run, from inside: a file each for what it sees at switches and devices. */

#include "metrics/balance.h"
#include "metrics/occupancy.h"
#include "weft/stream_blocks.h"

/* What is asked for every packet, apart from the setup so that it stays in the cache. */
struct stream {
    weft_ps late_ps; /* packets from late_number on are in time when they come before it */
    uint32_t late_number;
};

struct weft_metrics {
    const struct weft_setup *setup;
    struct stream *stream;
    uint32_t *first_number; /* by stream: the first packet that is due at or after warm-up */
    uint32_t *sent;         /* by stream: packets that count, since the last flush */
    uint32_t *next_number;  /* by source of background traffic: the least number that was not seen */
    /* How many packets that do not count are to come to a server, and to the switch where there is one: at 0 nobody has to
     * look at numbers. Never 0 where entries are refused. */
    uint64_t uncounted_at_servers, uncounted_at_switches;
    bool alike; /* one switch without cells, no background traffic, no device that goes off: at_switch.c */
    bool plain; /* look at every packet by itself: what tests compare with */
    struct weft_occupancy *occupancy;
    struct weft_balance balance;
    struct weft_stream_blocks *blocks; /* they give what comes to devices; NULL: the watch does */
    bool finished;
    weft_ps last_ps;                    /* the last event, or that since a period was marked */
    weft_ps advanced_ps;                /* all before it has been told */
    weft_ps entered_ps;                 /* when what was told last came to a switch */
    struct weft_metrics_period *period; /* since the mark; NULL: there is none */
    uint32_t unflushed;                 /* packets whose counts are not yet in the result */
    void *block;                        /* the result: totals, then servers, switches, ports and streams */
    size_t block_bytes;
    struct weft_totals *totals;
    struct weft_server_result *servers;
    struct weft_switch_result *switches;
    struct weft_port_result *ports;
    struct weft_stream_result *streams;
};

/* So that 32 bits are enough for what is counted between two flushes. */
enum { WEFT_METRICS_MOST_UNFLUSHED = 1 << 30 };

static inline bool weft_metrics_counts(const struct weft_metrics *metrics, const struct weft_train *train,
                                       uint32_t i)
{
    return train->number[i] >= metrics->first_number[train->stream[i]];
}

static inline void weft_metrics_saw(struct weft_metrics *metrics, weft_ps event_ps)
{
    if (event_ps > metrics->last_ps)
        metrics->last_ps = event_ps;
}

/* A train at the switches, and at devices. */
void weft_metrics_at_switch(struct weft_metrics *metrics, const struct weft_train *train);
void weft_metrics_at_device(struct weft_metrics *metrics, const struct weft_train *train);

/* Bring the result up to date. */
void weft_metrics_flush(struct weft_metrics *metrics);

/* A period begins; a train of it comes to the switches; it is told again, as weft/train.h says. */
void weft_metrics_mark(struct weft_metrics *metrics);
void weft_metrics_record(struct weft_metrics_period *period, const struct weft_train *train);
void weft_metrics_repeat(struct weft_metrics *metrics, const struct weft_repeat *repeat);
void weft_metrics_period_free(struct weft_metrics_period *period);

/* Before the first packet: look at each by itself. The results are the same. */
void weft_metrics_only_plain(struct weft_metrics *metrics);

#endif
