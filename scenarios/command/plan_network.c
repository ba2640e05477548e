/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Switches, the devices on them and the trunks between them; what names of other groups stand for. */

#include "failure.h"
#include "plan_private.h"

#include <string.h>

enum { MAX_TRUNKS = 1000000 };

const char *planner_member_name(const struct planner *planner, enum group_kind kind, uint32_t index)
{
    const struct weft_setup *setup = &planner->plan->setup;
    return kind == GROUP_SERVER   ? setup->server[index].name
           : kind == GROUP_SWITCH ? setup->switch_[index].name
           : kind == GROUP_TRUNK  ? setup->trunk[index].name
           : kind == GROUP_DEVICE ? setup->device[index].name
           : kind == GROUP_STREAM ? setup->stream[index].name
                                  : setup->source[index].name;
}

static bool find_range(const struct planner *planner, enum group_kind kind, const char *name,
                       struct range *out)
{
    *out = (struct range){0, planner->total[kind]};
    if (!name)
        return true;
    for (guint i = 0; i < planner->plan->sections; i++) {
        const struct section *section = planner->plan->resolved[i].section;
        if (section->kind == kind && strcmp(section->name, name) == 0) {
            *out = planner->range[i];
            return true;
        }
    }
    for (uint32_t k = 0; k < planner->total[kind]; k++)
        if (strcmp(planner_member_name(planner, kind, k), name) == 0) {
            *out = (struct range){k, 1};
            return true;
        }
    return false;
}

/* "core, leaf". */
static GString *names_of(const struct planner *planner, enum group_kind kind)
{
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < planner->plan->sections; i++) {
        const struct section *section = planner->plan->resolved[i].section;
        if (section->kind == kind)
            g_string_append_printf(names, "%s%s", names->len ? ", " : "", section->name);
    }
    return names;
}

bool planner_find(const struct planner *planner, const struct resolved *group, const char *key,
                  enum group_kind kind, const char *name, struct range *out, GError **error)
{
    if (find_range(planner, kind, name, out))
        return true;
    g_autoptr(GString) names = names_of(planner, kind);
    return scenario_complain(planner->scenario, group->section, key, error,
                             "there is no %s \"%s\"; allowed: %s", groups[kind].name, name, names->str);
}

bool planner_find_switch(const struct planner *planner, const struct resolved *group, const char *name,
                         struct range *out, GError **error)
{
    if (name || planner->total[GROUP_SWITCH] == 1)
        return planner_find(planner, group, "switch", GROUP_SWITCH, name, out, error);
    g_autoptr(GString) names = names_of(planner, GROUP_SWITCH);
    return scenario_complain(planner->scenario, group->section, "switch", error,
                             "is missing, and there are %u switches; allowed: %s",
                             planner->total[GROUP_SWITCH], names->str);
}

static struct weft_port_rules rules_of(const struct switch_group *values)
{
    return (struct weft_port_rules){
        .latency_ps = values->latency_ps,
        .buffer = values->buffer.row,
        .sharing = values->shared_bytes ? values->sharing : NULL,
        .memory = {.limit = values->buffer.limit,
                   .cell_bytes = (uint32_t)values->cell_bytes,
                   .shared_bytes = values->shared_bytes,
                   .reserved_bytes = values->reserved_bytes,
                   .alpha_num = values->alpha.num,
                   .alpha_den = values->alpha.den},
        .accounting = values->accounting,
        .forwarding = values->forwarding,
        .scheduler = values->scheduler,
    };
}

void plan_switches(struct planner *planner)
{
    struct weft_switch *made = g_new0(struct weft_switch, planner->total[GROUP_SWITCH]);
    planner->plan->setup.switch_ = made;
    for (guint i = 0; i < planner->plan->sections; i++) {
        const struct resolved *group = &planner->plan->resolved[i];
        const struct switch_group *values = &group->values.switch_;
        if (group->section->kind != GROUP_SWITCH)
            continue;
        for (uint64_t k = 0; k < values->count; k++)
            *made++ = (struct weft_switch){
                .name = planner_name(planner, group->section, values->count, k),
                .port_bps = values->port_bps,
                .rules = rules_of(values),
            };
    }
}

bool plan_devices(struct planner *planner, GError **error)
{
    struct weft_device *device = g_new0(struct weft_device, planner->total[GROUP_DEVICE]);
    planner->plan->setup.device = device;
    for (guint i = 0; i < planner->plan->sections; i++) {
        struct resolved *group = &planner->plan->resolved[i];
        struct device_group *values = &group->values.device;
        struct range switches = {0, 1};
        if (group->section->kind != GROUP_DEVICE)
            continue;
        if (!planner_find_switch(planner, group, values->switch_, &switches, error))
            return false;
        if (values->rate_bps == 0)
            values->rate_bps = planner->plan->setup.switch_[switches.first].port_bps;
        for (uint64_t k = 0; k < values->count; k++)
            *device++ = (struct weft_device){
                .name = planner_name(planner, group->section, values->count, k),
                .switch_index = switches.first + (uint32_t)(k % switches.count),
                .rate_bps = values->rate_bps,
                .delay_ps = values->delay_ps,
                .startup_ps = values->startup_ps,
                .off_ps = values->off_ps,
            };
    }
    return true;
}

/* One direction: NAME.FROM.TO. */
static void add_trunk(struct planner *planner, const struct resolved *group, uint32_t from, uint32_t to,
                      GArray *trunks)
{
    const struct weft_switch *switches = planner->plan->setup.switch_;
    g_autofree char *name =
        g_strdup_printf("%s.%s.%s", group->section->name, switches[from].name, switches[to].name);
    const struct weft_trunk trunk = {
        .name = g_string_chunk_insert(planner->plan->names, name),
        .from = from,
        .to = to,
        .rate_bps = group->values.trunk.rate_bps,
        .delay_ps = group->values.trunk.delay_ps,
    };
    g_array_append_val(trunks, trunk);
}

static bool needs(const struct planner *planner, const struct resolved *group, const char *key,
                  const char *value, GError **error)
{
    if (value)
        return true;
    g_autoptr(GString) names = names_of(planner, GROUP_SWITCH);
    return scenario_complain(planner->scenario, group->section, key, error,
                             "is missing; a trunk needs a switch at each end: %s", names->str);
}

/* Every pair of a switch in `from` and another one in `to`, each pair once. */
static bool plan_trunk(struct planner *planner, const struct resolved *group, GArray *trunks, GError **error)
{
    const struct trunk_group *values = &group->values.trunk;
    struct range from = {0, 1}, to = {0, 1};
    guint before = trunks->len;
    if (!needs(planner, group, "from", values->from, error) ||
        !needs(planner, group, "to", values->to, error) ||
        !planner_find(planner, group, "from", GROUP_SWITCH, values->from, &from, error) ||
        !planner_find(planner, group, "to", GROUP_SWITCH, values->to, &to, error))
        return false;
    if (2 * (uint64_t)from.count * to.count > MAX_TRUNKS - trunks->len)
        return scenario_complain(planner->scenario, group->section, "to", error,
                                 "makes too many trunks; allowed: %d in all", MAX_TRUNKS);
    for (uint32_t a = from.first; a < from.first + from.count; a++)
        for (uint32_t b = to.first; b < to.first + to.count; b++) {
            bool again = b < a && b >= from.first && a - to.first < to.count; /* the pair (b, a) was there */
            if (a == b || again)
                continue;
            add_trunk(planner, group, a, b, trunks);
            add_trunk(planner, group, b, a, trunks);
        }
    return trunks->len > before ||
           scenario_complain(planner->scenario, group->section, "to", error,
                             "is the switch \"%s\" itself; allowed: another one", values->to);
}

bool plan_trunks(struct planner *planner, GError **error)
{
    GArray *trunks = g_array_new(FALSE, FALSE, sizeof(struct weft_trunk));
    bool good = true;
    for (guint i = 0; i < planner->plan->sections && good; i++) {
        const struct resolved *group = &planner->plan->resolved[i];
        if (group->section->kind != GROUP_TRUNK)
            continue;
        planner->range[i].first = trunks->len;
        good = plan_trunk(planner, group, trunks, error);
        planner->range[i].count = trunks->len - planner->range[i].first;
    }
    planner->total[GROUP_TRUNK] = planner->plan->setup.trunks = trunks->len;
    planner->plan->setup.trunk = (struct weft_trunk *)(void *)g_array_free(trunks, FALSE);
    return good;
}
