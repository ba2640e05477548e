/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sender and receiver take turns: the receiver says that it is there, the sender links the two and sends a call, the receiver says that
 * it has got all of it. So no frame of the sender's ring is written again while the receiver might still read it. */

#include "delivery.h"

#include "failure.h"
#include "namespace.h"
#include "receiver.h"
#include "sender.h"
#include "worker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define SENDER_LINK   "weft-tx"
#define RECEIVER_LINK "weft-rx"
enum { PATIENCE_MS = 10000 };

const char *const delivery_flaws[FLAWS] = {"none", "order", "byte", "loss"};

struct ends {
    struct delivery *delivery;
    int sender, receiver; /* of a socket pair */
};

static gboolean tell(int end, GError **error)
{
    return send(end, "", 1, MSG_NOSIGNAL) == 1 ||
           failure(error, STATUS_FAILED, "the other end is gone: %s", g_strerror(errno));
}

static gboolean wait_for(int end, const char *what, GError **error)
{
    struct pollfd poll_end = {.fd = end, .events = POLLIN};
    char byte;
    int ready = poll(&poll_end, 1, PATIENCE_MS);
    return (ready == 1 && recv(end, &byte, 1, 0) == 1) || failure(error, STATUS_FAILED, "%s", what);
}

/* --- receiver --- */

static int packet_socket(int link_index, GError **error)
{
    const int room_bytes = 128 << 20;
    int sock = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    const struct sockaddr_ll address = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_ifindex = link_index};
    if (sock >= 0 && setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &room_bytes, sizeof(room_bytes)) == 0 &&
        bind(sock, (const struct sockaddr *)&address, sizeof(address)) == 0)
        return sock;
    failure(error, STATUS_INPUT, "no packet socket: %s", g_strerror(errno));
    return -1;
}

static gboolean take_call(int sock, struct arrivals *arrivals, uint32_t call, GError **error)
{
    uint8_t frame[2048];
    for (arrivals_begin(arrivals, call); !arrivals_complete(arrivals);) {
        struct pollfd poll_sock = {.fd = sock, .events = POLLIN};
        if (poll(&poll_sock, 1, PATIENCE_MS / 2) <= 0)
            return failure(error, STATUS_FAILED,
                           "call %u is not complete after %" G_GUINT64_FORMAT " frames in all", call,
                           arrivals_packets(arrivals));
        ssize_t bytes = recv(sock, frame, sizeof(frame), 0);
        if (bytes < 0)
            return failure(error, STATUS_FAILED, "receiver: %s", g_strerror(errno));
        if (!arrivals_take(arrivals, frame, (uint32_t)bytes, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean take_all(const struct ends *ends, int sock, GError **error)
{
    struct delivery *delivery = ends->delivery;
    struct arrivals *arrivals = arrivals_new(&delivery->plan);
    gboolean good = TRUE;
    for (uint32_t call = 0; good && call < delivery->plan.calls; call++)
        good = take_call(sock, arrivals, call, error) && tell(ends->receiver, error);
    delivery->packets = arrivals_packets(arrivals);
    delivery->bytes = arrivals_bytes(arrivals);
    arrivals_free(arrivals);
    return good;
}

static gboolean receive(void *job, GError **error)
{
    const struct ends *ends = job;
    int link_index, sock;
    close(ends->sender);
    if (!namespace_enter(error) || !tell(ends->receiver, error) ||
        !wait_for(ends->receiver, "the sender makes no link", error) ||
        !namespace_up(RECEIVER_LINK, NULL, &link_index, error) ||
        (sock = packet_socket(link_index, error)) < 0)
        return FALSE;
    return tell(ends->receiver, error) && take_all(ends, sock, error);
}

/* --- sender --- */

/* An application's memory has a room for each stream. */
struct rooms {
    struct sender_memory *memory;
    uint64_t *from, *bytes; /* of each stream's data in a call: where they begin, how many they are */
    uint64_t *offset;       /* of them in all that the stream sends */
};

static void rooms_init(struct rooms *rooms, const struct delivery_plan *plan)
{
    const uint64_t page = WEFT_PAGE_4K,
                   room_bytes =
                       ((uint64_t)plan->most_packets * SENDER_PAYLOAD_BYTES + page - 1) / page * page;
    rooms->memory = sender_memory_new(room_bytes * plan->streams, NULL);
    rooms->from = g_new0(uint64_t, plan->streams);
    rooms->bytes = g_new0(uint64_t, plan->streams);
    rooms->offset = g_new0(uint64_t, plan->streams);
    for (uint32_t stream = 0; stream < plan->streams; stream++)
        rooms->from[stream] = stream * room_bytes;
}

static void rooms_clear(struct rooms *rooms)
{
    sender_memory_free(rooms->memory);
    g_free(rooms->from);
    g_free(rooms->bytes);
    g_free(rooms->offset);
}

/* The data of a call, of all streams. */
static void fill(struct rooms *rooms, const struct delivery *delivery, uint32_t call)
{
    const struct delivery_plan *plan = &delivery->plan;
    uint8_t *data = g_malloc((gsize)plan->most_packets * SENDER_PAYLOAD_BYTES);
    for (uint32_t stream = 0; stream < plan->streams; stream++) {
        uint64_t bytes = plan_bytes(plan, call, stream);
        plan_data(stream, rooms->offset[stream], data, bytes);
        if (delivery->flaw == FLAW_BYTE && call + 1 == plan->calls && stream == 0)
            data[bytes - 1] ^= 1;
        sender_memory_fill(rooms->memory, rooms->from[stream], data, bytes);
        rooms->offset[stream] += bytes;
        rooms->bytes[stream] = bytes;
        if (delivery->flaw == FLAW_LOSS && call + 1 == plan->calls && stream == 0)
            rooms->bytes[stream] = 0;
    }
    g_free(data);
}

static gboolean send_all(const struct delivery *delivery, int end, struct rooms *rooms, struct sender *sender,
                         GError **error)
{
    struct sender_times times = {0};
    for (uint32_t call = 0; call < delivery->plan.calls; call++) {
        fill(rooms, delivery, call);
        if (!sender_write(sender, rooms->from, rooms->bytes, &times, error) ||
            !wait_for(end, "the receiver does not say that it has got everything", error))
            return FALSE;
    }
    return TRUE;
}

static gboolean send_to(const struct delivery *delivery, int end, int link_index, GError **error)
{
    enum { RING_FRAMES = 4096 }; /* more than a call has packets */
    const struct sender_params params = {.streams = delivery->plan.streams,
                                         .payload_bytes = SENDER_PAYLOAD_BYTES,
                                         .order = delivery->flaw == FLAW_ORDER ? &weft_order_sequential
                                                                               : &weft_order_round_robin,
                                         .ring = &frame_ring_packet,
                                         .ring_frames = RING_FRAMES,
                                         .doorbell_packets = SENDER_DOORBELL_PACKETS,
                                         .checksums = true};
    struct rooms rooms;
    rooms_init(&rooms, &delivery->plan);
    struct sender *sender = sender_new(&params, rooms.memory, link_index, error);
    gboolean good = sender && send_all(delivery, end, &rooms, sender, error);
    sender_free(sender);
    rooms_clear(&rooms);
    return good;
}

static gboolean make_link_and_send(const struct delivery *delivery, int end, pid_t receiver, GError **error)
{
    int link_index;
    if (!wait_for(end, "the receiver does not come up", error) ||
        !namespace_add_pair(SENDER_LINK, receiver, RECEIVER_LINK, error) ||
        !namespace_up(SENDER_LINK, NULL, &link_index, error) || !tell(end, error) ||
        !wait_for(end, "the receiver has no link", error))
        return FALSE;
    return send_to(delivery, end, link_index, error);
}

gboolean delivery_run(void *job, GError **error)
{
    struct ends ends = {.delivery = job};
    int pair[2];
    struct worker receiver;
    if (!namespace_enter(error))
        return FALSE;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return failure(error, STATUS_FAILED, "no socket pair: %s", g_strerror(errno));
    ends.sender = pair[0];
    ends.receiver = pair[1];
    if (!worker_start(&receiver, receive, &ends, error))
        return FALSE;
    close(ends.receiver);
    GError *own = NULL, *other = NULL;
    gboolean sent = make_link_and_send(ends.delivery, ends.sender, receiver.pid, &own);
    close(ends.sender);
    gboolean received = worker_wait(&receiver, &other);
    /* what the machine refuses matters most; else the receiver knows better what is wrong */
    gboolean own_first = received || (own && own->code == STATUS_INPUT);
    if (!sent && own_first)
        g_propagate_error(error, g_steal_pointer(&own));
    else if (!received)
        g_propagate_error(error, g_steal_pointer(&other));
    g_clear_error(&own);
    g_clear_error(&other);
    return sent && received;
}
