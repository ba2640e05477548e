/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_SWITCH_SERVER_H
#define BENCH_SWITCH_SERVER_H

/* The server of the switch lab, and its devices, which only are there. */

#include "switch_peer.h"

#define SWITCH_SERVER_LINK "weft-nic"
#define SWITCH_DEVICE_LINK "weft-dev%d"

switch_obey switch_server, switch_devices;

#endif
