/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Captures of whole runs against the trace, the counters and the source of the same run. */

#include "capture.h"

#include "captured.h"
#include "weft.h"
#include "weft/traffic.h"

#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/resource.h>

/* Two servers, ports that overflow, delays, and payloads that need padding. */
static const char scenario[] = "[scenario]\nduration = 200 ms\nseed = 7\n"
                               "[server main]\nlink = 1 Gbit/s\ndelay = 5 us\napplications = 2\n"
                               "[server other]\nlink = 400 Mbit/s\n"
                               "[switch access]\nport = 100 Mbit/s\nbuffer = 6 packets\nlatency = 1 us\n"
                               "[device set]\ncount = 3\ndelay = 3 us\n"
                               "[device far]\nrate = 40 Mbit/s\n"
                               "[stream film]\ncount = 12\nrate = 4 Mbit/s\npayload = 1316 B\n"
                               "[stream tick]\ncount = 4\nrate = 40 kbit/s\npayload = 10 B\nclass = 6\n"
                               "[write]\ninterval = 20 ms\n";
enum { SEED = 7, SERVERS = 2, DEVICES = 4 };
static const char *const server_names[SERVERS] = {"main", "other"};
static const char *const device_names[DEVICES] = {"set-0", "set-1", "set-2", "far"};

/* A run of it, with a trace and with captures of both forms. */
struct take {
    char *directory;
    GArray *trace, *sightings;
    struct captured *captured;
};

static char *inside(const struct take *take, const char *name)
{
    return g_build_filename(take->directory, name, NULL);
}

static void run(const struct take *take, const char *const *more)
{
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();
    for (const char *const *argument = (const char *const[]){"run", "s.ini", "--quiet", NULL}; *argument;
         argument++)
        g_ptr_array_add(arguments, (char *)*argument);
    for (; *more; more++)
        g_ptr_array_add(arguments, (char *)*more);
    g_ptr_array_add(arguments, NULL);
    struct said said = weft_with(take->directory, NULL, (const char *const *)arguments->pdata);
    assert_good(&said);
    said_clear(&said);
}

#define RUN(take, ...) run((take), (const char *const[]){__VA_ARGS__, NULL})

static struct take take_of(const char *method, const char *set)
{
    struct take take = {.directory = scratch_new()};
    g_free(scratch_file(take.directory, "s.ini", scenario));
    RUN(&take, "--method", method, "--set", set, "--pcap", "c.pcapng", "--pcap-ns", "ns", "--trace", "t.csv",
        "--json", "r.json");
    g_autofree char *capture = inside(&take, "c.pcapng"), *trace = inside(&take, "t.csv");
    take.captured = captured_read(capture);
    take.trace = trace_read(trace);
    take.sightings = sightings_of(take.trace);
    return take;
}

static struct take take_new(const char *method)
{
    return take_of(method, "switch.scheduler=fifo");
}

static void take_clear(struct take *take)
{
    captured_free(take->captured);
    g_array_unref(take->trace);
    g_array_unref(take->sightings);
    scratch_free(take->directory);
}

static char *interface_name(guint point, guint64 place)
{
    static const char *const form[] = {"server.%s.tx", "access.%s.rx", "access.%s.tx", "%s.rx"};
    g_auto(GStrv) parts = g_strsplit(form[point], "%s", 2);
    return g_strconcat(parts[0], point < 2 ? server_names[place] : device_names[place], parts[1], NULL);
}

#define sighting_at(take, i)    (&g_array_index((take)->sightings, struct sighting, i))
#define line_of(take, sighting) (&g_array_index((take)->trace, struct trace_line, (sighting)->line))

/* Every sighting that the trace tells of is in the file, at its instant and in its order, and nothing else is. */
static void assert_is_trace(const struct take *take)
{
    guint dropped = 0;
    g_assert_cmpuint(take->captured->packets->len, ==, take->sightings->len);
    for (guint i = 0; i < take->sightings->len; i++) {
        const struct sighting *sighting = sighting_at(take, i);
        const struct seen *seen = captured_packet(take->captured, i);
        g_autofree char *name = interface_name(sighting->point, sighting->place);
        g_assert_cmpstr(captured_interface(take->captured, seen->interface)->name, ==, name);
        g_assert_cmpuint(seen->at_ns, ==, sighting->at_ps / 1000);
        g_assert_cmpuint(seen->id, ==, sighting->id);
        g_assert_cmpuint(seen->frame_bytes, ==, line_of(take, sighting)->frame_bytes - 4);
    }
    for (guint i = 0; i < take->trace->len; i++)
        dropped += !g_array_index(take->trace, struct trace_line, i).delivered;
    g_assert_cmpuint(dropped, >, 10);
    g_assert_cmpuint(take->trace->len - dropped, >, 100);
}

static JsonArray *rows_of(JsonNode *root, const char *name)
{
    return json_object_get_array_member(json_node_get_object(root), name);
}

static guint64 count_of(JsonArray *rows, guint i, const char *name)
{
    return (guint64)json_object_get_int_member(json_array_get_object_element(rows, i), name);
}

static void assert_interface(const struct take *take, guint point, guint place, guint64 packets,
                             guint64 drops)
{
    static const guint64 server_bps[] = {1000000000, 400000000};
    g_autofree char *name = interface_name(point, place);
    const struct seen_interface *interface =
        captured_interface(take->captured, captured_find(take->captured, name));
    g_assert_cmpuint(interface->packets, ==, packets);
    g_assert_cmpuint(interface->ifrecv, ==, packets);
    g_assert_cmpuint(interface->ifdrop, ==, drops);
    g_assert_cmpuint(interface->start_ns, ==, 0);
    g_assert_cmpuint(interface->end_ns, >=, 200000000);
    guint64 speed_bps = point < 2 ? server_bps[place] : place == 3 ? 40000000 : 100000000;
    g_assert_cmpuint(interface->speed_bps, ==, speed_bps);
}

/* Packets and drops of each interface are the counters of the result. */
static void assert_is_result(const struct take *take)
{
    g_autofree char *path = inside(take, "r.json"), *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_autoptr(JsonNode) root = json_from_string(text, NULL);
    JsonArray *servers = rows_of(root, "servers"), *ports = rows_of(root, "ports");
    guint64 dropped = 0;
    for (guint s = 0; s < SERVERS; s++)
        for (guint point = 0; point < 2; point++)
            assert_interface(take, point, s, count_of(servers, s, "packets_sent"), 0);
    for (guint d = 0; d < DEVICES; d++) {
        guint64 drops = count_of(ports, d, "dropped_packets");
        assert_interface(take, 2, d, count_of(ports, d, "forwarded_packets"), drops);
        assert_interface(take, 3, d, count_of(ports, d, "forwarded_packets"), 0);
        dropped += drops;
    }
    g_assert_cmpuint(dropped, >, 0);
    g_assert_cmpuint(take->captured->interfaces->len, ==, 2 * (SERVERS + DEVICES));
}

static guint get16(const guint8 *at)
{
    return (guint)at[0] << 8 | at[1];
}

/* The sum of RFC 1071 over what holds its own checksum is all ones. */
static guint sum16(const guint8 *at, guint bytes)
{
    guint sum = 0;
    for (guint i = 0; i < bytes; i += 2)
        sum += get16(at + i);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum;
}

/* The frame as the standards have it, from the server to the device, with the stream's own bytes and then zeros. */
static void assert_frame(const guint8 *frame, guint bytes, const struct trace_line *line)
{
    const guint8 server = (guint8)(line->server + 1), device = (guint8)(line->port + 1);
    const guint8 addresses[] = {0x02, 0x80, 0, 0, 0, device, 0x02, 0, 0, 0, 0, server, 0x08, 0x00};
    const guint8 ip[] = {10, 0, 0, server, 10, 128, 0, device};
    guint payload_bytes = line->stream < 12 ? 1316 : 10;
    const struct weft_clock clock = {.payload_bytes = payload_bytes};
    guint8 payload[1316];
    weft_clock_fill(&clock, SEED, (guint32)line->stream, line->number * payload_bytes, payload,
                    payload_bytes);
    g_assert_cmpuint(bytes, ==, MAX(60, 42 + payload_bytes));
    assert_same_bytes(frame, sizeof addresses, addresses, sizeof addresses);
    g_assert_cmphex(frame[14], ==, 0x45);
    g_assert_cmpuint(get16(frame + 16), ==, 28 + payload_bytes);
    g_assert_cmpuint(get16(frame + 18), ==, line->number & 0xffff);
    g_assert_cmpuint(frame[23], ==, 17);
    g_assert_cmphex(sum16(frame + 14, 20), ==, 0xffff);
    assert_same_bytes(frame + 26, sizeof ip, ip, sizeof ip);
    g_assert_cmpuint(get16(frame + 38), ==, 8 + payload_bytes);
    /* RFC 768: with the checksum that the NIC has filled in the sum over pseudo header, header and data is all ones */
    guint8 summed[12 + 8 + sizeof payload] = {0};
    memcpy(summed, frame + 26, 8);
    summed[9] = 17;
    memcpy(summed + 10, frame + 38, 2);
    memcpy(summed + 12, frame + 34, 8 + payload_bytes);
    g_assert_cmphex(sum16(summed, 20 + payload_bytes), ==, 0xffff);
    assert_same_bytes(frame + 42, payload_bytes, payload, payload_bytes);
    for (guint i = 42 + payload_bytes; i < bytes; i++)
        g_assert_cmpuint(frame[i], ==, 0);
}

static void assert_bytes(const struct take *take)
{
    guint padded = 0;
    for (guint i = 0; i < take->sightings->len; i++) {
        const struct seen *seen = captured_packet(take->captured, i);
        g_assert_cmpuint(seen->captured_bytes, ==, seen->frame_bytes);
        assert_frame(seen->bytes, seen->captured_bytes, line_of(take, sighting_at(take, i)));
        padded += seen->frame_bytes == 60;
    }
    g_assert_cmpuint(padded, >, 0);
}

/* The classic files hold what the interfaces of the pcapng hold. */
static void assert_same_classic(const struct take *take)
{
    const struct captured *all = take->captured;
    g_autofree char *directory = inside(take, "ns"), *names = scratch_names(directory);
    g_assert_cmpstr(names, ==,
                    "access.far.tx.pcap access.main.rx.pcap access.other.rx.pcap access.set-0.tx.pcap "
                    "access.set-1.tx.pcap access.set-2.tx.pcap far.rx.pcap server.main.tx.pcap "
                    "server.other.tx.pcap set-0.rx.pcap set-1.rx.pcap set-2.rx.pcap");
    for (guint32 interface = 0; interface < all->interfaces->len; interface++) {
        g_autofree char *name = g_strconcat(captured_interface(all, interface)->name, ".pcap", NULL);
        g_autofree char *path = g_build_filename(directory, name, NULL);
        struct captured *one = captured_read_classic(path);
        g_assert_cmpuint(one->packets->len, ==, captured_interface(all, interface)->packets);
        for (guint i = 0, n = 0; i < all->packets->len; i++) {
            const struct seen *a = captured_packet(all, i);
            if (a->interface != interface)
                continue;
            const struct seen *b = captured_packet(one, n++);
            g_assert_cmpuint(a->at_ns, ==, b->at_ns);
            g_assert_cmpuint(a->frame_bytes, ==, b->frame_bytes);
            assert_same_bytes(a->bytes, a->captured_bytes, b->bytes, b->captured_bytes);
        }
        captured_free(one);
    }
}

static void check_take(struct take take)
{
    g_assert_cmpstr(take.captured->application, ==, "weft " WEFT_VERSION);
    g_assert_cmpuint(take.captured->snap_bytes, ==, 262144);
    assert_is_trace(&take);
    assert_is_result(&take);
    assert_bytes(&take);
    assert_same_classic(&take);
    take_clear(&take);
}

static void test_run(gconstpointer method)
{
    check_take(take_new(method));
}

static void test_by_class(void)
{
    check_take(take_of("multi-destination", "switch.scheduler=priority"));
}

/* A short snap length keeps the beginning of each frame and its true length. */
static void test_snap(void)
{
    struct take take = take_new("interleaved");
    static const char *const snaps[] = {"1", "59", "61", "1000"};
    for (guint s = 0; s < G_N_ELEMENTS(snaps); s++) {
        RUN(&take, "--method", "interleaved", "--pcap", "short.pcapng", "--snap", snaps[s]);
        g_autofree char *path = inside(&take, "short.pcapng");
        struct captured *captured = captured_read(path);
        g_assert_cmpuint(captured->packets->len, ==, take.captured->packets->len);
        g_assert_cmpuint(captured->snap_bytes, ==, g_ascii_strtoull(snaps[s], NULL, 10));
        for (guint i = 0; i < captured->packets->len; i++) {
            const struct seen *whole = captured_packet(take.captured, i), *cut = captured_packet(captured, i);
            g_assert_cmpuint(cut->frame_bytes, ==, whole->frame_bytes);
            g_assert_cmpuint(cut->id, ==, whole->id);
            g_assert_true(memcmp(cut->bytes, whole->bytes, cut->captured_bytes) == 0);
        }
        captured_free(captured);
    }
    take_clear(&take);
}

/* Points that are not asked for are not there; the rest is as it would be. */
static void test_points(void)
{
    static const struct {
        const char *points;
        gboolean wanted[4];
    } cases[] = {{"server", {TRUE, FALSE, FALSE, FALSE}},
                 {"device,switch-rx", {FALSE, TRUE, FALSE, TRUE}},
                 {" switch-tx , server ", {TRUE, FALSE, TRUE, FALSE}}};
    struct take take = take_new("interleaved");
    for (guint c = 0; c < G_N_ELEMENTS(cases); c++) {
        RUN(&take, "--method", "interleaved", "--pcap", "some.pcapng", "--pcap-points", cases[c].points);
        g_autofree char *path = inside(&take, "some.pcapng");
        struct captured *captured = captured_read(path);
        guint n = 0;
        for (guint i = 0; i < take.sightings->len; i++) {
            if (!cases[c].wanted[sighting_at(&take, i)->point])
                continue;
            const struct seen *all = captured_packet(take.captured, i),
                              *some = captured_packet(captured, n++);
            const struct seen_interface *a = captured_interface(take.captured, all->interface),
                                        *b = captured_interface(captured, some->interface);
            g_assert_cmpstr(a->name, ==, b->name);
            g_assert_cmpuint(a->ifdrop, ==, b->ifdrop);
            g_assert_cmpuint(all->at_ns, ==, some->at_ns);
            g_assert_cmpuint(all->id, ==, some->id);
        }
        g_assert_cmpuint(n, ==, captured->packets->len);
        captured_free(captured);
    }
    take_clear(&take);
}

/* A capture is an output as others are: standard output takes it too. */
static void test_standard_output(void)
{
    struct take take = take_new("per-packet");
    g_autofree char *command =
        g_strdup_printf("sh -c '%s run %s/s.ini --method per-packet --pcap - > %s/piped.pcapng'",
                        WEFT_PROGRAM, take.directory, take.directory);
    int status;
    g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, &status, NULL));
    g_assert_true(g_spawn_check_wait_status(status, NULL));
    g_autofree char *file = inside(&take, "c.pcapng"), *piped = inside(&take, "piped.pcapng"), *a = NULL,
                    *b = NULL;
    gsize a_bytes, b_bytes;
    g_assert_true(g_file_get_contents(file, &a, &a_bytes, NULL));
    g_assert_true(g_file_get_contents(piped, &b, &b_bytes, NULL));
    assert_same_bytes(a, a_bytes, b, b_bytes);
    take_clear(&take);
}

static const struct seen_interface *interface_at(const struct captured *captured, guint point, guint64 place)
{
    g_autofree char *name = interface_name(point, place);
    return captured_interface(captured, captured_find(captured, name));
}

static guint64 cause_of(JsonArray *rows, guint i, const char *cause)
{
    JsonObject *row = json_array_get_object_element(rows, i);
    return (guint64)json_object_get_int_member(json_object_get_object_member(row, "dropped_by"), cause);
}

/* A packet lost on its link counts at the switch's ingress, one that finds no room at the port, one for a device that is
 * off at the device; each is seen up to there. */
static void test_faults(void)
{
    struct take take = {.directory = scratch_new()};
    g_free(scratch_file(take.directory, "s.ini", scenario));
    RUN(&take, "--method", "multi-destination", "--set", "server.other.link_down=50 ms", "--set",
        "server.other.link_up=90 ms", "--set", "device.far.off=110 ms", "--pcap", "c.pcapng", "--json",
        "r.json");
    g_autofree char *path = inside(&take, "c.pcapng"), *json = inside(&take, "r.json"), *text = NULL;
    struct captured *captured = captured_read(path);
    g_assert_true(g_file_get_contents(json, &text, NULL, NULL));
    g_autoptr(JsonNode) root = json_from_string(text, NULL);
    JsonArray *ports = rows_of(root, "ports");
    guint64 lost_on_link = 0;
    for (guint d = 0; d < DEVICES; d++) {
        const struct seen_interface *tx = interface_at(captured, 2, d), *rx = interface_at(captured, 3, d);
        g_assert_cmpuint(tx->ifdrop, ==, cause_of(ports, d, "buffer"));
        g_assert_cmpuint(rx->ifdrop, ==, cause_of(ports, d, "device"));
        g_assert_cmpuint(tx->packets, ==, count_of(ports, d, "forwarded_packets"));
        g_assert_cmpuint(rx->packets, ==, tx->packets - rx->ifdrop);
        lost_on_link += cause_of(ports, d, "link");
    }
    const struct seen_interface *sent = interface_at(captured, 0, 1), *came = interface_at(captured, 1, 1);
    g_assert_cmpuint(interface_at(captured, 3, 3)->ifdrop, >, 0);
    g_assert_cmpuint(lost_on_link, >, 0);
    g_assert_cmpuint(came->ifdrop, ==, lost_on_link);
    g_assert_cmpuint(came->packets, ==, sent->packets - lost_on_link);
    g_assert_cmpuint(interface_at(captured, 1, 0)->ifdrop, ==, 0);
    captured_free(captured);
    scratch_free(take.directory);
}

#if defined WEFT_WITH_SIMGRID || defined WEFT_WITH_NS3
static void assert_same_file(const struct take *take, const char *a_name, const char *b_name)
{
    g_autofree char *a_path = inside(take, a_name), *b_path = inside(take, b_name), *a = NULL, *b = NULL;
    gsize a_bytes, b_bytes;
    g_assert_true(g_file_get_contents(a_path, &a, &a_bytes, NULL));
    g_assert_true(g_file_get_contents(b_path, &b, &b_bytes, NULL));
    assert_same_bytes(a, a_bytes, b, b_bytes);
}

static void test_same_on(gconstpointer backend)
{
    static const char *const methods[] = {"per-packet", "per-destination-fq", "interleaved-paced"};
    for (guint m = 0; m < G_N_ELEMENTS(methods); m++) {
        struct take take = take_new(methods[m]);
        RUN(&take, "--method", methods[m], "--backend", backend, "--pcap", "other.pcapng", "--pcap-ns",
            "other");
        assert_same_file(&take, "c.pcapng", "other.pcapng");
        assert_same_file(&take, "ns/far.rx.pcap", "other/far.rx.pcap");
        take_clear(&take);
    }
}
#endif

/* A run ten times as long needs no more memory. The short one is long enough to fill the buffers of its server once. */
static void test_memory(void)
{
    if (WEFT_SANITIZED) {
        g_test_skip("a sanitizer keeps freed memory");
        return;
    }
    static const char *const durations[] = {"scenario.duration=3s", "scenario.duration=30s"};
    long peak_kib[2];
    g_autofree char *path = source_path("scenarios/small.ini");
    for (int i = 0; i < 2; i++) {
        struct said said = weft(NULL, "run", path, "-q", "--set", durations[i], "--pcap", "/dev/null", NULL);
        struct rusage used;
        assert_good(&said);
        said_clear(&said);
        g_assert_cmpint(getrusage(RUSAGE_CHILDREN, &used), ==, 0);
        peak_kib[i] = used.ru_maxrss; /* the most that any child so far had */
    }
    g_test_message("%ld KiB, %ld KiB", peak_kib[0], peak_kib[1]);
    g_assert_cmpint(peak_kib[1] - peak_kib[0], <, 512);
}

static void test_usage(void)
{
    static const struct {
        int status;
        const char *arguments, *regex;
    } cases[] = {
        {2, "--snap 96", "^weft run: --snap needs --pcap or --pcap-ns\n"},
        {2, "--pcap-points device", "^weft run: --pcap-points needs --pcap or --pcap-ns\n"},
        {2, "--pcap x --snap 0", "^--snap: \"0\" is no number of bytes; allowed: 1 to 262144\n"},
        {2, "--pcap x --snap 262145", "^--snap: \"262145\" is no number"},
        {2, "--pcap x --snap 96B", "^--snap: \"96B\" is no number"},
        {2, "--pcap x --snap -1", "^--snap: \"-1\" is no number"},
        {2, "--pcap x --pcap-points moon",
         "^--pcap-points: unknown point \"moon\"; allowed: server, switch-rx, switch-tx, device\n"},
        {2, "--pcap x --pcap-points ,", "^--pcap-points: unknown point \"\""},
        {2, "--pcap x --pcap-points server,", "^--pcap-points: unknown point \"\""},
        {2, "--pcap-ns x --pcap-points device,device", "^--pcap-points: \"device\" stands there twice"},
        {2, "--pcap - --json -",
         "^weft run: --json, --trace, --trace-hops, --trace-queues, --playout and --pcap: only one can be "
         "standard output\n"},
        {2, "--pcap - --trace -",
         "^weft run: --json, --trace, --trace-hops, --trace-queues, --playout and --pcap"},
        {2, "--pcap x --json x.json --out y --set scenario.network=raw",
         "^--set: scenario\\.network: raw has no frames to capture; allowed with --pcap and --pcap-ns: "
         "ethernet\n"},
        {2, "raw.ini --pcap x", "^raw\\.ini:2: scenario\\.network: raw has no frames to capture"},
        {2, "twice.ini --pcap-ns x",
         "^weft run: two points of the capture have the name \"server\\.a\\.tx\"; "},
        {1, "--pcap none/x", "^none/x: cannot be written: "},
        {1, "--pcap-ns s.ini", "^s\\.ini: cannot be made: "},
        {1, "--pcap /dev/full", "^capture: cannot be written: "},
        {1, "--pcap x --trace none/x", "^none/x: cannot be written: "},
    };
    struct take take = {.directory = scratch_new()};
    g_free(scratch_file(take.directory, "s.ini", scenario));
    g_free(scratch_file(take.directory, "raw.ini",
                        "[scenario]\nnetwork = raw\n[server a]\n[switch b]\n[device c]\n[stream d]\nrate = 1 "
                        "Mbit/s\n"));
    g_free(scratch_file(take.directory, "twice.ini",
                        "[server a]\n[switch server]\n[device a]\n[stream d]\nrate = 1 Mbit/s\n"));
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *line = strstr(cases[i].arguments, ".ini -")
                                    ? g_strconcat("run ", cases[i].arguments, NULL)
                                    : g_strconcat("run s.ini ", cases[i].arguments, NULL);
        g_auto(GStrv) arguments = g_strsplit(line, " ", -1);
        g_test_message("weft %s", line);
        struct said said = weft_with(take.directory, NULL, (const char *const *)arguments);
        assert_bad(&said, cases[i].status, cases[i].regex);
        said_clear(&said);
        g_autofree char *left = scratch_names(take.directory);
        g_assert_cmpstr(left, ==, "raw.ini s.ini twice.ini");
    }
    scratch_free(take.directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/capture/memory", test_memory); /* first: the others run larger children */
    g_test_add_data_func("/capture/run/per-packet-burst", "per-packet-burst", test_run);
    g_test_add_data_func("/capture/run/multi-destination", "multi-destination", test_run);
    g_test_add_data_func("/capture/run/interleaved-paced", "interleaved-paced", test_run);
    g_test_add_func("/capture/by-class", test_by_class);
    g_test_add_func("/capture/snap", test_snap);
    g_test_add_func("/capture/points", test_points);
    g_test_add_func("/capture/standard-output", test_standard_output);
    g_test_add_func("/capture/faults", test_faults);
    g_test_add_func("/capture/usage", test_usage);
#ifdef WEFT_WITH_SIMGRID
    g_test_add_data_func("/capture/same-on/simgrid", "simgrid", test_same_on);
#endif
#ifdef WEFT_WITH_NS3
    g_test_add_data_func("/capture/same-on/ns3", "ns3", test_same_on);
#endif
    return g_test_run();
}
