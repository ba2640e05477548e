/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The media reader: libavformat tells which byte of a file is due when, and where its units begin for formats that cut
 * units. Only positions, times and bytes of packets are used; nothing is decoded here. */

#include "failure.h"
#include "media.h"
#include "media_demuxer.h"
#include "media_units.h"

#include <gmodule.h>
#include <libavcodec/avcodec.h>
#include <libavutil/parseutils.h>
#include <string.h>

enum { POINTS_MAX = 1 << 26, LONGEST_S = 1000000, TIMESTAMP_HZ = 90000 };
/* Clocks of films that were put together jump by more than this; ffmpeg's own limits (dts_delta_threshold). */
enum { JUMP_BACK_MS = 100, JUMP_AHEAD_MS = 10000 };

struct reader_media {
    struct weft_media media;
    const uint8_t *data; /* the file */
    uint64_t file_bytes;
    GArray *bytes, *ps; /* of uint64_t: the columns */
    struct unit_reader *unit_reader;
    struct weft_units units;
};

static gboolean codec_is_among(const AVStream *stream, const char *const *codecs)
{
    return !codecs || g_strv_contains(codecs, avcodec_get_name(stream->codecpar->codec_id));
}

/* The first video stream, else the first audio stream, of the codecs asked for; -1: none. */
static int main_stream(const AVFormatContext *context, const char *const *codecs)
{
    static const enum AVMediaType wanted[] = {AVMEDIA_TYPE_VIDEO, AVMEDIA_TYPE_AUDIO};
    for (size_t kind = 0; kind < G_N_ELEMENTS(wanted); kind++)
        for (unsigned i = 0; i < context->nb_streams; i++) {
            const AVStream *stream = context->streams[i];
            bool picture =
                (stream->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0; /* a cover has no clock */
            if (stream->codecpar->codec_type == wanted[kind] && !picture && codec_is_among(stream, codecs))
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
    int64_t frame_ticks; /* how long a packet lasts where packets have no times: raw H.264; 0: they have */
    int64_t first, end;  /* in time_base; end: of the last packet */
    int64_t next;        /* when the next packet should come */
    int64_t back,
        ahead; /* a packet that is further from that belongs to another clock; 0: there is but one */
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

/* Raw H.264 has no times: a packet is a picture, and the stream says how many there are a second, or it has no clock. */
static gboolean begin_timing(struct timing *timing, const AVFormatContext *context, const AVStream *stream,
                             GError **error)
{
    *timing = (struct timing){.time_base = stream->time_base};
    if (context->iformat->flags & AVFMT_TS_DISCONT) {
        const AVRational ms = {1, 1000};
        timing->back = av_rescale_q(JUMP_BACK_MS, ms, stream->time_base);
        timing->ahead = av_rescale_q(JUMP_AHEAD_MS, ms, stream->time_base);
    }
    if (strcmp(context->iformat->name, "h264") != 0)
        return TRUE;
    AVRational rate = stream->avg_frame_rate.num > 0 ? stream->avg_frame_rate : stream->r_frame_rate, unsaid;
    av_parse_ratio(&unsaid, DEMUXER_RATE_UNSAID, INT_MAX, 0, NULL);
    if (rate.num <= 0 || rate.den <= 0 || av_cmp_q(rate, unsaid) == 0)
        return failure(error, STATUS_INPUT, "has no timing: it does not say its frame rate");
    timing->time_base = (AVRational){rate.den, rate.num};
    timing->frame_ticks = 1;
    return TRUE;
}

/* Films that were put together have several clocks: each goes on where the one before ended. */
static void follow_clock(struct timing *timing, int64_t dts)
{
    int64_t begun, off;
    if (timing->packets == 0)
        timing->first = dts;
    else if (timing->ahead && !__builtin_sub_overflow(dts, timing->next, &begun) &&
             !__builtin_sub_overflow(begun, timing->first, &off) &&
             (off < -timing->back || off > timing->ahead))
        timing->first = begun;
}

/* Decoding time of the packet after the first one's, in `*ticks`; false: it has none that can be used. */
static bool packet_time(struct timing *timing, const AVPacket *packet, int64_t *ticks)
{
    if (timing->frame_ticks) {
        *ticks = (int64_t)timing->packets++ * timing->frame_ticks;
        timing->end = *ticks + timing->frame_ticks;
        return true;
    }
    if (packet->dts == AV_NOPTS_VALUE)
        return false;
    follow_clock(timing, packet->dts);
    timing->packets++;
    int64_t end;
    if (__builtin_sub_overflow(packet->dts, timing->first, ticks) || *ticks < 0)
        return false;
    if (!__builtin_add_overflow(*ticks, MAX(packet->duration, 0), &end)) {
        timing->end = MAX(timing->end, end);
        timing->next = end;
    }
    return true;
}

/* Presentation after the first decoding time, in 1/90,000 s. */
static uint32_t presentation(const struct timing *timing, const AVPacket *packet, int64_t decode_ticks)
{
    int64_t ticks = decode_ticks, pts;
    if (!timing->frame_ticks && packet->pts != AV_NOPTS_VALUE &&
        !__builtin_sub_overflow(packet->pts, timing->first, &pts))
        ticks = pts;
    return (uint32_t)av_rescale_q(ticks, timing->time_base, (AVRational){1, TIMESTAMP_HZ});
}

/* Where the packet begins in what the stream sends: in the file, or in its units. */
static int64_t packet_place(const struct reader_media *media, const AVPacket *packet)
{
    return media->unit_reader ? (int64_t)unit_reader_bytes(media->unit_reader) : packet->pos;
}

static gboolean take_packet(struct reader_media *media, struct timing *timing, AVPacket *packet,
                            GError **error)
{
    int64_t ticks;
    if (!packet_time(timing, packet, &ticks))
        return TRUE;
    int64_t ps = ticks_to_ps(ticks, timing->time_base), place = packet_place(media, packet);
    bool further = ps > 0 && (uint64_t)ps > last_of(media->ps) && place > 0 &&
                   (uint64_t)place > last_of(media->bytes) &&
                   (media->unit_reader || (uint64_t)place < media->file_bytes);
    if (further && media->ps->len < POINTS_MAX)
        add_point(media, (uint64_t)place, (uint64_t)ps);
    if (!media->unit_reader)
        return TRUE;
    uint32_t timestamp = presentation(timing, packet, ticks);
    return unit_reader_take(media->unit_reader, packet, timestamp, error);
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
    uint64_t size = media->unit_reader ? unit_reader_bytes(media->unit_reader) : media->file_bytes;
    if (end_ps <= 0)
        return failure(error, STATUS_INPUT, "has no timing");
    if (size == 0)
        return failure(error, STATUS_INPUT, "has nothing in it that can be sent");
    if ((weft_u128)size * 8 * WEFT_PS_PER_S / (uint64_t)end_ps > UINT64_MAX)
        return failure(error, STATUS_INPUT, "is over too fast: 2^64 bit/s and more");
    while (media->ps->len > 1 && (last_of(media->ps) >= (uint64_t)end_ps || last_of(media->bytes) >= size)) {
        g_array_set_size(media->ps, media->ps->len - 1);
        g_array_set_size(media->bytes, media->bytes->len - 1);
    }
    add_point(media, size, (uint64_t)end_ps);
    media->media = (struct weft_media){
        .points = media->ps->len,
        .at_bytes = (const uint64_t *)(const void *)media->bytes->data,
        .at_ps = (const weft_ps *)(const void *)media->ps->data,
        .access_units = true,
        .data = media->data,
    };
    if (media->unit_reader) {
        media->units = unit_reader_units(media->unit_reader);
        media->media.units = &media->units;
        media->media.data = unit_reader_data(media->unit_reader);
    }
    return TRUE;
}

static gboolean read_packets(struct reader_media *media, struct demuxer *demuxer, int index,
                             struct timing *timing, GError **error)
{
    for (unsigned i = 0; i < demuxer->context->nb_streams; i++)
        demuxer->context->streams[i]->discard = (int)i == index ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    uint64_t read = 0;
    gboolean good = TRUE;
    while (good && av_read_frame(demuxer->context, demuxer->packet) >= 0) {
        if (demuxer->packet->stream_index == index) {
            read++;
            good = take_packet(media, timing, demuxer->packet, error);
        }
        av_packet_unref(demuxer->packet);
    }
    if (good && demuxer->source.patience_bytes < 0)
        return failure(error, STATUS_INPUT, "is read over and over without an end");
    return good && (read > 0 || failure(error, STATUS_INPUT, "has no packets"));
}

static gboolean read_clock(struct reader_media *media, struct demuxer *demuxer, const char *const *codecs,
                           GError **error)
{
    if (demuxer_open(demuxer, media->data, media->file_bytes) < 0)
        return failure(error, STATUS_INPUT, "is not a media file");
    int index = main_stream(demuxer->context, codecs);
    if (index < 0 && codecs) {
        g_autofree char *names = g_strjoinv(" or ", (char **)codecs);
        return failure(error, STATUS_INPUT, "has no %s", names);
    }
    if (index < 0)
        return failure(error, STATUS_INPUT, "has neither video nor audio");
    const AVStream *stream = demuxer->context->streams[index];
    if (codecs) {
        media->unit_reader = unit_reader_new(stream, media->file_bytes, error);
        if (!media->unit_reader)
            return FALSE;
    }
    struct timing timing;
    return begin_timing(&timing, demuxer->context, stream, error) &&
           read_packets(media, demuxer, index, &timing, error) &&
           finish_points(media, duration_ps(&timing, stream, media), error);
}

static void reader_close(struct weft_media *media)
{
    struct reader_media *owner = (struct reader_media *)media; /* its first member */
    unit_reader_free(owner->unit_reader);
    g_array_unref(owner->bytes);
    g_array_unref(owner->ps);
    g_free(owner);
}

static struct weft_media *reader_open(const uint8_t *data, uint64_t bytes, const char *const *codecs,
                                      GError **error)
{
    struct reader_media *media = g_new0(struct reader_media, 1);
    struct demuxer demuxer;
    media->data = data;
    media->file_bytes = bytes;
    media->bytes = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    media->ps = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    add_point(media, 0, 0);
    gboolean good = read_clock(media, &demuxer, codecs, error);
    demuxer_close(&demuxer);
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
