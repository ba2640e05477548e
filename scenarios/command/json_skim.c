/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding arrays in a text of JSON: strings and brackets are all that has to be understood. */

#include "json_skim.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Behind the string that begins at the quote `at`. */
static char *string_end(char *at)
{
    for (at++; *at && *at != '"'; at++)
        if (*at == '\\' && at[1])
            at++;
    return *at ? at + 1 : at;
}

/* The bracket that ends the array that begins at `at`; NULL: there is none. */
static char *array_end(char *at)
{
    for (size_t depth = 0; *at;) {
        if (*at == '"') {
            at = string_end(at);
            continue;
        }
        depth += *at == '[' || *at == '{';
        depth -= *at == ']' || *at == '}';
        if (depth == 0)
            return at;
        at++;
    }
    return NULL;
}

static char *skip_space(char *at)
{
    return at + strspn(at, " \t\r\n");
}

/* Of what stands behind a member's name. Returns where to go on. */
static char *blank_array(char *at)
{
    char *begin = skip_space(at);
    if (*begin != ':' || *(begin = skip_space(begin + 1)) != '[')
        return at;
    char *end = array_end(begin);
    if (!end)
        return begin;
    for (char *c = begin + 1; c < end; c++)
        if (*c != '\n')
            *c = ' ';
    return end;
}

static bool is_one_of(const char *name, size_t length, const char *const *names)
{
    for (; *names; names++)
        if (strlen(*names) == length && memcmp(*names, name, length) == 0)
            return true;
    return false;
}

void json_skim(char *text, const char *const *names)
{
    for (char *at = strchr(text, '"'); at; at = strchr(at, '"')) {
        char *end = string_end(at);
        bool named = end - at >= 2 && is_one_of(at + 1, (size_t)(end - at) - 2, names);
        at = named ? blank_array(end) : end;
    }
}
