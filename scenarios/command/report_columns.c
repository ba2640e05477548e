/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of columns. */

#include "report_columns.h"

#include <string.h>

#define KEY    .is_key = true
#define LITTLE .is_little = true
#define HIDDEN .is_hidden = true

static const struct report_column columns[] = {
    {"point", "Point", NULL, .factor = 1},
    {"method", "Method", NULL, .factor = 1, KEY},
    {"backend", "Back end", NULL, .factor = 1, KEY},
    {"scenario", "Scenario", NULL, .factor = 1, KEY},
    {"key", "Key", NULL, .factor = 1, KEY},
    {"value", "Value", NULL, .factor = 1, KEY},
    {"number", NULL, NULL, .factor = 1, HIDDEN},
    {"unit", "Unit", NULL, .factor = 1, KEY},
    {"view", "View", NULL, .factor = 1, KEY},
    {"step", "Step", NULL, .factor = 1},
    {"from", "From", NULL, .factor = 1, KEY},
    {"to", "To", NULL, .factor = 1, KEY},
    {"factor", "Factor", NULL, .factor = 1},
    {"servers", "Servers", NULL, .factor = 1, KEY},
    {"devices", "Devices", NULL, .factor = 1, KEY},
    {"streams", "Streams", NULL, .factor = 1, KEY},
    {"link_bps", "Server link", "Mbit/s", .factor = 1e-6, KEY},
    {"port_bps", "Device link", "Mbit/s", .factor = 1e-6, KEY},
    {"profile", "Profile", NULL, .factor = 1, KEY},
    {"interval_ms", "Interval", "ms", .factor = 1, KEY},
    {"sent_packets", "Sent", "packets", .factor = 1},
    {"cycles_per_packet", "Cycles", "a packet", .factor = 1, LITTLE},
    {"cpu_percent", "CPU", "%", .factor = 1},
    {"core_percent", "Busiest core", "%", .factor = 1},
    {"link_percent", "Busiest link", "%", .factor = 1},
    {"calls_per_s", "Calls", "1/s", .factor = 1},
    {"interrupts_per_s", "Interrupts", "1/s", .factor = 1},
    {"copied_bytes", "Copied", "MB", .factor = 1e-6},
    {"peak_port_packets", "Fullest port", "packets", .factor = 1, LITTLE},
    {"peak_port_bytes", "Fullest port", "KB", .factor = 1e-3, LITTLE},
    {"peak_switch_bytes", "Fullest switch", "KB", .factor = 1e-3, LITTLE},
    {"dropped_packets", "Lost", "packets", .factor = 1},
    {"late_packets", "Late", "packets", .factor = 1},
    {"joules_per_gigabyte", "Energy", "J/GB", .factor = 1, LITTLE},
    {"call_slip_max_us", "Call slip", "µs", .factor = 1},
    {"startup_needed_ms", "Start-up needed", "ms", .factor = 1, LITTLE},
    {"peak_playout_bytes", "Playout buffer", "KB", .factor = 1e-3, LITTLE},
    {"cycles_mean", "Mean", "cycles", .factor = 1},
    {"cycles_first", "As the first", "cycles", .factor = 1},
    {"cycles_last", "As the last", "cycles", .factor = 1},
    {"cycles_least", "Least", "cycles", .factor = 1},
    {"cycles_most", "Most", "cycles", .factor = 1},
    {"cycles_lowest", "Least, any price", "cycles", .factor = 1},
    {"cycles_highest", "Most, any price", "cycles", .factor = 1},
    {"port_kb_mean", "Mean", "KB of a port", .factor = 1},
    {"port_kb_first", "As the first", "KB of a port", .factor = 1},
    {"port_kb_last", "As the last", "KB of a port", .factor = 1},
    {"port_kb_least", "Least", "KB of a port", .factor = 1},
    {"port_kb_most", "Most", "KB of a port", .factor = 1},
    {"rank", "Rank", NULL, .factor = 1},
    {"event", "Event", NULL, .factor = 1},
    {"end", "End", NULL, .factor = 1},
    {"price", "Price", "cycles", .factor = 1},
    {"confidence", "Confidence", NULL, .factor = 1},
    {"answer", "Answer", NULL, .factor = 1},
    {"binding", "Binding", NULL, .factor = 1},
    {"theory", "Theory", NULL, .factor = 1},
    {"theory_name", "Closed form", NULL, .factor = 1},
    {"runs", "Runs", NULL, .factor = 1},
    {"stream", "Stream", NULL, .factor = 1},
    {"port", "Port", NULL, .factor = 1},
    {"at_ps", "At", "ms", .factor = 1e-9},
    {"buffer_bytes", "In the buffer", "KB", .factor = 1e-3},
    {"packets", "Holds", "packets", .factor = 1},
    {"bytes", "Holds", "bytes", .factor = 1},
};

const struct report_column *report_column_find(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
        if (strcmp(columns[i].name, name) == 0)
            return &columns[i];
    return NULL;
}
