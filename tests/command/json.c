/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* JSON that is written as it is made is the JSON of a tree, byte for byte, and takes no memory of it; what of it cannot be
 * written is an error; of a command that fails nothing is seen. */

#include "json_skim.h"
#include "json_writer.h"
#include "outfile.h"
#include "weft.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- the same text as that of a tree --- */

static const double numbers[] = {0,     -0.0,   1,           -1e-7, 0.1, 123456789.25,
                                 1e300, 5e-324, G_MAXDOUBLE, 1e22 /* which json-glib may not read again */};
static const int64_t integers[] = {0, -1, 7, INT64_MAX, INT64_MIN, 1ll << 53};
static const char *const texts[] = {
    "", "x", "a \"quoted\" \\ one", "tab\tnewline\nbell\a", "\xc3\xa4 \xe2\x82\xac", "/"};

/* What is said twice. */
struct both {
    JsonBuilder *builder;
    struct json_writer *writer;
    bool read_again;
};

static void say_member(struct both *both, guint index)
{
    g_autofree char *name =
        g_strdup_printf("%s%u", texts[g_test_rand_int_range(0, G_N_ELEMENTS(texts))], index);
    json_builder_set_member_name(both->builder, name);
    json_writer_member(both->writer, name);
}

static void say_scalar(struct both *both)
{
    double number = numbers[g_test_rand_int_range(0, (gint)G_N_ELEMENTS(numbers) - both->read_again)];
    int64_t integer = integers[g_test_rand_int_range(0, G_N_ELEMENTS(integers))];
    const char *text = texts[g_test_rand_int_range(0, G_N_ELEMENTS(texts))];
    switch (g_test_rand_int_range(0, 5)) {
    case 0:
        json_builder_add_double_value(both->builder, number);
        json_writer_number(both->writer, number);
        break;
    case 1:
        json_builder_add_int_value(both->builder, integer);
        json_writer_integer(both->writer, integer);
        break;
    case 2:
        json_builder_add_string_value(both->builder, text);
        json_writer_text(both->writer, text);
        break;
    case 3:
        json_builder_add_boolean_value(both->builder, integer > 0);
        json_writer_truth(both->writer, integer > 0);
        break;
    default:
        json_builder_add_null_value(both->builder);
        json_writer_null(both->writer);
    }
}

/* Empty ones too, at any depth. */
static void say_value(struct both *both, guint depth)
{
    guint members = (guint)g_test_rand_int_range(0, 5);
    gint kind = depth > 0 ? g_test_rand_int_range(0, 3) : 2;
    if (kind == 2) {
        say_scalar(both);
        return;
    }
    if (kind == 0) {
        json_builder_begin_object(both->builder);
        json_writer_begin_object(both->writer);
    } else {
        json_builder_begin_array(both->builder);
        json_writer_begin_array(both->writer);
    }
    for (guint i = 0; i < members; i++) {
        if (kind == 0)
            say_member(both, i);
        say_value(both, depth - 1);
    }
    if (kind == 0) {
        json_builder_end_object(both->builder);
        json_writer_end_object(both->writer);
    } else {
        json_builder_end_array(both->builder);
        json_writer_end_array(both->writer);
    }
}

static char *text_of_tree(JsonBuilder *builder, bool indented)
{
    g_autoptr(JsonNode) root = json_builder_get_root(builder);
    g_autofree char *text = json_to_string(root, indented);
    return g_strconcat(text, indented ? "\n" : "", NULL);
}

enum { TREES = 2000, DEPTH = 5 };

static void same_as_a_tree(gconstpointer indented)
{
    for (int i = 0; i < TREES; i++) {
        gsize length;
        struct both both = {json_builder_new(), json_writer_new(indented != NULL), false};
        json_builder_begin_array(both.builder); /* the root of a builder is no scalar */
        json_writer_begin_array(both.writer);
        say_value(&both, DEPTH);
        json_builder_end_array(both.builder);
        json_writer_end_array(both.writer);
        g_assert_true(json_writer_end(both.writer, NULL));
        g_autofree char *is = json_writer_steal(both.writer, &length),
                        *expected = text_of_tree(both.builder, indented != NULL);
        g_assert_cmpstr(is, ==, expected);
        g_assert_cmpuint(length, ==, strlen(is));
        json_writer_free(both.writer);
        g_object_unref(both.builder);
    }
}

/* --- skimming --- */

static void arrays_are_blanked(void)
{
    static const char *const names[] = {"b", "streams", NULL};
    static const struct {
        const char *text, *skimmed;
    } cases[] = {
        {"{\"b\":[1,2],\"c\":[3]}", "{\"b\":[   ],\"c\":[3]}"},
        {"{\"b\" : [\n1,\n[2]\n], \"d\": 1}", "{\"b\" : [\n  \n   \n], \"d\": 1}"},
        {"{\"c\":{\"streams\":[{\"x\":\"]\"},\"\\\"]\"]}}", "{\"c\":{\"streams\":[               ]}}"},
        /* not those of other names, no other values, no strings that only look like it */
        {"{\"bb\":[1],\"b\":{\"x\":[1]},\"c\":\"b\",\"d\":[\"b\",[1]]}",
         "{\"bb\":[1],\"b\":{\"x\":[1]},\"c\":\"b\",\"d\":[\"b\",[1]]}"},
        {"{\"c\":\"\\\"b\\\":[1]\",\"b\":[1]}", "{\"c\":\"\\\"b\\\":[1]\",\"b\":[ ]}"},
        /* no whole ones */
        {"{\"b\":[1,[2]", "{\"b\":[1,[2]"},
        {"{\"b\":[\"1]", "{\"b\":[\"1]"},
        {"{\"b\":[\"\\", "{\"b\":[\"\\"},
        {"{\"b\"", "{\"b\""},
        {"\"b\":]", "\"b\":]"},
        {"\"", "\""},
        {"", ""},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup(cases[i].text);
        json_skim(text, names);
        g_assert_cmpstr(text, ==, cases[i].skimmed);
    }
}

static void empty_arrays(JsonNode *node, const char *const *names);

static void empty_inside(JsonArray *array, guint index, JsonNode *node, gpointer names)
{
    (void)array, (void)index;
    empty_arrays(node, names);
}

/* What skimming is to do, on a tree. */
static void empty_arrays(JsonNode *node, const char *const *names)
{
    if (JSON_NODE_HOLDS_ARRAY(node))
        json_array_foreach_element(json_node_get_array(node), empty_inside, (gpointer)names);
    if (!JSON_NODE_HOLDS_OBJECT(node))
        return;
    JsonObject *object = json_node_get_object(node);
    g_autoptr(GList) members = json_object_get_members(object);
    for (GList *member = members; member; member = member->next) {
        JsonNode *value = json_object_get_member(object, member->data);
        if (JSON_NODE_HOLDS_ARRAY(value) && g_strv_contains(names, member->data))
            json_object_set_array_member(object, member->data, json_array_new());
        else
            empty_arrays(value, names);
    }
}

static void skimmed_as_a_tree(void)
{
    static const char *const names[] = {"x0", "1", "/2", "x3", NULL};
    guint skimmed = 0;
    for (int i = 0; i < TREES; i++) {
        struct both both = {json_builder_new(), json_writer_new(true), true};
        json_builder_begin_array(both.builder);
        json_writer_begin_array(both.writer);
        say_value(&both, DEPTH);
        json_builder_end_array(both.builder);
        json_writer_end_array(both.writer);
        gsize length;
        g_autofree char *text = json_writer_steal(both.writer, &length);
        json_skim(text, names);
        g_autoptr(JsonNode) is = json_from_string(text, NULL), root = json_builder_get_root(both.builder);
        g_autofree char *whole = json_to_string(root, TRUE);
        empty_arrays(root, names);
        g_autofree char *expected = json_to_string(root, TRUE), *left = json_to_string(is, TRUE);
        g_assert_cmpstr(left, ==, expected);
        skimmed += strcmp(whole, expected) != 0;
        json_writer_free(both.writer);
        g_object_unref(both.builder);
    }
    g_test_message("%u of %d trees", skimmed, TREES);
    g_assert_cmpuint(skimmed, >, TREES / 20);
}

/* --- files --- */

enum { MANY = 200000 }; /* some pieces */

static void write_many(struct json_writer *writer)
{
    json_writer_begin_array(writer);
    for (int i = 0; i < MANY; i++)
        json_writer_integer(writer, i);
    json_writer_end_array(writer);
}

static void files_are_alike(void)
{
    g_autofree char *directory = scratch_new(), *a = g_build_filename(directory, "a", NULL),
                    *b = g_build_filename(directory, "b", NULL);
    struct outfile *one = outfile_new(a, NULL), *other = outfile_new(b, NULL);
    struct json_writer *writer = json_writer_new(true), *kept = json_writer_new(true);
    gsize length;
    json_writer_into(writer, one);
    json_writer_into(writer, NULL);
    json_writer_into(writer, other);
    write_many(writer);
    write_many(kept);
    g_assert_true(json_writer_end(writer, NULL) && json_writer_end(kept, NULL));
    g_assert_true(outfile_commit(one, NULL) && outfile_commit(other, NULL));
    g_autofree char *expected = json_writer_steal(kept, &length), *of_a = scratch_text(directory, "a"),
                    *of_b = scratch_text(directory, "b");
    g_assert_cmpstr(of_a, ==, expected);
    g_assert_cmpstr(of_b, ==, expected);
    json_writer_free(writer);
    json_writer_free(kept);
    scratch_free(g_steal_pointer(&directory));
}

/* The first failure is told by whoever asks, though writing goes on. */
static void failure_is_told(void)
{
    struct outfile *full = outfile_new("/dev/full", NULL);
    struct json_writer *writer = json_writer_new(true);
    g_autoptr(GError) error = NULL, again = NULL;
    json_writer_into(writer, full);
    write_many(writer);
    g_assert_false(json_writer_flush(writer, &error));
    g_assert_cmpstr(error->message, ==, "/dev/full: cannot be written: No space left on device");
    g_assert_false(json_writer_end(writer, &again));
    g_assert_cmpstr(again->message, ==, error->message);
    json_writer_free(writer);
    outfile_abandon(full);
}

/* Of a pipe that holds what is written nothing is read before it is committed. */
static void pipe_is_held(void)
{
    g_autofree char *directory = scratch_new(), *path = g_build_filename(directory, "pipe", NULL);
    char byte[8];
    g_assert_cmpint(mkfifo(path, 0600), ==, 0);
    int end = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    g_assert_cmpint(end, >=, 0);
    for (int held = 0; held < 2; held++) {
        struct outfile *file = outfile_new(path, NULL);
        struct json_writer *writer = held ? json_writer_for(file, NULL) : json_writer_new(false);
        if (!held)
            json_writer_into(writer, file);
        json_writer_integer(writer, 1234);
        g_assert_true(json_writer_flush(writer, NULL));
        g_assert_cmpint(read(end, byte, sizeof byte), ==, held ? -1 : 4);
        g_assert_true(outfile_commit(file, NULL));
        g_assert_cmpint(read(end, byte, sizeof byte), ==, held ? 4 : 0);
        json_writer_free(writer);
    }
    close(end);
    scratch_free(g_steal_pointer(&directory));
}

/* --- the command --- */

/* Nothing stands on standard output where a file that is written after all runs is not to be had. */
static void failed_command_shows_nothing(void)
{
    g_autofree char *directory = scratch_new(), *results = g_build_filename(directory, "d", NULL),
                    *in_the_way = g_build_filename(results, "vary.csv", NULL),
                    *path = scratch_file(directory, "s.ini",
                                         "[scenario]\nduration = 10 ms\n[server x]\n[switch x]\n[device x]\n"
                                         "[stream x]\nrate = 1 Mbit/s\n");
    g_assert_cmpint(g_mkdir_with_parents(in_the_way, 0700), ==, 0);
    struct said said = weft(directory, "compare", path, "--vary", "stream.rate=1 Mbit/s,2 Mbit/s",
                            "--methods", "interleaved", "--json", "-", "--out", "d", NULL);
    g_autofree char *left = scratch_names(results);
    assert_bad(&said, 1, "vary\\.csv: cannot be written: Is a directory");
    g_assert_cmpstr(left, ==, "vary.csv");
    said_clear(&said);
    scratch_free(g_steal_pointer(&directory));
}

/* Most that the command had in memory. */
G_GNUC_UNUSED static glong peak_kb(const char *directory, char **arguments)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    struct rusage usage;
    GPid pid;
    int status;
    g_ptr_array_add(argv, (char *)WEFT_PROGRAM);
    for (; *arguments; arguments++)
        g_ptr_array_add(argv, *arguments);
    g_ptr_array_add(argv, NULL);
    g_spawn_async(directory, (char **)argv->pdata, NULL,
                  G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, &pid, &error);
    g_assert_no_error(error);
    g_assert_cmpint(wait4(pid, &status, 0, &usage), ==, pid);
    g_assert_cmpint(status, ==, 0);
    return usage.ru_maxrss;
}

/* 20,000 streams, whose trees would be 230 MB and more. */
#define MANY_STREAMS                                                                                         \
    "[scenario]\nduration = 20 ms\n[server x]\ncpu = 10 GHz\nlink = 1 Tbit/s\n[switch x]\n[device "          \
    "x]\ncount = 20000\n[stream x]\ncount = 20000\nrate = 4 Mbit/s\n[write]\ninterval = 20 ms\n"

/* Texts are handed on in pieces; a directory also gets the packets of one call, which are kept to be put into order. */
enum { PIECES_KB = 2000, ONE_CALL_KB = 20000 };

static const struct large {
    const char *name, *arguments, *json;
    glong most_more_kb;
} large[] = {
    {"run", "run s.ini", "--json o.json", PIECES_KB},
    {"run-directory", "run s.ini", "--json o.json --out d", ONE_CALL_KB},
    {"replications", "run s.ini --set scenario.replications=2", "--json o.json", PIECES_KB},
    {"compare", "compare s.ini --methods interleaved,batched", "--json o.json", PIECES_KB},
};

static void takes_no_memory(gconstpointer data)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    (void)data;
    g_test_skip("a sanitizer keeps freed memory");
#else
    const struct large *row = data;
    g_autofree char *directory = scratch_new(), *all = g_strdup_printf("%s %s", row->arguments, row->json);
    g_auto(GStrv) without = g_strsplit(row->arguments, " ", -1), with = g_strsplit(all, " ", -1);
    g_free(scratch_file(directory, "s.ini", MANY_STREAMS));
    glong less = peak_kb(directory, without), more = peak_kb(directory, with);
    g_test_message("%s: %ld KB, with %s: %ld KB", row->arguments, less, row->json, more);
    g_assert_cmpint(more - less, <, row->most_more_kb);
    scratch_free(g_steal_pointer(&directory));
#endif
}

/* A page is made of the text, 1.7 kB a stream, not of a tree of it, which would be 12. */
static void report_takes_no_tree(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    g_test_skip("a sanitizer keeps freed memory");
#else
    enum { MOST_MORE_KB = 16000 };
    g_autofree char *directory = scratch_new(), *results = g_build_filename(directory, "d", NULL),
                    *json = g_build_filename(results, "run.json", NULL);
    g_auto(GStrv) run = g_strsplit("run s.ini -q --json d/run.json", " ", -1),
                  page = g_strsplit("report d", " ", -1);
    GStatBuf status;
    g_assert_cmpint(g_mkdir(results, 0700), ==, 0);
    g_free(scratch_file(directory, "s.ini", MANY_STREAMS));
    peak_kb(directory, run);
    g_assert_cmpint(g_stat(json, &status), ==, 0);
    glong peak = peak_kb(directory, page), text = status.st_size / 1024;
    g_test_message("weft report of %ld KB: %ld KB", text, peak);
    g_assert_cmpint(peak, <, text + MOST_MORE_KB);
    scratch_free(g_steal_pointer(&directory));
#endif
}

int main(int argc, char **argv)
{
    static const bool indented = true;
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/command/json/tree/indented", &indented, same_as_a_tree);
    g_test_add_data_func("/command/json/tree/line", NULL, same_as_a_tree);
    g_test_add_func("/command/json/skim", arrays_are_blanked);
    g_test_add_func("/command/json/skim-trees", skimmed_as_a_tree);
    g_test_add_func("/command/json/files/alike", files_are_alike);
    g_test_add_func("/command/json/files/failure", failure_is_told);
    g_test_add_func("/command/json/files/held", pipe_is_held);
    g_test_add_func("/command/json/failed", failed_command_shows_nothing);
    for (size_t i = 0; i < G_N_ELEMENTS(large); i++) {
        g_autofree char *path = g_strconcat("/command/json/memory/", large[i].name, NULL);
        g_test_add_data_func(path, &large[i], takes_no_memory);
    }
    g_test_add_func("/command/json/memory/report", report_takes_no_tree);
    return g_test_run();
}
