/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs side by side: as many at once as asked for and no more, results in order, and one failure ends all. */

#include "execute.h"

#include "failure.h"
#include "media.h"
#include "plan.h"
#include "weft.h"
#include "weft/reference.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RUNS = 12, DOOMED = 3 };

/* What all processes see. */
struct shared {
    atomic_uint running, most, begun;
};

/* Back ends have no argument of their own. */
static struct shared *shared;

static void come(void)
{
    guint running = atomic_fetch_add(&shared->running, 1) + 1, most = atomic_load(&shared->most);
    while (running > most && !atomic_compare_exchange_weak(&shared->most, &most, running))
        ;
    atomic_fetch_add(&shared->begun, 1);
}

/* Lasts so long that others are there at the same time; the later ones end first. */
static int slow_run(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,
                    struct weft_error *error)
{
    come();
    g_usleep(60000 - (gulong)setup->seed * 4000);
    int status = weft_backend_reference.run(setup, watch, watches, error);
    atomic_fetch_sub(&shared->running, 1);
    return status;
}

/* One of them dies; the others would last for ever. */
static int doomed_run(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,
                      struct weft_error *error)
{
    (void)watch, (void)watches, (void)error;
    come();
    while (atomic_load(&shared->begun) < 4)
        g_usleep(1000);
    if (setup->seed == DOOMED)
        raise(SIGABRT);
    while (atomic_load(&shared->running) > 0)
        pause();
    return WEFT_OK;
}

static const struct weft_backend slow = {.version = WEFT_BACKEND_VERSION, .run = slow_run};
static const struct weft_backend doomed = {.version = WEFT_BACKEND_VERSION, .run = doomed_run};

/* Runs of one scenario whose seeds are their numbers. */
struct stage {
    struct backend_row row;
    struct scenario *scenario;
    struct media_library *media;
    struct plan *plan[RUNS];
    guint ended, done;
};

static gboolean begin(void *context, guint index, struct run_request *request, GError **error)
{
    struct stage *stage = context;
    g_autofree char *seed = g_strdup_printf("%u", index);
    g_assert_true(scenario_set(stage->scenario, "--seed", GROUP_SCENARIO, "seed", seed, error));
    stage->plan[index] = plan_new(stage->scenario, stage->media, error);
    g_assert_no_error(*error);
    *request = (struct run_request){
        .setup = &stage->plan[index]->setup, .backend = &stage->row, .trace_fd = -1, .hops_fd = -1};
    return TRUE;
}

static gboolean end(void *context, guint index, struct run_result *result, GError **error)
{
    struct stage *stage = context;
    (void)error;
    g_assert_cmpuint(index, ==, stage->ended);
    g_assert_cmpuint(weft_metrics_totals(result->metrics)->packets_delivered, >, 0);
    stage->ended++;
    run_result_clear(result);
    return TRUE;
}

static void progress(void *context, guint done)
{
    struct stage *stage = context;
    g_assert_cmpuint(done, >=, stage->done);
    stage->done = done;
}

static struct stage stage_new(const struct weft_backend *backend)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = source_path("scenarios/small.ini");
    memset(shared, 0, sizeof *shared);
    struct stage stage = {.row = {.name = "test", .builtin = backend},
                          .scenario = scenario_load(path, &error),
                          .media = media_library_new()};
    g_assert_no_error(error);
    return stage;
}

static void stage_clear(struct stage *stage)
{
    for (guint i = 0; i < RUNS; i++)
        plan_free(stage->plan[i]);
    scenario_free(stage->scenario);
    media_library_free(stage->media);
}

static void assert_childless(void)
{
    g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1);
    g_assert_cmpint(errno, ==, ECHILD);
}

static void test_jobs(void)
{
    for (guint jobs = 1; jobs <= 4; jobs++) {
        struct stage stage = stage_new(&slow);
        g_autoptr(GError) error = NULL;
        const struct series series = {
            .runs = RUNS, .jobs = jobs, .context = &stage, .begin = begin, .end = end, .progress = progress};
        g_assert_true(execute_series(&series, &error));
        g_assert_no_error(error);
        g_assert_cmpuint(stage.ended, ==, RUNS);
        g_assert_cmpuint(stage.done, ==, RUNS);
        g_assert_cmpuint(atomic_load(&shared->most), ==, jobs);
        assert_childless();
        stage_clear(&stage);
    }
}

static void test_failure(void)
{
    struct stage stage = stage_new(&doomed);
    g_autoptr(GError) error = NULL;
    const struct series series = {
        .runs = RUNS, .jobs = 4, .context = &stage, .begin = begin, .end = end, .progress = progress};
    g_assert_false(execute_series(&series, &error));
    g_assert_cmpstr(error->message, ==, "weft: test: killed by signal 6 (Aborted)");
    g_assert_cmpint(error->code, ==, STATUS_FAILED);
    g_assert_cmpuint(stage.ended, ==, 0);
    assert_childless();
    stage_clear(&stage);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    g_assert_true(shared != MAP_FAILED);
    g_test_add_func("/series/jobs", test_jobs);
    g_test_add_func("/series/failure", test_failure);
    return g_test_run();
}
