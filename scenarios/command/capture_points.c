/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The points of a capture, a row each. */

#include "capture_points.h"

#include "failure.h"

struct point_row {
    const char *name;
    uint32_t (*places)(const struct weft_setup *setup); /* an interface for each */
    void (*describe)(const struct weft_setup *setup, uint32_t k, struct capture_interface *out);
};

static void describe_server(const struct weft_setup *setup, uint32_t k, struct capture_interface *out)
{
    const struct weft_server *server = &setup->server[k];
    out->name = g_strdup_printf("server.%s.tx", server->name);
    out->description = g_strdup_printf("first bit onto the link of server %s", server->name);
    out->speed_bps = server->link_bps;
}

static void describe_switch_rx(const struct weft_setup *setup, uint32_t k, struct capture_interface *out)
{
    bool trunk = k >= setup->servers;
    const struct weft_trunk *over = trunk ? &setup->trunk[k - setup->servers] : NULL;
    const char *from = trunk ? over->name : setup->server[k].name;
    const char *name = setup->switch_[trunk ? over->to : setup->server[k].switch_index].name;
    out->name = g_strdup_printf("%s.%s.rx", name, from);
    out->description =
        g_strdup_printf("last bit into switch %s %s %s", name, trunk ? "over trunk" : "from server", from);
    out->speed_bps = trunk ? over->rate_bps : setup->server[k].link_bps;
}

static void describe_switch_tx(const struct weft_setup *setup, uint32_t k, struct capture_interface *out)
{
    const char *to = weft_setup_port_name(setup, k);
    const char *name = setup->switch_[weft_setup_port_switch(setup, k)].name;
    out->name = g_strdup_printf("%s.%s.tx", name, to);
    out->description = g_strdup_printf("last bit out of switch %s to %s %s", name,
                                       weft_setup_port_is_trunk(setup, k) ? "trunk" : "device", to);
    out->speed_bps = weft_setup_port_bps(setup, k);
}

static void describe_device(const struct weft_setup *setup, uint32_t k, struct capture_interface *out)
{
    const struct weft_device *device = &setup->device[k];
    out->name = g_strdup_printf("%s.rx", device->name);
    out->description = g_strdup_printf("last bit at device %s", device->name);
    out->speed_bps = device->rate_bps;
}

static uint32_t count_servers(const struct weft_setup *setup)
{
    return setup->servers;
}

static uint32_t count_links(const struct weft_setup *setup)
{
    return setup->servers + setup->trunks;
}

static uint32_t count_devices(const struct weft_setup *setup)
{
    return setup->devices;
}

static const struct point_row rows[CAPTURE_POINTS] = {
    [CAPTURE_SERVER] = {"server", count_servers, describe_server},
    [CAPTURE_SWITCH_RX] = {"switch-rx", count_links, describe_switch_rx},
    [CAPTURE_SWITCH_TX] = {"switch-tx", weft_setup_ports, describe_switch_tx},
    [CAPTURE_DEVICE] = {"device", count_devices, describe_device},
};

char *capture_points_names(void)
{
    const char *names[CAPTURE_POINTS + 1] = {0};
    for (int point = 0; point < CAPTURE_POINTS; point++)
        names[point] = rows[point].name;
    return g_strjoinv(", ", (char **)names);
}

/* The point of that name, or CAPTURE_POINTS. */
static int find_point(const char *name)
{
    int point = 0;
    while (point < CAPTURE_POINTS && g_strcmp0(rows[point].name, name) != 0)
        point++;
    return point;
}

unsigned capture_points_read(const char *option, const char *list, GError **error)
{
    g_auto(GStrv) names = g_strsplit(*list ? list : ",", ",", -1);
    unsigned points = 0;
    for (guint i = 0; names[i]; i++) {
        int point = find_point(g_strstrip(names[i]));
        if (point == CAPTURE_POINTS) {
            g_autofree char *allowed = capture_points_names();
            failure(error, STATUS_INPUT, "%s: unknown point \"%s\"; allowed: %s", option, names[i], allowed);
            return 0;
        }
        if (points & 1U << point) {
            failure(error, STATUS_INPUT, "%s: \"%s\" stands there twice; allowed: each once", option,
                    names[i]);
            return 0;
        }
        points |= 1U << point;
    }
    return points;
}

/* Names may hold dots, so that the joined names of different things can be the same. */
static bool names_differ(const struct capture_interfaces *interfaces, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (uint32_t i = 0; i < interfaces->n; i++)
        if (!g_hash_table_add(seen, interfaces->interface[i].name))
            return failure(
                error, STATUS_INPUT,
                "weft run: two points of the capture have the name \"%s\"; allowed: names of servers, "
                "switches, trunks and devices that make different ones",
                interfaces->interface[i].name);
    return true;
}

struct capture_interfaces *capture_interfaces_new(const struct weft_setup *setup, unsigned points,
                                                  GError **error)
{
    struct capture_interfaces *interfaces = g_new0(struct capture_interfaces, 1);
    interfaces->interface =
        g_new0(struct capture_interface, 2 * ((size_t)setup->servers + setup->devices + setup->trunks));
    for (int point = 0; point < CAPTURE_POINTS; point++) {
        bool captured = points & 1U << point;
        interfaces->first[point] = captured ? interfaces->n : CAPTURE_NOWHERE;
        for (uint32_t k = 0; captured && k < rows[point].places(setup); k++)
            rows[point].describe(setup, k, &interfaces->interface[interfaces->n++]);
    }
    if (names_differ(interfaces, error))
        return interfaces;
    capture_interfaces_free(interfaces);
    return NULL;
}

void capture_interfaces_free(struct capture_interfaces *interfaces)
{
    if (!interfaces)
        return;
    for (uint32_t i = 0; i < interfaces->n; i++) {
        g_free(interfaces->interface[i].name);
        g_free(interfaces->interface[i].description);
    }
    g_free(interfaces->interface);
    g_free(interfaces);
}
