/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_MEDIA_BLOCK_H
#define COMMAND_MEDIA_BLOCK_H

/* What has been read of a media file, as one block in shared memory: a head, then the columns. The child that has read
 * the file writes it; its parent, which believes nothing, maps it. */

#include "weft/traffic.h"

#include <glib.h>
#include <stdbool.h>

/* An empty block: a descriptor, or -1 and errno. */
int media_block_new(void);

/* Write what a reader returned: media, or the error why there is none. The bytes of media without units are the file's
 * own and not written. False: errno says why. */
bool media_block_write(int fd, const struct weft_media *media, const GError *error);

/* A block from then on mapped and fixed. The caller frees it. */
struct media_block {
    struct weft_media media; /* name and, without units, data are still to be set */
    struct weft_units units;
    void *address;
    size_t bytes;
};
/* Read it and check all of it against the file of `file_bytes` and whether `has_units` are due. NULL and an error: the
 * reader's, or what is not sound. */
struct media_block *media_block_read(int fd, uint64_t file_bytes, bool has_units, GError **error);
void media_block_free(struct media_block *block);

#endif
