/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_PLAN_PRIVATE_H
#define COMMAND_PLAN_PRIVATE_H

/* What the parts of planning share. */

#include "plan.h"

/* What a group of `count` became: indices [first, first + count) of its kind. */
struct range {
    uint32_t first, count;
};

struct planner {
    const struct scenario *scenario;
    struct media_library *media;
    struct plan *plan;
    uint32_t replication;
    struct range *range; /* by section */
    uint32_t total[GROUP_KINDS];
};

/* NAME of a single one, NAME-k of several; owned by the plan. */
const char *planner_name(struct planner *planner, const struct section *section, uint64_t count, uint64_t k);
/* The group of a kind without names. */
struct resolved *planner_only(struct planner *planner, enum group_kind kind);

/* The members of a kind that has them: switches, trunks, servers, devices, streams, background. */
const char *planner_member_name(const struct planner *planner, enum group_kind kind, uint32_t index);
/* The members of `kind` that `name`, the value of `key` in `group`, stands for: a group, or one member; all of them where
 * it is NULL. */
bool planner_find(const struct planner *planner, const struct resolved *group, const char *key,
                  enum group_kind kind, const char *name, struct range *out, GError **error);
/* The switches that servers or devices of a group are on: `name`, the value of its key `switch`, or the only one. */
bool planner_find_switch(const struct planner *planner, const struct resolved *group, const char *name,
                         struct range *out, GError **error);

/* A file that the scenario names: relative to the scenario's directory. The caller frees with g_free. */
char *planner_path(const struct planner *planner, const char *file);

/* The memory system of a group of servers: the row that it or its profile names, with the values of keys that are given. What
 * is not given becomes the group's value. The plan's; NULL with an error. */
const struct weft_memory_system *plan_memory(struct planner *planner, struct resolved *group,
                                             const struct weft_profile *profile, GError **error);

/* The network: switches, devices on them, trunks between them. */
void plan_switches(struct planner *planner);
bool plan_devices(struct planner *planner, GError **error);
bool plan_trunks(struct planner *planner, GError **error);
/* What others send. */
bool plan_backgrounds(struct planner *planner, GError **error);
/* Streams: where they come from and go to, and their clocks. */
bool plan_streams(struct planner *planner, GError **error);
/* weft_setup_check(), and its complaint located in the scenario. */
bool plan_check(struct planner *planner, GError **error);

#endif
