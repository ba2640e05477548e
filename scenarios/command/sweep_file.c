/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading a sweep's key file. */

#include "choices.h"
#include "failure.h"
#include "keyfile.h"
#include "sweep.h"
#include "variation.h"

#include <inttypes.h>
#include <string.h>

static void setting_free(void *data)
{
    struct sweep_setting *setting = data;
    g_free(setting->key);
    g_free(setting->value);
    g_free(setting->origin);
    g_free(setting);
}

static void key_free(void *data)
{
    struct sweep_key *key = data;
    g_free(key->key);
    g_free(key->origin);
    g_clear_pointer(&key->values, g_ptr_array_unref);
    g_free(key);
}

static void axis_free(void *data)
{
    struct sweep_axis *axis = data;
    g_ptr_array_unref(axis->keys);
    g_free(axis);
}

void sweep_free(struct sweep *sweep)
{
    if (!sweep)
        return;
    g_ptr_array_unref(sweep->settings);
    g_ptr_array_unref(sweep->axes);
    g_ptr_array_unref(sweep->methods);
    g_ptr_array_unref(sweep->backends);
    g_ptr_array_unref(sweep->filters);
    g_free(sweep->replications);
    g_free(sweep->replications_at);
    g_free(sweep->scenario);
    g_free(sweep->scenario_text);
    g_free(sweep->question);
    g_free(sweep->name);
    g_free(sweep->path);
    g_free(sweep);
}

/* --- [sweep] --- */

static gboolean read_name(struct sweep *sweep, const char *where, const char *text, GError **error)
{
    if (strspn(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-") != strlen(text) || *text == '.' ||
        *text == '\0')
        return failure(error, STATUS_INPUT,
                       "%s: \"%s\" is no name; allowed: letters, digits, '.', '_' and '-'", where, text);
    g_free(sweep->name);
    sweep->name = g_strdup(text);
    return TRUE;
}

/* Relative to the sweep's own directory. */
static gboolean read_scenario(struct sweep *sweep, const char *where, const char *text, GError **error)
{
    if (*text == '\0')
        return failure(error, STATUS_INPUT, "%s: is empty; allowed: a scenario file", where);
    g_autofree char *directory = g_path_get_dirname(sweep->path);
    sweep->scenario_text = g_strdup(text);
    sweep->scenario = g_path_is_absolute(text) || !strchr(sweep->path, '/')
                          ? g_strdup(text)
                          : g_build_filename(directory, text, NULL);
    return TRUE;
}

static gboolean read_methods(struct sweep *sweep, const char *where, const char *text, GError **error)
{
    return choices_methods(sweep->methods, where, strcmp(text, "all") == 0 ? NULL : text, error);
}

static gboolean read_backends(struct sweep *sweep, const char *where, const char *text, GError **error)
{
    return choices_backends(sweep->backends, where, text, error);
}

/* The scenario's key judges the number. */
static gboolean read_replications(struct sweep *sweep, const char *where, const char *text, GError **error)
{
    (void)error;
    sweep->replications = g_strdup(text);
    sweep->replications_at = g_strndup(where, (gsize)(strstr(where, ": ") - where));
    return TRUE;
}

/* The scenario's key judges the text. */
static gboolean read_question(struct sweep *sweep, const char *where, const char *text, GError **error)
{
    const struct key_row *key = keys_find(GROUP_SCENARIO, "question");
    union group_values values;
    g_autofree char *why = key->type->parse(key, text, &values), *allowed = key->type->allowed(key);
    if (why)
        return failure(error, STATUS_INPUT, "%s: %s; allowed: %s", where, why, allowed);
    sweep->question = g_strdup(text);
    return TRUE;
}

static const struct {
    const char *name;
    gboolean (*read)(struct sweep *sweep, const char *where, const char *text, GError **error);
} own_keys[] = {{"name", read_name},       {"question", read_question}, {"scenario", read_scenario},
                {"methods", read_methods}, {"backends", read_backends}, {"replications", read_replications}};

static gboolean read_own_key(struct sweep *sweep, const struct keyfile_entry *entry, GError **error)
{
    g_autofree char *where = g_strdup_printf("%s:%d: sweep.%s", sweep->path, entry->line, entry->key);
    g_autoptr(GString) names = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(own_keys); i++) {
        if (strcmp(own_keys[i].name, entry->key) == 0)
            return own_keys[i].read(sweep, where, entry->value, error);
        g_string_append_printf(names, "%s%s", i ? ", " : "", own_keys[i].name);
    }
    return failure(error, STATUS_INPUT, "%s: unknown key; allowed: %s", where, names->str);
}

static gboolean read_own(struct sweep *sweep, const struct keyfile_group *group, GError **error)
{
    for (guint i = 0; i < group->entries->len; i++)
        if (!read_own_key(sweep, g_ptr_array_index(group->entries, i), error))
            return FALSE;
    return sweep->scenario ||
           failure(error, STATUS_INPUT, "%s:%d: sweep.scenario: is missing; needed: a scenario file",
                   sweep->path, group->line);
}

/* --- keys of the scenario --- */

/* "FILE:LINE" and "FILE:LINE: KEY" of an entry that may be there. */
static gboolean check_key(const struct sweep *sweep, const struct keyfile_entry *entry, char **origin,
                          char **where, GError **error)
{
    *origin = g_strdup_printf("%s:%d", sweep->path, entry->line);
    *where = g_strdup_printf("%s: %s", *origin, entry->key);
    return sweep_key_check(sweep, *origin, entry->key, error);
}

static gboolean read_settings(struct sweep *sweep, const struct keyfile_group *group, GError **error)
{
    for (guint i = 0; i < group->entries->len; i++) {
        const struct keyfile_entry *entry = g_ptr_array_index(group->entries, i);
        g_autofree char *origin = NULL, *where = NULL;
        if (!check_key(sweep, entry, &origin, &where, error))
            return FALSE;
        struct sweep_setting *setting = g_new0(struct sweep_setting, 1);
        setting->key = g_strdup(entry->key);
        setting->value = g_strdup(entry->value);
        setting->origin = g_steal_pointer(&origin);
        g_ptr_array_add(sweep->settings, setting);
    }
    return TRUE;
}

static struct sweep_key *read_key(const struct sweep *sweep, const struct keyfile_entry *entry,
                                  GError **error)
{
    g_autofree char *origin = NULL, *where = NULL;
    if (!check_key(sweep, entry, &origin, &where, error))
        return NULL;
    struct sweep_key *key = g_new0(struct sweep_key, 1);
    key->key = g_strdup(entry->key);
    key->origin = g_steal_pointer(&origin);
    key->quantity = variation_quantity(variation_row(entry->key));
    key->values = sweep_values(key->quantity, where, entry->value, error);
    if (key->values)
        return key;
    key_free(key);
    return NULL;
}

/* The values of all keys of the axis at one place, as one text. The caller frees with g_free. */
static char *values_at(const struct sweep_axis *axis, guint place)
{
    GString *text = g_string_new(NULL);
    for (guint k = 0; k < axis->keys->len; k++) {
        const struct sweep_key *key = g_ptr_array_index(axis->keys, k);
        const char *value = g_ptr_array_index(key->values, place);
        uint64_t number;
        if (key->quantity && !quantity_parse(key->quantity, value, &number))
            g_string_append_printf(text, "%" PRIu64 "\n", number); /* 4 Mbit/s is 4000 kbit/s */
        else
            g_string_append_printf(text, "%s\n", value);
    }
    return g_string_free(text, FALSE);
}

static gboolean each_once(const struct sweep_axis *axis, GError **error)
{
    const struct sweep_key *first = g_ptr_array_index(axis->keys, 0);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < axis->values; i++)
        if (!g_hash_table_add(seen, values_at(axis, i)))
            return failure(
                error, STATUS_INPUT,
                "%s: %s: \"%s\" stands there twice; allowed: each value once, ranges rounded to whole units",
                first->origin, first->key, (const char *)g_ptr_array_index(first->values, i));
    return TRUE;
}

static gboolean check_axis(const struct sweep_axis *axis, GError **error)
{
    const struct sweep_key *first = g_ptr_array_index(axis->keys, 0);
    for (guint k = 1; k < axis->keys->len; k++) {
        const struct sweep_key *key = g_ptr_array_index(axis->keys, k);
        if (key->values->len != first->values->len)
            return failure(error, STATUS_INPUT, "%s: %s: has %u values, and %s has %u; allowed: as many each",
                           key->origin, key->key, key->values->len, first->key, first->values->len);
    }
    return each_once(axis, error);
}

static struct sweep_axis *axis_new(struct sweep *sweep)
{
    struct sweep_axis *axis = g_new0(struct sweep_axis, 1);
    axis->keys = g_ptr_array_new_with_free_func(key_free);
    g_ptr_array_add(sweep->axes, axis);
    return axis;
}

static gboolean add_key(const struct sweep *sweep, struct sweep_axis *axis, const struct keyfile_entry *entry,
                        GError **error)
{
    struct sweep_key *key = read_key(sweep, entry, error);
    if (!key)
        return FALSE;
    g_ptr_array_add(axis->keys, key);
    axis->values = key->values->len;
    return TRUE;
}

/* An axis of each key. */
static gboolean read_cross(struct sweep *sweep, const struct keyfile_group *group, GError **error)
{
    for (guint i = 0; i < group->entries->len; i++) {
        struct sweep_axis *axis = axis_new(sweep);
        if (!add_key(sweep, axis, g_ptr_array_index(group->entries, i), error) || !check_axis(axis, error))
            return FALSE;
    }
    return TRUE;
}

/* One axis of all keys. */
static gboolean read_zip(struct sweep *sweep, const struct keyfile_group *group, GError **error)
{
    struct sweep_axis *axis = axis_new(sweep);
    if (group->entries->len == 0)
        return failure(error, STATUS_INPUT, "%s:%d: %s: has no key; allowed: at least one", sweep->path,
                       group->line, group->name);
    for (guint i = 0; i < group->entries->len; i++)
        if (!add_key(sweep, axis, g_ptr_array_index(group->entries, i), error))
            return FALSE;
    return check_axis(axis, error);
}

static gboolean read_only(struct sweep *sweep, const struct keyfile_group *group, GError **error)
{
    return sweep_filter_read(sweep, group, true, error);
}

static gboolean read_without(struct sweep *sweep, const struct keyfile_group *group, GError **error)
{
    return sweep_filter_read(sweep, group, false, error);
}

/* In the order in which they are read: filters speak of what stands in the others. */
static const struct group_kind_row {
    const char *name;
    bool named;
    gboolean (*read)(struct sweep *sweep, const struct keyfile_group *group, GError **error);
} group_kinds[] = {{"sweep", false, read_own},   {"set", false, read_settings},
                   {"cross", false, read_cross}, {"zip", true, read_zip},
                   {"only", true, read_only},    {"without", true, read_without}};

static const struct group_kind_row *kind_of(const struct keyfile_group *group)
{
    size_t length = strcspn(group->name, " ");
    for (size_t i = 0; i < G_N_ELEMENTS(group_kinds); i++)
        if (strlen(group_kinds[i].name) == length && strncmp(group_kinds[i].name, group->name, length) == 0 &&
            group_kinds[i].named == (group->name[length] == ' ' && group->name[length + 1]))
            return &group_kinds[i];
    return NULL;
}

static gboolean check_groups(const struct sweep *sweep, const GPtrArray *found, GError **error)
{
    bool has_own = false;
    for (guint i = 0; i < found->len; i++) {
        const struct keyfile_group *group = g_ptr_array_index(found, i);
        if (!kind_of(group))
            return failure(error, STATUS_INPUT,
                           "%s:%d: %s: unknown group; allowed: [sweep], [set], [cross], [zip NAME], [only "
                           "NAME], [without NAME]",
                           sweep->path, group->line, group->name);
        has_own = has_own || kind_of(group) == &group_kinds[0];
    }
    return has_own || failure(error, STATUS_INPUT, "%s:1: sweep: is missing; needed: [sweep] with scenario",
                              sweep->path);
}

/* [cross] and [zip NAME] make axes in file order, so they are read together. */
static bool read_together(const struct group_kind_row *a, const struct group_kind_row *b)
{
    bool axes =
        (a->read == read_cross || a->read == read_zip) && (b->read == read_cross || b->read == read_zip);
    return a == b || axes;
}

static gboolean read_groups(struct sweep *sweep, const GPtrArray *found, GError **error)
{
    for (size_t kind = 0; kind < G_N_ELEMENTS(group_kinds); kind++) {
        if (group_kinds[kind].read == read_zip)
            continue; /* with [cross] */
        for (guint i = 0; i < found->len; i++) {
            const struct keyfile_group *group = g_ptr_array_index(found, i);
            const struct group_kind_row *row = kind_of(group);
            if (read_together(row, &group_kinds[kind]) && !row->read(sweep, group, error))
                return FALSE;
        }
        if (kind == 0 && sweep->backends->len == 0)
            g_ptr_array_add(sweep->backends, (void *)backends_find("reference"));
    }
    return TRUE;
}

static struct sweep *sweep_new(const char *path)
{
    struct sweep *sweep = g_new0(struct sweep, 1);
    sweep->path = g_strdup(path);
    sweep->name = g_path_get_basename(path);
    if (g_str_has_suffix(sweep->name, ".ini"))
        sweep->name[strlen(sweep->name) - strlen(".ini")] = '\0';
    sweep->settings = g_ptr_array_new_with_free_func(setting_free);
    sweep->axes = g_ptr_array_new_with_free_func(axis_free);
    sweep->methods = g_ptr_array_new();
    sweep->backends = g_ptr_array_new();
    sweep->filters = g_ptr_array_new_with_free_func(sweep_filter_free);
    return sweep;
}

struct sweep *sweep_read(const char *path, GError **error)
{
    g_autoptr(GPtrArray) found = keyfile_read(path, error);
    if (!found)
        return NULL;
    struct sweep *sweep = sweep_new(path);
    if (check_groups(sweep, found, error) && read_groups(sweep, found, error))
        return sweep;
    sweep_free(sweep);
    return NULL;
}
