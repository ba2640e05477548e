/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef WEFT_TESTS_COMMAND_TINY_H
#define WEFT_TESTS_COMMAND_TINY_H

/* A scenario of milliseconds, tiny.ini, and a sweep of six points of it. */

#define TINY                                                                                                 \
    "[scenario]\nduration = 40 ms\n[server x]\nlink = 100 Mbit/s\n[switch x]\nport = 10 Mbit/s\n[device "    \
    "x]\ncount = 9\n"                                                                                        \
    "[stream x]\ncount = 2\nrate = 1 Mbit/s\n"

#define SMALL                                                                                                \
    "[sweep]\nscenario = tiny.ini\nmethods = batched, interleaved\n[cross]\nstream.count = 1, 2, 3\n"

#endif
