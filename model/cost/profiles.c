/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* All cost profiles. */
#include "weft/cost.h"

const struct weft_profile *const weft_profiles[] = {&weft_profile_free, &weft_profile_modern_x86, NULL};
