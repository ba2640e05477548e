/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Order `random`: each packet that is left is equally likely to be next (an entry in proportion to what it has left), so
 * every way to interleave the entries is equally likely; to within 2^-32 a packet, as draws have 64 bits. Draws are a
 * function of seed, socket, call and packet. A tree of sums makes it O(log n) a packet. */

#include "weft/driver.h"

/* A binary tree in an array: leaf i holds what entry i has left, each other node the sum of its children, place 2 p and
 * 2 p + 1 for place p. Place 1 is the root, place 0 is not used. */
struct random {
    uint32_t leaves, drawn;
    uint32_t left[];
};

static uint32_t power_of_two_for(size_t entries)
{
    uint32_t power = 1;
    while (power < entries)
        power *= 2;
    return power;
}

static size_t random_state_bytes(size_t entries)
{
    return sizeof(struct random) + 2 * (size_t)power_of_two_for(entries) * sizeof(uint32_t);
}

static void random_begin(void *state, const struct weft_order_call *call)
{
    struct random *s = state;
    s->leaves = power_of_two_for(call->entries);
    s->drawn = 0;
    for (uint32_t i = 0; i < s->leaves; i++)
        s->left[s->leaves + i] = i < call->entries ? call->vector[i].packets : 0;
    for (uint32_t place = s->leaves - 1; place >= 1; place--)
        s->left[place] = s->left[2 * place] + s->left[2 * place + 1];
}

static size_t random_emit(void *state, const struct weft_order_call *call, uint32_t *entry_index, size_t max)
{
    struct random *s = state;
    size_t n = 0;
    while (n < max && s->left[1] > 0) {
        /* number `chosen` of the packets that are left, counted from the first entry on */
        uint32_t chosen = (uint32_t)(((weft_u128)weft_order_draw(call, s->drawn++) * s->left[1]) >> 64);
        uint32_t place = 1;
        for (s->left[1]--; place < s->leaves; s->left[place]--) {
            place *= 2;
            if (chosen >= s->left[place])
                chosen -= s->left[place++];
        }
        entry_index[n++] = place - s->leaves;
    }
    return n;
}

const struct weft_order weft_order_random = {
    .name = "random",
    .help = "any packet that is left, each equally likely: drawn from the seed",
    .state_bytes = random_state_bytes,
    .begin = random_begin,
    .emit = random_emit,
};
