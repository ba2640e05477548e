/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Queues per destination: first in first out in each, a packet from each in turn. A destination whose first packet may
 * not yet go (its launch time) is passed over and keeps its turn. */

#include "server.h"

#include <assert.h>
#include <stdlib.h>

enum { NO_PLACE = UINT32_MAX };

void weft_fair_init(struct weft_fair *queues, const struct weft_subset *streams, uint32_t slots,
                    uint32_t sockets)
{
    const uint32_t n = streams->members;
    *queues = (struct weft_fair){.streams = *streams, .free_calls = slots + sockets};
    queues->head = weft_alloc(n, sizeof(*queues->head));
    queues->tail = weft_alloc(n, sizeof(*queues->tail));
    queues->turn = weft_alloc(n, sizeof(*queues->turn));
    queues->next = weft_alloc(slots, sizeof(*queues->next));
    queues->call_of_place = weft_alloc(slots, sizeof(*queues->call_of_place));
    queues->call_of_socket = weft_alloc(sockets, sizeof(*queues->call_of_socket));
    queues->call = weft_alloc(queues->free_calls, sizeof(*queues->call));
    queues->free_call = weft_alloc(queues->free_calls, sizeof(*queues->free_call));
    for (uint32_t i = 0; i < n; i++)
        queues->head[i] = NO_PLACE;
    for (uint32_t i = 0; i < sockets; i++)
        queues->call_of_socket[i] = WEFT_NO_CALL;
    for (uint32_t i = 0; i < queues->free_calls; i++)
        queues->free_call[i] = i;
}

void weft_fair_clear(struct weft_fair *queues)
{
    free(queues->free_call);
    free(queues->call);
    free(queues->call_of_socket);
    free(queues->call_of_place);
    free(queues->next);
    free(queues->turn);
    free(queues->tail);
    free(queues->head);
}

/* An open call has a packet in the ring or a socket that is in it, so there are never more than slots and sockets. */
static void open_call(struct weft_fair *queues, uint32_t socket, bool last_of_call, uint32_t place)
{
    uint32_t *call = &queues->call_of_socket[socket];
    if (*call == WEFT_NO_CALL) {
        assert(queues->free_calls > 0);
        *call = queues->free_call[--queues->free_calls];
        queues->call[*call] = (struct weft_open_call){0};
    }
    queues->call[*call].unsent++;
    queues->call_of_place[place] = *call;
    if (last_of_call) {
        queues->call[*call].all_rung = true;
        *call = WEFT_NO_CALL;
    }
}

static bool close_call(struct weft_fair *queues, uint32_t place)
{
    uint32_t index = queues->call_of_place[place];
    struct weft_open_call *call = &queues->call[index];
    call->unsent--;
    if (call->unsent > 0 || !call->all_rung)
        return false;
    queues->free_call[queues->free_calls++] = index;
    return true;
}

static void add(struct weft_fair *queues, const struct weft_ring *ring, uint32_t socket, uint32_t place)
{
    uint32_t queue = weft_subset_place(&queues->streams, ring->stream[place]);
    assert(queue != WEFT_NOT_IN_SUBSET);
    open_call(queues, socket, ring->marks[place] & WEFT_SLOT_LAST_OF_CALL, place);
    queues->next[place] = NO_PLACE;
    queues->queued++;
    if (queues->head[queue] != NO_PLACE) {
        queues->next[queues->tail[queue]] = place;
    } else {
        queues->head[queue] = place;
        queues->turn[(queues->first + queues->count++) % queues->streams.members] = queue;
    }
    queues->tail[queue] = place;
}

void weft_fair_add(struct weft_fair *queues, const struct weft_ring *ring, uint32_t socket,
                   const uint32_t *place, uint64_t n, weft_ps now_ps)
{
    queues->rung_ps = now_ps;
    for (uint64_t i = 0; i < n; i++)
        add(queues, ring, socket, place[i]);
}

static weft_ps launch_of_turn(const struct weft_fair *queues, const struct weft_ring *ring, uint32_t turn)
{
    uint32_t queue = queues->turn[(queues->first + turn) % queues->streams.members];
    return ring->launch_ps[queues->head[queue]];
}

weft_ps weft_fair_ready(const struct weft_fair *queues, const struct weft_ring *ring, weft_ps from_ps)
{
    weft_ps ready_ps = WEFT_NEVER;
    for (uint32_t i = 0; i < queues->count && ready_ps > from_ps; i++) {
        weft_ps launch_ps = launch_of_turn(queues, ring, i);
        ready_ps = launch_ps < ready_ps ? launch_ps : ready_ps;
    }
    return ready_ps > from_ps ? ready_ps : from_ps;
}

uint32_t weft_fair_take(struct weft_fair *queues, const struct weft_ring *ring, weft_ps now_ps,
                        bool *call_over)
{
    uint32_t at = 0;
    while (launch_of_turn(queues, ring, at) > now_ps)
        at++;
    assert(at < queues->count);
    uint32_t queue = queues->turn[(queues->first + at) % queues->streams.members];
    uint32_t place = queues->head[queue];
    for (; at > 0; at--) /* those passed over keep their turn */
        queues->turn[(queues->first + at) % queues->streams.members] =
            queues->turn[(queues->first + at - 1) % queues->streams.members];
    queues->first = (queues->first + 1) % queues->streams.members;
    queues->count--;
    queues->queued--;
    queues->head[queue] = queues->next[place];
    if (queues->head[queue] != NO_PLACE)
        queues->turn[(queues->first + queues->count++) % queues->streams.members] = queue;
    *call_over = close_call(queues, place);
    return place;
}
