/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The scenarios of media, each as it stands in scenarios/, with short files of the names that it asks for: every stream
 * arrives whole, over both back ends at the same instants. */

#include "agreed.h"
#include "films.h"
#include "weft.h"

#include <json-glib/json-glib.h>
#include <string.h>

struct file {
    const char *name;
    void (*make)(const char *directory, const char *file, const char *arguments);
    const char *arguments;
};

struct scenario {
    const char *name;
    struct file file[8];
    guint streams;
    void (*look)(const char *directory); /* at run.csv; NULL: nothing besides */
};

/* Quantities are unequal: some interval of 100 ms has twice the packets of another, but for the last, which is cut short. */
static void look_at_rate(const char *directory)
{
    enum { MOST = 64 };
    const guint64 interval_ps = 100000000000;
    g_autoptr(GBytes) bytes = film_bytes(directory, "run.csv");
    g_auto(GStrv) lines = g_strsplit(g_bytes_get_data(bytes, NULL), "\n", -1);
    guint packets[MOST] = {0}, last = 0, least = G_MAXUINT, most = 0;
    for (guint i = 1; lines[i] && *lines[i]; i++) {
        g_auto(GStrv) cells = g_strsplit(lines[i], ",", -1);
        guint64 interval = g_ascii_strtoull(cells[5], NULL, 10) / interval_ps;
        g_assert_cmpuint(interval, <, MOST);
        packets[interval]++;
        last = (guint)interval;
    }
    for (guint k = 0; k < last; k++) {
        least = MIN(least, packets[k]);
        most = MAX(most, packets[k]);
    }
    g_assert_cmpuint(last, >=, 5);
    g_assert_cmpuint(most, >=, 2 * least);
}

/* Nothing of live sound is sent before it is there: the first interval is over. */
static void look_at_start(const char *directory)
{
    g_autoptr(GBytes) bytes = film_bytes(directory, "run.csv");
    g_auto(GStrv) lines = g_strsplit(g_bytes_get_data(bytes, NULL), "\n", 3);
    g_auto(GStrv) cells = g_strsplit(lines[1], ",", -1);
    g_assert_cmpuint(g_ascii_strtoull(cells[5], NULL, 10), >=, 160000000000);
}

#define X264 "-c:v libx264 -preset ultrafast"
static const struct scenario scenarios[] = {
    {"formats",
     {{"film-1.mpg", film_make_both, "-c:v mpeg1video -c:a mp2"},
      {"film-2.mpg", film_make_both, "-c:v mpeg2video -c:a mp2"},
      {"film-4.mp4", film_make_both, "-c:v mpeg4 -c:a aac"},
      {"film.avi", film_make_both, "-c:v mpeg4 -c:a libmp3lame"},
      {"film.mov", film_make_both, X264 " -c:a aac"},
      {"film.ts", film_make_both, X264 " -c:a mp2"},
      {"sound.mp3", film_make_audio, "-c:a libmp3lame"}},
     11,
     NULL},
    {"live-audio", {{"sound.mp3", film_make_audio, "-c:a libmp3lame -b:a 128k"}}, 60, look_at_start},
    {"vod", {{"film.ts", film_make_both, X264 " -c:a mp2"}}, 80, NULL},
    {"vbr-film", {{"vbr.ts", film_make_video, X264 " -crf 20"}}, 20, look_at_rate},
};

static void assert_complete(const char *directory, guint streams)
{
    g_autoptr(GBytes) bytes = film_bytes(directory, "run.json");
    g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
    g_autoptr(JsonNode) root = json_from_string(text, NULL);
    JsonArray *rows = json_object_get_array_member(json_node_get_object(root), "streams");
    g_assert_cmpuint(json_array_get_length(rows), ==, streams);
    for (guint i = 0; i < streams; i++)
        g_assert_true(json_object_get_boolean_member(json_array_get_object_element(rows, i), "complete"));
}

/* With the bytes carried, which are compared too. */
static void assert_all_agree(const char *directory)
{
    const char *const arguments[] = {"s.ini", NULL};
    struct agreed agreed = assert_agrees(directory, arguments);
    g_test_message("%" G_GUINT64_FORMAT " hops, %u other back ends", agreed.hops, agreed.others);
    g_assert_cmpuint(agreed.hops, >, 500);
    g_assert_cmpuint(agreed.dropped, ==, 0);
}

static void test_scenario(gconstpointer data)
{
    const struct scenario *scenario = data;
    char *directory = scratch_new();
    g_autofree char *name = g_strdup_printf("scenarios/%s.ini", scenario->name), *path = source_path(name),
                    *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    for (const struct file *file = scenario->file; file->name; file++) {
        g_assert_nonnull(strstr(text, file->name));
        file->make(directory, file->name, file->arguments);
    }
    for (int b = 0; film_backends[b]; b++) {
        g_autofree char *arguments = g_strdup_printf("--out . --trace %s.csv", b ? "other" : "run");
        film_run(directory, text, film_backends[b], arguments);
        assert_complete(directory, scenario->streams);
        if (b > 0)
            film_assert_same(directory, "run.csv", "other.csv");
    }
    if (film_backends[1])
        assert_all_agree(directory);
    if (scenario->look)
        scenario->look(directory);
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(scenarios); i++) {
        g_autofree char *path = g_strdup_printf("/scenarios/%s", scenarios[i].name);
        g_test_add_data_func(path, &scenarios[i], test_scenario);
    }
    return g_test_run();
}
