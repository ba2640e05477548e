/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_PROVENANCE_H
#define COMMAND_PROVENANCE_H

/* Where, when and with what the prices of a profile were measured: the group [measured] of a profile file.
 *
 *     [measured]
 *     machine = AMD EPYC 9R14, 2 processors      (a text)
 *     kernel = Linux 6.1.0-18-amd64              (a text)
 *     date = 2026-01-31
 *     weft = 0.1.0                               (the version that measured)
 *     clock = 2.6 GHz                            (of the cycles in which the prices are)
 *     methods = sendto, sendmmsg                 (what was measured; may be left out)
 *     skipped = AF_XDP: no permission            (what was not, and why; may be left out)
 */

#include "keyfile.h"

#include <stdint.h>

struct provenance {
    const char *machine, *kernel, *date, *weft, *methods, *skipped; /* the last two: NULL if left out */
    uint64_t clock_hz;
};

/* Read the group of the file `path`; texts go into `texts`. FALSE and an error "PATH:LINE: measured.KEY: ...". */
gboolean provenance_read(const char *path, const struct keyfile_group *group, GStringChunk *texts,
                         struct provenance *provenance, GError **error);
/* "MACHINE, KERNEL, DATE, weft VERSION, cycles of CLOCK". The caller frees with g_free. */
char *provenance_text(const struct provenance *provenance);

#endif
