/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows of several back ends, joined: a set of those that not all have told yet. */

#include "agreement.h"

#include <string.h>

/* A packet at one switch. */
struct entry {
    uint64_t packet;
    uint32_t hop;
    uint64_t seen; /* a bit for each side that has told it */
    struct way_row row[];
};

struct join {
    struct agreement *agreement;
    const struct weft_setup *setup;
    uint64_t active; /* a bit for each side that takes part */
    GHashTable *open;
    struct entry *spare; /* one that is not in the set: looked up with, then put there */
};

static guint hash_entry(gconstpointer at)
{
    const struct entry *entry = at;
    uint64_t server = entry->packet >> WEFT_PACKET_SERVER_SHIFT;
    return (guint)(entry->packet ^ server * UINT64_C(0x9e3779b1) ^ entry->hop * UINT64_C(0x85ebca6b));
}

static gboolean same_entry(gconstpointer a, gconstpointer b)
{
    const struct entry *x = a, *y = b;
    return x->packet == y->packet && x->hop == y->hop;
}

static struct entry *entry_new(const struct join *join)
{
    return g_malloc(sizeof(struct entry) + join->agreement->sides * sizeof(struct way_row));
}

struct join *join_new(struct agreement *agreement, const struct weft_setup *setup)
{
    struct join *join = g_new0(struct join, 1);
    join->agreement = agreement;
    join->setup = setup;
    join->active = UINT64_MAX >> (64 - agreement->sides);
    join->open = g_hash_table_new_full(hash_entry, same_entry, g_free, NULL);
    join->spare = entry_new(join);
    return join;
}

void join_free(struct join *join)
{
    g_hash_table_unref(join->open);
    g_free(join->spare);
    g_free(join);
}

static bool has(const struct entry *entry, guint side)
{
    return entry->seen >> side & 1;
}

/* A row that only one of the two has. */
static void only_one(struct join *join, guint side, const struct way_row *row, bool is_first)
{
    struct agreement *agreement = join->agreement;
    struct agreement_row alone = {.run = agreement->cases->len - 1, .side = side};
    alone.has[!is_first] = true;
    alone.row[!is_first] = *row;
    *(is_first ? &agreement->side[side].missing : &agreement->side[side].extra) += 1;
    agreement_keep_row(agreement, agreement->rows, &alone);
}

/* All that will tell it have: each against the first. */
static void settle(struct join *join, const struct entry *entry)
{
    for (guint side = 1; side < join->agreement->sides; side++) {
        if (!(join->active >> side & 1))
            continue;
        if (has(entry, 0) && has(entry, side))
            agreement_compare(join->agreement, side, &entry->row[0], &entry->row[side]);
        else if (has(entry, 0))
            only_one(join, side, &entry->row[0], true);
        else if (has(entry, side))
            only_one(join, side, &entry->row[side], false);
    }
}

static void note_fault(struct join *join, guint side, const struct way_row *row)
{
    const struct agreement *agreement = join->agreement;
    const struct agreement_row faulty = {
        .run = agreement->cases->len - 1, .side = side, .has = {false, true}, .row = {*row, *row}};
    agreement->side[side].faults[row->fault]++;
    agreement_keep_row(agreement, agreement->faulty, &faulty);
}

static void count(const struct join *join, struct agreement_side *side, const struct way_row *row)
{
    side->rows++;
    side->packets += row->hop == 0 && row->stream < join->setup->streams;
    side->dropped += row->outcome != WEFT_DELIVERED;
    if (row->outcome < WEFT_OUTCOMES) /* it comes from another process */
        side->outcomes[row->outcome]++;
}

void join_row(struct join *join, guint side, const struct way_row *row)
{
    if (row->fault != WAY_FINE) {
        note_fault(join, side, row);
        return;
    }
    count(join, &join->agreement->side[side], row);
    join->spare->packet = row->packet;
    join->spare->hop = row->hop;
    struct entry *entry = g_hash_table_lookup(join->open, join->spare);
    if (!entry) {
        entry = join->spare;
        entry->seen = 0;
        g_hash_table_add(join->open, entry);
        join->agreement->most_waiting = MAX(join->agreement->most_waiting, g_hash_table_size(join->open));
        join->spare = entry_new(join);
    }
    if (has(entry, side)) {
        only_one(join, side, row, false);
        return;
    }
    entry->row[side] = *row;
    entry->seen |= UINT64_C(1) << side;
    if ((entry->seen & join->active) == join->active) {
        settle(join, entry);
        g_hash_table_remove(join->open, entry);
    }
}

void join_leave(struct join *join, guint side)
{
    join->active &= ~(UINT64_C(1) << side);
}

void join_finish(struct join *join)
{
    GHashTableIter left;
    gpointer entry;
    g_hash_table_iter_init(&left, join->open);
    while (g_hash_table_iter_next(&left, &entry, NULL))
        settle(join, entry);
    g_hash_table_remove_all(join->open);
}
