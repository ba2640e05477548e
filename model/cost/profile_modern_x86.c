/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Prices of a modern x86-64 server. Each is a published number, a measurement or an estimate, and says which;
 * the one for the protocol stack is what a published whole leaves over when the other prices are taken from
 * it, so that a UDP packet costs in sum what was measured. "Measured" means: thread CPU time on a 2.6 GHz Zen
 * 5 guest, Linux 6.18, packets dropped in the driver; its ratios are better than its absolute values. */
#include "weft/cost.h"

/* Prices of 1 cycle and more, and of less. */
#define CYCLES(low, typical, high)  (low) * UINT64_C(1000), (typical)*UINT64_C(1000), (high)*UINT64_C(1000)
#define MCYCLES(low, typical, high) (low), (typical), (high)

const struct weft_profile weft_profile_modern_x86 =
    {
        .name = "modern-x86",
        .help = "x86-64 of 2.8 to 4 GHz, Linux 4.18 to 6.x, offloaded checksums",
        .price =
            {
                [WEFT_WRITE_CALLS] = {CYCLES(0, 0, 0),
                                      "nothing of its own: a call is two mode switches and its entries",
                                      "high"},
                [WEFT_ENTRIES] =
                    {CYCLES(50, 200, 500),
                     "estimate: lookup, route and header template are two to three cache misses of 32 ns "
                     "(J. Brouer's budget figures), less when they hit",
                     "low"},
                [WEFT_MODE_SWITCHES] =
                    {CYCLES(156, 177, 478),
                     "half of a call: 312 cycles without and 955 with mitigations (gms.tf, Xeon Gold "
                     "6256, 76 and 233 ns at 4.1 GHz); 354 measured",
                     "high"},
                [WEFT_CONTEXT_SWITCHES] =
                    {CYCLES(5700, 6000, 11700),
                     "2.0 to 3.9 us at 3 GHz on Xeons, forced by a sleep and so with its timer "
                     "(gms.tf); 1.9 us measured for a futex switch on one core",
                     "medium"},
                [WEFT_COPIED_BYTES] =
                    {MCYCLES(30, 220, 290),
                     "measured: 43 cycles for 1,316 B in cache (0.03/B), 290 from random places in 64 "
                     "MB (0.22/B), 0.113 ns/B at 2.6 GHz with both ends cold (0.29/B)",
                     "medium"},
                [WEFT_CHECKSUM_BYTES] =
                    {MCYCLES(90, 200, 570),
                     "measured: 255 cycles for 1,316 B in plain C (0.2/B); 0.035 ns/B hot and 0.22 ns/B "
                     "cold at 2.6 GHz (0.09 and 0.57/B)",
                     "medium"},
                [WEFT_FILLED_BYTES] = {MCYCLES(30, 220, 290), "as a copied byte: it is the same copy",
                                       "medium"},
                [WEFT_TRANSLATIONS] =
                    {CYCLES(4, 10, 40),
                     "estimate: an array lookup in the driver's mapping, a hit in the first to the third "
                     "cache",
                     "low"},
                [WEFT_PAGE_WALK_REFERENCES] =
                    {CYCLES(5, 9, 50),
                     "a walk of four references takes 20 to 50 cycles with the tables in cache "
                     "and 200 or more without (tutorial figures)",
                     "low"},
                [WEFT_PAGES_PINNED] =
                    {CYCLES(170, 240, 300),
                     "measured: pin 67 to 70 ns and unpin 23 ns per 4 KiB page, at 2.6 GHz; kernel "
                     "estimates are 100 to 300 cycles",
                     "medium"},
                [WEFT_STACK_WALKS] =
                    {CYCLES(3000, 3500, 4100),
                     "remainder: 4,485 cycles for a UDP packet of 1,470 B (Linux commit bec1f6f6: "
                     "11,205,777,429 cycles in 4 s at 624,666 packets/s, 2.8 GHz) less 2 mode switches "
                     "354, entry 200, hot copy 44, packet 40, 3 header blocks 150, 2 descriptors 20, "
                     "doorbell 100, interrupts at 8,000/s 38 = 3,539; one machine, whose receive path ran "
                     "on the same core; the range is an estimate",
                     "medium"},
                [WEFT_SPLITS] =
                    {CYCLES(900, 1450, 1600),
                     "remainder: 1,836 cycles for a segment of UDP GSO in software, 1,470 B, 42 a call "
                     "(Linux commit bec1f6f6) less the share of stack walk 83, call 8 and entry 5, hot copy "
                     "44, "
                     "interrupts 38, 3 header blocks 150, 2 descriptors 20, packet 40: 1,448; low: 350 ns "
                     "measured at 2.6 GHz",
                     "medium"},
                [WEFT_PACKETS] =
                    {CYCLES(20, 40, 60),
                     "cutting and ordering as part of netmap's 60 cycles per packet (14.88 million packets/s "
                     "at 900 MHz); the rest is two descriptors",
                     "medium"},
                [WEFT_HEADER_BLOCKS] = {CYCLES(30, 50, 100), "estimate of a header build from a template",
                                        "low"},
                [WEFT_DESCRIPTORS] = {CYCLES(8, 10, 20),
                                      "the rest of netmap's 60 cycles per packet at two descriptors a packet",
                                      "medium"},
                [WEFT_DOORBELLS] = {CYCLES(30, 100, 300),
                                    "estimate: a posted write to an uncached device register", "low"},
                [WEFT_REFILLS] = {CYCLES(1500, 3000, 6000), "priced as an interrupt, which a timer is",
                                  "low"},
                [WEFT_INTERRUPTS] =
                    {CYCLES(1500, 3000, 6000),
                     "estimate: interrupt entry, acknowledge and soft interrupt of an e1000-class NIC",
                     "low"},
                [WEFT_TIMER_WAKEUPS] =
                    {CYCLES(0, 0, 3000),
                     "the measured context switch has the timer in it; the high end adds an interrupt",
                     "low"},
                [WEFT_DRAM_BYTES] = {MCYCLES(0, 0, 0),
                                     "counted, not priced: it costs bandwidth and no cycles", "high"},
            },
};
