/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Order `chunk:G`: round-robin by G packets, as a NIC or a stack does that cuts up to G packets out of one large send.
 * The last chunk of an entry has what is left. With G = 1 it is round-robin, with G as large as the largest entry it is
 * sequential, larger quantities first. */

#include "round.h"

static void chunk_begin(void *state, const struct weft_order_call *call)
{
    weft_round_begin(state, call);
}

static size_t chunk_emit(void *state, const struct weft_order_call *call, uint32_t *entry_index, size_t max)
{
    struct weft_round *s = state;
    size_t n = 0;
    while (n < max) {
        if (s->at == s->active) {
            s->active = s->kept;
            s->at = s->kept = 0;
            if (s->active == 0)
                break;
        }
        struct weft_turn *turn = &s->turn[s->at];
        entry_index[n++] = turn->entry;
        turn->left--;
        s->taken++;
        if (turn->left > 0 && s->taken < call->argument)
            continue;
        if (turn->left > 0)
            s->turn[s->kept++] = *turn;
        s->taken = 0;
        s->at++;
    }
    return n;
}

const struct weft_order weft_order_chunk = {
    .name = "chunk",
    .help = "so many packets of each destination in turn, larger quantities first, as segmentation offload "
            "sends; "
            "1 is round-robin",
    .argument = {.kind = WEFT_ARGUMENT_COUNT, .min = 1, .max = UINT32_MAX},
    .regular = true,
    .state_bytes = weft_round_state_bytes,
    .begin = chunk_begin,
    .emit = chunk_emit,
};
