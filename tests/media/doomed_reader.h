/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TESTS_MEDIA_DOOMED_READER_H
#define WEFT_TESTS_MEDIA_DOOMED_READER_H

/* A media reader that does what the first word of a file tells it to: crash, hang, lie, ... It is built as the module
 * weft-media.so beside a copy of the command, and linked into tests. */

#include "media.h"

#include <gmodule.h>

G_MODULE_EXPORT const struct media_reader *weft_media_reader(void);

/* What a file that is read well has: two points, and two units if it is asked for units. */
enum { DOOMED_UNIT_BYTES = 3 };
/* What a child may take in tests, and what "gulp" takes. */
enum {
    DOOMED_MEMORY_BYTES = (WEFT_SANITIZED ? 512 : 64) << 20,
    DOOMED_GULP_BYTES = DOOMED_MEMORY_BYTES / 2 * 3
};
#define DOOMED_DURATION_PS WEFT_PS_PER_S

#endif
