/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a key file and the command line to groups of values. */

#include "scenario.h"

#include "failure.h"
#include "keyfile.h"
#include "presets.h"
#include "scenario_private.h"
#include "suggest.h"

#include <string.h>

void section_free(void *data)
{
    struct section *section = data;
    for (size_t i = 0; i < keys_count(); i++)
        g_free(section->given[i].text);
    g_free(section->given);
    g_free(section->name);
    g_free(section);
}

static size_t key_index(const struct key_row *key)
{
    return (size_t)(key - keys);
}

static void set_default(struct section *section, const struct key_row *key, const char *text)
{
    if (section->given[key_index(key)].text)
        return;
    char *why = key->type->parse(key, text, &section->values);
    g_assert_null(why);
}

/* Of the keys that are not given: their own, and those of the presets that are chosen. */
static void set_defaults(struct section *section)
{
    for (size_t i = 0; i < keys_count(); i++)
        if (keys[i].group == section->kind && keys[i].default_text)
            set_default(section, &keys[i], keys[i].default_text);
    for (size_t i = 0; i < keys_count(); i++) {
        if (keys[i].group != section->kind || !keys[i].presets)
            continue;
        const struct preset *preset;
        memcpy(&preset, (const char *)&section->values + keys[i].offset, sizeof preset);
        for (const struct preset_value *value = preset->values; value->key; value++)
            set_default(section, keys_find(section->kind, value->key), value->text);
    }
}

struct section *section_new(enum group_kind kind, const char *name, int line)
{
    struct section *section = g_new0(struct section, 1);
    section->kind = kind;
    section->name = g_strdup(name);
    section->line = line;
    section->given = g_new0(struct given, keys_count());
    set_defaults(section);
    return section;
}

struct section *scenario_section(const struct scenario *scenario, enum group_kind kind)
{
    for (guint i = 0; i < scenario->sections->len; i++) {
        struct section *section = g_ptr_array_index(scenario->sections, i);
        if (section->kind == kind)
            return section;
    }
    return NULL;
}

gboolean section_gives(const struct section *section, const char *key)
{
    return section->given[key_index(keys_find(section->kind, key))].text != NULL;
}

char *scenario_file(const struct scenario *scenario, const char *file)
{
    if (g_path_is_absolute(file) || !strchr(scenario->path, '/'))
        return g_strdup(file);
    g_autofree char *directory = g_path_get_dirname(scenario->path);
    return g_build_filename(directory, file, NULL);
}

const char *section_file(enum group_kind kind, const union group_values *values)
{
    return kind == GROUP_SCENARIO ? values->scenario.platform
           : kind == GROUP_SERVER ? values->server.profile.file
           : kind == GROUP_STREAM ? values->stream.source.file
                                  : NULL;
}

const char *section_option(const struct section *section, const char *key)
{
    return section->given[key_index(keys_find(section->kind, key))].option;
}

char *section_place(const struct scenario *scenario, enum group_kind kind, const char *key)
{
    const struct section *section = scenario_section(scenario, kind);
    const struct given *given = &section->given[key_index(keys_find(kind, key))];
    return given->option ? g_strdup(given->option) : g_strdup_printf("%s:%d", scenario->path, given->line);
}

/* "FILE:LINE: GROUP.KEY" or "--set: GROUP.KEY". */
static char *place(const struct scenario *scenario, const struct section *section, const char *key)
{
    const struct key_row *row = keys_find(section->kind, key);
    const struct given *given = row ? &section->given[key_index(row)] : NULL;
    const char *where = given && given->option     ? given->option
                        : given && given->platform ? given->platform
                        : given && given->line     ? NULL
                                                   : section->platform;
    if (where)
        return g_strdup_printf("%s: %s.%s", where, groups[section->kind].name, key);
    int line = given && given->line ? given->line : MAX(section->line, 1);
    return g_strdup_printf("%s:%d: %s.%s", scenario->path, line, groups[section->kind].name, key);
}

gboolean scenario_complain(const struct scenario *scenario, const struct section *section, const char *key,
                           GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *where = place(scenario, section, key);
    return failure(error, STATUS_INPUT, "%s: %s", where, what);
}

gboolean section_give(struct scenario *scenario, struct section *section, const struct key_row *row,
                      const char *value, const char *where, struct given origin, GError **error)
{
    g_autofree char *text = g_strdup(value);
    g_autofree char *why = row->type->parse(row, text, &section->values);
    if (why) {
        g_autofree char *allowed = row->type->allowed(row);
        return failure(error, STATUS_INPUT, "%s: %s.%s: %s; allowed: %s", where, groups[section->kind].name,
                       row->name, why, allowed);
    }
    struct given *given = &section->given[key_index(row)];
    if (given->text)
        g_ptr_array_add(scenario->replaced, given->text);
    *given = origin;
    given->text = g_steal_pointer(&text);
    if (row->presets)
        set_defaults(section);
    return TRUE;
}

const struct key_row *scenario_find_key(enum group_kind kind, const char *name, const char *where,
                                        GError **error)
{
    const struct key_row *row = keys_find(kind, name);
    if (!row) {
        g_autofree char *names = keys_names(kind);
        g_autofree char *hint = suggest(name, names);
        failure(error, STATUS_INPUT, "%s: %s.%s: unknown key%s; allowed: %s", where, groups[kind].name, name,
                hint, names);
    }
    return row;
}

gboolean section_name_is_good(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");
    return length >= 1 && length <= 64 && name[length] == '\0';
}

static gboolean unknown_group(const char *where, const char *name, GError **error)
{
    g_autofree char *names = groups_names();
    return failure(error, STATUS_INPUT, "%s: %s: unknown group; allowed: %s", where, name, names);
}

/* A group header: the kind, and its name where the kind has names. */
static struct section *read_header(const struct keyfile_group *group, const char *where, GError **error)
{
    size_t length = strcspn(group->name, " ");
    enum group_kind kind = groups_find(group->name, length);
    if (kind == GROUP_KINDS) {
        unknown_group(where, group->name, error);
        return NULL;
    }
    const char *name = group->name[length] ? group->name + length + 1 : NULL;
    if (!groups[kind].named && name) {
        failure(error, STATUS_INPUT, "%s: %s: takes no name; allowed: [%s]", where, group->name,
                groups[kind].name);
        return NULL;
    }
    if (groups[kind].named && (!name || !section_name_is_good(name))) {
        failure(error, STATUS_INPUT, "%s: %s: needs a name; allowed: [%s NAME] with " SECTION_NAMES, where,
                group->name, groups[kind].name);
        return NULL;
    }
    return section_new(kind, name, group->line);
}

static gboolean read_group(struct scenario *scenario, const struct keyfile_group *group, GError **error)
{
    g_autofree char *header = g_strdup_printf("%s:%d", scenario->path, group->line);
    struct section *section = read_header(group, header, error);
    if (!section)
        return FALSE;
    g_ptr_array_add(scenario->sections, section);
    for (guint i = 0; i < group->entries->len; i++) {
        const struct keyfile_entry *entry = g_ptr_array_index(group->entries, i);
        g_autofree char *where = g_strdup_printf("%s:%d", scenario->path, entry->line);
        const struct key_row *row = scenario_find_key(section->kind, entry->key, where, error);
        struct given origin = {.line = entry->line};
        if (!row || !section_give(scenario, section, row, entry->value, where, origin, error))
            return FALSE;
    }
    return TRUE;
}

/* Groups without names are always there, with their defaults; the others must be in the file. */
static gboolean complete(struct scenario *scenario, GError **error)
{
    for (enum group_kind kind = 0; kind < GROUP_KINDS; kind++) {
        if (scenario_section(scenario, kind) || (groups[kind].named && !groups[kind].required))
            continue;
        if (groups[kind].required)
            return failure(error, STATUS_INPUT, "%s:1: %s: is missing; needed: at least one [%s NAME]",
                           scenario->path, groups[kind].name, groups[kind].name);
        g_ptr_array_add(scenario->sections, section_new(kind, NULL, 0));
    }
    return TRUE;
}

struct scenario *scenario_load(const char *path, GError **error)
{
    g_autoptr(GPtrArray) found = keyfile_read(path, error);
    if (!found)
        return NULL;
    struct scenario *scenario = g_new0(struct scenario, 1);
    scenario->path = g_strdup(path);
    scenario->sections = g_ptr_array_new_with_free_func(section_free);
    scenario->replaced = g_ptr_array_new_with_free_func(g_free);
    gboolean good = TRUE;
    for (guint i = 0; good && i < found->len; i++)
        good = read_group(scenario, g_ptr_array_index(found, i), error);
    if (!good || !scenario_add_platform(scenario, error) || !complete(scenario, error)) {
        scenario_free(scenario);
        return NULL;
    }
    return scenario;
}

void scenario_free(struct scenario *scenario)
{
    if (!scenario)
        return;
    g_ptr_array_unref(scenario->sections);
    g_ptr_array_unref(scenario->replaced);
    platform_free(scenario->platform);
    g_free(scenario->path);
    g_free(scenario);
}

/* Set the key in every section of the kind (and name, unless NULL). */
static gboolean assign(struct scenario *scenario, const char *option, enum group_kind kind, const char *name,
                       const char *key, const char *value, GError **error)
{
    const struct key_row *row = scenario_find_key(kind, key, option, error);
    if (!row || !scenario_may_assign(scenario, row, option, error))
        return FALSE;
    guint matches = 0;
    for (guint i = 0; i < scenario->sections->len; i++) {
        struct section *section = g_ptr_array_index(scenario->sections, i);
        if (section->kind != kind || (name && g_strcmp0(section->name, name) != 0))
            continue;
        struct given origin = {.option = option};
        if (!section_give(scenario, section, row, value, option, origin, error))
            return FALSE;
        matches++;
    }
    if (matches == 0)
        return failure(error, STATUS_INPUT, "%s: %s.%s: there is no [%s %s]; allowed: a group of %s", option,
                       groups[kind].name, key, groups[kind].name, name ? name : "NAME", scenario->path);
    return TRUE;
}

gboolean scenario_set(struct scenario *scenario, const char *option, enum group_kind kind, const char *key,
                      const char *value, GError **error)
{
    return assign(scenario, option, kind, NULL, key, value, error);
}

gboolean scenario_assign(struct scenario *scenario, const char *option, const char *assignment,
                         GError **error)
{
    const char *equals = strchr(assignment, '=');
    g_autofree char *left = g_strndup(assignment, equals ? (gsize)(equals - assignment) : 0);
    char *key = strrchr(left, '.');
    if (!equals || !key || key == left)
        return failure(error, STATUS_INPUT, "%s: \"%s\" sets nothing; allowed: GROUP.KEY=VALUE", option,
                       assignment);
    *key++ = '\0';
    size_t length = strcspn(left, " .");
    enum group_kind kind = groups_find(left, length);
    const char *name = left[length] ? left + length + 1 : NULL;
    if (kind == GROUP_KINDS || (name && !groups[kind].named))
        return unknown_group(option, left, error);
    g_autofree char *value = g_strstrip(g_strdup(equals + 1));
    return assign(scenario, option, kind, name, g_strstrip(key), value, error);
}

gboolean scenario_assign_format(struct scenario *scenario, const char *option, GError **error,
                                const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *assignment = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return scenario_assign(scenario, option, assignment, error);
}
