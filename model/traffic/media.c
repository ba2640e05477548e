/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Media clocks: straight lines between points, in exact integer arithmetic. */
#include "traffic/media.h"

#include <assert.h>

static weft_u128 mean_rate(const struct weft_media *media)
{
    uint32_t end = media->points - 1;
    return (weft_u128)media->at_bytes[end] * 8 * WEFT_PS_PER_S / media->at_ps[end];
}

int weft_media_check(const struct weft_media *media, struct weft_error *error)
{
    const char *name = media->name ? media->name : "media";
    if (media->points < 2 || !media->at_bytes || !media->at_ps)
        return weft_fail(error, WEFT_INVALID, "%s: a media clock needs at least 2 points", name);
    if (media->at_bytes[0] != 0 || media->at_ps[0] != 0)
        return weft_fail(error, WEFT_INVALID, "%s: a media clock starts at byte 0 and 0 ps", name);
    for (uint32_t i = 1; i < media->points; i++)
        if (media->at_bytes[i] <= media->at_bytes[i - 1] || media->at_ps[i] <= media->at_ps[i - 1])
            return weft_fail(error, WEFT_INVALID, "%s: point %u: bytes and times must increase strictly",
                             name, i);
    if (mean_rate(media) > UINT64_MAX)
        return weft_fail(error, WEFT_INVALID, "%s: is faster than 2^64 bit/s", name);
    return WEFT_OK;
}

uint64_t weft_media_bytes(const struct weft_media *media)
{
    return media->at_bytes[media->points - 1];
}

uint64_t weft_media_rate_bps(const struct weft_media *media)
{
    weft_u128 rate_bps = mean_rate(media);
    assert(rate_bps <= UINT64_MAX);
    return (uint64_t)rate_bps;
}

/* The segment i with column[i] <= value < column[i + 1]; value is below the last point. */
static uint32_t segment(const uint64_t *column, uint32_t points, uint64_t value)
{
    uint32_t low = 0, high = points - 1;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (column[middle] <= value)
            low = middle;
        else
            high = middle;
    }
    return low;
}

weft_ps weft_media_due(const struct weft_media *media, uint64_t at_byte)
{
    if (at_byte >= weft_media_bytes(media))
        return media->at_ps[media->points - 1];
    uint32_t i = segment(media->at_bytes, media->points, at_byte);
    uint64_t bytes = media->at_bytes[i + 1] - media->at_bytes[i];
    weft_ps duration_ps = media->at_ps[i + 1] - media->at_ps[i];
    weft_u128 scaled = (weft_u128)(at_byte - media->at_bytes[i]) * duration_ps;
    return media->at_ps[i] + (weft_ps)(scaled / bytes);
}

weft_ps weft_media_needed(const struct weft_media *media, uint64_t at_byte)
{
    assert(at_byte < weft_media_bytes(media));
    if (!media->access_units)
        return weft_media_due(media, at_byte + 1);
    return media->at_ps[segment(media->at_bytes, media->points, at_byte)];
}

uint64_t weft_media_bytes_before(const struct weft_media *media, weft_ps before_ps)
{
    if (before_ps >= media->at_ps[media->points - 1])
        return weft_media_bytes(media);
    /* floor(x) < t is x < t for an integer t, so the number of bytes is a ceiling; it never leaves the
     * segment. */
    uint32_t i = segment(media->at_ps, media->points, before_ps);
    uint64_t bytes = media->at_bytes[i + 1] - media->at_bytes[i];
    weft_ps duration_ps = media->at_ps[i + 1] - media->at_ps[i];
    weft_u128 scaled = (weft_u128)(before_ps - media->at_ps[i]) * bytes;
    uint64_t whole = (uint64_t)(scaled / duration_ps);
    return media->at_bytes[i] + whole + (scaled % duration_ps != 0);
}
