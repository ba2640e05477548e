/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of what weft writes. */

#include "result_files.h"

#include "ablation.h"
#include "agreement.h"
#include "comparison.h"
#include "factors.h"
#include "playout.h"
#include "queue_trace.h"
#include "sensitivity.h"
#include "size.h"
#include "sweep_merge.h"
#include "timeline.h"
#include "trace.h"

static const struct result_objects runs_objects = {.fields = result_fields};

static const struct result_field comparison_fields[] = {
    {"schema", NULL, "weft-compare/1", .type = &result_text},
    {"runs", NULL, "a weft-run/1 each, back end by back end, in it method by method", .type = &result_rows,
     .objects = &runs_objects},
    {NULL},
};

static const struct result_field repeat_file_fields[] = {
    {"name", NULL, "relative to the innermost directory that all of them are in; of results to DIR",
     .type = &result_text},
    {"bytes", "bytes", "how long it is", .type = &result_count},
    {"sha256", NULL, "the digest of its bytes", .type = &result_text},
    {"text", NULL, "what it holds, of files that are read; null: no text, or too long", .type = &result_text},
    {NULL},
};
static const struct result_objects repeat_file_objects = {.fields = repeat_file_fields};

static const struct result_field repeat_fields[] = {
    {"schema", NULL, "weft-repeat/1", .type = &result_text},
    {"version", NULL, "of weft", .type = &result_text},
    {"question", NULL, "scenario.question, or that of the sweep; null: none", .type = &result_text},
    {"command", NULL,
     "the command line, an array of texts, without what changes no result: --out, --jobs, other outputs",
     .type = &result_text},
    {"files", NULL, "what the command read: scenario, sweep, media, profiles, platform", .type = &result_rows,
     .objects = &repeat_file_objects},
    {"results", NULL, "what it wrote into DIR; they have no text", .type = &result_rows,
     .objects = &repeat_file_objects},
    {NULL},
};

const struct result_file result_files[] = {
    {"weft-run/1", "JSON, one object: `weft run --json FILE`, and `run.json` of `weft run --out DIR`.",
     result_fields},
    {"weft-compare/1",
     "JSON, one object: `weft compare --json FILE`, and `compare.json` (with `--ablate`, `ablation.json`) of "
     "`weft compare\n--out DIR`.",
     comparison_fields},
    {"weft-agree/1", "JSON, one object: `weft agree --json FILE`.", agreement_fields},
    {"weft-factors/1",
     "JSON, one object: `weft compare --factors --json FILE`, and `factors.json` of `weft compare --factors "
     "--out DIR`.",
     factors_fields},
    {"weft-sensitivity/1",
     "JSON, one object: `weft run --sensitivity --json FILE`, and `sensitivity.json` of `weft run "
     "--sensitivity --out DIR`.",
     sensitivity_fields},
    {"weft-size/1", "JSON, one object: `weft size --json FILE`, and `size.json` of `weft size --out DIR`.",
     size_fields},
    {"weft-repeat/1",
     "JSON, one object: `NAME-repeat.json` beside the results of each command that writes into a directory "
     "(`run-repeat.json`, ...):\nwhat it takes to have them again.",
     repeat_fields},
    {"compare.csv, interval.csv",
     "CSV with a header, a line a run, of `weft compare --out DIR`: the scenario with each method and back "
     "end, and with\n"
     "each method and each interval of the figures. With several replications numbers are means, and after "
     "these columns\n"
     "come NAME_ci95, half of the 95 % confidence interval of the mean, for each number from sent_packets "
     "on; "
     "nan: there\n"
     "was one replication only.",
     comparison_columns},
    {"vary.csv",
     "CSV with a header, a line a run, of `weft compare --out DIR` where a key is varied: each value with "
     "each "
     "method. After\nthe method and these columns come those of compare.csv from backend on.",
     comparison_varied_columns},
    {"ablation", "JSON, the member that each run of `weft compare --ablate` has besides.", ablation_fields},
    {"ablation.csv",
     "CSV with a header, a line a back end, view and step, of `weft compare --ablate --out DIR`. After these "
     "columns "
     "come\nthose of compare.csv from backend on.",
     ablation_columns},
    {"factors.csv", "CSV with a header, of `weft compare --factors --out DIR`: the rows of weft-factors/1.",
     factor_columns},
    {"sensitivity.csv",
     "CSV with a header, of `weft run --sensitivity --out DIR`: a line for the run with typical prices, then "
     "one for each "
     "end\nof all prices and of each price. After these columns come those of compare.csv from backend on.",
     sensitivity_columns},
    {"size.csv",
     "CSV with a header, a line a method, of `weft size --out DIR`: the rows of weft-size/1. nan: none.",
     size_columns},
    {"trace",
     "CSV with a header, a line a packet in the order of tx_ps, then server: `weft run --trace FILE`.",
     trace_columns},
    {"trace-hops",
     "CSV with a header, a line a packet and switch, in the order of the trace and then of the packet's way: "
     "`weft run\n--trace-hops FILE`.",
     trace_hop_columns},
    {"trace-queues",
     "CSV with a header, a line for a change of what a port holds: `weft run --trace-queues FILE`. Lines of "
     "one port are in\nthe order of time, at one instant departures first. With `--trace-queues-points 0` "
     "all "
     "changes; else time is cut into bins,\none of which begins at warm-up, and of each are kept the first "
     "and "
     "the last change and those with the least and the\nmost packets and bytes.",
     queue_trace_columns},
    {"playout",
     "CSV with a header, a line for each change of the level of a device's buffer: `weft run --playout "
     "FILE`. Lines of one\n"
     "stream are in the order of time.",
     device_buffer_columns + 1},
    {"device-buffer.csv",
     "The same of `weft compare --out DIR`, for the methods of the figure, the first and the last stream and "
     "a few\n"
     "intervals.",
     device_buffer_columns},
    {"timeline.csv",
     "CSV with a header, of `weft compare --out DIR` (method by method, on the first back end) and `weft run "
     "--out DIR`: a\n"
     "window of the first whole interval after warm-up, of one server's link and the first ports that its "
     "packets go to. Lines of one\n"
     "method come in the order of the kinds below, ports as they are shown, and time.",
     timeline_columns},
    {"manifest.jsonl", "A JSON object a line, a line a point: `weft sweep`.", sweep_manifest_fields},
    {"sweep.csv",
     "CSV with a header, a line a point that came to a good end: `weft sweep`. After this column come the "
     "varied keys, each as\n"
     "it is written and, where it has a unit, as `KEY [UNIT]`, the number of base units (nan: a word); then "
     "method, servers to\n"
     "port_bps of vary.csv, and the columns of compare.csv from backend on.",
     sweep_columns},
    {"sweep.jsonl", "A JSON object a line, a line a row of sweep.csv: `weft sweep`.", sweep_result_fields},
    {"failed.jsonl", "A JSON object a line, a line a point that failed: `weft sweep`.", sweep_failure_fields},
    {NULL, NULL, NULL},
};

const struct result_members result_members[] = {
    {"events", "Members of `counts`, `cycles`, `cycles_low` and `cycles_high` of a server.", &policy_events},
    {"views", "The ways of an ablation.", &policy_views},
    {"metrics", "Members of `at_low` and `at_high` of a sensitivity.", &policy_sensitivity_metrics},
    {"causes", "Members of `dropped_by`.", &policy_causes},
    {"refusals", "Members of `refused_by`.", &policy_refusals},
    {NULL, NULL, NULL},
};
