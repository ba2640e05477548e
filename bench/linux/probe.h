/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_LINUX_PROBE_H
#define BENCH_LINUX_PROBE_H

/* What the machine permits, found out by trying it, in a process and a namespace of its own. */

#include <glib.h>
#include <json-glib/json-glib.h>

enum probe_item {
    PROBE_NAMESPACE,  /* a network namespace: as root, or within a user namespace */
    PROBE_IFB,        /* links that drop */
    PROBE_CUT,        /* UDP segmentation of a link switched off, so that the kernel cuts */
    PROBE_VETH,       /* pairs of links */
    PROBE_BRIDGE,     /* a switch of links */
    PROBE_TBF,        /* token bucket: shaped links */
    PROBE_SEGMENT,    /* UDP_SEGMENT */
    PROBE_ZEROCOPY,   /* MSG_ZEROCOPY, without a copy behind it */
    PROBE_URING,      /* io_uring with SENDMSG */
    PROBE_URING_ZC,   /* ... with SEND_ZC and SENDMSG_ZC */
    PROBE_REGISTERED, /* ... with registered buffers as large as the cold data: the limit of locked memory */
    PROBE_TX_RING,    /* AF_PACKET with a transmit ring */
    PROBE_XDP,        /* AF_XDP in copy mode */
    PROBE_HUGE_PAGES, /* transparent or reserved pages of 2 MiB */
    PROBE_ITEMS
};

struct probe_row {
    const char *name; /* as in "io-uring" */
    const char *help; /* what is not measured without it */
};
extern const struct probe_row probe_rows[PROBE_ITEMS];

struct probe {
    char why_not[PROBE_ITEMS][160]; /* empty: permitted; else one line without an end */
    gboolean user_namespace;        /* it took one, for want of root */
};
/* TRUE also where much is refused. FALSE and an error of STATUS_INPUT, one clear line: no namespace or no ifb, so that nothing can be
 * measured at all; what to do is said. */
gboolean probe_run(struct probe *probe, GError **error);
/* A line, ended, for each thing that is not measured, with the reason; empty: everything is. The caller frees. */
char *probe_skipped(const struct probe *probe);
/* The same as member "skipped" of the object that is being built. */
void probe_json(JsonBuilder *builder, const struct probe *probe);

#endif
