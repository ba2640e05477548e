/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two runs under callgrind, and the difference. */

#include "instructions.h"

#include "failure.h"
#include "measure.h"

#include <glib/gstdio.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Beyond the warm-up, so that rings have grown and metrics have begun. */
enum { SHORT_INTERVALS = 1, MORE_PACKETS = 200000 };

struct counted {
    uint64_t instructions, packets;
};

gboolean bench_instructions_known(void)
{
    g_autofree char *path = g_find_program_in_path("valgrind");
    return path != NULL;
}

static gboolean run(const char *program, const char *name, weft_ps duration_ps, const char *out_file,
                    char **said, GError **error)
{
    g_autofree char *out_option = g_strconcat("--callgrind-out-file=", out_file, NULL);
    g_autofree char *child_option = g_strdup_printf("--child=%" PRIu64, duration_ps);
    g_autofree char *errors = NULL;
    const char *argv[] = {"valgrind",   "--tool=callgrind", "--quiet", out_option, program,
                          child_option, "--only",           name,      NULL};
    int status = 0;
    GError *spawn = NULL;
    if (!g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, said, &errors, &status,
                      &spawn)) {
        failure(error, STATUS_INPUT, "weft-bench-engine: instructions are counted by valgrind: %s",
                spawn->message);
        g_error_free(spawn);
        return FALSE;
    }
    if (status != 0)
        return failure(error, STATUS_FAILED, "weft-bench-engine: callgrind: %s: %s", name,
                       g_strstrip(errors));
    return TRUE;
}

/* The line "totals: N" of callgrind's file, and the child's "packets N". */
static gboolean read_counts(const char *out_file, const char *said, struct counted *counted, GError **error)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(out_file, &text, NULL, error))
        return FALSE;
    const char *totals = strstr(text, "\ntotals: ");
    if (!totals || sscanf(totals, "\ntotals: %" SCNu64, &counted->instructions) != 1 ||
        sscanf(said, "packets %" SCNu64, &counted->packets) != 1)
        return failure(error, STATUS_FAILED,
                       "weft-bench-engine: callgrind's file, or its child, says nothing");
    return TRUE;
}

static gboolean count(const char *name, weft_ps duration_ps, struct counted *counted, GError **error)
{
    g_autofree char *program = g_file_read_link("/proc/self/exe", error), *out_file = NULL, *said = NULL;
    int file = program ? g_file_open_tmp("weft-bench-XXXXXX", &out_file, error) : -1;
    if (file < 0)
        return FALSE;
    close(file);
    gboolean good = run(program, name, duration_ps, out_file, &said, error) &&
                    read_counts(out_file, said, counted, error);
    g_unlink(out_file);
    return good;
}

gboolean bench_instructions(const struct bench_case *what, double *per_packet, GError **error)
{
    struct bench_case whole = *what; /* never a quick one: its intervals are others */
    whole.quick = false;
    whole.packets = MORE_PACKETS;
    g_autofree char *name = bench_case_name(what);
    weft_ps few_ps = SHORT_INTERVALS * bench_interval_ps(&whole);
    struct counted few = {0}, many = {0};
    if (!count(name, bench_warmup_ps(&whole) + few_ps, &few, error) ||
        !count(name, bench_duration_ps(&whole) + few_ps, &many, error))
        return FALSE;
    *per_packet = (double)(many.instructions - few.instructions) / (double)(many.packets - few.packets);
    return TRUE;
}

gboolean bench_instructions_child(const struct bench_case *what, const char *duration_ps, GError **error)
{
    struct bench_sample sample;
    if (!bench_measure_run(what, g_ascii_strtoull(duration_ps, NULL, 10), NULL, &sample, error))
        return FALSE;
    printf("packets %" PRIu64 "\n", sample.packets);
    return TRUE;
}
