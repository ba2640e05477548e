/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Predicting first, then measuring. */

#include "validation.h"

#include "measured_prices.h"

struct validation *validation_run(const struct weft_profile *profile, const char *in_words,
                                  const struct probe *probe, const struct point_rounds *how, GError **error)
{
    struct validation *validation = g_new0(struct validation, 1);
    machine_init(&validation->machine);
    validation->profile = g_strdup(in_words);
    validation->probe = *probe;
    validation->points = validation_points(probe, validation->point);
    for (guint i = 0; i < validation->points; i++) {
        validation->cycles[i] = predicted_cycles(profile, &validation->point[i]);
        validation->ratio[i] = predicted_ratio(profile, &validation->point[i]);
    }
    if (point_set_measure(validation->point, validation->points, how, validation->result,
                          &validation->ticks_per_ns, error))
        return validation;
    validation_free(validation);
    return NULL;
}
