/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Own rules for the rows of the model's tables. Sizes are at most 2^40, parts of alpha at most 10^6. */

#include "rules.h"

#include <stdio.h>
#include <string.h>

enum { CUT_BYTES = 64 };

static bool within_bytes(const struct weft_buffer_params *memory, const struct hop_use *use,
                         uint64_t stored_bytes)
{
    return use->bytes <= memory->limit && stored_bytes <= memory->limit - use->bytes;
}

static bool within_packets(const struct weft_buffer_params *memory, const struct hop_use *use,
                           uint64_t stored_bytes)
{
    (void)stored_bytes;
    return use->packets + 1 <= memory->limit;
}

static uint64_t cells_of(uint64_t bytes, uint64_t cell_bytes)
{
    return bytes / cell_bytes + (bytes % cell_bytes != 0);
}

/* A cell of which anything still counts is in use. */
static bool within_cells(const struct weft_buffer_params *memory, const struct hop_use *use,
                         uint64_t stored_bytes)
{
    return cells_of(use->bytes, memory->cell_bytes) + cells_of(stored_bytes, memory->cell_bytes) <=
           memory->limit;
}

static uint64_t above(uint64_t bytes, uint64_t reserved_bytes)
{
    return bytes > reserved_bytes ? bytes - reserved_bytes : 0;
}

/* What of the frame does not fit into the reserve must fit into what is free of the pool. */
static bool within_pool(const struct weft_buffer_params *memory, const struct hop_use *use,
                        uint64_t stored_bytes)
{
    uint64_t reserve_left_bytes = above(memory->reserved_bytes, use->bytes);
    return use->pool_bytes + above(stored_bytes, reserve_left_bytes) <= memory->shared_bytes;
}

/* The port has less than alpha times what is free, or needs nothing of it. */
static bool below_threshold(const struct weft_buffer_params *memory, const struct hop_use *use,
                            uint64_t stored_bytes)
{
    if (stored_bytes <= above(memory->reserved_bytes, use->bytes))
        return true;
    if (!within_pool(memory, use, stored_bytes))
        return false;
    weft_u128 has = above(use->bytes, memory->reserved_bytes),
              is_free = memory->shared_bytes - use->pool_bytes;
    return has * memory->alpha_den < is_free * memory->alpha_num;
}

/* A row of a table that this back end knows: for limits and pools how there is room, for the others which of two ways. */
struct known {
    const char *name;
    hop_room *room;
    bool other;
};
static const struct known limits[] = {
    {"unlimited", NULL, false},
    {"bytes", within_bytes, false},
    {"packets", within_packets, false},
    {"cells", within_cells, false},
    {NULL, NULL, false},
};
static const struct known sharings[] = {
    {"dynamic", below_threshold, false},
    {"complete", within_pool, false},
    {NULL, NULL, false},
};
static const struct known accountings[] = {
    {"held", NULL, false},
    {"fluid", NULL, true},
    {NULL, NULL, false},
};
static const struct known forwardings[] = {
    {"store-and-forward", NULL, false},
    {"cut-through", NULL, true},
    {NULL, NULL, false},
};
static const struct known schedulers[] = {
    {"fifo", NULL, false},
    {"priority", NULL, true},
    {NULL, NULL, false},
};

/* "a, b, c". */
static void list(const struct known *table, char *text, size_t room)
{
    size_t used = 0;
    for (const struct known *known = table; known->name && used < room; known++)
        used += (size_t)snprintf(text + used, room - used, "%s%s", used > 0 ? ", " : "", known->name);
}

/* NULL, that is no row: the first of the table, whose name does not matter. */
static int find(const struct known *table, const char *row, const char *what, const char *owner,
                const struct known **out, struct weft_error *error)
{
    const struct known *known = table;
    while (row && known->name && strcmp(known->name, row) != 0)
        known++;
    *out = known;
    if (known->name)
        return WEFT_OK;
    char allowed[96] = "";
    list(table, allowed, sizeof(allowed));
    return weft_fail(error, WEFT_INVALID, "switch %.40s: %s '%.40s' is not known; allowed: %s", owner, what,
                     row, allowed);
}

int hop_rules_read(const struct weft_port_rules *rules, const char *name, struct hop_rules *out,
                   struct weft_error *error)
{
    const struct known *limit, *sharing = NULL, *accounting, *forwarding, *scheduler;
    int status = find(limits, rules->buffer ? rules->buffer->name : NULL, "buffer", name, &limit, error);
    if (status == WEFT_OK && rules->sharing)
        status = find(sharings, rules->sharing->name, "sharing", name, &sharing, error);
    if (status == WEFT_OK)
        status = find(accountings, rules->accounting ? rules->accounting->name : NULL, "accounting", name,
                      &accounting, error);
    if (status == WEFT_OK)
        status = find(forwardings, rules->forwarding ? rules->forwarding->name : NULL, "forwarding", name,
                      &forwarding, error);
    if (status == WEFT_OK)
        status = find(schedulers, rules->scheduler ? rules->scheduler->name : NULL, "scheduler", name,
                      &scheduler, error);
    if (status != WEFT_OK)
        return status;
    *out = (struct hop_rules){.latency_ps = rules->latency_ps,
                              .memory = rules->memory,
                              .limit = limit->room,
                              .sharing = sharing ? sharing->room : NULL,
                              .fluid = accounting->other,
                              .cuts = forwarding->other,
                              .by_class = scheduler->other};
    return WEFT_OK;
}

uint64_t hop_stored_bytes(const struct hop_rules *rules, uint64_t frame_bytes)
{
    uint64_t cell_bytes = rules->memory.cell_bytes;
    return cell_bytes > 0 ? cells_of(frame_bytes, cell_bytes) * cell_bytes : frame_bytes;
}

/* Of fluid: bytes leave evenly, and what has begun to leave counts until it has. */
uint64_t hop_left_bytes(const struct hop_rules *rules, uint64_t stored_bytes, weft_ps start_ps,
                        weft_ps done_ps, weft_ps now_ps)
{
    assert(start_ps <= now_ps && now_ps < done_ps);
    if (!rules->fluid)
        return stored_bytes;
    weft_u128 gone = (weft_u128)stored_bytes * (now_ps - start_ps) / (done_ps - start_ps);
    return stored_bytes - (uint64_t)gone;
}

bool hop_has_room(const struct hop_rules *rules, const struct hop_use *use, uint64_t stored_bytes)
{
    return (!rules->limit || rules->limit(&rules->memory, use, stored_bytes)) &&
           (!rules->sharing || rules->sharing(&rules->memory, use, stored_bytes));
}

uint64_t hop_of_pool(const struct hop_rules *rules, uint64_t bytes)
{
    return above(bytes, rules->memory.reserved_bytes);
}

/* With its first bytes, if the port cannot run out of bits: the others come later, over a link that is not slower. */
weft_ps hop_enter(const struct hop_rules *rules, uint32_t frame_bytes, uint64_t in_bps, uint64_t out_bps,
                  weft_ps in_ps)
{
    if (!rules->cuts || in_bps < out_bps || frame_bytes <= CUT_BYTES)
        return in_ps;
    uint64_t later_bits = ((uint64_t)frame_bytes - CUT_BYTES) * 8;
    return in_ps - later_bits * WEFT_PS_PER_S / in_bps;
}
