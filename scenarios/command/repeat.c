/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What it takes to repeat a command, and its file. */

#include "repeat.h"

#include "outfile.h"
#include "result_json.h"

#include <json-glib/json-glib.h>
#include <string.h>

enum { TEXT_MOST = 128 * 1024 }; /* of a file that is kept whole, bytes */

struct input {
    char *path;  /* absolute */
    char *named; /* by another file or an option; NULL: it is the argument */
    char *text;  /* NULL: too long, or no text */
    gsize bytes;
    char *digest;
};

struct repeat {
    char *directory, *question;
    GPtrArray *words;  /* of char *, without files */
    GPtrArray *inputs; /* of struct input */
};

/* Options that change no result, only where it goes, who works on it, and what else is written. */
static const char *const of_no_result[] = {
    "out",     "json",    "jobs",       "quiet",        "verbose",
    "no-skip", "trace",   "trace-hops", "trace-queues", "trace-queues-points",
    "playout", "deliver", "pcap",       "pcap-ns",      "pcap-points",
    "snap",    NULL};

static void input_free(void *data)
{
    struct input *input = data;
    g_free(input->path);
    g_free(input->named);
    g_free(input->text);
    g_free(input->digest);
    g_free(input);
}

static void add_word(struct repeat *repeat, const char *name, const char *value)
{
    g_ptr_array_add(repeat->words,
                    value ? g_strdup_printf("--%s=%s", name, value) : g_strdup_printf("--%s", name));
}

static void add_option(struct repeat *repeat, const GOptionEntry *entry)
{
    const char *name = entry->long_name;
    if (entry->arg == G_OPTION_ARG_NONE) {
        if (*(const gboolean *)entry->arg_data)
            add_word(repeat, name, NULL);
    } else if (entry->arg == G_OPTION_ARG_INT) {
        g_autofree char *number = g_strdup_printf("%d", *(const gint *)entry->arg_data);
        add_word(repeat, name, number);
    } else if (entry->arg == G_OPTION_ARG_STRING_ARRAY) {
        for (char **at = *(char ***)entry->arg_data; at && *at; at++)
            add_word(repeat, name, *at);
    } else if (*(char **)entry->arg_data) {
        add_word(repeat, name, *(char **)entry->arg_data);
    }
}

struct repeat *repeat_new(const struct command *command, const GOptionEntry *entries, const char *directory)
{
    if (!directory)
        return NULL;
    struct repeat *repeat = g_new0(struct repeat, 1);
    repeat->directory = g_strdup(directory);
    repeat->words = g_ptr_array_new_with_free_func(g_free);
    repeat->inputs = g_ptr_array_new_with_free_func(input_free);
    g_ptr_array_add(repeat->words, g_strdup(command->name));
    for (; entries->long_name; entries++)
        if (!g_strv_contains(of_no_result, entries->long_name))
            add_option(repeat, entries);
    return repeat;
}

void repeat_free(struct repeat *repeat)
{
    if (!repeat)
        return;
    g_ptr_array_unref(repeat->words);
    g_ptr_array_unref(repeat->inputs);
    g_free(repeat->question);
    g_free(repeat->directory);
    g_free(repeat);
}

/* --- files --- */

/* Can a page show it, and a reader copy it from there? */
static gboolean is_text(const char *data, gsize bytes)
{
    if (bytes > TEXT_MOST || !g_utf8_validate_len(data, bytes, NULL))
        return FALSE;
    for (gsize i = 0; i < bytes; i++)
        if ((guchar)data[i] < ' ' && !strchr("\t\r\n", data[i]))
            return FALSE;
    return TRUE;
}

/* Mapped: media may be larger than memory. */
static GMappedFile *open_file(const char *path, GError **error)
{
    GError *cause = NULL;
    GMappedFile *file = g_mapped_file_new(path, FALSE, &cause);
    if (!file)
        failure(error, STATUS_INPUT, "%s: cannot be read: %s", path, cause->message);
    g_clear_error(&cause);
    return file;
}

static char *digest_of(GMappedFile *file)
{
    return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)g_mapped_file_get_contents(file),
                                       g_mapped_file_get_length(file));
}

static gboolean has_file(const struct repeat *repeat, const char *path)
{
    for (guint i = 0; i < repeat->inputs->len; i++)
        if (strcmp(((const struct input *)g_ptr_array_index(repeat->inputs, i))->path, path) == 0)
            return TRUE;
    return FALSE;
}

static gboolean add_file(struct repeat *repeat, const char *path, const char *named, GError **error)
{
    g_autofree char *absolute = g_canonicalize_filename(path, NULL);
    if (has_file(repeat, absolute))
        return TRUE;
    g_autoptr(GMappedFile) file = open_file(path, error);
    if (!file)
        return FALSE;
    struct input *input = g_new0(struct input, 1);
    const char *data = g_mapped_file_get_contents(file);
    input->bytes = g_mapped_file_get_length(file);
    input->path = g_steal_pointer(&absolute);
    input->named = g_strdup(named);
    input->text = is_text(data, input->bytes) ? g_strndup(data, input->bytes) : NULL;
    input->digest = digest_of(file);
    g_ptr_array_add(repeat->inputs, input);
    return TRUE;
}

gboolean repeat_file(struct repeat *repeat, const char *path, const char *named, GError **error)
{
    return !repeat || add_file(repeat, path, named, error);
}

gboolean repeat_scenario(struct repeat *repeat, const struct scenario *scenario, const char *named,
                         GError **error)
{
    if (!repeat)
        return TRUE;
    if (!add_file(repeat, scenario->path, named, error))
        return FALSE;
    if (!repeat->question)
        repeat_question(repeat, scenario_section(scenario, GROUP_SCENARIO)->values.scenario.question);
    for (guint i = 0; i < scenario->sections->len; i++) {
        const struct section *section = g_ptr_array_index(scenario->sections, i);
        const char *file = section_file(section->kind, &section->values);
        g_autofree char *path = file ? scenario_file(scenario, file) : NULL;
        if (path && !add_file(repeat, path, file, error))
            return FALSE;
    }
    return TRUE;
}

void repeat_question(struct repeat *repeat, const char *question)
{
    if (!repeat)
        return;
    g_free(repeat->question);
    repeat->question = g_strdup(question);
}

/* --- the file --- */

/* A file keeps its name where it has to be where it is. */
static gboolean stays(const struct input *input)
{
    return input->named && g_path_is_absolute(input->named);
}

/* The innermost directory that all others are in, with '/' at its end. The caller frees with g_free. */
static char *common_directory(const struct repeat *repeat)
{
    char *common = NULL;
    for (guint i = 0; i < repeat->inputs->len; i++) {
        const struct input *input = g_ptr_array_index(repeat->inputs, i);
        if (stays(input))
            continue;
        if (!common)
            common = g_strdup(input->path);
        gsize length = 0, slash = 0;
        for (; common[length] && common[length] == input->path[length]; length++)
            slash = common[length] == '/' ? length + 1 : slash;
        common[slash] = '\0';
    }
    return common ? common : g_strdup("");
}

static const char *name_of(const struct input *input, const char *common)
{
    return input->path + (stays(input) ? 0 : strlen(common));
}

static void put(JsonBuilder *builder, const char *name, const char *text)
{
    json_builder_set_member_name(builder, name);
    if (text)
        json_builder_add_string_value(builder, text);
    else
        json_builder_add_null_value(builder);
}

static void put_bytes(JsonBuilder *builder, gsize bytes)
{
    json_builder_set_member_name(builder, "bytes");
    json_builder_add_int_value(builder, (gint64)bytes);
}

static void put_command(JsonBuilder *builder, const struct repeat *repeat, const char *common)
{
    json_builder_set_member_name(builder, "command");
    json_builder_begin_array(builder);
    for (guint i = 0; i < repeat->words->len; i++)
        json_builder_add_string_value(builder, g_ptr_array_index(repeat->words, i));
    for (guint i = 0; i < repeat->inputs->len; i++) {
        const struct input *input = g_ptr_array_index(repeat->inputs, i);
        if (!input->named)
            json_builder_add_string_value(builder, name_of(input, common));
    }
    json_builder_end_array(builder);
}

static void put_files(JsonBuilder *builder, const struct repeat *repeat, const char *common)
{
    json_builder_set_member_name(builder, "files");
    json_builder_begin_array(builder);
    for (guint i = 0; i < repeat->inputs->len; i++) {
        const struct input *input = g_ptr_array_index(repeat->inputs, i);
        json_builder_begin_object(builder);
        put(builder, "name", name_of(input, common));
        put_bytes(builder, input->bytes);
        put(builder, "sha256", input->digest);
        put(builder, "text", input->text);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static gboolean put_result(JsonBuilder *builder, const struct repeat *repeat, const char *name,
                           GError **error)
{
    g_autofree char *path = g_build_filename(repeat->directory, name, NULL);
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return TRUE;
    g_autoptr(GMappedFile) file = open_file(path, error);
    if (!file)
        return FALSE;
    g_autofree char *digest = digest_of(file);
    json_builder_begin_object(builder);
    put(builder, "name", name);
    put_bytes(builder, g_mapped_file_get_length(file));
    put(builder, "sha256", digest);
    json_builder_end_object(builder);
    return TRUE;
}

static gboolean put_results(JsonBuilder *builder, const struct repeat *repeat, const char *const *results,
                            GError **error)
{
    gboolean good = TRUE;
    json_builder_set_member_name(builder, "results");
    json_builder_begin_array(builder);
    for (; good && *results; results++)
        good = put_result(builder, repeat, *results, error);
    json_builder_end_array(builder);
    return good;
}

gboolean repeat_write(const struct repeat *repeat, const char *name, const char *const *results,
                      GError **error)
{
    if (!repeat)
        return TRUE;
    JsonBuilder *builder = json_builder_new();
    g_autofree char *file = g_strconcat(name, "-repeat.json", NULL), *common = common_directory(repeat);
    json_builder_begin_object(builder);
    put(builder, "schema", "weft-repeat/1");
    put(builder, "version", WEFT_VERSION);
    put(builder, "question", repeat->question);
    put_command(builder, repeat, common);
    put_files(builder, repeat, common);
    gboolean good = put_results(builder, repeat, results, error);
    json_builder_end_object(builder);
    gsize length;
    g_autofree char *text = result_json_text(builder, &length);
    return good && outfile_put_in(repeat->directory, file, text, length, error);
}
