/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Back end `reference`: a loop over hosts, no simulator. As no clock but its own stands behind it, it may leave out what repeats. */

#include "weft/reference.h"

#include "common/repeat.h"

static int run(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,
               struct weft_error *error)
{
    (void)error;
    struct weft_exchange *exchange = weft_exchange_new(setup, watch, watches);
    struct weft_repetition *repetition = weft_repetition_new(setup, watch, watches, exchange);
    for (weft_ps now_ps; (now_ps = weft_exchange_next(exchange)) != WEFT_NEVER;) {
        if (weft_repetition_jumps(repetition, now_ps))
            continue;
        uint32_t server = weft_exchange_first(exchange);
        weft_exchange_take(exchange, server, now_ps);
        weft_exchange_advance(exchange);
        weft_exchange_step(exchange, server, now_ps);
    }
    weft_exchange_finish(exchange);
    weft_repetition_free(repetition);
    weft_exchange_free(exchange);
    return WEFT_OK;
}

const struct weft_backend weft_backend_reference = {
    .version = WEFT_BACKEND_VERSION,
    .name = "reference",
    .help = "a loop over hosts, no simulator",
    .run = run,
};
