/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_STREAM_TIMING_H
#define WEFT_STREAM_TIMING_H

/* How evenly each stream arrives at its device: an observer that shows every packet to the metrics of weft/timing.h
 * and weft/st2110.h. What they need to know comes from the stream's clock: the ideal send time of a packet is when
 * it is due; the media rate is the clock's, of media the mean; T_FRAME is the interval and N the stream's packets in
 * it. Packets count when they are due at or after warm-up. */

#include "weft/setup.h"
#include "weft/st2110.h"
#include "weft/timing.h"
#include "weft/train.h"

WEFT_BEGIN_DECLS

struct weft_timing_report {
    bool measured;             /* a packet that counts arrived; else of the rest only mdi_mlr has a meaning */
    double mdi_df_ms, mdi_mlr; /* the largest of an interval; ms, packets/s */
    double jitter_us, jitter_max_us; /* after the last packet, and the largest */
    double ts_df_us;                 /* the largest of a window */
    int64_t cinst_max, vrx_min, vrx_max;
    enum weft_st2110_verdict verdict; /* linear schedule */
};

struct weft_stream_timing;
/* Borrows the setup. The caller frees. */
struct weft_stream_timing *weft_stream_timing_new(const struct weft_setup *setup);
void weft_stream_timing_free(struct weft_stream_timing *timing);
/* What a back end calls; borrows the observer. */
struct weft_watch weft_stream_timing_watch(struct weft_stream_timing *timing);

/* One report a stream, as one block without pointers: streams * sizeof(struct weft_timing_report). As if nothing more
 * came: what is due in [warmup, duration) and has not arrived is lost. Owned by the observer. */
const struct weft_timing_report *weft_stream_timing_reports(struct weft_stream_timing *timing);

WEFT_END_DECLS

#endif
