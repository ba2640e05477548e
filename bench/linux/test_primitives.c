/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Primitives are measured, within bounds that hold for any machine, and in the order that no machine turns round: what is in no cache
 * costs more than what is, a page fault more than a system call, a switch of threads more than one, too. */

#include "primitive_memory.h"

#include <math.h>
#include <string.h>

enum { ROUNDS = 5, ROWS_MOST = 64 };

/* ns a unit, of row `name`; NAN: the machine refuses it. */
static double of(const struct spread *results, const char *name)
{
    for (guint i = 0; i < primitives_count(); i++)
        if (strcmp(primitives[i].name, name) == 0)
            return results[i].median == PRIMITIVE_REFUSED ? NAN : results[i].median;
    g_assert_not_reached();
}

static void is_within(const struct spread *results, const char *name, double least, double most)
{
    double ns = of(results, name);
    g_test_message("%s: %g ns", name, ns);
    if (isnan(ns))
        return;
    g_assert_cmpfloat(ns, >=, least);
    g_assert_cmpfloat(ns, <=, most);
}

static void is_less(const struct spread *results, const char *less, const char *more)
{
    double less_ns = of(results, less), more_ns = of(results, more);
    if (isnan(less_ns) || isnan(more_ns))
        return;
    g_assert_cmpfloat(less_ns, <, more_ns);
}

static void measures(void)
{
    struct spread results[ROWS_MOST];
    GError *error = NULL;
    g_assert_cmpuint(primitives_count(), <=, ROWS_MOST);
    primitives_measure(ROUNDS, NULL, NULL, results, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < primitives_count(); i++)
        if (results[i].median != PRIMITIVE_REFUSED) {
            g_assert_cmpfloat(results[i].least, <=, results[i].median);
            g_assert_cmpfloat(results[i].median, <=, results[i].most);
        }
    /* from far below what the fastest machine does to far above what a slow, busy one does; sanitizers slow C down */
    is_within(results, "system-call", 10, 20e3);
    is_within(results, "copy-hot-1472", 0.001, 20);
    is_within(results, "checksum-hot-1472", 0.003, 50);
    is_within(results, "fill-hot-1472", 0.0005, 20);
    is_within(results, "page-walk", 4, 5e3);
    is_within(results, "page-fault", 50, 200e3);
    is_within(results, "page-pin", 2, 20e3);
    is_within(results, "page-unpin", 0.5, 20e3);
    is_within(results, "context-switch", 100, 500e3);
    is_within(results, "timer-wake-up", 100, 2e6);
    is_within(results, "timer-lateness", 10, 1e9);
    is_less(results, "copy-hot-64", "copy-cold-64");
    is_less(results, "copy-hot-1472", "copy-cold-1472");
    is_less(results, "checksum-hot-1472", "checksum-cold-1472");
    is_less(results, "fill-hot-1472", "fill-cold-1472");
    is_less(results, "copy-cold-65536",
            "copy-cold-64"); /* the first line is waited for, the others are fetched ahead */
    is_less(results, "page-unpin", "page-pin-cold");
    is_less(results, "system-call", "page-fault");
    is_less(results, "system-call", "context-switch");
    is_less(results, "system-call", "timer-wake-up");
}

/* RFC 1071 by bytes: the sum of words of two bytes, the carry added again, in any order of bytes. */
static uint16_t sum_by_bytes(const uint8_t *data, uint32_t bytes)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < bytes; i += 2) {
        sum += GUINT16_FROM_LE((uint16_t)(data[i] | data[i + 1] << 8));
        if (sum > 0xffff)
            sum -= 0xffff;
    }
    return (uint16_t)sum;
}

static void sums(void)
{
    enum { BYTES = 1472, CASES = 200 };
    uint64_t words[BYTES / sizeof(uint64_t)] = {0};
    uint8_t *data = (uint8_t *)words;
    for (int i = 0; i < CASES; i++) {
        uint32_t bytes = 2 * (uint32_t)g_test_rand_int_range(1, BYTES / 2 + 1);
        for (uint32_t k = 0; k < bytes; k++)
            data[k] = (uint8_t)(i == 0 ? 0xff : g_test_rand_int());
        g_assert_cmpuint(internet_sum(data, bytes) % 0xffff, ==, sum_by_bytes(data, bytes) % 0xffff);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/primitives/measures", measures);
    g_test_add_func("/primitives/sums", sums);
    return g_test_run();
}
