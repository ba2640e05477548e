/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Background traffic. The next packet is handed over when the last bit of the one before is out: a link that is free from that
 * very instant on goes on from the exact end (weft/ns3.h), so nothing is lost by not having asked earlier. */

#include "sources.h"

#include "weft/routes.h"
#include "weft/wire.h"

#include <stdlib.h>

struct source {
    struct weft_background_params params;
    struct weft_background_state state;
    uint32_t number; /* of the next packet */
    uint32_t first_port, frame_bytes, payload_bytes;
};

struct weft_ns3_sources {
    const struct weft_setup *setup;
    struct weft_ns3 *sim;
    struct source *source;
};

static void init(struct source *source, const struct weft_setup *setup, uint32_t index)
{
    source->params = setup->source[index].background;
    source->params.seed = setup->seed;
    source->params.source = index;
    source->payload_bytes = weft_payload_room(setup->network, source->params.packet_bytes);
    source->frame_bytes = weft_frame_bytes(setup->network, source->payload_bytes);
    weft_background_begin(&source->params, &source->state);
}

struct weft_ns3_sources *weft_ns3_sources_new(const struct weft_setup *setup, struct weft_ns3 *sim)
{
    struct weft_routes routes;
    struct weft_ns3_sources *sources = weft_alloc(1, sizeof(*sources));
    sources->setup = setup;
    sources->sim = sim;
    sources->source = weft_alloc(setup->sources, sizeof(*sources->source));
    int status = weft_routes_new(setup, &routes, NULL);
    assert(status == WEFT_OK); /* the setup has been checked */
    (void)status;
    for (uint32_t i = 0; i < setup->sources; i++) {
        init(&sources->source[i], setup, i);
        sources->source[i].first_port = routes.port[routes.first[setup->streams + i]];
    }
    weft_routes_clear(&routes);
    return sources;
}

void weft_ns3_sources_free(struct weft_ns3_sources *sources)
{
    if (!sources)
        return;
    free(sources->source);
    free(sources);
}

/* First bits do not go out earlier than those before: the first that is too late is the end. */
static int send_next(struct weft_ns3_sources *sources, uint32_t index, weft_ps now_ps,
                     struct weft_error *error)
{
    const struct weft_setup *setup = sources->setup;
    struct source *source = &sources->source[index];
    weft_ps ready_ps = weft_background_take(&source->params, &source->state);
    weft_ps at_ps = ready_ps > now_ps ? ready_ps : now_ps;
    if (at_ps >= setup->duration_ps)
        return WEFT_OK;
    uint32_t sender = setup->servers + index;
    const struct weft_ns3_packet packet = {.packet =
                                               (uint64_t)sender << WEFT_PACKET_SERVER_SHIFT | source->number,
                                           .flow = setup->streams + index,
                                           .number = source->number,
                                           .payload_bytes = source->payload_bytes,
                                           .frame_bytes = source->frame_bytes};
    source->number++;
    return weft_ns3_send(sources->sim, sender, at_ps, &packet, error);
}

int weft_ns3_sources_begin(struct weft_ns3_sources *sources, struct weft_error *error)
{
    int status = WEFT_OK;
    for (uint32_t i = 0; i < sources->setup->sources && status == WEFT_OK; i++)
        status = send_next(sources, i, 0, error);
    return status;
}

int weft_ns3_sources_came(struct weft_ns3_sources *sources, const struct weft_ns3_hop *hop,
                          struct weft_error *error)
{
    if (hop->flow < sources->setup->streams)
        return WEFT_OK;
    uint32_t index = hop->flow - sources->setup->streams;
    return hop->port == sources->source[index].first_port ? send_next(sources, index, hop->enter_ps, error)
                                                          : WEFT_OK;
}
