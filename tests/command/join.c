/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows of three back ends joined, and what is said of them. The rows are made up; the memory is looked at in real runs. */

#include "agreement.h"
#include "lab.h"
#include "weft/reference.h"

#include <string.h>

static const struct backend_row rows[] = {
    {.name = "a", .builtin = &weft_backend_reference},
    {.name = "b", .builtin = &weft_backend_reference},
    {.name = "c", .builtin = &weft_backend_reference, .tolerance_ps = 1}};

static struct agreement *agreement_of(guint n, guint most)
{
    g_autoptr(GPtrArray) sides = g_ptr_array_new();
    for (guint i = 0; i < n; i++)
        g_ptr_array_add(sides, (void *)&rows[i]);
    return agreement_new(sides, false, NULL, most);
}

/* The rows of one setup come to `agreement`. */
static struct join *begin(struct agreement *agreement, struct lab *lab)
{
    const struct agreement_case one = {g_strdup("made up"), "interleaved", 1};
    g_array_append_val(agreement->cases, one);
    return join_new(agreement, lab_setup(lab));
}

static struct way_row row_of(uint64_t packet, uint16_t hop)
{
    return (struct way_row){.packet = packet,
                            .hop = hop,
                            .tx_ps = 1000 + packet,
                            .sent_ps = 1001 + packet,
                            .in_ps = 1002 + packet,
                            .enter_ps = 1003 + packet,
                            .out_ps = 1004 + packet,
                            .device_ps = 1005 + packet,
                            .bytes_hash = 77,
                            .frame_bytes = 100,
                            .payload_bytes = 50,
                            .number = (uint32_t)packet};
}

/* In whatever order the rows come, those that are alike are none that differ. */
static void test_order(void)
{
    enum { PACKETS = 52 };
    struct lab *lab = lab_new(1);
    struct agreement *agreement = agreement_of(3, 5);
    struct join *join = begin(agreement, lab);
    for (guint i = 0; i < PACKETS; i++)
        for (guint side = 0; side < 3; side++) {
            guint packet =
                (i * (7 + 4 * side) + side) % PACKETS; /* each once: the factors share none with 52 */
            const struct way_row row = row_of(packet / 2, packet % 2);
            join_row(join, side, &row);
        }
    join_finish(join);
    join_free(join);
    for (guint side = 0; side < 3; side++) {
        g_assert_true(agreement_side_holds(&agreement->side[side]));
        g_assert_cmpuint(agreement->side[side].rows, ==, PACKETS);
        g_assert_cmpuint(agreement->side[side].packets, ==, PACKETS / 2);
    }
    g_assert_cmpuint(agreement->rows->len, ==, 0);
    agreement_free(agreement);
    lab_free(lab);
}

/* Change the value of a column, by one, or to `value` where that is not 0. */
static void change(struct way_row *row, const struct agreement_column *column, uint64_t value)
{
    char *at = (char *)row + column->offset;
    uint64_t new = value ? value : agreement_value(column, row) + 1;
    uint32_t word = (uint32_t) new;
    uint8_t byte = (uint8_t) new;
    memcpy(at,
           column->bytes == 8   ? (void *)&new
           : column->bytes == 4 ? (void *)&word
                                : (void *)&byte,
           column->bytes);
    g_assert_cmpuint(agreement_value(column, row), ==,
                     column->bytes == 8   ? new
                     : column->bytes == 4 ? word
                                          : byte);
}

/* One row of each kind; only side `side` differs from the first, in one column. */
static struct agreement *differ(guint side, size_t column, uint64_t value, uint64_t first_value)
{
    struct lab *lab = lab_new(1);
    struct agreement *agreement = agreement_of(3, 5);
    struct join *join = begin(agreement, lab);
    for (guint i = 0; i < 3; i++) {
        struct way_row row = row_of(3, 0);
        if (i == side)
            change(&row, &agreement_columns[column], value);
        else if (first_value)
            change(&row, &agreement_columns[column], first_value);
        join_row(join, i, &row);
    }
    join_finish(join);
    join_free(join);
    lab_free(lab);
    return agreement;
}

/* Each column is looked at, and tells nothing of the others. */
static void test_columns(void)
{
    for (size_t column = 0; column < AGREEMENT_COLUMNS; column++) {
        struct agreement *agreement = differ(1, column, 0, 0);
        const struct agreement_side *b = &agreement->side[1];
        for (size_t i = 0; i < AGREEMENT_COLUMNS; i++)
            g_assert_cmpuint(b->column[i].rows, ==, i == column);
        g_assert_cmpuint(b->column[column].largest_ps, ==, agreement_columns[column].is_time);
        g_assert_false(agreement_side_holds(b));
        g_assert_true(agreement_side_holds(&agreement->side[2]));
        g_assert_cmpuint(agreement->rows->len, ==, 1);
        agreement_free(agreement);
    }
}

/* 1 ps is what the third back end promises of instants; of all else it promises equality. */
static void test_tolerance(void)
{
    for (size_t column = 0; column < AGREEMENT_COLUMNS; column++) {
        gboolean is_time = agreement_columns[column].is_time;
        struct agreement *near = differ(2, column, 0, 0), *far = differ(2, column, 3000, 2998),
                         *none = differ(2, column, WEFT_NEVER, 0),
                         *from_none = differ(2, column, 3000, WEFT_NEVER);
        g_assert_cmpint(agreement_side_holds(&near->side[2]), ==, is_time);
        g_assert_cmpuint(near->rows->len, ==, is_time ? 0 : 1); /* what may differ is not shown */
        g_assert_false(agreement_side_holds(&far->side[2]));
        g_assert_cmpuint(far->side[2].column[column].largest_ps, ==, is_time ? 2 : 0);
        g_assert_false(agreement_side_holds(&none->side[2]));
        g_assert_false(agreement_side_holds(&from_none->side[2]));
        agreement_free(near);
        agreement_free(far);
        agreement_free(none);
        agreement_free(from_none);
    }
}

/* Which of many are kept: the first by first bit, packet and switch, whatever comes first. */
static void test_first(void)
{
    struct lab *lab = lab_new(1);
    struct agreement *agreement = agreement_of(2, 3);
    struct join *join = begin(agreement, lab);
    for (guint64 packet = 9; packet > 0; packet--)
        for (guint side = 0; side < 2; side++) {
            struct way_row row = row_of(packet, 0);
            row.out_ps += side * packet;
            if (packet != 2 || side == 0)
                join_row(join, side, &row);
        }
    join_finish(join);
    const struct agreement_row *first = (void *)agreement->rows->data;
    g_assert_cmpuint(agreement->rows->len, ==, 3);
    for (guint i = 0; i < 3; i++) {
        g_assert_cmpuint(first[i].row[0].packet, ==, i + 1);
        g_assert_true(first[i].has[0]);
        g_assert_cmpint(first[i].has[1], ==, i != 1);
    }
    g_assert_cmpuint(agreement->side[1].missing, ==, 1);
    g_assert_cmpuint(agreement->side[1].column[4].rows, ==, 8);
    g_assert_cmpuint(agreement->side[1].column[4].largest_ps, ==, 9);
    join_free(join);
    agreement_free(agreement);
    lab_free(lab);
}

/* A row that only one has, or that one has twice. */
static void test_alone(void)
{
    struct lab *lab = lab_new(1);
    struct agreement *agreement = agreement_of(3, 5);
    struct join *join = begin(agreement, lab);
    const struct way_row one = row_of(1, 0), two = row_of(2, 0);
    join_row(join, 0, &one);
    join_row(join, 1, &one);
    join_row(join, 1, &one); /* twice, before the third has told it */
    join_row(join, 2, &one);
    join_row(join, 2, &one); /* twice, after all have */
    join_row(join, 2, &two); /* alone */
    join_finish(join);
    g_assert_cmpuint(agreement->side[1].extra, ==, 1);
    g_assert_cmpuint(agreement->side[2].extra, ==, 2);
    g_assert_cmpuint(agreement->side[1].missing, ==, 0);
    g_assert_cmpuint(agreement->side[2].missing, ==, 0);
    g_assert_false(agreement_holds(agreement));
    join_free(join);
    agreement_free(agreement);
    lab_free(lab);
}

/* Who leaves is not waited for, and nothing is held against it. */
static void test_leave(void)
{
    struct lab *lab = lab_new(1);
    struct agreement *agreement = agreement_of(3, 5);
    struct join *join = begin(agreement, lab);
    const struct way_row one = row_of(1, 0), two = row_of(2, 0);
    join_row(join, 0, &one);
    join_row(join, 1, &one);
    join_leave(join, 2);
    join_row(join, 0, &two);
    join_row(join, 1, &two);
    join_finish(join);
    for (guint i = 0; i < 3; i++)
        g_assert_true(agreement_side_holds(&agreement->side[i]));
    join_free(join);
    agreement_free(agreement);
    lab_free(lab);
}

/* Every counter has a name of its own, and is compared. */
static void test_counters(void)
{
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    for (size_t i = 0; i < AGREEMENT_COUNTERS; i++) {
        struct lab *lab = lab_new(1);
        struct agreement *agreement = agreement_of(2, 5);
        struct join *join = begin(agreement, lab);
        struct weft_host_counters a[2], b[2];
        memset(a, 0, sizeof a);
        memcpy(b, a, sizeof b);
        memset((char *)&b[1] + i * sizeof(uint64_t), 1, 1);
        agreement_compare_counters(agreement, 1, 2, a, b);
        g_assert_cmpuint(agreement->side[1].counters, ==, 1);
        const struct agreement_counter *found = (void *)agreement->counters->data;
        g_assert_cmpuint(found->index, ==, 1);
        g_assert_cmpuint(found->counter, ==, i);
        g_assert_cmpuint(found->value[1], ==, 1);
        g_assert_true(g_hash_table_add(names, (void *)agreement_counter_name(i)));
        join_free(join);
        agreement_free(agreement);
        lab_free(lab);
    }
}

/* Of 300,000 packets never more wait than two children can be apart: a few reads, whatever is sent. */
static void test_memory(void)
{
    g_autoptr(GError) error = NULL;
    struct lab *lab = lab_new(100);
    struct agreement *agreement = agreement_of(2, 5);
    lab_server(lab, 0)->link_bps = UINT64_C(10000000000);
    lab->setup.duration_ps = 8 * WEFT_PS_PER_S;
    g_assert_true(agreement_run(agreement, lab_setup(lab), false, &error));
    g_test_message("%" G_GUINT64_FORMAT " packets, at most %" G_GUINT64_FORMAT " waited",
                   agreement->side[0].packets, agreement->most_waiting);
    g_assert_true(agreement_holds(agreement));
    g_assert_cmpuint(agreement->side[0].packets, >, 250000);
    g_assert_cmpuint(agreement->most_waiting, <, 10000);
    agreement_free(agreement);
    lab_free(lab);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/join/order", test_order);
    g_test_add_func("/join/columns", test_columns);
    g_test_add_func("/join/tolerance", test_tolerance);
    g_test_add_func("/join/first", test_first);
    g_test_add_func("/join/alone", test_alone);
    g_test_add_func("/join/leave", test_leave);
    g_test_add_func("/join/counters", test_counters);
    g_test_add_func("/join/memory", test_memory);
    return g_test_run();
}
