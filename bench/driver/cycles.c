/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The driver is timed from outside: around its two functions, and where it calls functions of its rows. */

#include "cycles.h"

#include "drive.h"
#include "series.h"

#if defined(__x86_64__)
#include <x86intrin.h>

static uint64_t ticks(void)
{
    unsigned int processor;
    uint64_t now = __rdtscp(&processor); /* waits for what came before */
    _mm_lfence();                        /* what comes after waits for it */
    return now;
}

bool cycles_known(void)
{
    return true;
}
#else
static uint64_t ticks(void)
{
    return 0;
}

bool cycles_known(void)
{
    return false;
}
#endif

enum { WARM_CALLS = 2, CALLS = 15 };

/* What a pair of readings adds to what lies between them. */
static uint64_t reading_cycles(void)
{
    uint64_t least = UINT64_MAX;
    for (int i = 0; i < 100; i++) {
        uint64_t from = ticks(), between = ticks() - from;
        least = between < least ? between : least;
    }
    return least;
}

/* --- rows that look at the clock; rows have no context, so what they count is here --- */

static struct {
    const struct weft_translation *translation;
    const struct weft_order *order;
    uint64_t reading, in_translation, in_order; /* of the call that runs */
} watched;

static uint64_t since(uint64_t from)
{
    return ticks() - from - watched.reading;
}

static uint64_t watch_translate(const struct weft_space *space, const struct weft_region *region,
                                uint64_t address, uint64_t pages, bool range, uint64_t *physical,
                                uint64_t *references)
{
    uint64_t from = ticks();
    uint64_t found =
        watched.translation->translate(space, region, address, pages, range, physical, references);
    watched.in_translation += since(from);
    return found;
}

static void watch_begin(void *state, const struct weft_order_call *call)
{
    uint64_t from = ticks();
    watched.order->begin(state, call);
    watched.in_order += since(from);
}

static size_t watch_emit(void *state, const struct weft_order_call *call, uint32_t *entry_index, size_t max)
{
    uint64_t from = ticks();
    size_t n = watched.order->emit(state, call, entry_index, max);
    watched.in_order += since(from);
    return n;
}

/* --- a round --- */

/* Medians of calls through one driver. */
struct shares {
    double all, translate, order;
};

static struct shares measure(const struct path *path, const struct drive_rows *rows)
{
    g_autoptr(GArray) all = series_new(), translate = series_new(), order = series_new();
    struct drive *drive = drive_new(path, rows);
    double packets = path_call_packets(path);
    watched.reading = reading_cycles();
    for (int i = 0; i < WARM_CALLS + CALLS; i++) {
        watched.in_translation = watched.in_order = 0;
        uint64_t steps, in_driver = drive_call(drive, ticks, &steps);
        if (i < WARM_CALLS)
            continue;
        series_add(all, (double)(in_driver - (1 + steps) * watched.reading) / packets);
        series_add(translate, (double)watched.in_translation / packets);
        series_add(order, (double)watched.in_order / packets);
    }
    drive_free(drive);
    return (struct shares){series_spread(all).median, series_spread(translate).median,
                           series_spread(order).median};
}

void cycles_measure(const struct path *path, struct cycles *cycles)
{
    const struct drive_rows rows = drive_rows_of(path);
    struct weft_translation translation = *path->translation;
    struct weft_order order = *path->order;
    struct drive_rows sizes_only = rows, watching = rows;
    sizes_only.sizes_only = true;
    watched.translation = path->translation;
    watched.order = path->order;
    translation.translate = watch_translate;
    order.begin = watch_begin;
    order.emit = watch_emit;
    watching.translation = &translation;
    watching.order = &order;
    struct shares whole = measure(path, &rows), sizes = measure(path, &sizes_only),
                  parts = measure(path, &watching);
    series_add(cycles->all, whole.all);
    series_add(cycles->translate, parts.translate);
    series_add(cycles->order, parts.order);
    series_add(cycles->cut, sizes.all - parts.translate - parts.order);
    series_add(cycles->bytes, whole.all - sizes.all);
}

struct cycles cycles_new(void)
{
    return (struct cycles){series_new(), series_new(), series_new(), series_new(), series_new()};
}

void cycles_clear(struct cycles *cycles)
{
    g_array_unref(cycles->all);
    g_array_unref(cycles->translate);
    g_array_unref(cycles->order);
    g_array_unref(cycles->cut);
    g_array_unref(cycles->bytes);
}
