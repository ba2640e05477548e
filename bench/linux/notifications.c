/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A socket's error queue. */

#include "notifications.h"

#include "failure.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

/* One range. */
static gboolean take(struct notifications *notifications, const struct msghdr *message, GError **error)
{
    const struct cmsghdr *control = CMSG_FIRSTHDR(message);
    if (!control)
        return failure(error, STATUS_FAILED, "zero copy: a notification without a word");
    const struct sock_extended_err *said = (const struct sock_extended_err *)(const void *)CMSG_DATA(control);
    if (said->ee_origin != SO_EE_ORIGIN_ZEROCOPY)
        return failure(error, STATUS_FAILED, "zero copy: the link says: %s", g_strerror((int)said->ee_errno));
    if (said->ee_code & SO_EE_CODE_ZEROCOPY_COPIED)
        return failure(error, STATUS_FAILED, "zero copy: the kernel has copied");
    notifications->done += (uint32_t)(said->ee_data - said->ee_info) + 1;
    return TRUE;
}

gboolean notifications_read(struct notifications *notifications, int sock, GError **error)
{
    enum { PATIENCE_MS = 2000, CONTROL_BYTES = 128 };
    _Alignas(struct cmsghdr) char control[CONTROL_BYTES];
    while (notifications->done < notifications->sent) {
        struct msghdr message = {.msg_control = control, .msg_controllen = sizeof(control)};
        struct pollfd queue = {.fd = sock};
        if (recvmsg(sock, &message, MSG_ERRQUEUE) >= 0) {
            if (!take(notifications, &message, error))
                return FALSE;
        } else if (errno != EAGAIN || poll(&queue, 1, PATIENCE_MS) <= 0) {
            return failure(error, STATUS_FAILED, "zero copy: no notification: %s", g_strerror(errno));
        }
    }
    return TRUE;
}
