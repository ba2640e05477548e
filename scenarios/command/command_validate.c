/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft validate: does what weft says of processors and switches hold on this machine? */

#include "command.h"
#include "comparison.h"
#include "figures.h"
#include "linux_tools.h"
#include "outfile.h"
#include "profile_file.h"
#include "repeat.h"

#include <string.h>

struct options {
    char *out, *json, *profile, *only;
    gint rounds;
    gboolean quick;
    struct repeat *repeat; /* with --out */
};

static gboolean choose_parts(const char *only, struct linux_check *check, GError **error)
{
    check->points = !only || strcmp(only, "points") == 0;
    check->switch_ = !only || strcmp(only, "switch") == 0;
    return check->points || check->switch_ ||
           failure(error, STATUS_INPUT, "--only: unknown part \"%s\"; allowed: points, switch", only);
}

static gboolean choose_rounds(const struct options *options, struct linux_check *check, GError **error)
{
    check->wish.rounds = (guint)options->rounds;
    return (options->rounds >= 1 && options->rounds <= LINUX_ROUNDS_MOST) ||
           failure(error, STATUS_INPUT, "--rounds: %d is out of range; allowed: 1 to %d", options->rounds,
                   LINUX_ROUNDS_MOST);
}

static gboolean load_profile(const struct options *options, struct weft_profile **profile,
                             struct linux_check *check, GError **error)
{
    if (!options->profile)
        return TRUE;
    if (!check->points)
        return failure(error, STATUS_INPUT, "--profile: the switch has no prices; allowed: with points");
    *profile = profile_file_load(options->profile, error);
    if (!*profile)
        return FALSE;
    check->profile = *profile;
    check->measured = profile_file_measured(*profile);
    return check->measured || failure(error, STATUS_INPUT,
                                      "%s:1: measured: is missing; needed: a profile that was measured on "
                                      "this machine (weft calibrate)",
                                      options->profile);
}

static gboolean put(const char *directory, const char *name, const char *text, GError **error)
{
    return !text || outfile_put_in(directory, name, text, strlen(text), error);
}

/* All numbers first: figures fail where gnuplot is not installed. */
static gboolean write_directory(const struct linux_validation *validation, const char *directory,
                                GError **error)
{
    static const char *const figures[] = {"validation", NULL};
    return put(directory, "validation.json", validation->json, error) &&
           put(directory, "points.csv", validation->points_csv, error) &&
           put(directory, "switch.csv", validation->switch_csv, error) &&
           (!validation->points_csv || figures_draw(directory, "points.csv", figures, error));
}

static gboolean report(const struct options *options, const struct linux_validation *validation,
                       GError **error)
{
    return (!options->json ||
            outfile_put(options->json, validation->json, strlen(validation->json), error)) &&
           (g_strcmp0(options->json, "-") == 0 || command_print(validation->text, error)) &&
           (!options->out || write_directory(validation, options->out, error)) &&
           (!validation->broken || failure(error, STATUS_FAILED, "weft validate: %s", validation->broken));
}

/* What cannot be written is not found out at the end. Directories that were not there are not there afterwards. */
static gboolean check_outputs(const struct options *options, GError **error)
{
    const char *const paths[] = {options->json, NULL};
    struct outfile *first = options->out ? outfile_new_in(options->out, "validation.json", error) : NULL;
    gboolean good = (first || !options->out) && outfile_check(paths, error);
    outfile_abandon(first);
    return good;
}

static void clear_validation(struct linux_validation *validation)
{
    g_free(validation->text);
    g_free(validation->json);
    g_free(validation->points_csv);
    g_free(validation->switch_csv);
    g_free(validation->broken);
}

static gboolean run(const struct options *options, const struct linux_check *check, GError **error)
{
    struct linux_validation validation = {0};
    static const char *const results[] = {"validation.json", "points.csv", "switch.csv", NULL};
    const struct linux_tools *tools = linux_tools_load("validate", error);
    if (!tools ||
        (options->profile && !repeat_file(options->repeat, options->profile, options->profile, error)))
        return FALSE;
    gboolean good = tools->validate(check, &validation, error);
    if (good)
        good = report(options, &validation, error) &&
               repeat_write(options->repeat, "validation", results, error);
    else
        g_prefix_error(error, "weft validate: ");
    clear_validation(&validation);
    return good;
}

static gboolean validate(const struct options *options, GError **error)
{
    struct linux_check check = {.wish = {.quick = options->quick, .progress = linux_tools_tell}};
    struct weft_profile *profile = NULL;
    gboolean good = choose_parts(options->only, &check, error) && choose_rounds(options, &check, error) &&
                    load_profile(options, &profile, &check, error) && check_outputs(options, error) &&
                    run(options, &check, error);
    profile_file_free(profile);
    return good;
}

static int validate_main(const struct command *command, int argc, char **argv)
{
    struct options options = {.rounds = 61};
    const GOptionEntry entries[] = {
        {"only", 0, 0, G_OPTION_ARG_STRING, &options.only,
         "Only the points (what a packet costs) or the switch (what its ports hold) [both]", "points|switch"},
        {"profile", 'p', 0, G_OPTION_ARG_FILENAME, &options.profile,
         "Prices that `weft calibrate` measured on this machine [it is calibrated first]", "FILE"},
        {"out", 'o', 0, G_OPTION_ARG_FILENAME, &options.out,
         "Write JSON, CSV and the figure of predicted against measured into this directory", "DIR"},
        {"json", 'j', 0, G_OPTION_ARG_FILENAME, &options.json,
         "Write the result; - is standard output, instead of the tables", "FILE"},
        {"rounds", 'r', 0, G_OPTION_ARG_INT, &options.rounds, "Rounds over all points [61]", "N"},
        {"quick", 'q', 0, G_OPTION_ARG_NONE, &options.quick,
         "Few rounds: to see that it works; no limit is judged", NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_auto(GStrv) arguments = NULL;
    int status = STATUS_OK;
    if (command_options(command, entries, argc, argv, 0, 0, &arguments, &status)) {
        GError *error = NULL;
        options.repeat = repeat_new(command, entries, options.out);
        if (!validate(&options, &error))
            status = failure_report(error);
    }
    g_free(options.out);
    g_free(options.json);
    g_free(options.profile);
    g_free(options.only);
    repeat_free(options.repeat);
    return status;
}

const struct command command_validate = {
    .name = "validate",
    .arguments = "[--profile FILE]",
    .help = "Hold weft's predictions against this machine: what packets cost, what a switch holds",
    .run = validate_main,
};
