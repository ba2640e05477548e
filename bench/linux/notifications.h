/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_NOTIFICATIONS_H
#define BENCH_NOTIFICATIONS_H

/* Completions of MSG_ZEROCOPY (Documentation/networking/msg_zerocopy.rst of Linux): each message has a number, and the kernel says
 * which ones it is done with, in ranges, and whether it copied them after all. */

#include <glib.h>
#include <stdint.h>

enum { NOTIFICATIONS_PENDING_MOST = 64 };

struct notifications {
    uint64_t sent, done; /* messages */
};
/* Read what there is until all that was sent is done. FALSE and an error, also where the kernel has copied. */
gboolean notifications_read(struct notifications *notifications, int sock, GError **error);

#endif
