/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A back end heard in a child process: rows come by pipe, the rest by a file without a name. */

#include "witness.h"

#include "all_bytes.h"
#include "child.h"
#include "failure.h"
#include "outbuffer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PIPE_BYTES = 1 << 20, ROWS = 4096 };

struct verdict {
    int32_t status;
    char text[508];
};

struct witness {
    const struct backend_row *backend;
    const struct weft_setup *setup;
    bool bytes;
    struct child child;
    bool running;
    int rows[2], out; /* a pipe; a file for the rest */
    struct way_row *row;
    size_t held; /* bytes read that are no whole row yet, at the beginning */
    struct weft_host_counters *counters;
    struct weft_refused *refused;
};

/* --- the child --- */

struct teller {
    const struct weft_setup *setup;
    struct outbuffer rows;
    struct weft_host_counters *counters;
    struct weft_refused *refused;
};

static void put_row(void *ctx, const struct way_row *row)
{
    struct teller *teller = ctx;
    memcpy(outbuffer_add(&teller->rows, sizeof *row), row, sizeof *row);
}

static void on_refused(void *ctx, uint32_t stream, const struct weft_refused *refused)
{
    struct teller *teller = ctx;
    if (stream < teller->setup->streams)
        teller->refused[stream] = *refused;
}

static void on_server(void *ctx, uint32_t server, const struct weft_host_counters *counters)
{
    struct teller *teller = ctx;
    if (server < teller->setup->servers)
        teller->counters[server] = *counters;
}

static bool run(const struct witness *witness, struct teller *teller, GError **error)
{
    const struct weft_backend *backend = backend_load(witness->backend, error);
    if (!backend)
        return false;
    struct weft_error refused = {""};
    struct ways *ways = ways_new(witness->setup, witness->bytes, (struct way_sink){teller, put_row});
    const struct weft_watch watch[] = {ways_watch(ways),
                                       {.ctx = teller, .refused = on_refused, .server = on_server}};
    int status = backend->refuse ? backend->refuse(witness->setup, &refused) : WEFT_OK;
    if (status == WEFT_OK)
        status = backend->run(witness->setup, watch, G_N_ELEMENTS(watch), &refused);
    if (status == WEFT_OK)
        ways_finish(ways);
    ways_free(ways);
    return status == WEFT_OK || failure(error, status == WEFT_INVALID ? STATUS_INPUT : STATUS_FAILED,
                                        "weft: back end %s: %s", witness->backend->name, refused.text);
}

static bool work(void *context)
{
    const struct witness *witness = context;
    const struct weft_setup *setup = witness->setup;
    struct teller teller = {.setup = setup, .counters = witness->counters, .refused = witness->refused};
    struct verdict verdict = {0};
    GError *error = NULL;
    outbuffer_init(&teller.rows, witness->rows[1], ROWS * sizeof(struct way_row));
    if (!run(witness, &teller, &error)) {
        verdict.status = error->code;
        g_strlcpy(verdict.text, error->message, sizeof verdict.text);
    }
    g_clear_error(&error);
    bool told = outbuffer_flush(&teller.rows) == 0;
    outbuffer_clear(&teller.rows);
    return told && write_all(witness->out, &verdict, sizeof verdict) &&
           write_all(witness->out, teller.counters, setup->servers * sizeof *teller.counters) &&
           write_all(witness->out, teller.refused, setup->streams * sizeof *teller.refused);
}

/* --- the parent --- */

static void close_pipe_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

struct witness *witness_new(const struct backend_row *backend, const struct weft_setup *setup, bool bytes,
                            GError **error)
{
    struct witness *witness = g_new0(struct witness, 1);
    *witness =
        (struct witness){.backend = backend, .setup = setup, .bytes = bytes, .rows = {-1, -1}, .out = -1};
    witness->counters = g_new0(struct weft_host_counters, setup->servers);
    witness->refused = g_new0(struct weft_refused, setup->streams);
    witness->row = g_new(struct way_row, ROWS);
    witness->out = memfd_create("weft-witness", MFD_CLOEXEC);
    if (witness->out < 0 || pipe2(witness->rows, O_CLOEXEC) != 0)
        failure(error, STATUS_FAILED, "weft: no pipe: %s", g_strerror(errno));
    else
        witness->running = child_start(&witness->child, work, witness, error);
    close_pipe_end(&witness->rows[1]); /* else its end would never be seen */
    if (!witness->running) {
        witness_end(witness);
        return NULL;
    }
    fcntl(witness->rows[0], F_SETPIPE_SZ, PIPE_BYTES); /* if it may; else the child waits more often */
    return witness;
}

size_t witness_read(struct witness *witness, const struct way_row **rows)
{
    uint8_t *data = (uint8_t *)witness->row;
    size_t whole = witness->held / sizeof(struct way_row) * sizeof(struct way_row);
    witness->held -= whole;
    memmove(data, data + whole, witness->held);
    while (witness->held < sizeof(struct way_row)) {
        ssize_t got =
            read(witness->rows[0], data + witness->held, ROWS * sizeof(struct way_row) - witness->held);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) /* part of a row: its child did not end well */
            return 0;
        witness->held += (size_t)got;
    }
    *rows = witness->row;
    return witness->held / sizeof(struct way_row);
}

static gboolean receive(struct witness *witness, struct verdict *verdict)
{
    const struct weft_setup *setup = witness->setup;
    if (lseek(witness->out, 0, SEEK_SET) != 0 || !read_all(witness->out, verdict, sizeof *verdict))
        return FALSE;
    verdict->text[sizeof verdict->text - 1] = '\0';
    return read_all(witness->out, witness->counters, setup->servers * sizeof *witness->counters) &&
           read_all(witness->out, witness->refused, setup->streams * sizeof *witness->refused);
}

gboolean witness_wait(struct witness *witness, GError **error)
{
    struct verdict verdict = {0};
    g_autofree char *fault = child_reason(&witness->child, child_reap(&witness->child, NULL));
    witness->running = false;
    gboolean good;
    if (fault)
        good = failure(error, STATUS_FAILED, "weft: back end %s: %s", witness->backend->name, fault);
    else if (!receive(witness, &verdict))
        good = failure(error, STATUS_FAILED, "weft: back end %s: ended without its result",
                       witness->backend->name);
    else
        good = verdict.status == STATUS_OK || failure(error, verdict.status, "%s", verdict.text);
    child_clear(&witness->child, !good);
    return good;
}

const struct weft_host_counters *witness_counters(const struct witness *witness)
{
    return witness->counters;
}

const struct weft_refused *witness_refused(const struct witness *witness)
{
    return witness->refused;
}

void witness_end(struct witness *witness)
{
    if (!witness)
        return;
    if (witness->running) {
        kill(witness->child.pid, SIGKILL);
        child_reap(&witness->child, NULL);
        child_clear(&witness->child, false);
    }
    close_pipe_end(&witness->rows[0]);
    if (witness->out >= 0)
        close(witness->out);
    g_free(witness->counters);
    g_free(witness->refused);
    g_free(witness->row);
    g_free(witness);
}
