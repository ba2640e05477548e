/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one check of a scenario: after it every index is in range and no instant can overflow. */

#include "check.h"
#include "names.h"

#include <assert.h>
#include <inttypes.h>

enum { MAX_SERVERS = 65535, MAX_APPLICATIONS = 4096, MAX_CORES = 1024, MIN_MTU = 68, MAX_MTU = 65535 };
enum { MAX_RING = WEFT_RING_MAX_SLOTS, MAX_PORTS = 1000000, MAX_SWITCHES = 65535, MAX_STREAMS = 10000000 };
#define MAX_END_PS                                                                                           \
    (UINT64_C(9000000) * WEFT_PS_PER_S) /* latest instant at which a run may end: half of 2^64 ps */
#define MAX_HZ      UINT64_C(10000000000)
#define MIN_HZ      UINT64_C(1000000)
#define MAX_ADDRESS (UINT64_C(1) << 46)
#define MAX_BUFFER  (UINT64_C(1) << 40)
#define MAX_CELL    UINT64_C(65535)
#define MAX_ALPHA   UINT64_C(1000000)

int weft_check_bounds(const char *kind, const char *name, const struct weft_bound *bound, size_t n,
                      struct weft_error *error)
{
    for (size_t i = 0; i < n; i++)
        if (bound[i].value < bound[i].low || bound[i].value > bound[i].high)
            return weft_fail(error, WEFT_INVALID,
                             "%s %s: %s is %" PRIu64 "; allowed: %" PRIu64 " to %" PRIu64, kind, name,
                             bound[i].what, bound[i].value, bound[i].low, bound[i].high);
    return WEFT_OK;
}

/* One size of pages; both, as a server may have either. */
static int check_page_caches(const char *server, const struct weft_page_caches *caches,
                             struct weft_error *error)
{
    const bool misses = caches->tlb_sets > 0;
    const struct weft_bound bounds[] = {
        {"tlb_sets", caches->tlb_sets, 0, WEFT_TLB_SETS_MOST},
        {"tlb_ways", misses ? caches->tlb_ways : 1, 1, WEFT_TLB_WAYS_MOST},
        {"walk_cache", caches->walk_cache, 0, WEFT_WALK_CACHE_MOST},
    };
    if (caches->tlb_sets & (caches->tlb_sets - 1))
        return weft_fail(error, WEFT_INVALID, "server %s: tlb_sets is %u; allowed: a power of two", server,
                         caches->tlb_sets);
    return CHECK_BOUNDS("server", server, bounds, error);
}

static int check_memory_system(const struct weft_server *server, struct weft_error *error)
{
    const struct weft_memory_system *system = server->memory ? server->memory : server->profile->memory;
    int status = system ? check_page_caches(server->name, &system->page_4k, error) : WEFT_OK;
    return status == WEFT_OK && system ? check_page_caches(server->name, &system->page_2m, error) : status;
}

static int check_server(const struct weft_setup *setup, const struct weft_server *server,
                        struct weft_error *error)
{
    const struct weft_bound bounds[] = {
        {"switch", server->switch_index, 0, setup->switches - 1},
        {"applications", server->applications, 1, MAX_APPLICATIONS},
        {"cores", server->cores, 1, MAX_CORES},
        {"cpu (Hz)", server->cpu_hz, MIN_HZ, MAX_HZ},
        {"link (bit/s)", server->link_bps, 1000, WEFT_CHECK_MOST_BPS},
        {"delay (ps)", server->delay_ps, 0, WEFT_CHECK_MOST_PS},
        {"mtu (B)", server->mtu_bytes, MIN_MTU, MAX_MTU},
        {"ring (descriptors)", server->ring_slots, 1, MAX_RING},
        {"doorbell (packets)", server->doorbell_packets, 1, MAX_RING},
        {"interrupt_rate (1/s)", server->interrupts_per_s, 1, UINT64_C(1000000000)},
        {"interrupt_delay (ps)", server->interrupt_delay_ps, 0, WEFT_PS_PER_S},
        {"interrupt_core", server->interrupt_core, 0, server->cores ? server->cores - 1 : 0},
        {"link_down (ps)", server->down_ps, 0, WEFT_CHECK_MOST_PS},
        {"link_up (ps)", server->up_ps == WEFT_NEVER ? 0 : server->up_ps, 0, WEFT_CHECK_MOST_PS},
    };
    if (server->page_bytes != WEFT_PAGE_4K && server->page_bytes != WEFT_PAGE_2M)
        return weft_fail(error, WEFT_INVALID, "server %s: page is %" PRIu64 " B; allowed: 4 KiB, 2 MiB",
                         server->name, server->page_bytes);
    if ((server->down_ps || server->up_ps) && server->down_ps >= server->up_ps)
        return weft_fail(error, WEFT_INVALID,
                         "server %s: link_up is %" PRIu64 " ps; allowed: after link_down, %" PRIu64 " ps",
                         server->name, server->up_ps, server->down_ps);
    int status = check_memory_system(server, error);
    return status == WEFT_OK ? CHECK_BOUNDS("server", server->name, bounds, error) : status;
}

static int check_memory(const struct weft_switch *row, struct weft_error *error)
{
    const struct weft_port_rules *rules = &row->rules;
    const struct weft_buffer_params *memory = &rules->memory;
    bool limited = rules->buffer && rules->buffer->accepts, shared = rules->sharing != NULL;
    bool in_cells = (rules->buffer && rules->buffer->cells) || (rules->sharing && rules->sharing->cells);
    if (in_cells && memory->cell_bytes == 0)
        return weft_fail(error, WEFT_INVALID,
                         "switch %s: buffer counts cells, and there are none; allowed: with cell", row->name);
    const struct weft_bound bounds[] = {
        {"buffer limit", limited ? memory->limit : 1, 1, MAX_BUFFER},
        {"cell (B)", memory->cell_bytes, 0, MAX_CELL},
        {"shared (B)", shared ? memory->shared_bytes : 1, 1, MAX_BUFFER},
        {"reserved (B)", memory->reserved_bytes, 0, MAX_BUFFER},
        {"alpha's numerator", shared ? memory->alpha_num : 1, 1, MAX_ALPHA},
        {"alpha's denominator", shared ? memory->alpha_den : 1, 1, MAX_ALPHA},
    };
    return CHECK_BOUNDS("switch", row->name, bounds, error);
}

/* From when on a frame is on its link is not told, and with classes it does not follow from when others came. */
static int check_scheduler(const struct weft_switch *row, struct weft_error *error)
{
    const struct weft_accounting *accounting = row->rules.accounting;
    if (!weft_port_rules_by_class(&row->rules) || !accounting || !accounting->left_bytes)
        return WEFT_OK;
    return weft_fail(error, WEFT_INVALID, "switch %s: scheduler is %s and accounting %s; allowed with it: %s",
                     row->name, row->rules.scheduler->name, accounting->name, weft_accountings[0]->name);
}

static int check_ports(const struct weft_setup *setup, struct weft_error *error)
{
    int status = WEFT_OK;
    for (uint32_t i = 0; i < setup->switches && status == WEFT_OK; i++) {
        const struct weft_switch *row = &setup->switch_[i];
        const struct weft_bound bounds[] = {{"port (bit/s)", row->port_bps, 1000, WEFT_CHECK_MOST_BPS},
                                            {"latency (ps)", row->rules.latency_ps, 0, WEFT_CHECK_MOST_PS}};
        status = CHECK_BOUNDS("switch", row->name, bounds, error);
        if (status == WEFT_OK)
            status = check_memory(row, error);
        if (status == WEFT_OK)
            status = check_scheduler(row, error);
    }
    for (uint32_t i = 0; i < setup->devices && status == WEFT_OK; i++) {
        const struct weft_device *row = &setup->device[i];
        const struct weft_bound bounds[] = {{"switch", row->switch_index, 0, setup->switches - 1},
                                            {"rate (bit/s)", row->rate_bps, 1000, WEFT_CHECK_MOST_BPS},
                                            {"delay (ps)", row->delay_ps, 0, WEFT_CHECK_MOST_PS},
                                            {"startup (ps)", row->startup_ps, 0, WEFT_CHECK_MOST_PS},
                                            {"off (ps)", row->off_ps, 0, WEFT_CHECK_MOST_PS}};
        status = CHECK_BOUNDS("device", row->name, bounds, error);
    }
    return status;
}

static const struct weft_format *format_of(const struct weft_clock *clock)
{
    return clock->format ? clock->format : weft_formats[0];
}

static uint32_t most_payload(const struct weft_setup *setup, const struct weft_server *server,
                             const struct weft_clock *clock)
{
    uint32_t room_bytes = weft_payload_room(setup->network, server->mtu_bytes);
    uint32_t header_bytes = weft_format_header_bytes(clock->format, setup->network);
    return room_bytes > header_bytes ? room_bytes - header_bytes : 0;
}

/* What a format has cut belongs to a file, and to a format that cuts units. */
static int check_packets(const struct weft_stream *stream, struct weft_error *error)
{
    const struct weft_clock *clock = &stream->clock;
    const struct weft_format *format = format_of(clock);
    if ((clock->packets != NULL) != (format->next != NULL) || (clock->packets && !clock->media))
        return weft_fail(
            error, WEFT_INVALID,
            "stream %s: format %s; allowed: packets of a media file exactly where a format cuts units",
            stream->name, format->name);
    if (clock->payload_bytes % format->multiple_bytes)
        return weft_fail(error, WEFT_INVALID,
                         "stream %s: payload is %u B; allowed with format %s: multiples of %u B",
                         stream->name, clock->payload_bytes, format->name, format->multiple_bytes);
    if (!clock->packets)
        return WEFT_OK;
    uint64_t file_bytes = clock->media->at_bytes[clock->media->points - 1];
    if (!weft_packets_check(clock->packets, clock->payload_bytes, file_bytes))
        return weft_fail(
            error, WEFT_INVALID,
            "stream %s: packets of %s; allowed: in order, apart, no larger than the payload, the last "
            "one to the end of the file",
            stream->name, clock->media->name);
    return WEFT_OK;
}

static int check_stream(const struct weft_setup *setup, const struct weft_stream *stream,
                        struct weft_error *error)
{
    const struct weft_bound indices[] = {{"server", stream->server, 0, setup->servers - 1},
                                         {"device", stream->device, 0, setup->devices - 1}};
    int status = CHECK_BOUNDS("stream", stream->name, indices, error);
    const struct weft_media *media = stream->clock.media;
    if (status == WEFT_OK && media)
        status = weft_media_check(media, error);
    if (status == WEFT_OK && media && media->at_ps[media->points - 1] > WEFT_CHECK_MOST_PS)
        status =
            weft_fail(error, WEFT_INVALID, "stream %s: %s lasts longer than %" PRIu64 " s; allowed: less",
                      stream->name, media->name, WEFT_CHECK_MOST_PS / WEFT_PS_PER_S);
    if (status != WEFT_OK)
        return status;
    const struct weft_server *server = &setup->server[stream->server];
    const struct weft_bound bounds[] = {
        {"application", stream->application, 0, server->applications - 1},
        {"class", stream->class_, 0, WEFT_CLASSES - 1},
        {"start (ps)", stream->clock.start_ps, 0, WEFT_CHECK_MOST_PS},
        {"rate (bit/s)", stream->clock.rate_bps, 1, WEFT_CHECK_MOST_BPS},
        {"payload (B)", stream->clock.payload_bytes, format_of(&stream->clock)->least_bytes,
         most_payload(setup, server, &stream->clock)},
        {"fault (ps)", stream->fault ? stream->fault_ps : 0, 0, WEFT_CHECK_MOST_PS},
    };
    status = CHECK_BOUNDS("stream", stream->name, bounds, error);
    if (status == WEFT_OK)
        status = check_packets(stream, error);
    if (status != WEFT_OK)
        return status;
    const struct weft_bound packets[] = {
        {"number of packets", weft_clock_due_before(&stream->clock, setup->duration_ps), 0, UINT32_MAX - 1}};
    return CHECK_BOUNDS("stream", stream->name, packets, error);
}

/* An upper bound of what one packet costs, in thousandths of a cycle. A packet of 65,535 bytes touches at
 * most 17 pages of 4 KiB, once when it is filled and once when it is copied; beside what is counted by page, by byte and by header, nothing happens more than
 * four times a packet. */
static weft_u128 packet_mcycles_bound(const struct weft_profile *profile, enum weft_price_end end,
                                      uint32_t payload_bytes)
{
    static const uint32_t by_page[] = {WEFT_TRANSLATIONS, WEFT_PAGES_PINNED,   WEFT_PAGE_WALK_REFERENCES,
                                       WEFT_DESCRIPTORS,  WEFT_PAGE_FAULTS,    WEFT_TLB_MISSES,
                                       WEFT_TLB_MISSES,   WEFT_TLB_REFERENCES, WEFT_TLB_REFERENCES};
    static const uint32_t by_byte[] = {WEFT_COPIED_BYTES, WEFT_CHECKSUM_BYTES, WEFT_FILLED_BYTES,
                                       WEFT_DRAM_BYTES, WEFT_COLD_BYTES};
    enum { OTHERS_PER_PACKET = 4, REFERENCES = (WEFT_DESC_FRAGMENTS + 1) * WEFT_PAGE_4K_REFERENCES };
    weft_u128 sum = 0;
    for (uint32_t e = 0; e < WEFT_EVENTS; e++)
        sum += (weft_u128)weft_event_mcycles(1, &profile->price[e], end) * OTHERS_PER_PACKET;
    for (size_t i = 0; i < sizeof(by_page) / sizeof(by_page[0]); i++)
        sum += (weft_u128)weft_event_mcycles(1, &profile->price[by_page[i]], end) * REFERENCES;
    for (size_t i = 0; i < sizeof(by_byte) / sizeof(by_byte[0]); i++)
        sum += (weft_u128)weft_event_mcycles(1, &profile->price[by_byte[i]], end) * 4 * payload_bytes;
    return sum;
}

/* Everything that is to be sent, done one after the other on the slowest station as often as a way has ports, must end
 * before time runs out. */
static int check_end(const struct weft_setup *setup, uint32_t longest, struct weft_error *error)
{
    weft_u128 bits = weft_check_sources_bits(setup), mcycles = 0, most_mcycles = 0;
    uint64_t slowest_bps = setup->write.axes.pacing->shapes ? setup->write.pacing_argument : UINT64_MAX;
    uint64_t slowest_hz = UINT64_MAX;
    for (uint32_t i = 0; i < setup->servers; i++) {
        slowest_bps = setup->server[i].link_bps < slowest_bps ? setup->server[i].link_bps : slowest_bps;
        slowest_hz = setup->server[i].cpu_hz < slowest_hz ? setup->server[i].cpu_hz : slowest_hz;
    }
    for (uint32_t i = 0; i < weft_setup_ports(setup); i++)
        slowest_bps =
            weft_setup_port_bps(setup, i) < slowest_bps ? weft_setup_port_bps(setup, i) : slowest_bps;
    for (uint32_t i = 0; i < setup->streams; i++) {
        const struct weft_stream *stream = &setup->stream[i];
        const struct weft_server *server = &setup->server[stream->server];
        uint64_t packets = weft_clock_due_before(&stream->clock, setup->duration_ps);
        uint32_t header_bytes = weft_format_header_bytes(stream->clock.format, setup->network);
        uint32_t frame = weft_frame_bytes(setup->network, header_bytes + stream->clock.payload_bytes);
        bits += (weft_u128)packets * weft_wire_bytes(setup->network, frame) * 8;
        mcycles += packets * packet_mcycles_bound(server->profile, WEFT_TYPICAL, stream->clock.payload_bytes);
        most_mcycles +=
            packets * packet_mcycles_bound(server->profile, WEFT_HIGH, stream->clock.payload_bytes);
    }
    weft_u128 end_ps =
        bits * WEFT_PS_PER_S / slowest_bps * longest + mcycles * (WEFT_PS_PER_S / 1000) / slowest_hz;
    if (end_ps > MAX_END_PS)
        return weft_fail(error, WEFT_INVALID,
                         "scenario %s: what it sends could take longer than %" PRIu64
                         " s on its slowest link and core; allowed: less",
                         setup->name, MAX_END_PS / WEFT_PS_PER_S);
    if (most_mcycles > UINT64_MAX)
        return weft_fail(error, WEFT_INVALID,
                         "scenario %s: what it sends could cost more than 2^64 thousandths of a cycle at the "
                         "highest prices; allowed: less",
                         setup->name);
    return WEFT_OK;
}

static int check_argument(const struct weft_setup *setup, const char *what, const char *name,
                          const struct weft_argument *argument, uint64_t value, struct weft_error *error)
{
    if (weft_argument_allows(argument, value))
        return WEFT_OK;
    if (argument->kind == WEFT_ARGUMENT_NONE)
        return weft_fail(error, WEFT_INVALID, "scenario %s: %s %s has an argument; allowed: none",
                         setup->name, what, name);
    return weft_fail(error, WEFT_INVALID,
                     "scenario %s: %s %s has the argument %" PRIu64 "; allowed: %" PRIu64 " to %" PRIu64,
                     setup->name, what, name, value, argument->min, argument->max);
}

static int check_write(const struct weft_setup *setup, struct weft_error *error)
{
    const struct weft_write *write = &setup->write;
    const struct weft_order *order = write->axes.order;
    const struct weft_pacing *pacing = write->axes.pacing;
    const struct weft_interrupt *interrupt = write->axes.interrupt;
    int status = check_argument(setup, "order", order->name, &order->argument, write->order_argument, error);
    if (status == WEFT_OK)
        status = check_argument(setup, "interrupt", interrupt->name, &interrupt->argument,
                                write->interrupt_argument, error);
    if (status == WEFT_OK)
        status =
            check_argument(setup, "pacing", pacing->name, &pacing->argument, write->pacing_argument, error);
    for (uint32_t i = 0; pacing->shapes && i < setup->servers && status == WEFT_OK; i++)
        if (write->pacing_argument > setup->server[i].link_bps)
            status =
                weft_fail(error, WEFT_INVALID,
                          "scenario %s: pacing is %s:%" PRIu64 " bit/s; allowed: at most the link of server "
                          "%s, %" PRIu64 " bit/s",
                          setup->name, pacing->name, write->pacing_argument, setup->server[i].name,
                          setup->server[i].link_bps);
    return status;
}

/* The buffers of all streams, each mapped twice, must fit into one address space. A film's most packets are not looked
 * for here: no more than all of it can be due. */
static int check_buffers(const struct weft_setup *setup, struct weft_error *error)
{
    weft_ps interval_ps = weft_setup_interval(setup);
    weft_u128 bytes = 0;
    for (uint32_t i = 0; i < setup->streams; i++) {
        const struct weft_clock *clock = &setup->stream[i].clock;
        uint32_t slots = setup->server[setup->stream[i].server].ring_slots;
        bool ends = clock->media && !clock->loops;
        uint64_t packets = ends ? 2 * weft_clock_packets(clock) : 0;
        if (!ends)
            packets = weft_clock_buffer_packets(clock, interval_ps, setup->duration_ps, slots);
        packets *= setup->stream[i].fault ? 2 : 1; /* and what one more interval carries */
        bytes += (weft_u128)2 * ((weft_u128)packets * clock->payload_bytes + WEFT_PAGE_2M);
    }
    if (bytes > MAX_ADDRESS)
        return weft_fail(
            error, WEFT_INVALID,
            "scenario %s: stream buffers for one interval and the ring need more than "
            "2^46 B of virtual memory; allowed: a shorter interval, a smaller ring, fewer streams",
            setup->name);
    return WEFT_OK;
}

/* Warm-up ends between two calls, so that calls, packets and cycles are counted over the same stretch. */
static int check_warmup(const struct weft_setup *setup, struct weft_error *error)
{
    weft_ps interval_ps = weft_setup_interval(setup);
    assert(interval_ps > 0); /* there is a stream, and none is so fast that two packets take no time */
    if (setup->warmup_ps % interval_ps != 0)
        return weft_fail(error, WEFT_INVALID,
                         "scenario %s: warmup is %" PRIu64
                         " ps; allowed: a multiple of the interval, %" PRIu64 " ps",
                         setup->name, setup->warmup_ps, interval_ps);
    return WEFT_OK;
}

int weft_setup_check(const struct weft_setup *setup, struct weft_error *error)
{
    const struct weft_bound bounds[] = {
        {"duration (ps)", setup->duration_ps, 1, WEFT_CHECK_MOST_PS},
        {"warmup (ps)", setup->warmup_ps, 0, setup->duration_ps - 1},
        {"interval (ps)", setup->write.interval_ps, 0, WEFT_CHECK_MOST_PS},
        {"number of servers", setup->servers, 1, MAX_SERVERS},
        {"number of switches", setup->switches, 1, MAX_SWITCHES},
        {"number of trunks", setup->trunks, 0, MAX_PORTS},
        {"number of devices", setup->devices, 1, MAX_PORTS},
        {"number of streams", setup->streams, 1, MAX_STREAMS},
        {"number of background sources", setup->sources, 0, MAX_PORTS},
    };
    int status = CHECK_BOUNDS("scenario", setup->name, bounds, error);
    if (status == WEFT_OK)
        status = weft_names_check(setup, error);
    for (uint32_t i = 0; i < setup->servers && status == WEFT_OK; i++)
        status = check_server(setup, &setup->server[i], error);
    if (status == WEFT_OK)
        status = check_ports(setup, error);
    if (status == WEFT_OK)
        status = check_write(setup, error);
    for (uint32_t i = 0; i < setup->streams && status == WEFT_OK; i++)
        status = check_stream(setup, &setup->stream[i], error);
    if (status == WEFT_OK)
        status = weft_packet_names_check(setup, error);
    uint32_t longest = 1;
    if (status == WEFT_OK)
        status = weft_check_network(setup, &longest, error);
    if (status == WEFT_OK)
        status = check_end(setup, longest, error);
    if (status == WEFT_OK)
        status = check_warmup(setup, error);
    return status == WEFT_OK ? check_buffers(setup, error) : status;
}

weft_ps weft_setup_interval(const struct weft_setup *setup)
{
    weft_ps interval_ps = setup->write.interval_ps;
    for (uint32_t i = 0; i < setup->streams && setup->write.interval_ps == 0; i++) {
        const struct weft_clock *clock = &setup->stream[i].clock;
        weft_ps two_packets_ps = weft_interval_for_rate(clock->rate_bps, clock->payload_bytes);
        interval_ps = two_packets_ps > interval_ps ? two_packets_ps : interval_ps;
    }
    return interval_ps;
}
