/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TESTS_FABRIC_SCENE_H
#define WEFT_TESTS_FABRIC_SCENE_H

/* A random fabric and what comes to it, and all that it tells: what a short way is held against the plain one with. Draws are
 * GLib's test draws, whose seed a test prints and takes (--seed). */

#include "weft/fabric.h"

#include <glib.h>

enum {
    SCENE_MOST_SERVERS = 70,
    SCENE_MOST_SWITCHES = 6,
    SCENE_MOST_PORTS = 60,
    SCENE_MOST_STREAMS = 60,
    SCENE_MOST_SOURCES = 20,
    SCENE_MOST_FLOWS = SCENE_MOST_STREAMS + SCENE_MOST_SOURCES,
    SCENE_MOST_PACKETS = 1500
};

/* All that is told of a packet at a switch or a device. */
struct row {
    uint64_t packet;
    weft_ps tx_ps, at_ps, done_ps, enter_ps;
    uint32_t stream, number, payload_bytes, frame_bytes, port, outcome;
};

struct scene {
    struct weft_fabric_params params;
    struct weft_fabric_ingress ingress[SCENE_MOST_SERVERS];
    struct weft_port_rules rules[SCENE_MOST_SWITCHES];
    struct weft_fabric_port port[SCENE_MOST_PORTS];
    struct weft_fabric_source source[SCENE_MOST_SOURCES];
    uint32_t route_first[SCENE_MOST_FLOWS + 1], route[SCENE_MOST_FLOWS * SCENE_MOST_SWITCHES];
    uint32_t server_of[SCENE_MOST_STREAMS];
    GArray *sent[SCENE_MOST_SERVERS]; /* of struct scene_sent, in order */
    weft_ps last_ps;
};

struct told {
    GArray *rows[2]; /* of struct row: at switches, at devices */
};

/* 0 .. below - 1 */
uint64_t scene_draw(uint64_t below);
/* One of the rates of links; some do not divide a second. */
uint64_t scene_draw_rate(void);
/* A switch: latency, accounting, buffers if it `loses`, now and then cut-through if it may. */
void scene_make_rules(struct weft_port_rules *rules, bool loses, bool cuts);
/* Servers, one by one on the switches; links that are `alike` are busy at once, in turns. */
void scene_make_ingresses(struct scene *scene, bool loses, bool alike);
/* What all servers send. Streams, and which server has each, are known. */
void scene_make_arrivals(struct scene *scene);
void scene_free(struct scene *scene);

/* What a fabric of the scene tells that is moved at random instants: how far each was moved must not be seen. */
struct told scene_run(struct scene *scene, bool plain);
void scene_assert_equal(const struct told *a, const struct told *b);
void scene_free_told(struct told *told);

#endif
