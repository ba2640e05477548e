/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every server, switch, trunk, device and stream has a name of its own among its kind. Found with a hash table: a million names
 * are common, and sorting them would take longer than all else that is checked. Packets have names, too, which are numbers. */

#include "names.h"
#include "weft/train.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The names of one kind lie at `first` and every `stride` bytes on. */
struct kind {
    const char *what;
    const char *const *first;
    size_t n, stride;
};

static const char *name_at(const struct kind *kind, size_t i)
{
    return *(const char *const *)(const void *)((const char *)kind->first + i * kind->stride);
}

/* FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/ ; its high half, which is mixed best. */
static uint32_t hash(const char *name)
{
    uint64_t sum = UINT64_C(0xcbf29ce484222325);
    for (; *name; name++)
        sum = (sum ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
    return (uint32_t)(sum >> 32);
}

/* A place in the table: the hash of a name, so that most others need not be looked at, and the name's number + 1. */
struct place {
    uint32_t hash, number;
};

/* Put name `i` into the table; false if it is there. */
static bool put(struct place *table, size_t places, const struct kind *kind, size_t i)
{
    const char *name = name_at(kind, i);
    uint32_t sum = hash(name);
    size_t at = sum & (places - 1);
    for (; table[at].number; at = (at + 1) & (places - 1))
        if (table[at].hash == sum && strcmp(name_at(kind, table[at].number - 1), name) == 0)
            return false;
    table[at] = (struct place){.hash = sum, .number = (uint32_t)i + 1};
    return true;
}

static int check_kind(const struct kind *kind, struct weft_error *error)
{
    for (size_t i = 0; i < kind->n; i++)
        if (!name_at(kind, i) || !name_at(kind, i)[0])
            return weft_fail(error, WEFT_INVALID, "%s %zu: has no name; allowed: one of its own", kind->what,
                             i);
    size_t places = 2, same = 0;
    while (places < 2 * kind->n)
        places *= 2;
    struct place *table = weft_alloc(places, sizeof(*table));
    while (same < kind->n && put(table, places, kind, same))
        same++;
    free(table);
    if (same < kind->n)
        return weft_fail(error, WEFT_INVALID, "%s %s: has the name of another; allowed: one of its own",
                         kind->what, name_at(kind, same));
    return WEFT_OK;
}

int weft_names_check(const struct weft_setup *setup, struct weft_error *error)
{
    const struct kind kinds[] = {
        {"server", &setup->server->name, setup->servers, sizeof(*setup->server)},
        {"switch", &setup->switch_->name, setup->switches, sizeof(*setup->switch_)},
        {"trunk", setup->trunks ? &setup->trunk->name : NULL, setup->trunks, sizeof(*setup->trunk)},
        {"device", &setup->device->name, setup->devices, sizeof(*setup->device)},
        {"stream", &setup->stream->name, setup->streams, sizeof(*setup->stream)},
        {"background", setup->sources ? &setup->source->name : NULL, setup->sources, sizeof(*setup->source)},
    };
    int status = WEFT_OK;
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]) && status == WEFT_OK; k++)
        status = check_kind(&kinds[k], error);
    return status;
}

int weft_packet_names_check(const struct weft_setup *setup, struct weft_error *error)
{
    const uint64_t most = UINT64_C(1) << WEFT_PACKET_SERVER_SHIFT;
    uint64_t *packets = weft_alloc(setup->servers, sizeof(*packets));
    int status = WEFT_OK;
    for (uint32_t i = 0; i < setup->streams; i++)
        packets[setup->stream[i].server] +=
            weft_clock_due_before(&setup->stream[i].clock, setup->duration_ps);
    for (uint32_t i = 0; i < setup->servers && status == WEFT_OK; i++)
        if (packets[i] > most)
            status = weft_fail(error, WEFT_INVALID,
                               "server %s: number of packets of its streams is %" PRIu64
                               "; allowed: 0 to %" PRIu64,
                               setup->server[i].name, packets[i], most);
    free(packets);
    return status;
}
