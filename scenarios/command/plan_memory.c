/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory system of a group of servers: a row, and the values of keys that are given. */

#include "plan_private.h"
#include "policies.h"

static void take_number(const struct section *section, const char *key, uint64_t *given, uint32_t *number)
{
    if (section_gives(section, key))
        *number = (uint32_t)*given;
    else
        *given = *number;
}

static void take_bytes(const struct section *section, const char *key, uint64_t *given, uint64_t *bytes)
{
    if (section_gives(section, key))
        *bytes = *given;
    else
        *given = *bytes;
}

static void take_answer(const struct section *section, const char *key, const struct answer **given,
                        bool *is_so)
{
    if (section_gives(section, key))
        *is_so = (*given)->yes;
    else
        *given = policy_find(&policy_answers, *is_so ? "yes" : "no");
}

/* What keys do not say each for itself. */
static bool check_caches(const struct planner *planner, const struct resolved *group,
                         const struct weft_page_caches *caches, GError **error)
{
    if (caches->tlb_sets & (caches->tlb_sets - 1))
        return scenario_complain(planner->scenario, group->section, "tlb_sets", error,
                                 "%u is no power of two; allowed: none, or a power of two up to %d",
                                 caches->tlb_sets, WEFT_TLB_SETS_MOST);
    if (caches->tlb_sets > 0 && caches->tlb_ways == 0)
        return scenario_complain(planner->scenario, group->section, "tlb_ways", error,
                                 "is missing, as memory = %s has none; allowed: 1 to %d",
                                 group->values.server.memory->name, WEFT_TLB_WAYS_MOST);
    return true;
}

const struct weft_memory_system *plan_memory(struct planner *planner, struct resolved *group,
                                             const struct weft_profile *profile, GError **error)
{
    struct server_group *values = &group->values.server;
    const struct section *section = group->section;
    if (!values->memory)
        values->memory = profile->memory ? profile->memory : &weft_memory_none;
    struct weft_memory_system *system = g_memdup2(values->memory, sizeof *system);
    g_ptr_array_add(planner->plan->memories, system);
    struct weft_page_caches *caches =
        values->page_bytes == WEFT_PAGE_2M ? &system->page_2m : &system->page_4k;
    take_number(section, "tlb_sets", &values->tlb_sets, &caches->tlb_sets);
    take_number(section, "tlb_ways", &values->tlb_ways, &caches->tlb_ways);
    take_number(section, "walk_cache", &values->walk_cache, &caches->walk_cache);
    take_answer(section, "tagged", &values->tagged, &system->tagged);
    take_bytes(section, "cache", &values->cache_bytes, &system->cache_bytes);
    take_bytes(section, "dma_cache", &values->dma_cache_bytes, &system->dma_cache_bytes);
    take_answer(section, "walks_ranges", &values->walks_ranges, &system->walks_ranges);
    return check_caches(planner, group, caches, error) ? system : NULL;
}
