/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A ring of packets, in which queues are linked. */
#include "network/backlog.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 2 * WEFT_TRAIN };

static const struct weft_backlog_queue nobody = {WEFT_BACKLOG_NONE, WEFT_BACKLOG_NONE};

void weft_backlog_init(struct weft_backlog *backlog, uint32_t ports)
{
    *backlog = (struct weft_backlog){.slots = FIRST_SLOTS};
    backlog->slot = weft_alloc(backlog->slots, sizeof *backlog->slot);
    backlog->port = weft_alloc(ports, sizeof *backlog->port);
    for (uint32_t i = 0; i < ports; i++) {
        for (uint32_t c = 0; c < WEFT_CLASSES; c++)
            backlog->port[i].waiting[c] = nobody;
        backlog->port[i].sent = nobody;
    }
}

void weft_backlog_clear(struct weft_backlog *backlog)
{
    free(backlog->slot);
    free(backlog->port);
}

static void append(struct weft_backlog *backlog, struct weft_backlog_queue *queue, uint64_t place)
{
    if (queue->first == WEFT_BACKLOG_NONE)
        queue->first = place;
    else
        weft_backlog_at(backlog, queue->last)->next = place;
    queue->last = place;
    weft_backlog_at(backlog, place)->next = WEFT_BACKLOG_NONE;
}

static uint64_t take_first(const struct weft_backlog *backlog, struct weft_backlog_queue *queue)
{
    uint64_t place = queue->first;
    queue->first = weft_backlog_at(backlog, place)->next;
    return place;
}

uint64_t weft_backlog_add(struct weft_backlog *backlog, const struct weft_train *train, uint32_t i)
{
    if (backlog->tail - backlog->head == backlog->slots) {
        backlog->slot = weft_resize(backlog->slot, 2 * backlog->slots, sizeof *backlog->slot);
        /* A place modulo `slots` is the same modulo twice as many, or `slots` higher: the copy serves both. */
        memcpy(backlog->slot + backlog->slots, backlog->slot, backlog->slots * sizeof *backlog->slot);
        backlog->slots *= 2;
    }
    *weft_backlog_at(backlog, backlog->tail) =
        (struct weft_backlog_packet){.packet = train->packet[i],
                                     .tx_ps = train->tx_ps[i],
                                     .at_ps = train->at_ps[i],
                                     .enter_ps = train->enter_ps[i],
                                     .done_ps = WEFT_NEVER,
                                     .stream = train->stream[i],
                                     .number = train->number[i],
                                     .payload_bytes = train->payload_bytes[i],
                                     .frame_bytes = train->frame_bytes[i],
                                     .port = train->port[i],
                                     .outcome = train->outcome[i],
                                     .waits = true};
    return backlog->tail++;
}

void weft_backlog_wait(struct weft_backlog *backlog, uint64_t place, uint32_t class_)
{
    assert(class_ < WEFT_CLASSES);
    append(backlog, &backlog->port[weft_backlog_at(backlog, place)->port].waiting[class_], place);
}

/* Who has waited longest; who came first is first of its class. */
static uint64_t find_first(const struct weft_backlog_port *port)
{
    uint64_t first = WEFT_BACKLOG_NONE;
    for (uint32_t c = 0; c < WEFT_CLASSES; c++)
        first = port->waiting[c].first < first ? port->waiting[c].first : first;
    return first;
}

weft_ps weft_backlog_since(const struct weft_backlog *backlog, uint32_t port)
{
    uint64_t first = find_first(&backlog->port[port]);
    return first == WEFT_BACKLOG_NONE ? WEFT_NEVER : weft_backlog_at(backlog, first)->enter_ps;
}

uint64_t weft_backlog_choose(struct weft_backlog *backlog, uint32_t index)
{
    struct weft_backlog_port *port = &backlog->port[index];
    uint32_t c = WEFT_CLASSES - 1;
    while (c > 0 && port->waiting[c].first == WEFT_BACKLOG_NONE)
        c--;
    assert(port->waiting[c].first != WEFT_BACKLOG_NONE);
    return take_first(backlog, &port->waiting[c]);
}

void weft_backlog_settle(struct weft_backlog *backlog, uint64_t place, bool arrives)
{
    struct weft_backlog_packet *packet = weft_backlog_at(backlog, place);
    packet->waits = false;
    packet->over = !arrives;
    if (arrives)
        append(backlog, &backlog->port[packet->port].sent, place);
}

void weft_backlog_copy(const struct weft_backlog_packet *packet, struct weft_train *train, uint32_t to)
{
    train->packet[to] = packet->packet;
    train->stream[to] = packet->stream;
    train->number[to] = packet->number;
    train->payload_bytes[to] = packet->payload_bytes;
    train->frame_bytes[to] = packet->frame_bytes;
    train->tx_ps[to] = packet->tx_ps;
    train->at_ps[to] = packet->at_ps;
    train->done_ps[to] = packet->done_ps;
    train->enter_ps[to] = packet->enter_ps;
    train->port[to] = packet->port;
    train->outcome[to] = packet->outcome;
}

bool weft_backlog_tell_switches(struct weft_backlog *backlog, struct weft_train *train)
{
    train->n = 0;
    while (train->n < WEFT_TRAIN && backlog->told != backlog->tail &&
           !weft_backlog_at(backlog, backlog->told)->waits)
        weft_backlog_copy(weft_backlog_at(backlog, backlog->told++), train, train->n++);
    return train->n > 0;
}

/* Of those that left the port of the packet at `asked`, the ones that may be told of: packets up to it were told of at the
 * switch, and none of them overtook one that was not. */
static void tell_port(struct weft_backlog *backlog, struct weft_train *train)
{
    struct weft_backlog_queue *sent = &backlog->port[weft_backlog_at(backlog, backlog->asked)->port].sent;
    while (train->n < WEFT_TRAIN && sent->first <= backlog->asked) {
        struct weft_backlog_packet *packet = weft_backlog_at(backlog, take_first(backlog, sent));
        uint32_t to = train->n++;
        weft_backlog_copy(packet, train, to);
        train->at_ps[to] = train->done_ps[to] = packet->device_ps;
        packet->over = true;
    }
}

bool weft_backlog_tell_devices(struct weft_backlog *backlog, struct weft_train *train)
{
    train->n = 0;
    while (backlog->asked != backlog->told && train->n < WEFT_TRAIN) {
        tell_port(backlog, train);
        if (train->n < WEFT_TRAIN)
            backlog->asked++;
    }
    while (backlog->head != backlog->asked && weft_backlog_at(backlog, backlog->head)->over)
        backlog->head++;
    return train->n > 0;
}
