/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TESTS_COMMAND_RUN_RESULT_H
#define WEFT_TESTS_COMMAND_RUN_RESULT_H

/* What `weft run` says of a scenario, as its result. */

#include <json-glib/json-glib.h>

/* Write `text` as a scenario into the directory and run it with settings ("GROUP.KEY=VALUE", the list ends with NULL); it must be done
 * without a word. The caller frees with json_object_unref. */
JsonObject *run_result(const char *directory, const char *text, const char *const *sets);
/* The effective value of a key of a group ("server a"), owned by the result; "" if the result has none. */
const char *run_result_setting(JsonObject *result, const char *group, const char *key);

#endif
