/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft report as Chromium shows it: nothing is asked for, nothing is complained of, nothing overflows or is too faint, on a phone and a
 * desk, light, dark and printed. */

#include "webdriver.h"
#include "weft.h"

#include <string.h>

#define SMALL                                                                                                \
    "[scenario]\nquestion = What does a call cost?\nduration = 100 ms\n[server a]\n[switch s]\n[device "     \
    "d]\ncount = 4\n[stream f]\ncount = 4\nrate = 4 Mbit/s\n"                                                \
    "[write]\ninterval = 20 ms\n"

enum { SKIPPED = 77 };

static const struct view {
    const char *name, *scheme, *media;
    int width, height;
} views[] = {{"phone light", "light", "", 360, 800},
             {"phone dark", "dark", "", 360, 800},
             {"desk light", "light", "", 1280, 900},
             {"desk dark", "dark", "", 1280, 900},
             {"paper", "dark", "print", 794, 1123}};

static void show(struct browser *browser, const struct view *view)
{
    g_autofree char *metrics =
        g_strdup_printf("{\"width\":%d,\"height\":%d,\"deviceScaleFactor\":1,\"mobile\":%s}", view->width,
                        view->height, view->width < 500 ? "true" : "false");
    g_autofree char *media = g_strdup_printf(
        "{\"media\":\"%s\",\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"%s\"}]}", view->media,
        view->scheme);
    browser_devtools(browser, "Emulation.setDeviceMetricsOverride", metrics);
    browser_devtools(browser, "Emulation.setEmulatedMedia", media);
}

static void assert_good_to_read(struct browser *browser, const struct view *view, gint64 figures)
{
    g_autofree char *script = NULL;
    g_assert_true(g_file_get_contents(WEFT_CHECKS, &script, NULL, NULL));
    show(browser, view);
    g_autoptr(JsonNode) value = browser_run(browser, script);
    JsonObject *found = json_node_get_object(value);
    JsonArray *wrong = json_object_get_array_member(found, "wrong");
    for (guint i = 0; i < json_array_get_length(wrong); i++)
        g_test_message("%s: %s", view->name, json_array_get_string_element(wrong, i));
    g_assert_cmpuint(json_array_get_length(wrong), ==, 0);
    g_assert_cmpint(json_object_get_int_member(found, "figures"), ==, figures);
    g_assert_true(figures == 0 || json_object_get_int_member(found, "lines") > 10);
}

static JsonNode *log_of(struct browser *browser, const char *type)
{
    JsonBuilder *body = json_builder_new();
    json_builder_begin_object(body);
    json_builder_set_member_name(body, "type");
    json_builder_add_string_value(body, type);
    json_builder_end_object(body);
    return browser_post(browser, "se/log", body);
}

/* Nothing on the console, and of all that was asked for only the page itself. */
static void assert_quiet(struct browser *browser)
{
    g_autoptr(JsonNode) console = log_of(browser, "browser"), performance = log_of(browser, "performance");
    g_autofree char *said = json_to_string(console, FALSE);
    g_assert_cmpstr(said, ==, "[]");
    JsonArray *events = json_node_get_array(performance);
    guint pages = 0;
    for (guint i = 0; i < json_array_get_length(events); i++) {
        const char *event =
            json_object_get_string_member(json_array_get_object_element(events, i), "message");
        if (!strstr(event, "\"Network.requestWillBeSent\""))
            continue;
        g_assert_nonnull(strstr(event, "/report.html\""));
        g_assert_null(strstr(event, "\"url\":\"http"));
        pages++;
    }
    g_assert_cmpuint(pages, ==, 1);
}

/* Some pages of PDF. */
static void assert_prints(struct browser *browser)
{
    JsonBuilder *body = json_builder_new();
    json_builder_begin_object(body);
    json_builder_end_object(body);
    g_autoptr(JsonNode) value = browser_post(browser, "print", body);
    gsize length;
    g_autofree guchar *pdf = g_base64_decode(json_node_get_string(value), &length);
    g_assert_cmpuint(length, >, 10000);
    g_assert_true(memcmp(pdf, "%PDF-", 5) == 0);
}

static void assert_page(struct browser *browser, const char *directory, const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    struct said said = weft_with(directory, NULL, (const char *const *)words);
    assert_good(&said);
    said_clear(&said);
    said = weft(directory, "report", "out", NULL);
    assert_good(&said);
    gint64 figures = g_ascii_strtoll(strstr(said.out, "figures: ") + 9, NULL, 10);
    said_clear(&said);
    g_autofree char *page = g_build_filename(directory, "out/report.html", NULL),
                    *url = g_filename_to_uri(page, NULL, NULL);
    g_test_message("%s", line);
    browser_open(browser, "about:blank");
    json_node_unref(log_of(browser, "performance"));
    browser_open(browser, url);
    for (gsize i = 0; i < G_N_ELEMENTS(views); i++)
        assert_good_to_read(browser, &views[i], figures);
    assert_quiet(browser);
    assert_prints(browser);
}

static void test_pages(gconstpointer data)
{
    struct browser *browser = (struct browser *)data;
    static const char *const lines[] = {
        "run small.ini --theory --out out", "compare small.ini --out out",
        "compare small.ini --methods batched,interleaved --factors --out out"};
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        char *directory = scratch_new();
        g_autofree char *file = scratch_file(directory, "small.ini", SMALL);
        assert_page(browser, directory, lines[i]);
        scratch_free(directory);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    char *profile = scratch_new();
    struct browser *browser = browser_new(profile);
    if (!browser) {
        scratch_free(profile);
        return SKIPPED;
    }
    g_test_add_data_func("/browser/report", browser, test_pages);
    int status = g_test_run();
    browser_free(browser);
    scratch_free(profile);
    return status;
}
