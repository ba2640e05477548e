/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Internet checksums. Sums are taken of eight bytes at a time: one's complement addition does not mind the order of
 * bytes nor the width of words (RFC 1071, section 2). */

#include "weft/driver.h"

#include <string.h>

enum { PROTOCOL_UDP = 17 };

/* Sum of the bytes as 16-bit words in the machine's own order, the last odd byte followed by 0; not folded. */
static uint64_t sum_of(const uint8_t *data, size_t bytes)
{
    uint64_t sum = 0, word;
    for (; bytes >= sizeof(word); bytes -= sizeof(word), data += sizeof(word)) {
        memcpy(&word, data, sizeof(word));
        sum += (word & 0xffffffff) + (word >> 32);
    }
    word = 0;
    memcpy(&word, data, bytes);
    return sum + (word & 0xffffffff) + (word >> 32);
}

/* In the order of the network. */
static uint32_t folded(uint64_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    uint16_t machine = (uint16_t)sum;
    uint8_t bytes[2];
    memcpy(bytes, &machine, sizeof(bytes));
    return (uint32_t)bytes[0] << 8 | bytes[1];
}

uint16_t weft_internet_checksum(const uint8_t *data, size_t bytes)
{
    return (uint16_t)~folded(sum_of(data, bytes));
}

uint16_t weft_udp_checksum(const uint8_t *ip, const uint8_t *udp, uint32_t udp_bytes)
{
    bool six = ip[0] >> 4 == 6;
    const uint8_t pseudo[] = {0, PROTOCOL_UDP, (uint8_t)(udp_bytes >> 8), (uint8_t)udp_bytes};
    uint64_t sum = sum_of(pseudo, sizeof(pseudo)) + sum_of(ip + (six ? 8 : 12), six ? 32 : 8);
    sum += sum_of(udp, udp_bytes);
    const uint8_t own[] = {(uint8_t)~udp[6], (uint8_t)~udp[7]}; /* what is in the field takes no part */
    uint32_t checksum = ~folded(sum + sum_of(own, sizeof(own))) & 0xffff;
    return checksum == 0 ? 0xffff : (uint16_t)checksum;
}
