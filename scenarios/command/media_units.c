/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Access units taken apart. H.264 comes with start codes or, from MP4 and the like, with lengths and its parameter sets
 * apart; libavcodec's filter gives it start codes, at which it is cut here. Audio packets are frames. */

#include "media_units.h"

#include "failure.h"

#include <libavcodec/bsf.h>

struct unit_reader {
    AVBSFContext *filter; /* NULL: a packet is a unit */
    GByteArray *data;
    GArray *at_byte, *timestamp; /* uint64_t, uint32_t */
    GByteArray *last;
    guint64 most_bytes;
};

struct unit_reader *unit_reader_new(const AVStream *stream, guint64 file_bytes, GError **error)
{
    struct unit_reader *reader = g_new0(struct unit_reader, 1);
    reader->data = g_byte_array_new();
    reader->at_byte = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    reader->timestamp = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    reader->last = g_byte_array_new();
    /* Parameter sets are repeated before each picture that can be begun with: more than the file has, but not much. */
    reader->most_bytes = MIN(2 * file_bytes + (1 << 20), (guint64)G_MAXUINT - (1 << 16));
    guint64 none = 0;
    g_array_append_val(reader->at_byte, none);
    if (stream->codecpar->codec_id != AV_CODEC_ID_H264)
        return reader;
    const AVBitStreamFilter *kind = av_bsf_get_by_name("h264_mp4toannexb");
    if (kind && av_bsf_alloc(kind, &reader->filter) >= 0 &&
        avcodec_parameters_copy(reader->filter->par_in, stream->codecpar) >= 0) {
        reader->filter->time_base_in = stream->time_base;
        if (av_bsf_init(reader->filter) >= 0)
            return reader;
    }
    failure(error, STATUS_INPUT, "has H.264 that cannot be taken apart");
    unit_reader_free(reader);
    return NULL;
}

void unit_reader_free(struct unit_reader *reader)
{
    if (!reader)
        return;
    av_bsf_free(&reader->filter);
    g_byte_array_unref(reader->data);
    g_array_unref(reader->at_byte);
    g_array_unref(reader->timestamp);
    g_byte_array_unref(reader->last);
    g_free(reader);
}

static gboolean add_unit(struct unit_reader *reader, const uint8_t *bytes, size_t length, uint32_t timestamp,
                         GError **error)
{
    if (length > reader->most_bytes - reader->data->len || reader->timestamp->len >= G_MAXINT)
        return failure(error, STATUS_INPUT, "has more in it than its size allows");
    g_byte_array_append(reader->data, bytes, (guint)length);
    guint64 end = reader->data->len;
    const guint8 not_last = 0;
    g_array_append_val(reader->at_byte, end);
    g_array_append_val(reader->timestamp, timestamp);
    g_byte_array_append(reader->last, &not_last, 1);
    return TRUE;
}

/* The next 00 00 01 in [at, end), or end. */
static const uint8_t *find_start_code(const uint8_t *at, const uint8_t *end)
{
    for (; end - at >= 3; at++)
        if (at[0] == 0 && at[1] == 0 && at[2] == 1)
            return at;
    return end;
}

/* NAL units between start codes; zero bytes before the next one belong to it (H.264, annex B). */
static gboolean add_nal_units(struct unit_reader *reader, const uint8_t *bytes, size_t length,
                              uint32_t timestamp, GError **error)
{
    const uint8_t *end = bytes + length, *code = find_start_code(bytes, end);
    while (code < end) {
        const uint8_t *nal = code + 3, *next = find_start_code(nal, end), *nal_end = next;
        while (nal_end > nal && nal_end[-1] == 0)
            nal_end--;
        if (nal_end > nal && !add_unit(reader, nal, (size_t)(nal_end - nal), timestamp, error))
            return FALSE;
        code = next;
    }
    return TRUE;
}

static gboolean take_filtered(struct unit_reader *reader, AVPacket *packet, uint32_t timestamp,
                              GError **error)
{
    int status = av_bsf_send_packet(reader->filter, packet);
    if (status < 0) { /* a broken access unit: the file goes on without it */
        av_packet_unref(packet);
        return TRUE;
    }
    gboolean good = TRUE;
    while (good && av_bsf_receive_packet(reader->filter, packet) >= 0) {
        good = add_nal_units(reader, packet->data, (size_t)packet->size, timestamp, error);
        av_packet_unref(packet);
    }
    return good;
}

gboolean unit_reader_take(struct unit_reader *reader, AVPacket *packet, uint32_t timestamp, GError **error)
{
    guint before = reader->last->len;
    gboolean good = TRUE;
    if (reader->filter)
        good = take_filtered(reader, packet, timestamp, error);
    else if (packet->size > 0)
        good = add_unit(reader, packet->data, (size_t)packet->size, timestamp, error);
    if (reader->last->len > before)
        reader->last->data[reader->last->len - 1] = 1;
    return good;
}

uint64_t unit_reader_bytes(const struct unit_reader *reader)
{
    return reader->data->len;
}

struct weft_units unit_reader_units(const struct unit_reader *reader)
{
    return (struct weft_units){
        .units = reader->timestamp->len,
        .at_byte = (const uint64_t *)(const void *)reader->at_byte->data,
        .timestamp = (const uint32_t *)(const void *)reader->timestamp->data,
        .last = reader->last->data,
    };
}

const uint8_t *unit_reader_data(const struct unit_reader *reader)
{
    return reader->data->data;
}
