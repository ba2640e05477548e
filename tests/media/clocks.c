/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The clock of files whose time stamps wrap, jump or are missing. */

#include "media.h"
#include "weft.h"

#include <string.h>

enum { FILM_S = 4, RATE = 25 };

static void make(const char *directory, const char *name, const char *offset_s)
{
    const char *const argv[] = {"ffmpeg",
                                "-nostdin",
                                "-v",
                                "error",
                                "-f",
                                "lavfi",
                                "-i",
                                "testsrc2=size=64x48:rate=25",
                                "-t",
                                "4",
                                "-c:v",
                                "libx264",
                                "-preset",
                                "ultrafast",
                                "-output_ts_offset",
                                offset_s,
                                "-muxdelay",
                                "0",
                                "-muxpreload",
                                "0",
                                name,
                                NULL};
    g_autoptr(GError) error = NULL;
    int status;
    g_spawn_sync(directory, (char **)(void *)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                 &error);
    g_assert_no_error(error);
    g_assert_cmpint(status, ==, 0);
}

static void append(GByteArray *film, const char *directory, const char *name)
{
    g_autofree char *path = g_build_filename(directory, name, NULL), *data = NULL;
    gsize bytes;
    g_assert_true(g_file_get_contents(path, &data, &bytes, NULL));
    g_byte_array_append(film, (const guint8 *)data, (guint)bytes);
}

/* Bytes as a file; the caller frees its path with g_free. */
static char *put(const char *directory, const GByteArray *film)
{
    char *path = g_build_filename(directory, "film", NULL);
    g_assert_true(g_file_set_contents(path, (const char *)film->data, (gssize)film->len, NULL));
    return path;
}

/* It lasts so long, and pictures follow each other as they should. */
static void assert_clock(const char *path, const struct weft_format *format, double duration_s,
                         double picture_s)
{
    struct media_library *library = media_library_new();
    g_autoptr(GError) error = NULL;
    const struct weft_media *media = media_library_open(library, path, format, &error);
    g_assert_no_error(error);
    g_assert_cmpfloat_with_epsilon((double)media->at_ps[media->points - 1] / (double)WEFT_PS_PER_S,
                                   duration_s, 3 * picture_s);
    for (uint32_t i = 1; i < media->points; i++) {
        double step_s = (double)(media->at_ps[i] - media->at_ps[i - 1]) / (double)WEFT_PS_PER_S;
        g_assert_cmpfloat_with_epsilon(step_s, picture_s, 2.5 * picture_s);
    }
    for (uint32_t u = 1; media->units && u < media->units->units; u++) /* presentation: near decoding */
        g_assert_cmpint(ABS((int32_t)(media->units->timestamp[u] - media->units->timestamp[u - 1])), <,
                        (int)(90000 * 5 * picture_s));
    media_library_free(library);
}

static void test_jumps(void)
{
    /* the clock of 33 bits at 90 kHz wraps after 95,443.7 s: just before, in the middle; half of it */
    static const char *const offsets[] = {"95400", "95441.5", "43200"};
    static const struct weft_format *const formats[] = {NULL, &weft_format_rtp_h264};
    char *directory = scratch_new();
    make(directory, "plain.ts", "0");
    for (size_t i = 0; i < G_N_ELEMENTS(offsets); i++) {
        g_autofree char *other = g_strdup_printf("%s.ts", offsets[i]);
        make(directory, other, offsets[i]);
        const char *const films[][3] = {{other, NULL},
                                        {"plain.ts", "plain.ts", NULL},
                                        {"plain.ts", other, NULL},
                                        {other, "plain.ts", NULL}};
        for (size_t f = 0; f < G_N_ELEMENTS(films); f++) {
            g_autoptr(GByteArray) film = g_byte_array_new();
            int parts = 0;
            for (; films[f][parts]; parts++)
                append(film, directory, films[f][parts]);
            g_autofree char *path = put(directory, film);
            g_test_message("offset %s s, film %zu", offsets[i], f);
            for (size_t k = 0; k < G_N_ELEMENTS(formats); k++)
                assert_clock(path, formats[k], parts * FILM_S, 1.0 / RATE);
        }
    }
    scratch_free(directory);
}

/* Ten pictures of 128 x 96, all in I_PCM, with a sequence parameter set that says nothing of time. */
static GByteArray *pictures_new(void)
{
    static const guint8 begin[] = {0, 0, 0, 1, 0x67, 0x42, 0,    0x0a, 0xf8, 0x41, 0xa2, /* SPS */
                                   0, 0, 0, 1, 0x68, 0xce, 0x38, 0x80,                   /* PPS */
                                   0, 0, 0, 1, 0x65, 0x88, 0x84, 0x21, 0xa0};            /* IDR slice */
    static const guint8 macroblock[] = {0x0d, 0}, end[] = {0x80};
    guint8 samples[384];
    GByteArray *film = g_byte_array_new();
    for (int picture = 0; picture < 10; picture++) {
        memset(samples, 100 + picture, sizeof samples);
        g_byte_array_append(film, begin, sizeof begin);
        for (int i = 0; i < 8 * 6; i++) {
            g_byte_array_append(film, macroblock, i > 0 ? sizeof macroblock : 0);
            g_byte_array_append(film, samples, sizeof samples);
        }
        g_byte_array_append(film, end, sizeof end);
    }
    return film;
}

static void test_no_rate(void)
{
    char *directory = scratch_new();
    g_autoptr(GByteArray) film = pictures_new();
    g_autofree char *path = put(directory, film);
    struct media_library *library = media_library_new();
    g_autoptr(GError) error = NULL;
    g_assert_null(media_library_open(library, path, NULL, &error));
    g_assert_cmpstr(error->message, ==, "has no timing: it does not say its frame rate");
    media_library_free(library);
    scratch_free(directory);
}

static void test_rates(void)
{
    static const char *const rates[] = {"25", "50", "30000/1001", "1"};
    static const double picture_s[] = {0.04, 0.02, 1.001 / 30, 1};
    char *directory = scratch_new();
    for (size_t i = 0; i < G_N_ELEMENTS(rates); i++) {
        g_autofree char *source = g_strdup_printf("testsrc2=size=64x48:rate=%s", rates[i]);
        const char *const argv[] = {"ffmpeg",  "-nostdin", "-v",   "error",     "-y", "-f",
                                    "lavfi",   "-i",       source, "-frames:v", "50", "-c:v",
                                    "libx264", "-f",       "h264", "film",      NULL};
        g_autoptr(GError) error = NULL;
        int status;
        g_spawn_sync(directory, (char **)(void *)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                     &status, &error);
        g_assert_no_error(error);
        g_assert_cmpint(status, ==, 0);
        g_autofree char *path = g_build_filename(directory, "film", NULL);
        assert_clock(path, NULL, 50 * picture_s[i], picture_s[i]);
    }
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/clocks/jumps", test_jumps);
    g_test_add_func("/clocks/no-rate", test_no_rate);
    g_test_add_func("/clocks/rates", test_rates);
    return g_test_run();
}
