/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_POLICIES_H
#define COMMAND_POLICIES_H

/* The tables of libweft as lists of names: what a key may be set to, what `weft list` prints. Every row of
 * every table begins with its name and its help. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct policy_table {
    const char *name;                 /* singular, as in "unknown order" */
    const void *(*row)(size_t index); /* NULL past the end */
};

extern const struct policy_table policy_networks, policy_profiles, policy_buffers, policy_methods,
    policy_units, policy_copies, policy_translations, policy_segmentations, policy_headers, policy_interrupts,
    policy_orders, policy_queues, policy_pacings, policy_checksums, policy_fills, policy_faults,
    policy_formats, policy_ips, policy_answers, policy_sources;
/* What is counted, why packets are lost, the ways of an ablation: rows of results. */
extern const struct policy_table policy_events, policy_causes, policy_views, policy_refusals;

/* no, yes: for keys that are one or the other. */
struct answer {
    const char *name, *help;
    bool yes;
};

struct ip_version {
    const char *name, *help;
    uint8_t version;
};

const char *policy_name(const void *row);
const char *policy_help(const void *row);

/* The row of that name, or NULL. */
const void *policy_find(const struct policy_table *table, const char *name);

/* "copy, zero-copy". The caller frees with g_free. */
char *policy_names(const struct policy_table *table);

#endif
