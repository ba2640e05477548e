/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Collecting bytes and writing them. */

#include "outbuffer.h"

#include "all_bytes.h"

#include <errno.h>
#include <glib.h>

void outbuffer_init(struct outbuffer *buffer, int fd, size_t room)
{
    *buffer = (struct outbuffer){.fd = fd, .data = g_malloc(room), .room = room};
}

void outbuffer_clear(struct outbuffer *buffer)
{
    g_free(buffer->data);
}

int outbuffer_flush(struct outbuffer *buffer)
{
    if (!buffer->failed && !write_all(buffer->fd, buffer->data, buffer->length))
        buffer->failed = errno;
    buffer->length = 0;
    return buffer->failed;
}

uint8_t *outbuffer_add(struct outbuffer *buffer, size_t bytes)
{
    if (bytes > buffer->room - buffer->length)
        outbuffer_flush(buffer);
    if (bytes > buffer->room) {
        buffer->room = bytes;
        buffer->data = g_realloc(buffer->data, buffer->room);
    }
    uint8_t *at = buffer->data + buffer->length;
    buffer->length += bytes;
    return at;
}

char *put_decimal(char *at, uint64_t value)
{
    char digits[20];
    int n = 0;
    do {
        digits[n++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    while (n > 0)
        *at++ = digits[--n];
    return at;
}
