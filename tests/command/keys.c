/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every key of the table, as the table has it: defaults that are allowed, and for every key bad values that
 * must end with status 2 and one line that names the place. A new key is tested without being remembered. */

#include "keys.h"

#include "argument.h"
#include "policies.h"
#include "weft.h"

#include <string.h>

/* May there be none of these groups? */
static bool is_optional(enum group_kind kind)
{
    return groups[kind].named && !groups[kind].required;
}

/* The least scenario: `group` has `key = value` besides what it needs, in the line that is returned. */
static char *scenario_with(const struct key_row *key, const char *value, int *line)
{
    g_autoptr(GString) text = g_string_new("# a comment\n\n");
    *line = 2;
    for (enum group_kind kind = 0; kind < GROUP_KINDS; kind++) {
        if (is_optional(kind) && kind != key->group)
            continue;
        g_string_append_printf(text, "[%s%s]\n", groups[kind].name, groups[kind].named ? " x" : "");
        ++*line;
        if (kind == GROUP_STREAM && !(key->group == kind && strcmp(key->name, "rate") == 0)) {
            g_string_append(text, "rate = 1 Mbit/s\n");
            ++*line;
        }
        if (kind == key->group) {
            g_string_append_printf(text, "%s = %s\n", key->name, value);
            ++*line;
            break;
        }
    }
    for (enum group_kind kind = key->group + 1; kind < GROUP_KINDS; kind++)
        if (!is_optional(kind))
            g_string_append_printf(text, "[%s%s]\n%s", groups[kind].name, groups[kind].named ? " x" : "",
                                   kind == GROUP_STREAM ? "rate = 1 Mbit/s\n" : "");
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* One bad value, in the file and on the command line. */
static void try_bad(const char *directory, const struct key_row *key, const char *value)
{
    int line;
    g_autofree char *text = scenario_with(key, value, &line);
    g_autofree char *path = scratch_file(directory, "bad.ini", text);
    g_autofree char *name = g_strdup_printf("%s\\.%s: .+; .+", groups[key->group].name, key->name);
    g_autofree char *in_file = g_strdup_printf("^bad\\.ini:%d: %s\n$", line, name);
    g_test_message("%s.%s = %s", groups[key->group].name, key->name, value);
    struct said said =
        weft(directory, "run", "bad.ini", "--json", "out.json", "--trace", "out.csv", "--out", "out", NULL);
    assert_bad(&said, 2, in_file);
    said_clear(&said);

    g_autofree char *its_group =
        is_optional(key->group) ? g_strdup_printf("[%s x]\n", groups[key->group].name) : g_strdup("");
    g_autofree char *good =
        g_strconcat("[server x]\n[switch x]\n[device x]\n[stream x]\nrate = 1 Mbit/s\n", its_group, NULL);
    g_autofree char *good_path = scratch_file(directory, "good.ini", good);
    g_autofree char *set = g_strdup_printf("%s.%s=%s", groups[key->group].name, key->name, value);
    g_autofree char *on_command = g_strdup_printf("^--set: %s\n$", name);
    said = weft(directory, "run", "good.ini", "--set", set, "--json", "out.json", "--trace", "out.csv",
                "--out", "out", NULL);
    assert_bad(&said, 2, on_command);
    said_clear(&said);
    g_autofree char *left = scratch_names(directory);
    g_assert_cmpstr(left, ==, "bad.ini good.ini"); /* nothing written */
}

static void try_bad_quantities(const char *directory, const struct key_row *key)
{
    const char *base = key->quantity->units[0].name;
    g_autofree char *half = g_strdup_printf("%" G_GUINT64_FORMAT ".5 %s", key->min, base);
    g_autofree char *below =
        g_strdup_printf("%" G_GUINT64_FORMAT "%s%s", key->min - 1, *base ? " " : "", base);
    g_autofree char *above =
        g_strdup_printf("%" G_GUINT64_FORMAT "%s%s", key->max + 1, *base ? " " : "", base);
    g_autofree char *bare = g_strdup_printf("%" G_GUINT64_FORMAT, key->max);
    g_autofree char *negative = g_strdup_printf("-1%s%s", *base ? " " : "", base);
    try_bad(directory, key, "much");
    try_bad(directory, key, "1 furlong");
    try_bad(directory, key, negative);
    try_bad(directory, key, half);
    try_bad(directory, key, above);
    try_bad(directory, key, "99999999999999999999999999");
    if (key->min > 0)
        try_bad(directory, key, below);
    if (!key->quantity->bare)
        try_bad(directory, key, bare);
}

/* Values that the row's argument must not have, in its own unit and in others. */
static void try_bad_arguments(const char *directory, const struct key_row *key, const void *row)
{
    const struct weft_argument *argument = policy_argument(key->policies, row);
    const char *name = policy_name(row);
    g_autofree char *colon = g_strdup_printf("%s:", name), *word = g_strdup_printf("%s:much", name),
                    *unit = g_strdup_printf("%s:1 furlong", name), *negative = g_strdup_printf("%s:-1", name),
                    *two = g_strdup_printf("%s:1:1", name), *number = g_strdup_printf("%s:16", name);
    const char *const always[] = {colon, word, unit, negative, two};
    for (size_t i = 0; i < G_N_ELEMENTS(always); i++)
        try_bad(directory, key, always[i]);
    if (!argument || argument->kind != WEFT_ARGUMENT_COUNT)
        try_bad(directory, key, number); /* takes none, or it has no unit */
    if (!argument || argument->kind == WEFT_ARGUMENT_NONE)
        return;
    g_autofree char *above = argument_format(argument, name, argument->max + 1),
                    *below = argument_format(argument, name, argument->min - 1),
                    *nought = g_strdup_printf("%s:0", name);
    try_bad(directory, key, above);
    try_bad(directory, key, argument->min > 1 ? below : nought);
    if (!argument->without)
        try_bad(directory, key, name);
}

static void try_bad_choices(const char *directory, const struct key_row *key)
{
    const void *row;
    try_bad(directory, key, "no-such-choice");
    for (size_t i = 0; key->argument_offset && (row = key->policies->row(i)); i++)
        try_bad_arguments(directory, key, row);
    if (!key->argument_offset)
        try_bad_arguments(directory, key, key->policies->row(0));
}

static const char *const bad_buffers[] = {"5",           "0 B",     "2 TiB", "0 packets", "-1 packets",
                                          "1.5 packets", "packets", "bytes", "0 cells"};

static const char *const bad_ratios[] = {
    "0",    "0/1", "-1",  "1/0", "1/65",  "1/100",     "65",
    "64.1", "1/",  "/2",  "1.",  ".5",    "1/2/3",     "1/ 2",
    "0x8",  "1e0", "one", "8 x", "0.015", "0.5000001", "500001/1000000001"};
static const char *const bad_profiles[] = {"no-such-profile", "file:",     "free:x",
                                           "file:none.ini",   "measured:", "measured:none.ini"};
static const char *const bad_faults[] = {"unmapped",         "unmapped:",    "unmapped:5",  "unmapped:-1 s",
                                         "unmapped:0.5 ps",  "unmaped:1 s",  "none:1 s",    ":1 s",
                                         "length:1000001 s", "1 s:unmapped", "empty: 1 s x"};

static const char *const bad_starts[] = {
    "5",          "-1 s",       "1000001 s",        "0.5 ps",      "soon",          "randomly",
    "random:",    "random:0 s", "random:1000001 s", "random 1 ms", "random:random", "random:5",
    "1 ms:random"};

static void test_bad_values(void)
{
    char *directory = scratch_new();
    for (size_t i = 0; i < keys_count(); i++) {
        const struct key_row *key = &keys[i];
        try_bad(directory, key, "");
        if (key->type == &key_quantity)
            try_bad_quantities(directory, key);
        else if (key->type == &key_choice)
            try_bad_choices(directory, key);
        else if (key->type == &key_source)
            try_bad(directory, key, "nowhere");
        else if (key->type == &key_buffer)
            for (size_t k = 0; k < G_N_ELEMENTS(bad_buffers); k++)
                try_bad(directory, key, bad_buffers[k]);
        else if (key->type == &key_ratio)
            for (size_t k = 0; k < G_N_ELEMENTS(bad_ratios); k++)
                try_bad(directory, key, bad_ratios[k]);
        else if (key->type == &key_profile)
            for (size_t k = 0; k < G_N_ELEMENTS(bad_profiles); k++)
                try_bad(directory, key, bad_profiles[k]);
        else if (key->type == &key_fault)
            for (size_t k = 0; k < G_N_ELEMENTS(bad_faults); k++)
                try_bad(directory, key, bad_faults[k]);
        else if (key->type == &key_start)
            for (size_t k = 0; k < G_N_ELEMENTS(bad_starts); k++)
                try_bad(directory, key, bad_starts[k]);
        else
            g_assert_true(key->type == &key_text ||
                          key->type == &key_remark); /* a new type needs bad values of its own */
    }
    scratch_free(directory);
}

/* What only becomes wrong together with something else. */
static void test_bad_together(void)
{
    static const struct {
        enum group_kind group;
        const char *key, *value;
    } cases[] = {
        {GROUP_SCENARIO, "warmup", "1 s"},   {GROUP_STREAM, "payload", "1473 B"},
        {GROUP_STREAM, "server", "nobody"},  {GROUP_STREAM, "device", "nobody"},
        {GROUP_STREAM, "source", "media:"},  {GROUP_STREAM, "source", "cbr:x"},
        {GROUP_STREAM, "rate", "1 bit/s x"}, {GROUP_WRITE, "order", "sequential:3"},
        {GROUP_SERVER, "switch", "nobody"},  {GROUP_DEVICE, "switch", "nobody"},
    };
    char *directory = scratch_new();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct key_row *key = keys_find(cases[i].group, cases[i].key);
        g_assert_nonnull(key);
        try_bad(directory, key, cases[i].value);
    }
    scratch_free(directory);
}

/* The table is sound: names are given once, everything is explained, defaults are among what is allowed. */
static void test_table(void)
{
    for (size_t i = 0; i < keys_count(); i++) {
        const struct key_row *key = &keys[i];
        g_assert_true(keys_find(key->group, key->name) == key);
        g_assert_true(key->help && *key->help && (key->default_text || key->default_help));
        union group_values values = {0};
        char *why = key->default_text ? key->type->parse(key, key->default_text, &values) : NULL;
        g_assert_cmpstr(why, ==, NULL);
        g_autofree char *written = key->default_text ? key->type->format(key, &values) : NULL;
        g_assert_cmpstr(written, ==, key->default_text);
        if (key->type == &key_quantity)
            g_assert_true(key->quantity && key->min <= key->max && key->max < UINT64_MAX);
        if (key->type == &key_choice)
            g_assert_nonnull(key->policies);
        /* rows that take arguments and a place for them go together */
        if (key->policies)
            g_assert_true((key->policies->argument != NULL) == (key->argument_offset != 0));
    }
}

static void test_buffers(void)
{
    static const char *const texts[][2] = {
        {"unlimited", "unlimited"},   {"20KiB", "20 KiB"},         {"1 B", "1 B"},
        {"16 packets", "16 packets"}, {"16packets", "16 packets"}, {"60  cells", "60 cells"}};
    const struct key_row *key = keys_find(GROUP_SWITCH, "buffer");
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        union group_values values = {0};
        g_assert_cmpstr(key->type->parse(key, texts[i][0], &values), ==, NULL);
        g_autofree char *written = key->type->format(key, &values);
        g_assert_cmpstr(written, ==, texts[i][1]);
    }
}

static void test_ratios(void)
{
    static const char *const texts[][2] = {{"8", "8"},     {"1/2", "1/2"},   {"0.5", "1/2"},
                                           {"2/4", "1/2"}, {"1/64", "1/64"}, {"0.015625", "1/64"},
                                           {"64", "64"},   {"0.3", "3/10"},  {"2.50", "5/2"}};
    const struct key_row *key = keys_find(GROUP_SWITCH, "alpha");
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        union group_values values = {0};
        g_assert_cmpstr(key->type->parse(key, texts[i][0], &values), ==, NULL);
        g_autofree char *written = key->type->format(key, &values);
        g_assert_cmpstr(written, ==, texts[i][1]);
    }
}

static void test_starts(void)
{
    static const struct {
        const char *text;
        struct start_choice choice;
    } good[] = {{"0 s", {0, false}},
                {"1.5 ms", {UINT64_C(1500000000), false}},
                {"random", {0, true}},
                {"random:40 ms", {UINT64_C(40000000000), true}}};
    const struct key_row *key = keys_find(GROUP_STREAM, "start");
    for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
        union group_values values = {0};
        g_assert_cmpstr(key->type->parse(key, good[i].text, &values), ==, NULL);
        g_assert_cmpuint(values.stream.start.ps, ==, good[i].choice.ps);
        g_assert_true(values.stream.start.random == good[i].choice.random);
        g_autofree char *written = key->type->format(key, &values);
        g_assert_cmpstr(written, ==, good[i].text);
    }
}

/* Every fault is accepted with a time and comes back. */
static void test_faults(void)
{
    const struct key_row *key = keys_find(GROUP_STREAM, "fault");
    for (size_t i = 0; weft_faults[i]; i++) {
        union group_values values = {0};
        g_autofree char *text = g_strdup_printf("%s:%zu ms", weft_faults[i]->name, i);
        g_assert_cmpstr(key->type->parse(key, text, &values), ==, NULL);
        g_assert_true(values.stream.fault.row == weft_faults[i]);
        g_assert_cmpuint(values.stream.fault.at_ps, ==, i * WEFT_PS_PER_S / 1000);
        g_autofree char *written = key->type->format(key, &values);
        g_autofree char *expected = i ? g_strdup(text) : g_strdup_printf("%s:0 s", weft_faults[i]->name);
        g_assert_cmpstr(written, ==, expected);
        g_assert_true(*weft_faults[i]->help);
    }
}

static void assert_choice(const struct key_row *key, const void *row, uint64_t argument)
{
    union group_values values = {0};
    const struct weft_argument *takes = policy_argument(key->policies, row);
    g_autofree char *text = argument_format(takes, policy_name(row), argument);
    g_assert_cmpstr(key->type->parse(key, text, &values), ==, NULL);
    if (argument == 0 && takes)
        argument = takes->standard;
    g_autofree char *written = key->type->format(key, &values),
                    *expected = argument_format(takes, policy_name(row), argument);
    g_assert_cmpstr(written, ==, expected);
    g_assert_true(*policy_help(row));
    if (key->argument_offset) {
        uint64_t stored;
        memcpy(&stored, (const char *)&values + key->argument_offset, sizeof stored);
        g_assert_cmpuint(stored, ==, argument);
    }
}

/* Every allowed choice of every key is accepted and comes back, with the least and the largest argument that it takes, and
 * with none where it needs none. */
static void test_choices(void)
{
    for (size_t i = 0; i < keys_count(); i++) {
        const void *row;
        for (size_t k = 0; keys[i].type == &key_choice && (row = keys[i].policies->row(k)); k++) {
            const struct weft_argument *argument = policy_argument(keys[i].policies, row);
            bool takes = argument && argument->kind != WEFT_ARGUMENT_NONE;
            if (!takes || argument->without)
                assert_choice(&keys[i], row, 0);
            if (takes) {
                g_assert_true(argument->kind < WEFT_ARGUMENT_KINDS && argument->min >= 1 &&
                              argument->min <= argument->max && argument->max < UINT64_MAX);
                g_assert_true(argument->standard == 0 || argument->without);
                assert_choice(&keys[i], row, argument->min);
                assert_choice(&keys[i], row, argument->max);
            }
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/keys/buffers", test_buffers);
    g_test_add_func("/keys/ratios", test_ratios);
    g_test_add_func("/keys/faults", test_faults);
    g_test_add_func("/keys/starts", test_starts);
    g_test_add_func("/keys/table", test_table);
    g_test_add_func("/keys/choices", test_choices);
    g_test_add_func("/keys/bad-values", test_bad_values);
    g_test_add_func("/keys/bad-together", test_bad_together);
    return g_test_run();
}
