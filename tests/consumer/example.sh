#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# An example, built from an installed prefix as it says itself, and away from all sources; what it finds is what the command in
# that prefix finds: the peaks, and the instant at which each packet comes to its device.
# usage: example.sh simgrid|ns3 pkg-config|cmake|contrib PREFIX COMPILER [FLAG...]
set -eu
which=$1 how=$2 prefix=$3
shift 3
. "$(dirname "$0")/common.sh"
if [ "$which" = simgrid ]; then
    language=C program=two_methods source=two_methods.c arguments=platform.xml other='^transcoded after [0-9.]* s$'
else
    language=CXX program=weft-two-methods source=weft-two-methods.cc arguments='' other='; 2000 frames of backup$'
fi
if [ "$how" = contrib ]; then
    build_contrib "$@"
else
    cp "$prefix/share/doc/weft/examples/$which"/* .
    build_example "$how" "$@"
fi
# shellcheck disable=SC2086
"./$program" $arguments > printed
grep -q "$other" printed || fail "what else the example simulates has not come to its end" printed
for method in multi-destination interleaved; do
    for backend in reference $("$prefix/bin/weft" list backends --tsv | awk -v name="$which" '$1 == name && !/not built/ { print $1 }'); do
        command_result "$backend" "$method"
        line=$(printf '%s: %s packets, a port holds at most %s (%s bytes)' "$method" "$(total packets_delivered)" \
            "$(total peak_port_packets)" "$(total peak_port_bytes)")
        grep -qF "$line" printed || fail "the example prints something else than '$line'" printed
        same_arrivals "$method.csv"
    done
done
