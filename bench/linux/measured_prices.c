/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a calibration to prices: three fits, of lower quartiles, medians and upper quartiles. */

#include "measured_private.h"

#include "point_counts.h"

#include <string.h>

const struct weft_profile *const measured_base = &weft_profile_modern_x86;

double spread_at(const struct spread *spread, enum weft_price_end end)
{
    return end == WEFT_LOW ? spread->lower : end == WEFT_HIGH ? spread->upper : spread->median;
}

/* Where there is no counter of cycles, a nanosecond stands for one. */
static double ticks_per_ns(const struct calibration *calibration)
{
    return calibration->ticks_per_ns > 0 ? calibration->ticks_per_ns : 1;
}

double cycles_of(const struct calibration *calibration, double ns)
{
    return ns * ticks_per_ns(calibration);
}

double clock_hz_of(const struct calibration *calibration)
{
    return ticks_per_ns(calibration) * 1e9;
}

/* --- what is known --- */

static const struct spread *primitive_of(const struct calibration *calibration, const char *name)
{
    for (guint i = 0; primitives[i].name; i++)
        if (strcmp(primitives[i].name, name) == 0)
            return &calibration->primitive[i];
    g_assert_not_reached();
}

gboolean row_primitives(const struct calibration *calibration, const struct price_row *row,
                        enum weft_price_end end, double *cycles)
{
    double sum = 0;
    for (const struct price_part *part = row->part; part->primitive; part++) {
        const struct spread *spread = primitive_of(calibration, part->primitive);
        if (spread->median < 0)
            return FALSE;
        sum += part->factor * spread_at(spread, end);
    }
    *cycles = MAX(0, cycles_of(calibration, sum));
    return TRUE;
}

static double base_cycles(enum weft_event event, enum weft_price_end end)
{
    enum { MCYCLES = 1000 };
    return (double)weft_event_mcycles(1, &measured_base->price[event], end) / MCYCLES;
}

/* What the base would have the driver's own code take for a packet. */
static double base_driver_cycles(const double *count)
{
    double cycles = 0;
    for (const struct price_row *row = price_rows; row->event != WEFT_EVENTS; row++)
        if (row->way == PRICE_DRIVER)
            cycles += count[row->event] * base_cycles(row->event, WEFT_TYPICAL);
    return cycles;
}

/* The median over points of frames, whose driver was timed by itself. */
static void scale_driver(struct measured_prices *prices, enum weft_price_end end)
{
    const struct calibration *calibration = prices->calibration;
    g_autoptr(GArray) scales = series_new();
    for (guint i = 0; i < calibration->points; i++) {
        double ns = spread_at(&calibration->result[i].driver_ns, end);
        if (calibration->point[i].method->frames && ns > 0)
            series_add(scales, cycles_of(calibration, ns) / base_driver_cycles(prices->sample[i].count));
    }
    prices->driver_measured = scales->len > 0;
    prices->end[end].driver_scale = scales->len > 0 ? series_spread(scales).median : 1;
}

static double given_price(const struct measured_prices *prices, const struct price_row *row,
                          enum weft_price_end end)
{
    double cycles;
    if (row->way == PRICE_DRIVER)
        return prices->end[end].driver_scale * base_cycles(row->event, WEFT_TYPICAL);
    if (row->way != PRICE_PRIMITIVE)
        return 0;
    return row_primitives(prices->calibration, row, end, &cycles) ? cycles : base_cycles(row->event, end);
}

/* --- what is fitted --- */

static guint fitted_terms(const struct measured_prices *prices, enum weft_price_end end,
                          struct fit_term *term)
{
    guint terms = 0;
    for (const struct price_row *row = price_rows; row->event != WEFT_EVENTS; row++) {
        double least;
        if (row->way != PRICE_FITTED || !prices->happens[row->event])
            continue;
        if (!row_primitives(prices->calibration, row, end, &least))
            least = 0;
        term[terms++] = (struct fit_term){.event = row->event, .least_cycles = least};
    }
    return terms;
}

static void fit_end(struct measured_prices *prices, enum weft_price_end end)
{
    const struct calibration *calibration = prices->calibration;
    struct measured_end *to = &prices->end[end];
    struct fit_term term[WEFT_EVENTS];
    scale_driver(prices, end);
    for (const struct price_row *row = price_rows; row->event != WEFT_EVENTS; row++)
        to->given_cycles[row->event] = given_price(prices, row, end);
    for (guint i = 0; i < calibration->points; i++)
        prices->sample[i].cycles = cycles_of(calibration, spread_at(&calibration->result[i].cpu_ns, end));
    const struct fit_problem problem = {.sample = prices->sample,
                                        .samples = calibration->points,
                                        .given_cycles = to->given_cycles,
                                        .term = term,
                                        .terms = fitted_terms(prices, end, term)};
    fit_solve(&problem, &to->fitted);
}

/* Points that a fold has, in their order; returns how many. */
static guint fold_samples(const struct measured_prices *prices, guint fold, struct fit_sample *sample)
{
    guint n = 0;
    for (guint i = 0; i < prices->calibration->points; i++)
        if (i % PRICE_FOLDS != fold)
            sample[n++] = prices->sample[i];
    return n;
}

/* After the fit of medians, which prices->sample has. */
static void fit_folds(struct measured_prices *prices)
{
    struct fit_sample *sample = g_new(struct fit_sample, prices->calibration->points + 1);
    struct fit_term term[WEFT_EVENTS];
    const guint terms = fitted_terms(prices, WEFT_TYPICAL, term);
    for (guint fold = 0; fold < PRICE_FOLDS; fold++) {
        const struct fit_problem problem = {.sample = sample,
                                            .samples = fold_samples(prices, fold, sample),
                                            .given_cycles = prices->end[WEFT_TYPICAL].given_cycles,
                                            .term = term,
                                            .terms = terms};
        fit_solve(&problem, &prices->fold[fold]);
    }
    g_free(sample);
}

gboolean measured_in_fold(const struct measured_prices *prices, guint fold, enum weft_event event,
                          double *cycles)
{
    gboolean happens = FALSE;
    for (guint i = 0; i < prices->calibration->points; i++)
        happens = happens || (i % PRICE_FOLDS != fold && prices->sample[i].count[event] > 0);
    *cycles = prices->fold[fold].cycles[event];
    return happens && prices->fold[fold].within[event] == prices->end[WEFT_TYPICAL].fitted.within[event];
}

static void count_points(struct measured_prices *prices)
{
    const struct calibration *calibration = prices->calibration;
    prices->sample = g_new0(struct fit_sample, calibration->points + 1);
    for (guint i = 0; i < calibration->points; i++) {
        point_counts(&calibration->point[i], prices->sample[i].count);
        for (int event = 0; event < WEFT_EVENTS; event++)
            prices->happens[event] = prices->happens[event] || prices->sample[i].count[event] > 0;
    }
}

struct measured_prices *measured_prices_new(const struct calibration *calibration)
{
    struct measured_prices *prices = g_new0(struct measured_prices, 1);
    prices->calibration = calibration;
    prices->texts = g_string_chunk_new(4096);
    count_points(prices);
    fit_end(prices, WEFT_LOW);
    fit_end(prices, WEFT_HIGH);
    fit_end(prices, WEFT_TYPICAL);
    fit_folds(prices);
    measured_write_profile(prices);
    return prices;
}

void measured_prices_free(struct measured_prices *prices)
{
    if (!prices)
        return;
    g_string_chunk_free(prices->texts);
    g_free(prices->sample);
    g_free(prices);
}

const struct weft_profile *measured_prices_profile(const struct measured_prices *prices)
{
    return &prices->profile;
}

/* --- predictions --- */

double predicted_cycles(const struct weft_profile *profile, const struct point *point)
{
    enum { MCYCLES = 1000 };
    double count[WEFT_EVENTS], cycles[WEFT_EVENTS];
    point_counts(point, count);
    for (int event = 0; event < WEFT_EVENTS; event++)
        cycles[event] = (double)profile->price[event].typical_mcycles / MCYCLES;
    return fit_cycles(count, cycles);
}

double predicted_ratio(const struct weft_profile *profile, const struct point *point)
{
    const struct point sendto = {.method = &methods[0],
                                 .payload_bytes = point->payload_bytes,
                                 .group = 1,
                                 .batch = 1,
                                 .destinations = point->destinations,
                                 .cold = point->cold};
    return predicted_cycles(profile, point) / predicted_cycles(profile, &sendto);
}
