/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A timing wheel (Varghese and Lauck, "Hashed and hierarchical timing wheels", 1987), with a bit per bucket so
 * that empty ones are passed 64 at a time: what is done once. */
#include "weft/wheel.h"

#include <stdlib.h>

enum { LEAST_BUCKETS = 64, MOST_BUCKETS = 4096, BITS = WEFT_WHEEL_BITS };

void weft_wheel_init(struct weft_wheel *wheel, uint32_t ports, weft_ps bucket_ps, weft_ps turn_ps)
{
    *wheel = (struct weft_wheel){.buckets = LEAST_BUCKETS};
    while (wheel->shift < BITS - 2 && UINT64_C(2) << wheel->shift <= bucket_ps)
        wheel->shift++;
    while (wheel->buckets < MOST_BUCKETS && wheel->buckets <= turn_ps >> wheel->shift)
        wheel->buckets *= 2;
    wheel->first = weft_alloc(wheel->buckets, sizeof *wheel->first);
    wheel->next = weft_alloc(ports, sizeof *wheel->next);
    wheel->filled = weft_alloc(wheel->buckets / BITS, sizeof *wheel->filled);
    weft_wheel_restart(wheel, 0);
}

void weft_wheel_restart(struct weft_wheel *wheel, weft_ps now_ps)
{
    for (uint64_t i = 0; i < wheel->buckets; i++)
        wheel->first[i] = WEFT_WHEEL_NONE;
    for (uint64_t i = 0; i < wheel->buckets / BITS; i++)
        wheel->filled[i] = 0;
    wheel->tick = now_ps >> wheel->shift;
}

void weft_wheel_clear(struct weft_wheel *wheel)
{
    free(wheel->first);
    free(wheel->next);
    free(wheel->filled);
}
