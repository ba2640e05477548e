/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What keys of [write] mean together, where the help of each alone does not say it. */

#include "keys.h"

const struct together_row keys_together[] = {
    {"write.unit", "write.translation",
     "pages are looked up and pinned entry by entry: where calls have one packet (unit = packet, pacing = "
     "packet) a page is looked up again for each packet that touches it"},
    {"write.unit", "write.segmentation",
     "an entry of one packet walks the stack once either way: stack and nic cost the same then, split one "
     "split a packet more; driver saves the walk"},
    {"write.unit", "write.interrupt", "where calls have one packet, last-packet is per-packet"},
    {"write.unit", "write.queues",
     "with unit = packet or destination the driver cannot interleave; queues = per-destination interleaves "
     "those calls whose packets are in the ring together"},
    {"write.unit", "write.pacing",
     "interval and slice count the packets of an interval over all its calls: unit decides which packet has "
     "which launch time or slice, not when calls are due"},
    {"write.unit", "server.applications",
     "an application with one stream makes the same calls with unit = destination and interval"},
    {"write.copy", "write.segmentation",
     "copied payload is cut from kernel memory, where each packet (with nic each run) begins a page; "
     "zero-copy gathers from the pages that the packet touches"},
    {"write.copy", "write.checksum", "copying and summing are two passes, each counted and priced"},
    {"write.segmentation", "write.header",
     "with nic the driver makes the blocks once a run, and the NIC those of the run's packets for nothing"},
    {"write.segmentation", "write.order",
     "with nic a run is packets of one entry that follow each other in one piece (doorbell): with an order "
     "that interleaves it is one packet long, and the NIC saves nothing"},
    {"write.segmentation", "write.checksum",
     "with nic the CPU sums every packet of a run all the same where checksum = software"},
    {"write.segmentation", "write.queues",
     "with nic runs are cut before the queues: whole runs are paid for, single packets take turns"},
    {"write.segmentation", "write.pacing",
     "a launch time is each packet's own, also inside a run that the NIC cuts; with slice no run is of two "
     "slices, and with packet runs are one packet long"},
    {"write.interrupt", "server.interrupt_delay",
     "threshold:1 is per-packet, as is any threshold with interrupt_delay = 0 s"},
    {"write.interrupt", "server.ring",
     "a full ring is refilled when a timer finds it half empty, whatever interrupts: polled does not spin"},
    {"write.segmentation", "write.interface",
     "with stack, split and nic the walk through the stack looks up a route, or reads the header of its "
     "message, where the interface does; with "
     "driver nothing walks, and connected is socket; packet-ring has a frame walk for each packet, with nic "
     "for each run; with xdp, packet-ring and user what walks or splits does so in user space"},
    {"write.translation", "write.interface",
     "with page-walk and zero-copy, socket, connected, messages and io-uring notify the application of each "
     "message "
     "whose pages may be used again; the others and registered memory do not"},
    {"write.copy", "write.interface",
     "with packet-ring copied payload lies in the frames that are shared with the kernel, with xdp and user "
     "in the driver's; zero-copy takes it as it lies, also there"},
    {"write.unit", "write.interface",
     "socket, connected, messages and io-uring cross into the kernel for each call, packet-ring and xdp for "
     "each "
     "doorbell, however many calls"},
    {"write.interface", "server.doorbell",
     "packet-ring and xdp cross into the kernel for each doorbell; with segmentation = stack for each "
     "packet"},
    {"write.interrupt", "write.queues",
     "with per-destination, last-packet comes when the last packet of the call to leave has left, "
     "whichever it is"},
    {"write.interrupt", "write.pacing",
     "with interval and slice, last-packet comes near the end of the interval; coalesced reports each packet "
     "by itself where they are at least 1 / interrupt_rate apart"},
    {"write.order", "write.queues",
     "order decides which packets of a call come into the ring first, per-destination which of those in "
     "the ring leaves next"},
    {"write.order", "write.pacing",
     "with interval and slice, order decides which packet has which launch time or slice"},
    {"write.queues", "write.pacing",
     "with interval and one queue a packet waits behind those rung before it, also those of other "
     "applications with later launch times; with per-destination a queue whose first packet may not go yet "
     "is passed over and keeps its turn; with rate all queues share the server's one shaper, which lets a "
     "packet go before the NIC chooses it"},
    {"write.pacing", "stream.live",
     "with packet a live packet is written when the next one is due; with interval and slice it is sent in "
     "the interval after the one in which it was due"},
    {"write.pacing", "server.link",
     "rate is of what each server sends, in bits on the wire, and at most the link of every server; at a "
     "link's rate it is none"},
    {"write.pacing", "server.doorbell",
     "a slice of more packets than a doorbell takes has several doorbells; every slice ends with one"},
    {"write.interval", "stream.live",
     "the call at kT carries stored data due in [kT, (k+1)T) and live data due in [(k-1)T, kT); live data "
     "of an interval that ends at or after duration is not sent"},
    {NULL, NULL, NULL},
};
