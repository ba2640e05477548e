/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft sweep --launcher slurm, parallel, with programs that play Slurm and GNU parallel: what they are called with, what is said, what is
 * done when they or the waiting call end early. Real ones are in tests/cluster. */

#include "tiny.h"
#include "weft.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#define DOOMED "[sweep]\nscenario = tiny.ini\nbackends = doomed\n[cross]\nstream.count = 1, 3, 4, 5, 6\n"

/* A job runs its tasks one after the other and goes out of the queue. $FAKE/mode says how. */
static const char sbatch[] =
    "#!/bin/sh\n"
    "cd \"$FAKE\" || exit 1\n"
    "echo \"$@\" >> submitted\n"
    "mode=$(cat mode)\n"
    "if [ \"$mode\" = refuse ]; then echo 'sbatch: error: invalid partition specified: moon' >&2; exit 1; "
    "fi\n"
    "for word; do\n"
    "    case $word in\n"
    "    --array=*) tasks=${word#--array=} ;;\n"
    "    --chdir=*) where=${word#--chdir=} ;;\n"
    "    --output=*) log=${word#--output=} ;;\n"
    "    esac\n"
    "done\n"
    "script=$word\n"
    "echo '7|RUNNING|None' > queue\n"
    "[ \"$mode\" != deaf ] || touch silent\n"
    "(\n"
    "    cd \"$where\"\n"
    "    while [ \"$mode\" = hold ] && [ ! -e \"$FAKE/go\" ]; do sleep 0.02; done\n"
    "    [ \"$mode\" != other ] || sed -i 's/\"version\":\"[^\"]*\"/\"version\":\"9.9\"/' "
    "out/manifest.jsonl\n"
    "    for range in $(echo \"$tasks\" | tr , ' '); do\n"
    "        for SLURM_ARRAY_TASK_ID in $(seq \"${range%-*}\" \"${range#*-}\"); do\n"
    "            export SLURM_ARRAY_TASK_ID\n"
    "            [ \"$mode\" != nothing ] || continue\n"
    "            sh \"$script\" >> \"$(echo \"$log\" | sed \"s/%A/7/; s/%a/$SLURM_ARRAY_TASK_ID/\")\" 2>&1\n"
    "            [ \"$mode\" != half ] || break\n"
    "        done\n"
    "    done\n"
    "    [ \"$mode\" = linger ] || rm \"$FAKE/queue\"\n"
    ") < /dev/null > /dev/null 2>&1 &\n"
    "echo \"7;moon\"\n";
static const char squeue[] =
    "#!/bin/sh\n"
    "cd \"$FAKE\" || exit 1\n"
    "if [ -e silent ]; then\n"
    "    rm silent\n"
    "    echo 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)' >&2\n"
    "    exit 1\n"
    "fi\n"
    "[ ! -e queue ] || cat queue\n"
    "exit 0\n";
static const char scontrol[] = "#!/bin/sh\necho 'MaxAge = 3'\ncat \"$FAKE/config\"\n";
static const char scancel[] = "#!/bin/sh\necho \"$@\" >> \"$FAKE/cancelled\"\nrm \"$FAKE/queue\"\n";
/* Shards one after the other; with --nonall, what hosts say is in a file. */
static const char parallel[] =
    "#!/bin/sh\n"
    "echo \"$@\" >> \"$FAKE/called\"\n"
    "mode=$(cat \"$FAKE/mode\")\n"
    "for word; do\n"
    "    [ \"$before\" != --arg-file ] || numbers=$word\n"
    "    [ \"$before\" != --joblog ] || log=$word\n"
    "    before=$word\n"
    "done\n"
    "case \" $* \" in\n"
    "*' --nonall '*) cat \"$FAKE/answers\"; cat \"$FAKE/complaints\" >&2 ; exit 1 ;;\n"
    "esac\n"
    "if [ \"$mode\" = hang ]; then\n" /* it takes its time to end */
    "    sleep 60 &\n"
    "    trap 'kill $!; sleep 0.3; exit 1' TERM\n"
    "    echo $$ > \"$FAKE/hanging\"\n"
    "    wait\n"
    "fi\n"
    "[ \"$mode\" != dead ] || kill -9 $$\n"
    "[ \"$mode\" != nothing ] || { echo 'shard 2	sh: weft: not found' >&2; exit 1; }\n"
    "printf 'Seq\\tExitval\\n1\\t0\\n2\\t0\\n3\\t0\\n' > \"$log\"\n"
    "[ \"$mode\" != lies ] || exit 0\n"
    "for number in $(cat \"$numbers\"); do\n"
    "    sh -c \"$(echo \"$word\" | sed \"s/{}/$number/\")\" || echo 'shard 9	failed'\n"
    "done\n"
    "[ \"$mode\" != grumbles ] || exit 3\n";

struct bench {
    char *directory, *fake;
    char **environment;
};

static void put(const struct bench *bench, const char *name, const char *text)
{
    g_autofree char *path = scratch_file(bench->fake, name, text);
    g_assert_cmpint(g_chmod(path, 0755), ==, 0);
}

static void use_path(struct bench *bench, const char *more)
{
    g_autofree char *bin = g_build_filename(bench->directory, "bin", NULL);
    g_autofree char *path = g_strconcat(bin, more, NULL);
    bench->environment = g_environ_setenv(bench->environment, "PATH", path, TRUE);
}

static struct bench bench_new(const char *sweep)
{
    static const struct {
        const char *name, *text;
    } programs[] = {{"sbatch", sbatch},   {"squeue", squeue},     {"scontrol", scontrol},
                    {"scancel", scancel}, {"parallel", parallel}, {"ssh", "#!/bin/sh\nexit 1\n"}};
    struct bench bench = {.directory = scratch_new(), .environment = g_get_environ()};
    g_free(scratch_file(bench.directory, "tiny.ini", TINY));
    g_free(scratch_file(bench.directory, "s.ini", sweep));
    bench.fake = g_build_filename(bench.directory, "bin", NULL);
    g_assert_cmpint(g_mkdir(bench.fake, 0755), ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(programs); i++)
        put(&bench, programs[i].name, programs[i].text);
    put(&bench, "config", "MaxArraySize            = 6\nMaxDBDMsgs              = 20024\n");
    put(&bench, "mode", "run");
    put(&bench, "complaints", "");
    bench.environment = g_environ_setenv(bench.environment, "FAKE", bench.fake, TRUE);
    use_path(&bench, ":/usr/bin:/bin");
    return bench;
}

static void bench_clear(struct bench *bench)
{
    scratch_free(bench->directory);
    g_free(bench->fake);
    g_strfreev(bench->environment);
}

static char *content_of(const struct bench *bench, const char *name)
{
    g_autofree char *path = g_build_filename(bench->directory, name, NULL);
    char *text = NULL;
    g_file_get_contents(path, &text, NULL, NULL);
    return text ? text : g_strdup("");
}

static gboolean is_there(const struct bench *bench, const char *name)
{
    g_autofree char *path = g_build_filename(bench->directory, name, NULL);
    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void remove_file(const struct bench *bench, const char *name)
{
    g_autofree char *path = g_build_filename(bench->directory, name, NULL);
    g_assert_cmpint(g_unlink(path), ==, 0);
}

static void assert_matches(const char *text, const char *regex)
{
    if (!g_regex_match_simple(regex, text, 0, 0))
        g_test_message("must match %s, is: %s", regex, text);
    g_assert_true(g_regex_match_simple(regex, text, 0, 0));
}

/* Words are separated by '|'. */
static struct said call(const struct bench *bench, const char *words)
{
    g_autofree char *line = g_strconcat("sweep|s.ini|", words, NULL);
    g_auto(GStrv) argv = g_strsplit(line, "|", -1);
    g_test_message("%s", line);
    return weft_with(bench->directory, bench->environment, (const char *const *)argv);
}

static void call_good(const struct bench *bench, const char *words, const char *regex)
{
    struct said said = call(bench, words);
    assert_good(&said);
    assert_matches(said.out, regex);
    said_clear(&said);
}

/* It fails after it began: something stands on standard output. */
static void call_failing(const struct bench *bench, const char *words, const char *regex)
{
    struct said said = call(bench, words);
    g_assert_cmpint(said.status, ==, 1);
    assert_matches(said.err, regex);
    said_clear(&said);
}

static void call_bad(const struct bench *bench, int status, const char *words, const char *regex)
{
    struct said said = call(bench, words);
    assert_bad(&said, status, regex);
    said_clear(&said);
}

/* The merged files are those of a run on this machine. */
static void assert_as_local(const struct bench *bench, const char *out)
{
    static const char *const names[] = {"manifest.jsonl", "sweep.csv", "sweep.jsonl", "failed.jsonl"};
    struct said said = call(bench, "-o|local");
    said_clear(&said);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *of_local = g_build_filename("local", names[i], NULL),
                        *of_out = g_build_filename(out, names[i], NULL);
        g_autofree char *must = content_of(bench, of_local), *is = content_of(bench, of_out);
        g_assert_cmpstr(is, ==, must);
        g_assert_true(*is || strcmp(names[i], "failed.jsonl") == 0);
    }
}

/* --- Slurm --- */

static void test_slurm(void)
{
    struct bench bench = bench_new(SMALL);
    call_good(&bench, "-o|out|--launcher|slurm|--shards|3|--slurm-options|--partition=short --comment='a b'",
              "^s: Slurm job 7: 6 points in 3 shards, logs in out/slurm\n"
              "s: 6 points, 6 of them run now, 0 failed\nout/sweep\\.csv, out/sweep\\.jsonl\n$");
    g_autofree char *submitted = content_of(&bench, "bin/submitted"),
                    *script = content_of(&bench, "out/slurm/shard.sh");
    assert_matches(submitted,
                   "^--ntasks=1 --cpus-per-task=1 --partition=short --comment=a b --parsable --requeue "
                   "--open-mode=append --job-name=weft-s-[0-9a-f]{12} --array=1-3 --chdir=/.* "
                   "--output=/.*/out/slurm/%A_%a\\.log /.*/out/slurm/shard\\.sh\n$");
    assert_matches(script,
                   "\nexec '/.*' sweep --out 'out' --no-merge --jobs \"\\$\\{SLURM_CPUS_PER_TASK:-1\\}\" "
                   "--shard \"\\$SLURM_ARRAY_TASK_ID/3\" -- 's\\.ini'\n$");
    assert_as_local(&bench, "out");
    g_autofree char *where = g_build_filename(bench.directory, "out", NULL), *left = scratch_names(where),
                    *slurm = g_build_filename(where, "slurm", NULL), *files = scratch_names(slurm);
    g_assert_cmpstr(left, ==,
                    "failed.jsonl manifest.jsonl points slurm sweep-repeat.json sweep.csv sweep.jsonl");
    g_assert_cmpstr(files, ==, "shard.sh");
    bench_clear(&bench);
}

/* Nothing is submitted for shards that are done, nor for a sweep that is. */
static void test_slurm_missing_shards(void)
{
    struct bench bench = bench_new(SMALL);
    call_good(&bench, "-o|out", "6 of them run now, 0 failed");
    call_good(&bench, "-o|out|--launcher|slurm", "^s: 6 points, 0 of them run now, 0 failed");
    g_assert_false(is_there(&bench, "bin/submitted"));
    remove_file(&bench, "out/points/00002.json");
    remove_file(&bench, "out/points/00005.json");
    remove_file(&bench, "out/points/00006.json");
    call_good(&bench, "-o|out|--launcher|slurm|--shards|5",
              "^s: Slurm job 7: 3 points in 3 shards, .*\ns: 6 points, 3 of them run now, 0 failed\n");
    g_autofree char *submitted = content_of(&bench, "bin/submitted");
    assert_matches(submitted, " --array=1-2,5 ");
    assert_as_local(&bench, "out");
    bench_clear(&bench);
}

/* Too few points to find out how long one takes: a shard each, as many as an array may have. */
static void test_slurm_sizes(void)
{
    struct bench bench = bench_new(SMALL);
    call_good(&bench, "-o|out|--launcher|slurm", "^s: Slurm job 7: 6 points in 5 shards, ");
    assert_as_local(&bench, "out");
    bench_clear(&bench);
    bench = bench_new("[sweep]\nscenario = tiny.ini\nmethods = batched, interleaved\n[cross]\nstream.count = "
                      "linear:1:9:9\n");
    call_good(&bench, "-o|out|--launcher|slurm",
              "^s: Slurm job 7: 16 points in 1 shard, .*\ns: 18 points, 18 of them run now, 0 failed\n");
    assert_as_local(&bench, "out");
    bench_clear(&bench);
}

static GPid start(const struct bench *bench, const char *launcher, int *err)
{
    g_autofree char *program = g_strdup(WEFT_PROGRAM);
    char *argv[] = {program,      "sweep",          "s.ini",    "-o", "out",
                    "--launcher", (char *)launcher, "--shards", "2",  NULL};
    g_autoptr(GError) error = NULL;
    GPid pid;
    g_spawn_async_with_pipes(bench->directory, argv, bench->environment,
                             G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, &pid, NULL,
                             NULL, err, &error);
    g_assert_no_error(error);
    return pid;
}

static char *read_all_of(int fd)
{
    GString *text = g_string_new(NULL);
    char block[256];
    ssize_t got;
    while ((got = read(fd, block, sizeof block)) > 0)
        g_string_append_len(text, block, got);
    close(fd);
    return g_string_free(text, FALSE);
}

static void wait_until_there(const struct bench *bench, const char *name)
{
    for (int i = 0; i < 3000 && !is_there(bench, name); i++)
        g_usleep(10000);
    g_assert_true(is_there(bench, name));
}

/* A call that waits is ended; the job goes on, and the next call waits for it. */
static void test_slurm_ended(void)
{
    static const struct {
        int signal;
        const char *says;
    } cases[] = {
        {SIGKILL, "^$"},
        {SIGINT, "^weft sweep: Slurm job 7 goes on: the same call waits for it again, scancel 7 ends it\n$"},
        {SIGTERM, "^weft sweep: Slurm job 7 goes on: "},
    };
    struct bench bench = bench_new(SMALL);
    put(&bench, "mode", "hold");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        int err, status;
        GPid pid = start(&bench, "slurm", &err);
        wait_until_there(&bench, "bin/queue");
        g_usleep(300000); /* now it waits; where it does not yet, it says nothing */
        kill(pid, cases[i].signal);
        g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
        g_autofree char *said = read_all_of(err);
        g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == cases[i].signal);
        assert_matches(said, cases[i].says);
    }
    put(&bench, "go", "");
    call_good(&bench, "-o|out|--launcher|slurm",
              "^s: Slurm job 7 of an earlier call is there; waiting for it\n"
              "s: 6 points, [0-6] of them run now, 0 failed\n|^s: 6 points, 0 of them run now");
    g_autofree char *submitted = content_of(&bench, "bin/submitted");
    g_assert_true(strchr(submitted, '\n') == strrchr(submitted, '\n')); /* once */
    assert_as_local(&bench, "out");
    bench_clear(&bench);
}

/* Half of a file that another machine may be writing: it stays while shards may run. */
static void put_half(const struct bench *bench, const char *out)
{
    g_autofree char *points = g_build_filename(bench->directory, out, "points", NULL);
    g_assert_cmpint(g_mkdir_with_parents(points, 0755), ==, 0);
    g_autofree char *path = scratch_file(points, ".00001.json.abcdef", "{");
}

static void assert_half(const struct bench *bench, const char *out, gboolean is)
{
    g_autofree char *path = g_build_filename(out, "points", ".00001.json.abcdef", NULL);
    g_assert_true(is_there(bench, path) == is);
}

/* The job ends and points are missing: which log to read; the next call submits what is missing. */
static void test_slurm_unfinished(void)
{
    static const struct {
        const char *mode, *says;
    } cases[] = {
        {"nothing",
         "^weft sweep: 6 points have no result, and Slurm job 7 has ended; it left no log in out/slurm: is "
         "that there on all nodes\\?; the same call submits them again\n$"},
        {"half", "^weft sweep: 4 points have no result, and Slurm job 7 has ended; its logs are in "
                 "out/slurm; the same "
                 "call submits them again\n$"},
        {"other", "^weft sweep: 4 points have no result, and Slurm job 7 has ended; its logs are in "
                  "out/slurm, one ends: "
                  "out/manifest\\.jsonl:1: is of weft 9\\.9, this is weft [0-9.]+; allowed: another --out, "
                  "or that weft; the "
                  "same call submits them again\n$"},
    };
    struct bench bench = bench_new(SMALL);
    put_half(&bench, "out");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        put(&bench, "mode", cases[i].mode);
        call_failing(&bench, "-o|out|--launcher|slurm|--shards|3", cases[i].says);
        g_autofree char *manifest = g_build_filename(bench.directory, "out/manifest.jsonl", NULL);
        g_assert_cmpint(g_unlink(manifest), ==, 0); /* of another version: it is put right */
    }
    assert_half(&bench, "out", TRUE);
    put(&bench, "mode", "run");
    call_good(&bench, "-o|out|--launcher|slurm|--shards|3",
              "^s: Slurm job 7: 4 points in 2 shards, .*\ns: 6 points, 4 of them run now, 0 failed\n");
    assert_half(&bench, "out", FALSE);
    assert_as_local(&bench, "out");
    bench_clear(&bench);
}

/* A Slurm that does not answer for a while, one that refuses, and one whose job stays though all is done. */
static void test_slurm_moods(void)
{
    struct bench bench = bench_new(SMALL);
    put(&bench, "mode", "deaf");
    struct said said = call(&bench, "-o|deaf|--launcher|slurm|--shards|2");
    g_assert_cmpint(said.status, ==, 0);
    assert_matches(said.err,
                   "^(weft sweep: squeue: slurm_load_jobs error: Unable to contact slurm controller "
                   "\\(connect failure\\); it is asked again\n)?$");
    said_clear(&said);
    assert_as_local(&bench, "deaf");
    put(&bench, "mode", "refuse");
    call_bad(&bench, 1, "-o|refused|--launcher|slurm|--shards|2",
             "^weft sweep: sbatch: error: invalid partition specified: moon\n$");
    put(&bench, "mode", "linger");
    call_good(&bench, "-o|out|--launcher|slurm|--shards|2", "6 of them run now, 0 failed");
    g_autofree char *cancelled = content_of(&bench, "bin/cancelled");
    g_assert_cmpstr(cancelled, ==, "7\n");
    assert_as_local(&bench, "out");
    bench_clear(&bench);
}

/* Failures are those of a run here, and those of earlier calls are not taken for new ones. */
static void test_slurm_failing(void)
{
    struct bench bench = bench_new(DOOMED);
    for (int i = 0; i < 2; i++)
        call_failing(&bench, "-o|out|--launcher|slurm|--shards|2",
                     "^weft sweep: 3 of 5 points failed, first 00002: weft: back end doomed: .*; all errors "
                     "are in out/failed\\.jsonl\n$");
    assert_as_local(&bench, "out");
    put(&bench, "mode", "nothing");
    call_failing(&bench, "-o|out|--launcher|slurm|--shards|2",
                 "^weft sweep: 3 points have no result, and Slurm job 7");
    bench_clear(&bench);
}

/* --- GNU parallel --- */

static void test_parallel(void)
{
    struct bench bench = bench_new(SMALL);
    call_good(&bench, "-o|out|--launcher|parallel|--shards|3|-j|2",
              "^s: GNU parallel: 6 points in 3 shards, 2 at once, log in out/parallel\n"
              "s: 6 points, 6 of them run now, 0 failed\n");
    g_autofree char *called = content_of(&bench, "bin/called");
    assert_matches(
        called, "^--will-cite --retries=3 --tagstring=shard \\{\\} --joblog out/parallel/joblog --arg-file "
                "out/parallel/shards --jobs=2 '/.*' sweep --out 'out' --no-merge --jobs 1 --shard \\{\\}/3 "
                "-- 's\\.ini'\n$");
    assert_as_local(&bench, "out");
    put(&bench, "mode", "nothing");
    call_failing(&bench, "-o|more|--launcher|parallel|--shards|3",
                 "^weft sweep: 6 points have no result, and GNU parallel has ended; its log is "
                 "more/parallel/log, which "
                 "ends: shard 2 sh: weft: not found; the same call goes on\n$");
    put(&bench, "mode", "dead");
    call_failing(&bench, "-o|more|--launcher|parallel|--shards|3",
                 "^weft sweep: 6 points have no result, and GNU parallel has ended; its log is "
                 "more/parallel/log; the same call goes on\n$");
    put(&bench, "mode", "lies"); /* of itself and in its job log */
    call_failing(&bench, "-o|more|--launcher|parallel|--shards|3",
                 "^weft sweep: 6 points have no result, and GNU parallel has ended; ");
    put(&bench, "mode", "grumbles");
    call_good(&bench, "-o|more|--launcher|parallel|--shards|3",
              "\ns: 6 points, 6 of them run now, 0 failed\n");
    assert_as_local(&bench, "more");
    bench_clear(&bench);
}

/* A process that is not our child: where nobody reaps it, it stays as a zombie. */
static void assert_ends(GPid pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/stat", pid);
    for (int i = 0; i < 1000; i++) {
        g_autofree char *text = NULL;
        if (!g_file_get_contents(path, &text, NULL, NULL) || strstr(text, ") Z "))
            return;
        g_usleep(10000);
    }
    g_test_message("process %d goes on", pid);
    g_test_fail();
}

/* A call that waits is ended, and GNU parallel with it, which ends its shards. */
static void test_parallel_ended(void)
{
    static const struct {
        int signal;
        const char *says;
    } cases[] = {
        {SIGINT, "^weft sweep: ended by a signal; what is done is kept, the same call goes on with it\n$"},
        {SIGHUP, "^weft sweep: ended by a signal; "},
        {SIGKILL, "^$"},
    };
    struct bench bench = bench_new(SMALL);
    put(&bench, "mode", "hang");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        int err, status;
        GPid pid = start(&bench, "parallel", &err);
        wait_until_there(&bench, "bin/hanging");
        g_usleep(100000); /* until it is written */
        g_autofree char *text = content_of(&bench, "bin/hanging");
        GPid hanging = (GPid)g_ascii_strtoll(text, NULL, 10);
        g_assert_cmpint(hanging, >, 1);
        kill(pid, cases[i].signal);
        g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
        g_autofree char *said = read_all_of(err);
        g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == cases[i].signal);
        assert_matches(said, cases[i].says);
        if (cases[i].signal == SIGKILL)
            assert_ends(hanging);
        else /* that was waited for */
            g_assert_true(kill(hanging, 0) < 0 && errno == ESRCH);
        remove_file(&bench, "bin/hanging");
    }
    put(&bench, "mode", "run");
    call_good(&bench, "-o|out|--launcher|parallel|--shards|2", "6 of them run now, 0 failed");
    assert_as_local(&bench, "out");
    bench_clear(&bench);
}

#define SEEN "weft-probe seen 4 weft " WEFT_VERSION "\n"

static void test_parallel_hosts(void)
{
    struct bench bench = bench_new(SMALL);
    g_autofree char *logins = scratch_file(bench.directory, "logins", "# two of them\n\n3/a\n b\n");
    put(&bench, "answers", "b\t" SEEN "a\t" SEEN);
    call_good(&bench, "-o|out|--launcher|parallel|--shards|3|--hosts|3/a,b",
              "^s: GNU parallel: 6 points in 3 shards, 7 at once, ");
    call_good(&bench, "-o|two|--launcher|parallel|-j|2|--sshloginfile|logins",
              "^s: GNU parallel: 6 points in 6 shards, 5 at once, ");
    g_autofree char *called = content_of(&bench, "bin/called");
    assert_matches(
        called,
        "^--will-cite --nonall --tag --sshlogin 3/a,b sh -c 'cd .*\n.*"
        " --sshlogin 3/a,4/b --workdir /.*\n.* --sshlogin 3/a,b sh -c.*\n.* --sshlogin 3/a,2/b --workdir ");
    assert_as_local(&bench, "out");
    assert_as_local(&bench, "two");
    g_autofree char *where = g_build_filename(bench.directory, "out", NULL), *left = scratch_names(where);
    g_assert_cmpstr(left, ==,
                    "failed.jsonl manifest.jsonl parallel points sweep-repeat.json sweep.csv sweep.jsonl");
    bench_clear(&bench);
}

static void test_parallel_bad_hosts(void)
{
    static const struct {
        const char *answers, *says;
    } cases[] = {
        {"a\t" SEEN,
         "^weft sweep: host b cannot be asked: ssh: connect to host b port 22: Connection refused\n$"},
        {"a\t" SEEN "b\tweft-probe unseen\n",
         "^weft sweep: host b does not see out; allowed: a directory that is the same on all hosts\n$"},
        {"b\t" SEEN "a\tweft-probe seen 4 weft 9.9\n",
         "^weft sweep: host a has no weft [0-9.]+ where this machine has it: \"weft 9\\.9\"\n$"},
        {"b\t" SEEN "a\tweft-probe seen 4 sh: 1: /x/weft: not found\n",
         "^weft sweep: host a has no weft [0-9.]+ where this machine has it: \"sh: 1: /x/weft: not "
         "found\"\n$"},
    };
    struct bench bench = bench_new(SMALL);
    put(&bench, "complaints", "\nb\tssh: connect to host b port 22: Connection refused\r\nb\tmore\n");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        put(&bench, "answers", cases[i].answers);
        call_bad(&bench, 1, "-o|out|--launcher|parallel|--hosts|a,b", cases[i].says);
        g_autofree char *where = g_build_filename(bench.directory, "out", NULL), *left = scratch_names(where);
        g_assert_cmpstr(left, ==, "manifest.jsonl points");
    }
    bench_clear(&bench);
}

/* --- what is refused before anything is made --- */

static void test_refused(void)
{
    static const struct {
        const char *words, *says;
    } cases[] = {
        {"--launcher|moon", "^--launcher: there is no launcher \"moon\"; allowed: local, slurm, parallel\n$"},
        {"--launcher|", "^--launcher: there is no launcher \"\"; allowed: local, "},
        {"--shards|3", "^--shards: --launcher local has no shards; allowed: --jobs\n$"},
        {"--launcher|parallel|--slurm-options|-x", "^--slurm-options: is for --launcher slurm\n$"},
        {"--hosts|a", "^--hosts: is for --launcher parallel\n$"},
        {"--launcher|slurm|--sshloginfile|a", "^--sshloginfile: is for --launcher parallel\n$"},
        {"--launcher|parallel|--hosts|a|--sshloginfile|b",
         "^--hosts and --sshloginfile; allowed: one of them\n$"},
        {"--launcher|slurm|--shard|1/2",
         "^--shard: --launcher slurm runs all shards and merges them; allowed: without\n$"},
        {"--launcher|parallel|--no-merge", "^--no-merge: --launcher parallel runs all shards"},
        {"--launcher|slurm|-j|2",
         "^--jobs: a shard has as many as --slurm-options \"--cpus-per-task=N\" says\n$"},
    };
    struct bench bench = bench_new(SMALL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        call_bad(&bench, 2, cases[i].words, cases[i].says);
    g_autofree char *left = scratch_names(bench.directory);
    g_assert_cmpstr(left, ==, "bin s.ini tiny.ini");
    bench_clear(&bench);
}

static void test_refused_later(void)
{
    static const struct {
        const char *words, *says;
    } cases[] = {
        {"--launcher|slurm|--shards|6", "^--shards: \"6\" is out of range; allowed: 1 to 5\n$"},
        {"--launcher|slurm|--shards|0", "^--shards: \"0\" is out of range; allowed: 1 to 5\n$"},
        {"--launcher|parallel|--shards|x", "^--shards: \"x\" .*; allowed: 1 to 1000000\n$"},
        {"--launcher|slurm|--shards|2|--slurm-options|'a", "^--slurm-options: \"'a\" has an open quote\n$"},
        {"--launcher|parallel|--hosts|, ,",
         "^--hosts: names no host; allowed: \\[JOBS/\\]HOST, \\.\\.\\.\n$"},
        {"--launcher|parallel|--sshloginfile|none", "^--sshloginfile: .*none.*No such file or directory\n$"},
    };
    struct bench bench = bench_new(SMALL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        call_bad(&bench, 2, cases[i].words, cases[i].says);
    g_assert_false(is_there(&bench, "bin/submitted"));
    put(&bench, "config", "MaxArraySize            = 1\n");
    call_bad(&bench, 1, "--launcher|slurm",
             "^weft sweep: this Slurm has no job arrays: its MaxArraySize is 1\n$");
    bench_clear(&bench);
}

static void test_not_installed(void)
{
    static const struct {
        const char *without, *words, *says;
    } cases[] = {
        {"sbatch", "--launcher|slurm",
         "^weft sweep: --launcher slurm: there is no sbatch, install slurm-client\n$"},
        {"scancel", "--launcher|slurm",
         "^weft sweep: --launcher slurm: there is no scancel, install slurm-client\n$"},
        {"parallel", "--launcher|parallel",
         "^weft sweep: --launcher parallel: there is no parallel, install parallel\n$"},
        {"ssh", "--launcher|parallel|--hosts|a",
         "^weft sweep: --launcher parallel: there is no ssh, install openssh-client\n$"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct bench bench = bench_new(SMALL);
        g_autofree char *program = g_build_filename("bin", cases[i].without, NULL);
        use_path(&bench, "");
        remove_file(&bench, program);
        call_bad(&bench, 2, cases[i].words, cases[i].says);
        g_assert_false(is_there(&bench, "s.results"));
        bench_clear(&bench);
    }
}

/* A shard that others merge says what it did, and merges nothing. */
static void test_no_merge(void)
{
    struct bench bench = bench_new(DOOMED);
    put_half(&bench, "out");
    call_good(&bench, "-o|out|--no-merge|--shard|2/2", "^s: shard 2 of 2: 2 points run\n$");
    call_good(&bench, "-o|out|--no-merge", "^s: shard 1 of 1: 5 points run\n$");
    assert_half(&bench, "out", TRUE);
    g_assert_false(is_there(&bench, "out/sweep.csv"));
    call_failing(&bench, "-o|out", "^weft sweep: 3 of 5 points failed");
    assert_as_local(&bench, "out");
    bench_clear(&bench);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/launch/slurm", test_slurm);
    g_test_add_func("/launch/slurm/missing-shards", test_slurm_missing_shards);
    g_test_add_func("/launch/slurm/sizes", test_slurm_sizes);
    g_test_add_func("/launch/slurm/ended", test_slurm_ended);
    g_test_add_func("/launch/slurm/unfinished", test_slurm_unfinished);
    g_test_add_func("/launch/slurm/moods", test_slurm_moods);
    g_test_add_func("/launch/slurm/failing", test_slurm_failing);
    g_test_add_func("/launch/parallel", test_parallel);
    g_test_add_func("/launch/parallel/ended", test_parallel_ended);
    g_test_add_func("/launch/parallel/hosts", test_parallel_hosts);
    g_test_add_func("/launch/parallel/bad-hosts", test_parallel_bad_hosts);
    g_test_add_func("/launch/refused", test_refused);
    g_test_add_func("/launch/refused/later", test_refused_later);
    g_test_add_func("/launch/not-installed", test_not_installed);
    g_test_add_func("/launch/no-merge", test_no_merge);
    return g_test_run();
}
