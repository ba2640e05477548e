/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A machine measured, and its prices. */

#include "linux_calibrate.h"

#include "calibration.h"
#include "measured_prices.h"

gboolean linux_calibrate(const struct linux_wish *wish, struct linux_calibration *calibration, GError **error)
{
    enum { PRIMITIVE_ROUNDS = 31, POINT_ROUNDS = 61, QUICK_ROUNDS = 3 };
    struct calibration *measured =
        calibration_measure(wish->quick ? QUICK_ROUNDS : PRIMITIVE_ROUNDS,
                            wish->quick ? QUICK_ROUNDS : POINT_ROUNDS, wish->progress, wish->context, error);
    if (!measured)
        return FALSE;
    struct measured_prices *prices = measured_prices_new(measured);
    g_autofree char *what = calibration_text(measured), *fit = measured_prices_text(prices);
    gsize length;
    *calibration = (struct linux_calibration){.text = g_strdup_printf("%s\n%s", what, fit),
                                              .json = calibration_json(measured, &length),
                                              .profile = measured_prices_file(prices)};
    measured_prices_free(prices);
    calibration_free(measured);
    return TRUE;
}
