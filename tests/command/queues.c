/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What ports hold over time: every change against what the packets' traces say, on each back end; and fewer lines, of which
 * each is one of all changes and none of a peak is lost. */

#include "queue_trace.h"

#include "backends.h"
#include "weft.h"

#include <json-glib/json-glib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* Two servers, three switches, packets of two sizes, bursts: ports of trunks and of devices that drop. Cells in the core. */
#define TREE                                                                                                 \
    "[scenario]\nduration = 200 ms\n[server a]\ncount = 2\nswitch = core\nprofile = free\n"                  \
    "[switch core]\ncell = 208 B\nbuffer = 24 KiB\n[switch leaf]\ncount = 2\nbuffer = 6 packets\n"           \
    "[trunk t]\nfrom = core\nto = leaf\nrate = 200 Mbit/s\n[device d]\ncount = 6\nswitch = leaf\n"           \
    "[stream f]\ncount = 6\nrate = 4 Mbit/s\npayload = 1316 B\n"                                             \
    "[stream g]\ncount = 6\nrate = 2.3 Mbit/s\npayload = 700 B\nstart = 1.1 ms\n"                            \
    "[write]\nmethod = multi-destination\ninterval = 20 ms\n"
#define BACKGROUND "[background b]\ndevice = d-2\nrate = 60 Mbit/s\npacket = 500 B\n"
#define BY_CLASS   "|--set|switch.scheduler=priority|--set|stream.g.class=5"
enum { CELL_BYTES = 208, PORTS_MAX = 16 };

/* A run with `more` options, separated by '|'; its result. */
static JsonObject *run(const char *directory, const char *scenario, const char *backend, const char *more)
{
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();
    g_auto(GStrv) parts = g_strsplit(more, "|", -1);
    const char *const first[] = {"run",    scenario, "--backend",      backend,
                                 "--json", "-",      "--trace-queues", "q.csv"};
    for (size_t i = 0; i < G_N_ELEMENTS(first); i++)
        g_ptr_array_add(arguments, (void *)first[i]);
    for (guint i = 0; parts[i] && *parts[i]; i++)
        g_ptr_array_add(arguments, parts[i]);
    g_ptr_array_add(arguments, NULL);
    struct said said = weft_with(directory, NULL, (const char *const *)arguments->pdata);
    assert_good(&said);
    g_autoptr(JsonNode) root = json_from_string(said.out, NULL);
    said_clear(&said);
    return json_object_ref(json_node_get_object(root));
}

/* --- lines --- */

struct line {
    guint64 at_ps, packets, bytes;
    bool arrival; /* of what is expected */
};

/* The lines of each port, PORTS_MAX arrays of struct line; every line is one of four numbers, in order per port. */
static void read_lines(const char *text, GArray **port)
{
    g_auto(GStrv) rows = g_strsplit(text, "\n", -1);
    g_assert_cmpstr(rows[0], ==, "port,at_ps,packets,bytes");
    for (guint p = 0; p < PORTS_MAX; p++)
        port[p] = g_array_new(FALSE, FALSE, sizeof(struct line));
    for (guint i = 1; *rows[i]; i++) {
        g_auto(GStrv) cells = g_strsplit(rows[i], ",", -1);
        g_assert_cmpuint(g_strv_length(cells), ==, 4);
        guint64 number[4];
        for (guint c = 0; c < 4; c++)
            number[c] = g_ascii_strtoull(cells[c], NULL, 10);
        const struct line line = {number[1], number[2], number[3], false};
        g_assert_cmpuint(number[0], <, PORTS_MAX);
        GArray *lines = port[number[0]];
        g_assert_true(lines->len == 0 ||
                      g_array_index(lines, struct line, lines->len - 1).at_ps <= line.at_ps);
        g_array_append_val(lines, line);
    }
}

static void free_lines(GArray **port)
{
    for (guint p = 0; p < PORTS_MAX; p++)
        g_array_unref(port[p]);
}

/* --- what the traces say --- */

static int departures_first(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    if (x->at_ps != y->at_ps)
        return x->at_ps < y->at_ps ? -1 : 1;
    return (int)x->arrival - (int)y->arrival;
}

/* Frame bytes by "PACKET,SERVER". */
static GHashTable *frames_of(const char *trace)
{
    GHashTable *frames = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_auto(GStrv) rows = g_strsplit(trace, "\n", -1);
    for (guint i = 1; *rows[i]; i++) {
        g_auto(GStrv) cells = g_strsplit(rows[i], ",", -1);
        g_hash_table_insert(frames, g_strdup_printf("%s,%s", cells[0], cells[1]),
                            GUINT_TO_POINTER(atoi(cells[4])));
    }
    return frames;
}

/* Arrivals and departures with the frame's bytes, then sums: a frame is in its port from in_ps to out_ps. */
static void expect_lines(const char *trace, const char *hops, bool cut_through, GArray **port)
{
    g_autoptr(GHashTable) frames = frames_of(trace);
    g_auto(GStrv) rows = g_strsplit(hops, "\n", -1);
    for (guint p = 0; p < PORTS_MAX; p++)
        port[p] = g_array_new(FALSE, FALSE, sizeof(struct line));
    for (guint i = 1; *rows[i]; i++) {
        g_auto(GStrv) cells = g_strsplit(rows[i], ",", -1);
        g_autofree char *packet = g_strdup_printf("%s,%s", cells[0], cells[1]);
        guint64 bytes = GPOINTER_TO_UINT(g_hash_table_lookup(frames, packet));
        if (*cells[7] == '\0') /* never was in the port */
            continue;
        /* From when its first 64 bytes are in: servers send at 1 Gbit/s, trunks at 200 Mbit/s, and no link behind is faster. */
        guint64 early_ps = cut_through ? (bytes - 64) * 8 * (atoi(cells[3]) == 0 ? 1000 : 5000) : 0;
        if (atoi(cells[4]) == 0)
            bytes = (bytes + CELL_BYTES - 1) / CELL_BYTES * CELL_BYTES;
        const struct line in = {g_ascii_strtoull(cells[6], NULL, 10) - early_ps, 1, bytes, true},
                          out = {g_ascii_strtoull(cells[7], NULL, 10), 1, bytes, false};
        g_array_append_val(port[atoi(cells[5])], in);
        g_array_append_val(port[atoi(cells[5])], out);
    }
    for (guint p = 0; p < PORTS_MAX; p++) {
        guint64 packets = 0, bytes = 0;
        g_array_sort(port[p], departures_first);
        for (guint i = 0; i < port[p]->len; i++) {
            struct line *line = &g_array_index(port[p], struct line, i);
            packets = line->arrival ? packets + 1 : packets - 1;
            bytes = line->arrival ? bytes + line->bytes : bytes - line->bytes;
            line->packets = packets;
            line->bytes = bytes;
        }
    }
}

static void assert_same_lines(const struct line *is, const struct line *must)
{
    g_assert_cmpuint(is->at_ps, ==, must->at_ps);
    g_assert_cmpuint(is->packets, ==, must->packets);
    g_assert_cmpuint(is->bytes, ==, must->bytes);
}

static void test_every_change(gconstpointer backend)
{
    static const struct {
        const char *set;
        bool cut_through;
    } cases[] = {{"", false},
                 {"|--set|write.order=smooth|--set|scenario.warmup=60 ms", false},
                 {"|--set|switch.buffer=unlimited|--set|switch.leaf.latency=3 us", false},
                 {"|--set|switch.forwarding=cut-through", true},
                 {BY_CLASS "|--set|switch.buffer=unlimited|--set|switch.leaf.latency=3 us", false},
                 {BY_CLASS "|--set|switch.forwarding=cut-through", true}};
    if (!backend_check(backends_find(backend), NULL)) {
        g_test_skip("not built");
        return;
    }
    char *directory = scratch_new();
    g_free(scratch_file(directory, "tree.ini", TREE));
    for (size_t s = 0; s < G_N_ELEMENTS(cases); s++) {
        g_autofree char *more =
            g_strconcat("--trace-queues-points|0|--trace|t.csv|--trace-hops|h.csv", cases[s].set, NULL);
        g_autoptr(JsonObject) result = run(directory, "tree.ini", backend, more);
        JsonObject *totals = json_object_get_object_member(result, "totals");
        g_assert_true(s % 2 || (json_object_get_int_member(totals, "packets_dropped") > 0) == (s == 0));
        g_autofree char *text = scratch_text(directory, "q.csv"), *trace = scratch_text(directory, "t.csv"),
                        *hops = scratch_text(directory, "h.csv");
        GArray *is[PORTS_MAX], *must[PORTS_MAX];
        guint busy = 0;
        read_lines(text, is);
        expect_lines(trace, hops, cases[s].cut_through, must);
        for (guint p = 0; p < PORTS_MAX; p++) {
            g_assert_cmpuint(is[p]->len, ==, must[p]->len);
            busy += is[p]->len > 0;
            for (guint i = 0; i < is[p]->len; i++)
                assert_same_lines(&g_array_index(is[p], struct line, i),
                                  &g_array_index(must[p], struct line, i));
        }
        g_assert_cmpuint(busy, ==, 6 + 2); /* devices, and trunks down */
        free_lines(is);
        free_lines(must);
    }
    scratch_free(directory);
}

/* --- fewer lines --- */

static bool is_same(const struct line *a, const struct line *b)
{
    return a->at_ps == b->at_ps && a->packets == b->packets && a->bytes == b->bytes;
}

/* Every line is one of all changes; at most `points` of them in the run's time. */
static void check_subset(const GArray *few, const GArray *all, guint64 points, guint64 duration_ps)
{
    guint k = 0, inside = 0;
    for (guint i = 0; i < few->len; i++, k++) {
        const struct line *line = &g_array_index(few, struct line, i);
        while (k < all->len && !is_same(line, &g_array_index(all, struct line, k)))
            k++;
        g_assert_cmpuint(k, <, all->len);
        inside += line->at_ps < duration_ps;
    }
    g_assert_cmpuint(inside, <=, points);
    g_assert_true((few->len == 0) == (all->len == 0));
}

/* The peaks of the result are there, and without warm-up there is nothing above them. */
static void check_peaks(const GArray *lines, JsonObject *port, guint64 warmup_ps)
{
    guint64 packets = 0, bytes = 0, must_packets = (guint64)json_object_get_int_member(port, "peak_packets"),
            must_bytes = (guint64)json_object_get_int_member(port, "peak_bytes");
    bool has_packets = must_packets == 0, has_bytes = must_bytes == 0;
    for (guint i = 0; i < lines->len; i++) {
        const struct line *line = &g_array_index(lines, struct line, i);
        if (line->at_ps < warmup_ps)
            continue;
        packets = MAX(packets, line->packets);
        bytes = MAX(bytes, line->bytes);
        has_packets |= line->packets == must_packets;
        has_bytes |= line->bytes == must_bytes;
    }
    g_assert_true(has_packets && has_bytes);
    if (warmup_ps == 0) {
        g_assert_cmpuint(packets, ==, must_packets);
        g_assert_cmpuint(bytes, ==, must_bytes);
    }
}

static const struct fewer {
    const char *set;
    guint64 warmup_ps;
} fewer[] = {
    {"", 0},
    {"|--set|scenario.warmup=60 ms", UINT64_C(60000000000)},
    {"|--set|switch.accounting=fluid|--set|write.order=smooth", 0},
    {"|--set|switch.forwarding=cut-through|--set|switch.core.shared=30 kB", 0},
    {"|--set|switch.buffer=unlimited|--set|switch.cell=none|--set|stream.rate=30 Mbit/s",
     0}, /* drains for long */
    {BY_CLASS, 0},
};

static void check_fewer(const char *directory, const char *scenario, const char *backend,
                        const struct fewer *it)
{
    static const guint64 points[] = {12, 60, 3000};
    g_autofree char *every = g_strconcat("--trace-queues-points|0", it->set, NULL);
    g_autoptr(JsonObject) result = run(directory, scenario, backend, every);
    JsonArray *ports = json_object_get_array_member(result, "ports");
    g_autofree char *text = scratch_text(directory, "q.csv");
    GArray *all[PORTS_MAX], *few[PORTS_MAX];
    read_lines(text, all);
    for (size_t n = 0; n < G_N_ELEMENTS(points); n++) {
        g_autofree char *more =
            g_strdup_printf("--trace-queues-points|%" G_GUINT64_FORMAT "%s", points[n], it->set);
        json_object_unref(run(directory, scenario, backend, more));
        g_autofree char *thin = scratch_text(directory, "q.csv");
        read_lines(thin, few);
        for (guint p = 0; p < json_array_get_length(ports); p++) {
            check_subset(few[p], all[p], points[n], UINT64_C(200000000000));
            check_peaks(few[p], json_array_get_object_element(ports, p), it->warmup_ps);
        }
        free_lines(few);
    }
    free_lines(all);
}

static void test_fewer(gconstpointer backend)
{
    if (!backend_check(backends_find(backend), NULL)) {
        g_test_skip("not built");
        return;
    }
    char *directory = scratch_new();
    g_free(scratch_file(directory, "tree.ini", TREE));
    g_free(scratch_file(directory, "busy.ini", TREE BACKGROUND));
    for (size_t i = 0; i < G_N_ELEMENTS(fewer); i++) {
        check_fewer(directory, "tree.ini", backend, &fewer[i]);
        check_fewer(directory, "busy.ini", backend, &fewer[i]);
    }
    scratch_free(directory);
}

/* The same file from each back end, and of several replications that of the first. */
static void test_same(void)
{
    char *directory = scratch_new();
    g_free(scratch_file(directory, "busy.ini", TREE BACKGROUND));
    json_object_unref(run(directory, "busy.ini", "reference", ""));
    g_autofree char *once = scratch_text(directory, "q.csv");
    json_object_unref(run(directory, "busy.ini", "reference", "--set|scenario.replications=3|-j|2"));
    g_autofree char *thrice = scratch_text(directory, "q.csv");
    g_assert_true(strlen(once) > 1000 && strcmp(once, thrice) == 0);
    if (backend_check(backends_find("simgrid"), NULL)) {
        json_object_unref(run(directory, "busy.ini", "simgrid", ""));
        g_autofree char *simgrid = scratch_text(directory, "q.csv");
        g_assert_true(strcmp(once, simgrid) == 0);
    }
    scratch_free(directory);
}

/* --- the figure --- */

/* What gnuplot makes of q.csv for the ports, separated by ' '; its exit status. */
static int draw(const char *directory, const char *ports)
{
    g_autofree char *script = source_path("plots/queues.gp");
    g_autofree char *line = g_strdup_printf("gnuplot -c %s q.csv q.svg svg %s", script, ports), *said = NULL;
    g_auto(GStrv) arguments = g_strsplit(g_strchomp(line), " ", -1);
    int status = 0;
    g_assert_true(g_spawn_sync(directory, arguments, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL,
                               NULL, NULL, NULL, &said, &status, NULL));
    g_assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 0)
        g_assert_cmpstr(said, ==, "");
    return WEXITSTATUS(status);
}

static gint64 peak_bytes(JsonObject *result, guint index)
{
    JsonObject *port = json_array_get_object_element(json_object_get_array_member(result, "ports"), index);
    return json_object_get_int_member(port, "peak_bytes");
}

static void assert_drawn(const char *directory, JsonObject *result, guint index)
{
    g_autofree char *words =
        g_strdup_printf("port %u: at most %.1f KB", index, (double)peak_bytes(result, index) / 1e3);
    g_autofree char *svg = scratch_text(directory, "q.svg");
    g_assert_nonnull(strstr(svg, words));
}

/* Without a port the fullest one, which is one to the leaves; the ports that are asked for; nothing where nothing was. */
static void test_figure(void)
{
    g_autofree char *gnuplot = g_find_program_in_path("gnuplot");
    if (!gnuplot) {
        g_test_skip("no gnuplot");
        return;
    }
    char *directory = scratch_new();
    g_free(scratch_file(directory, "tree.ini", TREE));
    g_autoptr(JsonObject) result = run(directory, "tree.ini", "reference", "");
    g_assert_cmpint(draw(directory, ""), ==, 0);
    for (guint p = 0; p < 10; p++)
        g_assert_cmpint(peak_bytes(result, p), <=, peak_bytes(result, 6));
    assert_drawn(directory, result, 6);
    g_assert_cmpint(draw(directory, "3 8 0 7"), ==, 0);
    assert_drawn(directory, result, 3);
    assert_drawn(directory, result, 8);
    assert_drawn(directory, result, 0);
    g_autofree char *svg = scratch_text(directory, "q.svg");
    g_assert_nonnull(strstr(svg, "port 7: nothing")); /* up, where nobody sends */
    g_assert_cmpint(draw(directory, "99"), ==, 4);
    g_free(scratch_file(directory, "q.csv", "port,at_ps,packets,bytes\n"));
    g_assert_cmpint(draw(directory, ""), ==, 4);
    scratch_free(directory);
}

static void test_usage(void)
{
    static const struct {
        const char *arguments, *regex;
    } cases[] = {
        {"--trace-queues - --json -", "^weft run: .+--trace-queues.+: only one can be standard output\n$"},
        {"--trace-queues q.csv --trace q.csv", "^q\\.csv: is to hold two results"},
        {"--trace-queues-points 60", "^weft run: --trace-queues-points needs --trace-queues FILE\n$"},
        {"--trace-queues q.csv --trace-queues-points 11",
         "^--trace-queues-points: \"11\" is no such number; allowed: 12 to 60000000, or 0 .+\n$"},
        {"--trace-queues q.csv --trace-queues-points 60000001", "^--trace-queues-points: .+; allowed: .+\n$"},
        {"--trace-queues q.csv --trace-queues-points -1", "^--trace-queues-points: .+; allowed: .+\n$"},
        {"--trace-queues q.csv --trace-queues-points few", "^--trace-queues-points: .+; allowed: .+\n$"},
        {"--trace-queues q.csv --trace-queues-points 60ms", "^--trace-queues-points: .+; allowed: .+\n$"},
    };
    char *directory = scratch_new();
    g_free(scratch_file(directory, "tree.ini", TREE));
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *line = g_strconcat("run tree.ini ", cases[i].arguments, NULL);
        g_auto(GStrv) arguments = g_strsplit(line, " ", -1);
        g_test_message("weft %s", line);
        struct said said = weft_with(directory, NULL, (const char *const *)arguments);
        assert_bad(&said, 2, cases[i].regex);
        said_clear(&said);
    }
    g_autofree char *left = scratch_names(directory);
    g_assert_cmpstr(left, ==, "tree.ini");
    struct said said = weft(directory, "run", "tree.ini", "--trace-queues", "-", NULL);
    assert_good(&said);
    g_assert_true(g_str_has_prefix(said.out, "port,at_ps,packets,bytes\n"));
    g_assert_null(strstr(said.out, "switch")); /* the lines and nothing else */
    said_clear(&said);
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/queues/reference/every-change", "reference", test_every_change);
    g_test_add_data_func("/queues/simgrid/every-change", "simgrid", test_every_change);
    g_test_add_data_func("/queues/reference/fewer", "reference", test_fewer);
    g_test_add_data_func("/queues/simgrid/fewer", "simgrid", test_fewer);
    g_test_add_func("/queues/same", test_same);
    g_test_add_func("/queues/figure", test_figure);
    g_test_add_func("/queues/usage", test_usage);
    return g_test_run();
}
