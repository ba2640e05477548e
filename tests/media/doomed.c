/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Readers that crash, hang, eat memory and lie, in a child: a clear error within the limits, or what was read. */

#include "doomed_reader.h"
#include "failure.h"
#include "media_block.h"
#include "media_child.h"
#include "weft.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const any_codec[] = {"any", NULL};
static const struct child_limits small = {.memory_bytes = DOOMED_MEMORY_BYTES, .cpu_s = 1, .wall_s = 600};
static const struct child_limits brief = {.memory_bytes = DOOMED_MEMORY_BYTES, .cpu_s = 100, .wall_s = 1};

struct fate {
    const char *word;
    const struct child_limits *limits;
    bool units;
    const char *message; /* a pattern */
};

#define READER  "^cannot be read, media reader "
#define UNSOUND READER "returned what is not sound: "

static const struct fate fates[] = {
    {"crash", NULL, false, READER "(killed by signal 11 \\(|ended with status 1$)"},
    {"abort", NULL, false, READER "(killed by signal 6 \\(|ended with status 1$)"},
    {"leave", NULL, false, READER "ended with status 7$"},
    {"vanish", NULL, false, READER "returned nothing that can be read$"},
    {"hang", &brief, false, "^is not read within 1 s$"},
    {"spin", &small, false, "^is not read within 1 s of processor time$"},
    {"eat", &small, false, "^needs more than (64|512) MiB of memory to be read$"},
    {"gulp", &small, false, "^needs more than (64|512) MiB of memory to be read$"},
    {"nonsense", NULL, false, "^is no\\?film$"},
    {"no-points", NULL, false, UNSOUND "media: a media clock needs at least 2 points"},
    {"backwards", NULL, false, UNSOUND "media: point 1: "},
    {"too-fast", NULL, false, UNSOUND "media: is faster than 2\\^64 bit/s"},
    {"other-bytes", NULL, false, READER "returned a clock of other bytes$"},
    {"other-bytes", NULL, true, READER "returned a clock of other bytes$"},
    {"other-form", NULL, false, READER "returned what cannot be read$"},
    {"other-form", NULL, true, READER "returned what cannot be read$"},
    {"empty-unit", NULL, true, UNSOUND "unit 0: is empty"},
    {"odd-last", NULL, true, UNSOUND "unit 1: last is 2"},
    {"nowhere", NULL, false, READER "ended with status 1$"},
};

/* Nothing is left of the children: neither a process nor one that has ended. */
static void assert_reaped(void)
{
    g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1);
}

static void test_fate(gconstpointer data)
{
    const struct fate *fate = data;
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "film", fate->word);
    g_autoptr(GError) error = NULL;
    g_assert_null(
        media_child_open(weft_media_reader(), path, fate->units ? any_codec : NULL, fate->limits, &error));
    g_test_message("%s", error->message);
    g_assert_true(g_regex_match_simple(fate->message, error->message, 0, 0));
    g_assert_cmpint(error->code, ==, STATUS_INPUT);
    assert_reaped();
    scratch_free(directory);
}

/* The child got no further than it may. */
static void test_memory(void)
{
    struct rusage used;
    test_fate(&(const struct fate){"eat", &small, false, "memory"});
    g_assert_cmpint(getrusage(RUSAGE_CHILDREN, &used), ==, 0);
    g_test_message("peak %ld KiB", used.ru_maxrss);
    if (!WEFT_SANITIZED)
        g_assert_cmpint(used.ru_maxrss, <, 3 * (DOOMED_MEMORY_BYTES >> 10));
}

static void assert_units(const struct weft_units *units, gboolean due)
{
    g_assert_true((units != NULL) == due);
    if (due) {
        g_assert_cmpuint(units->units, ==, 2);
        g_assert_cmpuint(units->at_byte[1], ==, DOOMED_UNIT_BYTES);
        g_assert_cmpuint(units->timestamp[1], ==, 0);
        g_assert_false(units->last[0]);
        g_assert_true(units->last[1]);
    }
}

static void test_good(gconstpointer units)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "film", "good film");
    g_autoptr(GError) error = NULL;
    uint64_t bytes = units ? 2 * DOOMED_UNIT_BYTES : strlen("good film");
    struct weft_media *media =
        media_child_open(weft_media_reader(), path, units ? any_codec : NULL, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(media->name, ==, "film");
    g_assert_cmpuint(media->points, ==, 2);
    g_assert_cmpuint(media->at_bytes[1], ==, bytes);
    g_assert_cmpuint(media->at_ps[1], ==, DOOMED_DURATION_PS);
    g_assert_true(memcmp(media->data, "good film", bytes) == 0);
    assert_units(media->units, units != NULL);
    media_in_child.close(media);
    scratch_free(directory);
}

/* --- blocks that a child may have written --- */

static const char film[] = "good film";

/* The bytes of a sound block of that film. */
static GByteArray *sound_block(bool units)
{
    g_autoptr(GError) error = NULL;
    struct weft_media *media =
        weft_media_reader()->open((const uint8_t *)film, strlen(film), units ? any_codec : NULL, &error);
    int fd = media_block_new();
    g_assert_true(media_block_write(fd, media, NULL));
    weft_media_reader()->close(media);
    off_t bytes = lseek(fd, 0, SEEK_END);
    GByteArray *block = g_byte_array_new();
    g_byte_array_set_size(block, (guint)bytes);
    g_assert_cmpint(pread(fd, block->data, block->len, 0), ==, bytes);
    close(fd);
    return block;
}

static struct media_block *read_bytes(const void *data, gsize bytes, bool units, GError **error)
{
    int fd = media_block_new();
    g_assert_cmpint(write(fd, data, bytes), ==, (gssize)bytes);
    struct media_block *block = media_block_read(fd, strlen(film), units, error);
    close(fd);
    return block;
}

/* Too short or too long by any number of bytes: refused. */
static void test_block_length(gconstpointer units)
{
    g_autoptr(GByteArray) sound = sound_block(units);
    struct media_block *whole = read_bytes(sound->data, sound->len, units, NULL);
    g_assert_nonnull(whole);
    media_block_free(whole);
    g_byte_array_set_size(sound, sound->len + 1);
    for (guint bytes = 0; bytes <= sound->len; bytes++) {
        g_autoptr(GError) error = NULL;
        if (bytes == sound->len - 1)
            continue;
        g_assert_null(read_bytes(sound->data, bytes, units, &error));
        g_assert_nonnull(error);
    }
}

/* Any byte changed: refused, or as sound as what a good reader returns, with all of its bytes there to be read. */
static void test_block_changed(gconstpointer units)
{
    enum { ROUNDS = 40 };
    g_autoptr(GByteArray) sound = sound_block(units);
    guint refused = 0;
    for (guint i = 0; i < sound->len * ROUNDS; i++) {
        g_autofree guint8 *changed = g_memdup2(sound->data, sound->len);
        g_autoptr(GError) error = NULL;
        for (guint n = i % 3 + 1; n > 0; n--)
            changed[n == 1 ? i / ROUNDS : (guint)g_test_rand_int_range(0, (gint)sound->len)] =
                (guint8)g_test_rand_int_range(0, 256);
        struct media_block *block = read_bytes(changed, sound->len, units, &error);
        g_assert_true((block == NULL) == (error != NULL));
        refused += !block;
        if (block) {
            g_assert_cmpint(weft_media_check(&block->media, NULL), ==, WEFT_OK);
            g_assert_true((block->media.units != NULL) == (units != NULL));
        }
        if (block && units) {
            g_autofree uint8_t *copy =
                g_memdup2(block->media.data, block->media.at_bytes[block->media.points - 1]);
            g_assert_nonnull(copy);
            g_assert_cmpuint(block->units.at_byte[block->units.units], ==, 2 * DOOMED_UNIT_BYTES);
        }
        media_block_free(block);
    }
    g_test_message("%u of %u refused", refused, sound->len * ROUNDS);
    g_assert_cmpuint(refused, >, 0);
}

/* A block that somebody can still change is not believed. */
static void test_block_open(void)
{
    g_autoptr(GByteArray) sound = sound_block(false);
    g_autoptr(GError) error = NULL;
    int fd = media_block_new();
    g_assert_cmpint(write(fd, sound->data, sound->len), ==, (gssize)sound->len);
    void *open_door = mmap(NULL, sound->len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    g_assert_true(open_door != MAP_FAILED);
    g_assert_null(media_block_read(fd, strlen(film), false, &error));
    g_assert_cmpstr(error->message, ==, "cannot be read, media reader returned nothing that can be read");
    munmap(open_door, sound->len);
    close(fd);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/doomed/memory", test_memory); /* first: no other child's peak is known yet */
    for (size_t i = 0; i < G_N_ELEMENTS(fates); i++) {
        g_autofree char *path =
            g_strdup_printf("/doomed/%s/%s", fates[i].units ? "units" : "bytes", fates[i].word);
        g_test_add_data_func(path, &fates[i], test_fate);
    }
    const void *forms[] = {NULL, any_codec};
    for (size_t i = 0; i < G_N_ELEMENTS(forms); i++) {
        g_autofree char *good = g_strdup_printf("/doomed/good/%zu", i),
                        *length = g_strdup_printf("/block/length/%zu", i),
                        *changed = g_strdup_printf("/block/changed/%zu", i);
        g_test_add_data_func(good, forms[i], test_good);
        g_test_add_data_func(length, forms[i], test_block_length);
        g_test_add_data_func(changed, forms[i], test_block_changed);
    }
    g_test_add_func("/block/open", test_block_open);
    return g_test_run();
}
