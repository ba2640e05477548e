/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is not the sweep's own: files that changed before it goes on or while it runs, broken and foreign ones, other times. */

#include "swept.h"

#include <glib/gstdio.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utime.h>

/* --- what is not its own --- */

static void test_changed(void)
{
    struct bench bench = bench_new(SMALL);
    run_good(&bench, "6 of them run now", "-o out");
    g_autofree char *before = content_of(&bench, "out/sweep.jsonl");
    static const struct {
        const char *file, *text, *regex;
    } cases[] = {
        {"s.ini",
         "[sweep]\nscenario = tiny.ini\nmethods = batched, interleaved\n[cross]\nstream.count = 1, 2, 4\n",
         "^out/manifest\\.jsonl:5: is of another sweep: its set is "
         "\\{\"stream\\.count\":\"3\",\"write\\.method\":"
         "\"batched\"\\}, not \\{\"stream\\.count\":\"4\",.*; allowed: another --out, "},
        {"s.ini",
         "[sweep]\nscenario = tiny.ini\nmethods = batched, interleaved\n[cross]\nstream.count = 1, 2\n",
         "manifest\\.jsonl:5: is of another"},
        {"s.ini",
         "[sweep]\nscenario = tiny.ini\nmethods = batched, interleaved\n[cross]\nstream.count = 1, 2, 3, 4\n",
         "manifest\\.jsonl:7: is of another"},
        {"tiny.ini", TINY "payload = 500 B\n",
         "manifest\\.jsonl:1: is of another sweep: other values of the scenario, or other files; allowed: "},
        {"tiny.ini", TINY "[write]\npacing = interval\n", "manifest\\.jsonl:1: is of another"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *old = content_of(&bench, cases[i].file);
        write_in(&bench, cases[i].file, cases[i].text, strlen(cases[i].text));
        run_bad(&bench, 2, cases[i].regex, "-o out");
        write_in(&bench, cases[i].file, old, strlen(old));
    }
    write_in(&bench, "tiny.ini", "# the same\n" TINY, strlen("# the same\n" TINY));
    run_good(&bench, "^s: 6 points, 0 of them run now", "-o out");
    g_autofree char *after = content_of(&bench, "out/sweep.jsonl");
    g_assert_cmpstr(before, ==, after);
    bench_clear(&bench);
}

/* Half of a file, nothing of it, another byte in it, no text at all: the points are run again. */
static void test_broken(void)
{
    struct bench bench = bench_new(SMALL);
    run_good(&bench, "6 of them run now", "-o whole");
    run_good(&bench, "6 of them run now", "-o out");
    g_autofree char *text = content_of(&bench, "out/points/00002.json"),
                    *other = content_of(&bench, "out/points/00003.json");
    write_in(&bench, "out/points/00002.json", text, strlen(text) / 2);
    other[strlen(other) - 20] ^= 1;
    write_in(&bench, "out/points/00003.json", other, strlen(other));
    write_in(&bench, "out/points/00004.json", "", 0);
    write_in(&bench, "out/points/00005.json", "a\0b", 3);
    write_in(&bench, "out/points/.00001.json.abcdef", "half", 4);
    write_in(&bench, "out/.sweep.csv.abcdef", "half", 4);
    struct said said = weft(bench.directory, "sweep", "s.ini", "-o", "out", NULL);
    g_assert_cmpint(said.status, ==, 0);
    g_assert_cmpstr(said.err, ==,
                    "out/points/00002.json: is no whole result; its point is run again\n"
                    "out/points/00003.json: is no whole result; its point is run again\n"
                    "out/points/00004.json: is no whole result; its point is run again\n"
                    "out/points/00005.json: is no whole result; its point is run again\n");
    g_assert_true(g_str_has_prefix(said.out, "s: 6 points, 4 of them run now, 0 failed\n"));
    said_clear(&said);
    assert_same(&bench, "whole", "out");
    bench_clear(&bench);
}

static void test_broken_manifest(void)
{
    struct bench bench = bench_new(SMALL);
    run_good(&bench, "6 of them run now", "-o out");
    g_autofree char *text = content_of(&bench, "out/manifest.jsonl");
    const size_t cuts[] = {0, 10, strlen(text) - 1};
    for (size_t i = 0; i < G_N_ELEMENTS(cuts); i++) {
        write_in(&bench, "out/manifest.jsonl", text, cuts[i]);
        run_good(&bench, "^s: 6 points, 0 of them run now", "-o out");
        g_autofree char *mended = content_of(&bench, "out/manifest.jsonl");
        g_assert_cmpstr(mended, ==, text);
    }
    write_in(&bench, "out/manifest.jsonl", text,
             (gsize)(strchr(text, '\n') + 1 - text)); /* a sweep of one point */
    run_bad(&bench, 2, "^out/manifest\\.jsonl:2: is of another sweep", "-o out");
    bench_clear(&bench);
}

/* A whole result of something else stays what it is, and nothing is run. */
static void test_foreign(void)
{
    struct bench bench = bench_new(SMALL);
    run_good(&bench, "6 of them run now", "-o out");
    g_autofree char *text = content_of(&bench, "out/points/00002.json"),
                    *gone = path_of(&bench, "out/points/00006.json");
    write_in(&bench, "out/points/00001.json", text, strlen(text));
    g_assert_cmpint(g_unlink(gone), ==, 0);
    run_bad(&bench, 2, "^out/points/00001\\.json: is a result of another sweep; allowed: ", "-o out");
    g_autofree char *after = content_of(&bench, "out/points/00001.json");
    g_assert_cmpstr(after, ==, text);
    g_assert_false(g_file_test(gone, G_FILE_TEST_EXISTS));
    bench_clear(&bench);
}

/* Another version's records, where its manifest is gone, and its manifest. */
static void test_other_version(void)
{
    struct bench bench = bench_new(SMALL);
    run_good(&bench, "6 of them run now", "-o out");
    g_autofree char *manifest = content_of(&bench, "out/manifest.jsonl"),
                    *record = content_of(&bench, "out/points/00004.json"),
                    *gone = path_of(&bench, "out/manifest.jsonl");
    char *version = strstr(manifest, "\"version\":\""), *hash = strstr(record, "\"hash\":\"");
    g_assert_true(version && hash);
    g_autofree char *old = g_strdup_printf("%.*s\"version\":\"0.0.1\"%s", (int)(version - manifest), manifest,
                                           strchr(version + strlen("\"version\":\""), '"') + 1);
    write_in(&bench, "out/manifest.jsonl", old, strlen(old));
    run_bad(&bench, 2,
            "^out/manifest\\.jsonl:1: is of weft 0\\.0\\.1, this is weft [0-9.]+; allowed: another --out, ",
            "-o out");
    g_assert_cmpint(g_unlink(gone), ==, 0);
    memset(hash + strlen("\"hash\":\""), '0', 64);
    write_in(&bench, "out/points/00004.json", record, strlen(record));
    run_bad(&bench, 2, "^out/points/00004\\.json: is a result of another sweep; allowed: ", "-o out");
    g_autofree char *after = content_of(&bench, "out/points/00004.json");
    g_assert_cmpstr(after, ==, record);
    bench_clear(&bench);
}

/* --- while it runs --- */

#define PRICES                                                                                               \
    "[profile]\nhelp = a machine\nbase = modern-x86\n[copied_bytes]\nlow = 0 cycles\nhigh = 9 "              \
    "cycles\nsource = "                                                                                      \
    "here\nconfidence = low\ntypical = "

enum { FILM_BYTES = 6000 };

/* A sweep whose second point waits, of a scenario with a profile and two files of its own. */
static struct bench bench_with_files(void)
{
    struct bench bench = bench_new("[sweep]\nscenario = tiny.ini\nbackends = gated\nreplications = "
                                   "2\n[cross]\nstream.count = 1, 2, 3, 4\n");
    static const char text[] = TINY "source = file:film\n[server y]\nprofile = file:prices.ini\n";
    g_autofree char *film = g_malloc(FILM_BYTES);
    memset(film, 'f', FILM_BYTES);
    write_in(&bench, "tiny.ini", text, strlen(text));
    write_in(&bench, "prices.ini", PRICES "0.3 cycles\n", strlen(PRICES "0.3 cycles\n"));
    write_in(&bench, "film", film, FILM_BYTES);
    return bench;
}

/* Other content in the same file, as an editor may write it that does not rename. */
static void overwrite(const struct bench *bench, const char *name, const char *data, gsize length)
{
    g_autofree char *path = path_of(bench, name);
    FILE *file = g_fopen(path, "w");
    g_assert_nonnull(file);
    g_assert_cmpuint(fwrite(data, 1, length, file), ==, length);
    g_assert_cmpint(fclose(file), ==, 0);
}

struct edit {
    const char *file, *text; /* NULL: so many bytes of 'x' */
    gsize length;
    const char *regex; /* of what the call says */
};

static void check_edit(const struct edit *edit, bool in_place)
{
    struct bench bench = bench_with_files();
    g_autofree char *old = content_of(&bench, edit->file), *filler = g_malloc(FILM_BYTES),
                    *open = path_of(&bench, "open");
    gsize old_length = strlen(old) > FILM_BYTES ? FILM_BYTES : strlen(old);
    memset(filler, 'x', FILM_BYTES);
    const char *text = edit->text ? edit->text : filler;
    gsize length = edit->text ? strlen(edit->text) : edit->length;
    void (*change)(const struct bench *, const char *, const char *, gsize) = in_place ? overwrite : write_in;
    g_test_message("%s %s", edit->file, in_place ? "in place" : "by renaming");
    GPid pid = start(&bench, to_files, NULL, "-o out -j 1");
    await_file(&bench, "waiting");
    change(&bench, edit->file, text, length);
    write_in(&bench, "open", "", 0);
    int ended = await(pid);
    g_autofree char *said = content_of(&bench, "stderr");
    g_test_message("%s", said);
    g_assert_true(WIFEXITED(ended));
    g_assert_cmpint(WEXITSTATUS(ended), ==, edit->regex ? 2 : 0);
    g_assert_true(g_regex_match_simple(edit->regex ? edit->regex : "^$", said, 0, 0));
    g_assert_cmpuint(results_in(&bench, "out"), <=, edit->regex ? 2 : 4);
    run_bad(&bench, 2, edit->regex ? "." : "is of another sweep", "-o out"); /* it is another one now */
    change(&bench, edit->file, old, old_length);
    run_good(&bench, "^s: 4 points, [0-9] of them run now, 0 failed", "-o out");
    run_good(&bench, "4 of them run now", "-o whole");
    assert_same(&bench, "whole", "out");
    bench_clear(&bench);
}

/* No point is run with anything else than what the manifest says. What is known of a sweep's own file is known from its beginning. */
static void test_edited_while_running(void)
{
    static const char changed[] =
        "^tiny\\.ini: it or a file that it names has changed while the sweep ran; allowed: all "
        "as it was\n$";
    static const struct edit edits[] = {
        {"tiny.ini", TINY "source = file:film\npayload = 500 B\n[server y]\nprofile = file:prices.ini\n", 0,
         changed},
        {"tiny.ini", "[scenario]\nduration = 1\n", 0, "^tiny\\.ini:2: scenario\\.duration: "},
        {"prices.ini", PRICES "0.4 cycles\n", 0, changed},
        {"prices.ini", PRICES "much\n", 0, "^prices\\.ini:9: copied_bytes\\.typical: "},
        {"film", NULL, FILM_BYTES, changed},
        {"film", NULL, FILM_BYTES / 2, changed},
        {"s.ini", "[sweep]\nscenario = tiny.ini\nbackends = gated\nreplications = 3\n", 0, NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(edits); i++)
        for (int in_place = 0; in_place < 2; in_place++)
            check_edit(&edits[i], in_place);
}

/* --- times --- */

/* Time stamps say nothing. */
static void test_clock_jumps(void)
{
    struct bench bench = bench_new(SMALL);
    run_good(&bench, "6 of them run now", "-o out");
    static const struct utimbuf times[] = {{0, 0}, {4000000000, 4000000000}};
    static const char *const names[] = {"out/manifest.jsonl", "out/points/00001.json", "s.ini", "tiny.ini",
                                        "out/sweep.csv"};
    for (size_t t = 0; t < G_N_ELEMENTS(times); t++) {
        for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
            g_autofree char *path = path_of(&bench, names[i]);
            g_assert_cmpint(utime(path, &times[t]), ==, 0);
        }
        run_good(&bench, "^s: 6 points, 0 of them run now, 0 failed", "-o out");
    }
    bench_clear(&bench);
}

/* A wall clock that jumps by years from call to call (a library put before libc's): results do not depend on it, nor does going on, and on a terminal
 * rate and time left are those of a clock that only goes forward. */
static void test_mad_clock(void)
{
    struct bench bench = bench_new(SMALL);
    char **with = g_environ_setenv(g_get_environ(), "ASAN_OPTIONS", "verify_asan_link_order=0", TRUE);
    g_auto(GStrv) environment = g_environ_setenv(with, "LD_PRELOAD", WEFT_MAD_CLOCK, TRUE);
    static const char *const calls[][7] = {{"sweep", "s.ini", "-o", "out", "--shard", "1/2", NULL},
                                           {"sweep", "s.ini", "-o", "out", NULL},
                                           {"sweep", "s.ini", "-o", "out", NULL}};
    static const char *const says[] = {"^s: 6 points, 3 of them run now; others",
                                       "^s: 6 points, 3 of them run now, 0",
                                       "^s: 6 points, 0 of them run now, 0 failed"};
    run_good(&bench, "6 of them run now", "-o whole");
    for (size_t i = 0; i < G_N_ELEMENTS(calls); i++) {
        struct said said = weft_with(bench.directory, environment, calls[i]);
        assert_good(&said);
        g_assert_true(g_regex_match_simple(says[i], said.out, 0, 0));
        said_clear(&said);
    }
    assert_same(&bench, "whole", "out");
    bench_clear(&bench);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sweep/changed", test_changed);
    g_test_add_func("/sweep/broken", test_broken);
    g_test_add_func("/sweep/broken/manifest", test_broken_manifest);
    g_test_add_func("/sweep/foreign", test_foreign);
    g_test_add_func("/sweep/foreign/version", test_other_version);
    g_test_add_func("/sweep/edited", test_edited_while_running);
    g_test_add_func("/sweep/clock-jumps", test_clock_jumps);
    g_test_add_func("/sweep/clock-jumps/mad", test_mad_clock);
    return g_test_run();
}
