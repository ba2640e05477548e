/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* TPACKET_V2 for reception (Documentation/networking/packet_mmap.rst of Linux). */

#include "switch_tap.h"

#include "failure.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* Room for the kernel's header and the frame's first 42 bytes, Ethernet, IPv4 and UDP: more is cut off. */
enum {
    FRAME_BYTES = 128,
    BLOCK_BYTES = 64 << 10,
    HEADERS_BYTES = 42,
    ADDRESS_AT =
        (sizeof(struct tpacket2_hdr) + TPACKET_ALIGNMENT - 1) / TPACKET_ALIGNMENT * TPACKET_ALIGNMENT,
};

struct switch_tap {
    int sock;
    uint32_t frames, next;
    gsize bytes;
    uint8_t *map;
};

static gboolean set_up(struct switch_tap *tap)
{
    const int version = TPACKET_V2;
    const struct tpacket_req request = {.tp_block_size = BLOCK_BYTES,
                                        .tp_block_nr = tap->frames / (BLOCK_BYTES / FRAME_BYTES),
                                        .tp_frame_size = FRAME_BYTES,
                                        .tp_frame_nr = tap->frames};
    const struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
    if (setsockopt(tap->sock, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) < 0 ||
        setsockopt(tap->sock, SOL_PACKET, PACKET_RX_RING, &request, sizeof(request)) < 0)
        return FALSE;
    void *map = mmap(NULL, tap->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, tap->sock, 0);
    if (map == MAP_FAILED)
        return FALSE;
    tap->map = map;
    return bind(tap->sock, (const struct sockaddr *)&address, sizeof(address)) == 0;
}

struct switch_tap *switch_tap_new(uint32_t frames, GError **error)
{
    enum { PER_BLOCK = BLOCK_BYTES / FRAME_BYTES };
    struct switch_tap *tap = g_new0(struct switch_tap, 1);
    tap->frames = (frames + PER_BLOCK - 1) / PER_BLOCK * PER_BLOCK;
    tap->bytes = (gsize)tap->frames * FRAME_BYTES;
    tap->sock = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0); /* until it is bound it hears nothing */
    if (tap->sock >= 0 && set_up(tap))
        return tap;
    failure(error, STATUS_INPUT, "switch lab: no AF_PACKET receive ring: %s", g_strerror(errno));
    switch_tap_free(tap);
    return NULL;
}

void switch_tap_free(struct switch_tap *tap)
{
    if (!tap)
        return;
    if (tap->map)
        munmap(tap->map, tap->bytes);
    if (tap->sock >= 0)
        close(tap->sock);
    g_free(tap);
}

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static struct switch_event read_frame(const struct tpacket2_hdr *header)
{
    const uint8_t *frame = (const uint8_t *)header + header->tp_mac, *ip = frame + ETH_HLEN;
    const struct sockaddr_ll *from =
        (const struct sockaddr_ll *)(const void *)((const uint8_t *)header + ADDRESS_AT);
    struct switch_event event = {.at_ns = (uint64_t)header->tp_sec * G_GUINT64_CONSTANT(1000000000) +
                                          header->tp_nsec,
                                 .link_index = from->sll_ifindex,
                                 .goes = from->sll_pkttype == PACKET_OUTGOING,
                                 .device = SWITCH_NOT_OURS};
    /* weft's device i has the address 02:80 and i + 1 in four bytes (docs/model.md) */
    if (header->tp_snaplen >= HEADERS_BYTES && frame[0] == 2 && frame[1] == 128 && frame[12] == 8 &&
        frame[13] == 0) {
        event.device = get32(frame + 2) - 1;
        event.number = (uint32_t)ip[4] << 8 | ip[5];
    }
    return event;
}

GArray *switch_tap_take(struct switch_tap *tap, GError **error)
{
    GArray *events = g_array_new(FALSE, FALSE, sizeof(struct switch_event));
    struct tpacket_stats lost = {0};
    socklen_t length = sizeof(lost);
    struct switch_event event;
    for (;;) {
        struct tpacket2_hdr *header =
            (struct tpacket2_hdr *)(void *)(tap->map + (gsize)tap->next * FRAME_BYTES);
        if (!(__atomic_load_n(&header->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER))
            break;
        event = read_frame(header);
        g_array_append_val(events, event);
        __atomic_store_n(&header->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
        tap->next = tap->next + 1 < tap->frames ? tap->next + 1 : 0;
    }
    if (getsockopt(tap->sock, SOL_PACKET, PACKET_STATISTICS, &lost, &length) == 0 && lost.tp_drops == 0)
        return events;
    g_array_unref(events);
    failure(error, STATUS_FAILED, "switch lab: the tap lost %u frames", lost.tp_drops);
    return NULL;
}
