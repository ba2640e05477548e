/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Faults of single entries. The application does its part here, and really: it writes what the fault makes of the entry,
 * unmaps pages, gives frames back for others to write over. What comes of it is found out by the driver. Afterwards the
 * application's memory is as it was. */

#include "server.h"

#include <assert.h>
#include <string.h>

enum { OTHERS_BYTE = 0xee }; /* what others write */

static const struct weft_fault *fault_of(const struct weft_host *host, const struct weft_source *source)
{
    return host->setup->stream[source->stream].fault;
}

void weft_damage_init(struct weft_host *host)
{
    bool any = false;
    for (uint32_t a = 0; a < host->applications; a++) {
        struct weft_application *application = &host->application[a];
        for (uint32_t i = 0; i < application->sources; i++) {
            struct weft_source *source = &application->source[i];
            const struct weft_fault *fault = fault_of(host, source);
            source->fault_ps = fault ? host->setup->stream[source->stream].fault_ps : WEFT_NEVER;
            any |= fault != NULL;
        }
    }
    if (any)
        host->refused = weft_alloc(host->own.members, sizeof(*host->refused));
}

bool weft_damage_in_tables(const struct weft_host *host)
{
    bool any = false;
    for (uint32_t a = 0; a < host->applications; a++)
        for (uint32_t i = 0; i < host->application[a].sources; i++) {
            const struct weft_fault *fault = fault_of(host, &host->application[a].source[i]);
            any |= fault && fault->in_tables;
        }
    return any;
}

/* A page that is given back costs a frame: others take either the page's own, so that the application needs a new one,
 * or another. */
uint64_t weft_damage_frames(const struct weft_host *host)
{
    uint64_t frames = 0;
    for (uint32_t a = 0; a < host->applications; a++)
        for (uint32_t i = 0; i < host->application[a].sources; i++) {
            const struct weft_fault *fault = fault_of(host, &host->application[a].source[i]);
            frames += fault && fault->unmaps_after;
        }
    return frames;
}

static void unmap(struct weft_application *application, struct weft_damage *damage, uint64_t address)
{
    uint64_t page_bytes = weft_memory_page_bytes(weft_space_memory(application->space)), references = 0;
    damage->page = address - address % page_bytes;
    int status = weft_space_walk(application->space, damage->page, &damage->physical, &references);
    status |= weft_space_unmap(application->space, damage->page);
    assert(status == WEFT_OK);
    (void)status;
}

static void map(struct weft_application *application, uint64_t page, uint64_t physical)
{
    int status = weft_space_map(application->space, page, physical);
    assert(status == WEFT_OK);
    (void)status;
}

/* The other address of a page of a buffer that is mapped twice. */
static uint64_t other_address(const struct weft_source *source, uint64_t page)
{
    return page < source->address + source->bytes ? page + source->bytes : page - source->bytes;
}

void weft_damage_entry(struct weft_host *host, struct weft_application *application, uint32_t entry,
                       uint32_t source, uint64_t packets)
{
    if (application->damages == application->damage_room) {
        application->damage_room = application->damage_room ? 2 * application->damage_room : 4;
        application->damage =
            weft_resize(application->damage, application->damage_room, sizeof(*application->damage));
    }
    struct weft_damage *damage = &application->damage[application->damages++];
    struct weft_entry *spoilt = &application->vector[entry];
    const struct weft_stream *stream = &host->setup->stream[spoilt->stream];
    *damage = (struct weft_damage){.fault = stream->fault,
                                   .entry = entry,
                                   .source = source,
                                   .packets = packets,
                                   .counted = weft_clock_due(&stream->clock, spoilt->first_number) >=
                                              host->setup->warmup_ps,
                                   .page = spoilt->address + spoilt->bytes - 1};
    application->source[source].fault_ps = WEFT_NEVER;
    if (damage->fault->unmaps_before && application->space)
        unmap(application, damage, spoilt->address + spoilt->bytes / 2);
    if (damage->fault->spoil)
        damage->fault->spoil(spoilt, host->setup->streams);
}

void weft_damage_count(struct weft_host *host, struct weft_application *application)
{
    for (uint32_t i = 0; i < application->damages; i++) {
        const struct weft_damage *damage = &application->damage[i];
        enum weft_entry_status status = application->vector[damage->entry].status;
        if (status == WEFT_ENTRY_OK || !damage->counted)
            continue;
        uint32_t stream = application->source[damage->source].stream;
        struct weft_refused *of_stream = &host->refused[weft_subset_place(&host->own, stream)];
        of_stream->packets += damage->packets;
        of_stream->entries[status]++;
        host->counters.refused.packets += damage->packets;
        host->counters.refused.entries[status]++;
        host->counters.refused_entries++;
    }
}

/* The page's frame is given back, and others write over what they get. */
static void give_back(struct weft_host *host, struct weft_application *application,
                      struct weft_damage *damage)
{
    uint64_t others;
    unmap(application, damage, damage->page);
    int status = weft_space_unmap(application->space,
                                  other_address(&application->source[damage->source], damage->page));
    weft_memory_release(host->memory, damage->physical);
    status |= weft_memory_take(host->memory, &others);
    assert(status == WEFT_OK);
    (void)status;
    uint64_t page_bytes = host->server->page_bytes;
    if (host->carries_bytes)
        memset(weft_memory_write_at(host->memory, others, page_bytes), OTHERS_BYTE, page_bytes);
}

void weft_damage_call_over(struct weft_host *host, struct weft_application *application)
{
    for (uint32_t i = 0; i < application->damages && application->space; i++) {
        struct weft_damage *damage = &application->damage[i];
        if (damage->fault->unmaps_before)
            map(application, damage->page, damage->physical);
        if (damage->fault->unmaps_after)
            give_back(host, application, damage);
    }
}

void weft_damage_mend(struct weft_host *host, struct weft_application *application)
{
    for (uint32_t i = 0; i < application->damages && application->space; i++) {
        struct weft_damage *damage = &application->damage[i];
        if (!damage->fault->unmaps_after)
            continue;
        /* A frame that somebody has pinned is still the page's; otherwise it has gone. */
        int status = weft_memory_retake(host->memory, damage->physical);
        if (status != WEFT_OK)
            status = weft_memory_take(host->memory, &damage->physical);
        assert(status == WEFT_OK);
        (void)status;
        map(application, damage->page, damage->physical);
        map(application, other_address(&application->source[damage->source], damage->page), damage->physical);
    }
    application->damages = 0;
}
