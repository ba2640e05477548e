/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef COMMAND_DEVICE_BUFFER_H
#define COMMAND_DEVICE_BUFFER_H

/* How full devices' buffers are, method beside method: what goes into device-buffer.csv. */

#include "playout.h"
#include "weft/method.h"

extern const char device_buffer_file[];

/* Whether a method is one of those that differ in what a device gets when. */
bool device_buffer_shows(const struct weft_method *method);
/* The levels of the first and the last stream, a few intervals around the start of playback; the file is the caller's. */
struct playout_request device_buffer_request(const struct weft_setup *setup);

#endif
