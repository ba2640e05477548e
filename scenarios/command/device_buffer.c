/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* device-buffer.csv: a window of the levels of two devices' buffers, the best and the worst placed of a call in streams'
 * order, under methods that differ in what a device gets when. */

#include "device_buffer.h"

#include "weft/stream_playout.h"

#include <string.h>

/* One burst a device, packets in turn, packets in turn and spread over the interval. */
static const char *const shown[] = {"multi-destination", "interleaved", "interleaved-paced"};
enum { INTERVALS_BEFORE = 2, INTERVALS_AFTER = 4 }; /* of the start of playback */

const char device_buffer_file[] = "device-buffer.csv";

bool device_buffer_shows(const struct weft_method *method)
{
    for (size_t i = 0; i < G_N_ELEMENTS(shown); i++)
        if (strcmp(method->name, shown[i]) == 0)
            return true;
    return false;
}

static weft_ps start_of(const struct weft_setup *setup, uint32_t stream)
{
    struct weft_playout_params params;
    weft_stream_playout_params(&params, setup, stream);
    return weft_playout_start(&params);
}

struct playout_request device_buffer_request(const struct weft_setup *setup)
{
    weft_ps first_ps = start_of(setup, 0), last_ps = start_of(setup, setup->streams - 1);
    weft_ps interval_ps = weft_setup_interval(setup), before_ps = INTERVALS_BEFORE * interval_ps;
    return (struct playout_request){
        .fd = -1,
        .label = setup->write.method->name,
        .ends_only = true,
        .from_ps = MIN(first_ps, last_ps) > before_ps ? MIN(first_ps, last_ps) - before_ps : 0,
        .until_ps = MAX(first_ps, last_ps) + INTERVALS_AFTER * interval_ps,
    };
}
