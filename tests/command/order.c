/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Orders as a user has them: scenarios/orders-unequal-rates.ini says what its header says, and an order with an argument is
 * set, ablated and printed like any other choice. */

#include "argument.h"
#include "policies.h"
#include "weft.h"
#include "weft/driver.h"

#include <json-glib/json-glib.h>
#include <string.h>

enum { FRAME_BYTES = 1362 };

static JsonObject *parse(const struct said *said, JsonNode **root)
{
    g_autoptr(GError) error = NULL;
    assert_good(said);
    *root = json_from_string(said->out, &error);
    g_assert_no_error(error);
    return json_node_get_object(*root);
}

static const char *order_of(JsonObject *run)
{
    JsonObject *settings =
        json_object_get_object_member(json_object_get_object_member(run, "scenario"), "settings");
    return json_object_get_string_member(json_object_get_object_member(settings, "write"), "order");
}

static struct said run(const char *order)
{
    g_autofree char *path = source_path("scenarios/orders-unequal-rates.ini"),
                    *set = g_strconcat("write.order=", order, NULL);
    return weft(NULL, "run", path, "--json", "-", "--set", set, NULL);
}

/* The fullest port, in bytes; the settings say the order. */
static double peak_bytes(const char *order)
{
    g_autoptr(JsonNode) root = NULL;
    struct said said = run(order);
    JsonObject *result = parse(&said, &root);
    g_assert_cmpstr(order_of(result), ==, order);
    said_clear(&said);
    return json_object_get_double_member(json_object_get_object_member(result, "totals"), "peak_port_bytes");
}

/* Published for these streams with held accounting, computed without this program: 227.5, 121.2 and 2.7 KB. Chunks of 8 leave
 * the fast streams alone as equal turns do. */
static void mixed_load(void)
{
    static const struct {
        const char *order;
        double kilobytes;
    } published[] = {{"sequential", 227.5}, {"round-robin", 121.2}, {"chunk:8", 121.2},
                     {"drr", 121.2},        {"swrr", 2.7},          {"smooth", 2.7}};
    for (size_t i = 0; i < G_N_ELEMENTS(published); i++) {
        double peak = peak_bytes(published[i].order);
        g_test_message("%s: %.0f B, published %.1f KB", published[i].order, peak, published[i].kilobytes);
        g_assert_cmpfloat_with_epsilon(peak, published[i].kilobytes * 1000, FRAME_BYTES);
    }
    g_assert_cmpfloat(peak_bytes("deadline"), <, 20000);
    g_assert_cmpfloat(peak_bytes("random"), <, 20000);
}

/* The same seed gives the same file. */
static void random_again(void)
{
    struct said one = run("random"), two = run("random");
    assert_good(&one);
    g_assert_cmpstr(one.out, ==, two.out);
    said_clear(&one);
    said_clear(&two);
}

/* All runs of an ablation keep the order that was set, and its argument. */
static void ablation_keeps_argument(void)
{
    g_autofree char *path = source_path("scenarios/small.ini");
    g_autoptr(JsonNode) root = NULL;
    struct said said = weft(NULL, "compare", path, "--ablate", "--methods", "per-packet-burst,interleaved",
                            "--set", "write.order=chunk:4", "--json", "-", NULL);
    JsonArray *runs = json_object_get_array_member(parse(&said, &root), "runs");
    g_assert_cmpuint(json_array_get_length(runs), >, 2);
    for (guint i = 0; i < json_array_get_length(runs); i++)
        g_assert_cmpstr(order_of(json_array_get_object_element(runs, i)), ==, "chunk:4");
    said_clear(&said);
}

/* `weft list orders` has a line for each, as it is written and with what its argument may be. */
static void list_says_arguments(void)
{
    struct said said = weft(NULL, "list", "orders", "--tsv", NULL);
    g_auto(GStrv) lines = g_strsplit(said.out, "\n", -1);
    assert_good(&said);
    for (size_t i = 0; weft_orders[i]; i++) {
        g_autofree char *form = policy_form(&policy_orders, weft_orders[i]),
                        *help = argument_help(&weft_orders[i]->argument);
        g_autofree char *start = g_strconcat(form, "\t", NULL);
        guint k = 0;
        while (lines[k] && !g_str_has_prefix(lines[k], start))
            k++;
        g_assert_nonnull(lines[k]);
        g_assert_true(strstr(lines[k], weft_orders[i]->help) && (!help || strstr(lines[k], help)));
    }
    g_assert_nonnull(strstr(said.out, "chunk:COUNT"));
    g_assert_nonnull(strstr(said.out, "drr[:SIZE]"));
    said_clear(&said);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/order/mixed-load", mixed_load);
    g_test_add_func("/order/random-again", random_again);
    g_test_add_func("/order/ablation", ablation_keeps_argument);
    g_test_add_func("/order/list", list_says_arguments);
    return g_test_run();
}
