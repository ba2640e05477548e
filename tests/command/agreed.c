/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The result of weft agree. */

#include "agreed.h"

#include "weft.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Those that may refuse a scenario. */
static const char *const partial[] = {"ns3-p2p", NULL};

static void check_side(JsonObject *side, guint runs)
{
    const char *name = json_object_get_string_member(side, "name");
    g_assert_true(json_object_get_boolean_member(side, "agrees"));
    if (!g_strv_contains(partial, name) && json_object_get_int_member(side, "refusals") > 0)
        g_error("%s: %s", name, json_object_get_string_member(side, "refusal"));
    if (!g_strv_contains(partial, name))
        g_assert_cmpint(json_object_get_int_member(side, "runs"), ==, runs);
}

static struct agreed look_at(JsonObject *root)
{
    JsonArray *sides = json_object_get_array_member(root, "backends");
    guint runs = json_array_get_length(json_object_get_array_member(root, "runs"));
    JsonObject *first = json_array_get_object_element(sides, 0);
    g_assert_true(json_object_get_boolean_member(root, "agrees"));
    g_assert_cmpstr(json_object_get_string_member(first, "name"), ==, "reference");
    for (guint i = 0; i < json_array_get_length(sides); i++)
        check_side(json_array_get_object_element(sides, i), runs);
    return (struct agreed){.hops = (guint64)json_object_get_int_member(first, "hops"),
                           .dropped = (guint64)json_object_get_int_member(first, "dropped"),
                           .others = json_array_get_length(sides) - 1};
}

struct agreed assert_agrees(const char *directory, const char *const *arguments)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    g_autofree char *json = g_build_filename(directory, "agree.json", NULL);
    const char *const fixed[] = {"agree", "--json", json};
    for (size_t i = 0; i < G_N_ELEMENTS(fixed); i++)
        g_ptr_array_add(all, (void *)fixed[i]);
    for (; *arguments; arguments++)
        g_ptr_array_add(all, (void *)*arguments);
    g_ptr_array_add(all, NULL);
    struct said said = weft_with(directory, NULL, (const char *const *)all->pdata);
    if (said.status != 0)
        g_error("status %d: %s%s", said.status, said.err, said.out);
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(json, &text, NULL, NULL));
    g_autoptr(JsonNode) root = json_from_string(text, NULL);
    said_clear(&said);
    return look_at(json_node_get_object(root));
}
