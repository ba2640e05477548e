/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can become of a packet. */
#include "weft/train.h"

const struct weft_outcome_row weft_outcomes[WEFT_OUTCOMES] = {
    [WEFT_DELIVERED] = {"delivered", "its last bit reached the device"},
    [WEFT_DROPPED_BUFFER] = {"buffer", "its switch port had no room"},
    [WEFT_DROPPED_LINK] = {"link", "the link from its server was down while it was on the wire"},
    [WEFT_DROPPED_DEVICE] = {"device", "the device was switched off before its last bit came"},
};
