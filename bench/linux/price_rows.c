/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Points tell apart what a message, a packet and a byte cost. Steps of a processor and a kernel that can be measured by themselves
 * are not left to the fit, which could not tell them from each other. */

#include "price_rows.h"

#define NO_NIC "there is no NIC in it"

const struct price_row price_rows[] = {
    {WEFT_STACK_WALKS, PRICE_FITTED, {{0}}, NULL},
    {WEFT_SPLITS, PRICE_FITTED, {{0}}, NULL},
    {WEFT_FRAME_WALKS, PRICE_FITTED, {{0}}, NULL},
    {WEFT_COPIED_BYTES, PRICE_FITTED, {{"copy-hot-1472", 1}}, NULL},
    {WEFT_COLD_BYTES, PRICE_FITTED, {{0}}, NULL},
    {WEFT_ROUTE_LOOKUPS, PRICE_FITTED, {{0}}, NULL},
    {WEFT_NOTIFICATIONS, PRICE_FITTED, {{0}}, NULL},
    {WEFT_MESSAGE_HEADERS, PRICE_FITTED, {{0}}, NULL},
    {WEFT_RING_ENTRIES, PRICE_FITTED, {{0}}, NULL},
    {WEFT_MODE_SWITCHES, PRICE_PRIMITIVE, {{"system-call", 0.5}}, NULL},
    {WEFT_WRITE_CALLS, PRICE_PRIMITIVE, {{0}}, "mode_switches"},
    {WEFT_PAGES_PINNED, PRICE_PRIMITIVE, {{"page-pin", 1}, {"page-unpin", 1}}, NULL},
    {WEFT_PAGE_WALK_REFERENCES, PRICE_PRIMITIVE, {{0}}, "pages_pinned"},
    {WEFT_COPIES, PRICE_PRIMITIVE, {{"copy-hot-64", 64}, {"copy-hot-1472", -64}}, NULL},
    {WEFT_CHECKSUM_BYTES, PRICE_PRIMITIVE, {{"checksum-hot-1472", 1}}, NULL},
    {WEFT_FILLED_BYTES, PRICE_PRIMITIVE, {{"copy-hot-1472", 1}}, NULL},
    {WEFT_PAGE_FAULTS, PRICE_PRIMITIVE, {{"page-fault", 1}}, NULL},
    {WEFT_CONTEXT_SWITCHES, PRICE_PRIMITIVE, {{"context-switch", 1}}, NULL},
    {WEFT_TIMER_WAKEUPS, PRICE_PRIMITIVE, {{"timer-wake-up", 1}, {"context-switch", -1}}, NULL},
    {WEFT_TLB_REFERENCES, PRICE_TOP, {{"page-walk", 1}}, "cold_bytes"},
    {WEFT_TLB_MISSES, PRICE_TOP, {{0}}, "tlb_references"},
    {WEFT_ENTRIES, PRICE_DRIVER, {{0}}, NULL},
    {WEFT_TRANSLATIONS, PRICE_DRIVER, {{0}}, NULL},
    {WEFT_PACKETS, PRICE_DRIVER, {{0}}, NULL},
    {WEFT_HEADER_BLOCKS, PRICE_DRIVER, {{0}}, NULL},
    {WEFT_DESCRIPTORS, PRICE_DRIVER, {{0}}, NULL},
    {WEFT_DOORBELLS, PRICE_BASE, {{0}}, NO_NIC},
    {WEFT_INTERRUPTS, PRICE_BASE, {{0}}, NO_NIC},
    {WEFT_COMPLETION_POLLS, PRICE_BASE, {{0}}, NO_NIC},
    {WEFT_REFILLS, PRICE_BASE, {{0}}, NO_NIC},
    {WEFT_SLICE_TIMERS, PRICE_BASE, {{0}}, "no timer of a driver ran"},
    {WEFT_DRAM_BYTES, PRICE_BASE, {{0}}, "it costs bandwidth and no cycles"},
    {.event = WEFT_EVENTS},
};
