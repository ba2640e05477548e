/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_LAUNCH_SHARDS_H
#define COMMAND_LAUNCH_SHARDS_H

/* A sweep cut into shards for others to run. */

#include "launch.h"

struct shards {
    guint of;
    GArray *numbers; /* of guint, from 1: those that hold a point of `todo` */
};

/* As many as --shards says, at most `most`; else as many as take about two minutes each, at least one for each of `slots` that run at once. To know
 * that, some points are run here. FALSE and an error. The caller clears. */
gboolean shards_choose(struct launch *launch, guint slots, guint most, struct shards *shards, GError **error);
void shards_clear(struct shards *shards);
/* How many, if nobody says so. `point_s`: seconds that one point takes; negative: not known. */
guint shards_wanted(guint points, double point_s, guint slots, guint most);

/* "1-3,7". The caller frees with g_free. */
char *shards_ranges(const struct shards *shards);

/* The failures of `todo` go: what is there of one of these points afterwards is of the shards. */
gboolean shards_forget_failures(const struct launch *launch, GError **error);

/* The call of weft that runs a shard, as a shell reads it; `jobs` and `shard` ("I/N") are put in as they are. The caller frees with g_free. */
char *shards_command(const struct launch *launch, const char *jobs, const char *shard);

#endif
