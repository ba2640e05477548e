/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kinds of arguments, each a quantity. */

#include "argument.h"

#include "quantity.h"

#include <glib.h>

static const struct {
    const struct quantity *quantity;
    const char *word;
} kinds[WEFT_ARGUMENT_KINDS] = {
    [WEFT_ARGUMENT_COUNT] = {&quantity_count, "COUNT"},
    [WEFT_ARGUMENT_SIZE] = {&quantity_size, "SIZE"},
    [WEFT_ARGUMENT_RATE] = {&quantity_rate, "RATE"},
    [WEFT_ARGUMENT_TIME] = {&quantity_time, "TIME"},
};

static bool takes_one(const struct weft_argument *argument)
{
    return argument && argument->kind != WEFT_ARGUMENT_NONE;
}

char *argument_parse(const struct weft_argument *argument, const char *what, const char *text, uint64_t *out)
{
    uint64_t value;
    if (!takes_one(argument)) {
        if (text)
            return g_strdup_printf("%s takes no argument", what);
        *out = 0;
        return NULL;
    }
    g_autofree char *help = argument_help(argument);
    if (!text && !argument->without)
        return g_strdup_printf("%s needs %s", what, help);
    if (!text) {
        *out = argument->standard;
        return NULL;
    }
    const char *wrong = quantity_parse(kinds[argument->kind].quantity, text, &value);
    if (!wrong && (value < argument->min || value > argument->max))
        wrong = "is out of range";
    if (wrong)
        return g_strdup_printf("%s: \"%s\" %s: %s", what, text, wrong, help);
    *out = value;
    return NULL;
}

char *argument_format(const struct weft_argument *argument, const char *name, uint64_t value)
{
    if (!takes_one(argument) || value == 0)
        return g_strdup(name);
    g_autofree char *text = quantity_format(kinds[argument->kind].quantity, value);
    return g_strdup_printf("%s:%s", name, text);
}

char *argument_form(const struct weft_argument *argument, const char *name)
{
    if (!takes_one(argument))
        return g_strdup(name);
    return g_strdup_printf(argument->without ? "%s[:%s]" : "%s:%s", name, kinds[argument->kind].word);
}

char *argument_help(const struct weft_argument *argument)
{
    if (!takes_one(argument))
        return NULL;
    const struct quantity *quantity = kinds[argument->kind].quantity;
    g_autofree char *least = quantity_format(quantity, argument->min),
                    *most = quantity_format(quantity, argument->max);
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_printf(text, "%s from %s to %s", kinds[argument->kind].word, least, most);
    if (argument->without)
        g_string_append_printf(text, ", without it %s", argument->without);
    return g_string_free(g_steal_pointer(&text), FALSE);
}
