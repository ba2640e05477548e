/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TRAFFIC_FORMATS_H
#define WEFT_TRAFFIC_FORMATS_H

/* What the files of payload formats share. */

#include "weft/format.h"

static inline uint64_t weft_unit_bytes(const struct weft_units *units, uint32_t unit)
{
    return units->at_byte[unit + 1] - units->at_byte[unit];
}

#endif
