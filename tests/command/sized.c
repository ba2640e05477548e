/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sized.h"

#include "weft.h"

JsonNode *sized(const char *directory, const char *what, const char *a, const char *b, const char *c,
                const char *d)
{
    struct said said = weft(directory, "size", "scene.ini", "--find", what, "--json", "-", a, b, c, d, NULL);
    assert_good(&said);
    g_autoptr(GError) error = NULL;
    JsonNode *root = json_from_string(said.out, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(json_object_get_string_member(json_node_get_object(root), "schema"), ==, "weft-size/1");
    said_clear(&said);
    return root;
}

JsonObject *sized_row(JsonNode *root, guint index)
{
    return json_array_get_object_element(json_object_get_array_member(json_node_get_object(root), "results"),
                                         index);
}

uint64_t sized_number(JsonObject *row, const char *name)
{
    return json_object_get_null_member(row, name) ? 0 : (uint64_t)json_object_get_int_member(row, name);
}

struct sized_run sized_run(const char *directory, const char *key, uint64_t value, const char *unit,
                           const char *method)
{
    g_autofree char *set = g_strdup_printf("%s=%" G_GUINT64_FORMAT "%s", key, value, unit);
    struct said said =
        weft(directory, "run", "scene.ini", "--set", set, "--method", method, "--json", "-", NULL);
    assert_good(&said);
    g_autoptr(JsonNode) root = json_from_string(said.out, NULL);
    JsonObject *totals = json_object_get_object_member(json_node_get_object(root), "totals");
    const struct sized_run run = {
        json_object_get_int_member(json_object_get_object_member(totals, "dropped_by"), "buffer"),
        json_object_get_int_member(totals, "late_packets"),
        json_object_get_int_member(totals, "saturated_servers"),
        json_object_get_double_member(totals, "call_slip_max_us"),
    };
    said_clear(&said);
    return run;
}
