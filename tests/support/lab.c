/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lab.h"

#include "draw.h"
#include "weft/reference.h"

#include <string.h>

#define MS (WEFT_PS_PER_S / 1000)

static struct lab *lab_empty(void)
{
    struct lab *lab = g_new0(struct lab, 1);
    lab->server = g_array_new(FALSE, TRUE, sizeof(struct weft_server));
    lab->switch_ = g_array_new(FALSE, TRUE, sizeof(struct weft_switch));
    lab->trunk = g_array_new(FALSE, TRUE, sizeof(struct weft_trunk));
    lab->source = g_array_new(FALSE, TRUE, sizeof(struct weft_background_source));
    lab->device = g_array_new(FALSE, TRUE, sizeof(struct weft_device));
    lab->stream = g_array_new(FALSE, TRUE, sizeof(struct weft_stream));
    lab->owned = g_ptr_array_new_with_free_func(g_free);
    lab->setup = (struct weft_setup){
        .name = "lab", .seed = 1, .duration_ps = WEFT_PS_PER_S, .network = &weft_network_ethernet};
    const struct weft_switch row = {.name = "switch", .port_bps = UINT64_C(100000000)};
    g_array_append_val(lab->switch_, row);
    lab_use(lab, lab_method("interleaved"));
    lab->setup.write.interval_ps = 100 * MS;
    return lab;
}

const char *lab_name(struct lab *lab, guint i)
{
    char *name = g_strdup_printf("n%u", i);
    g_ptr_array_add(lab->owned, name);
    return name;
}

guint lab_add_server(struct lab *lab)
{
    const struct weft_server row = {
        .name = lab_name(lab, lab->server->len),
        .applications = 1,
        .cores = 1,
        .cpu_hz = UINT64_C(3000000000),
        .profile = &weft_profile_free,
        .link_bps = UINT64_C(1000000000),
        .mtu_bytes = 1500,
        .page_bytes = WEFT_PAGE_4K,
        .ring_slots = 512,
        .doorbell_packets = 64,
        .interrupts_per_s = 8000,
        .interrupt_delay_ps = 16000000,
    };
    g_array_append_val(lab->server, row);
    return lab->server->len - 1;
}

guint lab_add_stream(struct lab *lab)
{
    const struct weft_device device = {
        .name = lab_name(lab, lab->device->len), .rate_bps = UINT64_C(100000000), .startup_ps = 200 * MS};
    const struct weft_stream stream = {.name = lab_name(lab, lab->stream->len),
                                       .clock = {.rate_bps = 3750000, .payload_bytes = 1316},
                                       .device = lab->device->len};
    g_array_append_val(lab->device, device);
    g_array_append_val(lab->stream, stream);
    return lab->stream->len - 1;
}

struct lab *lab_new(uint32_t streams)
{
    struct lab *lab = lab_empty();
    lab_add_server(lab);
    for (uint32_t i = 0; i < streams; i++)
        lab_add_stream(lab);
    return lab;
}

static void randomise_server(struct weft_server *server, GRand *rand)
{
    server->applications = (uint32_t)g_rand_int_range(rand, 1, 6);
    server->cores = (uint32_t)g_rand_int_range(rand, 1, 4);
    server->cpu_hz = ONE_OF(rand, 10000000, 100000000, 3000000000, 3999999999);
    server->profile = g_rand_boolean(rand) ? &weft_profile_free : &weft_profile_modern_x86;
    server->link_bps = ONE_OF(rand, 5000000, 100000000, 1000000000, 1000000007, 10000000000);
    server->delay_ps = ONE_OF(rand, 0, 1, 500000, 50000000);
    server->page_bytes = ONE_OF(rand, WEFT_PAGE_4K, WEFT_PAGE_4K, WEFT_PAGE_4K, WEFT_PAGE_2M);
    server->memory = g_rand_boolean(rand) ? weft_memory_systems[g_rand_int_range(rand, 0, 3)] : NULL;
    server->touch = weft_touches[g_rand_int_range(rand, 0, 2)];
    server->ring_slots = (uint32_t)ONE_OF(rand, 1, 2, 7, 64, 512);
    server->doorbell_packets = (uint32_t)ONE_OF(rand, 1, 5, 64);
    server->interrupts_per_s = ONE_OF(rand, 1, 1000, 8000, 1000000);
    server->interrupt_delay_ps = ONE_OF(rand, 0, 16000000, 300000007, 20000000000);
    server->interrupt_core = (uint32_t)g_rand_int_range(rand, 0, (gint32)server->cores);
}

/* A file of random bytes with a clock of a few random slopes. */
static const struct weft_media *random_media(struct lab *lab, GRand *rand)
{
    struct weft_media *media = g_new0(struct weft_media, 1);
    uint32_t points = (uint32_t)g_rand_int_range(rand, 2, 10);
    uint64_t *at_bytes = g_new0(uint64_t, points);
    weft_ps *at_ps = g_new0(weft_ps, points);
    for (uint32_t i = 1; i < points; i++) {
        at_bytes[i] = at_bytes[i - 1] + (uint64_t)g_rand_int_range(rand, 1, 20000);
        at_ps[i] = at_ps[i - 1] + (weft_ps)g_rand_int_range(rand, 1, 10000) * 1000000;
    }
    uint8_t *data = g_malloc(at_bytes[points - 1]);
    for (uint64_t i = 0; i < at_bytes[points - 1]; i++)
        data[i] = (uint8_t)g_rand_int(rand);
    *media = (struct weft_media){
        .name = "random", .points = points, .at_bytes = at_bytes, .at_ps = at_ps, .data = data};
    g_ptr_array_add(lab->owned, at_bytes);
    g_ptr_array_add(lab->owned, at_ps);
    g_ptr_array_add(lab->owned, data);
    g_ptr_array_add(lab->owned, media);
    return media;
}

static void randomise_stream(struct lab *lab, uint32_t i, GRand *rand)
{
    struct weft_stream *stream = lab_stream(lab, i);
    struct weft_device *device = lab_device(lab, i);
    uint32_t room = weft_payload_room(lab->setup.network, 1500);
    stream->clock.rate_bps = ONE_OF(rand, 64000, 1500000, 3750000, 19390000);
    stream->clock.payload_bytes = (uint32_t)ONE_OF(rand, 1, 18, 1316, room, room);
    stream->clock.payload_bytes =
        stream->clock.payload_bytes < 100 ? stream->clock.payload_bytes * 50 : stream->clock.payload_bytes;
    if (g_rand_int_range(rand, 0, 4) == 0) {
        stream->clock.media = random_media(lab, rand);
        stream->clock.rate_bps = weft_media_rate_bps(stream->clock.media);
    }
    stream->clock.start_ps = ONE_OF(rand, 0, 0, 1, 3000000000);
    stream->live = g_rand_int_range(rand, 0, 4) == 0;
    stream->server = (uint32_t)g_rand_int_range(rand, 0, (gint32)lab->server->len);
    stream->application =
        (uint32_t)g_rand_int_range(rand, 0, (gint32)lab_server(lab, stream->server)->applications);
    stream->device = (uint32_t)g_rand_int_range(rand, 0, (gint32)lab->device->len);
    device->rate_bps = ONE_OF(rand, 20000000, 100000000, 1000000000, 999999937);
    device->delay_ps = ONE_OF(rand, 0, 1000000);
}

struct lab *lab_random(GRand *rand)
{
    struct lab *lab = lab_empty();
    lab->setup.seed = g_rand_int(rand);
    lab->setup.network = g_rand_int_range(rand, 0, 4) ? &weft_network_ethernet : &weft_network_raw;
    lab->setup.duration_ps = (weft_ps)g_rand_int_range(rand, 5, 60) * MS + 1;
    lab->setup.write.interval_ps = ONE_OF(rand, 0, 1000000000, 10000000000, 12345678901, 100000000000);
    gint32 servers = g_rand_int_range(rand, 1, 4), streams = g_rand_int_range(rand, 1, 12);
    for (gint32 i = 0; i < servers; i++) {
        lab_add_server(lab);
        randomise_server(lab_server(lab, i), rand);
    }
    for (gint32 i = 0; i < streams; i++)
        lab_add_stream(lab);
    for (gint32 i = 0; i < streams; i++)
        randomise_stream(lab, (uint32_t)i, rand);
    return lab;
}

void lab_damage(struct lab *lab, GRand *rand)
{
    gint32 faults = 0;
    while (weft_faults[faults])
        faults++;
    for (uint32_t i = 0; i < lab->stream->len; i++) {
        struct weft_stream *stream = lab_stream(lab, i);
        if (g_rand_int_range(rand, 0, 3) == 0)
            continue;
        stream->fault = weft_faults[g_rand_int_range(rand, 0, faults)];
        stream->fault_ps = (weft_ps)(g_rand_double(rand) * (double)lab->setup.duration_ps);
    }
}

uint32_t lab_add_switch(struct lab *lab)
{
    struct weft_switch row = g_array_index(lab->switch_, struct weft_switch, 0);
    row.name = lab_name(lab, lab->switch_->len);
    g_array_append_val(lab->switch_, row);
    return lab->switch_->len - 1;
}

void lab_join(struct lab *lab, uint32_t a, uint32_t b, uint64_t rate_bps, weft_ps delay_ps)
{
    for (int way = 0; way < 2; way++) {
        const struct weft_trunk trunk = {.name = lab_name(lab, lab->trunk->len),
                                         .from = way ? b : a,
                                         .to = way ? a : b,
                                         .rate_bps = rate_bps,
                                         .delay_ps = delay_ps};
        g_array_append_val(lab->trunk, trunk);
    }
}

static void join_random(struct lab *lab, GRand *rand, uint32_t a, uint32_t b)
{
    uint64_t rate_bps = ONE_OF(rand, 50000000, 1000000000, 1000000007, 10000000000);
    lab_join(lab, a, b, rate_bps, ONE_OF(rand, 0, 1, 1000000));
}

static void add_source(struct lab *lab, GRand *rand)
{
    uint32_t ports = lab->device->len + lab->trunk->len;
    uint32_t end = (uint32_t)g_rand_int_range(rand, 0, (gint32)ports);
    const struct weft_background_source source = {
        .name = lab_name(lab, lab->source->len),
        .switch_index = (uint32_t)g_rand_int_range(rand, 0, (gint32)lab->switch_->len),
        .port = end,
        .link_bps = ONE_OF(rand, 100000000, 1000000000),
        .background = {.pattern = weft_backgrounds[g_rand_int_range(rand, 0, 3)],
                       .packet_bytes = (uint32_t)ONE_OF(rand, 64, 576, 1500),
                       .rate_bps = ONE_OF(rand, 5000000, 19999999, 40000000),
                       .start_ps = ONE_OF(rand, 0, 3000000001),
                       .peak_bps = ONE_OF(rand, 50000000, 90000000),
                       .on_ps = MS,
                       .shape_milli = 1500}};
    g_array_append_val(lab->source, source);
}

void lab_classes(struct lab *lab, GRand *rand)
{
    for (uint32_t i = 0; i < lab->switch_->len; i++) {
        struct weft_port_rules *rules = &g_array_index(lab->switch_, struct weft_switch, i).rules;
        bool fluid = rules->accounting && rules->accounting->left_bytes;
        rules->scheduler = weft_schedulers[!fluid && g_rand_boolean(rand)];
    }
    for (uint32_t i = 0; i < lab->stream->len; i++)
        lab_stream(lab, i)->class_ = (uint32_t)g_rand_int_range(rand, 0, WEFT_CLASSES);
    for (uint32_t i = 0; i < lab->source->len; i++)
        g_array_index(lab->source, struct weft_background_source, i).class_ =
            (uint32_t)g_rand_int_range(rand, 0, WEFT_CLASSES);
}

void lab_spread(struct lab *lab, GRand *rand)
{
    bool leaves = g_rand_boolean(rand);
    uint32_t switches = leaves ? 4 : (uint32_t)g_rand_int_range(rand, 1, 4);
    while (lab->switch_->len < switches)
        lab_add_switch(lab);
    for (uint32_t s = 1; s < switches && !leaves; s++)
        join_random(lab, rand, (uint32_t)g_rand_int_range(rand, 0, (gint32)s), s);
    for (uint32_t i = 0; i < 4 && leaves; i++) /* switches 2 and 3 are the spines */
        join_random(lab, rand, i % 2, 2 + i / 2);
    gint32 edge = leaves ? 2 : (gint32)switches;
    for (uint32_t i = 0; i < lab->server->len; i++)
        lab_server(lab, i)->switch_index = (uint32_t)g_rand_int_range(rand, 0, edge);
    for (uint32_t i = 0; i < lab->device->len; i++)
        lab_device(lab, i)->switch_index = (uint32_t)g_rand_int_range(rand, 0, edge);
    for (gint32 sources = g_rand_int_range(rand, 0, 5); sources > 0; sources--)
        add_source(lab, rand);
    lab_classes(lab, rand);
}

void lab_free(struct lab *lab)
{
    g_ptr_array_unref(lab->owned);
    g_array_unref(lab->server);
    g_array_unref(lab->switch_);
    g_array_unref(lab->trunk);
    g_array_unref(lab->source);
    g_array_unref(lab->device);
    g_array_unref(lab->stream);
    g_free(lab);
}

void lab_use(struct lab *lab, const struct weft_method *method)
{
    lab->setup.write.method = method;
    lab->setup.write.axes = *method;
    lab->setup.write.pacing_argument = method->pacing->argument.standard;
    lab->setup.write.interrupt_argument = method->interrupt->argument.standard;
    lab->setup.write.cut = &weft_cut_plain;
    lab->setup.write.checksum = weft_checksums[0];
    lab->setup.write.fill = weft_fills[0];
}

void lab_pace(struct lab *lab, const char *pacing, uint64_t argument)
{
    int i = 0;
    while (weft_pacings[i] && !g_str_equal(weft_pacings[i]->name, pacing))
        i++;
    if (!weft_pacings[i])
        g_error("no pacing %s", pacing);
    lab->setup.write.axes.pacing = weft_pacings[i];
    lab->setup.write.pacing_argument = argument;
}

uint64_t lab_pacing_argument(struct lab *lab, const struct weft_pacing *pacing, uint64_t scale)
{
    const struct weft_argument *argument = &pacing->argument;
    if (argument->kind == WEFT_ARGUMENT_NONE)
        return 0;
    uint64_t most = argument->max;
    for (guint i = 0; pacing->shapes && i < lab->server->len; i++)
        most = MIN(most, lab_server(lab, i)->link_bps);
    return scale <= most / argument->min ? argument->min * scale : most;
}

void lab_pace_random(struct lab *lab, GRand *rand)
{
    struct weft_write *write = &lab->setup.write;
    write->axes.pacing = DRAW(rand, weft_pacings);
    uint64_t scale = ONE_OF(rand, 1, 2, 3, 7, 64, 1000, 99991, UINT64_MAX);
    if (write->axes.pacing->shapes) /* of kbit/s: slow, but not without end */
        scale = MAX(scale, 100);
    write->pacing_argument = lab_pacing_argument(lab, write->axes.pacing, scale);
}

const struct weft_interrupt *lab_interrupt(const char *name)
{
    int i = 0;
    while (weft_interrupts[i] && !g_str_equal(weft_interrupts[i]->name, name))
        i++;
    if (!weft_interrupts[i])
        g_error("no interrupt %s", name);
    return weft_interrupts[i];
}

void lab_interrupt_random(struct lab *lab, GRand *rand)
{
    struct weft_write *write = &lab->setup.write;
    write->axes.interrupt = DRAW(rand, weft_interrupts);
    uint64_t argument = ONE_OF(rand, 1, 2, 3, 7, 32, 100, 5000);
    write->interrupt_argument = write->axes.interrupt->argument.kind == WEFT_ARGUMENT_NONE ? 0 : argument;
}

const struct weft_setup *lab_setup_unchecked(struct lab *lab)
{
    struct weft_setup *setup = &lab->setup;
    setup->servers = lab->server->len;
    setup->switches = lab->switch_->len;
    setup->devices = lab->device->len;
    setup->trunks = lab->trunk->len;
    setup->streams = lab->stream->len;
    setup->server = (const struct weft_server *)(const void *)lab->server->data;
    setup->switch_ = (const struct weft_switch *)(const void *)lab->switch_->data;
    setup->trunk = (const struct weft_trunk *)(const void *)lab->trunk->data;
    setup->device = (const struct weft_device *)(const void *)lab->device->data;
    setup->stream = (const struct weft_stream *)(const void *)lab->stream->data;
    setup->sources = lab->source->len;
    setup->source = (const struct weft_background_source *)(const void *)lab->source->data;
    return setup;
}

const struct weft_setup *lab_setup(struct lab *lab)
{
    const struct weft_setup *setup = lab_setup_unchecked(lab);
    struct weft_error error;
    if (weft_setup_check(setup, &error) != WEFT_OK)
        g_error("%s", error.text);
    return setup;
}

const struct weft_method *lab_method(const char *name)
{
    for (int i = 0; weft_methods[i]; i++)
        if (g_str_equal(weft_methods[i]->name, name))
            return weft_methods[i];
    g_error("no method %s", name);
}

static struct record *find(struct recorder *recorder, uint64_t packet)
{
    gpointer at = g_hash_table_lookup(recorder->by_packet, &packet);
    g_assert_nonnull(at);
    return recorder_at(recorder, GPOINTER_TO_SIZE(at) - 1);
}

static void add_record(struct recorder *recorder, const struct weft_train *train, uint32_t i)
{
    const guint at = recorder->record->len;
    g_assert_false(g_hash_table_contains(recorder->by_packet, &train->packet[i]));
    g_array_set_size(recorder->record, at + 1); /* zeros, padding too: arrays are compared byte for byte */
    struct record *record = recorder_at(recorder, at);
    record->packet = train->packet[i];
    record->stream = train->stream[i];
    record->number = train->number[i];
    record->payload_bytes = train->payload_bytes[i];
    record->frame_bytes = train->frame_bytes[i];
    record->tx_ps = train->tx_ps[i];
    record->sent_ps = train->done_ps[i];
    record->out_ps = WEFT_NEVER;
    record->device_ps = WEFT_NEVER;
    g_hash_table_insert(recorder->by_packet, g_memdup2(&record->packet, sizeof(record->packet)),
                        GSIZE_TO_POINTER((gsize)at + 1));
}

static void see(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    struct recorder *recorder = ctx;
    (void)node;
    for (uint32_t i = 0; i < train->n; i++) {
        if (point == WEFT_AT_SERVER) {
            add_record(recorder, train, i);
            continue;
        }
        if (train->stream[i] >= recorder->streams)
            continue; /* background traffic */
        struct record *record = find(recorder, train->packet[i]);
        g_assert_cmpuint(record->stream, ==, train->stream[i]);
        g_assert_cmpuint(record->number, ==, train->number[i]);
        g_assert_cmpuint(record->tx_ps, ==, train->tx_ps[i]);
        if (point == WEFT_AT_SWITCH) {
            if (record->hops++ == 0)
                record->in_ps = train->at_ps[i];
            record->out_ps = train->done_ps[i];
            record->outcome = train->outcome[i];
        } else {
            record->device_ps = train->at_ps[i];
            record->deliveries++;
        }
    }
}

static void take_counters(void *ctx, uint32_t server, const struct weft_host_counters *counters)
{
    struct recorder *recorder = ctx;
    if (recorder->counters->len <= server)
        g_array_set_size(recorder->counters, server + 1);
    g_array_index(recorder->counters, struct weft_host_counters, server) = *counters;
}

struct recorder *recorder_new(bool bytes)
{
    struct recorder *recorder = g_new0(struct recorder, 1);
    recorder->record = g_array_new(FALSE, TRUE, sizeof(struct record));
    recorder->counters = g_array_new(FALSE, TRUE, sizeof(struct weft_host_counters));
    recorder->by_packet = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    recorder->bytes = bytes;
    recorder->streams = UINT32_MAX;
    return recorder;
}

void recorder_free(struct recorder *recorder)
{
    g_hash_table_unref(recorder->by_packet);
    g_array_unref(recorder->counters);
    g_array_unref(recorder->record);
    g_free(recorder);
}

struct weft_watch recorder_watch(struct recorder *recorder)
{
    return (struct weft_watch){
        .ctx = recorder, .bytes = recorder->bytes, .packets = see, .server = take_counters};
}

static gint by_wire(gconstpointer a, gconstpointer b)
{
    const struct record *x = a, *y = b;
    if (x->tx_ps != y->tx_ps)
        return x->tx_ps < y->tx_ps ? -1 : 1;
    return x->packet < y->packet ? -1 : x->packet > y->packet;
}

void recorder_sort(struct recorder *recorder)
{
    g_array_sort(recorder->record, by_wire);
}

void assert_same_arrays(GArray *a, GArray *b)
{
    gsize size = g_array_get_element_size(a);
    g_assert_cmpuint(a->len, ==, b->len);
    for (guint i = 0; i < a->len; i++)
        if (memcmp(a->data + i * size, b->data + i * size, size) != 0)
            g_error("element %u of %u differs", i, a->len);
}

struct recorder *lab_record(struct lab *lab, bool bytes)
{
    struct recorder *recorder = recorder_new(bytes);
    recorder->streams = lab->stream->len;
    const struct weft_watch watch = recorder_watch(recorder);
    struct weft_error error;
    g_assert_cmpint(weft_backend_reference.run(lab_setup(lab), &watch, 1, &error), ==, WEFT_OK);
    recorder_sort(recorder);
    return recorder;
}
