/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ffmpeg and weft for tests of media. */

#include "films.h"

#include "weft.h"

#include <string.h>

const char *const film_backends[] = {"reference",
#ifdef WEFT_WITH_SIMGRID
                                     "simgrid",
#endif
                                     NULL};

/* The words between blanks. The caller frees with g_strfreev. */
static char **words(const char *line)
{
    GPtrArray *kept = g_ptr_array_new();
    g_auto(GStrv) all = g_strsplit(line, " ", -1);
    for (guint i = 0; all[i]; i++)
        if (*all[i])
            g_ptr_array_add(kept, g_strdup(all[i]));
    g_ptr_array_add(kept, NULL);
    return (char **)g_ptr_array_free(kept, FALSE);
}

char *film_ffmpeg(const char *directory, const char *arguments)
{
    g_autofree char *line = g_strdup_printf("ffmpeg -hide_banner -nostdin -loglevel error %s", arguments);
    g_auto(GStrv) argv = words(line);
    g_autofree char *said = NULL;
    g_autoptr(GError) error = NULL;
    char *out = NULL;
    int status = -1;
    g_spawn_sync(directory, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &said, &status, &error);
    g_assert_no_error(error);
    if (status != 0 || *said)
        g_test_message("%s: status %d, said: %s", line, status, said);
    g_assert_cmpint(status, ==, 0);
    g_assert_cmpstr(said, ==, "");
    return out;
}

#define PICTURES "-f lavfi -i testsrc2=size=176x144:rate=25 "
#define SOUND    "-f lavfi -i sine=frequency=440:beep_factor=4:sample_rate=44100 "

static void make(const char *directory, const char *inputs, const char *file, const char *arguments)
{
    g_autofree char *line = g_strdup_printf("%s-t 1 -fflags +bitexact %s %s", inputs, arguments, file);
    g_free(film_ffmpeg(directory, line));
}

void film_make_video(const char *directory, const char *file, const char *arguments)
{
    make(directory, PICTURES, file, arguments);
}

void film_make_audio(const char *directory, const char *file, const char *arguments)
{
    make(directory, SOUND, file, arguments);
}

void film_make_both(const char *directory, const char *file, const char *arguments)
{
    make(directory, PICTURES SOUND, file, arguments);
}

char *film_frames(const char *directory, const char *file, const char *kind)
{
    g_autofree char *line = g_strdup_printf(
        "-xerror -flags2 +skip_manual -i %s -map 0:%s:0 -vsync passthrough -flags +bitexact -f framemd5 -",
        file, kind);
    g_autofree char *text = film_ffmpeg(directory, line);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    GString *frames = g_string_new(NULL);
    for (guint i = 0; lines[i]; i++) {
        const char *last = strrchr(lines[i], ',');
        if (*lines[i] != '#' && last)
            g_string_append_printf(frames, "%s\n", last + 1);
    }
    return g_string_free(frames, FALSE);
}

GBytes *film_bytes(const char *directory, const char *file)
{
    g_autofree char *path = g_build_filename(directory, file, NULL);
    g_autoptr(GError) error = NULL;
    char *data = NULL;
    gsize length = 0;
    g_file_get_contents(path, &data, &length, &error);
    g_assert_no_error(error);
    return g_bytes_new_take(data, length);
}

void film_assert_same(const char *directory, const char *file, const char *other)
{
    g_autoptr(GBytes) a = film_bytes(directory, file), b = film_bytes(directory, other);
    if (!g_bytes_equal(a, b))
        g_test_message("%s (%zu bytes) and %s (%zu bytes) differ", file, g_bytes_get_size(a), other,
                       g_bytes_get_size(b));
    g_assert_true(g_bytes_equal(a, b));
}

void film_run(const char *directory, const char *text, const char *backend, const char *arguments)
{
    g_free(scratch_file(directory, "s.ini", text));
    g_autofree char *line = g_strdup_printf("run s.ini --quiet --backend %s %s", backend, arguments);
    g_auto(GStrv) argv = words(line);
    struct said said = weft_with(directory, NULL, (const char *const *)argv);
    assert_good(&said);
    said_clear(&said);
}
