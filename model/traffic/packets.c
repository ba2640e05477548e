/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file cut into packets once, so that everybody who asks for packet n finds the same one. */

#include "weft/format.h"

#include <inttypes.h>
#include <stdlib.h>

enum { FIRST_ROOM = 1024 };

int weft_units_check(const struct weft_units *units, uint64_t data_bytes, struct weft_error *error)
{
    if (units->units == 0 || !units->at_byte || !units->timestamp || !units->last)
        return weft_fail(error, WEFT_INVALID, "units: none; allowed: 1 and more");
    for (uint32_t i = 0; i < units->units; i++) {
        if (units->at_byte[i] >= units->at_byte[i + 1])
            return weft_fail(error, WEFT_INVALID, "unit %u: is empty; allowed: 1 byte and more", i);
        if (units->last[i] > 1)
            return weft_fail(error, WEFT_INVALID, "unit %u: last is %u; allowed: 0, 1", i, units->last[i]);
    }
    if (units->at_byte[0] != 0 || units->at_byte[units->units] != data_bytes)
        return weft_fail(error, WEFT_INVALID,
                         "units: bytes %" PRIu64 " to %" PRIu64 "; allowed: 0 to %" PRIu64, units->at_byte[0],
                         units->at_byte[units->units], data_bytes);
    return WEFT_OK;
}

struct weft_packets *weft_packets_new(const struct weft_format *format, const struct weft_units *units,
                                      const uint8_t *data, uint32_t payload_bytes, struct weft_error *error)
{
    struct weft_cutting state = {0};
    struct weft_packet *packet = NULL, cut;
    uint64_t count = 0, room = 0;
    for (uint32_t i = 0; format->most_unit_bytes && i < units->units; i++)
        if (units->at_byte[i + 1] - units->at_byte[i] > format->most_unit_bytes) {
            weft_fail(error, WEFT_INVALID, "a unit of more than %u B, which format %s cannot cut",
                      format->most_unit_bytes, format->name);
            return NULL;
        }
    while (format->next(units, data, payload_bytes, &state, &cut)) {
        if (count == room) {
            room = room ? 2 * room : FIRST_ROOM;
            packet = weft_resize(packet, room, sizeof(*packet));
        }
        if (count == UINT32_MAX - 1) {
            free(packet);
            weft_fail(error, WEFT_INVALID, "more than 2^32 - 2 packets");
            return NULL;
        }
        cut.marker |= format->marker_first && count == 0;
        packet[count++] = cut;
    }
    struct weft_packets *packets = weft_alloc(1, sizeof(*packets));
    packets->packets = (uint32_t)count;
    packets->packet = weft_resize(packet, count > 0 ? count : 1, sizeof(*packet));
    return packets;
}

bool weft_packets_check(const struct weft_packets *packets, uint32_t payload_bytes, uint64_t file_bytes)
{
    uint64_t end = 0;
    for (uint32_t i = 0; i < packets->packets; i++) {
        const struct weft_packet *packet = &packets->packet[i];
        if (packet->at_byte < end || packet->data_bytes == 0 || packet->prefix_bytes > WEFT_PREFIX_BYTES ||
            packet->data_bytes > payload_bytes - packet->prefix_bytes ||
            packet->data_bytes > file_bytes - packet->at_byte || packet->at_byte > file_bytes)
            return false;
        end = packet->at_byte + packet->data_bytes;
    }
    return packets->packets > 0 && packets->packets < UINT32_MAX && end == file_bytes;
}

void weft_packets_free(struct weft_packets *packets)
{
    if (!packets)
        return;
    free((void *)packets->packet);
    free(packets);
}
