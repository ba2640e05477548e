/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The methods, and what may be said of a point without measuring it. */

#include "point.h"

#include "probe.h"

#include <string.h>

#define NEEDS(item) (UINT32_C(1) << (item))

const struct method methods[] = {
    {.name = "sendto",
     .help = "a system call for each message, one socket",
     .groups = true,
     .zero_copy = ZERO_COPY_MAY},
    {.name = "connected",
     .help = "the same, a connected socket for each destination",
     .connected = true,
     .groups = true,
     .zero_copy = ZERO_COPY_MAY},
    {.name = "sendmmsg",
     .help = "many messages a system call, one socket",
     .groups = true,
     .batches = true,
     .zero_copy = ZERO_COPY_MAY},
    {.name = "io-uring",
     .help = "many messages by a submission ring, one socket",
     .groups = true,
     .batches = true,
     .zero_copy = ZERO_COPY_MAY,
     .needs = NEEDS(PROBE_URING)},
    {.name = "io-uring-registered",
     .help = "the same out of registered buffers, without a copy",
     .groups = true,
     .batches = true,
     .zero_copy = ZERO_COPY_ALWAYS,
     .pinned_before = true,
     .needs = NEEDS(PROBE_URING) | NEEDS(PROBE_URING_ZC) | NEEDS(PROBE_REGISTERED)},
    {.name = "tx-ring",
     .help = "libweft's driver into an AF_PACKET ring, interleaved",
     .frames = true,
     .groups = true,
     .batches = true,
     .needs = NEEDS(PROBE_TX_RING)},
    {.name = "xdp",
     .help = "libweft's driver into an AF_XDP ring in copy mode, interleaved",
     .frames = true,
     .groups = true,
     .batches = true,
     .needs = NEEDS(PROBE_XDP)},
    {.name = NULL},
};

guint methods_count(void)
{
    return G_N_ELEMENTS(methods) - 1;
}

const struct method *method_find(const char *name)
{
    for (const struct method *method = methods; method->name; method++)
        if (strcmp(method->name, name) == 0)
            return method;
    return NULL;
}

/* --- checks --- */

static char *check_number(const char *what, uint32_t value, uint32_t most)
{
    return value >= 1 && value <= most ? NULL
                                       : g_strdup_printf("%s: %u; allowed: 1 to %u", what, value, most);
}

static char *check_sizes(const struct point *point)
{
    const struct method *method = point->method;
    const uint32_t message_most = POINT_MESSAGE_MOST / MAX(point->payload_bytes, 1);
    char *wrong = check_number("payload", point->payload_bytes, POINT_PAYLOAD_MOST);
    if (!wrong)
        wrong = check_number("group", point->group, method->groups ? POINT_GROUP_MOST : 1);
    if (!wrong && !method->frames)
        wrong = check_number("group", point->group, message_most);
    if (!wrong)
        wrong = check_number("batch", point->batch, method->batches ? POINT_BATCH_MOST : 1);
    return wrong ? wrong : check_number("destinations", point->destinations, POINT_DESTINATIONS_MOST);
}

char *point_check(const struct point *point)
{
    const struct method *method = point->method;
    char *wrong = check_sizes(point);
    if (wrong)
        return wrong;
    if (point->zero_copy && method->zero_copy == ZERO_COPY_NEVER)
        return g_strdup_printf("zero copy: %s always copies", method->name);
    if (!point->zero_copy && method->zero_copy == ZERO_COPY_ALWAYS)
        return g_strdup_printf("zero copy: %s never copies", method->name);
    if (point->link_cuts && (method->frames || point->group == 1))
        return g_strdup("cut by the link: only messages of many packets are cut");
    return NULL;
}

/* --- what follows from it --- */

char *point_text(const struct point *point)
{
    GString *text = g_string_new(point->method->name);
    g_string_append_printf(text, " %u B, %u x %u to %u", point->payload_bytes, point->batch, point->group,
                           point->destinations);
    if (point->cold)
        g_string_append(text, ", cold");
    if (point->zero_copy && !point->method->pinned_before)
        g_string_append(text, ", zero copy");
    if (point->link_cuts)
        g_string_append(text, ", cut by the link");
    return g_string_free(text, FALSE);
}

struct point point_reference(const struct point *point)
{
    return (struct point){.method = &methods[0],
                          .payload_bytes = point->payload_bytes,
                          .group = 1,
                          .batch = 1,
                          .destinations = point->destinations,
                          .cold = point->cold};
}

uint64_t point_link_packets(const struct point *point, uint64_t messages)
{
    return point->link_cuts ? messages : messages * point->group;
}

uint64_t point_link_bytes(const struct point *point, uint64_t messages)
{
    enum { HEADERS_BYTES = 14 + 20 + 8 };
    return point_link_packets(point, messages) * HEADERS_BYTES +
           messages * point->group * point->payload_bytes;
}
