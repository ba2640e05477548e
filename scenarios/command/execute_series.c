/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs side by side. Each has a place by its number; children end in any order, results are handed on in that of the
 * numbers. */

#include "execute.h"

#include "failure.h"

#include <errno.h>
#include <poll.h>

/* One run. Neither running nor finished: not begun, or handed on. */
struct place {
    struct run_request request;
    struct running *running;
    bool finished;
    struct run_result result; /* of what is finished */
};

struct work {
    const struct series *series;
    struct place *place;
    guint begun, running, done, handed;
};

static gboolean begin_next(struct work *work, GError **error)
{
    struct place *place = &work->place[work->begun];
    if (!work->series->begin(work->series->context, work->begun, &place->request, error) ||
        !(place->running = execute_start(&place->request, error)))
        return FALSE;
    work->begun++;
    work->running++;
    return TRUE;
}

static void tell(const struct work *work)
{
    if (work->series->progress)
        work->series->progress(work->series->context, work->done);
}

static gboolean finish(struct work *work, struct place *place, GError **error)
{
    work->running--;
    work->done++;
    place->finished = execute_finish(g_steal_pointer(&place->running), &place->result, error);
    tell(work);
    return place->finished;
}

/* Wait until a child ends, and take the results of those that have. */
static gboolean wait_for_some(struct work *work, GError **error)
{
    g_autofree struct pollfd *alive = g_new0(struct pollfd, work->running);
    g_autofree struct place **of = g_new0(struct place *, work->running);
    guint n = 0;
    for (guint i = work->handed; i < work->begun; i++)
        if (work->place[i].running) {
            alive[n].fd = execute_alive(work->place[i].running);
            of[n++] = &work->place[i];
        }
    if (poll(alive, n, -1) < 0 && errno != EINTR)
        return failure(error, STATUS_FAILED, "weft: no news of runs: %s", g_strerror(errno));
    for (guint i = 0; i < n; i++)
        if (alive[i].revents && !finish(work, of[i], error))
            return FALSE;
    return TRUE;
}

static gboolean hand_on(struct work *work, GError **error)
{
    for (; work->handed < work->begun && work->place[work->handed].finished; work->handed++) {
        struct place *place = &work->place[work->handed];
        place->finished = false;
        if (!work->series->end(work->series->context, work->handed, &place->result, error))
            return FALSE;
    }
    return TRUE;
}

static void abandon(struct work *work)
{
    for (guint i = 0; i < work->begun; i++) {
        if (work->place[i].running)
            execute_kill(work->place[i].running);
        if (work->place[i].finished)
            run_result_clear(&work->place[i].result);
    }
}

static gboolean side_by_side(const struct series *series, GError **error)
{
    struct work work = {.series = series, .place = g_new0(struct place, series->runs)};
    gboolean good = TRUE;
    tell(&work);
    while (good && work.handed < series->runs) {
        while (good && work.begun < series->runs && work.running < series->jobs)
            good = begin_next(&work, error);
        good = good && wait_for_some(&work, error) && hand_on(&work, error);
    }
    abandon(&work);
    g_free(work.place);
    return good;
}

static gboolean one_by_one(const struct series *series, GError **error)
{
    gboolean good = TRUE;
    for (guint i = 0; good && i < series->runs; i++) {
        struct run_request request = {0};
        struct run_result result = {0};
        if (series->progress)
            series->progress(series->context, i);
        good = series->begin(series->context, i, &request, error) && execute(&request, &result, error) &&
               series->end(series->context, i, &result, error);
    }
    return good;
}

gboolean execute_series(const struct series *series, GError **error)
{
    gboolean good =
        series->jobs > 1 && series->runs > 1 ? side_by_side(series, error) : one_by_one(series, error);
    if (series->progress) /* whatever was said about runs that never came is over */
        series->progress(series->context, series->runs);
    return good;
}
