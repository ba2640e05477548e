/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_HOST_SERVER_H
#define WEFT_HOST_SERVER_H

/* The stations of one server, and what they tell each other. */

#include "weft/host.h"
#include "weft/subset.h"
#include "weft/tournament.h"

/* A core: one piece of work at a time, the rest waits first come, first served. Interrupts that came one
 * right after the other wait as one run, so at most 2 * applications + 1 runs wait. */
struct weft_run {
    uint32_t application; /* WEFT_NO_APPLICATION: interrupts */
    uint32_t interrupts;
};
struct weft_core {
    bool busy;
    weft_ps busy_ps; /* inside [warmup, duration) */
    struct weft_work work;
    uint32_t last_application; /* whose call began here last: another one costs a context switch */
    struct weft_mmu *mmu;      /* NULL: nobody touches pages here, or none is ever missed */
    uint32_t first, count, room;
    struct weft_run *run;
};

void weft_core_init(struct weft_core *core, uint32_t applications);
void weft_core_clear(struct weft_core *core);
void weft_core_queue(struct weft_core *core, uint32_t application);
void weft_core_queue_interrupt(struct weft_core *core);
/* The run that waited longest; false if none waits. */
bool weft_core_next(struct weft_core *core, struct weft_run *out);
/* Run `mcycles` from `now_ps`: ends at the next whole picosecond. */
void weft_core_begin(struct weft_core *core, uint32_t application, uint64_t mcycles, uint64_t cpu_hz,
                     weft_ps now_ps);

/* An interrupt that completions have asked for. */
struct weft_notice {
    weft_ps at_ps, allowed_ps; /* allowed: as moderation has it, not earlier */
    uint64_t completions;      /* that it reports */
    bool counted;              /* the last of them is inside the measured window */
};

/* A call with packets that have not been sent, or that is not all rung yet. */
enum { WEFT_NO_CALL = UINT32_MAX };
struct weft_open_call {
    uint32_t unsent;
    bool all_rung;
};

/* The queues of a NIC that takes a packet from each destination in turn: a list of places per stream, and the streams
 * that have packets, in the order of their turns. */
struct weft_fair {
    struct weft_subset streams;   /* that the server has; a queue each */
    uint32_t *head, *tail, *next; /* head and tail by queue, next by place */
    uint32_t *turn, first, count; /* a ring of queues */
    uint64_t queued;              /* packets */
    weft_ps rung_ps;              /* the last doorbell */
    /* The packets of a call may go in any order: its interrupt comes when the last of them has gone. */
    uint32_t *call_of_place;
    uint32_t *call_of_socket; /* the call whose packets a socket rings now; WEFT_NO_CALL: none */
    struct weft_open_call *call;
    uint32_t *free_call, free_calls;
};

/* The NIC: sends what the doorbell has told it of as fast as the link goes. With one queue every instant is known when
 * the doorbell rings; with a queue per destination, when a packet's turn comes. */
struct weft_nic {
    struct weft_ring *ring;
    struct weft_pipe link; /* in bits */
    bool shapes;
    struct weft_pipe shaper; /* likewise: a packet goes out when its predecessor is through here */
    uint32_t mask, gap_bytes;
    uint64_t rung;             /* of the ring's packets, known here */
    uint64_t scheduled, taken; /* packets in wire order: with instants; handed to the network */
    weft_ps *tx_ps, *done_ps;  /* by number on the wire, masked */
    uint32_t *place; /* likewise; NULL with one queue, which sends in the order of the ring's list */
    bool fair, every_packet_asks, last_of_call_asks;
    struct weft_fair queues;
    weft_ps moderation_ps; /* at least between two interrupts */
    weft_ps delay_ps;      /* at most from a completion to its interrupt, but for moderation */
    uint64_t threshold;    /* completions that do not wait for it; 0: there is none */
    weft_ps allowed_ps;    /* when the next notice may come at the earliest */
    uint64_t notice_first, notice_end, notice_mask; /* numbers of those not raised yet; places are masked */
    struct weft_notice *notice;
};

struct weft_nic_params {
    const struct weft_network *network;
    const struct weft_server *server;
    const struct weft_method *axes;
    uint64_t shaped_bps;               /* where pacing shapes */
    uint64_t interrupt_argument;       /* where interrupts count */
    const struct weft_subset *streams; /* of the server */
    bool carries_bytes;
};
void weft_nic_init(struct weft_nic *nic, const struct weft_nic_params *params);
void weft_nic_clear(struct weft_nic *nic);
/* The doorbell of a socket, one for each piece of work: everything that is in the ring now may be sent. */
void weft_nic_doorbell(struct weft_nic *nic, uint32_t socket, weft_ps now_ps);
/* When the NIC chooses the next packet by itself; WEFT_NEVER if nothing waits for its turn. */
weft_ps weft_nic_next_turn(const struct weft_nic *nic);
void weft_nic_turn(struct weft_nic *nic, weft_ps now_ps);
/* Take packets whose first bit goes out at or before `until_ps`, at most `most`, up to where the columns wrap around:
 * how many, and the number of the first on the wire. 0: there are none. */
uint32_t weft_nic_take(struct weft_nic *nic, weft_ps until_ps, uint32_t most, uint64_t *first);
/* The places of packets `first`, first + 1, ... on the wire, taken just now: at most `n` (at least 1) of them; `*n` becomes
 * how many. */
const uint32_t *weft_nic_places(const struct weft_nic *nic, uint64_t first, uint64_t *n);
/* Hand places whose packets were sent by now back to the driver. */
void weft_nic_retire(struct weft_nic *nic, weft_ps now_ps);
/* When the next interrupt is raised; WEFT_NEVER if none is due. */
weft_ps weft_nic_next_interrupt(const struct weft_nic *nic);
/* Raise it; true if what it reports is inside the measured window. */
bool weft_nic_interrupt(struct weft_nic *nic);

/* fair.c: what waits for its turn. */
void weft_fair_init(struct weft_fair *queues, const struct weft_subset *streams, uint32_t slots,
                    uint32_t sockets);
void weft_fair_clear(struct weft_fair *queues);
/* The `n` packets at these places were rung by `socket` at `now_ps`. */
void weft_fair_add(struct weft_fair *queues, const struct weft_ring *ring, uint32_t socket,
                   const uint32_t *place, uint64_t n, weft_ps now_ps);
/* The earliest instant from `from_ps` on at which the first packet of some queue may go (launch times). */
weft_ps weft_fair_ready(const struct weft_fair *queues, const struct weft_ring *ring, weft_ps from_ps);
/* The place of the packet whose turn it is at `now_ps`; there must be one. `*call_over`: it is the last of its call. */
uint32_t weft_fair_take(struct weft_fair *queues, const struct weft_ring *ring, weft_ps now_ps,
                        bool *call_over);

/* What one stream has ready for one call. */
struct weft_quantity {
    uint32_t index; /* of the stream in its application */
    uint64_t first, packets;
};

/* A stream as its application sees it: how far it has been written, and its buffer in virtual memory. The
 * buffer is mapped twice in a row, so that what wraps around its end still has consecutive addresses. */
struct weft_source {
    uint32_t stream;
    bool live;
    uint64_t next;           /* first packet not yet grouped */
    weft_ps due_ps;          /* when that packet is to be written; WEFT_NEVER at the end */
    uint64_t address, bytes; /* of the buffer, once */
    uint64_t interval_bytes; /* the most that one interval has, or up to two packets more */
    uint64_t filled_to,
        filled_bytes; /* where in the buffer the last fill ended, and how long it was: for hints */
    weft_ps fault_ps; /* the first write due at or after it has the stream's fault; WEFT_NEVER: none has */
};

/* A fault in the call that is being made, or in the last one. */
struct weft_damage {
    const struct weft_fault *fault;
    uint32_t entry, source;
    uint64_t packets;        /* of the entry's data */
    bool counted;            /* they are due at or after warm-up */
    uint64_t page, physical; /* what is to be unmapped, or was */
};

enum weft_application_state {
    WEFT_APPLICATION_SLEEPS,
    WEFT_APPLICATION_CALLS,
    WEFT_APPLICATION_WAITS,
    WEFT_APPLICATION_IS_OVER
};

/* An application and its socket. */
struct weft_application {
    enum weft_application_state state;
    uint32_t core;
    bool slept, in_call, counted;
    weft_ps due_ps;         /* of what is being written */
    weft_ps earlier_end_ps; /* when the last write that was due before that ended */
    bool earlier_waited;    /* one of the calls that made it end then waited for the ring or a slice */
    bool waited;            /* likewise of what is being written and what made it late */
    bool is_first;          /* the call that begins next is the first for what is due at `due_ps` */
    uint32_t sources;
    struct weft_source *source;
    struct weft_tournament next; /* pacing by packet: sources by when they are due */
    uint32_t quantities, quantity_at;
    uint64_t quantity_packets; /* of the current quantity, written already */
    uint64_t batch_packets, batch_written;
    struct weft_quantity *quantity;
    uint32_t vector_room;
    struct weft_entry *vector;
    uint32_t damages, damage_room;
    struct weft_damage *damage;
    struct weft_driver *driver;
    uint64_t buffers_end;   /* of their addresses, which begin at WEFT_BUFFERS_BEGIN */
    uint64_t *touched;      /* a bit a page, in the run; NULL: nobody asks */
    uint64_t touched_pages; /* so many of them are set */
    struct weft_space *space;
    struct weft_region *region;
};

/* What a host had counted when a period began (host_repeat.c). */
struct weft_host_marked {
    struct weft_host_counters counters;
    weft_ps core_busy_ps[];
};

struct weft_host {
    const struct weft_setup *setup;
    const struct weft_server *server;
    uint32_t index;
    bool carries_bytes;
    bool fills;       /* the CPU puts the data into the buffers */
    bool dma_is_cold; /* no cache holds what DMA put into memory when it is read */
    const struct weft_memory_system *system;
    weft_ps interval_ps;
    /* Of all streams only the server's own are kept here, so that servers together take no more than one would. */
    struct weft_subset own;
    uint32_t *own_stream;
    struct weft_stream_route *route; /* by place in `own` */
    struct weft_memory *memory;
    struct weft_nic nic;
    uint32_t applications;
    struct weft_application *application;
    struct weft_core *core;
    /* What is due next, so that an event costs no walk over applications or cores. */
    struct weft_tournament timer; /* applications that sleep, or wait for the ring or a slice, by when */
    struct weft_tournament
        wait; /* those that wait for more packets to be sent than have their instant yet, by how many */
    struct weft_tournament work; /* cores by the end of their work */
    struct weft_host_counters counters;
    struct weft_refused *refused; /* by place in `own`; NULL where no stream has a fault */
    const struct weft_desc *taken_desc[WEFT_TRAIN];
    uint64_t skipped_packets; /* of periods that were left out: the NIC's numbers are less by so many */
    struct weft_host_marked *marked; /* NULL: no period has begun */
};

/* grouping.c: what an application has to write next. */
/* Form the next batch: quantities and due_ps, or IS_OVER. */
void weft_grouping_next(struct weft_host *host, struct weft_application *application);
/* Look ahead to the first packet of each source. */
void weft_grouping_init(struct weft_host *host, struct weft_application *application);

/* buffers.c: the applications' memory. */
#define WEFT_BUFFERS_BEGIN UINT64_C(0x10000000) /* of every application */
void weft_buffers_init(struct weft_host *host);
/* Whether the applications register their buffers with the driver. */
bool weft_buffers_register(const struct weft_host *host);
/* Put the bytes of packets [first, first + packets) where the entry will point; its address and size into
 * `entry`. */
void weft_buffers_fill(struct weft_host *host, struct weft_application *application, uint32_t source,
                       uint64_t first, uint64_t packets, struct weft_entry *entry);

/* Hints, for speed only: a source's buffer is filled soon. First the entries of its page tables are fetched; when they are
 * there, what is kept of its frames. */
void weft_buffers_expect_walk(const struct weft_host *host, const struct weft_application *application,
                              uint32_t source);
void weft_buffers_expect_fill(const struct weft_host *host, const struct weft_application *application,
                              uint32_t source);

/* touch.c: what filling costs, and what caches keep. After the buffers. */
void weft_touch_init(struct weft_host *host);
/* An entry was filled: what that took of the processor. */
void weft_touch_filled(struct weft_host *host, struct weft_application *application,
                       const struct weft_entry *entry, struct weft_ledger *work);
/* How many pages are touched for the first time; marks them. `touched`: a bit a page. */
uint64_t weft_touch_pages(uint64_t *touched, uint64_t first_page, uint64_t last_page);
/* Whether no cache holds the data of a call when the CPU reads it. */
bool weft_touch_is_cold(const struct weft_host *host, uint64_t call_bytes);

/* damage.c: faults of entries. */
/* Every application has its sources: which of them will have a fault. */
void weft_damage_init(struct weft_host *host);
/* Frames that faults need beside those of the buffers. */
uint64_t weft_damage_frames(const struct weft_host *host);
/* Whether page tables are needed even where no bytes are carried. */
bool weft_damage_in_tables(const struct weft_host *host);
/* The application is about to make a call: what the last one left unmapped is mapped again. */
void weft_damage_mend(struct weft_host *host, struct weft_application *application);
/* The next entry of the vector, with data of `packets` packets, has the fault of its stream. */
void weft_damage_entry(struct weft_host *host, struct weft_application *application, uint32_t entry,
                       uint32_t source, uint64_t packets);
/* The driver has looked at the entries: count what it refused. */
void weft_damage_count(struct weft_host *host, struct weft_application *application);
void weft_damage_call_over(struct weft_host *host, struct weft_application *application);

/* socket.c: the write calls of an application. */
/* Begin the next call of the batch, or go on with the one that waited. */
struct weft_step weft_socket_resume(struct weft_host *host, struct weft_application *application,
                                    weft_ps now_ps);
/* True when every quantity of the batch has been written. */
bool weft_socket_batch_over(const struct weft_application *application);

#endif
