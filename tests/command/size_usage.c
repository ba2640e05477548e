/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft size from outside: files, what it says where there is no answer, bad usage. */

#include "weft.h"

#include <string.h>

#define SCENE                                                                                                \
    "[scenario]\nduration = 200 ms\n[server main]\nprofile = free\nlink = 1 Gbit/s\n[switch access]\n"       \
    "port = 100 Mbit/s\n"
#define SET(count)    "[device set]\ncount = " count "\n"
#define FILM(count)   "[stream film]\ncount = " count "\nrate = 4 Mbit/s\npayload = 1316 B\n"
#define WRITE(method) "[write]\ninterval = 40 ms\nmethod = " method "\n"

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
    g_assert_cmpstr(names, ==, "capacity.png capacity.svg size.csv size.json");
    g_autofree char *path = g_build_filename(out, "size.csv", NULL), *csv = NULL;
    g_assert_true(g_file_get_contents(path, &csv, NULL, NULL));
    /* 16 packets an interval: 16 - floor(15 / 10), and of two in turn 16 - floor(15 * 2 / 10); 1362 bytes each */
    g_assert_nonnull(strstr(csv, "\ninterleaved,reference,switch.buffer,17706,bytes,buffer,true,17706,"));
    g_assert_nonnull(
        strstr(csv, "\nmulti-destination,reference,switch.buffer,20430,bytes,buffer,true,20430,"));
    scratch_free(directory);
}

/* --- no answer --- */

/* No buffer helps where the pool is too small; and there is nothing to size where nothing is sent. */
static void test_none(void)
{
    char *directory = scratch_new();
    g_free(scratch_file(directory, "scene.ini",
                        SCENE "shared = 4 KiB\n" SET("8") FILM("8") WRITE("multi-destination")));
    struct said said = weft(directory, "size", "scene.ini", "--find", "buffer", NULL);
    assert_good(&said);
    g_assert_nonnull(strstr(said.out, "multi-destination: none will do; without limit: "));
    said_clear(&said);
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
    g_test_add_func("/size-usage/none", test_none);
    g_test_add_func("/size-usage/bad", test_usage);
    return g_test_run();
}
