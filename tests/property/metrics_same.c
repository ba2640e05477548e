/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics_same.h"

#include <glib.h>
#include <string.h>

static void assert_same(const void *is, const void *must, size_t bytes, const char *what, uint32_t index)
{
    const unsigned char *a = is, *b = must;
    for (size_t i = 0; i < bytes; i++)
        if (a[i] != b[i])
            g_error("%s %u differs at byte %zu", what, index, i);
}

static void assert_same_port(const struct weft_metrics *a, const struct weft_metrics *b, uint32_t index,
                             bool finished)
{
    struct weft_port_result is, must;
    memcpy(&is, weft_metrics_port(a, index), sizeof is); /* with what lies between members */
    memcpy(&must, weft_metrics_port(b, index), sizeof must);
    if (!finished) {
        memset(is.held_ps, 0, sizeof is.held_ps);
        memset(must.held_ps, 0, sizeof must.held_ps);
    }
    assert_same(&is, &must, sizeof is, "port", index);
}

void metrics_assert_same(const struct weft_metrics *is, const struct weft_metrics *must,
                         const struct weft_setup *setup, bool finished)
{
    assert_same(weft_metrics_totals(is), weft_metrics_totals(must), sizeof(struct weft_totals), "totals", 0);
    for (uint32_t i = 0; i < weft_setup_ports(setup); i++)
        assert_same_port(is, must, i, finished);
    for (uint32_t i = 0; i < setup->servers; i++)
        assert_same(weft_metrics_server(is, i), weft_metrics_server(must, i),
                    sizeof(struct weft_server_result), "server", i);
    for (uint32_t i = 0; i < setup->switches; i++)
        assert_same(weft_metrics_switch(is, i), weft_metrics_switch(must, i),
                    sizeof(struct weft_switch_result), "switch", i);
    for (uint32_t i = 0; i < setup->streams; i++)
        assert_same(weft_metrics_stream(is, i), weft_metrics_stream(must, i),
                    sizeof(struct weft_stream_result), "stream", i);
}
