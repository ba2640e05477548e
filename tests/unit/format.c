/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Payload formats: what a receiver that knows only the RFC puts together from the packets is the units. */
#include "weft/format.h"
#include "weft/traffic.h"

#include <glib.h>
#include <string.h>

enum { MOST_UNITS = 60 };

struct file {
    struct weft_units units;
    uint64_t at_byte[MOST_UNITS + 1];
    uint32_t timestamp[MOST_UNITS];
    uint8_t last[MOST_UNITS], *data;
};

static uint32_t between(uint32_t least, uint32_t most)
{
    return (uint32_t)g_test_rand_int_range((gint32)least, (gint32)most + 1);
}

/* Units of 1 to `most_bytes`; first bytes as NAL units have them. */
static struct file *random_file(uint32_t most_bytes)
{
    struct file *file = g_new0(struct file, 1);
    uint32_t units = between(1, MOST_UNITS), timestamp = 0;
    file->data = g_malloc((gsize)units * most_bytes);
    for (uint32_t i = 0; i < units * most_bytes; i++)
        file->data[i] = (uint8_t)(i * 2654435761U >> 24);
    for (uint32_t i = 0; i < units; i++) {
        file->at_byte[i + 1] = file->at_byte[i] + between(1, most_bytes);
        file->data[file->at_byte[i]] = (uint8_t)(between(0, 3) << 5 | between(1, 23));
        file->timestamp[i] = timestamp;
        file->last[i] = i + 1 == units || between(0, 2) == 0;
        timestamp += file->last[i] ? 3600 : 0;
    }
    file->units = (struct weft_units){units, file->at_byte, file->timestamp, file->last};
    return file;
}

static void free_file(struct file *file)
{
    g_free(file->data);
    g_free(file);
}

static uint64_t unit_bytes(const struct file *file, uint32_t unit)
{
    return file->at_byte[unit + 1] - file->at_byte[unit];
}

/* RFC 6184 as a receiver reads it: the NAL unit of each packet, or put together from FU-A. */
static void nal_units_come_out_whole(void)
{
    for (int round = 0; round < 100; round++) {
        struct file *file = random_file(round % 2 ? 5000 : 40);
        uint32_t payload = between(3, 1460), unit = 0;
        struct weft_packets *packets =
            weft_packets_new(&weft_format_rtp_h264, &file->units, file->data, payload, NULL);
        GByteArray *nal = g_byte_array_new();
        for (uint32_t i = 0; i < packets->packets; i++) {
            const struct weft_packet *p = &packets->packet[i];
            const uint8_t *data = file->data + p->at_byte;
            g_assert_cmpuint(p->data_bytes, >=, 1);
            g_assert_cmpuint(p->prefix_bytes + p->data_bytes, <=, payload);
            g_assert_cmpuint(p->timestamp, ==, file->timestamp[unit]);
            bool ends = p->prefix_bytes == 0;
            if (p->prefix_bytes) {
                g_assert_cmpuint(p->prefix_bytes, ==, 2);
                g_assert_cmpuint(p->prefix[0] & 0x1f, ==, 28); /* FU-A */
                g_assert_cmpuint(p->prefix[1] & 0x20, ==, 0);
                bool starts = p->prefix[1] & 0x80;
                ends = p->prefix[1] & 0x40;
                g_assert_true(starts == (nal->len == 0));
                g_assert_false(starts && ends);
                const uint8_t first = (uint8_t)((p->prefix[0] & 0xe0) | (p->prefix[1] & 0x1f));
                if (starts)
                    g_byte_array_append(nal, &first, 1);
                if (!ends)
                    g_assert_cmpuint(p->data_bytes, ==, payload - 2); /* only the last one is shorter */
            }
            g_byte_array_append(nal, data, p->data_bytes);
            g_assert_cmpuint(p->marker, ==, ends && file->last[unit]);
            if (ends) {
                g_assert_cmpuint(nal->len, ==, unit_bytes(file, unit));
                g_assert_cmpint(memcmp(nal->data, file->data + file->at_byte[unit], nal->len), ==, 0);
                g_byte_array_set_size(nal, 0);
                unit++;
            }
        }
        g_assert_cmpuint(unit, ==, file->units.units);
        g_byte_array_unref(nal);
        weft_packets_free(packets);
        free_file(file);
    }
}

/* RFC 2250, 3.5: an offset of 0 begins a frame; whole frames lie together, fragments alone. */
static void audio_frames_come_out_whole(void)
{
    for (int round = 0; round < 100; round++) {
        struct file *file = random_file(round % 2 ? 4000 : 420);
        uint32_t payload = between(5, 1460), unit = 0;
        uint64_t in_unit = 0;
        struct weft_packets *packets =
            weft_packets_new(&weft_format_rtp_mpa, &file->units, file->data, payload, NULL);
        for (uint32_t i = 0; i < packets->packets; i++) {
            const struct weft_packet *p = &packets->packet[i];
            g_assert_cmpuint(p->prefix_bytes, ==, 4);
            g_assert_cmpuint(p->prefix[0] << 8 | p->prefix[1], ==, 0);
            g_assert_cmpuint((guint)(p->prefix[2] << 8 | p->prefix[3]), ==, in_unit & 0xffff);
            g_assert_cmpuint(p->prefix_bytes + p->data_bytes, <=, payload);
            g_assert_cmpuint(p->timestamp, ==, file->timestamp[unit]);
            g_assert_cmpuint(p->at_byte, ==, file->at_byte[unit] + in_unit);
            g_assert_cmpuint(p->marker, ==, i == 0);
            uint64_t left = p->data_bytes;
            if (in_unit > 0 || left < unit_bytes(file, unit)) { /* a fragment: of this frame only */
                g_assert_cmpuint(left, <=, unit_bytes(file, unit) - in_unit);
                in_unit += left;
                left = 0;
                if (in_unit == unit_bytes(file, unit)) {
                    unit++;
                    in_unit = 0;
                }
            }
            while (left > 0) {
                g_assert_cmpuint(left, >=, unit_bytes(file, unit));
                left -= unit_bytes(file, unit++);
            }
            /* it was full: the next frame would not have fitted */
            if (in_unit == 0 && unit < file->units.units && p->prefix[2] == 0 && p->prefix[3] == 0)
                g_assert_cmpuint(4 + p->data_bytes + unit_bytes(file, unit), >, payload);
        }
        g_assert_cmpuint(unit, ==, file->units.units);
        weft_packets_free(packets);
        free_file(file);
    }
}

/* The clock of a stream whose packets a format has cut. */
static void a_cut_stream_is_due_by_its_bytes(void)
{
    for (int round = 0; round < 100; round++) {
        struct file *file = random_file(3000);
        uint64_t total = file->at_byte[file->units.units];
        const uint64_t at_bytes[] = {0, total};
        const weft_ps at_ps[] = {0, round % 2 ? 1000 : WEFT_PS_PER_S};
        struct weft_media media = {
            .points = 2, .at_bytes = at_bytes, .at_ps = at_ps, .data = file->data, .units = &file->units};
        uint32_t payload = between(100, 1460);
        struct weft_packets *packets =
            weft_packets_new(&weft_format_rtp_h264, &file->units, file->data, payload, NULL);
        struct weft_clock clock = {
            .rate_bps = 1, .payload_bytes = payload, .media = &media, .packets = packets};
        uint64_t n = weft_clock_packets(&clock);
        g_assert_cmpuint(n, ==, packets->packets);
        for (uint64_t i = 0; i < n; i++) {
            const struct weft_packet *p = &packets->packet[i];
            weft_u128 exact = (weft_u128)p->at_byte * at_ps[1] / total;
            g_assert_cmpuint(weft_clock_due(&clock, i), ==, (weft_ps)exact);
            g_assert_cmpuint(weft_clock_payload(&clock, i), ==, p->prefix_bytes + p->data_bytes);
            g_assert_cmpuint(weft_clock_offset(&clock, i), ==, p->at_byte);
            g_assert_cmpuint(weft_clock_timestamp(&clock, i), ==, p->timestamp);
            uint64_t before = 0;
            while (before < n && (weft_u128)packets->packet[before].at_byte * at_ps[1] / total < exact)
                before++;
            g_assert_cmpuint(weft_clock_due_before(&clock, (weft_ps)exact), ==, before);
            uint64_t count = 1 + (uint64_t)g_test_rand_int_range(0, (gint32)(n - i));
            const struct weft_packet *last = &packets->packet[i + count - 1];
            g_assert_cmpuint(weft_clock_span_bytes(&clock, i, count), ==,
                             last->at_byte + last->data_bytes - p->at_byte);
        }
        weft_packets_free(packets);
        free_file(file);
    }
}

/* An offset in an audio frame has 16 bits; a frame that is larger is refused, a NAL unit is not. */
static void units_that_cannot_be_cut_are_refused(void)
{
    uint8_t *data = g_malloc0(65536);
    const uint64_t most[] = {0, 65535}, more[] = {0, 65536};
    const uint32_t timestamp[] = {0};
    const uint8_t last[] = {1};
    struct weft_error error = {""};
    struct weft_units units = {1, most, timestamp, last};
    struct weft_packets *packets = weft_packets_new(&weft_format_rtp_mpa, &units, data, 1460, &error);
    g_assert_nonnull(packets);
    weft_packets_free(packets);
    units.at_byte = more;
    g_assert_null(weft_packets_new(&weft_format_rtp_mpa, &units, data, 1460, &error));
    g_assert_nonnull(strstr(error.text, "65535"));
    packets = weft_packets_new(&weft_format_rtp_h264, &units, data, 1460, NULL);
    g_assert_nonnull(packets);
    weft_packets_free(packets);
    g_free(data);
}

/* Units of 1, 2 and 3 bytes, each column spoilt in turn. */
static void broken_units_are_refused(void)
{
    static const uint64_t sound[] = {0, 1, 3, 6}, late[] = {1, 2, 3, 6}, empty[] = {0, 1, 1, 6},
                          back[] = {0, 3, 1, 6}, more[] = {0, 1, 3, 7};
    static const uint64_t *const bad[] = {late, empty, back, more, NULL};
    static const uint32_t timestamp[3] = {0};
    static const uint8_t last[] = {0, 0, 1}, odd[] = {0, 2, 1};
    const struct weft_units good = {3, sound, timestamp, last};
    struct weft_error error;
    g_assert_cmpint(weft_units_check(&good, 6, &error), ==, WEFT_OK);
    g_assert_cmpint(weft_units_check(&good, 5, &error), ==, WEFT_INVALID);
    g_assert_cmpstr(error.text, ==, "units: bytes 0 to 6; allowed: 0 to 5");
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        struct weft_units units = good;
        units.at_byte = bad[i];
        g_assert_cmpint(weft_units_check(&units, 6, &error), ==, WEFT_INVALID);
    }
    const struct weft_units spoilt[] = {{0, sound, timestamp, last},
                                        {3, sound, NULL, last},
                                        {3, sound, timestamp, NULL},
                                        {3, sound, timestamp, odd}};
    for (size_t i = 0; i < G_N_ELEMENTS(spoilt); i++)
        g_assert_cmpint(weft_units_check(&spoilt[i], 6, &error), ==, WEFT_INVALID);
}

static void payloads_are_what_the_format_can_cut(void)
{
    g_assert_cmpuint(weft_format_payload(&weft_format_udp, 1472), ==, 1472);
    g_assert_cmpuint(weft_format_payload(&weft_format_ts, 1472), ==, 1316);
    g_assert_cmpuint(weft_format_payload(&weft_format_ts, 1315), ==, 1128);
    g_assert_cmpuint(weft_format_payload(&weft_format_ts, 187), ==, 0);
    g_assert_cmpuint(weft_format_payload(&weft_format_rtp_ts, 8960), ==, 1316);
    g_assert_cmpuint(weft_format_payload(&weft_format_rtp_h264, 2), ==, 0);
    g_assert_cmpuint(weft_format_payload(&weft_format_rtp_mpa, 1460), ==, 1460);
    for (int i = 0; weft_formats[i]; i++) {
        const struct weft_format *format = weft_formats[i];
        g_assert_true(format->name && format->help && format->multiple_bytes >= 1 &&
                      format->least_bytes >= 1);
        g_assert_true((format->next != NULL) == (format->codecs != NULL));
        g_assert_true(format->header_bytes == 0 || format->header_bytes == WEFT_RTP_HEADER_BYTES);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/format/h264", nal_units_come_out_whole);
    g_test_add_func("/format/mpa", audio_frames_come_out_whole);
    g_test_add_func("/format/clock", a_cut_stream_is_due_by_its_bytes);
    g_test_add_func("/format/units", units_that_cannot_be_cut_are_refused);
    g_test_add_func("/format/broken-units", broken_units_are_refused);
    g_test_add_func("/format/payload", payloads_are_what_the_format_can_cut);
    return g_test_run();
}
