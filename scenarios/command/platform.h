/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_PLATFORM_H
#define COMMAND_PLATFORM_H

/* A SimGrid platform that a user wrote: its text, and what a reader that knows SimGrid has found in it. The command itself
 * knows no SimGrid: a child reads, and what it says is checked. */

#include "weft/base.h"

#include <glib.h>

struct platform_property {
    const char *name, *value;
};

struct platform_host {
    const char *name;
    const char *role; /* as written; "": none */
    uint64_t hz;      /* 0: no whole number */
    uint32_t cores;
    GArray *properties; /* of struct platform_property, by name */
};

/* As struct weft_platform_way. */
struct platform_way {
    uint32_t from, to; /* hosts */
    const char *link;
    uint64_t bps;
    weft_ps delay_ps;
};

struct platform {
    char *path; /* as complaints name it */
    char *text;
    GHashTable *lines;   /* "host NAME", "host NAME PROPERTY", "link NAME" -> line in the text */
    GPtrArray *hosts;    /* of struct platform_host */
    GArray *ways;        /* of struct platform_way */
    char *refused;       /* what the reader cannot make weft's network of; NULL: nothing */
    GStringChunk *texts; /* what the above point into */
};

/* Read `path`, which is named at `where`. NULL and an error that begins with one of them. The caller frees. */
struct platform *platform_read(const char *path, const char *where, GError **error);
void platform_free(struct platform *platform);

/* "FILE:LINE: host NAME", ": PROPERTY" behind it unless NULL; "FILE: ..." where the text has no line of it, as hosts of
 * clusters. Owned by the platform. */
const char *platform_place(const struct platform *platform, const char *kind, const char *name,
                           const char *property);

/* --- for platform_read() --- */

/* One of which nothing is known but the text, which is taken. */
struct platform *platform_new(const char *path, char *text);

/* Is the text XML, and has it nothing that no setup can say? Fills `lines`. */
gboolean platform_scan(struct platform *platform, GError **error);
/* Let a child read the text; fills hosts, ways and `refused`. */
gboolean platform_ask(struct platform *platform, GError **error);

/* What a reader tells, as a block of texts that end with '\0'. */
struct platform_notes;
struct weft_platform_sink platform_notes_sink(struct platform_notes *notes);
/* Notes go into the file; what is about to be done, at once. The caller frees. */
struct platform_notes *platform_notes_new(int fd);
/* All was told; `refused` (NULL: nothing) says what could not be. False: errno. */
gboolean platform_notes_end(struct platform_notes *notes, const char *refused);
void platform_notes_free(struct platform_notes *notes);
/* Take over what the file has: FALSE if it is not whole or says what cannot be. */
gboolean platform_notes_read(struct platform *platform, int fd);
/* What was about to be done last. The caller frees with g_free. */
char *platform_notes_doing(int fd);

#endif
