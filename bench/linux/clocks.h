/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_CLOCKS_H
#define BENCH_CLOCKS_H

/* Clocks as floating-point numbers: differences of them are what is measured. */

#include <time.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

static inline double clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Of the time-stamp counter; 0 where there is none. */
static inline double clock_ticks(void)
{
#if defined(__x86_64__)
    return (double)__rdtsc();
#else
    return 0;
#endif
}

#endif
