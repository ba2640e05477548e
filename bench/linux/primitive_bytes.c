/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copying, summing and filling. Cold pieces are taken in an order that no prefetcher knows, from pages of 2 MiB if there are any, so
 * that page walks are no part of it. */

#include "primitive_memory.h"

#include "clocks.h"

#include <string.h>

/* So many bytes a measurement: milliseconds. */
enum { HOT_WORK_BYTES = 64 << 20, COLD_WORK_BYTES = 16 << 20, COLD_PIECES_MOST = 1 << 16 };

typedef void handle(uint8_t *destination, const uint8_t *source, uint32_t bytes);

static void copy(uint8_t *destination, const uint8_t *source, uint32_t bytes)
{
    memcpy(destination, source, bytes);
}

uint16_t internet_sum(const uint8_t *data, uint32_t bytes)
{
    enum { WORD_BYTES = 8, HALF_BYTES = 2, FOLDS = 4 };
    uint64_t low = 0, high = 0; /* of words, so that no carry is lost */
    for (; bytes >= WORD_BYTES; bytes -= WORD_BYTES, data += WORD_BYTES) {
        uint64_t word;
        memcpy(&word, data, sizeof(word));
        low += (uint32_t)word;
        high += word >> 32;
    }
    for (; bytes >= HALF_BYTES; bytes -= HALF_BYTES, data += HALF_BYTES) {
        uint16_t half;
        memcpy(&half, data, sizeof(half));
        low += half;
    }
    uint64_t total = (low & 0xffffffff) + (low >> 32) + (high & 0xffffffff) + (high >> 32);
    for (int i = 0; i < FOLDS; i++)
        total = (total & 0xffff) + (total >> 16);
    return (uint16_t)total;
}

static void sum(uint8_t *destination, const uint8_t *source, uint32_t bytes)
{
    uint16_t total = internet_sum(source, bytes);
    memcpy(destination, &total, sizeof(total));
}

static void fill(uint8_t *destination, const uint8_t *source, uint32_t bytes)
{
    enum { BYTE = 0x5a };
    (void)source;
    memset(destination, BYTE, bytes);
}

/* What the compiler cannot look into, so that no work is left out or moved. */
static handle *volatile const handle_copy = copy, *volatile const handle_sum = sum,
                              *volatile const handle_fill = fill;

static double hot(handle *handle_piece, const struct primitive *primitive,
                  const struct primitive_memory *memory)
{
    const uint32_t bytes = primitive->bytes, pieces = HOT_WORK_BYTES / bytes;
    double ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    uint32_t at = 0;
    for (uint32_t i = 0; i < pieces; i++) {
        handle_piece(memory->destination, memory->hot + at, bytes);
        at = at + 2 * bytes <= HOT_BYTES ? at + bytes : 0;
    }
    return (clock_ns(CLOCK_THREAD_CPUTIME_ID) - ns) / pieces / bytes;
}

/* The i-th place of 2^bits, each of which comes once before one comes again: an odd factor and a shifted sum of bits lose nothing. */
static uint64_t scattered(uint64_t i, unsigned bits)
{
    const uint64_t mask = (UINT64_C(1) << bits) - 1;
    uint64_t place = i * UINT64_C(0x9e3779b97f4a7c15) & mask;
    place ^= place >> bits / 2;
    return place * UINT64_C(0xbf58476d1ce4e5b9) & mask;
}

/* Source or destination is cold, the other one hot. */
static double cold(handle *handle_piece, bool source, const struct primitive *primitive,
                   struct primitive_memory *memory)
{
    const uint32_t bytes = primitive->bytes;
    uint8_t *data = !source ? memory->filled : memory->large ? memory->large : memory->small;
    unsigned slot_bits = 0, cold_bits = (unsigned)__builtin_ctz(source ? COLD_BYTES : FILLED_BYTES);
    while (UINT32_C(1) << slot_bits < bytes)
        slot_bits++;
    const uint32_t pieces = MIN((uint32_t)COLD_WORK_BYTES >> slot_bits, (uint32_t)COLD_PIECES_MOST);
    double ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    for (uint32_t i = 0; i < pieces; i++) {
        uint8_t *piece = data + (scattered(memory->next++, cold_bits - slot_bits) << slot_bits);
        if (source)
            handle_piece(memory->destination, piece, bytes);
        else
            handle_piece(piece, memory->hot, bytes);
    }
    return (clock_ns(CLOCK_THREAD_CPUTIME_ID) - ns) / pieces / bytes;
}

gboolean measure_copy_hot(const struct primitive *primitive, struct primitive_memory *memory, double *ns,
                          GError **error)
{
    (void)error;
    *ns = hot(handle_copy, primitive, memory);
    return TRUE;
}

gboolean measure_copy_cold(const struct primitive *primitive, struct primitive_memory *memory, double *ns,
                           GError **error)
{
    (void)error;
    *ns = cold(handle_copy, true, primitive, memory);
    return TRUE;
}

gboolean measure_checksum_hot(const struct primitive *primitive, struct primitive_memory *memory, double *ns,
                              GError **error)
{
    (void)error;
    *ns = hot(handle_sum, primitive, memory);
    return TRUE;
}

gboolean measure_checksum_cold(const struct primitive *primitive, struct primitive_memory *memory, double *ns,
                               GError **error)
{
    (void)error;
    *ns = cold(handle_sum, true, primitive, memory);
    return TRUE;
}

gboolean measure_fill_hot(const struct primitive *primitive, struct primitive_memory *memory, double *ns,
                          GError **error)
{
    (void)error;
    *ns = hot(handle_fill, primitive, memory);
    return TRUE;
}

gboolean measure_fill_cold(const struct primitive *primitive, struct primitive_memory *memory, double *ns,
                           GError **error)
{
    (void)error;
    *ns = cold(handle_fill, false, primitive, memory);
    return TRUE;
}
