/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_COST_H
#define WEFT_COST_H

/* Counted, then priced: the driver counts events into a ledger, a profile prices each in thousandths of a
 * cycle. */

#include "weft/memory_system.h"

WEFT_BEGIN_DECLS

enum weft_event {
    WEFT_WRITE_CALLS,          /* write calls made */
    WEFT_ENTRIES,              /* (destination, data) entries in them */
    WEFT_MODE_SWITCHES,        /* user to kernel, and back */
    WEFT_CONTEXT_SWITCHES,     /* an application comes onto a core after it slept or another one ran */
    WEFT_COPIED_BYTES,         /* payload bytes that the CPU copied */
    WEFT_CHECKSUM_BYTES,       /* payload bytes that the CPU summed */
    WEFT_FILLED_BYTES,         /* payload bytes that the CPU put into the application's buffers */
    WEFT_TRANSLATIONS,         /* pages whose physical address the driver looked up */
    WEFT_PAGE_WALK_REFERENCES, /* memory references of page-table walks */
    WEFT_PAGES_PINNED,         /* pages pinned for one call (and unpinned after it) */
    WEFT_STACK_WALKS,          /* walks through the protocol stack */
    WEFT_SPLITS,               /* packets split off in software from what walked the stack at once */
    WEFT_PACKETS,              /* packets cut and put in order */
    WEFT_HEADER_BLOCKS,        /* header blocks built: one a layer, or one for all */
    WEFT_DESCRIPTORS,          /* gather elements written: header block and payload fragments */
    WEFT_DOORBELLS,            /* the NIC told of new descriptors */
    WEFT_REFILLS,              /* timer that finds the ring half empty */
    WEFT_SLICE_TIMERS,         /* timer at which a call goes on with its next slice */
    WEFT_INTERRUPTS,           /* completion interrupts */
    WEFT_TIMER_WAKEUPS,        /* an application that slept is woken for a write that is due */
    WEFT_DRAM_BYTES,           /* payload bytes read from or written to memory: filling, copying, DMA */
    WEFT_COPIES,               /* copies that the CPU made: each costs something beside its bytes */
    WEFT_COLD_BYTES,     /* of the bytes that the CPU copied, summed or filled, those that no cache held */
    WEFT_TLB_MISSES,     /* pages that the CPU touched and its translation cache (TLB) did not hold */
    WEFT_TLB_REFERENCES, /* memory references of the hardware's page walks for them */
    WEFT_PAGE_FAULTS,    /* pages of an application that were touched for the first time in the run */
    WEFT_ROUTE_LOOKUPS,  /* routes looked up for a message on an unconnected socket */
    WEFT_NOTIFICATIONS, /* completions of zero-copy messages that the kernel queued and the application read */
    WEFT_RING_ENTRIES, /* messages that went through a submission ring: an entry written, a completion read */
    WEFT_FRAME_WALKS,  /* ready-made frames that passed the kernel's packet interface, a socket buffer each */
    WEFT_COMPLETION_POLLS, /* looks at the NIC's ring for what is complete */
    WEFT_MESSAGE_HEADERS, /* descriptions of messages that the kernel read, where a call takes several messages */
    WEFT_EVENTS
};

/* Name (as in results) and meaning of each event, in the order of the enum. */
struct weft_event_row {
    const char *name, *help;
};
extern const struct weft_event_row weft_events[WEFT_EVENTS];

struct weft_ledger {
    uint64_t count[WEFT_EVENTS];
};

/* A price in thousandths of a cycle, with its range and where it comes from. */
struct weft_price {
    uint64_t low_mcycles, typical_mcycles, high_mcycles;
    const char *source;     /* a publication or measurement, in words */
    const char *confidence; /* "high", "medium", "low" */
};

struct weft_profile {
    const char *name, *help;
    const struct weft_memory_system *memory; /* of the machine that the prices are of; NULL: none */
    struct weft_price price[WEFT_EVENTS];
};

/* `free`: everything costs 0 cycles, so that network timing stands alone. The others are made from the files in
 * model/cost/profiles/, where every price has its source. */
extern const struct weft_profile weft_profile_free, weft_profile_server_2003, weft_profile_ppc64_2011,
    weft_profile_modern_x86, weft_profile_modern_x86_mitigated, weft_profile_bypass;
extern const struct weft_profile *const weft_profiles[]; /* ends with NULL */

/* Sum of counts times prices, in thousandths of a cycle. */
enum weft_price_end { WEFT_LOW, WEFT_TYPICAL, WEFT_HIGH };
uint64_t weft_ledger_mcycles(const struct weft_ledger *ledger, const struct weft_profile *profile,
                             enum weft_price_end end);
/* The same for one event. */
uint64_t weft_event_mcycles(uint64_t count, const struct weft_price *price, enum weft_price_end end);
/* Add every count of `from` to that of `to`; no sum may pass 2^64. */
void weft_ledger_add(struct weft_ledger *to, const struct weft_ledger *from);

WEFT_END_DECLS

#endif
