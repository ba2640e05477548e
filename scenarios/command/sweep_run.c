/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Workers: each takes the next point from a counter that all share, runs it and puts its record into its place. */

#include "sweep_run.h"

#include "child.h"
#include "execute.h"
#include "failure.h"
#include "sweep_point.h"
#include "sweep_signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>

enum { LOOK_MS = 200, REASON_BYTES = 1024 };

/* What all workers and their parent see. */
struct board {
    atomic_uint next, done, failed;
    atomic_int stopped; /* 1: someone is writing why all are to stop; 2: it is written */
    int status;
    char reason[REASON_BYTES];
    atomic_uint at[JOBS_MAX]; /* by worker: place in `todo` of its point, counted from 1; 0: it is at none */
};

struct worker {
    const struct sweep_work *work;
    struct board *board;
    guint number;
    struct child child;
    bool running;
};

/* --- a worker --- */

/* The first reason counts. */
static void stop(struct board *board, const GError *error)
{
    int running = 0;
    if (!atomic_compare_exchange_strong(&board->stopped, &running, 1))
        return;
    board->status = error->domain == FAILURE ? error->code : STATUS_FAILED;
    g_strlcpy(board->reason, error->message, sizeof board->reason);
    atomic_store(&board->stopped, 2);
}

static bool put(const struct worker *worker, guint point, enum record_kind kind, const char *record,
                GError **error)
{
    const struct sweep_work *work = worker->work;
    if (!sweep_directory_put(work->directory, manifest_at(work->manifest, point), kind, record, error))
        return false;
    atomic_fetch_add(&worker->board->failed, kind == RECORD_FAILURE);
    atomic_fetch_add(&worker->board->done, 1);
    return true;
}

static bool run_point(const struct worker *worker, guint point)
{
    enum record_kind kind;
    g_autofree char *record = NULL;
    g_autoptr(GError) error = NULL;
    if (sweep_point_run(worker->work->manifest, point, &kind, &record, &error) &&
        put(worker, point, kind, record, &error))
        return true;
    stop(worker->board, error);
    return false;
}

static bool work_off(void *context)
{
    const struct worker *worker = context;
    struct board *board = worker->board;
    const GArray *todo = worker->work->todo;
    bool good = true;
    while (good && atomic_load(&board->stopped) == 0) {
        guint place = atomic_fetch_add(&board->next, 1);
        if (place >= todo->len)
            break;
        atomic_store(&board->at[worker->number], place + 1);
        good = run_point(worker, g_array_index(todo, guint, place));
        atomic_store(&board->at[worker->number], 0);
    }
    return true; /* what is wrong stands on the board: any other end is a crash */
}

/* --- their parent --- */

static gboolean start(struct worker *worker, GError **error)
{
    worker->running = child_start(&worker->child, work_off, worker, error);
    return worker->running;
}

/* A worker that died: the point that it was at failed, and another takes its place. */
static gboolean bury(struct worker *worker, const char *fault, GError **error)
{
    guint place = atomic_exchange(&worker->board->at[worker->number], 0);
    if (place == 0)
        return failure(error, STATUS_FAILED,
                       "weft sweep: a worker was %s between two points; what is done is kept, the same call "
                       "goes on",
                       fault);
    guint point = g_array_index(worker->work->todo, guint, place - 1);
    const struct backend_row *backend = manifest_backend(worker->work->manifest, point);
    g_autofree char *message = g_strdup_printf("weft: %s: %s", backend->name, fault);
    g_autofree char *record = record_of_failure(manifest_at(worker->work->manifest, point), message);
    return put(worker, point, RECORD_FAILURE, record, error) && start(worker, error);
}

static gboolean ended(struct worker *worker, GError **error)
{
    worker->running = false;
    int how = child_reap(&worker->child, NULL);
    g_autofree char *fault = child_reason(&worker->child, how);
    child_clear(&worker->child, fault != NULL);
    return !fault || bury(worker, fault, error);
}

static void tell(const struct sweep_work *work, struct board *board)
{
    if (work->progress)
        work->progress(work->context, atomic_load(&board->done), atomic_load(&board->failed));
}

/* Workers are killed, which loses the points that they are at. */
static gboolean interrupted(const struct sweep_work *work, int number, guint done, GError **error)
{
    return failure(
        error, STATUS_SIGNAL + number,
        "weft sweep: ended by signal %d (%s): %u of %u points are done; the same call goes on with "
        "the others",
        number, g_strsignal(number), done, work->todo->len);
}

static gboolean wait_for_some(struct worker *workers, guint n, const struct sweep_signals *signals,
                              guint *left, GError **error)
{
    const struct sweep_work *work = workers[0].work;
    g_autofree struct pollfd *alive = g_new0(struct pollfd, n + 1);
    for (guint i = 0; i < n; i++)
        alive[i].fd = workers[i].running ? workers[i].child.alive : -1;
    alive[n] = (struct pollfd){.fd = signals->fd, .events = POLLIN};
    if (poll(alive, n + 1, work->progress ? LOOK_MS : -1) < 0 && errno != EINTR)
        return failure(error, STATUS_FAILED, "weft: no news of workers: %s", g_strerror(errno));
    int number = sweep_signals_take(signals);
    if (number)
        return interrupted(work, number, atomic_load(&workers[0].board->done), error);
    gboolean good = TRUE;
    *left = 0;
    for (guint i = 0; i < n; i++) {
        if (good && workers[i].running && alive[i].revents)
            good = ended(&workers[i], error);
        *left += workers[i].running;
    }
    return good;
}

static void end_all(struct worker *workers, guint n)
{
    for (guint i = 0; i < n; i++) {
        if (!workers[i].running)
            continue;
        kill(workers[i].child.pid, SIGKILL);
        child_reap(&workers[i].child, NULL);
        child_clear(&workers[i].child, false);
    }
}

static gboolean judge(const struct sweep_work *work, struct board *board, GError **error)
{
    if (atomic_load(&board->stopped) == 2)
        return failure(error, board->status, "%s", board->reason);
    guint done = atomic_load(&board->done);
    return done >= work->todo->len ||
           failure(error, STATUS_FAILED, "weft: only %u of %u points came to an end; what is done is kept",
                   done, work->todo->len);
}

static gboolean run_all(const struct sweep_work *work, struct board *board,
                        const struct sweep_signals *signals, GError **error)
{
    guint n = MIN(work->jobs, work->todo->len), left = n;
    g_autofree struct worker *workers = g_new0(struct worker, n);
    gboolean good = TRUE;
    tell(work, board);
    for (guint i = 0; good && i < n; i++) {
        workers[i] = (struct worker){.work = work, .board = board, .number = i};
        good = start(&workers[i], error);
    }
    while (good && left > 0) {
        good = wait_for_some(workers, n, signals, &left, error);
        tell(work, board);
    }
    end_all(workers, n);
    return good && judge(work, board, error);
}

gboolean sweep_run(const struct sweep_work *work, GError **error)
{
    if (work->todo->len == 0)
        return TRUE;
    struct board *board =
        mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (board == MAP_FAILED)
        return failure(error, STATUS_FAILED, "weft: no memory for workers: %s", g_strerror(errno));
    struct sweep_signals signals;
    sweep_signals_hold(&signals);
    gboolean good = run_all(work, board, &signals, error);
    sweep_signals_let(&signals);
    munmap(board, sizeof *board);
    return good;
}
