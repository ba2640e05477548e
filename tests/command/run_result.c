/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "run_result.h"

#include "weft.h"

JsonObject *run_result(const char *directory, const char *text, const char *const *sets)
{
    g_free(scratch_file(directory, "run-result.ini", text));
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();
    static const char *const run[] = {"run", "run-result.ini", "--json", "-"};
    for (size_t i = 0; i < G_N_ELEMENTS(run); i++)
        g_ptr_array_add(arguments, (void *)run[i]);
    for (; *sets; sets++) {
        g_ptr_array_add(arguments, (void *)"--set");
        g_ptr_array_add(arguments, (void *)*sets);
    }
    g_ptr_array_add(arguments, NULL);
    struct said said = weft_with(directory, NULL, (const char *const *)arguments->pdata);
    assert_good(&said);
    g_autoptr(JsonNode) root = json_from_string(said.out, NULL);
    said_clear(&said);
    return json_object_ref(json_node_get_object(root));
}

const char *run_result_setting(JsonObject *result, const char *group, const char *key)
{
    JsonObject *scenario = json_object_get_object_member(result, "scenario");
    JsonObject *settings = json_object_get_object_member(scenario, "settings");
    JsonObject *values = json_object_get_object_member(settings, group);
    return json_object_has_member(values, key) ? json_object_get_string_member(values, key) : "";
}
