/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Media in shared memory. The widest columns come first, so that all are aligned. */

#include "media_block.h"

#include "all_bytes.h"
#include "failure.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct head {
    int32_t status;
    uint32_t points, units; /* units 0: there are none */
    uint32_t access_units;  /* 0 or 1 */
    uint64_t data_bytes;    /* of the units */
    char text[488];         /* of an error */
};
G_STATIC_ASSERT(sizeof(struct head) % sizeof(uint64_t) == 0);

int media_block_new(void)
{
    return memfd_create("weft-media", MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

static bool write_units(int fd, const struct weft_units *units, const uint8_t *data, uint64_t data_bytes)
{
    return write_all(fd, units->at_byte, (units->units + (size_t)1) * sizeof *units->at_byte) &&
           write_all(fd, units->timestamp, units->units * sizeof *units->timestamp) &&
           write_all(fd, units->last, units->units * sizeof *units->last) && write_all(fd, data, data_bytes);
}

bool media_block_write(int fd, const struct weft_media *media, const GError *error)
{
    struct head head = {.status = STATUS_OK};
    if (!media) {
        head.status = error->code;
        g_strlcpy(head.text, error->message, sizeof head.text);
        return write_all(fd, &head, sizeof head);
    }
    head.points = media->points;
    head.access_units = media->access_units;
    if (media->units) {
        head.units = media->units->units;
        head.data_bytes = media->units->at_byte[head.units];
    }
    return write_all(fd, &head, sizeof head) &&
           write_all(fd, media->at_bytes, head.points * sizeof *media->at_bytes) &&
           write_all(fd, media->at_ps, head.points * sizeof *media->at_ps) &&
           (!media->units || write_units(fd, media->units, media->data, head.data_bytes));
}

/* Nobody can change it any more; that fails while another process could. */
static bool fix(int fd, size_t *bytes)
{
    struct stat status;
    if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0 ||
        fstat(fd, &status) != 0 || (uint64_t)status.st_size > SIZE_MAX)
        return false;
    *bytes = (size_t)status.st_size;
    return *bytes >= sizeof(struct head);
}

/* The columns of a block that has exactly these. */
static bool lay_out(struct media_block *block, const struct head *head)
{
    uint64_t marks = head->units ? head->units + UINT64_C(1) : 0;
    weft_u128 bytes = sizeof *head + (weft_u128)16 * head->points + (weft_u128)8 * marks +
                      (weft_u128)5 * head->units + head->data_bytes;
    if (bytes != block->bytes || head->access_units > 1)
        return false;
    const uint64_t *at = (const uint64_t *)block->address + sizeof *head / sizeof *at;
    block->media = (struct weft_media){.points = head->points,
                                       .at_bytes = at,
                                       .at_ps = at + head->points,
                                       .access_units = head->access_units};
    if (!head->units)
        return true;
    at += (size_t)2 * head->points;
    const uint32_t *timestamp = (const uint32_t *)(const void *)(at + marks);
    const uint8_t *last = (const uint8_t *)(timestamp + head->units);
    block->units = (struct weft_units){head->units, at, timestamp, last};
    block->media.units = &block->units;
    block->media.data = last + head->units;
    return true;
}

static gboolean is_sound(const struct media_block *block, const struct head *head, uint64_t file_bytes,
                         GError **error)
{
    struct weft_error refused = {""};
    const struct weft_media *media = &block->media;
    uint64_t sent_bytes = media->units ? head->data_bytes : file_bytes;
    if (weft_media_check(media, &refused) != WEFT_OK ||
        (media->units && weft_units_check(media->units, sent_bytes, &refused) != WEFT_OK))
        return failure(error, STATUS_INPUT, "cannot be read, media reader returned what is not sound: %s",
                       refused.text);
    if (media->at_bytes[media->points - 1] != sent_bytes)
        return failure(error, STATUS_INPUT, "cannot be read, media reader returned a clock of other bytes");
    return TRUE;
}

static gboolean check(struct media_block *block, uint64_t file_bytes, bool has_units, GError **error)
{
    const struct head *head = block->address;
    bool refusal = head->status == STATUS_FAILED || head->status == STATUS_INPUT;
    if (refusal && block->bytes == sizeof *head && memchr(head->text, '\0', sizeof head->text))
        return failure(error, head->status, "%s", head->text);
    if (head->status != STATUS_OK || !lay_out(block, head) || (block->media.units != NULL) != has_units)
        return failure(error, STATUS_INPUT, "cannot be read, media reader returned what cannot be read");
    return is_sound(block, head, file_bytes, error);
}

struct media_block *media_block_read(int fd, uint64_t file_bytes, bool has_units, GError **error)
{
    size_t bytes;
    void *address = fix(fd, &bytes) ? mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
    if (address == MAP_FAILED) {
        failure(error, STATUS_INPUT, "cannot be read, media reader returned nothing that can be read");
        return NULL;
    }
    struct media_block *block = g_new0(struct media_block, 1);
    block->address = address;
    block->bytes = bytes;
    if (check(block, file_bytes, has_units, error))
        return block;
    media_block_free(block);
    return NULL;
}

void media_block_free(struct media_block *block)
{
    if (!block)
        return;
    munmap(block->address, block->bytes);
    g_free(block);
}
