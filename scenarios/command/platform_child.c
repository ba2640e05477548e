/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SimGrid reads a platform in a child: it ends the process over an error in it. */

#include "platform.h"

#include "all_bytes.h"
#include "child_limits.h"
#include "failure.h"
#include "modules.h"
#include "weft/platform.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char module[] = "weft-simgrid.so", package[] = "libsimgrid-dev";

/* Far more than a good platform takes: 1,000 devices on 10 switches are read in 0.1 s, with Floyd's routing in 0.7 s;
 * 100,000 in 3.6 s. */
static struct child_limits limits(void)
{
    enum { SLOWER = WEFT_SANITIZED ? 4 : 1, CPU_S = 20, WALL_S = 60 };
    return (struct child_limits){
        .memory_bytes = (uint64_t)SLOWER << 30, .cpu_s = SLOWER * CPU_S, .wall_s = SLOWER * WALL_S};
}

struct work {
    const struct platform *platform;
    struct child_limits limits;
    int notes;
};

/* In the child, so that only a process that asks SimGrid loads it. */
static const struct weft_platform_reader *load(GError **error)
{
    void *address = module_symbol(module, WEFT_PLATFORM_READER_SYMBOL, package, error);
    if (!address)
        return NULL;
    weft_platform_reader_entry *entry;
    memcpy(&entry, &address, sizeof entry); /* ISO C has no cast from object to function pointers */
    const struct weft_platform_reader *reader = entry();
    if (reader->version == WEFT_PLATFORM_VERSION)
        return reader;
    failure(error, STATUS_FAILED, "is of another version");
    return NULL;
}

static bool work(void *context)
{
    const struct work *work = context;
    g_autoptr(GError) error = NULL;
    child_limits_set(&work->limits);
    const struct weft_platform_reader *reader = load(&error);
    struct platform_notes *notes = platform_notes_new(work->notes);
    const struct weft_platform_sink sink = platform_notes_sink(notes);
    struct weft_error refused = {""};
    bool good = reader && reader->read(work->platform->text, &sink, &refused) == WEFT_OK;
    bool told = platform_notes_end(notes, good ? NULL : reader ? refused.text : error->message);
    platform_notes_free(notes);
    return told;
}

/* "Parse error at FILE:5: unknown unit", where FILE had no name of its own. */
static gboolean refuse_line(const struct platform *platform, const char *words, GError **error)
{
    static const char prefix[] = "Parse error at /proc/self/fd/";
    const char *colon = g_str_has_prefix(words, prefix) ? strchr(words, ':') : NULL;
    if (colon)
        return failure(error, STATUS_INPUT, "%s%s; allowed: a platform that SimGrid reads", platform->path,
                       colon);
    return failure(error, STATUS_INPUT, "%s: SimGrid says: %s; allowed: a platform that SimGrid reads",
                   platform->path, words);
}

static gboolean refuse_excess(const struct work *work, GError **error)
{
    const struct child_limits *limits = &work->limits;
    g_autofree char *doing = platform_notes_doing(work->notes),
                    *at = *doing ? g_strdup_printf(" (%s; is there one?)", doing) : g_strdup("");
    return failure(error, STATUS_INPUT,
                   "%s: takes too much to be read by SimGrid%s; allowed: %u MiB of memory, %u s of processor "
                   "time, %u s",
                   work->platform->path, at, (unsigned)(limits->memory_bytes >> 20), limits->cpu_s,
                   limits->wall_s);
}

/* `words`: of SimGrid's, or NULL. */
static gboolean judge(const struct work *work, const char *words, enum child_excess excess, int ended,
                      GError **error)
{
    const char *path = work->platform->path;
    if (excess != CHILD_WITHIN)
        return refuse_excess(work, error);
    g_autofree char *fault = child_fault(ended);
    if (!fault)
        return TRUE;
    g_autofree char *doing = platform_notes_doing(work->notes);
    if (*doing)
        return failure(error, STATUS_INPUT, "%s: %s, SimGrid ended (%s); allowed: hosts that routes join",
                       path, doing, words ? words : fault);
    if (words)
        return refuse_line(work->platform, words, error);
    return failure(error, STATUS_INPUT,
                   "%s: SimGrid ended over it: %s; allowed: a platform that SimGrid reads", path, fault);
}

static gboolean ask(struct platform *platform, struct work *to_do, GError **error)
{
    struct child child;
    int ended;
    if (!child_start(&child, work, to_do, error)) {
        g_prefix_error(error, "%s: cannot be read: ", platform->path);
        return FALSE;
    }
    enum child_excess excess = child_limits_watch(&child, &to_do->limits, &ended);
    g_autofree char *words = child_last_words(&child);
    gboolean good = judge(to_do, words, excess, ended, error);
    child_clear(&child, !good && !words);
    return good &&
           (platform_notes_read(platform, to_do->notes) ||
            failure(error, STATUS_FAILED, "%s: its reader told nothing that can be read", platform->path));
}

gboolean platform_ask(struct platform *platform, GError **error)
{
    g_autofree char *path = module_path(module);
    if (!path)
        return failure(error, STATUS_INPUT, "%s: its reader is not built, install %s", platform->path,
                       package);
    struct work to_do = {platform, limits(), memfd_create("weft-platform", MFD_CLOEXEC)};
    if (to_do.notes < 0)
        return failure(error, STATUS_FAILED, "%s: cannot be read, no memory to share: %s", platform->path,
                       g_strerror(errno));
    gboolean good = ask(platform, &to_do, error);
    close(to_do.notes);
    return good;
}
