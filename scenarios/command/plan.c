/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From groups to a checked setup. */

#include "plan.h"

#include "failure.h"
#include "plan_private.h"
#include "platform_hosts.h"
#include "policies.h"
#include "profile_file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

enum { MAX_OF_A_KIND = 10000000 };

static bool plan_ranges(struct planner *planner, GError **error)
{
    uint64_t next[GROUP_KINDS] = {0};
    for (guint i = 0; i < planner->plan->sections; i++) {
        const struct resolved *group = &planner->plan->resolved[i];
        enum group_kind kind = group->section->kind;
        const struct key_row *count = keys_find(kind, "count");
        uint64_t n = 1;
        if (count)
            memcpy(&n, (const char *)&group->values + count->offset, sizeof n);
        planner->range[i] = (struct range){(uint32_t)next[kind], (uint32_t)n};
        next[kind] += n;
        if (next[kind] > MAX_OF_A_KIND)
            return scenario_complain(planner->scenario, group->section, "count", error,
                                     "too many of %s in all; allowed: %d", groups[kind].name, MAX_OF_A_KIND);
    }
    for (int kind = 0; kind < GROUP_KINDS; kind++)
        planner->total[kind] = (uint32_t)next[kind];
    return true;
}

const char *planner_name(struct planner *planner, const struct section *section, uint64_t count, uint64_t k)
{
    if (count == 1)
        return g_string_chunk_insert(planner->plan->names, section->name);
    char name[128];
    g_snprintf(name, sizeof name, "%s-%" G_GUINT64_FORMAT, section->name, k);
    return g_string_chunk_insert(planner->plan->names, name);
}

char *planner_path(const struct planner *planner, const char *file)
{
    return scenario_file(planner->scenario, file);
}

/* The profile of a group of servers: a row of the table, or read from its file. */
static const struct weft_profile *find_profile(struct planner *planner, const struct resolved *group,
                                               GError **error)
{
    const struct profile_choice *choice = &group->values.server.profile;
    if (choice->row)
        return choice->row;
    g_autofree char *path = planner_path(planner, choice->file);
    if (g_access(path, R_OK) != 0) {
        scenario_complain(planner->scenario, group->section, "profile", error,
                          "%s cannot be read: %s; allowed: a profile file", path, g_strerror(errno));
        return NULL;
    }
    struct weft_profile *profile = profile_file_load(path, error);
    if (!profile)
        return NULL;
    g_ptr_array_add(planner->plan->profiles, profile);
    if (!choice->measured || profile_file_measured(profile))
        return profile;
    scenario_complain(planner->scenario, group->section, "profile", error,
                      "%s has no group [measured]; allowed: a profile that says where it was measured, or "
                      "file:FILE",
                      path);
    return NULL;
}

/* Measured prices are in cycles of a clock, which is the server's if nobody says another. */
static void take_clock(struct resolved *group, const struct weft_profile *profile)
{
    if (group->values.server.profile.measured && !section_gives(group->section, "cpu"))
        group->values.server.cpu_hz = profile_file_measured(profile)->clock_hz;
}

/* A link that goes down comes up later, or stays down. */
static bool check_link(const struct planner *planner, const struct resolved *group, GError **error)
{
    const struct server_group *values = &group->values.server;
    if (values->up_ps == 0 || (values->down_ps != 0 && values->down_ps < values->up_ps))
        return true;
    return scenario_complain(planner->scenario, group->section, "link_up", error, "%s",
                             values->down_ps ? "is not later than link_down; allowed: later, or never"
                                             : "is given without link_down; allowed: both, or never");
}

static bool check_interrupt_core(const struct planner *planner, const struct resolved *group, GError **error)
{
    const struct server_group *values = &group->values.server;
    if (values->interrupt_core < values->cores)
        return true;
    return scenario_complain(planner->scenario, group->section, "interrupt_core", error,
                             "is %" G_GUINT64_FORMAT "; allowed: less than cores, %" G_GUINT64_FORMAT,
                             values->interrupt_core, values->cores);
}

/* One of a group, but for its name and its switch. */
static struct weft_server server_of(const struct server_group *values, const struct weft_profile *profile,
                                    const struct weft_memory_system *memory)
{
    return (struct weft_server){
        .applications = (uint32_t)values->applications,
        .cores = (uint32_t)values->cores,
        .cpu_hz = values->cpu_hz,
        .profile = profile,
        .link_bps = values->link_bps,
        .delay_ps = values->delay_ps,
        .mtu_bytes = (uint32_t)values->mtu_bytes,
        .page_bytes = values->page_bytes,
        .memory = memory,
        .touch = values->touch,
        .ring_slots = (uint32_t)values->ring_slots,
        .doorbell_packets = (uint32_t)values->doorbell_packets,
        .interrupts_per_s = values->interrupts_per_s,
        .interrupt_delay_ps = values->interrupt_delay_ps,
        .interrupt_core = (uint32_t)values->interrupt_core,
        .down_ps = values->down_ps,
        .up_ps = values->down_ps && !values->up_ps ? WEFT_NEVER : values->up_ps,
    };
}

static bool plan_servers(struct planner *planner, GError **error)
{
    struct weft_server *server = g_new0(struct weft_server, planner->total[GROUP_SERVER]);
    planner->plan->setup.server = server;
    for (guint i = 0; i < planner->plan->sections; i++) {
        struct resolved *group = &planner->plan->resolved[i];
        const struct server_group *values = &group->values.server;
        if (group->section->kind != GROUP_SERVER)
            continue;
        const struct weft_profile *profile = find_profile(planner, group, error);
        const struct weft_memory_system *memory =
            profile ? plan_memory(planner, group, profile, error) : NULL;
        struct range switches = {0, 1};
        if (!memory || !check_link(planner, group, error) || !check_interrupt_core(planner, group, error) ||
            !planner_find_switch(planner, group, values->switch_, &switches, error))
            return false;
        take_clock(group, profile);
        for (uint64_t k = 0; k < values->count; k++, server++) {
            *server = server_of(values, profile, memory);
            server->name = planner_name(planner, group->section, values->count, k);
            server->switch_index = switches.first + (uint32_t)(k % switches.count);
        }
    }
    return true;
}

/* Names stand for one thing each: with `a-0` and two of `a` a result could not be read. */
static bool plan_names_differ(struct planner *planner, enum group_kind kind, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < planner->plan->sections; i++) {
        const struct section *section = planner->plan->resolved[i].section;
        struct range range = planner->range[i];
        if (section->kind != kind || range.count == planner->total[kind])
            continue;
        for (uint32_t k = range.first; k < range.first + range.count; k++) {
            const char *name = planner_member_name(planner, kind, k);
            if (!g_hash_table_add(seen, (void *)name))
                return failure(error, STATUS_INPUT,
                               "%s:%d: %s: the name \"%s\" is taken; allowed: another name",
                               planner->scenario->path, section->line, groups[kind].name, name);
        }
    }
    return true;
}

/* An axis that the scenario leaves open is the method's, with what stands for no argument. Pointers to rows of all tables are
 * copied as representations. */
static void plan_axis(struct write_group *values, const struct key_row *key, struct weft_method *axes)
{
    char *at = (char *)values + key->offset;
    const void *row;
    memcpy(&row, at, sizeof row);
    if (!row) {
        memcpy(&row, (const char *)values->method + key->axis_offset, sizeof row);
        memcpy(at, &row, sizeof row);
        if (key->argument_offset)
            memcpy((char *)values + key->argument_offset, &policy_argument(key->policies, row)->standard,
                   sizeof(uint64_t));
    }
    memcpy((char *)axes + key->axis_offset, &row, sizeof row);
}

static void plan_write(struct planner *planner, struct resolved *group)
{
    struct write_group *values = &group->values.write;
    struct weft_write *write = &planner->plan->setup.write;
    write->method = values->method;
    write->axes = *values->method;
    for (size_t i = 0; i < keys_count(); i++)
        if (keys[i].axis_offset)
            plan_axis(values, &keys[i], &write->axes);
    write->order_argument = values->order_argument;
    write->pacing_argument = values->pacing_argument;
    write->interrupt_argument = values->interrupt_argument;
    write->checksum = values->checksum;
    write->fill = values->fill;
    write->cut = &weft_cut_plain;
    write->interval_ps = values->interval_ps;
}

static bool plan_scenario(struct planner *planner, struct resolved *group, GError **error)
{
    struct scenario_group *values = &group->values.scenario;
    struct weft_setup *setup = &planner->plan->setup;
    if (!values->name) {
        g_autofree char *base = g_path_get_basename(planner->scenario->path);
        if (g_str_has_suffix(base, ".ini"))
            base[strlen(base) - strlen(".ini")] = '\0';
        values->name = g_string_chunk_insert(planner->plan->names, base);
    }
    setup->name = g_string_chunk_insert(planner->plan->names, values->name);
    setup->no_skip = planner->scenario->no_skip;
    setup->seed = plan_replication_seed(values->seed, planner->replication);
    planner->plan->replications = values->replications ? (guint)values->replications : 1;
    setup->duration_ps = values->duration_ps;
    setup->warmup_ps = values->warmup_ps;
    if (planner->scenario->platform) {
        setup->platform = planner->scenario->platform->text;
        setup->platform_power = platform_has_power(planner->scenario->platform);
    }
    planner->plan->network = weft_network_with(values->network, values->ip->version, (uint16_t)values->vlan);
    setup->network = &planner->plan->network;
    if (setup->warmup_ps >= setup->duration_ps) {
        g_autofree char *is = quantity_format(&quantity_time, setup->warmup_ps),
                        *duration = quantity_format(&quantity_time, setup->duration_ps);
        return scenario_complain(planner->scenario, group->section, "warmup", error,
                                 "is %s; allowed: less than duration, %s", is, duration);
    }
    return true;
}

struct resolved *planner_only(struct planner *planner, enum group_kind kind)
{
    for (guint i = 0; i < planner->plan->sections; i++)
        if (planner->plan->resolved[i].section->kind == kind)
            return &planner->plan->resolved[i];
    g_assert_not_reached(); /* scenario_load() adds what the file leaves out */
}

static bool plan_all(struct planner *planner, GError **error)
{
    struct weft_setup *setup = &planner->plan->setup;
    if (!plan_ranges(planner, error) || !plan_scenario(planner, planner_only(planner, GROUP_SCENARIO), error))
        return false;
    setup->servers = planner->total[GROUP_SERVER];
    setup->switches = planner->total[GROUP_SWITCH];
    setup->devices = planner->total[GROUP_DEVICE];
    setup->streams = planner->total[GROUP_STREAM];
    plan_write(planner, planner_only(planner, GROUP_WRITE));
    plan_switches(planner);
    return plan_names_differ(planner, GROUP_SWITCH, error) && plan_servers(planner, error) &&
           plan_devices(planner, error) && plan_trunks(planner, error) && plan_streams(planner, error) &&
           plan_backgrounds(planner, error) && plan_names_differ(planner, GROUP_SERVER, error) &&
           plan_names_differ(planner, GROUP_DEVICE, error) &&
           plan_names_differ(planner, GROUP_STREAM, error) &&
           plan_names_differ(planner, GROUP_BACKGROUND, error) && plan_check(planner, error);
}

uint64_t plan_replication_seed(uint64_t seed, uint32_t replication)
{
    return replication ? weft_draw(seed, replication, WEFT_DRAW_REPLICATION, 0) >> 11 : seed;
}

struct plan *plan_new(const struct scenario *scenario, struct media_library *media, GError **error)
{
    return plan_replication(scenario, media, 0, error);
}

struct plan *plan_replication(const struct scenario *scenario, struct media_library *media,
                              uint32_t replication, GError **error)
{
    struct plan *plan = g_new0(struct plan, 1);
    plan->resolved = g_new0(struct resolved, scenario->sections->len);
    plan->names = g_string_chunk_new(4096);
    plan->profiles = g_ptr_array_new_with_free_func((GDestroyNotify)profile_file_free);
    plan->memories = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < scenario->sections->len; i++) {
        const struct section *section = g_ptr_array_index(scenario->sections, i);
        if (section->kind < GROUP_COMPARE)
            plan->resolved[plan->sections++] =
                (struct resolved){.section = section, .values = section->values};
    }
    struct planner planner = {.scenario = scenario, .media = media, .plan = plan, .replication = replication};
    planner.range = g_new0(struct range, plan->sections);
    bool good = plan_all(&planner, error);
    g_free(planner.range);
    if (good)
        return plan;
    plan_free(plan);
    return NULL;
}

void plan_free(struct plan *plan)
{
    if (!plan)
        return;
    g_free((void *)plan->setup.server);
    g_free((void *)plan->setup.switch_);
    g_free((void *)plan->setup.trunk);
    g_free((void *)plan->setup.source);
    g_free((void *)plan->setup.device);
    g_free((void *)plan->setup.stream);
    g_string_chunk_free(plan->names);
    g_ptr_array_unref(plan->profiles);
    g_ptr_array_unref(plan->memories);
    g_free(plan->resolved);
    g_free(plan);
}

char *resolved_title(const struct resolved *resolved)
{
    const struct group_row *group = &groups[resolved->section->kind];
    return group->named ? g_strdup_printf("%s %s", group->name, resolved->section->name)
                        : g_strdup(group->name);
}

char *resolved_value(const struct resolved *resolved, const struct key_row *key)
{
    return key->group == resolved->section->kind ? key->type->format(key, &resolved->values) : NULL;
}

/* A file of the same name may hold other prices tomorrow: the settings hold what it held. */
static void append_prices(GString *text, const struct weft_profile *profile)
{
    g_string_append_printf(text, "[profile %s]\n", profile->name);
    for (int event = 0; event < WEFT_EVENTS; event++) {
        const struct weft_price *price = &profile->price[event];
        g_autofree char *low = quantity_format(&quantity_cycles, price->low_mcycles);
        g_autofree char *typical = quantity_format(&quantity_cycles, price->typical_mcycles);
        g_autofree char *high = quantity_format(&quantity_cycles, price->high_mcycles);
        g_string_append_printf(text, "%s = %s, %s, %s\n", weft_events[event].name, low, typical, high);
    }
}

/* Likewise: what no group says, as power, is in it too. */
static void append_platform(GString *text, const char *platform)
{
    if (!platform)
        return;
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, platform, -1);
    g_string_append_printf(text, "[platform]\nsha256 = %s\n", digest);
}

char *plan_settings(const struct plan *plan)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < plan->sections; i++) {
        g_autofree char *title = resolved_title(&plan->resolved[i]);
        g_string_append_printf(text, "[%s]\n", title);
        for (size_t k = 0; k < keys_count(); k++) {
            g_autofree char *value = resolved_value(&plan->resolved[i], &keys[k]);
            if (value)
                g_string_append_printf(text, "%s = %s\n", keys[k].name, value);
        }
    }
    for (guint i = 0; i < plan->profiles->len; i++)
        append_prices(text, g_ptr_array_index(plan->profiles, i));
    append_platform(text, plan->setup.platform);
    return g_string_free(text, FALSE);
}
