/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_MEDIA_CHILD_H
#define COMMAND_MEDIA_CHILD_H

/* A media file read by a child: whatever the file makes the reader do, the command is told what is wrong with it. */

#include "child_limits.h"
#include "media.h"

/* What the reading of a file may take: far more than any good one takes. */
struct child_limits media_child_limits(uint64_t file_bytes);

/* As the way media_in_child, within other limits. */
struct weft_media *media_child_open(const struct media_reader *reader, const char *path,
                                    const char *const *codecs, const struct child_limits *limits,
                                    GError **error);

#endif
