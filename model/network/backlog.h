/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_NETWORK_BACKLOG_H
#define WEFT_NETWORK_BACKLOG_H

/* Packets of ports that choose what goes next: those that wait, and those that nobody may be told of yet, because one
 * that came to some switch before still waits. A place is a packet's number in the order in which packets came, over all
 * switches. Grows to the most packets between the first that nobody was told of and the last that came. */

#include "weft/port.h"
#include "weft/train.h"

#define WEFT_BACKLOG_NONE UINT64_MAX

struct weft_backlog_packet {
    uint64_t packet;
    weft_ps tx_ps, at_ps, enter_ps, done_ps, device_ps;
    uint32_t stream, number, payload_bytes, frame_bytes, port;
    uint8_t outcome;  /* enum weft_outcome */
    bool waits, over; /* what becomes of it is not known yet; nobody needs to be told of it any more */
    uint64_t next;    /* behind it in its queue */
};

/* Places in order. */
struct weft_backlog_queue {
    uint64_t first, last;
};

struct weft_backlog_port {
    struct weft_backlog_queue waiting[WEFT_CLASSES];
    struct weft_backlog_queue sent; /* to a device that was not told yet, as they left */
};

struct weft_backlog {
    struct weft_backlog_packet *slot;
    uint64_t slots;            /* a power of two */
    uint64_t head, told, tail; /* run free: kept from head on, told of at their switch before `told` */
    uint64_t asked; /* those before it were followed to their devices, as far as they may be told there */
    struct weft_backlog_port *port;
};

void weft_backlog_init(struct weft_backlog *backlog, uint32_t ports);
void weft_backlog_clear(struct weft_backlog *backlog);

/* Packet `i` of a train, with all that is known of it at its switch, at the end. Returns its place. */
uint64_t weft_backlog_add(struct weft_backlog *backlog, const struct weft_train *train, uint32_t i);
/* It waits in its port, in a class below WEFT_CLASSES. */
void weft_backlog_wait(struct weft_backlog *backlog, uint64_t place, uint32_t class_);
/* From when on the packet of a port that has waited longest is in it; WEFT_NEVER: none waits. */
weft_ps weft_backlog_since(const struct weft_backlog *backlog, uint32_t port);
/* What goes next from a port in which somebody waits: the first of the highest class. It waits no more. */
uint64_t weft_backlog_choose(struct weft_backlog *backlog, uint32_t port);
/* It is known what becomes of it; `arrives`: it comes to the device behind its port, after all that did before. */
void weft_backlog_settle(struct weft_backlog *backlog, uint64_t place, bool arrives);

/* Put what may be told now at the end of an empty train, in the order of at_switch, or at_device, of weft/train.h. False:
 * nothing. What is told at a switch must be told there before any is asked for at devices, until there is none. */
bool weft_backlog_tell_switches(struct weft_backlog *backlog, struct weft_train *train);
bool weft_backlog_tell_devices(struct weft_backlog *backlog, struct weft_train *train);

static inline struct weft_backlog_packet *weft_backlog_at(const struct weft_backlog *backlog, uint64_t place)
{
    return &backlog->slot[place & (backlog->slots - 1)];
}

/* Nobody waits, all have been told of. */
static inline bool weft_backlog_is_empty(const struct weft_backlog *backlog)
{
    return backlog->head == backlog->tail;
}

/* Whether a train may be told of without waiting for more. */
static inline bool weft_backlog_is_due(const struct weft_backlog *backlog)
{
    return backlog->tail - backlog->told >= WEFT_TRAIN && !weft_backlog_at(backlog, backlog->told)->waits;
}

/* The packet as one of a train, at `to`; times at its switch. */
void weft_backlog_copy(const struct weft_backlog_packet *packet, struct weft_train *train, uint32_t to);

#endif
