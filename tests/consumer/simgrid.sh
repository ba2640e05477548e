#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The SimGrid example, built from an installed prefix as it says itself, and away from all sources; what it finds is what
# the command in that prefix finds: the peaks, and the instant at which each packet comes to its device.
# usage: simgrid.sh pkg-config|cmake PREFIX C_COMPILER [FLAG...]
set -eu
how=$1 prefix=$2
shift 2
. "$(dirname "$0")/common.sh"
cp "$prefix"/share/doc/weft/examples/simgrid/* .
build_example "$how" two_methods two_methods.c "$@"
./two_methods platform.xml > printed
grep -q '^transcoded after [0-9.]* s$' printed || fail "the other actors have not come to their end"
for method in multi-destination interleaved; do
    for backend in reference simgrid; do
        command_result "$backend" "$method"
        line=$(printf '%s: %s packets, a port holds at most %s (%s bytes)' "$method" "$(total packets_delivered)" \
            "$(total peak_port_packets)" "$(total peak_port_bytes)")
        grep -qxF "$line" printed || fail "the example prints something else than '$line'" printed
        same_arrivals "$method.csv"
    done
done
