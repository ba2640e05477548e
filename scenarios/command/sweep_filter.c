/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Filters: groups of conditions on what a point consists of. */

#include "choices.h"
#include "failure.h"
#include "keyfile.h"
#include "sweep.h"

#include <string.h>

static void condition_clear(gpointer data)
{
    struct sweep_condition *condition = data;
    g_strfreev(condition->texts);
}

void sweep_filter_free(void *data)
{
    struct sweep_filter *filter = data;
    g_array_unref(filter->conditions);
    g_free(filter);
}

/* Longer ones first. */
static const struct {
    const char *sign;
    enum sweep_relation relation;
} relations[] = {{"<=", SWEEP_AT_MOST}, {">=", SWEEP_AT_LEAST}, {"<", SWEEP_BELOW}, {">", SWEEP_ABOVE}};

/* --- what there is to choose from --- */

static const struct sweep_key *find_key(const struct sweep *sweep, const char *name)
{
    for (guint i = 0; i < sweep->axes->len; i++) {
        const struct sweep_axis *axis = g_ptr_array_index(sweep->axes, i);
        for (guint k = 0; k < axis->keys->len; k++) {
            const struct sweep_key *key = g_ptr_array_index(axis->keys, k);
            if (strcmp(key->key, name) == 0)
                return key;
        }
    }
    return NULL;
}

/* "method, backend, stream.count". The caller frees with g_free. */
static char *allowed_keys(const struct sweep *sweep)
{
    GString *names = g_string_new(sweep->methods->len ? "method, backend" : "backend");
    for (guint i = 0; i < sweep->axes->len; i++) {
        const struct sweep_axis *axis = g_ptr_array_index(sweep->axes, i);
        for (guint k = 0; k < axis->keys->len; k++) {
            const struct sweep_key *key = g_ptr_array_index(axis->keys, k);
            g_string_append_printf(names, ", %s", key->key);
        }
    }
    return g_string_free(names, FALSE);
}

/* Is it among the values of the key, the methods, the back ends? */
static bool has_value(const struct sweep *sweep, const struct sweep_condition *condition, const char *text)
{
    if (condition->key)
        return g_ptr_array_find_with_equal_func(condition->key->values, text, g_str_equal, NULL);
    for (guint i = 0; condition->of_method && i < sweep->methods->len; i++)
        if (strcmp(((const struct weft_method *)g_ptr_array_index(sweep->methods, i))->name, text) == 0)
            return true;
    for (guint i = 0; !condition->of_method && i < sweep->backends->len; i++)
        if (strcmp(((const struct backend_row *)g_ptr_array_index(sweep->backends, i))->name, text) == 0)
            return true;
    return false;
}

/* "1, 2, 5", and that there are more. The caller frees with g_free. */
static char *allowed_values(const struct sweep *sweep, const struct sweep_condition *condition)
{
    enum { LISTED = 20 };
    const GPtrArray *rows = condition->key         ? condition->key->values
                            : condition->of_method ? sweep->methods
                                                   : sweep->backends;
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < rows->len && i < LISTED; i++) {
        const void *row = g_ptr_array_index(rows, i);
        const char *name = condition->key         ? row
                           : condition->of_method ? ((const struct weft_method *)row)->name
                                                  : ((const struct backend_row *)row)->name;
        g_string_append_printf(names, "%s%s", i ? ", " : "", name);
    }
    return g_string_free(g_string_append(names, rows->len > LISTED ? ", ..." : ""), FALSE);
}

/* --- reading --- */

static gboolean read_texts(const struct sweep *sweep, struct sweep_condition *condition, const char *where,
                           const char *list, GError **error)
{
    condition->texts = choices_split(where, list, error);
    for (guint i = 0; condition->texts && condition->texts[i]; i++)
        if (!has_value(sweep, condition, condition->texts[i])) {
            g_autofree char *allowed = allowed_values(sweep, condition);
            return failure(error, STATUS_INPUT, "%s: \"%s\" is no value of it in this sweep; allowed: %s",
                           where, condition->texts[i], allowed);
        }
    return condition->texts != NULL;
}

static gboolean read_value(const struct sweep *sweep, struct sweep_condition *condition, const char *where,
                           const char *text, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(relations); i++) {
        if (!g_str_has_prefix(text, relations[i].sign))
            continue;
        const struct quantity *quantity = condition->key ? condition->key->quantity : NULL;
        if (!quantity)
            return failure(error, STATUS_INPUT, "%s: is no quantity; allowed: A,B,...", where);
        g_autofree char *end = g_strstrip(g_strdup(text + strlen(relations[i].sign)));
        const char *wrong = quantity_parse(quantity, end, &condition->number);
        condition->relation = relations[i].relation;
        return !wrong ||
               failure(error, STATUS_INPUT, "%s: \"%s\" %s; allowed: %s", where, end, wrong, quantity->name);
    }
    return read_texts(sweep, condition, where, text, error);
}

static gboolean read_condition(const struct sweep *sweep, struct sweep_filter *filter, const char *group,
                               const struct keyfile_entry *entry, GError **error)
{
    g_autofree char *where = g_strdup_printf("%s:%d: %s.%s", sweep->path, entry->line, group, entry->key);
    struct sweep_condition condition = {.key = find_key(sweep, entry->key)};
    condition.of_method = !condition.key && strcmp(entry->key, "method") == 0;
    bool of_backend = !condition.key && strcmp(entry->key, "backend") == 0;
    if (!condition.key && !of_backend && !(condition.of_method && sweep->methods->len > 0)) {
        g_autofree char *allowed = allowed_keys(sweep);
        return failure(error, STATUS_INPUT, "%s: does not change in this sweep; allowed: %s", where, allowed);
    }
    gboolean good = read_value(sweep, &condition, where, entry->value, error);
    g_array_append_val(filter->conditions, condition);
    return good;
}

gboolean sweep_filter_read(struct sweep *sweep, const struct keyfile_group *group, bool keep, GError **error)
{
    struct sweep_filter *filter = g_new0(struct sweep_filter, 1);
    filter->keep = keep;
    filter->conditions = g_array_new(FALSE, FALSE, sizeof(struct sweep_condition));
    g_array_set_clear_func(filter->conditions, condition_clear);
    g_ptr_array_add(sweep->filters, filter);
    if (group->entries->len == 0)
        return failure(error, STATUS_INPUT, "%s:%d: %s: has no condition; allowed: at least one", sweep->path,
                       group->line, group->name);
    for (guint i = 0; i < group->entries->len; i++)
        if (!read_condition(sweep, filter, group->name, g_ptr_array_index(group->entries, i), error))
            return FALSE;
    return TRUE;
}

/* --- judging --- */

/* The value that the point has of it. */
static const char *text_of(const struct sweep *sweep, const struct sweep_condition *condition,
                           const struct sweep_point *point)
{
    if (!condition->key)
        return condition->of_method ? sweep_point_method(sweep, point)
                                    : sweep_point_backend(sweep, point)->name;
    for (guint i = 0; i < sweep->axes->len; i++) {
        const struct sweep_axis *axis = g_ptr_array_index(sweep->axes, i);
        if (g_ptr_array_find(axis->keys, condition->key, NULL))
            return g_ptr_array_index(condition->key->values, point->value[i]);
    }
    g_assert_not_reached(); /* the key was found among the axes */
}

/* A word among the values of a quantity (auto, never) is neither above nor below anything. */
static bool compares(const struct sweep_condition *condition, const char *text)
{
    uint64_t number;
    if (quantity_parse(condition->key->quantity, text, &number))
        return false;
    const bool holds[] = {
        [SWEEP_BELOW] =
            number<condition->number, [SWEEP_AT_MOST] = number <= condition->number, [SWEEP_ABOVE] = number>
                condition->number,
        [SWEEP_AT_LEAST] = number >= condition->number,
    };
    return holds[condition->relation];
}

static bool holds(const struct sweep *sweep, const struct sweep_filter *filter,
                  const struct sweep_point *point)
{
    for (guint i = 0; i < filter->conditions->len; i++) {
        const struct sweep_condition *condition =
            &g_array_index(filter->conditions, struct sweep_condition, i);
        const char *text = text_of(sweep, condition, point);
        if (condition->relation == SWEEP_ONE_OF
                ? !g_strv_contains((const char *const *)condition->texts, text)
                : !compares(condition, text))
            return false;
    }
    return true;
}

bool sweep_filter_drops(const struct sweep *sweep, const struct sweep_point *point)
{
    for (guint i = 0; i < sweep->filters->len; i++) {
        const struct sweep_filter *filter = g_ptr_array_index(sweep->filters, i);
        if (holds(sweep, filter, point) != filter->keep)
            return true;
    }
    return false;
}
