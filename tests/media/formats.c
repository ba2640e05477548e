/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every kind of file that the seed speaks of, made with ffmpeg, streamed interleaved in every payload format that it can
 * have: what the device puts together is the file where the format carries bytes, and decodes to the same pictures and
 * sound where it carries units. Both back ends deliver the same at the same instants. */

#include "films.h"
#include "weft.h"

#include <string.h>

struct payload_format {
    const char *name, *suffix; /* suffix NULL: the file's */
    const char *decode;        /* what must decode to the same: "v", "a"; NULL: bytes are the same */
};
static const struct payload_format udp = {"udp", NULL, NULL}, rtp = {"rtp", NULL, NULL},
                                   ts = {"ts", ".ts", NULL}, rtp_ts = {"rtp-ts", ".ts", NULL},
                                   h264 = {"rtp-h264", ".h264", "v"}, mp3 = {"rtp-mpa", ".mp3", "a"},
                                   mp2 = {"rtp-mpa", ".mp2", "a"};

struct kind {
    const char *name, *file;
    void (*make)(const char *directory, const char *file, const char *arguments);
    const char *arguments;
    const struct payload_format *format[6];
    const char *scenario, *stream; /* keys besides */
};

#define X264 "-c:v libx264 -preset ultrafast -b:v 800k "
/* LAME's header frame is no sound, and a decoder that has it leaves out the first samples: without it the frames are the
 * same. */
#define LAME "-c:a libmp3lame -write_xing 0 -id3v2_version 0 "

static const struct kind kinds[] = {
    {"mpeg1", "film.mpg", film_make_both, "-c:v mpeg1video -c:a mp2 -f mpeg", {&udp, &rtp, &mp2}, "", ""},
    {"mpeg2-ts",
     "film.ts",
     film_make_both,
     "-c:v mpeg2video -c:a mp2",
     {&udp, &rtp, &ts, &rtp_ts, &mp2},
     "",
     ""},
    {"mpeg2-ps", "film.mpg", film_make_both, "-c:v mpeg2video -c:a mp2 -f vob", {&udp, &rtp, &mp2}, "", ""},
    {"mpeg4-mp4", "film.mp4", film_make_video, "-c:v mpeg4", {&udp, &rtp}, "", ""},
    {"mpeg4-avi", "film.avi", film_make_both, "-c:v mpeg4 " LAME, {&udp, &rtp, &mp3}, "", ""},
    {"h264-mp4", "film.mp4", film_make_both, X264 "-c:a aac", {&udp, &rtp, &h264}, "", ""},
    {"h264-raw", "film.h264", film_make_video, X264, {&udp, &rtp, &h264}, "", ""},
    {"h264-ts", "film.ts", film_make_video, X264, {&udp, &rtp, &ts, &rtp_ts, &h264}, "", ""},
    {"mp3", "sound.mp3", film_make_audio, LAME, {&udp, &rtp, &mp3}, "", ""},
    {"quicktime", "film.mov", film_make_both, X264 LAME, {&udp, &rtp, &h264, &mp3}, "", ""},
    {"avi", "film.avi", film_make_both, X264 "-bf 0 -c:a mp2", {&udp, &rtp, &h264, &mp2}, "", ""},
    {"audio-video", "film.ts", film_make_both, X264 "-c:a mp2", {&udp, &ts, &rtp_ts, &h264, &mp2}, "", ""},
    {"live-rtp", "film.ts", film_make_both, X264 LAME, {&rtp, &rtp_ts, &h264, &mp3}, "", "live = yes"},
    {"ipv6-vlan",
     "film.ts",
     film_make_both,
     X264 LAME,
     {&udp, &ts, &rtp_ts, &h264, &mp3},
     "ip = 6\nvlan = 100",
     ""},
};

/* A stream a payload format, named after it. */
static char *scenario_of(const struct kind *kind)
{
    GString *text = g_string_new(NULL);
    g_string_append_printf(text,
                           "[scenario]\nduration = 2 s\n%s\n[server main]\n[switch access]\nport = 100 "
                           "Mbit/s\n[device set]\ncount = 2\n",
                           kind->scenario);
    for (int i = 0; kind->format[i]; i++)
        g_string_append_printf(text, "[stream %s]\nsource = media:%s\nformat = %s\n%s\n",
                               kind->format[i]->name, kind->file, kind->format[i]->name, kind->stream);
    g_string_append(text, "[write]\nmethod = interleaved\ninterval = 40 ms\n");
    return g_string_free(text, FALSE);
}

static char *delivered(const struct kind *kind, const struct payload_format *format, const char *backend)
{
    const char *suffix = format->suffix ? format->suffix : strrchr(kind->file, '.');
    return g_strdup_printf("%s/%s%s", backend, format->name, suffix);
}

static void assert_delivered(const char *directory, const struct kind *kind,
                             const struct payload_format *format)
{
    g_autofree char *first = delivered(kind, format, film_backends[0]);
    for (int b = 1; film_backends[b]; b++) {
        g_autofree char *other = delivered(kind, format, film_backends[b]);
        film_assert_same(directory, first, other);
    }
    g_test_message("%s in %s", kind->file, format->name);
    if (!format->decode) {
        film_assert_same(directory, kind->file, first);
        return;
    }
    g_autofree char *expected = film_frames(directory, kind->file, format->decode),
                    *frames = film_frames(directory, first, format->decode);
    g_assert_cmpuint(strlen(expected), >, 20 * 33); /* at least 20 of them */
    g_assert_cmpstr(frames, ==, expected);
}

static void test_kind(gconstpointer data)
{
    const struct kind *kind = data;
    char *directory = scratch_new();
    g_autofree char *text = scenario_of(kind);
    kind->make(directory, kind->file, kind->arguments);
    for (int b = 0; film_backends[b]; b++) {
        g_autofree char *arguments =
            g_strdup_printf("--deliver %s --trace %s.csv", film_backends[b], film_backends[b]);
        film_run(directory, text, film_backends[b], arguments);
        if (b > 0)
            film_assert_same(directory, "reference.csv", "simgrid.csv");
    }
    for (int i = 0; kind->format[i]; i++)
        assert_delivered(directory, kind, kind->format[i]);
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *path = g_strdup_printf("/formats/%s", kinds[i].name);
        g_test_add_data_func(path, &kinds[i], test_kind);
    }
    return g_test_run();
}
