/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_METRICS_ARRIVAL_H
#define WEFT_METRICS_ARRIVAL_H

/* What came to the switches in a period that may be told again: what occupancy and load balance ask of it. */

#include "weft/base.h"

struct weft_arrival {
    weft_ps enter_ps, out_ps; /* out_ps: WEFT_NEVER if it was dropped */
    uint32_t port, frame_bytes;
};
struct weft_arrivals {
    struct weft_arrival *arrival;
    size_t n, room;
};

#endif
