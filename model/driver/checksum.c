/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Internet checksums. Sums are taken of eight bytes at a time: one's complement addition does not mind the order of
 * bytes nor the width of words (RFC 1071, section 2). */

#include "weft/driver.h"

#include <string.h>

enum { PROTOCOL_UDP = 17 };

/* Sum of the bytes as 16-bit words in the machine's own order, the last odd byte followed by 0; below 2^33. What leaves a
 * word at its top comes in at its bottom, so carries are counted apart and added in the end. */
static uint64_t sum_of(const uint8_t *data, size_t bytes)
{
    weft_u128 sum = 0;
    uint64_t word;
    uint32_t half;
    uint16_t quarter;
    for (; bytes >= sizeof(word); bytes -= sizeof(word), data += sizeof(word)) {
        memcpy(&word, data, sizeof(word));
        sum += word;
    }
    if (bytes & sizeof(half)) {
        memcpy(&half, data, sizeof(half));
        sum += half;
        data += sizeof(half);
    }
    if (bytes & sizeof(quarter)) {
        memcpy(&quarter, data, sizeof(quarter));
        sum += quarter;
        data += sizeof(quarter);
    }
    if (bytes & 1) {
        const uint8_t last[] = {*data, 0};
        memcpy(&quarter, last, sizeof(quarter));
        sum += quarter;
    }
    uint64_t low = (uint64_t)sum, folded = low + (uint64_t)(sum >> 64);
    folded += folded < low;
    return (folded & 0xffffffff) + (folded >> 32);
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
