/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_MEDIA_DEMUXER_H
#define COMMAND_MEDIA_DEMUXER_H

/* A media file as libavformat sees it: mapped, and nothing else within reach. */

#include <libavformat/avformat.h>

/* The mapped file as an AVIOContext sees it. */
struct source_bytes {
    const uint8_t *data;
    int64_t size, at;
    int64_t patience_bytes; /* that may yet be read; below 0: somebody reads the file over and over */
};

/* The frame rate of raw H.264 that does not say its own. */
#define DEMUXER_RATE_UNSAID "1/1000"

/* What a demuxer is opened with; freed as one. */
struct demuxer {
    struct source_bytes source;
    AVIOContext *io;
    AVFormatContext *context;
    AVPacket *packet;
};

/* Open the demuxer of a file of `bytes` at `data`: below 0 if it is no media file. To be closed in any case. */
int demuxer_open(struct demuxer *demuxer, const uint8_t *data, uint64_t bytes);
void demuxer_close(struct demuxer *demuxer);

#endif
