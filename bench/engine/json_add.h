/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_JSON_ADD_H
#define BENCH_JSON_ADD_H

/* Members of the object that is being built, as all benches write them. */

#include "machine.h"
#include "series.h"

#include <json-glib/json-glib.h>
#include <stdint.h>

void json_add_text(JsonBuilder *builder, const char *name, const char *value);
void json_add_count(JsonBuilder *builder, const char *name, uint64_t value);
void json_add_number(JsonBuilder *builder, const char *name, double value);
/* null where it is NAN. */
void json_add_known(JsonBuilder *builder, const char *name, double value);
void json_add_flag(JsonBuilder *builder, const char *name, gboolean value);
/* {"median": ..., "min": ..., "max": ...} */
void json_add_spread(JsonBuilder *builder, const char *name, double median, double least, double most);
void json_add_series(JsonBuilder *builder, const char *name, const GArray *series);
/* "ns_per_packet" and "packets_per_s". */
void json_add_speed(JsonBuilder *builder, const GArray *ns_per_packet);
/* "machine": where and when. */
void json_add_machine(JsonBuilder *builder, const struct machine *machine);

#endif
