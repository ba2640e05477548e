/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft-bench-linux delivers and finds what is wrong, refuses in one line, and leaves nothing behind, whenever it is killed. Nothing
 * is said of speed. Ends with 77 where the machine refuses namespaces. usage: test-bench-linux [--tap] PROGRAM */

#include "killed.h"
#include "outcome.h"

#include <json-glib/json-glib.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>

enum { SKIPPED = 77 };

static const char *program;

#define RUN(set_up, ...)                                                                                     \
    outcome_of(NULL, program, (const char *const[]){__VA_ARGS__, NULL}, set_up,                              \
               GUINT_TO_POINTER(CAP_SYS_ADMIN))
#define SMALL "--deliver", "--streams", "16", "--packets", "9", "--calls", "4"

static void delivers(void)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    struct outcome outcome = RUN(NULL, SMALL, "--json", "-");
    g_assert_cmpstr(outcome.err, ==, "");
    g_assert_cmpint(outcome.status, ==, 0);
    g_assert_true(json_parser_load_from_data(parser, outcome.out, -1, NULL));
    JsonObject *root = json_node_get_object(json_parser_get_root(parser)),
               *delivery = json_object_get_object_member(root, "delivery");
    g_assert_cmpstr(json_object_get_string_member(root, "schema"), ==, "weft-bench-linux/1");
    /* 16 streams, 4 calls, most of which have 1 to 9 packets in each */
    g_assert_cmpint(json_object_get_int_member(delivery, "packets"), >, 16 * 4);
    g_assert_cmpint(json_object_get_int_member(delivery, "packets"), <=, 16 * 4 * 9);
    g_assert_cmpint(json_object_get_int_member(delivery, "bytes"), >, 16 * 4 * 1472);
    g_assert_null(json_object_get_member(root, "measurement"));
    outcome_clear(&outcome);
}

/* Another order, a byte, a lost packet: each is found. */
static void finds_flaws(void)
{
    static const char *const flaws[][2] = {
        {"order", "has not its turn"}, {"byte", "has not the bytes of its stream"}, {"loss", "stream"}};
    for (guint i = 0; i < G_N_ELEMENTS(flaws); i++) {
        struct outcome outcome = RUN(NULL, SMALL, "--flaw", flaws[i][0]);
        g_assert_cmpint(outcome.status, ==, 1);
        g_assert_nonnull(strstr(outcome.err, flaws[i][1]));
        g_assert_cmpstr(outcome.out, ==, "");
        outcome_clear(&outcome);
    }
}

static void measures(void)
{
    static const char *const names[] = {"sendto", "send",      "sendmmsg-64", "gso-4",
                                        "gso-36", "gso-4-nic", "gso-36-nic",  "driver"};
    g_autoptr(JsonParser) parser = json_parser_new();
    struct outcome outcome = RUN(NULL, "--measure", "--rounds", "2", "--sets", "3", "--json", "-");
    g_assert_cmpstr(outcome.err, ==, "");
    g_assert_cmpint(outcome.status, ==, 0);
    g_assert_true(json_parser_load_from_data(parser, outcome.out, -1, NULL));
    JsonObject *root = json_node_get_object(json_parser_get_root(parser));
    JsonArray *methods =
        json_object_get_array_member(json_object_get_object_member(root, "measurement"), "methods");
    g_assert_cmpuint(json_array_get_length(methods), ==, G_N_ELEMENTS(names));
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        JsonObject *method = json_array_get_object_element(methods, i),
                   *cpu = json_object_get_object_member(method, "cpu_ns_per_packet"),
                   *ratio = json_object_get_object_member(method, "ratio_to_sendto");
        g_assert_cmpstr(json_object_get_string_member(method, "method"), ==, names[i]);
        g_assert_cmpfloat(json_object_get_double_member(cpu, "min"), >, 0);
        if (i == 0)
            g_assert_cmpfloat(json_object_get_double_member(ratio, "max"), ==, 1);
    }
    outcome_clear(&outcome);
}

/* Without root a user namespace will do, if this machine permits one. */
static void takes_user_namespaces(void)
{
    struct outcome outcome = RUN(outcome_without_capability, "--measure", "--rounds", "1");
    if (outcome.status == 2)
        g_test_skip(outcome.err);
    else
        g_assert_cmpstr(outcome.err, ==, "");
    g_assert_cmpint(outcome.status, !=, 1);
    outcome_clear(&outcome);
}

static void refuses(void)
{
    static const char *const modes[] = {"--deliver", "--measure"};
    for (guint i = 0; i < G_N_ELEMENTS(modes); i++) {
        struct outcome outcome = RUN(outcome_without_namespaces, modes[i]);
        g_assert_cmpint(outcome.status, ==, 2);
        g_assert_cmpstr(outcome.out, ==, "");
        g_assert_true(g_str_has_prefix(outcome.err, "weft-bench-linux: no network namespace: "));
        g_assert_true(strchr(outcome.err, '\n') == outcome.err + strlen(outcome.err) - 1);
        outcome_clear(&outcome);
    }
    const char *const bad[] = {
        "--streams=0", "--streams=1001", "--packets=65", "--sets=0", "--calls=0", "--rounds=1001", "x"};
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        struct outcome outcome = RUN(NULL, bad[i]);
        g_assert_cmpint(outcome.status, ==, 2);
        outcome_clear(&outcome);
    }
}

/* Of the program in one of its modes, of which it has plenty to do. */
static guint kill_after(const char *mode, int signal_number, gulong after_us)
{
    const char *const argv[] = {program, mode, "--calls", "100000", "--rounds", "1000", NULL};
    return killed_after(argv, signal_number, after_us);
}

static void leaves_nothing_behind(void)
{
    static const char *const modes[] = {"--deliver", "--measure"};
    static const gulong after_ms[] = {0, 3, 10, 30, 100, 400};
    guint most[G_N_ELEMENTS(modes)] = {0};
    for (guint mode = 0; mode < G_N_ELEMENTS(modes); mode++)
        for (guint i = 0; i < G_N_ELEMENTS(after_ms); i++) {
            guint namespaces = kill_after(modes[mode], i % 2 ? SIGKILL : SIGTERM, after_ms[i] * 1000);
            most[mode] = MAX(most[mode], namespaces);
        }
    /* else it would not have been killed midway */
    g_assert_cmpuint(most[0], ==, 2);
    g_assert_cmpuint(most[1], ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(argc, ==, 2);
    program = argv[1];
    struct outcome outcome = RUN(NULL, SMALL);
    bool refused = outcome.status == 2;
    if (refused)
        g_printerr("%s", outcome.err);
    outcome_clear(&outcome);
    if (refused)
        return SKIPPED;
    g_test_add_func("/bench-linux/delivers", delivers);
    g_test_add_func("/bench-linux/finds-flaws", finds_flaws);
    g_test_add_func("/bench-linux/measures", measures);
    g_test_add_func("/bench-linux/takes-user-namespaces", takes_user_namespaces);
    g_test_add_func("/bench-linux/refuses", refuses);
    g_test_add_func("/bench-linux/leaves-nothing-behind", leaves_nothing_behind);
    return g_test_run();
}
