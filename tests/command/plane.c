/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What figures of sweeps work out themselves: which points of the plane are dominated, against a count made here from random
 * tables (the seed is printed; --seed replays it) and against cases by hand; what of a sweep becomes x, lines and panels. */

#include "weft.h"

#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>

/* --- gnuplot --- */

static void draw(const char *directory, const char *figure, const char *arguments)
{
    g_autofree char *name = g_strdup_printf("plots/%s.gp", figure), *script = source_path(name), *said = NULL;
    g_autofree char *line = g_strdup_printf("gnuplot|-d|-c|%s|%s", script, arguments);
    g_auto(GStrv) argv = g_strsplit(line, "|", -1);
    int status = 0;
    g_assert_true(g_spawn_sync(directory, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL,
                               NULL, NULL, &said, &status, NULL));
    g_assert_cmpstr(said, ==, "");
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 0);
}

/* --- the plane --- */

#define PLANE_HEAD                                                                                           \
    "method,backend,cycles_per_packet,cycles_per_packet_low,cycles_per_packet_high,peak_port_bytes,dropped_" \
    "packets\n"

/* What the plane's table says of a comparison. */
static char *table_of(const char *head, const char *rows)
{
    char *directory = scratch_new();
    g_autofree char *text = g_strconcat(head, rows, NULL);
    g_free(scratch_file(directory, "in.csv", text));
    draw(directory, "plane", "in.csv|out.svg|svg|out.csv");
    char *table = scratch_text(directory, "out.csv");
    scratch_free(directory);
    return table;
}

#define TABLE_HEAD "panel,backend,method,way,lossy,dominated_by_low,dominated_by_typical,dominated_by_high\n"

static void test_by_hand(void)
{
    static const char *const cases[][2] = {
        /* more of both; as much of one; the same of both */
        {"a,r,100,50,200,1000,0\nb,r,110,60,220,2000,0\nc,r,100,50,200,2000,0\nd,r,100,50,200,1000,0\n",
         "1,r,a,a,0,0,0,0\n1,r,b,b,0,3,3,3\n1,r,c,c,0,2,2,2\n1,r,d,d,0,0,0,0\n"},
        /* each has less of one */
        {"a,r,100,50,200,2000,0\nb,r,200,150,300,1000,0\n", "1,r,a,a,0,0,0,0\n1,r,b,b,0,0,0,0\n"},
        /* prices decide: ends are compared with equal ends, however ranges overlap */
        {"a,r,100,50,500,1000,0\nb,r,110,60,400,1000,0\n", "1,r,a,a,0,0,0,1\n1,r,b,b,0,1,1,0\n"},
        /* less than a hundredth is nothing */
        {"a,r,1000,500,2000,2000,0\nb,r,1005,504,2010,1000,0\n", "1,r,a,a,0,1,1,1\n1,r,b,b,0,0,0,0\n"},
        /* who loses packets is not compared */
        {"a,r,100,50,200,1000,7\nb,r,110,60,220,2000,0\nc,r,120,70,230,2000,1\n",
         "1,r,a,a,1,0,0,0\n1,r,b,b,0,0,0,0\n1,r,c,c,1,0,0,0\n"},
        /* each back end for itself */
        {"a,r,100,50,200,1000,0\na,s,10,5,20,100,0\nb,r,110,60,220,2000,0\nb,s,11,6,22,100,0\n",
         "1,r,a,a,0,0,0,0\n2,s,a,a,0,0,0,0\n1,r,b,b,0,1,1,1\n2,s,b,b,0,1,1,1\n"},
        /* what takes no cycles has no place on such an axis */
        {"a,r,0,0,0,1000,0\nb,r,110,60,220,2000,0\nc,r,10,6,22,2000,0\n",
         "1,r,b,b,0,1,1,1\n1,r,c,c,0,0,0,0\n"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *is = table_of(PLANE_HEAD, cases[i][0]),
                        *must = g_strconcat(TABLE_HEAD, cases[i][1], NULL);
        g_assert_cmpstr(is, ==, must);
    }
}

/* Whose processor is always busy falls behind, and is not compared. */
static void test_falls_behind(void)
{
    static const char head[] =
        "method,backend,cycles_per_packet,cycles_per_packet_low,cycles_per_packet_high,"
        "cpu_percent,peak_port_bytes,dropped_packets\n";
    g_autofree char *is = table_of(head, "a,r,100,50,200,100,1000,0\nb,r,110,60,220,99.4,2000,0\n"
                                         "c,r,120,70,230,3,2000,0\nd,r,900,800,950,100,9000,0\n");
    g_assert_cmpstr(is, ==,
                    TABLE_HEAD "1,r,a,a,1,0,0,0\n1,r,b,b,0,0,0,0\n1,r,c,c,0,1,1,1\n1,r,d,d,1,0,0,0\n");
}

/* A key that methods are combined with makes points; another makes panels. */
static void test_points_and_panels(void)
{
    static const char head[] =
        "point,stream.count,write.order,method,backend,cycles_per_packet,cycles_per_packet_low,"
        "cycles_per_packet_high,peak_port_bytes,dropped_packets\n";
    g_autofree char *is =
        table_of(head, "1,8,smooth,a,r,100,50,200,1000,0\n2,8,random,a,r,100,50,200,3000,0\n"
                       "3,8,smooth,b,r,110,60,220,2000,0\n4,9,smooth,a,r,100,50,200,1000,0\n"
                       "5,9,random,a,r,90,45,190,1000,0\n6,9,smooth,b,r,80,45,220,1000,0\n");
    g_assert_cmpstr(is, ==,
                    TABLE_HEAD "1,r,a,a; smooth,0,0,0,0\n1,r,a,a; random,0,1,1,1\n1,r,b,b,0,1,1,1\n"
                               "2,r,a,a; smooth,0,2,2,1\n2,r,a,a; random,0,0,1,0\n2,r,b,b,0,0,0,2\n");
}

/* Axes of the write are the points', though all methods have all of them; the interval is not. */
static void test_axes(void)
{
    static const char head[] =
        "point,write.order,write.interval,write.interval [ps],method,backend,"
        "cycles_per_packet,cycles_per_packet_low,cycles_per_packet_high,peak_port_bytes,"
        "dropped_packets\n";
    g_autoptr(GString) rows = g_string_new(NULL);
    static const char *const orders[] = {"smooth", "random"};
    for (int i = 0; i < 8; i++)
        g_string_append_printf(rows, "%d,%s,%d ms,%d000000000,%s,r,%d,%d,%d,1000,0\n", i, orders[i / 4],
                               i / 2 % 2 + 1, i / 2 % 2 + 1, i % 2 ? "b" : "a", 100 + 4 * i, 90 + 4 * i,
                               120 + 4 * i);
    g_autofree char *is = table_of(head, rows->str);
    g_assert_cmpstr(is, ==,
                    TABLE_HEAD "1,r,a,a; smooth,0,0,0,0\n1,r,b,b; smooth,0,1,1,1\n2,r,a,a; smooth,0,0,0,0\n"
                               "2,r,b,b; smooth,0,1,1,1\n1,r,a,a; random,0,2,2,2\n1,r,b,b; random,0,3,3,3\n"
                               "2,r,a,a; random,0,2,2,2\n2,r,b,b; random,0,3,3,3\n");
}

struct point {
    int cycles[3], port, lost; /* low, typical, high */
};

/* In whole numbers: a is no more than b and a hundredth of it. */
static bool no_more(int a, int b)
{
    return 100L * a <= 101L * b;
}

static guint dominating(const struct point *points, guint n, guint of, int end)
{
    guint count = 0;
    const struct point *p = &points[of];
    for (guint i = 0; i < n; i++) {
        const struct point *q = &points[i];
        bool as_good = no_more(q->cycles[end], p->cycles[end]) && no_more(q->port, p->port);
        bool better = !no_more(p->cycles[end], q->cycles[end]) || !no_more(p->port, q->port);
        count += i != of && !p->lost && !q->lost && as_good && better;
    }
    return count;
}

static void test_random(void)
{
    for (int round = 0; round < 12; round++) {
        struct point points[9];
        guint n = (guint)g_test_rand_int_range(2, G_N_ELEMENTS(points) + 1);
        g_autoptr(GString) rows = g_string_new(NULL), must = g_string_new(TABLE_HEAD);
        for (guint i = 0; i < n; i++) {
            struct point *p = &points[i];
            p->cycles[1] = 1000 * g_test_rand_int_range(1, 7) + 10 * g_test_rand_int_range(0, 3);
            p->cycles[0] = p->cycles[1] - 100 * g_test_rand_int_range(0, 5);
            p->cycles[2] = p->cycles[1] + 100 * g_test_rand_int_range(0, 30);
            p->port = 500 * g_test_rand_int_range(1, 7);
            p->lost = g_test_rand_int_range(0, 5) == 0;
            g_string_append_printf(rows, "m%u,r,%d,%d,%d,%d,%d\n", i, p->cycles[1], p->cycles[0],
                                   p->cycles[2], p->port, p->lost);
        }
        for (guint i = 0; i < n; i++)
            g_string_append_printf(must, "1,r,m%u,m%u,%d,%u,%u,%u\n", i, i, points[i].lost,
                                   dominating(points, n, i, 0), dominating(points, n, i, 1),
                                   dominating(points, n, i, 2));
        g_autofree char *is = table_of(PLANE_HEAD, rows->str);
        g_assert_cmpstr(is, ==, must->str);
    }
}

/* --- what becomes of a sweep's keys --- */

/* The words of a picture, each before and after a '|'. */
static char *words_of(const char *figure, const char *table, const char *more)
{
    char *directory = scratch_new();
    g_free(scratch_file(directory, "in.csv", table));
    g_autofree char *arguments = g_strconcat("in.csv|out.svg|svg", more, NULL);
    draw(directory, figure, arguments);
    g_autofree char *svg = scratch_text(directory, "out.svg");
    g_autoptr(GString) words = g_string_new("|");
    bool in_text = false;
    for (const char *at = svg; *at; at++) {
        if (g_str_has_prefix(at, "<text"))
            in_text = true;
        if (in_text && g_str_has_prefix(at, "</text>")) {
            g_string_append_c(words, '|');
            in_text = false;
        }
        if (*at == '<')
            at = strchr(at, '>');
        else if (in_text && *at != '\n' && *at != '\t')
            g_string_append_c(words, *at);
    }
    scratch_free(directory);
    return g_string_free(g_steal_pointer(&words), FALSE);
}

/* A table of a sweep with a row for each setting of keys; `keys` are the cells before the method, a row a line. */
static char *sweep_table(const char *head, const char *keys, const char *methods)
{
    g_autoptr(GString) table = g_string_new(NULL);
    g_string_append_printf(table, "point,%s,method,link_bps,port_bps,backend,peak_port_bytes\n", head);
    g_auto(GStrv) rows = g_strsplit(keys, "\n", -1), ways = g_strsplit(methods, " ", -1);
    for (guint i = 0; rows[i]; i++)
        for (guint k = 0; ways[k]; k++)
            g_string_append_printf(table, "%u,%s,%s,%u,1000,r,%u\n", i, rows[i], ways[k], 1000 * (i + 1),
                                   700 * (i + 1) + k);
    return g_string_free(g_steal_pointer(&table), FALSE);
}

static void test_keys(void)
{
    static const struct {
        const char *head, *keys, *methods, *key; /* asked for; "": none */
        const char *has, *has_not;               /* words, separated by commas */
    } cases[] = {
        /* numbers, lines named at their ends, no heading */
        {"stream.count", "1\n5\n9", "a b", "", "stream.count,1,5,9,a,b", "stream.count = 1"},
        /* most numbers are x, whatever comes first; the other key makes panels */
        {"stream.rate,stream.rate [bit/s],stream.count",
         "1 Mbit/s,1000000,1\n1 Mbit/s,1000000,5\n1 Mbit/s,1000000,9\n2 Mbit/s,2000000,1\n2 "
         "Mbit/s,2000000,5\n"
         "2 Mbit/s,2000000,9",
         "a b", "", "stream.count,stream.rate = 1 Mbit/s,stream.rate = 2 Mbit/s", "stream.rate (Mbit/s)"},
        /* unless another is asked for */
        {"stream.rate,stream.rate [bit/s],stream.count",
         "1 Mbit/s,1000000,1\n1 Mbit/s,1000000,5\n1 Mbit/s,1000000,9\n2 Mbit/s,2000000,1\n2 "
         "Mbit/s,2000000,5\n"
         "2 Mbit/s,2000000,9",
         "a b", "|stream.rate", "stream.rate (Mbit/s),stream.count = 5", "stream.count"},
        /* a word stands beside numbers, in the unit of these */
        {"write.interval,write.interval [ps]", "auto,nan\n5 ms,5000000000\n80 ms,80000000000", "a b", "",
         "write.interval (ms),auto,5,80,Left of the axis: a word; no number.", "nan"},
        /* what goes in step makes no panels, and is said */
        {"stream.count,stream.rate,stream.rate [bit/s]",
         "1,4 Mbit/s,4000000\n2,3 Mbit/s,3000000\n3,2 Mbit/s,2000000", "a b", "",
         "stream.count,stream.rate goes in step with stream.count.", "stream.rate (Mbit/s)"},
        /* a rate of a link alone is shown as the ratio of link and port */
        {"server.link,server.link [bit/s]", "1 kbit/s,1000\n2 kbit/s,2000\n3 kbit/s,3000", "a b", "",
         "rate of the server's link / rate of a device's port (server.link varied)", "server.link (kbit/s)"},
        /* words only: points side by side; of one line, which is said below, with their values */
        {"write.order", "smooth\nrandom", "a", "", "write.order,smooth,random,a; r.,0.7,1.4", "a"},
        /* of one method the second key makes the lines */
        {"stream.count,write.order", "1,smooth\n2,smooth\n3,smooth\n1,random\n2,random\n3,random", "a", "",
         "stream.count,write.order = smooth,write.order = random", "write.order"},
        /* more panels than fit */
        {"stream.count,server.count",
         "1,1\n2,1\n3,1\n1,2\n2,2\n3,2\n1,3\n2,3\n3,3\n1,4\n2,4\n3,4\n1,5\n2,5\n3,5\n"
         "1,6\n2,6\n3,6\n1,7\n2,7\n3,7",
         "a b", "|stream.count", "server.count = 6,6 of 7 settings of other keys are shown.",
         "server.count = 7"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *table = sweep_table(cases[i].head, cases[i].keys, cases[i].methods);
        g_autofree char *words = words_of("sweep-buffer", table, cases[i].key);
        g_auto(GStrv) has = g_strsplit(cases[i].has, ",", -1),
                      has_not = g_strsplit(cases[i].has_not, ",", -1);
        g_test_message("%s", words);
        for (guint k = 0; has[k]; k++) {
            g_autofree char *word = g_strdelimit(g_strdup_printf("|%s|", has[k]), ";", ',');
            g_assert_nonnull(strstr(words, word));
        }
        for (guint k = 0; has_not[k]; k++) {
            g_autofree char *word = g_strdup_printf("|%s|", has_not[k]);
            g_assert_null(strstr(words, word));
        }
    }
}

/* Of a line of many points the ends and some between have a mark. */
static void test_many(void)
{
    g_autoptr(GString) keys = g_string_new("1");
    for (int i = 2; i <= 60; i++)
        g_string_append_printf(keys, "\n%d", i);
    g_autofree char *table = sweep_table("stream.count", keys->str, "a b"),
                    *words = words_of("sweep-buffer", table, "");
    g_assert_nonnull(strstr(words, "|1|"));
    g_assert_nonnull(strstr(words, "|60|"));
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/plane/by-hand", test_by_hand);
    g_test_add_func("/plane/falls-behind", test_falls_behind);
    g_test_add_func("/plane/points-and-panels", test_points_and_panels);
    g_test_add_func("/plane/axes", test_axes);
    g_test_add_func("/plane/random", test_random);
    g_test_add_func("/sweep/keys", test_keys);
    g_test_add_func("/sweep/many", test_many);
    return g_test_run();
}
