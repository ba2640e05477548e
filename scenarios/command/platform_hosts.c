/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What hosts of a platform say of themselves, and whether it makes sense. */

#include "platform_hosts.h"

#include "failure.h"
#include "scenario_private.h"
#include "suggest.h"

#include <string.h>

static const char prefix[] = "weft_", role_property[] = "weft_role", switch_property[] = "weft_switch",
                  power_property[] = "wattage_per_state";
static const enum group_kind roles[] = {GROUP_SERVER, GROUP_SWITCH, GROUP_DEVICE};

const struct platform_host *platform_host_at(const struct platform *platform, guint index)
{
    return g_ptr_array_index(platform->hosts, index);
}

/* GROUP_KINDS: there is no such role. */
enum group_kind platform_host_kind(const struct platform_host *host)
{
    for (size_t i = 0; i < G_N_ELEMENTS(roles); i++)
        if (strcmp(groups[roles[i]].name, host->role) == 0)
            return roles[i];
    return GROUP_KINDS;
}

static const char *property_of(const struct platform_host *host, const char *name)
{
    for (guint i = 0; i < host->properties->len; i++) {
        const struct platform_property *property =
            &g_array_index(host->properties, struct platform_property, i);
        if (strcmp(property->name, name) == 0)
            return property->value;
    }
    return NULL;
}

/* "alpha, beta": the hosts of a kind. */
char *platform_names(const struct platform *platform, enum group_kind kind)
{
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < platform->hosts->len; i++)
        if (platform_host_kind(platform_host_at(platform, i)) == kind)
            g_string_append_printf(names, "%s%s", names->len ? ", " : "",
                                   platform_host_at(platform, i)->name);
    return g_string_free(names, FALSE);
}

static bool has(const struct platform *platform, enum group_kind kind, const char *name)
{
    for (guint i = 0; i < platform->hosts->len; i++)
        if (platform_host_kind(platform_host_at(platform, i)) == kind &&
            (!name || strcmp(platform_host_at(platform, i)->name, name) == 0))
            return true;
    return false;
}

/* The key that a property gives, or NULL. */
const struct key_row *platform_key(enum group_kind kind, const char *property)
{
    if (!g_str_has_prefix(property, prefix))
        return NULL;
    const struct key_row *key = keys_find(kind, property + strlen(prefix));
    return key && !key->of_platform ? key : NULL;
}

/* "weft_role, weft_switch, weft_applications, ...". */
static char *properties_names(enum group_kind kind)
{
    GString *names = g_string_new(role_property);
    if (kind != GROUP_SWITCH)
        g_string_append_printf(names, ", %s", switch_property);
    for (size_t i = 0; i < keys_count(); i++)
        if (keys[i].group == kind && !keys[i].of_platform)
            g_string_append_printf(names, ", %s%s", prefix, keys[i].name);
    return g_string_free(names, FALSE);
}

static gboolean check_property(const struct platform *platform, const struct platform_host *host,
                               enum group_kind kind, const struct platform_property *property, GError **error)
{
    const char *where = platform_place(platform, "host", host->name, property->name);
    if (!g_str_has_prefix(property->name, prefix) || strcmp(property->name, role_property) == 0 ||
        platform_key(kind, property->name))
        return TRUE;
    if (strcmp(property->name, switch_property) != 0 || kind == GROUP_SWITCH) {
        g_autofree char *names = properties_names(kind), *hint = suggest(property->name, names);
        if (keys_find(kind, property->name + strlen(prefix)))
            return failure(error, STATUS_INPUT, "%s: the platform itself says what it is; allowed: %s", where,
                           names);
        return failure(error, STATUS_INPUT, "%s: unknown property of a %s%s; allowed: %s", where,
                       groups[kind].name, hint, names);
    }
    if (has(platform, GROUP_SWITCH, property->value))
        return TRUE;
    g_autofree char *names = platform_names(platform, GROUP_SWITCH), *hint = suggest(property->value, names);
    return failure(error, STATUS_INPUT, "%s: no host \"%s\" is a switch%s; allowed: %s", where,
                   property->value, hint, names);
}

/* What makes a host one of weft's. */
static const char *first_property(const struct platform_host *host)
{
    for (guint i = 0; i < host->properties->len; i++) {
        const char *name = g_array_index(host->properties, struct platform_property, i).name;
        if (g_str_has_prefix(name, prefix))
            return name;
    }
    return prefix;
}

static gboolean check_host(const struct platform *platform, const struct platform_host *host, GError **error)
{
    static const char names[] = "server, switch, device";
    const char *where = platform_place(platform, "host", host->name, role_property);
    enum group_kind kind = platform_host_kind(host);
    if (!*host->role)
        return failure(error, STATUS_INPUT, "%s: is missing beside %s; allowed: %s", where,
                       first_property(host), names);
    if (kind == GROUP_KINDS) {
        g_autofree char *hint = suggest(host->role, names);
        return failure(error, STATUS_INPUT, "%s: unknown role \"%s\"%s; allowed: %s", where, host->role, hint,
                       names);
    }
    if (!section_name_is_good(host->name))
        return failure(error, STATUS_INPUT, "%s: weft cannot name it so; allowed: " SECTION_NAMES,
                       platform_place(platform, "host", host->name, NULL));
    for (guint i = 0; i < host->properties->len; i++)
        if (!check_property(platform, host, kind,
                            &g_array_index(host->properties, struct platform_property, i), error))
            return FALSE;
    return TRUE;
}

bool platform_has_power(const struct platform *platform)
{
    for (guint i = 0; i < platform->hosts->len; i++)
        if (platform_host_kind(platform_host_at(platform, i)) == GROUP_SERVER)
            return property_of(platform_host_at(platform, i), power_property) != NULL;
    return false;
}

/* Each number of IDLE:BUSY or IDLE:EPSILON:BUSY, of each state of the processor (SimGrid has read them). */
static gboolean check_watts(const struct platform *platform, const struct platform_host *host, GError **error)
{
    enum { WATTS_MAX = 1000000 };
    const char *power = property_of(host, power_property);
    g_auto(GStrv) each = g_strsplit_set(power, ":,", -1);
    for (gsize i = 0; each[i]; i++) {
        char *end;
        double watts = g_ascii_strtod(g_strstrip(each[i]), &end);
        if (end == each[i] || *end || !(watts >= 0 && watts <= WATTS_MAX))
            return failure(error, STATUS_INPUT, "%s: \"%s\": \"%s\" is no power; allowed: 0 to %d W",
                           platform_place(platform, "host", host->name, power_property), power, each[i],
                           WATTS_MAX);
    }
    return TRUE;
}

/* SimGrid's plugin for energy ends the process over a host that works and has no power. */
static gboolean check_power(const struct platform *platform, GError **error)
{
    const struct platform_host *with = NULL, *without = NULL;
    for (guint i = 0; i < platform->hosts->len; i++) {
        const struct platform_host *host = platform_host_at(platform, i);
        if (platform_host_kind(host) != GROUP_SERVER)
            continue;
        if (property_of(host, power_property) && !check_watts(platform, host, error))
            return FALSE;
        if (property_of(host, power_property))
            with = with ? with : host;
        else
            without = without ? without : host;
    }
    return !with || !without ||
           failure(error, STATUS_INPUT, "%s: has no %s, and %s has; allowed: all servers, or none",
                   platform_place(platform, "host", without->name, NULL), power_property, with->name);
}

/* A link in both directions is two for SimGrid, and one in the file. */
char *platform_link_name(const char *name)
{
    static const char *const directions[] = {"_UP", "_DOWN"};
    for (size_t i = 0; i < G_N_ELEMENTS(directions); i++)
        if (g_str_has_suffix(name, directions[i]))
            return g_strndup(name, strlen(name) - strlen(directions[i]));
    return g_strdup(name);
}

/* "host NAME: ..." or "link NAME: ..." of a reader, which knows no lines. */
static gboolean refuse(const struct platform *platform, GError **error)
{
    const char *space = strchr(platform->refused, ' '), *colon = strstr(platform->refused, ": ");
    if (!space || !colon || space > colon)
        return failure(error, STATUS_INPUT, "%s: %s", platform->path, platform->refused);
    g_autofree char *kind = g_strndup(platform->refused, (gsize)(space - platform->refused)),
                    *name = g_strndup(space + 1, (gsize)(colon - space - 1)),
                    *link = platform_link_name(name);
    bool is_link = strcmp(kind, "link") == 0;
    return failure(error, STATUS_INPUT, "%s%s", platform_place(platform, kind, is_link ? link : name, NULL),
                   colon);
}

gboolean platform_hosts_check(const struct platform *platform, GError **error)
{
    enum { HOSTS_MAX = 100000 }; /* each is a group, which all of its keys take room in */
    if (platform->hosts->len > HOSTS_MAX)
        return failure(error, STATUS_INPUT, "%s: %u hosts take part; allowed: %d", platform->path,
                       platform->hosts->len, HOSTS_MAX);
    for (guint i = 0; i < platform->hosts->len; i++)
        if (!check_host(platform, platform_host_at(platform, i), error))
            return FALSE;
    for (size_t i = 0; i < G_N_ELEMENTS(roles); i++)
        if (!has(platform, roles[i], NULL))
            return failure(error, STATUS_INPUT,
                           "%s: no host is a %s; needed: at least one with the property %s = %s",
                           platform->path, groups[roles[i]].name, role_property, groups[roles[i]].name);
    if (platform->refused)
        return refuse(platform, error);
    return check_power(platform, error);
}
