/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of switch buffer schemes. */

#include "weft/setup.h"

static const struct weft_buffer unlimited = {.name = "unlimited", .help = "a FIFO without limit per port"};

const struct weft_buffer *const weft_buffers[] = {&unlimited, NULL};
