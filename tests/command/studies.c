/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The scenarios that compare: each is run by the one command of its header, draws the figure that it names, and says of the
 * buffer what its header and docs/buffer.md say. */

#include "weft.h"

#include <stdlib.h>
#include <string.h>

/* What a cell of vary.csv must be; several rows of one study stand together. */
struct fact {
    const char *study, *value, *method, *column, *expected;
};

static const struct fact facts[] = {
    {"buffer-vs-interval", "100 ms", "multi-destination", "peak_port_bytes", "44946"},
    {"buffer-vs-interval", "200 ms", "multi-destination", "peak_port_bytes", "88530"},
    {"buffer-vs-interval", "200 ms", "interleaved", "peak_port_packets", "1"},
    {"buffer-vs-interval", "100 ms", "per-destination-fq", "peak_port_packets", "10"},
    {"buffer-vs-streams", "1", "interleaved", "peak_port_packets", "33"},
    {"buffer-vs-streams", "8", "interleaved", "peak_port_packets", "8"}, /* 36 - floor(35 * 8 / 10) */
    {"buffer-vs-streams", "10", "interleaved", "peak_port_packets", "1"},
    {"buffer-vs-streams", "1", "interleaved-paced", "peak_port_packets", "1"},
    {"orders-unequal-rates", "sequential", "interleaved", "peak_port_packets", "167"},
    {"orders-unequal-rates", "round-robin", "interleaved", "peak_port_packets", "88"},
    {"orders-unequal-rates", "smooth", "interleaved", "peak_port_packets", "2"},
    {"loss-vs-buffer", "48 KiB", "multi-destination", "dropped_packets", "0"},
    {"loss-vs-buffer", "40 KiB", "multi-destination", "dropped_packets", "4240"},
    {"loss-vs-buffer", "2 KiB", "interleaved", "dropped_packets", "0"},
    {"shared-buffer", "2 MiB", "multi-destination", "dropped_packets", "0"},
    {"shared-buffer", "128 KiB", "interleaved", "dropped_packets", "0"},
    {"shared-buffer", "64 KiB", "interleaved", "dropped_packets", "22816"},
    {"three-servers", "2 Gbit/s", "interleaved", "peak_port_packets", "3"},
    {"three-servers", "3 Gbit/s", "interleaved", "peak_port_packets", "38"},
    {"leaf-spine", "200 Mbit/s", "interleaved", "peak_port_packets", "375"},
    {"leaf-spine", "200 Mbit/s", "interleaved-sliced", "peak_port_packets", "61"},
};

static guint column_of(const char *titles, const char *column)
{
    g_auto(GStrv) names = g_strsplit(titles, ",", -1);
    guint i = 0;
    while (names[i] && strcmp(names[i], column) != 0)
        i++;
    g_assert_nonnull(names[i]);
    return i;
}

static void check_fact(char *const *rows, const struct fact *fact)
{
    guint value = column_of(rows[0], "value"), column = column_of(rows[0], fact->column), found = 0;
    for (guint row = 1; rows[row]; row++) {
        g_auto(GStrv) cells = g_strsplit(rows[row], ",", -1);
        if (strcmp(cells[0], fact->method) != 0 || strcmp(cells[value], fact->value) != 0)
            continue;
        g_test_message("%s, %s, %s: %s", fact->study, fact->value, fact->method, fact->column);
        g_assert_cmpstr(cells[column], ==, fact->expected);
        found++;
    }
    g_assert_cmpuint(found, ==, 1);
}

static void check_study(gconstpointer data)
{
    const char *study = data;
    char *directory = scratch_new();
    g_autofree char *name = g_strdup_printf("scenarios/%s.ini", study), *scenario = source_path(name);
    struct said said = weft(directory, "compare", scenario, "--out", "out", NULL);
    assert_good(&said);
    said_clear(&said);
    g_autofree char *path = g_build_filename(directory, "out", "vary.csv", NULL), *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(GStrv) rows = g_strsplit(g_strchomp(text), "\n", -1);
    guint checked = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(facts); i++)
        if (strcmp(facts[i].study, study) == 0) {
            check_fact(rows, &facts[i]);
            checked++;
        }
    g_assert_cmpuint(checked, >, 0);
    g_autofree char *figure = g_strdup_printf("%s/out/%s.svg", directory, study), *svg = NULL;
    g_assert_true(g_file_get_contents(figure, &svg, NULL, NULL));
    g_assert_nonnull(strstr(svg, "?")); /* its title is a question */
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(facts); i++)
        if (i == 0 || strcmp(facts[i].study, facts[i - 1].study) != 0) {
            g_autofree char *path = g_strdup_printf("/studies/%s", facts[i].study);
            g_test_add_data_func(path, facts[i].study, check_study);
        }
    return g_test_run();
}
