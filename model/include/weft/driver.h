/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_H
#define WEFT_DRIVER_H

/* The network driver: takes a write vector, translates, cuts packets, orders them, makes headers, fills the
 * ring. It never waits: a step does what it can at the instant it is told and says what it needs next. Usable
 * without the rest of the model: submit, step, take from the ring, complete. */

#include "weft/argument.h"
#include "weft/base.h"
#include "weft/cost.h"
#include "weft/format.h"
#include "weft/memory.h"
#include "weft/memory_system.h"
#include "weft/ring.h"
#include "weft/traffic.h"
#include "weft/wire.h"

#include <string.h>

WEFT_BEGIN_DECLS

/* Why an entry was refused. A refused entry sends nothing and harms no other. */
enum weft_entry_status {
    WEFT_ENTRY_OK,
    WEFT_ENTRY_EMPTY,
    WEFT_ENTRY_NO_DESTINATION,
    WEFT_ENTRY_OUT_OF_RANGE,
    WEFT_ENTRY_UNMAPPED,
    WEFT_ENTRY_STATUSES
};
struct weft_entry_status_row {
    const char *name, *help;
};
extern const struct weft_entry_status_row weft_entry_statuses[WEFT_ENTRY_STATUSES]; /* by status */

/* Addresses of an application end here (the lower half of a 48-bit address space), and an entry's bytes with them. */
#define WEFT_ADDRESS_END (UINT64_C(1) << 47)

/* One destination in a write call. */
struct weft_entry {
    uint32_t stream;       /* the destination: a connected stream */
    uint32_t first_number; /* number in its stream of the first packet cut from this entry */
    uint64_t address;      /* virtual address of the data in the application */
    uint64_t bytes;
    uint32_t packets;              /* out: packets that the driver cuts from it */
    enum weft_entry_status status; /* out */
};

/* Cutting policy: how an entry of bytes becomes packets. (What a payload format has cut into units becomes its packets.) */
struct weft_cut {
    const char *name, *help;
    uint32_t (*packets)(uint64_t bytes, uint32_t payload_bytes);
    uint32_t (*next)(uint64_t bytes_left,
                     uint32_t payload_bytes); /* payload of the next packet, 1 .. payload_bytes */
    /* The same of packet k of an entry, without those before it. */
    uint32_t (*payload)(uint64_t bytes, uint32_t payload_bytes, uint32_t k);
    bool full_first; /* packets are full as long as a full payload is left: the driver need not ask */
};
extern const struct weft_cut weft_cut_plain; /* full packets, the rest in the last one */

/* Sizes of an entry's packets on the link: wire bytes, the gap between frames among them, so sizes are times. */
struct weft_order_sizes {
    uint64_t bytes;        /* of all together, below 2^49 */
    uint32_t packet_bytes; /* of each; 0: they differ */
};

/* What an order is told of a write call, and what it may ask. The same for `begin` and every `emit` of the call. The three
 * functions are pure while the call lasts and never NULL; they may be asked about entries that have packets. */
struct weft_order_call {
    const struct weft_entry *vector; /* `packets` of each: 0 for a refused one; below 2^32 in all */
    size_t entries;                  /* below 2^32 */
    uint64_t argument;               /* within the row's range; 0: none was given */
    uint64_t seed, number;           /* of the run; of the call among those of its socket, from 0 */
    uint32_t draws;                  /* the socket's own among all sockets of the run */
    const void *ctx;
    struct weft_order_sizes (*sizes)(const void *ctx, uint32_t entry);
    uint32_t (*packet_bytes)(const void *ctx, uint32_t entry,
                             uint32_t k); /* of packet k of the entry, from 0 */
    /* Until when the device needs it (weft_clock_deadline()); WEFT_NEVER for a destination without a clock. Does not
     * decrease within an entry. */
    weft_ps (*deadline_ps)(const void *ctx, uint32_t entry, uint32_t k);
};
/* Random number k of the call: a function of seed, socket and call number. Pure. */
uint64_t weft_order_draw(const struct weft_order_call *call, uint32_t k);

/* A stretch of an order's packets: one of each of several turns, or several of one. */
struct weft_stretch {
    uint32_t turn, turns; /* `turns` turns from `turn` on give ... */
    uint32_t packet;      /* ... packet `packet` of their entries, counted from 0, each ... */
    uint32_t packets;     /* ... or, if `turns` is 1, so many packets from that one on */
};

/* Order policy: which entry gives the next packet. `state` is state_bytes(n) bytes of the caller's, free of
 * pointers; `begin` starts a call; `emit` writes the entries of the next packets, at most `max` (>= 1), and returns how
 * many: 0 when every packet of the call has been named. Packets of one entry go in their order. */
struct weft_order {
    const char *name, *help;
    struct weft_argument argument;
    /* Calls that differ by a shift of numbers and deadlines are named alike, whatever calls there were before: nothing is
     * drawn or counted across calls. Where this is not said, no period of a run is left out (weft/train.h). */
    bool regular;
    size_t (*state_bytes)(size_t entries);
    void (*begin)(void *state, const struct weft_order_call *call);
    size_t (*emit)(void *state, const struct weft_order_call *call, uint32_t *entry_index, size_t max);
    /* For speed only, both or NULL: the same order in stretches. `turns` is asked after `begin`: the entry of each turn, at most
     * as many as the call has, and returns how many; 0: it has to be asked packet by packet. `stretch` then stands for `emit`:
     * the next packets, 1 .. `max` of them, of a call that is not over. */
    size_t (*turns)(const void *state, uint32_t *entry_index);
    struct weft_stretch (*stretch)(void *state, uint32_t max);
};
extern const struct weft_order weft_order_sequential;
extern const struct weft_order weft_order_round_robin;
extern const struct weft_order weft_order_chunk;
extern const struct weft_order weft_order_drr;
extern const struct weft_order weft_order_swrr;
extern const struct weft_order weft_order_smooth;
extern const struct weft_order weft_order_deadline;
extern const struct weft_order weft_order_random;
extern const struct weft_order *const weft_orders[]; /* ends with NULL */

/* How the driver finds physical locations for a zero-copy write. `translate` looks up `pages` pages (>= 1) from the one that
 * begins at `address` on, writes where they lie into `physical` and returns how many it found: fewer where the next one is not
 * mapped. `space` and `region` are the application's; `references` counts page-table reads, of a walk for the whole range
 * where `range` says so. */
struct weft_translation {
    const char *name, *help;
    bool
        looks_up; /* the driver looks up each page of an entry; else the application has done so (claim 44) */
    bool walks;   /* ... in the application's page tables */
    bool pins;    /* pages are pinned for the call */
    uint64_t (*translate)(const struct weft_space *space, const struct weft_region *region, uint64_t address,
                          uint64_t pages, bool range, uint64_t *physical, uint64_t *references);
};
extern const struct weft_translation weft_translation_page_walk;
extern const struct weft_translation weft_translation_buffer;
extern const struct weft_translation weft_translation_application;
extern const struct weft_translation *const weft_translations[];

/* Where the data of an entry becomes packets. A `run` is a stretch of packets of one entry that follow each other in one
 * piece of work: with `nic_cuts` the driver hands over one run (at most WEFT_RUN_PACKETS packets and 65,535 bytes, as
 * UDP segmentation offload does) with one header block and one gather list, and the NIC makes its packets. */
enum { WEFT_RUN_PACKETS = 64, WEFT_RUN_BYTES = 65535 };
struct weft_segmentation {
    const char *name, *help;
    bool stack_walk_per_packet, stack_walk_per_entry;
    bool splits; /* software splits what walked the stack once into packets */
    bool nic_cuts;
    uint32_t max_doorbell_packets; /* a doorbell at least every so many packets */
};
extern const struct weft_segmentation weft_segmentation_stack, weft_segmentation_split,
    weft_segmentation_driver, weft_segmentation_nic;
extern const struct weft_segmentation *const weft_segmentations[];

/* What lies between the application and the NIC's driver: what is crossed, passed or looked up. A `message` is what walks the
 * protocol stack at once, or would: a packet where segmentation walks it packet by packet, else an entry. */
struct weft_interface {
    const char *name, *help;
    bool crosses_per_call; /* into the kernel and back for each write call */
    bool
        crosses_per_doorbell; /* ... for each doorbell: what makes the packets is in user space, the NIC's driver is not */
    bool looks_up_routes; /* each walk through the stack looks up its route */
    bool reads_headers;   /* a call takes several messages, each described in the application's memory */
    bool rings;           /* each message has an entry in a ring shared with the kernel, and a completion */
    bool walks_frames;    /* each packet, or run that the NIC cuts, passes the kernel's packet interface */
    bool notifies; /* the kernel queues a notification for each message sent from pages that it pinned */
};
extern const struct weft_interface weft_interface_socket, weft_interface_connected, weft_interface_messages,
    weft_interface_io_uring, weft_interface_packet_ring, weft_interface_xdp, weft_interface_user;
extern const struct weft_interface
    *const weft_interfaces[]; /* the first row is that of plain system calls; ends with NULL */

/* Headers with real bytes: Ethernet II, perhaps a VLAN tag, IPv4 or IPv6, UDP, perhaps RTP, and the prefix that a payload
 * format puts before the data. A stream's template holds all that does not change from packet to packet. */
enum {
    WEFT_HEADER_MAX_BYTES = WEFT_ETHERNET_HEADER_BYTES + WEFT_VLAN_TAG_BYTES + WEFT_IPV6_HEADER_BYTES +
                            WEFT_UDP_HEADER_BYTES + WEFT_RTP_HEADER_BYTES + WEFT_PREFIX_BYTES
};
struct weft_header_template {
    uint8_t length;                /* without the prefix; 0 on a network without headers */
    uint8_t layers;                /* that make a block each, or one for all */
    uint8_t ip_at, udp_at, rtp_at; /* rtp_at 0: no RTP */
    uint16_t sequence;             /* of packet 0 */
    uint32_t timestamp;            /* of packet 0 */
    uint32_t ipv4_sum;             /* of the IPv4 header's words that never change */
    uint32_t stamp_bytes; /* payload of the packets for which weft_header_stamp() will do; 0: of none */
    uint32_t stamp_sum;   /* of the IPv4 header's words that these have in common, at most 0xffff */
    uint8_t bytes[WEFT_HEADER_MAX_BYTES];
};
struct weft_header_spec {
    const struct weft_network *network;
    const struct weft_format *format; /* NULL: no RTP */
    uint64_t seed;                    /* of RTP's random first values */
    uint32_t server, device, stream;
    uint32_t payload_bytes; /* of a full packet; 0: none is like another */
};
/* The template of a stream from server to device; addresses are functions of the three indices (docs/model.md). */
void weft_header_template_init(struct weft_header_template *out, const struct weft_header_spec *spec);

/* What differs from packet to packet. */
struct weft_header_fields {
    uint32_t number;        /* of the packet in its stream */
    uint32_t payload_bytes; /* behind all headers, the prefix included */
    uint32_t timestamp;     /* RTP, after the stream's first */
    bool marker;
    uint8_t prefix_bytes;
    const uint8_t *prefix; /* may be NULL where prefix_bytes is 0 */
};

/* How header bytes come into being. `build` writes all headers and the prefix and returns their bytes; every row gives
 * the same bytes. The UDP checksum is left 0. */
struct weft_header {
    const char *name, *help;
    bool one_block; /* one header block a packet; else one a layer */
    bool stamps; /* the driver makes what it can with weft_header_stamp() and does not ask `build` for it */
    uint32_t (*build)(const struct weft_header_template *from, const struct weft_header_fields *fields,
                      uint8_t out[WEFT_HEADER_MAX_BYTES]);
};
/* The same bytes as `build`, of a packet with `stamp_bytes` of payload: all is the template's, but for the number. Writes
 * WEFT_STAMP_BYTES, of which the first `length` are the header. Inline: it is done for every packet. */
enum { WEFT_STAMP_BYTES = 64 };
static inline void weft_header_stamp(const struct weft_header_template *from, uint32_t number,
                                     uint8_t out[WEFT_STAMP_BYTES])
{
    uint8_t *ip = out + from->ip_at;
    uint32_t sum = from->stamp_sum;
    memcpy(out, from->bytes, WEFT_STAMP_BYTES);
    if (sum == 0) /* IPv6 has neither identification nor checksum */
        return;
    sum += number & 0xffff;
    sum = ~((sum & 0xffff) + (sum >> 16));
    ip[4] = (uint8_t)(number >> 8);
    ip[5] = (uint8_t)number;
    ip[10] = (uint8_t)(sum >> 8);
    ip[11] = (uint8_t)sum;
}
extern const struct weft_header weft_header_per_layer;
extern const struct weft_header weft_header_single;
extern const struct weft_header *const weft_headers[];

/* Internet checksum (RFC 1071) of `bytes` bytes, as stored in a header. */
uint16_t weft_internet_checksum(const uint8_t *data, size_t bytes);

/* A descriptor: header block and the fragments of payload it gathers. 65,535 bytes touch at most 17 4 KiB
 * pages. */
enum { WEFT_DESC_FRAGMENTS = 17 };
struct weft_desc {
    uint32_t header_bytes, fragments;
    /* Where IP and UDP begin, if the NIC is to write the UDP checksum; udp_at 0: it is not. */
    uint8_t ip_at, udp_at;
    uint8_t header[WEFT_HEADER_MAX_BYTES];
    struct weft_fragment fragment[WEFT_DESC_FRAGMENTS];
};
/* The descriptor of the packet at a place of the ring; NULL: the ring carries sizes only. */
static inline const struct weft_desc *weft_ring_desc(const struct weft_ring *ring, uint32_t place)
{
    assert(place < ring->slots);
    return ring->desc ? &ring->desc[place] : NULL;
}

/* The packet as the NIC sends it: header, then payload gathered from `memory`, the UDP checksum filled in where the
 * descriptor asks for it. Returns its bytes, at most `room` (asserted). */
uint32_t weft_desc_gather(const struct weft_desc *desc, const struct weft_memory *memory, uint8_t *out,
                          uint32_t room);

/* UDP checksum (RFC 768, RFC 8200) of the `udp_bytes` of UDP header and payload at `udp`, over the pseudo header of the
 * IPv4 or IPv6 header at `ip`; the checksum field itself takes no part. 0xffff where the sum is 0. */
uint16_t weft_udp_checksum(const uint8_t *ip, const uint8_t *udp, uint32_t udp_bytes);

/* What the driver of one socket is set up with. */
struct weft_stream_route {  /* what the driver keeps of a connected destination */
    uint32_t payload_bytes; /* of a full packet, prefix and data; 0: not connected to this server */
    uint32_t header_bytes;  /* between the network's headers and the payload: RTP's */
    const struct weft_packets
        *packets; /* as the stream's format cuts; NULL: cut bytes. The first packet follows the
                                           last one again. */
    const struct weft_clock
        *clock;         /* for RTP timestamps and deadlines; may be NULL where no bytes are carried */
    weft_ps startup_ps; /* of the device: for deadlines */
    struct weft_header_template header;
};
struct weft_driver_params {
    uint32_t socket; /* a number of its own among those that share the ring */
    const struct weft_network *network;
    const struct weft_cut *cut;
    const struct weft_order *order;
    uint64_t order_argument; /* one that weft_argument_allows() */
    uint64_t seed;
    uint32_t draws; /* entity of this socket's draws: no other socket of the run has it */
    bool copies;
    const struct weft_translation *translation;
    const struct weft_segmentation *segmentation;
    const struct weft_header *header;
    const struct weft_interface *interface; /* NULL: the first row, socket */
    bool checksum_in_software;
    bool polls; /* looks at the NIC's ring for what is complete at each piece: nothing interrupts */
    uint32_t doorbell_packets;
    const struct weft_profile *profile;
    uint64_t page_bytes;
    bool walks_ranges; /* as struct weft_memory_system has it */
    /* Of the core that the application runs on, in whose address space `socket` it copies; NULL: no page is ever missed. */
    struct weft_mmu *mmu;
    uint32_t streams; /* that routes[] is of: an entry of any other has no destination */
    const struct weft_stream_route *routes;
    /* Whose routes these are: routes[i] is of stream own[i]. Ascending, each once (asserted), for the driver's life; NULL:
     * routes[i] is of stream i. */
    const uint32_t *own;
};

enum weft_need {
    WEFT_DONE, /* the call is over */
    WEFT_CORE, /* run `mcycles` on a core, then step again: the step's packets go to the NIC then */
    WEFT_RING, /* the ring is full: step again when at most `slots` of its slots are in flight */
    WEFT_TIME, /* the next slice is not due: step again at `at_ps` */
};
struct weft_step {
    enum weft_need need;
    uint64_t mcycles;
    uint32_t slots;
    weft_ps at_ps;
};

/* The driver's end of one socket. Borrows ring, space and region for its life. `space` may be NULL when the ring carries
 * no bytes: then addresses only say which pages are touched, and all of them count as mapped. `region` is only asked
 * where the translation does not walk. The caller frees. */
struct weft_driver;
struct weft_driver *weft_driver_new(const struct weft_driver_params *params, struct weft_ring *ring,
                                    struct weft_space *space, const struct weft_region *region);
void weft_driver_free(struct weft_driver *driver);

enum { WEFT_SLICES_MOST = 1000000 };

/* A write call. The vector is the caller's until the call is over; packets and status of each entry are written. */
struct weft_call {
    struct weft_entry *vector;
    uint32_t
        entries;  /* >= 1; entries from where on they have 2^32 packets or more are refused as out of range */
    bool counted; /* inside the measured window */
    bool cold;    /* no cache holds the data of the entries */
    const struct weft_ledger
        *extra; /* what led to the call (a wake-up, say): priced with its first piece; may be NULL */
    /* Spread over a time, when span_ps > 0: this call's packets are first_packet, first_packet + 1, ... of `of_packets`.
     * Launch times, when slices is 0: packet j goes out at from_ps + j * span_ps / of_packets at the earliest. Else packet
     * j lies in slice s = floor(j * slices / of_packets), which is rung at from_ps + s * span_ps / slices at the earliest. */
    weft_ps from_ps, span_ps;
    uint64_t first_packet, of_packets;
    uint32_t slices; /* 0 .. WEFT_SLICES_MOST */
};
/* Begin it; the one before must be over (asserted). */
void weft_driver_submit(struct weft_driver *driver, const struct weft_call *call);
/* Go on with the call at `now_ps`. Rings the doorbell for what the previous WEFT_CORE step prepared. Adds what it did to
 * `*ledger`. A refill is counted by the step after WEFT_RING, a slice's timer by the step after WEFT_TIME. */
struct weft_step weft_driver_step(struct weft_driver *driver, weft_ps now_ps, struct weft_ledger *ledger);

WEFT_END_DECLS

#endif
