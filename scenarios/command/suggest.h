/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SUGGEST_H
#define COMMAND_SUGGEST_H

/* " (did you mean X?)" for a mistyped name: the nearest of `names` ("a, b, c"), or "" if none is near. The
 * caller frees with g_free. */
char *suggest(const char *typed, const char *names);

#endif
