#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Include rules of the rooms (docs/map.md): what each may include. Prints what breaks them.
# usage: include_rules.sh PROJECT
set -eu
cd "$1"
broken=0

# rule ROOM ALLOWED: every #include in ROOM must match ALLOWED (an extended regular expression on what is included).
rule() {
    files=$(find "$1" -name '*.[ch]' -o -name '*.cc' | sort)
    [ -n "$files" ] || { echo "$1: no source" >&2; exit 1; }
    # shellcheck disable=SC2086
    bad=$(grep -HnE '^[[:space:]]*#[[:space:]]*include' $files | grep -vE "include *($2)" || true)
    [ -z "$bad" ] || { echo "$1 may not include:"; echo "$bad"; broken=1; }
}

libc='<(assert|errno|inttypes|limits|stdarg|stdbool|stddef|stdint|stdio|stdlib|string|wchar)\.h>'
own() { echo "\"($1/)?[a-z_]+\.h\""; }
for room in model/*/; do
    room=$(basename "$room")
    case $room in
    include) continue ;;
    base) public='argument|base|image|subset|tournament|variates|wheel|wire' ;;
    network) public='background|base|fabric|image|port|theory|tournament|train|variates|wheel|wire' ;;
    *) public='[a-z0-9_]+' ;;
    esac
    rule "model/$room" "$libc|\"weft/($public)\.h\"|$(own "$room")"
done
rule driver-sim/common "$libc|\"weft/[a-z_]+\.h\"|\"common/[a-z_]+\.h\""
rule driver-sim/reference "$libc|\"weft/[a-z_]+\.h\"|\"common/[a-z_]+\.h\""
rule driver-sim/simgrid "<[a-z_]+(/[a-z_]+)*\.h>|\"weft/[a-z_]+\.h\"|\"common/[a-z_]+\.h\"|\"[a-z_]+\.h\""
# The classes for ns-3 have nothing of weft but WeftServer, which is a host of it; their network sees nothing of the model's.
ns3='<[a-z_]+>|[<"]ns3/[a-z0-9-]+\.h[>"]|"weft-[a-z-]+\.h"'
rule driver-sim/ns3/contrib/weft/model "$ns3|[<\"]weft/(base|host|setup|train|wire)\.h[>\"]"
rule driver-sim/ns3/contrib/weft/helper "$ns3"
rule driver-sim/ns3 "$libc|<(sys/wait|unistd)\.h>|$ns3|[<\"]weft/[a-z_0-9]+\.h[>\"]|\"common/[a-z_]+\.h\"|\"[a-z_]+\.h\""
rule driver-sim/simgrid-packet "<[a-z_]+(/[a-z_]+)*\.h>|\"weft/[a-z_]+\.h\"|\"common/[a-z_]+\.h\"|\"simgrid/[a-z_]+\.h\"|\"[a-z_]+\.h\""
rule tests/oracle "<[a-z_]+(/[a-z_]+)*\.h>|\"weft/(argument|base|setup|method|driver|metrics|host|backend|reference|train|wire|cost|traffic|timing|st2110|playout|simgrid)\.h\"|\"[a-z_/]+\.h\""

# Networks that are to agree with the model's share no code with it.
if grep -rnE '#[[:space:]]*include[[:space:]]*"(weft/fabric\.h|common/exchange\.h|network/)' driver-sim/ns3 driver-sim/simgrid-packet; then
    echo "a back end with a network of its own knows none of the model's"
    broken=1
fi

if grep -rlE '#[[:space:]]*include[[:space:]]*<(glib|gio|gmodule|json-glib|simgrid|libav)' model; then
    echo "model/ knows neither GLib nor a simulator"
    broken=1
fi
if grep -rnE '\b(fopen|fread|fwrite|printf|time|clock_gettime|gettimeofday|rand|srand|random|sleep|usleep|nanosleep)\(' \
    model --include='*.c' | grep -vE '\b(fprintf\(stderr|vsnprintf)'; then
    echo "model/ does no input or output, reads no clock, draws no hidden number"
    broken=1
fi
exit $broken
