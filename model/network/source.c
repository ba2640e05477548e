/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The instants of a source, serialised on its link. */
#include "network/source.h"

#include <assert.h>

/* When the next packet goes out. Instants do not decrease, nor do starts on the link: the first that is too late is the
 * end. */
static void find_next(struct weft_source *source)
{
    weft_ps ready_ps = weft_background_take(&source->params, &source->state);
    source->in_ps = WEFT_NEVER;
    if (ready_ps == WEFT_NEVER)
        return;
    source->tx_ps = weft_pipe_start(&source->link, ready_ps);
    if (source->tx_ps < source->until_ps)
        source->in_ps = weft_pipe_take(&source->link, ready_ps, (uint64_t)source->wire_bytes * 8);
}

void weft_source_init(struct weft_source *source, const struct weft_fabric_source *params, uint32_t gap_bytes)
{
    *source = (struct weft_source){.params = params->background,
                                   .until_ps = params->until_ps,
                                   .frame_bytes = params->frame_bytes,
                                   .payload_bytes = params->payload_bytes,
                                   .wire_bytes = params->frame_bytes + gap_bytes};
    weft_pipe_init(&source->link, params->link_bps);
    weft_background_begin(&source->params, &source->state);
    find_next(source);
}

void weft_source_pop(struct weft_source *source, uint32_t stream, uint32_t server, struct weft_train *out)
{
    uint32_t to = out->n++;
    assert(source->in_ps != WEFT_NEVER && to < WEFT_TRAIN);
    out->packet[to] = (uint64_t)server << WEFT_PACKET_SERVER_SHIFT | source->number;
    out->stream[to] = stream;
    out->number[to] = source->number++;
    out->payload_bytes[to] = source->payload_bytes;
    out->frame_bytes[to] = source->frame_bytes;
    out->tx_ps[to] = source->tx_ps;
    out->at_ps[to] = source->in_ps;
    find_next(source);
}
