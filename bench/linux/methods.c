/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sockets with one, many or segmented messages, and the driver. */

#include "methods.h"

#include "failure.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PORT = 5004, BATCH_MOST = 64, DRIVER_RING_FRAMES = 512 };

struct outlet {
    struct call_size size;
    const struct method *method;
    uint64_t set_bytes; /* of a stream in a set */
    uint8_t *data;
    struct sockaddr_in *to; /* by stream */
    int *sock;              /* by stream where they are connected, else one */
    guint socks;
    struct mmsghdr *message; /* of a batch */
    struct iovec *piece;
    /* the one control message: how large the pieces of a message are */
    _Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(uint16_t))];
    struct sender *sender;
    uint64_t *bytes; /* by stream */
    struct sender_times times;
};

static gboolean gone_wrong(const struct method *method, GError **error)
{
    return failure(error, STATUS_FAILED, "weft-bench-linux: %s: %s", method->name, g_strerror(errno));
}

/* --- sending --- */

/* Sets of a stream lie one after the other, then come those of the next stream. */
static uint8_t *data_of(const struct outlet *outlet, uint32_t set, uint32_t stream, uint32_t packet)
{
    return outlet->data + ((uint64_t)stream * outlet->size.sets + set) * outlet->set_bytes +
           (uint64_t)packet * SENDER_PAYLOAD_BYTES;
}

static gboolean send_each(const struct method *method, struct outlet *outlet, uint32_t set, GError **error)
{
    for (uint32_t packet = 0; packet < outlet->size.packets; packet++)
        for (uint32_t stream = 0; stream < outlet->size.streams; stream++) {
            const uint8_t *data = data_of(outlet, set, stream, packet);
            ssize_t sent = method->connected
                               ? send(outlet->sock[stream], data, SENDER_PAYLOAD_BYTES, 0)
                               : sendto(outlet->sock[0], data, SENDER_PAYLOAD_BYTES, 0,
                                        (const struct sockaddr *)&outlet->to[stream], sizeof(outlet->to[0]));
            if (sent != SENDER_PAYLOAD_BYTES)
                return gone_wrong(method, error);
        }
    return TRUE;
}

static gboolean send_batch(const struct method *method, struct outlet *outlet, uint32_t n, GError **error)
{
    return n == 0 || sendmmsg(outlet->sock[0], outlet->message, n, 0) == (int)n || gone_wrong(method, error);
}

/* Messages of `group` packets, or what is left, `batch` of them a system call. */
static gboolean send_many(const struct method *method, struct outlet *outlet, uint32_t set, GError **error)
{
    uint32_t n = 0;
    for (uint32_t packet = 0; packet < outlet->size.packets; packet += method->group) {
        uint32_t group = MIN(method->group, outlet->size.packets - packet);
        for (uint32_t stream = 0; stream < outlet->size.streams; stream++) {
            struct msghdr *header = &outlet->message[n].msg_hdr;
            header->msg_name = &outlet->to[stream];
            outlet->piece[n] = (struct iovec){.iov_base = data_of(outlet, set, stream, packet),
                                              .iov_len = (size_t)group * SENDER_PAYLOAD_BYTES};
            if (++n < method->batch)
                continue;
            if (!send_batch(method, outlet, n, error))
                return FALSE;
            n = 0;
        }
    }
    return send_batch(method, outlet, n, error);
}

static gboolean send_by_driver(const struct method *method, struct outlet *outlet, uint32_t set,
                               GError **error)
{
    (void)method;
    return sender_write(outlet->sender, set * outlet->set_bytes, outlet->bytes, &outlet->times, error);
}

#define SOCKETS .link = METHOD_LINK, .batch = 1, .group = 1
const struct method methods[] = {
    {.name = "sendto", .help = "a system call for each packet, one socket", SOCKETS, .send = send_each},
    {.name = "send",
     .help = "the same, a connected socket for each destination",
     SOCKETS,
     .connected = true,
     .send = send_each},
    {.name = "sendmmsg-64",
     .help = "64 packets a system call",
     .link = METHOD_LINK,
     .batch = 64,
     .group = 1,
     .send = send_many},
    {.name = "gso-4",
     .help =
         "UDP_SEGMENT: 4 packets of a destination a message, 64 messages a system call, cut by the kernel",
     .link = METHOD_LINK_CUT,
     .batch = 64,
     .group = 4,
     .send = send_many},
    {.name = "gso-36",
     .help = "the same with 36 packets a message",
     .link = METHOD_LINK_CUT,
     .batch = 64,
     .group = 36,
     .send = send_many},
    {.name = "gso-4-nic",
     .help = "as gso-4, but the link would cut: a lower bound, nobody does",
     .link = METHOD_LINK,
     .batch = 64,
     .group = 4,
     .link_cuts = true,
     .send = send_many},
    {.name = "gso-36-nic",
     .help = "the same with 36 packets a message",
     .link = METHOD_LINK,
     .batch = 64,
     .group = 36,
     .link_cuts = true,
     .send = send_many},
    {.name = "driver",
     .help = "libweft's driver into an AF_PACKET ring, a doorbell every 64 packets, interleaved",
     .link = METHOD_LINK,
     .batch = 64,
     .group = 1,
     .driver = true,
     .send = send_by_driver},
    {.name = NULL},
};

guint methods_count(void)
{
    return G_N_ELEMENTS(methods) - 1;
}

uint64_t method_link_packets(const struct method *method, const struct call_size *size)
{
    uint32_t group = method->link_cuts ? method->group : 1;
    return (uint64_t)size->streams * ((size->packets + group - 1) / group);
}

/* --- setting up --- */

/* Addresses on the link to which the method sends: 10/8 and 11/8. */
static void make_addresses(struct outlet *outlet)
{
    uint32_t network = strcmp(outlet->method->link, METHOD_LINK) == 0 ? 0x0a800001 : 0x0b800001;
    outlet->to = g_new0(struct sockaddr_in, outlet->size.streams);
    for (uint32_t i = 0; i < outlet->size.streams; i++)
        outlet->to[i] = (struct sockaddr_in){
            .sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = htonl(network + i)};
}

static gboolean make_sockets(struct outlet *outlet, GError **error)
{
    guint n = outlet->method->connected ? outlet->size.streams : 1;
    outlet->sock = g_new0(int, n);
    for (guint i = 0; i < n; i++) {
        outlet->sock[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (outlet->sock[i] < 0)
            return gone_wrong(outlet->method, error);
        outlet->socks++;
        if (outlet->method->connected &&
            connect(outlet->sock[i], (const struct sockaddr *)&outlet->to[i], sizeof(outlet->to[i])) < 0)
            return gone_wrong(outlet->method, error);
    }
    return TRUE;
}

static void make_messages(struct outlet *outlet)
{
    const uint16_t piece_bytes = SENDER_PAYLOAD_BYTES;
    const bool cut = outlet->method->group > 1;
    outlet->message = g_new0(struct mmsghdr, BATCH_MOST);
    outlet->piece = g_new0(struct iovec, BATCH_MOST);
    struct cmsghdr *control = (struct cmsghdr *)(void *)outlet->control;
    control->cmsg_len = CMSG_LEN(sizeof(piece_bytes));
    control->cmsg_level = SOL_UDP;
    control->cmsg_type = UDP_SEGMENT;
    memcpy(CMSG_DATA(control), &piece_bytes, sizeof(piece_bytes));
    for (int i = 0; i < BATCH_MOST; i++)
        outlet->message[i].msg_hdr = (struct msghdr){.msg_namelen = sizeof(struct sockaddr_in),
                                                     .msg_iov = &outlet->piece[i],
                                                     .msg_iovlen = 1,
                                                     .msg_control = cut ? outlet->control : NULL,
                                                     .msg_controllen = cut ? sizeof(outlet->control) : 0};
}

static gboolean make_driver(struct outlet *outlet, int link_index, GError **error)
{
    const struct sender_params params = {.streams = outlet->size.streams,
                                         .stream_bytes = outlet->set_bytes * outlet->size.sets,
                                         .order = &weft_order_round_robin,
                                         .ring_frames = DRIVER_RING_FRAMES};
    outlet->sender = sender_new(&params, link_index, error);
    if (!outlet->sender)
        return FALSE;
    outlet->bytes = g_new(uint64_t, outlet->size.streams);
    for (uint32_t i = 0; i < outlet->size.streams; i++) {
        outlet->bytes[i] = outlet->set_bytes;
        sender_fill(outlet->sender, i, data_of(outlet, 0, i, 0), params.stream_bytes);
    }
    return TRUE;
}

uint64_t call_data_bytes(const struct call_size *size)
{
    return (uint64_t)size->streams * size->packets * size->sets * SENDER_PAYLOAD_BYTES;
}

struct outlet *outlet_new(const struct method *method, const struct call_size *size, uint8_t *data,
                          int link_index, GError **error)
{
    struct outlet *outlet = g_new0(struct outlet, 1);
    outlet->method = method;
    outlet->size = *size;
    outlet->set_bytes = (uint64_t)size->packets * SENDER_PAYLOAD_BYTES;
    outlet->data = data;
    make_addresses(outlet);
    make_messages(outlet);
    if (method->driver ? make_driver(outlet, link_index, error) : make_sockets(outlet, error))
        return outlet;
    outlet_free(outlet);
    return NULL;
}

void outlet_free(struct outlet *outlet)
{
    if (!outlet)
        return;
    sender_free(outlet->sender);
    for (guint i = 0; i < outlet->socks; i++)
        close(outlet->sock[i]);
    g_free(outlet->sock);
    g_free(outlet->to);
    g_free(outlet->message);
    g_free(outlet->piece);
    g_free(outlet->bytes);
    g_free(outlet);
}

const struct sender_times *outlet_times(const struct outlet *outlet)
{
    return &outlet->times;
}
