/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A table of back ends for a `weft` of the tests: each runs the reference and tells one thing of packet 100 otherwise. */

#include "backends.h"
#include "weft/host.h"
#include "weft/reference.h"

#include <stdlib.h>
#include <string.h>

enum { PACKET = 100 };

/* Who stands between the back end and those who look on. */
struct liar {
    const struct weft_watch *watch;
    size_t watches;
    /* Changes a train before it is told, or tells something itself. */
    void (*lie)(const struct liar *liar, enum weft_point point, uint32_t node, struct weft_train *train);
    void (*miscount)(struct weft_host_counters *counters);
};

static void tell(const struct liar *liar, enum weft_point point, uint32_t node,
                 const struct weft_train *train)
{
    for (size_t i = 0; i < liar->watches && train->n > 0; i++)
        if (liar->watch[i].packets)
            liar->watch[i].packets(liar->watch[i].ctx, point, node, train);
}

static void packets(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    const struct liar *liar = ctx;
    struct weft_train changed = *train;
    if (liar->lie)
        liar->lie(liar, point, node, &changed);
    tell(liar, point, node, &changed);
}

static void advance(void *ctx, weft_ps until_ps)
{
    const struct liar *liar = ctx;
    for (size_t i = 0; i < liar->watches; i++)
        if (liar->watch[i].advance)
            liar->watch[i].advance(liar->watch[i].ctx, until_ps);
}

static void server(void *ctx, uint32_t index, const struct weft_host_counters *counters)
{
    const struct liar *liar = ctx;
    struct weft_host_counters changed = *counters;
    if (liar->miscount)
        liar->miscount(&changed);
    for (size_t i = 0; i < liar->watches; i++)
        if (liar->watch[i].server)
            liar->watch[i].server(liar->watch[i].ctx, index, &changed);
}

static int run(struct liar *liar, const struct weft_setup *setup, struct weft_error *error)
{
    bool bytes = false;
    for (size_t i = 0; i < liar->watches; i++)
        bytes = bytes || liar->watch[i].bytes;
    const struct weft_watch watch = {
        .ctx = liar, .bytes = bytes, .packets = packets, .advance = advance, .server = server};
    return weft_backend_reference.run(setup, &watch, 1, error);
}

/* --- the lies --- */

/* The place of a packet in a train, or its end. */
static uint32_t place_of(const struct weft_train *train, uint64_t packet)
{
    uint32_t i = 0;
    while (i < train->n && train->packet[i] != packet)
        i++;
    return i;
}

#define MOVE(column) memmove(&train->column[i], &train->column[i + 1], after * sizeof train->column[i])
static void leave_out(struct weft_train *train, uint32_t i)
{
    size_t after = train->n - 1 - i;
    MOVE(packet);
    MOVE(stream);
    MOVE(number);
    MOVE(payload_bytes);
    MOVE(frame_bytes);
    MOVE(tx_ps);
    MOVE(at_ps);
    MOVE(done_ps);
    MOVE(enter_ps);
    MOVE(port);
    MOVE(outcome);
    train->n--;
}

/* That packet alone. */
static struct weft_train only(const struct weft_train *train, uint32_t i)
{
    struct weft_train one = *train;
    for (uint32_t k = train->n; k-- > 0;)
        if (k != i)
            leave_out(&one, k);
    return one;
}

/* Its last bit leaves the port 1 ps later. */
static void shift(const struct liar *liar, enum weft_point point, uint32_t node, struct weft_train *train)
{
    uint32_t i = place_of(train, PACKET);
    (void)liar, (void)node;
    if (point == WEFT_AT_SWITCH && i < train->n)
        train->done_ps[i]++;
}

/* It never was. */
static void drop(const struct liar *liar, enum weft_point point, uint32_t node, struct weft_train *train)
{
    uint32_t i = place_of(train, PACKET);
    (void)liar, (void)point, (void)node;
    if (i < train->n)
        leave_out(train, i);
}

/* It finds no room in its port. */
static void lose(const struct liar *liar, enum weft_point point, uint32_t node, struct weft_train *train)
{
    uint32_t i = place_of(train, PACKET);
    (void)liar, (void)node;
    if (point == WEFT_AT_SWITCH && i < train->n) {
        train->outcome[i] = WEFT_DROPPED_BUFFER;
        train->done_ps[i] = WEFT_NEVER;
    }
    if (point == WEFT_AT_DEVICE && i < train->n)
        leave_out(train, i);
}

/* It and the next one have changed places on the server's link. */
static void swap(const struct liar *liar, enum weft_point point, uint32_t node, struct weft_train *train)
{
    (void)liar, (void)point, (void)node;
    for (uint32_t i = 0; i < train->n; i++)
        if (train->packet[i] == PACKET || train->packet[i] == PACKET + 1)
            train->packet[i] = PACKET + (train->packet[i] == PACKET);
}

/* It is told twice at its device. */
static void repeat(const struct liar *liar, enum weft_point point, uint32_t node, struct weft_train *train)
{
    uint32_t i = place_of(train, PACKET);
    if (point != WEFT_AT_DEVICE || i == train->n)
        return;
    tell(liar, point, node, train);
    *train = only(train, i);
}

/* It is longer at its device than it was before. */
static void stretch(const struct liar *liar, enum weft_point point, uint32_t node, struct weft_train *train)
{
    uint32_t i = place_of(train, PACKET);
    (void)liar, (void)node;
    if (point == WEFT_AT_DEVICE && i < train->n)
        train->frame_bytes[i]++;
}

/* It does not come to its device. */
static void forget(const struct liar *liar, enum weft_point point, uint32_t node, struct weft_train *train)
{
    uint32_t i = place_of(train, PACKET);
    (void)liar, (void)node;
    if (point == WEFT_AT_DEVICE && i < train->n)
        leave_out(train, i);
}

/* It is told at the switch before those that came there before it. */
static void disorder(const struct liar *liar, enum weft_point point, uint32_t node, struct weft_train *train)
{
    uint32_t i = place_of(train, PACKET);
    if (point != WEFT_AT_SWITCH || i == train->n)
        return;
    const struct weft_train one = only(train, i);
    leave_out(train, i);
    tell(liar, point, node, &one);
}

static void one_overrun_more(struct weft_host_counters *counters)
{
    counters->overruns++;
}

static int refuse(const struct weft_setup *setup, struct weft_error *error)
{
    return weft_fail(error, WEFT_INVALID, "%u servers; allowed: none", setup->servers);
}

static int refuse_two(const struct weft_setup *setup, struct weft_error *error)
{
    return setup->servers == 2 ? weft_fail(error, WEFT_INVALID, "2 servers; allowed: others") : WEFT_OK;
}

static int crash(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,
                 struct weft_error *error)
{
    (void)setup, (void)watch, (void)watches, (void)error;
    abort();
}

/* --- the table --- */

#define LIAR(name_, lie_, miscount_, tolerance)                                                              \
    static int name_##_run(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,   \
                           struct weft_error *error)                                                         \
    {                                                                                                        \
        struct liar liar = {.watch = watch, .watches = watches, .lie = (lie_), .miscount = (miscount_)};     \
        return run(&liar, setup, error);                                                                     \
    }                                                                                                        \
    static const struct weft_backend name_##_backend = {                                                     \
        .version = WEFT_BACKEND_VERSION, .name = #name_, .help = #name_, .run = name_##_run};                \
    static const struct backend_row name_##_row = {                                                          \
        .name = #name_, .help = #name_, .builtin = &name_##_backend, .tolerance_ps = (tolerance)}

LIAR(honest, NULL, NULL, 0);
LIAR(shifts, shift, NULL, 0);
LIAR(shifts_openly, shift, NULL, 1);
LIAR(drops, drop, NULL, 0);
LIAR(loses, lose, NULL, 0);
LIAR(swaps, swap, NULL, 0);
LIAR(repeats, repeat, NULL, 0);
LIAR(stretches, stretch, NULL, 0);
LIAR(forgets, forget, NULL, 0);
LIAR(disorders, disorder, NULL, 0);
LIAR(miscounts, NULL, one_overrun_more, 0);

static const struct weft_backend refuses_backend = {
    .version = WEFT_BACKEND_VERSION, .name = "refuses", .help = "refuses", .refuse = refuse, .run = crash};
static const struct weft_backend crashes_backend = {.version = WEFT_BACKEND_VERSION,
                                                    .name = "crashes",
                                                    .help = "crashes",
                                                    .refuse = refuse_two,
                                                    .run = crash};
static const struct backend_row reference_row = {
    .name = "reference", .help = "reference", .builtin = &weft_backend_reference};
static const struct backend_row refuses_row = {
    .name = "refuses", .help = "refuses", .builtin = &refuses_backend};
static const struct backend_row crashes_row = {
    .name = "crashes", .help = "crashes", .builtin = &crashes_backend};
static const struct backend_row absent_row = {
    .name = "absent", .help = "absent", .module = "weft-absent.so", .package = "libabsent-dev"};

const struct backend_row *const backends[] = {
    &reference_row, &honest_row,  &shifts_row,    &shifts_openly_row,
    &drops_row,     &loses_row,   &swaps_row,     &repeats_row,
    &stretches_row, &forgets_row, &disorders_row, &miscounts_row,
    &refuses_row,   &crashes_row, &absent_row,    NULL};
