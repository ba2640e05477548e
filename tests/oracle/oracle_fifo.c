/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An independent FIFO: reads a packet trace and computes from switch_in_ps alone when each packet must have
 * left its port, in exact fractions of a picosecond. Knows nothing of weft but the columns of the trace.
 *   oracle_fifo TRACE GAP_BYTES LATENCY_PS RATE_BPS[,RATE_BPS...]      rates by port; the last one holds for
 * the rest Exit: 0 all lines agree, 1 a difference or no line to check, 2 no such trace. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_RATES = 4096, SHOWN = 10 };
__extension__ typedef unsigned __int128 u128;

struct line {
    uint64_t packet, server, port, frame_bytes, in_ps, out_ps;
};

static struct line *lines;
static size_t n_lines;

/* Arrival order at the switch: instant, then server, then place on the server's link. */
static int by_arrival(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    if (x->in_ps != y->in_ps)
        return x->in_ps < y->in_ps ? -1 : 1;
    if (x->server != y->server)
        return x->server < y->server ? -1 : 1;
    return x->packet < y->packet ? -1 : x->packet > y->packet;
}

/* False for a line of another form. A dropped packet never was in the queue. */
static int read_line(const char *text)
{
    struct line line;
    uint64_t stream, tx_ps, device_ps;
    char outcome[16];
    int fields = sscanf(text,
                        "%" SCNu64 ",%" SCNu64 ",%" SCNu64 ",%" SCNu64 ",%" SCNu64 ",%" SCNu64 ",%" SCNu64
                        ",%" SCNu64 ",%" SCNu64 ",%15s",
                        &line.packet, &line.server, &stream, &line.port, &line.frame_bytes, &tx_ps,
                        &line.in_ps, &line.out_ps, &device_ps, outcome);
    if (fields == 7)
        return strstr(text, ",,,dropped\n") != NULL;
    if (fields != 10 || strcmp(outcome, "delivered") != 0 || tx_ps > line.in_ps || device_ps < line.out_ps)
        return 0;
    if ((n_lines & (n_lines - 1)) == 0)
        lines = realloc(lines, (n_lines ? 2 * n_lines : 1) * sizeof *lines);
    if (!lines)
        exit(2);
    lines[n_lines++] = line;
    return 1;
}

static int read_trace(const char *path)
{
    static const char header[] = "packet,server,stream,port,frame_bytes,tx_ps,switch_in_ps,switch_out_ps,"
                                 "device_in_ps,outcome\n";
    char text[512];
    FILE *file = fopen(path, "r");
    if (!file || !fgets(text, sizeof text, file) || strcmp(text, header) != 0) {
        fprintf(stderr, "%s: no trace\n", path);
        exit(2);
    }
    for (size_t number = 2; fgets(text, sizeof text, file); number++)
        if (!read_line(text)) {
            fprintf(stderr, "%s:%zu: not a line of a trace: %s", path, number, text);
            fclose(file);
            return 0;
        }
    fclose(file);
    return 1;
}

struct port {
    u128 free; /* when it is idle again, in units of 1 / rate picoseconds */
};

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: oracle_fifo TRACE GAP_BYTES LATENCY_PS RATE_BPS[,RATE_BPS...]\n");
        return 2;
    }
    uint64_t gap_bytes = strtoull(argv[2], NULL, 10), latency_ps = strtoull(argv[3], NULL, 10);
    uint64_t rate[MAX_RATES], rates = 0;
    for (char *at = strtok(argv[4], ","); at && rates < MAX_RATES; at = strtok(NULL, ","))
        rate[rates++] = strtoull(at, NULL, 10);
    if (!read_trace(argv[1]) || rates == 0)
        return 1;
    qsort(lines, n_lines, sizeof *lines, by_arrival);
    uint64_t ports = 0, differences = 0;
    for (size_t i = 0; i < n_lines; i++)
        ports = lines[i].port >= ports ? lines[i].port + 1 : ports;
    struct port *port = calloc(ports + 1, sizeof *port);
    for (size_t i = 0; port && i < n_lines; i++) {
        const struct line *line = &lines[i];
        u128 bps = rate[line->port < rates ? line->port : rates - 1];
        u128 ready = (u128)(line->in_ps + latency_ps) * bps, *free_at = &port[line->port].free;
        u128 start = *free_at > ready ? *free_at : ready;
        *free_at = start + (u128)(line->frame_bytes + gap_bytes) * 8 * 1000000000000u;
        if (*free_at / bps != line->out_ps && differences++ < SHOWN)
            fprintf(stderr,
                    "packet %" PRIu64 " of server %" PRIu64 ": out at %" PRIu64 ", must be %" PRIu64 "\n",
                    line->packet, line->server, line->out_ps, (uint64_t)(*free_at / bps));
    }
    printf("%zu packets through %" PRIu64 " ports: %" PRIu64 " differences\n", n_lines, ports, differences);
    free(port);
    free(lines);
    return n_lines == 0 || differences > 0;
}
