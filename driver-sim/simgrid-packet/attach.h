/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_SIMGRID_PACKET_ATTACH_H
#define WEFT_SIMGRID_PACKET_ATTACH_H

/* The actors of one run in an engine with a platform, as weft/simgrid.h has them for the other back end: attach after
 * loading, finish after the simulation. The engine's precision must be well below a picosecond. */

#include "weft/setup.h"
#include "weft/train.h"

/* WEFT_INVALID with a text for what this back end cannot do. */
int hop_refuse(const struct weft_setup *setup, struct weft_error *error);

struct hop_attached;
/* Borrows setup and watches until the free. WEFT_INVALID as above, WEFT_FAILED if the platform differs from the setup;
 * then there is nothing to free and no actor was made. */
int hop_attach(const struct weft_setup *setup, const struct weft_watch *watch, size_t watches,
               struct hop_attached **out, struct weft_error *error);
/* WEFT_FAILED with a text, and no further call of a watch, if the run failed or has not come to its end. At most once. */
int hop_finish(struct hop_attached *attached, struct weft_error *error);
/* Not before the simulation is over. NULL is legal. */
void hop_free(struct hop_attached *attached);

#endif
