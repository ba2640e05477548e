/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_MEDIA_PRIVATE_H
#define WEFT_MEDIA_PRIVATE_H

/* The clock of a media file in bytes; the stream's clock turns bytes into packets. */

#include "weft/traffic.h"

uint64_t weft_media_bytes(const struct weft_media *media);

/* When byte `at_byte` is due, after the start and rounded down; the duration from the last byte's end on. */
weft_ps weft_media_due(const struct weft_media *media, uint64_t at_byte);

/* When a device needs byte `at_byte` (below the end): the decoding time of its access unit, or when the byte after it is
 * due. */
weft_ps weft_media_needed(const struct weft_media *media, uint64_t at_byte);

/* How many bytes b have weft_media_due(b) < before_ps. */
uint64_t weft_media_bytes_before(const struct weft_media *media, weft_ps before_ps);

#endif
