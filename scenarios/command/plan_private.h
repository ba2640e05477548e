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
    struct range *range; /* by section */
    uint32_t total[GROUP_KINDS];
};

/* NAME of a single one, NAME-k of several; owned by the plan. */
const char *planner_name(struct planner *planner, const struct section *section, uint64_t count, uint64_t k);
/* The group of a kind without names. */
struct resolved *planner_only(struct planner *planner, enum group_kind kind);

/* A file that the scenario names: relative to the scenario's directory. The caller frees with g_free. */
char *planner_path(const struct planner *planner, const char *file);

/* Streams: where they come from and go to, and their clocks. */
bool plan_streams(struct planner *planner, GError **error);
/* weft_setup_check(), and its complaint located in the scenario. */
bool plan_check(struct planner *planner, GError **error);

#endif
