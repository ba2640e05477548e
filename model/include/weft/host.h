/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_HOST_H
#define WEFT_HOST_H

/* One server: applications, cores, driver and NIC. Passive: it is told the time and settles every tie on the server,
 * in this order: ended work, departures, then timers and calls by application. A back end does, again and again:
 *
 *     t = weft_host_next(host);
 *     weft_host_take(host, t, train) until it returns 0;   (take before step: what went out before t has been read)
 *     weft_host_step(host, t);
 *
 * and after weft_host_next() has said WEFT_NEVER, takes the rest with until = WEFT_NEVER. */

#include "weft/image.h"
#include "weft/setup.h"
#include "weft/train.h"

WEFT_BEGIN_DECLS

/* Entries that the driver refused, by enum weft_entry_status ([WEFT_ENTRY_OK] stays 0), and the packets of their data,
 * where these are due at or after warm-up: neither sent nor dropped. */
struct weft_refused {
    uint64_t packets, entries[WEFT_ENTRY_STATUSES];
};

struct weft_host_counters {
    struct weft_ledger ledger;     /* of calls due, and completions of packets due, at or after warm-up */
    uint64_t entries_below_packet; /* entries not larger than one packet: outside the claimed regime (R2) */
    uint64_t refused_entries;
    struct weft_refused refused; /* of which refused_entries is the sum */
    uint64_t overruns; /* intervals, or packets when paced, due while one due before was being written */
    /* Of these, where no call since the last write in time waited for the ring or for a slice: it is for want of CPU. */
    uint64_t cpu_overruns;
    /* How much later than it was due an interval's first call, or that of the packets due at one instant, began at most: behind
     * the application's call before, other applications or interrupts. */
    weft_ps call_slip_max_ps;
    weft_ps busy_ps;         /* core time inside [warmup, duration), all cores */
    weft_ps busiest_core_ps; /* of the core that was busiest there */
    uint64_t
        registered_pages; /* of mappings that the driver was given, once before the run; it pinned them then */
};

/* What a simulator's own models of computers say of a server's in [warmup, duration). The host below knows nothing of it. */
struct weft_host_use {
    double joules; /* not a number: it has no power */
    double flops;  /* computed: cycles of its cores */
};

struct weft_host;
/* The host of server `server`. Borrows the setup. With `carries_bytes` the streams' bytes lie in simulated
 * memory and trains come with descriptors. The caller frees. */
struct weft_host *weft_host_new(const struct weft_setup *setup, uint32_t server, bool carries_bytes);
void weft_host_free(struct weft_host *host);

/* The next instant at which something is due; WEFT_NEVER: everything has been written and completed. */
weft_ps weft_host_next(const struct weft_host *host);
/* Do all that is due at `now_ps`: what weft_host_next() said, or earlier (then nothing). */
void weft_host_step(struct weft_host *host, weft_ps now_ps);

/* What a core runs now: false when idle. `application` is WEFT_NO_APPLICATION for an interrupt. */
#define WEFT_NO_APPLICATION UINT32_MAX
struct weft_work {
    uint32_t application;
    uint64_t mcycles;
    weft_ps start_ps, end_ps;
};
bool weft_host_work(const struct weft_host *host, uint32_t core, struct weft_work *out);

/* The instant at which a sleeping application will make its next write: WEFT_NEVER while it is in a call or
 * over. */
weft_ps weft_host_wake(const struct weft_host *host, uint32_t application);

/* Packets whose first bit goes onto the link at or before `until_ps`, in order; returns their number, also in
 * out->n. at_ps is the first bit, done_ps the last bit at the server's end of the link. */
uint32_t weft_host_take(struct weft_host *host, weft_ps until_ps, struct weft_train *out);
/* The same to the end of `train`, as many as it has room for; returns how many came to it. Of a host that carries no bytes. */
uint32_t weft_host_gather(struct weft_host *host, weft_ps until_ps, struct weft_train *train);

/* --- a steady state (weft/train.h, weft/image.h): what a back end needs to leave periods out --- */

/* The least time after which all streams of the server may be as they were (weft_clock_period()), at most most_ps. Where
 * it writes by interval, not less than a whole number of intervals. WEFT_NEVER: there is none, or something here never
 * repeats or is not compared: files, bytes carried, faults of entries, an order that is not `regular`. */
weft_ps weft_host_period(const struct weft_host *host, weft_ps most_ps);
/* Whether nothing is written here at `at_ps`, before what is due at that instant: all applications sleep or are over, and what they
 * gave to the NIC has its instants. It may be on its way, and cores may work for interrupts. `at_ps` is at most weft_host_next();
 * all packets until then have been taken. Gives places of packets that were sent back to the driver. */
bool weft_host_rests(struct weft_host *host, weft_ps at_ps);
/* A host that rests: whether all packets not written, or not taken, yet are due at or after warm-up. */
bool weft_host_counts_all(const struct weft_host *host);
/* A host that rests: how it is, into the image. */
void weft_host_image(const struct weft_host *host, const struct weft_phase *phase, struct weft_image *image);
/* A host that rests: no packet or interval that it has looked at is due later, no work that it has begun ends later. WEFT_NEVER: a stream has come to its end. */
weft_ps weft_host_looked_ps(const struct weft_host *host);
/* A period begins: what is counted from now on is in it. */
void weft_host_mark(struct weft_host *host);
/* The host rests at `now_ps` as it did at the last mark, when the period began: it becomes what it will be after as many
 * more as `repeat` says. */
void weft_host_repeat(struct weft_host *host, weft_ps now_ps, const struct weft_repeat *repeat);

/* What it has counted so far. Owned by the host. */
const struct weft_host_counters *weft_host_counted(const struct weft_host *host);
/* What was refused of one stream of the setup; NULL: nothing. */
const struct weft_refused *weft_host_refused(const struct weft_host *host, uint32_t stream);

WEFT_END_DECLS

#endif
