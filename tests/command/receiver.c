/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a receiver makes of packets written here by hand: headers of every kind, losses, and what is no packet at all. */

#include "receiver.h"

#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A frame being written. */
static void add(GByteArray *frame, const char *hex)
{
    for (; *hex; hex++) {
        if (*hex == ' ')
            continue;
        guint8 byte = (guint8)(g_ascii_xdigit_value(hex[0]) * 16 + g_ascii_xdigit_value(hex[1]));
        g_byte_array_append(frame, &byte, 1);
        hex++;
    }
}

static void add16(GByteArray *frame, guint value)
{
    const guint8 bytes[] = {(guint8)(value >> 8), (guint8)value};
    g_byte_array_append(frame, bytes, sizeof bytes);
}

enum { IPV6 = 1, TAGGED = 2, OPTIONS = 4, PADDED = 8 };

static GByteArray *frame_new(unsigned how, const char *payload)
{
    g_autoptr(GByteArray) data = g_byte_array_new();
    add(data, payload);
    GByteArray *frame = g_byte_array_new();
    add(frame, "020000000001 028000000001");
    add(frame, how & TAGGED ? "8100 0064" : "");
    add(frame, how & IPV6 ? "86dd 60000000" : how & OPTIONS ? "0800 4600" : "0800 4500");
    guint udp = 8 + data->len;
    add16(frame, how & IPV6 ? udp : udp + (how & OPTIONS ? 24 : 20));
    if (how & IPV6)
        add(frame, "1140 fd770000000000000000000000000001 fd770000000000000000000000000002");
    else
        add(frame, how & OPTIONS ? "00004000 40110000 0a000001 0a800001 01010101"
                                 : "00004000 40110000 0a000001 0a800001");
    add(frame, "c000 138c");
    add16(frame, udp);
    add(frame, "0000");
    g_byte_array_append(frame, data->data, data->len);
    if (how & PADDED)
        add(frame, "00000000000000");
    return frame;
}

struct session {
    struct receiver *receiver;
    int fd;
};

static struct session session_new(const struct weft_format *format)
{
    struct session session = {.fd = memfd_create("received", MFD_CLOEXEC)};
    g_assert_cmpint(session.fd, >=, 0);
    session.receiver = receiver_new(format, session.fd);
    return session;
}

static void take(struct session *session, unsigned how, const char *payload)
{
    g_autoptr(GByteArray) frame = frame_new(how, payload);
    receiver_take(session->receiver, frame->data, frame->len);
}

/* RTP number `sequence` with a payload, behind a plain header. */
static void take_rtp(struct session *session, guint sequence, const char *payload)
{
    g_autofree char *packet = g_strdup_printf("8060 %04x 00000000 12345678 %s", sequence & 0xffff, payload);
    take(session, 0, packet);
}

static void assert_received(struct session *session, const char *hex)
{
    g_autoptr(GByteArray) expected = g_byte_array_new();
    guint8 got[4096];
    add(expected, hex);
    g_assert_cmpint(receiver_end(session->receiver), ==, 0);
    gssize bytes = pread(session->fd, got, sizeof got, 0);
    g_assert_cmpint(bytes, ==, expected->len);
    g_assert_true(bytes == 0 || memcmp(got, expected->data, expected->len) == 0);
    receiver_free(session->receiver);
    close(session->fd);
}

static void test_headers(void)
{
    struct session session = session_new(&weft_format_udp);
    take(&session, 0, "01");
    take(&session, TAGGED, "02");
    take(&session, IPV6, "03");
    take(&session, IPV6 | TAGGED, "04");
    take(&session, OPTIONS | PADDED, "05");
    take(&session, PADDED, "06");
    take(&session, IPV6 | PADDED, "");
    assert_received(&session, "010203040506");
}

/* Cut anywhere, no frame gives anything or is read past its end. */
static void test_short(void)
{
    for (unsigned how = 0; how < PADDED; how++) {
        struct session session = session_new(&weft_format_rtp);
        g_autoptr(GByteArray) frame = frame_new(how, "8060 0001 00000000 12345678 01");
        for (guint bytes = 0; bytes < frame->len; bytes++) {
            g_autofree guint8 *cut = g_memdup2(frame->data, bytes);
            receiver_take(session.receiver, cut, bytes);
        }
        assert_received(&session, "");
    }
}

static void test_rtp(void)
{
    struct session session = session_new(&weft_format_rtp);
    take(&session, 0, "8060 0001 00000000 12345678 01");
    take(&session, 0, "8260 0002 00000000 12345678 11111111 22222222 02"); /* two contributing sources */
    take(&session, 0, "9060 0003 00000000 12345678 bede0001 33333333 03"); /* an extension */
    take(&session, 0, "a060 0004 00000000 12345678 04000003");             /* padding */
    take(&session, 0, "a060 0005 00000000 12345678 05000009");             /* more of it than there is */
    take(&session, 0, "4060 0006 00000000 12345678 06");                   /* another version */
    take(&session, 0, "8060 0009 00000000 12345678 09");                   /* a gap is no hole */
    assert_received(&session, "0102030409");
}

static void test_h264(void)
{
    struct session session = session_new(&weft_format_rtp_h264);
    take_rtp(&session, 0xfffd, "67aabb");
    take_rtp(&session, 0xfffe, "7c85 0102");
    take_rtp(&session, 0xffff, "7c05 03");
    take_rtp(&session, 0x0000, "7c45 04"); /* whole, across the wrap */
    take_rtp(&session, 1, "7c85 11");
    take_rtp(&session, 3, "7c45 13"); /* the middle is lost */
    take_rtp(&session, 4, "41cc");
    take_rtp(&session, 6, "5c41 22"); /* the start is lost */
    take_rtp(&session, 7, "5c81 31");
    take_rtp(&session, 8, "41dd"); /* the end is lost */
    take_rtp(&session, 9, "5c41 32");
    take_rtp(&session, 10, "78000141"); /* an aggregation packet, which is not agreed upon */
    take_rtp(&session, 11, "");
    take_rtp(&session, 12, "7c");
    take_rtp(&session, 13, "5c81 41");
    assert_received(&session, "00000001 67aabb 00000001 6501020304 00000001 41cc 00000001 41dd");
}

/* MPEG-1 layer III, 32 kbit/s at 48 kHz: frames of 96 bytes. */
static char *audio(guint from, guint to)
{
    GString *text = g_string_new(from == 0 ? "fffb1400" : "");
    for (guint i = MAX(from, 4); i < to; i++)
        g_string_append_printf(text, "%02x", i);
    return g_string_free(text, FALSE);
}

static void take_audio(struct session *session, guint sequence, guint from, guint to)
{
    g_autofree char *data = audio(from, to), *payload = g_strdup_printf("0000 %04x %s", from, data);
    take_rtp(session, sequence, payload);
}

static void test_mpa(void)
{
    struct session session = session_new(&weft_format_rtp_mpa);
    g_autofree char *frame = audio(0, 96), *three = g_strconcat(frame, frame, frame, NULL);
    take_audio(&session, 1, 0, 96);
    take_audio(&session, 2, 0, 40);
    take_audio(&session, 3, 40, 80);
    take_audio(&session, 4, 80, 96); /* whole in three */
    take_audio(&session, 5, 0, 40);
    take_audio(&session, 7, 80, 96); /* the middle is lost */
    take_audio(&session, 8, 40, 80); /* the start is lost */
    take_audio(&session, 9, 0, 40);  /* the end is lost */
    take_audio(&session, 11, 0, 96);
    take_rtp(&session, 12, "00000000");
    take_audio(&session, 13, 0, 40);
    take_audio(&session, 14, 48, 96); /* not where it should be */
    assert_received(&session, three);
}

static void test_suffix(void)
{
    static const guint8 layer_3[] = {0xff, 0xfb}, layer_2[] = {0xff, 0xfd};
    g_assert_null(receiver_suffix(&weft_format_udp, NULL, 0));
    g_assert_null(receiver_suffix(&weft_format_rtp, NULL, 0));
    g_assert_cmpstr(receiver_suffix(&weft_format_ts, NULL, 0), ==, ".ts");
    g_assert_cmpstr(receiver_suffix(&weft_format_rtp_ts, NULL, 0), ==, ".ts");
    g_assert_cmpstr(receiver_suffix(&weft_format_rtp_h264, NULL, 0), ==, ".h264");
    g_assert_cmpstr(receiver_suffix(&weft_format_rtp_mpa, layer_3, 2), ==, ".mp3");
    g_assert_cmpstr(receiver_suffix(&weft_format_rtp_mpa, layer_2, 2), ==, ".mp2");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/receiver/headers", test_headers);
    g_test_add_func("/receiver/short", test_short);
    g_test_add_func("/receiver/rtp", test_rtp);
    g_test_add_func("/receiver/h264", test_h264);
    g_test_add_func("/receiver/mpa", test_mpa);
    g_test_add_func("/receiver/suffix", test_suffix);
    return g_test_run();
}
