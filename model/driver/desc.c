/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a NIC does with a descriptor: read the header block, gather the payload fragments, sum
 * them up where it is asked to. */

#include "weft/driver.h"

#include <assert.h>
#include <string.h>

uint32_t weft_desc_gather(const struct weft_desc *desc, const struct weft_memory *memory, uint8_t *out,
                          uint32_t room)
{
    assert(desc->header_bytes <= room && desc->fragments <= WEFT_DESC_FRAGMENTS);
    memcpy(out, desc->header, desc->header_bytes);
    uint32_t bytes = desc->header_bytes;
    for (uint32_t i = 0; i < desc->fragments; i++) {
        const struct weft_fragment *fragment = &desc->fragment[i];
        assert(fragment->bytes <= room - bytes);
        memcpy(out + bytes, weft_memory_at(memory, fragment->physical, fragment->bytes), fragment->bytes);
        bytes += fragment->bytes;
    }
    if (desc->udp_at) {
        uint16_t sum = weft_udp_checksum(out + desc->ip_at, out + desc->udp_at, bytes - desc->udp_at);
        out[desc->udp_at + 6] = (uint8_t)(sum >> 8);
        out[desc->udp_at + 7] = (uint8_t)sum;
    }
    return bytes;
}
