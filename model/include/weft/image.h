/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_IMAGE_H
#define WEFT_IMAGE_H

/* What the state of hosts and network is, as words that a shift of all instants and numbers leaves as they are: so a state
 * is told again later. A station puts all of its state that can matter for what it does from then on, always in one order;
 * instants relative to one, numbers of packets less those of the steps that have passed. Two states are the same but for
 * their shift exactly if all their words are equal: each is kept and compared, none is hashed. */

#include "weft/base.h"

WEFT_BEGIN_DECLS

/* Where on the way a state is: so many steps of one length behind where they are counted from. In each step every stream
 * has the same number of packets. Arrays are the caller's. */
struct weft_phase {
    weft_ps at_ps;                  /* now: the instant that others are told relative to */
    uint64_t steps;                 /* since numbers are counted from */
    const uint32_t *packets;        /* by stream, of a step */
    const uint64_t *server_packets; /* by server, their sums */
};

/* Zeroed: empty. weft_image_clear() frees what it holds. */
struct weft_image {
    uint64_t *word;
    size_t words, room; /* kept */
    size_t at;          /* compared */
    bool compares, differs;
};
void weft_image_clear(struct weft_image *image);
/* Keep the words that are put from now on, instead of those it has. */
void weft_image_keep(struct weft_image *image);
/* Compare the words that are put from now on with those it has. */
void weft_image_compare(struct weft_image *image);
/* Whether all were put that it has, and no others. */
bool weft_image_equals(const struct weft_image *image);
/* More room. */
void weft_image_grow(struct weft_image *image);

/* Once a word differs, nobody needs to put any more. */
static inline void weft_image_put(struct weft_image *image, uint64_t word)
{
    if (image->compares) {
        if (image->at >= image->words || image->word[image->at++] != word)
            image->differs = true;
        return;
    }
    if (image->words == image->room)
        weft_image_grow(image);
    image->word[image->words++] = word;
}

/* An instant that is not before now. */
static inline void weft_image_put_instant(struct weft_image *image, const struct weft_phase *phase,
                                          weft_ps at_ps)
{
    assert(at_ps >= phase->at_ps);
    weft_image_put(image, at_ps == WEFT_NEVER ? WEFT_NEVER : at_ps - phase->at_ps);
}

/* An instant before which something may not be: all that are not after now are alike. */
static inline void weft_image_put_limit(struct weft_image *image, const struct weft_phase *phase,
                                        weft_ps not_before_ps)
{
    weft_image_put(image, not_before_ps > phase->at_ps ? not_before_ps - phase->at_ps : 0);
}

/* An idle pipe is like any idle one of its rate: what comes now or later finds it free, with no remainder. */
static inline void weft_image_put_pipe(struct weft_image *image, const struct weft_phase *phase,
                                       const struct weft_pipe *pipe)
{
    bool busy = pipe->free_ps > phase->at_ps || (pipe->free_ps == phase->at_ps && pipe->carry > 0);
    weft_image_put(image, busy ? pipe->free_ps - phase->at_ps : 0);
    weft_image_put(image, busy ? pipe->carry : 0);
}

/* The pipe of a state that is told again `later_ps` after `now_ps`. */
static inline void weft_pipe_shift(struct weft_pipe *pipe, weft_ps now_ps, weft_ps later_ps)
{
    if (pipe->free_ps >= now_ps)
        pipe->free_ps += later_ps;
}

WEFT_END_DECLS

#endif
