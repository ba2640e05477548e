/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* HTTP to ChromeDriver on the loopback. */

#include "webdriver.h"

#include <gio/gio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

struct browser {
    GPid driver;
    guint16 port;
    char *session;
};

/* --- HTTP --- */

/* Is the answer whole? ChromeDriver keeps the connection, so its length says so. */
static bool is_whole(const GString *answer)
{
    const char *body = strstr(answer->str, "\r\n\r\n");
    g_autofree char *head = body ? g_ascii_strdown(answer->str, body - answer->str) : NULL;
    const char *length = head ? strstr(head, "content-length:") : NULL;
    return length && answer->len >= (gsize)(body + 4 - answer->str) + g_ascii_strtoull(length + 15, NULL, 10);
}

static char *exchange(guint16 port, const char *request, GError **error)
{
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GSocketConnection) connection =
        g_socket_client_connect_to_host(client, "127.0.0.1", port, NULL, error);
    if (!connection)
        return NULL;
    GInputStream *in = g_io_stream_get_input_stream(G_IO_STREAM(connection));
    GString *answer = g_string_new(NULL);
    char block[4096];
    gssize got = 1;
    if (g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(connection)), request,
                                  strlen(request), NULL, NULL, error))
        while (!is_whole(answer) && (got = g_input_stream_read(in, block, sizeof block, NULL, error)) > 0)
            g_string_append_len(answer, block, got);
    return g_string_free(answer, FALSE);
}

/* The "value" of the answer. NULL: nobody answers. */
static JsonNode *call(guint16 port, const char *method, const char *path, const char *body)
{
    g_autofree char *request =
        g_strdup_printf("%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: "
                        "application/json\r\nContent-Length: %zu\r\n\r\n%s",
                        method, path, strlen(body), body);
    g_autofree char *answer = exchange(port, request, NULL);
    const char *json = answer ? strstr(answer, "\r\n\r\n") : NULL;
    g_autoptr(JsonNode) root = json ? json_from_string(json + 4, NULL) : NULL;
    if (!root)
        return NULL;
    JsonNode *value = json_object_dup_member(json_node_get_object(root), "value");
    if (JSON_NODE_HOLDS_OBJECT(value) && json_object_has_member(json_node_get_object(value), "error"))
        g_error("ChromeDriver: %s: %s", path,
                json_object_get_string_member(json_node_get_object(value), "message"));
    return value;
}

/* --- sessions --- */

/* The group that ends when a test fails: the driver would leave its browser behind. */
static volatile sig_atomic_t group;

static void end_group(int signal)
{
    (void)signal;
    if (group > 0)
        kill(-group, SIGKILL);
}

static void begin_group(gpointer data)
{
    (void)data;
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
}

/* A port that is free now. */
static guint16 free_port(void)
{
    g_autoptr(GSocketListener) listener = g_socket_listener_new();
    return g_socket_listener_add_any_inet_port(listener, NULL, NULL);
}

static bool is_installed(const char *program, const char *package)
{
    g_autofree char *path = g_find_program_in_path(program);
    if (!path)
        printf("# %s is not installed (package %s)\n", program, package);
    return path != NULL;
}

/* Nothing of the browser's own goes to the network, and everything that a page asks for is in its log. */
static char *capabilities(const char *directory)
{
    return g_strdup_printf(
        "{\"capabilities\":{\"alwaysMatch\":{\"browserName\":\"chrome\",\"goog:loggingPrefs\":{\"browser\":"
        "\"ALL\","
        "\"performance\":\"ALL\"},\"goog:chromeOptions\":{\"args\":[\"--headless\",\"--no-sandbox\",\"--"
        "disable-gpu\","
        "\"--disable-quic\",\"--no-first-run\",\"--disable-background-networking\",\"--disable-component-"
        "update\","
        "\"--disable-sync\",\"--disable-dev-shm-usage\",\"--user-data-dir=%s/profile\"]}}}}",
        directory);
}

struct browser *browser_new(const char *directory)
{
    if (!is_installed("chromium", "chromium") || !is_installed("chromedriver", "chromium-driver"))
        return NULL;
    struct browser *browser = g_new0(struct browser, 1);
    browser->port = free_port();
    g_autofree char *port = g_strdup_printf("--port=%u", browser->port);
    char *argv[] = {"chromedriver", port, NULL};
    g_autoptr(GError) error = NULL;
    g_spawn_async(directory, argv, NULL,
                  G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL, begin_group,
                  NULL, &browser->driver, &error);
    g_assert_no_error(error);
    group = browser->driver;
    signal(SIGABRT, end_group);
    JsonNode *status = NULL;
    for (int i = 0; i < 300 && !status; i++) {
        status = call(browser->port, "GET", "/status", "");
        if (!status)
            g_usleep(G_USEC_PER_SEC / 20);
    }
    g_assert_nonnull(status);
    json_node_unref(status);
    g_autofree char *wish = capabilities(directory);
    g_autoptr(JsonNode) session = call(browser->port, "POST", "/session", wish);
    browser->session = g_strdup(json_object_get_string_member(json_node_get_object(session), "sessionId"));
    return browser;
}

void browser_free(struct browser *browser)
{
    g_autofree char *path = g_strdup_printf("/session/%s", browser->session);
    JsonNode *end = call(browser->port, "DELETE", path, "");
    g_clear_pointer(&end, json_node_unref);
    end_group(0);
    group = 0;
    g_spawn_close_pid(browser->driver);
    g_free(browser->session);
    g_free(browser);
}

/* --- commands --- */

JsonNode *browser_post(struct browser *browser, const char *path, JsonBuilder *body)
{
    g_autofree char *where = g_strdup_printf("/session/%s/%s", browser->session, path);
    g_autoptr(JsonNode) root = json_builder_get_root(body);
    g_autofree char *text = json_to_string(root, FALSE);
    g_object_unref(body);
    JsonNode *value = call(browser->port, "POST", where, text);
    g_assert_nonnull(value);
    return value;
}

static JsonBuilder *with_text(const char *name, const char *text)
{
    JsonBuilder *body = json_builder_new();
    json_builder_begin_object(body);
    json_builder_set_member_name(body, name);
    json_builder_add_string_value(body, text);
    return body;
}

void browser_open(struct browser *browser, const char *url)
{
    JsonBuilder *body = with_text("url", url);
    json_builder_end_object(body);
    json_node_unref(browser_post(browser, "url", body));
}

void browser_devtools(struct browser *browser, const char *command, const char *parameters)
{
    JsonBuilder *body = with_text("cmd", command);
    json_builder_set_member_name(body, "params");
    json_builder_add_value(body, json_from_string(parameters, NULL));
    json_builder_end_object(body);
    json_node_unref(browser_post(browser, "goog/cdp/execute", body));
}

JsonNode *browser_run(struct browser *browser, const char *script)
{
    JsonBuilder *body = with_text("script", script);
    json_builder_set_member_name(body, "args");
    json_builder_begin_array(body);
    json_builder_end_array(body);
    json_builder_end_object(body);
    return browser_post(browser, "execute/sync", body);
}
