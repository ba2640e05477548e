/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that are no good, given to the command as media: it ends with status 0 and a sound run, or with status 2 and one
 * line, within bounds of time and memory; never anything else. */

#include "weft.h"

#include <json-glib/json-glib.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CPU_S = 10,
    MEMORY_MIB = 1536,
    ROUNDS = 2,
    TAIL_BYTES = 16 << 20,
    PEAK_KIB = 256 << 10,
    HARD_KIB = 600 << 10
};

static const char scenario_text[] =
    "[scenario]\nduration = 1 s\n[server main]\n[switch access]\n[device set]\n"
    "[stream film]\nsource = media:film\n[write]\ninterval = 40 ms\n";

static const char *const seeds[] = {"film.ts",   "film.mp4",  "film.mov",  "film.mkv",
                                    "film.avi",  "film.mpg",  "film2.mpg", "film.h264",
                                    "sound.mp3", "sound.mp2", "sound.wav"};

static void limit(gpointer unused)
{
    (void)unused;
    const struct rlimit cpu = {CPU_S, CPU_S}, memory = {(rlim_t)MEMORY_MIB << 20, (rlim_t)MEMORY_MIB << 20};
    setrlimit(RLIMIT_CPU, &cpu);
    if (!WEFT_SANITIZED) /* which reserve terabytes of addresses */
        setrlimit(RLIMIT_AS, &memory);
}

static struct said run_limited(const char *directory, const char *format)
{
    struct said said = {0};
    g_autofree char *set = g_strdup_printf("stream.format=%s", format);
    const char *const argv[] = {WEFT_PROGRAM, "run",    "film.ini", "--set", set,
                                "--quiet",    "--json", "-",        NULL};
    g_autoptr(GError) error = NULL;
    int status;
    g_spawn_sync(directory, (char **)(void *)argv, NULL, G_SPAWN_DEFAULT, limit, NULL, &said.out, &said.err,
                 &status, &error);
    g_assert_no_error(error);
    said.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return said;
}

static void assert_sound(const char *json)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(JsonNode) root = json_from_string(json, &error);
    g_assert_no_error(error);
    JsonObject *totals = json_object_get_object_member(json_node_get_object(root), "totals");
    g_assert_cmpint(json_object_get_int_member(totals, "corrupt_packets"), ==, 0);
    g_assert_cmpint(json_object_get_int_member(totals, "packets_sent"), ==,
                    json_object_get_int_member(totals, "packets_delivered") +
                        json_object_get_int_member(totals, "packets_dropped"));
}

/* The file "film" there, sent in one form: TRUE if it was taken. */
static gboolean survives_as(const char *directory, const char *what, const char *format)
{
    struct said said = run_limited(directory, format);
    gboolean taken = said.status == 0;
    g_test_message("%s as %s: status %d %s", what, format, said.status, said.err);
    if (taken) {
        assert_good(&said);
        assert_sound(said.out);
    } else {
        assert_bad(&said, 2, "^film\\.ini:7: stream\\.source: ");
    }
    said_clear(&said);
    return taken;
}

static const char *const formats[] = {"udp", "rtp-h264", "rtp-mpa"};

/* In every form; TRUE: as bytes it was taken. */
static gboolean survives(const char *directory, const char *what)
{
    gboolean taken = survives_as(directory, what, formats[0]);
    for (size_t i = 1; i < G_N_ELEMENTS(formats); i++)
        survives_as(directory, what, formats[i]);
    return taken;
}

static char *seed_read(const char *name, gsize *bytes)
{
    g_autofree char *path = g_build_filename(WEFT_SEEDS, name, NULL);
    char *data = NULL;
    g_assert_true(g_file_get_contents(path, &data, bytes, NULL));
    return data;
}

static void write_film(const char *directory, const void *data, gsize bytes)
{
    g_autofree char *path = g_build_filename(directory, "film", NULL);
    g_assert_true(g_file_set_contents_full(path, data, (gssize)bytes, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static char *hostile_new(void)
{
    char *directory = scratch_new();
    g_free(scratch_file(directory, "film.ini", scenario_text));
    return directory;
}

static gsize draw(gsize below)
{
    return (gsize)g_test_rand_int_range(0, (gint)below);
}

/* --- ways to spoil a file; each returns its new length --- */

static gsize cut_short(char *data, gsize bytes)
{
    (void)data;
    return draw(bytes);
}

static gsize flip_bits(char *data, gsize bytes)
{
    for (gsize n = 1 + draw(64); n > 0; n--)
        data[draw(bytes)] ^= (char)(1 << draw(8));
    return bytes;
}

static gsize swap_blocks(char *data, gsize bytes)
{
    gsize block = 1 + draw(bytes / 4), a = draw(bytes - block), b = draw(bytes - block);
    g_autofree char *held = g_memdup2(data + a, block);
    memmove(data + a, data + b, block);
    memcpy(data + b, held, block);
    return bytes;
}

/* Sizes stand in 4 bytes, of either order, often at multiples of 4. */
static gsize claim_much(char *data, gsize bytes)
{
    static const uint32_t claims[] = {0xffffffff, 0x7fffffff, 0xffffff7f, 0x0000ff7f,
                                      0x00000040, 0x40000000, 0};
    for (gsize n = 1 + draw(3); n > 0; n--) {
        uint32_t claim = claims[draw(G_N_ELEMENTS(claims))];
        memcpy(data + draw((bytes - 4) / 4) * 4, &claim, sizeof claim);
    }
    return bytes;
}

static const struct way {
    const char *name;
    gsize (*spoil)(char *data, gsize bytes);
} ways[] = {
    {"cut short", cut_short}, {"flipped", flip_bits}, {"swapped", swap_blocks}, {"claiming", claim_much}};

static void test_spoilt(gconstpointer data)
{
    const char *seed = data;
    char *directory = hostile_new();
    gsize bytes;
    g_autofree char *sound = seed_read(seed, &bytes);
    write_film(directory, sound, bytes);
    g_assert_true(survives(directory, seed)); /* also with a name that says nothing */
    for (size_t w = 0; w < G_N_ELEMENTS(ways); w++)
        for (int round = 0; round < ROUNDS; round++) {
            g_autofree char *spoilt = g_memdup2(sound, bytes);
            g_autofree char *what = g_strdup_printf("%s, %s, %d", seed, ways[w].name, round);
            gsize length = ways[w].spoil(spoilt, bytes);
            write_film(directory, spoilt, length);
            survives_as(directory, what, formats[draw(G_N_ELEMENTS(formats))]);
        }
    scratch_free(directory);
}

static void test_no_file(void)
{
    char *directory = hostile_new();
    g_autofree char *path = g_build_filename(directory, "film", NULL);
    g_assert_false(survives(directory, "missing"));
    g_assert_cmpint(mkdir(path, 0700), ==, 0);
    g_assert_false(survives(directory, "a directory"));
    g_assert_cmpint(rmdir(path), ==, 0);
    g_assert_cmpint(mkfifo(path, 0600), ==, 0);
    g_assert_false(survives(directory, "a pipe"));
    g_assert_cmpint(unlink(path), ==, 0);
    g_assert_cmpint(symlink("/dev/zero", path), ==, 0);
    g_assert_false(survives(directory, "a device"));
    g_assert_cmpint(unlink(path), ==, 0);
    g_assert_cmpint(symlink("film", path), ==, 0);
    g_assert_false(survives(directory, "a link to itself"));
    scratch_free(directory);
}

/* A picture is a film of one frame to libavformat; what it says of archives and texts is up to it. */
static void test_other_kinds(void)
{
    static const struct {
        const char *name, *data;
        gsize bytes;
    } kinds[] = {
#define KIND(name, text) {name, text, sizeof text - 1}
        KIND("empty", ""),
        KIND("a byte", "\x47"),
        KIND("a text", "Once upon a time there was a film, and nobody had seen it.\n"),
        KIND("an archive",
             "PK\3\4\24\0\0\0\0\0\0\0!\0\254*\223\330\2\0\0\0\2\0\0\0\1\0\0\0ahiPK\1\2\24\3\24\0\0\0\0\0"
             "\0\0!\0\254*\223\330\2\0\0\0\2\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\200\1\0\0\0\0aPK\5\6\0\0\0\0"
             "\1\0\1\0/\0\0\0!\0\0\0\0\0"),
        KIND("a picture", "P6\n2 2\n255\n0123456789ab"),
        KIND("a list", "#EXTM3U\n#EXTINF:10,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n"),
    };
    char *directory = hostile_new();
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        write_film(directory, kinds[i].data, kinds[i].bytes);
        survives(directory, kinds[i].name);
    }
    g_autofree char *noise = g_malloc(1 << 16);
    for (gsize i = 0; i < 1 << 16; i++)
        noise[i] = (char)g_test_rand_int();
    write_film(directory, noise, 1 << 16);
    survives(directory, "noise");
    scratch_free(directory);
}

static void put_be32(char *at, uint32_t value)
{
    value = GUINT32_TO_BE(value);
    memcpy(at, &value, sizeof value);
}

static char *find_box(char *data, gsize bytes, const char *name)
{
    char *at = memmem(data, bytes, name, 4);
    g_assert_nonnull(at);
    return at + 8; /* behind version and flags */
}

/* No run so far took more. */
static void assert_peak(glong most_kib)
{
    struct rusage used;
    g_assert_cmpint(getrusage(RUSAGE_CHILDREN, &used), ==, 0);
    g_test_message("peak %ld KiB", used.ru_maxrss);
    if (!WEFT_SANITIZED)
        g_assert_cmpint(used.ru_maxrss, <, most_kib);
}

/* An MP4 of a few kB that claims many samples of one byte must not make an index of gigabytes. */
static void test_many_samples(void)
{
    enum { CLAIMED = 30000000, DURATION = 512 };
    char *directory = hostile_new();
    gsize bytes;
    g_autofree char *film = seed_read("film.mp4", &bytes);
    char *sizes = find_box(film, bytes, "stsz"), *chunks = find_box(film, bytes, "stsc"),
         *times = find_box(film, bytes, "stts");
    put_be32(sizes, 1);
    put_be32(sizes + 4, CLAIMED);
    put_be32(chunks + 8, CLAIMED); /* of the first row: samples in a chunk */
    put_be32(times + 4, CLAIMED);
    put_be32(times + 8, DURATION);
    write_film(directory, film, bytes);
    survives(directory, "many samples");
    assert_peak(PEAK_KIB);
    scratch_free(directory);
}

/* The box of that type which `name` is the type of: its beginning and, in `*bytes`, its length. */
static char *box_begin(char *name, uint32_t *bytes)
{
    memcpy(bytes, name - 4, sizeof *bytes);
    *bytes = GUINT32_FROM_BE(*bytes);
    return name - 4;
}

/* Many tracks, each with an index that alone is no larger than any may be. */
static void test_many_indices(void)
{
    enum { TRACKS = 200, CLAIMED = 1300000, DURATION = 512 };
    char *directory = hostile_new();
    gsize bytes;
    uint32_t moov_bytes, track_bytes;
    g_autofree char *film = seed_read("film.mp4", &bytes);
    char *sizes = find_box(film, bytes, "stsz"), *chunks = find_box(film, bytes, "stsc"),
         *times = find_box(film, bytes, "stts");
    put_be32(sizes, 1);
    put_be32(sizes + 4, CLAIMED);
    put_be32(chunks + 8, CLAIMED);
    put_be32(times + 4, CLAIMED);
    put_be32(times + 8, DURATION);
    char *track = box_begin(find_box(film, bytes, "trak") - 8, &track_bytes);
    char *moov = box_begin(find_box(film, bytes, "moov") - 8, &moov_bytes);
    put_be32(moov, moov_bytes + TRACKS * track_bytes);
    g_autoptr(GByteArray) many = g_byte_array_new();
    g_byte_array_append(many, (guint8 *)film, (guint)(track - film));
    for (guint i = 0; i <= TRACKS; i++)
        g_byte_array_append(many, (guint8 *)track, track_bytes);
    g_byte_array_append(many, (guint8 *)track + track_bytes, (guint)(film + bytes - track - track_bytes));
    write_film(directory, many->data, many->len);
    struct said said = run_limited(directory, "udp");
    assert_bad(&said, 2,
               "^film\\.ini:7: stream\\.source: film needs more than [0-9]+ MiB of memory to be read; ");
    said_clear(&said);
    assert_peak(HARD_KIB);
    scratch_free(directory);
}

/* Good beginnings, then nothing but zeros for long. */
static void test_long_tail(gconstpointer data)
{
    const char *seed = data;
    char *directory = hostile_new();
    g_autofree char *path = g_build_filename(directory, "film", NULL), *sound = NULL;
    gsize bytes;
    sound = seed_read(seed, &bytes);
    write_film(directory, sound, bytes);
    g_assert_cmpint(truncate(path, TAIL_BYTES), ==, 0);
    survives_as(directory, seed, formats[draw(G_N_ELEMENTS(formats))]);
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(seeds); i++) {
        g_autofree char *spoilt = g_strdup_printf("/hostile/spoilt/%s", seeds[i]);
        g_autofree char *tail = g_strdup_printf("/hostile/long-tail/%s", seeds[i]);
        g_test_add_data_func(spoilt, seeds[i], test_spoilt);
        g_test_add_data_func(tail, seeds[i], test_long_tail);
    }
    g_test_add_func("/hostile/many-samples", test_many_samples);
    g_test_add_func("/hostile/no-file", test_no_file);
    g_test_add_func("/hostile/other-kinds", test_other_kinds);
    g_test_add_func("/hostile/many-indices", test_many_indices); /* last: it may take the most */
    return g_test_run();
}
