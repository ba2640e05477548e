/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The hosts of a platform as groups of the scenario: what a host is and can comes from the platform, what its properties
 * weft_KEY say is as if the group said it, and a group of the host's name in the scenario adds keys and wins over these. */

#include "failure.h"
#include "platform_hosts.h"
#include "scenario_private.h"
#include "suggest.h"

#include <string.h>

struct merging {
    struct scenario *scenario;
    const struct platform *platform;
    const struct platform_way **way; /* of each server and device, by host */
    GPtrArray *made;                 /* of struct section */
};

/* The group of the file, or a new one. */
static struct section *take_section(const struct merging *merging, enum group_kind kind, const char *name)
{
    GPtrArray *sections = merging->scenario->sections;
    for (guint i = 0; i < sections->len; i++) {
        const struct section *section = g_ptr_array_index(sections, i);
        if (section->kind == kind && strcmp(section->name, name) == 0)
            return g_ptr_array_steal_index(sections, i);
    }
    return section_new(kind, name, 0);
}

static gboolean give(const struct merging *merging, struct section *section, const char *key,
                     const char *value, const char *where, GError **error)
{
    return section_give(merging->scenario, section, keys_find(section->kind, key), value, where,
                        (struct given){.platform = where}, error);
}

static gboolean give_number(const struct merging *merging, struct section *section, const char *key,
                            uint64_t value, const char *where, GError **error)
{
    g_autofree char *text = quantity_format(keys_find(section->kind, key)->quantity, value);
    return give(merging, section, key, text, where, error);
}

static const char *place_of_link(const struct merging *merging, const struct platform_way *way)
{
    g_autofree char *link = platform_link_name(way->link);
    return platform_place(merging->platform, "link", link, NULL);
}

static gboolean give_way(const struct merging *merging, struct section *section, guint host, const char *rate,
                         GError **error)
{
    const struct platform_way *way = merging->way[host];
    g_assert(way); /* sort_ways() */
    const char *where = place_of_link(merging, way);
    const char *on = platform_host_at(merging->platform, way->from == host ? way->to : way->from)->name;
    return give(merging, section, "switch", on, where, error) &&
           give_number(merging, section, rate, way->bps, where, error) &&
           give_number(merging, section, "delay", way->delay_ps, where, error);
}

static gboolean give_properties(const struct merging *merging, struct section *section,
                                const struct platform_host *host, GError **error)
{
    for (guint i = 0; i < host->properties->len; i++) {
        const struct platform_property *property =
            &g_array_index(host->properties, struct platform_property, i);
        const struct key_row *key = platform_key(section->kind, property->name);
        if (key && !section_gives(section, key->name) &&
            !give(merging, section, key->name, property->value,
                  platform_place(merging->platform, "host", host->name, property->name), error))
            return FALSE;
    }
    return TRUE;
}

/* A group of the file gives none of what the platform does. */
static gboolean check_given(const struct merging *merging, const struct section *section, GError **error)
{
    for (size_t i = 0; i < keys_count(); i++)
        if (keys[i].group == section->kind && keys[i].of_platform && section_gives(section, keys[i].name))
            return scenario_complain(merging->scenario, section, keys[i].name, error,
                                     "%s says what it is; allowed: keys that it does not say",
                                     merging->platform->path);
    return TRUE;
}

static gboolean add_host(struct merging *merging, guint index, enum group_kind kind, GError **error)
{
    const struct platform_host *host = platform_host_at(merging->platform, index);
    const char *where = platform_place(merging->platform, "host", host->name, NULL);
    struct section *section = take_section(merging, kind, host->name);
    section->platform = where;
    g_ptr_array_add(merging->made, section);
    if (!check_given(merging, section, error) || !give_properties(merging, section, host, error))
        return FALSE;
    if (kind == GROUP_SWITCH)
        return TRUE;
    if (kind == GROUP_SERVER && (!give_number(merging, section, "cpu", host->hz, where, error) ||
                                 !give_number(merging, section, "cores", host->cores, where, error)))
        return FALSE;
    return give_way(merging, section, index, kind == GROUP_SERVER ? "link" : "rate", error);
}

static bool is_trunk(const struct platform *platform, const struct platform_way *way)
{
    return platform_host_kind(platform_host_at(platform, way->from)) == GROUP_SWITCH &&
           platform_host_kind(platform_host_at(platform, way->to)) == GROUP_SWITCH;
}

/* A trunk is alike in both directions. */
static gboolean check_back(const struct merging *merging, const struct platform_way *there,
                           const struct platform_way *back, GError **error)
{
    const char *from = platform_host_at(merging->platform, there->from)->name,
               *to = platform_host_at(merging->platform, there->to)->name,
               *where = place_of_link(merging, there);
    if (!back)
        return failure(error, STATUS_INPUT,
                       "%s: leads from %s to %s, and no link back; allowed: both directions", where, from,
                       to);
    if (back->bps == there->bps && back->delay_ps == there->delay_ps)
        return TRUE;
    g_autofree char *rate = quantity_format(&quantity_rate, there->bps),
                    *delay = quantity_format(&quantity_time, there->delay_ps),
                    *back_rate = quantity_format(&quantity_rate, back->bps),
                    *back_delay = quantity_format(&quantity_time, back->delay_ps);
    return failure(
        error, STATUS_INPUT,
        "%s: from %s to %s there are %s and %s, back %s and %s; allowed: the same in both directions", where,
        from, to, rate, delay, back_rate, back_delay);
}

static const struct platform_way *way_back(const struct platform *platform, const struct platform_way *there)
{
    for (guint i = 0; i < platform->ways->len; i++) {
        const struct platform_way *way = &g_array_index(platform->ways, struct platform_way, i);
        if (way->from == there->to && way->to == there->from)
            return way;
    }
    return NULL;
}

/* Named after its link. */
static gboolean add_trunk(struct merging *merging, const struct platform_way *way, GError **error)
{
    g_autofree char *name = platform_link_name(way->link);
    const char *where = place_of_link(merging, way);
    if (!check_back(merging, way, way_back(merging->platform, way), error))
        return FALSE;
    if (way->from > way->to)
        return TRUE;
    if (!section_name_is_good(name))
        return failure(error, STATUS_INPUT, "%s: weft cannot name a trunk so; allowed: " SECTION_NAMES,
                       where);
    struct section *section = section_new(GROUP_TRUNK, name, 0);
    section->platform = where;
    g_ptr_array_add(merging->made, section);
    return give(merging, section, "from", platform_host_at(merging->platform, way->from)->name, where,
                error) &&
           give(merging, section, "to", platform_host_at(merging->platform, way->to)->name, where, error) &&
           give_number(merging, section, "rate", way->bps, where, error) &&
           give_number(merging, section, "delay", way->delay_ps, where, error);
}

static bool joins(enum group_kind from, enum group_kind to)
{
    return from == GROUP_SERVER ? to == GROUP_SWITCH
                                : from == GROUP_SWITCH && (to == GROUP_SWITCH || to == GROUP_DEVICE);
}

/* The way of each server and device; FALSE: the reader did not tell all, or others. */
static gboolean sort_ways(const struct merging *merging)
{
    const struct platform *platform = merging->platform;
    for (guint i = 0; i < platform->ways->len; i++) {
        const struct platform_way *way = &g_array_index(platform->ways, struct platform_way, i);
        enum group_kind from = platform_host_kind(platform_host_at(platform, way->from)),
                        to = platform_host_kind(platform_host_at(platform, way->to));
        if (!joins(from, to))
            return FALSE;
        if (from == GROUP_SERVER)
            merging->way[way->from] = way;
        if (to == GROUP_DEVICE)
            merging->way[way->to] = way;
    }
    for (guint i = 0; i < platform->hosts->len; i++)
        if (platform_host_kind(platform_host_at(platform, i)) != GROUP_SWITCH && !merging->way[i])
            return FALSE;
    return TRUE;
}

static gboolean add_kind(struct merging *merging, enum group_kind kind, GError **error)
{
    const struct platform *platform = merging->platform;
    for (guint i = 0; i < platform->hosts->len; i++)
        if (platform_host_kind(platform_host_at(platform, i)) == kind && !add_host(merging, i, kind, error))
            return FALSE;
    for (guint i = 0; kind == GROUP_TRUNK && i < platform->ways->len; i++) {
        const struct platform_way *way = &g_array_index(platform->ways, struct platform_way, i);
        if (is_trunk(platform, way) && !add_trunk(merging, way, error))
            return FALSE;
    }
    return TRUE;
}

/* A group of the file that is left is of no host. */
static gboolean refuse_left(const struct merging *merging, GError **error)
{
    const struct scenario *scenario = merging->scenario;
    for (guint i = 0; i < scenario->sections->len; i++) {
        const struct section *section = g_ptr_array_index(scenario->sections, i);
        if (section->kind < GROUP_SERVER || section->kind > GROUP_DEVICE)
            continue;
        g_autofree char *names = platform_names(merging->platform, section->kind),
                        *hint = suggest(section->name, names);
        if (section->kind == GROUP_TRUNK)
            return failure(error, STATUS_INPUT, "%s:%d: trunk: %s has the trunks; allowed: no [trunk NAME]",
                           scenario->path, section->line, merging->platform->path);
        return failure(error, STATUS_INPUT, "%s:%d: %s: %s has no %s \"%s\"%s; allowed: %s", scenario->path,
                       section->line, groups[section->kind].name, merging->platform->path,
                       groups[section->kind].name, section->name, hint, names);
    }
    return TRUE;
}

/* Behind [scenario], before all others. */
static void put_made(struct merging *merging)
{
    GPtrArray *sections = merging->scenario->sections;
    GPtrArray *all = g_ptr_array_new_with_free_func(section_free);
    GPtrArray *others = g_ptr_array_new();
    while (sections->len > 0) {
        struct section *section = g_ptr_array_steal_index(sections, 0);
        g_ptr_array_add(section->kind == GROUP_SCENARIO ? all : others, section);
    }
    while (merging->made->len > 0)
        g_ptr_array_add(all, g_ptr_array_steal_index(merging->made, 0));
    for (guint i = 0; i < others->len; i++)
        g_ptr_array_add(all, g_ptr_array_index(others, i));
    g_ptr_array_unref(others);
    g_ptr_array_unref(sections);
    merging->scenario->sections = all;
}

static gboolean merge(struct merging *merging, GError **error)
{
    if (!platform_hosts_check(merging->platform, error))
        return FALSE;
    if (!sort_ways(merging))
        return failure(error, STATUS_FAILED, "%s: its reader told no network", merging->platform->path);
    for (enum group_kind kind = GROUP_SERVER; kind <= GROUP_DEVICE; kind++)
        if (!add_kind(merging, kind, error))
            return FALSE;
    if (!refuse_left(merging, error))
        return FALSE;
    put_made(merging);
    return TRUE;
}

gboolean scenario_add_platform(struct scenario *scenario, GError **error)
{
    const struct section *section = scenario_section(scenario, GROUP_SCENARIO);
    if (!section || !section->values.scenario.platform)
        return TRUE;
    g_autofree char *path = scenario_file(scenario, section->values.scenario.platform);
    g_autofree char *where = section_place(scenario, GROUP_SCENARIO, "platform");
    scenario->platform = platform_read(path, where, error);
    if (!scenario->platform)
        return FALSE;
    struct merging merging = {.scenario = scenario, .platform = scenario->platform};
    merging.way = g_new0(const struct platform_way *, scenario->platform->hosts->len);
    merging.made = g_ptr_array_new_with_free_func(section_free);
    gboolean good = merge(&merging, error);
    g_ptr_array_unref(merging.made);
    g_free(merging.way);
    return good;
}

gboolean scenario_may_assign(const struct scenario *scenario, const struct key_row *key, const char *option,
                             GError **error)
{
    if (key == keys_find(GROUP_SCENARIO, "platform"))
        return failure(error, STATUS_INPUT,
                       "%s: scenario.platform: cannot be set; allowed: in the scenario's file", option);
    if (!scenario->platform || !key->of_platform)
        return TRUE;
    return failure(error, STATUS_INPUT, "%s: %s.%s: %s says what it is; allowed: keys that it does not say",
                   option, groups[key->group].name, key->name, scenario->platform->path);
}
