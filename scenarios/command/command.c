/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What commands share: options, scenario, printing. */

#include "command.h"

#include "execute.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The error of a bad command line, as one line with where to read on. */
static gboolean usage_error(const struct command *command, const char *what, int *status)
{
    GError *error = NULL;
    failure(&error, STATUS_INPUT, "weft %s: %s; see weft %s --help", command->name, what, command->name);
    *status = failure_report(error);
    return FALSE;
}

static gboolean show_help(GOptionContext *context, int *status)
{
    g_autofree char *text = g_option_context_get_help(context, TRUE, NULL);
    GError *error = NULL;
    *status = command_print(text, &error) ? STATUS_OK : failure_report(error);
    return FALSE;
}

static gboolean takes_value(const GOptionEntry *entries, char letter)
{
    for (; entries->long_name; entries++)
        if (entries->short_name == letter)
            return entries->arg != G_OPTION_ARG_NONE;
    return FALSE;
}

/* "-j8" as "-j" "8", which GOption does not know. The caller frees with g_strfreev. */
static char **with_values_apart(const GOptionEntry *entries, int argc, char **argv)
{
    g_autoptr(GStrvBuilder) apart = g_strv_builder_new();
    gboolean over = FALSE;
    for (int i = 0; i < argc; i++) {
        const char *text = argv[i];
        over = over || strcmp(text, "--") == 0;
        if (i > 0 && !over && text[0] == '-' && text[1] && text[2] && takes_value(entries, text[1])) {
            const char option[] = {'-', text[1], '\0'};
            g_strv_builder_add(apart, option);
            text += 2;
        }
        g_strv_builder_add(apart, text);
    }
    return g_strv_builder_end(apart);
}

/* The option that is given a value ("--quiet=no") and takes none: GOption would pass over the value. */
static const char *with_stray_value(const GOptionEntry *entries, char **arguments)
{
    for (char **at = arguments; *at && strcmp(*at, "--") != 0; at++)
        for (const GOptionEntry *entry = entries; entry->long_name; entry++) {
            size_t length = strlen(entry->long_name);
            if (entry->arg == G_OPTION_ARG_NONE && strncmp(*at, "--", 2) == 0 &&
                strncmp(*at + 2, entry->long_name, length) == 0 && (*at)[2 + length] == '=')
                return entry->long_name;
        }
    return NULL;
}

gboolean command_options(const struct command *command, const GOptionEntry *entries, int argc, char **argv,
                         guint least, guint most, char ***arguments, int *status)
{
    gboolean help = FALSE;
    g_auto(GStrv) rest = NULL;
    const GOptionEntry common[] = {
        {"help", 'h', 0, G_OPTION_ARG_NONE, &help, "Show this help", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &rest, "", NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new(command->arguments);
    g_autoptr(GError) error = NULL;
    g_autofree char *program = g_strdup_printf("weft %s", command->name);
    g_set_prgname(program); /* what the help calls it */
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_set_summary(context, command->help);
    g_option_context_set_description(context, command->notes);
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_add_main_entries(context, common, NULL);
    g_auto(GStrv) apart = with_values_apart(entries, argc, argv);
    const char *stray = with_stray_value(entries, apart);
    stray = stray ? stray : with_stray_value(common, apart);
    if (stray) {
        g_autofree char *what = g_strdup_printf("--%s takes no value", stray);
        return usage_error(command, what, status);
    }
    if (!g_option_context_parse_strv(context, &apart, &error))
        return usage_error(command, error->message, status);
    if (help)
        return show_help(context, status);
    guint given = rest ? g_strv_length(rest) : 0;
    if (given < least || given > most) {
        g_autofree char *what =
            g_strdup_printf("%s argument; it is: weft %s %s", given < least ? "missing" : "unexpected",
                            command->name, command->arguments);
        return usage_error(command, what, status);
    }
    *arguments = g_steal_pointer(&rest);
    return TRUE;
}

struct scenario *command_scenario(const char *path, char **set, const char *seed, const char *method,
                                  bool no_skip, GError **error)
{
    struct scenario *scenario = scenario_load(path, error);
    gboolean good = scenario != NULL;
    if (good)
        scenario->no_skip = no_skip;
    for (guint i = 0; good && set && set[i]; i++)
        good = scenario_assign(scenario, "--set", set[i], error);
    good = good && (!seed || scenario_set(scenario, "--seed", GROUP_SCENARIO, "seed", seed, error));
    good = good && (!method || scenario_set(scenario, "--method", GROUP_WRITE, "method", method, error));
    if (good)
        return scenario;
    scenario_free(scenario);
    return NULL;
}

gboolean command_jobs(const char *text, guint *jobs, GError **error)
{
    uint64_t number = g_get_num_processors();
    const char *wrong = text ? quantity_parse(&quantity_count, text, &number) : NULL;
    if (wrong || number < 1 || (text && number > JOBS_MAX))
        return failure(error, STATUS_INPUT, "--jobs: \"%s\" %s; allowed: 1 to %d", text,
                       wrong ? wrong : "is out of range", JOBS_MAX);
    *jobs = (guint)MIN(number, (uint64_t)JOBS_MAX);
    return TRUE;
}

/* Only on a terminal: elsewhere it would be noise. */
void command_progress(void *context, guint done, guint runs)
{
    (void)context;
    if (runs < 2 || !isatty(STDERR_FILENO))
        return;
    if (done < runs)
        fprintf(stderr, "\r%u of %u runs done ", done, runs);
    else
        fprintf(stderr, "\r%*s\r", 32, "");
}

void command_progress_count(guint done)
{
    if (!isatty(STDERR_FILENO))
        return;
    if (done > 0)
        fprintf(stderr, "\r%u runs done ", done);
    else
        fprintf(stderr, "\r%*s\r", 32, "");
}

gboolean command_print(const char *text, GError **error)
{
    if (fputs(text, stdout) == EOF || fflush(stdout) == EOF)
        return failure(error, STATUS_FAILED, "weft: standard output cannot be written: %s",
                       g_strerror(errno));
    return TRUE;
}
