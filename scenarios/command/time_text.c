/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Times in words. */

#include "time_text.h"

#include "quantity.h"
#include "weft/base.h"

#include <math.h>

static char *whole_seconds(guint64 s)
{
    if (s >= 3600)
        return g_strdup_printf("%" G_GUINT64_FORMAT " h %02u min", s / 3600, (guint)(s % 3600 / 60));
    if (s >= 60)
        return g_strdup_printf("%" G_GUINT64_FORMAT " min %02u s", s / 60, (guint)(s % 60));
    return g_strdup_printf("%" G_GUINT64_FORMAT " s", s);
}

char *time_text(double seconds)
{
    return whole_seconds((guint64)ceil(MIN(seconds, 1e9)));
}

char *time_text_ps(guint64 ps)
{
    guint64 grain_ps = WEFT_PS_PER_S / 100;
    if (ps >= 60 * WEFT_PS_PER_S)
        return whole_seconds(ps / WEFT_PS_PER_S);
    while (ps < 100 * grain_ps && grain_ps > 1)
        grain_ps = grain_ps > 1000 ? grain_ps / 1000 : 1;
    return quantity_format(&quantity_time, ps - ps % grain_ps);
}
