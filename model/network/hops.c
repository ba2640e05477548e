/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Places of packets under way: they double when none is free. */
#include "network/hops.h"

#include <assert.h>
#include <stdlib.h>

enum { FIRST_SLOTS = 2 * WEFT_TRAIN };

static void resize(struct weft_hops *hops, uint32_t slots)
{
    hops->slot = weft_resize(hops->slot, slots, sizeof *hops->slot);
    for (uint32_t place = slots; place-- > hops->slots;)
        weft_hops_leave(hops, place);
    hops->slots = slots;
}

void weft_hops_grow(struct weft_hops *hops)
{
    assert(hops->slots <= UINT32_MAX / 2 && hops->free == WEFT_HOPS_NOBODY);
    resize(hops, 2 * hops->slots);
}

void weft_hops_init(struct weft_hops *hops, uint32_t links, uint32_t sources)
{
    *hops = (struct weft_hops){.links = links, .sources = sources};
    assert(links < WEFT_HOPS_MOST_LINKS && sources < WEFT_HOPS_MOST_LINKS - links);
    while (UINT32_C(1) << hops->link_bits < links + sources)
        hops->link_bits++;
    hops->link_mask = (UINT32_C(1) << hops->link_bits) - 1;
    hops->link = weft_alloc(links, sizeof *hops->link);
    weft_tournament_init(&hops->by_link, links > 0 ? links : 1);
    weft_tournament_init(&hops->by_source, sources > 0 ? sources : 1);
    hops->slots = WEFT_HOPS_NOBODY + 1; /* which is never free */
    resize(hops, FIRST_SLOTS);
    hops->slot[WEFT_HOPS_NOBODY] = (struct weft_hops_packet){.enter_ps = WEFT_NEVER};
    weft_hops_rebase(hops, 0);
}

void weft_hops_clear(struct weft_hops *hops)
{
    free(hops->link);
    free(hops->slot);
    weft_tournament_clear(&hops->by_link);
    weft_tournament_clear(&hops->by_source);
}

uint32_t weft_hops_packets(const struct weft_hops *hops, uint32_t link)
{
    uint32_t packets = 0;
    for (uint32_t at = hops->link[link].first; at != WEFT_HOPS_NOBODY; at = hops->slot[at].next)
        packets++;
    return packets;
}

void weft_hops_rebase(struct weft_hops *hops, weft_ps base_ps)
{
    weft_ps most_ps = UINT64_MAX >> hops->link_bits, left_ps = WEFT_NEVER - base_ps;
    hops->base_ps = base_ps;
    hops->most_ps = most_ps < left_ps ? most_ps : left_ps; /* WEFT_NEVER has no key */
    for (uint32_t link = 0; link < hops->links; link++)
        weft_hops_set_link(hops, link);
}
