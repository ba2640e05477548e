/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A table of back ends for a `weft` of the tests: the reference, the same in a process a run, one that fails with some numbers of streams, and
 * one that waits with two of them until it is let through. */

#include "backends.h"
#include "weft/reference.h"

#include <glib.h>
#include <signal.h>
#include <unistd.h>

enum { WAITS = 2, REFUSED = 3, CRASHES = 4, ENDS = 5 };
enum { PATIENCE_MS = 60000 };

static int doomed_refuse(const struct weft_setup *setup, struct weft_error *error)
{
    if (setup->streams != REFUSED)
        return WEFT_OK;
    g_snprintf(error->text, sizeof error->text, "three \"streams\", a comma\nand a line");
    return WEFT_INVALID;
}

static int doomed_run(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,
                      struct weft_error *error)
{
    if (setup->streams == CRASHES)
        raise(SIGKILL); /* leaves no core */
    if (setup->streams == ENDS)
        _exit(7);
    return weft_backend_reference.run(setup, watch, watches, error);
}

/* In the working directory there is a file `waiting` from then on, and it goes on when there is a file `open`. */
static int gated_run(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,
                     struct weft_error *error)
{
    if (setup->streams == WAITS) {
        g_file_set_contents("waiting", "", 0, NULL);
        for (int ms = 0; ms < PATIENCE_MS && !g_file_test("open", G_FILE_TEST_EXISTS); ms++)
            g_usleep(1000);
    }
    return weft_backend_reference.run(setup, watch, watches, error);
}

static const struct weft_backend gated_backend = {.version = WEFT_BACKEND_VERSION, .run = gated_run};
static const struct weft_backend doomed_backend = {
    .version = WEFT_BACKEND_VERSION, .refuse = doomed_refuse, .run = doomed_run};

static const struct backend_row reference = {
    .name = "reference", .help = "the model", .builtin = &weft_backend_reference};
static const struct backend_row apart = {.name = "apart",
                                         .help = "the model, a process a run",
                                         .builtin = &weft_backend_reference,
                                         .process = true};
static const struct backend_row doomed = {
    .name = "doomed", .help = "fails, in the process of its worker", .builtin = &doomed_backend};
static const struct backend_row doomed_apart = {
    .name = "doomed-apart", .help = "fails, a process a run", .builtin = &doomed_backend, .process = true};
static const struct backend_row gated = {
    .name = "gated", .help = "waits, in the process of its worker", .builtin = &gated_backend};
static const struct backend_row gated_apart = {
    .name = "gated-apart", .help = "waits, a process a run", .builtin = &gated_backend, .process = true};

const struct backend_row *const backends[] = {&reference, &apart,       &doomed, &doomed_apart,
                                              &gated,     &gated_apart, NULL};
