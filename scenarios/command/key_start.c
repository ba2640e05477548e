/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The type of a key that says when a stream starts: at a time, or at random. */

#include "keys.h"

#include <glib.h>
#include <string.h>

static const char random_word[] = "random";

/* "random", "random:TIME" or a time. */
static char *start_read(const struct key_row *key, const char *text, void *values)
{
    struct start_choice choice = {.random = g_str_has_prefix(text, random_word)};
    const char *time = text + (choice.random ? strlen(random_word) : 0);
    bool bounded = choice.random && *time == ':';
    if (choice.random && *time != '\0' && !bounded)
        return g_strdup_printf("unknown start \"%s\"", text);
    if (bounded)
        time++;
    if (!choice.random || bounded) {
        uint64_t least = choice.random ? 1 : key->min;
        const char *wrong = quantity_parse(&quantity_time, time, &choice.ps);
        if (wrong)
            return g_strdup_printf("\"%s\" %s", time, wrong);
        if (choice.ps < least || choice.ps > key->max)
            return g_strdup_printf("%s is out of range", time);
    }
    memcpy((char *)values + key->offset, &choice, sizeof choice);
    return NULL;
}

static char *start_write(const struct key_row *key, const void *values)
{
    struct start_choice choice;
    memcpy(&choice, (const char *)values + key->offset, sizeof choice);
    if (choice.random && choice.ps == 0)
        return g_strdup(random_word);
    g_autofree char *time = quantity_format(&quantity_time, choice.ps);
    return choice.random ? g_strdup_printf("%s:%s", random_word, time) : g_steal_pointer(&time);
}

static char *start_allowed(const struct key_row *key)
{
    g_autofree char *most = quantity_format(&quantity_time, key->max),
                    *units = quantity_units(&quantity_time);
    return g_strdup_printf("a time up to %s (%s), random (within one packet time), or random:TIME from 1 ps",
                           most, units);
}

const struct key_type key_start = {"start", start_read, start_write, start_allowed, NULL};
