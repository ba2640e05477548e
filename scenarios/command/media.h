/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_MEDIA_H
#define COMMAND_MEDIA_H

/* Media files. The reader (libavformat) is a module, loaded when a scenario names its first file. */

#include "weft/traffic.h"

#include <glib.h>

enum { MEDIA_READER_VERSION = 3 };

/* What the module offers. `open` reads the clock of the main stream of a file of `bytes` (>= 1) at `data`, which stay
 * until `close`: the first video stream, else the first audio stream; with `codecs` (names, NULL-ended) the main stream is
 * of one of them, and what is to be sent are its units. It returns NULL and sets an error, whose message does not name the
 * file, if that is no media, has no timing or no such codec. Media have no name. */
struct media_reader {
    uint32_t version; /* MEDIA_READER_VERSION */
    struct weft_media *(*open)(const uint8_t *data, uint64_t bytes, const char *const *codecs,
                               GError **error);
    void (*close)(struct weft_media *media);
};
#define MEDIA_READER_SYMBOL "weft_media_reader"
typedef const struct media_reader *media_reader_entry(void);

/* How a reader is made to read a file. */
struct media_way {
    struct weft_media *(*open)(const struct media_reader *reader, const char *path, const char *const *codecs,
                               GError **error);
    void (*close)(struct weft_media *media);
};
/* In a child process, which may crash, hang or ask for too much: then the file is refused. */
extern const struct media_way media_in_child;

/* The files of a run, each opened once however many streams send it. The caller frees; it owns the media. */
struct media_library;
struct media_library *media_library_new(void); /* media_in_child */
struct media_library *media_library_new_by(const struct media_way *way);
void media_library_free(struct media_library *library);
/* The media file `path` as `format` (NULL: bytes) needs it. */
const struct weft_media *media_library_open(struct media_library *library, const char *path,
                                            const struct weft_format *format, GError **error);
/* Any file at a constant `rate_bps` (>= 1). */
const struct weft_media *media_library_file(struct media_library *library, const char *path,
                                            uint64_t rate_bps, GError **error);
/* The packets that `format`, which cuts units, makes of media; each (media, payload) is cut once. */
const struct weft_packets *media_library_cut(struct media_library *library, const struct weft_media *media,
                                             const struct weft_format *format, uint32_t payload_bytes,
                                             GError **error);

#endif
