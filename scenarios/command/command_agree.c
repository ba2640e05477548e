/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft agree: do back ends say the same of every packet? */

#include "agreement.h"
#include "choices.h"
#include "command.h"
#include "json_writer.h"
#include "outfile.h"
#include "points.h"
#include "quantity.h"

enum { MOST_ROWS = 5 };

struct options {
    char *backends, *methods, *seed, *tolerance, *json;
    char **set;
};

/* What is to be run. */
struct request {
    const struct options *options;
    struct scenario *scenario;
    struct media_library *media;
    GPtrArray *methods; /* empty: the scenario's own */
    guint replications;
};

/* All that are built, the first of the table first; the others to `absent`. */
static void choose_built(GPtrArray *rows, GPtrArray *absent)
{
    for (size_t i = 0; backends[i]; i++)
        g_ptr_array_add(backend_check(backends[i], NULL) ? rows : absent, (void *)backends[i]);
}

static gboolean choose_tolerance(const char *text, weft_ps *tolerance_ps, GError **error)
{
    const char *wrong = text ? quantity_parse(&quantity_time, text, tolerance_ps) : NULL;
    return !wrong ||
           failure(error, STATUS_INPUT, "--tolerance: \"%s\" %s; allowed: a time, such as 1 ps", text, wrong);
}

/* NULL and an error: the options are wrong. */
static struct agreement *choose(const struct options *options, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new(), absent = g_ptr_array_new();
    weft_ps tolerance_ps = 0;
    if (!options->backends)
        choose_built(rows, absent);
    else if (!choices_backends(rows, "--backends", options->backends, error))
        return NULL;
    if (!choose_tolerance(options->tolerance, &tolerance_ps, error))
        return NULL;
    if (rows->len < 2) {
        failure(error, STATUS_INPUT, "--backends: there is nothing to hold %s against; allowed: two or more",
                ((const struct backend_row *)g_ptr_array_index(rows, 0))->name);
        return NULL;
    }
    struct agreement *agreement =
        agreement_new(rows, !options->backends, options->tolerance ? &tolerance_ps : NULL, MOST_ROWS);
    for (guint i = 0; i < absent->len; i++)
        g_ptr_array_add(agreement->absent, g_ptr_array_index(absent, i));
    return agreement;
}

static gboolean run_one(const struct request *request, struct agreement *agreement, guint index,
                        GError **error)
{
    guint method = index / request->replications;
    const struct weft_method *row =
        request->methods->len ? g_ptr_array_index(request->methods, method) : NULL;
    if (row && !scenario_set(request->scenario, "--methods", GROUP_WRITE, "method", row->name, error))
        return FALSE;
    struct plan *plan =
        plan_replication(request->scenario, request->media, index % request->replications, error);
    gboolean good = plan && agreement_run(agreement, &plan->setup, plan->has_media, error);
    plan_free(plan);
    return good;
}

static gboolean run_all(const struct request *request, struct agreement *agreement, GError **error)
{
    guint runs = MAX(request->methods->len, 1) * request->replications;
    gboolean good = TRUE;
    for (guint i = 0; good && i < runs; i++) {
        command_progress(NULL, i, runs);
        good = run_one(request, agreement, i, error);
    }
    command_progress(NULL, runs, runs);
    return good;
}

static gboolean write_json(struct outfile **json, const struct agreement *agreement, GError **error)
{
    struct json_writer *writer = json_writer_new(true);
    json_writer_into(writer, *json);
    agreement_json_add(writer, agreement);
    gboolean good = json_writer_end(writer, error);
    json_writer_free(writer);
    return good && outfile_settle(json, error);
}

/* The one line of those that do not agree. */
static gboolean judge(const struct agreement *agreement, GError **error)
{
    g_autoptr(GString) names = g_string_new(NULL);
    uint64_t others = 0;
    for (guint i = 0; i < agreement->sides; i++) {
        others += i > 0 ? agreement->side[i].runs : 0;
        if (!agreement_side_holds(&agreement->side[i]))
            g_string_append_printf(names, "%s%s", names->len ? ", " : "", agreement->side[i].backend->name);
    }
    if (others == 0)
        return failure(error, STATUS_INPUT, "weft agree: every back end but %s refuses: %s",
                       agreement->side[0].backend->name, agreement->side[1].refusal);
    return agreement_holds(agreement) ||
           failure(error, STATUS_FAILED, "weft agree: not within the tolerance: %s", names->str);
}

static gboolean report(const struct options *options, struct outfile **json,
                       const struct agreement *agreement, GError **error)
{
    g_autofree char *text = agreement_text(agreement);
    return (!*json || write_json(json, agreement, error)) &&
           (g_strcmp0(options->json, "-") == 0 || command_print(text, error)) && judge(agreement, error);
}

/* A method that is set would be passed over. */
static gboolean choose_methods(struct request *request, GError **error)
{
    const struct section *write = scenario_section(request->scenario, GROUP_WRITE);
    if (!request->options->methods)
        return TRUE;
    if (section_option(write, "method"))
        return scenario_complain(request->scenario, write, "method", error,
                                 "does not go with --methods; allowed: one of both");
    return choices_methods(request->methods, "--methods", request->options->methods, error);
}

static gboolean agree_on(struct request *request, const char *path, GError **error)
{
    const struct options *options = request->options;
    struct outfile *json = NULL;
    request->scenario = command_scenario(path, options->set, options->seed, NULL, false, error);
    struct agreement *agreement = request->scenario ? choose(options, error) : NULL;
    gboolean good = agreement && choose_methods(request, error);
    if (good) {
        request->replications = points_replications(request->scenario);
        good = !options->json || (json = outfile_new(options->json, error));
    }
    good = good && run_all(request, agreement, error) && report(options, &json, agreement, error);
    outfile_abandon(json);
    agreement_free(agreement);
    return good;
}

static gboolean agree(const struct options *options, const char *path, GError **error)
{
    struct request request = {.options = options, .media = media_library_new(), .methods = g_ptr_array_new()};
    gboolean good = agree_on(&request, path, error);
    g_ptr_array_unref(request.methods);
    media_library_free(request.media);
    scenario_free(request.scenario);
    return good;
}

static int agree_main(const struct command *command, int argc, char **argv)
{
    struct options options = {0};
    const GOptionEntry entries[] = {
        {"backends", 'b', 0, G_OPTION_ARG_STRING, &options.backends,
         "Which back ends; the others are held against the first [all that are built and do not refuse]; "
         "weft "
         "list backends",
         "A,B,..."},
        {"methods", 'm', 0, G_OPTION_ARG_STRING, &options.methods,
         "With each of these methods [the scenario's]; weft list methods", "A,B,..."},
        {"set", 's', 0, G_OPTION_ARG_STRING_ARRAY, &options.set, "Set a key; weft list keys",
         "GROUP.KEY=VALUE"},
        {"seed", 0, 0, G_OPTION_ARG_STRING, &options.seed, "As --set scenario.seed=N", "N"},
        {"tolerance", 0, 0, G_OPTION_ARG_STRING, &options.tolerance,
         "How far instants may be apart [what the back ends promise; weft list backends]", "TIME"},
        {"json", 0, 0, G_OPTION_ARG_FILENAME, &options.json, "Write the result; - is standard output",
         "FILE"},
        G_OPTION_ENTRY_NULL,
    };
    g_auto(GStrv) arguments = NULL;
    int status = STATUS_OK;
    if (command_options(command, entries, argc, argv, 1, 1, &arguments, &status)) {
        GError *error = NULL;
        if (!agree(&options, arguments[0], &error))
            status = failure_report(error);
    }
    g_free(options.backends);
    g_free(options.methods);
    g_free(options.seed);
    g_free(options.tolerance);
    g_free(options.json);
    g_strfreev(options.set);
    return status;
}

const struct command command_agree = {
    .name = "agree",
    .arguments = "SCENARIO",
    .help = "Run a scenario on several back ends and compare every packet",
    .run = agree_main,
};
