/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft run: one scenario, one method, one back end. */

#include "command.h"
#include "outfile.h"
#include "result_json.h"
#include "summary.h"

#include <string.h>

struct options {
    char *backend, *method, *seed, *json, *out, *trace;
    char **set;
    gboolean quiet;
};

/* Where the results go; NULL: not asked for. */
struct outputs {
    struct outfile *json, *run_json, *trace;
};

static void outputs_abandon(struct outputs *outputs)
{
    outfile_abandon(outputs->json);
    outfile_abandon(outputs->run_json);
    outfile_abandon(outputs->trace);
}

/* Open all before the run: a place that cannot be written is not found out after an hour. */
static gboolean outputs_open(struct outputs *outputs, const struct options *options, GError **error)
{
    if (options->json && !(outputs->json = outfile_new(options->json, error)))
        return FALSE;
    if (options->out && !(outputs->run_json = outfile_new_in(options->out, "run.json", error)))
        return FALSE;
    return !options->trace || (outputs->trace = outfile_new(options->trace, error));
}

static gboolean commit(struct outfile **file, GError **error)
{
    return !*file || outfile_commit(g_steal_pointer(file), error);
}

static gboolean write_results(struct outputs *outputs, const struct plan *plan, const char *backend,
                              const struct run_result *result, GError **error)
{
    if (outputs->json || outputs->run_json) {
        gsize length;
        JsonBuilder *builder = json_builder_new();
        result_json_add(builder, plan, backend, result);
        g_autofree char *text = result_json_text(builder, &length);
        if (outputs->json && !outfile_write(outputs->json, text, length, error))
            return FALSE;
        if (outputs->run_json && !outfile_write(outputs->run_json, text, length, error))
            return FALSE;
    }
    return commit(&outputs->trace, error) && commit(&outputs->run_json, error) &&
           commit(&outputs->json, error);
}

static gboolean run(const struct options *options, const struct backend_row *backend, const struct plan *plan,
                    GError **error)
{
    struct outputs outputs = {0};
    struct run_result result = {0};
    gboolean good = outputs_open(&outputs, options, error);
    if (good) {
        struct run_request request = {
            .setup = &plan->setup,
            .backend = backend,
            .carry_bytes = plan->has_media,
            .trace_fd = outputs.trace ? outfile_fd(outputs.trace) : -1,
        };
        good =
            execute(&request, &result, error) && write_results(&outputs, plan, backend->name, &result, error);
    }
    outputs_abandon(&outputs);
    bool taken = g_strcmp0(options->json, "-") == 0 || g_strcmp0(options->trace, "-") == 0;
    if (good && !options->quiet && !taken) {
        g_autofree char *text = summary_text(plan, backend->name, &result);
        good = command_print(text, error);
    }
    run_result_clear(&result);
    return good;
}

static const struct backend_row *find_backend(const char *name, GError **error)
{
    const struct backend_row *backend = backends_find(name ? name : "reference");
    if (!backend) {
        g_autofree char *names = backends_names();
        failure(error, STATUS_INPUT, "--backend: unknown back end \"%s\"; allowed: %s", name, names);
        return NULL;
    }
    return backend_check(backend, error) ? backend : NULL;
}

static gboolean run_scenario(const struct options *options, const char *path, GError **error)
{
    if (g_strcmp0(options->json, "-") == 0 && g_strcmp0(options->trace, "-") == 0)
        return failure(error, STATUS_INPUT, "weft run: --json and --trace cannot both be standard output");
    struct scenario *scenario = command_scenario(path, options->set, options->seed, options->method, error);
    if (!scenario)
        return FALSE;
    struct media_library *media = media_library_new();
    struct plan *plan = plan_new(scenario, media, error);
    const struct backend_row *backend = plan ? find_backend(options->backend, error) : NULL;
    gboolean good = backend && run(options, backend, plan, error);
    plan_free(plan);
    media_library_free(media);
    scenario_free(scenario);
    return good;
}

static int run_main(const struct command *command, int argc, char **argv)
{
    struct options options = {0};
    const GOptionEntry entries[] = {
        {"backend", 'b', 0, G_OPTION_ARG_STRING, &options.backend,
         "Who owns the loop [reference]; weft list backends", "NAME"},
        {"method", 'm', 0, G_OPTION_ARG_STRING, &options.method,
         "As --set write.method=NAME; weft list methods", "NAME"},
        {"set", 's', 0, G_OPTION_ARG_STRING_ARRAY, &options.set,
         "Set a key; GROUP is scenario, write, server (all of them) or server.NAME, ...; weft list keys",
         "GROUP.KEY=VALUE"},
        {"seed", 0, 0, G_OPTION_ARG_STRING, &options.seed, "As --set scenario.seed=N", "N"},
        {"json", 'j', 0, G_OPTION_ARG_FILENAME, &options.json, "Write the result; - is standard output",
         "FILE"},
        {"out", 'o', 0, G_OPTION_ARG_FILENAME, &options.out, "Write the result as DIR/run.json", "DIR"},
        {"trace", 't', 0, G_OPTION_ARG_FILENAME, &options.trace,
         "Write every packet as CSV; - is standard output", "FILE"},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &options.quiet, "Print no summary", NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_auto(GStrv) arguments = NULL;
    int status = STATUS_OK;
    if (command_options(command, entries, argc, argv, 1, 1, &arguments, &status)) {
        GError *error = NULL;
        if (!run_scenario(&options, arguments[0], &error))
            status = failure_report(error);
    }
    g_free(options.backend);
    g_free(options.method);
    g_free(options.seed);
    g_free(options.json);
    g_free(options.out);
    g_free(options.trace);
    g_strfreev(options.set);
    return status;
}

const struct command command_run = {
    .name = "run",
    .arguments = "SCENARIO",
    .help = "Run a scenario and report what it cost",
    .run = run_main,
};
