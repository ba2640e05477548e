/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft calibrate: what this machine costs, as a profile. */

#include "command.h"
#include "linux_tools.h"
#include "outfile.h"

#include <stdbool.h>
#include <string.h>

struct options {
    char *out, *json;
    gboolean quick;
};

static bool is_standard_output(const char *path)
{
    return g_strcmp0(path, "-") == 0;
}

/* What cannot be written is not found out at the end. */
static gboolean check_outputs(const struct options *options, GError **error)
{
    const char *const paths[] = {options->out, options->json, NULL};
    if (is_standard_output(options->out) && is_standard_output(options->json))
        return failure(error, STATUS_INPUT,
                       "weft calibrate: --out and --json: not both can be standard output");
    return outfile_check(paths, error);
}

static gboolean write_outputs(const struct options *options, const struct linux_calibration *calibration,
                              GError **error)
{
    bool quiet = is_standard_output(options->out) || is_standard_output(options->json);
    return (!options->json ||
            outfile_put(options->json, calibration->json, strlen(calibration->json), error)) &&
           outfile_put(options->out, calibration->profile, strlen(calibration->profile), error) &&
           (quiet || command_print(calibration->text, error));
}

static gboolean calibrate(const struct options *options, GError **error)
{
    const struct linux_wish wish = {.quick = options->quick, .progress = linux_tools_tell};
    struct linux_calibration calibration = {0};
    const struct linux_tools *tools = NULL;
    if (!check_outputs(options, error) || !(tools = linux_tools_load("calibrate", error)))
        return FALSE;
    gboolean good = tools->calibrate(&wish, &calibration, error);
    if (good)
        good = write_outputs(options, &calibration, error);
    else
        g_prefix_error(error, "weft calibrate: ");
    g_free(calibration.text);
    g_free(calibration.json);
    g_free(calibration.profile);
    return good;
}

static int calibrate_main(const struct command *command, int argc, char **argv)
{
    struct options options = {0};
    const GOptionEntry entries[] = {
        {"out", 'o', 0, G_OPTION_ARG_FILENAME, &options.out,
         "Write the profile; - is standard output, instead of the tables [measured.ini]", "PROFILE"},
        {"json", 'j', 0, G_OPTION_ARG_FILENAME, &options.json,
         "Write what was measured; - is standard output, instead of the tables", "FILE"},
        {"quick", 'q', 0, G_OPTION_ARG_NONE, &options.quick,
         "Few rounds: to see that it works, not to believe the numbers", NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_auto(GStrv) arguments = NULL;
    int status = STATUS_OK;
    if (command_options(command, entries, argc, argv, 0, 0, &arguments, &status)) {
        GError *error = NULL;
        if (!options.out)
            options.out = g_strdup("measured.ini");
        if (!calibrate(&options, &error))
            status = failure_report(error);
    }
    g_free(options.out);
    g_free(options.json);
    return status;
}

const struct command command_calibrate = {
    .name = "calibrate",
    .arguments = "[-o PROFILE]",
    .help = "Measure what this machine's processor and kernel cost, for profile = measured:PROFILE",
    .run = calibrate_main,
};
