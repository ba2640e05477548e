/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft size from outside: files, what it says where there is no answer, bad usage. */

#include "sized.h"
#include "weft.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- files --- */

static void test_files(void)
{
    char *directory = scratch_new();
    g_free(scratch_file(directory, "scene.ini", SCENE SET("2") FILM("2") WRITE("interleaved")));
    struct said said = weft(directory, "size", "scene.ini", "--find", "buffer", "--methods",
                            "interleaved,multi-destination", "--out", "out", NULL);
    assert_good(&said);
    said_clear(&said);
    g_autofree char *out = g_build_filename(directory, "out", NULL), *names = scratch_names(out);
    g_assert_cmpstr(names, ==, "capacity.png capacity.svg size-repeat.json size.csv size.json");
    g_autofree char *path = g_build_filename(out, "size.csv", NULL), *csv = NULL;
    g_assert_true(g_file_get_contents(path, &csv, NULL, NULL));
    /* 16 packets an interval: 16 - floor(15 / 10), and of two in turn 16 - floor(15 * 2 / 10); 1362 bytes each */
    g_assert_nonnull(strstr(csv, "\ninterleaved,reference,switch.buffer,17706,bytes,buffer,true,17706,"));
    g_assert_nonnull(
        strstr(csv, "\nmulti-destination,reference,switch.buffer,20430,bytes,buffer,true,20430,"));
    scratch_free(directory);
}

/* A result never replaces what the scenario is read from, by whatever name it goes. */
static void test_inputs(void)
{
    static const char *const options[] = {"--json=scene.ini", "--json=slow.ini", "--json=./link",
                                          "--out=out"};
    char *directory = scratch_new();
    const char scene[] = SCENE SET("2") FILM("2") WRITE("interleaved");
    g_autofree char *path = scratch_file(directory, "scene.ini", scene),
                    *link = g_build_filename(directory, "link", NULL),
                    *out = g_build_filename(directory, "out", NULL),
                    *inside = g_build_filename(out, "size.json", NULL);
    g_free(scratch_file(directory, "slow.ini", "[profile]\nbase = free\n"));
    g_assert_cmpint(symlink("scene.ini", link), ==, 0);
    g_assert_cmpint(g_mkdir(out, 0700), ==, 0);
    g_assert_cmpint(symlink("../scene.ini", inside), ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
        struct said said = weft(directory, "size", "scene.ini", "--find", "buffer", options[i], "--set",
                                "server.profile=file:slow.ini", NULL);
        assert_bad(&said, 2, "is read");
        said_clear(&said);
        g_autofree char *names = scratch_names(directory), *text = NULL;
        g_assert_cmpstr(names, ==, "link out scene.ini slow.ini");
        g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
        g_assert_cmpstr(text, ==, scene);
    }
    scratch_free(directory);
}

/* The whole of a file; NULL: there is none. The caller frees with g_free. */
static char *contents(const char *directory, const char *name)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);
    char *text = NULL;
    return g_file_get_contents(path, &text, NULL, NULL) ? text : NULL;
}

static void lead_a_group(gpointer nothing)
{
    (void)nothing;
    setpgid(0, 0);
}

/* Kill weft, and the gnuplot that it may have started, after so long. */
static void kill_after(const char *directory, const char *const *arguments, gulong wait_us)
{
    g_autoptr(GError) error = NULL;
    GPid pid;
    g_spawn_async(directory, (char **)arguments, NULL,
                  G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                  lead_a_group, NULL, &pid, &error);
    g_assert_no_error(error);
    g_usleep(wait_us);
    kill(-pid, SIGKILL);
    g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
}

/* Killed at any instant: a file is whole, or as it was, or not there; and the next call writes what it would have written. */
static void test_killed(void)
{
    enum { KILLS = 8 };
    static const char *const files[] = {"size.json", "size.csv"};
    char *directory = scratch_new();
    g_free(scratch_file(directory, "scene.ini", SCENE SET("3") FILM("8") "[write]\ninterval = 40 ms\n"));
    gint64 begin = g_get_monotonic_time();
    struct said said = weft(directory, "size", "scene.ini", "--find", "buffer", "--methods",
                            "per-packet,interleaved", "--neighbours=0", "--out", "whole", NULL);
    gint64 took_us = g_get_monotonic_time() - begin;
    assert_good(&said);
    said_clear(&said);
    g_autofree char *whole = g_build_filename(directory, "whole", NULL),
                    *out = g_build_filename(directory, "out", NULL);
    for (int i = 0; i <= KILLS; i++) {
        static const char *const arguments[] = {
            WEFT_PROGRAM,     "size",  "scene.ini", "--find", "buffer", "--methods", "per-packet,interleaved",
            "--neighbours=0", "--out", "out",       NULL};
        if (i < KILLS) {
            kill_after(directory, arguments, (gulong)g_test_rand_int_range(0, (gint32)took_us));
        } else {
            said = weft_with(directory, NULL, arguments + 1);
            assert_good(&said);
            said_clear(&said);
        }
        for (size_t k = 0; k < G_N_ELEMENTS(files); k++) {
            g_autofree char *is = contents(out, files[k]), *must = contents(whole, files[k]);
            g_assert_true(is || i < KILLS);
            if (is)
                g_assert_cmpstr(is, ==, must);
        }
    }
    scratch_free(directory);
}

/* --- what is set --- */

static uint64_t answer_of(const char *directory, const char *find, const char *set, const char *group,
                          const char *unit)
{
    g_autoptr(JsonNode) root = sized(directory, find, set, "--neighbours=0", group, NULL);
    JsonObject *row = sized_row(root, 0);
    g_assert_cmpstr(json_object_get_string_member(row, "unit"), ==, unit);
    return sized_number(row, "answer");
}

/* The key that is sought may be set: it says where to begin, or what is counted, and never what comes out. Others stay as they are
 * set. */
static void test_set(void)
{
    char *directory = scratch_new();
    g_free(scratch_file(directory, "scene.ini", SCENE SET("2") FILM("3") WRITE("interleaved")));
    /* two streams share a port: of three in turn, 32 packets of 48, theirs, come at 2/3 of 1 Gbit/s */
    uint64_t bytes = answer_of(directory, "buffer", "--set=stream.rate=4 Mbit/s", "--group=access", "bytes");
    g_assert_cmpuint(answer_of(directory, "buffer", "--set=switch.buffer=1 B", NULL, "bytes"), ==, bytes);
    g_assert_cmpuint(answer_of(directory, "buffer", "--set=switch.buffer=1 packets", NULL, "packets") * 1362,
                     ==, bytes);
    g_assert_cmpuint(
        answer_of(directory, "buffer", "--set=switch.access.buffer=9000 packets", NULL, "packets"), ==,
        bytes / 1362);
    /* 22 of 4.2 Mbit/s on either port */
    static const char *const counts[] = {"1", "45", "46", "47", "200"};
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
        g_autofree char *set = g_strdup_printf("--set=stream.count=%s", counts[i]);
        g_assert_cmpuint(answer_of(directory, "streams", set, NULL, "streams"), ==, 46);
    }
    g_assert_cmpuint(answer_of(directory, "streams", "--set=switch.buffer=1 B", NULL, "streams"), ==, 0);
    scratch_free(directory);
}

/* Buffers of other switches stay: where packets are lost there, no buffer of this one will do. */
static void test_other_groups(void)
{
    char *directory = scratch_new();
    g_free(scratch_file(directory, "scene.ini",
                        "[scenario]\nduration = 100 ms\n[server main]\nprofile = free\nlink = 1 Gbit/s\n"
                        "switch = near\n[switch near]\nbuffer = 20 packets\n[switch far]\nport = 10 Mbit/s\n"
                        "[trunk up]\nfrom = near\nto = far\nrate = 50 Mbit/s\n[device set]\ncount = 3\n"
                        "switch = far\n" FILM("3") WRITE("interleaved")));
    struct said said = weft(directory, "size", "scene.ini", "--find", "buffer", "--group", "far", NULL);
    assert_good(&said);
    g_assert_nonnull(strstr(said.out, "interleaved: none will do; without limit: "));
    g_assert_nonnull(strstr(said.out, " lost, most before up.near.far."));
    said_clear(&said);
    g_assert_cmpuint(answer_of(directory, "buffer", NULL, NULL, "packets"), >,
                     20); /* all of them are sought */
    scratch_free(directory);
}

/* --- no answer --- */

/* No buffer helps where the pool is too small; and there is nothing to size where nothing is sent. */
static void test_none(void)
{
    char *directory = scratch_new();
    g_free(scratch_file(directory, "scene.ini",
                        SCENE "shared = 4 KiB\n" SET("8") FILM("8") WRITE("multi-destination")));
    struct said said = weft(directory, "size", "scene.ini", "--find", "buffer", "--out", "out", NULL);
    assert_good(&said);
    g_assert_nonnull(strstr(said.out, "multi-destination: none will do; without limit: "));
    said_clear(&said);
    g_autofree char *out = g_build_filename(directory, "out", NULL), *figure = contents(out, "capacity.svg");
    g_assert_nonnull(figure);
    g_assert_nonnull(strstr(figure, "none: loss without limit, too"));
    said = weft(directory, "size", "scene.ini", "--find", "streams", "--most", "3", "--set",
                "switch.shared=4 MiB", NULL);
    assert_good(&said);
    g_assert_nonnull(
        strstr(said.out, "multi-destination: 3 streams, the most that were tried; no limit binds."));
    said_clear(&said);
    said = weft(directory, "size", "scene.ini", "--find", "buffer", "--set", "stream.start=10 s", NULL);
    assert_bad(&said, 1, "^weft size: multi-destination: no packet comes to a switch");
    said_clear(&said);
    scratch_free(directory);
}

/* --- bad usage --- */

static void test_usage(void)
{
    static const struct {
        const char *arguments[6], *error;
    } rows[] = {
        {{NULL}, "--find is missing; allowed: streams, buffer"},
        {{"--find", "ports"}, "--find: there is no \"ports\"; allowed: streams, buffer"},
        {{"--find", "streams", "--unit", "bytes"}, "--unit does not go with --find streams"},
        {{"--find", "buffer", "--limits", "core"}, "--limits does not go with --find buffer"},
        {{"--find", "buffer", "--core", "0.5"}, "--core does not go with --find buffer"},
        {{"--find", "buffer", "--link", "0.5"}, "--link does not go with --find buffer"},
        {{"--find", "buffer", "--most", "5"}, "--most does not go with --find buffer"},
        {{"--find", "buffer", "--unit", "bits"},
         "--unit: there is no \"bits\"; allowed: bytes, packets, cells"},
        {{"--find", "buffer", "--unit", "cells"}, "cell"},
        {{"--find", "streams", "--limits", "core,cpu"}, "--limits: \"cpu\" is no limit"},
        {{"--find", "streams", "--limits", "core,core"},
         "--limits: \"core\" is no limit or stands there twice"},
        {{"--find", "streams", "--limits", ""}, "--limits: "},
        {{"--find", "streams", "--core", "1.5"}, "--core: \"1.5\" is out of range; allowed: 0.001 to 1"},
        {{"--find", "streams", "--link", "half"}, "--link: \"half\" "},
        {{"--find", "streams", "--most", "0"}, "--most: \"0\" is out of range; allowed: 1 to 1000000"},
        {{"--find", "streams", "--neighbours", "-1"}, "--neighbours: \"-1\" "},
        {{"--find", "streams", "--jobs", "0"}, "--jobs: "},
        {{"--find", "streams", "--group", "music"},
         "--group: there is no stream \"music\"; allowed: film, radio"},
        {{"--find", "streams"},
         "--group is missing, as there are several groups of streams; allowed: film, radio"},
        {{"--find", "buffer", "--group", "film"}, "--group: there is no switch \"film\"; allowed: access"},
        {{"--find", "buffer", "--methods", "fast"}, "--methods: "},
        {{"--find", "buffer", "--methods", "interleaved", "--for-all-methods"},
         "--methods does not go with --for-all-methods"},
        {{"--find", "buffer", "--for-all-methods", "--set", "write.method=interleaved"},
         "write.method: is not what is compared"},
        {{"--find", "buffer", "--backend", "reality"}, "reality"},
        {{"--find", "buffer", "--backend", "reference,simgrid"}, "--backend"},
        {{"--find", "buffer", "--set", "switch.buffer=much"},
         "--set: switch.access.buffer|--set: switch.buffer"},
        {{"--find", "buffer", "extra.ini"}, "unexpected argument"},
    };
    char *directory = scratch_new();
    g_free(scratch_file(directory, "scene.ini",
                        SCENE SET("2") FILM("3") "[stream radio]\nrate = 1 Mbit/s\n" WRITE("interleaved")));
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *all[12] = {"size", "scene.ini", "--out", "out"};
        memcpy(all + 4, rows[i].arguments, sizeof rows[i].arguments);
        struct said said = weft_with(directory, NULL, all);
        assert_bad(&said, 2, rows[i].error);
        said_clear(&said);
        g_autofree char *names = scratch_names(directory);
        g_assert_cmpstr(names, ==, "scene.ini");
    }
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/size-usage/files", test_files);
    g_test_add_func("/size-usage/inputs", test_inputs);
    g_test_add_func("/size-usage/killed", test_killed);
    g_test_add_func("/size-usage/set", test_set);
    g_test_add_func("/size-usage/other-groups", test_other_groups);
    g_test_add_func("/size-usage/none", test_none);
    g_test_add_func("/size-usage/bad", test_usage);
    return g_test_run();
}
