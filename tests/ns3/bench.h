/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TESTS_NS3_BENCH_H
#define WEFT_TESTS_NS3_BENCH_H

/* A simulation of ns-3 whose watch writes down what happens, a line each:
 *     NAME came PORT enter_ps     NAME left PORT done_ps     NAME lost PORT cause     NAME arrived PORT at_ps
 * Every call must succeed (asserted). */

#include "weft/ns3.h"

#include <glib.h>

WEFT_BEGIN_DECLS

struct bench {
    struct weft_ns3 *sim;
    GString *log;
    uint32_t frame_bytes; /* of packets sent by bench_send() */
};

/* Ethernet links with a gap of 20 bytes. */
void bench_begin(struct bench *bench, enum weft_ns3_links links);
void bench_switch(struct bench *bench, struct weft_ns3_switch rules);
void bench_server(struct bench *bench, uint64_t rate_bps, weft_ps delay_ps);
void bench_port(struct bench *bench, uint32_t from, uint32_t to, uint64_t rate_bps, weft_ps delay_ps);
/* A flow over one port, or two. */
void bench_flow(struct bench *bench, uint32_t port, uint32_t class_);
void bench_flow_over(struct bench *bench, uint32_t first, uint32_t second);
void bench_send(struct bench *bench, uint32_t server, uint32_t flow, uint64_t name, weft_ps at_ps);
/* Run to the end and free. */
void bench_end(struct bench *bench);
/* The same, and what was written must be `expected`. */
void bench_expect(struct bench *bench, const char *expected);

WEFT_END_DECLS

#endif
