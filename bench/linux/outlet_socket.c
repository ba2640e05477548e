/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sockets: a system call a message, or sendmmsg(). */

#include "failure.h"
#include "notifications.h"
#include "outlet.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

struct socket_outlet {
    const struct point *point;
    struct supply *supply;
    struct sockaddr_in *to; /* by destination */
    int *sock;              /* by destination where they are connected, else one */
    guint socks;
    struct notifications *notifications; /* by socket */
    uint32_t next;                       /* destination */
    uint32_t message_bytes;
    struct mmsghdr *message; /* of a system call */
    struct iovec *piece;
};

static gboolean gone_wrong(const struct socket_outlet *outlet, GError **error)
{
    return failure(error, STATUS_FAILED, "%s: %s", outlet->point->method->name, g_strerror(errno));
}

/* --- set up --- */

static void socket_close(void *which)
{
    struct socket_outlet *outlet = which;
    if (!outlet)
        return;
    for (guint i = 0; i < outlet->socks; i++)
        close(outlet->sock[i]);
    g_free(outlet->to);
    g_free(outlet->sock);
    g_free(outlet->notifications);
    g_free(outlet->message);
    g_free(outlet->piece);
    g_free(outlet);
}

static gboolean open_sockets(struct socket_outlet *outlet, GError **error)
{
    const bool connected = outlet->point->method->connected;
    const guint n = connected ? outlet->point->destinations : 1;
    outlet->sock = g_new0(int, n);
    outlet->notifications = g_new0(struct notifications, n);
    for (; outlet->socks < n; outlet->socks++) {
        int sock = outlet_socket(outlet->point, connected ? &outlet->to[outlet->socks] : NULL, error);
        if (sock < 0)
            return FALSE;
        outlet->sock[outlet->socks] = sock;
    }
    return TRUE;
}

static void make_messages(struct socket_outlet *outlet)
{
    outlet->message = g_new0(struct mmsghdr, outlet->point->batch);
    outlet->piece = g_new0(struct iovec, outlet->point->batch);
    for (uint32_t i = 0; i < outlet->point->batch; i++) {
        outlet->piece[i].iov_len = outlet->message_bytes;
        outlet->message[i].msg_hdr = (struct msghdr){
            .msg_namelen = sizeof(struct sockaddr_in), .msg_iov = &outlet->piece[i], .msg_iovlen = 1};
    }
}

static void *socket_open(const struct point *point, struct supply *supply, bool times, GError **error)
{
    (void)times; /* no driver */
    struct socket_outlet *outlet = g_new0(struct socket_outlet, 1);
    outlet->point = point;
    outlet->supply = supply;
    outlet->message_bytes = point->group * point->payload_bytes;
    outlet->to = outlet_addresses(point);
    make_messages(outlet);
    if (open_sockets(outlet, error))
        return outlet;
    socket_close(outlet);
    return NULL;
}

/* --- sending --- */

static uint8_t *next_data(const struct socket_outlet *outlet)
{
    return outlet->supply->data + supply_next(outlet->supply, outlet->point->cold, outlet->message_bytes);
}

static uint32_t next_destination(struct socket_outlet *outlet)
{
    uint32_t destination = outlet->next;
    outlet->next = destination + 1 < outlet->point->destinations ? destination + 1 : 0;
    return destination;
}

/* Now and then, and at the end. */
static gboolean read_notifications(struct socket_outlet *outlet, uint32_t sock, uint32_t pending,
                                   GError **error)
{
    struct notifications *notifications = &outlet->notifications[sock];
    return notifications->sent - notifications->done < pending ||
           notifications_read(notifications, outlet->sock[sock], error);
}

static gboolean read_all(struct socket_outlet *outlet, GError **error)
{
    for (guint i = 0; i < outlet->socks; i++)
        if (!read_notifications(outlet, i, 1, error))
            return FALSE;
    return TRUE;
}

static ssize_t send_one(struct socket_outlet *outlet, uint32_t destination, int flags)
{
    const uint8_t *data = next_data(outlet);
    return outlet->point->method->connected
               ? send(outlet->sock[destination], data, outlet->message_bytes, flags)
               : sendto(outlet->sock[0], data, outlet->message_bytes, flags,
                        (const struct sockaddr *)&outlet->to[destination], sizeof(outlet->to[0]));
}

static gboolean send_each(void *which, uint64_t messages, GError **error)
{
    struct socket_outlet *outlet = which;
    const int flags = outlet->point->zero_copy ? MSG_ZEROCOPY : 0;
    for (uint64_t i = 0; i < messages; i++) {
        uint32_t destination = next_destination(outlet),
                 sock = outlet->point->method->connected ? destination : 0;
        if (send_one(outlet, destination, flags) != (ssize_t)outlet->message_bytes)
            return gone_wrong(outlet, error);
        if (!flags)
            continue;
        outlet->notifications[sock].sent++;
        if (!read_notifications(outlet, sock, NOTIFICATIONS_PENDING_MOST, error))
            return FALSE;
    }
    return read_all(outlet, error);
}

static gboolean send_many(void *which, uint64_t messages, GError **error)
{
    struct socket_outlet *outlet = which;
    const uint32_t batch = outlet->point->batch;
    const int flags = outlet->point->zero_copy ? MSG_ZEROCOPY : 0;
    for (uint64_t sent = 0; sent < messages; sent += batch) {
        for (uint32_t i = 0; i < batch; i++) {
            outlet->message[i].msg_hdr.msg_name = &outlet->to[next_destination(outlet)];
            outlet->piece[i].iov_base = next_data(outlet);
        }
        if (sendmmsg(outlet->sock[0], outlet->message, batch, flags) != (int)batch)
            return gone_wrong(outlet, error);
        if (!flags)
            continue;
        outlet->notifications[0].sent += batch;
        if (!read_notifications(outlet, 0, NOTIFICATIONS_PENDING_MOST, error))
            return FALSE;
    }
    return read_all(outlet, error);
}

const struct outlet_row outlet_each = {.open = socket_open, .close = socket_close, .send = send_each};
const struct outlet_row outlet_many = {.open = socket_open, .close = socket_close, .send = send_many};
