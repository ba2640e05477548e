/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_METRICS_OCCUPANCY_PRIVATE_H
#define WEFT_METRICS_OCCUPANCY_PRIVATE_H

/* The accounting of ports and switches from inside, for those who account for frames that are alone in their ports. */

#include "metrics/arrival.h"
#include "metrics/departures.h"
#include "metrics/occupancy.h"
#include "metrics/port_line.h"
#include "weft/image.h"
#include "weft/train.h"
#include "weft/wheel.h"

/* What only bytes that leave as they are sent ask for. */
struct fluid_port {
    weft_ps next_start_ps; /* when the next departure came onto the link */
    weft_ps *start_ps;     /* likewise of the frames behind, by slot */
    uint32_t slots;        /* of them */
    weft_ps last_out_ps;   /* of the frame that came last, gone or not */
    uint32_t odd;          /* of twice the integral: what is not yet in byte_ps */
};

/* Frames of a port, as far as they are not in its line. The frame that leaves next lies in the port itself. */
struct held_port {
    struct weft_departure next; /* out_ps: WEFT_NEVER when the port holds nothing */
    uint32_t switch_index;
    uint32_t place;              /* among the ports of its switch: its number in the wheel */
    bool waits;                  /* is in the wheel of its switch, not after its next departure */
    bool next_is_queued;         /* the next one is among the departures of the switch */
    uint32_t packets;            /* held, with the next one */
    uint64_t frame_bytes;        /* of them */
    weft_ps since_ps;            /* until when held_ps is complete, inside the window */
    struct weft_departure *slot; /* ring of the frames behind; slots are a power of two, or none */
    uint32_t mask;               /* slots - 1 */
    uint32_t head, tail;         /* run free */
};

struct held_switch {
    struct weft_wheel wheel;           /* the ports that hold something */
    struct weft_departures departures; /* of frames that were alone in their ports when they came */
    uint32_t ports, *port;             /* by place */
    uint64_t frame_bytes;              /* at least what the switch holds */
    uint64_t peak_bytes;
    weft_ps latency_ps;
    uint32_t cell_bytes;
    bool plain;                          /* every frame has to be looked at by itself: lines are not in use */
    const struct weft_accounting *fluid; /* NULL: frames count whole until they have left */
};

struct weft_occupancy {
    weft_ps warmup_ps, end_ps;
    uint32_t ports, switches;
    void *lines;                 /* what `line` lies in */
    struct weft_port_line *line; /* by port */
    struct held_port *port;
    struct fluid_port *fluid_port; /* NULL: no switch asks for it */
    struct held_switch *switch_;
    weft_queue_step *step; /* who is told of every change; NULL: nobody */
    void *step_ctx;
};

/* Make the sum of a switch exact as of `now_ps`, or show that it is at most `enough_bytes`. */
void weft_occupancy_settle(struct weft_occupancy *occupancy, struct held_switch *sw, weft_ps now_ps,
                           uint64_t enough_bytes, struct weft_port_result *results);

/* Whether a port that may be empty at `in_ps` is: its line is in use again then. */
bool weft_occupancy_empties(struct weft_occupancy *occupancy, uint32_t index, weft_ps in_ps,
                            struct weft_port_result *results);

/* Whether the line of a port may be used for a frame that comes at `in_ps`: its out_ps is at most that then. */
static inline bool weft_occupancy_is_empty(struct weft_occupancy *occupancy, uint32_t index, weft_ps in_ps,
                                           struct weft_port_result *results)
{
    const weft_ps out_ps = occupancy->line[index].out_ps;
    const struct held_port *port = &occupancy->port[index];
    if (out_ps != WEFT_NEVER)
        return out_ps <= in_ps;
    if (port->packets > 0 && port->next.out_ps > in_ps)
        return false;
    return weft_occupancy_empties(occupancy, index, in_ps, results);
}

/* As weft_occupancy_arrive(), for a frame that comes after warm-up and leaves by the end, at a switch that is not plain. */
void weft_occupancy_queue_up(struct weft_occupancy *occupancy, uint32_t index, weft_ps in_ps, weft_ps out_ps,
                             uint32_t frame_bytes, struct weft_port_result *results);

/* Account for a port until now: what has left by then is gone. */
void weft_occupancy_account(struct weft_occupancy *occupancy, uint32_t index, weft_ps now_ps,
                            struct weft_port_result *results);

/* The frame that is in the port's line, if it is still there, is one of the port from `now_ps` on: the line has counted it as
 * alone to its end. */
void weft_occupancy_take_over(struct weft_occupancy *occupancy, uint32_t index, weft_ps now_ps);

/* For periods that are told again. At rest: no frame is in a line, and all is accounted for until now. Results are to be
 * brought up to date before, and after. */
void weft_occupancy_rest(struct weft_occupancy *occupancy, weft_ps now_ps, struct weft_port_result *results);

/* What was when a period began. */
struct weft_occupancy_mark {
    weft_ps at_ps;
    struct weft_port_result *port; /* results by port */
    uint32_t *odd;                 /* likewise what fluid ports have of it besides; NULL: there are none */
    struct weft_image image;       /* what ports held */
};
/* At rest: a period begins. The mark may have been in use; zeroed at first. */
void weft_occupancy_mark(struct weft_occupancy *occupancy, weft_ps now_ps, struct weft_occupancy_mark *mark,
                         const struct weft_port_result *results);
void weft_occupancy_mark_clear(struct weft_occupancy_mark *mark);
/* At rest at the end of the period, which is now: tell it again; `arrivals` are all frames that came in it. */
void weft_occupancy_repeat(struct weft_occupancy *occupancy, weft_ps now_ps, const struct weft_repeat *repeat,
                           const struct weft_arrivals *arrivals, struct weft_occupancy_mark *mark,
                           struct weft_port_result *results);

#endif
