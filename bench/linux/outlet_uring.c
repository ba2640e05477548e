/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A submission ring: a system call submits many messages and waits for all of them. */

#include "failure.h"
#include "outlet.h"

#include <liburing.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ZC_REPORT_USAGE (1U << 3)  /* IORING_SEND_ZC_REPORT_USAGE of newer headers */
#define ZC_COPIED       (1U << 31) /* IORING_NOTIF_USAGE_ZC_COPIED */

struct uring_outlet {
    const struct point *point;
    struct supply *supply;
    struct sockaddr_in *to; /* by destination */
    uint32_t next;          /* destination */
    uint32_t message_bytes;
    int sock;
    struct io_uring ring;
    bool has_ring;
    struct msghdr *message;
    struct iovec *piece;
};

/* --- set up --- */

static void uring_close(void *which)
{
    struct uring_outlet *outlet = which;
    if (!outlet)
        return;
    if (outlet->has_ring)
        io_uring_queue_exit(&outlet->ring);
    if (outlet->sock >= 0)
        close(outlet->sock);
    g_free(outlet->to);
    g_free(outlet->message);
    g_free(outlet->piece);
    g_free(outlet);
}

static gboolean refused(int status, const char *what, GError **error)
{
    return status >= 0 || failure(error, STATUS_INPUT, "io_uring: %s: %s", what, g_strerror(-status));
}

static gboolean register_data(struct uring_outlet *outlet, GError **error)
{
    const struct supply *supply = outlet->supply;
    const struct iovec all = {.iov_base = supply->data,
                              .iov_len = outlet->point->cold ? supply->cold.bytes : supply->hot.bytes};
    return refused(io_uring_register_buffers(&outlet->ring, &all, 1), "no registered buffer", error);
}

static gboolean open_ring(struct uring_outlet *outlet, GError **error)
{
    struct io_uring_params params = {0};
    int status = io_uring_queue_init_params(outlet->point->batch, &outlet->ring, &params);
    if (!refused(status, "no ring", error))
        return FALSE;
    outlet->has_ring = true;
    return !outlet->point->method->pinned_before || register_data(outlet, error);
}

static void make_messages(struct uring_outlet *outlet)
{
    outlet->message = g_new0(struct msghdr, outlet->point->batch);
    outlet->piece = g_new0(struct iovec, outlet->point->batch);
    for (uint32_t i = 0; i < outlet->point->batch; i++) {
        outlet->piece[i].iov_len = outlet->message_bytes;
        outlet->message[i] = (struct msghdr){
            .msg_namelen = sizeof(struct sockaddr_in), .msg_iov = &outlet->piece[i], .msg_iovlen = 1};
    }
}

static void *uring_open(const struct point *point, struct supply *supply, bool times, GError **error)
{
    (void)times; /* no driver */
    struct uring_outlet *outlet = g_new0(struct uring_outlet, 1);
    outlet->point = point;
    outlet->supply = supply;
    outlet->message_bytes = point->group * point->payload_bytes;
    outlet->to = outlet_addresses(point);
    make_messages(outlet);
    outlet->sock = outlet_socket(point, NULL, error);
    if (outlet->sock >= 0 && open_ring(outlet, error))
        return outlet;
    uring_close(outlet);
    return NULL;
}

/* --- sending --- */

static void prepare(struct uring_outlet *outlet, uint32_t i)
{
    struct io_uring_sqe *entry = io_uring_get_sqe(&outlet->ring);
    struct sockaddr_in *to = &outlet->to[outlet->next];
    uint8_t *data =
        outlet->supply->data + supply_next(outlet->supply, outlet->point->cold, outlet->message_bytes);
    outlet->next = outlet->next + 1 < outlet->point->destinations ? outlet->next + 1 : 0;
    if (outlet->point->method->pinned_before) {
        io_uring_prep_send_zc_fixed(entry, outlet->sock, data, outlet->message_bytes, 0, ZC_REPORT_USAGE, 0);
        io_uring_prep_send_set_addr(entry, (const struct sockaddr *)to, sizeof(*to));
        return;
    }
    outlet->message[i].msg_name = to;
    outlet->piece[i].iov_base = data;
    if (!outlet->point->zero_copy) {
        io_uring_prep_sendmsg(entry, outlet->sock, &outlet->message[i], 0);
        return;
    }
    io_uring_prep_sendmsg_zc(entry, outlet->sock, &outlet->message[i], 0);
    entry->ioprio |= ZC_REPORT_USAGE;
}

/* What became of messages, and of zero copies in a second completion. */
static gboolean take(const struct uring_outlet *outlet, const struct io_uring_cqe *completion, GError **error)
{
    if (completion->flags & IORING_CQE_F_NOTIF)
        return !((uint32_t)completion->res & ZC_COPIED) ||
               failure(error, STATUS_FAILED, "io_uring: zero copy: the kernel has copied");
    if (completion->res == (int)outlet->message_bytes)
        return TRUE;
    return failure(error, STATUS_FAILED, "io_uring: %s",
                   completion->res < 0 ? g_strerror(-completion->res) : "a message is sent in part");
}

static gboolean reap(struct uring_outlet *outlet, uint32_t expected, GError **error)
{
    for (uint32_t taken = 0; taken < expected; taken++) {
        struct io_uring_cqe *completion;
        int status = io_uring_wait_cqe(&outlet->ring, &completion);
        if (status < 0)
            return failure(error, STATUS_FAILED, "io_uring: %s", g_strerror(-status));
        gboolean good = take(outlet, completion, error);
        io_uring_cqe_seen(&outlet->ring, completion);
        if (!good)
            return FALSE;
    }
    return TRUE;
}

static gboolean uring_send(void *which, uint64_t messages, GError **error)
{
    struct uring_outlet *outlet = which;
    const uint32_t batch = outlet->point->batch, completions = outlet->point->zero_copy ? 2 * batch : batch;
    for (uint64_t sent = 0; sent < messages; sent += batch) {
        for (uint32_t i = 0; i < batch; i++)
            prepare(outlet, i);
        int submitted = io_uring_submit_and_wait(&outlet->ring, batch);
        if (submitted != (int)batch)
            return failure(error, STATUS_FAILED, "io_uring: %s",
                           submitted < 0 ? g_strerror(-submitted) : "the kernel takes too few messages");
        if (!reap(outlet, completions, error))
            return FALSE;
    }
    return TRUE;
}

const struct outlet_row outlet_uring = {.open = uring_open, .close = uring_close, .send = uring_send};
