/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* timeline.csv as the command writes it: the same from each back end, for any number of runs at once, and of a comparison what
 * its methods' runs give; which window is shown; and its figure. */

#include "timeline_window.h"

#include "backends.h"
#include "lab.h"
#include "timeline_rows.h"
#include "weft.h"

#include <string.h>
#include <sys/wait.h>

/* Two servers, three switches, packets of two sizes, ports that drop, warm-up, random starts, others' traffic. */
#define TREE                                                                                                 \
    "[scenario]\nduration = 200 ms\nwarmup = 20 ms\n[server a]\ncount = 2\nswitch = core\n"                  \
    "profile = modern-x86\n[switch core]\n[switch leaf]\ncount = 2\nbuffer = 6 packets\nlatency = 3 us\n"    \
    "[trunk t]\nfrom = core\nto = leaf\nrate = 200 Mbit/s\n[device d]\ncount = 6\nswitch = leaf\n"           \
    "[stream f]\ncount = 6\nrate = 4 Mbit/s\npayload = 1316 B\n"                                             \
    "[stream g]\ncount = 6\nrate = 2.3 Mbit/s\npayload = 700 B\nstart = random\n"                            \
    "[background b]\ndevice = d-2\nrate = 60 Mbit/s\npacket = 500 B\n[write]\ninterval = 20 ms\n"

/* `weft run --out out` of a method; the file, which the caller frees. */
static char *run(const char *directory, const char *backend, const char *method)
{
    struct said said = weft(directory, "run", "tree.ini", "--backend", backend, "--method", method, "--out",
                            "out", "--quiet", NULL);
    assert_good(&said);
    said_clear(&said);
    return scratch_text(directory, "out/timeline.csv");
}

static guint of_kind(GArray *rows, enum timeline_kind kind)
{
    guint n = 0;
    for (guint i = 0; i < rows->len; i++)
        n += timeline_row_at(rows, i)->kind == kind;
    return n;
}

static void test_backends(void)
{
    char *directory = scratch_new();
    g_free(scratch_file(directory, "tree.ini", TREE));
    g_autofree char *reference = run(directory, "reference", "multi-destination");
    g_autoptr(GArray) rows = timeline_rows(reference, "multi-destination");
    for (int kind = 0; kind < TIMELINE_KINDS; kind++)
        g_assert_cmpuint(of_kind(rows, (enum timeline_kind)kind), >, 0);
    for (size_t i = 0; backends[i]; i++) {
        if (strcmp(backends[i]->name, "ns3-p2p") == 0 || !backend_check(backends[i], NULL))
            continue; /* its links begin and end at other instants: docs/agreement.md */
        g_autofree char *is = run(directory, backends[i]->name, "multi-destination");
        g_test_message("%s", backends[i]->name);
        g_assert_cmpstr(is, ==, reference);
    }
    scratch_free(directory);
}

static void compare(const char *directory, const char *out, const char *methods, const char *jobs)
{
    struct said said = weft(directory, "compare", "tree.ini", "--methods", methods, "--out", out, "--set",
                            "scenario.replications=2", "-j", jobs, "--intervals", "20 ms", NULL);
    g_assert_cmpint(said.status, ==, 0);
    said_clear(&said);
}

/* Of a comparison: the file of each method's own run, one after the other under one header, whatever -j says. */
static void test_comparison(void)
{
    static const char *const methods[] = {"interleaved-paced", "per-packet", "multi-destination"};
    char *directory = scratch_new();
    g_free(scratch_file(directory, "tree.ini", TREE));
    g_autoptr(GString) must = g_string_new("");
    for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
        g_autofree char *text = run(directory, "reference", methods[i]);
        g_string_append(must, i == 0 ? text : strchr(text, '\n') + 1);
    }
    const char *const jobs[] = {"1", "2", "7"};
    g_autofree char *levels = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(jobs); i++) {
        compare(directory, jobs[i], "interleaved-paced,per-packet,multi-destination", jobs[i]);
        g_autofree char *name = g_build_filename(jobs[i], "timeline.csv", NULL),
                        *is = scratch_text(directory, name),
                        *other = g_build_filename(jobs[i], "device-buffer.csv", NULL);
        char *level = scratch_text(directory, other);
        g_assert_cmpstr(is, ==, must->str);
        g_assert_true(strstr(level, "interleaved-paced,") && !levels == !i);
        g_assert_true(!levels || strcmp(level, levels) == 0);
        g_free(levels);
        levels = level;
    }
    /* An older file of levels does not stay beside methods that have none. */
    compare(directory, "1", "per-packet", "1");
    g_autofree char *gone = g_build_filename(directory, "1", "device-buffer.csv", NULL);
    g_assert_false(g_file_test(gone, G_FILE_TEST_EXISTS));
    scratch_free(directory);
}

/* --- which window --- */

#define MS   UINT64_C(1000000000)
#define LINK UINT64_C(11056000) /* of a packet at 1 Gbit/s, and on a port */
#define PORT UINT64_C(110560000)

static struct timeline_window window_of(struct lab *lab)
{
    return timeline_window_of(lab_setup(lab));
}

static void assert_window(struct lab *lab, uint64_t begin_ps, uint64_t lasts_ps)
{
    struct timeline_window window = window_of(lab);
    g_assert_cmpuint(window.begin_ps, ==, begin_ps);
    g_assert_cmpuint(window.until_ps, ==, begin_ps + lasts_ps);
}

/* 80 streams of a packet each 2.8 ms; intervals of 100 ms in a run of 1 s. */
static void test_window(void)
{
    struct lab *lab = lab_new(80);
    assert_window(lab, 0, 400 * LINK); /* 4 times 36 packets, and 36 of a port, are cut */
    lab->setup.write.interval_ps = 10 * MS;
    assert_window(lab, 0, 4 * 4 * LINK + 4 * PORT);
    lab->setup.warmup_ps = 20 * MS; /* in some intervals 3 fall due, in some 4 */
    assert_window(lab, 20 * MS, 4 * 3 * LINK + 3 * PORT);
    lab_stream(lab, 79)->clock.start_ps = 40 * MS; /* all have begun */
    lab_stream(lab, 79)->live = true;              /* and written when the interval is over */
    assert_window(lab, 50 * MS, 4 * 3 * LINK + 3 * PORT);
    lab->setup.warmup_ps = 990 * MS; /* the last one that is whole, and is written before the run ends */
    assert_window(lab, 990 * MS, 4 * 3 * LINK + 3 * PORT);
    lab_stream(lab, 79)->live = false;
    assert_window(lab, 990 * MS, 4 * 4 * LINK + 4 * PORT);
    lab->setup.warmup_ps = 0;
    lab->setup.duration_ps = 5 * MS; /* none is whole */
    assert_window(lab, 0, 4 * 4 * LINK + 4 * PORT);
    lab_free(lab);
}

/* Ports in the order of the first streams of the first stream's server; at least 40 packets, at most an interval. */
static void test_ports(void)
{
    struct lab *lab = lab_new(3);
    lab_stream(lab, 0)->device = 2;
    lab_stream(lab, 2)->device = 1;
    struct timeline_window window = window_of(lab);
    g_assert_cmpuint(window.ports, ==, 2);
    g_assert_true(window.server == 0 && window.port[0] == 2 && window.port[1] == 1);
    lab_server(lab, 0)->link_bps = 100000000;
    lab->setup.write.interval_ps = 6 * MS;
    assert_window(lab, 0,
                  3 * 3 * PORT + 6 * PORT <= 6 * MS ? 40 * PORT
                                                    : 0); /* 15 packet times would do: 40 are shown */
    lab->setup.write.interval_ps = 4 * MS;
    assert_window(lab, 0, 4 * MS);
    lab_free(lab);
}

/* --- the figure --- */

static int draw(const char *directory, const char *input)
{
    g_autofree char *script = source_path("plots/timeline.gp"), *said = NULL;
    const char *const arguments[] = {"gnuplot", "-c", script, input, "t.svg", "svg", NULL};
    int status = 0;
    g_assert_true(g_spawn_sync(directory, (char **)arguments, NULL,
                               G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &said,
                               &status, NULL));
    g_assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 0)
        g_assert_cmpstr(said, ==, "");
    return WEXITSTATUS(status);
}

/* Rows that have a bar: packets on links, and of the ports that are shown (the first ones) packets and what is held. */
static guint rows_with_bars(const char *table, int ports)
{
    guint rows = 0;
    g_auto(GStrv) lines = g_strsplit(table, "\n", -1);
    for (guint i = 1; lines[i] && *lines[i]; i++) {
        g_auto(GStrv) cells = g_strsplit(lines[i], ",", -1);
        bool of_port = strcmp(cells[1], "port") == 0 || strcmp(cells[1], "held") == 0;
        rows += strcmp(cells[1], "link") == 0 || (of_port && g_ascii_strtoll(cells[2], NULL, 10) < ports);
    }
    return rows;
}

static guint bars_in(const char *picture)
{
    guint bars = 0;
    for (const char *at = picture; (at = strstr(at, "<polygon ")); at++)
        bars++;
    return bars;
}

static void test_figure(void)
{
    static const char *const methods[] = {
        "interleaved", "multi-destination,interleaved",
        "per-packet,batched,multi-destination,interleaved,interleaved-paced"};
    static const int ports[] = {4, 3, 2};
    char *directory = scratch_new();
    g_autofree char *source = source_path("scenarios"), *scenario = scratch_text(source, "timeline.ini");
    g_free(scratch_file(directory, "tree.ini", scenario));
    for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
        compare(directory, "out", methods[i], "2");
        g_assert_cmpint(draw(directory, "out/timeline.csv"), ==, 0);
        g_autofree char *picture = scratch_text(directory, "t.svg"),
                        *table = scratch_text(directory, "out/timeline.csv");
        g_assert_cmpuint(bars_in(picture), ==, rows_with_bars(table, ports[i]));
        for (int port = 0; port < 4; port++) {
            const char name[] = {'p', 'o', 'r', 't', ' ', (char)('A' + port), '\0'};
            g_assert_true((strstr(picture, name) != NULL) == (port < ports[i]));
        }
        g_auto(GStrv) shown = g_strsplit(methods[i], ",", -1);
        for (guint m = 0; shown[m]; m++)
            g_assert_nonnull(strstr(picture, shown[m]));
        g_assert_nonnull(strstr(picture, "of an interval of 10 ms"));
    }
    /* Nothing was sent in the window. */
    g_free(scratch_file(directory, "empty.csv",
                        "method,what,port,server,stream,packet,in_ps,begin_ps,end_ps,bytes,packets\n"
                        "interleaved,interval,,,,,,0,100,,\ninterleaved,window,,,,,,0,10,,\n"
                        "interleaved,held,0,,,,,0,10,0,0\n"));
    g_assert_cmpint(draw(directory, "empty.csv"), ==, 4);
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/timeline/back-ends", test_backends);
    g_test_add_func("/timeline/comparison", test_comparison);
    g_test_add_func("/timeline/window", test_window);
    g_test_add_func("/timeline/ports", test_ports);
    g_test_add_func("/timeline/figure", test_figure);
    return g_test_run();
}
