/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* device-buffer.csv: a window of the levels of two devices' buffers, the best and the worst placed of a call in streams'
 * order, under methods that differ in what a device gets when. */

#include "device_buffer.h"

#include "figures.h"
#include "outfile.h"
#include "playout.h"
#include "weft/stream_playout.h"

#include <string.h>

/* One burst a device, packets in turn, packets in turn and spread over the interval. */
static const char *const drawn[] = {"multi-destination", "interleaved", "interleaved-paced"};
static const char table_name[] = "device-buffer.csv";
enum { INTERVALS_BEFORE = 2, INTERVALS_AFTER = 4 }; /* of the start of playback */

static const struct weft_method *find(const struct comparison *comparison, const char *name)
{
    for (guint i = 0; i < comparison->methods->len; i++) {
        const struct weft_method *method = g_ptr_array_index(comparison->methods, i);
        if (strcmp(method->name, name) == 0)
            return method;
    }
    return NULL;
}

static weft_ps start_of(const struct weft_setup *setup, uint32_t stream)
{
    struct weft_playout_params params;
    weft_stream_playout_params(&params, setup, stream);
    return weft_playout_start(&params);
}

static gboolean run(const struct comparison *comparison, const struct weft_method *method,
                    struct playout_request *playout, GError **error)
{
    if (!scenario_set(comparison->scenario, "--methods", GROUP_WRITE, "method", method->name, error))
        return FALSE;
    struct plan *plan = plan_new(comparison->scenario, comparison->media, error);
    if (!plan)
        return FALSE;
    const struct weft_setup *setup = &plan->setup;
    weft_ps first_ps = start_of(setup, 0), last_ps = start_of(setup, setup->streams - 1);
    weft_ps interval_ps = weft_setup_interval(setup), before_ps = INTERVALS_BEFORE * interval_ps;
    playout->label = method->name;
    playout->from_ps = MIN(first_ps, last_ps) > before_ps ? MIN(first_ps, last_ps) - before_ps : 0;
    playout->until_ps = MAX(first_ps, last_ps) + INTERVALS_AFTER * interval_ps;
    struct run_result result = {0};
    const struct run_request request = {.setup = setup,
                                        .backend = g_ptr_array_index(comparison->backends, 0),
                                        .trace_fd = -1,
                                        .hops_fd = -1,
                                        .playout = playout};
    gboolean good = execute(&request, &result, error);
    if (good)
        run_result_clear(&result);
    plan_free(plan);
    return good;
}

static gboolean run_all(const struct comparison *comparison, struct playout_request *playout, GError **error)
{
    gboolean good = TRUE;
    for (size_t i = 0; good && i < G_N_ELEMENTS(drawn); i++) {
        const struct weft_method *method = find(comparison, drawn[i]);
        if (!method)
            continue;
        good = run(comparison, method, playout, error);
        playout->continues = true;
    }
    return good;
}

static bool has_methods(const struct comparison *comparison)
{
    bool any = false;
    for (size_t i = 0; i < G_N_ELEMENTS(drawn); i++)
        any = any || find(comparison, drawn[i]);
    return any;
}

gboolean device_buffer_write(const struct comparison *comparison, const char *directory, GError **error)
{
    if (!has_methods(comparison))
        return TRUE;
    struct outfile *file = outfile_new_in(directory, table_name, error);
    if (!file)
        return FALSE;
    struct playout_request playout = {.fd = outfile_fd(file), .ends_only = true};
    if (!run_all(comparison, &playout, error)) {
        outfile_abandon(file);
        return FALSE;
    }
    return outfile_commit(file, error);
}

gboolean device_buffer_draw(const struct comparison *comparison, const char *directory, GError **error)
{
    static const char *const figures[] = {"device-buffer", NULL};
    return !has_methods(comparison) || figures_draw(directory, table_name, figures, error);
}
