/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_ORACLE_PEAKS_H
#define WEFT_ORACLE_PEAKS_H

/* Closed forms of the largest number of packets that a store-and-forward port holds, a packet being held from
 * its last bit in until its last bit out. All packets are of one size. */

#include <stdint.h>

/* `n` packets come back to back at `in_bps` into one port that sends at `out_bps`. */
uint64_t oracle_peak_burst(uint64_t n, uint64_t in_bps, uint64_t out_bps);

/* `n` packets for each of `ports` ports come back to back, the ports taking turns. */
uint64_t oracle_peak_interleaved(uint64_t n, uint64_t ports, uint64_t in_bps, uint64_t out_bps);

/* `n` packets come `gap` apart into one port that needs `service` for each; in any unit of time. */
uint64_t oracle_peak_spaced(uint64_t n, uint64_t gap, uint64_t service);

#endif
