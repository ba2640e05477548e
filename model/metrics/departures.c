/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Queues of departures in order. A queue is a plain array: what has left its front makes room when its end is reached, which
 * moves no more than was put in since. */
#include "metrics/departures.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 1024 };

void weft_departures_clear(struct weft_departures *departures)
{
    for (uint32_t i = 0; i < departures->queues; i++)
        free(departures->queue[i].slot);
    *departures = (struct weft_departures){.queues = 0};
}

/* Room for so many more behind the tail, and for the one that never comes. */
static void make_room(struct weft_departure_queue *queue, uint32_t room)
{
    uint32_t held = queue->tail - queue->head;
    if (queue->slots - queue->tail > room)
        return;
    memmove(queue->slot, queue->slot + queue->head, ((size_t)held + 1) * sizeof *queue->slot);
    queue->head = 0;
    queue->tail = held;
    assert(held <= UINT32_MAX / 8 && room <= UINT32_MAX / 8);
    if (queue->slots / 2 > held + room)
        return;
    queue->slots = 2 * (queue->slots + room);
    queue->slot = weft_resize(queue->slot, queue->slots, sizeof *queue->slot);
}

static struct weft_departure_queue *add_queue(struct weft_departures *departures)
{
    struct weft_departure_queue *queue = &departures->queue[departures->queues++];
    *queue = (struct weft_departure_queue){.slots = FIRST_SLOTS};
    queue->slot = weft_resize(NULL, queue->slots, sizeof *queue->slot);
    queue->slot[0] = (struct weft_departure){.out_ps = WEFT_NEVER};
    return queue;
}

/* The first that fits: those that are put in late are then in the first queues, what overtakes them in the next. */
struct weft_departure_queue *weft_departures_fit(struct weft_departures *departures, weft_ps out_ps,
                                                 uint32_t room)
{
    uint32_t i = 0;
    while (i < departures->queues && departures->queue[i].last_ps > out_ps)
        i++;
    if (i == WEFT_DEPARTURE_QUEUES)
        return NULL;
    struct weft_departure_queue *queue =
        i < departures->queues ? &departures->queue[i] : add_queue(departures);
    make_room(queue, room);
    return queue;
}

void weft_departures_shift(struct weft_departures *departures, weft_ps later_ps)
{
    for (uint32_t i = 0; i < departures->queues; i++) {
        struct weft_departure_queue *queue = &departures->queue[i];
        queue->last_ps += later_ps;
        for (uint32_t at = queue->head; at < queue->tail; at++)
            queue->slot[at].out_ps += later_ps;
    }
}
