/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pcapng as draft-ietf-opsawg-pcapng has it, the classic format as draft-ietf-opsawg-pcap. */

#include "captured.h"

#include <stdlib.h>
#include <string.h>

void assert_same_bytes(gconstpointer a, gsize a_bytes, gconstpointer b, gsize b_bytes)
{
    g_assert_cmpuint(a_bytes, ==, b_bytes);
    g_assert_true(memcmp(a, b, a_bytes) == 0);
}

/* Bytes that are read once, from the front. */
struct input {
    const guint8 *at, *end;
};

static struct input take(struct input *input, gsize bytes)
{
    g_assert_cmpuint(bytes, <=, (gsize)(input->end - input->at));
    struct input taken = {input->at, input->at + bytes};
    input->at += bytes;
    return taken;
}

static guint64 number(struct input *input, gsize bytes)
{
    struct input taken = take(input, bytes);
    guint64 value = 0;
    while (taken.end > taken.at)
        value = value << 8 | *--taken.end;
    return value;
}

static guint64 instant(struct input *input)
{
    guint64 high = number(input, 4);
    return high << 32 | number(input, 4);
}

/* Fill bytes up to a multiple of 4 are 0. */
static struct input take_padded(struct input *input, gsize bytes)
{
    struct input taken = take(input, bytes);
    for (; bytes % 4; bytes++)
        g_assert_cmpuint(number(input, 1), ==, 0);
    return taken;
}

static char *text(struct input input)
{
    char *copy = g_strndup((const char *)input.at, (gsize)(input.end - input.at));
    g_assert_true(g_utf8_validate(copy, input.end - input.at, NULL));
    return copy;
}

/* The next option of the block, whose code must be `code`, of `bytes` bytes (0: any). */
static struct input option(struct input *input, guint64 code, gsize bytes)
{
    g_assert_cmpuint(number(input, 2), ==, code);
    gsize length = number(input, 2);
    if (bytes)
        g_assert_cmpuint(length, ==, bytes);
    return take_padded(input, length);
}

static guint64 option_number(struct input *input, guint64 code, gsize bytes)
{
    struct input value = option(input, code, bytes);
    return number(&value, bytes);
}

static guint64 option_instant(struct input *input, guint64 code)
{
    struct input value = option(input, code, 8);
    return instant(&value);
}

static void options_end(struct input *input)
{
    g_assert_cmpuint(number(input, 4), ==, 0);
    g_assert_true(input->at == input->end);
}

static void read_section(struct captured *captured, struct input *block)
{
    g_assert_cmphex(number(block, 4), ==, 0x1a2b3c4d);
    g_assert_cmpuint(number(block, 2), ==, 1);
    g_assert_cmpuint(number(block, 2), ==, 0);
    g_assert_cmphex(number(block, 8), ==, G_MAXUINT64);
    captured->application = text(option(block, 4, 0));
    options_end(block);
}

static void read_interface(struct captured *captured, struct input *block)
{
    struct seen_interface interface = {0};
    g_assert_cmpuint(captured->packets->len, ==, 0);
    g_assert_cmpuint(number(block, 2), ==, 1); /* Ethernet */
    g_assert_cmpuint(number(block, 2), ==, 0);
    captured->snap_bytes = (guint32)number(block, 4);
    interface.name = text(option(block, 2, 0));
    interface.description = text(option(block, 3, 0));
    interface.speed_bps = option_number(block, 8, 8);
    g_assert_cmpuint(option_number(block, 9, 1), ==, 9);  /* nanoseconds */
    g_assert_cmpuint(option_number(block, 13, 1), ==, 0); /* no check sequence */
    options_end(block);
    g_array_append_val(captured->interfaces, interface);
}

/* Time never goes back, whatever the interface. */
static void add_packet(struct captured *captured, const struct seen *seen)
{
    g_assert_cmpuint(seen->interface, <, captured->interfaces->len);
    struct seen_interface *interface = captured_interface(captured, seen->interface);
    g_assert_false(interface->has_statistics);
    g_assert_cmpuint(seen->captured_bytes, ==, MIN(seen->frame_bytes, captured->snap_bytes));
    g_assert_cmpuint(seen->frame_bytes, >=, 60);
    if (captured->packets->len > 0)
        g_assert_cmpuint(captured_packet(captured, captured->packets->len - 1)->at_ns, <=, seen->at_ns);
    interface->packets++;
    g_array_append_vals(captured->packets, seen, 1);
}

static void read_packet(struct captured *captured, struct input *block)
{
    struct seen seen = {.interface = (guint32)number(block, 4)};
    seen.at_ns = instant(block);
    seen.captured_bytes = (guint32)number(block, 4);
    seen.frame_bytes = (guint32)number(block, 4);
    seen.bytes = take_padded(block, seen.captured_bytes).at;
    seen.id = option_number(block, 5, 8);
    options_end(block);
    add_packet(captured, &seen);
}

static void read_statistics(struct captured *captured, struct input *block)
{
    guint64 index = number(block, 4);
    g_assert_cmpuint(index, <, captured->interfaces->len);
    struct seen_interface *interface = captured_interface(captured, index);
    g_assert_false(interface->has_statistics);
    interface->has_statistics = TRUE;
    guint64 at_ns = instant(block);
    interface->start_ns = option_instant(block, 2);
    interface->end_ns = option_instant(block, 3);
    interface->ifrecv = option_number(block, 4, 8);
    interface->ifdrop = option_number(block, 5, 8);
    options_end(block);
    g_assert_cmpuint(at_ns, ==, interface->end_ns);
    if (captured->packets->len > 0)
        g_assert_cmpuint(captured_packet(captured, captured->packets->len - 1)->at_ns, <=, at_ns);
}

static const struct {
    guint64 type;
    void (*read)(struct captured *captured, struct input *block);
} kinds[] = {{0x0a0d0d0a, read_section}, {1, read_interface}, {5, read_statistics}, {6, read_packet}};

static void read_block(struct captured *captured, struct input *input)
{
    guint64 type = number(input, 4), bytes = number(input, 4);
    g_assert_true(bytes >= 12 && bytes % 4 == 0);
    struct input block = take(input, bytes - 12);
    g_assert_cmpuint(number(input, 4), ==, bytes);
    g_assert_true((type == kinds[0].type) ==
                  (captured->application == NULL)); /* the first one and no other */
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (kinds[i].type == type) {
            kinds[i].read(captured, &block);
            return;
        }
    g_test_message("block type %" G_GUINT64_FORMAT, type);
    g_assert_not_reached();
}

static struct captured *captured_new(const char *path, struct input *input)
{
    struct captured *captured = g_new0(struct captured, 1);
    gsize length;
    g_assert_true(g_file_get_contents(path, &captured->data, &length, NULL));
    *input = (struct input){(const guint8 *)captured->data, (const guint8 *)captured->data + length};
    captured->interfaces = g_array_new(FALSE, FALSE, sizeof(struct seen_interface));
    captured->packets = g_array_new(FALSE, FALSE, sizeof(struct seen));
    return captured;
}

struct captured *captured_read(const char *path)
{
    struct input input;
    struct captured *captured = captured_new(path, &input);
    while (input.at < input.end)
        read_block(captured, &input);
    for (guint i = 0; i < captured->interfaces->len; i++)
        g_assert_true(captured_interface(captured, i)->has_statistics);
    return captured;
}

struct captured *captured_read_classic(const char *path)
{
    static const guint8 magic[] = {0x4d, 0x3c, 0xb2, 0xa1};
    struct input input;
    struct captured *captured = captured_new(path, &input);
    struct seen_interface only = {0};
    g_array_append_val(captured->interfaces, only);
    struct input first = take(&input, sizeof magic);
    assert_same_bytes(first.at, sizeof magic, magic, sizeof magic);
    g_assert_cmpuint(number(&input, 2), ==, 2);
    g_assert_cmpuint(number(&input, 2), ==, 4);
    g_assert_cmpuint(number(&input, 8), ==, 0);
    captured->snap_bytes = (guint32)number(&input, 4);
    g_assert_cmpuint(number(&input, 4), ==, 1); /* Ethernet */
    while (input.at < input.end) {
        guint64 seconds = number(&input, 4), ns = number(&input, 4);
        g_assert_cmpuint(ns, <, 1000000000);
        struct seen seen = {.at_ns = seconds * 1000000000 + ns};
        seen.captured_bytes = (guint32)number(&input, 4);
        seen.frame_bytes = (guint32)number(&input, 4);
        seen.bytes = take(&input, seen.captured_bytes).at;
        add_packet(captured, &seen);
    }
    return captured;
}

void captured_free(struct captured *captured)
{
    for (guint i = 0; i < captured->interfaces->len; i++) {
        g_free(captured_interface(captured, i)->name);
        g_free(captured_interface(captured, i)->description);
    }
    g_array_unref(captured->interfaces);
    g_array_unref(captured->packets);
    g_free(captured->application);
    g_free(captured->data);
    g_free(captured);
}

guint32 captured_find(const struct captured *captured, const char *name)
{
    for (guint32 i = 0; i < captured->interfaces->len; i++)
        if (strcmp(captured_interface(captured, i)->name, name) == 0)
            return i;
    g_test_message("no interface %s", name);
    g_assert_not_reached();
}

/* --- the trace --- */

static guint64 cell(char **cells, guint column)
{
    return strtoull(cells[column], NULL, 10);
}

GArray *trace_read(const char *path)
{
    g_autofree char *csv = NULL;
    g_assert_true(g_file_get_contents(path, &csv, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(csv, "\n", -1);
    g_autoptr(GHashTable) numbers = g_hash_table_new(NULL, NULL); /* by stream: packets so far */
    GArray *trace = g_array_new(FALSE, FALSE, sizeof(struct trace_line));
    for (guint i = 1; lines[i] && *lines[i]; i++) {
        g_auto(GStrv) cells = g_strsplit(lines[i], ",", -1);
        g_assert_cmpuint(g_strv_length(cells), ==, 10);
        struct trace_line line = {
            .packet = cell(cells, 0),
            .server = cell(cells, 1),
            .stream = cell(cells, 2),
            .port = cell(cells, 3),
            .frame_bytes = cell(cells, 4),
            .tx = cell(cells, 5),
            .in = cell(cells, 6),
            .out = cell(cells, 7),
            .device = cell(cells, 8),
            .delivered = strcmp(cells[9], "delivered") == 0,
        };
        gpointer stream = GSIZE_TO_POINTER(line.stream);
        line.id = line.server << 40 | line.packet;
        line.number = GPOINTER_TO_SIZE(g_hash_table_lookup(numbers, stream));
        g_hash_table_insert(numbers, stream, GSIZE_TO_POINTER(line.number + 1));
        g_array_append_val(trace, line);
    }
    return trace;
}

static gint compare_sightings(gconstpointer x, gconstpointer y)
{
    const struct sighting *a = x, *b = y;
    const guint64 keys[][2] = {
        {a->at_ps, b->at_ps}, {a->point, b->point}, {a->place, b->place}, {a->id, b->id}};
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
        if (keys[i][0] != keys[i][1])
            return keys[i][0] < keys[i][1] ? -1 : 1;
    return 0;
}

void sightings_sort(GArray *sightings)
{
    g_array_sort(sightings, compare_sightings);
}

GArray *sightings_of(GArray *trace)
{
    GArray *sightings = g_array_new(FALSE, FALSE, sizeof(struct sighting));
    for (guint i = 0; i < trace->len; i++) {
        const struct trace_line *line = &g_array_index(trace, struct trace_line, i);
        const guint64 at_ps[] = {line->tx, line->in, line->out, line->device};
        for (guint point = 0; point < (line->delivered ? 4U : 2U); point++) {
            struct sighting sighting = {.at_ps = at_ps[point],
                                        .point = point,
                                        .place = point < 2 ? line->server : line->port,
                                        .id = line->id,
                                        .line = i};
            g_array_append_val(sightings, sighting);
        }
    }
    sightings_sort(sightings);
    return sightings;
}
