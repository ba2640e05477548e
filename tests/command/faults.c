/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Faults as a user sees them: what `weft run` says, the counts of its result, which packets are lost, that the bytes of
 * all others arrive, and that both back ends write the same trace. What must be lost is worked out from the trace of the
 * same scenario without a fault. The streams are sound files of constant rate, so that real bytes are carried. */

#include "policies.h"
#include "weft.h"
#include "weft/setup.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Sound: 48,000 frames of 4 bytes a second, so a packet of 1,316 bytes is due every 6.85 ms. */
enum {
    SOUND_BYTES = 96000,
    HEADER_BYTES = 44,
    FILE_BYTES = HEADER_BYTES + SOUND_BYTES,
    BYTES_PER_S = 192000,
    PAYLOAD = 1316,
    PACKETS = (FILE_BYTES + PAYLOAD - 1) / PAYLOAD,
    WIRE_BYTES = PAYLOAD + 28 + 18 + 20,
    STREAMS = 6, /* good-0, good-1, bad-0, bad-1, late-0, late-1; to devices 0 to 3, 0 and 1 */
    DEVICES = 4
};
#define MS          (WEFT_PS_PER_S / 1000)
#define INTERVAL_MS UINT64_C(40)

static const char scenario_text[] = "[scenario]\nduration = 600 ms\n"
                                    "[server main]\nlink = 1 Gbit/s\n"
                                    "[switch access]\nport = 100 Mbit/s\n"
                                    "[device set]\ncount = 3\n[device last]\n"
                                    "[stream good]\ncount = 2\nsource = media:sound.wav\npayload = 1316 B\n"
                                    "[stream bad]\ncount = 2\nsource = media:sound.wav\npayload = 1316 B\n"
                                    "[stream late]\ncount = 2\nsource = media:sound.wav\npayload = 1316 B\n"
                                    "start = 3 ms\n[write]\ninterval = 40 ms\n";

static const char *const backends[] = {"reference",
#ifdef WEFT_HAVE_SIMGRID
                                       "simgrid"
#endif
};

static void put32(GByteArray *to, guint32 value)
{
    guint32 little = GUINT32_TO_LE(value);
    g_byte_array_append(to, (const guint8 *)&little, sizeof little);
}

/* A RIFF file with 16-bit stereo samples. */
static void make_sound(const char *directory)
{
    g_autoptr(GByteArray) file = g_byte_array_new();
    g_autofree char *path = g_build_filename(directory, "sound.wav", NULL);
    g_byte_array_append(file, (const guint8 *)"RIFF", 4);
    put32(file, FILE_BYTES - 8);
    g_byte_array_append(file, (const guint8 *)"WAVEfmt ", 8);
    put32(file, 16);
    put32(file, 1 | 2 << 16); /* PCM, two channels */
    put32(file, 48000);
    put32(file, BYTES_PER_S);
    put32(file, 4 | 16 << 16); /* bytes a frame, bits a sample */
    g_byte_array_append(file, (const guint8 *)"data", 4);
    put32(file, SOUND_BYTES);
    g_assert_cmpuint(file->len, ==, HEADER_BYTES);
    while (file->len < FILE_BYTES)
        put32(file, (guint32)g_test_rand_int());
    g_assert_true(g_file_set_contents(path, (const char *)file->data, FILE_BYTES, NULL));
}

/* What a run says, its result and its trace. */
struct run {
    char *text, *json, *trace;
    JsonNode *root;
    JsonObject *result, *totals;
};

static struct run run_one(const char *directory, const char *backend, const char *const *set)
{
    g_autoptr(GPtrArray) argument = g_ptr_array_new();
    static const char *const fixed[] = {"run",     "case.ini", "--json",   "out.json",
                                        "--trace", "out.csv",  "--backend"};
    for (size_t i = 0; i < G_N_ELEMENTS(fixed); i++)
        g_ptr_array_add(argument, (char *)fixed[i]);
    g_ptr_array_add(argument, (char *)backend);
    for (; set && *set; set++) {
        g_ptr_array_add(argument, (char *)"--set");
        g_ptr_array_add(argument, (char *)*set);
    }
    g_ptr_array_add(argument, NULL);
    struct said said = weft_with(directory, NULL, (const char *const *)argument->pdata);
    assert_good(&said);
    struct run run = {.text = g_steal_pointer(&said.out),
                      .json = scratch_text(directory, "out.json"),
                      .trace = scratch_text(directory, "out.csv")};
    said_clear(&said);
    run.root = json_from_string(run.json, NULL);
    run.result = json_node_get_object(run.root);
    run.totals = json_object_get_object_member(run.result, "totals");
    return run;
}

static void run_clear(struct run *run)
{
    g_free(run->text);
    g_free(run->json);
    g_free(run->trace);
    json_node_unref(run->root);
}

/* On every back end: the same trace, and the same result but for the back end's name. Returns the first. */
static struct run run_all(const char *directory, const char *const *set)
{
    struct run first = run_one(directory, backends[0], set);
    for (size_t i = 1; i < G_N_ELEMENTS(backends); i++) {
        struct run other = run_one(directory, backends[i], set);
        g_assert_cmpstr(first.trace, ==, other.trace);
        g_autofree char *from = g_strdup_printf("\"backend\" : \"%s\"", backends[i]),
                        *to = g_strdup_printf("\"backend\" : \"%s\"", backends[0]);
        g_auto(GStrv) parts = g_strsplit(other.json, from, -1);
        g_autofree char *same = g_strjoinv(to, parts);
        g_assert_cmpstr(first.json, ==, same);
        run_clear(&other);
    }
    return first;
}

static gint64 count(JsonObject *object, const char *name)
{
    return json_object_get_int_member(object, name);
}

static gint64 count_in(JsonObject *object, const char *group, const char *name)
{
    return count(json_object_get_object_member(object, group), name);
}

static JsonObject *row(const struct run *run, const char *rows, guint index)
{
    return json_array_get_object_element(json_object_get_array_member(run->result, rows), index);
}

static void expect_line(const struct run *run, const char *line)
{
    g_autofree char *whole = g_strdup_printf("\n%s\n", line);
    if (!strstr(run->text, whole))
        g_error("no line '%s' in:\n%s", line, run->text);
}

/* A line of a trace. */
struct packet {
    guint stream, number; /* number: which of the stream's lines it is */
    guint64 tx_ps, in_ps, out_ps, device_ps;
    gboolean delivered;
};

static GArray *packets_of(const struct run *run)
{
    GArray *all = g_array_new(FALSE, TRUE, sizeof(struct packet));
    guint next[STREAMS] = {0};
    g_auto(GStrv) line = g_strsplit(run->trace, "\n", -1);
    for (guint i = 1; *line[i]; i++) {
        g_auto(GStrv) field = g_strsplit(line[i], ",", -1);
        struct packet packet = {.stream = (guint)g_ascii_strtoull(field[2], NULL, 10),
                                .tx_ps = g_ascii_strtoull(field[5], NULL, 10),
                                .in_ps = g_ascii_strtoull(field[6], NULL, 10),
                                .out_ps = g_ascii_strtoull(field[7], NULL, 10),
                                .device_ps = g_ascii_strtoull(field[8], NULL, 10),
                                .delivered = g_str_equal(field[9], "delivered")};
        g_assert_cmpuint(packet.stream, <, STREAMS);
        packet.number = next[packet.stream]++;
        g_array_append_val(all, packet);
    }
    return all;
}
#define packet_at(all, i) (&g_array_index(all, struct packet, i))

static guint64 payload_of(guint number)
{
    return number + 1 < PACKETS ? PAYLOAD : FILE_BYTES - (PACKETS - 1) * PAYLOAD;
}

/* Every byte of every packet that was delivered is the file's, at its place; `bytes` and `packets` by stream. */
static void check_bytes(const struct run *run, const guint64 *bytes, const gint64 *packets)
{
    gint64 all = 0;
    for (guint s = 0; s < STREAMS; s++) {
        JsonObject *stream = row(run, "streams", s);
        g_assert_cmpint(count(stream, "intact_bytes"), ==, (gint64)bytes[s]);
        g_assert_cmpint(count(stream, "corrupt_packets"), ==, 0);
        g_assert_cmpint(count(stream, "packets_delivered"), ==, packets[s]);
        g_assert_cmpint(json_object_get_boolean_member(stream, "complete"), ==, bytes[s] == FILE_BYTES);
        all += packets[s];
    }
    g_assert_cmpint(count(run->totals, "packets_delivered"), ==, all);
    g_assert_cmpint(count(run->totals, "corrupt_packets"), ==, 0);
}

/* The scenario in its directory and its run without a fault: made once. */
static struct scene {
    char *directory;
    struct run sound;
} scene;

static void scene_init(void)
{
    scene.directory = scratch_new();
    g_autofree char *path = scratch_file(scene.directory, "case.ini", scenario_text);
    make_sound(scene.directory);
    scene.sound = run_all(scene.directory, NULL);
    guint64 bytes[STREAMS];
    gint64 packets[STREAMS];
    for (guint s = 0; s < STREAMS; s++) {
        bytes[s] = FILE_BYTES;
        packets[s] = PACKETS;
    }
    check_bytes(&scene.sound, bytes, packets);
    g_assert_null(strstr(scene.sound.text, "refused"));
}

static void scene_clear(void)
{
    run_clear(&scene.sound);
    scratch_free(scene.directory);
}

/* Packets of a file from the start whose due time lies before `ms`. */
static guint due_before(guint64 ms)
{
    guint n = 0;
    while (n < PACKETS && n * PAYLOAD * UINT64_C(1000) < ms * BYTES_PER_S)
        n++;
    return n;
}

/* How the driver comes to the data. */
static const char *const accesses[][3] = {
    {"write.copy=zero-copy", "write.translation=page-walk"},
    {"write.copy=copy", "write.translation=page-walk"},
    {"write.copy=zero-copy", "write.translation=buffer"},
    {"write.copy=zero-copy", "write.translation=application"},
};

/* For each fault what is said, and the name in results; NULL: not refused. The first two accesses are through the
 * application's page tables, the others through a region that is registered. */
static const struct fault_case {
    const char *fault, *status, *status_of_region, *text;
} fault_cases[] = {
    {"empty", "empty", "empty", "no bytes to send"},
    {"destination", "no-destination", "no-destination", "no such stream is connected"},
    {"address", "out-of-range", "out-of-range", "address, length or packet number overflows"},
    {"length", "out-of-range", "out-of-range", "address, length or packet number overflows"},
    {"null", "unmapped", "unmapped", "a page of the data is not mapped"},
    {"unmapped", "unmapped", NULL, "a page of the data is not mapped"},
    {"unmapped-after", NULL, NULL, NULL},
};

static void check_refused(JsonObject *of, gint64 entries, gint64 packets, const char *status)
{
    gint64 by_status = 0;
    for (int i = WEFT_ENTRY_OK + 1; i < WEFT_ENTRY_STATUSES; i++)
        by_status += count_in(of, "refused_by", weft_entry_statuses[i].name);
    g_assert_cmpint(by_status, ==, entries);
    g_assert_cmpint(count(of, "packets_refused"), ==, packets);
    if (status)
        g_assert_cmpint(count_in(of, "refused_by", status), ==, entries);
}

/* Both streams of [stream bad] have the fault in the first call at or after 100 ms: that at 120 ms. */
static void test_entry(gconstpointer data)
{
    const struct fault_case *what = data;
    guint first = due_before(3 * INTERVAL_MS), end = due_before(4 * INTERVAL_MS);
    for (size_t a = 0; a < G_N_ELEMENTS(accesses); a++) {
        g_autofree char *fault = g_strdup_printf("stream.bad.fault=%s:100 ms", what->fault);
        const char *const set[] = {accesses[a][0], accesses[a][1], fault, NULL};
        const char *status = a < 2 ? what->status : what->status_of_region;
        struct run run =
            a % 2 == 0 ? run_all(scene.directory, set) : run_one(scene.directory, backends[0], set);
        gint64 lost = status ? (gint64)(end - first) : 0, packets[STREAMS];
        guint64 bytes[STREAMS];
        for (guint s = 0; s < STREAMS; s++) {
            bool bad = s == 2 || s == 3;
            packets[s] = PACKETS - (bad ? lost : 0);
            bytes[s] = FILE_BYTES - (bad ? (guint64)lost * PAYLOAD : 0);
            check_refused(row(&run, "streams", s), bad && status, bad ? lost : 0, status);
        }
        check_bytes(&run, bytes, packets);
        check_refused(run.totals, status ? 2 : 0, 2 * lost, status);
        check_refused(row(&run, "servers", 0), status ? 2 : 0, 2 * lost, status);
        g_assert_cmpint(count(run.totals, "refused_entries"), ==, status ? 2 : 0);
        g_assert_cmpint(count(row(&run, "servers", 0), "refused_entries"), ==, status ? 2 : 0);
        g_assert_cmpint(count(run.totals, "packets_sent"), ==, STREAMS * PACKETS - 2 * lost);
        g_assert_cmpint(count(run.totals, "packets_dropped"), ==, 0);
        g_assert_cmpint(count(run.totals, "entries"), ==, count(scene.sound.totals, "entries"));
        g_autofree char *line = g_strdup_printf(
            "  refused       2 entries (%d packets): bad-0 (and 1 more): %s", (int)(2 * lost), what->text);
        if (status)
            expect_line(&run, line);
        else
            g_assert_null(strstr(run.text, "refused"));
        run_clear(&run);
    }
}

/* One refused packet is told in the singular. */
static void test_one_packet(void)
{
    static const char *const set[] = {"write.method=per-packet", "stream.late.fault=null:100 ms",
                                      "stream.late.count=1", NULL};
    struct run run = run_all(scene.directory, set);
    expect_line(&run, "  refused       1 entry (1 packet): late: a page of the data is not mapped");
    g_assert_cmpint(count(run.totals, "packets_sent"), ==, (STREAMS - 1) * PACKETS - 1);
    g_assert_cmpint(count(run.totals, "packets_delivered"), ==, (STREAMS - 1) * PACKETS - 1);
    run_clear(&run);
}

/* A fault in the network: who is lost is told by `lost` for each packet of the run without it. */
typedef gboolean lost_packet(GArray *sound, guint index, gboolean *lost);

static void check_network(const char *const *set, const char *cause, lost_packet *is_lost, guint least)
{
    struct run run = run_all(scene.directory, set);
    g_autoptr(GArray) sound = packets_of(&scene.sound), got = packets_of(&run);
    g_autofree gboolean *lost = g_new0(gboolean, sound->len);
    guint64 bytes[STREAMS] = {0};
    gint64 packets[STREAMS] = {0}, dropped[DEVICES] = {0}, losses = 0;
    g_assert_cmpuint(got->len, ==, sound->len);
    for (guint i = 0; i < sound->len; i++) {
        const struct packet *packet = packet_at(got, i);
        lost[i] = is_lost(sound, i, lost);
        g_assert_cmpuint(packet->tx_ps, ==, packet_at(sound, i)->tx_ps);
        g_assert_cmpint(packet->delivered, ==, !lost[i]);
        losses += lost[i];
        dropped[packet->stream % DEVICES] += lost[i];
        packets[packet->stream] += !lost[i];
        bytes[packet->stream] += lost[i] ? 0 : payload_of(packet->number);
    }
    g_assert_cmpint(losses, >=, least);
    g_assert_cmpint(losses, <, sound->len);
    check_bytes(&run, bytes, packets);
    for (guint d = 0; d < DEVICES; d++) {
        g_assert_cmpint(count(row(&run, "ports", d), "dropped_packets"), ==, dropped[d]);
        g_assert_cmpint(count_in(row(&run, "ports", d), "dropped_by", cause), ==, dropped[d]);
    }
    g_assert_cmpint(count(run.totals, "packets_sent"), ==, sound->len);
    g_assert_cmpint(count(run.totals, "packets_dropped"), ==, losses);
    g_assert_cmpint(count_in(run.totals, "dropped_by", cause), ==, losses);
    g_assert_cmpint(count(run.totals, "packets_refused"), ==, 0);
    g_autofree char *line =
        g_strdup_printf("  packets       %u sent, %d delivered, %d dropped, %d late", sound->len,
                        (int)(sound->len - losses), (int)losses, (int)count(run.totals, "late_packets"));
    expect_line(&run, line);
    run_clear(&run);
}

/* Down in the middle of a burst, up in the middle of another. */
#define DOWN_PS (120 * MS + 60000000)
#define UP_PS   (240 * MS + 90000000)

static gboolean on_link(GArray *sound, guint index, guint64 down_ps, guint64 up_ps)
{
    guint64 tx_ps = packet_at(sound, index)->tx_ps;
    return tx_ps < up_ps && tx_ps + WIRE_BYTES * UINT64_C(8000) > down_ps;
}

static gboolean lost_on_link(GArray *sound, guint index, gboolean *lost)
{
    (void)lost;
    return on_link(sound, index, DOWN_PS, UP_PS);
}

static gboolean lost_from_then_on(GArray *sound, guint index, gboolean *lost)
{
    (void)lost;
    return on_link(sound, index, DOWN_PS, G_MAXUINT64);
}

static void test_link(void)
{
    g_autofree char *down = g_strdup_printf("server.link_down=%" G_GUINT64_FORMAT " ps", DOWN_PS),
                    *up = g_strdup_printf("server.link_up=%" G_GUINT64_FORMAT " ps", UP_PS);
    const char *const both[] = {down, up, NULL}, *const only[] = {down, NULL};
    check_network(both, "link", lost_on_link, 60);
    check_network(only, "link", lost_from_then_on, 200);
}

/* Device 3 has stream bad-1 alone. */
#define OFF_PS (200 * MS + 150000000)

static gboolean lost_at_device(GArray *sound, guint index, gboolean *lost)
{
    (void)lost;
    return packet_at(sound, index)->stream == 3 && packet_at(sound, index)->device_ps >= OFF_PS;
}

static void test_device(void)
{
    g_autofree char *off = g_strdup_printf("device.last.off=%" G_GUINT64_FORMAT " ps", OFF_PS);
    const char *const set[] = {off, NULL};
    check_network(set, "device", lost_at_device, 30);
}

/* A port with room for two frames: what came before, was not lost and has not left by now is held. Times on the port are
 * worked out anew: nothing that is lost takes any. */
static gboolean lost_for_room(GArray *sound, guint index, gboolean *lost)
{
    guint held = 0;
    guint64 free_ps = 0, in_ps = packet_at(sound, index)->in_ps;
    for (guint i = 0; i < index; i++) {
        const struct packet *before = packet_at(sound, i);
        if (lost[i] || before->stream % DEVICES != packet_at(sound, index)->stream % DEVICES)
            continue;
        guint64 wire_bytes = payload_of(before->number) + WIRE_BYTES - PAYLOAD;
        free_ps = MAX(free_ps, before->in_ps) + MAX(wire_bytes, 84) * 80000;
        held += free_ps > in_ps;
    }
    return held >= 2;
}

static void test_buffer(void)
{
    static const char *const set[] = {"switch.buffer=2 packets", NULL};
    check_network(set, "buffer", lost_for_room, 50);
}

/* Every method through a ring of one slot: all bytes arrive. */
static void test_one_slot(void)
{
    const void *method;
    for (size_t i = 0; (method = policy_methods.row(i)); i++) {
        g_autofree char *name = g_strdup_printf("write.method=%s", policy_name(method));
        const char *const set[] = {name, "server.ring=1", NULL};
        struct run run = run_all(scene.directory, set);
        g_assert_cmpint(count(run.totals, "packets_sent"), ==, STREAMS * PACKETS);
        g_assert_cmpint(count(run.totals, "packets_delivered"), ==, STREAMS * PACKETS);
        for (guint s = 0; s < STREAMS; s++)
            g_assert_true(json_object_get_boolean_member(row(&run, "streams", s), "complete"));
        run_clear(&run);
    }
}

/* What is refused before a run: the place, what is wrong, what is allowed. */
static void test_bad(void)
{
    static const struct {
        const char *set, *text;
    } cases[] = {
        {"stream.bad.fault=unmaped:1 s",
         "--set: stream.fault: unknown fault \"unmaped\" (did you mean unmapped?); "
         "allowed: none, or KIND:TIME with a time up to 1000000 s (ps, ns, us, ms, s, "
         "min, h) and a kind of empty, destination, address, length, null, unmapped, "
         "unmapped-after\n"},
        {"server.link_up=5 ms",
         "--set: server.link_up: is given without link_down; allowed: both, or never\n"},
        {"device.last.off=0 s",
         "--set: device.off: 0 s is out of range; allowed: never, or a time from 1 ps to 1000000 s "
         "(ps, ns, us, ms, s, min, h)\n"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct said said = weft(scene.directory, "run", "case.ini", "--set", cases[i].set, NULL);
        assert_bad(&said, 2, "allowed");
        g_assert_cmpstr(said.err, ==, cases[i].text);
        said_clear(&said);
    }
}

/* 100,000 streams in one call, the tenth of them refused. */
static void test_many(void)
{
    static const char text[] = "[scenario]\nduration = 10 ms\n[server main]\nlink = 100 Gbit/s\n"
                               "[switch access]\nport = 1 Gbit/s\n[device set]\ncount = 100\n"
                               "[stream good]\ncount = 90000\nrate = 500 kbit/s\npayload = 1316 B\n"
                               "[stream bad]\ncount = 10000\nrate = 500 kbit/s\npayload = 1316 B\n"
                               "fault = length:0 s\n[write]\ninterval = 10 ms\n";
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "case.ini", text);
    struct said said = weft(directory, "run", "case.ini", NULL);
    assert_good(&said);
    struct run run = {.text = said.out};
    expect_line(&run, "  packets       90000 sent, 90000 delivered, 0 dropped, 0 late");
    expect_line(
        &run,
        "  refused       10000 entries (10000 packets): bad-0 (and 9999 more): address, length or packet "
        "number overflows");
    expect_line(&run, "  calls         1 with 100000 entries, 1 interrupts, 0 payload bytes copied");
    said_clear(&said);
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    scene_init();
    for (size_t i = 0; weft_faults[i]; i++) { /* a new fault needs its case */
        g_autofree char *path = g_strconcat("/faults/entry/", weft_faults[i]->name, NULL);
        g_assert_cmpuint(i, <, G_N_ELEMENTS(fault_cases));
        g_assert_cmpstr(fault_cases[i].fault, ==, weft_faults[i]->name);
        g_test_add_data_func(path, &fault_cases[i], test_entry);
    }
    g_test_add_func("/faults/one-packet", test_one_packet);
    g_test_add_func("/faults/link", test_link);
    g_test_add_func("/faults/device", test_device);
    g_test_add_func("/faults/buffer", test_buffer);
    g_test_add_func("/faults/one-slot", test_one_slot);
    g_test_add_func("/faults/bad", test_bad);
    g_test_add_func("/faults/many", test_many);
    int status = g_test_run();
    scene_clear();
    return status;
}
