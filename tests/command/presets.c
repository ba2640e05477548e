/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Presets of switches: a preset is what its keys would be if they were written out, but for those that are given,
 * in whatever order; and results say what holds. */

#include "presets.h"

#include "keys.h"
#include "run_result.h"
#include "weft.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Bursts of 80 packets into ports of a tenth of the rate: every preset but the deep one makes another result of it. */
#define BEFORE                                                                                               \
    "[scenario]\nduration = 200 ms\n[server a]\nlink = 10 Gbit/s\nprofile = free\n[device d]\ncount = 2\n"   \
    "[stream f]\ncount = 2\nrate = 400 Mbit/s\n[write]\nmethod = multi-destination\ninterval = 40 ms\n"      \
    "[switch s]\nport = 500 Mbit/s\n"

/* The run of a scenario with settings in the order of the arguments, as its result. */
static JsonObject *result_of(const char *directory, const char *switch_keys, const char *const *sets)
{
    g_autofree char *text = g_strconcat(BEFORE, switch_keys, NULL);
    return run_result(directory, text, sets);
}

/* What the preset says of the key, else the key's own default. */
static const char *value_of(const struct preset *preset, const struct key_row *key)
{
    for (const struct preset_value *value = preset->values; value->key; value++)
        if (strcmp(value->key, key->name) == 0)
            return value->text;
    return key->default_text;
}

static char *outcome_of(JsonObject *result)
{
    JsonObject *copy = json_object_ref(result);
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
    json_object_remove_member(copy, "scenario");
    json_node_take_object(node, copy);
    return json_to_string(node, FALSE);
}

/* The table is sound: values of keys of the group that have defaults, written as results write them, each with a source. */
static void test_table(void)
{
    for (size_t i = 0; switch_presets[i]; i++) {
        const struct preset *preset = switch_presets[i];
        g_assert_true(*preset->name && *preset->help &&
                      (*preset->source != 0) == (preset->values->key != NULL));
        for (const struct preset_value *value = preset->values; value->key; value++) {
            const struct key_row *key = keys_find(GROUP_SWITCH, value->key);
            g_assert_true(key && key->default_text && !key->presets);
            g_assert_true(value_of(preset, key) == value->text); /* each key once */
            union group_values values = {0};
            g_assert_null(key->type->parse(key, value->text, &values));
            g_autofree char *written = key->type->format(key, &values);
            g_assert_cmpstr(written, ==, value->text);
        }
    }
}

static const char *const nothing[] = {NULL};

/* Results tell what holds, and it is what the keys written out give. */
static void test_written_out(void)
{
    char *directory = scratch_new();
    g_autoptr(GHashTable) outcomes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (size_t i = 0; switch_presets[i]; i++) {
        const struct preset *preset = switch_presets[i];
        g_autofree char *chosen = g_strdup_printf("preset = %s\n", preset->name);
        g_autoptr(GString) written = g_string_new(NULL);
        for (const struct preset_value *value = preset->values; value->key; value++)
            g_string_append_printf(written, "%s = %s\n", value->key, value->text);
        g_autoptr(JsonObject) short_ = result_of(directory, chosen, nothing),
                              long_ = result_of(directory, written->str, nothing);
        g_assert_cmpstr(run_result_setting(short_, "switch s", "preset"), ==, preset->name);
        g_assert_cmpstr(run_result_setting(long_, "switch s", "preset"), ==, "none");
        for (size_t k = 0; k < keys_count(); k++)
            if (keys[k].group == GROUP_SWITCH && !keys[k].presets && strcmp(keys[k].name, "port") != 0) {
                g_assert_cmpstr(run_result_setting(short_, "switch s", keys[k].name), ==,
                                value_of(preset, &keys[k]));
                g_assert_cmpstr(run_result_setting(long_, "switch s", keys[k].name), ==,
                                run_result_setting(short_, "switch s", keys[k].name));
            }
        g_autofree char *outcome = outcome_of(long_);
        char *same = outcome_of(short_);
        g_assert_cmpstr(outcome, ==, same);
        g_hash_table_add(outcomes, same);
    }
    g_assert_cmpuint(g_hash_table_size(outcomes), ==, 4); /* none and deep drop nothing */
    scratch_free(directory);
}

/* What is given wins over a preset, and a preset over one that was given before. */
static void test_given(void)
{
    static const struct {
        const char *file, *sets[3], *preset, *buffer, *shared;
    } cases[] = {
        {"preset = access-2003\nbuffer = 5 packets\n", {NULL}, "access-2003", "5 packets", "none"},
        {"buffer = 5 packets\npreset = access-2003\n", {NULL}, "access-2003", "5 packets", "none"},
        {"buffer = 5 packets\n", {"switch.preset=tor-shared"}, "tor-shared", "5 packets", "12 MB"},
        {"preset = tor-shared\n", {"switch.buffer=5 packets"}, "tor-shared", "5 packets", "12 MB"},
        {"preset = tor-shared\n", {"switch.preset=access-modern"}, "access-modern", "64 KiB", "none"},
        {"preset = tor-shared\n", {"switch.preset=none"}, "none", "unlimited", "none"},
        {"", {"switch.preset=deep", "switch.s.preset=access-2003"}, "access-2003", "48 KiB", "none"},
        {"", {"switch.shared=1 MB", "switch.preset=tor-shared"}, "tor-shared", "unlimited", "1 MB"},
        {"", {"switch.preset=tor-shared", "switch.shared=1 MB"}, "tor-shared", "unlimited", "1 MB"},
        {"buffer = unlimited\n", {"switch.preset=access-2003"}, "access-2003", "unlimited", "none"},
    };
    char *directory = scratch_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("case %zu", i);
        g_autoptr(JsonObject) result = result_of(directory, cases[i].file, cases[i].sets);
        g_assert_cmpstr(run_result_setting(result, "switch s", "preset"), ==, cases[i].preset);
        g_assert_cmpstr(run_result_setting(result, "switch s", "buffer"), ==, cases[i].buffer);
        g_assert_cmpstr(run_result_setting(result, "switch s", "shared"), ==, cases[i].shared);
    }
    scratch_free(directory);
}

/* 400 Mbit/s for 40 ms come in at 10 Gbit/s; a port of 48 or 64 KiB holds as many whole frames as fit in it. */
static void test_vary(void)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "p.ini", BEFORE);
    struct said said =
        weft(directory, "compare", "p.ini", "--vary", "switch.preset=access-2003,access-modern,deep",
             "--methods", "multi-destination", "--out", "out", "--set", "server.profile=modern-x86", NULL);
    assert_good(&said);
    said_clear(&said);
    g_autofree char *csv = g_build_filename(directory, "out/vary.csv", NULL), *text = NULL;
    g_assert_true(g_file_get_contents(csv, &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_auto(GStrv) heads = g_strsplit(lines[0], ",", -1);
    guint column = 0;
    while (strcmp(heads[column], "peak_port_bytes") != 0)
        column++;
    static const guint64 limit[] = {48 * 1024, 64 * 1024};
    for (guint i = 0; i < 3; i++) {
        g_auto(GStrv) cells = g_strsplit(lines[1 + i], ",", -1);
        guint64 peak = g_ascii_strtoull(cells[column], NULL, 10);
        if (i < 2)
            g_assert_cmpuint(peak, ==, limit[i] / 1518 * 1518);
        else
            g_assert_cmpuint(peak, >, UINT64_C(1000000));
    }
    scratch_free(directory);
}

/* The list has every preset, its values and its source. */
static void test_list(void)
{
    struct said said = weft(NULL, "list", "switches", "--tsv", NULL);
    assert_good(&said);
    for (size_t i = 0; switch_presets[i]; i++) {
        g_autofree char *values = preset_values_text(switch_presets[i]);
        g_autofree char *row = g_strdup_printf("\n%s\t%s\t%s\t%s\n", switch_presets[i]->name, values,
                                               switch_presets[i]->help, switch_presets[i]->source);
        g_assert_nonnull(strstr(said.out, row));
    }
    said_clear(&said);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/presets/table", test_table);
    g_test_add_func("/presets/written-out", test_written_out);
    g_test_add_func("/presets/given", test_given);
    g_test_add_func("/presets/vary", test_vary);
    g_test_add_func("/presets/list", test_list);
    return g_test_run();
}
