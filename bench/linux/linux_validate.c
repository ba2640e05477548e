/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A machine against its own prices, and a switch against weft's run of it. */

#include "linux_validate.h"

#include "calibration.h"
#include "failure.h"
#include "json_add.h"
#include "measured_prices.h"
#include "result_json.h"
#include "switch_lab.h"
#include "switch_report.h"
#include "validation.h"

#include <string.h>

/* Rounds of each point, packets of a point in a round; repeats of a row of the switch. */
enum {
    PRIMITIVE_ROUNDS = 31,
    ROUNDS = 61,
    QUICK_ROUNDS = 3,
    ROUND_PACKETS = 2048,
    REPEATS = 10,
    QUICK_REPEATS = 1,
};

struct work {
    const struct linux_check *check;
    struct calibration *calibration;
    struct measured_prices *prices;
    struct validation *points;
    struct switch_result *switch_;
};

static guint point_rounds(const struct linux_wish *wish)
{
    if (wish->quick)
        return QUICK_ROUNDS;
    return wish->rounds > 0 ? wish->rounds : ROUNDS;
}

/* --- prices --- */

/* A profile of another machine would say nothing of this one. */
static gboolean check_machine(const struct provenance *measured, GError **error)
{
    struct machine machine;
    machine_init(&machine);
    g_autofree char *name = g_strdup_printf("%s, %u processors", machine.cpu, machine.cores);
    gboolean same = strcmp(name, measured->machine) == 0 && strcmp(machine.kernel, measured->kernel) == 0;
    if (!same)
        failure(error, STATUS_INPUT, "--profile: was measured on %s with %s; this is %s with %s",
                measured->machine, measured->kernel, name, machine.kernel);
    machine_clear(&machine);
    return same;
}

/* Ratios to nothing would be none. */
static gboolean check_prices(const struct weft_profile *profile, GError **error)
{
    const struct point sendto = {.method = &methods[0],
                                 .payload_bytes = POINT_PAYLOAD_MOST,
                                 .group = 1,
                                 .batch = 1,
                                 .destinations = 1};
    return predicted_cycles(profile, &sendto) > 0 ||
           failure(error, STATUS_INPUT, "--profile: a packet of sendto costs nothing at its prices");
}

static const struct weft_profile *calibrate(struct work *work, GError **error)
{
    const struct linux_wish *wish = &work->check->wish;
    work->calibration = calibration_measure(wish->quick ? QUICK_ROUNDS : PRIMITIVE_ROUNDS, point_rounds(wish),
                                            wish->progress, wish->context, error);
    if (!work->calibration)
        return NULL;
    work->prices = measured_prices_new(work->calibration);
    return measured_prices_profile(work->prices);
}

/* The profile to be held against the machine, and in words where it is from. */
static const struct weft_profile *find_profile(struct work *work, char **words, GError **error)
{
    const struct linux_check *check = work->check;
    if (!check->profile) {
        *words = g_strdup("calibrated right before");
        return calibrate(work, error);
    }
    *words = provenance_text(check->measured);
    return check_machine(check->measured, error) && check_prices(check->profile, error) ? check->profile
                                                                                        : NULL;
}

/* --- points --- */

static void tell_points(void *context, guint done, guint of)
{
    const struct linux_wish *wish = context;
    if (wish->progress)
        wish->progress(wish->context, "points that were not fitted", done, of);
}

static gboolean look_at_points(struct work *work, GError **error)
{
    const struct linux_wish *wish = &work->check->wish;
    const struct point_rounds how = {.rounds = point_rounds(wish),
                                     .packets = ROUND_PACKETS,
                                     .progress = tell_points,
                                     .context = (void *)wish};
    struct probe probe;
    g_autofree char *words = NULL;
    if (!probe_run(&probe, error))
        return FALSE;
    const struct weft_profile *profile = find_profile(work, &words, error);
    if (profile)
        work->points = validation_run(profile, words, &probe, &how, error);
    return work->points != NULL;
}

static void tell_of_switch(void *context, guint done, guint of)
{
    const struct linux_wish *wish = context;
    wish->progress(wish->context, "switch", done, of);
}

static gboolean look_at_switch(struct work *work, GError **error)
{
    const struct linux_wish *wish = &work->check->wish;
    const struct switch_options options = {.repeats = wish->quick ? QUICK_REPEATS : REPEATS,
                                           .progress = wish->progress ? tell_of_switch : NULL,
                                           .context = (void *)wish};
    work->switch_ = switch_lab_run(&options, error);
    return work->switch_ != NULL;
}

/* --- what comes out --- */

static char *whole_text(const struct work *work)
{
    g_autofree char *fit = work->prices ? measured_prices_text(work->prices) : g_strdup(""),
                    *points = work->points ? validation_text(work->points) : g_strdup(""),
                    *ports = work->switch_ ? switch_report_table(work->switch_) : g_strdup("");
    return g_strconcat(fit, *fit ? "\n" : "", points, *points && *ports ? "\n" : "", ports,
                       work->check->wish.quick ? "\nquick: too few rounds, no limit is judged\n" : "", NULL);
}

static char *whole_json(const struct work *work)
{
    struct machine machine;
    gsize length;
    JsonBuilder *builder = json_builder_new();
    machine_init(&machine);
    json_builder_begin_object(builder);
    json_add_text(builder, "schema", "weft-validate/1");
    json_add_text(builder, "version", WEFT_VERSION);
    json_add_text(builder, "date", machine.date);
    json_add_machine(builder, &machine);
    json_add_flag(builder, "quick", work->check->wish.quick);
    if (work->points)
        validation_json(builder, work->points);
    if (work->switch_)
        switch_report_json(builder, work->switch_);
    json_builder_end_object(builder);
    machine_clear(&machine);
    return result_json_text(builder, &length);
}

/* A few rounds show that it works, not how well. */
static char *broken_limits(const struct work *work)
{
    if (work->check->wish.quick)
        return NULL;
    return validation_broken(!work->points || validation_judge(work->points).holds,
                             !work->switch_ || switch_result_agrees(work->switch_));
}

gboolean linux_validate(const struct linux_check *check, struct linux_validation *validation, GError **error)
{
    struct work work = {.check = check};
    gboolean good =
        (!check->points || look_at_points(&work, error)) && (!check->switch_ || look_at_switch(&work, error));
    if (good)
        *validation =
            (struct linux_validation){.text = whole_text(&work),
                                      .json = whole_json(&work),
                                      .points_csv = work.points ? validation_csv(work.points) : NULL,
                                      .switch_csv = work.switch_ ? switch_report_csv(work.switch_) : NULL,
                                      .broken = broken_limits(&work)};
    measured_prices_free(work.prices);
    if (work.calibration)
        calibration_free(work.calibration);
    validation_free(work.points);
    switch_result_free(work.switch_);
    return good;
}
