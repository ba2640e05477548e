/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_PLATFORM_HOSTS_H
#define COMMAND_PLATFORM_HOSTS_H

/* Hosts of a platform as groups of a scenario know them. */

#include "keys.h"
#include "platform.h"

const struct platform_host *platform_host_at(const struct platform *platform, guint index);
/* The kind of group that its role makes it, or GROUP_KINDS. */
enum group_kind platform_host_kind(const struct platform_host *host);
/* "alpha, beta": the hosts of a kind. The caller frees with g_free. */
char *platform_names(const struct platform *platform, enum group_kind kind);
/* The key that a property gives a host of the kind, or NULL: none. */
const struct key_row *platform_key(enum group_kind kind, const char *property);
/* Do its servers say what power they need? All do, or none. */
bool platform_has_power(const struct platform *platform);
/* A link in both directions is two for SimGrid, and one in the file: the name there. The caller frees with g_free. */
char *platform_link_name(const char *name);

/* Roles, properties and names that make sense, at least one host of each role, and a network between them. */
gboolean platform_hosts_check(const struct platform *platform, GError **error);

#endif
