/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Links and data. */

#include "supply.h"

#include "failure.h"
#include "namespace.h"
#include "probe.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

static gboolean make_data(struct supply *supply, GError **error)
{
    enum { SOMETHING = 0x5a };
    const uint64_t bytes = MAX(supply->hot.bytes, supply->cold.bytes);
    void *data = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (data == MAP_FAILED)
        return failure(error, STATUS_INPUT, "no memory for %" G_GUINT64_FORMAT " MiB of data: %s",
                       bytes >> 20, g_strerror(errno));
    memset(data, SOMETHING, bytes); /* pages that were never written are all one page */
    supply->data = data;
    return TRUE;
}

static gboolean make_cutting_link(GError **error)
{
    int index;
    return namespace_add_sink(SUPPLY_LINK_CUT, 1, error) &&
           namespace_cut_in_software(SUPPLY_LINK_CUT, error) &&
           namespace_up(SUPPLY_LINK_CUT, "11.0.0.1/8", &index, error);
}

static gboolean make_xdp_link(struct supply *supply, GError **error)
{
    enum { QUEUES = 64 };
    return namespace_add_sink(SUPPLY_LINK_XDP, QUEUES, error) &&
           namespace_up(SUPPLY_LINK_XDP, NULL, &supply->xdp_index, error);
}

gboolean supply_init(struct supply *supply, uint64_t hot_bytes, uint64_t cold_bytes, unsigned links,
                     GError **error)
{
    *supply = (struct supply){.hot = {.bytes = hot_bytes}, .cold = {.bytes = cold_bytes}};
    return make_data(supply, error) && namespace_add_sink(SUPPLY_LINK, 1, error) &&
           namespace_up(SUPPLY_LINK, "10.0.0.1/8", &supply->link_index, error) &&
           (!(links & SUPPLY_CUT) || make_cutting_link(error)) &&
           (!(links & SUPPLY_XDP) || make_xdp_link(supply, error));
}

void supply_clear(struct supply *supply)
{
    sender_memory_free(supply->memory);
    if (supply->data)
        munmap(supply->data, MAX(supply->hot.bytes, supply->cold.bytes));
}

struct sender_memory *supply_memory(struct supply *supply)
{
    if (!supply->memory)
        supply->memory = sender_memory_new(MAX(supply->hot.bytes, supply->cold.bytes), supply->data);
    return supply->memory;
}

static bool is_cut(const struct point *point)
{
    return !point->method->frames && point->group > 1 && !point->link_cuts;
}

unsigned supply_links(const struct point *point)
{
    if (point->method->needs & UINT32_C(1) << PROBE_XDP)
        return SUPPLY_XDP;
    return is_cut(point) ? SUPPLY_CUT : 0;
}

const char *supply_link(const struct point *point)
{
    const unsigned links = supply_links(point);
    return links & SUPPLY_XDP ? SUPPLY_LINK_XDP : links & SUPPLY_CUT ? SUPPLY_LINK_CUT : SUPPLY_LINK;
}

uint32_t supply_address(const struct point *point)
{
    const uint32_t uncut = 0x0a800001, cut = 0x0b800001; /* in 10/8 and 11/8 */
    return is_cut(point) ? cut : uncut;
}
