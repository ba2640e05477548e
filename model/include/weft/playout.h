/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_PLAYOUT_H
#define WEFT_PLAYOUT_H

/* What a device that plays a stream makes of its packets' arrivals: stalls, the level of its buffer, the start-up delay
 * that it would have needed. Definitions of this project:
 *
 * The stream as the device gets it begins with packet `first_number`; what came before does not exist for it. Without
 * stalls packet n is played at D(n) = weft_clock_deadline(clock, n, startup), with a total stall S so far at D(n) + S.
 * A packet that comes later stalls playback from then until it comes, S grows by as much, and it is played when it comes.
 * A stall that begins before anything has been played since the last one ended goes on with that one. A lost packet is
 * not waited for; it is concealed when it is its turn. Of things at one instant arrivals come first.
 * The level is the payload of the packets up to the newest that has come, lost ones among them, less those played.
 *
 * State has no pointers, and memory does not grow: a second cursor walks over the deadlines behind the arrivals. */

#include "weft/due.h"

WEFT_BEGIN_DECLS

struct weft_playout_params {
    uint32_t payload_bytes; /* these three of the clock, so that it is rarely asked */
    bool media;
    struct weft_due_step step;
    const struct weft_clock *clock; /* borrowed */
    weft_ps startup_ps;
    uint64_t first_number;
};
struct weft_playout_state {
    struct weft_due next; /* after the newest packet that came */
    struct weft_due turn; /* the next to be played; at_ps: its deadline for a start-up delay of 0 */
    weft_ps shift_ps;     /* start-up delay and stalls so far */
    weft_ps resumed_ps;   /* end of the last stall */
    uint64_t level_bytes;
    weft_ps level_ps; /* the last change of the level that is in byte_ps; not before the start of playback */
};
struct weft_playout_counters {
    uint64_t packets;   /* that came */
    uint64_t underruns; /* stalls that do not go on with the one before */
    weft_ps stall_ps;   /* all stalls: S */
    uint64_t
        low_bytes; /* least level right after a packet was played, up to the last arrival; UINT64_MAX: none was */
    uint64_t high_bytes; /* highest level right after an arrival */
    weft_u128 byte_ps;   /* level times how long it was held, from the start of playback on */
    int64_t startup_ps;  /* the smallest start-up delay for which no packet that came would have been late */
    int64_t delay_most_ps;  /* largest arrival less due instant; below 0: all came before they were due */
    weft_i128 delay_sum_ps; /* of all packets that came */
};

/* `startup_ps`: below 2^62. */
void weft_playout_params_init(struct weft_playout_params *params, const struct weft_clock *clock,
                              weft_ps startup_ps, uint64_t first_number);
void weft_playout_init(const struct weft_playout_params *params, struct weft_playout_state *state,
                       struct weft_playout_counters *counters);

/* When playback starts: `startup_ps` after packet `first_number` is due, or at that packet's deadline if it is earlier. */
weft_ps weft_playout_start(const struct weft_playout_params *params);

/* Play the next packet, if its turn is before `before_ps` and its number below `number`, which is that of a packet that
 * has come or is coming now: those before it that have not come are lost. True: it was played, and the level is what
 * it left, from state->level_ps on. weft_playout_packet() does so itself; apart it serves those who want every step. */
bool weft_playout_play(const struct weft_playout_params *params, struct weft_playout_state *state,
                       struct weft_playout_counters *counters, uint64_t number, weft_ps before_ps);

/* A packet of the stream has come: each at most once, at instants below 2^62 that do not decrease. A number below
 * `first_number` is ignored. One below that of a packet that came before it is lost to the player, who had filled its place, and
 * counts only for delay and start-up. */
void weft_playout_packet(const struct weft_playout_params *params, struct weft_playout_state *state,
                         struct weft_playout_counters *counters, weft_ps arrival_ps, uint64_t number);

/* Nothing more will come: what is in the buffer is played. It runs empty then, so low_bytes stays as it is. */
void weft_playout_end(const struct weft_playout_params *params, struct weft_playout_state *state,
                      struct weft_playout_counters *counters);

/* Mean level from the start of playback until the last packet was played, after weft_playout_end(): bytes. */
double weft_playout_mean_bytes(const struct weft_playout_params *params,
                               const struct weft_playout_state *state,
                               const struct weft_playout_counters *counters);

WEFT_END_DECLS

#endif
