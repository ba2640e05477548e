/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What there is to permit, and what a point needs of it. */

#include "json_add.h"
#include "point.h"
#include "probe.h"

#include <string.h>

const struct probe_row probe_rows[PROBE_ITEMS] = {
    [PROBE_NAMESPACE] = {"namespace", "everything"},
    [PROBE_IFB] = {"ifb", "everything"},
    [PROBE_CUT] = {"cut", "messages that the kernel cuts"},
    [PROBE_VETH] = {"veth", "the switch lab"},
    [PROBE_BRIDGE] = {"bridge", "the switch lab"},
    [PROBE_TBF] = {"tbf", "the switch lab"},
    [PROBE_SEGMENT] = {"udp-segment", "messages of many packets"},
    [PROBE_ZEROCOPY] = {"msg-zerocopy", "sockets without copies"},
    [PROBE_URING] = {"io-uring", "submission rings, pinning of pages"},
    [PROBE_URING_ZC] = {"io-uring-zc", "submission rings without copies"},
    [PROBE_REGISTERED] = {"io-uring-registered", "submission rings with registered buffers"},
    [PROBE_TX_RING] = {"tx-ring", "libweft's driver into an AF_PACKET ring"},
    [PROBE_XDP] = {"xdp", "libweft's driver into an AF_XDP ring"},
    [PROBE_HUGE_PAGES] = {"huge-pages", "page walks"},
};

static uint32_t needs_of(const struct point *point)
{
    const struct method *method = point->method;
    const bool uring = (method->needs & UINT32_C(1) << PROBE_URING) != 0;
    uint32_t needs = UINT32_C(1) << PROBE_NAMESPACE | UINT32_C(1) << PROBE_IFB | method->needs;
    if (!method->frames && point->group > 1)
        needs |= UINT32_C(1) << PROBE_SEGMENT | (point->link_cuts ? 0 : UINT32_C(1) << PROBE_CUT);
    if (point->zero_copy)
        needs |= UINT32_C(1) << (uring ? PROBE_URING_ZC : PROBE_ZEROCOPY);
    return needs;
}

gboolean probe_permits(const struct probe *probe, const struct point *point)
{
    const uint32_t needs = needs_of(point);
    for (int item = 0; item < PROBE_ITEMS; item++)
        if (needs & UINT32_C(1) << item && *probe->why_not[item])
            return FALSE;
    return TRUE;
}

char *probe_skipped(const struct probe *probe)
{
    GString *text = g_string_new(NULL);
    for (int item = 0; item < PROBE_ITEMS; item++)
        if (*probe->why_not[item])
            g_string_append_printf(text, "skipped: %s: %s\n", probe_rows[item].help, probe->why_not[item]);
    return g_string_free(text, FALSE);
}

void probe_json(JsonBuilder *builder, const struct probe *probe)
{
    json_builder_set_member_name(builder, "skipped");
    json_builder_begin_array(builder);
    for (int item = 0; item < PROBE_ITEMS; item++)
        if (*probe->why_not[item]) {
            json_builder_begin_object(builder);
            json_add_text(builder, "name", probe_rows[item].name);
            json_add_text(builder, "what", probe_rows[item].help);
            json_add_text(builder, "why", probe->why_not[item]);
            json_builder_end_object(builder);
        }
    json_builder_end_array(builder);
}
