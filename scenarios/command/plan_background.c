/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sources of background traffic: where they come in and where they go. */

#include "plan_private.h"

/* What a group must say, and must not. */
static bool check_keys(const struct planner *planner, const struct resolved *group, GError **error)
{
    const struct background_group *values = &group->values.background;
    if (values->rate_bps == 0)
        return scenario_complain(planner->scenario, group->section, "rate", error,
                                 "is missing; a mean rate is needed, such as 10 Mbit/s");
    if (values->device && values->trunk)
        return scenario_complain(planner->scenario, group->section, "trunk", error,
                                 "is given beside device; allowed: one of them");
    if (!values->device && !values->trunk)
        return scenario_complain(planner->scenario, group->section, "device", error,
                                 "is missing; needed: a device, or a trunk");
    if (values->pattern->bursts && values->peak_bps == 0)
        return scenario_complain(planner->scenario, group->section, "peak", error,
                                 "is missing; pattern = %s needs a rate while on, above the mean rate",
                                 values->pattern->name);
    if (values->pattern->bursts && values->on_ps == 0)
        return scenario_complain(planner->scenario, group->section, "on", error,
                                 "is missing; pattern = %s needs a mean time on, such as 1 ms",
                                 values->pattern->name);
    return true;
}

/* Ports in the order of the fabric: those before devices, then those before trunks. */
static bool find_ends(const struct planner *planner, const struct resolved *group, struct range *out,
                      GError **error)
{
    const struct background_group *values = &group->values.background;
    if (values->device)
        return planner_find(planner, group, "device", GROUP_DEVICE, values->device, out, error);
    if (planner->plan->setup.trunks == 0)
        return scenario_complain(planner->scenario, group->section, "trunk", error,
                                 "is given, but there are no trunks; allowed: device");
    if (!planner_find(planner, group, "trunk", GROUP_TRUNK, values->trunk, out, error))
        return false;
    out->first += planner->plan->setup.devices;
    return true;
}

static bool plan_group(struct planner *planner, guint section, struct weft_background_source *source,
                       GError **error)
{
    const struct resolved *group = &planner->plan->resolved[section];
    const struct background_group *values = &group->values.background;
    const struct weft_setup *setup = &planner->plan->setup;
    struct range ends = {0, 1}, switches = {0, 1};
    if (!check_keys(planner, group, error) || !find_ends(planner, group, &ends, error))
        return false;
    if (values->switch_ &&
        !planner_find(planner, group, "switch", GROUP_SWITCH, values->switch_, &switches, error))
        return false;
    for (uint32_t k = 0; k < values->count; k++) {
        uint32_t port = ends.first + k % ends.count;
        source[k] = (struct weft_background_source){
            .name = planner_name(planner, group->section, values->count, k),
            .switch_index =
                values->switch_ ? switches.first + k % switches.count : weft_setup_port_switch(setup, port),
            .port = port,
            .link_bps = values->link_bps ? values->link_bps : weft_setup_port_bps(setup, port),
            .background = {.pattern = values->pattern,
                           .packet_bytes = (uint32_t)values->packet_bytes,
                           .rate_bps = values->rate_bps,
                           .start_ps = values->start_ps,
                           .peak_bps = values->peak_bps,
                           .on_ps = values->on_ps,
                           .shape_milli = (uint32_t)values->shape_milli},
            .class_ = (uint32_t)values->class_,
        };
    }
    return true;
}

bool plan_backgrounds(struct planner *planner, GError **error)
{
    uint32_t count = planner->total[GROUP_BACKGROUND];
    struct weft_background_source *source = g_new0(struct weft_background_source, count);
    planner->plan->setup.sources = count;
    planner->plan->setup.source = source;
    for (guint i = 0; i < planner->plan->sections; i++)
        if (planner->plan->resolved[i].section->kind == GROUP_BACKGROUND &&
            !plan_group(planner, i, source + planner->range[i].first, error))
            return false;
    return true;
}
