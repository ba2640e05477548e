/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A profile file: every price needs its range, its source and how far it is to be trusted. */

#include "profile_file.h"

#include "failure.h"
#include "keyfile.h"
#include "policies.h"
#include "quantity.h"
#include "suggest.h"

#include <string.h>

/* What strings belong to: the profile is the first member, so that it can be handed out by itself. */
struct loaded {
    struct weft_profile profile;
    bool is_measured;
    struct provenance measured;
    GStringChunk *texts;
};

struct reader {
    const char *path;
    struct loaded *loaded;
    gboolean seen[WEFT_EVENTS];
    const struct weft_profile *base;
};

static const struct price_key {
    const char *name;
    size_t offset;
    gboolean is_price;        /* else a text */
    const char *const *words; /* of a text: what it may be; NULL: anything */
} price_keys[] = {
    {"low", offsetof(struct weft_price, low_mcycles), TRUE, NULL},
    {"typical", offsetof(struct weft_price, typical_mcycles), TRUE, NULL},
    {"high", offsetof(struct weft_price, high_mcycles), TRUE, NULL},
    {"source", offsetof(struct weft_price, source), FALSE, NULL},
    {"confidence", offsetof(struct weft_price, confidence), FALSE,
     (const char *const[]){"high", "medium", "low", NULL}},
};
enum { PRICE_KEYS = G_N_ELEMENTS(price_keys), ALL_PRICE_KEYS = (1 << PRICE_KEYS) - 1 };

/* No count of events of a run that the setup allows makes a sum of such prices overflow. */
static const uint64_t most_mcycles = UINT64_C(1000) * 1000 * 1000;

static gboolean complain(const struct reader *reader, int line, const char *where, GError **error,
                         const char *format, ...) G_GNUC_PRINTF(5, 6);

static gboolean complain(const struct reader *reader, int line, const char *where, GError **error,
                         const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return failure(error, STATUS_INPUT, "%s:%d: %s: %s", reader->path, line, where, what);
}

static gboolean read_price(const struct reader *reader, const char *where, const struct keyfile_entry *entry,
                           uint64_t *mcycles, GError **error)
{
    const char *why = quantity_parse(&quantity_cycles, entry->value, mcycles);
    if (!why && *mcycles > most_mcycles)
        why = "is out of range";
    if (!why)
        return TRUE;
    g_autofree char *most = quantity_format(&quantity_cycles, most_mcycles);
    return complain(reader, entry->line, where, error, "\"%s\" %s; allowed: 0 cycles to %s", entry->value,
                    why, most);
}

static gboolean read_words(const struct reader *reader, const char *where, const struct price_key *key,
                           const struct keyfile_entry *entry, const char **text, GError **error)
{
    if (key->words && !g_strv_contains(key->words, entry->value)) {
        g_autofree char *names = g_strjoinv(", ", (char **)key->words);
        return complain(reader, entry->line, where, error, "unknown %s \"%s\"; allowed: %s", key->name,
                        entry->value, names);
    }
    if (*entry->value == '\0')
        return complain(reader, entry->line, where, error, "is empty; allowed: a text");
    *text = g_string_chunk_insert(reader->loaded->texts, entry->value);
    return TRUE;
}

/* One key of an event; its bit into `*given`. */
static gboolean read_entry(const struct reader *reader, const char *event, const struct keyfile_entry *entry,
                           struct weft_price *price, unsigned *given, GError **error)
{
    g_autofree char *where = g_strdup_printf("%s.%s", event, entry->key);
    for (unsigned i = 0; i < PRICE_KEYS; i++) {
        const struct price_key *key = &price_keys[i];
        if (strcmp(key->name, entry->key) != 0)
            continue;
        *given |= 1U << i;
        void *member = (char *)price + key->offset;
        return key->is_price ? read_price(reader, where, entry, member, error)
                             : read_words(reader, where, key, entry, member, error);
    }
    return complain(reader, entry->line, where, error,
                    "unknown key; allowed: low, typical, high, source, confidence");
}

static gboolean read_event(struct reader *reader, const struct keyfile_group *group, int event,
                           GError **error)
{
    struct weft_price *price = &reader->loaded->profile.price[event];
    unsigned given = 0;
    for (guint i = 0; i < group->entries->len; i++)
        if (!read_entry(reader, group->name, g_ptr_array_index(group->entries, i), price, &given, error))
            return FALSE;
    for (unsigned i = 0; i < PRICE_KEYS; i++)
        if (!(given & 1U << i))
            return failure(error, STATUS_INPUT,
                           "%s:%d: %s.%s: is missing; needed: low, typical, high, "
                           "source and confidence of each event that the file prices",
                           reader->path, group->line, group->name, price_keys[i].name);
    if (price->low_mcycles > price->typical_mcycles || price->typical_mcycles > price->high_mcycles)
        return complain(reader, group->line, group->name, error,
                        "is no range; allowed: low <= typical <= high");
    reader->seen[event] = TRUE;
    return TRUE;
}

/* The memory system of the machine that the prices are of. */
static gboolean read_memory(struct reader *reader, const struct keyfile_entry *entry, GError **error)
{
    reader->loaded->profile.memory = policy_find(&policy_memories, entry->value);
    if (reader->loaded->profile.memory)
        return TRUE;
    g_autofree char *names = policy_names(&policy_memories), *hint = suggest(entry->value, names);
    return complain(reader, entry->line, "profile.memory", error, "unknown memory \"%s\"%s; allowed: %s",
                    entry->value, hint, names);
}

/* [profile]: help, memory and base. */
static gboolean read_head(struct reader *reader, const struct keyfile_group *group, GError **error)
{
    for (guint i = 0; i < group->entries->len; i++) {
        const struct keyfile_entry *entry = g_ptr_array_index(group->entries, i);
        if (strcmp(entry->key, "help") == 0) {
            reader->loaded->profile.help = g_string_chunk_insert(reader->loaded->texts, entry->value);
            continue;
        }
        if (strcmp(entry->key, "memory") == 0) {
            if (!read_memory(reader, entry, error))
                return FALSE;
            continue;
        }
        if (strcmp(entry->key, "base") != 0)
            return failure(error, STATUS_INPUT, "%s:%d: profile.%s: unknown key; allowed: help, memory, base",
                           reader->path, entry->line, entry->key);
        reader->base = policy_find(&policy_profiles, entry->value);
        if (!reader->base) {
            g_autofree char *names = policy_names(&policy_profiles), *hint = suggest(entry->value, names);
            return complain(reader, entry->line, "profile.base", error,
                            "unknown profile \"%s\"%s; allowed: %s", entry->value, hint, names);
        }
    }
    return TRUE;
}

static int find_event(const char *name)
{
    for (int event = 0; event < WEFT_EVENTS; event++)
        if (strcmp(weft_events[event].name, name) == 0)
            return event;
    return WEFT_EVENTS;
}

static gboolean read_group(struct reader *reader, const struct keyfile_group *group, GError **error)
{
    if (strcmp(group->name, "profile") == 0)
        return read_head(reader, group, error);
    if (strcmp(group->name, "measured") == 0) {
        reader->loaded->is_measured = true;
        return provenance_read(reader->path, group, reader->loaded->texts, &reader->loaded->measured, error);
    }
    int event = find_event(group->name);
    if (event < WEFT_EVENTS)
        return read_event(reader, group, event, error);
    g_autoptr(GString) names = g_string_new("profile, measured");
    for (int i = 0; i < WEFT_EVENTS; i++)
        g_string_append_printf(names, ", %s", weft_events[i].name);
    g_autofree char *hint = suggest(group->name, names->str);
    return complain(reader, group->line, group->name, error, "unknown event%s; allowed: %s", hint,
                    names->str);
}

/* What the file leaves out, its base says. */
static gboolean complete(struct reader *reader, GError **error)
{
    if (!reader->loaded->profile.memory && reader->base)
        reader->loaded->profile.memory = reader->base->memory;
    for (int event = 0; event < WEFT_EVENTS; event++) {
        if (reader->seen[event])
            continue;
        if (!reader->base)
            return failure(
                error, STATUS_INPUT,
                "%s:1: %s: has no price; needed: a group for each event, or base = NAME in [profile]",
                reader->path, weft_events[event].name);
        reader->loaded->profile.price[event] = reader->base->price[event];
    }
    return TRUE;
}

struct weft_profile *profile_file_load(const char *path, GError **error)
{
    g_autoptr(GPtrArray) groups = keyfile_read(path, error);
    if (!groups)
        return NULL;
    struct loaded *loaded = g_new0(struct loaded, 1);
    struct reader reader = {.path = path, .loaded = loaded};
    loaded->texts = g_string_chunk_new(1024);
    g_autofree char *name = g_path_get_basename(path);
    if (g_str_has_suffix(name, ".ini"))
        name[strlen(name) - strlen(".ini")] = '\0';
    loaded->profile.name = g_string_chunk_insert(loaded->texts, name);
    loaded->profile.help = loaded->profile.name;
    gboolean good = TRUE;
    for (guint i = 0; good && i < groups->len; i++)
        good = read_group(&reader, g_ptr_array_index(groups, i), error);
    if (good && complete(&reader, error))
        return &loaded->profile;
    profile_file_free(&loaded->profile);
    return NULL;
}

const struct provenance *profile_file_measured(const struct weft_profile *profile)
{
    const struct loaded *loaded = (const struct loaded *)profile;
    return loaded->is_measured ? &loaded->measured : NULL;
}

struct weft_profile *profile_file_copy(const struct weft_profile *profile, const struct provenance *measured)
{
    struct loaded *loaded = g_new0(struct loaded, 1);
    loaded->profile = *profile;
    loaded->is_measured = measured != NULL;
    if (measured)
        loaded->measured = *measured;
    loaded->texts = g_string_chunk_new(1); /* none of its own */
    return &loaded->profile;
}

void profile_file_free(struct weft_profile *profile)
{
    if (!profile)
        return;
    struct loaded *loaded = (struct loaded *)profile;
    g_string_chunk_free(loaded->texts);
    g_free(loaded);
}
