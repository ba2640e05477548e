/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Platforms of users: what is read of one is what the same network written as groups is, on every back end; what weft cannot
 * model is refused by a line that says where; and SimGrid's own errors are such lines too. */

#include "platform.h"

#include "all_bytes.h"
#include "weft.h"
#include "weft/platform.h"

#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* A trunk between two switches; two servers and a device on the one, two devices on the other, one of them behind a link
 * that both share with nobody and a common one that limits each alone. Line 4 is that of `alpha`. */
static const char good[] =
    "<?xml version='1.0'?>\n"
    "<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
    "<platform version=\"4.1\"><zone id=\"z\" routing=\"Full\">\n"
    "<host id=\"alpha\" speed=\"3Gf\" core=\"2\"><prop id=\"weft_role\" value=\"server\"/>\n"
    "  <prop id=\"weft_ring\" value=\"64\"/><prop id=\"wattage_per_state\" value=\"95:170\"/></host>\n"
    "<host id=\"beta\" speed=\"2.4Gf\"><prop id=\"weft_role\" value=\"server\"/>\n"
    "  <prop id=\"weft_applications\" value=\"2\"/><prop id=\"wattage_per_state\" value=\"60:110\"/></host>\n"
    "<host id=\"core\" speed=\"1Gf\"><prop id=\"weft_role\" value=\"switch\"/>\n"
    "  <prop id=\"weft_buffer\" value=\"20 packets\"/></host>\n"
    "<host id=\"edge\" speed=\"1Gf\"><prop id=\"weft_role\" value=\"switch\"/></host>\n"
    "<host id=\"home-10\" speed=\"1Gf\"><prop id=\"weft_role\" value=\"device\"/></host>\n"
    "<host id=\"home-9\" speed=\"1Gf\"><prop id=\"weft_role\" value=\"device\"/>\n"
    "  <prop id=\"weft_startup\" value=\"30 ms\"/></host>\n"
    "<host id=\"near\" speed=\"1Gf\"><prop id=\"weft_role\" value=\"device\"/></host>\n"
    "<host id=\"other\" speed=\"1Gf\"/>\n"
    "<link id=\"la\" bandwidth=\"1Gbps\" latency=\"10us\"/>\n"
    "<link id=\"lb\" bandwidth=\"1Gbps\" latency=\"333ns\"/>\n"
    "<link id=\"t\" bandwidth=\"40Mbps\" latency=\"1.5ms\" sharing_policy=\"SPLITDUPLEX\"/>\n"
    "<link id=\"ln\" bandwidth=\"100Mbps\" latency=\"1us\"/>\n"
    "<link id=\"l9\" bandwidth=\"20Mbps\" latency=\"2us\"/>\n"
    "<link id=\"l10\" bandwidth=\"100Mbps\" latency=\"2us\"/>\n"
    "<link id=\"fat\" bandwidth=\"50Mbps\" latency=\"0.7us\" sharing_policy=\"FATPIPE\"/>\n"
    "<route src=\"alpha\" dst=\"core\"><link_ctn id=\"la\"/></route>\n"
    "<route src=\"beta\" dst=\"core\"><link_ctn id=\"lb\"/></route>\n"
    "<route src=\"core\" dst=\"edge\"><link_ctn id=\"t\" direction=\"UP\"/></route>\n"
    "<route src=\"core\" dst=\"near\"><link_ctn id=\"ln\"/></route>\n"
    "<route src=\"edge\" dst=\"home-9\"><link_ctn id=\"fat\"/><link_ctn id=\"l9\"/></route>\n"
    "<route src=\"edge\" dst=\"home-10\"><link_ctn id=\"fat\"/><link_ctn id=\"l10\"/></route>\n"
    /* SimGrid wants routes of transfers, from end to end: they pass switches, which says nothing new. */
    "<route src=\"alpha\" dst=\"edge\"><link_ctn id=\"la\"/><link_ctn id=\"t\" direction=\"UP\"/></route>\n"
    "<route src=\"alpha\" dst=\"home-9\"><link_ctn id=\"la\"/><link_ctn id=\"t\" direction=\"UP\"/>\n"
    "  <link_ctn id=\"fat\"/><link_ctn id=\"l9\"/></route>\n"
    "<route src=\"core\" dst=\"home-9\"><link_ctn id=\"t\" direction=\"UP\"/>\n"
    "  <link_ctn id=\"fat\"/><link_ctn id=\"l9\"/></route>\n"
    "</zone></platform>\n";

/* All streams go over one server's NIC and ports that drop. */
#define REST                                                                                                 \
    "[stream film]\ncount = 6\nrate = 9 Mbit/s\n[write]\nmethod = multi-destination\ninterval = 40 ms\n"
#define SCENARIO                                                                                             \
    "[scenario]\nname = n\nduration = 200 ms\nplatform = p.xml\n[switch core]\nlatency = 3 us\n" REST

static const char as_groups[] =
    "[scenario]\nname = n\nduration = 200 ms\n"
    "[server alpha]\ncpu = 3 GHz\ncores = 2\nring = 64\nswitch = core\ndelay = 10 us\n"
    "[server beta]\ncpu = 2.4 GHz\napplications = 2\nswitch = core\ndelay = 333 ns\n"
    "[switch core]\nbuffer = 20 packets\nlatency = 3 us\n"
    "[switch edge]\n"
    "[trunk t]\nfrom = core\nto = edge\nrate = 40 Mbit/s\ndelay = 1500 us\n"
    "[device home-9]\nswitch = edge\nrate = 20 Mbit/s\ndelay = 2.7 us\nstartup = 30 ms\n"
    "[device home-10]\nswitch = edge\nrate = 50 Mbit/s\ndelay = 2.7 us\n"
    "[device near]\nswitch = core\ndelay = 1 us\n" REST;

/* `text` with the first `old` in it replaced; "" puts `new` at the end. */
static char *changed(const char *text, const char *old, const char *new)
{
    const char *at = *old ? strstr(text, old) : text + strlen(text);
    g_assert_nonnull(at);
    g_autofree char *before = g_strndup(text, (gsize)(at - text));
    return g_strconcat(before, new, at + strlen(old), NULL);
}

static void write_both(const char *directory, const char *platform, const char *scenario)
{
    g_free(scratch_file(directory, "p.xml", platform));
    g_free(scratch_file(directory, "s.ini", scenario));
}

static JsonObject *result_of(const char *directory, const char *scenario, const char *backend)
{
    struct said said = weft(directory, "run", scenario, "-b", backend, "--json", "-", NULL);
    assert_good(&said);
    g_autoptr(JsonNode) root = json_from_string(said.out, NULL);
    said_clear(&said);
    return json_object_ref(json_node_get_object(root));
}

/* All of a result but what was run and what only SimGrid measures. */
static char *outcome_of(JsonObject *result)
{
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
    json_object_remove_member(result, "scenario");
    json_node_set_object(node, result);
    return json_to_string(node, TRUE);
}

static char *trace_of(const char *directory, const char *scenario, const char *backend)
{
    struct said said = weft(directory, "run", scenario, "-b", backend, "--trace-hops", "-", NULL);
    assert_good(&said);
    g_free(said.err);
    return said.out;
}

/* Line by line, so that a difference is one line. */
static void assert_same(const char *is, const char *must)
{
    g_auto(GStrv) left = g_strsplit(is, "\n", -1), right = g_strsplit(must, "\n", -1);
    for (guint i = 0; left[i] || right[i]; i++)
        g_assert_cmpstr(left[i], ==, right[i]);
}

/* The same network written as groups has the same result to the byte, and so has every packet's way. */
static void test_as_groups(void)
{
    static const char *const backends[] = {"reference", "simgrid", "simgrid-packet"};
    char *directory = scratch_new();
    write_both(directory, good, SCENARIO);
    g_free(scratch_file(directory, "groups.ini", as_groups));
    g_autofree char *first = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(backends); i++) {
        g_autoptr(JsonObject) there = result_of(directory, "s.ini", backends[i]),
                              here = result_of(directory, "groups.ini", backends[i]);
        g_assert_cmpint(
            json_object_get_int_member(json_object_get_object_member(here, "totals"), "packets_dropped"), >,
            0);
        g_autofree char *is = outcome_of(there), *must = outcome_of(here);
        if (i == 0)
            assert_same(is, must);
        g_autofree char *trace = trace_of(directory, "s.ini", backends[i]),
                        *same = trace_of(directory, "groups.ini", backends[i]);
        assert_same(trace, same);
        if (first)
            assert_same(trace, first);
        else
            first = g_steal_pointer(&trace);
    }
    scratch_free(directory);
}

/* Servers of a cluster, where SimGrid has a route of 10 us from each host to itself: a write takes none of that. */
static void test_cluster(void)
{
    static const char platform[] =
        "<?xml version='1.0'?>\n<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
        "<platform version=\"4.1\"><zone id=\"w\" routing=\"Full\">\n"
        "<zone id=\"z\" routing=\"Full\"><host id=\"sw\" speed=\"1Gf\">"
        "<prop id=\"weft_role\" value=\"switch\"/></host></zone>\n"
        "<cluster id=\"s\" prefix=\"srv-\" suffix=\"\" radical=\"0-2\" speed=\"2Gf\" core=\"2\" bw=\"1Gbps\" "
        "lat=\"5us\"><prop id=\"weft_role\" value=\"server\"/></cluster>\n"
        "<cluster id=\"c\" prefix=\"home-\" suffix=\"\" radical=\"0-3\" speed=\"1Gf\" bw=\"100Mbps\" "
        "lat=\"50us\">"
        "<prop id=\"weft_role\" value=\"device\"/></cluster>\n"
        "<link id=\"b\" bandwidth=\"10Gbps\" latency=\"0\" sharing_policy=\"FATPIPE\"/>\n"
        "<zoneRoute src=\"z\" dst=\"c\" gw_src=\"sw\" gw_dst=\"home-c_router\"><link_ctn "
        "id=\"b\"/></zoneRoute>\n"
        "<zoneRoute src=\"s\" dst=\"z\" gw_src=\"srv-s_router\" gw_dst=\"sw\"><link_ctn "
        "id=\"b\"/></zoneRoute>\n"
        "</zone></platform>\n";
    static const char *const backends[] = {"simgrid", "simgrid-packet"};
    char *directory = scratch_new();
    write_both(directory, platform, "[scenario]\nduration = 100 ms\nplatform = p.xml\n" REST);
    g_autoptr(JsonObject) modelled = result_of(directory, "s.ini", "reference");
    JsonArray *expected = json_object_get_array_member(modelled, "servers");
    for (size_t i = 0; i < G_N_ELEMENTS(backends); i++) {
        g_autoptr(JsonObject) result = result_of(directory, "s.ini", backends[i]);
        JsonArray *servers = json_object_get_array_member(result, "servers");
        for (guint s = 0; s < 3; s++)
            g_assert_cmpfloat_with_epsilon(
                json_object_get_double_member(json_array_get_object_element(servers, s), "load"),
                json_object_get_double_member(json_array_get_object_element(expected, s), "cpu_utilisation"),
                1e-9);
    }
    scratch_free(directory);
}

/* A zone of any routing that joins the hosts says the same: Dijkstra and Floyd find the ways past switches themselves. */
static void test_routings(void)
{
    static const char *const routings[] = {"Dijkstra", "DijkstraCache", "Floyd"};
    char *directory = scratch_new();
    write_both(directory, good, SCENARIO);
    g_autofree char *must = trace_of(directory, "s.ini", "reference");
    g_autofree char *end = g_strdup(strstr(good, "<route src=\"alpha\" dst=\"edge\">"));
    g_autofree char *short_ = changed(good, end, "</zone></platform>\n");
    g_autofree char *joined = changed(short_, "<host id=\"other\" speed=\"1Gf\"/>\n", "");
    for (size_t i = 0; i < G_N_ELEMENTS(routings); i++) {
        g_autofree char *platform = changed(joined, "Full", routings[i]);
        write_both(directory, platform, SCENARIO);
        g_autofree char *is = trace_of(directory, "s.ini", "reference");
        assert_same(is, must);
    }
    scratch_free(directory);
}

/* A change of the good platform, and what is said of it. */
struct refusal {
    const char *old, *new, *line;
};

static const struct refusal refusals[] = {
    /* properties */
    {"\"server\"", "\"sever\"",
     "p.xml:4: host alpha: weft_role: unknown role \"sever\" \\(did you mean server\\?\\); allowed: server, "
     "switch, device"},
    {"<prop id=\"weft_role\" value=\"server\"/>", "",
     "p.xml:4: host alpha: weft_role: is missing beside weft_ring; allowed: server, switch, device"},
    {"weft_ring", "weft_rings",
     "p.xml:5: host alpha: weft_rings: unknown property of a server \\(did you mean weft_ring\\?\\); "
     "allowed: "
     "weft_role, weft_switch, weft_applications, weft_profile, .*"},
    {"weft_ring", "weft_link",
     "p.xml:5: host alpha: weft_link: the platform itself says what it is; allowed: .*"},
    {"weft_ring", "weft_count",
     "p.xml:5: host alpha: weft_count: the platform itself says what it is; allowed: .*"},
    {"weft_buffer", "weft_switch",
     "p.xml:9: host core: weft_switch: unknown property of a switch; allowed: weft_role, weft_preset, .*"},
    {"weft_startup", "weft_ring",
     "p.xml:13: host home-9: weft_ring: unknown property of a device; allowed: .*"},
    {"value=\"64\"", "value=\"64 packets\"",
     "p.xml:5: host alpha: weft_ring: server.ring: \"64 packets\" .*; allowed: a whole number from 1 to .*"},
    {"value=\"64\"", "value=\"\"", "p.xml:5: host alpha: weft_ring: server.ring: .*; allowed: .*"},
    {"value=\"30 ms\"", "value=\"30\"",
     "p.xml:13: host home-9: weft_startup: device.startup: .*unit.*; allowed: .*"},
    {"\"weft_startup\" value=\"30 ms\"", "\"weft_switch\" value=\"edgy\"",
     "p.xml:13: host home-9: weft_switch: no host \"edgy\" is a switch \\(did you mean edge\\?\\); allowed: "
     "core, "
     "edge"},
    {"\"weft_startup\" value=\"30 ms\"", "\"weft_switch\" value=\"near\"",
     "p.xml:13: host home-9: weft_switch: no host \"near\" is a switch; allowed: core, edge"},
    {"<prop id=\"wattage_per_state\" value=\"60:110\"/>", "",
     "p.xml:6: host beta: has no wattage_per_state, and alpha has; allowed: all servers, or none"},
    {"95:170", "-95:170",
     "p.xml:5: host alpha: wattage_per_state: \"-95:170\": \"-95\" is no power; allowed: 0 to 1000000 W"},
    {"95:170", "95:nan", "p.xml:5: host alpha: wattage_per_state: .*: \"nan\" is no power; allowed: .*"},
    {"95:170", "95:inf", "p.xml:5: host alpha: wattage_per_state: .*: \"inf\" is no power; allowed: .*"},
    {"95:170", "95:1000000.5",
     "p.xml:5: host alpha: wattage_per_state: .*: \"1000000.5\" is no power; allowed: .*"},
    {"60:110", "60:100:1e300",
     "p.xml:7: host beta: wattage_per_state: .*: \"1e300\" is no power; allowed: .*"},
    {"<host id=\"other\" speed=\"1Gf\"/>",
     "<host id=\"ne ar\" speed=\"1Gf\"><prop id=\"weft_role\" value=\"device\"/></host>",
     "p.xml:15: host ne ar: weft cannot name it so; allowed: 1 to 64 letters, digits, '.', '_' and '-'"},
    /* who there is */
    /* numbers */
    {"2.4Gf", "2.45f",
     "p.xml:6: host beta: its speed is 2.45 flop/s; allowed: a whole number, the Hz of a core"},
    {"2.4Gf", "999999f", "p.xml:6: host beta: server.cpu: 999.999 kHz is out of range; allowed: .*"},
    {"core=\"2\"", "core=\"2000\"", "p.xml:4: host alpha: server.cores: 2000 is out of range; allowed: .*"},
    {"id=\"la\" bandwidth=\"1Gbps\"", "id=\"la\" bandwidth=\"1000000.5bps\"",
     "p.xml:16: link la: its bandwidth is 1000000.5 bit/s; allowed: a whole number of bit/s"},
    {"id=\"la\" bandwidth=\"1Gbps\"", "id=\"la\" bandwidth=\"999bps\"",
     "p.xml:16: link la: server.link: 999 bit/s is out of range; allowed: .*"},
    {"id=\"la\" bandwidth=\"1Gbps\"", "id=\"la\" bandwidth=\"2Tbps\"",
     "p.xml:16: link la: server.link: 2 Tbit/s is out of range; allowed: .*"},
    {"latency=\"10us\"", "latency=\"1.5ps\"",
     "p.xml:16: link la: its latency is 1.5 ps; allowed: a whole number of picoseconds"},
    {"latency=\"10us\"", "latency=\"1000001s\"",
     "p.xml:16: link la: server.delay: 1000001 s is out of range; allowed: .*"},
    {"latency=\"10us\"", "latency=\"99999999s\"",
     "p.xml:16: link la: its latency is .* ps; allowed: a whole number of picoseconds"},
    /* routes */
    {"<route src=\"beta\" dst=\"core\"><link_ctn id=\"lb\"/></route>\n", "",
     "p.xml:6: host beta: has no route to a switch; needed: a <route> with links to a host with weft_role = "
     "switch"},
    {"<route src=\"core\" dst=\"near\"><link_ctn id=\"ln\"/></route>\n", "",
     "p.xml:14: host near: has no route from a switch; needed: .*"},
    {"<route src=\"beta\" dst=\"core\"><link_ctn id=\"lb\"/></route>\n",
     "<route src=\"beta\" dst=\"core\"><link_ctn id=\"lb\"/></route>\n<route src=\"beta\" dst=\"edge\">"
     "<link_ctn id=\"l10\"/></route>\n",
     "p.xml:6: host beta: has a route of its own to core and one to edge; allowed: one switch, or the "
     "property "
     "weft_switch that names it"},
    {"\"weft_startup\" value=\"30 ms\"", "\"weft_switch\" value=\"core\"/><prop id=\"x\" value=\"\"",
     "p.xml:18: link t: from core to home-9 and from core to edge share it; allowed: one sender a link .*"},
    {"\"weft_applications\" value=\"2\"", "\"weft_switch\" value=\"edge\"",
     "p.xml:6: host beta: has no route to edge, its weft_switch"},
    {"link_ctn id=\"lb\"", "link_ctn id=\"la\"",
     "p.xml:16: link la: from alpha to core and from beta to core share it; allowed: one sender a link .*"},
    {" sharing_policy=\"FATPIPE\"", "",
     "p.xml:22: link fat: from edge to home-9 and from edge to home-10 share it; allowed: .*"},
    {"<route src=\"core\" dst=\"edge\"><link_ctn id=\"t\" direction=\"UP\"/>",
     "<route src=\"edge\" dst=\"core\" symmetrical=\"NO\"><link_ctn id=\"fat\"/><link_ctn id=\"t\" "
     "direction=\"DOWN\"/></route>\n<route src=\"core\" dst=\"edge\" symmetrical=\"NO\"><link_ctn id=\"t\" "
     "direction=\"UP\"/>",
     "p.xml:18: link t: from core to edge there are 40 Mbit/s and 1.5 ms, back 40 Mbit/s and 1500.7 us; "
     "allowed: the "
     "same in both directions"},
    {"<route src=\"core\" dst=\"edge\">", "<route src=\"core\" dst=\"edge\" symmetrical=\"NO\">",
     "p.xml:18: link t: leads from core to edge, and no link back; allowed: both directions"},
    /* what changes with time */
    {"latency=\"10us\"", "latency=\"10us\" latency_file=\"l.txt\"",
     "p.xml:16: <link> latency_file: what changes with time is not modelled; allowed: .* that stay"},
    {"speed=\"3Gf\"", "speed=\"3Gf\" speed_file=\"s.txt\"",
     "p.xml:4: <host> speed_file: what changes .*; allowed: .*"},
    {"</zone>", "<trace_connect kind=\"SPEED\" trace=\"a\" element=\"alpha\"/></zone>",
     "p.xml:[0-9]+: <trace_connect>: what changes .*; allowed: .*"},
    /* what is SimGrid's to choose, and what is no wire */
    {"<zone id", "\n<config id=\"General\"><prop id=\"maxmin/precision\" value=\"1\"/></config><zone id",
     "p.xml:4: <config>: options of SimGrid are the back end's to choose; allowed: a platform without"},
    {"id=\"la\" bandwidth=\"1Gbps\"", "id=\"la\" bandwidth=\"1Gbps\" sharing_policy=\"WIFI\"",
     "p.xml:16: <link> sharing_policy: radio is not modelled; allowed: links of wire or glass"},
    /* no platform of SimGrid's */
    {"</zone>", "", "p.xml:[0-9]+: .*; allowed: a SimGrid platform, XML in UTF-8"},
    {"alpha", "alph\xff",
     "s.ini:4: scenario.platform: p.xml is no text in UTF-8; allowed: a SimGrid platform file"},
    {"3Gf", "3Gx", "p.xml:4: unknown unit: Gx; allowed: a platform that SimGrid reads"},
    {"speed=\"3Gf\"", "spede=\"3Gf\"", "p.xml:4: .*spede.*; allowed: a platform that SimGrid reads"},
    {"link_ctn id=\"la\"", "link_ctn id=\"nola\"", "p.xml: SimGrid says: .*nola; allowed: .*"},
    {"95:170", "much", "p.xml: SimGrid says: .*alpha.*; allowed: .*"},
    {"version=\"4.1\"", "version=\"3\"", "p.xml.*; allowed: a platform that SimGrid reads"},
    {"Full", "Dijkstra",
     "p.xml:4: host alpha: has a route of its own to core .*"}, /* all routes are ways there */
};

static void test_refusals(void)
{
    char *directory = scratch_new();
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *platform = changed(good, refusals[i].old, refusals[i].new);
        g_autofree char *line = g_strdup_printf("^(%s)\n$", refusals[i].line);
        write_both(directory, platform, SCENARIO);
        struct said said = weft(directory, "run", "s.ini", "--json", "out.json", NULL);
        g_test_message("%s -> %s: %s", refusals[i].old, refusals[i].new, said.err);
        assert_bad(&said, 2, line);
        said_clear(&said);
        g_autofree char *left = scratch_names(directory);
        g_assert_cmpstr(left, ==, "p.xml s.ini"); /* nothing written */
    }
    scratch_free(directory);
}

static rlim_t used_s(void)
{
    struct rusage used;
    g_assert_cmpint(getrusage(RUSAGE_SELF, &used), ==, 0);
    return (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec);
}

/* With Dijkstra's routing SimGrid looks for ever for a way back. It does so for two seconds here. */
static void test_no_end(void)
{
    char *directory = scratch_new();
    g_autofree char *end = g_strdup(strstr(good, "<route src=\"alpha\" dst=\"edge\">"));
    g_autofree char *short_ = changed(good, end, "</zone></platform>\n"),
                    *joined = changed(short_, "<host id=\"other\" speed=\"1Gf\"/>\n", ""),
                    *one_way = changed(joined, "<route src=\"core\" dst=\"edge\">",
                                       "<route src=\"core\" dst=\"edge\" symmetrical=\"NO\">"),
                    *platform = changed(one_way, "Full", "Dijkstra");
    write_both(directory, platform, SCENARIO);
    struct rlimit was, is;
    g_assert_cmpint(getrlimit(RLIMIT_CPU, &was), ==, 0);
    is = was;
    is.rlim_cur = used_s() + 2;
    g_assert_cmpint(setrlimit(RLIMIT_CPU, &is), ==, 0);
    struct said said = weft(directory, "run", "s.ini", NULL);
    g_assert_cmpint(setrlimit(RLIMIT_CPU, &was), ==, 0);
    assert_bad(&said, 2,
               "^p.xml: takes too much to be read by SimGrid \\(host edge: asked for its route to [a-z]+; is "
               "there one\\?\\); allowed: [0-9]+ MiB of memory, [0-9]+ s of processor time, [0-9]+ s\n$");
    said_clear(&said);
    scratch_free(directory);
}

/* Without one of the three there is nothing to simulate. */
static void test_roles(void)
{
    static const struct {
        const char *gone, *line;
    } cases[] = {
        {"server",
         "^p.xml: no host is a server; needed: at least one with the property weft_role = server\n$"},
        {"switch", "^p.xml: no host is a switch; needed: .*\n$"},
        {"device", "^p.xml: no host is a device; needed: .*\n$"},
    };
    char *directory = scratch_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *other = i == 1 ? "device" : "switch";
        g_auto(GStrv) parts = g_strsplit(good, cases[i].gone, -1);
        g_autofree char *platform = g_strjoinv(other, parts);
        g_autoptr(GRegex) keys =
            g_regex_new("<prop id=.weft_[a-qs-z][^/]*/>|<prop id=.weft_ring[^/]*/>", 0, 0, NULL);
        g_autofree char *plain = g_regex_replace_literal(keys, platform, -1, 0, "", 0, NULL);
        write_both(directory, plain, SCENARIO);
        struct said said = weft(directory, "run", "s.ini", NULL);
        assert_bad(&said, 2, cases[i].line);
        said_clear(&said);
    }
    scratch_free(directory);
}

/* A cluster, with one host too many. */
static void test_too_many(void)
{
    static const char cluster[] =
        "</zone><cluster id=\"c\" prefix=\"c-\" suffix=\"\" radical=\"0-99993\" speed=\"1Gf\" bw=\"1Gbps\" "
        "lat=\"0\">"
        "<prop id=\"weft_role\" value=\"device\"/><prop id=\"weft_switch\" value=\"core\"/></cluster>"
        "<link id=\"x\" bandwidth=\"1Gbps\" latency=\"0\" sharing_policy=\"FATPIPE\"/>"
        "<zoneRoute src=\"z\" dst=\"c\" gw_src=\"core\" gw_dst=\"c-c_router\"><link_ctn "
        "id=\"x\"/></zoneRoute>"
        "</zone></platform>";
    char *directory = scratch_new();
    g_autofree char *inside =
                        changed(good, "<zone id=\"z\"", "<zone id=\"w\" routing=\"Full\"><zone id=\"z\""),
                    *many = changed(inside, "</zone></platform>", cluster),
                    *few = changed(many, "0-99993", "0-1");
    write_both(directory, many, SCENARIO);
    struct said said = weft(directory, "run", "s.ini", NULL);
    assert_bad(&said, 2, "^p.xml: 100001 hosts take part; allowed: 100000\n$");
    said_clear(&said);
    write_both(directory, few, SCENARIO);
    g_autoptr(JsonObject) result = result_of(directory, "s.ini", "simgrid");
    g_assert_cmpuint(json_array_get_length(json_object_get_array_member(result, "ports")), ==, 5 + 2);
    scratch_free(directory);
}

/* What the scenario says beside its platform, and what is said of that. */
static void test_scenarios(void)
{
    static const struct {
        const char *more, *set, *line;
    } cases[] = {
        {"[server alpha]\nlink = 1 Gbit/s\n", NULL,
         "s.ini:14: server.link: p.xml says what it is; allowed: keys that it does not say"},
        {"[server beta]\ncores = 1\n", NULL, "s.ini:14: server.cores: p.xml says .*; allowed: .*"},
        {"[device near]\ncount = 1\n", NULL, "s.ini:14: device.count: p.xml says .*; allowed: .*"},
        {"[device near]\nswitch = core\n", NULL, "s.ini:14: device.switch: p.xml says .*; allowed: .*"},
        {"[server gamma]\n", NULL, "s.ini:13: server: p.xml has no server \"gamma\"; allowed: alpha, beta"},
        {"[device home-90]\n", NULL,
         "s.ini:13: device: p.xml has no device \"home-90\" \\(did you mean home-10\\?\\); allowed: home-9, "
         "home-10, "
         "near|s.ini:13: device: p.xml has no device \"home-90\" \\(did you mean home-9\\?\\); allowed: "
         "home-9, home-10, "
         "near"},
        {"[switch other]\n", NULL, "s.ini:13: switch: p.xml has no switch \"other\"; allowed: core, edge"},
        {"[trunk t]\nfrom = core\nto = edge\n", NULL,
         "s.ini:13: trunk: p.xml has the trunks; allowed: no \\[trunk NAME\\]"},
        {"[server alpha]\nring = 0\n", NULL, "s.ini:14: server.ring: 0 is out of range; allowed: .*"},
        {"", "server.alpha.link=1 Gbit/s", "--set: server.link: p.xml says what it is; allowed: .*"},
        {"", "device.rate=1 Gbit/s", "--set: device.rate: p.xml says what it is; allowed: .*"},
        {"", "scenario.platform=q.xml",
         "--set: scenario.platform: cannot be set; allowed: in the scenario's file"},
        {"", "stream.server=gamma",
         "--set: stream.server: there is no server \"gamma\"; allowed: alpha, beta"},
        {"", "stream.payload=2000 B",
         "--set: stream.payload: does not fit the MTU of server alpha; allowed: .*"},
    };
    char *directory = scratch_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *scenario = g_strconcat(SCENARIO, cases[i].more, NULL);
        g_autofree char *line = g_strdup_printf("^(%s)\n$", cases[i].line);
        write_both(directory, good, scenario);
        const char *set = cases[i].set;
        struct said said = weft(directory, "run", "s.ini", set ? "--set" : NULL, set, NULL);
        assert_bad(&said, 2, line);
        said_clear(&said);
    }
    scratch_free(directory);
}

static void test_files(void)
{
    static const struct {
        const char *file, *line;
    } cases[] = {
        {"none.xml", "none.xml cannot be opened: .*"},
        {"empty.xml", "empty.xml is empty"},
        {".", ". is not a regular file"},
        {"/dev/zero", "/dev/zero is not a regular file"},
    };
    char *directory = scratch_new();
    g_free(scratch_file(directory, "empty.xml", ""));
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *scenario = changed(SCENARIO, "p.xml", cases[i].file);
        g_autofree char *line = g_strdup_printf(
            "^s.ini:4: scenario.platform: %s; allowed: a SimGrid platform file\n$", cases[i].line);
        g_free(scratch_file(directory, "s.ini", scenario));
        struct said said = weft(directory, "run", "s.ini", NULL);
        assert_bad(&said, 2, line);
        said_clear(&said);
    }
    write_both(directory, good, SCENARIO); /* no result may replace what is read */
    struct said said = weft(directory, "run", "s.ini", "--json", "p.xml", NULL);
    assert_bad(&said, 2, "^.*p.xml.*\n$");
    said_clear(&said);
    scratch_free(directory);
}

static const char *setting(JsonObject *result, const char *group, const char *key)
{
    JsonObject *settings =
        json_object_get_object_member(json_object_get_object_member(result, "scenario"), "settings");
    return json_object_get_string_member(json_object_get_object_member(settings, group), key);
}

/* A property is what the group of the host would say; a group that is there says it instead, and so does the command line. */
static void test_who_wins(void)
{
    char *directory = scratch_new();
    write_both(directory, good, SCENARIO);
    g_autoptr(JsonObject) property = result_of(directory, "s.ini", "reference");
    g_assert_cmpstr(setting(property, "server alpha", "ring"), ==, "64");
    g_assert_cmpstr(setting(property, "switch core", "buffer"), ==, "20 packets");
    write_both(directory, good, SCENARIO "[server alpha]\nring = 128\n[switch edge]\npreset = access-2003\n");
    g_autoptr(JsonObject) group = result_of(directory, "s.ini", "reference");
    g_assert_cmpstr(setting(group, "server alpha", "ring"), ==, "128");
    g_assert_cmpstr(setting(group, "switch edge", "buffer"), ==, "48 KiB");
    struct said said = weft(directory, "run", "s.ini", "--set", "server.ring=32", "--json", "-", NULL);
    assert_good(&said);
    g_autoptr(JsonNode) root = json_from_string(said.out, NULL);
    g_assert_cmpstr(setting(json_node_get_object(root), "server alpha", "ring"), ==, "32");
    g_assert_cmpstr(setting(json_node_get_object(root), "server beta", "ring"), ==, "32");
    said_clear(&said);
    scratch_free(directory);
}

/* What only the platform says, as power, is part of what was run. */
static void test_hash(void)
{
    char *directory = scratch_new();
    g_autofree char *other = changed(good, "95:170", "96:170");
    write_both(directory, good, SCENARIO);
    g_autoptr(JsonObject) first = result_of(directory, "s.ini", "reference"),
                          again = result_of(directory, "s.ini", "reference");
    write_both(directory, other, SCENARIO);
    g_autoptr(JsonObject) second = result_of(directory, "s.ini", "reference");
    const char *hash =
        json_object_get_string_member(json_object_get_object_member(first, "scenario"), "hash");
    g_assert_cmpstr(hash, ==,
                    json_object_get_string_member(json_object_get_object_member(again, "scenario"), "hash"));
    g_assert_cmpstr(hash, !=,
                    json_object_get_string_member(json_object_get_object_member(second, "scenario"), "hash"));
    scratch_free(directory);
}

/* The command where its modules are not. */
static void test_not_built(void)
{
    char *directory = scratch_new(), *alone = g_build_filename(directory, "weft-alone", NULL), *text;
    gsize length;
    write_both(directory, good, SCENARIO);
    g_assert_true(g_file_get_contents(WEFT_PROGRAM, &text, &length, NULL));
    g_assert_true(
        g_file_set_contents_full(alone, text, (gssize)length, G_FILE_SET_CONTENTS_NONE, 0700, NULL));
    char *arguments[] = {alone, (char[]){"run"}, (char[]){"s.ini"}, NULL};
    struct said said = {0};
    int status;
    g_assert_true(g_spawn_sync(directory, arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, &said.out, &said.err,
                               &status, NULL));
    said.status = g_spawn_check_wait_status(status, NULL) ? 0 : status >> 8;
    assert_bad(&said, 2, "^p.xml: its reader is not built, install libsimgrid-dev\n$");
    said_clear(&said);
    g_free(text);
    g_free(alone);
    scratch_free(directory);
}

/* What is found in a file: names in order, digits as numbers, and a way for each server, device and direction of a trunk. */
static void test_found(void)
{
    char *directory = scratch_new();
    g_autofree char *path = scratch_file(directory, "p.xml", good);
    g_autoptr(GError) error = NULL;
    struct platform *platform = platform_read(path, "here", &error);
    g_assert_no_error(error);
    static const char *const names[] = {"alpha", "beta", "core", "edge", "home-9", "home-10", "near"};
    g_assert_cmpuint(platform->hosts->len, ==, G_N_ELEMENTS(names));
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        const struct platform_host *host = g_ptr_array_index(platform->hosts, i);
        g_assert_cmpstr(host->name, ==, names[i]);
    }
    g_assert_cmpuint(platform->ways->len, ==, 7);
    g_assert_null(platform->refused);
    platform_free(platform);
    scratch_free(directory);
}

static void tell(int fd)
{
    struct platform_notes *notes = platform_notes_new(fd);
    const struct weft_platform_sink sink = platform_notes_sink(notes);
    const struct weft_platform_host host = {"a", "server", 3000000000, 2}, other = {"b", NULL, 0, 1};
    const struct weft_platform_way way = {0, 1, "l", 1000000000, 10};
    sink.doing(sink.ctx, "something");
    sink.host(sink.ctx, &host);
    sink.property(sink.ctx, "weft_role", "server");
    sink.host(sink.ctx, &other);
    sink.way(sink.ctx, &way);
    g_assert_true(platform_notes_end(notes, "link l: is bad"));
    platform_notes_free(notes);
}

/* Is it taken? */
static gboolean reads(const char *block, gsize bytes)
{
    int fd = memfd_create("notes", MFD_CLOEXEC);
    g_assert_true(write_all(fd, block, bytes));
    struct platform *platform = platform_new("p.xml", g_strdup(""));
    gboolean taken = platform_notes_read(platform, fd);
    platform_free(platform);
    close(fd);
    return taken;
}

/* Notes that come whole are what was told. */
static void test_notes(void)
{
    int fd = memfd_create("notes", MFD_CLOEXEC);
    tell(fd);
    struct platform *platform = platform_new("p.xml", g_strdup(""));
    g_assert_true(platform_notes_read(platform, fd));
    g_assert_cmpuint(platform->hosts->len, ==, 2);
    const struct platform_host *host = g_ptr_array_index(platform->hosts, 0),
                               *other = g_ptr_array_index(platform->hosts, 1);
    const struct platform_way *way = &g_array_index(platform->ways, struct platform_way, 0);
    g_assert_cmpstr(g_array_index(host->properties, struct platform_property, 0).value, ==, "server");
    g_assert_cmpstr(other->role, ==, "");
    g_assert_true(host->hz == 3000000000 && host->cores == 2 && way->from == 0 && way->to == 1 &&
                  way->bps == 1000000000 && way->delay_ps == 10);
    g_assert_cmpstr(way->link, ==, "l");
    g_assert_cmpstr(platform->refused, ==, "link l: is bad");
    platform_free(platform);
    g_autofree char *doing = platform_notes_doing(fd);
    g_assert_cmpstr(doing, ==, "something");
    close(fd);
}

/* Cut anywhere they are refused, and with any byte changed they are taken or refused, no more. */
static void test_bad_notes(void)
{
    static const char values[] = {'\0', '9', 'w', '\x7f', '\xff'};
    int fd = memfd_create("notes", MFD_CLOEXEC);
    tell(fd);
    gsize bytes = (gsize)lseek(fd, 0, SEEK_END);
    g_autofree char *block = g_malloc(bytes);
    g_assert_true(lseek(fd, 0, SEEK_SET) == 0 && read_all(fd, block, bytes));
    close(fd);
    g_assert_true(reads(block, bytes));
    for (gsize i = 0; i < bytes; i++) {
        g_assert_false(reads(block, i));
        char was = block[i];
        for (gsize v = 0; v < G_N_ELEMENTS(values); v++) {
            block[i] = values[v];
            reads(block, bytes);
        }
        block[i] = was;
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/platform/as-groups", test_as_groups);
    g_test_add_func("/platform/cluster", test_cluster);
    g_test_add_func("/platform/routings", test_routings);
    g_test_add_func("/platform/refusals", test_refusals);
    g_test_add_func("/platform/no-end", test_no_end);
    g_test_add_func("/platform/roles", test_roles);
    g_test_add_func("/platform/too-many", test_too_many);
    g_test_add_func("/platform/scenarios", test_scenarios);
    g_test_add_func("/platform/files", test_files);
    g_test_add_func("/platform/who-wins", test_who_wins);
    g_test_add_func("/platform/hash", test_hash);
    g_test_add_func("/platform/not-built", test_not_built);
    g_test_add_func("/platform/found", test_found);
    g_test_add_func("/platform/notes", test_notes);
    g_test_add_func("/platform/bad-notes", test_bad_notes);
    return g_test_run();
}
