/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AF_XDP (Documentation/networking/af_xdp.rst of Linux), transmission only: no program, no library. Frames lie in the socket's memory
 * (UMEM), the numbers of those that are ready in its transmit ring; the kernel copies them and gives the numbers back, in their order
 * as it sends, in its completion ring. */

#include "frame_ring.h"

#include "failure.h"

#include <errno.h>
#include <linux/if_xdp.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FRAME_BYTES = 2048, FILL_ENTRIES = 16 /* nothing is received, but without it there is no socket */ };

/* A ring of numbers that one side makes and the other takes; both count on beyond its size. */
struct numbers {
    void *map;
    gsize bytes;
    uint32_t *producer, *consumer;
};

struct xdp_ring {
    int sock;
    uint32_t frames;
    gsize bytes;
    uint8_t *frame;
    struct numbers tx, done;
    struct xdp_desc *desc; /* of tx */
    uint32_t made;         /* frames that are ready, told to the kernel at the next doorbell */
    uint64_t taken;        /* frames that were sent */
};

static bool map_numbers(const struct xdp_ring *ring, struct numbers *numbers,
                        const struct xdp_ring_offset *at, gsize entry_bytes, uint64_t page)
{
    numbers->bytes = at->desc + ring->frames * entry_bytes;
    void *map = mmap(NULL, numbers->bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->sock,
                     (off_t)page);
    if (map == MAP_FAILED)
        return false;
    numbers->map = map;
    numbers->producer = (uint32_t *)(void *)((uint8_t *)map + at->producer);
    numbers->consumer = (uint32_t *)(void *)((uint8_t *)map + at->consumer);
    return true;
}

static bool map_frames(struct xdp_ring *ring)
{
    void *map = mmap(NULL, ring->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED)
        return false;
    ring->frame = map;
    return true;
}

static bool set(int sock, int option, const void *value, size_t bytes)
{
    return setsockopt(sock, SOL_XDP, option, value, (socklen_t)bytes) == 0;
}

/* So many frames a system call as there may be; a kernel that does not know it takes 32. */
static void raise_budget(const struct xdp_ring *ring)
{
    enum { MAX_TX_SKB_BUDGET = 9 }; /* XDP_MAX_TX_SKB_BUDGET of newer headers */
    (void)set(ring->sock, MAX_TX_SKB_BUDGET, &ring->frames, sizeof(ring->frames));
}

/* To the first queue of the link that no other socket has. */
static bool bind_queue(const struct xdp_ring *ring, int link_index)
{
    enum { QUEUES_MOST = 64 };
    struct sockaddr_xdp address = {
        .sxdp_family = AF_XDP, .sxdp_flags = XDP_COPY, .sxdp_ifindex = (uint32_t)link_index};
    for (; address.sxdp_queue_id < QUEUES_MOST; address.sxdp_queue_id++) {
        if (bind(ring->sock, (const struct sockaddr *)&address, sizeof(address)) == 0)
            return true;
        if (errno != EBUSY)
            return false;
    }
    return false;
}

static bool set_up(struct xdp_ring *ring, int link_index)
{
    const int fill_entries = FILL_ENTRIES;
    struct xdp_mmap_offsets at;
    socklen_t at_bytes = sizeof(at);
    if (!map_frames(ring))
        return false;
    const struct xdp_umem_reg memory = {
        .addr = (uintptr_t)ring->frame, .len = ring->bytes, .chunk_size = FRAME_BYTES};
    if (!set(ring->sock, XDP_UMEM_REG, &memory, sizeof(memory)) ||
        !set(ring->sock, XDP_UMEM_FILL_RING, &fill_entries, sizeof(fill_entries)) ||
        !set(ring->sock, XDP_UMEM_COMPLETION_RING, &ring->frames, sizeof(ring->frames)) ||
        !set(ring->sock, XDP_TX_RING, &ring->frames, sizeof(ring->frames)) ||
        getsockopt(ring->sock, SOL_XDP, XDP_MMAP_OFFSETS, &at, &at_bytes) < 0 ||
        !map_numbers(ring, &ring->tx, &at.tx, sizeof(struct xdp_desc), XDP_PGOFF_TX_RING) ||
        !map_numbers(ring, &ring->done, &at.cr, sizeof(uint64_t), XDP_UMEM_PGOFF_COMPLETION_RING))
        return false;
    ring->desc = (struct xdp_desc *)(void *)((uint8_t *)ring->tx.map + at.tx.desc);
    raise_budget(ring);
    return bind_queue(ring, link_index);
}

static void xdp_close(void *which)
{
    struct xdp_ring *ring = which;
    if (!ring)
        return;
    if (ring->tx.map)
        munmap(ring->tx.map, ring->tx.bytes);
    if (ring->done.map)
        munmap(ring->done.map, ring->done.bytes);
    if (ring->sock >= 0)
        close(ring->sock);
    if (ring->frame)
        munmap(ring->frame, ring->bytes);
    g_free(ring);
}

static void *xdp_open(int link_index, uint32_t frames, bool queued, GError **error)
{
    (void)queued; /* always past it */
    struct xdp_ring *ring = g_new0(struct xdp_ring, 1);
    ring->frames = frames;
    ring->bytes = (gsize)frames * FRAME_BYTES;
    ring->sock = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (ring->sock >= 0 && set_up(ring, link_index))
        return ring;
    failure(error, STATUS_INPUT, "no AF_XDP ring: %s", g_strerror(errno));
    xdp_close(ring);
    return NULL;
}

static uint8_t *xdp_write(void *which, uint64_t i)
{
    const struct xdp_ring *ring = which;
    return ring->frame + (i & (ring->frames - 1)) * FRAME_BYTES;
}

static void xdp_ready(void *which, uint64_t i, uint32_t bytes)
{
    struct xdp_ring *ring = which;
    const uint64_t slot = i & (ring->frames - 1);
    ring->desc[slot] = (struct xdp_desc){.addr = slot * FRAME_BYTES, .len = bytes};
    ring->made++;
}

static gboolean xdp_doorbell(void *which, GError **error)
{
    enum { TRIES = 1000, PAUSE_US = 100, CALLS_MOST = 1 << 20 };
    struct xdp_ring *ring = which;
    __atomic_store_n(ring->tx.producer, ring->made, __ATOMIC_RELEASE);
    for (int calls = 0, tries = 0; calls < CALLS_MOST && tries < TRIES; calls++) {
        uint32_t before = __atomic_load_n(ring->tx.consumer, __ATOMIC_ACQUIRE);
        ssize_t sent = sendto(ring->sock, NULL, 0, MSG_DONTWAIT, NULL, 0);
        if (sent < 0 && errno != EAGAIN && errno != EBUSY && errno != ENOBUFS && errno != EINTR)
            return failure(error, STATUS_FAILED, "AF_XDP ring: %s", g_strerror(errno));
        uint32_t after = __atomic_load_n(ring->tx.consumer, __ATOMIC_ACQUIRE);
        if (after == ring->made)
            return TRUE;
        if (after != before)
            continue; /* it took what it takes at once */
        tries++;
        g_usleep(PAUSE_US);
    }
    return failure(error, STATUS_FAILED, "AF_XDP ring: the kernel takes no frame");
}

static gboolean xdp_sent(void *which, uint64_t i)
{
    struct xdp_ring *ring = which;
    if (ring->taken <= i) {
        uint32_t produced = __atomic_load_n(ring->done.producer, __ATOMIC_ACQUIRE);
        ring->taken += (uint32_t)(produced - (uint32_t)ring->taken);
        __atomic_store_n(ring->done.consumer, produced, __ATOMIC_RELEASE);
    }
    return ring->taken > i;
}

const struct frame_ring_row frame_ring_xdp = {
    .name = "AF_XDP ring",
    .open = xdp_open,
    .close = xdp_close,
    .write = xdp_write,
    .ready = xdp_ready,
    .doorbell = xdp_doorbell,
    .sent = xdp_sent,
};
