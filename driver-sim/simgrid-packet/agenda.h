/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_SIMGRID_PACKET_AGENDA_H
#define WEFT_SIMGRID_PACKET_AGENDA_H

/* What is to happen next and to whom: the least instant first, of things at one instant the lowest rank. A binary heap. */

#include "weft/base.h"

struct hop_event {
    weft_ps at_ps;
    uint32_t rank;
};

/* Zeroed it is empty; it grows to the most that were ever in it. */
struct hop_agenda {
    struct hop_event *heap;
    uint32_t n, room;
};

void hop_agenda_clear(struct hop_agenda *agenda);
void hop_agenda_put(struct hop_agenda *agenda, weft_ps at_ps, uint32_t rank);
/* The first, which there must be; it is no longer in it. */
struct hop_event hop_agenda_take(struct hop_agenda *agenda);

static inline bool hop_is_before(struct hop_event a, struct hop_event b)
{
    return a.at_ps < b.at_ps || (a.at_ps == b.at_ps && a.rank < b.rank);
}

/* Whether there is anything in it that is not after `event`. */
static inline bool hop_agenda_is_due(const struct hop_agenda *agenda, struct hop_event event)
{
    return agenda->n > 0 && !hop_is_before(event, agenda->heap[0]);
}

#endif
