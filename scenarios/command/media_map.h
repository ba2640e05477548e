/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_MEDIA_MAP_H
#define COMMAND_MEDIA_MAP_H

#include <glib.h>

/* A regular file that is not empty, in memory; or NULL and an error that does not name it. */
GMappedFile *media_map(const char *path, GError **error);

#endif
