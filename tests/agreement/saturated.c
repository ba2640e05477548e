/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "saturated.h"

#include "journal.h"

#define US UINT64_C(1000000)
#define MS (1000 * US)

/* A call takes 2 ms and 300 us a packet, on a core of 1 GHz; its packets are rung together, 1382 bytes at 10 Gbit/s each. */
enum { CBR = 4, FILMS = 2, CALLS = 30, FILM_BYTES = 225036, PAYLOAD = 1316 };
#define INTERVAL_PS  (20 * MS)
#define CALL_PS      (2 * MS)
#define PACKET_PS    (300 * US)
#define WIRE_PS      UINT64_C(1105600)
#define FILM_PS      (150 * MS)
#define FILM_FROM_PS (100 * MS)
#define STARTUP_PS   (15 * MS)

/* A film of its own length at a constant rate of 12 Mbit/s: 171 full packets. */
static const struct weft_media *film(void)
{
    static const uint64_t at_bytes[] = {0, FILM_BYTES};
    static const weft_ps at_ps[] = {0, FILM_PS};
    static uint8_t data[FILM_BYTES];
    static const struct weft_media media = {
        .name = "film", .points = 2, .at_bytes = at_bytes, .at_ps = at_ps, .data = data};
    return &media;
}

struct lab *saturated_lab(void)
{
    static struct weft_profile profile = {.name = "slow"};
    profile.price[WEFT_WRITE_CALLS].typical_mcycles = CALL_PS;
    profile.price[WEFT_PACKETS].typical_mcycles = PACKET_PS;
    struct lab *lab = lab_new(CBR + FILMS);
    lab_use(lab, lab_method("interleaved"));
    lab->setup.duration_ps = CALLS * INTERVAL_PS;
    lab->setup.write.interval_ps = INTERVAL_PS;
    struct weft_server *server = lab_server(lab, 0);
    server->cpu_hz = UINT64_C(1000000000);
    server->profile = &profile;
    server->link_bps = UINT64_C(10000000000);
    server->ring_slots = server->doorbell_packets = 1024;
    for (guint i = 0; i < CBR + FILMS; i++) {
        struct weft_clock *clock = &lab_stream(lab, i)->clock;
        lab_device(lab, i)->rate_bps = UINT64_C(10000000000);
        lab_device(lab, i)->startup_ps = STARTUP_PS;
        if (i < CBR)
            continue;
        clock->media = film();
        clock->rate_bps = weft_media_rate_bps(clock->media);
        clock->start_ps = FILM_FROM_PS;
    }
    return lab;
}

/* The instant at which byte n x 1316 of a stream is due. */
static weft_ps due_of(const struct weft_setup *setup, const struct journal_row *row, uint64_t n)
{
    if (row->stream < CBR)
        return (weft_ps)((weft_u128)n * PAYLOAD * 8 * WEFT_PS_PER_S /
                         setup->stream[row->stream].clock.rate_bps);
    return FILM_FROM_PS + (weft_ps)((weft_u128)n * PAYLOAD * FILM_PS / FILM_BYTES);
}

struct call {
    uint64_t packets;
    weft_ps start_ps, end_ps;
};

/* How many packets call k has, of what was sent at all, and then its instants. */
static void recur(const struct weft_setup *setup, const struct journal_row *row, uint64_t rows,
                  struct call *call)
{
    for (uint64_t i = 0; i < rows; i++) {
        weft_ps due_ps = due_of(setup, &row[i], row[i].number);
        g_assert_cmpuint(due_ps, <, CALLS * INTERVAL_PS);
        call[due_ps / INTERVAL_PS].packets++;
    }
    weft_ps end_ps = 0;
    for (uint64_t k = 0; k < CALLS; k++) {
        call[k].start_ps = MAX(k * INTERVAL_PS, end_ps);
        end_ps = call[k].end_ps = call[k].start_ps + CALL_PS + call[k].packets * PACKET_PS;
    }
}

/* Packets follow each other from the end of their call on, and pass the switch without waiting. */
static uint64_t check_packets(const struct weft_setup *setup, const struct journal_row *row, uint64_t rows,
                              const struct call *call)
{
    uint64_t late = 0, k = 0, in_call = 0;
    for (uint64_t i = 0; i < rows; i++, in_call++, row++) {
        if (in_call == call[k].packets) {
            in_call = 0;
            k++;
        }
        g_assert_cmpuint(due_of(setup, row, row->number) / INTERVAL_PS, ==, k);
        g_assert_cmpuint(row->tx_ps, ==, call[k].end_ps + in_call * WIRE_PS);
        g_assert_cmpuint(row->device_in_ps, ==, row->tx_ps + 2 * WIRE_PS);
        late += row->device_in_ps > due_of(setup, row, row->number + 1) + STARTUP_PS;
    }
    return late;
}

/* What all calls together come to. */
struct sums {
    uint64_t overruns, overloads;
    weft_ps slip_ps, busy_ps;
};

static struct sums add_up(const struct call *call)
{
    struct sums sums = {0};
    for (uint64_t k = 0; k < CALLS; k++) {
        weft_ps takes_ps = call[k].end_ps - call[k].start_ps, slip_ps = call[k].start_ps - k * INTERVAL_PS;
        sums.slip_ps = MAX(sums.slip_ps, slip_ps);
        sums.busy_ps += takes_ps;
        sums.overruns += slip_ps > 0;
        sums.overloads += takes_ps > INTERVAL_PS;
    }
    return sums;
}

static void check_counters(const struct weft_host_counters *counters, const struct sums *sums)
{
    g_assert_cmpuint(counters->overruns, ==, sums->overruns);
    g_assert_cmpuint(counters->cpu_overruns, ==, sums->overruns);
    g_assert_cmpuint(counters->call_slip_max_ps, ==, sums->slip_ps);
    g_assert_cmpuint(counters->ledger.count[WEFT_WRITE_CALLS], ==, CALLS);
    g_assert_cmpuint(counters->busy_ps, ==, sums->busy_ps);
    g_assert_cmpuint(counters->busiest_core_ps, ==, sums->busy_ps);
}

void saturated_check(const struct weft_setup *setup, GBytes *journal)
{
    struct call call[CALLS] = {0};
    const struct journal_row *row = g_bytes_get_data(journal, NULL);
    const uint64_t rows = journal_rows(journal, 1);
    recur(setup, row, rows, call);
    const struct sums sums = add_up(call);
    const uint64_t late = check_packets(setup, row, rows, call);
    g_assert_cmpuint(sums.overloads, >, 5);             /* else it is no case of what it is for; */
    g_assert_cmpuint(sums.overruns, >, sums.overloads); /* what has slipped takes longer to be made up for, */
    g_assert_cmpuint(call[CALLS - 1].start_ps, ==, (CALLS - 1) * INTERVAL_PS); /* and is in the end; */
    g_assert_cmpuint(late, >, rows / 10); /* devices feel it, some of them */
    g_assert_cmpuint(late, <, rows);
    check_counters(journal_counters(journal, 1), &sums);
}
