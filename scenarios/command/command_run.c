/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft run: one scenario, one method, one back end. */

#include "capture_output.h"
#include "command.h"
#include "deliver_output.h"
#include "json_writer.h"
#include "outfile.h"
#include "playout.h"
#include "queue_trace.h"
#include "repeat.h"
#include "result_json.h"
#include "sensitivity.h"
#include "summary.h"
#include "theory.h"
#include "timeline.h"

#include <string.h>

struct options {
    char *backend, *method, *seed, *jobs, *json, *out, *trace, *hops, *queues, *queues_points, *playout,
        *deliver;
    char **set;
    struct capture_options capture;
    gboolean quiet, verbose, no_skip, theory, sensitivity;
    struct repeat *repeat; /* with --out */
};

/* Where the results go; NULL: not asked for. */
struct outputs {
    struct outfile *json, *run_json, *trace, *hops, *queues, *playout, *timeline;
    struct outset *delivered;
    struct capture_output *capture; /* the caller's */
};

static void outputs_abandon(struct outputs *outputs)
{
    outfile_abandon(outputs->json);
    outfile_abandon(outputs->run_json);
    outfile_abandon(outputs->trace);
    outfile_abandon(outputs->hops);
    outfile_abandon(outputs->queues);
    outfile_abandon(outputs->playout);
    outfile_abandon(outputs->timeline);
    outset_free(outputs->delivered);
}

/* Open all before the run: a place that cannot be written is not found out after an hour. */
static gboolean outputs_open(struct outputs *outputs, const struct options *options, const struct plan *plan,
                             GError **error)
{
    if (options->json && !(outputs->json = outfile_new(options->json, error)))
        return FALSE;
    if (options->out && (!(outputs->run_json = outfile_new_in(options->out, "run.json", error)) ||
                         !(outputs->timeline = outfile_new_in(options->out, timeline_file, error))))
        return FALSE;
    if (options->trace && !(outputs->trace = outfile_new(options->trace, error)))
        return FALSE;
    if (options->hops && !(outputs->hops = outfile_new(options->hops, error)))
        return FALSE;
    if (options->queues && !(outputs->queues = outfile_new(options->queues, error)))
        return FALSE;
    if (options->playout && !(outputs->playout = outfile_new(options->playout, error)))
        return FALSE;
    if (options->deliver && !(outputs->delivered = deliver_output_open(plan, options->deliver, error)))
        return FALSE;
    return capture_output_open(outputs->capture, error);
}

static gboolean write_json(const struct outputs *outputs, const char *backend, const struct replica *replica,
                           guint n, GError **error)
{
    if (!outputs->json && !outputs->run_json)
        return TRUE;
    struct json_writer *writer = json_writer_new(true);
    json_writer_into(writer, outputs->json);
    json_writer_into(writer, outputs->run_json);
    result_json_add(writer, backend, replica, n);
    gboolean good = json_writer_end(writer, error);
    json_writer_free(writer);
    return good;
}

static gboolean write_results(struct outputs *outputs, const char *backend, const struct replica *replica,
                              guint n, GError **error)
{
    return write_json(outputs, backend, replica, n, error) &&
           capture_output_commit(outputs->capture, error) &&
           (!outputs->delivered || outset_commit(outputs->delivered, error)) &&
           outfile_settle(&outputs->trace, error) && outfile_settle(&outputs->hops, error) &&
           outfile_settle(&outputs->queues, error) && outfile_settle(&outputs->playout, error) &&
           outfile_settle(&outputs->timeline, error) && outfile_settle(&outputs->run_json, error) &&
           outfile_settle(&outputs->json, error);
}

/* Options that put their output onto standard output. */
static int taken(const struct options *options)
{
    return (g_strcmp0(options->json, "-") == 0) + (g_strcmp0(options->trace, "-") == 0) +
           (g_strcmp0(options->hops, "-") == 0) + (g_strcmp0(options->queues, "-") == 0) +
           (g_strcmp0(options->playout, "-") == 0) + (g_strcmp0(options->capture.pcap, "-") == 0);
}

/* The one point of a run. */
struct point {
    const struct options *options;
    struct scenario *scenario;
    const struct backend_row *backend;
    struct outputs outputs;
    struct playout_request playout;
    struct queue_trace_request queues;
    struct timeline_request timeline;
};

static struct scenario *point_scenario(void *context, guint index, GError **error)
{
    const struct point *point = context;
    (void)index, (void)error;
    return point->scenario;
}

static const struct backend_row *point_backend(void *context, guint index)
{
    const struct point *point = context;
    (void)index;
    return point->backend;
}

/* Packets, levels, captures and contents are those of the first replication: the scenario with its own seed. */
static void ask(void *context, guint replication, const struct plan *plan, struct run_request *request)
{
    struct point *point = context;
    const struct outputs *outputs = &point->outputs;
    request->carry_bytes = plan->has_media;
    request->observe_arrivals = point->options->theory;
    request->say_skipped = point->options->verbose;
    if (replication > 0)
        return;
    request->trace_fd = outputs->trace ? outfile_fd(outputs->trace) : -1;
    request->hops_fd = outputs->hops ? outfile_fd(outputs->hops) : -1;
    request->playout = outputs->playout ? &point->playout : NULL;
    request->queues = outputs->queues ? &point->queues : NULL;
    request->timeline = outputs->timeline ? &point->timeline : NULL;
    request->capture = capture_output_request(outputs->capture);
    request->deliver_fd = outputs->delivered ? outset_fd(outputs->delivered) : NULL;
}

/* What is printed. The caller frees with g_free. */
static char *report(const struct options *options, const char *backend, const struct replica *replica,
                    guint n)
{
    g_autofree char *summary = n > 1 ? summary_replications_text(backend, replica, n)
                                     : summary_text(replica[0].plan, backend, &replica[0].result);
    if (!options->theory)
        return g_steal_pointer(&summary);
    g_autoptr(GArray) lines = theory_lines(replica, n);
    g_autofree char *theory = theory_text(replica[0].plan, lines);
    return g_strconcat(summary, theory, NULL);
}

static gboolean end(void *context, guint index, const struct replica *replica, guint n, GError **error)
{
    struct point *point = context;
    const struct options *options = point->options;
    const char *backend = point->backend->name;
    (void)index;
    if (!write_results(&point->outputs, backend, replica, n, error))
        return FALSE;
    outputs_abandon(&point->outputs);
    point->outputs = (struct outputs){0};
    if (options->quiet || taken(options))
        return TRUE;
    g_autofree char *text = report(options, backend, replica, n);
    return command_print(text, error);
}

static gboolean run(struct point *point, struct media_library *media, const struct plan *plan, GError **error)
{
    guint jobs;
    if (!command_jobs(point->options->jobs, &jobs, error) ||
        !queue_trace_points(point->options->queues_points, &point->queues.points, error) ||
        !outputs_open(&point->outputs, point->options, plan, error))
        return FALSE;
    point->playout = (struct playout_request){
        .fd = point->outputs.playout ? outfile_fd(point->outputs.playout) : -1,
        .until_ps = WEFT_NEVER,
    };
    point->timeline.fd = point->outputs.timeline ? outfile_fd(point->outputs.timeline) : -1;
    point->queues.fd = point->outputs.queues ? outfile_fd(point->outputs.queues) : -1;
    const struct points points = {
        .points = 1,
        .jobs = jobs,
        .media = media,
        .context = point,
        .scenario = point_scenario,
        .backend = point_backend,
        .ask = ask,
        .end = end,
        .progress = command_progress,
    };
    return points_run(&points, error);
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

/* What shows one run, of which there are many. */
static gboolean only_results(const struct options *options, GError **error)
{
    const struct {
        const char *name;
        bool given;
    } others[] = {
        {"--trace", options->trace},
        {"--trace-hops", options->hops},
        {"--trace-queues", options->queues},
        {"--trace-queues-points", options->queues_points},
        {"--playout", options->playout},
        {"--deliver", options->deliver},
        {"--pcap", options->capture.pcap},
        {"--pcap-ns", options->capture.directory},
        {"--pcap-points", options->capture.points},
        {"--snap", options->capture.snap},
        {"--theory", options->theory},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        if (others[i].given)
            return failure(error, STATUS_INPUT,
                           "weft run: --sensitivity does not go with %s; allowed: --json, --out",
                           others[i].name);
    return TRUE;
}

static gboolean run_sensitivity(const struct options *options, const char *path, GError **error)
{
    struct comparison comparison = {.backends = g_ptr_array_new(), .media = media_library_new()};
    const struct sensitivity_outputs outputs = {options->json, options->out, options->quiet};
    struct plan *plan = NULL;
    const struct backend_row *backend = NULL;
    gboolean good = only_results(options, error) && command_jobs(options->jobs, &comparison.jobs, error) &&
                    (comparison.scenario = command_scenario(path, options->set, options->seed,
                                                            options->method, options->no_skip, error)) &&
                    (plan = plan_new(comparison.scenario, comparison.media, error)) &&
                    (backend = find_backend(options->backend, error)) &&
                    repeat_scenario(options->repeat, comparison.scenario, NULL, error);
    if (good) {
        static const char *const results[] = {"sensitivity.json", "sensitivity.csv", NULL};
        g_ptr_array_add(comparison.backends, (void *)backend);
        good = sensitivity_report(&comparison, plan, &outputs, error) &&
               repeat_write(options->repeat, "sensitivity", results, error);
    }
    plan_free(plan);
    scenario_free(comparison.scenario);
    media_library_free(comparison.media);
    g_ptr_array_unref(comparison.backends);
    return good;
}

static gboolean run_scenario(const struct options *options, const char *path, struct capture_output *capture,
                             GError **error)
{
    static const char *const results[] = {"run.json", "timeline.csv", NULL};
    struct scenario *scenario =
        command_scenario(path, options->set, options->seed, options->method, options->no_skip, error);
    if (!scenario)
        return FALSE;
    struct media_library *media = media_library_new();
    struct plan *plan = plan_new(scenario, media, error);
    const struct backend_row *backend = plan ? find_backend(options->backend, error) : NULL;
    struct point point = {
        .options = options, .scenario = scenario, .backend = backend, .outputs = {.capture = capture}};
    gboolean good = backend && capture_output_plan(capture, scenario, &plan->setup, error) &&
                    (!options->deliver || deliver_output_check(plan, scenario, error)) &&
                    repeat_scenario(options->repeat, scenario, NULL, error) &&
                    run(&point, media, plan, error) && repeat_write(options->repeat, "run", results, error);
    outputs_abandon(&point.outputs);
    plan_free(plan);
    media_library_free(media);
    scenario_free(scenario);
    return good;
}

static gboolean run_with_options(const struct options *options, const char *path, GError **error)
{
    if (options->sensitivity)
        return run_sensitivity(options, path, error);
    if (taken(options) > 1)
        return failure(error, STATUS_INPUT,
                       "weft run: --json, --trace, --trace-hops, --trace-queues, --playout and --pcap: only "
                       "one can be standard output");
    if (options->queues_points && !options->queues)
        return failure(error, STATUS_INPUT, "weft run: --trace-queues-points needs --trace-queues FILE");
    struct capture_output *capture;
    if (!capture_output_new(&options->capture, &capture, error))
        return FALSE;
    gboolean good = run_scenario(options, path, capture, error);
    capture_output_free(capture);
    return good;
}

static void options_clear(struct options *options)
{
    g_free(options->backend);
    g_free(options->method);
    g_free(options->seed);
    g_free(options->jobs);
    g_free(options->json);
    g_free(options->out);
    g_free(options->trace);
    g_free(options->hops);
    g_free(options->queues);
    g_free(options->queues_points);
    g_free(options->playout);
    g_free(options->deliver);
    g_strfreev(options->set);
    capture_options_clear(&options->capture);
    repeat_free(options->repeat);
}

static int run_main(const struct command *command, int argc, char **argv)
{
    struct options options = {0};
    g_autofree char *points = capture_points_names();
    g_autofree char *points_help = g_strdup_printf("Capture only at these of %s", points);
    g_autofree char *queues_help = queue_trace_points_help();
    const GOptionEntry entries[] = {
        {"backend", 'b', 0, G_OPTION_ARG_STRING, &options.backend,
         "Who owns the loop [reference]; weft list backends", "NAME"},
        {"method", 'm', 0, G_OPTION_ARG_STRING, &options.method,
         "As --set write.method=NAME; weft list methods", "NAME"},
        {"set", 's', 0, G_OPTION_ARG_STRING_ARRAY, &options.set,
         "Set a key; GROUP is scenario, write, server (all of them) or server.NAME, ...; weft list keys",
         "GROUP.KEY=VALUE"},
        {"seed", 0, 0, G_OPTION_ARG_STRING, &options.seed, "As --set scenario.seed=N", "N"},
        {"jobs", 'j', 0, G_OPTION_ARG_STRING, &options.jobs, JOBS_HELP, "N"},
        {"json", 0, 0, G_OPTION_ARG_FILENAME, &options.json, "Write the result; - is standard output",
         "FILE"},
        {"out", 'o', 0, G_OPTION_ARG_FILENAME, &options.out,
         "Write the result as DIR/run.json, and DIR/timeline.csv; with --sensitivity sensitivity.json, "
         "sensitivity.csv and a figure",
         "DIR"},
        {"trace", 't', 0, G_OPTION_ARG_FILENAME, &options.trace,
         "Write every packet as CSV; - is standard output", "FILE"},
        {"trace-hops", 0, 0, G_OPTION_ARG_FILENAME, &options.hops,
         "Write every packet at every switch as CSV; - is standard output", "FILE"},
        {"trace-queues", 0, 0, G_OPTION_ARG_FILENAME, &options.queues,
         "Write what every port of the switches holds over time as CSV; - is standard output", "FILE"},
        {"trace-queues-points", 0, 0, G_OPTION_ARG_STRING, &options.queues_points, queues_help, "N"},
        {"playout", 0, 0, G_OPTION_ARG_FILENAME, &options.playout,
         "Write the level of every device's buffer over time as CSV; - is standard output", "FILE"},
        {"pcap", 0, 0, G_OPTION_ARG_FILENAME, &options.capture.pcap,
         "Capture every packet at every point, as pcapng; - is standard output", "FILE"},
        {"pcap-ns", 0, 0, G_OPTION_ARG_FILENAME, &options.capture.directory,
         "The same as a classic pcap with nanoseconds for each point", "DIR"},
        {"pcap-points", 0, 0, G_OPTION_ARG_STRING, &options.capture.points, points_help, "A,B,..."},
        {"snap", 0, 0, G_OPTION_ARG_STRING, &options.capture.snap,
         "Keep this much of each captured frame [262144]", "BYTES"},
        {"deliver", 0, 0, G_OPTION_ARG_FILENAME, &options.deliver,
         "Write what each device puts together from its packets, a file a stream", "DIR"},
        {"theory", 0, 0, G_OPTION_ARG_NONE, &options.theory,
         "Print what closed forms say of each port beside what was measured; also in --json", NULL},
        {"sensitivity", 0, 0, G_OPTION_ARG_NONE, &options.sensitivity,
         "Run with each price at its low and at its high end: which number decides?", NULL},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &options.quiet, "Print no summary", NULL},
        {"verbose", 0, 0, G_OPTION_ARG_NONE, &options.verbose, "Say on stderr what was left out", NULL},
        NO_SKIP_OPTION(&options.no_skip),
        G_OPTION_ENTRY_NULL,
    };
    g_auto(GStrv) arguments = NULL;
    int status = STATUS_OK;
    if (command_options(command, entries, argc, argv, 1, 1, &arguments, &status)) {
        GError *error = NULL;
        options.repeat = repeat_new(command, entries, options.out);
        if (!run_with_options(&options, arguments[0], &error))
            status = failure_report(error);
    }
    options_clear(&options);
    return status;
}

const struct command command_run = {
    .name = "run",
    .arguments = "SCENARIO",
    .help = "Run a scenario and report what it cost",
    .run = run_main,
};
