/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A core: one piece of work at a time, first come first served, never pre-empted. */

#include "server.h"

#include <assert.h>
#include <stdlib.h>

void weft_core_init(struct weft_core *core, uint32_t applications)
{
    *core = (struct weft_core){.last_application = WEFT_NO_APPLICATION, .room = 2 * applications + 2};
    core->run = weft_alloc(core->room, sizeof(*core->run));
}

void weft_core_clear(struct weft_core *core)
{
    free(core->run);
    weft_mmu_free(core->mmu);
}

static void push(struct weft_core *core, struct weft_run run)
{
    assert(core->count < core->room);
    core->run[(core->first + core->count++) % core->room] = run;
}

void weft_core_queue(struct weft_core *core, uint32_t application)
{
    push(core, (struct weft_run){.application = application});
}

void weft_core_queue_interrupt(struct weft_core *core)
{
    if (core->count > 0) {
        struct weft_run *last = &core->run[(core->first + core->count - 1) % core->room];
        if (last->application == WEFT_NO_APPLICATION) {
            last->interrupts++;
            return;
        }
    }
    push(core, (struct weft_run){.application = WEFT_NO_APPLICATION, .interrupts = 1});
}

bool weft_core_next(struct weft_core *core, struct weft_run *out)
{
    if (core->count == 0)
        return false;
    *out = core->run[core->first];
    core->first = (core->first + 1) % core->room;
    core->count--;
    return true;
}

void weft_core_begin(struct weft_core *core, uint32_t application, uint64_t mcycles, uint64_t cpu_hz,
                     weft_ps now_ps)
{
    assert(!core->busy);
    core->busy = true;
    core->work = (struct weft_work){.application = application,
                                    .mcycles = mcycles,
                                    .start_ps = now_ps,
                                    .end_ps = now_ps + weft_duration_up(mcycles, cpu_hz * 1000)};
}
