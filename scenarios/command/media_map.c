/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of a scenario in memory. */

#include "media_map.h"

#include "claims.h"
#include "failure.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

GMappedFile *media_map(const char *path, GError **error)
{
    /* A device or pipe cannot be mapped and might never end. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) < 0) {
        failure(error, STATUS_INPUT, "cannot be opened: %s", g_strerror(errno));
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    GMappedFile *file = NULL;
    g_autoptr(GError) refused = NULL;
    if (!S_ISREG(status.st_mode))
        failure(error, STATUS_INPUT, "is not a regular file");
    else if (status.st_size == 0)
        failure(error, STATUS_INPUT, "is empty");
    else if (!claims_input(fd))
        failure(error, STATUS_INPUT, "is to be overwritten by a result");
    else if (!(file = g_mapped_file_new_from_fd(fd, FALSE, &refused)))
        failure(error, STATUS_INPUT, "cannot be read: %s", refused->message);
    close(fd);
    return file;
}
