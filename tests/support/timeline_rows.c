/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines into numbers. */
#include "timeline_rows.h"

#include "timeline.h"
#include "weft/reference.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char header[] = "method,what,port,server,stream,packet,in_ps,begin_ps,end_ps,bytes,packets";
static const char *const kinds[TIMELINE_KINDS] = {"interval", "window", "link", "port", "lost", "held"};

static uint64_t number(const char *cell)
{
    guint64 value = UINT64_MAX;
    if (*cell)
        g_assert_true(g_ascii_string_to_unsigned(cell, 10, 0, UINT64_MAX - 1, &value, NULL));
    return value;
}

static struct timeline_row row_of(char *const *cells)
{
    struct timeline_row row = {TIMELINE_KINDS,   number(cells[2]), number(cells[3]), number(cells[4]),
                               number(cells[5]), number(cells[6]), number(cells[7]), number(cells[8]),
                               number(cells[9]), number(cells[10])};
    for (int i = 0; i < TIMELINE_KINDS; i++)
        if (strcmp(cells[1], kinds[i]) == 0)
            row.kind = (enum timeline_kind)i;
    g_assert_cmpint(row.kind, !=, TIMELINE_KINDS);
    return row;
}

GArray *timeline_rows(const char *text, const char *method)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct timeline_row));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_assert_cmpstr(lines[0], ==, header);
    for (guint i = 1; *lines[i]; i++) {
        g_auto(GStrv) cells = g_strsplit(lines[i], ",", -1);
        g_assert_cmpuint(g_strv_length(cells), ==, 11);
        const struct timeline_row row = row_of(cells);
        if (strcmp(cells[0], method) == 0)
            g_array_append_val(rows, row);
    }
    g_assert_cmpuint(rows->len, >, 2);
    return rows;
}

GArray *timeline_of(const struct weft_setup *setup)
{
    const struct timeline_request request = {.fd = memfd_create("timeline", MFD_CLOEXEC)};
    g_assert_cmpint(request.fd, >=, 0);
    struct timeline *timeline = timeline_new(setup, &request);
    const struct weft_watch watch = timeline_watch(timeline);
    g_assert_cmpint(weft_backend_reference.run(setup, &watch, 1, NULL), ==, WEFT_OK);
    g_assert_true(timeline_finish(timeline, NULL));
    timeline_free(timeline);
    off_t bytes = lseek(request.fd, 0, SEEK_END);
    g_autofree char *text = g_malloc0((gsize)bytes + 1);
    g_assert_cmpint(pread(request.fd, text, (size_t)bytes, 0), ==, bytes);
    close(request.fd);
    return timeline_rows(text, setup->write.method->name);
}
