/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file is mapped, and the demuxer reads it from there and can open nothing else: play lists and the like cannot reach
 * other files or the network. */

#include "media_demuxer.h"

#include <errno.h>
#include <string.h>

enum { IO_BYTES = 32768 };

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

int demuxer_open(struct demuxer *demuxer, GMappedFile *file)
{
    *demuxer = (struct demuxer){.source = {.data = (const uint8_t *)g_mapped_file_get_contents(file),
                                           .size = (int64_t)g_mapped_file_get_length(file)}};
    int status = demuxer_alloc(demuxer);
    if (status < 0)
        return status;
    demuxer->context->pb = demuxer->io;
    /* No protocol has this name: play lists open nothing. Demuxers that open contexts of their own pass it on. */
    demuxer->context->protocol_whitelist = av_strdup("none");
    if (!demuxer->context->protocol_whitelist)
        return AVERROR(ENOMEM);
    /* Presentation times are made up where MPEG program streams and AVI leave them out. */
    demuxer->context->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_GENPTS;
    status = avformat_open_input(&demuxer->context, NULL, NULL, NULL);
    return status < 0 ? status : avformat_find_stream_info(demuxer->context, NULL);
}
