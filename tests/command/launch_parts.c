/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of launchers that start nothing: how many shards, how they are written, what Slurm says. */

#include "launch_shards.h"
#include "launch_slurm_queue.h"

#include <string.h>

/* Two minutes a shard, one for each slot at least, one for each point at most. */
static void test_wanted(void)
{
    static const struct {
        double points, point_s;
        guint slots, most, shards;
    } cases[] = {
        {10000, 0.06, 1, 1000, 5}, /* 600 s */
        {10001, 0.06, 1, 1000, 6},
        {10000, 0.06, 64, 1000, 64},
        {10000, 60, 1, 1000, 1000}, /* 5000 without a limit */
        {10000, 60, 1, 100000, 5000},
        {10000, 500, 1, 100000, 10000},
        {3, 0.001, 64, 1000, 3},
        {3, 0, 1, 1000, 1},
        {7, -1, 1, 1000, 7},
        {7, -1, 2, 5, 5},
        {1, -1, 8, 1000, 1},
        {10000, 0.06, 64, 8, 8}, /* as many as there may be, not as many as slots */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpuint(
            shards_wanted((guint)cases[i].points, cases[i].point_s, cases[i].slots, cases[i].most), ==,
            cases[i].shards);
}

/* Random sets, written and read again by an independent reader. */
static void test_ranges(void)
{
    enum { N = 40 };
    for (int round = 0; round < 1000; round++) {
        gboolean in[N + 2] = {FALSE}, read[N + 2] = {FALSE};
        struct shards shards = {N, g_array_new(FALSE, FALSE, sizeof(guint))};
        for (guint number = 1; number <= N; number++)
            if ((in[number] = g_test_rand_bit()))
                g_array_append_val(shards.numbers, number);
        g_autofree char *text = shards_ranges(&shards);
        g_auto(GStrv) parts = g_strsplit(text, ",", -1);
        for (char **part = parts; *part; part++) {
            char *end;
            guint64 first = g_ascii_strtoull(*part, &end, 10);
            guint64 last = *end == '-' ? g_ascii_strtoull(end + 1, &end, 10) : first;
            g_assert_true(*end == '\0' && first >= 1 && first <= last && last <= N);
            g_assert_false(read[first - 1]); /* neighbours are one range */
            for (; first <= last; first++)
                read[first] = TRUE;
        }
        g_assert_cmpint(memcmp(in, read, sizeof in), ==, 0);
        shards_clear(&shards);
    }
}

static void test_queue(void)
{
    static const struct {
        const char *text, *id;
        guint running, pending;
        const char *reason;
    } cases[] = {
        {"", "", 0, 0, ""},
        {"12|RUNNING|None\n12|PENDING|Resources\n12|PENDING|None\n", "12", 1, 2, "Resources"},
        {"11|RUNNING|None\n12|COMPLETING|None\n11|COMPLETING|None\n", "11", 2, 0, ""},
        {"12|PENDING|launch failed requeued held\n", "12", 0, 1, "launch failed requeued held"},
        {"some words\n\n||\n|\n", "", 0, 0, ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct slurm_job job = {.running = 99};
        slurm_read_queue(cases[i].text, &job);
        g_assert_cmpstr(job.id, ==, cases[i].id);
        g_assert_cmpuint(job.running, ==, cases[i].running);
        g_assert_cmpuint(job.pending, ==, cases[i].pending);
        g_assert_cmpstr(job.reason, ==, cases[i].reason);
    }
}

static void test_config(void)
{
    static const struct {
        const char *text;
        guint most; /* 0: an error */
    } cases[] = {
        {"MailProg                = x\nMaxArraySize            = 1001\nMaxDBDMsgs = 3\n", 1000},
        {"MaxArraySize=2", 1},
        {"MaxArraySize = 1", 0},
        {"MaxArraySize = 0\n", 0},
        {"MaxArraySize = many\n", 0},
        {"MaxArray = 5\n", 0},
        {"", 0},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        guint most = 0;
        gboolean good = slurm_read_config(cases[i].text, &most, &error);
        g_assert_true(good == (cases[i].most > 0) && good == (error == NULL));
        g_assert_cmpuint(most, ==, cases[i].most);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/launch-parts/wanted", test_wanted);
    g_test_add_func("/launch-parts/ranges", test_ranges);
    g_test_add_func("/launch-parts/queue", test_queue);
    g_test_add_func("/launch-parts/config", test_config);
    return g_test_run();
}
