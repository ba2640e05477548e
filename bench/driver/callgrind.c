/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs callgrind and reads what it writes. The format: "fn=" begins a function, "fl=", "fi=" and "fe=" say in which file the
 * lines that follow stand (of inlined code: its own), "ob=" in which object; a line of numbers is a line and its
 * instructions, but the one after "calls=" is what was executed in the function called (cfn, cob). */

#include "callgrind.h"

#include "drive.h"
#include "failure.h"

#include <glib/gstdio.h>
#include <string.h>

enum { WARM_CALLS = 4, CALLS = 8, APART_MOST = 1000 };

/* --- read --- */

/* A place in the code. Own is what stands in a source file of this program; what its compiler and the system's libraries
 * bring along counts as of the part that calls it. */
struct place {
    gboolean in_program, has_source;
    enum part part;
};

struct reader {
    const char *program;
    struct instructions *out;
    struct place here, callee;
    gboolean calls; /* the next line is what a call took */
    char *file;
    GError **error;
};

static gboolean is_own(const struct place *place)
{
    return place->in_program && place->has_source;
}

static void take_object(const struct reader *reader, struct place *place, const char *object)
{
    place->in_program = strcmp(object, reader->program) == 0;
}

static void take_file(struct place *place, const char *file)
{
    place->has_source = strcmp(file, "???") != 0;
    place->part = part_of(file);
}

static gboolean take_own(struct reader *reader, uint64_t cost)
{
    if (cost > 0 && reader->here.part == PARTS)
        return failure(reader->error, STATUS_FAILED, "weft-bench-driver: %s belongs to no part of the driver",
                       reader->file);
    if (cost > 0)
        reader->out->count[reader->here.part] += cost;
    return TRUE;
}

static void take_call(struct reader *reader, uint64_t cost)
{
    gboolean from = is_own(&reader->here), to = is_own(&reader->callee);
    if (from && !to)
        reader->out->count[reader->here.part] += cost;
    else if (!from && to && reader->callee.part < PARTS) /* called back, and counted where it stands */
        reader->out->count[reader->callee.part] -= cost;
    reader->calls = FALSE;
    reader->callee = reader->here; /* what differs is said again */
}

static gboolean take_cost(struct reader *reader, const char *line)
{
    const char *space = strchr(line, ' ');
    uint64_t cost = space ? g_ascii_strtoull(space, NULL, 10) : 0;
    if (!reader->calls)
        return !is_own(&reader->here) || take_own(reader, cost);
    take_call(reader, cost);
    return TRUE;
}

static void take_name(struct reader *reader, const char *line)
{
    const char *value = strchr(line, '=') + 1;
    if (g_str_has_prefix(line, "ob=")) {
        take_object(reader, &reader->here, value);
        reader->callee = reader->here;
    } else if (g_str_has_prefix(line, "fl=") || g_str_has_prefix(line, "fi=") ||
               g_str_has_prefix(line, "fe=")) {
        take_file(&reader->here, value);
        reader->callee = reader->here;
        g_free(reader->file);
        reader->file = g_strdup(value);
    } else if (g_str_has_prefix(line, "cob=")) {
        take_object(reader, &reader->callee, value);
    } else if (g_str_has_prefix(line, "cfi=") || g_str_has_prefix(line, "cfl=")) {
        take_file(&reader->callee, value);
    } else if (g_str_has_prefix(line, "calls=")) {
        reader->calls = TRUE;
    }
}

static gboolean take_line(struct reader *reader, const char *line)
{
    if (strchr(line, '='))
        take_name(reader, line);
    else if (g_str_has_prefix(line, "totals: "))
        reader->out->all = g_ascii_strtoull(line + strlen("totals: "), NULL, 10);
    else if (g_ascii_isdigit(line[0]))
        return take_cost(reader, line);
    return TRUE;
}

gboolean callgrind_read(const char *path, const char *program, struct instructions *out, GError **error)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, error))
        return FALSE;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    struct reader reader = {.program = program, .out = out, .here = {.part = PARTS}, .error = error};
    gboolean good = TRUE;
    *out = (struct instructions){0};
    for (char **line = lines; good && *line; line++)
        good = take_line(&reader, *line);
    g_free(reader.file);
    uint64_t sum = 0;
    for (int i = 0; i < PARTS; i++)
        sum += out->count[i];
    /* a jump into a library by way of the linker's table is of neither */
    uint64_t apart = sum > out->all ? sum - out->all : out->all - sum;
    if (good && (sum == 0 || apart * APART_MOST > out->all))
        return failure(error, STATUS_FAILED,
                       "weft-bench-driver: %s: parts add up to %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT,
                       path, sum, out->all);
    return good;
}

/* --- run --- */

static gboolean is_wanted(const struct path *path, const char *only)
{
    return !only || g_pattern_match_simple(only, path->name);
}

#ifdef WEFT_BENCH_CALLGRIND
#include <valgrind/callgrind.h>

gboolean callgrind_child(const char *only)
{
    for (const struct path *path = paths; path->name; path++) {
        if (!is_wanted(path, only))
            continue;
        const struct drive_rows rows = drive_rows_of(path);
        struct drive *drive = drive_new(path, &rows);
        uint64_t steps;
        for (int i = 0; i < WARM_CALLS; i++)
            drive_call(drive, NULL, &steps);
        CALLGRIND_ZERO_STATS;
        for (int i = 0; i < CALLS; i++)
            drive_call(drive, NULL, &steps);
        CALLGRIND_DUMP_STATS_AT(path->name);
        drive_free(drive);
    }
    return TRUE;
}
#else
gboolean callgrind_child(const char *only)
{
    (void)only;
    return FALSE;
}
#endif

static gboolean run(const char *program, const char *out_file, const char *only, GError **error)
{
    g_autofree char *out_option = g_strconcat("--callgrind-out-file=", out_file, NULL);
    g_autofree char *errors = NULL;
    const char *argv[] = {"valgrind",
                          "--tool=callgrind",
                          "--quiet",
                          "--compress-strings=no",
                          "--compress-pos=no",
                          "--collect-atstart=no",
                          "--toggle-collect=weft_driver_submit",
                          "--toggle-collect=weft_driver_step",
                          out_option,
                          program,
                          "--child",
                          "--only",
                          only ? only : "*",
                          NULL};
    int status = 0;
    GError *spawn = NULL;
    if (!g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL,
                      NULL, &errors, &status, &spawn)) {
        failure(error, STATUS_INPUT, "weft-bench-driver: instructions are counted by valgrind: %s",
                spawn->message);
        g_error_free(spawn);
        return FALSE;
    }
    if (status != 0)
        return failure(error, STATUS_FAILED, "weft-bench-driver: callgrind: %s", g_strstrip(errors));
    return TRUE;
}

/* Dumps are numbered in the order of the paths. */
static gboolean read_all(const char *program, const char *out_file, const char *only,
                         struct instructions *out, GError **error)
{
    int dump = 0;
    for (int i = 0; paths[i].name; i++) {
        if (!is_wanted(&paths[i], only))
            continue;
        g_autofree char *file = g_strdup_printf("%s.%d", out_file, ++dump);
        if (!callgrind_read(file, program, &out[i], error))
            return FALSE;
        out[i].packets = (uint64_t)CALLS * path_call_packets(&paths[i]);
    }
    return TRUE;
}

static void remove_all(const char *directory)
{
    GDir *dir = g_dir_open(directory, 0, NULL);
    for (const char *name; dir && (name = g_dir_read_name(dir));) {
        g_autofree char *file = g_build_filename(directory, name, NULL);
        g_unlink(file);
    }
    if (dir)
        g_dir_close(dir);
    g_rmdir(directory);
}

gboolean callgrind_measure(const char *only, struct instructions *out, GError **error)
{
    g_autofree char *program = g_file_read_link("/proc/self/exe", error);
    g_autofree char *directory = program ? g_dir_make_tmp("weft-bench-XXXXXX", error) : NULL;
    if (!directory)
        return FALSE;
    g_autofree char *out_file = g_build_filename(directory, "out", NULL);
    gboolean good = run(program, out_file, only, error) && read_all(program, out_file, only, out, error);
    remove_all(directory);
    return good;
}
