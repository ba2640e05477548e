/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* TPACKET_V2 (Documentation/networking/packet_mmap.rst of Linux). */

#include "frame_ring.h"

#include "failure.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FRAME_BYTES = 2048 };

struct packet_ring {
    int sock;
    uint32_t frames;
    gsize bytes;
    uint8_t *map;
};

static struct tpacket2_hdr *header_of(const struct packet_ring *ring, uint64_t i)
{
    return (struct tpacket2_hdr *)(void *)(ring->map + (i & (ring->frames - 1)) * FRAME_BYTES);
}

/* What waits before a link counts against the socket: all of the ring may, or as much as those may have who are not root. The rest is
 * taken by later doorbells. */
static void make_room(const struct packet_ring *ring)
{
    const int room_bytes = (int)(2 * ring->bytes);
    if (setsockopt(ring->sock, SOL_SOCKET, SO_SNDBUFFORCE, &room_bytes, sizeof(room_bytes)) < 0)
        setsockopt(ring->sock, SOL_SOCKET, SO_SNDBUF, &room_bytes, sizeof(room_bytes));
}

static gboolean set_up(struct packet_ring *ring, int link_index, bool queued)
{
    enum { FRAMES_PER_BLOCK = 16 };
    const int version = TPACKET_V2, bypass = !queued;
    const struct tpacket_req request = {.tp_block_size = FRAMES_PER_BLOCK * FRAME_BYTES,
                                        .tp_block_nr = ring->frames / FRAMES_PER_BLOCK,
                                        .tp_frame_size = FRAME_BYTES,
                                        .tp_frame_nr = ring->frames};
    const struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_ifindex = link_index};
    if (setsockopt(ring->sock, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) < 0 ||
        setsockopt(ring->sock, SOL_PACKET, PACKET_QDISC_BYPASS, &bypass, sizeof(bypass)) < 0 ||
        setsockopt(ring->sock, SOL_PACKET, PACKET_TX_RING, &request, sizeof(request)) < 0 ||
        bind(ring->sock, (const struct sockaddr *)&address, sizeof(address)) < 0)
        return FALSE;
    if (queued)
        make_room(ring);
    void *map = mmap(NULL, ring->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, ring->sock, 0);
    if (map == MAP_FAILED)
        return FALSE;
    ring->map = map;
    return TRUE;
}

static void packet_close(void *which);

static void *packet_open(int link_index, uint32_t frames, bool queued, GError **error)
{
    struct packet_ring *ring = g_new0(struct packet_ring, 1);
    ring->frames = frames;
    ring->bytes = (gsize)frames * FRAME_BYTES;
    ring->sock = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0); /* protocol 0: it receives nothing */
    if (ring->sock >= 0 && set_up(ring, link_index, queued))
        return ring;
    failure(error, STATUS_INPUT, "no AF_PACKET transmit ring: %s", g_strerror(errno));
    packet_close(ring);
    return NULL;
}

static void packet_close(void *which)
{
    struct packet_ring *ring = which;
    if (!ring)
        return;
    if (ring->map)
        munmap(ring->map, ring->bytes);
    if (ring->sock >= 0)
        close(ring->sock);
    g_free(ring);
}

static uint8_t *packet_write(void *ring, uint64_t i)
{
    /* TPACKET2_HDRLEN without the address that it ends with: a sender gives none */
    enum {
        DATA_AT =
            (sizeof(struct tpacket2_hdr) + TPACKET_ALIGNMENT - 1) / TPACKET_ALIGNMENT * TPACKET_ALIGNMENT
    };
    return (uint8_t *)header_of(ring, i) + DATA_AT;
}

static void packet_ready(void *ring, uint64_t i, uint32_t bytes)
{
    struct tpacket2_hdr *header = header_of(ring, i);
    header->tp_len = bytes;
    __atomic_store_n(&header->tp_status, TP_STATUS_SEND_REQUEST, __ATOMIC_RELEASE);
}

static gboolean packet_doorbell(void *which, GError **error)
{
    const struct packet_ring *ring = which;
    enum { TRIES = 1000, PAUSE_US = 100 }; /* a queue that is full is soon read */
    for (int i = 0; i < TRIES; i++) {
        if (send(ring->sock, NULL, 0, MSG_DONTWAIT) >= 0)
            return TRUE;
        if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS)
            break;
        g_usleep(PAUSE_US);
    }
    return failure(error, STATUS_FAILED, "transmit ring: %s", g_strerror(errno));
}

static gboolean packet_sent(void *ring, uint64_t i)
{
    return __atomic_load_n(&header_of(ring, i)->tp_status, __ATOMIC_ACQUIRE) == TP_STATUS_AVAILABLE;
}

const struct frame_ring_row frame_ring_packet = {
    .name = "AF_PACKET transmit ring",
    .open = packet_open,
    .close = packet_close,
    .write = packet_write,
    .ready = packet_ready,
    .doorbell = packet_doorbell,
    .sent = packet_sent,
};
