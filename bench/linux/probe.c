/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Trying everything once. */

#include "probe.h"

#include "failure.h"
#include "namespace.h"
#include "outlet.h"
#include "primitive_memory.h"
#include "switch_net.h"
#include "worker.h"

#include <errno.h>
#include <liburing.h>
#include <sys/mman.h>

static void note(struct probe *probe, enum probe_item item, GError *why)
{
    if (!why)
        return;
    g_strlcpy(probe->why_not[item], why->message, sizeof(probe->why_not[item]));
    g_error_free(why);
}

/* --- ways to send --- */

/* The least that shows whether a point goes. */
static const struct trial {
    const char *method;
    enum probe_item item;
    uint32_t group, batch;
    bool zero_copy, link_cuts;
} trials[] = {
    {"sendto", PROBE_SEGMENT, 2, 1, false, true},   {"sendto", PROBE_ZEROCOPY, 1, 1, true, false},
    {"io-uring", PROBE_URING, 1, 2, false, false},  {"io-uring", PROBE_URING_ZC, 1, 2, true, false},
    {"tx-ring", PROBE_TX_RING, 1, 2, false, false}, {"xdp", PROBE_XDP, 1, 2, false, false},
};

static gboolean send_some(const struct point *point, struct supply *supply, GError **error)
{
    const struct outlet_row *row = outlet_of(point->method);
    const uint64_t messages = outlet_step(point);
    struct link_traffic before, after;
    void *outlet = row->open(point, supply, false, error);
    gboolean good = outlet && namespace_traffic(supply_link(point), &before, error) &&
                    row->send(outlet, messages, error) &&
                    namespace_traffic(supply_link(point), &after, error);
    row->close(outlet);
    if (!good)
        return FALSE;
    return after.packets - before.packets == point_link_packets(point, messages) ||
           failure(error, STATUS_INPUT, "%s: packets do not arrive", point->method->name);
}

static void try_sending(struct probe *probe, struct supply *supply)
{
    for (guint i = 0; i < G_N_ELEMENTS(trials); i++) {
        const struct trial *trial = &trials[i];
        const struct point point = {.method = method_find(trial->method),
                                    .payload_bytes = POINT_PAYLOAD_MOST,
                                    .group = trial->group,
                                    .batch = trial->batch,
                                    .destinations = 2,
                                    .zero_copy = trial->zero_copy,
                                    .link_cuts = trial->link_cuts};
        GError *why = NULL;
        send_some(&point, supply, &why);
        note(probe, trial->item, why);
    }
}

/* --- links --- */

static gboolean try_cut(GError **error)
{
    static const char name[] = "weft-probe-cut";
    return namespace_add_sink(name, 1, error) && namespace_cut_in_software(name, error);
}

static gboolean try_bucket(int link_index, GError **error)
{
    enum { RATE_BPS = 25000000, FRAME_BYTES = 1514, PACKETS = 8 };
    const struct switch_bucket bucket = {.rate_bps = RATE_BPS,
                                         .packet_bytes = FRAME_BYTES,
                                         .bucket_packets = PACKETS,
                                         .queue_packets = PACKETS};
    return switch_net_shape(link_index, &bucket, error);
}

static void try_links(struct probe *probe)
{
    GError *why = NULL;
    int index = 0;
    try_cut(&why);
    note(probe, PROBE_CUT, g_steal_pointer(&why));
    if (namespace_add_pair("weft-probe-a", getpid(), "weft-probe-b", &why) &&
        namespace_up("weft-probe-a", NULL, &index, &why))
        try_bucket(index, &why);
    note(probe, index ? PROBE_TBF : PROBE_VETH, g_steal_pointer(&why));
    switch_net_add_bridge("weft-probe-sw", &why);
    note(probe, PROBE_BRIDGE, why);
    if (!index)
        g_strlcpy(probe->why_not[PROBE_TBF], probe->why_not[PROBE_VETH], sizeof(probe->why_not[0]));
}

/* --- memory --- */

static gboolean register_cold(void *data, GError **error)
{
    const struct iovec all = {.iov_base = data, .iov_len = POINT_COLD_BYTES};
    struct io_uring ring;
    int status = io_uring_queue_init(1, &ring, 0);
    if (status < 0)
        return failure(error, STATUS_INPUT, "io_uring: %s", g_strerror(-status));
    status = io_uring_register_buffers(&ring, &all, 1);
    io_uring_queue_exit(&ring);
    return status >= 0 || failure(error, STATUS_INPUT, "io_uring: %d MiB cannot be registered: %s",
                                  POINT_COLD_BYTES >> 20, g_strerror(-status));
}

/* Pages that nobody has written are not there, but the limit of locked memory counts them. */
static void try_registering(struct probe *probe)
{
    GError *why = NULL;
    void *data = mmap(NULL, POINT_COLD_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (data == MAP_FAILED) {
        failure(&why, STATUS_INPUT, "no memory for %d MiB: %s", POINT_COLD_BYTES >> 20, g_strerror(errno));
    } else {
        register_cold(data, &why);
        munmap(data, POINT_COLD_BYTES);
    }
    note(probe, PROBE_REGISTERED, why);
}

static void try_huge_pages(struct probe *probe)
{
    enum { PAGES = 4 };
    uint8_t *pages = map_pages(PAGES * HUGE_PAGE_BYTES, true);
    if (!pages)
        g_strlcpy(probe->why_not[PROBE_HUGE_PAGES], "no transparent huge pages", sizeof(probe->why_not[0]));
    unmap_pages(pages, PAGES * HUGE_PAGE_BYTES);
}

/* --- all --- */

static char *user_namespace(void)
{
    return g_file_read_link("/proc/self/ns/user", NULL);
}

static gboolean try_all(void *job, GError **error)
{
    struct probe *probe = job;
    struct supply supply;
    g_autofree char *before = user_namespace();
    if (!namespace_enter(error))
        return FALSE;
    g_autofree char *after = user_namespace();
    probe->user_namespace = g_strcmp0(before, after) != 0;
    if (supply_init(&supply, POINT_HOT_BYTES, 0, SUPPLY_XDP, error)) {
        try_sending(probe, &supply);
        try_links(probe);
        try_registering(probe);
        try_huge_pages(probe);
    }
    supply_clear(&supply);
    return *error == NULL;
}

gboolean probe_run(struct probe *probe, GError **error)
{
    struct probe *shared = worker_shared(sizeof(*shared));
    struct worker worker;
    gboolean good = worker_start(&worker, try_all, shared, error) && worker_wait(&worker, error);
    *probe = *shared;
    worker_unshare(shared, sizeof(*shared));
    return good;
}
