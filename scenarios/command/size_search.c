/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Strides from the start that double, halves between the ends, then the neighbours. A neighbour above that is within limits
 * begins it anew from there, so that the answer is the largest value that was seen within. */

#include "size_search.h"

void size_search_init(struct size_search *search)
{
    search->trials = g_array_new(FALSE, FALSE, sizeof(struct size_trial));
}

void size_search_clear(struct size_search *search)
{
    g_array_unref(search->trials);
}

static const struct size_trial *trial_at(const struct size_search *search, guint i)
{
    return &g_array_index(search->trials, struct size_trial, i);
}

/* How many trials have a smaller value. */
static guint place_of(const struct size_search *search, uint64_t value)
{
    guint low = 0, high = search->trials->len;
    while (low < high) {
        guint middle = (low + high) / 2;
        if (trial_at(search, middle)->value < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_known(const struct size_search *search, uint64_t value)
{
    guint place = place_of(search, value);
    return place < search->trials->len && trial_at(search, place)->value == value;
}

void size_search_add(struct size_search *search, uint64_t value, bool within)
{
    const struct size_trial trial = {value, within};
    g_assert(!is_known(search, value));
    g_array_insert_val(search->trials, place_of(search, value), trial);
}

/* The trial with the largest value within limits; -1: there is none. */
static int last_within(const struct size_search *search)
{
    int i = (int)search->trials->len - 1;
    while (i >= 0 && !trial_at(search, (guint)i)->within)
        i--;
    return i;
}

static void ask(const struct size_search *search, uint64_t value, GArray *values)
{
    if (!is_known(search, value))
        g_array_append_val(values, value);
}

/* As far again as it has been from the start. */
static uint64_t stride(const struct size_search *search, uint64_t from)
{
    uint64_t gone = from > search->start ? from - search->start : search->start - from;
    return MAX(search->step, gone);
}

static void ask_neighbours(const struct size_search *search, uint64_t answer, GArray *values)
{
    uint64_t furthest = MAX(MIN(search->reach, answer), search->close);
    for (uint64_t distance = 1; distance <= furthest;
         distance = distance < search->close ? distance + 1 : distance * 2) {
        if (answer > distance && answer - distance >= search->least)
            ask(search, answer - distance, values);
        if (distance <= search->most && answer + 1 <= search->most - distance)
            ask(search, answer + 1 + distance, values);
    }
}

void size_search_next(const struct size_search *search, GArray *values)
{
    g_array_set_size(values, 0);
    int last = last_within(search);
    guint after = (guint)(last + 1);
    uint64_t low = last < 0 ? search->least - 1 : trial_at(search, (guint)last)->value;
    if (search->trials->len == 0) {
        ask(search, search->start, values);
        return;
    }
    if (after == search->trials->len && low < search->most) {
        uint64_t further = stride(search, low);
        ask(search, further < search->most - low ? low + further : search->most, values);
        return;
    }
    uint64_t high = after < search->trials->len ? trial_at(search, after)->value : search->most + 1;
    if (high - low == 1) {
        ask_neighbours(search, low, values);
        return;
    }
    if (last < 0) { /* nothing is within yet */
        uint64_t further = stride(search, high);
        ask(search, further < high - search->least ? high - further : search->least, values);
        return;
    }
    ask(search, low + (high - low) / 2, values);
}

struct size_found size_search_found(const struct size_search *search)
{
    int last = last_within(search);
    struct size_found found = {.answer = search->least - 1, .all_within = search->least - 1};
    if (last >= 0)
        found.answer = trial_at(search, (guint)last)->value;
    found.at_most = found.answer == search->most;
    for (int i = 0; i <= last; i++) {
        const struct size_trial *trial = trial_at(search, (guint)i);
        found.exceptions += !trial->within;
        if (trial->within && found.exceptions == 0)
            found.all_within = trial->value;
    }
    found.monotone = found.exceptions == 0;
    return found;
}
