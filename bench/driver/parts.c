/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of the driver, and what each is about. */

#include "parts.h"

const struct part_row parts[PARTS] = {
    [PART_CALL] = {"call", "entries checked, the call's state, steps"},
    [PART_TRANSLATE] = {"translate", "pages looked up and pinned"},
    [PART_ORDER] = {"order", "which entry gives the next packet"},
    [PART_CUT] = {"cut", "entries become packets; their slots in the ring"},
    [PART_HEADER] = {"header", "header bytes"},
    [PART_DESCRIPTOR] = {"descriptor", "gather lists"},
    [PART_CLOCK] = {"clock", "when packets are due: RTP timestamps, deadlines"},
    [PART_PRICE] = {"price", "the model's own: events counted and priced"},
};

static const struct {
    const char *pattern;
    enum part part;
} files[] = {
    {"*/model/driver/driver.c", PART_CALL},
    {"*/model/driver/state.h", PART_CALL},
    {"*/weft/subset.h", PART_CALL},
    {"*/model/base/subset.c", PART_CALL},
    {"*/model/driver/order*.?", PART_ORDER},
    {"*/model/driver/round.?", PART_ORDER},
    {"*/model/driver/flows.?", PART_ORDER},
    {"*/model/base/tournament.c", PART_ORDER},
    {"*/weft/tournament.h", PART_ORDER},
    {"*/model/base/draw.c", PART_ORDER},
    {"*/model/driver/translation.c", PART_TRANSLATE},
    {"*/model/driver/pages.c", PART_TRANSLATE},
    {"*/model/memory/*.?", PART_TRANSLATE},
    {"*/model/driver/piece.c", PART_CUT},
    {"*/model/driver/rounds.?", PART_CUT},
    {"*/model/driver/units.h", PART_CUT},
    {"*/model/driver/cut.c", PART_CUT},
    {"*/model/driver/pace.?", PART_CUT},
    {"*/model/driver/ring.?", PART_CUT},
    {"*/weft/ring.h", PART_CUT},
    {"*/model/base/wire.c", PART_CUT},
    {"*/model/driver/header.?", PART_HEADER},
    {"*/weft/driver.h", PART_HEADER},
    {"*/model/traffic/*.c", PART_CLOCK},
    {"*/model/driver/payload.?", PART_DESCRIPTOR},
    {"*/model/cost/*.c", PART_PRICE},
    {"*/model/driver/messages.h", PART_PRICE},
    {"*/weft/base.h", PART_DESCRIPTOR},
};

enum part part_of(const char *path)
{
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
        if (g_pattern_match_simple(files[i].pattern, path))
            return files[i].part;
    return PARTS;
}
