/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TESTS_REPLAY_H
#define WEFT_TESTS_REPLAY_H

/* An observer that lets others see every packet of a run that leaves periods out: it keeps a period and tells it them again
 * and again, as weft/train.h says what repeat() means. */

#include "weft/train.h"

#include <glib.h>

struct replay;
/* Tells `watch`, which is borrowed, and never its mark and repeat. */
struct replay *replay_new(const struct weft_watch *watch);
void replay_free(struct replay *replay);
struct weft_watch replay_watch(struct replay *replay);
/* What was told again so far. */
uint64_t replay_periods(const struct replay *replay);
uint64_t replay_marks(const struct replay *replay);

#endif
