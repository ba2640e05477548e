/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Order `drr`: deficit round robin. An entry's turn adds the quantum to what it may send, and it sends packets as long as
 * that lasts; what is left, less than its next packet, stays for its next turn. So a turn has at most quantum + largest
 * packet - 1 bytes. Turns go as in round-robin, which it is with packets of one size and a quantum of one of them. O(1) a
 * packet where the quantum is at least the largest packet; below that, rounds in which nobody may send are skipped at once,
 * and a packet costs at most a look at every entry.
 * Source: Shreedhar, Varghese, "Efficient fair queuing using deficit round-robin", IEEE/ACM ToN 4(3), 1996. */

#include "round.h"

struct account {
    uint64_t deficit;      /* bytes it may send */
    uint32_t packet_bytes; /* of each of its packets; 0: they differ */
};
/* The accounts of all entries, then the round. */
struct drr {
    uint64_t quantum;
    uint32_t sent;    /* packets in this round so far */
    bool turn_begins; /* the entry whose turn it is has not got its quantum */
    struct account account[];
};

static struct weft_round *round_of(struct drr *s, size_t entries)
{
    return (void *)(s->account + entries);
}

static size_t drr_state_bytes(size_t entries)
{
    return sizeof(struct drr) + entries * sizeof(struct account) + weft_round_state_bytes(entries);
}

static uint32_t largest_packet(const struct weft_order_call *call, uint32_t entry, uint32_t packet_bytes)
{
    uint32_t largest = packet_bytes;
    for (uint32_t k = 0; packet_bytes == 0 && k < call->vector[entry].packets; k++) {
        uint32_t bytes = call->packet_bytes(call->ctx, entry, k);
        largest = bytes > largest ? bytes : largest;
    }
    return largest;
}

static void drr_begin(void *state, const struct weft_order_call *call)
{
    struct drr *s = state;
    uint64_t largest = 1;
    for (uint32_t i = 0; i < call->entries; i++) {
        if (call->vector[i].packets == 0)
            continue;
        s->account[i] = (struct account){0, call->sizes(call->ctx, i).packet_bytes};
        uint32_t bytes = call->argument ? 0 : largest_packet(call, i, s->account[i].packet_bytes);
        largest = bytes > largest ? bytes : largest;
    }
    s->quantum = call->argument ? call->argument : largest;
    s->sent = 0;
    s->turn_begins = true;
    weft_round_begin(round_of(s, call->entries), call);
}

static uint32_t next_bytes(const struct drr *s, const struct weft_order_call *call,
                           const struct weft_turn *turn)
{
    if (s->account[turn->entry].packet_bytes)
        return s->account[turn->entry].packet_bytes;
    return call->packet_bytes(call->ctx, turn->entry, call->vector[turn->entry].packets - turn->left);
}

/* Nobody could send in the round that is over: rounds up to the last one before somebody can have passed, too. */
static void skip_rounds(struct drr *s, const struct weft_order_call *call, const struct weft_round *round)
{
    uint64_t rounds = UINT64_MAX;
    for (uint32_t i = 0; i < round->active; i++) {
        const struct weft_turn *turn = &round->turn[i];
        uint64_t missing = next_bytes(s, call, turn) - s->account[turn->entry].deficit;
        uint64_t until = (missing - 1) / s->quantum;
        rounds = until < rounds ? until : rounds;
    }
    for (uint32_t i = 0; i < round->active; i++)
        s->account[round->turn[i].entry].deficit += rounds * s->quantum;
}

/* The next round has those that were kept; false if there are none. */
static bool next_round(struct drr *s, const struct weft_order_call *call, struct weft_round *round)
{
    round->active = round->kept;
    round->at = round->kept = 0;
    if (s->sent == 0)
        skip_rounds(s, call, round);
    s->sent = 0;
    return round->active > 0;
}

static size_t drr_emit(void *state, const struct weft_order_call *call, uint32_t *entry_index, size_t max)
{
    struct drr *s = state;
    struct weft_round *round = round_of(s, call->entries);
    size_t n = 0;
    while (n < max) {
        if (round->at == round->active && !next_round(s, call, round))
            break;
        struct weft_turn *turn = &round->turn[round->at];
        struct account *account = &s->account[turn->entry];
        if (s->turn_begins)
            account->deficit += s->quantum;
        uint32_t bytes = next_bytes(s, call, turn);
        s->turn_begins = bytes > account->deficit;
        if (!s->turn_begins) {
            entry_index[n++] = turn->entry;
            account->deficit -= bytes;
            s->sent++;
            s->turn_begins = --turn->left == 0;
        }
        if (!s->turn_begins)
            continue;
        if (turn->left > 0)
            round->turn[round->kept++] = *turn;
        round->at++;
    }
    return n;
}

const struct weft_order weft_order_drr = {
    .name = "drr",
    .help =
        "deficit round robin: so many bytes of each destination in turn, what is short of a packet is kept",
    .argument = {.kind = WEFT_ARGUMENT_SIZE,
                 .min = 1,
                 .max = UINT64_C(1) << 30,
                 .without = "the largest packet of the call on the link"},
    .regular = true,
    .state_bytes = drr_state_bytes,
    .begin = drr_begin,
    .emit = drr_emit,
};
