/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_STREAM_PLAYOUT_H
#define WEFT_STREAM_PLAYOUT_H

/* What the device of each stream makes of it: an observer that shows every packet at a device to the playout of
 * weft/playout.h. The start-up delay is the device's; a stream begins with its first packet that is due at or after
 * warm-up. */

#include "weft/playout.h"
#include "weft/setup.h"
#include "weft/train.h"

WEFT_BEGIN_DECLS

struct weft_playout_report {
    uint64_t packets; /* that came; 0: the rest has no meaning */
    bool played;      /* something, before the last arrival; else buffer_bytes_min has no meaning */
    uint64_t underruns;
    double stall_ms;
    uint64_t buffer_bytes_min, buffer_bytes_max;
    double buffer_bytes_mean;
    double startup_needed_ms;
    double delay_mean_us, delay_max_us;
};

struct weft_stream_playout;
/* Borrows the setup. The caller frees. */
struct weft_stream_playout *weft_stream_playout_new(const struct weft_setup *setup);
void weft_stream_playout_free(struct weft_stream_playout *playout);
struct weft_watch weft_stream_playout_watch(struct weft_stream_playout *playout);

/* Parameters of a stream of the setup, for those who play it themselves. */
void weft_stream_playout_params(struct weft_playout_params *params, const struct weft_setup *setup,
                                uint32_t stream);

/* One report a stream, as one block without pointers: streams * sizeof(struct weft_playout_report). As if nothing
 * more came. Owned by the observer. */
const struct weft_playout_report *weft_stream_playout_reports(struct weft_stream_playout *playout);

WEFT_END_DECLS

#endif
