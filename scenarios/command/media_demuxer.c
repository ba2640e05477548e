/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file is mapped, and the demuxer reads it from there and can open nothing else: play lists and the like cannot reach
 * other files or the network. */

#include "media_demuxer.h"

#include <errno.h>
#include <glib.h>
#include <limits.h>
#include <string.h>

enum { IO_BYTES = 32768, READ_COST_BYTES = 1024 };

/* What a file of few bytes may make a demuxer do is bounded, by its size and these: an index of 64 MiB holds 2.8 million
 * samples; a buffer's worth is read for each sample where tracks are far apart. */
enum { ALLOC_MIN_BYTES = 64 << 20, ALLOC_TIMES = 16, MOST_STREAMS = 256 };
enum { PATIENCE_MIN_BYTES = 256 << 20, PATIENCE_TIMES = 256 };

static int read_bytes(void *opaque, uint8_t *out, int wanted)
{
    struct source_bytes *source = opaque;
    int64_t left = source->size - source->at;
    int got = left < wanted ? (int)left : wanted;
    if (source->patience_bytes < 0)
        return AVERROR_EOF;
    source->patience_bytes -= READ_COST_BYTES + got;
    if (got <= 0)
        return AVERROR_EOF;
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

void demuxer_close(struct demuxer *demuxer)
{
    av_packet_free(&demuxer->packet);
    avformat_close_input(&demuxer->context);
    if (demuxer->io)
        av_freep(&demuxer->io->buffer);
    avio_context_free(&demuxer->io);
}

static int demuxer_alloc(struct demuxer *demuxer)
{
    uint8_t *buffer = av_malloc(IO_BYTES);
    demuxer->io =
        buffer ? avio_alloc_context(buffer, IO_BYTES, 0, &demuxer->source, read_bytes, NULL, seek_bytes)
               : NULL;
    demuxer->packet = av_packet_alloc();
    demuxer->context = avformat_alloc_context();
    if (!demuxer->io)
        av_free(buffer);
    return demuxer->io && demuxer->packet && demuxer->context ? 0 : AVERROR(ENOMEM);
}

/* Where raw H.264 does not say how many pictures there are a second, libavformat would say 25: ask it to say what nobody
 * means. */
static int open_input(struct demuxer *demuxer)
{
    const AVInputFormat *format = NULL;
    AVDictionary *options = NULL;
    int status = av_probe_input_buffer2(demuxer->io, &format, NULL, NULL, 0, 0);
    if (status >= 0 && strcmp(format->name, "h264") == 0)
        status = av_dict_set(&options, "framerate", DEMUXER_RATE_UNSAID, 0);
    if (status >= 0)
        status = avformat_open_input(&demuxer->context, NULL, format, &options);
    av_dict_free(&options);
    return status;
}

int demuxer_open(struct demuxer *demuxer, const uint8_t *data, uint64_t bytes)
{
    int64_t size = (int64_t)MIN(bytes, INT64_MAX), most = MIN(size, INT64_MAX / 1024);
    *demuxer = (struct demuxer){
        .source = {.data = data, .size = size, .patience_bytes = PATIENCE_MIN_BYTES + most * PATIENCE_TIMES}};
    av_max_alloc((size_t)MIN(ALLOC_MIN_BYTES + most * ALLOC_TIMES, INT_MAX)); /* of each piece of memory */
    int status = demuxer_alloc(demuxer);
    if (status < 0)
        return status;
    demuxer->context->pb = demuxer->io;
    /* No protocol has this name: play lists open nothing. Demuxers that open contexts of their own pass it on. */
    demuxer->context->protocol_whitelist = av_strdup("none");
    if (!demuxer->context->protocol_whitelist)
        return AVERROR(ENOMEM);
    /* Presentation times are made up where MPEG program streams and AVI leave them out. */
    demuxer->context->max_streams = MOST_STREAMS;
    demuxer->context->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_GENPTS;
    status = open_input(demuxer);
    return status < 0 ? status : avformat_find_stream_info(demuxer->context, NULL);
}
