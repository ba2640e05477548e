/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory systems of servers: where a row comes from, keys that win over it, what results show of it, what is refused; and
 * what copying costs with small pages and with large ones, where a write without copies touches none. */

#include "keys.h"
#include "policies.h"
#include "run_result.h"
#include "weft.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define REST                                                                                                 \
    "[switch s]\n[device d]\n[stream f]\nrate = 4 Mbit/s\n[scenario]\nduration = 80 ms\n[write]\nmethod = "  \
    "batched\ninterval = 40 ms\n"

static void assert_settings(JsonObject *result, const char *const *expected)
{
    for (; expected[0]; expected += 2)
        g_assert_cmpstr(run_result_setting(result, "server a", expected[0]), ==, expected[1]);
}

/* A server has what it names, else what its profile does; the values of keys that are given win, wherever they stand. */
static void test_values(void)
{
    static const struct {
        const char *keys;
        const char *expected[20];
    } cases[] = {
        {"profile = free\n",
         {"memory", "none", "tlb_sets", "none", "tlb_ways", "", "walk_cache", "none", "cache", "unlimited",
          "dma_cache", "unlimited", "tagged", "yes", "walks_ranges", "no", "touch", "before", NULL}},
        {"profile = server-2003\n",
         {"memory", "xeon-2003", "tlb_sets", "1", "tlb_ways", "64", "walk_cache", "none", "cache", "512 KiB",
          "dma_cache", "none", "tagged", "no", "walks_ranges", "no", NULL}},
        {"", {"memory", "skylake-sp", "tlb_sets", "128", "tlb_ways", "12", "walk_cache", "32", NULL}},
        {"page = 2 MiB\n", {"memory", "skylake-sp", "tlb_sets", "128", "walk_cache", "4", NULL}},
        {"memory = zen-3\nprofile = server-2003\n",
         {"memory", "zen-3", "tlb_ways", "16", "dma_cache", "none", "tagged", "yes", NULL}},
        {"tlb_sets = 8\nwalk_cache = none\nmemory = xeon-2003\ndma_cache = unlimited\ntagged = yes\n",
         {"memory", "xeon-2003", "tlb_sets", "8", "tlb_ways", "64", "walk_cache", "none", "dma_cache",
          "unlimited", "tagged", "yes", NULL}},
        {"tlb_sets = none\ncache = 1 KiB\nwalks_ranges = no\ntouch = first\n",
         {"tlb_sets", "none", "cache", "1 KiB", "walks_ranges", "no", "touch", "first", NULL}},
        {"memory = none\ntlb_ways = 3\ntlb_sets = 1\n", {"tlb_sets", "1", "tlb_ways", "3", NULL}},
        {"profile = file:mine.ini\n", {"memory", "zen-3", "tlb_ways", "16", NULL}},
    };
    char *directory = scratch_new();
    g_free(scratch_file(directory, "mine.ini", "[profile]\nmemory = zen-3\nbase = modern-x86\n"));
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strconcat("[server a]\n", cases[i].keys, REST, NULL);
        g_autoptr(JsonObject) result = run_result(directory, text, (const char *const[]){NULL});
        assert_settings(result, cases[i].expected);
    }
    scratch_free(directory);
}

/* Settings that are shown are the scenario again: a run of them gives the same. */
static void test_settings_again(void)
{
    static const char *const shown[] = {"memory",    "tlb_sets", "tlb_ways",     "walk_cache", "cache",
                                        "dma_cache", "tagged",   "walks_ranges", "touch"};
    char *directory = scratch_new();
    for (size_t i = 0; weft_memory_systems[i]; i++) {
        g_autofree char *first =
            g_strconcat("[server a]\nmemory = ", weft_memory_systems[i]->name, "\n", REST, NULL);
        g_autoptr(JsonObject) result = run_result(directory, first, (const char *const[]){NULL});
        g_autoptr(GString) text = g_string_new("[server a]\n");
        for (size_t k = 0; k < G_N_ELEMENTS(shown); k++)
            if (*run_result_setting(result, "server a", shown[k]))
                g_string_append_printf(text, "%s = %s\n", shown[k],
                                       run_result_setting(result, "server a", shown[k]));
        g_string_append(text, REST);
        g_autoptr(JsonObject) again = run_result(directory, text->str, (const char *const[]){NULL});
        JsonObject *a = json_object_get_object_member(result, "scenario"),
                   *b = json_object_get_object_member(again, "scenario");
        g_assert_cmpstr(json_object_get_string_member(a, "hash"), ==,
                        json_object_get_string_member(b, "hash"));
    }
    scratch_free(directory);
}

static void test_refused(void)
{
    static const struct {
        const char *keys, *said;
    } cases[] = {
        {"tlb_sets = 3\n",
         "^m\\.ini:2: server\\.tlb_sets: 3 is no power of two; allowed: none, or a power of "
         "two up to 4096\n$"},
        {"memory = none\ntlb_sets = 4\n",
         "^m\\.ini:1: server\\.tlb_ways: is missing, as memory = none has none; allowed: 1 to 256\n$"},
        {"memory = skylake\n", "^m\\.ini:2: server\\.memory: unknown memory \"skylake\".*; allowed: none, "
                               "xeon-2003, skylake-sp, zen-3\n$"},
    };
    char *directory = scratch_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strconcat("[server a]\n", cases[i].keys, REST, NULL);
        g_free(scratch_file(directory, "m.ini", text));
        struct said said = weft(directory, "run", "m.ini", NULL);
        assert_bad(&said, 2, cases[i].said);
        said_clear(&said);
    }
    scratch_free(directory);
}

/* --- small pages and large ones --- */

/* A hundred viewers, whose buffers have far more pages of 4 KiB than a TLB. */
#define VIEWERS                                                                                              \
    "[scenario]\nduration = 1 s\n[server a]\nlink = 1 Gbit/s\n[switch s]\nport = 100 Mbit/s\n[device d]\n"   \
    "count = 100\n[stream f]\ncount = 100\nrate = 3.75 Mbit/s\npayload = 1316 B\n[write]\ninterval = 40 "    \
    "ms\n"

struct cost {
    double misses, references, miss_cycles, reference_cycles, cycles, copies;
};

static double member_of(JsonObject *server, const char *object, const char *event)
{
    return json_object_get_double_member(json_object_get_object_member(server, object), event);
}

static struct cost cost_of(const char *directory, const char *method, const char *page)
{
    g_autofree char *write = g_strconcat("write.method=", method, NULL),
                    *size = g_strconcat("server.page=", page, NULL);
    g_autoptr(JsonObject) result = run_result(directory, VIEWERS, (const char *const[]){write, size, NULL});
    JsonArray *servers = json_object_get_array_member(result, "servers");
    JsonObject *server = json_array_get_object_element(servers, 0);
    return (struct cost){
        .misses = member_of(server, "counts", "tlb_misses"),
        .references = member_of(server, "counts", "tlb_references"),
        .copies = member_of(server, "counts", "copies"),
        .miss_cycles = member_of(server, "cycles", "tlb_misses"),
        .reference_cycles = member_of(server, "cycles", "tlb_references"),
        .cycles = json_object_get_double_member(json_object_get_object_member(result, "totals"), "cycles"),
    };
}

/* Copying methods miss nearly every page that they read, once per call that reads it; with 2 MiB pages next to none, and what
 * they cost less is what the walks cost. Zero copy touches nothing, with pages of either size. */
static void test_page_sizes(void)
{
    static const char *const copying[] = {"per-packet", "batched", "per-destination"};
    static const char *const others[] = {"interleaved", "per-destination-zero-copy"};
    char *directory = scratch_new();
    for (size_t i = 0; i < G_N_ELEMENTS(copying); i++) {
        struct cost small = cost_of(directory, copying[i], "4 KiB"),
                    large = cost_of(directory, copying[i], "2 MiB");
        double walks =
            small.miss_cycles + small.reference_cycles - large.miss_cycles - large.reference_cycles;
        g_test_message("%s: %.0f pages of 4 KiB missed, %.0f of 2 MiB; %.0f cycles less of %.0f", copying[i],
                       small.misses, large.misses, walks, small.cycles);
        g_assert_cmpfloat(small.misses, >, 10000);
        g_assert_cmpfloat(large.misses, <, small.misses / 50);
        g_assert_cmpfloat(small.references, >=, small.misses);
        g_assert_cmpfloat(walks, >, 0);
        g_assert_cmpfloat_with_epsilon(small.cycles - large.cycles, walks, 1);
    }
    for (size_t i = 0; i < 2 * G_N_ELEMENTS(others); i++) {
        struct cost cost = cost_of(directory, others[i / 2], i % 2 ? "4 KiB" : "2 MiB");
        g_assert_cmpfloat(cost.misses + cost.references + cost.copies, ==, 0);
    }
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/memories/values", test_values);
    g_test_add_func("/memories/settings-again", test_settings_again);
    g_test_add_func("/memories/refused", test_refused);
    g_test_add_func("/memories/page-sizes", test_page_sizes);
    return g_test_run();
}
