/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TEST_JOURNAL_H
#define WEFT_TEST_JOURNAL_H

/* An observer that writes down every packet, with all that was said of it, and every server's counters; and
 * the two back ends' journals side by side. */

#include "weft/backend.h"
#include "weft/host.h"

#include <glib.h>

/* One packet; no padding, so that rows compare as bytes. */
struct journal_row {
    uint64_t packet;
    weft_ps tx_ps, sent_ps, switch_in_ps, switch_out_ps, device_in_ps;
    uint64_t bytes_hash; /* of what the NIC read; 0 when no bytes are carried */
    uint32_t stream, number, payload_bytes, frame_bytes, hops, last_port;
    uint32_t reports, outcome;
};

/* One report at a switch, also of background traffic; no padding. */
struct journal_hop {
    uint64_t packet;
    weft_ps in_ps, enter_ps, out_ps;
    uint32_t stream, port, frame_bytes, outcome;
};

struct journal;
struct journal *journal_new(const struct weft_setup *setup, bool bytes);
void journal_free(struct journal *journal);
struct weft_watch journal_watch(struct journal *journal);
/* Every row, by server and packet, every report at a switch, in their order, then every server's counters. */
GBytes *journal_bytes(const struct journal *journal);
/* The counters in such bytes. */
const struct weft_host_counters *journal_counters(GBytes *bytes, uint32_t servers);

/* How many rows there are in them, at their beginning. */
uint64_t journal_rows(GBytes *bytes, uint32_t servers);

/* How many packets in such bytes had each outcome; added to `count`. */
void journal_count_outcomes(GBytes *bytes, uint32_t servers, uint64_t count[WEFT_OUTCOMES]);

/* A run of a back end, checked, with a journal and nothing else. */
GBytes *journal_run(const struct weft_backend *backend, const struct weft_setup *setup, bool bytes);

/* Both journals as bytes: equal, or the test fails with the first row that differs. */
void journal_assert_equal(GBytes *expected, GBytes *got, const char *what);

#endif
