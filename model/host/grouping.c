/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Grouping: what an application has to write next. Either all whole packets of its streams that are due in
 * one interval [kT, (k+1)T), written at kT (claims 2, 3), or single packets, each when it is due. Both send
 * the same packets: those due before the end of the run. */

#include "server.h"

#include <stdlib.h>

static const struct weft_clock *clock_of(const struct weft_host *host, const struct weft_source *source)
{
    return &host->setup->stream[source->stream].clock;
}

/* Live data exists only when it is due. What falls due in [kT, (k+1)T) is written at (k+1)T, before the end of the run;
 * so of a live stream those packets are sent whose interval ends before that, however they are written. */
static weft_ps last_due_ps(const struct weft_host *host, const struct weft_source *source)
{
    weft_ps end_ps = host->setup->duration_ps;
    return source->live ? (end_ps - 1) / host->interval_ps * host->interval_ps : end_ps;
}

/* When a packet that is due at `due_ps` may be written: a stored one is read ahead, a live one must be complete. */
static weft_ps written_ps(const struct weft_host *host, const struct weft_source *source, uint64_t number)
{
    const struct weft_clock *clock = clock_of(host, source);
    if (host->setup->write.axes.pacing->at_packet_times)
        return weft_clock_due(clock, source->live ? number + 1 : number);
    weft_ps due_ps = weft_clock_due(clock, number);
    return due_ps - due_ps % host->interval_ps + (source->live ? host->interval_ps : 0);
}

/* When the first packet not yet grouped is to be written, WEFT_NEVER if there is none in this run. */
static void look_ahead(const struct weft_host *host, struct weft_source *source)
{
    const struct weft_clock *clock = clock_of(host, source);
    source->due_ps = WEFT_NEVER;
    if (source->next < weft_clock_packets(clock) &&
        weft_clock_due(clock, source->next) < last_due_ps(host, source))
        source->due_ps = written_ps(host, source, source->next);
}

void weft_grouping_init(struct weft_host *host, struct weft_application *application)
{
    weft_tournament_init(&application->next, application->sources > 0 ? application->sources : 1);
    for (uint32_t i = 0; i < application->sources; i++) {
        look_ahead(host, &application->source[i]);
        weft_tournament_set(&application->next, i, application->source[i].due_ps);
    }
}

static void group_packet(struct weft_host *host, struct weft_application *a)
{
    a->due_ps = weft_tournament_least(&a->next);
    if (a->due_ps == WEFT_NEVER)
        return;
    uint32_t index = weft_tournament_first(&a->next);
    struct weft_source *source = &a->source[index];
    a->quantity[0] = (struct weft_quantity){.index = index, .first = source->next++, .packets = 1};
    a->quantities = 1;
    a->batch_packets = 1;
    look_ahead(host, source);
    weft_tournament_set(&a->next, index, source->due_ps);
}

static void group_interval(struct weft_host *host, struct weft_application *a)
{
    weft_ps first_due_ps = WEFT_NEVER;
    for (uint32_t i = 0; i < a->sources; i++)
        if (a->source[i].due_ps < first_due_ps)
            first_due_ps = a->source[i].due_ps;
    if (first_due_ps == WEFT_NEVER)
        return;
    a->due_ps = first_due_ps;
    for (uint32_t i = 0; i < a->sources; i++) {
        struct weft_source *source = &a->source[i];
        if (source->due_ps != first_due_ps)
            continue;
        weft_ps end_ps = first_due_ps + (source->live ? 0 : host->interval_ps),
                last_ps = last_due_ps(host, source);
        uint64_t until = weft_clock_due_before(clock_of(host, source), end_ps < last_ps ? end_ps : last_ps);
        a->quantity[a->quantities++] =
            (struct weft_quantity){.index = i, .first = source->next, .packets = until - source->next};
        a->batch_packets += until - source->next;
        source->next = until;
        look_ahead(host, source);
    }
}

void weft_grouping_next(struct weft_host *host, struct weft_application *application)
{
    application->quantities = application->quantity_at = 0;
    application->quantity_packets = application->batch_packets = application->batch_written = 0;
    if (application->sources > 0) {
        if (host->setup->write.axes.pacing->at_packet_times)
            group_packet(host, application);
        else
            group_interval(host, application);
    }
    if (application->quantities == 0) {
        application->state = WEFT_APPLICATION_IS_OVER;
        return;
    }
    const struct weft_quantity *first = &application->quantity[0];
    weft_ps due_ps = weft_clock_due(clock_of(host, &application->source[first->index]), first->first);
    application->counted = due_ps >= host->setup->warmup_ps;
}
