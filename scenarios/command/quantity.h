/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_QUANTITY_H
#define COMMAND_QUANTITY_H

/* Numbers with units, in exact integer arithmetic: "3.75 Mbit/s" is 3,750,000 or an error, never nearly that.
 */

#include <stdbool.h>
#include <stdint.h>

struct unit {
    const char *name;
    uint64_t factor; /* base units in one of it */
};

/* A kind of quantity. Values are held in a base unit, which is the first one (but for cycles and ratios); the table ends with a NULL
 * name. */
struct quantity {
    const char *name; /* as in "a time" */
    const struct unit *units;
    bool bare;               /* the unit may be left out: counts, and counts per second */
    unsigned decimals;       /* most decimals when formatted */
    const struct unit *zero; /* unit in which 0 is written; NULL: the base unit */
};

extern const struct quantity quantity_count;      /* bare */
extern const struct quantity quantity_time;       /* picoseconds */
extern const struct quantity quantity_rate;       /* bit/s, decimal */
extern const struct quantity quantity_size;       /* bytes */
extern const struct quantity quantity_frequency;  /* Hz */
extern const struct quantity quantity_per_second; /* events a second */
extern const struct quantity quantity_cycles;     /* thousandths of a cycle, written in cycles */

extern const struct quantity quantity_ratio; /* thousandths, written as a bare number */

/* The value of `text` in base units into `*out`. Returns NULL, or what is wrong (then `*out` is untouched).
 */
const char *quantity_parse(const struct quantity *quantity, const char *text, uint64_t *out);

/* The value as a person writes it, in the largest unit that shows it exactly. The caller frees with g_free.
 */
char *quantity_format(const struct quantity *quantity, uint64_t value);

/* "ps, ns, us, ms, s, min, h", or NULL where there are no units. The caller frees with g_free. */
char *quantity_units(const struct quantity *quantity);

#endif
