/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The setup's nodes and links as a SimGrid platform: written as XML, and compared with what was loaded. A
 * platform cannot be built from C. Routes are one hop each and found by Dijkstra: a full table grows with the
 * square of the devices. All numbers are whole, so no locale can misread them. */

#include "platform.h"

#include <inttypes.h>
#include <math.h>
#include <simgrid/host.h>
#include <simgrid/link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char server_kind[] = "server", switch_kind[] = "switch", trunk_kind[] = "trunk",
                  device_kind[] = "device";

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorts `name`, of `n` nodes of one kind. */
static int check_names(const char *kind, const char **name, uint32_t n, struct weft_error *error)
{
    for (uint32_t i = 0; i < n; i++)
        if (!name[i] || !name[i][0])
            return weft_fail(error, WEFT_INVALID, "simgrid: a %s has no name; each needs one", kind);
    qsort(name, n, sizeof(*name), compare_names);
    for (uint32_t i = 1; i < n; i++)
        if (strcmp(name[i - 1], name[i]) == 0)
            return weft_fail(error, WEFT_INVALID, "simgrid: two of kind %s are named '%s'; names must differ",
                             kind, name[i]);
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

static char *new_id(const char *kind, const char *name)
{
    size_t bytes = strlen(kind) + strlen(name) + 2;
    char *id = weft_alloc(bytes, 1);
    snprintf(id, bytes, "%s.%s", kind, name);
    return id;
}

static sg_host_t find_host(const char *kind, const char *name)
{
    char *id = new_id(kind, name);
    sg_host_t host = sg_host_by_name(id);
    free(id);
    return host;
}

sg_host_t weft_simgrid_server_host(const struct weft_setup *setup, uint32_t server)
{
    return find_host(server_kind, setup->server[server].name);
}

sg_host_t weft_simgrid_switch_host(const struct weft_setup *setup, uint32_t switch_index)
{
    return find_host(switch_kind, setup->switch_[switch_index].name);
}

/* The platform's links by name. Asking SimGrid for one that does not exist would end the process. */
struct links {
    sg_link_t *link;
    size_t n;
};

static int compare_links(const void *a, const void *b)
{
    return strcmp(sg_link_get_name(*(const sg_link_t *)a), sg_link_get_name(*(const sg_link_t *)b));
}

static int compare_id_with_link(const void *id, const void *link)
{
    return strcmp(id, sg_link_get_name(*(const sg_link_t *)link));
}

static struct links list_links(void)
{
    struct links links = {.link = sg_link_list(), .n = sg_link_count()};
    if (links.n > 0)
        qsort(links.link, links.n, sizeof(sg_link_t), compare_links);
    return links;
}

/* SimGrid keeps doubles in bytes and seconds: equal means equal when rounded to what the setup says. */
static bool equals(double value, uint64_t expected)
{
    return isfinite(value) && value >= 0 && value < 0x1p63 && (uint64_t)llround(value) == expected;
}

static int check_link(const struct links *links, const char *id, uint64_t bps, weft_ps delay_ps,
                      struct weft_error *error)
{
    const sg_link_t *link =
        links->n > 0 ? bsearch(id, links->link, links->n, sizeof(sg_link_t), compare_id_with_link) : NULL;
    if (!link)
        return weft_fail(error, WEFT_FAILED, "simgrid: the platform has no link '%s'", id);
    double link_bps = 8 * sg_link_get_bandwidth(*link);
    double link_ps = (double)WEFT_PS_PER_S * sg_link_get_latency(*link);
    if (!equals(link_bps, bps) || !equals(link_ps, delay_ps))
        return weft_fail(error, WEFT_FAILED,
                         "simgrid: the platform's link '%s' has %.17g bit/s and %.17g ps, the setup %" PRIu64
                         " bit/s and %" PRIu64 " ps",
                         id, link_bps, link_ps, bps, delay_ps);
    return WEFT_OK;
}

static int check_host(const char *id, uint64_t hz, uint32_t cores, struct weft_error *error)
{
    sg_host_t host = sg_host_by_name(id);
    if (!host)
        return weft_fail(error, WEFT_FAILED, "simgrid: the platform has no host '%s'", id);
    double host_hz = sg_host_get_speed(host);
    int host_cores = sg_host_core_count(host);
    if (!equals(host_hz, hz) || !equals(host_cores, cores))
        return weft_fail(error, WEFT_FAILED,
                         "simgrid: the platform's host '%s' has %d cores of %.17g flop/s, the setup %" PRIu32
                         " of %" PRIu64 " Hz",
                         id, host_cores, host_hz, cores, hz);
    return WEFT_OK;
}

int weft_simgrid_platform_check(const struct weft_setup *setup, struct weft_error *error)
{
    struct links links = list_links();
    int status = WEFT_OK;
    for (uint32_t i = 0; i < setup->servers && status == WEFT_OK; i++) {
        const struct weft_server *server = &setup->server[i];
        char *id = new_id(server_kind, server->name);
        status = check_host(id, server->cpu_hz, server->cores, error);
        if (status == WEFT_OK)
            status = check_link(&links, id, server->link_bps, server->delay_ps, error);
        free(id);
    }
    for (uint32_t i = 0; i < setup->devices && status == WEFT_OK; i++) {
        const struct weft_device *device = &setup->device[i];
        char *id = new_id(device_kind, device->name);
        status = check_link(&links, id, device->rate_bps, device->delay_ps, error);
        free(id);
    }
    for (uint32_t i = 0; i < setup->trunks && status == WEFT_OK; i++) {
        const struct weft_trunk *trunk = &setup->trunk[i];
        char *id = new_id(trunk_kind, trunk->name);
        status = check_link(&links, id, trunk->rate_bps, trunk->delay_ps, error);
        free(id);
    }
    free(links.link);
    return status;
}
