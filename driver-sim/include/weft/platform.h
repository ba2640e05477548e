/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_PLATFORM_H
#define WEFT_PLATFORM_H

/* A platform that a user wrote for a simulator, told as plain facts. Hosts say by properties what they are: `weft_role` is
 * server, switch or device, and `weft_switch` names the switch of a server or device that has ways to several. The network
 * is read out of the simulator's routes:
 *   the way of a server is its route to the switch that it is attached to: the one whose route passes no other switch;
 *   the way of a device is the route from such a switch to it;
 *   a trunk is the route from one switch to another that passes no third one, a way for each direction.
 * A way has the least bandwidth of its links and the sum of their latencies, as the simulator has it for a transfer alone:
 * nothing stores between the links of a way. A link belongs to one way, unless it limits each flow alone (FATPIPE). */

#include "weft/base.h"

WEFT_BEGIN_DECLS

struct weft_platform_host {
    const char *name;
    const char *role; /* as written; NULL: none */
    uint64_t hz;      /* flop/s of a core as cycles/s; 0: no whole number */
    uint32_t cores;
};

/* From a server to its switch, from a switch to a device on it, or from a switch to a neighbour. */
struct weft_platform_way {
    uint32_t from, to; /* hosts, in the order in which they were told */
    const char *link;  /* the first on it */
    uint64_t bps;
    weft_ps delay_ps;
};

/* Who is told. Texts live during the call. */
struct weft_platform_sink {
    void *ctx;
    /* Every host that has a property weft_..., by name, digits counting as numbers; then all its properties. */
    void (*host)(void *ctx, const struct weft_platform_host *host);
    void (*property)(void *ctx, const char *name, const char *value);
    /* After all hosts: each server's, each device's, then those of switches, by `from` and `to`. */
    void (*way)(void *ctx, const struct weft_platform_way *way);
    /* What is about to be asked of the simulator, which may end the process instead of an answer. */
    void (*doing)(void *ctx, const char *what);
};

enum { WEFT_PLATFORM_VERSION = 1 };

/* `text` is the file. WEFT_INVALID and a text that begins with "host NAME: " or "link NAME: " where something is wrong with
 * one: hosts and their properties have all been told even so. At most once a process, which an error in the file may
 * end: the caller forks. The simulator then prints the reason on standard error, in a line that begins with
 * WEFT_PLATFORM_SAYS. */
struct weft_platform_reader {
    uint32_t version; /* WEFT_PLATFORM_VERSION */
    int (*read)(const char *text, const struct weft_platform_sink *sink, struct weft_error *error);
};
#define WEFT_PLATFORM_SAYS "weft:"

/* A GModule with a reader exports one of these. */
#define WEFT_PLATFORM_READER_SYMBOL "weft_platform_reader"
typedef const struct weft_platform_reader *weft_platform_reader_entry(void);

WEFT_END_DECLS

#endif
