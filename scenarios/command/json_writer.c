/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text of JSON, piece by piece: brackets, commas and indentation as JsonGenerator sets them, values set by one whose tree is
 * a single node. */

#include "json_writer.h"

#include "outfile.h"

#include <json-glib/json-glib.h>

/* From this length on the text is handed on. */
enum { PIECE_BYTES = 64 << 10, INDENT_CHARS = 2 };

struct json_writer {
    JsonGenerator *generator;
    JsonNode *node; /* the generator's: the value that is being written */
    GPtrArray *files;
    GString *text; /* what is not written yet */
    GError *failed;
    guint depth;
    bool indented;
    bool empty; /* nothing stands in the object or array yet */
    bool named; /* the next value's name is written */
};

struct json_writer *json_writer_new(bool indented)
{
    struct json_writer *writer = g_new(struct json_writer, 1);
    g_autoptr(JsonNode) node = json_node_init_int(json_node_alloc(), 0);
    *writer = (struct json_writer){
        .generator = json_generator_new(),
        .files = g_ptr_array_new(),
        .text = g_string_sized_new(2 * (gsize)PIECE_BYTES),
        .indented = indented,
    };
    json_generator_set_root(writer->generator, node);
    writer->node = json_generator_get_root(writer->generator);
    return writer;
}

void json_writer_free(struct json_writer *writer)
{
    if (!writer)
        return;
    g_object_unref(writer->generator);
    g_ptr_array_unref(writer->files);
    g_string_free(writer->text, TRUE);
    g_clear_error(&writer->failed);
    g_free(writer);
}

void json_writer_into(struct json_writer *writer, struct outfile *file)
{
    if (file)
        g_ptr_array_add(writer->files, file);
}

struct json_writer *json_writer_for(struct outfile *one, struct outfile *other)
{
    struct outfile *const files[] = {one, other};
    struct json_writer *writer = one || other ? json_writer_new(true) : NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        if (!files[i])
            continue;
        outfile_hold(files[i]);
        json_writer_into(writer, files[i]);
    }
    return writer;
}

/* --- files --- */

/* After a failure, what else comes is passed over. */
static void hand_on(struct json_writer *writer)
{
    if (writer->files->len == 0)
        return;
    for (guint i = 0; !writer->failed && i < writer->files->len; i++)
        outfile_write(g_ptr_array_index(writer->files, i), writer->text->str, writer->text->len,
                      &writer->failed);
    g_string_truncate(writer->text, 0);
}

gboolean json_writer_flush(struct json_writer *writer, GError **error)
{
    hand_on(writer);
    if (writer->failed)
        g_propagate_error(error, g_error_copy(writer->failed));
    return !writer->failed;
}

gboolean json_writer_end(struct json_writer *writer, GError **error)
{
    g_assert(writer->depth == 0 && !writer->named);
    if (writer->indented)
        g_string_append_c(writer->text, '\n');
    return json_writer_flush(writer, error);
}

char *json_writer_steal(struct json_writer *writer, gsize *length)
{
    g_assert(writer->files->len == 0);
    *length = writer->text->len;
    char *text = g_string_free(writer->text, FALSE);
    writer->text = g_string_new(NULL);
    return text;
}

/* --- between values --- */

static void indent(struct json_writer *writer)
{
    if (writer->indented)
        g_string_append_printf(writer->text, "%*s", (int)writer->depth * INDENT_CHARS, "");
}

/* Before a value or, in an object, before its name. */
static void begin_entry(struct json_writer *writer)
{
    if (writer->text->len >= PIECE_BYTES)
        hand_on(writer);
    if (writer->depth > 0) {
        if (!writer->empty)
            g_string_append_c(writer->text, ',');
        if (writer->indented)
            g_string_append_c(writer->text, '\n');
        indent(writer);
    }
    writer->empty = false;
}

static void begin_value(struct json_writer *writer)
{
    if (!writer->named)
        begin_entry(writer);
    writer->named = false;
}

static void begin(struct json_writer *writer, char bracket)
{
    begin_value(writer);
    g_string_append_c(writer->text, bracket);
    writer->depth++;
    writer->empty = true;
}

static void end(struct json_writer *writer, char bracket)
{
    writer->depth--;
    if (writer->indented && !writer->empty)
        g_string_append_c(writer->text, '\n');
    if (!writer->empty || bracket == '}') /* JsonGenerator indents the end of an empty object too */
        indent(writer);
    g_string_append_c(writer->text, bracket);
    writer->empty = false;
}

void json_writer_begin_object(struct json_writer *writer)
{
    begin(writer, '{');
}

void json_writer_end_object(struct json_writer *writer)
{
    end(writer, '}');
}

void json_writer_begin_array(struct json_writer *writer)
{
    begin(writer, '[');
}

void json_writer_end_array(struct json_writer *writer)
{
    end(writer, ']');
}

/* --- values --- */

static void put_node(struct json_writer *writer)
{
    json_generator_to_gstring(writer->generator, writer->text);
}

void json_writer_member(struct json_writer *writer, const char *name)
{
    begin_entry(writer);
    json_node_set_string(writer->node, name);
    put_node(writer);
    g_string_append(writer->text, writer->indented ? " : " : ":");
    writer->named = true;
}

void json_writer_text(struct json_writer *writer, const char *value)
{
    begin_value(writer);
    json_node_set_string(writer->node, value);
    put_node(writer);
}

void json_writer_integer(struct json_writer *writer, int64_t value)
{
    begin_value(writer);
    json_node_set_int(writer->node, value);
    put_node(writer);
}

void json_writer_number(struct json_writer *writer, double value)
{
    begin_value(writer);
    json_node_set_double(writer->node, value);
    put_node(writer);
}

void json_writer_truth(struct json_writer *writer, bool value)
{
    begin_value(writer);
    json_node_set_boolean(writer->node, value);
    put_node(writer);
}

void json_writer_null(struct json_writer *writer)
{
    begin_value(writer);
    g_string_append(writer->text, "null");
}
