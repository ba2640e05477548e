/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading in a child. The file is mapped before, so that parent and child see the same one; what is read comes back in
 * shared memory. */

#include "media_child.h"

#include "failure.h"
#include "media_block.h"
#include "media_map.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

struct child_media {
    struct weft_media media; /* the first member, so that it can be handed out by itself */
    char *name;
    GMappedFile *file;
    struct media_block *block;
};

struct work {
    const struct media_reader *reader;
    GMappedFile *file;
    const char *const *codecs;
    const struct child_limits *limits;
    int block;
};

static uint64_t size_of(GMappedFile *file)
{
    return g_mapped_file_get_length(file);
}

static const uint8_t *data_of(GMappedFile *file)
{
    return (const uint8_t *)g_mapped_file_get_contents(file);
}

/* Of memory: an index takes the most, and the units of a file are kept twice. Large files are long, not dense. */
struct child_limits media_child_limits(uint64_t file_bytes)
{
    enum { MEMORY_TIMES = 16, CPU_S = 20, WALL_S = 60, SLOWER = WEFT_SANITIZED ? 4 : 1 };
    const uint64_t mib = 1 << 20, least = 256 * mib, dense = 512 * mib, cpu_bytes_per_s = 10 * mib,
                   wall_bytes_per_s = mib;
    return (struct child_limits){
        .memory_bytes = SLOWER * (least + MEMORY_TIMES * MIN(file_bytes, dense)),
        .mapped_bytes = file_bytes,
        .cpu_s = SLOWER * (CPU_S + (uint32_t)MIN(file_bytes / cpu_bytes_per_s, 1 << 20)),
        .wall_s = SLOWER * (WALL_S + (uint32_t)MIN(file_bytes / wall_bytes_per_s, 1 << 20)),
    };
}

static bool work(void *context)
{
    const struct work *work = context;
    g_autoptr(GError) error = NULL;
    child_limits_set(work->limits);
    const struct weft_media *media =
        work->reader->open(data_of(work->file), size_of(work->file), work->codecs, &error);
    return media_block_write(work->block, media, error);
}

static gboolean judge(enum child_excess excess, int ended, const struct child_limits *limits, GError **error)
{
    g_autofree char *fault = child_fault(ended);
    if (excess == CHILD_OVER_MEMORY)
        return failure(error, STATUS_INPUT, "needs more than %" PRIu64 " MiB of memory to be read",
                       limits->memory_bytes >> 20);
    if (excess == CHILD_OVER_CPU)
        return failure(error, STATUS_INPUT, "is not read within %u s of processor time", limits->cpu_s);
    if (excess == CHILD_OVER_WALL)
        return failure(error, STATUS_INPUT, "is not read within %u s", limits->wall_s);
    return !fault || failure(error, STATUS_INPUT, "cannot be read, media reader %s", fault);
}

/* What the child has read, or NULL and an error. */
static struct media_block *read_block(struct work *to_do, GError **error)
{
    struct child child;
    int ended;
    if (!child_start(&child, work, to_do, error)) {
        g_prefix_error(error, "cannot be read, ");
        return NULL;
    }
    enum child_excess excess = child_limits_watch(&child, to_do->limits, &ended);
    struct media_block *block = NULL;
    gboolean good = judge(excess, ended, to_do->limits, error);
    if (good)
        block = media_block_read(to_do->block, size_of(to_do->file), to_do->codecs != NULL, error);
    child_clear(&child, !good);
    return block;
}

static void child_close(struct weft_media *media)
{
    struct child_media *held = (struct child_media *)media;
    media_block_free(held->block);
    g_mapped_file_unref(held->file);
    g_free(held->name);
    g_free(held);
}

/* The media that parent and child have made together; `file` and `block` are taken. */
static struct weft_media *join(const char *path, GMappedFile *file, struct media_block *block)
{
    struct child_media *held = g_new0(struct child_media, 1);
    *held = (struct child_media){block->media, g_path_get_basename(path), file, block};
    held->media.name = held->name;
    if (!held->media.units)
        held->media.data = data_of(file);
    return &held->media;
}

struct weft_media *media_child_open(const struct media_reader *reader, const char *path,
                                    const char *const *codecs, const struct child_limits *limits,
                                    GError **error)
{
    GMappedFile *file = media_map(path, error);
    if (!file)
        return NULL;
    struct media_block *block = NULL;
    struct work to_do = {reader, file, codecs, limits, media_block_new()};
    const struct child_limits usual = media_child_limits(size_of(file));
    to_do.limits = limits ? limits : &usual;
    if (to_do.block < 0)
        failure(error, STATUS_FAILED, "cannot be read, no memory to share: %s", g_strerror(errno));
    else
        block = read_block(&to_do, error);
    if (to_do.block >= 0)
        close(to_do.block);
    if (block)
        return join(path, file, block);
    g_mapped_file_unref(file);
    return NULL;
}

static struct weft_media *open_within_usual(const struct media_reader *reader, const char *path,
                                            const char *const *codecs, GError **error)
{
    return media_child_open(reader, path, codecs, NULL, error);
}

const struct media_way media_in_child = {open_within_usual, child_close};
