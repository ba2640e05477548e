/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Points: scenarios, hashes, ids. */

#include "sweep_manifest.h"

#include "failure.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct manifest_point *manifest_at(const struct manifest *manifest, guint index)
{
    return &g_array_index(manifest->points, struct manifest_point, index);
}

const struct backend_row *manifest_backend(const struct manifest *manifest, guint index)
{
    g_autofree guint *value = g_new0(guint, manifest->sweep->axes->len + 1);
    struct sweep_point point = {.value = value};
    sweep_point_at(manifest->sweep, manifest_at(manifest, index)->combination, &point);
    return sweep_point_backend(manifest->sweep, &point);
}

/* --- scenarios --- */

static gboolean assign(struct scenario *scenario, const char *origin, const char *key, const char *value,
                       GError **error)
{
    return scenario_assign_format(scenario, origin, error, "%s=%s", key, value);
}

static gboolean assign_settings(const struct sweep *sweep, struct scenario *scenario, GError **error)
{
    for (guint i = 0; i < sweep->settings->len; i++) {
        const struct sweep_setting *setting = g_ptr_array_index(sweep->settings, i);
        if (!assign(scenario, setting->origin, setting->key, setting->value, error))
            return FALSE;
    }
    return !sweep->replications || scenario_set(scenario, sweep->replications_at, GROUP_SCENARIO,
                                                "replications", sweep->replications, error);
}

static gboolean assign_values(const struct sweep *sweep, const struct sweep_point *point,
                              struct scenario *scenario, GError **error)
{
    for (guint i = 0; i < sweep->axes->len; i++) {
        const struct sweep_axis *axis = g_ptr_array_index(sweep->axes, i);
        for (guint k = 0; k < axis->keys->len; k++) {
            const struct sweep_key *key = g_ptr_array_index(axis->keys, k);
            if (!assign(scenario, key->origin, key->key, g_ptr_array_index(key->values, point->value[i]),
                        error))
                return FALSE;
        }
    }
    const char *method = sweep_point_method(sweep, point);
    return !method || scenario_set(scenario, "sweep.methods", GROUP_WRITE, "method", method, error);
}

struct scenario *manifest_scenario(const struct manifest *manifest, guint index, GError **error)
{
    const struct sweep *sweep = manifest->sweep;
    g_autofree guint *value = g_new0(guint, sweep->axes->len + 1);
    struct sweep_point point = {.value = value};
    sweep_point_at(sweep, manifest_at(manifest, index)->combination, &point);
    struct scenario *scenario = scenario_load(sweep->scenario, error);
    if (scenario)
        scenario->no_skip = sweep->no_skip;
    if (scenario && assign_settings(sweep, scenario, error) && assign_values(sweep, &point, scenario, error))
        return scenario;
    scenario_free(scenario);
    return NULL;
}

/* --- hashes --- */

/* NULL and an error. The caller frees with g_free. */
static char *digest_file(const char *path, GError **error)
{
    enum { BLOCK = 1 << 16 };
    g_autofree guchar *block = g_malloc(BLOCK);
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : 1;
    while (got > 0 || (fd >= 0 && got < 0 && errno == EINTR))
        if ((got = read(fd, block, BLOCK)) > 0)
            g_checksum_update(sum, block, got);
    int reason = errno;
    if (fd >= 0)
        close(fd);
    if (got == 0)
        return g_strdup(g_checksum_get_string(sum));
    failure(error, STATUS_INPUT, "%s: cannot be read: %s", path, g_strerror(reason));
    return NULL;
}

/* A file of which nothing of this is new is the same still. */
struct file_state {
    struct stat status;
    char *digest;
};

static void file_state_free(void *data)
{
    struct file_state *state = data;
    g_free(state->digest);
    g_free(state);
}

static bool is_same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           is_same_time(a->st_mtim, b->st_mtim) && is_same_time(a->st_ctim, b->st_ctim);
}

/* The digest of what a file holds now, which is taken anew only where it may be another. NULL and an error. */
static const char *digest_of(struct manifest *manifest, const char *path, GError **error)
{
    struct stat status = {0};
    (void)stat(path, &status); /* what cannot be read is said by who reads it */
    const struct file_state *known = g_hash_table_lookup(manifest->digests, path);
    if (known && is_same_file(&known->status, &status))
        return known->digest;
    char *digest = digest_file(path, error);
    if (!digest)
        return NULL;
    struct file_state *state = g_new(struct file_state, 1);
    *state = (struct file_state){status, digest};
    g_hash_table_insert(manifest->digests, g_strdup(path), state);
    return digest;
}

/* A file of the same name may hold something else tomorrow. */
static gboolean append_files(struct manifest *manifest, const struct scenario *scenario,
                             const struct plan *plan, GString *text, GError **error)
{
    for (guint i = 0; i < plan->sections; i++) {
        const struct resolved *group = &plan->resolved[i];
        const char *file = section_file(group->section->kind, &group->values);
        if (!file)
            continue;
        g_autofree char *path = scenario_file(scenario, file);
        const char *digest = digest_of(manifest, path, error);
        if (!digest)
            return FALSE;
        g_string_append_printf(text, "[file %s]\nsha256 = %s\n", file, digest);
    }
    return TRUE;
}

gboolean manifest_hash(struct manifest *manifest, guint index, const struct scenario *scenario,
                       const struct plan *plan, char hash[SWEEP_HASH_CHARS + 1], GError **error)
{
    g_autofree char *settings = plan_settings(plan);
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_append_printf(text, "[weft]\nversion = %s\nbackend = %s\nreplications = %u\n%s", WEFT_VERSION,
                           manifest_backend(manifest, index)->name, plan->replications, settings);
    if (!append_files(manifest, scenario, plan, text, error))
        return FALSE;
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text->str, (gssize)text->len);
    g_strlcpy(hash, digest, SWEEP_HASH_CHARS + 1);
    return TRUE;
}

/* --- all points --- */

/* "stream.count = 8, batched on reference". The caller frees with g_free. */
static char *point_words(const struct sweep *sweep, const struct sweep_point *point)
{
    const char *method = sweep_point_method(sweep, point);
    GString *words = g_string_new(NULL);
    for (guint i = 0; i < sweep->axes->len; i++) {
        const struct sweep_axis *axis = g_ptr_array_index(sweep->axes, i);
        for (guint k = 0; k < axis->keys->len; k++) {
            const struct sweep_key *key = g_ptr_array_index(axis->keys, k);
            g_string_append_printf(words, "%s = %s, ", key->key,
                                   (const char *)g_ptr_array_index(key->values, point->value[i]));
        }
    }
    g_string_append_printf(words, "%s%son %s", method ? method : "", method ? " " : "",
                           sweep_point_backend(sweep, point)->name);
    return g_string_free(words, FALSE);
}

char *manifest_words(const struct manifest *manifest, guint index)
{
    g_autofree guint *value = g_new0(guint, manifest->sweep->axes->len + 1);
    struct sweep_point point = {.value = value};
    sweep_point_at(manifest->sweep, manifest_at(manifest, index)->combination, &point);
    return point_words(manifest->sweep, &point);
}

static gboolean say_which(const struct manifest *manifest, guint index, GError *cause, GError **error)
{
    g_autofree char *words = manifest_words(manifest, index);
    failure(error, cause->code, "%s (%s%s)", cause->message, g_str_has_prefix(words, "on ") ? "" : "with ",
            words);
    g_error_free(cause);
    return FALSE;
}

static gboolean plan_point(struct manifest *manifest, guint index, GError **error)
{
    struct manifest_point *point = &g_array_index(manifest->points, struct manifest_point, index);
    GError *cause = NULL;
    struct scenario *scenario = manifest_scenario(manifest, index, &cause);
    struct plan *plan = scenario ? plan_new(scenario, manifest->media, &cause) : NULL;
    if (plan && manifest_hash(manifest, index, scenario, plan, point->hash, &cause)) {
        point->seed = plan->setup.seed;
        manifest->replications = plan->replications;
    }
    plan_free(plan);
    scenario_free(scenario);
    return !cause || say_which(manifest, index, cause, error);
}

/* What is wrong with the scenario as it stands is no matter of a point. */
static gboolean check_scenario(const struct sweep *sweep, GError **error)
{
    GError *cause = NULL;
    struct scenario *scenario = scenario_load(sweep->scenario, &cause);
    scenario_free(scenario);
    if (scenario)
        return TRUE;
    failure(error, cause->code, "%s (scenario of %s)", cause->message, sweep->path);
    g_error_free(cause);
    return FALSE;
}

static gboolean fill(struct manifest *manifest, GError **error)
{
    g_autoptr(GArray) combinations = sweep_expand(manifest->sweep, error);
    if (!combinations || !check_scenario(manifest->sweep, error))
        return FALSE;
    int digits = 5;
    for (guint64 n = 100000; n <= combinations->len; n *= 10)
        digits++;
    for (guint i = 0; i < combinations->len; i++) {
        struct manifest_point point = {.combination = g_array_index(combinations, uint64_t, i)};
        g_snprintf(point.id, sizeof point.id, "%0*u", digits, i + 1);
        g_array_append_val(manifest->points, point);
    }
    for (guint i = 0; i < manifest->points->len; i++)
        if (!plan_point(manifest, i, error))
            return FALSE;
    return TRUE;
}

struct manifest *manifest_new(const struct sweep *sweep, struct media_library *media, GError **error)
{
    struct manifest *manifest = g_new0(struct manifest, 1);
    manifest->sweep = sweep;
    manifest->media = media;
    manifest->points = g_array_new(FALSE, FALSE, sizeof(struct manifest_point));
    manifest->digests = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, file_state_free);
    if (fill(manifest, error))
        return manifest;
    manifest_free(manifest);
    return NULL;
}

void manifest_free(struct manifest *manifest)
{
    if (!manifest)
        return;
    g_array_unref(manifest->points);
    g_hash_table_unref(manifest->digests);
    g_free(manifest);
}
