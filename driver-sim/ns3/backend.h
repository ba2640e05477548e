/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_DRIVER_SIM_NS3_BACKEND_H
#define WEFT_DRIVER_SIM_NS3_BACKEND_H

#include "weft/backend.h"

/* The model's hosts in a network of ns-3: of weft's own devices, which do all that a setup can ask for, or of the
 * point-to-point devices that ns-3 has, as a cross-check. They run any number of times in a process, until one fails. */
extern const struct weft_backend weft_ns3_backend, weft_ns3_p2p_backend;

#endif
