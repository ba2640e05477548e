/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TESTS_FILMS_H
#define WEFT_TESTS_FILMS_H

/* Media for tests: made with ffmpeg, streamed, received, decoded. */

#include <glib.h>

/* The back ends that are built, NULL-ended. */
extern const char *const film_backends[];

/* Run ffmpeg with the arguments (separated by blanks) in `directory`; it must end well and say nothing. What it writes
 * to standard output; the caller frees with g_free. */
char *film_ffmpeg(const char *directory, const char *arguments);

/* Files of a second or two: `arguments` after the inputs and before the file. */
void film_make_video(const char *directory, const char *file, const char *arguments);
void film_make_audio(const char *directory, const char *file, const char *arguments);
void film_make_both(const char *directory, const char *file, const char *arguments);

/* MD5 of every decoded picture ("v") or block of sound ("a") of a file, a line each (ffmpeg's framemd5, without times,
 * which raw streams do not have). The caller frees with g_free. */
char *film_frames(const char *directory, const char *file, const char *kind);

/* A file as bytes; the caller frees. */
GBytes *film_bytes(const char *directory, const char *file);
void film_assert_same(const char *directory, const char *file, const char *other);

/* Run the scenario `text` (as s.ini) on a back end with the arguments (separated by blanks) besides. */
void film_run(const char *directory, const char *text, const char *backend, const char *arguments);

#endif
