/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of figures: what `weft list figures` lists and `weft plot` draws, in this order. */

#include "figure_table.h"

#include <stddef.h>
#include <string.h>

#define OF_INTERVALS "`weft compare --out`; of a varied key where it is `write.interval`"
#define OF_VALUES    "`weft compare --out` with a varied key"
#define OF_SWEEPS    "`weft sweep`"

const struct figure figure_table[] = {
    {"cycles-vs-interval",
     "How many processor cycles does a packet cost?",
     {"interval.csv", "vary.csv"},
     OF_INTERVALS},
    {"cpu-vs-interval", "How busy is the server's processor?", {"interval.csv", "vary.csv"}, OF_INTERVALS},
    {"buffer-vs-interval",
     "How much buffer does the fullest switch port need?",
     {"interval.csv", "vary.csv"},
     OF_INTERVALS},
    {"cycles-vs-value", "How many processor cycles does a packet cost?", {"vary.csv"}, OF_VALUES},
    {"buffer-vs-value", "How much buffer does the fullest switch port need?", {"vary.csv"}, OF_VALUES},
    {"loss-vs-value", "What share of the packets is lost?", {"vary.csv"}, OF_VALUES},
    {"loss-vs-buffer",
     "How much buffer must a port have until nothing is lost?",
     {"vary.csv"},
     OF_VALUES ", `switch.buffer`"},
    {"shared-buffer",
     "Does a shared pool make interleaving unnecessary?",
     {"vary.csv"},
     OF_VALUES ", `switch.shared`"},
    {"buffer-vs-streams",
     "From how many streams on does interleaving need no buffer?",
     {"vary.csv"},
     OF_VALUES ", `stream.count`; one server, no two streams at a port"},
    {"orders-unequal-rates",
     "Which order keeps the ports shallow where rates are unequal?",
     {"vary.csv"},
     OF_VALUES ", `write.order`"},
    {"three-servers",
     "Up to which link rate do several interleaving servers spare the ports?",
     {"vary.csv"},
     OF_VALUES ", `server.link`; several servers"},
    {"leaf-spine", "What relieves links that others use too?", {"vary.csv"}, OF_VALUES ", `background.rate`"},
    {"plane",
     "Which methods need more cycles and more buffer than another?",
     {"sweep.csv", "compare.csv"},
     OF_SWEEPS ", `weft compare --out`"},
    {"sweep-cycles", "How many processor cycles does a packet cost?", {"sweep.csv"}, OF_SWEEPS},
    {"sweep-cpu", "How busy is the server's processor?", {"sweep.csv"}, OF_SWEEPS},
    {"sweep-buffer", "How much buffer does the fullest switch port need?", {"sweep.csv"}, OF_SWEEPS},
    {"sweep-loss", "What share of the packets is lost?", {"sweep.csv"}, OF_SWEEPS},
    {"sweep-late", "What share of the packets comes too late?", {"sweep.csv"}, OF_SWEEPS},
    {"sweep-startup", "What start-up delay do devices need?", {"sweep.csv"}, OF_SWEEPS},
    {"timeline",
     "When is each packet on the wire, and what do the ports hold?",
     {"timeline.csv"},
     "`weft compare --out`, `weft run --out`"},
    {"device-buffer", "How full is a device's buffer?", {"device-buffer.csv"}, "`weft compare --out`"},
    {"queues",
     "How full are the ports of the switches?",
     {"queues.csv"},
     "`weft run --trace-queues DIR/queues.csv`; the fullest port"},
    {"ablation",
     "What does each axis change between two methods?",
     {"ablation.csv"},
     "`weft compare --ablate --out`"},
    {"factors",
     "What does each part of the idea contribute?",
     {"factors.csv"},
     "`weft compare --factors --out`"},
    {"sensitivity",
     "Which price decides what a packet costs?",
     {"sensitivity.csv"},
     "`weft run --sensitivity --out`"},
    {"capacity",
     "How much does each method carry, or need?",
     {"size.csv"},
     "`weft size --for-all-methods --out`"},
    {"engine-speed",
     "How many packets a second does the engine simulate?",
     {"engine.csv"},
     "`weft-bench-engine --out`"},
    {"validation", "Do predicted cycles agree with measured ones?", {"points.csv"}, "`weft validate --out`"},
    {NULL, NULL, {NULL}, NULL},
};

const struct figure *figure_find(const char *name)
{
    for (const struct figure *figure = figure_table; figure->name; figure++)
        if (strcmp(figure->name, name) == 0)
            return figure;
    return NULL;
}
