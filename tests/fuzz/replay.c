/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A fuzz target without libFuzzer: each file, and files of each folder, once; with --mutations=N also cut short at N
 * places and N times with bytes changed, as drawn from --seed=S. Options that only libFuzzer knows begin with one "-".
 * usage: fuzz-NAME [--mutations=N] [--seed=S] FILE|FOLDER ... */

#include "input.h"

#include <glib.h>
#include <stdio.h>

static gint mutations, seed = 1;
static guint inputs;

static void run(const char *path, const char *how, gint number, const char *data, gsize size)
{
    printf("# %s %s %d\n", path, how, number); /* the last line tells which input it was */
    fflush(stdout);
    inputs++;
    LLVMFuzzerTestOneInput((const uint8_t *)data, size);
}

static void run_file(const char *path)
{
    g_autofree char *data = NULL;
    gsize size = 0;
    g_assert_true(g_file_get_contents(path, &data, &size, NULL));
    run(path, "whole", 0, data, size);
    g_autoptr(GRand) rand = g_rand_new_with_seed((guint32)seed);
    for (gint i = 0; size > 0 && i < mutations; i++) {
        g_autofree char *changed = g_memdup2(data, size);
        run(path, "cut short", i, changed, (gsize)g_rand_int_range(rand, 0, (gint)size));
        gint changes = 1 << g_rand_int_range(rand, 0, 8);
        /* most of what a reader believes stands at the beginning */
        gint reach = g_rand_boolean(rand) ? (gint)size : MIN((gint)size, 256);
        for (gint k = 0; k < changes; k++)
            changed[g_rand_int_range(rand, 0, reach)] = (char)g_rand_int(rand);
        run(path, "changed", i, changed, size);
    }
}

static void run_path(const char *path)
{
    g_autoptr(GDir) folder = g_file_test(path, G_FILE_TEST_IS_DIR) ? g_dir_open(path, 0, NULL) : NULL;
    if (!folder) {
        run_file(path);
        return;
    }
    const char *name;
    while ((name = g_dir_read_name(folder))) {
        g_autofree char *inside = g_build_filename(path, name, NULL);
        if (g_file_test(inside, G_FILE_TEST_IS_REGULAR))
            run_file(inside);
    }
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (sscanf(argv[i], "--mutations=%d", &mutations) == 1 || sscanf(argv[i], "--seed=%d", &seed) == 1)
            printf("# %s\n", argv[i]);
        else if (argv[i][0] != '-')
            run_path(argv[i]);
    }
    printf("# seed %d, %u inputs\n", seed, inputs);
    return inputs ? 0 : 1;
}
