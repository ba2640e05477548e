/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the system says of itself. */

#include "machine.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

static char *cpu_model(void)
{
    g_autofree char *text = NULL;
    if (g_file_get_contents("/proc/cpuinfo", &text, NULL, NULL)) {
        const char *line = strstr(text, "model name");
        const char *value = line ? strchr(line, ':') : NULL;
        if (value)
            return g_strstrip(g_strndup(value + 1, strcspn(value + 1, "\n")));
    }
    return g_strdup("unknown");
}

void machine_init(struct machine *machine)
{
    struct utsname name;
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    *machine = (struct machine){
        .cpu = cpu_model(),
        .kernel =
            uname(&name) == 0 ? g_strdup_printf("%s %s", name.sysname, name.release) : g_strdup("unknown"),
        .date = g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ"),
        .compiler = WEFT_BENCH_COMPILER,
        .flags = WEFT_BENCH_FLAGS,
        .cores = g_get_num_processors(),
    };
    if (getloadavg(&machine->load, 1) != 1)
        machine->load = 0;
}

void machine_clear(struct machine *machine)
{
    g_free(machine->cpu);
    g_free(machine->kernel);
    g_free(machine->date);
}
