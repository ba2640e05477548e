/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Energy and load on a platform with power: SimGrid's plugins, which see what its hosts work, say what follows from how long
 * the model's cores were busy. What nobody measured is null. */

#include "weft.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

/* Two cores that draw between idle and all busy in proportion; one core that has a step when it begins. */
#define ALPHA_IDLE 95.0
#define ALPHA_BUSY 170.0
#define BETA_IDLE  60.0
#define BETA_BUSY  110.0
static const char platform[] =
    "<?xml version='1.0'?>\n"
    "<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
    "<platform version=\"4.1\"><zone id=\"z\" routing=\"Full\">\n"
    "<host id=\"alpha\" speed=\"3Gf\" core=\"2\"><prop id=\"weft_role\" value=\"server\"/>\n"
    "  <prop id=\"weft_applications\" value=\"3\"/><prop id=\"wattage_per_state\" value=\"95:170\"/></host>\n"
    "<host id=\"beta\" speed=\"0.6Gf\"><prop id=\"weft_role\" value=\"server\"/>\n"
    "  <prop id=\"wattage_per_state\" value=\"60:80:110\"/></host>\n"
    "<host id=\"s\" speed=\"1Gf\"><prop id=\"weft_role\" value=\"switch\"/></host>\n"
    "<host id=\"d\" speed=\"1Gf\"><prop id=\"weft_role\" value=\"device\"/></host>\n"
    "<link id=\"la\" bandwidth=\"1Gbps\" latency=\"0\"/><link id=\"lb\" bandwidth=\"1Gbps\" latency=\"0\"/>\n"
    "<link id=\"ld\" bandwidth=\"1Gbps\" latency=\"0\"/>\n"
    "<route src=\"alpha\" dst=\"s\"><link_ctn id=\"la\"/></route>\n"
    "<route src=\"beta\" dst=\"s\"><link_ctn id=\"lb\"/></route>\n"
    "<route src=\"s\" dst=\"d\"><link_ctn id=\"ld\"/></route>\n"
    "</zone></platform>\n";
static const char scenario[] = "[scenario]\nplatform = p.xml\nduration = 200 ms\nwarmup = 40 ms\n"
                               "[stream f]\ncount = 60\nrate = 4 Mbit/s\n[write]\ninterval = 20 ms\n";
static const double window_s = 0.16;

static JsonObject *run(const char *directory, const char *method, const char *backend)
{
    struct said said =
        weft(directory, "run", "s.ini", "--method", method, "-b", backend, "--json", "-", NULL);
    assert_good(&said);
    g_autoptr(JsonNode) root = json_from_string(said.out, NULL);
    said_clear(&said);
    return json_object_ref(json_node_get_object(root));
}

static JsonObject *server(JsonObject *result, guint index)
{
    return json_array_get_object_element(json_object_get_array_member(result, "servers"), index);
}

static double number(JsonObject *object, const char *name)
{
    g_assert_false(json_object_get_null_member(object, name));
    return json_object_get_double_member(object, name);
}

/* The model rounds the end of each piece of work up to a picosecond, which SimGrid does not: of a thousand pieces a second
 * a millionth of the work is far more. */
static void assert_near(double is, double must, double work)
{
    g_assert_cmpfloat(fabs(is - must), <=, 1e-6 * work + 1e-9 * must);
}

/* Joules of the servers, added up, from the seconds for which the model's cores were busy. */
static double check_servers(JsonObject *measured, JsonObject *modelled)
{
    double alpha_s = number(server(modelled, 0), "cpu_utilisation") * window_s * 2,
           beta_s = number(server(modelled, 1), "cpu_utilisation") * window_s;
    double alpha_j = ALPHA_IDLE * window_s + (ALPHA_BUSY - ALPHA_IDLE) * alpha_s / 2,
           beta_j = BETA_IDLE * (window_s - beta_s) + BETA_BUSY * beta_s;
    g_test_message("alpha %.9f J, beta %.9f J", alpha_j, beta_j);
    assert_near(number(server(measured, 0), "joules"), alpha_j, ALPHA_BUSY * alpha_s);
    assert_near(number(server(measured, 1), "joules"), beta_j, BETA_BUSY * beta_s);
    assert_near(number(server(measured, 0), "computed_flops"), alpha_s * 3e9, alpha_s * 3e9);
    assert_near(number(server(measured, 1), "computed_flops"), beta_s * 0.6e9, beta_s * 0.6e9);
    assert_near(number(server(measured, 0), "load"), alpha_s / window_s / 2, 1);
    assert_near(number(server(measured, 1), "load"), beta_s / window_s, 1);
    g_assert_cmpfloat(beta_s, >, 0.0005); /* work, and idle time */
    g_assert_cmpfloat(beta_s, <, 0.9 * window_s);
    return alpha_j + beta_j;
}

static const char *const backends[] = {"simgrid", "simgrid-packet"};
static const char *const methods[] = {"per-packet",        "per-packet-burst", "per-destination-zero-copy",
                                      "multi-destination", "interleaved",      "interleaved-paced"};

static double check(const char *directory, const char *method, const char *backend)
{
    g_test_message("%s on %s", method, backend);
    g_autoptr(JsonObject) modelled = run(directory, method, "reference"),
                          measured = run(directory, method, backend);
    JsonObject *totals = json_object_get_object_member(measured, "totals");
    double joules = check_servers(measured, modelled),
           bytes = (double)json_object_get_int_member(totals, "payload_bytes_delivered");
    assert_near(number(totals, "joules"), joules, joules);
    assert_near(number(totals, "joules_per_gigabyte"), joules / bytes * 1e9, joules / bytes * 1e9);
    g_assert_true(json_object_get_null_member(json_object_get_object_member(modelled, "totals"), "joules"));
    g_assert_true(json_object_get_null_member(server(modelled, 0), "load"));
    return joules;
}

/* One call with its packets interleaved needs less than calls for single packets. */
static void test_closed_form(void)
{
    char *directory = scratch_new();
    g_free(scratch_file(directory, "p.xml", platform));
    g_free(scratch_file(directory, "s.ini", scenario));
    for (size_t b = 0; b < G_N_ELEMENTS(backends); b++) {
        double joules[G_N_ELEMENTS(methods)];
        for (size_t m = 0; m < G_N_ELEMENTS(methods); m++)
            joules[m] = check(directory, methods[m], backends[b]);
        g_assert_cmpfloat(joules[4], <, joules[2]);
        g_assert_cmpfloat(joules[2], <, joules[0]);
    }
    scratch_free(directory);
}

/* A host's route to itself, as `<cluster>` makes one over its link, is none that a write takes. */
static void test_loopback(void)
{
    static const char link[] = "<link id=\"lo\" bandwidth=\"10Gbps\" latency=\"50ms\"/>\n<link id=\"la\"",
                      route[] = "<route src=\"alpha\" dst=\"alpha\"><link_ctn id=\"lo\"/></route>\n</zone>";
    char *directory = scratch_new();
    g_autoptr(GString) slow = g_string_new(platform);
    g_assert_cmpuint(g_string_replace(slow, "<link id=\"la\"", link, 1), ==, 1);
    g_assert_cmpuint(g_string_replace(slow, "</zone>", route, 1), ==, 1);
    g_free(scratch_file(directory, "p.xml", slow->str));
    g_free(scratch_file(directory, "s.ini", scenario));
    for (size_t b = 0; b < G_N_ELEMENTS(backends); b++)
        check(directory, "per-packet", backends[b]);
    scratch_free(directory);
}

/* Load without power; and neither where there is no platform of a user's. */
static void test_not_measured(void)
{
    char *directory = scratch_new();
    g_autoptr(GRegex) power = g_regex_new("<prop id=.wattage[^/]*/>", 0, 0, NULL);
    g_autofree char *without = g_regex_replace_literal(power, platform, -1, 0, "", 0, NULL);
    g_free(scratch_file(directory, "p.xml", without));
    g_free(scratch_file(directory, "s.ini", scenario));
    g_autoptr(JsonObject) powerless = run(directory, "interleaved", "simgrid");
    g_assert_true(json_object_get_null_member(json_object_get_object_member(powerless, "totals"), "joules"));
    g_assert_true(json_object_get_null_member(server(powerless, 0), "joules"));
    g_assert_cmpfloat(number(server(powerless, 0), "load"), >, 0);
    g_free(scratch_file(
        directory, "s.ini",
        "[server a]\n[switch s]\n[device d]\n[stream f]\nrate = 4 Mbit/s\n[scenario]\nduration = 40 ms\n"));
    g_autoptr(JsonObject) none = run(directory, "interleaved", "simgrid");
    g_assert_true(
        json_object_get_null_member(json_object_get_object_member(none, "totals"), "joules_per_gigabyte"));
    g_assert_true(json_object_get_null_member(server(none, 0), "computed_flops"));
    scratch_free(directory);
}

/* Power that is none of a server's is not asked for: in a comment, of a switch. */
static void test_power_of_others(void)
{
    static const char *const others[] = {
        "<!-- no wattage_per_state -->",
        "<host id=\"s\" speed=\"1Gf\"><prop id=\"wattage_per_state\" value=\"1:2\"/>"};
    char *directory = scratch_new();
    g_autoptr(GRegex) power = g_regex_new("<prop id=.wattage[^/]*/>", 0, 0, NULL),
                      place = g_regex_new("<host id=.s. speed=.1Gf.>", 0, 0, NULL);
    g_autofree char *without = g_regex_replace_literal(power, platform, -1, 0, "", 0, NULL);
    g_free(scratch_file(directory, "s.ini", scenario));
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autofree char *text = i == 0 ? g_strconcat(without, others[i], NULL)
                                       : g_regex_replace_literal(place, without, -1, 0, others[i], 0, NULL);
        g_free(scratch_file(directory, "p.xml", text));
        for (size_t b = 0; b < G_N_ELEMENTS(backends); b++) {
            g_autoptr(JsonObject) result = run(directory, "interleaved", backends[b]);
            g_assert_true(json_object_get_null_member(server(result, 0), "joules"));
            g_assert_cmpfloat(number(server(result, 0), "load"), >, 0);
        }
    }
    scratch_free(directory);
}

static char *output(const char *directory, const char *first, const char *second, const char *third)
{
    struct said said = weft(directory, first, "s.ini", second, third, "--out", "out", NULL);
    assert_good(&said);
    g_free(said.err);
    return said.out;
}

static char *short_scratch(void)
{
    char *directory = scratch_new();
    g_autofree char *text =
        g_strconcat("[scenario]\nplatform = p.xml\nduration = 40 ms\n", strstr(scenario, "[stream f]"),
                    "[compare]\nmethods = per-packet,interleaved\n", NULL);
    g_free(scratch_file(directory, "p.xml", platform));
    g_free(scratch_file(directory, "s.ini", text));
    return directory;
}

/* A line where it was measured. */
static void test_run(void)
{
    static const char line[] = "\n  energy +[0-9.]+ J of the servers, [0-9.]+ J a gigabyte delivered\n";
    char *directory = short_scratch();
    g_autofree char *with = output(directory, "run", "-b", "simgrid"),
                    *without = output(directory, "run", "-b", "reference"),
                    *several = output(directory, "run", "--set", "scenario.replications=2");
    g_assert_true(g_regex_match_simple(line, with, 0, 0));
    g_assert_null(strstr(without, "energy"));
    g_assert_null(strstr(several, "energy"));
    scratch_free(directory);
}

/* A column and a sentence likewise, and a column of every CSV. */
static void test_compare(void)
{
    char *directory = short_scratch();
    g_autofree char *csv_path = g_build_filename(directory, "out/compare.csv", NULL), *csv = NULL,
                    *with = output(directory, "compare", "--backends", "simgrid");
    g_assert_true(strstr(with, "J/GB") && strstr(with, "Energy: the servers need "));
    g_assert_true(g_file_get_contents(csv_path, &csv, NULL, NULL));
    g_assert_true(strstr(csv, "joules_per_gigabyte") && !strstr(csv, "nan"));
    g_autofree char *without = output(directory, "compare", "--backends", "reference");
    g_assert_false(strstr(without, "J/GB") || strstr(without, "Energy"));
    scratch_free(directory);
}

/* Replications are runs of their own: their mean is there. */
static void test_replications(void)
{
    char *directory = scratch_new();
    g_free(scratch_file(directory, "p.xml", platform));
    g_autofree char *random = g_strconcat(scenario, "[background b]\nrate = 10 Mbit/s\ndevice = d\n", NULL);
    g_free(scratch_file(directory, "s.ini", random));
    struct said said =
        weft(directory, "run", "s.ini", "-b", "simgrid", "--set", "scenario.replications=3", NULL);
    assert_good(&said);
    g_assert_true(
        g_regex_match_simple("\n  energy +[0-9.]+ \u00b1 [0-9.]+ J of the servers, ", said.out, 0, 0));
    said_clear(&said);
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/energy/closed-form", test_closed_form);
    g_test_add_func("/energy/loopback", test_loopback);
    g_test_add_func("/energy/not-measured", test_not_measured);
    g_test_add_func("/energy/power-of-others", test_power_of_others);
    g_test_add_func("/energy/run", test_run);
    g_test_add_func("/energy/compare", test_compare);
    g_test_add_func("/energy/replications", test_replications);
    return g_test_run();
}
