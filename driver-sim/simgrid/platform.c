/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The setup's nodes and links as a SimGrid platform, written as XML: a platform cannot be built from C. A switch and what hangs on it
 * is a zone of its own, a star, in which a host's way is its one link: routes one by one would be searched for each time one is
 * added, a table of them grows with the square of the devices. Trunks are routes between these zones, found by Dijkstra. All
 * numbers are whole, so no locale can misread them. */

#include "platform.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char server_kind[] = WEFT_SIMGRID_SERVER_KIND, switch_kind[] = WEFT_SIMGRID_SWITCH_KIND,
                  trunk_kind[] = WEFT_SIMGRID_TRUNK_KIND, device_kind[] = WEFT_SIMGRID_DEVICE_KIND,
                  zone_kind[] = "zone"; /* and the name of its switch */

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

/* The way of a host in its zone, both up and down. */
static void write_way(FILE *out, const char *kind, const char *name)
{
    static const char *const attributes[] = {"<host_link id=", " up=", " down="};
    for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++) {
        fputs(attributes[i], out);
        write_id(out, kind, name);
    }
    fputs("/>\n", out);
}

static void write_attribute(FILE *out, const char *attribute, const char *kind, const char *name)
{
    fprintf(out, " %s=", attribute);
    write_id(out, kind, name);
}

/* One direction, over the trunk. */
static void write_trunk_route(FILE *out, const struct weft_setup *setup, const struct weft_trunk *trunk)
{
    const char *from = setup->switch_[trunk->from].name, *to = setup->switch_[trunk->to].name;
    fputs("<zoneRoute symmetrical=\"NO\"", out);
    write_attribute(out, "src", zone_kind, from);
    write_attribute(out, "dst", zone_kind, to);
    write_attribute(out, "gw_src", switch_kind, from);
    write_attribute(out, "gw_dst", switch_kind, to);
    fputs("><link_ctn", out);
    write_attribute(out, "id", trunk_kind, trunk->name);
    fputs("/></zoneRoute>\n", out);
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

/* Ends of links, by the switch that they hang on: of switch i those from first[i] to first[i + 1] of `end`. */
struct hangers {
    uint32_t *first, *end;
};

static uint32_t server_switch(const struct weft_setup *setup, uint32_t server)
{
    return setup->server[server].switch_index;
}

static uint32_t device_switch(const struct weft_setup *setup, uint32_t device)
{
    return setup->device[device].switch_index;
}

static struct hangers sort_ends(const struct weft_setup *setup, uint32_t ends,
                                uint32_t (*switch_of)(const struct weft_setup *setup, uint32_t end))
{
    struct hangers sorted = {weft_alloc(setup->switches + 2, sizeof(*sorted.first)),
                             weft_alloc(ends, sizeof(*sorted.end))};
    uint32_t *place =
        sorted.first +
        1; /* where the next one of a switch goes; in the end where those of the next one begin */
    for (uint32_t i = 0; i < ends; i++)
        place[switch_of(setup, i) + 1]++;
    for (uint32_t s = 1; s <= setup->switches; s++)
        place[s] += place[s - 1];
    for (uint32_t i = 0; i < ends; i++)
        sorted.end[place[switch_of(setup, i)]++] = i;
    return sorted;
}

static void free_hangers(struct hangers *hangers)
{
    free(hangers->first);
    free(hangers->end);
}

static void write_servers(FILE *out, const struct weft_setup *setup, const uint32_t *server, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const struct weft_server *it = &setup->server[server[i]];
        write_host(out, server_kind, it->name, it->cpu_hz, it->cores);
        write_link(out, server_kind, it->name, it->link_bps, it->delay_ps);
        write_way(out, server_kind, it->name);
    }
}

static void write_devices(FILE *out, const struct weft_setup *setup, const uint32_t *device, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const struct weft_device *it = &setup->device[device[i]];
        write_host(out, device_kind, it->name, 1, 1);
        write_link(out, device_kind, it->name, it->rate_bps, it->delay_ps);
        write_way(out, device_kind, it->name);
    }
}

static void write_zones(FILE *out, const struct weft_setup *setup)
{
    struct hangers servers = sort_ends(setup, setup->servers, server_switch),
                   devices = sort_ends(setup, setup->devices, device_switch);
    for (uint32_t s = 0; s < setup->switches; s++) {
        const uint32_t *server = &servers.first[s], *device = &devices.first[s];
        fputs("<zone", out);
        write_attribute(out, "id", zone_kind, setup->switch_[s].name);
        fputs(" routing=\"Cluster\">\n", out);
        write_host(out, switch_kind, setup->switch_[s].name, 1, 1);
        write_servers(out, setup, servers.end + server[0], server[1] - server[0]);
        write_devices(out, setup, devices.end + device[0], device[1] - device[0]);
        fputs("</zone>\n", out);
    }
    free_hangers(&servers);
    free_hangers(&devices);
}

static void write_platform(FILE *out, const struct weft_setup *setup)
{
    fputs("<?xml version='1.0'?>\n<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
          "<platform version=\"4.1\">\n<zone id=\"weft\" routing=\"DijkstraCache\">\n",
          out);
    write_zones(out, setup);
    for (uint32_t i = 0; i < setup->trunks; i++)
        write_link(out, trunk_kind, setup->trunk[i].name, setup->trunk[i].rate_bps, setup->trunk[i].delay_ps);
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
