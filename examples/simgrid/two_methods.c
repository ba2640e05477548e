/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* weft's driver in a SimGrid program: what a switch port must hold under two write methods, while the server also works
 * for others. The network is that of scenarios/small.ini. With CMakeLists.txt beside this file, or:
 *
 *     cc -std=c11 two_methods.c $(pkg-config --cflags --libs weft-simgrid) -o two_methods
 *     ./two_methods platform.xml
 *
 * METHOD.csv then has when each packet came to its device. */

#include <weft/metrics.h>
#include <weft/simgrid.h>

#include <inttypes.h>
#include <simgrid/actor.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <simgrid/mailbox.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MS (WEFT_PS_PER_S / 1000)
enum { SETS = 8, SEGMENTS = 5 };

/* Two actors of the program's own: an archive that sends segments to the server, where another one works on them. */
static void send_segments(int argc, char **argv)
{
    (void)argc, (void)argv;
    static char segment[] = "segment";
    for (int i = 0; i < SEGMENTS; i++)
        sg_mailbox_put(sg_mailbox_by_name("segments"), segment, 10000000);
}

static void transcode_segments(int argc, char **argv)
{
    (void)argc, (void)argv;
    for (int i = 0; i < SEGMENTS; i++) {
        sg_mailbox_get(sg_mailbox_by_name("segments"));
        sg_actor_execute(1e8); /* flops */
    }
    printf("transcoded after %.3f s\n", simgrid_get_clock());
}

/* An observer of one's own: told of every packet, a train at a time. */
static void write_arrivals(void *ctx, enum weft_point point, uint32_t node, const struct weft_train *train)
{
    (void)node;
    for (uint32_t i = 0; point == WEFT_AT_DEVICE && i < train->n; i++)
        fprintf(ctx, "%" PRIu64 ",%" PRIu64 "\n", train->packet[i], train->at_ps[i]);
}

/* Run `setup` on the platform, beside the other actors. */
static int simulate(const struct weft_setup *setup, const char *platform, struct weft_error *error)
{
    char *argv[] = {(char[]){"two_methods"}, (char[]){"--log=root.thres:warning"}, NULL}, path[64];
    int argc = 2;
    struct weft_simgrid *attached = NULL;

    simgrid_init(&argc, argv);
    simgrid_load_platform(platform);
    struct weft_metrics *metrics = weft_metrics_new(setup);
    snprintf(path, sizeof path, "%s.csv", setup->write.method->name);
    FILE *arrivals = fopen(path, "w");
    const struct weft_watch watch[] = {weft_metrics_watch(metrics),
                                       {.ctx = arrivals, .packets = write_arrivals}};
    int status = arrivals ? weft_simgrid_attach(setup, watch, 2, &attached, error)
                          : weft_fail(error, WEFT_FAILED, "%s cannot be written", path);
    if (status != WEFT_OK)
        return status;
    sg_actor_create_("archive", sg_host_by_name("archive"), send_segments, 0, NULL);
    sg_actor_create_("transcoder", sg_host_by_name("server.main"), transcode_segments, 0, NULL);
    simgrid_run();
    status = weft_simgrid_finish(attached, error);
    if (fclose(arrivals) != 0)
        status = weft_fail(error, WEFT_FAILED, "%s cannot be written", path);
    const struct weft_totals *totals = weft_metrics_totals(metrics);
    if (status == WEFT_OK)
        printf("%s: %" PRIu64 " packets, a port holds at most %" PRIu64 " (%" PRIu64 " bytes)\n",
               setup->write.method->name, totals->packets_delivered, totals->peak_port_packets,
               totals->peak_port_bytes);
    weft_simgrid_free(attached);
    weft_metrics_free(metrics);
    return status;
}

/* One server, one switch, eight sets with a stream each of 4 Mbit/s, a write every 40 ms. */
static int run_method(const char *name, const char *platform)
{
    static char set[SETS][8]; /* names: the setup borrows them */
    const struct weft_method *const *method = weft_methods;
    while (strcmp((*method)->name, name) != 0)
        method++;
    const struct weft_server server = {.name = "main",
                                       .applications = 1,
                                       .cores = 1,
                                       .cpu_hz = 3000000000,
                                       .profile = &weft_profile_modern_x86,
                                       .link_bps = 1000000000,
                                       .mtu_bytes = 1500,
                                       .page_bytes = WEFT_PAGE_4K,
                                       .ring_slots = 512,
                                       .doorbell_packets = 64,
                                       .interrupts_per_s = 8000};
    const struct weft_switch access = {.name = "access", .port_bps = 100000000};
    struct weft_device device[SETS];
    struct weft_stream stream[SETS];
    for (uint32_t i = 0; i < SETS; i++) {
        snprintf(set[i], sizeof set[i], "set-%u", i);
        device[i] = (struct weft_device){.name = set[i], .rate_bps = 100000000, .startup_ps = 200 * MS};
        stream[i] = (struct weft_stream){
            .name = set[i], .clock = {.rate_bps = 4000000, .payload_bytes = 1316}, .device = i};
    }
    const struct weft_setup setup = {
        .duration_ps = 500 * MS,
        .network = &weft_network_ethernet,
        .write = {.method = *method, .axes = **method, .cut = &weft_cut_plain, .interval_ps = 40 * MS},
        .servers = 1,
        .switches = 1,
        .devices = SETS,
        .streams = SETS,
        .server = &server,
        .switch_ = &access,
        .device = device,
        .stream = stream};
    struct weft_error error;
    int status = weft_setup_check(&setup, &error);
    if (status == WEFT_OK)
        status = simulate(&setup, platform, &error);
    if (status != WEFT_OK)
        fprintf(stderr, "%s\n", error.text);
    return status == WEFT_OK ? 0 : 1;
}

int main(int argc, char **argv)
{
    static const char *const method[] = {"multi-destination", "interleaved"};
    int status = argc == 2 ? 0 : 2;
    if (status != 0)
        fprintf(stderr, "usage: two_methods PLATFORM\n");
    for (int i = 0; status == 0 && i < 2; i++) {
        pid_t child = fork(); /* SimGrid loads one platform a process */
        if (child == 0)
            return run_method(method[i], argv[1]);
        if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
            status = 1;
    }
    return status;
}
