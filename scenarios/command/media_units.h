/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_MEDIA_UNITS_H
#define COMMAND_MEDIA_UNITS_H

/* The units of a file that a payload format cuts: NAL units without start codes, audio frames; one after the other, which
 * is what the stream sends. */

#include "weft/format.h"

#include <glib.h>
#include <libavformat/avformat.h>

struct unit_reader;
/* For packets of `stream`, out of a file of `file_bytes`; NULL and an error if its codec cannot be taken apart. */
struct unit_reader *unit_reader_new(const AVStream *stream, guint64 file_bytes, GError **error);
void unit_reader_free(struct unit_reader *reader);

/* Take the units out of one access unit (the packet is consumed); `timestamp` in 1/90,000 s. */
gboolean unit_reader_take(struct unit_reader *reader, AVPacket *packet, uint32_t timestamp, GError **error);
/* Bytes of all units so far. */
uint64_t unit_reader_bytes(const struct unit_reader *reader);

/* What has been read; valid until the reader is freed. */
struct weft_units unit_reader_units(const struct unit_reader *reader);
const uint8_t *unit_reader_data(const struct unit_reader *reader);

#endif
