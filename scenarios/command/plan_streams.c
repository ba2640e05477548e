/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Streams: dealt to servers, applications and devices; their clocks and packet sizes. */

#include "plan_private.h"
#include "policies.h"
#include "weft/variates.h"

#include <string.h>

/* Member of the range for a stream that is the k-th of all and the j-th of its group. */
static uint32_t deal(struct range range, bool named, uint32_t k, uint32_t j)
{
    return range.first + (named ? j : k) % range.count;
}

/* Is the rate given where it is needed, and only there? */
static bool check_rate(const struct planner *planner, const struct resolved *group, GError **error)
{
    const struct stream_group *values = &group->values.stream;
    const struct source *source = values->source.row;
    if (source->rated && values->rate_bps == 0)
        return scenario_complain(planner->scenario, group->section, "rate", error,
                                 "is missing; source = %s needs a rate, such as 3.75 Mbit/s", source->name);
    if (!source->rated && values->rate_bps != 0)
        return scenario_complain(planner->scenario, group->section, "rate", error,
                                 "is given, but the file has its own; allowed: no rate with source = %s",
                                 source->name);
    if (values->format->codecs && source != &source_media)
        return scenario_complain(planner->scenario, group->section, "format", error,
                                 "%s needs a media file; allowed: source = media:FILE", values->format->name);
    return true;
}

static const struct weft_media *open_file(struct planner *planner, const struct stream_group *values,
                                          const char *path, GError **error)
{
    return values->source.row == &source_file
               ? media_library_file(planner->media, path, values->rate_bps, error)
               : media_library_open(planner->media, path, values->format, error);
}

/* Does the file consist of packets of the size that the format keeps whole, as the first two show? */
static bool is_in_packets(const struct weft_format *format, const struct weft_media *media)
{
    enum { TS_SYNC = 0x47 };
    uint32_t packet_bytes = format->multiple_bytes;
    return packet_bytes <= 1 || !media->data ||
           (media->data[0] == TS_SYNC &&
            (media->at_bytes[media->points - 1] <= packet_bytes || media->data[packet_bytes] == TS_SYNC));
}

static bool read_file(struct planner *planner, struct resolved *group, struct weft_clock *clock,
                      GError **error)
{
    const struct stream_group *values = &group->values.stream;
    g_autofree char *path = planner_path(planner, values->source.file);
    g_autoptr(GError) refused = NULL;
    clock->media = open_file(planner, values, path, &refused);
    if (clock->media && values->format->codecs)
        clock->packets = media_library_cut(planner->media, clock->media, values->format,
                                           (uint32_t)values->payload_bytes, &refused);
    if (refused)
        return scenario_complain(
            planner->scenario, group->section, "source", error, "%s %s; allowed: %s", path, refused->message,
            values->source.row == &source_file ? "file:FILE, a regular file"
                                               : "media:FILE, a file with video or audio and its timing");
    g_assert(clock->media);
    if (!is_in_packets(values->format, clock->media))
        return scenario_complain(planner->scenario, group->section, "format", error,
                                 "%s needs a transport stream, which %s is not; allowed: udp, rtp",
                                 values->format->name, path);
    planner->plan->has_media = true;
    clock->rate_bps = weft_media_rate_bps(clock->media);
    clock->loops = values->loop->yes;
    return true;
}

static bool read_clock(struct planner *planner, struct resolved *group, struct weft_clock *clock,
                       GError **error)
{
    const struct stream_group *values = &group->values.stream;
    if (!check_rate(planner, group, error))
        return false;
    clock->format = values->format;
    clock->payload_bytes = (uint32_t)values->payload_bytes;
    clock->rate_bps = values->rate_bps;
    return !values->source.row->file || read_file(planner, group, clock, error);
}

/* The largest payload that every server of the group's streams allows; `*server` is one that allows no more.
 */
static uint32_t smallest_room(const struct planner *planner, guint section, struct range servers, bool named,
                              uint32_t *server)
{
    const struct weft_setup *setup = &planner->plan->setup;
    const struct resolved *group = &planner->plan->resolved[section];
    struct range streams = planner->range[section];
    uint32_t room = UINT32_MAX;
    for (uint32_t j = 0; j < streams.count && j < servers.count; j++) {
        uint32_t s = deal(servers, named, streams.first + j, j);
        uint32_t allowed = weft_payload_room(setup->network, setup->server[s].mtu_bytes);
        uint32_t header_bytes = weft_format_header_bytes(group->values.stream.format, setup->network);
        allowed = allowed > header_bytes ? allowed - header_bytes : 0;
        if (allowed < room) {
            room = allowed;
            *server = s;
        }
    }
    return room;
}

static bool read_payload(struct planner *planner, guint section, struct range servers, GError **error)
{
    struct resolved *group = &planner->plan->resolved[section];
    struct stream_group *values = &group->values.stream;
    uint32_t server = 0, room = smallest_room(planner, section, servers, values->server != NULL, &server);
    const struct weft_format *format = values->format;
    if (values->payload_bytes == 0)
        values->payload_bytes = weft_format_payload(format, room);
    if (values->payload_bytes > room || values->payload_bytes == 0)
        return scenario_complain(planner->scenario, group->section, "payload", error,
                                 "does not fit the MTU of server %s; allowed: %u B to %u B",
                                 planner->plan->setup.server[server].name, format->least_bytes, room);
    if (values->payload_bytes < format->least_bytes || values->payload_bytes % format->multiple_bytes)
        return scenario_complain(planner->scenario, group->section, "payload", error,
                                 "cannot be cut by format %s; allowed: %u B to %u B, multiples of %u B",
                                 format->name, format->least_bytes, room, format->multiple_bytes);
    return true;
}

/* Each stream has a draw of its own, by its number among all. A packet time is rounded down, a file's is that of its mean
 * rate. */
static weft_ps start_of(const struct planner *planner, const struct start_choice *start,
                        const struct weft_clock *clock, uint32_t stream)
{
    if (!start->random)
        return start->ps;
    uint64_t draw = weft_draw(planner->plan->setup.seed, stream, WEFT_DRAW_START, 0);
    weft_ps packet_ps = weft_duration_down((uint64_t)clock->payload_bytes * 8, clock->rate_bps);
    return weft_uniform(draw, start->ps ? start->ps : packet_ps);
}

static bool plan_group(struct planner *planner, guint section, struct weft_stream *stream, uint32_t *dealt,
                       GError **error)
{
    struct resolved *group = &planner->plan->resolved[section];
    struct stream_group *values = &group->values.stream;
    struct range servers, devices, streams = planner->range[section];
    struct weft_clock clock = {0};
    if (!planner_find(planner, group, "server", GROUP_SERVER, values->server, &servers, error) ||
        !planner_find(planner, group, "device", GROUP_DEVICE, values->device, &devices, error) ||
        !read_payload(planner, section, servers, error) || !read_clock(planner, group, &clock, error))
        return false;
    for (uint32_t j = 0; j < streams.count; j++) {
        uint32_t k = streams.first + j;
        uint32_t server = deal(servers, values->server != NULL, k, j);
        stream[k] = (struct weft_stream){
            .name = planner_name(planner, group->section, values->count, j),
            .clock = clock,
            .live = values->live->yes,
            .server = server,
            .application = dealt[server]++ % planner->plan->setup.server[server].applications,
            .device = deal(devices, values->device != NULL, k, j),
            .class_ = (uint32_t)values->class_,
            .fault = values->fault.row,
            .fault_ps = values->fault.at_ps,
        };
        stream[k].clock.start_ps = start_of(planner, &values->start, &clock, k);
    }
    return true;
}

bool plan_streams(struct planner *planner, GError **error)
{
    struct weft_stream *stream = g_new0(struct weft_stream, planner->total[GROUP_STREAM]);
    planner->plan->setup.stream = stream;
    g_autofree uint32_t *dealt = g_new0(uint32_t, planner->total[GROUP_SERVER]);
    for (guint i = 0; i < planner->plan->sections; i++)
        if (planner->plan->resolved[i].section->kind == GROUP_STREAM &&
            !plan_group(planner, i, stream, dealt, error))
            return false;
    return true;
}
