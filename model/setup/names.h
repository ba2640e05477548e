/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SETUP_NAMES_H
#define SETUP_NAMES_H

#include "weft/setup.h"

/* WEFT_INVALID if two of a kind have one name, or one has none. */
int weft_names_check(const struct weft_setup *setup, struct weft_error *error);
/* A packet's name is its number on its server's link, below the server (weft/train.h). WEFT_INVALID if a server has more packets
 * than that has room for. Streams have been checked. */
int weft_packet_names_check(const struct weft_setup *setup, struct weft_error *error);

#endif
