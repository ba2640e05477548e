/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_MEDIA_H
#define COMMAND_MEDIA_H

/* Media files. The reader (libavformat) is a module, loaded when a scenario names its first file. */

#include "weft/traffic.h"

#include <glib.h>

enum { MEDIA_READER_VERSION = 1 };

/* What the module offers. `open` reads the clock of the file's main stream (the first video stream, else the
 * first audio stream) and maps its bytes; it returns NULL and sets an error, whose message does not name the
 * file, if the file is missing, empty, no media, or has no timing. */
struct media_reader {
    uint32_t version; /* MEDIA_READER_VERSION */
    struct weft_media *(*open)(const char *path, GError **error);
    void (*close)(struct weft_media *media);
};
#define MEDIA_READER_SYMBOL "weft_media_reader"
typedef const struct media_reader *media_reader_entry(void);

/* The files of a run, each opened once however many streams send it. The caller frees; it owns the media. */
struct media_library;
struct media_library *media_library_new(void);
void media_library_free(struct media_library *library);
const struct weft_media *media_library_open(struct media_library *library, const char *path, GError **error);

#endif
