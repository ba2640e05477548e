/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The check of a scenario refuses each thing that no back end could rely on, and says which. */

#include "lab.h"

#include <string.h>

/* One field made wrong: its place in a struct, its size, the wrong value, and a word of the text. */
struct wrong {
    const char *word;
    gsize offset, size;
    uint64_t value;
};
#define WRONG(type, member, value, word)                                                                     \
    {                                                                                                        \
        word, offsetof(struct type, member), sizeof(((struct type *)0)->member), value                       \
    }

static void assert_refused(struct lab *lab, gpointer row, const struct wrong *wrong, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        struct weft_error error = {0};
        uint64_t kept = 0;
        gpointer at = (char *)row + wrong[i].offset;
        const struct weft_setup *setup = lab_setup(lab); /* right before and after */
        memcpy(&kept, at, wrong[i].size);
        memcpy(at, &wrong[i].value, wrong[i].size); /* little-endian: the low bytes */
        g_assert_cmpint(weft_setup_check(setup, &error), ==, WEFT_INVALID);
        if (!strstr(error.text, wrong[i].word))
            g_error("'%s' does not speak of '%s'", error.text, wrong[i].word);
        memcpy(at, &kept, wrong[i].size);
    }
}

static void servers(void)
{
    static const struct wrong wrong[] = {
        WRONG(weft_server, applications, 0, "applications"),
        WRONG(weft_server, cores, 0, "cores"),
        WRONG(weft_server, cpu_hz, 999999, "cpu"),
        WRONG(weft_server, cpu_hz, UINT64_C(10000000001), "cpu"),
        WRONG(weft_server, link_bps, 999, "link"),
        WRONG(weft_server, link_bps, UINT64_C(1000000000001), "link"),
        WRONG(weft_server, delay_ps, UINT64_MAX, "delay"),
        WRONG(weft_server, mtu_bytes, 67, "mtu"),
        WRONG(weft_server, mtu_bytes, 65536, "mtu"),
        WRONG(weft_server, mtu_bytes, 1343, "payload"), /* too small for 1316 bytes */
        WRONG(weft_server, page_bytes, 8192, "page"),
        WRONG(weft_server, ring_slots, 0, "ring"),
        WRONG(weft_server, doorbell_packets, 0, "doorbell"),
        WRONG(weft_server, interrupts_per_s, 0, "interrupt_rate"),
        WRONG(weft_server, interrupt_delay_ps, WEFT_PS_PER_S + 1, "interrupt_delay"),
        WRONG(weft_server, interrupt_core, 1, "interrupt_core"), /* of one core */
        WRONG(weft_server, down_ps, 1, "after link_down"),
        WRONG(weft_server, down_ps, UINT64_MAX, "after link_down"),
        WRONG(weft_server, up_ps, UINT64_MAX - 1, "link_up"),
    };
    struct lab *lab = lab_new(1);
    assert_refused(lab, lab_server(lab, 0), wrong, G_N_ELEMENTS(wrong));
    lab_free(lab);
}

/* A memory system of a server, or of its profile, of either page size. */
static void memory_systems(void)
{
    static const struct {
        struct weft_page_caches caches;
        const char *word;
    } wrong[] = {
        {{.tlb_sets = 3, .tlb_ways = 1}, "power of two"},
        {{.tlb_sets = 2 * WEFT_TLB_SETS_MOST, .tlb_ways = 1}, "tlb_sets"},
        {{.tlb_sets = 1, .tlb_ways = 0}, "tlb_ways"},
        {{.tlb_sets = 1, .tlb_ways = WEFT_TLB_WAYS_MOST + 1}, "tlb_ways"},
        {{.tlb_sets = 1, .tlb_ways = 1, .walk_cache = WEFT_WALK_CACHE_MOST + 1}, "walk_cache"},
    };
    struct lab *lab = lab_new(1);
    struct weft_profile profile = weft_profile_free;
    for (gsize i = 0; i < 4 * G_N_ELEMENTS(wrong); i++) {
        struct weft_memory_system system = {.name = "wrong"};
        struct weft_error error = {""};
        *(i % 2 ? &system.page_2m : &system.page_4k) = wrong[i / 4].caches;
        profile.memory = &system;
        lab_server(lab, 0)->profile = i % 4 < 2 ? &profile : &weft_profile_free;
        lab_server(lab, 0)->memory = i % 4 < 2 ? NULL : &system;
        g_assert_cmpint(weft_setup_check(lab_setup_unchecked(lab), &error), ==, WEFT_INVALID);
        g_assert_nonnull(strstr(error.text, wrong[i / 4].word));
    }
    for (size_t i = 0; weft_memory_systems[i]; i++) {
        lab_server(lab, 0)->memory = weft_memory_systems[i];
        g_assert_cmpint(weft_setup_check(lab_setup_unchecked(lab), NULL), ==, WEFT_OK);
    }
    lab_free(lab);
}

static void network(void)
{
    static const struct wrong devices[] = {
        WRONG(weft_device, switch_index, 1, "switch"),
        WRONG(weft_device, rate_bps, 1, "rate"),
        WRONG(weft_device, delay_ps, UINT64_MAX, "delay"),
        WRONG(weft_device, startup_ps, UINT64_MAX, "startup"),
        WRONG(weft_device, off_ps, UINT64_MAX, "off"),
    };
    static const struct wrong switches[] = {
        WRONG(weft_switch, port_bps, 1, "port"),
        WRONG(weft_switch, rules.latency_ps, UINT64_MAX, "latency"),
    };
    static const struct wrong limited[] = {
        WRONG(weft_switch, rules.memory.limit, 0, "buffer limit"),
        WRONG(weft_switch, rules.memory.limit, (UINT64_C(1) << 40) + 1, "buffer limit"),
    };
    struct lab *lab = lab_new(1);
    struct weft_switch *sw = (struct weft_switch *)(void *)lab->switch_->data;
    assert_refused(lab, lab_device(lab, 0), devices, G_N_ELEMENTS(devices));
    assert_refused(lab, sw, switches, G_N_ELEMENTS(switches));
    sw->rules.memory.limit = UINT64_C(1) << 40;
    sw->rules.memory.cell_bytes = 208;
    for (int i = 1; weft_buffers[i]; i++) {
        sw->rules.buffer = weft_buffers[i];
        assert_refused(lab, sw, limited, G_N_ELEMENTS(limited));
    }
    struct weft_error error;
    sw->rules.scheduler = weft_schedulers[1];
    g_assert_cmpint(weft_setup_check(lab_setup_unchecked(lab), &error), ==, WEFT_OK);
    sw->rules.accounting = weft_accountings[1];
    g_assert_cmpint(weft_setup_check(lab_setup_unchecked(lab), &error), ==, WEFT_INVALID);
    g_assert_nonnull(strstr(error.text, "scheduler is priority and accounting fluid; allowed with it: held"));
    lab_free(lab);
}

static void streams(void)
{
    static const struct wrong wrong[] = {
        WRONG(weft_stream, server, 1, "server"),
        WRONG(weft_stream, application, 1, "application"),
        WRONG(weft_stream, device, 1, "device"),
        WRONG(weft_stream, clock.start_ps, UINT64_MAX, "start"),
        WRONG(weft_stream, class_, WEFT_CLASSES, "class"),
        WRONG(weft_stream, clock.rate_bps, 0, "rate"),
        WRONG(weft_stream, clock.payload_bytes, 0, "payload"),
        WRONG(weft_stream, clock.payload_bytes, 1473, "payload"),
    };
    static const struct wrong faulty[] = {WRONG(weft_stream, fault_ps, UINT64_MAX, "fault")};
    struct lab *lab = lab_new(1);
    assert_refused(lab, lab_stream(lab, 0), wrong, G_N_ELEMENTS(wrong));
    lab_stream(lab, 0)->fault = weft_faults[0];
    assert_refused(lab, lab_stream(lab, 0), faulty, G_N_ELEMENTS(faulty));
    lab_free(lab);
}

/* Two switches, the server on one, the device on the other. */
static struct lab *lab_of_two_switches(void)
{
    struct lab *lab = lab_new(1);
    lab_join(lab, 0, lab_add_switch(lab), 1000000000, 1000);
    lab_device(lab, 0)->switch_index = 1;
    return lab;
}

static void trunks(void)
{
    static const struct wrong wrong[] = {
        WRONG(weft_trunk, from, 2, "from"),
        WRONG(weft_trunk, to, 2, "to"),
        WRONG(weft_trunk, to, 0, "to itself"),
        WRONG(weft_trunk, from, 1, "to itself"),
        WRONG(weft_trunk, rate_bps, 999, "rate"),
        WRONG(weft_trunk, rate_bps, UINT64_C(1000000000001), "rate"),
        WRONG(weft_trunk, delay_ps, UINT64_MAX, "delay"),
        WRONG(weft_trunk, name, 0, "has no name"),
    };
    static const struct wrong server[] = {
        WRONG(weft_server, switch_index, 2, "switch"),
    };
    struct lab *lab = lab_of_two_switches();
    assert_refused(lab, &g_array_index(lab->trunk, struct weft_trunk, 0), wrong, G_N_ELEMENTS(wrong));
    assert_refused(lab, lab_server(lab, 0), server, G_N_ELEMENTS(server));
    struct weft_error error;
    g_array_set_size(lab->trunk, 0);
    g_assert_cmpint(weft_setup_check(lab_setup_unchecked(lab), &error), ==, WEFT_INVALID);
    g_assert_nonnull(
        strstr(error.text, "stream n0: device n0 on switch n1 cannot be reached from switch switch"));
    /* Each delay alone would do. */
    for (uint32_t s = 1; s < 5; s++)
        lab_join(lab, s - 1, s == 1 ? 1 : lab_add_switch(lab), 1000000000, UINT64_C(900000) * WEFT_PS_PER_S);
    lab_device(lab, 0)->switch_index = 3;
    lab_setup(lab);
    lab_device(lab, 0)->switch_index = 4;
    g_assert_cmpint(weft_setup_check(lab_setup_unchecked(lab), &error), ==, WEFT_INVALID);
    g_assert_nonnull(strstr(error.text, "delays and latencies on its way"));
    lab_free(lab);
}

static void background(void)
{
    static const struct wrong wrong[] = {
        WRONG(weft_background_source, switch_index, 2, "switch"),
        WRONG(weft_background_source, port, 3, "port"),
        WRONG(weft_background_source, class_, WEFT_CLASSES, "class"),
        WRONG(weft_background_source, link_bps, 999, "link"),
        WRONG(weft_background_source, link_bps, UINT64_C(1000000000001), "link"),
        WRONG(weft_background_source, background.packet_bytes, 28, "packet"),
        WRONG(weft_background_source, background.packet_bytes, 65536, "packet"),
        WRONG(weft_background_source, background.rate_bps, 0, "rate"),
        /* 97,529,258 bit/s of 1,500 in 1,538 bytes fill 100 Mbit/s */
        WRONG(weft_background_source, background.rate_bps, 97529259, "up to 97529258 bit/s"),
        WRONG(weft_background_source, background.start_ps, UINT64_MAX, "start"),
        WRONG(weft_background_source, background.peak_bps, 1000000, "peak"),
        WRONG(weft_background_source, background.on_ps, 0, "on"),
        WRONG(weft_background_source, background.shape_milli, 1000, "shape"),
        WRONG(weft_background_source, name, 0, "has no name"),
    };
    struct lab *lab = lab_of_two_switches();
    struct weft_background_source source = {.name = "b",
                                            .switch_index = 1,
                                            .port = 2,
                                            .link_bps = 100000000,
                                            .background = {.pattern = weft_backgrounds[2],
                                                           .packet_bytes = 1500,
                                                           .rate_bps = 1000000,
                                                           .peak_bps = 98000000,
                                                           .on_ps = 1000000000,
                                                           .shape_milli = 1500}};
    g_array_append_val(lab->source, source);
    assert_refused(lab, &g_array_index(lab->source, struct weft_background_source, 0), wrong,
                   G_N_ELEMENTS(wrong));
    g_array_set_size(lab->trunk, 1); /* the way back is gone */
    g_array_index(lab->source, struct weft_background_source, 0).port = 1;
    struct weft_error error;
    g_assert_cmpint(weft_setup_check(lab_setup_unchecked(lab), &error), ==, WEFT_INVALID);
    g_assert_nonnull(
        strstr(error.text, "background b: trunk n0 on switch switch cannot be reached from switch n1"));
    lab_free(lab);
}

static void scenario(void)
{
    static const struct wrong wrong[] = {
        WRONG(weft_setup, duration_ps, 0, "duration"),
        WRONG(weft_setup, duration_ps, UINT64_MAX, "duration"),
        WRONG(weft_setup, warmup_ps, UINT64_MAX, "warmup"),
        WRONG(weft_setup, write.interval_ps, UINT64_MAX, "interval"),
        WRONG(weft_setup, servers, 0, "servers"),
        WRONG(weft_setup, switches, 0, "switches"),
        WRONG(weft_setup, devices, 0, "devices"),
        WRONG(weft_setup, streams, 0, "streams"),
    };
    struct lab *lab = lab_new(1);
    assert_refused(lab, &lab->setup, wrong, G_N_ELEMENTS(wrong));
    lab_free(lab);
}

static void assert_says(const struct weft_setup *setup, const char *text)
{
    struct weft_error error = {{0}};
    g_assert_cmpint(weft_setup_check(setup, &error), ==, WEFT_INVALID);
    g_assert_cmpstr(error.text, ==, text);
}

/* An argument that the pacing does not take, and a rate that a server's link has not. */
static void pacing(void)
{
    struct lab *lab = lab_new(1);
    struct weft_server slow = *lab_server(lab, 0);
    slow.name = "slow";
    slow.link_bps = 300000000;
    g_array_append_val(lab->server, slow);
    lab_pace(lab, "rate", 300000000);
    const struct weft_setup *setup = lab_setup(lab);
    lab->setup.write.pacing_argument++;
    assert_says(setup,
                "scenario lab: pacing is rate:300000001 bit/s; allowed: at most the link of server slow, "
                "300000000 bit/s");
    lab->setup.write.pacing_argument = 999;
    assert_says(setup, "scenario lab: pacing rate has the argument 999; allowed: 1000 to 1000000000000");
    lab_pace(lab, "slice", 0);
    assert_says(setup, "scenario lab: pacing slice has the argument 0; allowed: 1 to 1000000");
    lab_pace(lab, "slice", 1000001);
    assert_says(setup, "scenario lab: pacing slice has the argument 1000001; allowed: 1 to 1000000");
    lab_pace(lab, "interval", 1);
    assert_says(setup, "scenario lab: pacing interval has an argument; allowed: none");
    lab_free(lab);
}

/* An argument that the order does not take, and one it cannot do without. */
static void order(void)
{
    struct lab *lab = lab_new(1);
    const struct weft_setup *setup = lab_setup(lab);
    struct weft_write *write = &lab->setup.write;
    write->axes.order = &weft_order_sequential;
    write->order_argument = 1;
    assert_says(setup, "scenario lab: order sequential has an argument; allowed: none");
    write->axes.order = &weft_order_chunk;
    write->order_argument = 0;
    assert_says(setup, "scenario lab: order chunk has the argument 0; allowed: 1 to 4294967295");
    write->axes.order = &weft_order_drr;
    g_assert_cmpint(weft_setup_check(setup, NULL), ==, WEFT_OK);
    write->order_argument = (UINT64_C(1) << 30) + 1;
    assert_says(setup, "scenario lab: order drr has the argument 1073741825; allowed: 1 to 1073741824");
    lab_free(lab);
}

static void interrupt(void)
{
    struct lab *lab = lab_new(1);
    const struct weft_setup *setup = lab_setup(lab);
    struct weft_write *write = &lab->setup.write;
    write->interrupt_argument = 1;
    assert_says(setup, "scenario lab: interrupt last-packet has an argument; allowed: none");
    write->axes.interrupt = lab_interrupt("threshold");
    g_assert_cmpint(weft_setup_check(setup, NULL), ==, WEFT_OK);
    write->interrupt_argument = 0;
    assert_says(setup, "scenario lab: interrupt threshold has the argument 0; allowed: 1 to 1048576");
    lab_server(lab, 0)->cores = 3;
    lab_server(lab, 0)->interrupt_core = 3;
    write->interrupt_argument = 1048576;
    assert_says(setup, "server n0: interrupt_core is 3; allowed: 0 to 2");
    lab_free(lab);
}

/* What could overflow time, packet numbers or addresses is refused before it does. */
static void overflow(void)
{
    struct weft_error error;
    struct lab *lab = lab_new(1);
    const struct weft_setup *setup = lab_setup(lab);
    lab->setup.duration_ps = UINT64_C(1000000) * WEFT_PS_PER_S;
    lab_stream(lab, 0)->clock.rate_bps = UINT64_C(1000000000000);
    g_assert_cmpint(weft_setup_check(setup, &error), ==, WEFT_INVALID);
    g_assert_nonnull(strstr(error.text, "packets"));
    lab_stream(lab, 0)->clock.rate_bps = UINT64_C(10000000);
    lab_server(lab, 0)->link_bps = 1000;
    g_assert_cmpint(weft_setup_check(setup, &error), ==, WEFT_INVALID);
    g_assert_nonnull(strstr(error.text, "longer"));
    lab_server(lab, 0)->link_bps = UINT64_C(1000000000); /* fast enough, but not at the shaper's rate */
    g_assert_cmpint(weft_setup_check(setup, &error), ==, WEFT_OK);
    lab_pace(lab, "rate", 1000);
    g_assert_cmpint(weft_setup_check(setup, &error), ==, WEFT_INVALID);
    g_assert_nonnull(strstr(error.text, "longer"));
    lab_pace(lab, "none", 0);
    lab_server(lab, 0)->link_bps = UINT64_C(1000000000000);
    lab_stream(lab, 0)->clock.rate_bps = UINT64_C(1000000000000);
    lab_device(lab, 0)->rate_bps = UINT64_C(1000000000000);
    lab->setup.duration_ps = 40 * WEFT_PS_PER_S;
    lab_server(lab, 0)->ring_slots = WEFT_RING_MAX_SLOTS;
    lab->setup.write.interval_ps = UINT64_C(1000000) * WEFT_PS_PER_S;
    g_assert_cmpint(weft_setup_check(setup, &error), ==, WEFT_OK);
    lab_free(lab);
}

/* 4,000 packets a second for 10^6 s from each stream; 2^40 are 274.9 streams of those. */
static void packets_of_a_server(void)
{
    struct weft_error error = {{0}};
    struct lab *lab = lab_new(275);
    const struct weft_setup *setup = lab_setup(lab);
    for (guint i = 0; i < 275; i++) {
        lab_stream(lab, i)->clock.payload_bytes = 1250;
        lab_stream(lab, i)->clock.rate_bps = 40000000;
        lab_device(lab, i)->rate_bps = UINT64_C(1000000000000);
    }
    lab_server(lab, 0)->link_bps = UINT64_C(1000000000000);
    lab->setup.duration_ps = UINT64_C(1000000) * WEFT_PS_PER_S;
    assert_says(setup,
                "server n0: number of packets of its streams is 1100000000000; allowed: 0 to 1099511627776");
    lab_stream(lab, 0)->clock.rate_bps = 30000000;
    if (weft_setup_check(setup, &error) != WEFT_OK)
        g_error("%s", error.text);
    lab_free(lab);
}

/* One name spoilt, then what it was again. Another kind may have it. */
static void spoil_name(const struct weft_setup *setup, const char **name, const char *kind)
{
    g_autofree char *twice = g_strdup_printf("%s n7: has the name of another; allowed: one of its own", kind),
                    *none = g_strdup_printf("%s 999: has no name; allowed: one of its own", kind);
    const char *kept = *name;
    *name = "n7";
    assert_says(setup, twice);
    *name = "";
    assert_says(setup, none);
    *name = NULL;
    assert_says(setup, none);
    *name = kept;
}

static void names(void)
{
    struct lab *lab = lab_new(1000);
    for (guint i = 1; i < 1000; i++) {
        struct weft_server server = *lab_server(lab, 0);
        server.name = lab_name(lab, i);
        g_array_append_val(lab->server, server);
    }
    const struct weft_setup *setup = lab_setup(lab);
    spoil_name(setup, &lab_server(lab, 999)->name, "server");
    spoil_name(setup, &lab_device(lab, 999)->name, "device");
    spoil_name(setup, &lab_stream(lab, 999)->name, "stream");
    g_array_index(lab->switch_, struct weft_switch, 0).name = NULL;
    assert_says(setup, "switch 0: has no name; allowed: one of its own");
    lab_free(lab);
}

/* What is long but possible is not refused: an hour of 10,000 streams of 4 Mbit/s, copied packet by packet.
 */
static void an_hour_is_fine(void)
{
    struct weft_error error = {{0}};
    struct lab *lab = lab_new(10000);
    lab_use(lab, lab_method("per-packet"));
    lab_server(lab, 0)->profile = &weft_profile_modern_x86;
    lab_server(lab, 0)->link_bps = UINT64_C(100000000000);
    const struct weft_setup *setup = lab_setup(lab);
    lab->setup.duration_ps = 3600 * WEFT_PS_PER_S;
    if (weft_setup_check(setup, &error) != WEFT_OK)
        g_error("%s", error.text);
    lab_free(lab);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/setup/servers", servers);
    g_test_add_func("/setup/memory-systems", memory_systems);
    g_test_add_func("/setup/network", network);
    g_test_add_func("/setup/trunks", trunks);
    g_test_add_func("/setup/background", background);
    g_test_add_func("/setup/streams", streams);
    g_test_add_func("/setup/packets-of-a-server", packets_of_a_server);
    g_test_add_func("/setup/scenario", scenario);
    g_test_add_func("/setup/pacing", pacing);
    g_test_add_func("/setup/order", order);
    g_test_add_func("/setup/interrupt", interrupt);
    g_test_add_func("/setup/overflow", overflow);
    g_test_add_func("/setup/names", names);
    g_test_add_func("/setup/an-hour-is-fine", an_hour_is_fine);
    return g_test_run();
}
