/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft compare: the methods of a scenario side by side. */

#include "ablation.h"
#include "choices.h"
#include "command.h"
#include "comparison_windows.h"
#include "device_buffer.h"
#include "factors.h"
#include "figures.h"
#include "json_writer.h"
#include "outfile.h"
#include "repeat.h"
#include "timeline.h"

#include <string.h>

static const char default_intervals[] = "5 ms,10 ms,20 ms,40 ms,100 ms,200 ms";
static const char default_figures[] = "cycles-vs-value,buffer-vs-value";
static const char default_ablation[] = "per-packet,interleaved";
static const char default_factors[] = "per-packet-burst,interleaved-paced";

struct options {
    char *methods, *backends, *intervals, *vary, *seed, *jobs, *json, *out;
    char **set;
    gboolean ablate, factors, no_skip;
    struct repeat *repeat; /* with --out */
};

/* --- what is compared --- */

static gint compare_ps(gconstpointer a, gconstpointer b)
{
    weft_ps x = *(const weft_ps *)a, y = *(const weft_ps *)b;
    return (x > y) - (x < y);
}

/* One interval of the list, read as the key's value would be. */
static gboolean add_interval(struct comparison *comparison, const char *text, GError **error)
{
    const struct key_row *key = keys_find(GROUP_WRITE, "interval");
    union group_values values = {.write = {.interval_ps = 0}};
    g_autofree char *why = key->type->parse(key, text, &values);
    if (!why && values.write.interval_ps == 0)
        why = g_strdup_printf("\"%s\" is no time", text);
    if (why) {
        g_autofree char *allowed = key->type->allowed(key);
        return failure(error, STATUS_INPUT, "--intervals: write.interval: %s; allowed: %s, not auto", why,
                       allowed);
    }
    for (guint i = 0; i < comparison->intervals->len; i++)
        if (g_array_index(comparison->intervals, weft_ps, i) == values.write.interval_ps)
            return TRUE;
    g_array_append_val(comparison->intervals, values.write.interval_ps);
    return TRUE;
}

/* The intervals of the figures: those asked for, or the usual ones and the scenario's own. */
static gboolean choose_intervals(struct comparison *comparison, const char *list, GError **error)
{
    weft_ps own_ps = scenario_section(comparison->scenario, GROUP_WRITE)->values.write.interval_ps;
    g_auto(GStrv) texts = choices_split("--intervals", list ? list : default_intervals, error);
    gboolean good = texts != NULL;
    if (own_ps != 0 && !list)
        g_array_append_val(comparison->intervals, own_ps);
    for (guint i = 0; good && texts[i]; i++)
        good = add_interval(comparison, texts[i], error);
    g_array_sort(comparison->intervals, compare_ps);
    return good;
}

/* --- what comes out --- */

static void begin_json(struct json_writer *json, const char *schema, const char *member)
{
    if (!json)
        return;
    json_writer_begin_object(json);
    json_writer_member(json, "schema");
    json_writer_text(json, schema);
    json_writer_member(json, member);
    json_writer_begin_array(json);
}

static gboolean end_json(struct json_writer *json, GError **error)
{
    if (!json)
        return TRUE;
    json_writer_end_array(json);
    json_writer_end_object(json);
    return json_writer_end(json, error);
}

/* Places for all results, opened before the runs: what cannot be written is not found out at the end. */
struct outputs {
    struct outfile *json, *in_directory;
    struct json_writer *writer; /* into both, as runs end; NULL: into none */
};

static gboolean outputs_open(struct outputs *outputs, const struct options *options, GError **error)
{
    if (options->json && !(outputs->json = outfile_new(options->json, error)))
        return FALSE;
    const char *name = options->ablate ? "ablation.json" : options->factors ? "factors.json" : "compare.json";
    if (options->out && !(outputs->in_directory = outfile_new_in(options->out, name, error)))
        return FALSE;
    outputs->writer = json_writer_for(outputs->json, outputs->in_directory);
    return TRUE;
}

static void outputs_close(struct outputs *outputs)
{
    outfile_abandon(outputs->json);
    outfile_abandon(outputs->in_directory);
    json_writer_free(outputs->writer);
}

/* Figures of a file of windows, if there is one: methods that would be in it may not have been compared. */
static gboolean draw_window(const char *directory, const char *csv, const char *figure, GError **error)
{
    const char *const figures[] = {figure, NULL};
    g_autofree char *path = g_build_filename(directory, csv, NULL);
    return !g_file_test(path, G_FILE_TEST_EXISTS) || figures_draw(directory, csv, figures, error);
}

/* All numbers first: figures fail where gnuplot is not installed. */
static gboolean write_directory(const struct comparison *comparison, const GArray *outcomes,
                                const char *directory, GError **error)
{
    static const char *const figures[] = {"cycles-vs-interval", "buffer-vs-interval", NULL};
    if (!comparison_windows_write(comparison->windows, directory, error))
        return FALSE;
    g_autoptr(GArray) by_interval = comparison_intervals(comparison, error);
    if (!by_interval)
        return FALSE;
    g_autofree char *csv = comparison_csv(outcomes), *interval_csv = comparison_csv(by_interval);
    return outfile_put_in(directory, "compare.csv", csv, strlen(csv), error) &&
           outfile_put_in(directory, "interval.csv", interval_csv, strlen(interval_csv), error) &&
           figures_draw(directory, "interval.csv", figures, error) &&
           draw_window(directory, device_buffer_file, "device-buffer", error) &&
           draw_window(directory, timeline_file, "timeline", error);
}

static const struct section *asked_in_file(const struct comparison *comparison)
{
    return scenario_section(comparison->scenario, GROUP_COMPARE);
}

/* The figures over a varied key: those that the scenario names, if it is its own key, or the usual ones. */
static char **varied_figures(const struct comparison *comparison, const struct options *options,
                             GError **error)
{
    const char *list = options->vary ? NULL : asked_in_file(comparison)->values.compare.figure;
    g_autofree char *where = section_place(comparison->scenario, GROUP_COMPARE, "figure");
    g_autofree char *key = g_strdup_printf("%s: compare.figure", where);
    char **names = choices_split(key, list ? list : default_figures, error);
    if (!names || figures_check(key, (const char *const *)names, error))
        return names;
    g_strfreev(names);
    return NULL;
}

/* All methods with all values: what to print, or NULL and an error. */
static char *compare_varied(const struct comparison *comparison, const char *directory,
                            struct json_writer *json, GError **error)
{
    g_autoptr(GArray) outcomes = comparison_methods(comparison, json, error);
    if (!outcomes)
        return NULL;
    g_autofree char *csv = comparison_varied_csv(outcomes);
    if (directory && (!outfile_put_in(directory, "vary.csv", csv, strlen(csv), error) ||
                      !figures_draw(directory, "vary.csv", (const char *const *)comparison->figures, error)))
        return NULL;
    return comparison_table(outcomes, "method");
}

/* All methods: what to print, or NULL and an error. */
static char *compare_methods(const struct comparison *comparison, const char *directory,
                             struct json_writer *json, GError **error)
{
    struct comparison whole = *comparison;
    if (directory && !(whole.windows = comparison_windows_new(comparison, error)))
        return NULL;
    g_autoptr(GArray) outcomes = comparison_methods(&whole, json, error);
    gboolean good = outcomes && (!directory || write_directory(&whole, outcomes, directory, error));
    comparison_windows_free(whole.windows);
    if (!good)
        return NULL;
    g_autofree char *table = comparison_table(outcomes, "method"), *words = comparison_text(outcomes);
    return g_strdup_printf("%s%s%s", table, *words ? "\n" : "", words);
}

/* Runs, files, figures, words. */
static gboolean carry_out(const struct comparison *comparison, const struct options *options,
                          struct outputs *outputs, GError **error)
{
    if (options->factors)
        begin_json(outputs->writer, "weft-factors/1", "factors");
    else
        begin_json(outputs->writer, "weft-compare/1", "runs");
    g_autofree char *text =
        (options->ablate         ? ablation_report
         : options->factors      ? factors_report
         : comparison->variation ? compare_varied
                                 : compare_methods)(comparison, options->out, outputs->writer, error);
    if (!text || !end_json(outputs->writer, error) || !outfile_settle(&outputs->in_directory, error) ||
        !outfile_settle(&outputs->json, error))
        return FALSE;
    return g_strcmp0(options->json, "-") == 0 || command_print(text, error);
}

/* Two methods, for the option that goes from one to the other. */
static gboolean choose_two(struct comparison *comparison, const char *option, const char *methods,
                           GError **error)
{
    if (!choices_methods(comparison->methods, "--methods", methods, error))
        return FALSE;
    return comparison->methods->len == 2 ||
           failure(error, STATUS_INPUT,
                   "--methods: names %u; allowed with %s: two, from the first to the second",
                   comparison->methods->len, option);
}

static gboolean choose_ablation(struct comparison *comparison, const char *methods, GError **error)
{
    return choose_two(comparison, "--ablate", methods ? methods : default_ablation, error);
}

static gboolean choose_factors(struct comparison *comparison, const char *methods, GError **error)
{
    return choose_two(comparison, "--factors", methods ? methods : default_factors, error);
}

/* A scenario as the options have it: what a varied key is set in. */
struct origin {
    const struct options *options;
    const char *path;
};

static struct scenario *load_again(const void *how, GError **error)
{
    const struct origin *origin = how;
    return command_scenario(origin->path, origin->options->set, origin->options->seed, NULL,
                            origin->options->no_skip, error);
}

static gboolean choose_variation(struct comparison *comparison, const struct options *options,
                                 const char *path, GError **error)
{
    const struct origin origin = {options, path};
    if (options->ablate || options->factors)
        return TRUE;
    if (!variation_new(comparison->scenario, "--vary", options->vary, load_again, &origin, comparison->media,
                       &comparison->variation, error))
        return FALSE;
    if (!comparison->variation)
        return TRUE;
    if (options->intervals)
        return failure(error, STATUS_INPUT, "weft compare: --intervals does not go with a varied key");
    return (comparison->figures = varied_figures(comparison, options, error)) != NULL;
}

/* The option's methods, those of the file, or all. */
static gboolean choose_from(struct comparison *comparison, const char *list, GError **error)
{
    const char *of_file = asked_in_file(comparison)->values.compare.methods;
    g_autofree char *line = section_place(comparison->scenario, GROUP_COMPARE, "methods");
    g_autofree char *where = g_strdup_printf("%s: compare.methods", line);
    return choices_methods(comparison->methods, list ? "--methods" : where, list ? list : of_file, error);
}

/* The file's own method is for `weft run`; one that is set here would be passed over. */
static gboolean no_method(const struct scenario *scenario, GError **error)
{
    const struct section *write = scenario_section(scenario, GROUP_WRITE);
    return !section_option(write, "method") ||
           scenario_complain(scenario, write, "method", error,
                             "is not what is compared; allowed: --methods A,B,...");
}

static gboolean choose(struct comparison *comparison, const struct options *options, const char *path,
                       GError **error)
{
    const char *way = options->ablate ? "--ablate" : options->factors ? "--factors" : NULL;
    if (options->ablate && options->factors)
        return failure(error, STATUS_INPUT, "weft compare: --factors does not go with --ablate");
    if (options->vary && way)
        return failure(error, STATUS_INPUT, "weft compare: --vary does not go with %s", way);
    if (options->intervals && !options->out)
        return failure(error, STATUS_INPUT, "weft compare: --intervals needs --out");
    if (options->intervals && way)
        return failure(error, STATUS_INPUT, "weft compare: --intervals does not go with %s", way);
    if (!command_jobs(options->jobs, &comparison->jobs, error))
        return FALSE;
    comparison->scenario = command_scenario(path, options->set, options->seed, NULL, options->no_skip, error);
    return comparison->scenario && no_method(comparison->scenario, error) &&
           (options->ablate    ? choose_ablation
            : options->factors ? choose_factors
                               : choose_from)(comparison, options->methods, error) &&
           choices_backends(comparison->backends, "--backends",
                            options->backends ? options->backends : "reference", error) &&
           choose_variation(comparison, options, path, error) &&
           choose_intervals(comparison, options->intervals, error);
}

static gboolean write_repeat(const struct comparison *comparison, const struct options *options,
                             GError **error)
{
    static const char *const ablation[] = {"ablation.json", "ablation.csv", NULL};
    static const char *const factors[] = {"factors.json", "factors.csv", NULL};
    static const char *const varied[] = {"compare.json", "vary.csv", NULL};
    static const char *const methods[] = {"compare.json",      "compare.csv",  "interval.csv",
                                          "device-buffer.csv", "timeline.csv", NULL};
    if (options->ablate)
        return repeat_write(options->repeat, "ablation", ablation, error);
    if (options->factors)
        return repeat_write(options->repeat, "factors", factors, error);
    return repeat_write(options->repeat, "compare", comparison->variation ? varied : methods, error);
}

static gboolean compare(const struct options *options, const char *path, GError **error)
{
    struct comparison comparison = {
        .media = media_library_new(),
        .methods = g_ptr_array_new(),
        .backends = g_ptr_array_new(),
        .intervals = g_array_new(FALSE, FALSE, sizeof(weft_ps)),
    };
    struct outputs outputs = {0};
    gboolean good = choose(&comparison, options, path, error) &&
                    repeat_scenario(options->repeat, comparison.scenario, NULL, error) &&
                    outputs_open(&outputs, options, error) &&
                    carry_out(&comparison, options, &outputs, error) &&
                    write_repeat(&comparison, options, error);
    outputs_close(&outputs);
    g_ptr_array_unref(comparison.methods);
    g_ptr_array_unref(comparison.backends);
    g_array_unref(comparison.intervals);
    variation_free(comparison.variation);
    g_strfreev(comparison.figures);
    media_library_free(comparison.media);
    scenario_free(comparison.scenario);
    return good;
}

static int compare_main(const struct command *command, int argc, char **argv)
{
    struct options options = {0};
    const GOptionEntry entries[] = {
        {"methods", 'm', 0, G_OPTION_ARG_STRING, &options.methods, "Which methods [all]; weft list methods",
         "A,B,..."},
        {"backends", 'b', 0, G_OPTION_ARG_STRING, &options.backends,
         "Who owns the loop [reference]; weft list backends", "A,B,..."},
        {"ablate", 'a', 0, G_OPTION_ARG_NONE, &options.ablate,
         "From one of two --methods to the other, one axis at a time "
         "[--methods per-packet,interleaved]",
         NULL},
        {"factors", 'f', 0, G_OPTION_ARG_NONE, &options.factors,
         "The same over all orders of changing the axes, every combination run "
         "[--methods per-packet-burst,interleaved-paced]",
         NULL},
        {"intervals", 'i', 0, G_OPTION_ARG_STRING, &options.intervals,
         "Intervals of the figures [5, 10, 20, 40, 100, 200 ms and the scenario's]; needs --out",
         "T1,T2,..."},
        {"vary", 'v', 0, G_OPTION_ARG_STRING, &options.vary,
         "Run with one value of a key after the other [the scenario's own; none]", "GROUP.KEY=A,B,..."},
        {"set", 's', 0, G_OPTION_ARG_STRING_ARRAY, &options.set,
         "Set a key; an axis of write holds for all methods; weft list keys", "GROUP.KEY=VALUE"},
        {"seed", 0, 0, G_OPTION_ARG_STRING, &options.seed, "As --set scenario.seed=N", "N"},
        {"jobs", 'j', 0, G_OPTION_ARG_STRING, &options.jobs, JOBS_HELP, "N"},
        {"json", 0, 0, G_OPTION_ARG_FILENAME, &options.json, "Write all results; - is standard output",
         "FILE"},
        {"out", 'o', 0, G_OPTION_ARG_FILENAME, &options.out,
         "Write compare.json, compare.csv, interval.csv, device-buffer.csv, timeline.csv and figures into "
         "DIR, "
         "or ablation.json, ablation.csv and its figure, likewise of factors; with a varied key vary.csv and "
         "figures over it",
         "DIR"},
        NO_SKIP_OPTION(&options.no_skip),
        G_OPTION_ENTRY_NULL,
    };
    g_auto(GStrv) arguments = NULL;
    int status = STATUS_OK;
    if (command_options(command, entries, argc, argv, 1, 1, &arguments, &status)) {
        GError *error = NULL;
        options.repeat = repeat_new(command, entries, options.out);
        if (!compare(&options, arguments[0], &error))
            status = failure_report(error);
    }
    g_free(options.methods);
    g_free(options.backends);
    g_free(options.intervals);
    g_free(options.vary);
    g_free(options.seed);
    g_free(options.jobs);
    g_free(options.json);
    g_free(options.out);
    g_strfreev(options.set);
    repeat_free(options.repeat);
    return status;
}

const struct command command_compare = {
    .name = "compare",
    .arguments = "SCENARIO",
    .help = "Run a scenario with several methods and show what each costs",
    .run = compare_main,
};
