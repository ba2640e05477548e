/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_NETWORK_ADMISSION_H
#define WEFT_NETWORK_ADMISSION_H

/* The memory of a switch: what its ports hold, what of it comes from the pool that they share, and whether there is room
 * for one more frame. Only switches that can refuse one have it. */

#include "network/held.h"
#include "network/port.h"
#include "weft/fabric.h"
#include "weft/train.h"
#include "weft/wheel.h"

/* Of one port. */
struct weft_port_buffer {
    uint32_t switch_index;
    bool waits; /* is in the wheel of its switch, not after its next departure */
    struct weft_held held;
};

/* Of one switch. */
struct weft_switch_buffer {
    struct weft_port_rules rules;
    bool limited, pooled;
    bool whole;              /* a frame counts whole until it has left */
    struct weft_wheel wheel; /* ports that hold something of a pool; only where there is one */
    uint64_t pool_bytes;     /* at least what is used of the pool */
};

struct weft_admission {
    uint32_t ports, switches;
    struct weft_port_buffer *port;
    struct weft_switch_buffer *switch_;
};

/* Borrows rows of tables only. weft_admission_clear() frees what it holds. */
void weft_admission_init(struct weft_admission *admission, const struct weft_fabric_params *params);
void weft_admission_clear(struct weft_admission *admission);

/* Whether a switch with such rules can refuse a frame. */
bool weft_admission_refuses(const struct weft_port_rules *rules);

/* Whether a frame that comes into `port` at `now_ps` finds room. Instants do not decrease along a switch. */
bool weft_admission_admits(struct weft_admission *admission, uint32_t port, weft_ps now_ps,
                           uint32_t frame_bytes);
/* It has come in at `now_ps`, right after it was asked for, and leaves at `out_ps`. */
void weft_admission_enter(struct weft_admission *admission, uint32_t port, weft_ps now_ps, weft_ps out_ps,
                          uint32_t frame_bytes);
/* Both in one for packets of a train from its `first` on, and through their `ports` in between. Known of them are port,
 * enter_ps, and outcome as far as it was decided before; after this also done_ps, WEFT_NEVER where there was no room, and outcome.
 * Their links carry `gap_bytes` besides their frames. */
void weft_admission_pass(struct weft_admission *admission, struct weft_port *ports, uint32_t gap_bytes,
                         struct weft_train *train, uint32_t first);
/* The same in two steps: it has come in and leaves at an instant not known yet; it goes onto its link, after all that did
 * before. What leaves at or before an instant must be known when anybody is asked for at it. */
void weft_admission_wait(struct weft_admission *admission, uint32_t port, uint32_t frame_bytes);
void weft_admission_send(struct weft_admission *admission, uint32_t port, weft_ps start_ps, weft_ps out_ps,
                         uint32_t frame_bytes);

/* A steady state (weft/image.h). Forget all that has left at or before `now_ps`, at which all arrivals are over. */
void weft_admission_settle(struct weft_admission *admission, weft_ps now_ps);
/* Settled, and nobody waits: how it is. */
void weft_admission_image(const struct weft_admission *admission, const struct weft_phase *phase,
                          struct weft_image *image);
/* Settled at `now_ps`: it becomes what it will be `later_ps` later. */
void weft_admission_repeat(struct weft_admission *admission, weft_ps now_ps, weft_ps later_ps);

#endif
