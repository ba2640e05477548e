/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any text as a file of prices. */

#include "input.h"
#include "profile_file.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    struct weft_profile *profile = profile_file_load(input_file(INPUT_FD, data, size), &error);
    g_assert_true((profile != NULL) == (error == NULL));
    for (int event = 0; profile && event < WEFT_EVENTS; event++) {
        g_assert_cmpuint(profile->price[event].low_mcycles, <=, profile->price[event].typical_mcycles);
        g_assert_cmpuint(profile->price[event].typical_mcycles, <=, profile->price[event].high_mcycles);
    }
    const struct provenance *measured = profile ? profile_file_measured(profile) : NULL;
    if (measured) {
        g_autofree char *text = provenance_text(measured);
        g_assert_true(*measured->machine && *measured->kernel && *measured->weft);
        g_assert_cmpuint(strlen(measured->date), ==, strlen("2026-02-28"));
        g_assert_cmpuint(measured->clock_hz, >=, 1000000);
    }
    profile_file_free(profile);
    return 0;
}
