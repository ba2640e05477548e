/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A binary heap: the children of place i are at 2 i + 1 and 2 i + 2, and none is before its parent. */

#include "agenda.h"

#include <stdlib.h>

enum { FIRST_ROOM = 16 };

void hop_agenda_clear(struct hop_agenda *agenda)
{
    free(agenda->heap);
}

void hop_agenda_put(struct hop_agenda *agenda, weft_ps at_ps, uint32_t rank)
{
    const struct hop_event event = {at_ps, rank};
    if (agenda->n == agenda->room) {
        agenda->room = agenda->room ? 2 * agenda->room : FIRST_ROOM;
        agenda->heap = weft_resize(agenda->heap, agenda->room, sizeof(*agenda->heap));
    }
    uint32_t place = agenda->n++;
    for (uint32_t parent; place > 0; place = parent) {
        parent = (place - 1) / 2;
        if (!hop_is_before(event, agenda->heap[parent]))
            break;
        agenda->heap[place] = agenda->heap[parent];
    }
    agenda->heap[place] = event;
}

struct hop_event hop_agenda_take(struct hop_agenda *agenda)
{
    assert(agenda->n > 0);
    struct hop_event *heap = agenda->heap;
    const struct hop_event first = heap[0], last = heap[--agenda->n];
    uint32_t place = 0;
    for (uint32_t child; (child = 2 * place + 1) < agenda->n; place = child) {
        if (child + 1 < agenda->n && hop_is_before(heap[child + 1], heap[child]))
            child++;
        if (!hop_is_before(heap[child], last))
            break;
        heap[place] = heap[child];
    }
    heap[place] = last;
    return first;
}
