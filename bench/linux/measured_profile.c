/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The profile itself: ranges, and sources that say how each price came about. */

#include "measured_private.h"

#include <math.h>
#include <string.h>

/* A price by ends, and in words where it comes from. The range spans the ends, and `others`. */
struct price_words {
    double cycles[PRICE_ENDS];
    double others[PRICE_FOLDS];
    guint others_n;
    char *source;
    const char *confidence; /* NULL: as its range is */
};

static const char *range_confidence(const struct weft_price *price)
{
    static const double narrow = 0.1, wide = 0.3;
    const double range = (double)(price->high_mcycles - price->low_mcycles),
                 typical = (double)price->typical_mcycles;
    if (range <= narrow * typical)
        return "high";
    return range <= wide * typical ? "medium" : "low";
}

static void use_base(struct price_words *words, const struct price_row *row, const char *why)
{
    enum { MCYCLES = 1000 };
    const struct weft_price *price = &measured_base->price[row->event];
    words->cycles[WEFT_LOW] = (double)price->low_mcycles / MCYCLES;
    words->cycles[WEFT_TYPICAL] = (double)price->typical_mcycles / MCYCLES;
    words->cycles[WEFT_HIGH] = (double)price->high_mcycles / MCYCLES;
    words->source =
        g_strdup_printf("not from this machine, %s; as %s: %s", why, measured_base->name, price->source);
    words->confidence = "low";
}

static void use_given(const struct measured_prices *prices, struct price_words *words,
                      const struct price_row *row)
{
    for (int end = 0; end < PRICE_ENDS; end++)
        words->cycles[end] = prices->end[end].given_cycles[row->event];
}

/* --- a function for each way --- */

static void say_fitted(const struct measured_prices *prices, const struct price_row *row,
                       struct price_words *words)
{
    const enum weft_event within = prices->end[WEFT_TYPICAL].fitted.within[row->event];
    if (!prices->happens[row->event]) {
        use_base(words, row, "no point that was measured has it");
        return;
    }
    for (int end = 0; end < PRICE_ENDS; end++)
        words->cycles[end] = prices->end[end].fitted.cycles[row->event];
    for (guint fold = 0; fold < PRICE_FOLDS; fold++)
        if (measured_in_fold(prices, fold, row->event, &words->others[words->others_n]))
            words->others_n++;
    if (within != WEFT_EVENTS) {
        words->source = g_strdup_printf("%s: no point tells it apart from %s, whose price has %s",
                                        row->part[0].primitive ? "least that it can be" : "0",
                                        weft_events[within].name, row->part[0].primitive ? "the rest" : "it");
        words->confidence = "low";
        return;
    }
    words->source =
        g_strdup_printf("fitted to %u points; range: fits of the quartiles of their rounds, and of four "
                        "fifths of the points%s",
                        prices->calibration->points,
                        words->cycles[WEFT_TYPICAL] > 0 ? "" : "; nothing is left for it beside the others");
}

/* "0.5 x system-call", "page-pin + page-unpin", "timer-wake-up - context-switch". */
static char *parts_text(const struct price_row *row)
{
    GString *text = g_string_new(NULL);
    for (const struct price_part *part = row->part; part->primitive; part++) {
        const char *sign = part->factor < 0 ? " - " : text->len ? " + " : "";
        g_string_append(text, sign);
        if (fabs(part->factor) != 1)
            g_string_append_printf(text, "%g x ", fabs(part->factor));
        g_string_append(text, part->primitive);
    }
    return g_string_free(text, FALSE);
}

static void say_primitive(const struct measured_prices *prices, const struct price_row *row,
                          struct price_words *words)
{
    double cycles;
    if (row->why) {
        words->source = g_strdup_printf("0: it is part of what was measured as %s", row->why);
        words->confidence = "medium";
        return;
    }
    if (!row_primitives(prices->calibration, row, WEFT_TYPICAL, &cycles)) {
        use_base(words, row, "which refused to have it measured");
        return;
    }
    g_autofree char *parts = parts_text(row);
    use_given(prices, words, row);
    words->source = g_strdup_printf("measured by itself: %s; range: quartiles of its rounds", parts);
}

static void say_top(const struct measured_prices *prices, const struct price_row *row,
                    struct price_words *words)
{
    g_autofree char *parts = parts_text(row);
    words->confidence = "low";
    if (!*parts) {
        words->source = g_strdup_printf("0: it is part of %s", row->why);
        return;
    }
    if (!row_primitives(prices->calibration, row, WEFT_TYPICAL, &words->cycles[WEFT_HIGH])) {
        use_base(words, row, "which refused to have it measured");
        return;
    }
    words->source = g_strdup_printf(
        "0: the points that were fitted have it in %s; high: %s, where each load waits for the "
        "one before",
        row->why, parts);
}

static void say_driver(const struct measured_prices *prices, const struct price_row *row,
                       struct price_words *words)
{
    if (!prices->driver_measured) {
        use_base(words, row, "whose driver was not timed");
        return;
    }
    use_given(prices, words, row);
    words->source = g_strdup_printf(
        "as %s, times %.3g: so scaled, libweft's own driver takes what it took before a packet ring; "
        "range: quartiles of that",
        measured_base->name, prices->end[WEFT_TYPICAL].driver_scale);
    words->confidence = "medium";
}

static void say_base(const struct measured_prices *prices, const struct price_row *row,
                     struct price_words *words)
{
    (void)prices;
    use_base(words, row, row->why);
}

static void (*const say[])(const struct measured_prices *prices, const struct price_row *row,
                           struct price_words *words) = {[PRICE_FITTED] = say_fitted,
                                                         [PRICE_PRIMITIVE] = say_primitive,
                                                         [PRICE_TOP] = say_top,
                                                         [PRICE_DRIVER] = say_driver,
                                                         [PRICE_BASE] = say_base};

gboolean measured_is_from_base(const struct measured_prices *prices, const struct price_row *row)
{
    double cycles;
    if (row->way == PRICE_FITTED)
        return !prices->happens[row->event];
    if (row->way == PRICE_DRIVER)
        return !prices->driver_measured;
    return row->way == PRICE_BASE || !row_primitives(prices->calibration, row, WEFT_TYPICAL, &cycles);
}

static uint64_t mcycles_of(double cycles)
{
    return (uint64_t)llround(cycles * 1000);
}

/* The quartiles of a price need not be the prices of the quartiles: the range spans all fits. */
static void put_range(struct weft_price *price, const struct price_words *words)
{
    double low = words->cycles[WEFT_TYPICAL], high = low;
    for (int end = 0; end < PRICE_ENDS; end++) {
        low = MIN(low, words->cycles[end]);
        high = MAX(high, words->cycles[end]);
    }
    for (guint i = 0; i < words->others_n; i++) {
        low = MIN(low, words->others[i]);
        high = MAX(high, words->others[i]);
    }
    price->low_mcycles = mcycles_of(low);
    price->typical_mcycles = mcycles_of(words->cycles[WEFT_TYPICAL]);
    price->high_mcycles = mcycles_of(high);
}

/* Whether so few rounds were measured that quartiles say nothing of how well it repeats. */
static gboolean is_hasty(const struct measured_prices *prices)
{
    enum { ROUNDS_LEAST = 10 };
    return prices->calibration->rounds < ROUNDS_LEAST;
}

/* Sizes of TLB and caches are not measured: those of the table's nearest row, by who made the processor. */
static const struct weft_memory_system *memory_of(const struct machine *machine)
{
    static const struct {
        const char *maker;
        const struct weft_memory_system *memory;
    } nearest[] = {{"AMD", &weft_memory_zen_3}, {"Intel", &weft_memory_skylake_sp}};
    for (gsize i = 0; i < G_N_ELEMENTS(nearest); i++)
        if (strstr(machine->cpu, nearest[i].maker))
            return nearest[i].memory;
    return &weft_memory_none;
}

void measured_write_profile(struct measured_prices *prices)
{
    prices->profile.memory = memory_of(&prices->calibration->machine);
    prices->profile.name = "measured";
    prices->profile.help = "measured on this machine";
    for (const struct price_row *row = price_rows; row->event != WEFT_EVENTS; row++) {
        struct weft_price *price = &prices->profile.price[row->event];
        struct price_words words = {.source = NULL};
        say[row->way](prices, row, &words);
        put_range(price, &words);
        price->source = g_string_chunk_insert(prices->texts, words.source);
        price->confidence = is_hasty(prices)   ? "low"
                            : words.confidence ? words.confidence
                                               : range_confidence(price);
        g_free(words.source);
    }
}

/* --- the file --- */

static void put_price(GString *text, const char *key, uint64_t mcycles)
{
    g_string_append_printf(text, "%s = %" G_GUINT64_FORMAT ".%03u cycles\n", key, mcycles / 1000,
                           (unsigned)(mcycles % 1000));
}

static void put_methods(GString *text, const struct calibration *calibration)
{
    const char *between = "methods = ";
    for (const struct method *method = methods; method->name; method++)
        for (guint i = 0; i < calibration->points; i++)
            if (calibration->point[i].method == method) {
                g_string_append_printf(text, "%s%s", between, method->name);
                between = ", ";
                break;
            }
    if (calibration->points > 0)
        g_string_append_c(text, '\n');
}

static void put_skipped(GString *text, const struct calibration *calibration)
{
    const char *between = "skipped = ";
    for (int item = 0; item < PROBE_ITEMS; item++)
        if (*calibration->probe.why_not[item]) {
            g_string_append_printf(text, "%s%s: %s", between, probe_rows[item].name,
                                   calibration->probe.why_not[item]);
            between = "; ";
        }
    if (*between == ';')
        g_string_append_c(text, '\n');
}

static void put_provenance(GString *text, const struct calibration *calibration)
{
    enum { DAY = sizeof("YYYY-MM-DD") - 1 };
    const struct machine *machine = &calibration->machine;
    g_string_append_printf(
        text,
        "[measured]\nmachine = %s, %u processors\nkernel = %s\ndate = %.*s\nweft = %s\nclock = %.0f kHz\n",
        machine->cpu, machine->cores, machine->kernel, DAY, machine->date, WEFT_VERSION,
        clock_hz_of(calibration) / 1e3);
    put_methods(text, calibration);
    put_skipped(text, calibration);
}

char *measured_prices_file(const struct measured_prices *prices)
{
    const struct machine *machine = &prices->calibration->machine;
    GString *text = g_string_new("# Prices of one machine, as `weft calibrate` measured and fitted them. "
                                 "Cycles are those of its time-stamp counter.\n");
    if (is_hasty(prices))
        g_string_append_printf(text, "# Only %u rounds were measured: not to be believed.\n",
                               prices->calibration->rounds);
    g_string_append_printf(
        text,
        "[profile]\nhelp = %s: %s, %s\nbase = %s\n"
        "# The nearest row of `weft list memories`: sizes of TLB and caches were not measured.\n"
        "memory = %s\n\n",
        is_hasty(prices) ? "measured hastily" : "measured", machine->cpu, machine->kernel,
        measured_base->name, prices->profile.memory->name);
    put_provenance(text, prices->calibration);
    for (int event = 0; event < WEFT_EVENTS; event++) {
        const struct weft_price *price = &prices->profile.price[event];
        g_string_append_printf(text, "\n# %s\n[%s]\n", weft_events[event].help, weft_events[event].name);
        put_price(text, "low", price->low_mcycles);
        put_price(text, "typical", price->typical_mcycles);
        put_price(text, "high", price->high_mcycles);
        g_string_append_printf(text, "source = %s\nconfidence = %s\n", price->source, price->confidence);
    }
    return g_string_free(text, FALSE);
}
