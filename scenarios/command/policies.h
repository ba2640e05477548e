/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_POLICIES_H
#define COMMAND_POLICIES_H

/* The tables of libweft as lists of names: what a key may be set to, what `weft list` prints. Every row of
 * every table begins with its name and its help. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct weft_argument;

struct policy_table {
    const char *name;                 /* singular, as in "unknown order" */
    const void *(*row)(size_t index); /* NULL past the end */
    /* What a row says of its argument; NULL: no row takes one. */
    const struct weft_argument *(*argument)(const void *row);
};

extern const struct policy_table policy_networks, policy_profiles, policy_memories, policy_touches,
    policy_buffers, policy_sharings, policy_forwardings, policy_schedulers, policy_accountings,
    policy_methods, policy_units, policy_copies, policy_translations, policy_segmentations, policy_headers,
    policy_interrupts, policy_orders, policy_queues, policy_interfaces, policy_pacings, policy_checksums,
    policy_fills, policy_faults, policy_backgrounds, policy_formats, policy_ips, policy_answers,
    policy_sources, policy_switch_presets, policy_launchers;
/* What is counted, why packets are lost, the ways of an ablation, what prices move: rows of results. */
extern const struct policy_table policy_events, policy_causes, policy_views, policy_refusals,
    policy_sensitivity_metrics;

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

/* What it says of its argument, or NULL. */
const struct weft_argument *policy_argument(const struct policy_table *table, const void *row);
/* How it is written, "chunk:COUNT", and its help with what the argument may be. The caller frees with g_free. */
char *policy_form(const struct policy_table *table, const void *row);
char *policy_words(const struct policy_table *table, const void *row);

/* "copy, zero-copy"; the same as they are written, "sequential, chunk:COUNT". The caller frees with g_free. */
char *policy_names(const struct policy_table *table);
char *policy_forms(const struct policy_table *table);

#endif
