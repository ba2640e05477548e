/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The prices of a plan's servers: where they come from, and others in their place. */

#include "plan.h"
#include "profile_file.h"

#include <string.h>

const struct provenance *plan_provenance(const struct plan *plan, const struct weft_profile *profile)
{
    for (guint i = 0; i < plan->profiles->len; i++)
        if (g_ptr_array_index(plan->profiles, i) == profile)
            return profile_file_measured(profile);
    return NULL;
}

static char *profile_text(const struct resolved *group)
{
    return resolved_value(group, keys_find(GROUP_SERVER, "profile"));
}

void plan_profiles(const struct plan *plan, plan_profile_seen *seen, void *context)
{
    const struct weft_server *server = plan->setup.server;
    for (guint i = 0; i < plan->sections; i++) {
        const struct resolved *group = &plan->resolved[i];
        if (group->section->kind != GROUP_SERVER)
            continue;
        g_autofree char *name = profile_text(group);
        seen(context, name, server->profile);
        server += group->values.server.count;
    }
}

/* Prices outside the end are kept, so that low and high of the new profile are those of the old one. */
static const struct weft_profile *priced_at(struct plan *plan, const struct weft_profile *profile, int event,
                                            enum weft_price_end end)
{
    struct weft_profile *other = profile_file_copy(profile, plan_provenance(plan, profile));
    for (int i = 0; i < WEFT_EVENTS; i++)
        if (event == WEFT_EVENTS || event == i)
            other->price[i].typical_mcycles =
                end == WEFT_LOW ? other->price[i].low_mcycles : other->price[i].high_mcycles;
    g_ptr_array_add(plan->profiles, other);
    return other;
}

void plan_reprice(struct plan *plan, const char *profile, int event, enum weft_price_end end)
{
    struct weft_server *server = (struct weft_server *)plan->setup.server; /* the plan's own */
    for (guint i = 0; i < plan->sections; i++) {
        const struct resolved *group = &plan->resolved[i];
        if (group->section->kind != GROUP_SERVER)
            continue;
        g_autofree char *name = profile_text(group);
        const struct weft_profile *other =
            profile && strcmp(profile, name) != 0 ? NULL : priced_at(plan, server->profile, event, end);
        for (uint64_t k = 0; k < group->values.server.count; k++, server++)
            if (other)
                server->profile = other;
    }
}
