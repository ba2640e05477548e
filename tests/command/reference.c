/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the reference says of keys and results, held against runs: where a key says nothing its values give the same
 * packets, counts and cycles, elsewhere they do not; results have the fields that are listed, of their types. */

#include "ablation.h"
#include "argument.h"
#include "command.h"
#include "comparison.h"
#include "keys.h"
#include "playout.h"
#include "policies.h"
#include "queue_trace.h"
#include "result_files.h"
#include "trace.h"
#include "weft.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define GROUPS "[scenario]\nduration = 200 ms\n[server main]\n[switch access]\n[device set]\ncount = 8\n"
#define MANY   GROUPS "[stream a]\ncount = 4\nrate = 4 Mbit/s\n[stream b]\ncount = 4\nrate = 2.5 Mbit/s\n"
/* Sizes and rates that no two orders put alike. */
#define MIXED                                                                                                \
    GROUPS "[stream a]\ncount = 4\nrate = 4 Mbit/s\n[stream b]\ncount = 4\nrate = 2.5 Mbit/s\npayload = "    \
           "700 B\n"
/* Two flows that meet at a port that is behind, with classes. */
#define CLASSES                                                                                              \
    GROUPS "[stream a]\ncount = 8\nrate = 4 Mbit/s\n[background b]\ndevice = set-0\nrate = 80 Mbit/s\n"
#define ONE   GROUPS "[stream a]\nrate = 4 Mbit/s\n"
#define WRITE "[write]\ninterval = 40 ms\n"

static JsonNode *parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    JsonNode *root = json_from_string(text, &error);
    g_assert_no_error(error);
    return root;
}

/* All that a run gives, but for what only repeats the settings. `sets` are GROUP.KEY=VALUE, separated by spaces. */
static char *outcome_of(const char *directory, const char *scenario, const char *sets, const char *set)
{
    g_auto(GStrv) parts = g_strsplit(sets, " ", -1);
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();
    static const char *const run[] = {"run", NULL, "--quiet", "--json", "r.json", "--trace", "t.csv"};
    for (size_t i = 0; i < G_N_ELEMENTS(run); i++)
        g_ptr_array_add(arguments, (void *)(run[i] ? run[i] : scenario));
    for (guint i = 0; parts[i] && *parts[i]; i++) {
        g_ptr_array_add(arguments, (void *)"--set");
        g_ptr_array_add(arguments, parts[i]);
    }
    g_ptr_array_add(arguments, (void *)"--set");
    g_ptr_array_add(arguments, (void *)set);
    g_ptr_array_add(arguments, NULL);
    struct said said = weft_with(directory, NULL, (const char *const *)arguments->pdata);
    assert_good(&said);
    said_clear(&said);
    g_autofree char *json = scratch_text(directory, "r.json"), *trace = scratch_text(directory, "t.csv");
    g_autoptr(JsonNode) root = parse(json);
    json_object_remove_member(json_node_get_object(root), "scenario");
    json_object_remove_member(json_node_get_object(root), "method");
    json_object_remove_member(json_node_get_object(root), "interval_ps");
    g_autofree char *rest = json_to_string(root, TRUE);
    return g_strconcat(rest, trace, NULL);
}

/* A choice as it is written; with three times the least argument where it needs one. */
static char *choice_of(const struct key_row *key, const void *row)
{
    const struct weft_argument *argument = policy_argument(key->policies, row);
    bool needed = argument && argument->kind != WEFT_ARGUMENT_NONE && !argument->without;
    return argument_format(argument, policy_name(row), needed ? 3 * argument->min : 0);
}

/* The values of a key: its choices, or those given. */
static GPtrArray *values_of(const struct key_row *key, const char *given)
{
    GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) parts = g_strsplit(given ? given : "", ",", -1);
    const void *row;
    for (size_t i = 0; !given && (row = key->policies->row(i)); i++)
        g_ptr_array_add(values, choice_of(key, row));
    for (guint i = 0; parts[i]; i++)
        g_ptr_array_add(values, g_strdup(parts[i]));
    g_assert_cmpuint(values->len, >, 1);
    return values;
}

static const struct key_row *key_named(const char *name)
{
    const char *dot = strchr(name, '.');
    g_assert_nonnull(dot);
    enum group_kind kind = groups_find(name, (size_t)(dot - name));
    g_assert_cmpint(kind, <, GROUP_KINDS);
    return keys_find(kind, dot + 1);
}

/* --- keys --- */

struct statement {
    const char *key, *values; /* NULL: all its choices; else A,B,... */
    const char *sets;         /* what else is set */
    const char *scenario;
};

static const struct statement silent[] = {
    {"scenario.ip", NULL, "scenario.network=raw", "many.ini"},
    {"scenario.vlan", "none,5,4094", "scenario.network=raw", "many.ini"},
    {"switch.sharing", NULL, "write.order=sequential", "many.ini"},
    {"switch.alpha", "1/8,1,8", "write.order=sequential", "many.ini"},
    {"switch.alpha", "1/8,1,8", "write.order=sequential switch.shared=8kB switch.sharing=complete",
     "many.ini"},
    {"switch.reserved", "0B,2kB,4kB", "write.order=sequential", "many.ini"},
    {"switch.scheduler", NULL, "stream.class=3 background.class=3", "classes.ini"},
    {"stream.class", "0,3,7", "", "classes.ini"},
    {"background.class", "0,3,7", "", "classes.ini"},
    {"stream.loop", NULL, "", "many.ini"},
    {"server.doorbell", "1,7,64", "write.segmentation=stack", "many.ini"},
    {"server.doorbell", "1,7,64", "write.unit=packet", "many.ini"},
    {"server.doorbell", "1,7,64", "write.pacing=packet", "many.ini"},
    {"server.tlb_sets", "none,1,64", "", "many.ini"},
    {"server.tlb_sets", "none,1,64", "write.translation=page-walk", "many.ini"},
    {"server.tlb_ways", "1,12", "server.tlb_sets=2", "many.ini"},
    {"server.walk_cache", "none,1,64", "", "many.ini"},
    {"server.tagged", NULL, "", "many.ini"},
    {"server.tagged", NULL, "write.copy=copy server.memory=xeon-2003", "many.ini"},
    {"server.cache", "1B,unlimited", "write.copy=copy", "many.ini"},
    {"server.dma_cache", "none,1B,unlimited", "", "many.ini"},
    {"server.walks_ranges", NULL, "write.copy=copy", "many.ini"},
    {"server.walks_ranges", NULL, "", "many.ini"},
    {"server.touch", NULL, "", "many.ini"},
    {"server.touch", NULL, "write.translation=application", "many.ini"},
    {"server.interrupt_rate", "100,8000,1000000", "write.interrupt=per-packet", "many.ini"},
    {"server.interrupt_rate", "100,8000,1000000", "write.interrupt=last-packet", "many.ini"},
    {"server.interrupt_rate", "100,8000,1000000", "write.interrupt=threshold", "many.ini"},
    {"server.interrupt_rate", "100,8000,1000000", "write.interrupt=polled", "many.ini"},
    {"server.interrupt_delay", "0s,16us,1ms", "write.interrupt=per-packet", "many.ini"},
    {"server.interrupt_delay", "0s,16us,1ms", "write.interrupt=coalesced", "many.ini"},
    {"server.interrupt_delay", "0s,16us,1ms", "write.interrupt=last-packet", "many.ini"},
    {"server.interrupt_delay", "0s,16us,1ms", "write.interrupt=polled", "many.ini"},
    {"server.interrupt_delay", "0s,16us,1ms", "write.interrupt=threshold:1", "many.ini"},
    {"server.interrupt_core", "0,1", "server.cores=2 write.interrupt=polled", "many.ini"},
    {"write.unit", NULL, "write.pacing=packet", "many.ini"},
    {"write.unit", NULL, "write.pacing=packet write.order=smooth stream.live=yes", "many.ini"},
    {"write.translation", NULL, "write.copy=copy", "many.ini"},
    {"write.order", NULL, "write.unit=packet", "many.ini"},
    {"write.order", NULL, "write.unit=destination", "many.ini"},
    {"write.order", NULL, "write.pacing=packet", "many.ini"},
    {"write.order", NULL, "server.applications=8", "many.ini"},
    {"write.queues", NULL, "", "one.ini"},
    {"write.queues", NULL, "server.ring=8", "one.ini"},
    {"write.interval", "auto,10ms,40ms", "write.pacing=packet write.copy=copy server.memory=none",
     "many.ini"},
    /* keys_together */
    {"write.segmentation", "stack,nic", "write.unit=packet write.header=per-layer", "many.ini"},
    {"write.segmentation", "stack,nic", "write.pacing=packet", "many.ini"},
    {"write.pacing", "none,slice:1,rate:1 Gbit/s", "", "many.ini"},
    {"write.interrupt", "per-packet,last-packet", "write.unit=packet", "many.ini"},
    {"write.interrupt", "per-packet,last-packet", "write.pacing=packet write.queues=per-destination",
     "many.ini"},
    {"write.interrupt", "per-packet,threshold:1", "", "many.ini"},
    {"write.interrupt", "per-packet,threshold:2,threshold:32", "server.interrupt_delay=0s", "many.ini"},
    {"write.unit", "destination,interval", "server.applications=8", "many.ini"},
    {"write.interface", "socket,connected", "write.segmentation=driver", "many.ini"},
};

static const struct statement spoken[] = {
    {"switch.cell", "none,208B,2kB", "write.order=sequential switch.buffer=8kB", "many.ini"},
    {"switch.sharing", NULL, "write.order=sequential switch.shared=8kB", "many.ini"},
    {"switch.alpha", "1/8,1,8", "write.order=sequential switch.shared=8kB", "many.ini"},
    {"switch.reserved", "0B,2kB,4kB", "write.order=sequential switch.shared=8kB", "many.ini"},
    {"switch.forwarding", NULL, "write.order=sequential", "many.ini"},
    {"switch.accounting", NULL, "write.order=sequential switch.buffer=8kB", "many.ini"},
    {"switch.scheduler", NULL, "stream.class=3", "classes.ini"},
    {"stream.class", "0,7", "switch.scheduler=priority background.class=3", "classes.ini"},
    {"background.class", "0,7", "switch.scheduler=priority stream.class=3", "classes.ini"},
    {"scenario.ip", NULL, "", "many.ini"},
    {"scenario.vlan", "none,5", "", "many.ini"},
    {"stream.loop", NULL, "stream.source=file:many.ini", "many.ini"},
    {"server.doorbell", "1,7,64", "", "many.ini"},
    {"server.memory", NULL, "write.copy=copy write.fill=cpu", "many.ini"},
    {"server.tlb_sets", "none,1,64", "write.copy=copy server.tlb_ways=1", "many.ini"},
    {"server.tlb_sets", "none,1,64", "write.fill=cpu server.tlb_ways=1", "many.ini"},
    {"server.tlb_ways", "1,64", "write.copy=copy server.tlb_sets=1", "many.ini"},
    {"server.walk_cache", "none,1", "write.copy=copy server.tlb_sets=1", "many.ini"},
    {"server.tagged", NULL, "write.copy=copy server.applications=2 server.tlb_sets=2", "many.ini"},
    {"server.cache", "1B,unlimited", "write.copy=copy write.fill=cpu", "many.ini"},
    {"server.dma_cache", "none,unlimited", "write.copy=copy", "many.ini"},
    {"server.dma_cache", "none,unlimited", "write.fill=cpu", "many.ini"},
    {"server.dma_cache", "none,unlimited", "write.checksum=software", "many.ini"},
    {"server.walks_ranges", NULL, "write.translation=page-walk", "many.ini"},
    {"server.touch", NULL, "write.translation=page-walk", "many.ini"},
    {"server.touch", NULL, "write.copy=copy", "many.ini"},
    {"server.interrupt_rate", "100,8000,1000000", "write.interrupt=coalesced", "many.ini"},
    {"server.interrupt_delay", "0s,16us,1ms", "write.interrupt=threshold", "many.ini"},
    {"server.interrupt_core", "0,1", "server.cores=2 server.link=10Gbit/s write.unit=packet", "many.ini"},
    {"stream.live", NULL, "", "many.ini"},
    {"write.unit", NULL, "", "many.ini"},
    {"write.copy", NULL, "", "many.ini"},
    {"write.translation", NULL, "", "many.ini"},
    {"write.segmentation", NULL, "write.order=sequential", "many.ini"},
    {"write.segmentation", "stack,split,driver", "write.unit=packet", "many.ini"},
    {"write.header", NULL, "", "many.ini"},
    {"write.header", NULL, "scenario.network=raw", "many.ini"},
    {"write.interrupt", NULL, "", "many.ini"},
    {"write.interrupt", "threshold:3,threshold:32,threshold:100", "server.interrupt_delay=1ms", "many.ini"},
    {"write.interrupt", "coalesced,last-packet", "write.unit=packet", "many.ini"},
    {"write.order", NULL, "", "mixed.ini"},
    {"write.queues", NULL, "write.order=sequential", "many.ini"},
    {"write.pacing", NULL, "", "many.ini"},
    {"write.pacing", NULL, "write.unit=packet", "many.ini"},
    {"write.pacing", "slice:2,slice:3,slice:1000,rate:20 Mbit/s,rate:30 Mbit/s", "", "many.ini"},
    {"write.interface", NULL, "write.segmentation=stack", "many.ini"},
    {"write.interface", "socket,io-uring,packet-ring,xdp,user", "", "many.ini"},
    {"write.interface", NULL, "write.copy=zero-copy write.translation=page-walk write.segmentation=nic",
     "many.ini"},
    {"write.checksum", NULL, "scenario.network=raw", "many.ini"},
    {"write.fill", NULL, "", "many.ini"},
    {"write.interval", "auto,10ms,40ms", "", "many.ini"},
    {"write.interval", "10ms,40ms,70ms", "write.pacing=packet stream.live=yes", "many.ini"},
};

/* Every two values of a statement give the same, or every two give something else. */
static void check_statement(const char *directory, const struct statement *statement, bool same)
{
    const struct key_row *key = key_named(statement->key);
    g_assert_nonnull(key);
    g_autoptr(GPtrArray) values = values_of(key, statement->values);
    g_autoptr(GPtrArray) seen = g_ptr_array_new_with_free_func(g_free);
    for (guint v = 0; v < values->len; v++) {
        g_autofree char *set = g_strdup_printf("%s=%s", statement->key, (char *)g_ptr_array_index(values, v));
        char *outcome = outcome_of(directory, statement->scenario, statement->sets, set);
        for (guint i = 0; i < v; i++)
            if ((strcmp(outcome, g_ptr_array_index(seen, i)) == 0) != same) {
                g_test_message("%s and %s with \"%s\" are %s", set, (char *)g_ptr_array_index(values, i),
                               statement->sets, same ? "not the same" : "the same");
                g_test_fail();
            }
        g_ptr_array_add(seen, outcome);
    }
}

static bool is_among(const char *name, const struct statement *statements, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(statements[i].key, name) == 0)
            return true;
    return false;
}

/* Every key that is an axis is stated, and every statement is tried. */
static void test_stated(void)
{
    for (size_t i = 0; i < keys_count(); i++) {
        const struct key_row *key = &keys[i];
        g_autofree char *name = g_strdup_printf("%s.%s", groups[key->group].name, key->name);
        g_test_message("%s", name);
        if (key->group == GROUP_WRITE && key->policies != &policy_methods)
            g_assert_nonnull(key->says_nothing);
        if (key->axis_offset)
            g_assert_true(key->group == GROUP_WRITE && key->policies);
        if (!key->says_nothing)
            continue;
        g_assert_true(is_among(name, spoken, G_N_ELEMENTS(spoken)));
        if (strcmp(key->says_nothing, "never") != 0)
            g_assert_true(is_among(name, silent, G_N_ELEMENTS(silent)));
    }
}

static void test_statements(void)
{
    char *directory = scratch_new();
    g_autofree char *many = scratch_file(directory, "many.ini", MANY WRITE),
                    *mixed = scratch_file(directory, "mixed.ini", MIXED WRITE),
                    *classes = scratch_file(directory, "classes.ini", CLASSES WRITE),
                    *one = scratch_file(directory, "one.ini", ONE WRITE);
    for (size_t i = 0; i < G_N_ELEMENTS(silent); i++)
        check_statement(directory, &silent[i], true);
    for (size_t i = 0; i < G_N_ELEMENTS(spoken); i++)
        check_statement(directory, &spoken[i], false);
    scratch_free(directory);
}

/* Pairs name keys, differ, and stand there once. */
static void test_together(void)
{
    for (const struct together_row *row = keys_together; row->first; row++) {
        g_assert_nonnull(key_named(row->first));
        g_assert_nonnull(key_named(row->second));
        g_assert_true(strcmp(row->first, row->second) != 0 && *row->help);
        for (const struct together_row *other = keys_together; other < row; other++) {
            g_assert_false(strcmp(row->first, other->first) == 0 && strcmp(row->second, other->second) == 0);
            g_assert_false(strcmp(row->first, other->second) == 0 && strcmp(row->second, other->first) == 0);
        }
    }
}

/* The usage text names every list there is, and each prints something in both shapes. */
static void test_lists(void)
{
    struct said said = weft(NULL, "list", "stars", NULL);
    g_auto(GStrv) topics = g_strsplit(command_list.arguments, "|", -1);
    g_autofree char *allowed = g_strjoinv(", ", topics);
    g_autofree char *regex = g_strdup_printf("; allowed: %s\n$", allowed);
    assert_bad(&said, 2, regex);
    said_clear(&said);
    for (guint i = 0; topics[i]; i++) {
        struct said text = weft(NULL, "list", topics[i], NULL);
        struct said markdown = weft(NULL, "list", topics[i], "--markdown", NULL);
        assert_good(&text);
        assert_good(&markdown);
        g_assert_true(*text.out && g_str_has_prefix(markdown.out, "# ") && strstr(markdown.out, "|---|"));
        said_clear(&text);
        said_clear(&markdown);
    }
}

/* --- results --- */

static void check_object(JsonObject *object, const struct result_field *field);

static void check_value(JsonNode *value, const struct result_field *field)
{
    const struct result_type *type = field->type;
    g_test_message("%s", field->name);
    if (JSON_NODE_HOLDS_NULL(value)) {
        g_assert_nonnull(strstr(field->help, "null: "));
    } else if (type == &result_object) {
        check_object(json_node_get_object(value), field->objects->fields);
    } else if (type == &result_rows) {
        JsonArray *rows = json_node_get_array(value);
        g_assert_cmpuint(json_array_get_length(rows), >, 0);
        for (guint i = 0; i < json_array_get_length(rows); i++)
            check_object(json_array_get_object_element(rows, i), field->objects->fields);
    } else if (type == &result_counts || type == &result_numbers) {
        JsonObject *members = json_node_get_object(value);
        guint n = 0;
        for (const void *row; (row = field->members->row(n)); n++)
            g_assert_true(json_object_has_member(members, policy_name(row)) && *policy_help(row));
        g_assert_cmpuint(json_object_get_size(members), ==, n);
    } else if (type == &result_settings) {
        g_assert_true(JSON_NODE_HOLDS_OBJECT(value));
    } else {
        GType kind = json_node_get_value_type(value);
        g_assert_true(kind == (type == &result_integer ? G_TYPE_INT64
                               : type == &result_text  ? G_TYPE_STRING
                               : type == &result_count ? G_TYPE_INT64
                               : type == &result_truth ? G_TYPE_BOOLEAN
                                                       : G_TYPE_DOUBLE));
    }
}

static void check_object(JsonObject *object, const struct result_field *field)
{
    guint n = 0;
    for (; field->name; field++, n++) {
        if (field->role == RESULT_OF_REPLICATIONS) { /* tests/command/replications.c looks at those */
            n--;
            continue;
        }
        JsonNode *value = json_object_get_member(object, field->name);
        g_assert_nonnull(value);
        g_assert_true(*field->help);
        check_value(value, field);
    }
    g_assert_cmpuint(json_object_get_size(object), ==, n);
}

static void check_header(const char *directory, const char *name, const struct result_field *column)
{
    g_autofree char *text = scratch_text(directory, name);
    g_auto(GStrv) lines = g_strsplit(text, "\n", 3);
    g_auto(GStrv) titles = g_strsplit(lines[0], ",", -1), cells = g_strsplit(lines[1], ",", -1);
    guint n = 0;
    for (; column->name; column++, n++)
        g_assert_cmpstr(titles[n], ==, column->name);
    g_assert_null(titles[n]);
    g_assert_cmpuint(g_strv_length(cells), ==, n);
}

static void check_ablation(const char *directory)
{
    struct said said = weft(directory, "compare", "many.ini", "--ablate", "--methods",
                            "multi-destination,interleaved-paced", "--out", "ablated", NULL);
    assert_good(&said);
    said_clear(&said);
    g_autofree char *json = scratch_text(directory, "ablated/ablation.json");
    g_autoptr(JsonNode) root = parse(json);
    JsonArray *runs = json_object_get_array_member(json_node_get_object(root), "runs");
    g_assert_cmpuint(json_array_get_length(runs), >, 2);
    for (guint i = 0; i < json_array_get_length(runs); i++) {
        JsonObject *run = json_array_get_object_element(runs, i);
        check_object(json_object_get_object_member(run, "ablation"), ablation_fields);
        json_object_remove_member(run, "ablation");
        check_object(run, result_fields);
    }
    g_autofree char *csv = scratch_text(directory, "ablated/ablation.csv");
    g_autoptr(GString) header = g_string_new(NULL);
    for (const struct result_field *column = ablation_columns; column->name; column++)
        g_string_append_printf(header, "%s,", column->name);
    for (const struct result_field *column = comparison_columns + 1; column->name; column++)
        g_string_append_printf(header, "%s%s", column->name, column[1].name ? "," : "\n");
    g_assert_true(g_str_has_prefix(csv, header->str));
}

static const struct result_file *file_named(const char *name)
{
    const struct result_file *file = result_files;
    while (file->name && strcmp(file->name, name) != 0)
        file++;
    g_assert_nonnull(file->name);
    return file;
}

static void test_results(void)
{
    char *directory = scratch_new();
    g_autofree char *many = scratch_file(directory, "many.ini", MANY WRITE);
    struct said said = weft(directory, "run", "many.ini", "--json", "r.json", "--trace", "t.csv", "--playout",
                            "p.csv", "--trace-hops", "h.csv", "--trace-queues", "q.csv", NULL);
    assert_good(&said);
    said_clear(&said);
    g_autofree char *json = scratch_text(directory, "r.json");
    g_autoptr(JsonNode) root = parse(json);
    check_object(json_node_get_object(root), file_named("weft-run/1")->fields);
    check_header(directory, "t.csv", trace_columns);
    check_header(directory, "h.csv", trace_hop_columns);
    check_header(directory, "p.csv", playout_columns);
    check_header(directory, "q.csv", queue_trace_columns);

    said = weft(directory, "compare", "many.ini", "--methods", "per-packet,interleaved", "--intervals",
                "40ms", "--out", "out", NULL);
    assert_good(&said);
    said_clear(&said);
    g_autofree char *compare_json = scratch_text(directory, "out/compare.json");
    g_autoptr(JsonNode) compare = parse(compare_json);
    check_object(json_node_get_object(compare), file_named("weft-compare/1")->fields);
    check_header(directory, "out/compare.csv", comparison_columns);
    check_header(directory, "out/interval.csv", comparison_columns);
    check_header(directory, "out/device-buffer.csv", device_buffer_columns);
    check_ablation(directory);
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reference/stated", test_stated);
    g_test_add_func("/reference/statements", test_statements);
    g_test_add_func("/reference/together", test_together);
    g_test_add_func("/reference/lists", test_lists);
    g_test_add_func("/reference/results", test_results);
    return g_test_run();
}
