/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packets from the NIC to the receivers. */

#include "deliver.h"

#include "failure.h"
#include "receiver.h"
#include "weft/driver.h"

/* A packet on its way. */
struct carried {
    uint64_t packet;
    uint32_t bytes;
    uint8_t frame[];
};

struct deliver {
    uint32_t streams;
    struct receiver **receiver; /* by stream */
    GHashTable *carried;        /* by packet */
};

static void at_server(struct deliver *deliver, const struct weft_train *train)
{
    g_assert(train->desc);
    for (uint32_t i = 0; i < train->n; i++) {
        uint32_t room = train->frame_bytes[i];
        struct carried *carried = g_malloc(sizeof *carried + room);
        carried->packet = train->packet[i];
        carried->bytes = weft_desc_gather(train->desc[i], train->memory, carried->frame, room);
        g_hash_table_insert(deliver->carried, &carried->packet, carried);
    }
}

static void on_packets(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct deliver *deliver = ctx;
    (void)node;
    if (point == WEFT_AT_SERVER) {
        at_server(deliver, train);
        return;
    }
    for (uint32_t i = 0; i < train->n; i++) {
        if (point == WEFT_AT_SWITCH &&
            (train->outcome[i] == WEFT_DELIVERED || train->stream[i] >= deliver->streams))
            continue;
        const struct carried *carried = g_hash_table_lookup(deliver->carried, &train->packet[i]);
        g_assert(carried);
        if (point == WEFT_AT_DEVICE)
            receiver_take(deliver->receiver[train->stream[i]], carried->frame, carried->bytes);
        g_hash_table_remove(deliver->carried, &train->packet[i]);
    }
}

/* Names are consecutive on each server: multiplied by 2^64 over the golden ratio their high bits lie far apart. */
static guint hash_packet(gconstpointer name)
{
    return (guint)(*(const uint64_t *)name * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

struct deliver *deliver_new(const struct weft_setup *setup, const int *fd)
{
    struct deliver *deliver = g_new0(struct deliver, 1);
    g_assert(setup->network->header_bytes > 0);
    deliver->streams = setup->streams;
    deliver->receiver = g_new0(struct receiver *, setup->streams);
    for (uint32_t i = 0; i < setup->streams; i++)
        deliver->receiver[i] = receiver_new(setup->stream[i].clock.format, fd[i]);
    deliver->carried = g_hash_table_new_full(hash_packet, g_int64_equal, NULL, g_free);
    return deliver;
}

void deliver_free(struct deliver *deliver)
{
    if (!deliver)
        return;
    for (uint32_t i = 0; i < deliver->streams; i++)
        receiver_free(deliver->receiver[i]);
    g_free(deliver->receiver);
    g_hash_table_unref(deliver->carried);
    g_free(deliver);
}

struct weft_watch deliver_watch(struct deliver *deliver)
{
    return (struct weft_watch){.ctx = deliver, .bytes = true, .packets = on_packets};
}

gboolean deliver_finish(struct deliver *deliver, GError **error)
{
    int failed = 0;
    for (uint32_t i = 0; i < deliver->streams; i++) {
        int status = receiver_end(deliver->receiver[i]);
        failed = failed ? failed : status;
    }
    return !failed ||
           failure(error, STATUS_FAILED, "what is delivered: cannot be written: %s", g_strerror(failed));
}
