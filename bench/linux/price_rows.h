/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_LINUX_PRICE_ROWS_H
#define BENCH_LINUX_PRICE_ROWS_H

/* Where the price of each event comes from on a machine that is measured: a row an event. */

#include "weft/cost.h"

enum price_way {
    PRICE_FITTED,    /* from points */
    PRICE_PRIMITIVE, /* measured by itself */
    PRICE_TOP,       /* likewise, but only the high end: its part of the points is in another price */
    PRICE_DRIVER, /* of libweft's own code: as the base has it, scaled so that the whole is what the driver took */
    PRICE_BASE, /* the base's: this machine does not show it */
};

struct price_row {
    enum weft_event event;
    enum price_way way;
    /* Of a primitive, what it is a sum of; of what is fitted, the least that it may be. Ends with a NULL name. */
    struct price_part {
        const char *primitive;
        double factor;
    } part[3];
    const char *why; /* of PRICE_TOP the price that has its part; of PRICE_BASE why it is not shown */
};
/* Every event once; those that are fitted in the order in which they are told apart. Ends with WEFT_EVENTS. */
extern const struct price_row price_rows[];

#endif
