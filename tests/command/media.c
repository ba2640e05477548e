/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Media files: a film made by ffmpeg arrives whole with every method, its clock is sound, and broken files
 * end with status 2 and one line. */

#include "media.h"

#include "policies.h"
#include "weft.h"

#include <json-glib/json-glib.h>
#include <string.h>

static const char scenario_text[] =
    "[scenario]\nduration = 3 s\n[server main]\n[switch access]\n[device set]\ncount = 3\n"
    "[stream film]\ncount = 3\nsource = media:film.ts\npayload = 1316 B\n"
    "[write]\ninterval = 40 ms\n";
enum { SOURCE_LINE = 9 };

/* Two seconds of H.264 in a transport stream, with sound: `name` in `directory`. FALSE: there is no ffmpeg.
 */
static gboolean make_film(const char *directory, const char *name)
{
    static const char *const argv[] = {
        "ffmpeg",  "-v",      "error",     "-f",       "lavfi", "-i",   "testsrc2=size=320x180:rate=25",
        "-f",      "lavfi",   "-i",        "sine=440", "-t",    "2",    "-c:v",
        "libx264", "-preset", "ultrafast", "-b:v",     "800k",  "-c:a", "mp2"};
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    g_autofree char *program = g_find_program_in_path("ffmpeg");
    if (!program) {
        g_test_skip("ffmpeg is not installed");
        return FALSE;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(argv); i++)
        g_ptr_array_add(all, (char *)argv[i]);
    g_ptr_array_add(all, (char *)name);
    g_ptr_array_add(all, NULL);
    g_autofree char *err = NULL;
    int status;
    g_assert_true(g_spawn_sync(directory, (char **)all->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               &err, &status, NULL));
    if (status != 0)
        g_test_message("%s", err);
    g_assert_true(g_spawn_check_wait_status(status, NULL));
    return TRUE;
}

static void check_streams(const char *json, gsize film_bytes)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) root = json_from_string(json, &error);
    g_assert_no_error(error);
    JsonObject *result = json_node_get_object(root);
    JsonArray *streams = json_object_get_array_member(result, "streams");
    for (guint i = 0; i < json_array_get_length(streams); i++) {
        JsonObject *stream = json_array_get_object_element(streams, i);
        g_assert_true(json_object_get_boolean_member(stream, "complete"));
        g_assert_cmpint(json_object_get_int_member(stream, "corrupt_packets"), ==, 0);
        g_assert_cmpint(json_object_get_int_member(stream, "intact_bytes"), ==, (gint64)film_bytes);
    }
    JsonObject *totals = json_object_get_object_member(result, "totals");
    g_assert_cmpint(json_object_get_int_member(totals, "payload_bytes_delivered"), ==,
                    (gint64)film_bytes * 3);
    g_assert_cmpint(json_object_get_int_member(totals, "corrupt_packets"), ==, 0);
}

static void test_arrives(gconstpointer data)
{
    const char *backend = data;
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "film.ini", scenario_text), *film = NULL;
    gsize bytes;
    if (make_film(directory, "film.ts")) {
        g_autofree char *film_path = g_build_filename(directory, "film.ts", NULL);
        g_assert_true(g_file_get_contents(film_path, &film, &bytes, NULL));
        const void *method;
        for (size_t i = 0; (method = policy_methods.row(i)); i++) {
            /* from another directory: the film is beside the scenario */
            struct said said = weft("/", "run", path, "--backend", backend, "--method", policy_name(method),
                                    "--json", "-", NULL);
            assert_good(&said);
            check_streams(said.out, bytes);
            said_clear(&said);
        }
    }
    scratch_free(directory);
}

static void test_clock(void)
{
    static const char *const names[] = {"film.ts", "film.mp4", "film.mkv", "film.avi"};
    char *directory = scratch_new();
    for (size_t i = 0; i < G_N_ELEMENTS(names) && make_film(directory, names[i]); i++) {
        g_autofree char *path = g_build_filename(directory, names[i], NULL), *data = NULL;
        gsize bytes;
        g_assert_true(g_file_get_contents(path, &data, &bytes, NULL));
        struct media_library *library = media_library_new();
        g_autoptr(GError) error = NULL;
        const struct weft_media *media = media_library_open(library, path, NULL, &error);
        g_assert_no_error(error);
        g_assert_true(media == media_library_open(library, path, NULL, &error)); /* opened once */
        g_assert_cmpint(weft_media_check(media, NULL), ==, WEFT_OK);
        g_assert_cmpuint(media->points, >, 10);
        g_assert_cmpuint(media->at_bytes[media->points - 1], ==, bytes);
        double duration_s = (double)media->at_ps[media->points - 1] / (double)WEFT_PS_PER_S;
        g_assert_cmpfloat_with_epsilon(duration_s, 2.0, 0.1);
        g_assert_true(memcmp(media->data, data, bytes) == 0);
        media_library_free(library);
    }
    scratch_free(directory);
}

static void assert_refused(const char *directory, const char *what)
{
    g_autofree char *regex = g_strdup_printf(
        "^film\\.ini:%d: stream\\.source: .*film\\.ts %s.*; allowed: media:FILE", SOURCE_LINE, what);
    struct said said = weft(directory, "run", "film.ini", "--json", "out.json", NULL);
    assert_bad(&said, 2, regex);
    said_clear(&said);
}

static void test_broken(void)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "film.ini", scenario_text);
    assert_refused(directory, "cannot be opened: No such file");
    g_autofree char *film = scratch_file(directory, "film.ts", "");
    assert_refused(directory, "is empty");
    g_autoptr(GString) prose = g_string_new(NULL);
    for (int i = 0; i < 2000; i++)
        g_string_append(prose, "Once upon a time there was a film.\n");
    g_autofree char *text = scratch_file(directory, "film.ts", prose->str);
    assert_refused(directory, "(is not a media file|has n)");
    g_autofree char *subtitles =
        scratch_file(directory, "film.ts", "1\n00:00:01,000 --> 00:00:02,000\nhello\n\n");
    assert_refused(directory, "has neither video nor audio");
    g_autofree char *left = scratch_names(directory);
    g_assert_cmpstr(left, ==, "film.ini film.ts");
    scratch_free(directory);
}

/* A file that names other files gets none of them, though they are there and good. */
static void test_play_lists(void)
{
    static const struct {
        const char *before, *after; /* the film's path */
        bool relative;
    } texts[] = {
        {"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n", "\n#EXT-X-ENDLIST\n", false},
        {"ffconcat version 1.0\nfile ", "\n", false},
        {"ffconcat version 1.0\nfile ", "\n", true},
    };
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "film.ini", scenario_text);
    if (make_film(directory, "real.ts")) {
        g_autofree char *real = g_build_filename(directory, "real.ts", NULL);
        for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
            g_autofree char *text =
                g_strconcat(texts[i].before, texts[i].relative ? "real.ts" : real, texts[i].after, NULL);
            g_autofree char *film = scratch_file(directory, "film.ts", text);
            assert_refused(directory, "is not a media file");
        }
    }
    scratch_free(directory);
}

/* Cut short and with bytes changed: a clear error or a run, never anything else. */
static void test_mutated(void)
{
    static const char *const names[] = {"film.ts", "film.mp4"};
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "film.ini", scenario_text);
    for (size_t i = 0; i < G_N_ELEMENTS(names) && make_film(directory, names[i]); i++) {
        g_autofree char *film = g_build_filename(directory, names[i], NULL), *data = NULL;
        g_autofree char *set = g_strdup_printf("stream.source=media:%s", names[i]);
        gsize bytes;
        g_assert_true(g_file_get_contents(film, &data, &bytes, NULL));
        for (int round = 0; round < 15; round++) {
            gsize length = (gsize)g_test_rand_int_range(1, (gint)bytes + 1);
            g_autofree char *changed = g_memdup2(data, length);
            for (int change = g_test_rand_int_range(0, 100); change-- > 0;)
                changed[g_test_rand_int_range(0, (gint)MIN(length, 4096))] = (char)g_test_rand_int();
            g_assert_true(g_file_set_contents(film, changed, (gssize)length, NULL));
            struct said said = weft(directory, "run", "film.ini", "--set", set, "--quiet", NULL);
            if (said.status != 0)
                assert_bad(&said, 2, "^--set: stream\\.source: ");
            else
                assert_good(&said);
            said_clear(&said);
        }
    }
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/media/arrives/reference", "reference", test_arrives);
#ifdef WEFT_HAVE_SIMGRID
    g_test_add_data_func("/media/arrives/simgrid", "simgrid", test_arrives);
#endif
    g_test_add_func("/media/clock", test_clock);
    g_test_add_func("/media/broken", test_broken);
    g_test_add_func("/media/play-lists", test_play_lists);
    g_test_add_func("/media/mutated", test_mutated);
    return g_test_run();
}
