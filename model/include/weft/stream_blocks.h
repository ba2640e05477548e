/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_STREAM_BLOCKS_H
#define WEFT_STREAM_BLOCKS_H

/* The fast way to what streams' observers tell. What an observer makes of a stream's packets does not depend on other
 * streams, but streams take turns on the wire, so an observer that looks at each packet as it comes has the state of
 * another stream to find each time. Here an arrival is only put down, and a stream's arrivals are handed on some at a
 * time, to whichever of weft_metrics, weft_stream_timing and weft_stream_playout were given. These work out for a whole
 * block what they would have worked out packet by packet: results are the same to the byte.
 *
 *     blocks = weft_stream_blocks_new(setup);
 *     weft_stream_blocks_give_timing(blocks, timing);         any of the three
 *     watch[] = {weft_stream_blocks_watch(blocks), weft_metrics_watch(metrics)};
 *
 * Of observers that were given, timing and playout have no watch besides; that of metrics looks at servers and switches
 * then. Their results may be read at any time; what was put down is looked at first. Blocks are of packets that follow each
 * other at a constant rate, all full: a packet that is out of order or of another size goes the plain way, as do all packets of
 * media, and all of a stream for a while that loses packets again and again.
 *
 * Memory of a stream: 196 bytes here, of which a packet touches one line of 64 or two; with blocks weft_stream_timing has
 * 256 bytes a stream instead of 416, of which three lines are touched once a block. */

#include "weft/metrics.h"
#include "weft/stream_playout.h"
#include "weft/stream_timing.h"

WEFT_BEGIN_DECLS

struct weft_stream_blocks;
/* Borrows the setup. The caller frees. */
struct weft_stream_blocks *weft_stream_blocks_new(const struct weft_setup *setup);
/* Hands on what was put down, and lets the observers go, which may be read afterwards: they are freed after it. */
void weft_stream_blocks_free(struct weft_stream_blocks *blocks);
/* What a back end calls; borrows the blocks. */
struct weft_watch weft_stream_blocks_watch(struct weft_stream_blocks *blocks);

/* Before the first packet: hand on to this observer, of the same setup, which is borrowed. Each kind at most once. */
void weft_stream_blocks_give_timing(struct weft_stream_blocks *blocks, struct weft_stream_timing *timing);
void weft_stream_blocks_give_playout(struct weft_stream_blocks *blocks, struct weft_stream_playout *playout);
void weft_stream_blocks_give_metrics(struct weft_stream_blocks *blocks, struct weft_metrics *metrics);

/* Hand on all that was put down. Who reads results need not: observers that were given do it themselves. */
void weft_stream_blocks_flush(struct weft_stream_blocks *blocks);

WEFT_END_DECLS

#endif
