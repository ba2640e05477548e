/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is compared, and how. */

#include "agreement.h"

#include <stddef.h>
#include <string.h>

#define TIME(name, member, help)                                                                             \
    {                                                                                                        \
        name, help, offsetof(struct way_row, member), sizeof(weft_ps), true                                  \
    }
#define FACT(name, member, help)                                                                             \
    {                                                                                                        \
        name, help, offsetof(struct way_row, member), sizeof(((struct way_row *)NULL)->member), false        \
    }

const struct agreement_column agreement_columns[AGREEMENT_COLUMNS] = {
    TIME("tx_ps", tx_ps, "first bit onto the server's link"),
    TIME("sent_ps", sent_ps, "last bit onto it"),
    TIME("switch_in_ps", in_ps, "last bit in the switch"),
    TIME("port_in_ps", enter_ps, "from when on it is in its port"),
    TIME("switch_out_ps", out_ps, "last bit out of the port"),
    TIME("device_in_ps", device_ps, "last bit at the device"),
    FACT("outcome", outcome, "forwarded or delivered, or why it was lost"),
    FACT("port", port, "that it leaves the switch by"),
    FACT("frame_bytes", frame_bytes, "size of the frame"),
    FACT("payload_bytes", payload_bytes, "size of the payload"),
    FACT("stream", stream, "stream, or source of background traffic"),
    FACT("number", number, "of the packet in its stream"),
    FACT("bytes", bytes_hash, "what the NIC read, where bytes are carried"),
};

uint64_t agreement_value(const struct agreement_column *column, const struct way_row *row)
{
    const char *at = (const char *)row + column->offset;
    uint32_t word;
    uint64_t value;
    if (column->bytes == sizeof value) {
        memcpy(&value, at, sizeof value);
        return value;
    }
    if (column->bytes != sizeof word)
        return *(const uint8_t *)at;
    memcpy(&word, at, sizeof word);
    return word;
}

/* --- counters --- */

_Static_assert(sizeof(struct weft_host_counters) % sizeof(uint64_t) == 0, "counters are of 64 bits");

/* Where a counter, or a row of them, lies; the rows in the order of the struct. */
struct counters {
    size_t offset;
    const char *name; /* of one; NULL: of each in turn */
    const char *(*name_of)(size_t which);
};

static const char *event_name(size_t event)
{
    return weft_events[event].name;
}

static const char *status_name(size_t status)
{
    return status == WEFT_ENTRY_OK ? "refused.none" : weft_entry_statuses[status].name;
}

#define AT(member) offsetof(struct weft_host_counters, member)
static const struct counters counters[] = {
    {AT(ledger), NULL, event_name},
    {AT(entries_below_packet), "entries_below_packet", NULL},
    {AT(refused_entries), "refused_entries", NULL},
    {AT(refused.packets), "packets_refused", NULL},
    {AT(refused.entries), NULL, status_name},
    {AT(overruns), "overruns", NULL},
    {AT(cpu_overruns), "cpu_overruns", NULL},
    {AT(call_slip_max_ps), "call_slip_max_ps", NULL},
    {AT(busy_ps), "busy_ps", NULL},
    {AT(busiest_core_ps), "busiest_core_ps", NULL},
    {AT(registered_pages), "registered_pages", NULL},
};

const char *agreement_counter_name(size_t counter)
{
    size_t row = G_N_ELEMENTS(counters) - 1, offset = counter * sizeof(uint64_t);
    while (counters[row].offset > offset)
        row--;
    return counters[row].name ? counters[row].name
                              : counters[row].name_of((offset - counters[row].offset) / sizeof(uint64_t));
}

/* `n` numbers of a server or stream, the first of which is `counter`. */
static void compare_numbers(struct agreement *agreement, const struct agreement_counter *of, size_t n,
                            const uint64_t *a, const uint64_t *b)
{
    for (size_t i = 0; i < n; i++) {
        if (a[i] == b[i])
            continue;
        struct agreement_counter differs = *of;
        differs.counter += i;
        differs.value[0] = a[i];
        differs.value[1] = b[i];
        agreement->side[of->side].counters++;
        if (agreement->counters->len < agreement->most)
            g_array_append_val(agreement->counters, differs);
    }
}

void agreement_compare_counters(struct agreement *agreement, guint side, uint32_t n,
                                const struct weft_host_counters *first,
                                const struct weft_host_counters *other)
{
    for (uint32_t i = 0; i < n; i++) {
        const struct agreement_counter of = {.run = agreement->cases->len - 1, .side = side, .index = i};
        uint64_t a[AGREEMENT_COUNTERS], b[AGREEMENT_COUNTERS];
        memcpy(a, &first[i], sizeof a);
        memcpy(b, &other[i], sizeof b);
        compare_numbers(agreement, &of, AGREEMENT_COUNTERS, a, b);
    }
}

void agreement_compare_refused(struct agreement *agreement, guint side, uint32_t n,
                               const struct weft_refused *first, const struct weft_refused *other)
{
    for (uint32_t i = 0; i < n; i++) {
        const struct agreement_counter of = {.run = agreement->cases->len - 1,
                                             .side = side,
                                             .of_stream = true,
                                             .index = i,
                                             .counter = AT(refused) / sizeof(uint64_t)};
        uint64_t a[sizeof *first / sizeof(uint64_t)], b[sizeof *first / sizeof(uint64_t)];
        memcpy(a, &first[i], sizeof a);
        memcpy(b, &other[i], sizeof b);
        compare_numbers(agreement, &of, G_N_ELEMENTS(a), a, b);
    }
}

/* --- rows --- */

static int which_first(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* By run, first bit, packet, switch, back end. */
static gint compare_order(gconstpointer left, gconstpointer right)
{
    const struct agreement_row *a = left, *b = right;
    const struct way_row *x = &a->row[!a->has[0]], *y = &b->row[!b->has[0]];
    int order = which_first(a->run, b->run);
    order = order ? order : which_first(x->tx_ps, y->tx_ps);
    order = order ? order : which_first(x->packet, y->packet);
    order = order ? order : which_first(x->hop, y->hop);
    return order ? order : which_first(a->side, b->side);
}

void agreement_keep_row(const struct agreement *agreement, GArray *rows, const struct agreement_row *row)
{
    guint at = rows->len;
    while (at > 0 && compare_order(row, &g_array_index(rows, struct agreement_row, at - 1)) < 0)
        at--;
    if (at < agreement->most)
        g_array_insert_vals(rows, at, row, 1);
    if (rows->len > agreement->most)
        g_array_set_size(rows, agreement->most);
}

/* Note that two values differ in a column. True: they are further apart than they may be. */
static bool note(struct agreement_side *side, size_t column, uint64_t a, uint64_t b)
{
    bool both = agreement_columns[column].is_time && a != WEFT_NEVER && b != WEFT_NEVER;
    uint64_t apart_ps = a > b ? a - b : b - a;
    side->column[column].rows++;
    if (both && apart_ps > side->column[column].largest_ps)
        side->column[column].largest_ps = apart_ps;
    bool beyond = !both || apart_ps > side->tolerance_ps;
    side->column[column].beyond |= beyond;
    return beyond;
}

void agreement_compare(struct agreement *agreement, guint side, const struct way_row *first,
                       const struct way_row *other)
{
    if (memcmp(first, other, sizeof *first) == 0)
        return;
    const struct agreement_row differs = {
        .run = agreement->cases->len - 1, .side = side, .has = {true, true}, .row = {*first, *other}};
    bool beyond = false;
    for (size_t i = 0; i < AGREEMENT_COLUMNS; i++) {
        uint64_t a = agreement_value(&agreement_columns[i], first),
                 b = agreement_value(&agreement_columns[i], other);
        if (a != b)
            beyond |= note(&agreement->side[side], i, a, b);
    }
    if (beyond)
        agreement_keep_row(agreement, agreement->rows, &differs);
}
