/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The runs of a search, and of the searches of several methods at once: round by round, each asks for what it needs next. */

#include "size.h"

#include "command.h"
#include "failure.h"
#include "size_private.h"

static const struct size_aim streams = {
    .name = "streams",
    .help = "the largest number of streams within the limits of core, link, buffer and deadline",
    .group = GROUP_STREAM,
    .key_name = "count",
    .limits = (UINT64_C(1) << SIZE_LIMITS) - 1,
};
static const struct size_aim buffer = {
    .name = "buffer",
    .help = "the smallest buffer of a port without loss",
    .group = GROUP_SWITCH,
    .key_name = "buffer",
    .smallest = true,
    .limits = UINT64_C(1) << SIZE_BUFFER,
};
const struct size_aim *const size_aims[] = {&streams, &buffer, NULL};

enum { UNLIMITED = 0 }; /* a buffer's value */

/* --- values of the key, and values of the search, which looks for the largest --- */

static uint64_t turned(const struct size_request *request, uint64_t value)
{
    const struct key_row *key = keys_find(request->aim->group, request->aim->key_name);
    return request->aim->smallest ? key->max + 1 - value : value;
}

const char *size_unit(const struct size_request *request)
{
    return request->aim->smallest ? request->unit->name : "streams";
}

/* As the key is written. */
static char *value_text(const struct size_request *request, uint64_t value)
{
    if (!request->aim->smallest)
        return g_strdup_printf("%" G_GUINT64_FORMAT, value);
    if (value == UNLIMITED)
        return g_strdup("unlimited");
    return g_strdup_printf("%" G_GUINT64_FORMAT " %s", value,
                           request->unit->written ? request->unit->name : "B");
}

/* --- a round --- */

struct task {
    struct size_result *result;
    uint64_t value;
};

struct work {
    const struct size_request *request;
    GArray *tasks; /* of struct task */
    guint before;  /* runs of earlier rounds */
    bool first_round;
};

static const struct task *task_at(const struct work *work, guint index)
{
    return &g_array_index(work->tasks, struct task, index);
}

static struct scenario *task_scenario(void *context, guint index, GError **error)
{
    const struct work *work = context;
    const struct size_request *request = work->request;
    const struct task *task = task_at(work, index);
    g_autofree char *text = value_text(request, task->value);
    return scenario_set(request->scenario, "--methods", GROUP_WRITE, "method", task->result->method->name,
                        error) &&
                   scenario_assign_format(request->scenario, "--find", error, "%s=%s", request->key, text)
               ? request->scenario
               : NULL;
}

static const struct backend_row *task_backend(void *context, guint index)
{
    const struct work *work = context;
    (void)index;
    return work->request->backend;
}

/* Theory asks how packets come without limit. */
static void task_ask(void *context, guint replication, const struct plan *plan, struct run_request *request)
{
    const struct work *work = context;
    (void)replication;
    (void)plan;
    request->observe_arrivals = work->request->aim->smallest && work->first_round;
}

/* A run without limit says where to look, and whether there is anything to find. */
static void begin_search(const struct size_request *request, struct size_result *result,
                         const struct size_facts *facts)
{
    const struct key_row *key = keys_find(request->aim->group, request->aim->key_name);
    uint64_t start = request->start;
    if (request->aim->smallest)
        start = request->unit->cells || !request->unit->written ? facts->peak_port_bytes
                                                                : facts->peak_port_packets;
    start = CLAMP(start, key->min, key->max);
    result->search = (struct size_search){
        .least = request->aim->smallest ? 1 : key->min,
        .most = request->aim->smallest ? key->max : request->most,
        .start = turned(request, start),
        .step = request->aim->smallest ? 1 : start,
        .reach = request->neighbours == 0 ? 0
                 : request->aim->smallest ? start
                                          : request->most,
        .close = request->neighbours,
    };
    size_search_init(&result->search);
    result->searched = true;
}

static gboolean task_end(void *context, guint index, const struct replica *replica, guint n, GError **error)
{
    const struct work *work = context;
    const struct size_request *request = work->request;
    const struct task *task = task_at(work, index);
    struct size_result *result = task->result;
    struct size_facts facts;
    size_facts_take(&facts, request, task->value, replica, n);
    bool within = size_binding(request, &facts) == 0;
    g_array_append_val(result->facts, facts);
    if (!request->aim->smallest || task->value != UNLIMITED) {
        size_search_add(&result->search, turned(request, task->value), within);
        return TRUE;
    }
    if (facts.peak_port_packets == 0)
        return failure(error, STATUS_FAILED, "weft size: %s: no packet comes to a switch in this scenario",
                       result->method->name);
    result->theory = size_theory_of(request, replica, n);
    if (within)
        begin_search(request, result, &facts);
    return TRUE;
}

/* How many there will be nobody knows. */
static void task_progress(void *context, guint done, guint runs)
{
    const struct work *work = context;
    (void)runs;
    command_progress_count(work->before + done);
}

static gboolean run_round(struct work *work, GError **error)
{
    const struct points points = {
        .points = work->tasks->len,
        .jobs = work->request->jobs,
        .media = work->request->media,
        .context = work,
        .scenario = task_scenario,
        .backend = task_backend,
        .ask = task_ask,
        .end = task_end,
        .progress = task_progress,
    };
    if (work->tasks->len == 0)
        return TRUE;
    gboolean good = points_run(&points, error);
    work->before += work->tasks->len * points_replications(work->request->scenario);
    work->first_round = false;
    return good;
}

/* --- rounds --- */

static void ask_next(struct work *work, struct size_result *result, GArray *values)
{
    size_search_next(&result->search, values);
    for (guint i = 0; i < values->len; i++) {
        const struct task task = {result, turned(work->request, g_array_index(values, uint64_t, i))};
        g_array_append_val(work->tasks, task);
    }
}

static void ask_first(struct work *work, struct size_result *result)
{
    const struct task task = {result, UNLIMITED};
    if (work->request->aim->smallest)
        g_array_append_val(work->tasks, task);
    else
        begin_search(work->request, result, NULL);
}

static gboolean run_rounds(struct work *work, const GPtrArray *results, GError **error)
{
    g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    for (guint i = 0; i < results->len; i++)
        ask_first(work, g_ptr_array_index(results, i));
    work->first_round = true;
    if (!run_round(work, error))
        return FALSE;
    do {
        g_array_set_size(work->tasks, 0);
        for (guint i = 0; i < results->len; i++) {
            struct size_result *result = g_ptr_array_index(results, i);
            if (result->searched)
                ask_next(work, result, values);
        }
        if (!run_round(work, error))
            return FALSE;
    } while (work->tasks->len > 0);
    return TRUE;
}

/* --- results --- */

static void facts_clear(gpointer data)
{
    size_facts_clear(data);
}

static void result_free(gpointer data)
{
    struct size_result *result = data;
    if (result->searched)
        size_search_clear(&result->search);
    g_array_unref(result->facts);
    g_free(result->theory.name);
    g_free(result);
}

static struct size_result *result_new(const struct weft_method *method)
{
    struct size_result *result = g_new0(struct size_result, 1);
    result->method = method;
    result->facts = g_array_new(FALSE, FALSE, sizeof(struct size_facts));
    g_array_set_clear_func(result->facts, facts_clear);
    return result;
}

GPtrArray *size_find(const struct size_request *request, GError **error)
{
    GPtrArray *results = g_ptr_array_new_with_free_func(result_free);
    struct work work = {.request = request, .tasks = g_array_new(FALSE, FALSE, sizeof(struct task))};
    for (guint i = 0; i < request->methods->len; i++)
        g_ptr_array_add(results, result_new(g_ptr_array_index(request->methods, i)));
    gboolean good = run_rounds(&work, results, error);
    command_progress_count(0);
    g_array_unref(work.tasks);
    for (guint i = 0; good && i < results->len; i++) {
        struct size_result *result = g_ptr_array_index(results, i);
        if (result->searched)
            result->found = size_search_found(&result->search);
    }
    if (good)
        return results;
    size_free(results);
    return NULL;
}

void size_free(GPtrArray *results)
{
    if (results)
        g_ptr_array_unref(results);
}

static uint64_t of_search(const struct size_request *request, const struct size_result *result,
                          uint64_t value)
{
    return result->searched && value >= result->search.least ? turned(request, value) : 0;
}

uint64_t size_answer(const struct size_request *request, const struct size_result *result)
{
    return of_search(request, result, result->found.answer);
}

uint64_t size_all_within(const struct size_request *request, const struct size_result *result)
{
    return of_search(request, result, result->found.all_within);
}

static const struct size_facts *facts_of(const struct size_result *result, uint64_t value)
{
    for (guint i = 0; i < result->facts->len; i++) {
        const struct size_facts *facts = &g_array_index(result->facts, struct size_facts, i);
        if (facts->value == value)
            return facts;
    }
    return NULL;
}

const struct size_facts *size_at(const struct size_request *request, const struct size_result *result)
{
    uint64_t answer = size_answer(request, result);
    return answer ? facts_of(result, answer) : NULL;
}

const struct size_facts *size_beyond(const struct size_request *request, const struct size_result *result)
{
    if (!result->searched)
        return facts_of(result, UNLIMITED);
    uint64_t next = result->found.answer + 1;
    return next <= result->search.most ? facts_of(result, turned(request, next)) : NULL;
}

uint64_t size_runs(const struct size_request *request, const struct size_result *result)
{
    return result->facts->len * request->replications;
}
