/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What tshark makes of media on the wire: nothing to remark, no sequence number lost that we did not lose, its jitter ours,
 * its instants the trace's; and what ffmpeg makes of the payload in a capture. Skipped where tshark is not installed. */

#include "captured.h"
#include "films.h"
#include "weft.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Payload types whose clock tshark knows: 33 (MP2T) and 14 (MPA). */
enum { STREAMS = 2, FIRST_PORT = 49152, RTP_HEADER = 12 };
static const char scenario[] = "[scenario]\nduration = 2 s\n%s"
                               "[server main]\n[switch access]\nport = %s\n[device set]\n"
                               "[stream ts]\nsource = media:film.ts\nformat = rtp-ts\n"
                               "[stream sound]\nsource = media:film.ts\nformat = rtp-mpa\n"
                               "[write]\nmethod = interleaved\ninterval = 40 ms\n%s";

static bool there_is_tshark(void)
{
    g_autofree char *path = g_find_program_in_path("tshark");
    if (!path)
        g_test_skip("tshark is not installed (package tshark)");
    return path != NULL;
}

static char *tshark(const char *directory, const char *arguments)
{
    g_autofree char *line =
        g_strdup_printf("tshark -n -r c.pcapng -d udp.port==5004,rtp -o ip.check_checksum:TRUE "
                        "-o udp.check_checksum:TRUE %s",
                        arguments);
    g_auto(GStrv) argv = g_strsplit(line, " ", -1);
    g_autofree char *said = NULL;
    char *out = NULL;
    int status = -1;
    g_assert_true(
        g_spawn_sync(directory, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &said, &status, NULL));
    if (status != 0)
        g_test_message("%s: %s", line, said);
    g_assert_cmpint(status, ==, 0);
    return out;
}

/* A run of it. */
struct take {
    char *directory;
    GArray *trace;
    JsonNode *result;
    char *streams; /* tshark's table of RTP streams; NULL: not asked for yet */
};

static struct take take_new(const char *network, const char *port, const char *write)
{
    struct take take = {.directory = scratch_new()};
    g_autofree char *text = g_strdup_printf(scenario, network, port, write),
                    *trace = g_build_filename(take.directory, "t.csv", NULL),
                    *result = g_build_filename(take.directory, "r.json", NULL), *json = NULL;
    film_make_both(take.directory, "film.ts", "-c:v mpeg2video -b:v 1500k -c:a mp2");
    film_run(take.directory, text, "reference",
             "--pcap c.pcapng --pcap-points device --trace t.csv --json r.json --deliver got");
    take.trace = trace_read(trace);
    g_assert_true(g_file_get_contents(result, &json, NULL, NULL));
    take.result = json_from_string(json, NULL);
    return take;
}

static void take_clear(struct take *take)
{
    g_array_unref(take->trace);
    json_node_unref(take->result);
    g_free(take->streams);
    scratch_free(take->directory);
}

static JsonObject *result_of(const struct take *take, guint stream)
{
    JsonArray *rows = json_object_get_array_member(json_node_get_object(take->result), "streams");
    g_assert_cmpuint(json_array_get_length(rows), ==, STREAMS);
    return json_array_get_object_element(rows, stream);
}

/* Every packet: instants in order, both checksums good, nothing malformed, no remark. */
static void assert_clean(const struct take *take, bool ipv4)
{
    g_autofree char *remarks = tshark(take->directory, "-Y _ws.malformed||_ws.expert||_ws.short -z expert");
    g_assert_cmpstr(g_strstrip(remarks), ==, "");
    g_autofree char *sums = tshark(take->directory, "-T fields -e ip.checksum.status -e udp.checksum.status");
    g_auto(GStrv) lines = g_strsplit(sums, "\n", -1);
    for (guint i = 0; *lines[i]; i++)
        g_assert_cmpstr(lines[i], ==, ipv4 ? "1\t1" : "\t1");
}

/* What tshark says of the packets that came of a stream. */
struct arrival {
    guint64 ns;
    guint32 timestamp;
};

static GArray *arrivals_of(const struct take *take, guint stream)
{
    g_autofree char *arguments = g_strdup_printf(
        "-Y udp.srcport==%u -T fields -e frame.time_epoch -e rtp.timestamp", FIRST_PORT + stream);
    g_autofree char *text = tshark(take->directory, arguments);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    GArray *arrivals = g_array_new(FALSE, TRUE, sizeof(struct arrival));
    for (guint i = 0; *lines[i]; i++) {
        char *end;
        guint64 seconds = g_ascii_strtoull(lines[i], &end, 10);
        guint64 ns = g_ascii_strtoull(end + 1, &end, 10); /* nine digits */
        struct arrival arrival = {seconds * 1000000000 + ns, (guint32)g_ascii_strtoull(end + 1, NULL, 10)};
        g_array_append_val(arrivals, arrival);
    }
    return arrivals;
}

/* Instants are those of the trace. */
static void assert_is_trace(const struct take *take, guint stream, const GArray *arrivals)
{
    guint at = 0;
    for (guint i = 0; i < take->trace->len; i++) {
        const struct trace_line *line = &g_array_index(take->trace, struct trace_line, i);
        if (line->stream != stream || !line->delivered)
            continue;
        g_assert_cmpuint(at, <, arrivals->len);
        g_assert_cmpuint(g_array_index(arrivals, struct arrival, at).ns, ==, line->device / 1000);
        at++;
    }
    g_assert_cmpuint(at, ==, arrivals->len);
    g_assert_cmpuint(at, >, 20);
}

/* RTP timestamps are whole ticks of 90 kHz and our send times are not: each |D|, and so every J, differs by up to one. */
static const double tick_us = 1e6 / 90000;

/* RFC 3550, 6.4.1, in floating point over what tshark read. */
static void assert_jitter(const struct take *take, guint stream, const GArray *arrivals)
{
    double jitter = 0, most = 0;
    for (guint i = 1; i < arrivals->len; i++) {
        const struct arrival *a = &g_array_index(arrivals, struct arrival, i - 1), *b = a + 1;
        double change_us = (double)(b->ns - a->ns) / 1e3 - (gint32)(b->timestamp - a->timestamp) * tick_us;
        jitter += (fabs(change_us) - jitter) / 16;
        most = MAX(most, jitter);
    }
    JsonObject *result = result_of(take, stream);
    g_assert_cmpfloat_with_epsilon(json_object_get_double_member(result, "jitter_us"), jitter, tick_us);
    g_assert_cmpfloat_with_epsilon(json_object_get_double_member(result, "jitter_max_us"), most, tick_us);
    g_assert_cmpfloat(most, >, 1000);
}

/* A line of tshark's table of RTP streams. */
struct analysis {
    guint64 packets, lost;
    double jitter_max_ms;
};

static struct analysis analysis_of(struct take *take, guint stream)
{
    if (!take->streams)
        take->streams = tshark(take->directory, "-q -z rtp,streams");
    g_autofree char *pattern = g_strdup_printf("^ *[\\d.]+ +[\\d.]+ +\\S+ +%u +\\S+ +5004 +0x[0-9A-F]+ +.*? "
                                               "+(\\d+) +(-?\\d+) \\([\\d.]+%%\\) +[\\d.]+ "
                                               "+[\\d.]+ +[\\d.]+ +[\\d.]+ +[\\d.]+ +([\\d.]+)",
                                               FIRST_PORT + stream);
    g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    if (!g_regex_match(regex, take->streams, 0, &match))
        g_test_message("%s", take->streams);
    g_assert_true(g_match_info_matches(match));
    g_autofree char *packets = g_match_info_fetch(match, 1), *lost = g_match_info_fetch(match, 2),
                    *jitter = g_match_info_fetch(match, 3);
    return (struct analysis){g_ascii_strtoull(packets, NULL, 10), g_ascii_strtoull(lost, NULL, 10),
                             g_ascii_strtod(jitter, NULL)};
}

/* Lost between the first and the last packet that came: what a receiver can know of. */
static guint64 lost_in_trace(const struct take *take, guint stream, guint64 *lost_at_all)
{
    guint64 first = G_MAXUINT64, last = 0, came = 0;
    *lost_at_all = 0;
    for (guint i = 0; i < take->trace->len; i++) {
        const struct trace_line *line = &g_array_index(take->trace, struct trace_line, i);
        if (line->stream != stream)
            continue;
        *lost_at_all += !line->delivered;
        if (line->delivered) {
            first = MIN(first, line->number);
            last = MAX(last, line->number);
            came++;
        }
    }
    return last + 1 - first - came;
}

static guint64 assert_analysis(struct take *take, guint stream, const GArray *arrivals, bool jitter)
{
    const double half_of_a_last_digit_us = 0.5;
    struct analysis analysis = analysis_of(take, stream);
    JsonObject *result = result_of(take, stream);
    guint64 lost_at_all, lost = lost_in_trace(take, stream, &lost_at_all);
    g_assert_cmpuint(analysis.packets, ==, arrivals->len);
    g_assert_cmpuint(analysis.lost, ==, lost);
    g_assert_cmpint(json_object_get_int_member(result, "packets_dropped"), ==, (gint64)lost_at_all);
    if (jitter)
        g_assert_cmpfloat_with_epsilon(json_object_get_double_member(result, "jitter_max_us"),
                                       analysis.jitter_max_ms * 1e3, tick_us + half_of_a_last_digit_us);
    return lost;
}

static void test_whole(gconstpointer data)
{
    const char *network = data;
    if (!there_is_tshark())
        return;
    struct take take = take_new(network, "100 Mbit/s", "");
    assert_clean(&take, !strstr(network, "ip = 6"));
    for (guint stream = 0; stream < STREAMS; stream++) {
        g_autoptr(GArray) arrivals = arrivals_of(&take, stream);
        assert_is_trace(&take, stream, arrivals);
        assert_jitter(&take, stream, arrivals);
        g_assert_cmpuint(assert_analysis(&take, stream, arrivals, true), ==, 0);
    }
    take_clear(&take);
}

/* Bursts at a port that takes 7 packets. Jitter over a gap is as defined by whoever measures, so it is not compared. */
static void test_losses(void)
{
    if (!there_is_tshark())
        return;
    struct take take = take_new("", "10 Mbit/s\nbuffer = 7 packets", "order = sequential\n");
    guint64 lost = 0;
    for (guint stream = 0; stream < STREAMS; stream++) {
        g_autoptr(GArray) arrivals = arrivals_of(&take, stream);
        assert_is_trace(&take, stream, arrivals);
        lost += assert_analysis(&take, stream, arrivals, false);
    }
    g_assert_cmpuint(lost, >, 10);
    take_clear(&take);
}

/* The payloads of one stream of a capture, without RTP's header, one after the other. */
static void extract(const struct take *take, guint stream, const char *file)
{
    enum { UDP_AT = 14 + 20, HEADERS = UDP_AT + 8 + RTP_HEADER };
    g_autofree char *capture = g_build_filename(take->directory, "c.pcapng", NULL),
                    *out = g_build_filename(take->directory, file, NULL);
    struct captured *captured = captured_read(capture);
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    for (guint i = 0; i < captured->packets->len; i++) {
        const struct seen *seen = captured_packet(captured, i);
        guint port = (guint)seen->bytes[UDP_AT] << 8 | seen->bytes[UDP_AT + 1];
        guint udp_bytes = (guint)seen->bytes[UDP_AT + 4] << 8 | seen->bytes[UDP_AT + 5];
        if (port == FIRST_PORT + stream)
            g_byte_array_append(bytes, seen->bytes + HEADERS, UDP_AT + udp_bytes - HEADERS);
    }
    captured_free(captured);
    g_assert_true(g_file_set_contents(out, (const char *)bytes->data, (gssize)bytes->len, NULL));
}

/* ffmpeg decodes the transport stream in the capture without an error, to the film. */
static void test_decodes(void)
{
    struct take take = take_new("", "100 Mbit/s", "");
    extract(&take, 0, "captured.ts");
    film_assert_same(take.directory, "captured.ts", "got/ts.ts");
    for (const char *const *kind = (const char *const[]){"v", "a", NULL}; *kind; kind++) {
        g_autofree char *film = film_frames(take.directory, "film.ts", *kind),
                        *captured = film_frames(take.directory, "captured.ts", *kind);
        g_assert_cmpuint(strlen(film), >, 20 * 33);
        g_assert_cmpstr(captured, ==, film);
    }
    take_clear(&take);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/rtp/whole/ipv4", "", test_whole);
    g_test_add_data_func("/rtp/whole/ipv6-vlan", "ip = 6\nvlan = 100\n", test_whole);
    g_test_add_func("/rtp/losses", test_losses);
    g_test_add_func("/rtp/decodes", test_decodes);
    return g_test_run();
}
