/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Running the command and looking at what it leaves. */

#include "weft.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>

struct said weft_with(const char *directory, char **environment, const char *const *arguments)
{
    struct said said = {0};
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    int status;
    g_ptr_array_add(argv, (char *)WEFT_PROGRAM);
    for (; *arguments; arguments++)
        g_ptr_array_add(argv, (char *)*arguments);
    g_ptr_array_add(argv, NULL);
    g_spawn_sync(directory, (char **)argv->pdata, environment, G_SPAWN_DEFAULT, NULL, NULL, &said.out,
                 &said.err, &status, &error);
    g_assert_no_error(error);
    said.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return said;
}

struct said weft(const char *directory, ...)
{
    const char *arguments[32];
    size_t n = 0;
    va_list list;
    va_start(list, directory);
    while ((arguments[n] = va_arg(list, const char *)))
        g_assert_cmpuint(++n, <, G_N_ELEMENTS(arguments));
    va_end(list);
    return weft_with(directory, NULL, arguments);
}

void said_clear(struct said *said)
{
    g_free(said->out);
    g_free(said->err);
}

void assert_good(const struct said *said)
{
    if (said->status != 0 || *said->err)
        g_test_message("status %d, said: %s", said->status, said->err);
    g_assert_cmpint(said->status, ==, 0);
    g_assert_cmpstr(said->err, ==, "");
}

void assert_bad(const struct said *said, int status, const char *regex)
{
    const char *end = strchr(said->err, '\n');
    gboolean one_line = end && end[1] == '\0' && end != said->err;
    gboolean matches = g_regex_match_simple(regex, said->err, 0, 0);
    if (said->status != status || !one_line || !matches)
        g_test_message("status %d (must be %d), must match %s, said: %s", said->status, status, regex,
                       said->err);
    g_assert_cmpint(said->status, ==, status);
    g_assert_true(one_line);
    g_assert_true(matches);
    g_assert_cmpstr(said->out, ==, "");
}

char *scratch_new(void)
{
    g_autoptr(GError) error = NULL;
    char *directory = g_dir_make_tmp("weft-test-XXXXXX", &error);
    g_assert_no_error(error);
    return directory;
}

static void remove_all(const char *path)
{
    g_autoptr(GDir) entries = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
    const char *name;
    while (entries && (name = g_dir_read_name(entries))) {
        g_autofree char *inside = g_build_filename(path, name, NULL);
        remove_all(inside);
    }
    g_assert_cmpint(g_remove(path), ==, 0);
}

void scratch_free(char *directory)
{
    remove_all(directory);
    g_free(directory);
}

char *scratch_file(const char *directory, const char *name, const char *text)
{
    char *path = g_build_filename(directory, name, NULL);
    g_autoptr(GError) error = NULL;
    g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
    return path;
}

char *scratch_text(const char *directory, const char *name)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char *scratch_names(const char *directory)
{
    g_autoptr(GDir) entries = g_dir_open(directory, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;
    g_assert_nonnull(entries);
    while ((name = g_dir_read_name(entries)))
        g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    g_ptr_array_add(names, NULL);
    return g_strjoinv(" ", (char **)names->pdata);
}

char *source_path(const char *name)
{
    return g_build_filename(WEFT_SOURCE, name, NULL);
}

char *source_text(const char *name)
{
    g_autofree char *path = source_path(name);
    char *text = NULL;
    g_autoptr(GError) error = NULL;
    if (!g_file_get_contents(path, &text, NULL, &error))
        g_error("%s", error->message);
    return text;
}
