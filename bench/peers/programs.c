/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tables of scales, programs and what may be tuned. */

#include "programs.h"

#include "backends.h"

const struct peers_scale peers_scales[PEERS_SCALES] = {{8, 500}, {64, 62}, {1000, 4}};

static const struct peers_axis allocator = {
    NULL, {"libc", "libjemalloc.so.2", "libtcmalloc_minimal.so.4", "libmimalloc.so.2.0"}};

/* Of ns-3. */
static const struct peers_axis scheduler = {"scheduler",
                                            {"map", "heap", "calendar", "priority-queue", "list"}};
static const struct peers_axis source = {"source", {"push", "pull"}};
static const struct peers_axis address = {"address", {"header", "tag"}};
static const struct peers_axis sockets = {"connected", {"no", "yes"}};
static const struct peers_axis ipv4_routing = {"routing", {"static", "global", "nix"}};
static const struct peers_axis prefix = {"prefix", {"30", "12"}};
static const struct peers_axis router = {"router", {"weak", "strong"}};
static const struct peers_axis queue_discs = {"queue-discs", {"yes", "no"}};

/* Of SimGrid. */
static const struct peers_axis optim = {"optim", {"lazy", "full"}};
static const struct peers_axis links = {"links", {"shared", "fat-pipe"}};
static const struct peers_axis zone_routing = {"routing", {"full", "dijkstra-cache"}};
static const struct peers_axis contexts = {"contexts", {"raw", "boost"}};
static const struct peers_axis wake = {"wake", {"suspend", "semaphore"}};

/* What was found best for sockets, at every scale, is given to the other senders: they differ in what applications do, not
 * in what the network does. */
#define UDP_BEST      "routing=global", "router=strong", "queue-discs=no"
#define TRANSFER_AXES &optim, &links, &zone_routing, &contexts

#define WEFT(...) .program = "weft-peer-weft", .option = {__VA_ARGS__}
#define NS3       .package = "libns3-dev"
#define SIM       .package = "libsimgrid-dev", .program = "weft-peer-simgrid"

const struct peers_row peers_rows[] = {
    {"reference", "weft: sums the instants at devices, as the peers do", WEFT("backend=reference"),
     .backend = "reference", .kilopackets = {40000, 40000, 40000}},
    {"reference full", "weft: and all that `weft run` measures", WEFT("backend=reference", "observers=full"),
     .backend = "reference", .kilopackets = {20000, 20000, 20000}},
    {"simgrid", "weft on SimGrid", WEFT("backend=simgrid"), .backend = "simgrid",
     .kilopackets = {30000, 30000, 30000}},
    {"simgrid full", "weft on SimGrid, and all that `weft run` measures",
     WEFT("backend=simgrid", "observers=full"), .backend = "simgrid", .kilopackets = {15000, 15000, 15000}},
    {"simgrid-packet", "weft, each hop an event of SimGrid", WEFT("backend=simgrid-packet"),
     .backend = "simgrid-packet", .kilopackets = {1000, 1000, 1000}},
    {"ns3", "weft on ns-3, devices and switch of its shim", WEFT("backend=ns3"), .backend = "ns3",
     .kilopackets = {1000, 1000, 1000}},
    {"ns3-p2p", "weft on ns-3, stock devices", WEFT("backend=ns3-p2p"), .backend = "ns3-p2p",
     .kilopackets = {500, 500, 500}},
    {"ns-3 events", "ns-3's engine alone: one event a packet and hop, no packets, no devices", NS3,
     .program = "weft-peer-ns3-events", .axis = {&scheduler, &allocator},
     .kilopackets = {10000, 10000, 8000}},
    {"ns-3 own device", "packets, a minimal net device, a hand-made switch", NS3,
     .program = "weft-peer-ns3-layer2", .option = {"device=own"}, .axis = {&scheduler, &source, &allocator},
     .kilopackets = {5000, 5000, 4000}},
    {"ns-3 point-to-point", "packets, stock PointToPointNetDevice, a hand-made switch", NS3,
     .program = "weft-peer-ns3-layer2", .option = {"device=point-to-point"},
     .axis = {&scheduler, &address, &allocator}, .kilopackets = {700, 700, 600}},
    {"ns-3 UDP sockets", "UDP/IPv4 through a router, stock but for one application with sockets", NS3,
     .program = "weft-peer-ns3-udp", .option = {"sender=sockets"}, .counts_only = true,
     .axis = {&ipv4_routing, &sockets, &prefix, &router, &queue_discs, &scheduler, &allocator},
     .kilopackets = {160, 120, 100}},
    {"ns-3 UdpClient", "UDP/IPv4 through a router, UdpClient and UdpServer", NS3,
     .program = "weft-peer-ns3-udp", .option = {"sender=udp-client", UDP_BEST}, .counts_only = true,
     .axis = {&scheduler, &allocator}, .kilopackets = {160, 120, 100}},
    {"ns-3 OnOff", "UDP/IPv4 through a router, OnOff and PacketSink", NS3, .program = "weft-peer-ns3-udp",
     .option = {"sender=on-off", UDP_BEST}, .counts_only = true, .axis = {&scheduler, &allocator},
     .kilopackets = {160, 120, 100}},
    {"SimGrid mailbox", "one communication over a mailbox a packet and hop", SIM, .option = {"hop=comm"},
     .axis = {TRANSFER_AXES, &allocator}, .kilopackets = {240, 240, 160}},
    {"SimGrid sendto", "sg_host_sendto() a packet and hop", SIM, .option = {"hop=sendto"},
     .axis = {TRANSFER_AXES, &wake, &allocator}, .kilopackets = {400, 400, 320}},
    {"SimGrid sleep", "sg_actor_sleep_until() a packet and hop", SIM, .option = {"hop=sleep"},
     .axis = {&contexts, &wake, &allocator}, .kilopackets = {1000, 1000, 800}},
    {0},
};

char *peers_name(const struct peers_row *row, guint scale)
{
    return g_strdup_printf("%" G_GUINT32_FORMAT "/%s", peers_scales[scale].streams, row->name);
}

char *peers_program(const struct peers_row *row)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *directory = g_path_get_dirname(self ? self : "");
    return g_build_filename(directory, row->program, NULL);
}

gboolean peers_built(const struct peers_row *row)
{
    g_autofree char *program = peers_program(row);
    if (!g_file_test(program, G_FILE_TEST_IS_EXECUTABLE))
        return FALSE;
    if (!row->backend)
        return TRUE;
    const struct backend_row *backend = backends_find(row->backend);
    return backend && backend_check(backend, NULL);
}

char *peers_package(const struct peers_row *row)
{
    const struct backend_row *backend = row->backend ? backends_find(row->backend) : NULL;
    return g_strdup(backend ? backend->package : row->package);
}

char *peers_preload(const char *library)
{
    static const char *const directories[] = {"/usr/lib/" WEFT_LIBRARY_ARCHITECTURE, "/usr/lib64", "/usr/lib",
                                              "/usr/local/lib"};
    for (size_t i = 0; i < G_N_ELEMENTS(directories); i++) {
        char *path = g_build_filename(directories[i], library, NULL);
        if (g_file_test(path, G_FILE_TEST_EXISTS))
            return path;
        g_free(path);
    }
    return NULL;
}
