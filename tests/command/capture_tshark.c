/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What tshark makes of captures: nothing malformed, no bad checksum, no remark of any kind, the instants of the trace
 * and, of a film, the film. Skipped where tshark is not installed. */

#include "captured.h"
#include "weft.h"

#include <string.h>

static const char scenario[] = "[scenario]\nduration = 100 ms\n"
                               "[server main]\nlink = 1 Gbit/s\ndelay = 5 us\n"
                               "[server other]\nlink = 1 Gbit/s\n"
                               "[switch access]\nport = 100 Mbit/s\nbuffer = 6 packets\n"
                               "[device set]\ncount = 3\ndelay = 3 us\n"
                               "[stream film]\ncount = 12\nrate = 4 Mbit/s\npayload = 1316 B\n"
                               "[stream tick]\ncount = 3\nrate = 40 kbit/s\npayload = 10 B\n"
                               "[write]\nmethod = multi-destination\ninterval = 20 ms\nchecksum = %s\n";

static gboolean there_is_tshark(void)
{
    g_autofree char *path = g_find_program_in_path("tshark");
    if (!path)
        g_test_skip("tshark is not installed (package tshark)");
    return path != NULL;
}

/* What tshark prints with the arguments (separated by blanks) about a file, every check it has switched on. It may say
 * on standard error as whom it runs. */
static char *tshark(const char *directory, const char *file, const char *arguments)
{
    g_autofree char *line = g_strdup_printf(
        "tshark -n -r %s -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE %s", file, arguments);
    g_auto(GStrv) argv = g_strsplit(line, " ", -1);
    g_autoptr(GError) error = NULL;
    g_autofree char *complaints = NULL;
    char *out = NULL;
    int status;
    g_spawn_sync(directory, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &complaints, &status, &error);
    g_assert_no_error(error);
    if (!g_spawn_check_wait_status(status, NULL))
        g_test_message("%s: %s", line, complaints);
    g_assert_true(g_spawn_check_wait_status(status, NULL));
    return out;
}

/* The payload of a `cbr` stream is drawn at random, so that by chance some of it looks like another protocol. */
#define AS_DATA "-d udp.port==5004,data "

static void assert_no_remark(const char *directory, const char *file, const char *how)
{
    g_autofree char *arguments = g_strconcat(how, "-Y _ws.malformed||_ws.expert||_ws.short -z expert", NULL);
    g_autofree char *remarks = tshark(directory, file, arguments);
    g_assert_cmpstr(g_strstrip(remarks), ==, "");
}

/* Line by line: instant, packet, sizes, and that both checksums were looked at; `udp` as tshark counts: 1 good. */
static void assert_is_trace(const char *directory, GArray *sightings, GArray *trace, const char *udp)
{
    g_autofree char *text =
        tshark(directory, "c.pcapng",
               AS_DATA "-T fields -e frame.time_epoch -e frame.packet_id -e frame.len -e frame.cap_len "
                       "-e ip.checksum.status -e udp.checksum.status -e data.len");
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, sightings->len + 1);
    for (guint i = 0; i < sightings->len; i++) {
        const struct sighting *sighting = &g_array_index(sightings, struct sighting, i);
        const struct trace_line *line = &g_array_index(trace, struct trace_line, sighting->line);
        guint64 ns = sighting->at_ps / 1000, frame_bytes = line->frame_bytes - 4;
        g_autofree char *expected =
            g_strdup_printf("%" G_GUINT64_FORMAT ".%09" G_GUINT64_FORMAT "\t%" G_GUINT64_FORMAT
                            "\t%" G_GUINT64_FORMAT "\t%" G_GUINT64_FORMAT "\t1\t%s\t%d",
                            ns / 1000000000, ns % 1000000000, sighting->id, frame_bytes, frame_bytes, udp,
                            line->stream < 12 ? 1316 : 10);
        g_assert_cmpstr(lines[i], ==, expected);
    }
}

static guint lines_of(const char *directory, const char *file, const char *arguments)
{
    g_autofree char *text = tshark(directory, file, arguments);
    guint lines = 0;
    for (const char *at = text; *at; at++)
        lines += *at == '\n';
    return lines;
}

/* An interface has its name, and as many packets as the file of that name. */
static void assert_interface(const char *directory, const char *name)
{
    g_autofree char *filter = g_strdup_printf(AS_DATA "-Y frame.interface_name==\"%s\"", name);
    g_autofree char *file = g_strdup_printf("ns/%s.pcap", name);
    guint lines = lines_of(directory, "c.pcapng", filter);
    g_assert_cmpuint(lines, >, 0);
    g_assert_cmpuint(lines, ==, lines_of(directory, file, AS_DATA));
    assert_no_remark(directory, file, AS_DATA);
}

static void test_reads(gconstpointer data)
{
    const char *const *checksum = data; /* its name, and what tshark says of it */
    if (!there_is_tshark())
        return;
    char *directory = scratch_new();
    g_autofree char *text = g_strdup_printf(scenario, checksum[0]),
                    *path = g_build_filename(directory, "t.csv", NULL);
    g_free(scratch_file(directory, "s.ini", text));
    struct said said = weft(directory, "run", "s.ini", "-q", "--pcap", "c.pcapng", "--pcap-ns", "ns",
                            "--trace", "t.csv", NULL);
    assert_good(&said);
    said_clear(&said);
    g_autoptr(GArray) trace = trace_read(path), sightings = sightings_of(trace);
    g_assert_cmpuint(sightings->len, <, 4 * trace->len); /* some are lost */
    assert_no_remark(directory, "c.pcapng", AS_DATA);
    assert_is_trace(directory, sightings, trace, checksum[1]);
    assert_interface(directory, "access.other.rx");
    assert_interface(directory, "access.set-2.tx");
    scratch_free(directory);
}

/* A capture of what is cut short is read as such. */
static void test_snap(void)
{
    if (!there_is_tshark())
        return;
    char *directory = scratch_new();
    g_autofree char *text = g_strdup_printf(scenario, "software");
    g_free(scratch_file(directory, "s.ini", text));
    struct said said = weft(directory, "run", "s.ini", "-q", "--pcap", "c.pcapng", "--snap", "96", NULL);
    assert_good(&said);
    said_clear(&said);
    g_autofree char *sizes = tshark(directory, "c.pcapng", AS_DATA "-T fields -e frame.len -e frame.cap_len");
    g_auto(GStrv) lines = g_strsplit(sizes, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), >, 100);
    for (guint i = 0; *lines[i]; i++)
        g_assert_true(strcmp(lines[i], "1358\t96") == 0 || strcmp(lines[i], "60\t60") == 0);
    scratch_free(directory);
}

#ifdef WEFT_WITH_MEDIA
static void make_film(const char *directory)
{
    static const char line[] =
        "ffmpeg -hide_banner -loglevel error -f lavfi -i testsrc2=size=320x240:rate=25 -t 1 "
        "-c:v libx264 -preset ultrafast -b:v 1500k -f mpegts film.ts";
    g_auto(GStrv) argv = g_strsplit(line, " ", -1);
    int status = -1;
    g_assert_true(
        g_spawn_sync(directory, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, NULL));
    g_assert_cmpint(status, ==, 0);
}

/* The payloads of a file, one after the other. */
static GByteArray *payloads(const char *directory, const char *file)
{
    g_autofree char *text = tshark(directory, file, AS_DATA "-T fields -e data.data");
    GByteArray *bytes = g_byte_array_new();
    for (const char *at = text; *at; at++) {
        if (*at == '\n')
            continue;
        guint8 byte = (guint8)(g_ascii_xdigit_value(at[0]) << 4 | g_ascii_xdigit_value(at[1]));
        g_byte_array_append(bytes, &byte, 1);
        at++;
    }
    return bytes;
}

/* A transport stream is known as one, whole and in order, and what the device's file holds is the film. */
static void test_film(void)
{
    if (!there_is_tshark())
        return;
    char *directory = scratch_new(), *film = NULL;
    gsize film_bytes;
    make_film(directory);
    g_free(
        scratch_file(directory, "film.ini",
                     "[scenario]\nduration = 2 s\n[server main]\n[switch access]\nport = 100 Mbit/s\n[device "
                     "set]\ncount = 2\n[stream film]\ncount = 2\nsource = media:film.ts\npayload = 1316 "
                     "B\n[write]\nmethod = interleaved\nchecksum = software\ninterval = 100 ms\n"));
    struct said said = weft(directory, "run", "film.ini", "-q", "--pcap", "c.pcapng", "--pcap-points",
                            "device", "--pcap-ns", ".", NULL);
    assert_good(&said);
    said_clear(&said);
    g_autofree char *path = g_build_filename(directory, "film.ts", NULL);
    g_assert_true(g_file_get_contents(path, &film, &film_bytes, NULL));
    assert_no_remark(directory, "c.pcapng", "");
    assert_no_remark(directory, "set-1.rx.pcap", "");
    g_assert_cmpuint(lines_of(directory, "set-1.rx.pcap", "-Y mp2t"), ==, (film_bytes + 1315) / 1316);
    g_autoptr(GByteArray) received = payloads(directory, "set-1.rx.pcap");
    assert_same_bytes(received->data, received->len, film, film_bytes);
    g_free(film);
    scratch_free(directory);
}
#endif

int main(int argc, char **argv)
{
    static const char *const offload[] = {"offload", "1"}, *const software[] = {"software", "1"};
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/tshark/reads/offload", offload, test_reads);
    g_test_add_data_func("/tshark/reads/software", software, test_reads);
    g_test_add_func("/tshark/snap", test_snap);
#ifdef WEFT_WITH_MEDIA
    g_test_add_func("/tshark/film", test_film);
#endif
    return g_test_run();
}
