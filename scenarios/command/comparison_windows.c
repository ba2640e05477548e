/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Windows of runs: a nameless file for each method and kind. */

#include "comparison_windows.h"

#include "all_bytes.h"
#include "device_buffer.h"
#include "failure.h"
#include "outfile.h"
#include "timeline.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* Where one run writes. */
struct place {
    int fd; /* -1: the method is not shown */
    bool continues;
    union {
        struct playout_request playout;
        struct timeline_request timeline;
    };
};

static bool shows_all(const struct weft_method *method)
{
    (void)method;
    return true;
}

static void ask_device_buffer(struct place *place, struct run_request *request)
{
    place->playout = device_buffer_request(request->setup);
    place->playout.fd = place->fd;
    place->playout.continues = place->continues;
    request->playout = &place->playout;
}

static void ask_timeline(struct place *place, struct run_request *request)
{
    place->timeline = (struct timeline_request){.fd = place->fd, .continues = place->continues};
    request->timeline = &place->timeline;
}

static const struct kind {
    const char *file;
    bool (*shows)(const struct weft_method *method);
    void (*ask)(struct place *place, struct run_request *request);
} kinds[] = {
    {device_buffer_file, device_buffer_shows, ask_device_buffer},
    {timeline_file, shows_all, ask_timeline},
};

struct comparison_windows {
    const struct comparison *comparison;
    struct place *place; /* kind by kind, in it method by method */
};

static struct place *places_of(const struct comparison_windows *windows, size_t kind)
{
    return &windows->place[kind * windows->comparison->methods->len];
}

static gboolean make_places(struct comparison_windows *windows, size_t kind, GError **error)
{
    struct place *place = places_of(windows, kind);
    bool continues = false;
    for (guint i = 0; i < windows->comparison->methods->len; i++) {
        if (!kinds[kind].shows(g_ptr_array_index(windows->comparison->methods, i)))
            continue;
        place[i].fd = memfd_create("weft-window", MFD_CLOEXEC);
        if (place[i].fd < 0)
            return failure(error, STATUS_FAILED, "weft: no file: %s", g_strerror(errno));
        place[i].continues = continues;
        continues = true;
    }
    return TRUE;
}

struct comparison_windows *comparison_windows_new(const struct comparison *comparison, GError **error)
{
    struct comparison_windows *windows = g_new0(struct comparison_windows, 1);
    size_t places = G_N_ELEMENTS(kinds) * comparison->methods->len;
    windows->comparison = comparison;
    windows->place = g_new0(struct place, places);
    for (size_t i = 0; i < places; i++)
        windows->place[i].fd = -1;
    gboolean good = TRUE;
    for (size_t i = 0; good && i < G_N_ELEMENTS(kinds); i++)
        good = make_places(windows, i, error);
    if (good)
        return windows;
    comparison_windows_free(windows);
    return NULL;
}

void comparison_windows_free(struct comparison_windows *windows)
{
    if (!windows)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(kinds) * windows->comparison->methods->len; i++)
        if (windows->place[i].fd >= 0)
            close(windows->place[i].fd);
    g_free(windows->place);
    g_free(windows);
}

void comparison_windows_ask(struct comparison_windows *windows, struct run_request *request)
{
    const GPtrArray *methods = windows->comparison->methods;
    guint method = 0;
    if (request->backend != g_ptr_array_index(windows->comparison->backends, 0))
        return;
    while (method < methods->len && g_ptr_array_index(methods, method) != request->setup->write.method)
        method++;
    g_assert(method < methods->len);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        struct place *place = &places_of(windows, i)[method];
        if (place->fd >= 0)
            kinds[i].ask(place, request);
    }
}

static gboolean append(struct outfile *file, int fd, GError **error)
{
    off_t bytes = lseek(fd, 0, SEEK_END);
    g_autofree char *text = g_malloc((gsize)MAX(bytes, 0));
    if (bytes < 0 || lseek(fd, 0, SEEK_SET) != 0 || !read_all(fd, text, (gsize)bytes))
        return failure(error, STATUS_FAILED, "weft: a window of a run cannot be read: %s", g_strerror(errno));
    return outfile_write(file, text, (gsize)bytes, error);
}

static gboolean write_kind(const struct comparison_windows *windows, size_t kind, const char *directory,
                           GError **error)
{
    const struct place *place = places_of(windows, kind);
    struct outfile *file = NULL;
    gboolean good = TRUE;
    for (guint i = 0; good && i < windows->comparison->methods->len; i++)
        if (place[i].fd >= 0)
            good = (file || (file = outfile_new_in(directory, kinds[kind].file, error))) &&
                   append(file, place[i].fd, error);
    if (good && file)
        return outfile_commit(file, error);
    outfile_abandon(file);
    if (good) { /* an older one would be taken for this one */
        g_autofree char *path = g_build_filename(directory, kinds[kind].file, NULL);
        g_unlink(path);
    }
    return good;
}

gboolean comparison_windows_write(const struct comparison_windows *windows, const char *directory,
                                  GError **error)
{
    gboolean good = TRUE;
    for (size_t i = 0; good && i < G_N_ELEMENTS(kinds); i++)
        good = write_kind(windows, i, directory, error);
    return good;
}
