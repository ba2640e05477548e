/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_PLAN_H
#define COMMAND_PLAN_H

/* A scenario worked out: counts expanded, streams dealt, defaults resolved, media opened, everything checked.
 */

#include "media.h"
#include "provenance.h"
#include "scenario.h"

/* A group with every value in force. */
struct resolved {
    const struct section *section;
    union group_values values;
};

struct plan {
    struct weft_setup setup;
    struct weft_network network;
    struct resolved *resolved; /* as the scenario's sections */
    guint sections;
    bool has_media;
    guint replications;  /* of the scenario, this plan being one of them */
    GStringChunk *names; /* of the setup */
    GPtrArray *profiles; /* read from files */
    GPtrArray *memories; /* memory systems of servers, with the values that keys give */
};

/* Borrows scenario, which may be assigned to afterwards, and media. NULL and an error naming the key at fault.
 * The caller frees. */
struct plan *plan_new(const struct scenario *scenario, struct media_library *media, GError **error);
/* The same of another replication than 0: seed and random starts are its own. */
struct plan *plan_replication(const struct scenario *scenario, struct media_library *media,
                              uint32_t replication, GError **error);
/* The seed of a replication: of 0 the scenario's own, of others a draw of 53 bits, which every reader of JSON keeps. Given as
 * the scenario's seed, it runs that replication alone. */
uint64_t plan_replication_seed(uint64_t seed, uint32_t replication);
void plan_free(struct plan *plan);

/* The settings in force, the prices of profiles read from files and the digest of a platform, as a canonical text. The caller frees with g_free. */
char *plan_settings(const struct plan *plan);
/* Where a server's prices were measured; NULL: not said. */
const struct provenance *plan_provenance(const struct plan *plan, const struct weft_profile *profile);
/* The profile of each group of servers, as the scenario names it, in their order. */
typedef void plan_profile_seen(void *context, const char *name, const struct weft_profile *profile);
void plan_profiles(const struct plan *plan, plan_profile_seen *seen, void *context);
/* Let `event` cost what it does at an end, as typical price, so that time runs with it: of the servers whose profile the
 * scenario names so, or of all (NULL). WEFT_EVENTS: all events. Settings then hold all prices of these servers. */
void plan_reprice(struct plan *plan, const char *profile, int event, enum weft_price_end end);
/* "server NAME", "scenario". The caller frees with g_free. */
char *resolved_title(const struct resolved *resolved);
/* The value in force, or NULL if the key is of another group or has none. The caller frees with g_free. */
char *resolved_value(const struct resolved *resolved, const struct key_row *key);

#endif
