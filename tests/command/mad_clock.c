/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A library to be loaded before libc's: a wall clock that goes forward and back by years. Other clocks are as they are. */

#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>

enum { YEAR_S = 31556952 };

/* Some years, other ones at each call: the binary digits of the golden ratio, of which the high ones look random. */
static time_t jump_s(void)
{
    static unsigned calls;
    return (time_t)((calls++ * 2654435769U) >> 26) * YEAR_S - 20L * YEAR_S;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int (*real)(clockid_t, struct timespec *);
    *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    int got = real(clock, now);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)
        now->tv_sec += jump_s();
    return got;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec at;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &at);
    *now = (struct timeval){at.tv_sec, at.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *now)
{
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    if (now)
        *now = at.tv_sec;
    return at.tv_sec;
}
