/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Nothing costs anything: what is left is the timing of links and switches, where closed forms are exact. */
#include "weft/cost.h"

#define NOTHING                                                                                              \
    {                                                                                                        \
        0, 0, 0, "by definition", "high"                                                                     \
    }

const struct weft_profile weft_profile_free = {
    .name = "free",
    .help = "every event costs 0 cycles, so that network timing stands alone",
    .price =
        {
            [WEFT_WRITE_CALLS] = NOTHING,
            [WEFT_ENTRIES] = NOTHING,
            [WEFT_MODE_SWITCHES] = NOTHING,
            [WEFT_CONTEXT_SWITCHES] = NOTHING,
            [WEFT_COPIED_BYTES] = NOTHING,
            [WEFT_CHECKSUM_BYTES] = NOTHING,
            [WEFT_FILLED_BYTES] = NOTHING,
            [WEFT_TRANSLATIONS] = NOTHING,
            [WEFT_PAGE_WALK_REFERENCES] = NOTHING,
            [WEFT_PAGES_PINNED] = NOTHING,
            [WEFT_STACK_WALKS] = NOTHING,
            [WEFT_SPLITS] = NOTHING,
            [WEFT_PACKETS] = NOTHING,
            [WEFT_HEADER_BLOCKS] = NOTHING,
            [WEFT_DESCRIPTORS] = NOTHING,
            [WEFT_DOORBELLS] = NOTHING,
            [WEFT_REFILLS] = NOTHING,
            [WEFT_SLICE_TIMERS] = NOTHING,
            [WEFT_INTERRUPTS] = NOTHING,
            [WEFT_TIMER_WAKEUPS] = NOTHING,
            [WEFT_DRAM_BYTES] = NOTHING,
            [WEFT_COPIES] = NOTHING,
            [WEFT_COLD_BYTES] = NOTHING,
            [WEFT_TLB_MISSES] = NOTHING,
            [WEFT_TLB_REFERENCES] = NOTHING,
            [WEFT_PAGE_FAULTS] = NOTHING,
            [WEFT_ROUTE_LOOKUPS] = NOTHING,
            [WEFT_NOTIFICATIONS] = NOTHING,
            [WEFT_RING_ENTRIES] = NOTHING,
            [WEFT_FRAME_WALKS] = NOTHING,
            [WEFT_COMPLETION_POLLS] = NOTHING,
            [WEFT_MESSAGE_HEADERS] = NOTHING,
        },
};
