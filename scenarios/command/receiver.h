/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_RECEIVER_H
#define COMMAND_RECEIVER_H

/* What a device makes of the packets of one stream: a file. It knows the payload format, as a session description would
 * tell it, and nothing else of the sender: all the rest it reads from the packets. */

#include "weft/format.h"

/* The end of a file's name (".ts") for what `first`, the first bytes of the stream, are; NULL: as the source's. */
const char *receiver_suffix(const struct weft_format *format, const uint8_t *first, uint64_t bytes);

struct receiver;
/* Writes to `fd`, which stays the caller's. The caller frees. */
struct receiver *receiver_new(const struct weft_format *format, int fd);
void receiver_free(struct receiver *receiver);
/* A frame from Ethernet header on, in the order in which frames arrive. One that is not whole, or not UDP, or not of the
 * format, is let go. */
void receiver_take(struct receiver *receiver, const uint8_t *frame, size_t bytes);
/* No more frames. Returns 0 or the errno of the first write that failed. */
int receiver_end(struct receiver *receiver);

#endif
