/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft run --theory: on the worked example every closed form is met, and where one does not hold it says why. The numbers
 * are those of the worked example: 36 packets in 100 ms of 3.75 Mbit/s and 1316 B, 1 Gbit/s into 100 Mbit/s. */

#include "weft.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

static const char scenario[] = "[scenario]\n"
                               "duration = 1 s\n"
                               "[server main]\n"
                               "link = 1 Gbit/s\n"
                               "profile = free\n"
                               "[switch access]\n"
                               "port = 100 Mbit/s\n"
                               "[device set]\n"
                               "count = 80\n"
                               "[stream film]\n"
                               "count = 80\n"
                               "source = cbr\n"
                               "rate = 3.75 Mbit/s\n"
                               "payload = 1316 B\n"
                               "[write]\n"
                               "method = interleaved\n"
                               "interval = 100 ms\n";

enum { MOST_SETTINGS = 6 };

/* What is said of `formula`: value and measured, at so many ports; or the objection. */
struct expected {
    const char *name, *settings[MOST_SETTINGS];
    const char *formula;
    guint ports;
    double value;
    const char *objection;
};

static JsonNode *run(const char *const *settings, const char *backend, const char *text)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "scenario.ini", text);
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();
    static const char *const first[] = {"run", "scenario.ini", "--theory", "--json", "-", "--backend"};
    for (size_t i = 0; i < G_N_ELEMENTS(first); i++)
        g_ptr_array_add(arguments, (gpointer)first[i]);
    g_ptr_array_add(arguments, (gpointer)backend);
    for (size_t i = 0; i < MOST_SETTINGS && settings[i]; i++) {
        g_ptr_array_add(arguments, (gpointer) "--set");
        g_ptr_array_add(arguments, (gpointer)settings[i]);
    }
    g_ptr_array_add(arguments, NULL);
    struct said said = weft_with(directory, NULL, (const char *const *)arguments->pdata);
    assert_good(&said);
    g_autoptr(GError) error = NULL;
    JsonNode *root = json_from_string(said.out, &error);
    g_assert_no_error(error);
    said_clear(&said);
    scratch_free(directory);
    return root;
}

static JsonArray *lines_of(JsonNode *root)
{
    return json_object_get_array_member(json_node_get_object(root), "theory");
}

/* The first line of a formula. */
static JsonObject *line_of(JsonNode *root, const char *formula)
{
    JsonArray *lines = lines_of(root);
    for (guint i = 0; i < json_array_get_length(lines); i++) {
        JsonObject *line = json_array_get_object_element(lines, i);
        if (g_str_equal(json_object_get_string_member(line, "formula"), formula))
            return line;
    }
    return NULL;
}

static void check_objection(JsonObject *line, const char *objection)
{
    g_assert_cmpstr(json_object_get_string_member(line, "objection"), ==, objection);
    g_assert_true(json_object_get_null_member(line, "value"));
    g_assert_true(json_object_get_null_member(line, "difference"));
}

static void check_value(JsonObject *line, double value)
{
    g_assert_true(json_object_get_null_member(line, "objection"));
    g_assert_cmpfloat(json_object_get_double_member(line, "value"), ==, value);
    g_assert_cmpfloat(json_object_get_double_member(line, "measured"), ==, value);
    g_assert_cmpfloat(json_object_get_double_member(line, "difference"), ==, 0);
    g_assert_false(json_object_get_boolean_member(line, "bound"));
}

static void check(const struct expected *expected, const char *backend)
{
    g_autoptr(JsonNode) root = run(expected->settings, backend, scenario);
    JsonObject *line = line_of(root, expected->formula);
    if (!line)
        g_error("%s: nothing is said of %s", expected->name, expected->formula);
    g_assert_cmpuint((guint)json_object_get_int_member(line, "ports"), ==, expected->ports);
    if (expected->objection)
        check_objection(line, expected->objection);
    else
        check_value(line, expected->value);
}

static const struct expected met[] = {
    {"sequential", {"write.method=multi-destination"}, "burst peak", 80, 33, NULL},
    {"batched", {"write.method=batched", "server.profile=modern-x86"}, "burst peak", 80, 33, NULL},
    {"per-packet-burst", {"write.method=per-packet-burst"}, "burst peak", 80, 33, NULL},
    {"per-destination", {"write.method=per-destination"}, "burst peak", 80, 33, NULL},
    {"by class",
     {"write.method=multi-destination", "switch.scheduler=priority", "stream.class=3"},
     "burst peak",
     80,
     33,
     NULL},
    {"at a rate",
     {"write.method=multi-destination", "write.pacing=rate:400 Mbit/s"},
     "burst peak",
     80,
     28,
     NULL},
    {"interleaved", {NULL}, "interleaved peak", 80, 1, NULL},
    {"smooth", {"write.method=interleaved-smooth"}, "interleaved peak", 80, 1, NULL},
    {"swrr", {"write.order=swrr", "stream.count=5"}, "interleaved peak", 5, 19, NULL},
    {"drr", {"write.order=drr", "stream.count=5"}, "interleaved peak", 5, 19, NULL},
    {"chunk:1", {"write.order=chunk:1", "stream.count=5"}, "interleaved peak", 5, 19, NULL},
    {"five", {"device.count=5", "stream.count=5"}, "interleaved peak", 5, 19, NULL},
    {"five smooth",
     {"write.order=smooth", "device.count=5", "stream.count=5"},
     "interleaved peak",
     5,
     19,
     NULL},
    {"five at a rate",
     {"write.pacing=rate:750 Mbit/s", "device.count=5", "stream.count=5"},
     "interleaved peak",
     5,
     13,
     NULL},
    {"fluid",
     {"write.method=multi-destination", "switch.accounting=fluid"},
     "burst peak, fluid",
     80,
     44265,
     NULL},
    {"fluid, packets",
     {"write.method=multi-destination", "switch.accounting=fluid"},
     "burst peak",
     80,
     33,
     NULL},
    {"fluid interleaved", {"switch.accounting=fluid"}, "interleaved peak, fluid", 80, 1362, NULL},
    {"five fluid", {"switch.accounting=fluid", "stream.count=5"}, "interleaved peak, fluid", 5, 25197, NULL},
    {"paced", {"write.method=interleaved-paced"}, "spaced peak", 80, 1, NULL},
    {"five paced", {"write.method=interleaved-paced", "stream.count=5"}, "spaced peak", 5, 1, NULL},
    {"per-packet", {"write.method=per-packet"}, "spaced peak", 80, 1, NULL},
};

static const struct expected not_met[] = {
    {"shared ports", {"device.count=40"}, "interleaved peak", 40, 0, "several streams share the port"},
    {"live", {"stream.live=yes"}, "interleaved peak", 80, 0, "its stream has no constant rate, or is live"},
    {"applications",
     {"server.applications=2"},
     "interleaved peak",
     80,
     0,
     "several applications share its server's link"},
    {"lost",
     {"write.method=multi-destination", "switch.buffer=20 packets"},
     "burst peak",
     80,
     0,
     "packets were lost or refused"},
    {"refused", {"stream.fault=null:0 s"}, "interleaved peak", 80, 0, "packets were lost or refused"},
    {"slow CPU",
     {"write.method=batched", "server.profile=server-2003", "server.cpu=100 MHz", "stream.count=5"},
     "burst peak",
     5,
     0,
     "its server's CPU left the link idle within a call"},
    {"slow link",
     {"server.link=250 Mbit/s"},
     "interleaved peak",
     80,
     0,
     "a call can take its server's link for longer than an interval"},
    {"slow ports",
     {"switch.port=4 Mbit/s", "write.method=multi-destination"},
     "burst peak",
     80,
     0,
     "the port may not be empty again before the next call"},
    {"slices",
     {"write.pacing=slice:4", "stream.count=5"},
     "spaced peak",
     5,
     0,
     "packets come closer to each other than the port sends them"},
};

static void test_met(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(met); i++) {
        g_test_message("%s", met[i].name);
        check(&met[i], "reference");
    }
}

static void test_simgrid(void)
{
#ifdef WEFT_HAVE_SIMGRID
    check(&met[0], "simgrid");
    check(&met[5], "simgrid");
#else
    g_test_skip("no SimGrid");
#endif
}

static void test_objections(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(not_met); i++) {
        g_test_message("%s", not_met[i].name);
        check(&not_met[i], "reference");
    }
}

/* Rates that differ are no equal turns; what is said of the bound holds anyway. */
static void test_unequal(void)
{
    static const char *const settings[MOST_SETTINGS] = {NULL};
    g_autofree char *text = g_strconcat(scenario, "[stream other]\nrate = 1 Mbit/s\nsource = cbr\n", NULL);
    g_autoptr(JsonNode) root = run(settings, "reference", text);
    JsonArray *lines = lines_of(root);
    guint bounds = 0;
    g_assert_cmpstr(json_object_get_string_member(line_of(root, "interleaved peak"), "objection"), !=, NULL);
    for (guint i = 0; i < json_array_get_length(lines); i++) {
        JsonObject *line = json_array_get_object_element(lines, i);
        if (!json_object_get_boolean_member(line, "bound"))
            continue;
        bounds += (guint)json_object_get_int_member(line, "ports");
        g_assert_cmpfloat(json_object_get_double_member(line, "difference"), >=, 0);
    }
    g_assert_cmpuint(bounds, ==, 80);
}

/* Packets of two switches: the port behind the trunk has a bound, and no burst. */
static void test_trunk(void)
{
    static const char *const settings[MOST_SETTINGS] = {"write.method=multi-destination", "device.switch=far",
                                                        "server.switch=access", NULL};
    g_autofree char *text = g_strconcat(
        scenario, "[switch far]\nport = 100 Mbit/s\n[trunk way]\nfrom = access\nto = far\nrate = 1 Gbit/s\n",
        NULL);
    g_autoptr(JsonNode) root = run(settings, "reference", text);
    JsonObject *burst = line_of(root, "burst peak");
    g_assert_nonnull(burst);
    g_assert_cmpstr(json_object_get_string_member(burst, "objection"), ==, "its packets come over a trunk");
    g_assert_nonnull(line_of(root, "network-calculus bound"));
}

/* Others send through the ports, too: no peak is foretold, and the bound holds with them. */
static void test_background(void)
{
    static const char *const settings[MOST_SETTINGS] = {"write.method=multi-destination", NULL};
    g_autofree char *text = g_strconcat(scenario,
                                        "[background others]\ncount = 40\nrate = 20 Mbit/s\ndevice = set\n"
                                        "link = 1 Gbit/s\npattern = poisson\n",
                                        NULL);
    g_autoptr(JsonNode) root = run(settings, "reference", text);
    JsonObject *burst = line_of(root, "burst peak");
    g_assert_cmpstr(json_object_get_string_member(burst, "objection"), ==,
                    "background traffic goes through the port");
    g_assert_cmpuint((guint)json_object_get_int_member(burst, "ports"), ==, 40);
    JsonArray *lines = lines_of(root);
    guint met_at = 0, bounds = 0;
    for (guint i = 0; i < json_array_get_length(lines); i++) {
        JsonObject *line = json_array_get_object_element(lines, i);
        bool bound = json_object_get_boolean_member(line, "bound");
        guint ports = (guint)json_object_get_int_member(line, "ports");
        bounds += bound ? ports : 0;
        met_at += !bound && json_object_get_null_member(line, "objection") ? ports : 0;
        if (bound)
            g_assert_cmpfloat(json_object_get_double_member(line, "difference"), >=, 0);
    }
    g_assert_cmpuint(bounds, ==, 80);
    g_assert_cmpuint(met_at, ==, 40);
}

/* Ten streams with random phases, a packet in twelve packet times of the port each: the probabilities of the formula, and
 * measured shares. That their mean over draws is the probability is shown elsewhere. */
static const char phases[] = "[scenario]\n"
                             "network = raw\n"
                             "warmup = 100 ms\n"
                             "duration = 1 s\n"
                             "[server main]\n"
                             "count = 10\n"
                             "link = 1 Gbit/s\n"
                             "profile = free\n"
                             "[switch access]\n"
                             "port = 45 Mbit/s\n"
                             "[device set]\n"
                             "[stream film]\n"
                             "count = 10\n"
                             "start = random\n"
                             "source = cbr\n"
                             "rate = 3.75 Mbit/s\n"
                             "payload = 1316 B\n"
                             "[write]\n"
                             "method = per-packet\n"
                             "interval = 100 ms\n";

/* Of two draws a and b half of the interval is t sd / sqrt(2) = t |a - b| / 2, t = 12.7062047 with one degree of freedom. */
static void test_interval(void)
{
    static const char formula[] = "N*D/D/1: more than 1";
    static const char *const twice[MOST_SETTINGS] = {"scenario.replications=2", NULL};
    g_autoptr(JsonNode) both = run(twice, "reference", phases);
    JsonArray *seeds = json_object_get_array_member(
        json_object_get_object_member(json_node_get_object(both), "replications"), "seeds");
    g_assert_cmpuint(json_array_get_length(seeds), ==, 2);
    double measured[2];
    for (guint i = 0; i < 2; i++) {
        g_autofree char *seed =
            g_strdup_printf("scenario.seed=%" G_GINT64_FORMAT, json_array_get_int_element(seeds, i));
        const char *const alone[MOST_SETTINGS] = {seed, NULL};
        g_autoptr(JsonNode) root = run(alone, "reference", phases);
        JsonObject *line = line_of(root, formula);
        g_assert_true(json_object_get_null_member(line, "ci95"));
        measured[i] = json_object_get_double_member(line, "measured");
    }
    g_assert_cmpfloat(measured[0], !=, measured[1]);
    JsonObject *line = line_of(both, formula);
    g_assert_cmpfloat_with_epsilon(json_object_get_double_member(line, "measured"),
                                   (measured[0] + measured[1]) / 2, 1e-12);
    g_assert_cmpfloat_with_epsilon(json_object_get_double_member(line, "ci95"),
                                   12.7062047362 * fabs(measured[0] - measured[1]) / 2, 1e-8);
}

static void test_random_phases(void)
{
    static const char *const as_is[MOST_SETTINGS] = {NULL},
                             *const together[MOST_SETTINGS] = {"server.count=5", NULL},
                             *const fifty[MOST_SETTINGS] = {"scenario.replications=50", NULL},
                             *const overload[MOST_SETTINGS] = {"switch.port=37 Mbit/s", NULL};
    g_autoptr(JsonNode) root = run(as_is, "reference", phases);
    JsonObject *zero = line_of(root, "N*D/D/1: more than 0"), *one = line_of(root, "N*D/D/1: more than 1");
    g_assert_nonnull(zero);
    g_assert_nonnull(one);
    g_assert_cmpfloat_with_epsilon(json_object_get_double_member(zero, "value"), 10.0 / 12, 1e-9);
    g_assert_cmpfloat_with_epsilon(json_object_get_double_member(zero, "measured"), 10.0 / 12, 1e-3);
    g_assert_cmpfloat_with_epsilon(json_object_get_double_member(one, "value"), .4862, .00005);
    g_assert_cmpfloat(fabs(json_object_get_double_member(one, "difference")), <, .4);
    /* Of 50 draws the mean: a draw's deviation is about a seventh, so theirs about 0.02. */
    g_autoptr(JsonNode) draws = run(fifty, "reference", phases);
    one = line_of(draws, "N*D/D/1: more than 1");
    g_assert_cmpfloat(fabs(json_object_get_double_member(one, "difference")), <, .06);
    g_autoptr(JsonNode) shared = run(together, "reference", phases);
    g_assert_cmpstr(json_object_get_string_member(line_of(shared, "N*D/D/1"), "objection"), ==,
                    "its streams share a link before the port");
    g_autoptr(JsonNode) much = run(overload, "reference", phases);
    g_assert_cmpstr(json_object_get_string_member(line_of(much, "N*D/D/1"), "objection"), ==,
                    "the port has more to send than it can");
}

/* A pool under overload: a port alone holds what the threshold allows, to a frame. */
static void test_threshold(void)
{
    static const char *const settings[MOST_SETTINGS] = {"write.method=multi-destination",
                                                        "switch.shared=40 KiB",
                                                        "switch.alpha=1",
                                                        "stream.count=1",
                                                        "device.count=1",
                                                        NULL};
    g_autoptr(JsonNode) root = run(settings, "reference", scenario);
    JsonObject *line = line_of(root, "dynamic threshold");
    g_assert_nonnull(line);
    g_assert_true(json_object_get_boolean_member(line, "bound"));
    g_assert_cmpfloat(json_object_get_double_member(line, "value"), ==, 20480 + 1362);
    g_assert_cmpfloat(json_object_get_double_member(line, "difference"), >=, 0);
    g_assert_cmpfloat(json_object_get_double_member(line, "difference"), <, 1362);
}

/* With cells, a frame takes seven of 208 bytes, and the bound counts them. */
static void test_cells(void)
{
    static const char *const settings[MOST_SETTINGS] = {"write.method=multi-destination", "switch.cell=208 B",
                                                        "switch.buffer=1000 cells", NULL};
    g_autoptr(JsonNode) root = run(settings, "reference", scenario);
    JsonObject *line = line_of(root, "network-calculus bound"), *burst = line_of(root, "burst peak");
    g_assert_cmpfloat(json_object_get_double_member(burst, "measured"), ==, 33);
    g_assert_cmpfloat(json_object_get_double_member(line, "measured"), ==, 33 * 7 * 208);
    g_assert_cmpfloat(json_object_get_double_member(line, "difference"), >=, 0);
    g_assert_cmpfloat(json_object_get_double_member(line, "difference"), <, 2 * 7 * 208);
}

/* Without --theory nothing is said, and an order that has no closed form is told so. */
static void test_text(void)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "scenario.ini", scenario);
    struct said without = weft(directory, "run", "scenario.ini", "--json", "-", NULL);
    assert_good(&without);
    g_assert_nonnull(strstr(without.out, "\"theory\" : null"));
    said_clear(&without);
    struct said chunks =
        weft(directory, "run", "scenario.ini", "--theory", "--set", "write.order=chunk:16", NULL);
    assert_good(&chunks);
    g_assert_nonnull(strstr(chunks.out, "no closed form for packets that are written so\n"));
    g_assert_nonnull(strstr(chunks.out, "network-calculus bound"));
    said_clear(&chunks);
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/command/theory/met", test_met);
    g_test_add_func("/command/theory/simgrid", test_simgrid);
    g_test_add_func("/command/theory/objections", test_objections);
    g_test_add_func("/command/theory/unequal", test_unequal);
    g_test_add_func("/command/theory/trunk", test_trunk);
    g_test_add_func("/command/theory/background", test_background);
    g_test_add_func("/command/theory/random-phases", test_random_phases);
    g_test_add_func("/theory/interval", test_interval);
    g_test_add_func("/command/theory/threshold", test_threshold);
    g_test_add_func("/command/theory/cells", test_cells);
    g_test_add_func("/command/theory/text", test_text);
    return g_test_run();
}
