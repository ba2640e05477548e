/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_ALL_BYTES_H
#define COMMAND_ALL_BYTES_H

/* All bytes or an error, in however many pieces the kernel takes or gives them. */

#include <stdbool.h>
#include <stddef.h>

/* False: errno says why. */
bool write_all(int fd, const void *data, size_t bytes);
/* False: errno says why; ENODATA where the end comes before `bytes` are read. */
bool read_all(int fd, void *data, size_t bytes);

#endif
