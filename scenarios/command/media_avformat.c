/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The media reader: libavformat tells which byte of a file is due when.
 *
 * The file is mapped, and the demuxer reads it from there and can open nothing else: play lists and the like
 * cannot reach other files or the network. Only positions and times of packets are used; nothing is decoded
 * here. */

#include "failure.h"
#include "media.h"

#include <errno.h>
#include <fcntl.h>
#include <gmodule.h>
#include <libavformat/avformat.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { IO_BYTES = 32768, POINTS_MAX = 1 << 26, LONGEST_S = 1000000 };

struct reader_media {
    struct weft_media media;
    char *name;
    GMappedFile *file;
    GArray *bytes, *ps; /* of uint64_t: the columns */
};

/* The mapped file as an AVIOContext sees it. */
struct source_bytes {
    const uint8_t *data;
    int64_t size, at;
};

static int read_bytes(void *opaque, uint8_t *out, int wanted)
{
    struct source_bytes *source = opaque;
    int64_t left = source->size - source->at;
    if (left <= 0)
        return AVERROR_EOF;
    int got = left < wanted ? (int)left : wanted;
    memcpy(out, source->data + source->at, (size_t)got);
    source->at += got;
    return got;
}

static int64_t seek_bytes(void *opaque, int64_t offset, int whence)
{
    struct source_bytes *source = opaque;
    whence &= ~AVSEEK_FORCE;
    if (whence == AVSEEK_SIZE)
        return source->size;
    int64_t base = whence == SEEK_CUR ? source->at : whence == SEEK_END ? source->size : 0;
    if (__builtin_add_overflow(base, offset, &offset) || offset < 0 || offset > source->size)
        return AVERROR(EINVAL);
    source->at = offset;
    return offset;
}

/* What a demuxer is opened with; freed as one. */
struct demuxer {
    struct source_bytes source;
    AVIOContext *io;
    AVFormatContext *context;
    AVPacket *packet;
};

static void demuxer_close(struct demuxer *demuxer)
{
    av_packet_free(&demuxer->packet);
    avformat_close_input(&demuxer->context);
    if (demuxer->io)
        av_freep(&demuxer->io->buffer);
    avio_context_free(&demuxer->io);
}

static int demuxer_open(struct demuxer *demuxer)
{
    uint8_t *buffer = av_malloc(IO_BYTES);
    demuxer->io =
        buffer ? avio_alloc_context(buffer, IO_BYTES, 0, &demuxer->source, read_bytes, NULL, seek_bytes)
               : NULL;
    demuxer->packet = av_packet_alloc();
    demuxer->context = avformat_alloc_context();
    if (!demuxer->io || !demuxer->packet || !demuxer->context) {
        if (!demuxer->io)
            av_free(buffer);
        return AVERROR(ENOMEM);
    }
    demuxer->context->pb = demuxer->io;
    /* No protocol has this name: play lists open nothing. Demuxers that open contexts of their own pass it on. */
    demuxer->context->protocol_whitelist = av_strdup("none");
    if (!demuxer->context->protocol_whitelist)
        return AVERROR(ENOMEM);
    demuxer->context->flags |= AVFMT_FLAG_CUSTOM_IO;
    int status = avformat_open_input(&demuxer->context, NULL, NULL, NULL);
    return status < 0 ? status : avformat_find_stream_info(demuxer->context, NULL);
}

static int main_stream(const AVFormatContext *context)
{
    static const enum AVMediaType wanted[] = {AVMEDIA_TYPE_VIDEO, AVMEDIA_TYPE_AUDIO};
    for (size_t kind = 0; kind < G_N_ELEMENTS(wanted); kind++)
        for (unsigned i = 0; i < context->nb_streams; i++) {
            const AVStream *stream = context->streams[i];
            bool picture =
                (stream->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0; /* a cover has no clock */
            if (stream->codecpar->codec_type == wanted[kind] && !picture)
                return (int)i;
        }
    return -1;
}

static uint64_t last_of(const GArray *column)
{
    return g_array_index(column, uint64_t, column->len - 1);
}

static void add_point(struct reader_media *media, uint64_t bytes, uint64_t ps)
{
    g_array_append_val(media->bytes, bytes);
    g_array_append_val(media->ps, ps);
}

/* Times of the main stream's packets, in picoseconds after its first. */
struct timing {
    AVRational time_base;
    int64_t first, end; /* in time_base; end: of the last packet */
    uint64_t packets;
};

/* `ticks` (>= 0) in picoseconds, rounded down, or -1 if that is longer than any run. */
static int64_t ticks_to_ps(int64_t ticks, AVRational time_base)
{
    if (time_base.num <= 0 || time_base.den <= 0)
        return -1;
    uint64_t num = (uint64_t)time_base.num, den = (uint64_t)time_base.den;
    weft_u128 scaled = (weft_u128)(uint64_t)ticks * num;
    if (scaled / den >= LONGEST_S)
        return -1;
    return (int64_t)(scaled * WEFT_PS_PER_S / den);
}

static void take_packet(struct reader_media *media, struct timing *timing, const AVPacket *packet)
{
    if (packet->dts == AV_NOPTS_VALUE)
        return;
    int64_t after, end;
    if (timing->packets++ == 0)
        timing->first = packet->dts;
    if (__builtin_sub_overflow(packet->dts, timing->first, &after) || after < 0)
        return;
    if (!__builtin_add_overflow(after, MAX(packet->duration, 0), &end) && end > timing->end)
        timing->end = end;
    int64_t ps = ticks_to_ps(after, timing->time_base);
    bool further = ps > 0 && (uint64_t)ps > last_of(media->ps) && packet->pos > 0 &&
                   (uint64_t)packet->pos > last_of(media->bytes) &&
                   packet->pos < (int64_t)g_mapped_file_get_length(media->file);
    if (further && media->ps->len < POINTS_MAX)
        add_point(media, (uint64_t)packet->pos, (uint64_t)ps);
}

/* The end of the last packet, or what the container says if packets do not say how long they last. */
static int64_t duration_ps(const struct timing *timing, const AVStream *stream,
                           const struct reader_media *media)
{
    int64_t ps = ticks_to_ps(timing->end, timing->time_base);
    if (ps > 0 && (uint64_t)ps > last_of(media->ps))
        return ps;
    if (stream->duration != AV_NOPTS_VALUE && stream->duration > 0)
        return ticks_to_ps(stream->duration, stream->time_base);
    return ps;
}

/* Both columns end with (size, duration); points that are not before it go. */
static gboolean finish_points(struct reader_media *media, int64_t end_ps, GError **error)
{
    uint64_t size = g_mapped_file_get_length(media->file);
    if (end_ps <= 0)
        return failure(error, STATUS_INPUT, "has no timing");
    while (media->ps->len > 1 && last_of(media->ps) >= (uint64_t)end_ps) {
        g_array_set_size(media->ps, media->ps->len - 1);
        g_array_set_size(media->bytes, media->bytes->len - 1);
    }
    add_point(media, size, (uint64_t)end_ps);
    media->media = (struct weft_media){
        .name = media->name,
        .points = media->ps->len,
        .at_bytes = (const uint64_t *)(const void *)media->bytes->data,
        .at_ps = (const weft_ps *)(const void *)media->ps->data,
        .data = (const uint8_t *)g_mapped_file_get_contents(media->file),
    };
    return TRUE;
}

static gboolean read_clock(struct reader_media *media, struct demuxer *demuxer, GError **error)
{
    if (demuxer_open(demuxer) < 0)
        return failure(error, STATUS_INPUT, "is not a media file");
    int index = main_stream(demuxer->context);
    if (index < 0)
        return failure(error, STATUS_INPUT, "has neither video nor audio");
    const AVStream *stream = demuxer->context->streams[index];
    struct timing timing = {.time_base = stream->time_base};
    for (unsigned i = 0; i < demuxer->context->nb_streams; i++)
        demuxer->context->streams[i]->discard = (int)i == index ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    uint64_t read = 0;
    while (av_read_frame(demuxer->context, demuxer->packet) >= 0) {
        if (demuxer->packet->stream_index == index) {
            read++;
            take_packet(media, &timing, demuxer->packet);
        }
        av_packet_unref(demuxer->packet);
    }
    if (read == 0)
        return failure(error, STATUS_INPUT, "has no packets");
    return finish_points(media, duration_ps(&timing, stream, media), error);
}

/* Maps a regular file that is not empty: a device or pipe cannot be mapped and might never end. */
static GMappedFile *map_file(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) < 0) {
        failure(error, STATUS_INPUT, "cannot be opened: %s", g_strerror(errno));
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    GMappedFile *file = NULL;
    g_autoptr(GError) refused = NULL;
    if (!S_ISREG(status.st_mode))
        failure(error, STATUS_INPUT, "is not a regular file");
    else if (status.st_size == 0)
        failure(error, STATUS_INPUT, "is empty");
    else if (!(file = g_mapped_file_new_from_fd(fd, FALSE, &refused)))
        failure(error, STATUS_INPUT, "cannot be read: %s", refused->message);
    close(fd);
    return file;
}

static void reader_close(struct weft_media *media)
{
    struct reader_media *owner = (struct reader_media *)media; /* its first member */
    if (owner->file)
        g_mapped_file_unref(owner->file);
    g_array_unref(owner->bytes);
    g_array_unref(owner->ps);
    g_free(owner->name);
    g_free(owner);
}

static struct weft_media *reader_open(const char *path, GError **error)
{
    struct reader_media *media = g_new0(struct reader_media, 1);
    media->name = g_path_get_basename(path);
    media->bytes = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    media->ps = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    media->file = map_file(path, error);
    gboolean good = media->file != NULL;
    if (good) {
        struct demuxer demuxer = {.source = {.data = (const uint8_t *)g_mapped_file_get_contents(media->file),
                                             .size = (int64_t)g_mapped_file_get_length(media->file)}};
        add_point(media, 0, 0);
        good = read_clock(media, &demuxer, error);
        demuxer_close(&demuxer);
    }
    if (good)
        return &media->media;
    reader_close(&media->media);
    return NULL;
}

static const struct media_reader reader = {MEDIA_READER_VERSION, reader_open, reader_close};

G_MODULE_EXPORT const struct media_reader *weft_media_reader(void);

const struct media_reader *weft_media_reader(void)
{
    av_log_set_level(AV_LOG_QUIET);
    return &reader;
}
