/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is counted: names as in results, and what one of each is. */
#include "weft/cost.h"

const struct weft_event_row weft_events[WEFT_EVENTS] = {
    [WEFT_WRITE_CALLS] = {"write_calls", "write calls made"},
    [WEFT_ENTRIES] = {"entries", "(destination, data) entries in write calls"},
    [WEFT_MODE_SWITCHES] = {"mode_switches", "crossings between user and kernel mode: two a call"},
    [WEFT_CONTEXT_SWITCHES] = {"context_switches",
                               "an application comes onto a core after it slept or another one ran there"},
    [WEFT_COPIED_BYTES] = {"copied_bytes", "payload bytes that the CPU copied"},
    [WEFT_CHECKSUM_BYTES] = {"checksum_bytes", "payload bytes that the CPU summed for UDP checksums"},
    [WEFT_FILLED_BYTES] = {"filled_bytes", "payload bytes that the CPU put into the application's buffers"},
    [WEFT_TRANSLATIONS] = {"translations", "pages whose physical address the driver looked up"},
    [WEFT_PAGE_WALK_REFERENCES] = {"page_walk_references", "memory references of page-table walks"},
    [WEFT_PAGES_PINNED] = {"pages_pinned", "pages pinned for one call and unpinned after it"},
    [WEFT_STACK_WALKS] = {"stack_walks", "walks through the protocol stack"},
    [WEFT_SPLITS] = {"splits", "packets split off in software from what walked the stack at once"},
    [WEFT_PACKETS] = {"packets", "packets, or runs that the NIC cuts, that the driver put in order"},
    [WEFT_HEADER_BLOCKS] = {"header_blocks", "header blocks built: one a layer, or one for all layers"},
    [WEFT_DESCRIPTORS] = {"descriptors",
                          "gather elements written for the NIC: header blocks and payload fragments"},
    [WEFT_DOORBELLS] = {"doorbells", "times the NIC was told of new descriptors"},
    [WEFT_REFILLS] = {"refills", "timers that found the ring half empty and went on filling it"},
    [WEFT_SLICE_TIMERS] = {"slice_timers",
                           "timers at which a call went on with its next slice (pacing = slice)"},
    [WEFT_INTERRUPTS] = {"interrupts", "completion interrupts of the NIC"},
    [WEFT_TIMER_WAKEUPS] = {"timer_wakeups",
                            "times a sleeping application was woken for a write that is due"},
    [WEFT_DRAM_BYTES] = {"dram_bytes", "payload bytes read from or written to memory: filling, copying, DMA"},
    [WEFT_COPIES] = {"copies", "copies that the CPU made: each costs something beside its bytes"},
    [WEFT_COLD_BYTES] = {"cold_bytes",
                         "of the bytes that the CPU copied, summed or filled, those that no cache held"},
    [WEFT_TLB_MISSES] = {"tlb_misses",
                         "pages that the CPU touched and its translation cache (TLB) did not hold"},
    [WEFT_TLB_REFERENCES] = {"tlb_references", "memory references of the hardware's page walks for them"},
    [WEFT_PAGE_FAULTS] = {"page_faults",
                          "pages of an application that were touched for the first time in the run"},
    [WEFT_ROUTE_LOOKUPS] = {"route_lookups", "routes looked up for a message on an unconnected socket"},
    [WEFT_NOTIFICATIONS] =
        {"notifications",
         "completions of zero-copy messages that the kernel queued and the application read"},
    [WEFT_RING_ENTRIES] =
        {"ring_entries", "messages that went through a submission ring: an entry written, a completion read"},
    [WEFT_FRAME_WALKS] =
        {"frame_walks", "ready-made frames that passed the kernel's packet interface, a socket buffer each"},
    [WEFT_COMPLETION_POLLS] = {"completion_polls", "looks at the NIC's ring for what is complete"},
    [WEFT_MESSAGE_HEADERS] = {"message_headers",
                              "descriptions of messages (address, pieces, options) that the kernel read "
                              "from the application, where a call takes several messages"},
};
