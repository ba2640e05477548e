/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Limits of a child. Memory is what is resident and its own, as the parent sees it in /proc: that means the same with
 * sanitizers, which reserve terabytes of addresses, and says which limit it was. A limit on addresses stands behind it
 * where there are none. */

#include "child_limits.h"

#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_MS = 20, MS_PER_S = 1000, KIB = 1024 };

/* Memory of a process, in bytes. */
struct statm {
    uint64_t addresses, resident, shared;
};

static bool read_statm(pid_t pid, struct statm *out)
{
    char path[64], text[256];
    snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0)
        close(fd);
    text[MAX(got, 0)] = '\0';
    if (sscanf(text, "%" SCNu64 " %" SCNu64 " %" SCNu64, &out->addresses, &out->resident, &out->shared) != 3)
        return false;
    uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
    *out = (struct statm){out->addresses * page_bytes, out->resident * page_bytes, out->shared * page_bytes};
    return true;
}

/* The soft limit; the hard one is so much more. */
static void set_limit(__rlimit_resource_t resource, rlim_t most, rlim_t more)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0)
        return;
    limit.rlim_max = MIN(limit.rlim_max, most + more);
    limit.rlim_cur = MIN(limit.rlim_cur, most);
    setrlimit(resource, &limit);
}

void child_limits_set(const struct child_limits *limits)
{
    struct statm statm;
    set_limit(RLIMIT_CPU, limits->cpu_s, 1); /* a signal that says why, then one that cannot be ignored */
    set_limit(RLIMIT_FSIZE, limits->memory_bytes, 0);
    set_limit(RLIMIT_CORE, 0, 0);
    prctl(PR_SET_DUMPABLE, 0); /* nor to a program that takes cores */
    if (!WEFT_SANITIZED && read_statm(getpid(), &statm))
        set_limit(RLIMIT_AS, statm.addresses + 2 * limits->memory_bytes, 0);
}

static uint64_t own_bytes(const struct statm *statm)
{
    return statm->resident - MIN(statm->shared, statm->resident);
}

/* A child begins with what its parent has. */
static bool is_over_memory(pid_t pid, const struct child_limits *limits, const struct statm *parent)
{
    struct statm statm;
    return read_statm(pid, &statm) && own_bytes(&statm) > own_bytes(parent) + limits->memory_bytes;
}

static uint64_t cpu_us(const struct rusage *used)
{
    return (uint64_t)(used->ru_utime.tv_sec + used->ru_stime.tv_sec) * G_USEC_PER_SEC +
           (uint64_t)(used->ru_utime.tv_usec + used->ru_stime.tv_usec);
}

/* The child was not seen to go too far: what it has used tells. */
static enum child_excess judge(const struct child_limits *limits, const struct statm *parent, int ended,
                               const struct rusage *used)
{
    uint64_t not_its_own = parent->resident + limits->mapped_bytes;
    int signal = WIFSIGNALED(ended) ? WTERMSIG(ended) : 0;
    if (signal == SIGXCPU || cpu_us(used) >= (uint64_t)limits->cpu_s * G_USEC_PER_SEC)
        return CHILD_OVER_CPU;
    if (signal == SIGXFSZ || (uint64_t)used->ru_maxrss * KIB > not_its_own + limits->memory_bytes)
        return CHILD_OVER_MEMORY;
    return CHILD_WITHIN;
}

/* The wall clock is a number of looks, so that a stopped parent does not count. */
enum child_excess child_limits_watch(struct child *child, const struct child_limits *limits, int *ended)
{
    struct pollfd alive = {.fd = child->alive};
    struct rusage used = {0};
    struct statm parent = {0};
    enum child_excess excess = CHILD_WITHIN;
    uint64_t looks = (uint64_t)limits->wall_s * MS_PER_S / LOOK_MS;
    int hung_up;
    read_statm(getpid(), &parent);
    while ((hung_up = poll(&alive, 1, LOOK_MS)) <= 0 && excess == CHILD_WITHIN) {
        if (hung_up < 0)
            continue;
        if (looks-- == 0)
            excess = CHILD_OVER_WALL;
        else if (is_over_memory(child->pid, limits, &parent))
            excess = CHILD_OVER_MEMORY;
        if (excess != CHILD_WITHIN)
            kill(child->pid, SIGKILL);
    }
    *ended = child_reap(child, &used);
    return excess == CHILD_WITHIN ? judge(limits, &parent, *ended, &used) : excess;
}
