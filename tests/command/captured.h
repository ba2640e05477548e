/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TESTS_CAPTURED_H
#define WEFT_TESTS_CAPTURED_H

/* Strict readers of captures, which share nothing with the writer: what is not exactly as the format says it is fails
 * the test. And the trace of the same run, as what a capture should hold. */

#include <glib.h>

void assert_same_bytes(gconstpointer a, gsize a_bytes, gconstpointer b, gsize b_bytes);

/* A packet at one interface. */
struct seen {
    guint32 interface;
    guint64 at_ns, id; /* id: 0 in a classic file */
    guint32 frame_bytes, captured_bytes;
    const guint8 *bytes;
};

struct seen_interface {
    char *name, *description;
    guint64 speed_bps;
    guint64 packets;                          /* in the file */
    guint64 start_ns, end_ns, ifrecv, ifdrop; /* of its statistics */
    gboolean has_statistics;
};

struct captured {
    char *data;
    char *application;
    guint32 snap_bytes;
    GArray *interfaces; /* struct seen_interface; a classic file has one without a name */
    GArray *packets;    /* struct seen, in file order */
};

/* The caller frees. */
struct captured *captured_read(const char *path);
struct captured *captured_read_classic(const char *path);
void captured_free(struct captured *captured);
#define captured_packet(captured, i)    (&g_array_index((captured)->packets, struct seen, i))
#define captured_interface(captured, i) (&g_array_index((captured)->interfaces, struct seen_interface, i))
/* The interface of that name; there must be one. */
guint32 captured_find(const struct captured *captured, const char *name);

/* A line of a trace; instants in ps, out and device only of what was delivered. */
struct trace_line {
    guint64 packet, server, stream, port, frame_bytes, tx, in, out, device;
    gboolean delivered;
    guint64 id;     /* of the packet in a capture */
    guint64 number; /* of the packet in its stream, which sends in order */
};
GArray *trace_read(const char *path);

/* One sighting that a capture of the run must hold. */
struct sighting {
    guint64 at_ps;
    guint point; /* 0 .. 3 along the way */
    guint64 place, id;
    guint line; /* of the trace */
};
/* Into the order in which a capture has them. */
void sightings_sort(GArray *sightings);
/* All that the trace tells of, in the order in which a capture has them. */
GArray *sightings_of(GArray *trace);

#endif
