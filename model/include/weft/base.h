/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_BASE_H
#define WEFT_BASE_H

/* Time, exact rates, draws and errors: what every station uses and nothing else.
 *
 * Time is an unsigned count of picoseconds since the start of the run. 2^64 ps are 213 days;
 * weft_setup_check() refuses runs long enough to come near. All functions here are pure or touch only what
 * they are given. */

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Public headers are C11 and C++17; their functions and objects are C's in both. */
#ifdef __cplusplus
#define WEFT_BEGIN_DECLS extern "C" {
#define WEFT_END_DECLS   }
#else
#define WEFT_BEGIN_DECLS
#define WEFT_END_DECLS
#endif

WEFT_BEGIN_DECLS

typedef uint64_t weft_ps;
__extension__ typedef unsigned __int128 weft_u128;
__extension__ typedef __int128 weft_i128;

#define WEFT_NEVER    UINT64_MAX
#define WEFT_PS_PER_S UINT64_C(1000000000000)

/* Result codes: by value, 0 is success. The text is for a person and optional: pass NULL to do without. */
enum { WEFT_OK = 0, WEFT_INVALID = -1, WEFT_FAILED = -2 };
struct weft_error {
    char text[256];
};

/* Write a printf-style text into `error` (may be NULL) and return `code`. */
int weft_fail(struct weft_error *error, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A rate and the exact instant it is free again. The exact end of the last piece of work is
 * free_ps + carry / rate_per_s picoseconds, so a busy pipe never drifts. */
struct weft_pipe {
    uint64_t rate_per_s; /* units per second, 1 .. 10^13 */
    weft_ps free_ps;     /* floor of the exact end */
    uint64_t carry;      /* remainder, in units of 1/rate_per_s ps */
    /* The size of work divided last (at first none), with quotient and remainder: most work is as large as what came
     * before it, and then needs no division. */
    uint64_t known_units, known_ps, known_carry;
};

/* An idle pipe of `rate_per_s` units per second. */
void weft_pipe_init(struct weft_pipe *pipe, uint64_t rate_per_s);

/* The limit of `units` keeps a piece of work in 64-bit arithmetic. */
#define WEFT_PIPE_MOST_UNITS (UINT64_C(1) << 24)
static_assert(WEFT_PIPE_MOST_UNITS <= UINT64_MAX / WEFT_PS_PER_S, "units * 10^12 fits 64 bits");

/* The instant (floor) at which work that comes at `at_ps` would start. Inline, as the next: every packet asks. */
static inline weft_ps weft_pipe_start(const struct weft_pipe *pipe, weft_ps at_ps)
{
    return at_ps > pipe->free_ps ? at_ps : pipe->free_ps;
}

/* Work of `units` (1 .. 2^24) that comes at `at_ps`: found idle it starts at `at_ps` with remainder 0, found
 * busy it starts at the exact end of its predecessor. Returns the end, rounded down. */
static inline weft_ps weft_pipe_take(struct weft_pipe *pipe, weft_ps at_ps, uint64_t units)
{
    if (units != pipe->known_units) {
        assert(units >= 1 && units <= WEFT_PIPE_MOST_UNITS);
        pipe->known_units = units;
        pipe->known_ps = units * WEFT_PS_PER_S / pipe->rate_per_s;
        pipe->known_carry = units * WEFT_PS_PER_S % pipe->rate_per_s;
    }
    uint64_t start_ps = at_ps, carry = pipe->known_carry, whole_ps = pipe->known_ps;
    if (at_ps <= pipe->free_ps) {
        start_ps = pipe->free_ps;
        carry += pipe->carry;
        /* Both carries are below the rate, so their sum is at most one picosecond more. */
        bool over = carry >= pipe->rate_per_s;
        whole_ps += over;
        carry = over ? carry - pipe->rate_per_s : carry;
    }
    pipe->carry = carry;
    assert(whole_ps <= UINT64_MAX - start_ps);
    pipe->free_ps = start_ps + whole_ps;
    return pipe->free_ps;
}

/* `n` pieces of work as large as what was taken last, which come before that is over, one after the other: when each starts
 * and ends, rounded down. */
void weft_pipe_follow(struct weft_pipe *pipe, uint64_t n, weft_ps *start_ps, weft_ps *end_ps);

/* How long `units` take at `rate_per_s`, rounded up or down to a picosecond. The result must fit (asserted).
 */
weft_ps weft_duration_up(uint64_t units, uint64_t rate_per_s);
weft_ps weft_duration_down(uint64_t units, uint64_t rate_per_s);

/* The n-th random number of one entity for one purpose: a pure function, so that no draw depends on another.
 */
uint64_t weft_draw(uint64_t seed, uint32_t entity, uint32_t purpose, uint64_t n);
/* Numbers `first`, first + 1, ... into out[0 .. count - 1]. */
void weft_draws(uint64_t seed, uint32_t entity, uint32_t purpose, uint64_t first, uint64_t *out,
                uint32_t count);

/* Purposes of draws, one name each, so that no two uses share a sequence. */
enum weft_purpose {
    WEFT_DRAW_FRAMES = 1,
    WEFT_DRAW_PATTERN,
    WEFT_DRAW_START,
    WEFT_DRAW_TEST,
    WEFT_DRAW_RTP,
    WEFT_DRAW_REPLICATION,
    WEFT_DRAW_BACKGROUND,
    WEFT_DRAW_ORDER
};

/* The greatest number that divides both; of 0 and another one, that. Euclid's algorithm. */
static inline uint64_t weft_common_divisor(uint64_t a, uint64_t b)
{
    while (b > 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* A hint, for speed only: `bytes` at `address` are read soon. */
static inline void weft_prefetch(const void *address, size_t bytes)
{
    enum { CACHE_LINE_BYTES = 64 };
    const char *at = (const char *)address;
    for (size_t line = 0; line < bytes; line += CACHE_LINE_BYTES)
        __builtin_prefetch(at + line);
}

/* `count` zeroed objects of `size` bytes; never NULL. Memory that cannot be had ends the process with a line
 * on standard error: no caller can go on without it. The caller frees with free(). */
void *weft_alloc(size_t count, size_t size);
/* `old` (may be NULL) resized to `count` objects, contents kept, the rest not initialised; ends the process
 * likewise. */
void *weft_resize(void *old, size_t count, size_t size);

WEFT_END_DECLS

#endif
