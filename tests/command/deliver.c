/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft run --deliver: a file a stream with a name that file systems take, whole or not at all, the same from every back
 * end; and what it refuses. */

#include "weft.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* Ports that overflow and a link that is down for a while: packets are lost in both ways. */
static const char scenario[] = "[scenario]\nduration = 100 ms\n%s\n"
                               "[server main]\nlink = 1 Gbit/s\nlink_down = 40 ms\nlink_up = 42 ms\n"
                               "[switch access]\nport = 40 Mbit/s\nbuffer = 6 packets\n"
                               "[device set]\ncount = 3\n"
                               "[stream a.b]\ncount = 9\nrate = 8 Mbit/s\nformat = rtp\n"
                               "[stream ..]\nsource = file:game.data\nrate = 1 Mbit/s\n"
                               "[write]\nmethod = multi-destination\ninterval = 20 ms\n";
enum { GAME_BYTES = 5000 };

static char *prepare(const char *more)
{
    char *directory = scratch_new(), game[GAME_BYTES + 1];
    g_autofree char *text = g_strdup_printf(scenario, more);
    memset(game, 'g', GAME_BYTES);
    game[GAME_BYTES] = '\0';
    g_free(scratch_file(directory, "s.ini", text));
    g_free(scratch_file(directory, "game.data", game));
    return directory;
}

static gint64 file_bytes(const char *directory, const char *name)
{
    g_autofree char *path = g_build_filename(directory, "got", name, NULL);
    GStatBuf status;
    g_assert_cmpint(g_stat(path, &status), ==, 0);
    return status.st_size;
}

/* As many bytes as the result says were delivered. */
static void test_files(gconstpointer backend)
{
    char *directory = prepare("");
    g_autofree char *got = g_build_filename(directory, "got", NULL);
    struct said said =
        weft(directory, "run", "s.ini", "-b", backend, "--deliver", "got", "-q", "--json", "-", NULL);
    assert_good(&said);
    g_autofree char *names = scratch_names(got);
    g_assert_cmpstr(names, ==,
                    "...data a.b-0.bin a.b-1.bin a.b-2.bin a.b-3.bin a.b-4.bin a.b-5.bin "
                    "a.b-6.bin a.b-7.bin a.b-8.bin");
    g_autoptr(JsonNode) root = json_from_string(said.out, NULL);
    JsonObject *totals = json_object_get_object_member(json_node_get_object(root), "totals");
    JsonObject *causes = json_object_get_object_member(totals, "dropped_by");
    g_assert_cmpint(json_object_get_int_member(causes, "buffer"), >, 0);
    g_assert_cmpint(json_object_get_int_member(causes, "link"), >, 0);
    gint64 bytes = file_bytes(directory, "...data");
    for (int i = 0; i < 9; i++) {
        g_autofree char *name = g_strdup_printf("a.b-%d.bin", i);
        bytes += file_bytes(directory, name);
    }
    g_assert_cmpint(bytes, ==, json_object_get_int_member(totals, "payload_bytes_delivered"));
    said_clear(&said);
    scratch_free(directory);
}

static void test_refused(void)
{
    char *directory = prepare("network = raw");
    struct said said = weft(directory, "run", "s.ini", "--deliver", "got", NULL);
    assert_bad(&said, 2, "^s.ini:3: scenario.network: raw has no headers.*allowed with --deliver: ethernet");
    said_clear(&said);
    said =
        weft(directory, "run", "s.ini", "--set", "scenario.network=ethernet", "--deliver", "game.data", NULL);
    assert_bad(&said, 1, "^game.data: cannot be made: ");
    said_clear(&said);
    g_autofree char *names = scratch_names(directory);
    g_assert_cmpstr(names, ==, "game.data s.ini");
    scratch_free(directory);
}

/* Formats that keep packets of 188 bytes whole want a file that consists of them. */
static void test_no_transport_stream(void)
{
    static const char *const formats[] = {"ts", "rtp-ts"};
    char *directory = prepare("");
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autofree char *set = g_strdup_printf("stream....format=%s", formats[i]);
        g_autofree char *regex =
            g_strdup_printf("^--set: stream\\.format: %s needs a transport stream, which game\\.data is not; "
                            "allowed: udp, rtp\n$",
                            formats[i]);
        struct said said = weft(directory, "run", "s.ini", "--set", set, NULL);
        assert_bad(&said, 2, regex);
        said_clear(&said);
    }
    char packets[2 * 188 + 1] = "";
    memset(packets, 'G', sizeof packets - 1);
    g_free(scratch_file(directory, "game.data", packets));
    struct said said = weft(directory, "run", "s.ini", "--set", "stream....format=ts", NULL);
    assert_good(&said);
    said_clear(&said);
    scratch_free(directory);
}

/* A file that loops is never complete: nothing is said of that. */
static void test_endless(void)
{
    char *directory = prepare("");
    struct said said =
        weft(directory, "run", "s.ini", "--set", "stream....loop=yes", "--json", "r.json", NULL);
    assert_good(&said);
    g_assert_nonnull(strstr(said.out, "0 of 0 files complete at their devices, 1 without end, 0 corrupt"));
    said_clear(&said);
    said = weft(directory, "run", "s.ini", "--set", "stream....loop=yes", "--json", "-", NULL);
    assert_good(&said);
    g_autoptr(JsonNode) root = json_from_string(said.out, NULL);
    JsonArray *streams = json_object_get_array_member(json_node_get_object(root), "streams");
    g_assert_cmpuint(json_array_get_length(streams), ==, 10);
    for (guint i = 0; i < 10; i++)
        g_assert_true(json_object_get_null_member(json_array_get_object_element(streams, i), "complete"));
    said_clear(&said);
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/deliver/files/reference", "reference", test_files);
#ifdef WEFT_HAVE_SIMGRID
    g_test_add_data_func("/deliver/files/simgrid", "simgrid", test_files);
#endif
    g_test_add_func("/deliver/refused", test_refused);
    g_test_add_func("/deliver/no-transport-stream", test_no_transport_stream);
    g_test_add_func("/deliver/endless", test_endless);
    return g_test_run();
}
