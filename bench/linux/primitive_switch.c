/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Into the kernel, from thread to thread, to sleep and awake. */

#include "primitive_memory.h"

#include "clocks.h"
#include "failure.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

gboolean measure_system_call(const struct primitive *primitive, struct primitive_memory *memory, double *ns,
                             GError **error)
{
    enum { CALLS = 20000 };
    (void)primitive;
    (void)memory;
    (void)error;
    *ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    for (int i = 0; i < CALLS; i++)
        (void)syscall(SYS_getppid);
    *ns = (clock_ns(CLOCK_THREAD_CPUTIME_ID) - *ns) / CALLS;
    return TRUE;
}

/* --- switches --- */

/* Two threads on one core that give each other the turn. */
enum { TURNS = 2000 };
struct court {
    uint32_t turn; /* whose */
};

static void wait_for_turn(struct court *court, uint32_t side)
{
    while (__atomic_load_n(&court->turn, __ATOMIC_ACQUIRE) != side)
        (void)syscall(SYS_futex, &court->turn, FUTEX_WAIT_PRIVATE, 1 - side, NULL, NULL, 0);
}

static void give_turn(struct court *court, uint32_t side)
{
    __atomic_store_n(&court->turn, 1 - side, __ATOMIC_RELEASE);
    (void)syscall(SYS_futex, &court->turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void *play(void *which)
{
    struct court *court = which;
    for (int i = 0; i < TURNS; i++) {
        wait_for_turn(court, 1);
        give_turn(court, 1);
    }
    return NULL;
}

static gboolean play_both(double *ns, GError **error)
{
    struct court court = {.turn = 0};
    pthread_t other;
    int status = pthread_create(&other, NULL, play, &court);
    if (status != 0)
        return failure(error, STATUS_FAILED, "no thread: %s", g_strerror(status));
    *ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < TURNS; i++) {
        give_turn(&court, 0);
        wait_for_turn(&court, 0);
    }
    *ns = (clock_ns(CLOCK_PROCESS_CPUTIME_ID) - *ns) / (2 * TURNS);
    pthread_join(other, NULL);
    return TRUE;
}

gboolean measure_context_switch(const struct primitive *primitive, struct primitive_memory *memory,
                                double *ns, GError **error)
{
    cpu_set_t before, here;
    (void)primitive;
    (void)memory;
    CPU_ZERO(&here);
    CPU_SET((size_t)sched_getcpu(), &here);
    if (sched_getaffinity(0, sizeof(before), &before) < 0 || sched_setaffinity(0, sizeof(here), &here) < 0)
        return failure(error, STATUS_INPUT, "no thread can be kept on a core: %s", g_strerror(errno));
    gboolean good = play_both(ns, error); /* the other thread begins on the same core */
    (void)sched_setaffinity(0, sizeof(before), &before);
    return good;
}

/* --- sleep --- */

/* Sleeps until absolute times; processor time of a sleep, and how late it ends on average. */
static void sleep_often(double *cpu_ns, double *late_ns)
{
    enum { SLEEPS = 20, EACH_NS = 200000, NS_PER_S = 1000000000 };
    *late_ns = 0;
    *cpu_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    for (int i = 0; i < SLEEPS; i++) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += EACH_NS;
        until.tv_sec += until.tv_nsec / NS_PER_S;
        until.tv_nsec %= NS_PER_S;
        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
            ;
        *late_ns += clock_ns(CLOCK_MONOTONIC) - ((double)until.tv_sec * 1e9 + (double)until.tv_nsec);
    }
    *cpu_ns = (clock_ns(CLOCK_THREAD_CPUTIME_ID) - *cpu_ns) / SLEEPS;
    *late_ns /= SLEEPS;
}

gboolean measure_timer_wake_up(const struct primitive *primitive, struct primitive_memory *memory, double *ns,
                               GError **error)
{
    double late_ns;
    (void)primitive;
    (void)memory;
    (void)error;
    sleep_often(ns, &late_ns);
    return TRUE;
}

gboolean measure_timer_lateness(const struct primitive *primitive, struct primitive_memory *memory,
                                double *ns, GError **error)
{
    double cpu_ns;
    (void)primitive;
    (void)memory;
    (void)error;
    sleep_often(&cpu_ns, ns);
    return TRUE;
}
