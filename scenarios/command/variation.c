/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From "GROUP.KEY=A,B,..." to a scenario for each value. */

#include "variation.h"

#include "failure.h"
#include "plan.h"

#include <math.h>
#include <string.h>

static void value_clear(gpointer data)
{
    struct variation_value *value = data;
    g_free(value->text);
    scenario_free(value->scenario);
}

void variation_free(struct variation *variation)
{
    if (!variation)
        return;
    g_array_unref(variation->values);
    g_free(variation->origin);
    g_free(variation->key);
    g_free(variation);
}

const struct quantity *variation_quantity(const struct key_row *row)
{
    return !row                       ? NULL
           : row->type == &key_buffer ? &quantity_size /* of what may be a size */
                                      : row->quantity;
}

const struct key_row *variation_row(const char *key)
{
    const char *last = strrchr(key, '.');
    enum group_kind kind = groups_find(key, strcspn(key, " ."));
    return last && kind < GROUP_KINDS ? keys_find(kind, last + 1) : NULL;
}

/* What is no key of a run: runs do not depend on [compare], and methods are compared anyway. */
static gboolean can_vary(const struct variation *variation, const char *list, GError **error)
{
    const struct key_row *row = variation_row(variation->key);
    if (row && row->group == GROUP_COMPARE)
        return failure(error, STATUS_INPUT, "%s: %s: cannot be varied; allowed: keys of other groups",
                       variation->origin, variation->key);
    if (row && row == keys_find(GROUP_WRITE, "method"))
        return failure(error, STATUS_INPUT,
                       "%s: %s: cannot be varied; allowed: methods, with --methods or compare.methods",
                       variation->origin, variation->key);
    return *list != '\0' || failure(error, STATUS_INPUT, "%s: %s: has no values; allowed: A,B,...",
                                    variation->origin, variation->key);
}

static double number_of(const struct quantity *quantity, const char *text)
{
    uint64_t number;
    return quantity && !quantity_parse(quantity, text, &number) ? (double)number : NAN;
}

static gboolean add_value(struct variation *variation, const char *text, variation_load *load,
                          const void *how, struct media_library *media, GError **error)
{
    struct variation_value value = {.text = g_strdup(text), .number = number_of(variation->quantity, text)};
    value.scenario = load(how, error);
    g_array_append_val(variation->values, value);
    if (!value.scenario ||
        !scenario_assign_format(value.scenario, variation->origin, error, "%s=%s", variation->key, text))
        return FALSE;
    struct plan *plan = plan_new(value.scenario, media, error);
    plan_free(plan);
    return plan != NULL;
}

static gboolean add_values(struct variation *variation, const char *list, variation_load *load,
                           const void *how, struct media_library *media, GError **error)
{
    g_auto(GStrv) texts = g_strsplit(list, ",", -1);
    gboolean good = TRUE;
    for (guint i = 0; good && texts[i]; i++) {
        g_strstrip(texts[i]);
        for (guint k = 0; good && k < i; k++)
            if (strcmp(texts[i], texts[k]) == 0)
                good = failure(error, STATUS_INPUT,
                               "%s: %s: \"%s\" stands there twice; allowed: each value once",
                               variation->origin, variation->key, texts[i]);
        good = good && add_value(variation, texts[i], load, how, media, error);
    }
    return good;
}

/* What [compare] of the file says: the key in `*key`, its values in `*list`; both NULL if it says nothing. */
static gboolean of_file(const struct scenario *scenario, const char **key, const char **list, GError **error)
{
    const struct section *section = scenario_section(scenario, GROUP_COMPARE);
    const struct compare_group *values = &section->values.compare;
    if (values->values && !values->vary)
        return scenario_complain(scenario, section, "values", error, "is given without vary; allowed: both");
    if (values->figure && !values->vary)
        return scenario_complain(scenario, section, "figure", error, "is given without vary; allowed: both");
    if (values->vary && !values->values)
        return scenario_complain(scenario, section, "vary", error, "is given without values; allowed: both");
    *key = values->vary;
    *list = values->values;
    return TRUE;
}

static struct variation *begin(const char *key, char *origin)
{
    struct variation *variation = g_new0(struct variation, 1);
    variation->origin = origin;
    variation->key = g_strstrip(g_strdup(key));
    variation->quantity = variation_quantity(variation_row(variation->key));
    variation->values = g_array_new(FALSE, FALSE, sizeof(struct variation_value));
    g_array_set_clear_func(variation->values, value_clear);
    return variation;
}

gboolean variation_new(const struct scenario *scenario, const char *option, const char *assignment,
                       variation_load *load, const void *how, struct media_library *media,
                       struct variation **out, GError **error)
{
    const char *key = NULL, *list = NULL, *equals = assignment ? strchr(assignment, '=') : NULL;
    g_autofree char *left = equals ? g_strndup(assignment, (gsize)(equals - assignment)) : NULL;
    *out = NULL;
    if (assignment && !equals)
        return failure(error, STATUS_INPUT, "%s: \"%s\" varies nothing; allowed: GROUP.KEY=A,B,...", option,
                       assignment);
    if (!assignment && !of_file(scenario, &key, &list, error))
        return FALSE;
    if (!assignment && !key)
        return TRUE;
    struct variation *variation =
        begin(assignment ? left : key,
              assignment ? g_strdup(option) : section_place(scenario, GROUP_COMPARE, "values"));
    const char *texts = assignment ? equals + 1 : list;
    if (!can_vary(variation, texts, error) || !add_values(variation, texts, load, how, media, error)) {
        variation_free(variation);
        return FALSE;
    }
    *out = variation;
    return TRUE;
}
