/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A real film, made with ffmpeg, streamed with every method over every back end that is built: what each device puts
 * together is the file, byte for byte, through page tables, descriptors, copies and packets. */

#include "weft.h"

#include "weft/method.h"

#include <json-glib/json-glib.h>

static const char scenario[] = "[scenario]\nduration = 3 s\n"
                               "[server main]\nlink = 1 Gbit/s\nring = 64\n%s"
                               "[switch access]\nport = 100 Mbit/s\n"
                               "[device set]\ncount = 5\n"
                               "[stream film]\ncount = 5\nsource = media:film.ts\npayload = 1316 B\n"
                               "[write]\ninterval = 100 ms\n";

static void make_film(const char *directory)
{
    const char *const ffmpeg[] = {"ffmpeg",    "-hide_banner",
                                  "-loglevel", "error",
                                  "-f",        "lavfi",
                                  "-i",        "testsrc2=size=320x240:rate=25",
                                  "-t",        "2",
                                  "-c:v",      "libx264",
                                  "-preset",   "ultrafast",
                                  "-b:v",      "1500k",
                                  "-f",        "mpegts",
                                  "film.ts",   NULL};
    gint status = -1;
    g_assert_true(g_spawn_sync(directory, (gchar **)ffmpeg, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                               &status, NULL));
    g_assert_cmpint(status, ==, 0);
}

static void assert_film_arrived(const char *json, gint64 file_bytes)
{
    JsonParser *parser = json_parser_new();
    g_assert_true(json_parser_load_from_data(parser, json, -1, NULL));
    JsonObject *result = json_node_get_object(json_parser_get_root(parser));
    JsonObject *totals = json_object_get_object_member(result, "totals");
    JsonArray *streams = json_object_get_array_member(result, "streams");
    g_assert_cmpuint(json_array_get_length(streams), ==, 5);
    for (guint i = 0; i < 5; i++) {
        JsonObject *stream = json_array_get_object_element(streams, i);
        g_assert_true(json_object_get_boolean_member(stream, "complete"));
        g_assert_cmpint(json_object_get_int_member(stream, "intact_bytes"), ==, file_bytes);
        g_assert_cmpint(json_object_get_int_member(stream, "corrupt_packets"), ==, 0);
    }
    g_assert_cmpint(json_object_get_int_member(totals, "payload_bytes_delivered"), ==, 5 * file_bytes);
    g_assert_cmpint(json_object_get_int_member(totals, "packets_sent"), ==,
                    json_object_get_int_member(totals, "packets_delivered") +
                        json_object_get_int_member(totals, "packets_dropped"));
    g_object_unref(parser);
}

static void arrives_whole(gconstpointer data)
{
    const char *backend = data;
    char *directory = scratch_new(), *path = g_build_filename(directory, "film.ts", NULL), *film = NULL;
    gsize bytes = 0;
    make_film(directory);
    g_assert_true(g_file_get_contents(path, &film, &bytes, NULL));
    for (int variant = 0; variant < 2; variant++) {
        char *text = g_strdup_printf(scenario, variant ? "applications = 3\npage = 2 MiB\n" : "");
        g_free(scratch_file(directory, "film.ini", text));
        for (int m = 0; weft_methods[m]; m++) {
            struct said said = weft(directory, "run", "film.ini", "--backend", backend, "--method",
                                    weft_methods[m]->name, "--quiet", "--json", "-", NULL);
            g_test_message("%s, %s, variant %d", backend, weft_methods[m]->name, variant);
            assert_good(&said);
            assert_film_arrived(said.out, (gint64)bytes);
            said_clear(&said);
        }
        g_free(text);
    }
    g_free(film);
    g_free(path);
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/film/arrives-whole/reference", "reference", arrives_whole);
#ifdef WEFT_WITH_SIMGRID
    g_test_add_data_func("/film/arrives-whole/simgrid", "simgrid", arrives_whole);
#endif
    return g_test_run();
}
