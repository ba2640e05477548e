/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of interfaces: what lies between the application and the NIC's driver. */

#include "weft/driver.h"

const struct weft_interface weft_interface_socket = {
    .name = "socket",
    .help = "each call crosses into the kernel, each walk through the stack looks up its route",
    .crosses_per_call = true,
    .looks_up_routes = true,
    .notifies = true};
const struct weft_interface weft_interface_connected = {
    .name = "connected",
    .help = "as socket, on a connected socket for each destination: no route is looked up",
    .crosses_per_call = true,
    .notifies = true};
const struct weft_interface weft_interface_messages = {
    .name = "messages",
    .help = "as socket, a call takes several messages, each with a header that the kernel reads (sendmmsg)",
    .crosses_per_call = true,
    .looks_up_routes = true,
    .reads_headers = true,
    .notifies = true};
const struct weft_interface weft_interface_io_uring = {
    .name = "io-uring",
    .help = "as messages, each an entry in a submission ring (io_uring)",
    .crosses_per_call = true,
    .looks_up_routes = true,
    .reads_headers = true,
    .rings = true,
    .notifies = true};
const struct weft_interface weft_interface_packet_ring = {
    .name = "packet-ring",
    .help = "packets are made in user space, in memory shared with the kernel, which walks each frame "
            "(AF_PACKET TX_RING, AF_XDP in copy mode): a crossing a doorbell",
    .crosses_per_doorbell = true,
    .walks_frames = true};
const struct weft_interface weft_interface_xdp = {
    .name = "xdp",
    .help = "as packet-ring, but the NIC's driver takes frames as they lie (AF_XDP zero copy)",
    .crosses_per_doorbell = true};
const struct weft_interface weft_interface_user = {
    .name = "user", .help = "the NIC's driver is in user space, too (DPDK, netmap): no crossing at all"};
const struct weft_interface *const weft_interfaces[] = {
    &weft_interface_socket,      &weft_interface_connected,
    &weft_interface_messages,    &weft_interface_io_uring,
    &weft_interface_packet_ring, &weft_interface_xdp,
    &weft_interface_user,        NULL};
