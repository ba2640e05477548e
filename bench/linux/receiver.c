/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames as RFC 791 and RFC 768 have them, checked byte by byte. */

#include "receiver.h"

#include "failure.h"
#include "sender.h"

#include <string.h>

enum {
    ETHERNET_BYTES = 14,
    IP_BYTES = 20,
    UDP_BYTES = 8,
    HEADER_BYTES = ETHERNET_BYTES + IP_BYTES + UDP_BYTES,
    PORT = 5004,
    FIRST_PORT = 49152,
};

struct arrivals {
    struct delivery_plan plan;
    uint32_t call;
    uint64_t left;        /* packets of the call that have not come */
    uint32_t round;       /* from 0 */
    uint32_t round_left;  /* packets of the round that have not come */
    uint32_t *in_call;    /* by stream: packets of the call that have come */
    uint32_t *number;     /* by stream: packets that have come in all */
    uint64_t *bytes;      /* by stream: bytes that have come in all */
    uint64_t *call_bytes; /* by stream: of the call */
    uint64_t packets, all_bytes;
    uint8_t expected[SENDER_PAYLOAD_BYTES];
};

struct arrivals *arrivals_new(const struct delivery_plan *plan)
{
    struct arrivals *arrivals = g_new0(struct arrivals, 1);
    arrivals->plan = *plan;
    arrivals->in_call = g_new0(uint32_t, plan->streams);
    arrivals->number = g_new0(uint32_t, plan->streams);
    arrivals->bytes = g_new0(uint64_t, plan->streams);
    arrivals->call_bytes = g_new0(uint64_t, plan->streams);
    return arrivals;
}

void arrivals_free(struct arrivals *arrivals)
{
    g_free(arrivals->in_call);
    g_free(arrivals->number);
    g_free(arrivals->bytes);
    g_free(arrivals->call_bytes);
    g_free(arrivals);
}

static uint32_t in_round(const struct arrivals *arrivals, uint32_t round)
{
    uint32_t streams = 0;
    for (uint32_t i = 0; i < arrivals->plan.streams; i++)
        streams += plan_packets(&arrivals->plan, arrivals->call, i) > round;
    return streams;
}

void arrivals_begin(struct arrivals *arrivals, uint32_t call)
{
    g_assert(arrivals->left == 0);
    arrivals->call = call;
    arrivals->left = plan_call_packets(&arrivals->plan, call);
    arrivals->round = 0;
    arrivals->round_left = in_round(arrivals, 0);
    memset(arrivals->in_call, 0, arrivals->plan.streams * sizeof(*arrivals->in_call));
    memset(arrivals->call_bytes, 0, arrivals->plan.streams * sizeof(*arrivals->call_bytes));
}

gboolean arrivals_complete(const struct arrivals *arrivals)
{
    return arrivals->left == 0;
}

uint64_t arrivals_packets(const struct arrivals *arrivals)
{
    return arrivals->packets;
}

uint64_t arrivals_bytes(const struct arrivals *arrivals)
{
    return arrivals->all_bytes;
}

/* --- headers --- */

static uint32_t get16(const uint8_t *at)
{
    return (uint32_t)at[0] << 8 | at[1];
}

/* The sum of RFC 1071, folded: 0xffff where a checksum among the bytes is right. */
static uint32_t sum16(uint32_t sum, const uint8_t *data, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++)
        sum += i % 2 ? data[i] : (uint32_t)data[i] << 8;
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum;
}

/* What is wrong with the headers of a frame; NULL: nothing. */
static const char *look_at(const uint8_t *frame, uint32_t bytes)
{
    const uint8_t *ip = frame + ETHERNET_BYTES, *udp = ip + IP_BYTES;
    if (bytes < HEADER_BYTES || get16(frame + 12) != 0x0800)
        return "is no IPv4";
    if (ip[0] != 0x45 || ip[8] == 0 || ip[9] != 17)
        return "is no plain UDP over IPv4";
    if (get16(ip + 2) != bytes - ETHERNET_BYTES || get16(udp + 4) != bytes - ETHERNET_BYTES - IP_BYTES)
        return "has wrong lengths";
    if (sum16(0, ip, IP_BYTES) != 0xffff)
        return "has a wrong IPv4 checksum";
    /* pseudo header: addresses, protocol, length */
    if (get16(udp + 6) == 0 || sum16(sum16(17 + get16(udp + 4), ip + 12, 8), udp, get16(udp + 4)) != 0xffff)
        return "has a wrong UDP checksum";
    return NULL;
}

/* Device i has address 10.128.0.0 + i + 1 and stream i, from port 49152 + i. FALSE: no such stream. */
static gboolean find_stream(const struct arrivals *arrivals, const uint8_t *frame, uint32_t *stream)
{
    const uint8_t *ip = frame + ETHERNET_BYTES, *udp = ip + IP_BYTES;
    *stream = get16(ip + 18) - 1;
    return ip[16] == 10 && ip[17] == 128 && *stream < arrivals->plan.streams &&
           get16(udp) == FIRST_PORT + *stream && get16(udp + 2) == PORT;
}

/* --- order and bytes --- */

static gboolean take_turn(struct arrivals *arrivals, uint32_t stream)
{
    if (arrivals->in_call[stream] != arrivals->round ||
        plan_packets(&arrivals->plan, arrivals->call, stream) <= arrivals->round)
        return FALSE;
    arrivals->in_call[stream]++;
    arrivals->left--;
    if (--arrivals->round_left == 0)
        arrivals->round_left = in_round(arrivals, ++arrivals->round);
    return TRUE;
}

static gboolean take_data(struct arrivals *arrivals, uint32_t stream, const uint8_t *data, uint32_t bytes)
{
    uint64_t left = plan_bytes(&arrivals->plan, arrivals->call, stream) - arrivals->call_bytes[stream];
    if (bytes != MIN(left, SENDER_PAYLOAD_BYTES))
        return FALSE;
    plan_data(stream, arrivals->bytes[stream], arrivals->expected, bytes);
    arrivals->bytes[stream] += bytes;
    arrivals->call_bytes[stream] += bytes;
    arrivals->all_bytes += bytes;
    return memcmp(data, arrivals->expected, bytes) == 0;
}

gboolean arrivals_take(struct arrivals *arrivals, const uint8_t *frame, uint32_t bytes, GError **error)
{
    const char *wrong = look_at(frame, bytes);
    uint32_t stream = 0;
    if (!wrong && !find_stream(arrivals, frame, &stream))
        wrong = "goes to nobody";
    else if (!wrong && get16(frame + ETHERNET_BYTES + 4) != (arrivals->number[stream]++ & 0xffff))
        wrong = "is not the next one of its stream";
    else if (!wrong && !take_turn(arrivals, stream))
        wrong = "has not its turn";
    else if (!wrong && !take_data(arrivals, stream, frame + HEADER_BYTES, bytes - HEADER_BYTES))
        wrong = "has not the bytes of its stream";
    if (wrong)
        return failure(error, STATUS_FAILED, "call %u: frame %" G_GUINT64_FORMAT ", of stream %u, %s",
                       arrivals->call, arrivals->packets, stream, wrong);
    arrivals->packets++;
    return TRUE;
}
