/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_CAPTURE_POINTS_H
#define COMMAND_CAPTURE_POINTS_H

/* Where a capture looks: the points that a packet passes, those of switches at each switch, and one interface for every
 * place of a point: a server, a link into a switch, a port of a switch, a device. */

#include "weft/setup.h"

#include <glib.h>

enum capture_point {
    CAPTURE_SERVER,    /* first bit on the server's link */
    CAPTURE_SWITCH_RX, /* last bit in the switch: links from servers, then trunks */
    CAPTURE_SWITCH_TX, /* last bit out of the switch: ports before devices, then before trunks */
    CAPTURE_DEVICE,    /* last bit at the device */
    CAPTURE_POINTS
};

/* A packet that passes several of them is seen once at each. */
struct capture_interface {
    char *name, *description;
    uint64_t speed_bps;
};

enum { CAPTURE_NOWHERE = UINT32_MAX };
struct capture_interfaces {
    uint32_t n;
    struct capture_interface *interface;
    uint32_t first[CAPTURE_POINTS]; /* interface of the first place; CAPTURE_NOWHERE: not captured */
};

/* "server,device" as a set of points: bit 1 << point. 0 and an error that names the allowed. */
unsigned capture_points_read(const char *option, const char *list, GError **error);
/* "server, switch-rx, ...". The caller frees with g_free. */
char *capture_points_names(void);
enum { CAPTURE_ALL_POINTS = (1 << CAPTURE_POINTS) - 1 };

/* The interfaces of `points` in a setup: by point, then by place. NULL and an error where two would have
 * the same name. The caller frees. */
struct capture_interfaces *capture_interfaces_new(const struct weft_setup *setup, unsigned points,
                                                  GError **error);
void capture_interfaces_free(struct capture_interfaces *interfaces);

#endif
