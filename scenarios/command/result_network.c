/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The fields of switches and of their ports. */

#include "result_shapes.h"

/* --- switches --- */

static uint32_t switches(const struct result_source *source)
{
    return setup_of(source)->switches;
}

static const void *switch_row(const struct result_source *source, uint32_t index)
{
    return weft_metrics_switch(source->result->metrics, index);
}

static char *switch_name(const struct result_source *source)
{
    return g_strdup(setup_of(source)->switch_[source->index].name);
}

static const struct result_field switch_fields[] = {
    {"name", NULL, "NAME, or NAME-0, NAME-1, ... of a group with a count", TEXT(switch_name),
     .role = RESULT_KEY},
    {"peak_bytes", "bytes", "most frame bytes held at an instant by all its ports together",
     COUNT_AT(weft_switch_result, peak_bytes)},
    {NULL},
};
const struct result_objects result_switch_objects = {
    .fields = switch_fields, .rows = switches, .row = switch_row};

/* --- ports --- */

static uint32_t held_bins(const struct result_source *source)
{
    (void)source;
    return WEFT_HELD_BINS;
}

static const void *held_row(const struct result_source *source, uint32_t index)
{
    const struct weft_port_result *port = source->row;
    return &port->held_ps[index];
}

static bool never_held(const struct result_source *source)
{
    return *(const weft_ps *)source->row == 0;
}

static uint64_t held_from(const struct result_source *source)
{
    return weft_held_bin_first(source->index);
}

static const struct result_field held_fields[] = {
    {"packets_from", "packets", "the least number of packets in the bin: 0, 1, 2, 3, 5, 9, ...",
     COUNT(held_from), .role = RESULT_KEY},
    {"ps", "ps", "for how much of [warmup, duration) the port held so many", .type = &result_count},
    {NULL},
};
static const struct result_objects held_objects = {
    .fields = held_fields, .rows = held_bins, .row = held_row, .left_out = never_held};

static uint32_t ports(const struct result_source *source)
{
    return weft_setup_ports(setup_of(source));
}

static const void *port_row(const struct result_source *source, uint32_t index)
{
    return weft_metrics_port(source->result->metrics, index);
}

static char *port_switch(const struct result_source *source)
{
    const struct weft_setup *setup = setup_of(source);
    return g_strdup(setup->switch_[weft_setup_port_switch(setup, source->index)].name);
}

static char *port_name(const struct result_source *source)
{
    return g_strdup(weft_setup_port_name(setup_of(source), source->index));
}

static double port_mean(const struct result_source *source)
{
    const struct weft_port_result *row = source->row;
    return weft_mean_held(row->byte_ps, plan_window_ps(source->plan));
}

static const struct result_field port_fields[] = {
    {"switch", NULL, "the switch that has the port", TEXT(port_switch), .role = RESULT_KEY},
    {"name", NULL, "the device or the trunk behind it", TEXT(port_name), .role = RESULT_KEY},
    {"forwarded_packets", "packets", "packets that left the port, those lost at the device among them",
     COUNT_AT(weft_port_result, forwarded_packets)},
    {"dropped_packets", "packets",
     "packets lost on their server's link to the port, in it or at the device behind it",
     COUNT_AT(weft_port_result, dropped_packets)},
    {"dropped_by", "packets", "dropped_packets by cause", CAUSES(weft_port_result, dropped_by)},
    {"peak_packets", "packets", "most packets held at an instant: from last bit in until last bit out",
     COUNT_AT(weft_port_result, peak_packets)},
    {"peak_bytes", "bytes", "most frame bytes held at an instant",
     COUNT_AT(weft_port_result, peak_frame_bytes)},
    {"mean_bytes", "bytes", "frame bytes held, mean over [warmup, duration)", NUMBER(port_mean)},
    {"background_forwarded_packets", "packets", "packets of background traffic that left the port",
     COUNT_AT(weft_port_result, background_forwarded_packets)},
    {"background_dropped_packets", "packets", "packets of background traffic that it had no room for",
     COUNT_AT(weft_port_result, background_dropped_packets)},
    {"held", NULL, "histogram of the packets held, bins without time left out", ROWS(held_objects)},
    {NULL},
};
const struct result_objects result_port_objects = {.fields = port_fields, .rows = ports, .row = port_row};
