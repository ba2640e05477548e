/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Why an entry of a write call was refused, in words. */

#include "weft/driver.h"

const struct weft_entry_status_row weft_entry_statuses[WEFT_ENTRY_STATUSES] = {
    [WEFT_ENTRY_OK] = {"ok", "accepted"},
    [WEFT_ENTRY_EMPTY] = {"empty", "no bytes to send; allowed: 1 or more"},
    [WEFT_ENTRY_NO_DESTINATION] = {"no-destination",
                                   "no such stream is connected; allowed: a stream of this server"},
    [WEFT_ENTRY_OUT_OF_RANGE] = {"out-of-range",
                                 "address, length or packet number overflows; allowed: bytes below 2^47, "
                                 "packets of a stream below 2^32, whole ones where a format cuts units"},
    [WEFT_ENTRY_UNMAPPED] = {"unmapped", "a page of the data is not mapped; allowed: mapped pages, and of a "
                                         "translation buffer only its region"},
};
