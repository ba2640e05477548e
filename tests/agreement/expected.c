/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What one server must send and count. Each rule stands beside the sentence of docs/model.md or cost.h that it is from. */

#include "expected.h"

/* One server while its expectations are worked out. */
struct plan {
    const struct weft_setup *setup;
    const struct weft_server *server;
    const struct weft_method *axes;
    struct expected *out;
    weft_ps interval_ps;
    uint32_t index;    /* of the server */
    uint64_t *calls;   /* made so far, by application */
    uint64_t *touched; /* pages of a stream's buffer from its first on that were filled, by stream */
    const struct weft_memory_system *memory;
    uint32_t piece_packets; /* at most so many before a doorbell */
    bool pieces_known;      /* where calls are cut into pieces does not depend on the ring */
};

/* `interval = auto` is two packet times of the slowest stream, in whole picoseconds. */
static weft_ps interval_of(const struct weft_setup *setup)
{
    weft_ps interval_ps = setup->write.interval_ps;
    for (uint32_t i = 0; i < setup->streams && setup->write.interval_ps == 0; i++) {
        const struct weft_clock *clock = &setup->stream[i].clock;
        weft_u128 bits_ps = (weft_u128)16 * clock->payload_bytes * WEFT_PS_PER_S;
        interval_ps = MAX(interval_ps, (weft_ps)((bits_ps + clock->rate_bps - 1) / clock->rate_bps));
    }
    return interval_ps;
}

/* Films here are one straight line. */
static uint64_t packets_of(const struct weft_clock *clock)
{
    if (!clock->media)
        return UINT64_MAX;
    g_assert_cmpuint(clock->media->points, ==, 2);
    return (clock->media->at_bytes[1] + clock->payload_bytes - 1) / clock->payload_bytes;
}

/* Packet n is due at start + n * payload * 8 / rate; of a film when its first byte is. */
static weft_ps due_of(const struct weft_clock *clock, uint64_t n)
{
    weft_u128 byte = (weft_u128)n * clock->payload_bytes;
    if (!clock->media)
        return clock->start_ps + (weft_ps)(byte * 8 * WEFT_PS_PER_S / clock->rate_bps);
    uint64_t bytes = clock->media->at_bytes[1];
    byte = MIN(byte, bytes);
    return clock->start_ps + (weft_ps)(byte * clock->media->at_ps[1] / bytes);
}

static uint32_t bytes_of(const struct weft_clock *clock, uint64_t n)
{
    uint64_t left = clock->media ? clock->media->at_bytes[1] - n * clock->payload_bytes : UINT64_MAX;
    return (uint32_t)MIN(left, clock->payload_bytes);
}

static uint32_t frame_of(const struct weft_network *network, uint32_t payload_bytes)
{
    return MAX(network->min_frame_bytes, payload_bytes + network->overhead_bytes + network->frame_bytes);
}

/* "A run sends the packets that are due before `duration`, whatever the method"; of a live stream those of the intervals
 * that end before it. Stored data is written at the start of its interval, live data at its end; packet by packet when it
 * is due, a live one when the next is. */
static void add_stream(const struct plan *plan, uint32_t index)
{
    const struct weft_stream *stream = &plan->setup->stream[index];
    weft_ps end_ps = plan->setup->duration_ps, due_ps;
    for (uint64_t n = 0; n < packets_of(&stream->clock); n++) {
        due_ps = due_of(&stream->clock, n);
        weft_ps k = due_ps / plan->interval_ps;
        if (due_ps >= end_ps || (stream->live && (k + 1) * plan->interval_ps >= end_ps))
            break;
        struct expected_packet packet = {.stream = index,
                                         .number = (uint32_t)n,
                                         .bytes = bytes_of(&stream->clock, n),
                                         .application = stream->application,
                                         .due_ps = due_ps,
                                         .written_ps = (k + stream->live) * plan->interval_ps};
        packet.frame_bytes = frame_of(plan->setup->network, packet.bytes);
        if (plan->axes->pacing->at_packet_times)
            packet.written_ps = stream->live ? due_of(&stream->clock, n + 1) : due_ps;
        plan->out->all_bytes += packet.bytes;
        g_array_append_val(plan->out->packet, packet);
    }
}

static gint by_write(gconstpointer a, gconstpointer b)
{
    const struct expected_packet *x = a, *y = b;
    if (x->written_ps != y->written_ps)
        return x->written_ps < y->written_ps ? -1 : 1;
    if (x->application != y->application)
        return x->application < y->application ? -1 : 1;
    if (x->stream != y->stream)
        return x->stream < y->stream ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static void add(const struct plan *plan, enum weft_event event, uint64_t n)
{
    plan->out->count[event].low += n;
    plan->out->count[event].high += n;
}

static uint64_t pages(uint64_t from, uint64_t bytes, uint64_t page_bytes)
{
    return (from + bytes - 1) / page_bytes - from / page_bytes + 1;
}

/* A stream's bytes lie one after the other in a buffer of whole pages, round and round, so byte b is b modulo the page size
 * into a page. */
static uint64_t place_of(const struct plan *plan, const struct expected_packet *packet)
{
    return (uint64_t)packet->number * plan->setup->stream[packet->stream].clock.payload_bytes;
}

/* What messages cost: a message is a packet where the stack is walked packet by packet, else an entry. */
static void count_messages(const struct plan *plan, uint64_t n)
{
    const struct weft_method *axes = plan->axes;
    const struct weft_interface *interface = axes->interface;
    bool walks = axes->segmentation->stack_walk_per_packet || axes->segmentation->stack_walk_per_entry;
    bool pinned = !axes->copy->copies && axes->translation->pins;
    add(plan, WEFT_STACK_WALKS, walks ? n : 0);
    add(plan, WEFT_ROUTE_LOOKUPS, walks && interface->looks_up_routes ? n : 0);
    add(plan, WEFT_MESSAGE_HEADERS, walks && interface->reads_headers ? n : 0);
    add(plan, WEFT_RING_ENTRIES, interface->rings ? n : 0);
    add(plan, WEFT_NOTIFICATIONS, pinned && interface->notifies ? n : 0);
}

/* "A walk reads 4 entries, 3 for 2 MiB pages", or for a range each entry of each level once. */
static uint64_t walk_of(const struct plan *plan, uint64_t from, uint64_t bytes, uint64_t n)
{
    bool large = plan->server->page_bytes > 4096;
    uint64_t references = 0;
    if (!plan->memory->walks_ranges)
        return n * (large ? 3 : 4);
    for (uint64_t reach = plan->server->page_bytes; reach <= UINT64_C(1) << 39; reach *= 512)
        references += pages(from, bytes, reach);
    return references;
}

/* Fills go on where the last one ended, so a page is new if it lies behind all before; where the ring has room for a
 * stream, so has its buffer, and nothing comes round to its beginning. */
static void count_faults(const struct plan *plan, const struct expected_packet *packet, uint64_t bytes,
                         bool counted)
{
    bool registers = !plan->axes->copy->copies && !plan->axes->translation->walks;
    uint64_t from = place_of(plan, packet), page_bytes = plan->server->page_bytes;
    uint64_t end = (from + bytes - 1) / page_bytes + 1, *touched = &plan->touched[packet->stream];
    uint64_t fresh = end > *touched ? end - MAX(*touched, from / page_bytes) : 0;
    if (!plan->server->touch || !plan->server->touch->faults || registers)
        return;
    *touched = MAX(*touched, end);
    if (counted && plan->server->ring_slots >= plan->out->packet->len)
        add(plan, WEFT_PAGE_FAULTS, fresh);
    else if (counted)
        plan->out->count[WEFT_PAGE_FAULTS].high += pages(from, bytes, page_bytes);
}

/* The CPU touches the pages that it copies from and those that it fills; how many it misses is another test's. */
static void count_touches(const struct plan *plan, uint64_t n)
{
    if (!plan->memory->page_4k.tlb_sets)
        return;
    plan->out->count[WEFT_TLB_MISSES].high += n;
    plan->out->count[WEFT_TLB_REFERENCES].high += 4 * n;
}

/* Where in its application's addresses an entry lies does not matter for a page of 4 KiB or 2 MiB; tables are as many
 * more as it may cross. */
static void count_walk(const struct plan *plan, const struct expected_packet *packet, uint64_t bytes,
                       uint64_t n)
{
    uint64_t references = walk_of(plan, place_of(plan, packet), bytes, n);
    if (!plan->axes->translation->walks)
        return;
    if (plan->memory->walks_ranges) {
        plan->out->count[WEFT_PAGE_WALK_REFERENCES].low += n + (plan->server->page_bytes > 4096 ? 2 : 3);
        plan->out->count[WEFT_PAGE_WALK_REFERENCES].high += references + 3;
        return;
    }
    add(plan, WEFT_PAGE_WALK_REFERENCES, references);
}

/* Zero-copy: "every page of each entry is translated". */
static void count_entry(const struct plan *plan, const struct expected_packet *packet, uint64_t bytes)
{
    const struct weft_translation *translation = plan->axes->translation;
    uint64_t n = pages(place_of(plan, packet), bytes, plan->server->page_bytes);
    add(plan, WEFT_ENTRIES, 1);
    count_messages(plan, plan->axes->segmentation->stack_walk_per_packet ? 0 : 1);
    plan->out->entries_below_packet += bytes <= plan->setup->stream[packet->stream].clock.payload_bytes;
    if (plan->setup->write.fill->by_cpu) {
        add(plan, WEFT_COPIES, 1);
        count_touches(plan, n);
    }
    if (plan->axes->copy->copies) {
        add(plan, WEFT_COPIES, plan->axes->segmentation->stack_walk_per_entry);
        count_touches(plan, plan->axes->segmentation->stack_walk_per_entry ? n : 0);
        return;
    }
    add(plan, WEFT_TRANSLATIONS, translation->looks_up ? n : 0);
    count_walk(plan, packet, bytes, n);
    add(plan, WEFT_PAGES_PINNED, translation->pins ? n : 0);
}

/* DRAM: filling 1 (by the CPU 3), the NIC's read 1, a copy 2, a software checksum 1 per payload byte. */
static void count_bytes(const struct plan *plan, uint64_t bytes)
{
    const struct weft_write *write = &plan->setup->write;
    uint64_t touched = 1 + (write->fill->by_cpu ? 3u : 1u);
    touched += (plan->axes->copy->copies ? 2u : 0u) + (write->checksum->in_software ? 1u : 0u);
    add(plan, WEFT_DRAM_BYTES, touched * bytes);
    add(plan, WEFT_COPIED_BYTES, plan->axes->copy->copies ? bytes : 0);
    add(plan, WEFT_CHECKSUM_BYTES, write->checksum->in_software ? bytes : 0);
    add(plan, WEFT_FILLED_BYTES, write->fill->by_cpu ? bytes : 0);
}

/* A copy a packet, unless its entry was copied whole. */
static void count_packet_copies(const struct plan *plan, const struct expected_packet *packet, uint32_t n)
{
    if (!plan->axes->copy->copies || plan->axes->segmentation->stack_walk_per_entry)
        return;
    add(plan, WEFT_COPIES, n);
    for (uint32_t i = 0; i < n; i++)
        count_touches(plan, pages(place_of(plan, &packet[i]), packet[i].bytes, plan->server->page_bytes));
}

/* "A byte is hot if it was put into a cache and no more than the cache holds was put there until it is read." What DMA
 * wrote is here all in a cache or none of it. */
static void count_cold(const struct plan *plan, uint64_t call_bytes)
{
    bool fills = plan->setup->write.fill->by_cpu, dma_cold = plan->memory->dma_cache_bytes == 0;
    bool cold = fills ? call_bytes > plan->memory->cache_bytes : dma_cold;
    bool reads = plan->axes->copy->copies || plan->setup->write.checksum->in_software;
    add(plan, WEFT_COLD_BYTES, (fills && dma_cold ? call_bytes : 0) + (cold && reads ? call_bytes : 0));
}

/* One gather list: the header block, and the pages of its payload; copied payload begins a page of kernel memory. */
static uint64_t descriptors_of(const struct plan *plan, const struct expected_packet *first, uint64_t bytes)
{
    uint64_t from = plan->axes->copy->copies ? 0 : place_of(plan, first);
    return 1 + pages(from, bytes, plan->server->page_bytes);
}

/* What is handed to the NIC of a call's packets, in order: packets, or with `nic` the runs of one entry within one piece, at
 * most 64 packets and 65,535 bytes. Where the ring decides how a call is cut, each cut (one fewer than its doorbells, which
 * are at most its packets) can break one run in two, and with it a page's worth of gather list. */
static void count_handed_over(const struct plan *plan, const struct expected_packet *packet, uint32_t n)
{
    bool nic_cuts = plan->axes->segmentation->nic_cuts;
    uint64_t handed_over = 0, descriptors = 0;
    uint32_t slice_at = 0; /* where the slice begins */
    for (uint32_t i = 0, end; i < n; i = end) {
        uint64_t bytes = packet[i].bytes;
        slice_at = packet[i].slice == packet[slice_at].slice ? slice_at : i;
        for (end = i + 1; nic_cuts && end < n && end - i < 64; end++) {
            if (packet[end].entry != packet[i].entry || bytes + packet[end].bytes > 65535)
                break;
            if (packet[end].slice != packet[i].slice)
                break;
            if (plan->pieces_known && (end - slice_at) % plan->piece_packets == 0)
                break;
            bytes += packet[end].bytes;
        }
        handed_over++;
        descriptors += descriptors_of(plan, &packet[i], bytes);
    }
    const bool walks_frames = plan->axes->interface->walks_frames;
    add(plan, WEFT_PACKETS, handed_over);
    add(plan, WEFT_FRAME_WALKS, walks_frames ? handed_over : 0);
    add(plan, WEFT_HEADER_BLOCKS, handed_over * (plan->axes->header->one_block ? 1U : 3U));
    add(plan, WEFT_DESCRIPTORS, descriptors);
    if (nic_cuts && !plan->pieces_known) {
        plan->out->count[WEFT_PACKETS].high += n - handed_over;
        plan->out->count[WEFT_FRAME_WALKS].high += walks_frames ? n - handed_over : 0;
        plan->out->count[WEFT_HEADER_BLOCKS].high +=
            (n - handed_over) * (plan->axes->header->one_block ? 1U : 3U);
        plan->out->count[WEFT_DESCRIPTORS].high += 2 * (n - handed_over);
    }
}

/* "Cut in pieces of at most `doorbell` packets", and no piece is of two slices. */
static uint64_t pieces_of(const struct plan *plan, const struct expected_packet *packet, uint32_t n)
{
    uint64_t pieces = 0;
    for (uint32_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && packet[end].slice == packet[i].slice;)
            end++;
        pieces += (end - i + plan->piece_packets - 1) / plan->piece_packets;
    }
    return pieces;
}

/* Polled: a look at each piece. A piece has packets and a doorbell, but where a call begins before its first slice is due, and
 * where it finds the ring full. */
static void count_interrupts(const struct plan *plan, const struct expected_packet *packet, uint32_t n)
{
    const struct weft_interrupt *interrupt = plan->axes->interrupt;
    if (interrupt->polls) {
        add(plan, WEFT_COMPLETION_POLLS, pieces_of(plan, packet, n));
        plan->out->count[WEFT_COMPLETION_POLLS].high += packet->slice > 0;
    } else if (!interrupt->every_packet) {
        add(plan, WEFT_INTERRUPTS, 1);
    } else if (!interrupt->moderated && !interrupt->counts) {
        add(plan, WEFT_INTERRUPTS, n);
    }
}

/* The ring may cut more. */
static void count_call(const struct plan *plan, const struct expected_packet *packet, uint32_t n)
{
    uint64_t pieces = pieces_of(plan, packet, n);
    add(plan, WEFT_WRITE_CALLS, 1);
    add(plan, WEFT_MODE_SWITCHES, plan->axes->interface->crosses_per_call ? 2 : 0);
    count_messages(plan, plan->axes->segmentation->stack_walk_per_packet ? n : 0);
    add(plan, WEFT_SPLITS, plan->axes->segmentation->splits ? n : 0);
    add(plan, WEFT_DOORBELLS, pieces);
    plan->out->count[WEFT_DOORBELLS].high += plan->pieces_known ? 0 : n - pieces;
    count_interrupts(plan, packet, n);
    if (plan->axes->interface->crosses_per_doorbell) {
        add(plan, WEFT_MODE_SWITCHES, 2 * pieces);
        plan->out->count[WEFT_MODE_SWITCHES].high += plan->pieces_known ? 0 : 2 * (n - pieces);
    }
    count_packet_copies(plan, packet, n);
    count_handed_over(plan, packet, n);
}

/* A call as its order sees it: packets as they were written, entry after entry. */
struct written {
    const struct plan *plan;
    const struct expected_packet *packet;
    uint32_t *first, *packets; /* by entry */
};

/* "Bytes on the link": the frame and the gap. */
static uint32_t link_bytes(const void *ctx, uint32_t entry, uint32_t k)
{
    const struct written *written = ctx;
    g_assert_cmpuint(k, <, written->packets[entry]);
    return written->packet[written->first[entry] + k].frame_bytes + written->plan->setup->network->gap_bytes;
}

static struct weft_order_sizes link_sizes(const void *ctx, uint32_t entry)
{
    const struct written *written = ctx;
    struct weft_order_sizes sizes = {0, link_bytes(ctx, entry, 0)};
    for (uint32_t k = 0; k < written->packets[entry]; k++) {
        sizes.bytes += link_bytes(ctx, entry, k);
        if (link_bytes(ctx, entry, k) != link_bytes(ctx, entry, 0))
            sizes.packet_bytes = 0;
    }
    return sizes;
}

/* A device plays `startup` after the stream's start, and needs a packet when its last byte is due. */
static weft_ps device_deadline(const void *ctx, uint32_t entry, uint32_t k)
{
    const struct written *written = ctx;
    const struct expected_packet *packet = &written->packet[written->first[entry] + k];
    const struct weft_setup *setup = written->plan->setup;
    const struct weft_stream *stream = &setup->stream[packet->stream];
    return due_of(&stream->clock, (uint64_t)packet->number + 1) + setup->device[stream->device].startup_ps;
}

/* The entries that a row names, one for each packet of the call. The caller frees. */
static uint32_t *entries_in_order(const struct written *as, const GArray *entry, uint32_t n)
{
    const struct plan *plan = as->plan;
    const struct weft_order *order = plan->axes->order;
    uint32_t application = as->packet->application, *turn = g_new(uint32_t, n);
    const struct weft_order_call call = {.vector = (const struct weft_entry *)(const void *)entry->data,
                                         .entries = entry->len,
                                         .argument = plan->setup->write.order_argument,
                                         .seed = plan->setup->seed,
                                         .number = plan->calls[application]++,
                                         .draws = plan->index * 4096 + application,
                                         .ctx = as,
                                         .sizes = link_sizes,
                                         .packet_bytes = link_bytes,
                                         .deadline_ps = device_deadline};
    void *state = g_malloc(order->state_bytes(entry->len));
    order->begin(state, &call);
    for (size_t got, at = 0; at < n; at += got) {
        got = order->emit(state, &call, turn + at, n - at);
        g_assert_cmpuint(got, >, 0);
    }
    g_free(state);
    return turn;
}

/* Put the packets of a call in the order that its row names. */
static void put_in_order(const struct plan *plan, struct expected_packet *packet, uint32_t n,
                         const GArray *entry)
{
    struct expected_packet *packets = g_memdup2(packet, n * sizeof(*packet));
    struct written as = {plan, packets, g_new0(uint32_t, entry->len), g_new0(uint32_t, entry->len)};
    for (uint32_t i = 0; i < entry->len; i++) {
        as.packets[i] = g_array_index(entry, struct weft_entry, i).packets;
        as.first[i] = i ? as.first[i - 1] + as.packets[i - 1] : 0;
    }
    uint32_t *turn = entries_in_order(&as, entry, n);
    for (uint32_t i = 0; i < n; i++)
        packet[i] = packets[as.first[turn[i]]++];
    g_free(turn);
    g_free(as.packets);
    g_free(as.first);
    g_free(packets);
}

/* "Packet j of the W that an application has in an interval" and its launch time or slice. A slice but the first is begun by
 * a timer, which counts with the call that it goes on with. `first` is the call's first packet among the `all`. */
static void pace(const struct plan *plan, struct expected_packet *packet, uint32_t n, uint32_t first,
                 uint32_t all)
{
    const struct weft_pacing *pacing = plan->axes->pacing;
    uint64_t slices = pacing->slices ? plan->setup->write.pacing_argument : 1;
    uint32_t before = first > 0 ? (uint32_t)((first - 1) * slices / all) : 0;
    for (uint32_t i = 0; i < n; i++) {
        uint64_t j = first + i;
        packet[i].slice = (uint32_t)(j * slices / all);
        packet[i].earliest_ps =
            packet[i].written_ps + (weft_ps)((weft_u128)packet[i].slice * plan->interval_ps / slices);
        if (pacing->spreads)
            packet[i].earliest_ps += (weft_ps)((weft_u128)j * plan->interval_ps / all);
        if (packet[i].counted && packet[i].slice != before)
            add(plan, WEFT_SLICE_TIMERS, 1);
        before = packet[i].slice;
    }
}

/* The call of the next packets among those that are written together, `all`, of which `done` have been: as many entries as
 * the unit allows, of as many packets of one destination. "A call counts with the first packet that it carries." Returns
 * its packets. */
static uint32_t make_call(const struct plan *plan, struct expected_packet *packet, uint32_t done,
                          uint32_t all, bool first)
{
    uint32_t n = all - done;
    const struct weft_unit *unit = plan->axes->unit;
    bool counted = packet->due_ps >= plan->setup->warmup_ps;
    GArray *entry = g_array_new(FALSE, TRUE, sizeof(struct weft_entry));
    uint32_t taken = 0;
    uint64_t bytes = 0;
    while (taken < n && entry->len < unit->max_entries) {
        struct weft_entry next = {.stream = packet[taken].stream, .first_number = packet[taken].number};
        const struct expected_packet *from = &packet[taken];
        for (; taken < n && packet[taken].stream == next.stream && next.packets < unit->max_packets;
             taken++) {
            packet[taken].entry = entry->len;
            next.packets++;
            next.bytes += packet[taken].bytes;
        }
        g_array_append_val(entry, next);
        bytes += next.bytes;
        count_faults(plan, from, next.bytes, counted);
        if (counted) {
            count_entry(plan, from, next.bytes);
            count_bytes(plan, next.bytes);
        }
    }
    put_in_order(plan, packet, taken, entry);
    for (uint32_t i = 0; i < taken; i++)
        packet[i].counted = counted;
    pace(plan, packet, taken, done, all);
    if (counted) {
        count_call(plan, packet, taken);
        count_cold(plan, bytes);
        plan->out->count[WEFT_TIMER_WAKEUPS].high += first;
        plan->out->count[WEFT_CONTEXT_SWITCHES].high++;
    }
    g_array_unref(entry);
    return taken;
}

/* An application that slept is woken for what is due at one instant, however many calls that makes. */
static void make_calls(const struct plan *plan)
{
    GArray *all = plan->out->packet;
    const struct expected_packet *last = NULL;
    for (uint32_t i = 0, end; i < all->len; i = end) {
        struct expected_packet *packet = &g_array_index(all, struct expected_packet, i);
        bool wakes =
            !last || last->application != packet->application || last->written_ps != packet->written_ps;
        for (end = i + 1; end < all->len; end++) {
            const struct expected_packet *other = &g_array_index(all, struct expected_packet, end);
            if (other->application != packet->application || other->written_ps != packet->written_ps ||
                plan->axes->pacing->at_packet_times)
                break;
        }
        for (uint32_t at = i; at < end; wakes = false) {
            struct expected_packet *from = &g_array_index(all, struct expected_packet, at);
            at += make_call(plan, from, at - i, end - i, wakes);
        }
        last = packet;
    }
}

/* Where nothing takes time an application sleeps before all that it writes, and each wake-up is its only context switch, but
 * for one that makes calls in several slices while others do; and no slice is late. */
static void bound_times(const struct plan *plan)
{
    struct expected_count *count = plan->out->count;
    plan->out->no_refill = plan->server->ring_slots >= plan->out->packet->len;
    plan->out->takes_time = plan->server->profile != &weft_profile_free || !plan->out->no_refill;
    plan->out->takes_turns = plan->axes->pacing->slices && plan->server->applications > 1;
    if (plan->out->takes_time) {
        count[WEFT_SLICE_TIMERS].low = 0;
    } else {
        count[WEFT_TIMER_WAKEUPS].low = count[WEFT_TIMER_WAKEUPS].high;
        count[WEFT_CONTEXT_SWITCHES].low = count[WEFT_TIMER_WAKEUPS].low;
        if (!plan->out->takes_turns)
            count[WEFT_CONTEXT_SWITCHES].high = count[WEFT_TIMER_WAKEUPS].high;
    }
    count[WEFT_REFILLS].high = plan->out->no_refill ? 0 : UINT64_MAX;
    if (plan->axes->interrupt->polls && !plan->out->no_refill)
        count[WEFT_COMPLETION_POLLS].high = UINT64_MAX;
}

struct expected *expected_new(const struct weft_setup *setup, uint32_t server)
{
    struct expected *out = g_new0(struct expected, 1);
    struct plan plan = {.setup = setup,
                        .server = &setup->server[server],
                        .axes = &setup->write.axes,
                        .out = out,
                        .index = server,
                        .calls = g_new0(uint64_t, setup->server[server].applications),
                        .touched = g_new0(uint64_t, MAX(setup->streams, 1)),
                        .memory = setup->server[server].memory,
                        .interval_ps = interval_of(setup)};
    out->packet = g_array_new(FALSE, TRUE, sizeof(struct expected_packet));
    for (uint32_t i = 0; i < setup->streams; i++)
        if (setup->stream[i].server == server)
            add_stream(&plan, i);
    g_array_sort(out->packet, by_write);
    plan.piece_packets = MIN(plan.server->doorbell_packets, plan.axes->segmentation->max_doorbell_packets);
    plan.piece_packets = MIN(plan.piece_packets, plan.server->ring_slots);
    plan.pieces_known = plan.piece_packets == 1 || plan.server->ring_slots >= out->packet->len;
    plan.memory = plan.memory ? plan.memory : plan.server->profile->memory;
    plan.memory = plan.memory ? plan.memory : &weft_memory_none;
    make_calls(&plan);
    g_free(plan.calls);
    g_free(plan.touched);
    bound_times(&plan);
    return out;
}

void expected_free(struct expected *expected)
{
    g_array_unref(expected->packet);
    g_free(expected);
}

/* When the interrupt comes whose first packet is `first`, if the last one came at `last_ps` (0: there was none). */
static weft_ps interrupt_at(const struct weft_write *write, const struct weft_server *server,
                            const weft_ps *sent_ps, size_t packets, size_t first, weft_ps last_ps)
{
    weft_ps moderation_ps = (WEFT_PS_PER_S + server->interrupts_per_s - 1) / server->interrupts_per_s;
    uint64_t n = write->interrupt_argument;
    if (write->axes.interrupt->moderated)
        return last_ps > 0 ? MAX(sent_ps[first], last_ps + moderation_ps) : sent_ps[first];
    weft_ps at_ps = sent_ps[first] + server->interrupt_delay_ps;
    return n <= packets - first ? MIN(at_ps, sent_ps[first + n - 1]) : at_ps;
}

struct expected_count expected_interrupts(const struct weft_write *write, const struct weft_server *server,
                                          const weft_ps *sent_ps, const bool *counted, size_t packets)
{
    weft_ps at_ps = 0;
    struct expected_count count = {0, 0};
    for (size_t i = 0; i < packets;) {
        at_ps = interrupt_at(write, server, sent_ps, packets, i, at_ps);
        bool all = true, any = false;
        for (; i < packets && sent_ps[i] <= at_ps; i++) {
            all &= counted[i];
            any |= counted[i];
        }
        count.low += all;
        count.high += any;
    }
    return count;
}
