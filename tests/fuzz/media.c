/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as a media file, read as bytes and as units, which are cut into packets: refused, or sound. */

#include "media.h"
#include "failure.h"
#include "input.h"

#include <gmodule.h>
#include <string.h>

G_MODULE_IMPORT const struct media_reader *weft_media_reader(void);

enum { MOST_PAYLOAD = 1460 };

static void check_clock(const struct weft_media *media, const struct weft_packets *packets,
                        const struct weft_format *format, uint32_t payload_bytes)
{
    const struct weft_clock clock = {.rate_bps = weft_media_rate_bps(media),
                                     .payload_bytes = payload_bytes,
                                     .media = media,
                                     .format = format,
                                     .packets = packets};
    uint64_t n = weft_clock_packets(&clock), bytes = 0;
    weft_ps before_ps = 0;
    g_assert_cmpuint(n, >, 0);
    for (uint64_t i = 0; i < MIN(n, 1000); i++) {
        weft_ps due_ps = weft_clock_due(&clock, i);
        g_assert_cmpuint(due_ps, >=, before_ps);
        g_assert_cmpuint(weft_clock_due_before(&clock, due_ps), <=, i);
        g_assert_cmpuint(weft_clock_deadline(&clock, i, 0), <=, media->at_ps[media->points - 1]);
        g_assert_cmpuint(weft_clock_payload(&clock, i), <=, payload_bytes);
        before_ps = due_ps;
        bytes += weft_clock_payload(&clock, i);
    }
    g_assert_cmpuint(bytes, >, 0);
}

static void read_as(const uint8_t *data, size_t bytes, const struct weft_format *format,
                    uint32_t payload_bytes)
{
    g_autoptr(GError) error = NULL;
    struct weft_error refused = {""};
    const struct media_reader *reader = weft_media_reader();
    struct weft_media *media = reader->open(data, bytes, format->codecs, &error);
    g_assert_true((media != NULL) == (error == NULL));
    if (!media) {
        g_assert_true(error->domain == FAILURE && error->code == STATUS_INPUT);
        return;
    }
    if (weft_media_check(media, &refused) != WEFT_OK)
        g_error("not sound: %s", refused.text);
    uint64_t size = media->at_bytes[media->points - 1];
    g_autofree uint8_t *copy = g_memdup2(media->data, size); /* all of it is there */
    g_assert_nonnull(copy);
    if (!format->codecs) {
        check_clock(media, NULL, format, payload_bytes);
    } else {
        struct weft_packets *packets =
            weft_packets_new(format, media->units, media->data, payload_bytes, &refused);
        if (packets) {
            g_assert_true(weft_packets_check(packets, payload_bytes, size));
            check_clock(media, packets, format, payload_bytes);
        }
        weft_packets_free(packets);
    }
    reader->close(media);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct weft_format *const formats[] = {&weft_format_udp, &weft_format_rtp_h264,
                                                        &weft_format_rtp_mpa};
    if (size == 0)
        return 0;
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        uint32_t least = formats[i]->least_bytes, more = data[size - 1] * 6u;
        read_as(data, size, formats[i], MIN(least + more, MOST_PAYLOAD));
    }
    return 0;
}
