/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_SIZE_PRIVATE_H
#define COMMAND_SIZE_PRIVATE_H

/* What parts of weft size share. */

#include "size.h"

/* The closed form that must be met at every port with traffic, of a run without limit that observed arrivals; in the unit of
 * the buffers. The caller frees the name. */
struct size_theory size_theory_of(const struct size_request *request, const struct replica *replica, guint n);

#endif
