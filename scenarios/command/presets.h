/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_PRESETS_H
#define COMMAND_PRESETS_H

/* Presets: values that several keys of a group have together, as of something that can be bought. Keys that are given, in
 * the file or on the command line, win, in whatever order they are given. */

struct preset_value {
    const char *key, *text; /* as in a scenario file */
};

struct preset {
    const char *name, *help;
    const char *source;                /* of the values; empty where there are none */
    const struct preset_value *values; /* ends with a NULL key */
};

extern const struct preset *const switch_presets[]; /* of [switch NAME]; ends with NULL */

/* "buffer = 48 KiB, cell = 208 B". The caller frees with g_free. */
char *preset_values_text(const struct preset *preset);

#endif
