/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cost profiles in files: those that come with weft are the rows of the table, those of users are read or refused. */

#include "profile_file.h"

#include "weft.h"

#include <json-glib/json-glib.h>
#include <string.h>

static void assert_same_prices(const struct weft_profile *a, const struct weft_profile *b)
{
    for (int event = 0; event < WEFT_EVENTS; event++) {
        const struct weft_price *x = &a->price[event], *y = &b->price[event];
        g_assert_cmpuint(x->low_mcycles, ==, y->low_mcycles);
        g_assert_cmpuint(x->typical_mcycles, ==, y->typical_mcycles);
        g_assert_cmpuint(x->high_mcycles, ==, y->high_mcycles);
        g_assert_cmpstr(x->source, ==, y->source);
        g_assert_cmpstr(x->confidence, ==, y->confidence);
    }
}

/* Two readers, one in awk when weft is built and one in the command: each row is what its file says. */
static void test_rows_are_files(void)
{
    guint files = 0;
    for (size_t i = 0; weft_profiles[i]; i++) {
        if (weft_profiles[i] == &weft_profile_free)
            continue;
        g_autoptr(GError) error = NULL;
        g_autofree char *name = g_strdup_printf("model/cost/profiles/%s.ini", weft_profiles[i]->name);
        g_autofree char *path = source_path(name);
        struct weft_profile *profile = profile_file_load(path, &error);
        g_assert_no_error(error);
        g_assert_cmpstr(profile->name, ==, weft_profiles[i]->name);
        g_assert_cmpstr(profile->help, ==, weft_profiles[i]->help);
        assert_same_prices(profile, weft_profiles[i]);
        g_assert_true(profile->memory == weft_profiles[i]->memory);
        profile_file_free(profile);
        files++;
    }
    g_autofree char *directory = source_path("model/cost/profiles"), *names = scratch_names(directory);
    g_auto(GStrv) all = g_strsplit(names, " ", -1);
    g_assert_cmpuint(files, ==, g_strv_length(all));
}

#define SOURCED "source = a guess\nconfidence = low\n"

/* What is not in the file has the price of its base. */
static void test_base(void)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "mine.ini",
                                         "[profile]\nbase = modern-x86\n"
                                         "[copied_bytes]\nlow = 0 cycles\ntypical = 0.125 cycles\n"
                                         "high = 7 cycles\n" SOURCED);
    g_autoptr(GError) error = NULL;
    struct weft_profile *profile = profile_file_load(path, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(profile->name, ==, "mine");
    g_assert_cmpuint(profile->price[WEFT_COPIED_BYTES].low_mcycles, ==, 0);
    g_assert_cmpuint(profile->price[WEFT_COPIED_BYTES].typical_mcycles, ==, 125);
    g_assert_cmpuint(profile->price[WEFT_COPIED_BYTES].high_mcycles, ==, 7000);
    g_assert_cmpstr(profile->price[WEFT_COPIED_BYTES].source, ==, "a guess");
    struct weft_profile expected = weft_profile_modern_x86;
    expected.price[WEFT_COPIED_BYTES] = profile->price[WEFT_COPIED_BYTES];
    assert_same_prices(profile, &expected);
    g_assert_true(profile->memory == weft_profile_modern_x86.memory && profile->memory);
    profile_file_free(profile);
    scratch_free(directory);
}

static const char scenario[] =
    "[scenario]\nduration = 100 ms\n[server x]\nprofile = file:mine.ini\n[switch x]\n"
    "[device x]\n[stream x]\nrate = 1 Mbit/s\n[write]\ninterval = 20 ms\n";

static char *result_of(const char *directory, const char *set)
{
    struct said said = weft(directory, "run", "case.ini", "--json", "-", "--set", set, NULL);
    assert_good(&said);
    char *json = g_strdup(said.out);
    said_clear(&said);
    return json;
}

/* The text without what names the profile: the line of the setting, and the hash of the settings. */
static char *without_name(const char *json)
{
    g_autoptr(GRegex) named = g_regex_new("\"(profile|hash)\" : \"[^\"]*\"", 0, 0, NULL);
    return g_regex_replace_literal(named, json, -1, 0, "", 0, NULL);
}

/* A copy of a profile gives its results; another price gives others, and another hash under the same name. */
static void test_run(void)
{
    char *directory = scratch_new();
    g_autofree char *source = source_path("model/cost/profiles/server-2003.ini");
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(source, &text, NULL, NULL));
    g_autofree char *mine = scratch_file(directory, "mine.ini", text);
    g_autofree char *path = scratch_file(directory, "case.ini", scenario);
    g_autofree char *named = result_of(directory, "server.profile=server-2003");
    g_autofree char *filed = result_of(directory, "server.profile=file:mine.ini");
    g_autofree char *named_rest = without_name(named), *filed_rest = without_name(filed);
    g_assert_cmpstr(named_rest, ==, filed_rest);
    g_assert_cmpstr(named, !=, filed);
    g_autofree char *other = g_strdup(text);
    char *price = strstr(other, "low = 216 cycles");
    g_assert_nonnull(price);
    memcpy(price, "low = 215 cycles", strlen("low = 216 cycles"));
    g_autofree char *changed_path = scratch_file(directory, "mine.ini", other);
    g_autofree char *changed = result_of(directory, "server.profile=file:mine.ini");
    g_autoptr(GRegex) hash = g_regex_new("\"hash\" : \"[^\"]*\"", 0, 0, NULL);
    g_autoptr(GMatchInfo) before = NULL, after = NULL;
    g_assert_true(g_regex_match(hash, filed, 0, &before));
    g_assert_true(g_regex_match(hash, changed, 0, &after));
    g_autofree char *old_hash = g_match_info_fetch(before, 0), *new_hash = g_match_info_fetch(after, 0);
    g_assert_cmpstr(old_hash, !=, new_hash);
    scratch_free(directory);
}

#define PRICED "[copied_bytes]\nlow = 0 cycles\ntypical = 1 cycles\nhigh = 2 cycles\n"

static void test_bad_files(void)
{
    static const struct {
        const char *text, *regex;
    } cases[] = {
        {"", "^mine\\.ini:1: write_calls: has no price; needed: .+"},
        {"[profile]\nname = x\n", "^mine\\.ini:2: profile\\.name: unknown key; allowed: help, memory, base"},
        {"[profile]\nbase = free\nmemory = skylake-sq\n",
         "^mine\\.ini:3: profile\\.memory: unknown memory \"skylake-sq\" \\(did you mean skylake-sp\\?\\); "
         "allowed: none, "},
        {"[profile]\nbase = modern\n",
         "^mine\\.ini:2: profile\\.base: unknown profile \"modern\".*; allowed: .+"},
        {"[copy]\n", "^mine\\.ini:1: copy: unknown event; allowed: .+"},
        {"[copied_byte]\n",
         "^mine\\.ini:1: copied_byte: unknown event \\(did you mean copied_bytes\\?\\); .+"},
        {PRICED "source = x\n", "^mine\\.ini:1: copied_bytes\\.confidence: is missing; needed: .+"},
        {PRICED SOURCED "max = 3 cycles\n", "^mine\\.ini:7: copied_bytes\\.max: unknown key; allowed: .+"},
        {PRICED "source =\nconfidence = low\n",
         "^mine\\.ini:5: copied_bytes\\.source: is empty; allowed: .+"},
        {PRICED "source = x\nconfidence = sure\n",
         "^mine\\.ini:6: copied_bytes\\.confidence: .+; allowed: high.+"},
        {"[copied_bytes]\nlow = 1\n", "^mine\\.ini:2: copied_bytes\\.low: \"1\" has no unit; allowed: .+"},
        {"[copied_bytes]\nlow = -1 cycles\n", "^mine\\.ini:2: copied_bytes\\.low: .+; allowed: .+"},
        {"[copied_bytes]\nlow = 0.0001 cycles\n", "^mine\\.ini:2: copied_bytes\\.low: .+; allowed: .+"},
        {"[copied_bytes]\nlow = 1000001 cycles\n",
         "^mine\\.ini:2: copied_bytes\\.low: .+out of range; allowed: .+"},
        {"[copied_bytes]\nlow = 1 ns\n", "^mine\\.ini:2: copied_bytes\\.low: .+; allowed: .+"},
        {"[copied_bytes]\nlow = 2 cycles\ntypical = 1 cycles\nhigh = 3 cycles\n" SOURCED,
         "^mine\\.ini:1: copied_bytes: is no range; allowed: .+"},
        {"[copied_bytes]\nlow = 0 cycles\ntypical = 4 cycles\nhigh = 3 cycles\n" SOURCED,
         "^mine\\.ini:1: copied_bytes: is no range; allowed: .+"},
        {PRICED PRICED, "^mine\\.ini:5: copied_bytes: stands in line 1 already; .+"},
        {"rubbish\n", "^mine\\.ini:1: .+"},
    };
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "case.ini", scenario);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *mine = scratch_file(directory, "mine.ini", cases[i].text);
        g_test_message("case %zu", i);
        struct said said = weft(directory, "run", "case.ini", "--json", "out.json", NULL);
        assert_bad(&said, 2, cases[i].regex);
        said_clear(&said);
    }
    g_autofree char *names = scratch_names(directory);
    g_assert_cmpstr(names, ==, "case.ini mine.ini");
    scratch_free(directory);
}

/* --- measured profiles --- */

#define MACHINE "[measured]\nmachine = two processors\nkernel = Linux 6.1\n"
#define WHEN    "date = 2024-02-29\nweft = 0.1.0\n"
#define BASED   "[profile]\nbase = modern-x86\n"

static JsonObject *member_of(JsonObject *object, const char *name)
{
    return json_object_get_object_member(object, name);
}

static const char *text_of(JsonObject *object, const char *name)
{
    return json_object_get_string_member(object, name);
}

/* The result tells the machine; its clock is the server's unless another is given. */
static void test_measured(void)
{
    static const char *const settings[] = {"server.profile=measured:mine.ini", "server.profile=file:mine.ini",
                                           "server.profile=modern-x86"};
    static const char *const clocks[] = {"2.5 GHz", "3 GHz", "3 GHz"};
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "case.ini", scenario);
    g_autofree char *mine = scratch_file(directory, "mine.ini",
                                         BASED MACHINE WHEN "clock = 2.5 GHz\nskipped = AF_XDP: refused\n");
    for (size_t i = 0; i < G_N_ELEMENTS(settings); i++) {
        g_autofree char *text = result_of(directory, settings[i]);
        g_autoptr(JsonNode) root = json_from_string(text, NULL);
        JsonObject *result = json_node_get_object(root),
                   *server =
                       json_array_get_object_element(json_object_get_array_member(result, "servers"), 0),
                   *given = member_of(member_of(member_of(result, "scenario"), "settings"), "server x");
        g_assert_cmpstr(text_of(given, "profile"), ==, strchr(settings[i], '=') + 1);
        g_assert_cmpstr(text_of(given, "cpu"), ==, clocks[i]);
        g_assert_true(json_object_get_null_member(server, "measured") == (i == 2));
        if (i == 2)
            continue;
        JsonObject *measured = member_of(server, "measured");
        g_assert_cmpstr(text_of(measured, "machine"), ==, "two processors");
        g_assert_cmpstr(text_of(measured, "kernel"), ==, "Linux 6.1");
        g_assert_cmpstr(text_of(measured, "date"), ==, "2024-02-29");
        g_assert_cmpstr(text_of(measured, "weft"), ==, "0.1.0");
        g_assert_cmpint(json_object_get_int_member(measured, "clock_hz"), ==, 2500000000);
        g_assert_true(json_object_get_null_member(measured, "methods"));
        g_assert_cmpstr(text_of(measured, "skipped"), ==, "AF_XDP: refused");
    }
    struct said said = weft(directory, "run", "case.ini", "--set", settings[0], NULL);
    assert_good(&said);
    g_assert_nonnull(strstr(said.out, "measured: two processors, Linux 6.1, 2024-02-29, weft 0.1.0, "
                                      "cycles of 2.5 GHz\n"));
    said_clear(&said);
    said = weft(directory, "run", "case.ini", "--set", settings[0], "--set", "server.cpu=1 GHz", "--json",
                "-", NULL);
    assert_good(&said);
    g_assert_nonnull(strstr(said.out, "\"cpu\" : \"1 GHz\""));
    said_clear(&said);
    scratch_free(directory);
}

/* The group is whole or refused; a profile that claims to be measured has it. */
static void test_bad_measured(void)
{
    static const struct {
        const char *text, *regex;
    } cases[] = {
        {BASED, "^--set: server\\.profile: mine\\.ini has no group \\[measured\\]; allowed: .+"},
        {BASED "[measured]\n", "^mine\\.ini:3: measured\\.machine: is missing; needed: .+"},
        {BASED MACHINE, "^mine\\.ini:3: measured\\.date: is missing; needed: .+"},
        {BASED MACHINE WHEN, "^mine\\.ini:3: measured\\.clock: is missing; needed: .+"},
        {BASED MACHINE WHEN "clock = 2.5\n",
         "^mine\\.ini:8: measured\\.clock: \"2.5\" has no unit; allowed: .+"},
        {BASED MACHINE WHEN "clock = 999999 Hz\n",
         "^mine\\.ini:8: measured\\.clock: .+ is out of range; allowed: .+"},
        {BASED MACHINE WHEN "clock = 11 GHz\n",
         "^mine\\.ini:8: measured\\.clock: .+ is out of range; allowed: .+"},
        {BASED MACHINE WHEN "clock = 1 GHz\nskipped =\n",
         "^mine\\.ini:9: measured\\.skipped: \"\" is empty; allowed: .+"},
        {BASED MACHINE WHEN "cpu = 1 GHz\n",
         "^mine\\.ini:8: measured\\.cpu: unknown key; allowed: machine, .+"},
        {BASED MACHINE "date = 2023-02-29\n",
         "^mine\\.ini:6: measured\\.date: .+ is no day; allowed: YYYY.+"},
        {BASED MACHINE "date = 2023-2-28\n", "^mine\\.ini:6: measured\\.date: .+ is no day; allowed: .+"},
        {BASED MACHINE "date = 2023-02-280\n", "^mine\\.ini:6: measured\\.date: .+ is no day; allowed: .+"},
        {BASED MACHINE "date = 0000-00-00\n", "^mine\\.ini:6: measured\\.date: .+ is no day; allowed: .+"},
    };
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "case.ini", scenario);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *mine = scratch_file(directory, "mine.ini", cases[i].text);
        g_test_message("case %zu", i);
        struct said said =
            weft(directory, "run", "case.ini", "--set", "server.profile=measured:mine.ini", NULL);
        assert_bad(&said, 2, cases[i].regex);
        said_clear(&said);
    }
    scratch_free(directory);
}

/* Prices that a long run could not add up are refused before it starts. */
static void test_too_dear(void)
{
    char *directory = scratch_new();
    g_autofree char *mine = scratch_file(directory, "mine.ini",
                                         "[profile]\nbase = free\n[dram_bytes]\nlow = 0 cycles\n"
                                         "typical = 0 cycles\nhigh = 1000000 cycles\n" SOURCED);
    g_autofree char *path = scratch_file(directory, "case.ini", scenario);
    struct said said = weft(directory, "run", "case.ini", "--quiet", NULL);
    assert_good(&said);
    said_clear(&said);
    said = weft(directory, "run", "case.ini", "--set", "scenario.duration=100000 s", NULL);
    assert_bad(&said, 2, "could cost more");
    said_clear(&said);
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/profiles/rows", test_rows_are_files);
    g_test_add_func("/profiles/base", test_base);
    g_test_add_func("/profiles/run", test_run);
    g_test_add_func("/profiles/bad", test_bad_files);
    g_test_add_func("/profiles/measured", test_measured);
    g_test_add_func("/profiles/measured/bad", test_bad_measured);
    g_test_add_func("/profiles/too-dear", test_too_dear);
    return g_test_run();
}
