#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What a cluster test leaves goes, however the test ends: waits until nobody holds the pipe LAB.alive any more, ends what has LAB in its
# environment, removes LAB.
# usage: after.sh LAB
lab=$1
cat "$lab.alive" > /dev/null
for _ in 1 2 3; do
    grep -lzxF "WEFT_CLUSTER_LAB=$lab" /proc/[0-9]*/environ 2> /dev/null | sed 's,/proc/,,; s,/environ,,' | xargs -r kill -9 2> /dev/null
    sleep 0.2
done
rm -rf "$lab" "$lab.alive"
