/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Headers off, payload out, by format. Nothing here is shared with what writes headers and cuts payloads. What is
 * lost leaves no hole: of a unit that came in fragments and is not whole nothing is written. */

#include "receiver.h"

#include "outbuffer.h"

#include <glib.h>
#include <string.h>

enum { BUFFER_BYTES = 1 << 14 }; /* there may be thousands of files */

/* A part of a packet that is still to be read. */
struct part {
    const uint8_t *at;
    size_t bytes;
};

struct row {
    const struct weft_format *format;
    bool rtp;
    const char *(*suffix)(const uint8_t *first, uint64_t bytes); /* NULL: as the source's */
    void (*take)(struct receiver *receiver, struct part payload);
};

struct receiver {
    const struct row *row;
    struct outbuffer out;
    GByteArray *unit; /* the fragments of a unit so far; empty: none is begun */
    uint16_t sequence;
    bool begun;     /* sequence is that of the packet before */
    bool in_order;  /* nothing is missing between that and this one */
    size_t missing; /* of an audio frame in `unit` */
};

static uint32_t get16(const uint8_t *at)
{
    return (uint32_t)at[0] << 8 | at[1];
}

/* Take `bytes` off the front; false if there are not as many. */
static bool skip(struct part *part, size_t bytes)
{
    if (bytes > part->bytes)
        return false;
    part->at += bytes;
    part->bytes -= bytes;
    return true;
}

/* --- headers --- */

/* Ethernet II with any VLAN tags; the type is what follows. */
static bool strip_ethernet(struct part *part, uint32_t *type)
{
    enum { ADDRESSES = 12, TYPE = 2, TAG_REST = 2, TAGGED = 0x8100, SERVICE_TAGGED = 0x88a8 };
    if (!skip(part, ADDRESSES))
        return false;
    for (;;) {
        if (part->bytes < TYPE)
            return false;
        *type = get16(part->at);
        skip(part, TYPE);
        if (*type != TAGGED && *type != SERVICE_TAGGED)
            return true;
        if (!skip(part, TAG_REST))
            return false;
    }
}

/* RFC 791; what comes behind the packet is padding of the frame. */
static bool strip_ipv4(struct part *part)
{
    enum { LEAST = 20, TOTAL_LENGTH = 2, FRAGMENT = 6, PROTOCOL = 9, UDP = 17, NOT_WHOLE = 0x3fff };
    if (part->bytes < LEAST || part->at[0] >> 4 != 4)
        return false;
    size_t header = 4 * (size_t)(part->at[0] & 0xf), total = get16(part->at + TOTAL_LENGTH);
    if (header < LEAST || total < header || total > part->bytes || part->at[PROTOCOL] != UDP ||
        get16(part->at + FRAGMENT) & NOT_WHOLE)
        return false;
    part->bytes = total;
    return skip(part, header);
}

/* RFC 8200, without extension headers. */
static bool strip_ipv6(struct part *part)
{
    enum { HEADER = 40, PAYLOAD_LENGTH = 4, NEXT_HEADER = 6, UDP = 17 };
    if (part->bytes < HEADER || part->at[0] >> 4 != 6 || part->at[NEXT_HEADER] != UDP)
        return false;
    size_t bytes = get16(part->at + PAYLOAD_LENGTH);
    skip(part, HEADER);
    if (bytes > part->bytes)
        return false;
    part->bytes = bytes;
    return true;
}

static bool strip_udp(struct part *part)
{
    enum { HEADER = 8, LENGTH = 4 };
    if (part->bytes < HEADER)
        return false;
    size_t length = get16(part->at + LENGTH);
    if (length < HEADER || length > part->bytes)
        return false;
    part->bytes = length;
    return skip(part, HEADER);
}

/* RFC 3550, 5.1 and 5.3.1. */
static bool strip_rtp(struct receiver *receiver, struct part *part)
{
    enum { HEADER = 12, VERSION = 2, PADDED = 0x20, EXTENDED = 0x10, SOURCES = 0xf, EXTENSION = 4 };
    if (part->bytes < HEADER || part->at[0] >> 6 != VERSION)
        return false;
    uint8_t flags = part->at[0];
    uint16_t sequence = (uint16_t)get16(part->at + 2);
    if (!skip(part, HEADER + 4 * (size_t)(flags & SOURCES)))
        return false;
    if (flags & EXTENDED &&
        (part->bytes < EXTENSION || !skip(part, EXTENSION + 4 * (size_t)get16(part->at + 2))))
        return false;
    if (flags & PADDED) {
        uint8_t padding = part->bytes ? part->at[part->bytes - 1] : 0;
        if (padding == 0 || padding > part->bytes)
            return false;
        part->bytes -= padding;
    }
    receiver->in_order = receiver->begun && sequence == (uint16_t)(receiver->sequence + 1);
    receiver->sequence = sequence;
    receiver->begun = true;
    return true;
}

/* --- payloads --- */

static void put(struct receiver *receiver, const uint8_t *bytes, size_t length)
{
    if (length > 0)
        memcpy(outbuffer_add(&receiver->out, length), bytes, length);
}

static void take_bytes(struct receiver *receiver, struct part payload)
{
    put(receiver, payload.at, payload.bytes);
}

static void begin_unit(struct receiver *receiver, const uint8_t *bytes, size_t length)
{
    g_byte_array_set_size(receiver->unit, 0);
    g_byte_array_append(receiver->unit, bytes, (guint)length);
}

static void drop_unit(struct receiver *receiver)
{
    g_byte_array_set_size(receiver->unit, 0);
}

static void put_nal_unit(struct receiver *receiver, const uint8_t *bytes, size_t length)
{
    static const uint8_t start_code[] = {0, 0, 0, 1};
    put(receiver, start_code, sizeof start_code);
    put(receiver, bytes, length);
}

/* RFC 6184, 5.8. */
static void take_fu_a(struct receiver *receiver, struct part payload)
{
    enum { HEADER = 2, START = 0x80, END = 0x40, TYPE = 0x1f, REFERENCE = 0xe0 };
    if (payload.bytes <= HEADER)
        return;
    uint8_t indicator = payload.at[0], fragment = payload.at[1];
    skip(&payload, HEADER);
    if (fragment & START) {
        uint8_t first = (uint8_t)((indicator & REFERENCE) | (fragment & TYPE));
        begin_unit(receiver, &first, 1);
    } else if (!receiver->in_order || receiver->unit->len == 0) {
        drop_unit(receiver);
        return;
    }
    g_byte_array_append(receiver->unit, payload.at, (guint)payload.bytes);
    if (fragment & END) {
        put_nal_unit(receiver, receiver->unit->data, receiver->unit->len);
        drop_unit(receiver);
    }
}

/* RFC 6184, 5.2: types 1 to 23 are NAL units as they are; others than FU-A are not sent to us. */
static void take_h264(struct receiver *receiver, struct part payload)
{
    enum { TYPE = 0x1f, LAST_NAL = 23, FU_A = 28 };
    uint8_t type = payload.bytes ? payload.at[0] & TYPE : 0;
    if (type == FU_A) {
        take_fu_a(receiver, payload);
        return;
    }
    drop_unit(receiver);
    if (type >= 1 && type <= LAST_NAL)
        put_nal_unit(receiver, payload.at, payload.bytes);
}

/* Length of the audio frame that begins here (ISO/IEC 11172-3 and 13818-3, 2.4.2.3 and 2.4.3.1); 0: its header does not
 * say. */
static size_t audio_frame_bytes(const struct part *part)
{
    static const uint16_t kbit_s[5][15] = {
        {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448}, /* MPEG-1, layer I */
        {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},    /* II */
        {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},     /* III */
        {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},    /* MPEG-2, I */
        {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},         /* II and III */
    };
    static const uint32_t hertz[4][3] = {
        {11025, 12000, 8000}, {0, 0, 0}, {22050, 24000, 16000}, {44100, 48000, 32000}};
    const uint8_t *at = part->at;
    if (part->bytes < 4 || at[0] != 0xff || (at[1] & 0xe0) != 0xe0)
        return 0;
    uint32_t version = at[1] >> 3 & 3, layer = 4 - (at[1] >> 1 & 3), rate = at[2] >> 4,
             clock = at[2] >> 2 & 3;
    bool full = version == 3,
         padded = at[2] >> 1 & 1; /* full: MPEG-1, else half its sampling rates or less */
    if (version == 1 || layer == 4 || rate == 0 || rate == 15 || clock == 3)
        return 0;
    uint32_t bps = 1000U * kbit_s[full ? layer - 1 : layer == 1 ? 3 : 4][rate], hz = hertz[version][clock];
    if (layer == 1)
        return 4 * (12 * bps / hz + padded);
    return (layer == 3 && !full ? 72 : 144) * bps / hz + padded;
}

/* RFC 2250, 3.5: four bytes, the last two the offset of the data in their frame. */
static void take_mpa(struct receiver *receiver, struct part payload)
{
    enum { HEADER = 4, OFFSET = 2 };
    if (payload.bytes <= HEADER)
        return;
    uint32_t offset = get16(payload.at + OFFSET);
    skip(&payload, HEADER);
    if (offset == 0) {
        size_t bytes = audio_frame_bytes(&payload);
        drop_unit(receiver);
        if (bytes <= payload.bytes) {
            put(receiver, payload.at, payload.bytes);
            return;
        }
        begin_unit(receiver, payload.at, payload.bytes);
        receiver->missing = bytes - payload.bytes;
        return;
    }
    if (!receiver->in_order || receiver->unit->len != offset || payload.bytes > receiver->missing) {
        drop_unit(receiver);
        return;
    }
    g_byte_array_append(receiver->unit, payload.at, (guint)payload.bytes);
    receiver->missing -= payload.bytes;
    if (receiver->missing == 0) {
        put(receiver, receiver->unit->data, receiver->unit->len);
        drop_unit(receiver);
    }
}

/* --- the table --- */

static const char *suffix_ts(const uint8_t *first, uint64_t bytes)
{
    (void)first;
    (void)bytes;
    return ".ts";
}

static const char *suffix_h264(const uint8_t *first, uint64_t bytes)
{
    (void)first;
    (void)bytes;
    return ".h264";
}

/* The layer that the first frame says. */
static const char *suffix_mpa(const uint8_t *first, uint64_t bytes)
{
    static const char *const by_layer[] = {".mpa", ".mp3", ".mp2", ".mp1"};
    return by_layer[bytes >= 2 ? first[1] >> 1 & 3 : 0];
}

static const struct row rows[] = {
    {&weft_format_udp, false, NULL, take_bytes},
    {&weft_format_ts, false, suffix_ts, take_bytes},
    {&weft_format_rtp, true, NULL, take_bytes},
    {&weft_format_rtp_ts, true, suffix_ts, take_bytes},
    {&weft_format_rtp_h264, true, suffix_h264, take_h264},
    {&weft_format_rtp_mpa, true, suffix_mpa, take_mpa},
};

/* A format without a row is bytes behind RTP or not. */
static const struct row *row_of(const struct weft_format *format)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        if (rows[i].format == format)
            return &rows[i];
    return &rows[format && format->header_bytes > 0 ? 2 : 0];
}

const char *receiver_suffix(const struct weft_format *format, const uint8_t *first, uint64_t bytes)
{
    const struct row *row = row_of(format);
    return row->suffix ? row->suffix(first, bytes) : NULL;
}

struct receiver *receiver_new(const struct weft_format *format, int fd)
{
    struct receiver *receiver = g_new0(struct receiver, 1);
    receiver->row = row_of(format);
    receiver->unit = g_byte_array_new();
    outbuffer_init(&receiver->out, fd, BUFFER_BYTES);
    return receiver;
}

void receiver_free(struct receiver *receiver)
{
    if (!receiver)
        return;
    outbuffer_clear(&receiver->out);
    g_byte_array_unref(receiver->unit);
    g_free(receiver);
}

void receiver_take(struct receiver *receiver, const uint8_t *frame, size_t bytes)
{
    enum { IPV4 = 0x0800, IPV6 = 0x86dd };
    struct part part = {frame, bytes};
    uint32_t type;
    if (!strip_ethernet(&part, &type))
        return;
    bool ip = type == IPV4 ? strip_ipv4(&part) : type == IPV6 ? strip_ipv6(&part) : false;
    if (ip && strip_udp(&part) && (!receiver->row->rtp || strip_rtp(receiver, &part)))
        receiver->row->take(receiver, part);
}

int receiver_end(struct receiver *receiver)
{
    drop_unit(receiver);
    return outbuffer_flush(&receiver->out);
}
