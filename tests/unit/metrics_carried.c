/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is known of packets on their way, against GLib's hash table: random packets come and go, all is kept, and memory
 * grows with how far apart the packets are that are in at once and not with those that ever were. */
#include "metrics/carried.h"

#include <glib.h>

enum { STEPS = 200000, MOST = 300, SERVERS = 3, OLDEST = 500 };

static uint64_t draw(uint64_t below)
{
    return (uint64_t)g_test_rand_int() % below;
}

static void remove_one(struct weft_carried *carried, GHashTable *truth, GArray *in, guint at)
{
    uint64_t name = g_array_index(in, uint64_t, at);
    struct weft_carried_packet *packet = weft_carried_find(carried, name);
    g_assert_nonnull(packet);
    g_assert_cmpuint(packet->number, ==, (uint32_t)name);
    weft_carried_remove(packet);
    g_hash_table_remove(truth, &name);
    g_array_remove_index(in, at);
    g_assert_null(weft_carried_find(carried, name));
}

/* Of the packets of a server none is so old that the ring has to grow further; they lie in `in` as they came. */
static void remove_oldest(struct weft_carried *carried, GHashTable *truth, GArray *in, const uint64_t *next)
{
    for (guint i = 0; i < in->len;) {
        uint64_t name = g_array_index(in, uint64_t, i);
        if ((name & 0xffffffffff) + OLDEST < next[name >> 40])
            remove_one(carried, truth, in, i);
        else
            i++;
    }
}

static void test_random(void)
{
    struct weft_carried carried;
    g_autoptr(GHashTable) truth = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    g_autoptr(GArray) in = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    uint64_t next[SERVERS] = {0};
    weft_carried_init(&carried, SERVERS);
    for (uint32_t step = 0; step < STEPS; step++) {
        /* Fill and empty in turns, so that the table is seen at every load. */
        if (in->len > 0 && (in->len >= MOST || draw(100) < (step / 1000 % 2 ? 60 : 40))) {
            remove_one(&carried, truth, in, (guint)draw(in->len));
            continue;
        }
        uint64_t server = draw(SERVERS), name = server << 40 | next[server]++;
        remove_oldest(&carried, truth, in, next);
        weft_carried_add(&carried, name)->number = (uint32_t)name;
        g_hash_table_add(truth, g_memdup2(&name, sizeof name));
        g_array_append_val(in, name);
        uint64_t asked = draw(SERVERS) << 40 | (next[server] - draw(MIN(next[server] + 1, 700)));
        g_assert_cmpint(weft_carried_find(&carried, asked) != NULL, ==, g_hash_table_contains(truth, &asked));
    }
    while (in->len > 0)
        remove_one(&carried, truth, in, 0);
    for (uint32_t i = 0; i < SERVERS; i++)
        g_assert_cmpuint(carried.ring[i].mask + 1, <=, 512);
    weft_carried_clear(&carried);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/metrics/carried/random", test_random);
    return g_test_run();
}
