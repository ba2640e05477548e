/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Skipping as a user has it: with and without, all that is written is the same, byte for byte; and a run says what it left
 * out, if it is asked. */

#include "weft.h"

#include <glib/gstdio.h>
#include <string.h>

/* Twelve streams of 4 packets an interval, which is also a step of the whole. */
static const char steady[] = "[scenario]\nduration = 6 s\nwarmup = 100 ms\n"
                             "[server main]\nprofile = modern-x86\n"
                             "[switch access]\nport = 100 Mbit/s\n"
                             "[device set]\ncount = 12\n"
                             "[stream film]\ncount = 12\nrate = 4.096 Mbit/s\npayload = 1280 B\n"
                             "[write]\nmethod = interleaved\ninterval = 10 ms\n";

static struct said run_steady(const char *directory, const char *out, const char *option, const char *set)
{
    return weft(directory, "run", "steady.ini", "--theory", "--json", "-", "--out", out, "--set", set, option,
                NULL);
}

/* What both wrote. */
static void same_files(const char *directory, const char *a, const char *b)
{
    g_autofree char *from = g_build_filename(directory, a, NULL), *to = g_build_filename(directory, b, NULL);
    g_autofree char *names = scratch_names(from), *others = scratch_names(to);
    g_assert_cmpstr(names, ==, others);
    g_auto(GStrv) name = g_strsplit(names, " ", -1);
    for (guint i = 0; name[i]; i++) {
        g_autofree char *x = NULL, *y = NULL;
        g_autofree char *path = g_build_filename(from, name[i], NULL),
                        *other = g_build_filename(to, name[i], NULL);
        g_assert_true(g_file_get_contents(path, &x, NULL, NULL));
        g_assert_true(g_file_get_contents(other, &y, NULL, NULL));
        g_assert_cmpstr(x, ==, y);
    }
}

static void check_same(const char *set)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "steady.ini", steady);
    struct said skipped = run_steady(directory, "out", "--jobs=1", set);
    g_autofree char *out = g_build_filename(directory, "out", NULL),
                    *kept = g_build_filename(directory, "kept", NULL);
    assert_good(&skipped);
    g_assert_cmpint(g_rename(out, kept), ==, 0);
    struct said whole = run_steady(directory, "out", "--no-skip", set);
    assert_good(&whole);
    g_assert_cmpstr(skipped.out, ==, whole.out);
    same_files(directory, "kept", "out");
    said_clear(&skipped);
    said_clear(&whole);
    scratch_free(directory);
}

static void test_same(void)
{
    check_same("write.method=interleaved");
    check_same("write.method=interleaved-paced");
    check_same("scenario.replications=3");
    check_same("server.link_down=3 s");
}

static char *said_of(const char *option)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "steady.ini", steady);
    struct said said =
        weft(directory, "run", "steady.ini", "--theory", "--json", "-", "--verbose", option, NULL);
    g_assert_cmpint(said.status, ==, 0);
    char *text = g_strdup(said.err);
    said_clear(&said);
    scratch_free(directory);
    return text;
}

static void test_said(void)
{
    g_autofree char *whole = said_of("--no-skip"), *usual = said_of("--quiet");
    g_assert_cmpstr(whole, ==, "weft: left out: nothing\n");
    g_assert_true(g_regex_match_simple(
        "^weft: left out: [0-9]+ packets, [0-9]+ periods of 80 ms, [0-9]\\.[0-9]+ s of 6 s\n$", usual, 0, 0));
}

/* scenarios/city.ini says what its header says. */
static void test_city(void)
{
    g_autofree char *path = source_path("scenarios/city.ini");
    struct said said = weft(NULL, "run", path, "--verbose", NULL);
    g_assert_cmpint(said.status, ==, 0);
    g_assert_cmpstr(said.err, ==,
                    "weft: left out: 14061120000 packets, 43941 periods of 81.92 ms, 59 min 59 s of 1 h\n");
    static const char *const expected[] = {"14062500000 sent, 14062500000 delivered, 0 dropped, 0 late",
                                           "CPU           2.03 %", "port buffer   peak 1 packet, 1.3 KB",
                                           "switch buffer peak 1060.8 KB"};
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++)
        g_assert_nonnull(strstr(said.out, expected[i]));
    said_clear(&said);
}

/* With its packets spread over the interval, an interrupt always runs where the next one begins. */
static void test_paced_city(void)
{
    g_autofree char *path = source_path("scenarios/city.ini");
    struct said said = weft(NULL, "run", path, "--method", "interleaved-paced", "--verbose", NULL);
    g_assert_cmpint(said.status, ==, 0);
    g_assert_cmpstr(said.err, ==,
                    "weft: left out: 14060800000 packets, 43940 periods of 81.92 ms, 59 min 59 s of 1 h\n");
    g_assert_nonnull(strstr(said.out, "14062500000 sent, 14062500000 delivered, 0 dropped, 0 late"));
    said_clear(&said);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/skipping/same", test_same);
    g_test_add_func("/skipping/said", test_said);
    g_test_add_func("/skipping/city", test_city);
    g_test_add_func("/skipping/paced-city", test_paced_city);
    return g_test_run();
}
