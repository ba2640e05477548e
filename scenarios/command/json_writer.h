/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_JSON_WRITER_H
#define COMMAND_JSON_WRITER_H

/* JSON written as it is made, for results of many streams: their tree would take ten times the memory of their run. The text
 * is the one that JsonGenerator makes of the whole tree; it formats the values. No more is kept than what is not written yet. */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct json_writer;
struct outfile;

/* Indented, or on one line. The caller frees with json_writer_free(). */
struct json_writer *json_writer_new(bool indented);
/* NULL is legal. */
void json_writer_free(struct json_writer *writer);

/* The text goes into this file, which stays the caller's; NULL: it was not asked for. There may be several; without any,
 * the text stays in memory. */
void json_writer_into(struct json_writer *writer, struct outfile *file);
/* One that writes into these while runs may still fail: nothing is seen before they are committed. NULL: neither was asked for. */
struct json_writer *json_writer_for(struct outfile *one, struct outfile *other);

void json_writer_begin_object(struct json_writer *writer);
void json_writer_end_object(struct json_writer *writer);
void json_writer_begin_array(struct json_writer *writer);
void json_writer_end_array(struct json_writer *writer);
/* The name of the member whose value comes next. Each of an object once: what is written cannot be replaced. */
void json_writer_member(struct json_writer *writer, const char *name);
void json_writer_text(struct json_writer *writer, const char *value);
void json_writer_integer(struct json_writer *writer, int64_t value);
/* Finite: JSON has no other numbers. */
void json_writer_number(struct json_writer *writer, double value);
void json_writer_truth(struct json_writer *writer, bool value);
void json_writer_null(struct json_writer *writer);

/* Hand on to the files what is there. FALSE and an error: it, or something before, could not be written. */
gboolean json_writer_flush(struct json_writer *writer, GError **error);
/* The end of an indented text, which is a newline; then as json_writer_flush(). */
gboolean json_writer_end(struct json_writer *writer, GError **error);
/* The text that is in memory. The caller frees with g_free. */
char *json_writer_steal(struct json_writer *writer, gsize *length);

#endif
