/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The store of bytes on their way, against GLib's hash table: random packets come and go, all bytes are kept,
 * and memory grows with the packets that are in at once and not with those that ever were. */
#include "metrics/carried.h"

#include <glib.h>
#include <string.h>

enum { STEPS = 200000, MOST = 300, ROOM = 16 };

static uint64_t draw(uint64_t below)
{
    return (uint64_t)g_test_rand_int() % below;
}

static void remove_one(struct weft_carried *carried, GHashTable *truth, GArray *in)
{
    guint at = (guint)draw(in->len);
    uint64_t name = g_array_index(in, uint64_t, at);
    uint32_t slot = weft_carried_find(carried, name);
    g_assert_cmpuint(slot, !=, WEFT_NOT_CARRIED);
    g_assert_cmpuint(carried->length[slot], ==, 8);
    g_assert_true(memcmp(weft_carried_bytes(carried, slot), &name, 8) == 0);
    weft_carried_remove(carried, slot);
    g_hash_table_remove(truth, &name);
    g_array_remove_index_fast(in, at);
    g_assert_cmpuint(weft_carried_find(carried, name), ==, WEFT_NOT_CARRIED);
}

static void test_random(void)
{
    struct weft_carried carried;
    g_autoptr(GHashTable) truth = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    g_autoptr(GArray) in = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    uint64_t next[3] = {0};
    weft_carried_init(&carried, ROOM);
    for (uint32_t step = 0; step < STEPS; step++) {
        /* Fill and empty in turns, so that the table is seen at every load. */
        if (in->len > 0 && (in->len >= MOST || draw(100) < (step / 1000 % 2 ? 60 : 40))) {
            remove_one(&carried, truth, in);
            continue;
        }
        uint64_t server = draw(3), name = server << 40 | next[server]++;
        uint32_t slot = weft_carried_add(&carried, name);
        memcpy(weft_carried_bytes(&carried, slot), &name, 8);
        carried.length[slot] = 8;
        g_hash_table_add(truth, g_memdup2(&name, sizeof name));
        g_array_append_val(in, name);
        uint64_t asked = draw(3) << 40 | (next[server] - draw(MIN(next[server] + 1, 500)));
        g_assert_cmpint(weft_carried_find(&carried, asked) != WEFT_NOT_CARRIED, ==,
                        g_hash_table_contains(truth, &asked));
    }
    while (in->len > 0)
        remove_one(&carried, truth, in);
    g_assert_cmpuint(carried.slots, <=, 512);
    g_assert_cmpuint(carried.free_n, ==, carried.slots);
    weft_carried_clear(&carried);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/metrics/carried/random", test_random);
    return g_test_run();
}
