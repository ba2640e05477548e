/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SWEEP_MANIFEST_H
#define COMMAND_SWEEP_MANIFEST_H

/* The points of a sweep, each planned once, and what each is known by. */

#include "plan.h"
#include "sweep.h"

enum { SWEEP_HASH_CHARS = 64 }; /* SHA-256 in hexadecimal digits */

struct manifest_point {
    uint64_t combination;
    char id[16]; /* its number from 1, with as many digits as the last one has, at least five */
    char hash[SWEEP_HASH_CHARS + 1];
    uint64_t seed; /* of the first replication */
};

struct manifest {
    const struct sweep *sweep;
    struct media_library *media;
    guint replications;
    GArray *points;      /* of struct manifest_point */
    GHashTable *digests; /* of what files hold that the scenario names, by path */
};

/* Borrows both. NULL and an error if a point cannot be planned. The caller frees. */
struct manifest *manifest_new(const struct sweep *sweep, struct media_library *media, GError **error);
void manifest_free(struct manifest *manifest);

const struct manifest_point *manifest_at(const struct manifest *manifest, guint index);
/* The scenario of a point, set as it is to be run, read anew. NULL and an error. The caller frees. */
struct scenario *manifest_scenario(const struct manifest *manifest, guint index, GError **error);
/* What it differs by from others: "stream.count = 8, batched on reference". The caller frees with g_free. */
char *manifest_words(const struct manifest *manifest, guint index);
const struct backend_row *manifest_backend(const struct manifest *manifest, guint index);
/* What a point is known by: a digest of version, back end, replications, settings in force and contents of files. FALSE and an error if a file
 * cannot be read. */
gboolean manifest_hash(struct manifest *manifest, guint index, const struct scenario *scenario,
                       const struct plan *plan, char hash[SWEEP_HASH_CHARS + 1], GError **error);

/* A line of JSON a point. The caller frees with g_free. */
char *manifest_text(const struct manifest *manifest);
/* Whether DIRECTORY/manifest.jsonl is `text`, or not there (or was cut off): then `*there` is false. FALSE and an error: it is another one. */
gboolean manifest_compare(const char *text, const char *directory, bool *there, GError **error);
/* The file DIRECTORY/manifest.jsonl is this text: made if there is none (or what is there was cut off), else compared. */
gboolean manifest_settle(const struct manifest *manifest, const char *directory, GError **error);

/* What the varied keys of a point are, as cells of a row: the text, and for quantities with units the number. */
struct table;
void manifest_titles(const struct manifest *manifest, struct table *table);
void manifest_cells(const struct manifest *manifest, guint index, struct table *table);

#endif
