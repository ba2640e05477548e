/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of back ends. */

#include "backends.h"

#include "weft/reference.h"

static const struct backend_row reference = {
    .name = "reference",
    .help = "the model driven by a loop over servers, no simulator",
    .builtin = &weft_backend_reference,
};

static const struct backend_row simgrid = {
    .name = "simgrid",
    .help = "the driver inside SimGrid: actors on the hosts of a SimGrid platform",
    .module = "weft-simgrid.so",
    .package = "libsimgrid-dev",
    .process = true,
};

static const struct backend_row simgrid_packet = {
    .name = "simgrid-packet",
    .help = "the same servers, and a SimGrid event for each hop of a packet: queues of its own",
    .module = "weft-simgrid-packet.so",
    .package = "libsimgrid-dev",
    .process = true,
};

static const struct backend_row ns3 = {
    .name = "ns3",
    .help = "the driver inside ns-3: its clock, links, queues and devices, which share no code with the "
            "model's switch",
    .module = "weft-ns3.so",
    .package = "libns3-dev",
    .process = true,
};

static const struct backend_row ns3_p2p = {
    .name = "ns3-p2p",
    .help = "as ns3 with the point-to-point devices that ns-3 brings, as a cross-check; refuses what these "
            "cannot do",
    .module = "weft-ns3-p2p.so",
    .package = "libns3-dev",
    .process = true,
};

const struct backend_row *const backends[] = {&reference, &simgrid, &simgrid_packet, &ns3, &ns3_p2p, NULL};
