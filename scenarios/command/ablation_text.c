/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an ablation says in words: which axes matter, and which only together. Everything is said from the
 * effects of the steps; what would be shown as 0, or is less than a hundredth of the largest effect, is none. */

#include "ablation.h"

#include <math.h>

/* The effects of one metric. */
struct effects {
    const struct ablation_runs *runs;
    const struct ablation_metric *metric;
    double least; /* an effect below it is none */
};

static double effect(const struct effects *effects, int view, guint step)
{
    return ablation_effect(effects->runs, effects->metric, view, step, WEFT_TYPICAL);
}

static bool has_effect(const struct effects *effects, int view, guint step)
{
    return fabs(effect(effects, view, step)) >= effects->least;
}

static double largest(const struct effects *effects, int view)
{
    double most = 0;
    for (guint step = 1; step <= effects->runs->ablation->axes->len; step++)
        most = fmax(most, fabs(effect(effects, view, step)));
    return most;
}

/* --- kinds of axes --- */

static bool matters_on_a_path(const struct effects *effects, guint step)
{
    for (int view = 0; view < ABLATION_VIEWS; view++)
        if (has_effect(effects, view, step))
            return true;
    return false;
}

static bool only_in_combination(const struct effects *effects, guint step)
{
    return !has_effect(effects, ABLATION_FIRST, step) && matters_on_a_path(effects, step);
}

static bool turns_round(const struct effects *effects, guint step)
{
    return has_effect(effects, ABLATION_FIRST, step) && has_effect(effects, ABLATION_LAST, step) &&
           signbit(effect(effects, ABLATION_FIRST, step)) != signbit(effect(effects, ABLATION_LAST, step));
}

static bool never_matters(const struct effects *effects, guint step)
{
    return !matters_on_a_path(effects, step);
}

/* --- lines --- */

/* "-3500", "0" without a sign. */
static void say_signed(GString *text, const struct effects *effects, double value)
{
    double shown = fabs(value) < 0.5 * pow(10, -effects->metric->decimals) ? 0 : value;
    g_string_append_printf(text, shown == 0 ? "%.*f" : "%+.*f", effects->metric->decimals, shown);
}

/* "-3500, -4100 to -3000": what it can be with prices between their ends, where they make a range. */
static void say_effect(GString *text, const struct effects *effects, int view, guint step)
{
    struct ablation_range range = ablation_effect_range(effects->runs, effects->metric, view, step);
    say_signed(text, effects, effect(effects, view, step));
    if (range.least == range.most)
        return;
    g_string_append(text, ", ");
    say_signed(text, effects, range.least);
    g_string_append(text, " to ");
    say_signed(text, effects, range.most);
}

static const char *axis_name(const struct effects *effects, guint step)
{
    return ablation_key(effects->runs->ablation, step);
}

/* A line that lists those of a kind, if there are any: that they do nothing, and how much nothing is. */
static void say_idle(GString *text, const struct effects *effects, const char *where,
                     bool (*is_kind)(const struct effects *effects, guint step))
{
    bool said = false;
    for (guint step = 1; step <= effects->runs->ablation->axes->len; step++)
        if (is_kind(effects, step)) {
            if (!said)
                g_string_append_printf(text, "  Nothing (less than %.2g) %s: ", effects->least, where);
            g_string_append_printf(text, "%s%s", said ? ", " : "", axis_name(effects, step));
            said = true;
        }
    g_string_append(text, said ? ".\n" : "");
}

static void say_turned(GString *text, const struct effects *effects)
{
    bool said = false;
    for (guint step = 1; step <= effects->runs->ablation->axes->len; step++)
        if (turns_round(effects, step)) {
            g_string_append_printf(text, "%s%s (", said ? "; " : "  Turns round: ", axis_name(effects, step));
            say_effect(text, effects, ABLATION_FIRST, step);
            g_string_append(text, " as the first step; ");
            say_effect(text, effects, ABLATION_LAST, step);
            g_string_append(text, " as the last)");
            said = true;
        }
    g_string_append(text, said ? ".\n" : "");
}

/* The step with the largest effect that is smaller than `below`, or equal to it and behind step `behind`; 0: none. */
static guint next_largest(const struct effects *effects, int view, double below, guint behind)
{
    guint best = 0;
    for (guint step = 1; step <= effects->runs->ablation->axes->len; step++) {
        double size = fabs(effect(effects, view, step));
        bool left = size < below || (size == below && step > behind);
        if (left && (!best || size > fabs(effect(effects, view, best))))
            best = step;
    }
    return best;
}

/* Those with at least half of the view's largest effect, the largest first. */
static void say_largest(GString *text, const struct effects *effects, const char *words, int view)
{
    double most = largest(effects, view);
    g_string_append(text, words);
    guint step = most < effects->least ? 0 : next_largest(effects, view, INFINITY, 0);
    if (!step)
        g_string_append(text, " none");
    for (guint said = 0; step && fabs(effect(effects, view, step)) >= most / 2; said++) {
        g_string_append_printf(text, "%s%s (", said ? "; " : " ", axis_name(effects, step));
        say_effect(text, effects, view, step);
        g_string_append(text, ")");
        step = next_largest(effects, view, fabs(effect(effects, view, step)), step);
    }
    g_string_append(text, ".\n");
}

/* "5029 (3779-7421) with per-packet". */
static void say_end(GString *text, const struct effects *effects, int view, const struct weft_method *method)
{
    const struct outcome *outcome = ablation_outcome(effects->runs, view, 0);
    const struct ablation_metric *metric = effects->metric;
    double low = metric->value(outcome, WEFT_LOW), high = metric->value(outcome, WEFT_HIGH);
    g_string_append_printf(text, "%.*f", metric->decimals, metric->value(outcome, WEFT_TYPICAL));
    if (low != high)
        g_string_append_printf(text, " (%.*f-%.*f)", metric->decimals, low, metric->decimals, high);
    g_string_append_printf(text, " with %s", method->name);
}

static void say_metric(GString *text, const struct ablation_runs *runs, const struct ablation_metric *metric)
{
    struct effects effects = {runs, metric, 0};
    double most = 0;
    for (int view = 0; view < ABLATION_VIEWS; view++)
        most = fmax(most, largest(&effects, view));
    effects.least = fmax(most / 100, 0.5 * pow(10, -metric->decimals));
    g_string_append_printf(text, "%s: ", metric->title);
    say_end(text, &effects, ABLATION_FORWARD, runs->ablation->from);
    g_string_append(text, ", ");
    say_end(text, &effects, ABLATION_BACKWARD, runs->ablation->to);
    g_string_append(text, ".\n");
    if (most < effects.least) {
        g_string_append(text, "  No axis changes it on any of these ways.\n");
        return;
    }
    say_largest(text, &effects, "  Most as the first step:", ABLATION_FIRST);
    say_largest(text, &effects, "  Most as the last step:", ABLATION_LAST);
    say_idle(text, &effects, "as the first step, but something after others", only_in_combination);
    say_turned(text, &effects);
    say_idle(text, &effects, "on any of these ways", never_matters);
}

char *ablation_text(const struct ablation_runs *runs)
{
    GString *text = g_string_new(NULL);
    for (size_t m = 0; m < ablation_metrics_count; m++)
        say_metric(text, runs, &ablation_metrics[m]);
    return g_string_free(text, FALSE);
}
