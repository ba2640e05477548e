/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of what a directory may hold. */

#include "report.h"

#define COST "What does each write method cost, and how much buffer does it need, in %s?"

const struct report_section report_sections[] = {
    {"run.json", "The run", NULL, "weft run --out", "What does %s cost?", report_put_run},
    {"compare.csv", "Methods side by side", "A row a method and back end.", "weft compare --out", COST,
     report_put_rows},
    {"interval.csv", "Over the interval", "A row a method and interval between write calls.",
     "weft compare --out", COST, report_put_rows},
    {"vary.csv", "Over a key", "A row a value of the key and a method.", "weft compare --vary --out",
     "What does each value change in %s?", report_put_rows},
    {"sweep.csv", "The points of the sweep", "A row a point.", "weft sweep",
     "What changes over the points of %s?", report_put_rows},
    {"size.csv", "How much it carries, or needs",
     "A row a method. Beside the answer stands what a closed form says, where one must be met.",
     "weft size --out", "How much does each write method carry, or need, in %s?", report_put_rows},
    {"ablation.csv", "One axis at a time",
     "From one method to the other, and back, one axis after the other; and each axis alone.",
     "weft compare --ablate --out", "What does each axis change between two methods in %s?", report_put_rows},
    {"factors.csv", "What each factor contributes",
     "What an axis changes over all orders of changing them: mean, as the first, as the last, least and "
     "most.",
     "weft compare --factors --out", "What does each part of the idea contribute in %s?", report_put_rows},
    {"sensitivity.csv", "Which price decides",
     "The run with each price at its low and at its high end; the largest swing first.",
     "weft run --sensitivity --out", "Which price decides what a packet costs in %s?", report_put_rows},
    {"device-buffer.csv", "The buffer of devices", "A row a change of the level of a device's buffer.",
     "weft compare --out", "How full is a device's buffer in %s?", report_put_rows},
    {"timeline.csv", "One call on the wire", "A row a packet of one call.", "weft compare --out",
     "How do the packets of a call lie on the wire in %s?", report_put_rows},
    {"queues.csv", "The ports of the switches", "A row a change of what a port holds.",
     "weft run --trace-queues DIR/queues.csv", "How full are the ports of the switches in %s?",
     report_put_rows},
    {"engine.csv", "Speed of engines", "A row a measurement.", "weft-bench-engine --out",
     "How fast are the engines?", report_put_rows},
    {"points.csv", "Predicted and measured",
     "A row a point: what weft says it costs beside what this machine measured.", "weft validate --out",
     "Do weft's predictions hold on this machine?", report_put_rows},
    {"switch.csv", "The switch, predicted and measured",
     "A row a case: what ports were to hold and what they held.", "weft validate --out",
     "Do weft's predictions hold on this machine?", report_put_rows},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};
