/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The setup's nodes and links as a SimGrid platform, written as XML: a platform cannot be built from C. Routes are
 * one hop each and found by Dijkstra: a full table grows with the square of the devices. All numbers are whole, so no
 * locale can misread them. */

#include "platform.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char server_kind[] = WEFT_SIMGRID_SERVER_KIND, switch_kind[] = WEFT_SIMGRID_SWITCH_KIND,
                  trunk_kind[] = WEFT_SIMGRID_TRUNK_KIND, device_kind[] = WEFT_SIMGRID_DEVICE_KIND;

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorts `name`, of `n` nodes of one kind. */
static int check_names(const char *kind, const char **name, uint32_t n, struct weft_error *error)
{
    for (uint32_t i = 0; i < n; i++)
        if (!name[i] || !name[i][0])
            return weft_fail(error, WEFT_INVALID, "a %s has no name; each needs one", kind);
    qsort(name, n, sizeof(*name), compare_names);
    for (uint32_t i = 1; i < n; i++)
        if (strcmp(name[i - 1], name[i]) == 0)
            return weft_fail(error, WEFT_INVALID, "two of kind %s are named '%s'; names must differ", kind,
                             name[i]);
    return WEFT_OK;
}

int weft_simgrid_names_check(const struct weft_setup *setup, struct weft_error *error)
{
    size_t servers = setup->servers, switches = setup->switches, devices = setup->devices;
    size_t nodes = servers + switches + devices;
    const char **name = weft_alloc(nodes + setup->trunks, sizeof(*name));
    for (size_t i = 0; i < servers; i++)
        name[i] = setup->server[i].name;
    for (size_t i = 0; i < switches; i++)
        name[servers + i] = setup->switch_[i].name;
    for (size_t i = 0; i < devices; i++)
        name[servers + switches + i] = setup->device[i].name;
    for (size_t i = 0; i < setup->trunks; i++)
        name[nodes + i] = setup->trunk[i].name;
    int status = check_names(server_kind, name, setup->servers, error);
    if (status == WEFT_OK)
        status = check_names(switch_kind, name + servers, setup->switches, error);
    if (status == WEFT_OK)
        status = check_names(device_kind, name + servers + switches, setup->devices, error);
    if (status == WEFT_OK)
        status = check_names(trunk_kind, name + nodes, setup->trunks, error);
    free(name);
    return status;
}

/* KIND.NAME as the value of an XML attribute. */
static void write_id(FILE *out, const char *kind, const char *name)
{
    fprintf(out, "\"%s.", kind);
    for (; *name; name++) {
        if (strchr("<>&\"'", *name))
            fprintf(out, "&#%d;", *name);
        else
            fputc(*name, out);
    }
    fputc('"', out);
}

static void write_host(FILE *out, const char *kind, const char *name, uint64_t hz, uint32_t cores)
{
    fputs("<host id=", out);
    write_id(out, kind, name);
    fprintf(out, " speed=\"%" PRIu64 "f\" core=\"%" PRIu32 "\"/>\n", hz, cores);
}

static void write_link(FILE *out, const char *kind, const char *name, uint64_t bps, weft_ps delay_ps)
{
    fputs("<link id=", out);
    write_id(out, kind, name);
    fprintf(out, " bandwidth=\"%" PRIu64 "bps\" latency=\"%" PRIu64 "ps\"/>\n", bps, delay_ps);
}

/* The link has the name of the node at its far end from switch `to`. */
static void write_route(FILE *out, const char *kind, const char *name, const char *to)
{
    fputs("<route src=", out);
    write_id(out, kind, name);
    fputs(" dst=", out);
    write_id(out, switch_kind, to);
    fputs("><link_ctn id=", out);
    write_id(out, kind, name);
    fputs("/></route>\n", out);
}

/* One direction, over the trunk. */
static void write_trunk_route(FILE *out, const struct weft_setup *setup, const struct weft_trunk *trunk)
{
    fputs("<route symmetrical=\"NO\" src=", out);
    write_id(out, switch_kind, setup->switch_[trunk->from].name);
    fputs(" dst=", out);
    write_id(out, switch_kind, setup->switch_[trunk->to].name);
    fputs("><link_ctn id=", out);
    write_id(out, trunk_kind, trunk->name);
    fputs("/></route>\n", out);
}

static int compare_ends(const void *a, const void *b)
{
    const struct weft_trunk *x = *(const struct weft_trunk *const *)a,
                            *y = *(const struct weft_trunk *const *)b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (x->to != y->to)
        return x->to < y->to ? -1 : 1;
    return x < y ? -1 : x > y;
}

/* SimGrid has one route from a node to a neighbour: where trunks are parallel, that over the first. */
static void write_trunk_routes(FILE *out, const struct weft_setup *setup)
{
    const struct weft_trunk **trunk = weft_alloc(setup->trunks, sizeof(*trunk));
    for (uint32_t i = 0; i < setup->trunks; i++)
        trunk[i] = &setup->trunk[i];
    if (setup->trunks > 0)
        qsort(trunk, setup->trunks, sizeof(*trunk), compare_ends);
    for (uint32_t i = 0; i < setup->trunks; i++)
        if (i == 0 || trunk[i]->from != trunk[i - 1]->from || trunk[i]->to != trunk[i - 1]->to)
            write_trunk_route(out, setup, trunk[i]);
    free(trunk);
}

/* Nodes and links: they come before all routes. */
static void write_nodes(FILE *out, const struct weft_setup *setup)
{
    for (uint32_t i = 0; i < setup->servers; i++)
        write_host(out, server_kind, setup->server[i].name, setup->server[i].cpu_hz, setup->server[i].cores);
    for (uint32_t i = 0; i < setup->switches; i++)
        write_host(out, switch_kind, setup->switch_[i].name, 1, 1);
    for (uint32_t i = 0; i < setup->devices; i++)
        write_host(out, device_kind, setup->device[i].name, 1, 1);
    for (uint32_t i = 0; i < setup->servers; i++)
        write_link(out, server_kind, setup->server[i].name, setup->server[i].link_bps,
                   setup->server[i].delay_ps);
    for (uint32_t i = 0; i < setup->devices; i++)
        write_link(out, device_kind, setup->device[i].name, setup->device[i].rate_bps,
                   setup->device[i].delay_ps);
    for (uint32_t i = 0; i < setup->trunks; i++)
        write_link(out, trunk_kind, setup->trunk[i].name, setup->trunk[i].rate_bps, setup->trunk[i].delay_ps);
}

static void write_platform(FILE *out, const struct weft_setup *setup)
{
    fputs("<?xml version='1.0'?>\n<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
          "<platform version=\"4.1\">\n<zone id=\"weft\" routing=\"DijkstraCache\">\n",
          out);
    write_nodes(out, setup);
    for (uint32_t i = 0; i < setup->servers; i++)
        write_route(out, server_kind, setup->server[i].name,
                    setup->switch_[setup->server[i].switch_index].name);
    for (uint32_t i = 0; i < setup->devices; i++)
        write_route(out, device_kind, setup->device[i].name,
                    setup->switch_[setup->device[i].switch_index].name);
    write_trunk_routes(out, setup);
    fputs("</zone>\n</platform>\n", out);
}

char *weft_simgrid_platform(const struct weft_setup *setup)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (out) {
        write_platform(out, setup);
        if (fclose(out) == 0)
            return text;
    }
    perror("weft: platform");
    abort();
}
