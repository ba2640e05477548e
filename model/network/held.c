/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The frames that a port holds, as a ring that doubles when it is full. */
#include "network/held.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 8 };

void weft_held_clear(struct weft_held *held)
{
    free(held->slot);
}

void weft_held_grow(struct weft_held *held)
{
    uint64_t slots = held->slots ? held->slots : FIRST_SLOTS / 2;
    held->slot = weft_resize(held->slot, 2 * slots, sizeof *held->slot);
    /* A place modulo `slots` is the same modulo twice as many, or `slots` higher: the copy serves both. */
    memcpy(held->slot + slots, held->slot, held->slots * sizeof *held->slot);
    held->slots = 2 * slots;
}

void weft_held_wait(struct weft_held *held, uint64_t bytes)
{
    held->waiting++;
    held->bytes += bytes;
}

void weft_held_send(struct weft_held *held, weft_ps start_ps, weft_ps out_ps, uint64_t bytes)
{
    assert(held->waiting > 0);
    held->waiting--;
    weft_held_put(held, (struct weft_held_frame){start_ps, out_ps, bytes});
}

void weft_held_image(const struct weft_held *held, const struct weft_phase *phase, struct weft_image *image)
{
    weft_image_put(image, held->tail - held->head);
    weft_image_put_limit(image, phase, held->last_out_ps);
    for (uint64_t place = held->head; place != held->tail && !image->differs; place++) {
        const struct weft_held_frame *frame = &held->slot[place & (held->slots - 1)];
        weft_image_put(image, frame->start_ps - phase->at_ps);
        weft_image_put(image, frame->out_ps - phase->at_ps);
        weft_image_put(image, frame->bytes);
    }
}

void weft_held_repeat(struct weft_held *held, weft_ps now_ps, weft_ps later_ps)
{
    for (uint64_t place = held->head; place != held->tail; place++) {
        struct weft_held_frame *frame = &held->slot[place & (held->slots - 1)];
        frame->start_ps += later_ps;
        frame->out_ps += later_ps;
    }
    if (held->last_out_ps > now_ps)
        held->last_out_ps += later_ps;
}
