/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_JSON_SKIM_H
#define COMMAND_JSON_SKIM_H

/* JSON of which little is wanted: what arrays hold that nobody asks for need not become a tree, which takes seven times as much. */

/* Blank what the arrays of members with these names (ends with NULL) hold, at any depth, in place: they are empty then, and all else stays
 * where it is, so that messages of a parser name the same line. What has no end is left as it is. */
void json_skim(char *text, const char *const *names);

#endif
