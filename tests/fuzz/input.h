/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TESTS_FUZZ_INPUT_H
#define WEFT_TESTS_FUZZ_INPUT_H

/* Inputs of the fuzz targets as files: the readers take paths. */

#include <stddef.h>
#include <stdint.h>

/* What libFuzzer, or replay.c, calls with each input. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Descriptors that input_file() gives names to. */
enum { INPUT_FD = 100, INPUT_PLAIN_FD, INPUT_SOUND_FD };

/* A file in memory that holds exactly `data`, behind descriptor `fd`, until the next call with the same one. Its path lives
 * until the next call; a scenario there names the others as files beside it: "file:101". */
const char *input_file(int fd, const void *data, size_t size);

#endif
