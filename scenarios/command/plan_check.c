/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The library's own check of a setup, its complaint turned into one that names file, line and key. */

#include "failure.h"
#include "plan_private.h"

#include <string.h>

/* Where a complaint that names no key of ours belongs. */
static const char *const fallback_key[GROUP_KINDS] = {
    [GROUP_SCENARIO] = "duration", [GROUP_SERVER] = "link",     [GROUP_SWITCH] = "port",
    [GROUP_TRUNK] = "rate",        [GROUP_DEVICE] = "rate",     [GROUP_STREAM] = "rate",
    [GROUP_WRITE] = "interval",    [GROUP_BACKGROUND] = "rate",
};

/* Is `entity` (NAME or NAME-3; NAME.FROM.TO of a trunk) a member of the section? */
static bool is_member(const struct section *section, const char *entity)
{
    if (!section->name || strcmp(section->name, entity) == 0)
        return true;
    size_t length = strlen(section->name);
    if (strncmp(section->name, entity, length) != 0)
        return false;
    if (section->kind == GROUP_TRUNK)
        return entity[length] == '.';
    if (entity[length] != '-')
        return false;
    const char *digits = entity + length + 1;
    return *digits && digits[strspn(digits, "0123456789")] == '\0';
}

static const struct section *find_section(const struct planner *planner, enum group_kind kind,
                                          const char *entity)
{
    for (guint i = 0; i < planner->plan->sections; i++) {
        const struct section *section = planner->plan->resolved[i].section;
        if (section->kind == kind && is_member(section, entity))
            return section;
    }
    return NULL;
}

/* The first group of those of which there are too many in all ("number of switches is ..."), or NULL: it is not that. */
static const struct section *too_many(const struct planner *planner, const char *what)
{
    static const char prefix[] = "number of ";
    if (!g_str_has_prefix(what, prefix))
        return NULL;
    for (enum group_kind kind = 0; kind < GROUP_KINDS; kind++)
        if (groups[kind].named && g_str_has_prefix(what + strlen(prefix), groups[kind].name))
            return scenario_section(planner->scenario, kind);
    return NULL;
}

static gboolean in_largest_unit(const GMatchInfo *match, GString *text, gpointer data)
{
    g_autofree char *found = g_match_info_fetch(match, 0);
    const struct quantity *quantity = g_str_has_suffix(found, "ps") ? &quantity_time : &quantity_rate;
    uint64_t value;
    (void)data;
    if (quantity_parse(quantity, found, &value)) /* too long for one: as it is */
        return g_string_append(text, found) == NULL;
    g_autofree char *written = quantity_format(quantity, value);
    g_string_append(text, written);
    return FALSE;
}

/* The library counts in base units ("40000000000 ps"); people do not ("40 ms"). */
static char *for_people(const char *what)
{
    g_autoptr(GRegex) number = g_regex_new("\\b[0-9]+ (ps|bit/s)", 0, 0, NULL);
    return g_regex_replace_eval(number, what, -1, 0, 0, in_largest_unit, NULL, NULL);
}

/* The library says "KIND NAME: WHAT ...": give it a place in the file. */
static bool locate(const struct planner *planner, const char *text, GError **error)
{
    const char *space = strchr(text, ' '), *colon = strstr(text, ": ");
    enum group_kind kind =
        space && colon && space < colon ? groups_find(text, (size_t)(space - text)) : GROUP_KINDS;
    if (kind == GROUP_KINDS)
        return failure(error, STATUS_INPUT, "%s:1: %s", planner->scenario->path, text);
    g_autofree char *entity = g_strndup(space + 1, (gsize)(colon - space - 1));
    const char *what = colon + 2;
    const struct section *many = kind == GROUP_SCENARIO ? too_many(planner, what) : NULL;
    if (many)
        return scenario_complain(planner->scenario, many, keys_find(many->kind, "count") ? "count" : "from",
                                 error, "%s", what);
    g_autofree char *word = g_strndup(what, strcspn(what, " "));
    if (!keys_find(kind, word) && keys_find(GROUP_WRITE, word))
        kind = GROUP_WRITE; /* the library speaks of the whole scenario */
    const char *key = keys_find(kind, word) ? word : fallback_key[kind];
    const struct section *section = find_section(planner, kind, entity);
    if (!section)
        return failure(error, STATUS_INPUT, "%s:1: %s", planner->scenario->path, text);
    g_autofree char *text_for_people = for_people(what);
    return scenario_complain(planner->scenario, section, key, error, "%s", text_for_people);
}

bool plan_check(struct planner *planner, GError **error)
{
    struct weft_error refused;
    if (weft_setup_check(&planner->plan->setup, &refused) == WEFT_OK)
        return true;
    return locate(planner, refused.text, error);
}
