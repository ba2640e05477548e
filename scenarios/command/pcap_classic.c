/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Classic pcap: a file header, then a header of 16 bytes before each packet. */

#include "pcap_classic.h"

#include "outbuffer.h"

#include <string.h>

enum {
    BUFFER_BYTES = 1 << 14, /* there may be thousands of files */
    FILE_HEADER_BYTES = 24,
    PACKET_HEADER_BYTES = 16,
    LINK_ETHERNET = 1,
};
#define MAGIC_NANOSECONDS UINT32_C(0xa1b23c4d)
#define NS_PER_S          UINT64_C(1000000000)

struct pcap_classic {
    uint32_t files;
    struct outbuffer *out; /* by interface */
};

static void add_file_header(struct outbuffer *out, uint32_t snap_bytes)
{
    uint8_t *at = outbuffer_add(out, FILE_HEADER_BYTES);
    at = put_le32(at, MAGIC_NANOSECONDS);
    at = put_le16(at, 2); /* version 2.4 */
    at = put_le16(at, 4);
    at = put_le64(at, 0); /* time zone and accuracy, which nobody uses */
    at = put_le32(at, snap_bytes);
    put_le32(at, LINK_ETHERNET);
}

struct pcap_classic *pcap_classic_new(const int *fd, uint32_t files, uint32_t snap_bytes)
{
    struct pcap_classic *classic = g_new0(struct pcap_classic, 1);
    classic->files = files;
    classic->out = g_new0(struct outbuffer, files);
    for (uint32_t i = 0; i < files; i++) {
        outbuffer_init(&classic->out[i], fd[i], BUFFER_BYTES);
        add_file_header(&classic->out[i], snap_bytes);
    }
    return classic;
}

void pcap_classic_free(struct pcap_classic *classic)
{
    if (!classic)
        return;
    for (uint32_t i = 0; i < classic->files; i++)
        outbuffer_clear(&classic->out[i]);
    g_free(classic->out);
    g_free(classic);
}

void pcap_classic_packet(struct pcap_classic *classic, const struct pcap_packet *packet)
{
    struct outbuffer *out = &classic->out[packet->interface];
    uint8_t *at = outbuffer_add(out, PACKET_HEADER_BYTES + (size_t)packet->captured_bytes);
    at = put_le32(at, (uint32_t)(packet->at_ns / NS_PER_S));
    at = put_le32(at, (uint32_t)(packet->at_ns % NS_PER_S));
    at = put_le32(at, packet->captured_bytes);
    at = put_le32(at, packet->frame_bytes);
    memcpy(at, packet->bytes, packet->captured_bytes);
}

int pcap_classic_end(struct pcap_classic *classic)
{
    int failed = 0;
    for (uint32_t i = 0; i < classic->files; i++) {
        int status = outbuffer_flush(&classic->out[i]);
        failed = failed ? failed : status;
    }
    return failed;
}
