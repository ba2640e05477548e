/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SCENARIO_PRIVATE_H
#define COMMAND_SCENARIO_PRIVATE_H

/* What the parts of reading a scenario share. */

#include "scenario.h"

/* A group with its defaults. The caller frees with section_free(). */
struct section *section_new(enum group_kind kind, const char *name, int line);
void section_free(void *section);

#define SECTION_NAMES "1 to 64 letters, digits, '.', '_' and '-'"
gboolean section_name_is_good(const char *name);

/* Give `key` of the section a value. `where` says where it came from ("FILE:LINE" or "--set"). */
gboolean section_give(struct scenario *scenario, struct section *section, const struct key_row *row,
                      const char *value, const char *where, struct given origin, GError **error);

/* Where scenario.platform is given: read it, and make its hosts groups of the scenario. */
gboolean scenario_add_platform(struct scenario *scenario, GError **error);
/* May `option` set the key? Not what the platform says, nor the platform. */
gboolean scenario_may_assign(const struct scenario *scenario, const struct key_row *key, const char *option,
                             GError **error);

#endif
