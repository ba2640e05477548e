/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of launchers, and which options belong to which. */

#include "failure.h"
#include "launch.h"
#include "policies.h"

#include <string.h>

const struct launcher *const launchers[] = {&launcher_local, &launcher_slurm, &launcher_parallel, NULL};

static gboolean belongs(const char *option, const char *value, const struct launcher *launcher,
                        const struct launcher *owner, GError **error)
{
    return !value || launcher == owner ||
           failure(error, STATUS_INPUT, "%s: is for --launcher %s", option, owner->name);
}

static gboolean check(const struct launcher *launcher, const struct launch_options *options, GError **error)
{
    if (options->shards && !launcher->shards)
        return failure(error, STATUS_INPUT, "--shards: --launcher %s has no shards; allowed: --jobs",
                       launcher->name);
    return belongs("--slurm-options", options->slurm_options, launcher, &launcher_slurm, error) &&
           belongs("--hosts", options->hosts, launcher, &launcher_parallel, error) &&
           belongs("--sshloginfile", options->login_file, launcher, &launcher_parallel, error) &&
           (!launcher->check || launcher->check(options, error));
}

const struct launcher *launcher_find(const char *name, const struct launch_options *options, GError **error)
{
    const struct launcher *launcher = policy_find(&policy_launchers, name);
    if (launcher)
        return check(launcher, options, error) ? launcher : NULL;
    g_autofree char *names = policy_names(&policy_launchers);
    failure(error, STATUS_INPUT, "--launcher: there is no launcher \"%s\"; allowed: %s", name, names);
    return NULL;
}
