/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bad usage and bad scenario files: status 2, one line that says where and what is allowed, nothing written.
 */

#include "weft.h"

#include <string.h>

#define GOOD_GROUPS "[server x]\n[switch x]\n[device x]\n[stream x]\nrate = 1 Mbit/s\n"

static void test_bad_usage(void)
{
    static const struct {
        const char *arguments, *regex;
    } cases[] = {
        {"", "^weft: no command; allowed: run, compare, sweep, size, plot, report, agree, calibrate, "
             "validate, list"},
        {"fly", "^weft: unknown command \"fly\"; allowed: "},
        {"--fly", "^weft: unknown command \"--fly\""},
        {"run", "^weft run: missing argument"},
        {"run a.ini b.ini", "^weft run: unexpected argument"},
        {"run --fly good.ini", "^weft run: Unknown option --fly"},
        {"run --json", "^weft run: "},
        {"run good.ini --quiet=no", "^weft run: --quiet takes no value; see weft run --help\n$"},
        {"run --help=now", "^weft run: --help takes no value"},
        {"compare good.ini --factors=batched,interleaved", "^weft compare: --factors takes no value"},
        {"run good.ini --set nothing", "^--set: \"nothing\" sets nothing; allowed: GROUP\\.KEY=VALUE"},
        {"run good.ini --set server=1", "^--set: \"server=1\" sets nothing"},
        {"run good.ini --set .cpu=1", "^--set: "},
        {"run good.ini --set moon.cpu=1", "^--set: moon: unknown group; allowed: \\[scenario\\], "},
        {"run good.ini --set scenario.x.seed=1", "^--set: scenario\\.x: unknown group"},
        {"run good.ini --set server.y.cores=1", "^--set: server\\.cores: there is no \\[server y\\]"},
        {"run good.ini --set server.corse=1",
         "^--set: server\\.corse: unknown key \\(did you mean cores\\?\\); allowed: "},
        {"run good.ini --seed x", "^--seed: scenario\\.seed: "},
        {"run good.ini --method x", "^--method: write\\.method: .*; allowed: per-packet, "},
        {"run good.ini --backend x", "^--backend: unknown back end \"x\"; allowed: reference, "},
        {"run good.ini --json - --trace -", "^weft run: "},
        {"run good.ini --json x --trace ./x", "^\\./x: is to hold two results; allowed: a file for each"},
        {"run good.ini --json x --out . --trace run.json", "^run\\.json: is to hold two results"},
        {"run good.ini --json ", "^\"\" is no name of a file; allowed: FILE, or - for standard output\n$"},
        {"run good.ini --out ", "^\"\" is no name of a directory; allowed: DIR\n$"},
        {"run none.ini", "^none\\.ini: cannot be opened"},
        {"run .", "^\\.: cannot be read"},
        {"compare", "^weft compare: missing argument"},
        {"compare good.ini --methods x", "^--methods: unknown method \"x\"; allowed: "},
        {"compare good.ini --methods interleaved,interleaved", "^--methods: .*twice"},
        {"compare good.ini --methods ,", "^--methods: "},
        {"compare good.ini --set write.method=batched",
         "^--set: write\\.method: is not what is compared; allowed: --methods A,B,\\.\\.\\.\n$"},
        {"compare good.ini --backends x", "^--backends: unknown back end \"x\""},
        {"compare good.ini --intervals 5ms", "^weft compare: --intervals needs --out"},
        {"compare good.ini --out out --intervals 5", "^--intervals: write\\.interval: .*unit"},
        {"compare good.ini --out out --intervals auto", "^--intervals: write\\.interval: "},
        {"compare good.ini --ablate --methods batched", "^--methods: names 1; allowed with --ablate: two"},
        {"compare good.ini --ablate --methods batched,interleaved,per-packet", "^--methods: names 3; .*two"},
        {"compare good.ini --ablate --methods batched,batched", "^--methods: .*twice"},
        {"compare good.ini --ablate --methods batched,x", "^--methods: unknown method \"x\"; allowed: "},
        {"compare good.ini --ablate --methods multi-destination,interleaved --set write.order=smooth",
         "^--ablate: multi-destination and interleaved do not differ in this scenario; allowed: "},
        {"compare good.ini --ablate --out out --intervals 5ms",
         "^weft compare: --intervals does not go with --ablate"},
        {"compare none.ini --out out", "^none\\.ini: cannot be opened"},
        {"agree", "^weft agree: missing argument"},
        {"agree none.ini", "^none\\.ini: cannot be opened"},
        {"agree good.ini --backends reference", "^--backends: there is nothing to hold reference against"},
        {"agree good.ini --backends ,", "^--backends: \",\" has an empty part"},
        {"agree good.ini --backends reference,x",
         "^--backends: unknown back end \"x\"; allowed: reference, "},
        {"agree good.ini --set moon.cpu=1", "^--set: moon: unknown group"},
        {"agree good.ini --seed x", "^--seed: scenario\\.seed: "},
        {"sweep", "^weft sweep: missing argument"},
        {"sweep none.ini", "^none\\.ini: cannot be opened"},
        {"sweep good.ini", "^good\\.ini:1: server x: unknown group; allowed: \\[sweep\\], "},
        {"calibrate x", "^weft calibrate: unexpected argument"},
        {"calibrate --fly", "^weft calibrate: Unknown option --fly"},
        {"calibrate --out", "^weft calibrate: "},
        {"calibrate --out - --json -", "^weft calibrate: --out and --json: not both can be standard output"},
        {"validate x", "^weft validate: unexpected argument"},
        {"validate --only ports", "^--only: unknown part \"ports\"; allowed: points, switch"},
        {"validate --rounds 0", "^--rounds: 0 is out of range; allowed: 1 to 1000"},
        {"validate --rounds 1001", "^--rounds: 1001 is out of range; allowed: 1 to 1000"},
        {"validate --profile none.ini", "^none\\.ini: cannot be opened"},
        {"validate --profile guessed.ini",
         "^guessed\\.ini:1: measured: is missing; needed: .*weft calibrate"},
        {"validate --only switch --profile guessed.ini", "^--profile: the switch has no prices"},
        {"list", "^weft list: missing argument"},
        {"list stars", "^weft list: there is no list of \"stars\"; allowed: methods, "},
        {"list keys orders", "^weft list: unexpected argument"},
    };
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "good.ini", GOOD_GROUPS),
                    *guessed = scratch_file(directory, "guessed.ini", "[profile]\nbase = modern-x86\n");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(GStrv) arguments = g_strsplit(cases[i].arguments, " ", -1);
        g_test_message("weft %s", cases[i].arguments);
        struct said said = weft_with(directory, NULL, (const char *const *)arguments);
        assert_bad(&said, 2, cases[i].regex);
        said_clear(&said);
    }
    g_autofree char *left = scratch_names(directory);
    g_assert_cmpstr(left, ==, "good.ini guessed.ini");
    scratch_free(directory);
}

static void test_bad_files(void)
{
    static const struct {
        const char *text, *regex;
    } cases[] = {
        {"", "^bad\\.ini:1: server: is missing; needed: "},
        {"[server x]\n[switch x]\n[device x]\n", "^bad\\.ini:1: stream: is missing"},
        {GOOD_GROUPS "[moon]\n", "^bad\\.ini:6: moon: unknown group; allowed: "},
        {GOOD_GROUPS "[server]\n", "^bad\\.ini:6: server: needs a name"},
        {GOOD_GROUPS "[server a b]\n", "^bad\\.ini:6: server a b: needs a name"},
        {GOOD_GROUPS "[write x]\n", "^bad\\.ini:6: write x: takes no name"},
        {GOOD_GROUPS "\n# again\n[server x]\n", "^bad\\.ini:8: server x: stands in line 1 already"},
        {GOOD_GROUPS "rate = 2 Mbit/s\n", "^bad\\.ini:6: stream x\\.rate: stands in line 5 already"},
        {GOOD_GROUPS "colour = red\n", "^bad\\.ini:6: stream\\.colour: unknown key; allowed: count, "},
        {GOOD_GROUPS "payload[de] = 1 B\n", "^bad\\.ini:6: stream\\.payload\\[de\\]: unknown key"},
        {GOOD_GROUPS "what is this\n", "^bad\\.ini:6: cannot be understood; "},
        {"seed = 1\n" GOOD_GROUPS, "^bad\\.ini:1: cannot be understood"},
        {GOOD_GROUPS "[write\n", "^bad\\.ini:6: cannot be understood"},
        {GOOD_GROUPS "payload = 1\\q\n", "^bad\\.ini:6: stream x\\.payload: has a backslash"},
        {GOOD_GROUPS "[scenario]\nname = \xff\n", "^bad\\.ini:7: is not a text"},
        {GOOD_GROUPS "[switch y]\n",
         "^bad\\.ini:1: server\\.switch: is missing, and there are 2 switches; allowed: x, y"},
        {GOOD_GROUPS "[switch x-0]\n[switch y]\ncount = 2\n[switch y-1]\n",
         "^bad\\.ini:9: switch: the name \"y-1\" is taken"},
        {GOOD_GROUPS "[trunk t]\nto = x\n",
         "^bad\\.ini:6: trunk\\.from: is missing; a trunk needs a switch at each end: x"},
        {GOOD_GROUPS "[trunk t]\nfrom = x\n",
         "^bad\\.ini:6: trunk\\.to: is missing; a trunk needs a switch at each end: x"},
        {GOOD_GROUPS "[trunk t]\nfrom = x\nto = z\n",
         "^bad\\.ini:8: trunk\\.to: there is no switch \"z\"; allowed: x"},
        {GOOD_GROUPS "[trunk t]\nfrom = x\nto = x\n",
         "^bad\\.ini:8: trunk\\.to: is the switch \"x\" itself; allowed: another"},
        {"[server x]\nswitch = x\n[switch x]\n[switch y]\n[device x]\nswitch = y\n[stream x]\nrate = 1 "
         "Mbit/s\n",
         "^bad\\.ini:7: stream\\.device: device x on switch y cannot be reached from switch x; "
         "allowed: "},
        {GOOD_GROUPS "[server x-0]\n[server y]\ncount = 2\n[server y-1]\n",
         "^bad\\.ini:9: server: the name \"y-1\" is taken"},
        {"[server x]\n[switch x]\n[device x]\n[stream x]\n", "^bad\\.ini:4: stream\\.rate: is missing"},
        {GOOD_GROUPS "source = media:none.ts\n",
         "^bad\\.ini:5: stream\\.rate: is given, but the file has its own"},
        {"[server x]\nmtu = 68 B\n[switch x]\n[device x]\n[stream x]\nrate = 1 Mbit/s\npayload = 41 B\n",
         "^bad\\.ini:7: stream\\.payload: does not fit the MTU of server x; allowed: 1 B to 40 B"},
        {"[server x]\nlink_down = 5 ms\nlink_up = 5 ms\n[switch x]\n[device x]\n[stream x]\nrate = 1 "
         "Mbit/s\n",
         "^bad\\.ini:3: server\\.link_up: is not later than link_down; allowed: later, or never\n$"},
        {"[server x]\nlink = 10 Mbit/s\n[switch x]\n[device x]\n[stream x]\nrate = 1 Mbit/s\n[write]\npacing "
         "= "
         "rate:10.1 Mbit/s\n",
         "^bad\\.ini:8: write\\.pacing: pacing is rate:10\\.1 Mbit/s; allowed: at most the link of server x, "
         "10 "
         "Mbit/s\n$"},
        {"[server x]\ncores = 2\ninterrupt_core = 2\n[switch x]\n[device x]\n[stream x]\nrate = 1 Mbit/s\n",
         "^bad\\.ini:3: server\\.interrupt_core: is 2; allowed: less than cores, 2\n$"},
        {"[server x]\nlink_up = 5 ms\n[switch x]\n[device x]\n[stream x]\nrate = 1 Mbit/s\n",
         "^bad\\.ini:2: server\\.link_up: is given without link_down; allowed: both, or never\n$"},
        {GOOD_GROUPS "[scenario]\nwarmup = 2 s\n",
         "^bad\\.ini:7: scenario\\.warmup: is 2 s; allowed: less than duration, 1 s\n$"},
        {GOOD_GROUPS "[switch y]\nbuffer = 3\n",
         "^bad\\.ini:7: switch\\.buffer: \"3\" has no unit; allowed: "},
        {GOOD_GROUPS "[switch y]\nbuffer = 0 packets\n",
         "^bad\\.ini:7: switch\\.buffer: 0 packets is out of range; allowed: "},
    };
    char *directory = scratch_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = scratch_file(directory, "bad.ini", cases[i].text);
        struct said said = weft(directory, "run", "bad.ini", "--json", "out.json", NULL);
        g_test_message("case %zu", i);
        assert_bad(&said, 2, cases[i].regex);
        said_clear(&said);
    }
    g_autofree char *left = scratch_names(directory);
    g_assert_cmpstr(left, ==, "bad.ini");
    scratch_free(directory);
}

/* The library's own check names no file: the command does. */
static void test_library_complaints(void)
{
    static const struct {
        const char *text, *regex;
    } cases[] = {
        {"[scenario]\nduration = 1 s\nwarmup = 150 ms\n[server x]\n[switch x]\n[device x]\n[stream x]\nrate "
         "= 1 "
         "Mbit/s\n[write]\ninterval = 100 ms\n",
         "^bad\\.ini:3: scenario\\.warmup: warmup is 150 ms; allowed: a multiple of the interval, 100 ms\n$"},
        {"[scenario]\nduration = 20000 s\n[server x]\nring = 1048576\n[switch x]\n[device x]\n[stream "
         "x]\ncount = 1000000\nrate = 1 Mbit/s\n",
         "^bad\\.ini:[0-9]+: [a-z]+\\.[a-z]+: .*; allowed: "},
        {"[server x]\nswitch = x-0\n[switch x]\ncount = 65535\n[switch y]\n[device x]\nswitch = x-0\n[stream "
         "x]\nrate = 1 Mbit/s\n",
         "^bad\\.ini:4: switch\\.count: number of switches is 65536; allowed: 1 to 65535\n$"},
        {"[scenario]\nduration = 1000000 s\n[server x]\n[switch x]\n[device x]\n[stream x]\nrate = 1 "
         "Tbit/s\npayload = 1 B\n",
         "^bad\\.ini:7: stream\\.rate: number of packets .*; allowed: "},
    };
    char *directory = scratch_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = scratch_file(directory, "bad.ini", cases[i].text);
        struct said said = weft(directory, "run", "bad.ini", NULL);
        assert_bad(&said, 2, cases[i].regex);
        said_clear(&said);
    }
    scratch_free(directory);
}

/* The value of a short option with and without a space. */
static void test_short_options(void)
{
    static const char *const cases[] = {"run good.ini -j2 -q", "run -j 2 good.ini -q -mbatched",
                                        "run -mbatched -swrite.order=smooth good.ini -q",
                                        "compare good.ini -mbatched,interleaved -j2"};
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "good.ini", GOOD_GROUPS "[scenario]\nduration = 50 ms\n");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(GStrv) arguments = g_strsplit(cases[i], " ", -1);
        g_test_message("weft %s", cases[i]);
        struct said said = weft_with(directory, NULL, (const char *const *)arguments);
        assert_good(&said);
        said_clear(&said);
    }
    struct said wrong = weft(directory, "run", "good.ini", "-mx", NULL);
    assert_bad(&wrong, 2, "^--method: write\\.method: unknown method \"x\"");
    said_clear(&wrong);
    scratch_free(directory);
}

/* Lines may end as elsewhere, and the text begin with a byte order mark. */
static void test_foreign_text(void)
{
    char *directory = scratch_new();
    g_auto(GStrv) lines = g_strsplit(GOOD_GROUPS, "\n", -1);
    g_autofree char *joined = g_strjoinv("\r\n", lines), *text = g_strconcat("\xef\xbb\xbf", joined, NULL);
    g_autofree char *path = scratch_file(directory, "foreign.ini", text);
    struct said said = weft(directory, "run", "foreign.ini", NULL);
    assert_good(&said);
    said_clear(&said);
    scratch_free(directory);
}

/* What cannot be written is a failed run, and leaves nothing. */
static void test_unwritable(void)
{
    static const char *const cases[] = {
        "run good.ini --json none/x.json",
        "run good.ini --trace none/x.csv",
        "run good.ini --json good.ini/x.json",
        "run good.ini --out good.ini",
        "run good.ini --json folder",
        "run good.ini --trace /dev/full",
        "run good.ini --json /dev/full",
        "compare good.ini --json none/x.json",
        "compare good.ini --out good.ini/inside",
        "run good.ini --json x.json --trace none/x",
    };
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "good.ini", GOOD_GROUPS "[scenario]\nduration = 50 ms\n");
    g_autofree char *folder = g_build_filename(directory, "folder", NULL);
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(GStrv) arguments = g_strsplit(cases[i], " ", -1);
        g_test_message("weft %s", cases[i]);
        struct said said = weft_with(directory, NULL, (const char *const *)arguments);
        assert_bad(&said, 1, ": cannot be (written|made): ");
        said_clear(&said);
        g_autofree char *left = scratch_names(directory);
        g_assert_cmpstr(left, ==, "folder good.ini");
    }
    scratch_free(directory);
}

/* A closed or full standard output is no success. */
static void test_full_output(void)
{
    g_autofree char *command = g_strdup_printf("sh -c '%s list keys > /dev/full'", WEFT_PROGRAM);
    g_autofree char *out = NULL, *err = NULL;
    int status;
    g_assert_true(g_spawn_command_line_sync(command, &out, &err, &status, NULL));
    g_assert_false(g_spawn_check_wait_status(status, NULL));
    g_assert_nonnull(strstr(err, "weft: standard output cannot be written: "));
}

static void test_help(void)
{
    static const char *const cases[][3] = {{"--help"},
                                           {"-h"},
                                           {"--version"},
                                           {"run", "--help"},
                                           {"compare", "-h"},
                                           {"sweep", "--help"},
                                           {"size", "--help"},
                                           {"agree", "--help"},
                                           {"calibrate", "--help"},
                                           {"validate", "--help"},
                                           {"list", "--help"}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct said said = weft(NULL, cases[i][0], cases[i][1], NULL);
        assert_good(&said);
        g_assert_nonnull(strstr(said.out, "weft"));
        said_clear(&said);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/usage/bad", test_bad_usage);
    g_test_add_func("/usage/bad-files", test_bad_files);
    g_test_add_func("/usage/library-complaints", test_library_complaints);
    g_test_add_func("/usage/short-options", test_short_options);
    g_test_add_func("/usage/foreign-text", test_foreign_text);
    g_test_add_func("/usage/unwritable", test_unwritable);
    g_test_add_func("/usage/full-output", test_full_output);
    g_test_add_func("/usage/help", test_help);
    return g_test_run();
}
