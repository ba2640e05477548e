/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_OUTBUFFER_H
#define COMMAND_OUTBUFFER_H

/* Bytes on their way to a file: collected, written in large pieces. The first failure is kept and ends all writing. */

#include <stddef.h>
#include <stdint.h>

struct outbuffer {
    int fd, failed; /* failed: errno of the first write that failed, or 0 */
    uint8_t *data;
    size_t length, room;
};

/* An empty buffer of `room` bytes for `fd`, which stays the caller's. Ends with outbuffer_clear(). */
void outbuffer_init(struct outbuffer *buffer, int fd, size_t room);
void outbuffer_clear(struct outbuffer *buffer);

/* The place of the next `bytes` bytes of the file, for the caller to fill before the next call. */
uint8_t *outbuffer_add(struct outbuffer *buffer, size_t bytes);

/* The last place was larger than needed: what comes next follows on `end`, which lies in it. */
static inline void outbuffer_end(struct outbuffer *buffer, const uint8_t *end)
{
    buffer->length = (size_t)(end - buffer->data);
}

/* Write what is collected. Returns 0 or the errno of the first write of all that failed. */
int outbuffer_flush(struct outbuffer *buffer);

/* Put a number at `at` in little-endian order, whatever the machine's is; returns where the next one goes. */
static inline uint8_t *put_le16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
    return at + 2;
}

static inline uint8_t *put_le32(uint8_t *at, uint32_t value)
{
    return put_le16(put_le16(at, value & 0xffff), value >> 16);
}

static inline uint8_t *put_le64(uint8_t *at, uint64_t value)
{
    return put_le32(put_le32(at, (uint32_t)value), (uint32_t)(value >> 32));
}

/* The decimal digits of a number, at most 20, at `at`; returns where they end. Where many are written, this is where the
 * time goes, so no printf. */
char *put_decimal(char *at, uint64_t value);

#endif
