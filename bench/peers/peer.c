/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Command line and report of a program of this bench. */

#include "peer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void refuse(const char *program, const char *what, const char *value)
{
    fprintf(stderr, "%s: %s: '%s'\nusage: STREAMS PER_INTERVAL INTERVALS [KEY=VALUE...]\n", program, what,
            value);
    exit(2);
}

static uint64_t number(const char *program, const char *text, uint64_t most)
{
    char *end = NULL;
    errno = 0;
    uint64_t value = strtoull(text, &end, 10);
    if (errno != 0 || *text < '0' || *text > '9' || *end != '\0' || value == 0 || value > most)
        refuse(program, "not a number, or too small or large", text);
    return value;
}

struct peer_work peer_work_of(int argc, char **argv)
{
    struct peer_work work = {.program = argv[0]};
    if (argc < 4)
        refuse(work.program, "too few arguments", argc > 1 ? argv[argc - 1] : "");
    work.streams = (uint32_t)number(work.program, argv[1], 10000);
    work.per_interval = (uint32_t)number(work.program, argv[2], 1000);
    work.intervals = number(work.program, argv[3], 100000);
    if ((uint64_t)work.streams * work.per_interval * PEER_LINK_PS > PEER_INTERVAL_PS ||
        (uint64_t)work.per_interval * PEER_PORT_PS + PEER_LINK_PS > PEER_INTERVAL_PS)
        refuse(work.program, "more packets than a link can carry in an interval", argv[2]);
    for (int i = 4; i < argc; i++) {
        if (work.options == PEER_OPTIONS)
            refuse(work.program, "too many options", argv[i]);
        work.option[work.options++] = argv[i];
    }
    return work;
}

/* Place of `value` in the list; -1: it is not there. */
static int place(const char *value, const char *values)
{
    size_t length = strlen(value);
    for (int at = 0;; at++) {
        size_t next = strcspn(values, ",");
        if (next == length && memcmp(value, values, length) == 0)
            return at;
        if (values[next] == '\0')
            return -1;
        values += next + 1;
    }
}

int peer_option(struct peer_work *work, const char *key, const char *values)
{
    size_t length = strlen(key);
    int chosen = 0;
    for (int i = 0; i < work->options; i++) {
        if (strncmp(work->option[i], key, length) != 0 || work->option[i][length] != '=')
            continue;
        work->asked[i] = true;
        chosen = place(work->option[i] + length + 1, values);
        if (chosen < 0) {
            fprintf(stderr, "%s: %s: not one of %s\n", work->program, work->option[i], values);
            exit(2);
        }
    }
    return chosen;
}

void peer_options_end(const struct peer_work *work)
{
    for (int i = 0; i < work->options; i++)
        if (!work->asked[i])
            refuse(work->program, "no such option", work->option[i]);
}

/* What was most of this program's own: ru_maxrss would also count the process that started it. */
static uint64_t peak_bytes(void)
{
    char line[128];
    uint64_t kilobytes = 0;
    FILE *file = fopen("/proc/self/status", "re");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "VmHWM:", 6) == 0)
            kilobytes = strtoull(line + 6, NULL, 10);
    if (file)
        fclose(file);
    return kilobytes * 1024;
}

int peer_report(const struct peer_arrivals *arrivals)
{
    printf("packets %" PRIu64 " last_ps %" PRIu64 " sum_ps %" PRIu64 " weighted_ps %" PRIu64
           " peak_bytes %" PRIu64 "\n",
           arrivals->packets, arrivals->last_ps, arrivals->sum_ps, arrivals->weighted_ps, peak_bytes());
    return fflush(stdout) == 0 ? 0 : 1;
}
