/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Launcher `local`: worker processes of this call. */

#include "launch.h"
#include "sweep_progress.h"
#include "sweep_run.h"

#include <unistd.h>

static void progress(void *context, guint done, guint failed)
{
    sweep_clock_tell(context, done, failed, NULL);
}

static gboolean run(struct launch *launch, GError **error)
{
    struct sweep_clock clock = sweep_clock_begin(launch->todo->len);
    const struct sweep_work work = {.manifest = launch->manifest,
                                    .directory = launch->directory,
                                    .todo = launch->todo,
                                    .jobs = launch->jobs,
                                    .progress = isatty(STDERR_FILENO) ? progress : NULL,
                                    .context = &clock};
    gboolean good = sweep_run(&work, error);
    sweep_clock_end(&clock);
    return good;
}

const struct launcher launcher_local = {
    .name = "local",
    .help = "worker processes of this call, on this machine",
    .run = run,
};
