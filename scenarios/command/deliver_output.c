/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of what is delivered. */

#include "deliver_output.h"

#include "receiver.h"

#include <string.h>

gboolean deliver_output_check(const struct plan *plan, const struct scenario *scenario, GError **error)
{
    return plan->setup.network->header_bytes > 0 ||
           scenario_complain(scenario, scenario_section(scenario, GROUP_SCENARIO), "network", error,
                             "%s has no headers that a device could read; allowed with --deliver: %s",
                             plan->setup.network->name, weft_network_ethernet.name);
}

/* As the source's name ends; a source without one is no kind of file. */
static const char *source_suffix(const char *file)
{
    enum { LONGEST = 8 };
    const char *dot = file ? strrchr(file, '.') : NULL;
    size_t length = dot ? strlen(dot) : 0;
    bool good = length >= 2 && length <= LONGEST && dot != file && dot[-1] != '/';
    return good && !strchr(dot, '/') ? dot : ".bin";
}

static char *stream_file(const struct weft_stream *stream, const struct stream_group *group)
{
    const struct weft_media *media = stream->clock.media;
    const char *suffix =
        media ? receiver_suffix(stream->clock.format, media->data, media->at_bytes[media->points - 1])
              : receiver_suffix(stream->clock.format, NULL, 0);
    return outset_name(stream->name, suffix ? suffix : source_suffix(group->source.file));
}

struct outset *deliver_output_open(const struct plan *plan, const char *directory, GError **error)
{
    g_auto(GStrv) names = g_new0(char *, (size_t)plan->setup.streams + 1);
    uint32_t stream = 0;
    for (guint i = 0; i < plan->sections; i++) {
        const struct stream_group *group = &plan->resolved[i].values.stream;
        if (plan->resolved[i].section->kind != GROUP_STREAM)
            continue;
        for (uint64_t k = 0; k < group->count; k++, stream++)
            names[stream] = stream_file(&plan->setup.stream[stream], group);
    }
    g_assert(stream == plan->setup.streams);
    return outset_new(directory, names, error);
}
