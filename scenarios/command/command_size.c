/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft size: how many streams a scenario carries, or how much buffer it needs. */

#include "choices.h"
#include "command.h"
#include "comparison.h"
#include "figures.h"
#include "outfile.h"
#include "repeat.h"
#include "size.h"

#include <string.h>

enum { MOST_STREAMS = 100000, NEIGHBOURS = 2, MOST_NEIGHBOURS = 100000, WHOLE_MILLI = 1000 };

struct options {
    char *find, *methods, *backend, *group, *unit, *limits, *core, *link, *most, *neighbours, *seed, *jobs,
        *json, *out;
    char **set;
    gboolean all, no_skip;
    struct repeat *repeat; /* with --out */
};

/* --- what is asked for --- */

static gboolean choose_aim(struct size_request *request, const char *name, GError **error)
{
    for (size_t i = 0; name && size_aims[i]; i++)
        if (strcmp(size_aims[i]->name, name) == 0)
            request->aim = size_aims[i];
    if (!request->aim && name)
        failure(error, STATUS_INPUT, "--find: there is no \"%s\"; allowed: streams, buffer", name);
    else if (!request->aim)
        failure(error, STATUS_INPUT, "weft size: --find is missing; allowed: streams, buffer");
    return request->aim != NULL;
}

/* The option's methods, all, or the scenario's. */
static gboolean choose_methods(struct size_request *request, const struct options *options, GError **error)
{
    const struct section *write = scenario_section(request->scenario, GROUP_WRITE);
    if (options->all && options->methods)
        return failure(error, STATUS_INPUT, "weft size: --methods does not go with --for-all-methods");
    if (!options->all && !options->methods) {
        g_ptr_array_add(request->methods, (gpointer)write->values.write.method);
        return TRUE;
    }
    if (section_option(write, "method"))
        return scenario_complain(request->scenario, write, "method", error,
                                 "is not what is compared; allowed: --methods A,B,...");
    return choices_methods(request->methods, "--methods", options->methods, error);
}

static gboolean choose_backend(struct size_request *request, const char *name, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new();
    if (!choices_backends(rows, "--backend", name ? name : "reference", error))
        return FALSE;
    if (rows->len != 1)
        return failure(error, STATUS_INPUT, "--backend: names %u; allowed: one", rows->len);
    request->backend = g_ptr_array_index(rows, 0);
    return TRUE;
}

/* Names of the groups of the kind, "a, b"; how many to `*count`. The caller frees with g_free. */
static char *group_names(const struct size_request *request, const char *name, guint *count, bool *named)
{
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < request->scenario->sections->len; i++) {
        const struct section *section = g_ptr_array_index(request->scenario->sections, i);
        if (section->kind != request->aim->group)
            continue;
        *named = *named || g_strcmp0(section->name, name) == 0;
        g_string_append_printf(names, "%s%s", (*count)++ ? ", " : "", section->name);
    }
    return g_string_free(names, FALSE);
}

/* One group's key; of buffers, without a name, that of all switches. */
static gboolean choose_group(struct size_request *request, const char *name, GError **error)
{
    guint count = 0;
    bool named = false;
    const char *kind = groups[request->aim->group].name;
    g_autofree char *names = group_names(request, name, &count, &named);
    if (name && !named)
        return failure(error, STATUS_INPUT, "--group: there is no %s \"%s\"; allowed: %s", kind, name, names);
    if (!name && count > 1 && !request->aim->smallest)
        return failure(error, STATUS_INPUT,
                       "weft size: --group is missing, as there are several groups of streams; allowed: %s",
                       names);
    if (!name && request->aim->smallest)
        request->key = g_strdup_printf("%s.%s", kind, request->aim->key_name);
    else
        request->key = g_strdup_printf("%s.%s.%s", kind, name ? name : names, request->aim->key_name);
    return TRUE;
}

static const struct section *chosen_section(const struct size_request *request, const char *name)
{
    for (guint i = 0; i < request->scenario->sections->len; i++) {
        const struct section *section = g_ptr_array_index(request->scenario->sections, i);
        if (section->kind == request->aim->group && (!name || g_strcmp0(section->name, name) == 0))
            return section;
    }
    g_assert_not_reached(); /* a scenario has streams and switches, and the name has been found */
}

/* What buffers are counted in: the option's, what the scenario's buffer is, bytes. */
static gboolean choose_unit(struct size_request *request, const struct options *options, GError **error)
{
    GString *names = g_string_new(NULL);
    const struct weft_buffer *own = chosen_section(request, options->group)->values.switch_.buffer.row;
    for (size_t i = 0; weft_buffers[i]; i++) {
        if (!weft_buffers[i]->accepts)
            continue;
        g_string_append_printf(names, "%s%s", names->len ? ", " : "", weft_buffers[i]->name);
        bool right = options->unit  ? strcmp(options->unit, weft_buffers[i]->name) == 0
                     : own->accepts ? own == weft_buffers[i]
                                    : !weft_buffers[i]->written;
        if (right)
            request->unit = weft_buffers[i];
    }
    if (!request->unit)
        failure(error, STATUS_INPUT, "--unit: there is no \"%s\"; allowed: %s", options->unit, names->str);
    g_string_free(names, TRUE);
    return request->unit != NULL;
}

static gboolean choose_limits(struct size_request *request, const char *list, GError **error)
{
    request->limits = request->aim->limits;
    if (!list)
        return TRUE;
    g_auto(GStrv) names = choices_split("--limits", list, error);
    request->limits = 0;
    for (guint k = 0; names && names[k]; k++) {
        uint64_t before = request->limits;
        for (int i = 0; i < SIZE_LIMITS; i++)
            if (strcmp(names[k], size_limits[i].name) == 0)
                request->limits |= UINT64_C(1) << i;
        if (request->limits == before)
            return failure(
                error, STATUS_INPUT,
                "--limits: \"%s\" is no limit or stands there twice; allowed: core, link, calls, buffer, "
                "deadline, each once",
                names[k]);
    }
    return names != NULL;
}

/* A number from `least` to `most`; without a text it stays as it is. */
static gboolean choose_number(const char *option, const char *text, const struct quantity *quantity,
                              uint64_t least, uint64_t most, uint64_t *number, GError **error)
{
    const char *wrong = text ? quantity_parse(quantity, text, number) : NULL;
    if (!wrong && (!text || (*number >= least && *number <= most)))
        return TRUE;
    g_autofree char *from = quantity_format(quantity, least), *to = quantity_format(quantity, most);
    return failure(error, STATUS_INPUT, "%s: \"%s\" %s; allowed: %s to %s", option, text,
                   wrong ? wrong : "is out of range", from, to);
}

/* Options that say something of streams only, or of buffers only. */
static gboolean check_options(const struct size_request *request, const struct options *options,
                              GError **error)
{
    const struct {
        const char *name, *value;
        bool of_buffer;
    } rows[] = {{"--unit", options->unit, true},
                {"--limits", options->limits, false},
                {"--core", options->core, false},
                {"--link", options->link, false},
                {"--most", options->most, false}};
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        if (rows[i].value && rows[i].of_buffer != request->aim->smallest)
            return failure(error, STATUS_INPUT, "weft size: %s does not go with --find %s", rows[i].name,
                           request->aim->name);
    return TRUE;
}

/* Where the search for streams begins. */
static gboolean choose_start(struct size_request *request, const struct options *options)
{
    request->start = MIN(chosen_section(request, options->group)->values.stream.count, request->most);
    return TRUE;
}

/* What is wrong with it is found before anything is written. */
static gboolean check_scenario(struct size_request *request, GError **error)
{
    struct plan *plan = plan_new(request->scenario, request->media, error);
    if (!plan)
        return FALSE;
    g_autofree char *settings = plan_settings(plan);
    request->hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, settings, -1);
    request->name = g_strdup(plan->setup.name);
    request->seed = plan->setup.seed;
    request->replications = plan->replications;
    plan_free(plan);
    return TRUE;
}

static gboolean choose(struct size_request *request, const struct options *options, const char *path,
                       GError **error)
{
    const uint64_t most_streams = keys_find(GROUP_STREAM, "count")->max;
    if (!choose_aim(request, options->find, error) || !check_options(request, options, error) ||
        !command_jobs(options->jobs, &request->jobs, error) ||
        !choose_limits(request, options->limits, error) ||
        !choose_number("--core", options->core, &quantity_ratio, 1, WHOLE_MILLI, &request->core_milli,
                       error) ||
        !choose_number("--link", options->link, &quantity_ratio, 1, WHOLE_MILLI, &request->link_milli,
                       error) ||
        !choose_number("--most", options->most, &quantity_count, 1, most_streams, &request->most, error) ||
        !choose_number("--neighbours", options->neighbours, &quantity_count, 0, MOST_NEIGHBOURS,
                       &request->neighbours, error))
        return FALSE;
    request->scenario = command_scenario(path, options->set, options->seed, NULL, options->no_skip, error);
    return request->scenario && choose_backend(request, options->backend, error) &&
           choose_methods(request, options, error) && choose_group(request, options->group, error) &&
           (request->aim->smallest ? choose_unit(request, options, error) : choose_start(request, options)) &&
           check_scenario(request, error);
}

/* --- what comes out --- */

/* Places for results, opened before the runs: what cannot be written is not found out at the end. */
struct outputs {
    struct outfile *json, *in_directory;
};

static gboolean outputs_open(struct outputs *outputs, const struct options *options, GError **error)
{
    if (options->json && !(outputs->json = outfile_new(options->json, error)))
        return FALSE;
    return !options->out || (outputs->in_directory = outfile_new_in(options->out, "size.json", error));
}

static gboolean write_whole(struct outfile **file, const char *data, gsize length, GError **error)
{
    return !*file || (outfile_write(*file, data, length, error) && outfile_settle(file, error));
}

/* All numbers first: figures fail where gnuplot is not installed. */
static gboolean write_out(const struct size_request *request, const GPtrArray *results,
                          const struct options *options, struct outputs *outputs, GError **error)
{
    static const char *const figures[] = {"capacity", NULL};
    gsize length;
    g_autofree char *json = size_json(request, results, &length);
    g_autofree char *csv = size_csv(request, results), *text = size_text(request, results);
    if (!write_whole(&outputs->in_directory, json, length, error) ||
        !write_whole(&outputs->json, json, length, error) ||
        (options->out && (!outfile_put_in(options->out, "size.csv", csv, strlen(csv), error) ||
                          !figures_draw(options->out, "size.csv", figures, error))))
        return FALSE;
    return g_strcmp0(options->json, "-") == 0 || command_print(text, error);
}

static gboolean size(const struct options *options, const char *path, GError **error)
{
    struct size_request request = {
        .media = media_library_new(),
        .methods = g_ptr_array_new(),
        .most = MOST_STREAMS,
        .core_milli = WHOLE_MILLI,
        .link_milli = WHOLE_MILLI,
        .neighbours = NEIGHBOURS,
    };
    struct outputs outputs = {0};
    GPtrArray *results = NULL;
    static const char *const files[] = {"size.json", "size.csv", NULL};
    gboolean good = choose(&request, options, path, error) &&
                    repeat_scenario(options->repeat, request.scenario, NULL, error) &&
                    outputs_open(&outputs, options, error) && (results = size_find(&request, error)) &&
                    write_out(&request, results, options, &outputs, error) &&
                    repeat_write(options->repeat, "size", files, error);
    outfile_abandon(outputs.json);
    outfile_abandon(outputs.in_directory);
    size_free(results);
    g_ptr_array_unref(request.methods);
    media_library_free(request.media);
    scenario_free(request.scenario);
    g_free(request.key);
    g_free(request.name);
    g_free(request.hash);
    return good;
}

static void options_clear(struct options *options)
{
    char *const texts[] = {options->find, options->methods,    options->backend, options->group,
                           options->unit, options->limits,     options->core,    options->link,
                           options->most, options->neighbours, options->seed,    options->jobs,
                           options->json, options->out};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_strfreev(options->set);
    repeat_free(options->repeat);
}

static int size_main(const struct command *command, int argc, char **argv)
{
    struct options options = {0};
    const GOptionEntry entries[] = {
        {"find", 'f', 0, G_OPTION_ARG_STRING, &options.find,
         "streams: the most within the limits; buffer: the least of a port without loss", "streams|buffer"},
        {"for-all-methods", 'a', 0, G_OPTION_ARG_NONE, &options.all, "Each method [the scenario's]", NULL},
        {"methods", 'm', 0, G_OPTION_ARG_STRING, &options.methods, "Each of these; weft list methods",
         "A,B,..."},
        {"backend", 'b', 0, G_OPTION_ARG_STRING, &options.backend,
         "Who owns the loop [reference]; weft list backends", "NAME"},
        {"group", 'g', 0, G_OPTION_ARG_STRING, &options.group,
         "Which group of streams [the only one] or of switches [all of them]", "NAME"},
        {"unit", 'u', 0, G_OPTION_ARG_STRING, &options.unit,
         "What buffers are counted in [the scenario's, else bytes]", "bytes|packets|cells"},
        {"limits", 'l', 0, G_OPTION_ARG_STRING, &options.limits,
         "Limits of streams that count [core,link,calls,buffer,deadline]", "A,B,..."},
        {"core", 0, 0, G_OPTION_ARG_STRING, &options.core, "How busy the busiest core may be [1]", "SHARE"},
        {"link", 0, 0, G_OPTION_ARG_STRING, &options.link, "What any link may be offered [1]", "SHARE"},
        {"most", 0, 0, G_OPTION_ARG_STRING, &options.most, "Streams of the group that are tried [100000]",
         "N"},
        {"neighbours", 'n', 0, G_OPTION_ARG_STRING, &options.neighbours,
         "Run also the values so close to the answer, and further ones at distances that double [2]; 0: only "
         "the next",
         "N"},
        {"set", 's', 0, G_OPTION_ARG_STRING_ARRAY, &options.set, "Set a key; weft list keys",
         "GROUP.KEY=VALUE"},
        {"seed", 0, 0, G_OPTION_ARG_STRING, &options.seed, "As --set scenario.seed=N", "N"},
        {"jobs", 'j', 0, G_OPTION_ARG_STRING, &options.jobs, JOBS_HELP, "N"},
        {"json", 0, 0, G_OPTION_ARG_FILENAME, &options.json, "Write the answers; - is standard output",
         "FILE"},
        {"out", 'o', 0, G_OPTION_ARG_FILENAME, &options.out,
         "Write size.json, size.csv and the figure capacity into DIR", "DIR"},
        NO_SKIP_OPTION(&options.no_skip),
        G_OPTION_ENTRY_NULL,
    };
    g_auto(GStrv) arguments = NULL;
    int status = STATUS_OK;
    if (command_options(command, entries, argc, argv, 1, 1, &arguments, &status)) {
        GError *error = NULL;
        options.repeat = repeat_new(command, entries, options.out);
        if (!size(&options, arguments[0], &error))
            status = failure_report(error);
    }
    options_clear(&options);
    return status;
}

const struct command command_size = {
    .name = "size",
    .arguments = "SCENARIO --find streams|buffer",
    .help = "Find how many streams a scenario carries, or how much buffer it needs",
    .run = size_main,
};
