/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The NIC. It sends in ring order, so every instant is known when the doorbell rings: no event per packet.
 * Completions that ask for an interrupt wait in a list; moderation raises at most one interrupt per
 * moderation time, and that one reports all that is complete. */

#include "server.h"

#include <assert.h>
#include <stdlib.h>

void weft_nic_init(struct weft_nic *nic, const struct weft_network *network, const struct weft_server *server,
                   bool moderated, bool carries_bytes)
{
    *nic = (struct weft_nic){.network = network, .moderated = moderated};
    nic->ring = weft_ring_new(server->ring_slots, carries_bytes);
    weft_pipe_init(&nic->link, server->link_bps);
    uint32_t room = 1;
    while (room < server->ring_slots)
        room *= 2;
    nic->mask = room - 1;
    nic->tx_ps = weft_alloc(room, sizeof(*nic->tx_ps));
    nic->done_ps = weft_alloc(room, sizeof(*nic->done_ps));
    nic->moderation_ps = weft_duration_up(1, server->interrupts_per_s);
    nic->asked_room = server->ring_slots + 2;
    nic->asked = weft_alloc(nic->asked_room, sizeof(*nic->asked));
}

void weft_nic_clear(struct weft_nic *nic)
{
    free(nic->asked);
    free(nic->done_ps);
    free(nic->tx_ps);
    weft_ring_free(nic->ring);
}

/* At most `slots` packets are in flight, so when the list is full its two oldest completions are in the past.
 * Only moderation leaves such unreported; the interrupt that is due reports both, so the second may go. */
static void ask(struct weft_nic *nic, weft_ps done_ps, bool counted)
{
    if (nic->asked_count == nic->asked_room) {
        assert(nic->moderated);
        struct weft_completion oldest = nic->asked[nic->asked_first];
        nic->asked_first = (nic->asked_first + 1) % nic->asked_room;
        nic->asked[nic->asked_first] = oldest;
        nic->asked_count--;
    }
    nic->asked[(nic->asked_first + nic->asked_count++) % nic->asked_room] =
        (struct weft_completion){done_ps, counted};
}

void weft_nic_doorbell(struct weft_nic *nic, weft_ps now_ps)
{
    uint64_t rung = weft_ring_rung(nic->ring);
    for (; nic->scheduled < rung; nic->scheduled++) {
        const struct weft_slot *slot = weft_ring_slot(nic->ring, nic->scheduled);
        uint64_t at = nic->scheduled & nic->mask;
        uint64_t bits = 8 * (uint64_t)weft_wire_bytes(nic->network, slot->frame_bytes);
        nic->tx_ps[at] = weft_pipe_start(&nic->link, now_ps);
        nic->done_ps[at] = weft_pipe_take(&nic->link, now_ps, bits);
        if (slot->interrupt)
            ask(nic, nic->done_ps[at], slot->counted);
    }
}

void weft_nic_retire(struct weft_nic *nic, weft_ps now_ps)
{
    uint64_t completed = weft_ring_completed(nic->ring);
    uint32_t n = 0;
    while (completed + n < nic->scheduled && nic->done_ps[(completed + n) & nic->mask] <= now_ps)
        n++;
    assert(completed + n <= nic->taken);
    weft_ring_complete(nic->ring, n);
}

weft_ps weft_nic_next_interrupt(const struct weft_nic *nic)
{
    if (nic->asked_count == 0)
        return WEFT_NEVER;
    weft_ps done_ps = nic->asked[nic->asked_first].done_ps;
    return nic->moderated && nic->allowed_ps > done_ps ? nic->allowed_ps : done_ps;
}

bool weft_nic_interrupt(struct weft_nic *nic, weft_ps now_ps)
{
    bool counted = false;
    do {
        counted = nic->asked[nic->asked_first].counted;
        nic->asked_first = (nic->asked_first + 1) % nic->asked_room;
        nic->asked_count--;
    } while (nic->moderated && nic->asked_count > 0 && nic->asked[nic->asked_first].done_ps <= now_ps);
    nic->allowed_ps = now_ps + nic->moderation_ps;
    return counted;
}
