/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft plot: what it refuses, what it draws, what it says. */

#include "csv_check.h"
#include "weft.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define GOLDEN "tests/golden/figures/"

static void test_usage(void)
{
    static const struct {
        const char *arguments;
        int status;
        const char *regex;
    } cases[] = {
        {"none", 2, "^none: is not there; needed: a directory of results\n$"},
        {"file", 2, "^file: is no directory; needed: one of results\n$"},
        {"empty", 2, "^empty: holds nothing to draw; needed: any of interval.csv, vary.csv, .+\n$"},
        {"good --figure queues", 2, "^good: figure queues cannot be drawn; needed: queues.csv\n$"},
        {"good --figure leaf-spine", 2, "^good: vary.csv has nothing that figure leaf-spine shows; .+\n$"},
        {"good --figure pie", 2, "^--figure: there is no figure \"pie\"; allowed: cycles-vs-interval, .+\n$"},
        {"good --figure ,", 2, "^--figure: \",\" has an empty part; allowed: .+\n$"},
        {"good --format gif", 2, "^--format: \"gif\" is no format; allowed: svg,png,pdf\n$"},
        {"good --out file", 1, "^file: cannot be made: .+\n$"},
        {"good --out file/in", 1, "^file/in: cannot be made: .+\n$"},
        {"good good", 2, "^weft plot: unexpected argument; .+\n$"},
        {"cut", 2, "^cut/vary.csv:2: the line has no end; the file is not whole\n$"},
        {"wide", 2, "^wide/vary.csv:3: 3 cells; needed: 2, as in the header\n$"},
        {"other", 1, "^weft: gnuplot: other/vary.csv: there is no column .+\n$"},
        {"folder", 2, "^folder/vary.csv: is no regular file; needed: a CSV file\n$"},
    };
    char *directory = scratch_new();
    g_autofree char *table = source_text(GOLDEN "streams/vary.csv");
    static const char *const folders[] = {"good", "empty", "cut", "wide", "other", "folder/vary.csv"};
    for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path = g_build_filename(directory, folders[i], NULL);
        g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
    }
    g_free(scratch_file(directory, "file", ""));
    g_free(scratch_file(directory, "good/vary.csv", table));
    g_free(scratch_file(directory, "cut/vary.csv", "a,b\n1,"));
    g_free(scratch_file(directory, "wide/vary.csv", "a,b\n1,2\n1,2,3\n"));
    g_free(scratch_file(directory, "other/vary.csv", "a,b\n1,2\n"));
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *line = g_strconcat("plot ", cases[i].arguments, NULL);
        g_auto(GStrv) arguments = g_strsplit(line, " ", -1);
        g_test_message("weft %s", line);
        struct said said = weft_with(directory, NULL, (const char *const *)arguments);
        assert_bad(&said, cases[i].status, cases[i].regex);
        said_clear(&said);
    }
    g_autofree char *good = g_build_filename(directory, "good", NULL), *left = scratch_names(good);
    g_assert_cmpstr(left, ==, "vary.csv");
    scratch_free(directory);
}

/* A directory that may not be read or written; not as root, who may all. */
static void test_locked(void)
{
    if (geteuid() == 0) {
        g_test_skip("root may read and write all");
        return;
    }
    char *directory = scratch_new();
    g_autofree char *good = g_build_filename(directory, "good", NULL);
    g_autofree char *table = source_text(GOLDEN "streams/vary.csv");
    g_assert_cmpint(g_mkdir(good, 0700), ==, 0);
    g_free(scratch_file(directory, "good/vary.csv", table));
    g_assert_cmpint(g_chmod(good, 0500), ==, 0);
    struct said said = weft(directory, "plot", "good", NULL);
    assert_bad(&said, 1, "^good/.+: cannot be written: Permission denied\n$");
    said_clear(&said);
    g_assert_cmpint(g_chmod(good, 0000), ==, 0);
    said = weft(directory, "plot", "good", NULL);
    assert_bad(&said, 2, "^good: cannot be read: Permission denied\n$");
    said_clear(&said);
    g_assert_cmpint(g_chmod(good, 0700), ==, 0);
    scratch_free(directory);
}

/* Only what is asked for; the same bytes again; what does not fit any more goes, what else lies there stays. */
static void test_chosen(void)
{
    char *directory = scratch_new();
    g_autofree char *from = source_path(GOLDEN "streams"), *out = g_build_filename(directory, "out", NULL);
    static const char *const first[] = {"out/buffer-vs-streams.pdf", "out/buffer-vs-streams.svg"};
    g_autofree char *before[2] = {NULL, NULL};
    for (int turn = 0; turn < 2; turn++) {
        struct said said = weft(directory, "plot", from, "--figure", "buffer-vs-streams", "--format",
                                "pdf, svg", "--out", "out", NULL);
        assert_good(&said);
        g_assert_cmpstr(said.out, ==, "buffer-vs-streams  vary.csv  pdf, svg\n");
        said_clear(&said);
        g_usleep(turn == 0 ? G_USEC_PER_SEC : 0); /* PDF files know the second in which they were made */
        for (int i = 0; i < 2; i++) {
            g_autofree char *path = g_build_filename(directory, first[i], NULL), *now = NULL;
            gsize length;
            g_assert_true(g_file_get_contents(path, &now, &length, NULL));
            if (turn == 0)
                before[i] = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (guchar *)now, length);
            else {
                g_autofree char *after =
                    g_compute_checksum_for_data(G_CHECKSUM_SHA256, (guchar *)now, length);
                g_assert_cmpstr(after, ==, before[i]);
            }
        }
    }
    g_free(before[0]);
    g_free(before[1]);
    before[0] = before[1] = NULL;
    g_free(scratch_file(directory, "out/notes", ""));
    g_autofree char *other = source_path(GOLDEN "buffer");
    struct said said = weft(directory, "plot", other, "--format", "svg", "--out", "out", NULL);
    assert_good(&said);
    g_assert_nonnull(strstr(said.out, "buffer-vs-streams     vary.csv  left out: nothing that it shows\n"));
    said_clear(&said);
    g_autofree char *left = scratch_names(out);
    g_assert_cmpstr(left, ==,
                    "buffer-vs-streams.pdf buffer-vs-value.svg cycles-vs-value.svg loss-vs-buffer.svg "
                    "loss-vs-value.svg notes");
    scratch_free(directory);
}

/* Without gnuplot, and with one that warns before it fails, or that draws nothing. */
static void test_gnuplot(void)
{
    char *directory = scratch_new();
    g_autofree char *from = source_path(GOLDEN "streams");
    g_auto(GStrv) environment = g_environ_setenv(g_get_environ(), "PATH", directory, TRUE);
    const char *const arguments[] = {"plot", from, "--out", "out", NULL};
    struct said said = weft_with(directory, environment, arguments);
    assert_bad(&said, 1, "^weft: gnuplot cannot be run, install gnuplot-nox: ");
    said_clear(&said);
    static const struct {
        const char *script, *regex;
    } cases[] = {
        {"#!/bin/sh\nprintf '\\n\"a.gp\" line 3: warning: odd\\n\\n\"b.gpi\" line 7: no font\\n' >&2\nexit "
         "1\n",
         "^weft: gnuplot: no font\n$"},
        {"#!/bin/sh\necho '\"a.gp\" line 3: warning: odd' >&2\nexit 1\n", "^weft: gnuplot: warning: odd\n$"},
        {"#!/bin/sh\nexit 1\n", "^weft: gnuplot: no reason given\n$"},
        {"#!/bin/sh\nexit 0\n", "^weft: gnuplot: has drawn nothing\n$"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = scratch_file(directory, "gnuplot", cases[i].script);
        g_assert_cmpint(g_chmod(path, 0700), ==, 0);
        said = weft_with(directory, environment, arguments);
        assert_bad(&said, 1, cases[i].regex);
        said_clear(&said);
        g_assert_cmpint(g_unlink(path), ==, 0);
    }
    g_autofree char *left = scratch_names(directory);
    g_assert_cmpstr(left, ==, "");
    scratch_free(directory);
}

/* --- whole tables --- */

static void test_csv(void)
{
    static const struct {
        const char *text, *error; /* NULL: it is whole */
    } cases[] = {
        {"a,b\n", NULL},
        {"a,b\n1,2\n,\n", NULL},
        {"\"a,b\",\"c \"\"d\"\"\ne\"\n1,2\n", NULL},
        {"a\n\n1\n", NULL}, /* one column, an empty cell */
        {"", "t.csv:1: the file is empty; needed: a table with a header"},
        {"\n", "t.csv:1: a column has no name"},
        {"a,\n", "t.csv:1: a column has no name"},
        {"a,b,a\n", "t.csv:1: two columns have one name"},
        {"a,b", "t.csv:1: the line has no end; the file is not whole"},
        {"a,b\n1,2", "t.csv:2: the line has no end; the file is not whole"},
        {"a,b\n1,2\n3", "t.csv:3: the line has no end; the file is not whole"},
        {"a,b\n1,\"2\n", "t.csv:2: a quote has no end"},
        {"a,b\n1,2\n3\n", "t.csv:3: 1 cells; needed: 2, as in the header"},
        {"a,b\n1,2,3\n", "t.csv:2: 3 cells; needed: 2, as in the header"},
        {"a,b\n\n", "t.csv:2: 1 cells; needed: 2, as in the header"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        gboolean good = csv_check_text("t.csv", cases[i].text, strlen(cases[i].text), &error);
        g_assert_true(good == (error == NULL));
        g_assert_cmpstr(error ? error->message : NULL, ==, cases[i].error);
    }
    g_autoptr(GError) error = NULL;
    g_assert_false(csv_check_text("t.csv", "a,b\n1,\0\n", 8, &error));
    g_assert_cmpstr(error->message, ==, "t.csv:2: a byte 0 is no text");
    g_clear_error(&error);
    g_assert_false(csv_check_text("t.csv", "a,b\n1,\"\0\"\n", 10, &error));
    g_assert_cmpstr(error->message, ==, "t.csv:2: a byte 0 is no text");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/plot/usage", test_usage);
    g_test_add_func("/plot/locked", test_locked);
    g_test_add_func("/plot/chosen", test_chosen);
    g_test_add_func("/plot/gnuplot", test_gnuplot);
    g_test_add_func("/plot/csv", test_csv);
    return g_test_run();
}
