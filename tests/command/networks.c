/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Networks as a user has them: scenarios/three-servers.ini and leaf-spine.ini say what their headers say, on all back ends,
 * packet for packet the same; the trace of hops is the trace, hop by hop; a capture looks at every switch. */

#include "captured.h"
#include "weft.h"

#include <json-glib/json-glib.h>
#include <stdbool.h>
#include <string.h>

static const char *const backends[] = {
    "reference",
#ifdef WEFT_WITH_SIMGRID
    "simgrid",
#endif
#ifdef WEFT_WITH_NS3
    "ns3",
#endif
};

/* Peaks of a run: of ports before devices, of trunks up from leaf-0 and down to leaf-2, of any switch. */
struct peaks {
    const char *method;
    gint64 device, up, down, switch_bytes;
};

static JsonArray *rows_of(JsonNode *root, const char *name)
{
    return json_object_get_array_member(json_node_get_object(root), name);
}

static struct peaks peaks_of(JsonNode *root)
{
    JsonArray *ports = rows_of(root, "ports"), *switches = rows_of(root, "switches");
    struct peaks peaks = {0};
    gint64 most = 0;
    for (guint i = 0; i < json_array_get_length(ports); i++) {
        JsonObject *port = json_array_get_object_element(ports, i);
        const char *name = json_object_get_string_member(port, "name");
        gint64 packets = json_object_get_int_member(port, "peak_packets");
        most = MAX(most, packets);
        if (!g_str_has_prefix(name, "core."))
            peaks.device = MAX(peaks.device, packets);
        else if (g_str_has_prefix(name, "core.leaf-0."))
            peaks.up = MAX(peaks.up, packets);
        else if (g_str_has_suffix(name, ".leaf-2"))
            peaks.down = MAX(peaks.down, packets);
    }
    for (guint i = 0; i < json_array_get_length(switches); i++)
        peaks.switch_bytes =
            MAX(peaks.switch_bytes,
                json_object_get_int_member(json_array_get_object_element(switches, i), "peak_bytes"));
    JsonObject *totals = json_object_get_object_member(json_node_get_object(root), "totals");
    g_assert_cmpint(json_object_get_int_member(totals, "peak_port_packets"), ==, most);
    g_assert_cmpint(json_object_get_int_member(totals, "peak_switch_bytes"), ==, peaks.switch_bytes);
    g_assert_cmpint(json_object_get_int_member(totals, "packets_delivered"), ==,
                    json_object_get_int_member(totals, "packets_sent"));
    return peaks;
}

/* A run of the scenario with a method on each back end: results but for the back end's name, and hops, are the same. */
static JsonNode *run(const char *directory, const char *scenario, const char *method)
{
    g_autofree char *path = source_path(scenario), *first = NULL, *first_hops = NULL;
    JsonNode *root = NULL;
    for (gsize b = 0; b < G_N_ELEMENTS(backends); b++) {
        g_autoptr(GError) error = NULL;
        struct said said = weft(directory, "run", path, "--backend", backends[b], "--method", method,
                                "--json", "r.json", "--trace-hops", "h.csv", "--quiet", NULL);
        assert_good(&said);
        said_clear(&said);
        g_autofree char *json_path = g_build_filename(directory, "r.json", NULL),
                        *hops_path = g_build_filename(directory, "h.csv", NULL), *json = NULL, *hops = NULL;
        g_assert_true(g_file_get_contents(json_path, &json, NULL, NULL));
        g_assert_true(g_file_get_contents(hops_path, &hops, NULL, NULL));
        JsonNode *this = json_from_string(json, &error);
        g_assert_no_error(error);
        g_assert_cmpstr(json_object_get_string_member(json_node_get_object(this), "backend"), ==,
                        backends[b]);
        json_object_remove_member(json_node_get_object(this), "backend");
        g_autofree char *rest = json_to_string(this, TRUE);
        if (b == 0) {
            root = this;
            first = g_steal_pointer(&rest);
            first_hops = g_steal_pointer(&hops);
        } else {
            g_assert_cmpstr(rest, ==, first);
            g_assert_cmpstr(hops, ==, first_hops);
            json_node_unref(this);
        }
    }
    return root;
}

static void check_scenario(const char *scenario, const struct peaks *expected, gsize n)
{
    char *directory = scratch_new();
    for (gsize i = 0; i < n; i++) {
        g_autoptr(JsonNode) root = run(directory, scenario, expected[i].method);
        struct peaks peaks = peaks_of(root);
        g_test_message("%s: %s", scenario, expected[i].method);
        g_assert_cmpint(peaks.device, ==, expected[i].device);
        g_assert_cmpint(peaks.up, ==, expected[i].up);
        g_assert_cmpint(peaks.down, ==, expected[i].down);
        g_assert_cmpint(peaks.switch_bytes, ==, expected[i].switch_bytes);
    }
    scratch_free(directory);
}

static void test_three_servers(void)
{
    static const struct peaks expected[] = {
        {"multi-destination", 105, 0, 0, 2157408},
        {"interleaved", 3, 0, 0, 81720},
        {"interleaved-paced", 3, 0, 0, 23154},
    };
    check_scenario("scenarios/three-servers.ini", expected, G_N_ELEMENTS(expected));
}

static void test_leaf_spine(void)
{
    static const struct peaks expected[] = {
        {"multi-destination", 37, 375, 37, 858030},
        {"interleaved", 5, 375, 5, 524238},
        {"interleaved-paced", 4, 3, 3, 24246},
    };
    check_scenario("scenarios/leaf-spine.ini", expected, G_N_ELEMENTS(expected));
}

/* --- hops and points --- */

static const char small[] =
    "[scenario]\nduration = 100 ms\n[server s]\ncount = 2\nswitch = edge\n[switch edge]\ncount = 2\n"
    "buffer = 4 packets\n[switch core]\nport = 20 Mbit/s\n[trunk up]\nfrom = edge\nto = core\ndelay = 3 us\n"
    "rate = 60 Mbit/s\n"
    "[device d]\ncount = 4\nswitch = edge\n[device e]\nswitch = core\n[stream x]\ncount = 10\nrate = 2 "
    "Mbit/s\n"
    "[background b]\ncount = 2\ndevice = d\nrate = 5 Mbit/s\nswitch = core\n[write]\ninterval = 50 ms\n";

struct hop {
    guint64 packet, server, stream, hop, switch_, port, in, out;
    char outcome[16];
};

static GArray *hops_read(const char *path)
{
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    GArray *hops = g_array_new(FALSE, FALSE, sizeof(struct hop));
    g_assert_cmpstr(lines[0], ==, "packet,server,stream,hop,switch,port,in_ps,out_ps,outcome");
    for (guint i = 1; lines[i] && *lines[i]; i++) {
        g_auto(GStrv) cell = g_strsplit(lines[i], ",", -1);
        guint64 number[8];
        g_assert_cmpuint(g_strv_length(cell), ==, 9);
        for (int k = 0; k < 8; k++)
            number[k] = g_ascii_strtoull(cell[k], NULL, 10);
        struct hop hop = {number[0], number[1], number[2], number[3], number[4],
                          number[5], number[6], number[7], ""};
        g_strlcpy(hop.outcome, cell[8], sizeof hop.outcome);
        g_array_append_val(hops, hop);
    }
    return hops;
}

/* Hops of one packet follow each other, from its server's switch to its device's, and agree with its line in the trace. */
static guint check_line(const GArray *hops, guint at, const struct trace_line *line)
{
    static const guint64 edge_of_device[] = {0, 1, 0, 1, 2};
    guint64 from = line->server, hop = 0;
    for (;; at++, hop++) {
        g_assert_cmpuint(at, <, hops->len);
        const struct hop *h = &g_array_index(hops, struct hop, at);
        bool forwarded = strcmp(h->outcome, "forwarded") == 0;
        g_assert_true(h->packet == line->packet && h->server == line->server && h->stream == line->stream);
        g_assert_cmpuint(h->hop, ==, hop);
        g_assert_cmpuint(h->switch_, ==, from);
        if (hop == 0)
            g_assert_cmpuint(h->in, ==, line->in);
        else
            g_assert_cmpuint(h->in, ==, h[-1].out + 3000000);
        if (!forwarded) {
            g_assert_cmpstr(h->outcome, ==, line->delivered ? "delivered" : "buffer");
            g_assert_cmpuint(h->out, ==, line->delivered ? line->out : 0);
            g_assert_true(!line->delivered ||
                          (h->switch_ == edge_of_device[line->port] && h->port == line->port));
            return at + 1;
        }
        g_assert_cmpuint(h->port, >=, 5);
        from = from == 2 ? edge_of_device[line->port] : 2; /* over the core */
    }
}

static void test_hops(void)
{
    char *directory = scratch_new();
    g_free(scratch_file(directory, "small.ini", small));
    g_autofree char *hops_path = g_build_filename(directory, "h.csv", NULL),
                    *trace_path = g_build_filename(directory, "t.csv", NULL);
    struct said said = weft(directory, "run", "small.ini", "--trace", "t.csv", "--trace-hops", "h.csv", NULL);
    assert_good(&said);
    said_clear(&said);
    g_autoptr(GArray) trace = trace_read(trace_path), hops = hops_read(hops_path);
    guint at = 0, dropped[3] = {0}, way[4] = {0};
    for (guint i = 0; i < trace->len; i++) {
        const struct trace_line *line = &g_array_index(trace, struct trace_line, i);
        guint end = check_line(hops, at, line);
        const struct hop *last = &g_array_index(hops, struct hop, end - 1);
        g_assert_cmpuint(end - at, <=, 3);
        way[end - at]++;
        if (!line->delivered)
            dropped[MIN(last->hop, 2)]++;
        at = end;
    }
    g_assert_cmpuint(at, ==, hops->len);
    for (guint i = 1; i <= 3; i++)
        g_assert_cmpuint(way[i], >, 0);
    g_assert_cmpuint(dropped[0], >, 0); /* else the test says less than it seems to */
    scratch_free(directory);
}

static void test_capture(void)
{
    char *directory = scratch_new();
    g_free(scratch_file(directory, "small.ini", small));
    g_autofree char *hops_path = g_build_filename(directory, "h.csv", NULL),
                    *pcap_path = g_build_filename(directory, "c.pcapng", NULL);
    static const char *const rx[] = {"edge-0.s-0.rx",
                                     "edge-1.s-1.rx",
                                     "core.up.edge-0.core.rx",
                                     "core.up.edge-1.core.rx",
                                     "edge-0.up.core.edge-0.rx",
                                     "edge-1.up.core.edge-1.rx"};
    static const char *const tx[] = {"edge-0.d-0.tx",
                                     "edge-1.d-1.tx",
                                     "edge-0.d-2.tx",
                                     "edge-1.d-3.tx",
                                     "core.e.tx",
                                     "edge-0.up.edge-0.core.tx",
                                     "core.up.core.edge-0.tx",
                                     "edge-1.up.edge-1.core.tx",
                                     "core.up.core.edge-1.tx"};
    struct said said =
        weft(directory, "run", "small.ini", "--pcap", "c.pcapng", "--trace-hops", "h.csv", NULL);
    assert_good(&said);
    said_clear(&said);
    g_autoptr(GArray) hops = hops_read(hops_path);
    struct captured *captured = captured_read(pcap_path);
    guint64 in = 0, out[G_N_ELEMENTS(tx)] = {0}, drops[G_N_ELEMENTS(tx)] = {0};
    for (guint i = 0; i < hops->len; i++) {
        const struct hop *h = &g_array_index(hops, struct hop, i);
        out[h->port] += h->out > 0;
        drops[h->port] += h->out == 0;
    }
    for (guint i = 0; i < G_N_ELEMENTS(rx); i++)
        in += captured_interface(captured, captured_find(captured, rx[i]))->packets;
    g_assert_cmpuint(in, ==, hops->len);
    for (guint i = 0; i < G_N_ELEMENTS(tx); i++) {
        const struct seen_interface *port = captured_interface(captured, captured_find(captured, tx[i]));
        g_assert_cmpuint(port->packets, ==, out[i]);
        g_assert_cmpuint(port->ifdrop, ==, drops[i]);
    }
    guint64 last_ns = 0;
    for (guint i = 0; i < captured->packets->len; i++) {
        g_assert_cmpuint(captured_packet(captured, i)->at_ns, >=, last_ns);
        last_ns = captured_packet(captured, i)->at_ns;
    }
    captured_free(captured);
    scratch_free(directory);
}

/* --- what is refused --- */

#define NETWORK                                                                                              \
    "[server s]\nswitch = x\n[switch x]\n[switch y]\n[device d]\nswitch = y\n[trunk t]\nfrom = x\nto = y\n"  \
    "[stream v]\nrate = 1 Mbit/s\n"

static void test_refused(void)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {NETWORK "[background b]\n", "^bad\\.ini:12: background\\.rate: is missing"},
        {NETWORK "[background b]\nrate = 1 Mbit/s\n", "^bad\\.ini:12: background\\.device: is missing"},
        {NETWORK "[background b]\nrate = 1 Mbit/s\ndevice = d\ntrunk = t\n",
         "^bad\\.ini:15: background\\.trunk: is given beside device"},
        {NETWORK "[background b]\nrate = 1 Mbit/s\ndevice = e\n",
         "^bad\\.ini:14: background\\.device: there is no device \"e\"; allowed: d"},
        {NETWORK "[background b]\nrate = 1 Mbit/s\ntrunk = t.y\n",
         "^bad\\.ini:14: background\\.trunk: there is no trunk \"t\\.y\"; allowed: t"},
        {NETWORK "[background b]\nrate = 1 Mbit/s\ndevice = d\nswitch = z\n",
         "^bad\\.ini:15: background\\.switch: there is no switch \"z\"; allowed: x, y"},
        {NETWORK "[background b]\nrate = 99 Mbit/s\ndevice = d\n",
         "^bad\\.ini:13: background\\.rate: rate is 99 Mbit/s; allowed: up to 97529\\.258 kbit/s"},
        {NETWORK "[background b]\nrate = 1 Mbit/s\ndevice = d\npattern = pareto\n",
         "^bad\\.ini:12: background\\.peak: is missing; pattern = pareto needs"},
        {NETWORK "[background b]\nrate = 1 Mbit/s\ndevice = d\npattern = pareto\npeak = 2 Mbit/s\n",
         "^bad\\.ini:12: background\\.on: is missing; pattern = pareto needs"},
        {NETWORK "[background b]\nrate = 1 Mbit/s\ndevice = d\npacket = 28 B\n",
         "^bad\\.ini:15: background\\.packet: packet \\(B\\) is 28; allowed: 29 to 65535"},
        {NETWORK "[background b-0]\nrate = 1 Mbit/s\ndevice = d\n[background b]\ncount = 2\nrate = 1 "
                 "Mbit/s\ndevice = d\n",
         "^bad\\.ini:15: background: the name \"b-0\" is taken"},
    };
    char *directory = scratch_new();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = scratch_file(directory, "bad.ini", cases[i].text);
        struct said said = weft(directory, "run", "bad.ini", "--json", "out.json", NULL);
        assert_bad(&said, 2, cases[i].says);
        said_clear(&said);
    }
    scratch_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/networks/three-servers", test_three_servers);
    g_test_add_func("/networks/leaf-spine", test_leaf_spine);
    g_test_add_func("/networks/hops", test_hops);
    g_test_add_func("/networks/capture", test_capture);
    g_test_add_func("/networks/refused", test_refused);
    return g_test_run();
}
