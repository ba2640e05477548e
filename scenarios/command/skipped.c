/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was left out of a run. */

#include "skipped.h"

#include "quantity.h"
#include "time_text.h"

struct skipped {
    const struct weft_setup *setup;
    uint64_t packets, periods, jumps;
    weft_ps period_ps, all_ps; /* of the last jump; of all */
};

struct skipped *skipped_new(const struct weft_setup *setup)
{
    struct skipped *skipped = g_new0(struct skipped, 1);
    skipped->setup = setup;
    return skipped;
}

void skipped_free(struct skipped *skipped)
{
    g_free(skipped);
}

static void mark(void *ctx)
{
    (void)ctx;
}

static void repeat(void *ctx, const struct weft_repeat *repeat)
{
    struct skipped *skipped = ctx;
    if (repeat->times == 0)
        return;
    skipped->jumps++;
    skipped->periods += repeat->times;
    skipped->period_ps = repeat->period_ps;
    skipped->all_ps += repeat->times * repeat->period_ps;
    for (uint32_t i = 0; i < skipped->setup->servers; i++)
        skipped->packets += repeat->times * repeat->server_packets[i];
}

struct weft_watch skipped_watch(struct skipped *skipped)
{
    return (struct weft_watch){.ctx = skipped, .mark = mark, .repeat = repeat};
}

char *skipped_text(const struct skipped *skipped)
{
    if (skipped->jumps == 0)
        return g_strdup("left out: nothing");
    g_autofree char *period = quantity_format(&quantity_time, skipped->period_ps),
                    *all = time_text_ps(skipped->all_ps),
                    *run = quantity_format(&quantity_time, skipped->setup->duration_ps);
    return g_strdup_printf("left out: %" G_GUINT64_FORMAT " packets, %" G_GUINT64_FORMAT
                           " period%s%s%s, %s of %s",
                           skipped->packets, skipped->periods, skipped->periods == 1 ? "" : "s",
                           skipped->jumps == 1 ? " of " : "", skipped->jumps == 1 ? period : "", all, run);
}
