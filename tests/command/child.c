/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs in a child: the result comes back as it is, and a child that dies, fails or says nonsense is one line.
 */

#include "execute.h"

#include "failure.h"
#include "media.h"
#include "plan.h"
#include "weft.h"
#include "weft/platform.h"
#include "weft/reference.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int die(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,
               struct weft_error *error)
{
    (void)setup, (void)watch, (void)watches, (void)error;
    printf("a simulator's last words\n");
    raise(SIGKILL);
    return WEFT_OK;
}

/* As SimGrid over an error. */
static int explain(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,
                   struct weft_error *error)
{
    (void)setup, (void)watch, (void)watches, (void)error;
    fprintf(stderr, "a backtrace\n" WEFT_PLATFORM_SAYS "No power of host a\n" WEFT_PLATFORM_SAYS "more\n");
    abort();
}

static int leave(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,
                 struct weft_error *error)
{
    (void)setup, (void)watch, (void)watches, (void)error;
    _exit(7);
}

static int vanish(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,
                  struct weft_error *error)
{
    (void)setup, (void)watch, (void)watches, (void)error;
    _exit(0);
}

static int fail(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,
                struct weft_error *error)
{
    (void)setup, (void)watch, (void)watches;
    return weft_fail(error, WEFT_FAILED, "the clock\nstopped");
}

static int refuse(const struct weft_setup *setup, struct weft_error *error)
{
    (void)setup;
    return weft_fail(error, WEFT_INVALID, "too many servers; allowed: none");
}

/* A scenario of the source tree, ready to run. */
struct stage {
    struct scenario *scenario;
    struct media_library *media;
    struct plan *plan;
};

static struct stage stage_new(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = source_path("scenarios/small.ini");
    struct stage stage = {.scenario = scenario_load(path, &error), .media = media_library_new()};
    g_assert_no_error(error);
    stage.plan = plan_new(stage.scenario, stage.media, &error);
    g_assert_no_error(error);
    return stage;
}

static void stage_clear(struct stage *stage)
{
    plan_free(stage->plan);
    scenario_free(stage->scenario);
    media_library_free(stage->media);
}

static void test_failures(void)
{
    static const struct {
        struct weft_backend backend;
        int status;
        const char *message;
    } cases[] = {
        {{.version = WEFT_BACKEND_VERSION, .run = die},
         STATUS_FAILED,
         "weft: doomed: killed by signal 9 (Killed)"},
        {{.version = WEFT_BACKEND_VERSION, .run = explain},
         STATUS_FAILED,
         "weft: doomed: killed by signal 6 (Aborted): No power of host a"},
        {{.version = WEFT_BACKEND_VERSION, .run = leave}, STATUS_FAILED, "weft: doomed: ended with status 7"},
        {{.version = WEFT_BACKEND_VERSION, .run = vanish},
         STATUS_FAILED,
         "weft: doomed: ended without its result"},
        {{.version = WEFT_BACKEND_VERSION, .run = fail},
         STATUS_FAILED,
         "weft: back end doomed: the clock?stopped"},
        {{.version = WEFT_BACKEND_VERSION, .run = fail, .refuse = refuse},
         STATUS_INPUT,
         "weft: back end doomed: too many servers; allowed: none"},
    };
    struct stage stage = stage_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct backend_row row = {.name = "doomed", .builtin = &cases[i].backend, .process = true};
        struct run_request request = {
            .setup = &stage.plan->setup, .backend = &row, .carry_bytes = true, .trace_fd = -1, .hops_fd = -1};
        struct run_result result;
        g_autoptr(GError) error = NULL;
        g_assert_false(execute(&request, &result, &error));
        g_assert_cmpstr(error->message, ==, cases[i].message);
        g_assert_cmpint(error->code, ==, cases[i].status);
        g_assert_null(result.metrics);
        g_assert_null(result.timing);
        g_assert_null(result.delivery);
    }
    stage_clear(&stage);
}

/* A module that is not there is bad input, with what to install, in the child as well as before it. */
static void test_missing_module(void)
{
    static const struct backend_row row = {
        .name = "absent", .module = "weft-absent.so", .package = "libabsent-dev", .process = true};
    struct stage stage = stage_new();
    struct run_request request = {
        .setup = &stage.plan->setup, .backend = &row, .trace_fd = -1, .hops_fd = -1};
    struct run_result result;
    g_autoptr(GError) before = NULL, within = NULL;
    g_assert_false(backend_check(&row, &before));
    g_assert_cmpstr(before->message, ==, "weft: back end absent: not built, install libabsent-dev");
    g_assert_cmpint(before->code, ==, STATUS_INPUT);
    g_assert_false(execute(&request, &result, &within));
    g_assert_cmpstr(within->message, ==, before->message);
    g_assert_cmpint(within->code, ==, STATUS_INPUT);
    g_autofree char *state = backend_state(&row);
    g_assert_cmpstr(state, ==, "not built, install libabsent-dev");
    stage_clear(&stage);
}

/* The same run here and in a child gives the same blocks. */
static void test_same_result(void)
{
    struct stage stage = stage_new();
    static const struct backend_row row = {.name = "reference", .builtin = &weft_backend_reference};
    struct run_request request = {
        .setup = &stage.plan->setup, .backend = &row, .carry_bytes = true, .trace_fd = -1, .hops_fd = -1};
    struct run_result here, there;
    g_autoptr(GError) error = NULL;
    g_assert_true(execute_here(&request, &here, &error));
    g_assert_true(execute_in_child(&request, &there, &error));
    size_t bytes = weft_metrics_block_bytes(here.metrics);
    g_assert_true(memcmp(weft_metrics_block(here.metrics), weft_metrics_block(there.metrics), bytes) == 0);
    bytes = stage.plan->setup.streams * sizeof *here.delivery;
    g_assert_true(memcmp(here.delivery, there.delivery, bytes) == 0);
    g_assert_cmpuint(here.delivery[0].intact_bytes, >, 0);
    bytes = stage.plan->setup.streams * sizeof *here.timing;
    g_assert_true(memcmp(here.timing, there.timing, bytes) == 0);
    g_assert_true(here.timing[0].measured);
    run_result_clear(&here);
    run_result_clear(&there);
    stage_clear(&stage);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/child/failures", test_failures);
    g_test_add_func("/child/missing-module", test_missing_module);
    g_test_add_func("/child/same-result", test_same_result);
    return g_test_run();
}
