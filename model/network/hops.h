/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_NETWORK_HOPS_H
#define WEFT_NETWORK_HOPS_H

/* Packets on their way from switch to switch. Each is kept in one place from the instant at which its server, or the first
 * trunk, has it until it is at its end: over a link it is moved by a number, not by its columns. Links are queues of places, and
 * who of them is next is read off a tournament, whose keys are unique: an instant, and below it the link, so that the order is
 * total: of equal instants the lower link is first.
 *
 * Links are numbered as packets of one instant are ordered: servers, trunks that packets go on over, sources. Sources keep
 * their packets themselves, and have a tournament of their own, since they are many and each comes rarely. */

#include "weft/tournament.h"
#include "weft/train.h"

enum {
    WEFT_HOPS_MOST_LINKS = 1 << 20,
    WEFT_HOPS_NOBODY = 0 /* the place behind the last of each link; its packet is never in */
};

struct weft_hops_packet {
    uint64_t packet;
    weft_ps tx_ps;
    weft_ps in_ps;    /* its last bit is in the switch behind its link */
    weft_ps enter_ps; /* it is in its port there, which may be before */
    uint32_t stream, number, payload_bytes, frame_bytes;
    uint32_t next; /* the place of the one behind it on its link, or among those that are free */
    uint32_t at;   /* which step of all routes it takes in that switch */
};

/* A switch on the way of a stream or source: the port that its packets leave by, and the link that they go on over. */
struct weft_hops_step {
    uint32_t port, onto;
};
#define WEFT_HOPS_ARRIVES UINT32_MAX       /* in place of a link: at a device */
#define WEFT_HOPS_ENDS    (UINT32_MAX - 1) /* background traffic, of which nobody is told any more */

struct weft_hops_link {
    uint32_t first, last; /* places; WEFT_HOPS_NOBODY and anything: there is none */
};

struct weft_hops {
    uint32_t links, sources;
    struct weft_hops_link *link;
    struct weft_hops_packet *slot; /* by place */
    uint32_t slots, free;          /* how many places; the first one that is free, WEFT_HOPS_NOBODY: none */
    struct weft_tournament by_link, by_source;
    uint32_t link_bits, link_mask;
    weft_ps base_ps; /* keys are of instants from it on, */
    weft_ps most_ps; /* less than so much later; those after have none */
};

/* For `links` + `sources` below WEFT_HOPS_MOST_LINKS; nobody is under way. weft_hops_clear() frees what it holds. */
void weft_hops_init(struct weft_hops *hops, uint32_t links, uint32_t sources);
void weft_hops_clear(struct weft_hops *hops);
/* Twice the room. */
void weft_hops_grow(struct weft_hops *hops);
/* Count instants from `base_ps` on, which is below WEFT_NEVER. Links have new keys then; those of sources are the caller's to set. */
void weft_hops_rebase(struct weft_hops *hops, weft_ps base_ps);

/* A place that is nobody's. Pointers to packets end here. */
static inline uint32_t weft_hops_place(struct weft_hops *hops)
{
    if (hops->free == WEFT_HOPS_NOBODY)
        weft_hops_grow(hops);
    uint32_t place = hops->free;
    hops->free = hops->slot[place].next;
    return place;
}

/* The packet of a place is at its end. */
static inline void weft_hops_leave(struct weft_hops *hops, uint32_t place)
{
    hops->slot[place].next = hops->free;
    hops->free = place;
}

/* How many packets are on a link: they are counted. */
uint32_t weft_hops_packets(const struct weft_hops *hops, uint32_t link);

/* The key of a link or source (behind links) whose next packet is in its port at `enter_ps`, not before base_ps. */
static inline uint64_t weft_hops_key(const struct weft_hops *hops, uint32_t link, weft_ps enter_ps)
{
    weft_ps after_ps = enter_ps - hops->base_ps;
    return after_ps < hops->most_ps ? after_ps << hops->link_bits | link : WEFT_NEVER;
}

/* Of a key below WEFT_NEVER. */
static inline uint32_t weft_hops_key_link(const struct weft_hops *hops, uint64_t key)
{
    return (uint32_t)key & hops->link_mask;
}

/* When the next packet of a link is in its port; WEFT_NEVER: there is none. */
static inline weft_ps weft_hops_next(const struct weft_hops *hops, uint32_t link)
{
    return hops->slot[hops->link[link].first].enter_ps;
}

static inline void weft_hops_set_link(struct weft_hops *hops, uint32_t link)
{
    weft_tournament_set(&hops->by_link, link, weft_hops_key(hops, link, weft_hops_next(hops, link)));
}

static inline void weft_hops_set_source(struct weft_hops *hops, uint32_t source, weft_ps enter_ps)
{
    weft_tournament_set(&hops->by_source, source, weft_hops_key(hops, hops->links + source, enter_ps));
}

/* The packet of a place goes onto a link, behind those on it. */
static inline void weft_hops_put(struct weft_hops *hops, uint32_t link, uint32_t place)
{
    struct weft_hops_link *to = &hops->link[link];
    struct weft_hops_packet *slot = hops->slot;
    uint32_t last = to->last;
    slot[place].next = WEFT_HOPS_NOBODY;
    to->last = place;
    if (to->first == WEFT_HOPS_NOBODY) {
        to->first = place;
        weft_tournament_set(&hops->by_link, link, weft_hops_key(hops, link, slot[place].enter_ps));
        return;
    }
    assert(slot[last].enter_ps <= slot[place].enter_ps);
    slot[last].next = place;
}

/* The next packet of a link, which is first of all, is taken off it. It must be first in the tournament of links. */
static inline void weft_hops_take(struct weft_hops *hops, uint32_t link)
{
    struct weft_hops_link *from = &hops->link[link];
    uint32_t next = hops->slot[from->first].next;
    from->first = next;
    weft_tournament_replace(&hops->by_link, link, weft_hops_key(hops, link, hops->slot[next].enter_ps));
}

#endif
